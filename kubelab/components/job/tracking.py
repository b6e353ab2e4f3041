"""What a Job counts: the finalizer that keeps a Pod until it is counted, and which Pods have failed.

A Pod that has ended can be deleted by anybody, and would be missing in the counts. So each Pod of a Job has a
finalizer: the controller notes the Pod in `status.uncountedTerminatedPods`, takes the finalizer off, and then counts
it. Whatever is interrupted in between, no Pod is counted twice and none is forgotten.

Source: `pkg/controller/job/tracking_utils.go`, `job_controller.go`.
"""

from collections.abc import Collection, Iterable
from typing import Final

from kubelab.api.batch import Job, JobCondition, JobStatus, UncountedTerminatedPods
from kubelab.api.core.pod import Pod
from kubelab.api.model import evolve
from kubelab.api.scalars import FrozenMap, Time
from kubelab.state.requests import Patch, Update
from kubelab.state.snapshot import key_of

ACTOR = "job-controller"

JOB_TRACKING_FINALIZER = "batch.kubernetes.io/job-tracking"

MAX_UNCOUNTED_PODS = 500
"""How many Pods may be noted as ended but not counted yet: it keeps the status short."""


def has_tracking_finalizer(pod: Pod) -> bool:
    """Whether the Pod is not counted yet."""
    return JOB_TRACKING_FINALIZER in pod.metadata.finalizers


def with_tracking_finalizer(pod: Pod) -> Pod:
    """The Pod as one that is to be counted."""
    if has_tracking_finalizer(pod):
        return pod
    return evolve(pod, metadata=evolve(pod.metadata, finalizers=(*pod.metadata.finalizers, JOB_TRACKING_FINALIZER)))


def without_tracking_finalizer(pod: Pod) -> Pod:
    """The Pod as one that need not wait for its Job any more."""
    kept = tuple(f for f in pod.metadata.finalizers if f != JOB_TRACKING_FINALIZER)
    return evolve(pod, metadata=evolve(pod.metadata, finalizers=kept))


REMOVAL: Final = FrozenMap({"metadata": FrozenMap({"$deleteFromPrimitiveList/finalizers": (JOB_TRACKING_FINALIZER,)})})
"""The patch that takes the finalizer off, whatever else has become of the Pod."""


def let_go(pod: Pod, why: str, *, deleted: bool = False) -> Update | Patch:
    """Take the finalizer off a Pod.

    Args:
        pod: the Pod as it was seen.
        why: the reason, for the learner.
        deleted: whether it is deleted in the same look, so that it is not as it was seen any more: upstream always
            sends this patch, which costs more than a whole Pod whose version is known.
    """
    message = f"{ACTOR} took the finalizer {JOB_TRACKING_FINALIZER} off Pod {pod.metadata.name}: {why}."
    if deleted:
        return Patch(target=key_of(pod), type="strategic", body=REMOVAL, reason="FinalizerRemoved", message=message)
    return Update(object=without_tracking_finalizer(pod), reason="FinalizerRemoved", message=message)


def is_suspended(job: Job) -> bool:
    """Whether the Job is not to run for now."""
    return bool(job.spec.suspend)


def only_replace_failed_pods(job: Job) -> bool:
    """Whether a Pod that is being deleted is replaced only when it has really ended."""
    return job.spec.pod_replacement_policy == "Failed" or job.spec.pod_failure_policy is not None


def is_pod_failed(pod: Pod, job: Job) -> bool:
    """Whether a Pod counts as failed; so does one that is being deleted, for it may never get to the phase Failed."""
    if pod.status.phase == "Failed":
        return True
    if only_replace_failed_pods(job):
        return False
    return pod.metadata.deletion_timestamp is not None and pod.status.phase != "Succeeded"


def condition_of(status: JobStatus, kind: str) -> JobCondition | None:
    """The condition of this type, or None."""
    return next((c for c in status.conditions if c.type == kind), None)


def true_condition(status: JobStatus, kind: str) -> JobCondition | None:
    """The condition of this type if it is the case, or None."""
    return next((c for c in status.conditions if c.type == kind and c.status == "True"), None)


def finished_condition(job: Job) -> JobCondition | None:
    """The condition ``Complete`` or ``Failed`` of a Job that has ended, or None."""
    return next((c for c in job.status.conditions if c.type in ("Complete", "Failed") and c.status == "True"), None)


def new_condition(kind: str, status: str, reason: str, message: str, now: Time) -> JobCondition:
    """A condition that begins now."""
    return JobCondition(
        type=kind, status=status, last_probe_time=now, last_transition_time=now, reason=reason, message=message
    )


def ensured(status: JobStatus, wanted: JobCondition) -> JobStatus:
    """The status in which a condition is as wanted; one that is not there is not added only to say False."""
    old = condition_of(status, wanted.type)
    if old is None:
        return status if wanted.status == "False" else evolve(status, conditions=(*status.conditions, wanted))
    if (old.status, old.reason, old.message) == (wanted.status, wanted.reason, wanted.message):
        return status
    return evolve(status, conditions=tuple(wanted if c is old else c for c in status.conditions))


def uncounted(status: JobStatus) -> UncountedTerminatedPods:
    """The Pods that are noted as ended but not counted yet."""
    return status.uncounted_terminated_pods or UncountedTerminatedPods()


def counted(status: JobStatus, waiting: Collection[str]) -> JobStatus:
    """The status in which the Pods without finalizer are counted and no longer noted.

    Args:
        status: the status so far.
        waiting: the uids of the Pods that still have their finalizer.
    """
    noted = uncounted(status)
    succeeded = tuple(uid for uid in noted.succeeded if uid in waiting)
    failed = tuple(uid for uid in noted.failed if uid in waiting)
    if len(succeeded) == len(noted.succeeded) and len(failed) == len(noted.failed):
        return status
    return evolve(
        status,
        succeeded=status.succeeded + len(noted.succeeded) - len(succeeded),
        failed=status.failed + len(noted.failed) - len(failed),
        uncounted_terminated_pods=evolve(noted, succeeded=succeeded, failed=failed),
    )


def names_of(pods: Iterable[Pod]) -> str:
    """The names of a few Pods, or how many there are."""
    names = [pod.metadata.name for pod in pods]
    return ", ".join(names) if len(names) <= 3 else f"{len(names)} Pods"
