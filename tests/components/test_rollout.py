"""Deployments, ReplicaSets and Services under the engine: whole rollouts; Pods run a second after their birth.

The Events and the sequences of numbers are those of a real control plane (Kubernetes 1.36) on the same commands.
"""

from collections import Counter

import attrs
import pytest

from kubelab.api.apps import Deployment, DeploymentSpec, DeploymentStrategy, ReplicaSet, ReplicaSetSpec
from kubelab.api.core.container import Container, ContainerPort
from kubelab.api.core.namespace import Namespace
from kubelab.api.core.node import Node
from kubelab.api.core.pod import Pod, PodSpec, PodTemplateSpec
from kubelab.api.core.pod_status import PodCondition, PodIP
from kubelab.api.core.service import Service, ServicePort, ServiceSpec
from kubelab.api.meta import LabelSelector, ObjectMeta
from kubelab.api.scalars import FrozenMap, Time
from kubelab.apiserver.bootstrap import initial_snapshot
from kubelab.components.deployment import DeploymentController
from kubelab.components.endpoints import EndpointsController
from kubelab.components.endpointslice import EndpointSliceController
from kubelab.components.replicaset import ReplicaSetController
from kubelab.sim.engine import Engine
from kubelab.sim.state import EPOCH, State
from kubelab.state.requests import Bind, Create, Delete, Requeue, Update
from kubelab.state.snapshot import SECOND, ObjectKey

LABELS = FrozenMap({"app": "web"})
KEY = ObjectKey("Deployment", "default", "web")


class Playground:
    """Binds every Pod to node `n`, makes it ready a second later, and ends it when it is deleted."""

    name = "playground"
    watches = ("Pod",)

    def enqueue(self, change):
        return (change.key,)

    def reconcile(self, view, key):
        pod = view.find(key)
        if pod is None:
            return []
        if pod.metadata.deletion_timestamp is not None:
            if pod.status.phase != "Succeeded":
                return [self.report(pod, "Succeeded", "False", view.time)]
            return [Delete(target=key, grace_seconds=0, uid=pod.metadata.uid)]
        if not pod.spec.node_name:
            return [Bind(target=key, node="n", uid=pod.metadata.uid)]
        if pod.status.phase != "Pending" or "broken" in pod.spec.containers[0].image:
            return []
        ready_at = (pod.metadata.creation_timestamp + 1) * SECOND
        if view.now < ready_at:
            return [Requeue(at=ready_at)]
        return [self.report(pod, "Running", "True", view.time)]

    def report(self, pod, phase, ready, now):
        number = int(pod.metadata.uid.replace("-", "")[:4], 16)
        condition = PodCondition(type="Ready", status=ready, last_transition_time=Time(now))
        ip = f"10.0.{number // 256}.{number % 256}"
        status = attrs.evolve(pod.status, phase=phase, conditions=(condition,), pod_ip=ip, pod_ips=(PodIP(ip=ip),))
        return Update(object=attrs.evolve(pod, status=status), subresource="status")


ENGINE = Engine(
    (DeploymentController(), ReplicaSetController(), EndpointSliceController(), EndpointsController(), Playground())
)


def start(*objects):
    state = State(snapshot=initial_snapshot(EPOCH))
    for obj in (Namespace(metadata=ObjectMeta(name="default")), Node(metadata=ObjectMeta(name="n")), *objects):
        state = ENGINE.submit(state, Create(object=obj))
    return state


def template(image="nginx:1"):
    container = Container(name="c", image=image, ports=(ContainerPort(name="http", container_port=80),))
    return PodTemplateSpec(metadata=ObjectMeta(labels=LABELS), spec=PodSpec(containers=(container,)))


def deployment(replicas, image="nginx:1", **spec):
    return Deployment(
        metadata=ObjectMeta(name="web", namespace="default"),
        spec=DeploymentSpec(
            replicas=replicas, selector=LabelSelector(match_labels=LABELS), template=template(image), **spec
        ),
    )


def change(state, **spec):
    dep = state.view.find(KEY)
    return ENGINE.submit(state, Update(object=attrs.evolve(dep, spec=attrs.evolve(dep.spec, **spec))))


def transitions(state, limit=20_000):
    seen = []
    for following in ENGINE.run(state, limit):
        if following.steps > state.steps:
            seen.append(following.transition)
        state = following
    return seen, state


def events(steps, reason):
    return [note.message for t in steps for note in t.events if note.reason == reason]


def shortened(messages, names):
    """Messages in which the ReplicaSets are called by the order of their age."""
    for message in messages:
        for number, name in enumerate(names, 1):
            message = message.replace(name, f"rs{number}")
        yield message


def names_of(state):
    sets = state.view.list("ReplicaSet")
    return [r.metadata.name for r in sorted(sets, key=lambda r: int(r.metadata.annotations.get(REVISION, "0")))]


REVISION = "deployment.kubernetes.io/revision"


def settled(state):
    """Nothing that is enabled means that every reconcile returns nothing."""
    view = state.view
    for component in ENGINE.components:
        for key in view.keys(component.watches[0]):
            assert [want for want in component.reconcile(view, key) if not isinstance(want, Requeue)] == []
    return True


