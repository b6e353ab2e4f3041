"""What differs between two versions of an object, what is at a path, and which fields have no effect."""

import importlib.util
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from kubelab.api import paths
from kubelab.api.core.config import ConfigMap
from kubelab.api.core.container import Container, ContainerPort
from kubelab.api.core.pod import Pod, PodCondition, PodSecurityContext, PodSpec, PodStatus
from kubelab.api.inert import inert_fields
from kubelab.api.manifest import from_manifest
from kubelab.api.meta import ObjectMeta
from kubelab.api.paths import Change, UnknownFieldError, diff, field_type
from kubelab.api.scalars import FrozenMap, Time
from kubelab.api.scheme import KINDS

_spec = importlib.util.spec_from_file_location("objects", Path(__file__).with_name("objects.py"))
assert _spec is not None and _spec.loader is not None
_objects = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_objects)

POD = Pod(
    metadata=ObjectMeta(name="p", labels=FrozenMap(app="web", tier="front")),
    spec=PodSpec(containers=(Container(name="c", image="nginx:1"), Container(name="d", image="redis:7"))),
    status=PodStatus(phase="Pending", conditions=(PodCondition(type="Ready", status="False"),)),
)


def with_spec(**changes: Any) -> Pod:
    return evolve(POD, spec=evolve(POD.spec, **changes))


def test_nothing_differs_from_itself() -> None:
    assert diff(POD, POD) == ()
    assert diff(POD, evolve(POD, spec=evolve(POD.spec))) == ()


def test_values_are_named_by_their_path() -> None:
    running = evolve(POD, status=evolve(POD.status, phase="Running", pod_ip="10.0.0.1", start_time=Time(60)))
    assert diff(POD, running) == (
        Change("status.phase", "Pending", "Running"),
        Change("status.podIP", None, "10.0.0.1"),
        Change("status.startTime", None, "1970-01-01T00:01:00Z"),
    )


def test_items_are_named_by_their_merge_key() -> None:
    c, d = POD.spec.containers
    conditions = (evolve(POD.status.conditions[0], status="True"), PodCondition(type="PodScheduled", status="True"))
    after = evolve(
        with_spec(containers=(evolve(c, image="nginx:2"), d, Container(name="e"))),
        status=evolve(POD.status, conditions=conditions),
    )
    changes = diff(POD, after)
    assert changes[:2] == (
        Change("spec.containers[c].image", "nginx:1", "nginx:2"),
        Change("spec.containers[e]", None, {"name": "e", "resources": {}}),
    )
    assert changes[2] == Change("status.conditions[Ready].status", "False", "True")
    assert changes[3].path == "status.conditions[PodScheduled]" and changes[3].before is None


def test_an_item_that_is_gone_and_a_new_order() -> None:
    c, d = POD.spec.containers
    assert [change.path for change in diff(POD, with_spec(containers=(d,)))] == ["spec.containers[c]"]
    assert diff(POD, with_spec(containers=(d, c))) == (Change("spec.containers", ["c", "d"], ["d", "c"]),)


def test_items_that_share_a_key_are_named_by_index() -> None:
    def ports(*protocols: str) -> Container:
        return Container(
            name="dns", ports=tuple(ContainerPort(container_port=53, protocol=protocol) for protocol in protocols)
        )

    assert diff(ports("TCP", "UDP"), ports("TCP", "SCTP")) == (Change("ports[1].protocol", "UDP", "SCTP"),)


def test_entries_of_maps_are_named_by_key() -> None:
    labels = FrozenMap({"app": "api", "example.com/x": "1"})
    assert diff(POD, evolve(POD, metadata=evolve(POD.metadata, labels=labels))) == (
        Change("metadata.labels[app]", "web", "api"),
        Change("metadata.labels[example.com/x]", None, "1"),
        Change("metadata.labels[tier]", "front", None),
    )


def test_structures_come_and_go_as_a_whole() -> None:
    after = with_spec(security_context=PodSecurityContext(run_as_user=1000))
    assert diff(POD, after) == (Change("spec.securityContext", None, {"runAsUser": 1000}),)
    assert diff(after, POD) == (Change("spec.securityContext", {"runAsUser": 1000}, None),)


def test_a_whole_object_comes_and_goes() -> None:
    config = ConfigMap(metadata=ObjectMeta(name="a"))
    manifest = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}
    assert diff(None, config) == (Change("", None, manifest),)
    assert diff(config, None) == (Change("", manifest, None),)
    assert diff(None, None) == ()


