"""Objects from and to manifests: nothing is lost, and what is wrong is said in the API server's words."""

import importlib.util
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kubelab.api import manifest
from kubelab.api.apps import Deployment
from kubelab.api.core.config import ConfigMap, Secret
from kubelab.api.core.container import Container
from kubelab.api.core.namespace import Namespace
from kubelab.api.core.pod import Pod, PodSpec
from kubelab.api.core.service import Service
from kubelab.api.discovery import EndpointSlice
from kubelab.api.manifest import dump_json, dump_yaml, from_manifest, from_value, load, to_manifest, to_value
from kubelab.api.meta import ObjectMeta
from kubelab.api.scalars import FrozenMap, Quantity
from kubelab.api.scheme import KINDS
from kubelab.errors import ManifestError

_spec = importlib.util.spec_from_file_location("objects", Path(__file__).with_name("objects.py"))
assert _spec is not None and _spec.loader is not None
_objects = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_objects)

ANY_OBJECT = st.sampled_from(KINDS).flatmap(lambda kind: _objects.objects(kind.model))


def pod(**spec: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec}


def problems(given: Any) -> list[str]:
    with pytest.raises(ManifestError) as caught:
        from_manifest(given)
    return [str(problem) for problem in caught.value.problems]


def answer(given: Any) -> str:
    with pytest.raises(ManifestError) as caught:
        from_manifest(given)
    return str(caught.value).splitlines()[0]


# ---- nothing is lost


@given(ANY_OBJECT)
@settings(max_examples=300)
def test_an_object_comes_back_from_its_manifest(obj: Any) -> None:
    assert from_manifest(to_manifest(obj)) == obj


@given(ANY_OBJECT)
@settings(max_examples=150)
def test_an_object_comes_back_from_its_compact_manifest(obj: Any) -> None:
    assert from_manifest(to_manifest(obj, compact=True)) == obj


@given(st.lists(ANY_OBJECT, max_size=3).map(tuple))
@settings(max_examples=100)
def test_objects_come_back_from_yaml_and_from_json(objs: tuple[Any, ...]) -> None:
    assert load(dump_yaml(objs)) == objs
    assert load(dump_json(objs)) == objs


@given(ANY_OBJECT)
@settings(max_examples=100)
def test_a_manifest_written_twice_is_the_same(obj: Any) -> None:
    once = to_manifest(obj)
    assert to_manifest(from_manifest(once)) == once


