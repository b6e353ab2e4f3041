"""Server-side apply: who owns what, who is refused, what goes."""

import json

import pytest

from kubelab import Cluster
from kubelab.api.core.config import ConfigMap
from kubelab.api.decode import freeze
from kubelab.api.encode import thaw
from kubelab.api.manifest import from_manifest
from kubelab.api.meta import ObjectMeta
from kubelab.api.model import evolve
from kubelab.api.scalars import FrozenMap
from kubelab.apiserver.authentication import User
from kubelab.apiserver.field_owners.history import shown
from kubelab.apiserver.server import handle
from kubelab.errors import StatusError
from kubelab.state import store
from kubelab.state.requests import Apply, Create, Patch, Update
from kubelab.state.snapshot import SECOND, ObjectKey

NOW = 1_767_225_600 * SECOND
MAP = ObjectKey("ConfigMap", "default", "c")
WEB = ObjectKey("Deployment", "default", "web")
SERVICE = ObjectKey("Service", "default", "web")


def config_map(labels=None, **data):
    meta = {"name": "c", "namespace": "default", **({"labels": labels} if labels else {})}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": data}


def deployment(*containers, **spec):
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": list(containers)}}
    spec = {"selector": {"matchLabels": {"app": "web"}}, "template": template, **spec}
    meta = {"name": "web", "namespace": "default"}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta, "spec": spec}


def applied(snapshot, manager, config, target=MAP, now=NOW, user=None, **more):
    request = Patch(target=target, type="apply", body=freeze(config), manager=manager, **more)
    return handle(snapshot, request, now, user=user).snapshot


def patched(snapshot, manager, body, target=MAP, type_="merge", **more):
    request = Patch(target=target, type=type_, body=freeze(body), manager=manager, **more)
    return handle(snapshot, request, NOW).snapshot


def refusal(*arguments, **more):
    with pytest.raises(StatusError) as caught:
        applied(*arguments, **more)
    return caught.value


def owners(snapshot, key=MAP):
    """What each owner owns, by its name, operation and door."""
    entries = shown(snapshot, snapshot.objects[key]).metadata.managed_fields
    assert all(entry.fields_type == "FieldsV1" and entry.time is not None for entry in entries)
    return {(e.manager, e.operation, e.subresource): thaw(e.fields_v1) for e in entries}


@pytest.fixture
def empty(make):
    """A cluster without anything of its user."""
    return make.cluster()


def data(snapshot, key=MAP):
    return dict(snapshot.objects[key].data)


def test_an_apply_creates_what_is_not_there_and_owns_what_it_says(empty):
    snapshot = applied(empty, "one", config_map(k="one"))
    assert data(snapshot) == {"k": "one"}
    assert owners(snapshot) == {("one", "Apply", ""): {"f:data": {"f:k": {}}}}


def test_who_applies_is_told_of_other_owners_and_may_take_over(empty):
    snapshot = applied(empty, "one", config_map(k="one"))
    error = refusal(snapshot, "two", config_map(k="two", mine="2"))
    assert (error.code, error.reason) == (409, "Conflict")
    assert error.message == 'Apply failed with 1 conflict: conflict with "one": .data.k'
    assert [(c.reason, c.field, c.message) for c in error.causes] == [
        ("FieldManagerConflict", ".data.k", 'conflict with "one"')
    ]
    forced = applied(snapshot, "two", config_map(k="two", mine="2"), force=True)
    assert data(forced) == {"k": "two", "mine": "2"}
    assert owners(forced) == {("two", "Apply", ""): {"f:data": {"f:k": {}, "f:mine": {}}}}


def test_several_conflicts_are_told_by_their_owners(empty):
    snapshot = applied(empty, "one", config_map(a="1", b="1"))
    snapshot = patched(snapshot, "ed", {"data": {"b": "2", "c": "2"}})
    error = refusal(snapshot, "two", config_map(a="3", b="3", c="3"))
    assert error.message == (
        'Apply failed with 3 conflicts: conflicts with "ed" using v1:\n- .data.b\n- .data.c\n'
        'conflicts with "one":\n- .data.a'
    )


def test_the_same_value_is_shared_and_stays_while_one_of_its_owners_says_it(empty):
    snapshot = applied(empty, "one", config_map(k="v", mine="1"))
    revision = snapshot.revision
    snapshot = applied(snapshot, "two", config_map(k="v"))
    assert snapshot.revision == revision + 1, "a new owner is a change"
    assert set(owners(snapshot)) == {("one", "Apply", ""), ("two", "Apply", "")}
    snapshot = applied(snapshot, "one", config_map(mine="1"))
    assert data(snapshot) == {"k": "v", "mine": "1"}
    snapshot = applied(snapshot, "two", config_map())
    assert data(snapshot) == {"mine": "1"}


