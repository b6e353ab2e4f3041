"""Who an actor is."""

import pytest

from kubelab.apiserver.authentication import ADMIN, authenticate, impersonated, service_account
from kubelab.components import CONTROL_PLANE
from kubelab.state.bootstrap_rbac import OWN_COMPONENTS

KUBE_SYSTEM = ("system:serviceaccounts", "system:serviceaccounts:kube-system", "system:authenticated")


@pytest.mark.parametrize(
    ("actor", "name", "groups"),
    [
        ("user", "kubernetes-admin", ("system:masters", "system:authenticated")),
        ("kube-scheduler", "system:kube-scheduler", ("system:authenticated",)),
        ("kubelet/worker-1", "system:node:worker-1", ("system:nodes", "system:authenticated")),
        ("kube-proxy/worker-1", "system:serviceaccount:kube-system:kube-proxy", KUBE_SYSTEM),
        ("replicaset-controller", "system:serviceaccount:kube-system:replicaset-controller", KUBE_SYSTEM),
        ("persistentvolume-controller", "system:serviceaccount:kube-system:persistent-volume-binder", KUBE_SYSTEM),
        ("taint-eviction-controller", "system:serviceaccount:kube-system:node-controller", KUBE_SYSTEM),
    ],
)
def test_each_actor_is_the_user_that_upstream_makes_of_it(actor, name, groups):
    user = authenticate(actor)
    assert (user.name, user.groups) == (name, groups)


def test_a_component_of_ones_own_is_in_the_group_that_lets_it_work():
    user = authenticate("mirror-controller")
    assert user.name == "system:serviceaccount:kube-system:mirror-controller"
    assert OWN_COMPONENTS in user.groups


def test_no_component_of_the_control_plane_needs_that_group():
    owned = [c.name for c in CONTROL_PLANE if OWN_COMPONENTS in authenticate(c.name).groups]
    assert owned == []


def test_only_a_kubelet_has_a_node():
    assert authenticate("kubelet/worker-1").node == "worker-1"
    assert authenticate("kube-proxy/worker-1").node == ""
    assert impersonated("system:node:worker-1").node == ""
    assert impersonated("system:node:worker-1", ("system:nodes",)).node == "worker-1"


def test_whom_one_acts_as_is_in_the_groups_that_the_server_adds():
    assert impersonated("jane").groups == ("system:authenticated",)
    assert impersonated("jane", ("dev",)).groups == ("dev", "system:authenticated")
    assert impersonated("system:anonymous").groups == ("system:unauthenticated",)
    king = impersonated("system:serviceaccount:default:king")
    assert king == service_account("default", "king")
    assert not ADMIN.component