def test_what_a_user_set_comes_back_unchanged() -> None:
    given = pod(
        containers=[
            {
                "name": "web",
                "image": "nginx:1.27",
                "command": ["sleep", "3600"],
                "ports": [{"containerPort": 80, "name": "http"}],
                "env": [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k", "optional": False}}}],
                "resources": {"requests": {"cpu": "250m"}},
                "livenessProbe": {"httpGet": {"path": "/", "port": "http"}, "periodSeconds": 5},
            }
        ],
        volumes=[{"name": "tmp", "emptyDir": {}}],
        hostIPC=True,
        terminationGracePeriodSeconds=0,
        tolerations=[{"operator": "Exists"}],
    )
    assert to_manifest(from_manifest(given)) == {**given, "status": {}}


# ---- what Go leaves out, and what it does not


def test_structures_stay_even_when_they_are_empty() -> None:
    assert to_manifest(Deployment()) == {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {},
        "spec": {"selector": None, "strategy": {}, "template": {"metadata": {}, "spec": {"containers": None}}},
        "status": {},
    }


def test_a_compact_manifest_says_only_what_is_set() -> None:
    assert to_manifest(Deployment(metadata=ObjectMeta(name="web")), compact=True) == {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web"},
    }


def test_required_lists_that_are_empty_are_null() -> None:
    written = to_manifest(EndpointSlice())
    assert written["endpoints"] is None and written["ports"] is None and written["addressType"] == ""


def test_absent_and_zero_differ_where_upstream_has_a_pointer() -> None:
    absent, zero = Deployment(), from_manifest({"apiVersion": "apps/v1", "kind": "Deployment", "spec": {"replicas": 0}})
    assert "replicas" not in to_manifest(absent)["spec"]
    assert to_manifest(zero)["spec"]["replicas"] == 0


def test_an_explicitly_empty_pointer_differs_from_an_absent_one() -> None:
    given = pod(containers=[{"name": "c"}], securityContext={})
    assert to_manifest(from_manifest(given))["spec"]["securityContext"] == {}


def test_empty_lists_maps_and_texts_are_as_if_absent() -> None:
    given = pod(containers=[], volumes=[], nodeSelector={}, hostname="", dnsPolicy=None)
    assert from_manifest(given) == Pod(metadata=ObjectMeta(name="p"))


def test_null_means_absent_and_the_zero_value_inside_a_list() -> None:
    assert from_value(tuple[Container, ...], [None]) == (Container(),)
    assert from_value(FrozenMap[str, str], {"a": None}) == {"a": ""}


def test_quantities_are_written_in_their_canonical_form() -> None:
    given = pod(containers=[{"name": "c", "resources": {"limits": {"cpu": 0.5, "memory": "1024Mi", "x": 2}}}])
    limits = from_manifest(given).spec.containers[0].resources.limits  # type: ignore[attr-defined]
    assert limits == {"cpu": "500m", "memory": "1Gi", "x": "2"}
    assert all(type(value) is Quantity for value in limits.values())


def test_binary_data_is_written_as_go_writes_it() -> None:
    given = {"apiVersion": "v1", "kind": "Secret", "data": {"a": "aGVs\nbG8=", "b": "AB=="}}
    assert from_manifest(given) == Secret(data=FrozenMap(a="aGVsbG8=", b="AA=="))


def test_claims_within_a_stateful_set_carry_their_kind() -> None:
    given = {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "spec": {"volumeClaimTemplates": [{"metadata": {"name": "data"}}]},
    }
    claim = to_manifest(from_manifest(given))["spec"]["volumeClaimTemplates"][0]
    assert (claim["apiVersion"], claim["kind"]) == ("v1", "PersistentVolumeClaim")
    assert from_manifest(to_manifest(from_manifest(given))) == from_manifest(given)


def test_parts_of_objects_have_values_too() -> None:
    spec = PodSpec(containers=(Container(name="c", image="i"),))
    assert to_value(spec) == {"containers": [{"name": "c", "image": "i", "resources": {}}]}
    assert from_value(PodSpec, to_value(spec)) == spec
    assert to_value((Quantity("1"), 3, None)) == ["1", 3, None]


def test_objects_cannot_be_changed() -> None:
    secret = from_manifest({"apiVersion": "v1", "kind": "ConfigMap", "data": {"a": "b"}})
    assert isinstance(secret, ConfigMap)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        secret.metadata = ObjectMeta()  # type: ignore[misc]
    with pytest.raises(TypeError, match="FrozenMap cannot be changed"):
        secret.data["a"] = "c"


# ---- what is wrong, in the words that a real server was recorded to answer


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (
            {
                "apiVersion": "v1",
                "kind": "ReplicationController",
                "spec": {"selector": {"matchExpressions": [{"key": "app"}]}},
            },
            "json: cannot unmarshal array into Go struct field ReplicationControllerSpec.spec.selector of type string",
        ),
        (
            {"apiVersion": "v1", "kind": "Secret", "data": {"a": "not base64!"}},
            "illegal base64 data at input byte 3",
        ),
        (
            {"apiVersion": "v1", "kind": "ConfigMap", "data": {"bad key!": "v"}, "binaryData": {"k": "@@@"}},
            "illegal base64 data at input byte 0",
        ),
        (
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "typo"}, "datta": {"k": "v"}},
            'strict decoding error: unknown field "datta"',
        ),
        (
            {"apiVersion": "apps/v1", "kind": "Deployment", "spec": {"replicas": "three"}},
            "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32",
        ),
        (
            pod(containers=[{"name": "c", "resources": {"requests": {"cpu": "lots"}}}]),
            "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
        ),
    ],
)
def test_refusals_read_as_recorded(given: dict[str, Any], text: str) -> None:
    assert answer(given) == text


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        ({"containers": {}}, "object into Go struct field PodSpec.spec.containers of type []v1.Container"),
        ({"containers": ["c"]}, "string into Go struct field PodSpec.spec.containers of type v1.Container"),
        ({"containers": [{"name": 5}]}, "number into Go struct field Container.spec.containers.name of type string"),
        (
            {"containers": [{"imagePullPolicy": True}]},
            "bool into Go struct field Container.spec.containers.imagePullPolicy of type v1.PullPolicy",
        ),
        (
            {"containers": [{"ports": [{"containerPort": 2**31}]}]},
            "number 2147483648 into Go struct field ContainerPort.spec.containers.ports.containerPort of type int32",
        ),
        (
            {"terminationGracePeriodSeconds": 1.5},
            "number 1.5 into Go struct field PodSpec.spec.terminationGracePeriodSeconds of type int64",
        ),
        ({"nodeSelector": []}, "array into Go struct field PodSpec.spec.nodeSelector of type map[string]string"),
        ({"overhead": 1}, "number into Go struct field PodSpec.spec.overhead of type v1.ResourceList"),
        (
            {"volumes": [{"emptyDir": []}]},
            "array into Go struct field Volume.spec.volumes.VolumeSource.emptyDir of type v1.EmptyDirVolumeSource",
        ),
        ({"hostNetwork": "yes"}, "string into Go struct field PodSpec.spec.hostNetwork of type bool"),
    ],
)
def test_wrong_types_are_named_as_go_names_them(spec: dict[str, Any], text: str) -> None:
    assert problems(pod(**spec)) == [f"json: cannot unmarshal {text}"]


