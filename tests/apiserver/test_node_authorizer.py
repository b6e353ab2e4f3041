"""What a kubelet may: its own Node, its Pods, and what these use."""

import pytest

from kubelab.api.coordination import Lease
from kubelab.api.core.config import ConfigMap, Secret
from kubelab.api.core.container import Container
from kubelab.api.core.env import EnvVar, EnvVarSource, SecretKeySelector
from kubelab.api.core.node import Node, Taint
from kubelab.api.core.pod import Pod, PodSpec
from kubelab.api.core.volume import ConfigMapVolumeSource, Volume
from kubelab.api.meta import ObjectMeta
from kubelab.api.model import evolve
from kubelab.apiserver.authentication import authenticate
from kubelab.apiserver.authorization import decide
from kubelab.apiserver.rules import Attributes
from kubelab.apiserver.server import handle
from kubelab.errors import StatusError
from kubelab.state.requests import Create, Delete, Update
from kubelab.state.snapshot import SECOND, ObjectKey

NOW = 1_767_225_600 * SECOND
KUBELET = authenticate("kubelet/one")


def pod(name, node):
    env = EnvVar(name="P", value_from=EnvVarSource(secret_key_ref=SecretKeySelector(name=f"{name}-secret", key="k")))
    volume = Volume(name="v", config_map=ConfigMapVolumeSource(name=f"{name}-files"))
    return Pod(
        metadata=ObjectMeta(name=name, namespace="default"),
        spec=PodSpec(node_name=node, containers=(Container(name="c", image="nginx", env=(env,)),), volumes=(volume,)),
    )


@pytest.fixture
def snapshot(make):
    secrets = [Secret(metadata=ObjectMeta(name=f"{p}-secret", namespace="default")) for p in ("mine", "other")]
    files = [ConfigMap(metadata=ObjectMeta(name=f"{p}-files", namespace="default")) for p in ("mine", "other")]
    nodes = [Node(metadata=ObjectMeta(name=name)) for name in ("one", "two")]
    return make.cluster(*nodes, *secrets, *files, pod("mine", "one"), pod("other", "two"))


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (Attributes("get", "", "secrets", "", "default", "mine-secret"), None),
        (
            Attributes("get", "", "secrets", "", "default", "other-secret"),
            "no relationship found between node 'one' and this object",
        ),
        (Attributes("list", "", "secrets", "", "default"), "No Object name found"),
        (Attributes("delete", "", "secrets", "", "default", "mine-secret"), "can only read resources of this type"),
        (Attributes("get", "", "configmaps", "", "default", "mine-files"), None),
        (
            Attributes("get", "", "configmaps", "", "default", "other-files"),
            "no relationship found between node 'one' and this object",
        ),
        (Attributes("get", "", "pods", "", "default", "mine"), None),
        (
            Attributes("get", "", "pods", "", "default", "other"),
            "no relationship found between node 'one' and this object",
        ),
        (Attributes("get", "", "nodes", "", "", "one"), None),
        (Attributes("get", "", "nodes", "", "", "two"), "node 'one' cannot read 'two', only its own Node object"),
        (Attributes("list", "", "nodes"), "node 'one' cannot read all nodes, only its own Node object"),
        (Attributes("update", "", "nodes", "status", "", "one"), None),
        (Attributes("delete", "", "nodes", "", "", "one"), ""),
        (Attributes("update", "coordination.k8s.io", "leases", "", "kube-node-lease", "one"), None),
        (
            Attributes("update", "coordination.k8s.io", "leases", "", "kube-node-lease", "two"),
            "can only access node lease with the same name as the requesting node",
        ),
        (
            Attributes("update", "coordination.k8s.io", "leases", "", "default", "one"),
            'can only access leases in the "kube-node-lease" system namespace',
        ),
        (Attributes("create", "", "serviceaccounts", "token", "default", "default"), None),
        (Attributes("list", "", "services"), None),
        (Attributes("create", "", "services", "", "default"), ""),
    ],
)
def test_a_kubelet_may_what_concerns_its_node(snapshot, asked, reason):
    decision = decide(snapshot, KUBELET, asked)
    assert decision.allowed is (reason is None)
    assert decision.reason == (reason or "")


def refusal(snapshot, request):
    with pytest.raises(StatusError) as caught:
        handle(snapshot, request, NOW, "kubelet/one")
    return caught.value.message


def test_whose_object_it_writes_is_looked_at_too(snapshot):
    other = snapshot.objects[ObjectKey("Pod", "default", "other")]
    assert refusal(snapshot, Update(object=other, subresource="status")) == (
        'pods "other" is forbidden: node "one" can only update pod status for pods with spec.nodeName set to itself'
    )
    assert refusal(snapshot, Delete(target=ObjectKey("Pod", "default", "other"))) == (
        'pods "other" is forbidden: node "one" can only delete pods with spec.nodeName set to itself'
    )
    two = snapshot.objects[ObjectKey("Node", "", "two")]
    assert refusal(snapshot, Update(object=two, subresource="status")) == (
        'nodes "two" is forbidden: node "one" is not allowed to modify node "two"'
    )
    assert refusal(snapshot, Create(object=pod("new", "one"))) == (
        'pods "new" is forbidden: pod does not have "kubernetes.io/config.mirror" annotation, node "one" can only '
        "create mirror pods"
    )
    one = snapshot.objects[ObjectKey("Node", "", "one")]
    tainted = evolve(one, spec=evolve(one.spec, taints=(Taint(key="k", effect="NoSchedule"),)))
    assert refusal(snapshot, Update(object=tainted)) == (
        'nodes "one" is forbidden: node "one" is not allowed to modify taints'
    )
    lease = Lease(metadata=ObjectMeta(name="two", namespace="kube-node-lease"))
    assert refusal(snapshot, Create(object=lease)) == (
        'leases.coordination.k8s.io "two" is forbidden: can only access node lease with the same name as the '
        "requesting node"
    )


def test_its_own_are_its_own(snapshot):
    mine = snapshot.objects[ObjectKey("Pod", "default", "mine")]
    running = evolve(mine, status=evolve(mine.status, phase="Running"))
    assert handle(snapshot, Update(object=running, subresource="status"), NOW, "kubelet/one").changed
    assert handle(
        snapshot, Delete(target=ObjectKey("Pod", "default", "mine"), grace_seconds=0), NOW, "kubelet/one"
    ).changed
