"""One look at a Job: what its Pods say, what that means for the Job, and which Pods are created or deleted.

Source: `syncJob` and `manageJob` of `pkg/controller/job/job_controller.go`.
"""

import attrs

from kubelab.api.batch import Job, JobCondition, JobStatus
from kubelab.api.core.pod import Pod
from kubelab.api.model import evolve
from kubelab.components.job import indexes
from kubelab.components.job.backoff import NO_FAILURES, Failures, failures_after_last_success
from kubelab.components.job.pod_failure_policy import match
from kubelab.components.job.tracking import (
    ACTOR,
    condition_of,
    ensured,
    has_tracking_finalizer,
    is_pod_failed,
    is_suspended,
    new_condition,
    true_condition,
    uncounted,
)
from kubelab.state.pods import is_pod_active, is_pod_ready, is_pod_terminating
from kubelab.state.requests import EventNote, Request, Requeue
from kubelab.state.snapshot import SECOND, View, key_of


@attrs.define(eq=False)
class JobSync:
    """What is known while one Job is looked at; it ends with the look.

    Attributes:
        view: the cluster.
        job: the Job as it is.
        pods: all its Pods.
        active: those that neither ended nor are being deleted.
        status: the status that is being worked out.
        counted_active: how many Pods count as active after what is done in this look.
        ready: how many of them are ready.
        terminating: how many Pods are being deleted and have not ended.
        succeeded: successes, with those that are not counted yet.
        failed: failures, with those that are not counted yet.
        failures: the failures that make the Job wait.
        finished: the condition with which the Job ends, or None.
        previous_indexes: the indexes that the status says are done.
        succeeded_indexes: those that are done.
        failed_indexes: those that have failed for good; None for a Job without a limit for each index.
        delayed: of each index the failed Pod that is kept until its replacement knows how often it failed.
        requests: what is to be asked for, in order.
        notes: the Events that go with the next write of the status.
    """

    view: View
    job: Job
    pods: list[Pod]
    active: list[Pod] = attrs.field(factory=list)
    status: JobStatus = attrs.field(factory=JobStatus)
    counted_active: int = 0
    ready: int = 0
    terminating: int = 0
    succeeded: int = 0
    failed: int = 0
    failures: Failures = NO_FAILURES
    finished: JobCondition | None = None
    previous_indexes: indexes.Indexes = ()
    succeeded_indexes: indexes.Indexes = ()
    failed_indexes: indexes.Indexes | None = None
    delayed: dict[int, Pod] = attrs.field(factory=dict)
    requests: list[Request | Requeue] = attrs.field(factory=list)
    notes: list[EventNote] = attrs.field(factory=list)

    @property
    def name(self) -> str:
        """What messages call the Job."""
        return f"Job {self.job.metadata.name}"

    @property
    def indexed(self) -> bool:
        """Whether each Pod has an index of its own."""
        return self.job.spec.completion_mode == "Indexed"

    @property
    def completions(self) -> int:
        """How many successes are wanted; 0 where one success of any Pod is enough."""
        return self.job.spec.completions or 0

    @property
    def parallelism(self) -> int:
        """How many Pods may run at the same time."""
        return 1 if self.job.spec.parallelism is None else self.job.spec.parallelism

    def note(self, reason: str, message: str, kind: str = "Normal") -> None:
        """Have an Event recorded with the next write of the status."""
        self.notes.append(EventNote(key_of(self.job), reason, message, type=kind))

    def condition(self, kind: str, reason: str, message: str, status: str = "True") -> JobCondition:
        """A condition that begins now."""
        return new_condition(kind, status, reason, message, self.view.time)


