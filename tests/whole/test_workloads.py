"""Jobs, CronJobs, StatefulSets and DaemonSets in a whole cluster: what a watcher sees, and what survives."""

from itertools import pairwise

import pytest

from kubelab import Cluster
from kubelab.api.model import evolve
from kubelab.network.dns import look_up
from kubelab.sim import faults
from kubelab.sim.engine import Engine
from kubelab.sim.invariants import at_rest
from kubelab.sim.state import State
from kubelab.state.requests import Update

DATABASE = """
    service db headless -> statefulset db port 5432
    statefulset db x3 service db db:{version} {{ port 5432; claim data 1Gi at /data; {more} }}
"""
JOB = "job sum task {{ {behaviour}; {more} }}"


def states(cluster: Cluster, kind: str, first: int = 0) -> list:
    """What a watcher of a kind sees, as the recordings have it; repeats left out."""
    seen: list = []
    for step in cluster.timeline.transitions[first:]:
        if step.key.kind != kind or step.error is not None or step.before is step.after:
            continue
        now = "DELETED" if step.after is None else signature(step.after)
        if not seen or seen[-1] != now:
            seen.append(now)
    return seen


def signature(obj):
    status = obj.status
    if obj.kind == "StatefulSet":
        return (obj.spec.replicas, status.current_replicas, status.updated_replicas, status.ready_replicas)
    if obj.kind == "DaemonSet":
        counts = status.desired_number_scheduled, status.current_number_scheduled
        return (*counts, status.number_ready, status.updated_number_scheduled)
    types = [c.type for c in status.conditions if c.status == "True"]
    return (status.active, status.succeeded, status.failed, *types)


def running(program: str, nodes: int = 3) -> Cluster:
    cluster = Cluster(nodes=nodes)
    cluster.apply(program)
    assert cluster.run(limit=20_000).ended == "settled"
    return cluster


def reasons(cluster: Cluster, kind: str) -> list[str]:
    """The reasons of the Events about the objects of a kind, in the order in which they came."""
    steps = cluster.timeline.transitions
    return [note.reason for step in steps for note in step.events if note.regarding.kind == kind]


# Jobs


def test_a_job_that_fails_waits_longer_and_longer_and_gives_up():
    cluster = running(JOB.format(behaviour="exits 1 after 1s", more=".spec.backoffLimit = 2"))
    assert states(cluster, "Job") == [
        (0, 0, 0),
        (1, 0, 0),
        (0, 0, 0),
        (0, 0, 1),
        (1, 0, 1),
        (0, 0, 1),
        (0, 0, 2),
        (1, 0, 2),
        (0, 0, 2, "FailureTarget"),
        (0, 0, 3, "FailureTarget", "Failed"),
    ]
    pods = sorted(p.metadata.creation_timestamp for p in cluster.view.list("Pod"))
    assert [b - a for a, b in pairwise(pods)] == [12, 21]
    assert reasons(cluster, "Job") == ["SuccessfulCreate"] * 3 + ["BackoffLimitExceeded"]


def test_a_job_over_its_deadline_kills_what_runs():
    cluster = running(JOB.format(behaviour="exits after 100s", more=".spec.activeDeadlineSeconds = 5"))
    assert states(cluster, "Job")[2:] == [
        (0, 0, 0, "FailureTarget"),
        (0, 0, 1, "FailureTarget"),
        (0, 0, 1, "FailureTarget", "Failed"),
    ]
    assert reasons(cluster, "Job") == ["SuccessfulCreate", "SuccessfulDelete", "DeadlineExceeded"]
    assert cluster.view.list("Pod") == []


def test_a_job_can_be_suspended_and_resumed():
    cluster = Cluster()
    cluster.apply(JOB.format(behaviour="exits after 20s", more=".spec.completions = 2; .spec.parallelism = 2"))
    cluster.run(for_="5s")
    for suspended in (True, False):
        job = cluster.view.get("Job", "default", "sum")
        cluster.request(Update(object=evolve(job, spec=evolve(job.spec, suspend=suspended))))
        cluster.run()
    assert states(cluster, "Job") == [
        (0, 0, 0),
        (2, 0, 0),
        (0, 0, 0, "Suspended"),
        (2, 0, 0),
        (0, 0, 0, "SuccessCriteriaMet"),
        (0, 2, 0, "SuccessCriteriaMet", "Complete"),
    ]


