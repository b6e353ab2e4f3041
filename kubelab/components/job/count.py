"""What a Job reports, and how its Pods are let go: noted, freed, counted.

1. The status notes the Pods that have ended as uncounted, and that the Job has met its target, if it has.
2. The Pods lose their finalizers.
3. The status counts them; the Job is complete, or has failed, when nothing is left to count and no Pod is ending.

Source: `trackJobStatusAndRemoveFinalizers` of `pkg/controller/job/job_controller.go`.
"""

from collections.abc import Iterator

from kubelab.api.batch import JobCondition, JobStatus
from kubelab.api.core.pod import Pod
from kubelab.api.model import evolve
from kubelab.components.job import indexes
from kubelab.components.job.pod_failure_policy import match
from kubelab.components.job.sync import JobSync, told, with_counts
from kubelab.components.job.tracking import (
    MAX_UNCOUNTED_PODS,
    counted,
    ensured,
    has_tracking_finalizer,
    is_pod_failed,
    let_go,
    names_of,
    new_condition,
    true_condition,
    uncounted,
)
from kubelab.state.requests import Delete, EventNote, Update
from kubelab.state.snapshot import key_of


def track_job_status(sync: JobSync) -> None:
    """Report what is known, let go the Pods that have ended, and count them."""
    waiting = {pod.metadata.uid for pod in sync.pods if has_tracking_finalizer(pod)}
    status = counted(with_counts(sync), waiting)
    leaving, status, reached_limit = _note(sync, status)
    if sync.finished is not None:
        status = _with_interim(sync, status)
    if status != sync.job.status:
        _write(sync, status, told(sync, status) + _noted(leaving))
    gone = {request.uid for request in sync.requests if isinstance(request, Delete)}
    sync.requests += [let_go(pod, _why(sync, pod), deleted=pod.metadata.uid in gone) for pod in leaving]
    final = counted(status, waiting - {pod.metadata.uid for pod in leaving})
    ended = None if reached_limit else _enacted(sync, final)
    if ended is not None:
        final = ended
        sync.notes += _last_words(sync, final)
    if final != status:
        _write(sync, final, told(sync, final) + (_end(sync) if ended is not None else ""), again=status)


def _write(sync: JobSync, status: JobStatus, message: str, again: JobStatus | None = None) -> None:
    """Write the status. The second write of a look replaces the first, whatever version that one got."""
    job = evolve(sync.job, status=status)
    if again is not None and again != sync.job.status:
        job = evolve(job, metadata=evolve(job.metadata, resource_version=""))
    notes, sync.notes = tuple(sync.notes), []
    sync.requests.append(Update(object=job, subresource="status", reason="StatusUpdate", message=message, events=notes))


def _note(sync: JobSync, status: JobStatus) -> tuple[list[Pod], JobStatus, bool]:
    """The Pods that are let go, the status that notes them, and whether there are more than can be noted at once."""
    leaving: list[Pod] = []
    known = uncounted(sync.status)
    noted = uncounted(status)
    succeeded, failed, done = list(noted.succeeded), list(noted.failed), list[int]()
    reached_limit = False
    for pod in _in_order(sync):
        considered_failed = is_pod_failed(pod, sync.job)
        if not has_tracking_finalizer(pod) or not _may_go(sync, pod, considered_failed):
            continue
        leaving.append(pod)
        uid = pod.metadata.uid
        index = indexes.valid_index(pod, sync.completions) if sync.indexed else None
        if pod.status.phase == "Succeeded" and uid not in known.failed:
            if sync.indexed:
                done += [] if index is None or index in sync.previous_indexes else [index]
            elif uid not in known.succeeded:
                succeeded.append(uid)
        elif (considered_failed or _has_failed(sync)) and uid not in known.failed and _counts(sync, pod, index):
            failed.append(uid)
        if len(done) + len(succeeded) + len(failed) >= MAX_UNCOUNTED_PODS:
            reached_limit = True
            break
    noted = evolve(noted, succeeded=tuple(succeeded), failed=tuple(failed))
    return leaving, _with_indexes(sync, evolve(status, uncounted_terminated_pods=noted), done), reached_limit


