"""How many Pods of a Job run: what is missing is created, what is too much is deleted.

Source: `manageJob`, `deleteJobPods` and `deleteActivePods` of `pkg/controller/job/job_controller.go`.
"""

from collections.abc import Iterable

from kubelab.api.core.pod import Pod
from kubelab.components.job import indexes
from kubelab.components.job.backoff import Failures, finished_time, remaining_time
from kubelab.components.job.pod_failure_policy import match
from kubelab.components.job.sync import JobSync
from kubelab.components.job.tracking import (
    ACTOR,
    has_tracking_finalizer,
    is_suspended,
    let_go,
    only_replace_failed_pods,
    with_tracking_finalizer,
)
from kubelab.state.pod_ranking import pods_to_delete
from kubelab.state.pods import is_pod_ready, is_pod_terminating
from kubelab.state.replicas import pod_from_template, slow_start_batches
from kubelab.state.requests import Create, Delete, EventNote, Requeue
from kubelab.state.snapshot import SECOND, key_of

MAX_POD_CREATE_DELETE_PER_SYNC = 500
"""The most Pods that one look creates or deletes."""

SHORTEST_WAIT = SECOND
"""A Job that waits waits at least this long (`SyncJobBatchPeriod`)."""


def manage_job(sync: JobSync) -> None:
    """Create or delete Pods; never both in one look."""
    job, active = sync.job, sync.active
    if is_suspended(job):
        _delete_job_pods(sync, [(pod, "the Job is suspended") for pod in active])
        return
    wanted = _wanted_active(sync)
    gone = _pods_for_removal(sync, max(len(active) - wanted, 0))[:MAX_POD_CREATE_DELETE_PER_SYNC]
    if gone:
        _delete_job_pods(sync, gone)
        return
    ending = sync.terminating if only_replace_failed_pods(job) else 0
    missing = wanted - ending - len(active)
    if missing > 0:
        _create_job_pods(sync, missing)


def _wanted_active(sync: JobSync) -> int:
    """How many Pods should run: never more than successes are missing."""
    if sync.job.spec.completions is None:
        # One success tells that the work is done: what runs still may end, and no other Pod begins.
        return len(sync.active) if sync.succeeded > 0 else sync.parallelism
    return max(min(sync.completions - sync.succeeded, sync.parallelism), 0)


def _pods_for_removal(sync: JobSync, at_least: int) -> list[tuple[Pod, str]]:
    gone: list[tuple[Pod, str]] = []
    left = sync.active
    if sync.indexed:
        doubled = indexes.surplus(sync.active, sync.completions, sync.view.now)
        gone = [(pod, "its index is not wanted, or another Pod has it") for pod in doubled]
        out = {pod.metadata.uid for pod in doubled}
        left = [pod for pod in left if pod.metadata.uid not in out]
    more = at_least - len(gone)
    if more > 0:
        gone += pods_to_delete(left, (), more, sync.view.now)
    return gone


def _delete_job_pods(sync: JobSync, pods: Iterable[tuple[Pod, str]]) -> None:
    """Delete Pods that are not wanted any more: they are not counted as failed."""
    for pod, why in pods:
        if has_tracking_finalizer(pod):
            sync.requests.append(let_go(pod, f"it is not to be counted, for {why}"))
        _delete(sync, pod, why)


def delete_active_pods(sync: JobSync) -> None:
    """Delete all Pods that still run: the Job has ended. Those are counted, so they keep their finalizers for now."""
    for pod in sync.active:
        _delete(sync, pod, "the Job has ended")


def _delete(sync: JobSync, pod: Pod, why: str) -> None:
    name = pod.metadata.name
    sync.requests.append(
        Delete(
            target=key_of(pod),
            uid=pod.metadata.uid,
            reason="SuccessfulDelete",
            message=f"{ACTOR} deleted Pod {name} of {sync.name}: {why}.",
            events=(EventNote(key_of(sync.job), "SuccessfulDelete", f"Deleted pod: {name}"),),
        )
    )
    sync.counted_active -= 1
    sync.terminating += 1
    sync.ready -= is_pod_ready(pod)