@pytest.mark.parametrize("propagation", ["Background", "Foreground", "Orphan"])
def test_a_deleted_job_leaves_no_pod_that_cannot_go(propagation):
    cluster = Cluster()
    cluster.apply(JOB.format(behaviour="exits after 20s", more=""))
    cluster.run(for_="5s")
    cluster.delete("job/sum", propagation=propagation)
    cluster.run()
    pods = cluster.view.list("Pod")
    assert [pod.metadata.finalizers for pod in pods] == [()] * (propagation == "Orphan")
    assert states(cluster, "Job")[-1] == "DELETED"


def test_a_finished_job_goes_when_its_time_to_live_is_over():
    cluster = running(JOB.format(behaviour="exits after 1s", more=".spec.ttlSecondsAfterFinished = 30"))
    assert states(cluster, "Job")[-1] == "DELETED"
    assert cluster.view.list("Pod") == []


# CronJobs


def test_a_cron_job_lets_the_cluster_settle_and_goes_on_with_the_clock():
    cluster = running('cronjob tick schedule "*/5 * * * *" task exits after 5s')
    assert cluster.view.list("Job") == []
    cluster.run(for_="31m")
    jobs = cluster.view.list("Job")
    assert [job.metadata.name for job in jobs] == [f"tick-{29453760 + minute}" for minute in (20, 25, 30)]
    status = cluster.view.get("CronJob", "default", "tick").status
    assert status.active == ()
    assert status.last_successful_time - status.last_schedule_time == 6
    assert reasons(cluster, "CronJob")[:4] == ["SuccessfulCreate", "SawCompletedJob"] * 2


@pytest.mark.parametrize(("policy", "running"), [("Allow", 3), ("Forbid", 1), ("Replace", 1)])
def test_what_still_runs_at_the_next_moment_is_a_matter_of_policy(policy, running):
    cluster = Cluster()
    cluster.apply(f'cronjob tick schedule "* * * * *" task exits after 10m {{ .spec.concurrencyPolicy = {policy} }}')
    cluster.run(for_="3m30s")
    active = [r.name for r in cluster.view.get("CronJob", "default", "tick").status.active]
    assert active == [job.metadata.name for job in cluster.view.list("Job")]
    assert len(active) == running
    assert active[-1] == f"tick-{29453760 + (1 if policy == 'Forbid' else 3)}"


# StatefulSets


def test_pods_of_a_stateful_set_come_one_after_another_and_are_replaced_from_the_last():
    cluster = running(DATABASE.format(version=1, more=""))
    assert states(cluster, "StatefulSet") == [
        (3, 0, 0, 0),
        (3, 1, 1, 0),
        (3, 1, 1, 1),
        (3, 2, 2, 1),
        (3, 2, 2, 2),
        (3, 3, 3, 2),
        (3, 3, 3, 3),
    ]
    before = len(cluster.timeline.transitions)
    cluster.apply(DATABASE.format(version=2, more=""))
    cluster.run()
    assert states(cluster, "StatefulSet", before) == [
        (3, 3, 3, 3),
        (3, 2, 0, 3),
        (3, 2, 0, 2),
        (3, 2, 1, 2),
        (3, 1, 1, 3),
        (3, 1, 1, 2),
        (3, 1, 2, 2),
        (3, 0, 2, 3),
        (3, 0, 2, 2),
        (3, 0, 3, 2),
        (3, 3, 3, 3),
    ]
    assert [r.revision for r in cluster.view.list("ControllerRevision")] in ([1, 2], [2, 1])
    assert {p.spec.containers[0].image for p in cluster.view.list("Pod")} == {"db:2"}


def test_each_pod_of_a_stateful_set_has_a_name_in_the_dns_that_outlives_it():
    cluster = running(DATABASE.format(version=1, more=""))
    view = cluster.view
    for ordinal in range(3):
        pod = view.get("Pod", "default", f"db-{ordinal}")
        for name in (f"db-{ordinal}.db", f"db-{ordinal}.db.default.svc.cluster.local"):
            assert look_up(view, name, view.get("Pod", "default", "db-0")).addresses == (pod.status.pod_ip,)
    cluster.delete("pod/db-1")
    cluster.run()
    again = cluster.view.get("Pod", "default", "db-1")
    assert again.metadata.uid != view.get("Pod", "default", "db-1").metadata.uid
    found = look_up(cluster.view, "db-1.db", cluster.view.get("Pod", "default", "db-0"))
    assert found.addresses == (again.status.pod_ip,)


