"""A small cluster made by hand, step by step, so that pictures are tested without any component."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

import attrs
import pytest

from kubelab.api.apps import Deployment, DeploymentSpec, ReplicaSet, ReplicaSetSpec
from kubelab.api.core.config import Secret
from kubelab.api.core.container import Container
from kubelab.api.core.container_status import (
    ContainerState,
    ContainerStateRunning,
    ContainerStateTerminated,
    ContainerStateWaiting,
    ContainerStatus,
)
from kubelab.api.core.namespace import Namespace
from kubelab.api.core.node import Node, NodeCondition, NodeSpec, NodeStatus
from kubelab.api.core.pod import Pod, PodSpec, PodTemplateSpec
from kubelab.api.core.pod_status import PodCondition, PodStatus
from kubelab.api.core.reference import ObjectReference
from kubelab.api.core.resources import ResourceRequirements
from kubelab.api.core.service import Service, ServicePort, ServiceSpec
from kubelab.api.discovery import Endpoint, EndpointConditions, EndpointSlice
from kubelab.api.meta import LabelSelector, ObjectMeta, OwnerReference
from kubelab.api.scalars import FrozenMap, Quantity, Time
from kubelab.errors import StatusError
from kubelab.sim.state import EPOCH, State
from kubelab.sim.timeline import Timeline
from kubelab.sim.transition import Transition
from kubelab.state.machine import Machine
from kubelab.state.snapshot import ObjectKey, key_of
from kubelab.state.store import put, remove

START = Time(EPOCH // 1_000_000)
READY = NodeCondition(type="Ready", status="True")


def suffix(seed: str, length: int = 5) -> str:
    letters = "bcdfghjklmnpqrstvwxz2456789"
    return "".join(letters[byte % len(letters)] for byte in hashlib.sha1(seed.encode()).digest()[:length])


def owned_by(owner: Any) -> tuple[OwnerReference, ...]:
    meta = owner.metadata
    return (OwnerReference(api_version="apps/v1", kind=owner.kind, name=meta.name, uid=meta.uid, controller=True),)


class World:
    """A timeline that grows by one transition with every call."""

    def __init__(self, nodes: int = 3) -> None:
        state = State()
        allocatable = FrozenMap({"cpu": Quantity("4"), "memory": Quantity("8Gi")})
        objects: list[Any] = [Namespace(metadata=ObjectMeta(name="default", creation_timestamp=START))]
        for number in range(1, nodes + 1):
            name = f"worker-{number}"
            status = NodeStatus(allocatable=allocatable, conditions=(READY,))
            objects.append(Node(metadata=ObjectMeta(name=name, creation_timestamp=START), status=status))
        machines = state.snapshot.machines
        for obj in objects:
            snapshot, _ = put(state.snapshot, obj)
            state = attrs.evolve(state, snapshot=snapshot)
            if obj.kind == "Node":
                machines = machines.set(obj.metadata.name, Machine(name=obj.metadata.name))
        self.timeline = Timeline(attrs.evolve(state, snapshot=attrs.evolve(state.snapshot, machines=machines)))

    @property
    def view(self) -> Any:
        return self.timeline.newest.view

    def now(self, obj: Any) -> Any:
        return self.view.snapshot.objects[key_of(obj)]

    def step(
        self,
        actor: str,
        verb: str,
        obj: Any,
        message: str = "",
        *,
        cause: int | None = None,
        gone: bool = False,
        error: StatusError | None = None,
        subresource: str = "",
        node: str = "",
    ) -> Any:
        state = self.timeline.newest
        key, index, now = key_of(obj), state.steps + 1, state.now + 100_000
        before = state.snapshot.objects.get(key)
        snapshot, after = state.snapshot, before
        if gone:
            snapshot, after = remove(snapshot, key), None
        elif error is None and verb not in ("record", "run"):
            snapshot, after = put(snapshot, obj)
        transition = Transition(
            index=index,
            time=now,
            actor=actor,
            verb=verb,
            key=key,
            subresource=subresource,
            message=message or f"{actor} did {verb} {key}.",
            cause=cause,
            error=error,
            before=before if error is None else None,
            after=after if error is None else None,
            revision=snapshot.revision,
            node=node,
        )
        self.timeline.record(attrs.evolve(state, snapshot=snapshot, now=now, steps=index, transition=transition))
        self.timeline.goto(index)
        return after

    def last(self) -> int:
        return len(self.timeline)

    # Objects

    def namespace(self, name: str) -> Any:
        return self.step("user", "create", Namespace(metadata=ObjectMeta(name=name)), f"You created Namespace {name}.")

    def secret(self, name: str, value: str) -> Any:
        meta = ObjectMeta(name=name, namespace="default")
        return self.step("user", "create", Secret(metadata=meta, data=FrozenMap({"password": value}), type="Opaque"))

    def deployment(self, name: str, replicas: int, namespace: str = "default", image: str = "nginx:1.27") -> Any:
        labels = FrozenMap({"app": name})
        spec = PodSpec(containers=(Container(name="web", image=image),))
        template = PodTemplateSpec(metadata=ObjectMeta(labels=labels), spec=spec)
        wanted = DeploymentSpec(replicas=replicas, selector=LabelSelector(match_labels=labels), template=template)
        meta = ObjectMeta(name=name, namespace=namespace, uid=f"d-{namespace}-{name}", creation_timestamp=START)
        return self.step("user", "apply", Deployment(metadata=meta, spec=wanted), f"You applied Deployment {name}.")

    def replica_set(self, deployment: Any, revision: str = "1", replicas: int | None = None) -> Any:
        meta = deployment.metadata
        name = f"{meta.name}-{suffix(meta.name + meta.namespace + revision, 9)}"
        wanted = deployment.spec.replicas if replicas is None else replicas
        spec = deployment.spec
        obj = ReplicaSet(
            metadata=ObjectMeta(
                name=name,
                namespace=meta.namespace,
                uid=f"r-{meta.namespace}-{name}",
                owner_references=owned_by(deployment),
                creation_timestamp=START,
            ),
            spec=ReplicaSetSpec(replicas=wanted, selector=spec.selector, template=spec.template),
        )
        message = f"deployment-controller created ReplicaSet {name}."
        return self.step("deployment-controller", "create", obj, message, cause=self.last())

    def pod(self, owner: Any, number: int, cause: int | None = None) -> Any:
        meta = owner.metadata
        name = f"{meta.name}-{suffix(meta.name + meta.namespace + str(number))}"
        requests = FrozenMap({"cpu": Quantity("250m"), "memory": Quantity("128Mi")})
        container = Container(name="web", image="nginx:1.27", resources=ResourceRequirements(requests=requests))
        obj = Pod(
            metadata=ObjectMeta(
                name=name,
                namespace=meta.namespace,
                uid=f"p-{meta.namespace}-{name}",
                labels=owner.spec.selector.match_labels,
                owner_references=owned_by(owner),
                creation_timestamp=START,
            ),
            spec=PodSpec(containers=(container,)),
            status=PodStatus(phase="Pending"),
        )
        message = f"replicaset-controller created Pod {name}."
        return self.step("replicaset-controller", "create", obj, message, cause=cause or self.last())

    def bind(self, pod: Any, node: str) -> Any:
        bound = attrs.evolve(pod, spec=attrs.evolve(pod.spec, node_name=node))
        message = f"kube-scheduler bound Pod {pod.metadata.name} to {node}: it has the most free CPU."
        return self.step("kube-scheduler", "bind", bound, message, cause=self.last())

    def report(self, pod: Any, *, waiting: str = "", ready: bool = False, code: int | None = None, ip: str = "") -> Any:
        pod = self.now(pod)
        running = ContainerState(running=ContainerStateRunning(started_at=START))
        phase = "Running"
        if waiting:
            running = ContainerState(waiting=ContainerStateWaiting(reason=waiting))
            phase = "Pending" if waiting == "ContainerCreating" else "Running"
        elif code is not None:
            reason = "Completed" if code == 0 else "Error"
            running = ContainerState(terminated=ContainerStateTerminated(exit_code=code, reason=reason))
            phase = "Succeeded" if code == 0 else "Failed"
        status = PodStatus(
            phase=phase,
            pod_ip=ip,
            conditions=(PodCondition(type="Ready", status="True" if ready else "False"),),
            container_statuses=(ContainerStatus(name="web", ready=ready, state=running),),
        )
        node = pod.spec.node_name
        obj = attrs.evolve(pod, status=status)
        return self.step(f"kubelet/{node}", "update", obj, subresource="status", cause=self.last())

    def terminate(self, pod: Any) -> Any:
        pod = self.now(pod)
        leaving = attrs.evolve(pod, metadata=attrs.evolve(pod.metadata, deletion_timestamp=START))
        return self.step("replicaset-controller", "delete", leaving, cause=self.last())

    def delete(self, obj: Any, actor: str = "user") -> None:
        self.step(actor, "delete", self.now(obj), gone=True)

    def service(self, name: str, app: str = "", namespace: str = "default") -> Any:
        spec = ServiceSpec(
            type="ClusterIP",
            cluster_ip="10.96.0.14",
            cluster_ips=("10.96.0.14",),
            selector=FrozenMap({"app": app or name}),
            ports=(ServicePort(port=80, protocol="TCP"),),
        )
        meta = ObjectMeta(name=name, namespace=namespace, uid=f"s-{namespace}-{name}", creation_timestamp=START)
        return self.step("user", "apply", Service(metadata=meta, spec=spec), f"You applied Service {name}.")

    def endpoints(self, service: Any, pods: Sequence[Any]) -> Any:
        meta = service.metadata
        found = []
        for pod in pods:
            known = self.view.find(key_of(pod))
            if known is None:
                continue
            ready = any(c.type == "Ready" and c.status == "True" for c in known.status.conditions)
            target = ObjectReference(kind="Pod", namespace=meta.namespace, name=known.metadata.name)
            conditions = EndpointConditions(ready=ready)
            found.append(Endpoint(addresses=("10.0.0.1",), conditions=conditions, target_ref=target))
        obj = EndpointSlice(
            metadata=ObjectMeta(
                name=f"{meta.name}-abc12",
                namespace=meta.namespace,
                uid=f"e-{meta.namespace}-{meta.name}",
                labels=FrozenMap({"kubernetes.io/service-name": meta.name}),
            ),
            address_type="IPv4",
            endpoints=tuple(found),
        )
        return self.step("endpoint-slice-controller", "update", obj, cause=self.last())

    def node_is(self, name: str, status: str, *, cordoned: bool = False) -> Any:
        node = self.view.find(ObjectKey("Node", "", name))
        changed = attrs.evolve(
            node,
            spec=NodeSpec(unschedulable=cordoned),
            status=attrs.evolve(node.status, conditions=(NodeCondition(type="Ready", status=status),)),
        )
        return self.step("node-controller", "update", changed)

    def app(self, name: str, replicas: int, *, namespace: str = "default", ready: int | None = None) -> "App":
        """A Deployment with its ReplicaSet, Pods on all nodes in turn, and a Service."""
        deployment = self.deployment(name, replicas, namespace)
        owner = self.replica_set(deployment)
        service = self.service(name, namespace=namespace)
        nodes = [key.name for key in self.view.keys("Node")]
        cause = self.last() - 1
        pods = [self.pod(owner, number, cause) for number in range(replicas)]
        for number, pod in enumerate(pods):
            pods[number] = self.report(self.bind(pod, nodes[number % len(nodes)]), waiting="ContainerCreating")
        for number in range(replicas if ready is None else ready):
            pods[number] = self.report(pods[number], ready=True, ip=f"10.244.1.{number + 2}")
        self.endpoints(service, pods)
        return App(deployment, owner, service, pods)


@attrs.frozen
class App:
    deployment: Any
    owner: Any
    service: Any
    pods: list[Any]


@pytest.fixture(scope="session")
def make_world() -> Callable[..., World]:
    """Makes a cluster with so many nodes."""
    return World


@pytest.fixture
def rolling() -> World:
    """A Deployment in the middle of a rolling update: one Pod is new, one has just been removed, one waits."""
    world = World(3)
    app = world.app("web", 3)
    deployment = world.deployment("web", 3, image="nginx:1.28")
    newer = world.replica_set(deployment, "2", 1)
    fresh = world.report(world.bind(world.pod(newer, 0), "worker-1"), waiting="ContainerCreating")
    fresh = world.report(fresh, ready=True, ip="10.244.1.9")
    world.endpoints(app.service, [*app.pods, fresh])
    world.terminate(app.pods[0])
    world.endpoints(app.service, [*app.pods[1:], fresh])
    world.pod(newer, 1)
    world.delete(app.pods[0], "kubelet/worker-1")
    return world