def observe(view: View, job: Job, pods: list[Pod]) -> JobSync:
    """Count the Pods, those that have ended since the last look among them."""
    status = job.status
    noted = uncounted(status)
    status = evolve(status, uncounted_terminated_pods=noted)
    if status.start_time is None and not is_suspended(job):
        status = evolve(status, start_time=view.time)
    sync = JobSync(view=view, job=job, pods=pods, status=status)
    sync.active = [pod for pod in pods if is_pod_active(pod)]
    sync.counted_active = len(sync.active)
    sync.ready = sum(map(is_pod_ready, sync.active))
    sync.terminating = sum(map(is_pod_terminating, pods))
    fresh = [pod for pod in pods if has_tracking_finalizer(pod) and _counts(sync, pod)]
    succeeded = [pod for pod in fresh if pod.status.phase == "Succeeded" and pod.metadata.uid not in noted.succeeded]
    failed = [pod for pod in fresh if is_pod_failed(pod, job) and pod.metadata.uid not in noted.failed]
    policy = job.spec.pod_failure_policy
    sync.succeeded = status.succeeded + len(succeeded) + len(noted.succeeded)
    sync.failed = status.failed + sum(match(policy, pod).counts for pod in failed) + len(noted.failed)
    mine = [pod for pod in pods if _counts(sync, pod)]
    sync.failures = failures_after_last_success(
        (pod for pod in mine if pod.status.phase == "Succeeded"), (pod for pod in mine if is_pod_failed(pod, job))
    )
    return sync


def _counts(sync: JobSync, pod: Pod) -> bool:
    return not sync.indexed or indexes.valid_index(pod, sync.completions) is not None


# Has it failed, or succeeded?


def evaluate(sync: JobSync) -> None:
    """Find out whether the Job has ended: what was decided before holds; then failure counts before success."""
    sync.finished = true_condition(sync.status, "SuccessCriteriaMet")
    if sync.finished is None:
        _evaluate_failure_target(sync)
    if sync.finished is None:
        _evaluate_limits(sync)
    if sync.indexed:
        _evaluate_indexes(sync)


def _evaluate_failure_target(sync: JobSync) -> None:
    target = true_condition(sync.status, "FailureTarget")
    if target is not None:
        sync.finished = sync.condition("Failed", target.reason, target.message)
        return
    policy = sync.job.spec.pod_failure_policy
    failed = (pod for pod in sync.pods if policy is not None and is_pod_failed(pod, sync.job))
    message = next((verdict.message for verdict in (match(policy, pod) for pod in failed) if verdict.message), "")
    if message:
        sync.finished = sync.condition("FailureTarget", "PodFailurePolicy", message)


def _evaluate_limits(sync: JobSync) -> None:
    spec = sync.job.spec
    limit = 6 if spec.backoff_limit is None else spec.backoff_limit
    if sync.failed > limit or _past_backoff_limit_on_failure(sync, limit):
        text = "Job has reached the specified backoff limit"
        sync.finished = sync.condition("FailureTarget", "BackoffLimitExceeded", text)
        return
    if spec.active_deadline_seconds is None or is_suspended(sync.job) or sync.status.start_time is None:
        return
    started = sync.view.now if sync.job.status.start_time is None else sync.status.start_time * SECOND
    deadline = started + spec.active_deadline_seconds * SECOND
    if sync.view.now >= deadline:
        text = "Job was active longer than specified deadline"
        sync.finished = sync.condition("FailureTarget", "DeadlineExceeded", text)
    else:
        sync.requests.append(Requeue(at=deadline))


def _past_backoff_limit_on_failure(sync: JobSync, limit: int) -> bool:
    """Whether the containers of Pods that restart by themselves have restarted too often."""
    if sync.job.spec.template.spec.restart_policy != "OnFailure":
        return False
    running = (pod.status for pod in sync.pods if pod.status.phase in ("Running", "Pending"))
    restarts = sum(
        container.restart_count
        for status in running
        for container in (*status.init_container_statuses, *status.container_statuses)
    )
    return restarts > 0 if limit == 0 else restarts >= limit


def _evaluate_indexes(sync: JobSync) -> None:
    spec = sync.job.spec
    fresh = [pod for pod in sync.pods if has_tracking_finalizer(pod)]
    done = [indexes.valid_index(pod, sync.completions) for pod in fresh if pod.status.phase == "Succeeded"]
    sync.previous_indexes = indexes.parse(sync.status.completed_indexes, sync.completions)
    sync.succeeded_indexes = indexes.merged(sync.previous_indexes, (i for i in done if i is not None))
    sync.succeeded = len(sync.succeeded_indexes)
    if spec.backoff_limit_per_index is not None:
        _evaluate_failed_indexes(sync, fresh, spec.backoff_limit_per_index)
    if sync.finished is None:
        rule = indexes.matched_rule(spec.success_policy, sync.completions, sync.succeeded_indexes)
        if rule is not None:
            sync.finished = sync.condition("SuccessCriteriaMet", "SuccessPolicy", f"Matched rules at index {rule}")