def test_the_same_apply_again_changes_nothing(empty):
    snapshot = applied(empty, "one", config_map(k="v"))
    assert applied(snapshot, "one", config_map(k="v"), now=NOW + SECOND) is snapshot


def test_what_is_no_longer_said_goes_unless_somebody_else_has_written_it(empty):
    snapshot = applied(empty, "one", config_map(x="1", y="1"))
    snapshot = patched(snapshot, "ed", {"data": {"y": "2"}})
    assert owners(snapshot)["one", "Apply", ""] == {"f:data": {"f:x": {}}}
    assert owners(snapshot)["ed", "Update", ""] == {"f:data": {"f:y": {}}}
    snapshot = applied(snapshot, "one", config_map())
    assert data(snapshot) == {"y": "2"}


def test_a_plain_write_takes_what_it_changes_and_gives_up_what_it_removes(empty):
    snapshot = applied(empty, "one", config_map(labels={"a": "1"}, x="1"))
    stored = snapshot.objects[MAP]
    meta = evolve(stored.metadata, labels=FrozenMap(), resource_version="")
    changed = evolve(stored, metadata=meta, data=FrozenMap(x="2", y="2"))
    snapshot = handle(snapshot, Update(object=changed, manager="ed"), NOW).snapshot
    assert owners(snapshot) == {("ed", "Update", ""): {"f:data": {"f:x": {}, "f:y": {}}}}


def test_items_of_a_list_are_owned_by_their_key(empty):
    snapshot = applied(empty, "one", deployment({"name": "a", "image": "a:1"}), WEB)
    sidecar = deployment({"name": "b", "image": "b:1", "ports": [{"containerPort": 80}]})
    del sidecar["spec"]["selector"], sidecar["spec"]["template"]["metadata"]
    snapshot = applied(snapshot, "two", sidecar, WEB)
    assert [c.name for c in snapshot.objects[WEB].spec.template.spec.containers] == ["a", "b"]
    key = 'k:{"name":"b"}'
    port = 'k:{"containerPort":80,"protocol":"TCP"}'
    assert owners(snapshot, WEB)["two", "Apply", ""]["f:spec"]["f:template"]["f:spec"]["f:containers"] == {
        key: {".": {}, "f:name": {}, "f:image": {}, "f:ports": {port: {".": {}, "f:containerPort": {}}}}
    }
    error = refusal(snapshot, "one", deployment({"name": "a", "image": "a:1"}, {"name": "b", "image": "b:2"}), WEB)
    assert error.message.endswith('conflict with "two": .spec.template.spec.containers[name="b"].image')
    without = {**sidecar, "spec": {}}
    assert [c.name for c in applied(snapshot, "two", without, WEB).objects[WEB].spec.template.spec.containers] == ["a"]


def test_what_is_atomic_has_one_owner(empty):
    ports = [{"port": 80}]
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "web", "namespace": "default"},
        "spec": {"selector": {"app": "web"}, "ports": ports},
    }
    snapshot = applied(empty, "one", service, SERVICE)
    other = {**service, "spec": {"selector": {"tier": "front"}}}
    error = refusal(snapshot, "two", other, SERVICE)
    assert error.message == 'Apply failed with 1 conflict: conflict with "one": .spec.selector'
    assert dict(applied(snapshot, "two", other, SERVICE, force=True).objects[SERVICE].spec.selector) == {
        "tier": "front"
    }


def test_a_creation_owns_what_was_sent_and_its_defaults_but_not_what_the_server_adds(empty):
    service = from_manifest(
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": "web", "namespace": "default", "labels": {"app": "web"}},
            "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]},
        }
    )
    snapshot = handle(empty, Create(object=service, manager="kubectl-create"), NOW).snapshot
    ((owner, fields),) = owners(snapshot, SERVICE).items()
    assert owner == ("kubectl-create", "Update", "")
    assert fields["f:metadata"] == {"f:labels": {".": {}, "f:app": {}}}
    assert "f:clusterIP" not in fields["f:spec"]
    assert {"f:sessionAffinity", "f:type", "f:internalTrafficPolicy"} <= set(fields["f:spec"])


def test_a_subresource_has_entries_of_its_own(empty):
    snapshot = applied(empty, "one", deployment({"name": "a", "image": "a:1"}), WEB)
    snapshot = patched(snapshot, "ctl", {"status": {"replicas": 1}}, WEB, subresource="status")
    assert owners(snapshot, WEB)["ctl", "Update", "status"] == {"f:status": {"f:replicas": {}}}
    status = {**deployment(), "status": {"replicas": 2}}
    error = refusal(snapshot, "two", status, WEB, subresource="status")
    assert error.message == (
        'Apply failed with 1 conflict: conflict with "ctl" with subresource "status" using apps/v1: .status.replicas'
    )
    by_front = applied(snapshot, "one", {**deployment({"name": "a", "image": "a:1"}), "status": {"replicas": 9}}, WEB)
    assert by_front.objects[WEB].status.replicas == 1