def _create_job_pods(sync: JobSync, missing: int) -> None:
    """Create Pods, but not before the back-off after the last failure is over."""
    now, per_index = sync.view.now, sync.job.spec.backoff_limit_per_index is not None
    wait = 0 if per_index else remaining_time(sync.failures, now)
    missing = min(missing, MAX_POD_CREATE_DELETE_PER_SYNC)
    if sync.indexed and not wait:
        numbers = indexes.first_pending(_taken(sync), missing, sync.completions)
        if per_index:
            numbers, wait = _ready_indexes(sync, numbers)
    if wait:
        # Upstream says so, too: while a Job waits, none of its Pods is said to be active.
        sync.counted_active = 0
        sync.requests.append(Requeue(at=now + max(wait, SHORTEST_WAIT)))
    elif sync.indexed:
        _create(sync, [_indexed_pod(sync, index) for index in numbers])
    else:
        pod = with_tracking_finalizer(pod_from_template(sync.job.spec.template, sync.job))
        _create(sync, [pod] * missing)


def _taken(sync: JobSync) -> indexes.Indexes:
    """The indexes that need no new Pod."""
    held = list(sync.active)
    if only_replace_failed_pods(sync.job):
        held += [pod for pod in sync.pods if is_pod_terminating(pod)]
    running = (i for i in map(indexes.completion_index, held) if i is not None)
    return indexes.merged(sync.succeeded_indexes, sync.failed_indexes or (), running)


def _ready_indexes(sync: JobSync, numbers: list[int]) -> tuple[list[int], int]:
    """The indexes whose own back-off is over; where there is none, how long the shortest one lasts."""
    waits: dict[int, int] = {}
    for index in numbers:
        last = sync.delayed.get(index)
        count = 0 if last is None else indexes.absolute_failure_count(last) + 1
        failures = Failures(count, 0 if last is None else finished_time(last))
        waits[index] = remaining_time(failures, sync.view.now)
    ready = [index for index, wait in waits.items() if wait == 0]
    return ready, 0 if ready else min(waits.values(), default=0)


def _indexed_pod(sync: JobSync, index: int) -> Pod:
    template = indexes.with_environment(sync.job.spec.template)
    pod = with_tracking_finalizer(pod_from_template(template, sync.job))
    pod = indexes.with_index(pod, sync.job.metadata, index)
    if sync.job.spec.backoff_limit_per_index is None:
        return pod
    last = sync.delayed.get(index)
    if last is None:
        return indexes.with_failures(pod, 0, 0)
    counted = indexes.failure_count(last)
    ignored = indexes.absolute_failure_count(last) - counted
    counts = match(sync.job.spec.pod_failure_policy, last).counts
    return indexes.with_failures(pod, counted + counts, ignored + (not counts))


def _create(sync: JobSync, pods: list[Pod]) -> None:
    events = (EventNote(key_of(sync.job), "SuccessfulCreate", "Created pod: {name}"),)
    head = f"{ACTOR} created Pod {{name}} for {sync.name}: "
    if sync.completions:
        done = f"{sync.succeeded} of {sync.completions} wanted had succeeded"
    else:
        done = f"{sync.succeeded} had succeeded"
    at = 0
    for number, size in enumerate(slow_start_batches(len(pods)), 1):
        batch = f" Slow start: batch {number} has {size} Pods." if size > 1 else ""
        for pod in pods[at : at + size]:
            running = f"{sync.counted_active} of at most {sync.parallelism} were active"
            sync.requests.append(
                Create(
                    object=pod,
                    reason="SuccessfulCreate",
                    message=f"{head}{done}, {running}.{batch}",
                    events=events,
                )
            )
            sync.counted_active += 1
        at += size
