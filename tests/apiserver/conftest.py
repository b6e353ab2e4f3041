"""Roles and bindings in few words, for the tests of who may do what."""

from types import SimpleNamespace

import pytest

from kubelab.api.core.namespace import Namespace
from kubelab.api.meta import ObjectMeta
from kubelab.api.rbac import ClusterRole, ClusterRoleBinding, Role, RoleBinding, RoleRef, Subject
from kubelab.apiserver.bootstrap import initial_snapshot
from kubelab.apiserver.server import handle
from kubelab.state.bootstrap_rbac import GROUP, rule
from kubelab.state.requests import Create
from kubelab.state.snapshot import SECOND

NOW = 1_767_225_600 * SECOND


def cluster(*objects):
    """A fresh snapshot with two Namespaces and some objects."""
    spaces = [Namespace(metadata=ObjectMeta(name=name)) for name in ("default", "castle")]
    snapshot = initial_snapshot(NOW)
    for obj in (*spaces, *objects):
        snapshot = handle(snapshot, Create(object=obj), NOW).snapshot
    return snapshot


def role(name, *rules, namespace="default"):
    return Role(metadata=ObjectMeta(name=name, namespace=namespace), rules=tuple(rule(each) for each in rules))


def cluster_role(name, *rules, **more):
    return ClusterRole(metadata=ObjectMeta(name=name), rules=tuple(rule(each) for each in rules), **more)


def subject(text):
    kind, _, name = text.partition(" ")
    if kind == "ServiceAccount":
        namespace, _, name = name.rpartition("/")
        return Subject(kind=kind, name=name, namespace=namespace)
    return Subject(kind=kind, name=name, api_group=GROUP)


def binding(name, kind, to, *subjects, namespace="default"):
    """A RoleBinding to a Role or a ClusterRole."""
    return RoleBinding(
        metadata=ObjectMeta(name=name, namespace=namespace),
        subjects=tuple(subject(each) for each in subjects),
        role_ref=RoleRef(api_group=GROUP, kind=kind, name=to),
    )


def cluster_binding(name, to, *subjects):
    return ClusterRoleBinding(
        metadata=ObjectMeta(name=name),
        subjects=tuple(subject(each) for each in subjects),
        role_ref=RoleRef(api_group=GROUP, kind="ClusterRole", name=to),
    )


@pytest.fixture
def make():
    """The functions of this module: what can be made."""
    return SimpleNamespace(
        cluster=cluster, role=role, cluster_role=cluster_role, binding=binding, cluster_binding=cluster_binding
    )
