"""Components that are killed at any step and started afresh bring the cluster to the same end."""

import attrs
import pytest

from kubelab.api.apps import ReplicaSet, ReplicaSetSpec
from kubelab.api.coordination import Lease
from kubelab.api.core.config import ConfigMap
from kubelab.api.core.container import Container
from kubelab.api.core.namespace import Namespace
from kubelab.api.core.node import Node, NodeCondition, NodeStatus
from kubelab.api.core.pod import Pod, PodSpec, PodTemplateSpec
from kubelab.api.core.pod_status import PodCondition
from kubelab.api.core.service import Service, ServicePort, ServiceSpec
from kubelab.api.core.storage import PersistentVolumeClaim
from kubelab.api.core.volume_claim import PersistentVolumeClaimSpec, VolumeResourceRequirements
from kubelab.api.meta import LabelSelector, ObjectMeta, OwnerReference
from kubelab.api.model import evolve
from kubelab.api.scalars import FrozenMap, Quantity
from kubelab.apiserver.bootstrap import initial_snapshot
from kubelab.components.csi_provisioner import CsiProvisioner
from kubelab.components.garbage_collector import GarbageCollector
from kubelab.components.kube_proxy import KubeProxy
from kubelab.components.namespace import NamespaceController
from kubelab.components.node_ipam import NodeIpamController
from kubelab.components.node_lifecycle import NodeLifecycleController
from kubelab.components.persistentvolume import PersistentVolumeController
from kubelab.components.pod_gc import PodGarbageCollector
from kubelab.components.root_ca_cert_publisher import RootCAPublisher
from kubelab.components.serviceaccount import ServiceAccountsController
from kubelab.components.storage_protection import ClaimProtectionController, VolumeProtectionController
from kubelab.components.taint_eviction import TaintEvictionController
from kubelab.components.ttl import TTLController
from kubelab.sim.engine import Engine
from kubelab.sim.state import EPOCH, State
from kubelab.state.bootstrap import initial_objects
from kubelab.state.requests import Create, Delete, Update
from kubelab.state.snapshot import ObjectKey

ENGINE = Engine(
    [
        NamespaceController(),
        ServiceAccountsController(),
        RootCAPublisher(),
        GarbageCollector(),
        NodeIpamController(),
        TTLController(),
        NodeLifecycleController(),
        TaintEvictionController(),
        PodGarbageCollector(),
        PersistentVolumeController(),
        CsiProvisioner(),
        ClaimProtectionController(),
        VolumeProtectionController(),
        KubeProxy(),
    ]
)


def cluster(*objects):
    state = State(snapshot=initial_snapshot(EPOCH))
    for obj in (*initial_objects(EPOCH), *objects):
        state = ENGINE.submit(state, Create(object=obj))
    return state


def meta(name, namespace="dev", **more):
    return ObjectMeta(name=name, namespace=namespace, **more)


def claim():
    resources = VolumeResourceRequirements(requests=FrozenMap({"storage": Quantity("1Gi")}))
    return PersistentVolumeClaim(
        metadata=meta("data"), spec=PersistentVolumeClaimSpec(access_modes=("ReadWriteOnce",), resources=resources)
    )


def service():
    return Service(metadata=meta("web"), spec=ServiceSpec(ports=(ServicePort(port=80),)))


def owned_by(state, key):
    owner = state.snapshot.objects[key]
    return (
        OwnerReference(
            api_version=owner.api_version,
            kind=owner.kind,
            name=owner.metadata.name,
            uid=owner.metadata.uid,
            controller=True,
            block_owner_deletion=True,
        ),
    )


def namespace_in_use():
    return cluster(
        Node(metadata=ObjectMeta(name="worker-1")),
        Namespace(metadata=ObjectMeta(name="dev")),
        ConfigMap(metadata=meta("settings")),
        claim(),
        service(),
    )


def namespace_deleted():
    return ENGINE.submit(ENGINE.settle(namespace_in_use()), Delete(target=ObjectKey("Namespace", "", "dev")))


def foreground_deleted():
    state = cluster(Namespace(metadata=ObjectMeta(name="dev")))
    labels = FrozenMap({"app": "a"})
    pods = PodSpec(containers=(Container(name="c", image="nginx"),))
    template = PodTemplateSpec(metadata=ObjectMeta(labels=labels), spec=pods)
    spec = ReplicaSetSpec(selector=LabelSelector(match_labels=labels), template=template)
    state = ENGINE.submit(state, Create(object=ReplicaSet(metadata=meta("rs"), spec=spec)))
    key = ObjectKey("ReplicaSet", "dev", "rs")
    for name in ("p", "q"):
        pod = Pod(metadata=meta(name, labels=labels, owner_references=owned_by(state, key)), spec=pods)
        state = ENGINE.submit(state, Create(object=pod))
    return ENGINE.submit(state, Delete(target=key, propagation="Foreground"))


