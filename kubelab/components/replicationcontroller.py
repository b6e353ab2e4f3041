"""The ReplicationController controller: the same as the ReplicaSet controller, for the older kind.

- **Desired:** `spec.replicas` Pods that look like `spec.template`.
- **Actual:** the Pods that the ReplicationController manages and that carry all labels of its selector.
- **Action:** as for a ReplicaSet: adopt, release, create, delete, count.

What differs is the kind: a selector is a map, so it knows only equality; `kubectl rolling-update`, which is gone,
worked on this kind, Deployments do not; the status does not count Pods that are terminating.

**In Kubernetes:** kube-controller-manager, `pkg/controller/replication`: it hands every ReplicationController to the
ReplicaSet controller as if it were a ReplicaSet.

**Simplified:** as the ReplicaSet controller; see `kubelab.state.replicas`.
"""

from collections.abc import Iterable
from typing import ClassVar

from kubelab.api.core.pod import PodTemplateSpec
from kubelab.api.core.replicationcontroller import (
    ReplicationController,
    ReplicationControllerCondition,
    ReplicationControllerStatus,
)
from kubelab.api.model import evolve
from kubelab.api.selector import Selector, from_labels
from kubelab.errors import StatusError
from kubelab.state.component import Wanted
from kubelab.state.replicas import (
    REPLICA_FAILURE,
    Counts,
    Failure,
    ReplicaOwner,
    claim_pods,
    count,
    counted,
    failure_of,
    manage_replicas,
    next_availability_check,
    owners_touched,
    record_failure,
)
from kubelab.state.requests import Request, Requeue, Update
from kubelab.state.snapshot import Change, ObjectKey, View


class ReplicationManager:
    """Runs as ``replication-controller``; its keys are ReplicationControllers."""

    name: ClassVar[str] = "replication-controller"
    watches: ClassVar[tuple[str, ...]] = ("ReplicationController", "Pod")

    def enqueue(self, change: Change) -> Iterable[ObjectKey]:
        """A ReplicationController that changed, or those to which a changed Pod belongs or might belong."""
        if change.key.kind == "ReplicationController":
            return (change.key,)
        return owners_touched(change, "ReplicationController", selector_of)

    def reconcile(self, view: View, key: ObjectKey) -> Wanted:
        """Count the Pods of a ReplicationController, and create or delete some."""
        controller: ReplicationController | None = view.find(key)
        if controller is None:
            return []
        owner = as_owner(controller)
        pods = claim_pods(view, owner)
        if pods.writes:
            # Whose Pods they are comes first; each write wakes this controller again, to count and to act.
            return pods.writes
        counts = count(owner, pods, view.now)
        status: list[Request | Requeue] = [
            *update_status(controller, calculate_status(controller, counts), counted(owner, counts)),
            *next_availability_check(owner, pods.active, counts, view.now),
        ]
        if controller.metadata.deletion_timestamp is not None:
            return status
        # The status goes first: a view that is out of date is found out there, before any Pod is touched.
        return [*status, *manage_replicas(view, owner, pods.active, related=())]

    def refused(self, view: View, key: ObjectKey, request: Request, error: StatusError) -> Wanted:
        """Say in an Event and in the status that Pods could not be created or deleted."""
        controller: ReplicationController | None = view.find(key)
        failure = failure_of(request, error)
        if controller is None or failure is None:
            return []
        owner = as_owner(controller)
        status = with_failure(controller.status, failure, view)
        why = f"{owner.actor} reported that {owner.name} cannot have the Pods it wants: {failure.message}"
        return [record_failure(owner, failure, error), *update_status(controller, status, why)]


def selector_of(controller: ReplicationController) -> Selector:
    """Which Pods a ReplicationController selects."""
    return from_labels(controller.spec.selector)


def as_owner(controller: ReplicationController) -> ReplicaOwner:
    """A ReplicationController as the part that it shares with a ReplicaSet sees it."""
    spec = controller.spec
    return ReplicaOwner(
        actor=ReplicationManager.name,
        object=controller,
        replicas=1 if spec.replicas is None else spec.replicas,
        selector=selector_of(controller),
        template=spec.template or PodTemplateSpec(),
        min_ready_seconds=spec.min_ready_seconds,
    )


def calculate_status(controller: ReplicationController, counts: Counts) -> ReplicationControllerStatus:
    """The status that follows from the counts; a failure is forgotten once there are as many Pods as wanted."""
    status = controller.status
    done = counts.replicas == controller.spec.replicas
    return evolve(
        status,
        replicas=counts.replicas,
        fully_labeled_replicas=counts.fully_labeled,
        ready_replicas=counts.ready,
        available_replicas=counts.available,
        observed_generation=controller.metadata.generation,
        conditions=tuple(c for c in status.conditions if not (done and c.type == REPLICA_FAILURE)),
    )


def with_failure(status: ReplicationControllerStatus, failure: Failure, view: View) -> ReplicationControllerStatus:
    """The status with the condition ReplicaFailure; one that is there already stays as it is."""
    if any(c.type == REPLICA_FAILURE for c in status.conditions):
        return status
    condition = ReplicationControllerCondition(
        type=REPLICA_FAILURE,
        status="True",
        last_transition_time=view.time,
        reason=failure.reason,
        message=failure.message,
    )
    return evolve(status, conditions=(*status.conditions, condition))


def update_status(controller: ReplicationController, status: ReplicationControllerStatus, why: str) -> list[Update]:
    """The write of a new status, or nothing when it says what is already there."""
    if status == controller.status:
        return []
    return [
        Update(
            object=evolve(controller, status=status),
            subresource="status",
            reason="StatusUpdate",
            message=why,
        )
    ]
