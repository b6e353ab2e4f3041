"""The roles and bindings of a fresh cluster."""

from collections import Counter

import pytest

from kubelab.api.defaults import apply_defaults
from kubelab.api.manifest import from_manifest, to_manifest
from kubelab.api.rbac import PolicyRule
from kubelab.api.validation import validate
from kubelab.apiserver.bootstrap import initial_snapshot
from kubelab.state.bootstrap_controllers import CONTROLLER_ROLES
from kubelab.state.bootstrap_rbac import rbac_objects, rule
from kubelab.state.snapshot import ObjectKey, key_of

NOW = 1_767_225_600_000_000
OBJECTS = {key_of(obj): obj for obj in rbac_objects()}


def test_all_are_valid_complete_and_survive_being_written_and_read():
    for obj in OBJECTS.values():
        assert list(validate(obj)) == []
        assert apply_defaults(obj) == obj
        assert from_manifest(to_manifest(obj)) == obj
    assert len(OBJECTS) == len(rbac_objects())


def test_every_binding_gives_a_role_that_is_there():
    for key, obj in OBJECTS.items():
        if key.kind.endswith("Binding"):
            reference = obj.role_ref
            assert (
                ObjectKey(reference.kind, key.namespace if reference.kind == "Role" else "", reference.name) in OBJECTS
            )


def test_as_many_as_kube_apiserver_makes():
    made = Counter(k.kind for k, o in OBJECTS.items() if "kubernetes.io/bootstrapping" in o.metadata.labels)
    assert made == {"ClusterRole": 69, "ClusterRoleBinding": 50, "Role": 7, "RoleBinding": 7}


def test_each_controller_has_a_role_and_a_binding_of_its_own():
    for name in CONTROLLER_ROLES:
        binding = OBJECTS[ObjectKey("ClusterRoleBinding", "", f"system:controller:{name}")]
        assert [(s.kind, s.namespace, s.name) for s in binding.subjects] == [("ServiceAccount", "kube-system", name)]


def test_who_may_edit_may_view_and_an_admin_may_edit():
    held = {n: set(OBJECTS[ObjectKey("ClusterRole", "", n)].rules) for n in ("view", "edit", "admin")}
    assert held["view"] < held["edit"] < held["admin"]
    assert not any("secrets" in each.resources for each in held["view"])


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("read: pods", PolicyRule(verbs=("get", "list", "watch"), api_groups=("",), resources=("pods",))),
        (
            "get update: leases @ coordination.k8s.io = me",
            PolicyRule(
                verbs=("get", "update"),
                api_groups=("coordination.k8s.io",),
                resources=("leases",),
                resource_names=("me",),
            ),
        ),
        ("get: events @ core x", PolicyRule(verbs=("get",), api_groups=("", "x"), resources=("events",))),
        ("get: /api /api/*", PolicyRule(verbs=("get",), non_resource_urls=("/api", "/api/*"))),
        ("*: *", PolicyRule(verbs=("*",), non_resource_urls=("*",))),
        ("*: * @ *", PolicyRule(verbs=("*",), api_groups=("*",), resources=("*",))),
    ],
)
def test_how_a_rule_is_written(text, meant):
    assert rule(text) == meant


def test_they_are_there_before_the_first_revision_and_apart_from_the_rest():
    snapshot = initial_snapshot(NOW)
    assert snapshot.revision == 0
    assert dict(snapshot.rbac) == dict(snapshot.objects)
    for obj in snapshot.objects.values():
        assert obj.metadata.resource_version == "0"
        assert obj.metadata.uid
        assert obj.metadata.creation_timestamp == NOW // 1_000_000
    assert initial_snapshot(NOW) is snapshot
