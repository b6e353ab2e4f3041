"""Random programs and random faults: whatever happens, what must be true of a cluster stays true, and it recovers."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kubelab import Cluster
from kubelab.sim.engine import Engine
from kubelab.sim.invariants import at_rest, never_bound_twice, violations
from kubelab.sim.state import State

SLOW = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])

NAMES = st.sampled_from(["a", "b", "c"])
IMAGES = st.sampled_from(["nginx:1.26", "nginx:1.27", "nginx:broken", "busybox:1.36"])
CLAUSES = st.sampled_from(["", "crashes", "never ready", "ready after 3s", "exits 1 after 4s", "request cpu 900m"])
WORKLOADS = st.builds(
    lambda kind, name, count, image, clause: f"{kind} {name} x{count} {image} {{ {clause} }}",
    st.sampled_from(["deployment", "replicaset", "replicationcontroller"]),
    NAMES,
    st.integers(0, 4),
    IMAGES,
    CLAUSES,
)
SERVICES = st.builds(lambda name: f"service {name} -> app={name} port 80", NAMES)
STATEMENTS = st.one_of(WORKLOADS, WORKLOADS, SERVICES)
NODES = st.sampled_from(["worker-1", "worker-2"])
COMPONENTS = st.sampled_from(
    ["kube-scheduler", "replicaset-controller", "deployment-controller", "kubelet/worker-1", "kube-controller-manager"]
)
FAULTS = st.one_of(
    st.tuples(st.just("kill"), NODES),
    st.tuples(st.just("revive"), NODES),
    st.tuples(st.just("stop"), COMPONENTS),
    st.tuples(st.just("start"), COMPONENTS),
    st.tuples(st.just("delay"), COMPONENTS),
    st.tuples(st.just("crash"), st.just("")),
    st.tuples(st.just("delete"), st.just("")),
    st.tuples(st.just("apply"), STATEMENTS),
    st.tuples(st.just("steps"), st.integers(1, 30).map(str)),
)


def happens(cluster: Cluster, what: str, to: str) -> None:
    """Let a fault happen, where it can."""
    from kubelab.errors import KubelabError

    pods = cluster.view.keys("Pod")
    try:
        if what == "delay":
            cluster.delay(to, "2s")
        elif what == "steps":
            cluster.step(int(to))
        elif what == "crash" and pods:
            cluster.crash(f"{pods[0].namespace}/{pods[0].name}")
        elif what == "delete" and pods:
            cluster.delete(f"{pods[-1].namespace}/pod/{pods[-1].name}")
        elif what in ("kill", "revive", "stop", "start", "apply"):
            getattr(cluster, what)(to)
    except KubelabError:
        # What cannot be done (a node killed twice, a Pod that does not run) must leave everything as it was.
        pass


def mended(cluster: Cluster) -> None:
    """Everything runs again, at once and without delay."""
    for actor in sorted(cluster.state.stopped):
        cluster.start(actor)
    for actor in sorted(cluster.state.delays):
        cluster.delay(actor, "0s")
    for node in ("worker-1", "worker-2"):
        cluster.revive(node)


@SLOW
@given(st.lists(STATEMENTS, min_size=1, max_size=4), st.lists(FAULTS, max_size=6))
def test_what_must_be_true_stays_true_and_the_cluster_recovers(program, faults):
    cluster = Cluster(nodes=2)
    happens(cluster, "apply", "\n".join(program))
    for what, to in faults:
        happens(cluster, what, to)
        assert violations(cluster.state) == []
    mended(cluster)
    assert cluster.run(limit=50_000).ended == "settled"
    timeline = cluster.timeline
    assert violations(timeline.newest) == []
    assert list(never_bound_twice(timeline.state(i) for i in range(len(timeline) + 1))) == []
    assert list(at_rest(cluster.engine, timeline.newest)) == []
    for workload in (*cluster.view.list("ReplicaSet"), *cluster.view.list("ReplicationController")):
        assert workload.status.replicas == workload.spec.replicas


def crashed_at(engine: Engine, state: State, step: int, actor: str) -> State:
    """The end of a run in which a component is killed after `step` more transitions, and started afresh at once."""
    from kubelab.sim import faults

    stop_at = state.steps + step
    for following in engine.run(state):
        state = following
        if state.steps >= stop_at:
            break
    state = faults.start(engine, faults.stop(engine, state, actor), actor)
    return engine.settle(state)


def summary(state: State) -> object:
    """What is the same however the names fell: how many objects of each kind are in which state."""
    view = state.view
    pods = sorted(
        (p.metadata.labels.get("app", ""), p.status.phase, p.spec.containers[0].image) for p in view.list("Pod")
    )
    ready = [(d.metadata.name, d.status.ready_replicas, d.status.updated_replicas) for d in view.list("Deployment")]
    sets = sorted((r.spec.replicas, r.status.ready_replicas) for r in view.list("ReplicaSet"))
    endpoints = [
        (s.metadata.labels.get("kubernetes.io/service-name"), len(s.endpoints)) for s in view.list("EndpointSlice")
    ]
    return pods, ready, sets, endpoints


@pytest.mark.parametrize(
    "actor",
    [
        "deployment-controller",
        "replicaset-controller",
        "kube-scheduler",
        "endpoint-slice-controller",
        "kubelet/worker-1",
        "kube-proxy/worker-1",
        "kube-controller-manager",
    ],
)
def test_a_component_killed_at_any_step_leads_to_the_same_end(actor):
    cluster = Cluster()
    cluster.apply("deployment web x3 nginx:1.26\nservice web -> deployment web port 80")
    cluster.run()
    cluster.apply("deployment web x2 nginx:1.27")
    engine, start = cluster.engine, cluster.state
    end = engine.settle(start)
    for step in range(0, end.steps - start.steps, 3):
        assert summary(crashed_at(engine, start, step, actor)) == summary(end), f"{actor} killed after {step} steps"