@given(st.sampled_from(KINDS).flatmap(lambda kind: st.tuples(*[_objects.objects(kind.model)] * 2)))
@settings(max_examples=200)
def test_two_objects_differ_exactly_when_there_is_a_change(pair: tuple[Any, Any]) -> None:
    before, after = pair
    assert (before == after) == (diff(before, after) == ())
    forward, back = diff(before, after), diff(after, before)
    assert sorted(map(repr, forward)) == sorted(repr(Change(c.path, c.after, c.before)) for c in back)


@given(st.sampled_from(KINDS).flatmap(lambda kind: st.tuples(*[_objects.objects(kind.model)] * 2)))
@settings(max_examples=100)
def test_every_change_names_a_field_of_the_model(pair: tuple[Any, Any]) -> None:
    for change in diff(*pair):
        head = change.path.partition("[")[0]
        assert field_type(type(pair[0]), head)


@pytest.mark.parametrize(
    ("path", "holds"),
    [
        ("spec.containers", "list of Container"),
        ("spec.containers[0].image", "string"),
        ("spec.containers.image", "string"),
        ("spec.containers[web].ports[0].containerPort", "integer"),
        ("metadata.labels", "map of string"),
        ("metadata.labels[example.com/app]", "string"),
        ("metadata.labels.app", "string"),
        ("metadata.finalizers[0]", "string"),
        ("metadata.creationTimestamp", "time"),
        ("status.conditions[Ready].status", "string"),
        ("spec.containers[0].resources.limits[cpu]", "quantity"),
        ("spec.volumes[0].configMap.items", "list of KeyToPath"),
        ("spec.containers[0].livenessProbe.httpGet.port", "int-or-string"),
        ("metadata.managedFields[0].fieldsV1.anything.at.all", "json"),
    ],
)
def test_a_path_leads_to_what_the_model_holds(path: str, holds: str) -> None:
    assert str(field_type(Pod, path)) == holds


@pytest.mark.parametrize(
    ("path", "where", "step"),
    [
        ("spec.replcias", "spec.replcias", "replcias"),
        ("spec.containers[0].imag", "spec.containers[0].imag", "imag"),
        ("specs", "specs", "specs"),
        ("spec.hostname.x", "spec.hostname.x", "x"),
    ],
)
def test_a_path_that_leads_nowhere_says_where_it_ends(path: str, where: str, step: str) -> None:
    with pytest.raises(UnknownFieldError) as caught:
        field_type(Pod, path)
    assert (caught.value.path, caught.value.step) == (where, step)
    assert str(caught.value) == f'unknown field "{where}"'


def test_a_path_that_leads_nowhere_names_what_there_is() -> None:
    with pytest.raises(UnknownFieldError) as caught:
        field_type(Pod, "spec.x")
    assert caught.value.known[:3] == ("volumes", "initContainers", "containers")


@pytest.mark.parametrize("path", [".spec", "spec..x", "spec.[", "a]", "a[b"])
def test_texts_that_are_no_paths(path: str) -> None:
    with pytest.raises(UnknownFieldError):
        paths.split(path)


def test_fields_that_are_set_without_effect_are_found() -> None:
    given = from_manifest(
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "spec": {
                "template": {
                    "spec": {
                        "hostIPC": True,
                        "securityContext": {},
                        "affinity": {"nodeAffinity": {}},
                        "containers": [{"name": "c", "image": "i"}, {"name": "d", "tty": True, "stdin": False}],
                        "volumes": [{"name": "n", "nfs": {"server": "s", "path": "/"}}],
                    }
                }
            },
        }
    )
    assert inert_fields(given) == (
        "spec.template.spec.volumes[0].nfs",
        "spec.template.spec.containers[1].tty",
        "spec.template.spec.hostIPC",
    )


def test_only_the_part_of_a_hook_that_does_nothing_is_named() -> None:
    hooks = {"preStop": {"sleep": {"seconds": 5}}, "postStart": {"exec": {"command": ["true"]}}}
    given = {"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [{"name": "c", "lifecycle": hooks}]}}
    assert inert_fields(from_manifest(given)) == ("spec.containers[0].lifecycle.postStart",)


def test_everyday_objects_have_only_fields_with_effect() -> None:
    assert inert_fields(POD) == ()
    assert inert_fields(ConfigMap(data=FrozenMap(a="b"))) == ()


def test_the_label_keys_of_pod_affinity_have_no_effect():
    term = {"topologyKey": "zone", "matchLabelKeys": ["a"], "mismatchLabelKeys": ["b"]}
    affinity = {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}
    spec = {"containers": [{"name": "app", "image": "nginx"}], "affinity": affinity}
    given = from_manifest({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": spec})
    place = "spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0]"
    assert inert_fields(given) == (f"{place}.matchLabelKeys", f"{place}.mismatchLabelKeys")
