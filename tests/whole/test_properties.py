"""Random programs and random faults: whatever happens, what must be true of a cluster stays true, and it recovers.

`KUBELAB_EXAMPLES=2000 pytest tests/whole/test_properties.py` looks for longer, and elsewhere each time.
"""

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kubelab import Cluster
from kubelab.api.core.node import Taint
from kubelab.api.model import evolve
from kubelab.errors import KubelabError, LimitError
from kubelab.sim.engine import Engine
from kubelab.sim.invariants import at_rest, never_bound_twice, violations
from kubelab.sim.state import State
from kubelab.state.requests import Update

EXAMPLES = int(os.environ.get("KUBELAB_EXAMPLES", "0"))
SLOW = settings(
    max_examples=EXAMPLES or 15,
    derandomize=not EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

NAMES = st.sampled_from(["a", "b", "c"])
SPACES = st.sampled_from(["", "", "x"])
IMAGES = st.sampled_from(["nginx:1.26", "nginx:1.27", "nginx:broken", "busybox:1.36"])
CLAUSES = st.sampled_from(
    [
        "",
        "crashes",
        "crashes 2 times",
        "never ready",
        "ready after 3s",
        "exits 1 after 4s",
        "exits 0 after 2s",
        "stops in 5s",
        "request cpu 900m",
        "port 80; ready http /; live http / every 2s failures 2",
        ".spec.terminationGracePeriodSeconds = 0",
    ]
)
ROLLOUTS = st.sampled_from(
    [
        "",
        "strategy Recreate",
        "strategy RollingUpdate surge 0 unavailable 1",
        "strategy RollingUpdate surge 50% unavailable 0",
        ".spec.paused = true",
        ".spec.minReadySeconds = 2",
        ".spec.revisionHistoryLimit = 0",
    ]
)


def said(space: str, statement: str) -> str:
    """A statement, in a namespace if one is named."""
    return f"namespace {space} {{ {statement} }}" if space else statement


SETS = st.builds(
    lambda kind, name, count, image, clause: f"{kind} {name} x{count} {image} {{ {clause} }}",
    st.sampled_from(["replicaset", "replicationcontroller"]),
    NAMES,
    st.integers(0, 4),
    IMAGES,
    CLAUSES.filter(lambda clause: not clause.startswith(".")),
)
DEPLOYMENTS = st.builds(
    lambda name, count, image, clause, rollout: f"deployment {name} x{count} {image} {{ {clause}; {rollout} }}",
    NAMES,
    st.integers(0, 4),
    IMAGES,
    CLAUSES.filter(lambda clause: not clause.startswith(".")),
    ROLLOUTS,
)
PODS = st.builds(lambda name, image, clause: f"pod {name} {image} {{ {clause} }}", NAMES, IMAGES, CLAUSES)
STATEFUL = st.builds(
    lambda name, count, image, clause, more: (
        f"statefulset {name} x{count} service {name} {image} {{ {clause}; {more} }}"
    ),
    NAMES,
    st.integers(0, 3),
    IMAGES,
    CLAUSES.filter(lambda clause: not clause.startswith(".")),
    st.sampled_from(
        [
            "",
            "claim data 1Gi at /data",
            ".spec.podManagementPolicy = Parallel",
            "strategy OnDelete",
            ".spec.updateStrategy.rollingUpdate.partition = 1",
            ".spec.minReadySeconds = 2",
            "claim data 1Gi at /data; .spec.persistentVolumeClaimRetentionPolicy.whenScaled = Delete",
        ]
    ),
)
DAEMONS = st.builds(
    lambda name, image, clause, more: f"daemonset {name} {image} {{ {clause}; {more} }}",
    NAMES,
    IMAGES,
    CLAUSES.filter(lambda clause: not clause.startswith(".")),
    st.sampled_from(["", "strategy OnDelete", "strategy RollingUpdate surge 1 unavailable 0", "tolerate *"]),
)
JOBS = st.builds(
    lambda name, image, clause, completions, parallel, more: (
        f"job {name} {image} {{ {clause}; .spec.completions = {completions}; .spec.parallelism = {parallel}; {more} }}"
    ),
    NAMES,
    IMAGES,
    CLAUSES.filter(lambda clause: not clause.startswith(".")),
    st.integers(1, 4),
    st.integers(0, 3),
    st.sampled_from(
        [
            "",
            ".spec.backoffLimit = 1",
            ".spec.completionMode = Indexed",
            ".spec.activeDeadlineSeconds = 20",
            ".spec.ttlSecondsAfterFinished = 5",
            ".spec.suspend = true",
            ".spec.podReplacementPolicy = Failed",
            ".spec.completionMode = Indexed; .spec.backoffLimitPerIndex = 1",
            "restart OnFailure",
        ]
    ),
)
CRON_JOBS = st.builds(
    lambda name, image, policy: f'cronjob {name} schedule "* * * * *" {image} {{ .spec.concurrencyPolicy = {policy} }}',
    NAMES,
    IMAGES,
    st.sampled_from(["Allow", "Forbid", "Replace"]),
)
SERVICES = st.builds(lambda name: f"service {name} -> app={name} port 80", NAMES)
STATEMENTS = st.builds(
    said, SPACES, st.one_of(DEPLOYMENTS, DEPLOYMENTS, SETS, PODS, SERVICES, STATEFUL, DAEMONS, JOBS, CRON_JOBS)
)

NODES = st.sampled_from(["worker-1", "worker-2"])
COMPONENTS = st.sampled_from(
    [
        "kube-scheduler",
        "replicaset-controller",
        "deployment-controller",
        "statefulset-controller",
        "daemonset-controller",
        "job-controller",
        "cronjob-controller",
        "endpoint-slice-controller",
        "node-lifecycle-controller",
        "taint-eviction-controller",
        "garbage-collector-controller",
        "namespace-controller",
        "kubelet/worker-1",
        "kubelet",
        "kube-proxy/worker-2",
        "kube-controller-manager",
        "kube-apiserver",
        "etcd",
    ]
)
CHOICES = st.lists(st.integers(0, 20), min_size=1, max_size=25)
PROPAGATIONS = st.sampled_from(["Background", "Foreground", "Orphan"])
FAULTS = st.one_of(
    st.tuples(st.sampled_from(["kill", "revive", "delete node", "cordon", "taint"]), NODES),
    st.tuples(st.sampled_from(["stop", "start", "delay"]), COMPONENTS),
    st.tuples(st.sampled_from(["crash", "delete", "force"]), st.integers(0, 9)),
    st.tuples(st.just("apply"), STATEMENTS),
    st.tuples(st.just("delete workload"), PROPAGATIONS),
    st.tuples(st.just("delete namespace"), st.just("x")),
    st.tuples(st.sampled_from(["steps", "back"]), st.integers(1, 30)),
    st.tuples(st.just("perform"), CHOICES),
    st.tuples(st.just("run"), st.sampled_from(["1s", "5s", "45s", "400s"])),
)


def happens(cluster: Cluster, what: str, to: object) -> None:
    """Let something happen, where it can; what cannot be done must leave everything as it was."""
    try:
        happened(cluster, what, to)
    except LimitError:
        raise
    except KubelabError:
        pass


def happened(cluster: Cluster, what: str, to: object) -> None:
    pods = cluster.view.keys("Pod")
    match what:
        case "delay":
            cluster.delay(to, "2s")
        case "steps":
            cluster.step(to)
        case "run":
            cluster.run(for_=to, limit=20_000)
        case "perform":
            for choice in to:
                if actions := cluster.enabled():
                    cluster.perform(choice % len(actions))
        case "crash" | "delete" | "force":
            if pods:
                pod = pods[to % len(pods)]
                if what == "crash":
                    cluster.crash(f"{pod.namespace}/{pod.name}")
                else:
                    cluster.delete(f"{pod.namespace}/pod/{pod.name}", 0 if what == "force" else None)
        case "delete workload":
            kinds = ("StatefulSet", "DaemonSet", "CronJob", "Job", "Deployment", "ReplicaSet", "ReplicationController")
            for key in [key for kind in kinds for key in cluster.view.keys(kind)][:1]:
                cluster.delete(f"{key.namespace}/{key.kind.lower()}/{key.name}", propagation=to)
        case "delete namespace" | "delete node":
            cluster.delete(f"{what.removeprefix('delete ')}/{to}")
        case "cordon" | "taint":
            marked(cluster, what, to)
        case _:
            getattr(cluster, what)(to)


def marked(cluster: Cluster, what: str, name: str) -> None:
    """Cordon or uncordon a node, or let it repel all Pods, or not any more."""
    node = cluster.view.get("Node", "", name)
    if node is None:
        return
    if what == "cordon":
        spec = evolve(node.spec, unschedulable=not node.spec.unschedulable)
    else:
        others = tuple(taint for taint in node.spec.taints if taint.key != "out")
        repels = () if len(others) < len(node.spec.taints) else (Taint(key="out", effect="NoExecute"),)
        spec = evolve(node.spec, taints=(*others, *repels))
    cluster.request(Update(object=evolve(node, spec=spec)))


def mended(cluster: Cluster) -> None:
    """Everything runs again, at once and without delay."""
    for actor in sorted(cluster.state.stopped):
        cluster.start(actor)
    for actor in sorted(cluster.state.delays):
        cluster.delay(actor, "0s")
    for node in ("worker-1", "worker-2"):
        cluster.revive(node)
        if cluster.view.get("Node", "", node) is None:
            cluster.apply(f"node {node}")


def recovered(cluster: Cluster) -> None:
    """The cluster comes to rest, nothing was ever wrong, and nothing is left undone."""
    assert cluster.run(limit=50_000).ended == "settled"
    timeline = cluster.timeline
    view = cluster.view
    assert violations(timeline.newest) == []
    assert list(never_bound_twice(timeline.state(i) for i in range(len(timeline) + 1))) == []
    assert list(at_rest(cluster.engine, timeline.newest)) == []
    for workload in (*view.list("ReplicaSet"), *view.list("ReplicationController")):
        assert workload.status.replicas == workload.spec.replicas
    for kind in ("Pod", "Namespace", "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "CronJob"):
        assert [obj.metadata.name for obj in view.list(kind) if obj.metadata.deletion_timestamp is not None] == []
    for node in view.list("Node"):
        assert {c.type: c.status for c in node.status.conditions}["Ready"] == "True"
        own = [taint.key for taint in node.spec.taints if taint.key.startswith("node.kubernetes.io/")]
        assert own == ["node.kubernetes.io/unschedulable"] * node.spec.unschedulable
    there = {pod.metadata.uid: pod.spec.node_name for pod in view.list("Pod")}
    for node, machine in sorted(timeline.newest.snapshot.machines.items()):
        assert [there.get(uid) for uid in sorted(machine.sandboxes)] == [node] * len(machine.sandboxes)


@SLOW
@given(st.lists(STATEMENTS, min_size=1, max_size=4), st.lists(FAULTS, max_size=8))
def test_what_must_be_true_stays_true_and_the_cluster_recovers(program, faults):
    cluster = Cluster(nodes=2)
    happens(cluster, "apply", "\n".join(program))
    for what, to in faults:
        happens(cluster, what, to)
        assert violations(cluster.state) == []
    mended(cluster)
    recovered(cluster)


@SLOW
@given(st.lists(STATEMENTS, min_size=1, max_size=2), st.randoms(use_true_random=False), st.lists(FAULTS, max_size=3))
def test_in_whatever_order_things_happen_the_cluster_recovers(program, chance, faults):
    cluster = Cluster(nodes=2)
    happens(cluster, "apply", "\n".join(program))
    waits = sorted(chance.randrange(120) for _ in faults)
    for number in range(150):
        while waits and waits[0] <= number:
            happens(cluster, *faults[len(faults) - len(waits)])
            del waits[0]
        if actions := cluster.enabled():
            cluster.perform(chance.randrange(len(actions)))
    mended(cluster)
    recovered(cluster)


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