def test_a_pod_comes_back_to_its_claim():
    cluster = running(DATABASE.format(version=1, more=""))
    volume = cluster.view.get("PersistentVolumeClaim", "default", "data-db-2").spec.volume_name
    cluster.delete("pod/db-2")
    cluster.run()
    assert cluster.view.get("PersistentVolumeClaim", "default", "data-db-2").spec.volume_name == volume


def test_claims_stay_or_go_as_the_retention_policy_says():
    policy = ".spec.persistentVolumeClaimRetentionPolicy = {whenScaled: Delete, whenDeleted: Retain}"
    cluster = running(DATABASE.format(version=1, more=policy))
    cluster.apply(DATABASE.format(version=1, more=policy).replace("x3", "x1"))
    cluster.run()
    assert [c.metadata.name for c in cluster.view.list("PersistentVolumeClaim")] == ["data-db-0"]
    cluster.delete("statefulset/db")
    cluster.run()
    assert cluster.view.list("Pod") == []
    assert [c.metadata.name for c in cluster.view.list("PersistentVolumeClaim")] == ["data-db-0"]


def test_on_a_dead_node_a_stateful_pod_is_not_replaced_until_somebody_forces_it():
    cluster = running(DATABASE.format(version=1, more=""))
    node = cluster.view.get("Pod", "default", "db-0").spec.node_name
    cluster.kill(node)
    cluster.run(for_="20m")
    dying = cluster.view.get("Pod", "default", "db-0")
    assert (dying.spec.node_name, dying.metadata.deletion_timestamp is not None) == (node, True)
    assert states(cluster, "StatefulSet")[-1] == (3, 2, 2, 2)
    cluster.delete("pod/db-0", 0)
    cluster.run(for_="1m")
    replaced = cluster.view.get("Pod", "default", "db-0")
    assert replaced.spec.node_name not in ("", node)
    assert states(cluster, "StatefulSet")[-1] == (3, 3, 3, 3)


# DaemonSets


def test_a_daemon_set_has_a_pod_on_every_node_and_replaces_one_at_a_time():
    cluster = running("daemonset agent agent:1", nodes=2)
    assert states(cluster, "DaemonSet") == [(0, 0, 0, 0), (2, 2, 0, 2), (2, 2, 1, 2), (2, 2, 2, 2)]
    before = len(cluster.timeline.transitions)
    cluster.apply("daemonset agent agent:2")
    cluster.run()
    # As it was recorded of a real one: a node whose Pod has gone is told of only when it has the next.
    assert states(cluster, "DaemonSet", before) == [
        (2, 2, 2, 2),
        (2, 2, 2, 0),
        (2, 2, 1, 1),
        (2, 2, 2, 1),
        (2, 2, 1, 2),
        (2, 2, 2, 2),
    ]
    assert {p.spec.containers[0].image for p in cluster.view.list("Pod")} == {"agent:2"}
    assert cluster.view.get("DaemonSet", "default", "agent").metadata.annotations == {
        "deprecated.daemonset.template.generation": "2"
    }


def test_with_surge_no_node_is_without_its_pod():
    cluster = running("daemonset agent agent:1 strategy RollingUpdate surge 1 unavailable 0", nodes=2)
    before = len(cluster.timeline.transitions)
    cluster.apply("daemonset agent agent:2 strategy RollingUpdate surge 1 unavailable 0")
    cluster.run()
    assert {ready for _, _, ready, _ in states(cluster, "DaemonSet", before)} == {2}


def test_a_node_that_joins_gets_its_pod_and_one_that_leaves_takes_it_along():
    cluster = running("daemonset agent agent:1", nodes=2)
    cluster.apply("node worker-3")
    cluster.run()
    assert states(cluster, "DaemonSet")[-1] == (3, 3, 3, 3)
    cluster.delete("node/worker-3")
    cluster.run()
    assert states(cluster, "DaemonSet")[-1] == (2, 2, 2, 2)
    assert len(cluster.view.list("Pod")) == 2