def node_lost():
    names = ("a", "b", "c")
    state = cluster(*(Node(metadata=ObjectMeta(name=name)) for name in names))
    for name in names:
        node = state.snapshot.objects[ObjectKey("Node", "", name)]
        ready = NodeStatus(conditions=(NodeCondition(type="Ready", status="True"),))
        state = ENGINE.submit(state, Update(object=evolve(node, status=ready), subresource="status"))
        state = ENGINE.submit(state, Create(object=Lease(metadata=meta(name, "kube-node-lease"))))
    spec = PodSpec(containers=(Container(name="c", image="nginx"),), node_name="a")
    state = ENGINE.submit(state, Create(object=Pod(metadata=meta("p", "default"), spec=spec)))
    pod = state.snapshot.objects[ObjectKey("Pod", "default", "p")]
    status = evolve(pod.status, conditions=(PodCondition(type="Ready", status="True"),))
    state = ENGINE.settle(ENGINE.submit(state, Update(object=evolve(pod, status=status), subresource="status")))
    silent = evolve(state.snapshot.machines["a"], powered=False, silent_since=state.now)
    snapshot = attrs.evolve(state.snapshot, machines=state.snapshot.machines.set("a", silent))
    return ENGINE.notice(attrs.evolve(state, snapshot=snapshot), ObjectKey("Lease", "kube-node-lease", "a"), None)


def node_deleted():
    return ENGINE.submit(ENGINE.settle(node_lost()), Delete(target=ObjectKey("Node", "", "a")))


SCENARIOS = [namespace_in_use, namespace_deleted, foreground_deleted, node_lost, node_deleted]


def outcome(state):
    """What the cluster has come to, apart from how many writes it took and when they were made."""
    snapshot = state.snapshot
    objects = {
        key: (
            getattr(obj, "spec", None) if key.kind != "Node" else [(t.key, t.effect) for t in obj.spec.taints],
            sorted(obj.metadata.finalizers),
            obj.metadata.deletion_timestamp is not None,
            getattr(getattr(obj, "status", None), "phase", None),
            [(c.type, c.status, c.reason) for c in getattr(getattr(obj, "status", None), "conditions", ())],
        )
        for key, obj in snapshot.objects.items()
        if key.kind != "PersistentVolume"
    }
    # That a Node went away while nobody looked is told by nobody, as upstream has it.
    events = {
        key: {(e.reason, e.message) for e in held if e.reason != "RemovingNode"}
        for key, held in snapshot.events.items()
    }
    rules = {name: machine.rules for name, machine in snapshot.machines.items()}
    return objects, {k: v for k, v in events.items() if k.kind != "PersistentVolumeClaim"}, rules


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_killed_at_any_step_they_reach_the_same_end(scenario):
    states = [start := scenario()]
    for state in ENGINE.run(start, 2000):
        if state.steps != states[-1].steps:
            states.append(state)
    expected = outcome(ENGINE.settle(start))
    for state in states:
        fresh = State(snapshot=state.snapshot, now=state.now, steps=state.steps)
        assert outcome(ENGINE.settle(ENGINE.wake_all(fresh))) == expected


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_once_settled_nobody_wants_anything(scenario):
    settled = ENGINE.settle(scenario())
    woken = State(snapshot=settled.snapshot, now=settled.now, steps=settled.steps)
    assert ENGINE.settle(ENGINE.wake_all(woken)).steps == settled.steps


def test_the_scenarios_come_to_what_they_are_meant_to():
    def end(scenario):
        return ENGINE.settle(scenario()).snapshot.objects

    assert end(namespace_in_use)[ObjectKey("PersistentVolumeClaim", "dev", "data")].status.phase == "Bound"
    gone = end(namespace_deleted)
    assert not [key for key in gone if key.namespace == "dev" or key.name == "dev" or key.kind == "PersistentVolume"]
    assert not [key for key in end(foreground_deleted) if key.kind in ("ReplicaSet", "Pod")]
    assert end(node_lost)[ObjectKey("Pod", "default", "p")].metadata.deletion_timestamp is not None
    assert not [key for key in end(node_deleted) if key.kind == "Pod"]


def test_a_node_that_joins_a_running_cluster_wakes_its_own_kube_proxy():
    state = ENGINE.settle(cluster())
    joined = ENGINE.settle(ENGINE.submit(state, Create(object=Node(metadata=ObjectMeta(name="late")))))
    assert list(joined.snapshot.machines["late"].rules) == ["default/kubernetes"]