def test_components_own_under_the_names_of_their_programs(empty):
    made = ConfigMap(metadata=ObjectMeta(name="c", namespace="default"), data=FrozenMap(a="1"))
    for actor, manager in [
        ("deployment-controller", "kube-controller-manager"),
        ("kubelet/worker-1", "kubelet"),
        ("service-lb-controller", "cloud-controller-manager"),
        ("user", "kubelab"),
    ]:
        outcome = handle(empty, Create(object=made), NOW, actor=actor, user=User("root", ("system:masters",)))
        assert set(owners(outcome.snapshot)) == {(manager, "Update", "")}


def test_an_object_that_the_server_brought_along_is_the_servers(empty):
    key = ObjectKey("ClusterRole", "", "cluster-admin")
    assert set(owners(empty, key)) == {("kube-apiserver", "Update", "")}


def test_after_a_compaction_an_apply_meets_a_single_owner(empty):
    snapshot = patched(applied(empty, "one", config_map(k="1")), "ed", {"data": {"x": "1"}})
    forgotten = store.compact(snapshot, snapshot.revision)
    fresh = evolve(forgotten.objects[MAP])
    forgotten = evolve(forgotten, objects=forgotten.objects.set(MAP, fresh))
    assert shown(forgotten, fresh).metadata.managed_fields == ()
    error = refusal(forgotten, "two", config_map(k="2"))
    assert error.message == 'Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .data.k'


def test_of_many_plain_writers_the_oldest_become_one(empty):
    snapshot = applied(empty, "one", config_map(k="1"))
    for number in range(12):
        request = Patch(target=MAP, type="merge", body=freeze({"data": {f"k{number}": "1"}}), manager=f"m{number:02}")
        snapshot = handle(snapshot, request, NOW + number * SECOND).snapshot
    updaters = [name for name, operation, _ in owners(snapshot) if operation == "Update"]
    assert len(updaters) == 10
    assert owners(snapshot)["ancient-changes", "Update", ""] == {"f:data": {"f:k0": {}, "f:k1": {}, "f:k2": {}}}


def test_owners_can_be_set_by_hand_and_forgotten(empty):
    snapshot = applied(empty, "one", config_map(k="1"))
    rename = [{"op": "replace", "path": "/metadata/managedFields/0/manager", "value": "uno"}]
    renamed = patched(snapshot, "ed", rename, type_="json")
    assert set(owners(renamed)) == {("uno", "Apply", "")}
    stored = shown(snapshot, snapshot.objects[MAP])
    read_and_written = handle(snapshot, Update(object=stored, manager="ed"), NOW)
    assert not read_and_written.changed, "who writes back what was read has changed nothing"
    forget = patched(snapshot, "ed", {"metadata": {"managedFields": [{}]}})
    assert owners(forget) == {}


def test_kubectl_takes_over_what_its_own_client_side_apply_has_written(empty):
    last = json.dumps(config_map(k="1", x="1"))
    note = "kubectl.kubernetes.io/last-applied-configuration"
    meta = ObjectMeta(name="c", namespace="default", annotations=FrozenMap({note: last}))
    made = ConfigMap(metadata=meta, data=FrozenMap(k="1", x="1"))
    snapshot = handle(empty, Create(object=made, manager="kubectl-client-side-apply"), NOW).snapshot
    assert refusal(snapshot, "two", config_map(k="2")).code == 409
    taken = applied(snapshot, "kubectl", config_map(k="2"))
    assert data(taken)["k"] == "2"
    assert taken.objects[MAP].metadata.annotations[note] == (
        '{"apiVersion":"v1","data":{"k":"2"},"kind":"ConfigMap","metadata":{"name":"c","namespace":"default"}}\n'
    )
    edited = patched(snapshot, "ed", {"data": {"k": "by hand"}})
    assert refusal(edited, "kubectl", config_map(k="2")).code == 409


def test_a_program_applied_as_a_whole_owns_what_it_says(empty):
    made = ConfigMap(metadata=ObjectMeta(name="c", namespace="default"), data=FrozenMap(k="1"))
    snapshot = handle(empty, Apply(object=made), NOW).snapshot
    assert owners(snapshot) == {("kubelab", "Apply", ""): {"f:data": {"f:k": {}}}}
    assert refusal(snapshot, "two", config_map(k="2")).message.endswith('conflict with "kubelab": .data.k')