def test_daemon_pods_stay_on_a_dead_node():
    cluster = running("daemonset agent agent:1\ndeployment web x2 nginx:1.27", nodes=2)
    cluster.kill("worker-1")
    cluster.run(for_="20m")
    leaving = [p.metadata.labels["app"] for p in cluster.view.list("Pod") if p.metadata.deletion_timestamp is not None]
    assert leaving == ["web"]
    cluster.revive("worker-1")
    cluster.run()
    assert states(cluster, "DaemonSet")[-1] == (2, 2, 2, 2)


def test_a_daemon_set_that_does_not_fit_waits_where_it_does_not():
    cluster = running("node big cpu 4\nnode small cpu 1\ndaemonset agent agent:1 request cpu 2", nodes=0)
    assert states(cluster, "DaemonSet")[-1] == (2, 2, 1, 2)
    assert sorted(p.status.phase for p in cluster.view.list("Pod")) == ["Pending", "Running"]


# Killed at any step


def end_of(engine: Engine, state: State, step: int, actor: str) -> State:
    """The end of a run in which a component is killed after `step` more transitions, and started afresh at once."""
    stop_at = state.steps + step
    for following in engine.run(state):
        state = following
        if state.steps >= stop_at:
            break
    return engine.settle(faults.start(engine, faults.stop(engine, state, actor), actor))


def summary(state: State) -> object:
    """What is the same however the names fell."""
    view = state.view
    kinds = ("Job", "StatefulSet", "DaemonSet")
    held = [(o.metadata.name, signature(o)) for kind in kinds for o in view.list(kind)]
    pods = sorted((p.status.phase, p.spec.containers[0].image, p.metadata.finalizers) for p in view.list("Pod"))
    return held, pods, view.keys("PersistentVolumeClaim"), view.keys("ControllerRevision")


KILLED = {
    "statefulset-controller": (DATABASE.format(version=1, more=""), DATABASE.format(version=2, more="")),
    "daemonset-controller": ("daemonset agent agent:1", "daemonset agent agent:2"),
    "job-controller": (
        "",
        JOB.format(behaviour="exits after 2s", more=".spec.completions = 4; .spec.parallelism = 2")
        + "\njob flaky task { exits 1; .spec.backoffLimit = 1 }",
    ),
}


@pytest.mark.parametrize("actor", KILLED)
def test_a_controller_killed_at_any_step_leads_to_the_same_end(actor):
    first, then = KILLED[actor]
    cluster = Cluster(nodes=2)
    cluster.apply(first)
    cluster.run()
    cluster.apply(then)
    engine, start = cluster.engine, cluster.state
    end = engine.settle(start)
    assert list(at_rest(engine, end)) == []
    for step in range(0, end.steps - start.steps, 3):
        assert summary(end_of(engine, start, step, actor)) == summary(end), f"killed after {step} steps"


def test_a_cron_job_controller_killed_at_any_step_starts_no_job_twice():
    cluster = Cluster(nodes=1)
    cluster.apply('cronjob tick schedule "* * * * *" task')
    cluster.run()
    start = len(cluster.timeline.transitions)
    cluster.run(for_="1m5s")
    for step in range(start, len(cluster.timeline.transitions) + 1):
        twin = cluster.twin(at=step)
        twin.stop("cronjob-controller")
        twin.start("cronjob-controller")
        twin.run(for_="1m5s")
        created = [
            t.key.name for t in twin.timeline.transitions if t.key.kind == "Job" and t.before is None and not t.error
        ]
        assert len(created) == len(set(created)), step
        assert twin.view.get("CronJob", "default", "tick").status.active == ()


def test_work_that_was_cut_short_does_not_count_as_done() -> None:
    made = Cluster()
    made.apply("job once busybox { exits after 60s }")
    made.run(for_="5s")
    (first,) = made.view.list("Pod")
    made.delete(f"pod/{first.metadata.name}")
    made.run(for_="30s")
    (second,) = made.view.list("Pod")
    job = made.view.get("Job", "default", "once")
    assert second.metadata.uid != first.metadata.uid
    assert (job.status.succeeded, job.status.failed) == (0, 1)