def test_a_wrong_port_is_an_error_of_its_own() -> None:
    given = {"apiVersion": "v1", "kind": "Service", "spec": {"ports": [{"port": 80, "targetPort": 1.5}]}}
    assert answer(given) == (
        "json: cannot unmarshal number 1.5 into Go struct field ServicePort.spec.ports.targetPort of type int32"
    )
    fine = from_manifest({"apiVersion": "v1", "kind": "Service", "spec": {"ports": [{"targetPort": "http"}]}})
    assert isinstance(fine, Service) and fine.spec.ports[0].target_port == "http"


def test_moments_that_are_none_are_refused() -> None:
    given = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"creationTimestamp": "today"}}
    assert answer(given) == 'parsing time "today" as "2006-01-02T15:04:05Z07:00": cannot parse "today" as "2006"'
    given = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"creationTimestamp": 5}}
    assert answer(given) == (
        "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.creationTimestamp of type string"
    )


def test_all_problems_are_told_and_the_servers_own_answer_comes_first() -> None:
    given = pod(
        containers=[{"name": 1, "image": "i", "imagee": "j", "resources": {"limits": {"cpu": "x"}}}], replcias=3, foo=1
    )
    with pytest.raises(ManifestError) as caught:
        from_manifest(given)
    assert str(caught.value) == (
        "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'\n"
        "json: cannot unmarshal number into Go struct field Container.spec.containers.name of type string\n"
        'strict decoding error: unknown field "spec.containers[0].imagee", unknown field "spec.replcias", '
        'unknown field "spec.foo"'
    )
    assert [problem.path for problem in caught.value.problems if isinstance(problem, manifest.Problem)] == [
        ("spec", "containers", 0, "resources", "limits", "cpu"),
        ("spec", "containers", 0, "name"),
        ("spec", "containers", 0, "imagee"),
        ("spec", "replcias"),
        ("spec", "foo"),
    ]


def test_names_are_matched_exactly() -> None:
    assert problems(pod(Containers=[])) == ['unknown field "spec.Containers"']


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({}, "Object 'Kind' is missing in '{}'"),
        ({"kind": "Pod"}, "Object 'apiVersion' is missing in '{\"kind\":\"Pod\"}'"),
        ({"apiVersion": "v1", "kind": "Pot"}, 'no matches for kind "Pot" in version "v1"'),
        ({"apiVersion": "v2", "kind": "Pod"}, 'no matches for kind "Pod" in version "v2"'),
        (
            {"apiVersion": "v1", "kind": 3},
            "couldn't get version/kind; json parse error: json: cannot unmarshal number into Go struct field .kind "
            "of type string",
        ),
        (["kind"], "Object 'Kind' is missing in '[\"kind\"]'"),
    ],
)
def test_a_manifest_must_say_what_it_is(given: Any, text: str) -> None:
    assert answer(given) == text


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda x: (
            st.lists(x)
            | st.dictionaries(
                st.sampled_from(("spec", "containers", "name", "metadata", "labels", "status", "ports", "data")), x
            )
        ),
        max_leaves=12,
    )
)
@settings(max_examples=300)
def test_whatever_it_is_given_it_answers(given: Any) -> None:
    for kind in ("Pod", "Service", "Secret"):
        manifest_ = {**given, "apiVersion": "v1", "kind": kind} if isinstance(given, dict) else given
        try:
            from_manifest(manifest_)
        except ManifestError as error:
            assert error.problems


def test_a_namespace_is_as_short_as_it_looks() -> None:
    assert repr(Namespace(metadata=ObjectMeta(name="shop"))) == "Namespace(metadata=ObjectMeta(name='shop'))"
