"""TTL-after-finished controller: deletes Jobs some time after they have ended.

- **Desired:** a Job with `spec.ttlSecondsAfterFinished` is gone so many seconds after it was complete or has failed.
- **Actual:** when its condition ``Complete`` or ``Failed`` came.
- **Action:** delete it with its Pods (in the foreground), or look again when its time has come.

**In Kubernetes:** kube-controller-manager, `pkg/controller/ttlafterfinished`.

**Simplified:** upstream reads the Job once more right before it deletes it, in case its time to live was changed; here
the version that it has seen must still be the newest.
"""

from collections.abc import Iterable
from typing import ClassVar

from kubelab.api.batch import Job
from kubelab.state.component import Wanted
from kubelab.state.requests import Delete, Requeue
from kubelab.state.snapshot import SECOND, Change, ObjectKey, View


class TTLAfterFinishedController:
    """Runs as ``ttl-after-finished-controller``; its keys are Jobs that have ended and are to go."""

    name: ClassVar[str] = "ttl-after-finished-controller"
    watches: ClassVar[tuple[str, ...]] = ("Job",)

    def enqueue(self, change: Change) -> Iterable[ObjectKey]:
        """A Job that has ended and has a time to live."""
        job: Job | None = change.after
        return () if job is None or expires_at(job) is None else (change.key,)

    def reconcile(self, view: View, key: ObjectKey) -> Wanted:
        """Delete a Job whose time is over."""
        job: Job | None = view.find(key)
        at = None if job is None else expires_at(job)
        if job is None or at is None:
            return []
        if view.now < at:
            return [Requeue(at=at)]
        seconds = job.spec.ttl_seconds_after_finished
        return [
            Delete(
                target=key,
                uid=job.metadata.uid,
                resource_version=job.metadata.resource_version,
                propagation="Foreground",
                reason="Expired",
                message=f"{self.name} deleted Job {key.name}: it ended more than {seconds} s ago, "
                "and its ttlSecondsAfterFinished says that it need not be kept longer.",
            )
        ]


def expires_at(job: Job) -> int | None:
    """When a Job is to be deleted, in microseconds since 1970; None for one that has not ended, or is to stay."""
    seconds = job.spec.ttl_seconds_after_finished
    if seconds is None or job.metadata.deletion_timestamp is not None:
        return None
    for condition in job.status.conditions:
        if condition.type in ("Complete", "Failed") and condition.status == "True":
            ended = condition.last_transition_time
            return None if ended is None else (ended + seconds) * SECOND
    return None