def _counts(sync: JobSync, pod: Pod, index: int | None) -> bool:
    """Whether a failure counts: not that of a Pod without a valid index, nor one that the policy ignores."""
    return (not sync.indexed or index is not None) and match(sync.job.spec.pod_failure_policy, pod).counts


def _in_order(sync: JobSync) -> list[Pod]:
    if not sync.indexed:
        return sync.pods

    def index_of(pod: Pod) -> int:
        index = indexes.completion_index(pod)
        return -1 if index is None else index

    return sorted(sync.pods, key=index_of)


def _with_indexes(sync: JobSync, status: JobStatus, done: list[int]) -> JobStatus:
    if not sync.indexed:
        return status
    all_done = indexes.merged(sync.succeeded_indexes, done)
    status = evolve(status, succeeded=len(all_done), completed_indexes=indexes.text(all_done))
    if sync.failed_indexes is None:
        return status
    return evolve(status, failed_indexes=indexes.text(sync.failed_indexes))


def _has_failed(sync: JobSync) -> bool:
    """Whether the Job has failed: then every Pod that has not ended counts as failed."""
    return sync.finished is not None and sync.finished.type != "SuccessCriteriaMet"


def _may_go(sync: JobSync, pod: Pod, considered_failed: bool) -> bool:
    """Whether a Pod need not wait any more; a failed one waits while its replacement has to learn of the failure."""
    if sync.job.metadata.deletion_timestamp is not None or sync.finished is not None:
        return True
    if pod.status.phase == "Succeeded":
        return True
    index = indexes.completion_index(pod)
    last = None if index is None else sync.delayed.get(index)
    return considered_failed and (last is None or last.metadata.uid != pod.metadata.uid)


def _with_interim(sync: JobSync, status: JobStatus) -> JobStatus:
    """The status with the condition that comes before the last one; `sync.finished` becomes the last one."""
    target = sync.finished
    assert target is not None
    last = {"FailureTarget": "Failed", "SuccessCriteriaMet": "Complete"}.get(target.type)
    if last is None:
        return status
    if true_condition(status, target.type) is None:
        status = evolve(status, conditions=(*status.conditions, target))
    sync.finished = new_condition(last, "True", target.reason, target.message, sync.view.time)
    return status


def _enacted(sync: JobSync, status: JobStatus) -> JobStatus | None:
    """The status of the Job that has ended, or None when it has not: Pods are to be counted, or are ending."""
    noted = uncounted(status)
    if sync.finished is None or noted.succeeded or noted.failed or status.terminating:
        return None
    status = ensured(status, sync.finished)
    if sync.finished.type == "Complete":
        status = evolve(status, completion_time=sync.finished.last_transition_time)
    return status


def _last_words(sync: JobSync, status: JobStatus) -> Iterator[EventNote]:
    finished: JobCondition | None = sync.finished
    assert finished is not None
    key = key_of(sync.job)
    if finished.type != "Complete":
        yield EventNote(key, finished.reason, finished.message, type="Warning")
        return
    if sync.completions and status.succeeded > sync.completions:
        text = "Too many succeeded pods running after completion count reached"
        yield EventNote(key, "TooManySucceededPods", text, type="Warning")
    yield EventNote(key, "Completed", "Job completed")


def _noted(leaving: list[Pod]) -> str:
    return f" It noted as ended, to be counted next: {names_of(leaving)}." if leaving else ""


def _why(sync: JobSync, pod: Pod) -> str:
    ended = pod.status.phase in ("Succeeded", "Failed")
    how = pod.status.phase.lower() if ended else "is no longer waited for"
    return f"it {how}, and {sync.name} has noted it" if ended else f"it {how} by {sync.name}"


def _end(sync: JobSync) -> str:
    finished = sync.finished
    assert finished is not None
    if finished.type == "Complete":
        return f" {sync.name} is complete: {finished.message[0].lower()}{finished.message[1:]}."
    return f" {sync.name} has failed: {finished.message}."
