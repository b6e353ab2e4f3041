"""The Job controller: runs Pods until enough of them have succeeded, and gives up when too many have failed.

- **Desired:** `spec.completions` Pods that have ended well, at most `spec.parallelism` of them at a time; for an
  Indexed Job one for each index.
- **Actual:** the Pods that the Job manages: those that are active, and those that have ended since it last counted.
- **Action:** create what is missing (after a failure not before a back-off of 10 s, 20 s, 40 s ...), delete what is too
  much, count what has ended, and report the end in two conditions: ``SuccessCriteriaMet`` before ``Complete``, or
  ``FailureTarget`` before ``Failed``.

Changes of Pods are looked at a second late, all together, so that a Job whose Pods end one after another is not written
for each of them.

**In Kubernetes:** kube-controller-manager, `pkg/controller/job`.

**Simplified:** what it has not seen yet it finds out by the version of the Job (`kubelab.state.guard`) and does not
remember. No Workload or PodGroup is made for a Job whose Pods are to start together. What else is left out of the
back-off is said in `kubelab.components.job.backoff`.
"""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from kubelab.api.batch import Job
from kubelab.api.core.pod import Pod
from kubelab.api.model import evolve
from kubelab.api.selector import Selector, from_label_selector
from kubelab.components.job.count import track_job_status
from kubelab.components.job.manage import delete_active_pods, manage_job
from kubelab.components.job.sync import JobSync, conclude, evaluate, observe, told, with_counts
from kubelab.components.job.tracking import (
    ACTOR,
    finished_condition,
    has_tracking_finalizer,
    let_go,
    with_tracking_finalizer,
    without_tracking_finalizer,
)
from kubelab.errors import StatusError
from kubelab.state.component import Wanted
from kubelab.state.guard import unless_changed
from kubelab.state.ownership import Claim, claim, is_controlled_by
from kubelab.state.requests import Create, Delete, EventNote, Record, Request, Requeue, Update
from kubelab.state.snapshot import SECOND, Change, ObjectKey, View, controller_of, key_of

SYNC_JOB_BATCH_PERIOD = SECOND - 1
"""How late changes of Pods and of the status are looked at, in microseconds.

A second, less a hair: what ends a second after it began is not seen by the look that its beginning asked for. A real
kubelet takes longer to notice the end.
"""

JOB_CONTROLLER_NAME = "kubernetes.io/job-controller"
"""`spec.managedBy` of a Job that this controller looks after, if it says anything."""


class JobController:
    """Runs as ``job-controller``; its keys are Jobs, and Pods whose Job does not count them any more."""

    name: ClassVar[str] = ACTOR
    watches: ClassVar[tuple[str, ...]] = ("Job", "Pod")
    retries: ClassVar[tuple[int, int]] = (SECOND, 60 * SECOND)

    def enqueue(self, change: Change) -> Iterable[ObjectKey]:
        """A Job that changed, the Job of a changed Pod, and Pods that wait for a Job that is gone."""
        if change.key.kind == "Pod":
            return jobs_of(change)
        return [change.key, *left_behind(change)]

    def later(self, change: Change, key: ObjectKey) -> Requeue | None:
        """Pods and the status can wait a second; a Job that is new, changed, deleted or finished cannot."""
        before, after = change.before, change.after
        if key.kind == "Pod":
            return None
        if change.key.kind == "Job":
            if before is None or after is None or finished_condition(after) is not None:
                return None
            if before.metadata.generation != after.metadata.generation:
                return None
        return Requeue(at=change.view.now + SYNC_JOB_BATCH_PERIOD)

    def reconcile(self, view: View, key: ObjectKey) -> Wanted:
        """Count the Pods of a Job, create or delete some, and say whether it has ended."""
        if key.kind == "Pod":
            return release_orphan(view, key)
        job: Job | None = view.find(key)
        if job is None or job.spec.managed_by not in (None, JOB_CONTROLLER_NAME):
            return []
        if finished_condition(job) is not None:
            return release_leftovers(view, job)
        claimed = claim_pods(view, job)
        if claimed.writes:
            return [*claimed.writes, Requeue(at=view.now)]
        sync = observe(view, job, claimed.objects)
        sync_job(sync)
        requests = sync.requests
        if any(isinstance(r, Create | Delete) for r in requests):
            return [unless_changed(self.name, job), *requests]
        return requests

    def refused(self, view: View, key: ObjectKey, request: Request, error: StatusError) -> Wanted:
        """Say in an Event and in the status that a Pod could not be created or deleted."""
        job: Job | None = view.find(key)
        if job is None or "because it is being terminated" in error.message:
            return []
        if isinstance(request, Create):
            reason, doing = "FailedCreate", "creating"
        elif isinstance(request, Delete) and error.code != 404:
            reason, doing = "FailedDelete", "deleting"
        else:
            return []
        note = EventNote(key, reason, f"Error {doing}: {error.message}", type="Warning")
        why = f"{self.name} could not go on {doing} Pods of Job {key.name}: the API server refused it."
        record = Record(target=key, reason=reason, message=why, events=(note,))
        sync = observe(view, job, claim_pods(view, job).objects)
        status = with_counts(sync)
        if status == job.status:
            return [record]
        message = told(sync, status)
        return [
            record,
            Update(object=evolve(job, status=status), subresource="status", reason="StatusUpdate", message=message),
        ]


