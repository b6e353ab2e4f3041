"""The verb patch: what is stored after one, and what is refused, in the server's words."""

import pytest

from kubelab.api.core.config import ConfigMap
from kubelab.api.decode import freeze
from kubelab.api.manifest import from_manifest
from kubelab.api.meta import ObjectMeta
from kubelab.api.scalars import FrozenMap
from kubelab.apiserver.authentication import User
from kubelab.apiserver.scale import scale_of
from kubelab.apiserver.server import handle
from kubelab.errors import StatusError
from kubelab.state.requests import Create, Patch
from kubelab.state.snapshot import SECOND, ObjectKey

NOW = 1_767_225_600 * SECOND
MAP = ObjectKey("ConfigMap", "default", "c")
WEB = ObjectKey("Deployment", "default", "web")

DEPLOYMENT = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web", "namespace": "default"},
    "spec": {
        "replicas": 3,
        "selector": {"matchLabels": {"app": "web"}},
        "template": {
            "metadata": {"labels": {"app": "web"}},
            "spec": {"containers": [{"name": "web", "image": "nginx:1.27"}]},
        },
    },
}


@pytest.fixture
def snapshot(make):
    """A cluster with a ConfigMap and a Deployment."""
    data = ConfigMap(metadata=ObjectMeta(name="c", namespace="default"), data=FrozenMap(x="1"))
    return make.cluster(data, from_manifest(DEPLOYMENT))


def patched(snapshot, type_, body, target=MAP, user=None, **more):
    return handle(snapshot, Patch(target=target, type=type_, body=freeze(body), **more), NOW, user=user)


def refusal(*arguments, **more):
    with pytest.raises(StatusError) as caught:
        patched(*arguments, **more)
    return caught.value


@pytest.mark.parametrize(
    ("type_", "body"),
    [
        ("json", [{"op": "add", "path": "/data/y", "value": "2"}]),
        ("merge", {"data": {"y": "2"}}),
        ("strategic", {"data": {"y": "2"}}),
    ],
)
def test_each_type_of_patch_changes_what_it_says(snapshot, type_, body):
    outcome = patched(snapshot, type_, body)
    assert dict(outcome.after.data) == {"x": "1", "y": "2"}
    assert outcome.after.metadata.resource_version == str(snapshot.revision + 1)


@pytest.mark.parametrize(
    ("type_", "body"),
    [
        ("json", []),
        ("json", [{"op": "replace", "path": "/data/x", "value": "1"}]),
        ("merge", {}),
        ("merge", {"data": {"x": "1", "gone": None}}),
        ("strategic", {"data": {"$patch": "replace", "x": "1"}}),
    ],
)
def test_a_patch_of_nothing_makes_no_revision(snapshot, type_, body):
    outcome = patched(snapshot, type_, body)
    assert not outcome.changed
    assert outcome.snapshot is snapshot