@pytest.mark.parametrize(
    ("config", "code", "message"),
    [
        (
            {**config_map(), "datta": {}},
            500,
            "failed to create typed patch object (default/c; /v1, Kind=ConfigMap): "
            ".datta: field not declared in schema",
        ),
        (
            config_map(k=1),
            500,
            "failed to create typed patch object (default/c; /v1, Kind=ConfigMap): "
            ".data.k: expected string, got &value.valueUnstructured{Value:1}",
        ),
        ({**config_map(), "kind": "Secret"}, 400, "invalid object type: /v1, Kind=Secret"),
        (
            ["x"],
            400,
            "error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go "
            "value of type map[string]interface {}",
        ),
        (None, 400, "invalid object type: /, Kind="),
        ({"apiVersion": 3, "kind": "ConfigMap"}, 400, "invalid object type: /, Kind=ConfigMap"),
        (
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": "x"},
            500,
            "failed to create typed patch object (/c; /v1, Kind=ConfigMap): .data: expected map, got &{x}",
        ),
        (
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": "x"},
            500,
            "failed to create typed patch object (/; /v1, Kind=ConfigMap): .metadata: expected map, got &{x}",
        ),
        (
            {**config_map(), "metadata": {"name": "d"}},
            400,
            "the name of the object (d) does not match the name on the URL (c)",
        ),
        (
            {**config_map(), "metadata": {}},
            400,
            "the name of the object (c based on URL) was undeterminable: name must be provided",
        ),
        (
            {**config_map(), "metadata": {"name": "c", "managedFields": []}},
            400,
            "metadata.managedFields must be nil",
        ),
    ],
)
def test_what_cannot_be_applied_is_refused(empty, config, code, message):
    error = refusal(empty, "one", config)
    assert (error.code, error.message) == (code, message)


def test_the_items_of_a_list_have_to_be_told_apart(empty):
    twice = deployment({"name": "a", "image": "a:1"}, {"name": "a", "image": "a:2"})
    where = (
        "failed to create typed patch object (default/web; apps/v1, Kind=Deployment): .spec.template.spec.containers"
    )
    assert refusal(empty, "one", twice, WEB).message == f'{where}: duplicate entries for key [name="a"]'
    nameless = deployment({"image": "a:1"})
    assert refusal(empty, "one", nameless, WEB).message == (
        f'{where}: element 0: associative list with keys has an element that omits all key fields ["name"] '
        "(and doesn't have default values for any key fields)"
    )
    assert refusal(empty, "one", deployment("a"), WEB).message == (
        f"{where}: element 0: associative list with keys may not have non-map elements"
    )
    wrong = deployment({"name": "a", "image": "a:1", "ports": [{"containerPort": "x"}]}, replicas="three")
    assert refusal(empty, "one", wrong, WEB).message == (
        "failed to create typed patch object (default/web; apps/v1, Kind=Deployment): errors:\n"
        '  .spec.template.spec.containers[name="a"].ports[containerPort="x",protocol="TCP"].containerPort: '
        "expected numeric (int or float), got string\n"
        "  .spec.replicas: expected numeric (int or float), got string"
    )


def test_who_applies_says_who_he_is(empty):
    error = refusal(empty, "", config_map())
    assert (error.code, error.message) == (
        422,
        'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    )


def test_who_may_patch_but_not_create_may_apply_only_what_is_there(make):
    rights = make.role("tinker", "patch: configmaps"), make.binding("b", "Role", "tinker", "User amy")
    snapshot = make.cluster(*rights)
    amy = User("amy", ())
    assert refusal(snapshot, "one", config_map(k="1"), user=amy).message == (
        'configmaps "c" is forbidden: User "amy" cannot create resource "configmaps" in API group "" '
        'in the namespace "default"'
    )
    snapshot = applied(snapshot, "admin", config_map(x="1"))
    assert data(applied(snapshot, "one", config_map(k="1"), user=amy)) == {"k": "1", "x": "1"}


def test_client_side_apply_keeps_its_annotation_when_the_server_brings_it_up_to_date():
    # So kubectl finds whose fields it has to take over, and what it says no longer goes.
    cluster = Cluster(nodes=1)
    last = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c","namespace":"default"},"data":{"a":"1"}}'
    annotation = "kubectl.kubernetes.io/last-applied-configuration"
    meta = {"name": "c", "namespace": "default", "annotations": {annotation: last}}
    key = ObjectKey("ConfigMap", "default", "c")
    made = from_manifest({"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": {"a": "1"}})
    cluster.request(Create(object=made, manager="kubectl-client-side-apply"))
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"b": "2"}}
    cluster.request(Patch(target=key, type="apply", body=freeze(body), manager="kubectl"))
    entries = shown(cluster.state.snapshot, cluster.view.find(key)).metadata.managed_fields
    owned = {entry.manager: thaw(entry.fields_v1) for entry in entries}
    assert f"f:{annotation}" in owned["kubectl-client-side-apply"]["f:metadata"]["f:annotations"]
    assert "f:metadata" not in owned["kubectl"]