def sync_job(sync: JobSync) -> None:
    """Work out what is to be done for a Job."""
    evaluate(sync)
    if sync.finished is not None:
        delete_active_pods(sync)
    else:
        if sync.job.metadata.deletion_timestamp is None:
            manage_job(sync)
        conclude(sync)
    track_job_status(sync)


# Who is woken?


def jobs_of(change: Change) -> Iterator[ObjectKey]:
    """The Job that manages a Pod, before or after its change; all that might adopt it where none does.

    A Pod that no Job counts any more is looked at by itself, to take its finalizer off.
    """
    namespace = change.key.namespace
    before: Pod | None = change.before
    after: Pod | None = change.after
    references = [controller_of(pod.metadata) for pod in (before, after) if pod is not None]
    for name in sorted({r.name for r in references if r is not None and r.kind == "Job"}):
        key = ObjectKey("Job", namespace, name)
        if change.view.find(key) is not None:
            yield key
    if after is None:
        return
    if has_tracking_finalizer(after) and _is_orphan(change.view, after):
        yield change.key
    if controller_of(after.metadata) is None:
        for job in change.view.list("Job", namespace):
            if selector_of(job).matches(after.metadata.labels):
                yield key_of(job)


def left_behind(change: Change) -> Iterator[ObjectKey]:
    """The Pods of a Job that is gone which still have its finalizer."""
    if change.after is None and change.before is not None:
        for pod in change.view.owned(change.before.metadata.uid, "Pod"):
            if has_tracking_finalizer(pod):
                yield key_of(pod)


def selector_of(job: Job) -> Selector:
    """Which Pods a Job selects."""
    return from_label_selector(job.spec.selector)


# Whose Pods?


def claim_pods(view: View, job: Job) -> Claim:
    """The Pods of a Job. One that it adopts gets the finalizer, one that it releases loses it."""
    owned, orphans = view.owned(job.metadata.uid, "Pod"), view.orphans("Pod", job.metadata.namespace)
    claimed = claim(ACTOR, job, selector_of(job), owned, orphans)
    return Claim(claimed.objects, [_tracked(write, job) for write in claimed.writes])


def _tracked(write: Update, job: Job) -> Update:
    mine = is_controlled_by(write.object.metadata, job.metadata.uid)
    change = with_tracking_finalizer if mine else without_tracking_finalizer
    return evolve(write, object=change(write.object))


def release_leftovers(view: View, job: Job) -> Wanted:
    """Take the finalizers off that a finished Job has left; there are none unless something went wrong."""
    pods = (pod for pod in view.owned(job.metadata.uid, "Pod") if has_tracking_finalizer(pod))
    return [let_go(pod, f"Job {job.metadata.name} has ended") for pod in pods]


def release_orphan(view: View, key: ObjectKey) -> Wanted:
    """Take the finalizer off a Pod that no Job counts."""
    pod: Pod | None = view.find(key)
    if pod is None or not has_tracking_finalizer(pod) or not _is_orphan(view, pod):
        return []
    return [let_go(pod, "no Job counts it")]


def _is_orphan(view: View, pod: Pod) -> bool:
    """Whether no Job counts a Pod: its Job is gone or has ended, or it never had one."""
    owner = controller_of(pod.metadata)
    if owner is None:
        return True
    if owner.kind != "Job":
        return False
    job: Job | None = view.get("Job", pod.metadata.namespace, owner.name)
    if job is None or job.metadata.uid != owner.uid:
        return True
    if job.spec.managed_by not in (None, JOB_CONTROLLER_NAME):
        return False
    return finished_condition(job) is not None