def test_a_patch_is_defaulted_and_validated_as_a_body_is(snapshot):
    body = {"spec": {"template": {"spec": {"containers": [{"name": "web", "ports": [{"containerPort": 80}]}]}}}}
    outcome = patched(snapshot, "strategic", body, WEB)
    assert outcome.after.spec.template.spec.containers[0].ports[0].protocol == "TCP"
    assert outcome.after.metadata.generation == 2
    error = refusal(snapshot, "merge", {"spec": {"replicas": -1}}, WEB)
    assert (error.code, error.message) == (
        422,
        'Deployment.apps "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    )


def test_the_status_is_behind_a_door_of_its_own(snapshot):
    body = {"status": {"replicas": 9}, "spec": {"replicas": 9}}
    by_front = patched(snapshot, "merge", body, WEB).after
    assert (by_front.spec.replicas, by_front.status.replicas) == (9, 0)
    by_status = patched(snapshot, "merge", body, WEB, subresource="status").after
    assert (by_status.spec.replicas, by_status.status.replicas) == (3, 9)


def test_the_scale_is_patched_as_a_scale(snapshot):
    assert scale_of(snapshot.objects[WEB])["status"] == {"replicas": 0, "selector": "app=web"}
    outcome = patched(snapshot, "merge", {"spec": {"replicas": 5}}, WEB, subresource="scale")
    assert outcome.after.spec.replicas == 5
    error = refusal(snapshot, "merge", {"spec": {"replicas": -5}}, WEB, subresource="scale")
    assert error.message == (
        'Scale.autoscaling "web" is invalid: spec.replicas: Invalid value: -5: must be greater than or equal to 0'
    )
    assert refusal(snapshot, "merge", {"spec": {"replicas": "x"}}, WEB, subresource="scale").code == 400


@pytest.mark.parametrize(
    ("type_", "body", "code", "message"),
    [
        (
            "json",
            [{"op": "test", "path": "/data/x", "value": "2"}],
            422,
            "the server rejected our request due to an error in our request",
        ),
        (
            "json",
            {"op": "add"},
            400,
            "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp",
        ),
        (
            "merge",
            ["x"],
            400,
            "error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}",
        ),
        (
            "strategic",
            {"datta": {"k": "v"}},
            422,
            ' "" is invalid: patch: Invalid value: "map[datta:map[k:v]]": strict decoding error: unknown field "datta"',
        ),
        (
            "strategic",
            {"data": "text"},
            422,
            ' "" is invalid: patch: Invalid value: "map[data:text]": cannot restore map from string',
        ),
        (
            "merge",
            {"metadata": {"name": "d"}},
            400,
            "the name of the object (d) does not match the name on the URL (c)",
        ),
        (
            "merge",
            {"metadata": {"namespace": "castle"}},
            400,
            "the namespace of the object (castle) does not match the namespace on the request (default)",
        ),
        (
            "merge",
            {"kind": "Secret"},
            400,
            "the kind in the data (Secret) does not match the expected kind (ConfigMap)",
        ),
        (
            "merge",
            {"metadata": {"resourceVersion": "1"}},
            409,
            'Operation cannot be fulfilled on configmaps "c": the object has been modified; '
            "please apply your changes to the latest version and try again",
        ),
    ],
)
def test_a_patch_that_cannot_be_is_refused(snapshot, type_, body, code, message):
    error = refusal(snapshot, type_, body)
    assert (error.code, error.message) == (code, message)


def test_the_type_of_a_value_is_minded_in_the_words_of_who_reads_it(snapshot):
    body = {"spec": {"replicas": "three"}}
    assert refusal(snapshot, "strategic", body, WEB).message == (
        ' "" is invalid: patch: Invalid value: "map[spec:map[replicas:three]]": unrecognized type: int32'
    )
    assert refusal(snapshot, "merge", body, WEB).message.endswith(
        "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32"
    )


def test_unknown_fields_are_refused_told_or_dropped(snapshot):
    body = {"data": {"x": "2"}, "datta": {}}
    assert "strict decoding error" in refusal(snapshot, "merge", body).message
    told = patched(snapshot, "merge", body, validation="Warn")
    assert (dict(told.after.data), told.warnings) == ({"x": "2"}, ('unknown field "datta"',))
    assert patched(snapshot, "merge", body, validation="Ignore").warnings == ()
    operation = [{"op": "remove", "path": "/data", "why": "so"}]
    assert patched(snapshot, "json", operation, validation="Warn").warnings == ('json patch unknown field "[0].why"',)


def test_what_is_not_there_cannot_be_patched(snapshot):
    error = refusal(snapshot, "merge", {}, ObjectKey("ConfigMap", "default", "ghost"))
    assert (error.code, error.message) == (404, 'configmaps "ghost" not found')


def test_who_patches_needs_the_verb_patch(make):
    data = ConfigMap(metadata=ObjectMeta(name="c", namespace="default"))
    rights = make.role("tinker", "patch: configmaps"), make.binding("b", "Role", "tinker", "User amy")
    snapshot = make.cluster(data, *rights)
    assert patched(snapshot, "merge", {"data": {"a": "1"}}, user=User("amy", ())).changed
    error = refusal(snapshot, "merge", {"data": {"a": "1"}}, user=User("bob", ()))
    assert error.message == (
        'configmaps "c" is forbidden: User "bob" cannot patch resource "configmaps" in API group "" '
        'in the namespace "default"'
    )


def test_a_patch_takes_away_the_last_finalizer_of_what_is_deleted(snapshot):
    from kubelab.state.requests import Delete

    snapshot = patched(snapshot, "merge", {"metadata": {"finalizers": ["example.com/hold"]}}).snapshot
    snapshot = handle(snapshot, Delete(target=MAP), NOW).snapshot
    assert snapshot.objects[MAP].metadata.deletion_timestamp is not None
    outcome = patched(snapshot, "json", [{"op": "remove", "path": "/metadata/finalizers"}])
    assert MAP not in outcome.snapshot.objects


def test_a_created_object_can_be_patched_by_its_namespace_left_out(snapshot):
    made = handle(snapshot, Create(object=ConfigMap(metadata=ObjectMeta(name="d"))), NOW).snapshot
    assert patched(made, "merge", {"data": {"a": "1"}}, ObjectKey("ConfigMap", "", "d")).changed