def test_a_rolling_update_and_its_rollback_record_the_events_of_a_real_control_plane():
    _, state = transitions(start(deployment(4)))
    names = names_of(state)
    steps, state = transitions(change(state, template=template("nginx:2")))
    names += [n for n in names_of(state) if n not in names]
    assert Counter(shortened(events(steps, "ScalingReplicaSet"), names)) == Counter(
        {
            "Scaled up replica set rs2 from 0 to 1": 1,
            "Scaled down replica set rs1 from 4 to 3": 1,
            "Scaled up replica set rs2 from 1 to 2": 1,
            "Scaled down replica set rs1 from 3 to 1": 1,
            "Scaled up replica set rs2 from 2 to 4": 1,
            "Scaled down replica set rs1 from 1 to 0": 1,
        }
    )
    assert settled(state)
    _, state = transitions(change(state, template=template("nginx:1")))
    view = state.view
    first, second = (view.get("ReplicaSet", "default", n) for n in names)
    assert (first.spec.replicas, second.spec.replicas) == (4, 0)
    assert first.metadata.annotations[REVISION] == "3"
    assert first.metadata.annotations["deployment.kubernetes.io/revision-history"] == "1"
    dep = view.find(KEY)
    assert dep.metadata.annotations[REVISION] == "3"
    assert [(c.type, c.status, c.reason) for c in dep.status.conditions] == [
        ("Available", "True", "MinimumReplicasAvailable"),
        ("Progressing", "True", "NewReplicaSetAvailable"),
    ]
    assert settled(state)


def test_never_more_than_the_surge_allows_and_never_fewer_than_must_be_available():
    _, state = transitions(start(deployment(4)))
    state = change(state, template=template("nginx:2"))
    for following in ENGINE.run(state, 20_000):
        sets = following.view.list("ReplicaSet")
        assert sum(rs.spec.replicas for rs in sets) <= 5
        ready = [p for p in following.view.list("Pod") if p.metadata.deletion_timestamp is None]
        assert sum(p.status.phase == "Running" for p in ready) >= 3
        state = following
    assert settled(state)


def test_recreate_never_runs_two_versions_side_by_side():
    _, state = transitions(start(deployment(2, strategy=DeploymentStrategy(type="Recreate"))))
    names = names_of(state)
    state = change(state, template=template("nginx:2"))
    said = []
    for following in ENGINE.run(state, 20_000):
        if following.steps > state.steps:
            said += [n.message for n in following.transition.events if n.reason == "ScalingReplicaSet"]
        images = {p.spec.containers[0].image for p in following.view.list("Pod") if p.status.phase == "Running"}
        assert len(images) <= 1
        state = following
    names += [n for n in names_of(state) if n not in names]
    assert list(shortened(said, names)) == [
        "Scaled down replica set rs1 from 2 to 0",
        "Scaled up replica set rs2 from 0 to 2",
    ]
    assert settled(state)


def test_a_rollout_that_cannot_succeed_stops_and_is_reported_after_its_deadline():
    _, state = transitions(start(deployment(4)))
    steps, state = transitions(change(state, template=template("nginx:broken")))
    dep = state.view.find(KEY)
    assert dep.status.available_replicas == 3
    progressing = next(c for c in dep.status.conditions if c.type == "Progressing")
    assert progressing.reason == "ProgressDeadlineExceeded"
    assert steps[-1].time - steps[0].time == pytest.approx(600 * SECOND, abs=10 * SECOND)
    assert settled(state)


def test_scaling_a_hundred_pods_up_and_down_costs_a_write_a_pod():
    steps, state = transitions(start(deployment(100)))
    assert len(events(steps, "SuccessfulCreate")) == 100
    steps, state = transitions(change(state, replicas=10))
    assert len(events(steps, "SuccessfulDelete")) == 90
    assert state.view.count("Pod") == 10
    assert settled(state)


def test_the_endpoints_of_a_service_follow_its_pods():
    service = Service(
        metadata=ObjectMeta(name="web", namespace="default", labels=LABELS),
        spec=ServiceSpec(selector=LABELS, ports=(ServicePort(port=80, target_port="http", protocol="TCP"),)),
    )
    _, state = transitions(start(deployment(3), service))
    (slice_,) = state.view.list("EndpointSlice")
    assert len(slice_.endpoints) == 3
    assert all(e.conditions.ready for e in slice_.endpoints)
    assert [(p.name, p.port, p.protocol) for p in slice_.ports] == [("", 80, "TCP")]
    endpoints = state.view.get("Endpoints", "default", "web")
    assert len(endpoints.subsets[0].addresses) == 3
    _, state = transitions(change(state, replicas=0))
    (slice_,) = state.view.list("EndpointSlice")
    assert (slice_.endpoints, slice_.ports) == ((), ())
    assert state.view.get("Endpoints", "default", "web").subsets == ()
    assert settled(state)


@pytest.mark.parametrize("delay", [200_000, 1_000_000, 5_000_000])
def test_a_replica_set_controller_that_lags_neither_runs_away_nor_goes_astray(delay):
    state = attrs.evolve(start(deployment(5)), delays=FrozenMap({"replicaset-controller": delay}))
    _, state = transitions(state)
    assert state.view.count("Pod") == 5
    _, state = transitions(change(state, template=template("nginx:2")))
    assert state.view.count("Pod") == 5
    _, state = transitions(change(state, replicas=2))
    assert state.view.count("Pod") == 2
    assert settled(state)


def test_a_bare_replica_set_replaces_what_is_deleted():
    rs = ReplicaSet(
        metadata=ObjectMeta(name="bare", namespace="default"),
        spec=ReplicaSetSpec(replicas=3, selector=LabelSelector(match_labels=LABELS), template=template()),
    )
    _, state = transitions(start(rs))
    victim: Pod = state.view.list("Pod")[0]
    key = ObjectKey("Pod", "default", victim.metadata.name)
    steps, state = transitions(ENGINE.submit(state, Delete(target=key)))
    assert len(events(steps, "SuccessfulCreate")) == 1
    assert state.view.count("Pod") == 3
    assert settled(state)