def _evaluate_failed_indexes(sync: JobSync, fresh: list[Pod], limit: int) -> None:
    spec = sync.job.spec
    before = indexes.parse(sync.status.failed_indexes or "", sync.completions)
    lost = [indexes.valid_index(pod, sync.completions) for pod in fresh if _fails_its_index(sync, pod, limit)]
    sync.failed_indexes = failed = indexes.merged(before, (i for i in lost if i is not None))
    if sync.finished is None:
        if spec.max_failed_indexes is not None and len(failed) > spec.max_failed_indexes:
            text = "Job has exceeded the specified maximal number of failed indexes"
            sync.finished = sync.condition("FailureTarget", "MaxFailedIndexesExceeded", text)
        elif failed and len(failed) + len(sync.succeeded_indexes) >= sync.completions:
            sync.finished = sync.condition("FailureTarget", "FailedIndexes", "Job has failed indexes")
    sync.delayed = _delayed_per_index(sync, fresh)


def _fails_its_index(sync: JobSync, pod: Pod, limit: int) -> bool:
    if not is_pod_failed(pod, sync.job):
        return False
    verdict = match(sync.job.spec.pod_failure_policy, pod)
    return verdict.action == "FailIndex" or (verdict.counts and indexes.failure_count(pod) >= limit)


def _delayed_per_index(sync: JobSync, fresh: list[Pod]) -> dict[int, Pod]:
    """The last failed Pod of each index that is still to be tried again."""
    settled = {i for i in map(indexes.completion_index, sync.active) if i is not None}
    settled |= {*sync.succeeded_indexes, *(sync.failed_indexes or ())}
    found: dict[int, Pod] = {}
    for pod in fresh:
        index = indexes.valid_index(pod, sync.completions)
        if index is None or index in settled or not is_pod_failed(pod, sync.job):
            continue
        last = found.get(index)
        if last is None or indexes.absolute_failure_count(last) <= indexes.absolute_failure_count(pod):
            found[index] = pod
    return found


def is_complete(sync: JobSync) -> bool:
    """Whether enough Pods have succeeded and none is active any more."""
    if sync.counted_active:
        return False
    return sync.succeeded > 0 if sync.job.spec.completions is None else sync.succeeded >= sync.completions


def conclude(sync: JobSync) -> None:
    """Note that the Job is complete, or that it was suspended or resumed."""
    if is_complete(sync):
        text = "Reached expected number of succeeded pods"
        sync.finished = sync.condition("SuccessCriteriaMet", "CompletionsReached", text)
        return
    if sync.job.metadata.deletion_timestamp is not None:
        return
    if is_suspended(sync.job):
        wanted = sync.condition("Suspended", "JobSuspended", "Job suspended")
    else:
        wanted = sync.condition("Suspended", "JobResumed", "Job resumed", "False")
    before = condition_of(sync.status, "Suspended")
    status = ensured(sync.status, wanted)
    if condition_of(status, "Suspended") == before:
        return
    if is_suspended(sync.job):
        sync.note("Suspended", "Job suspended")
        sync.status = evolve(status, start_time=None)
    else:
        sync.note("Resumed", "Job resumed")
        sync.status = evolve(status, start_time=sync.view.time)


def with_counts(sync: JobSync) -> JobStatus:
    """The status with the Pods that are active, ready and terminating."""
    return evolve(sync.status, active=sync.counted_active, ready=sync.ready, terminating=sync.terminating)


def told(sync: JobSync, status: JobStatus) -> str:
    """The sentence that goes with a status: what was counted."""
    ending = f", {status.terminating} terminating" if status.terminating else ""
    wanted = f" of {sync.completions} wanted" if sync.completions else ""
    return (
        f"{ACTOR} counted the Pods of {sync.name}: {status.active} active, {status.ready or 0} ready{ending}; "
        f"{status.succeeded}{wanted} succeeded, {status.failed} failed."
    )
