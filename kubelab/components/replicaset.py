"""The ReplicaSet controller: keeps as many Pods alive as a ReplicaSet wants.

- **Desired:** `spec.replicas` Pods that look like `spec.template`.
- **Actual:** the Pods that the ReplicaSet manages (their controller reference names it) and its selector matches,
  without those that have ended or are being deleted.
- **Action:** adopt matching Pods that nobody manages, release those that match no longer, create what is missing,
  delete what is too much, and report the counts in `status`.

It never repairs a Pod and never changes one: when the template changes, the Pods that exist stay as they are. That
is why a Deployment makes a new ReplicaSet for a new template.

**In Kubernetes:** kube-controller-manager, `pkg/controller/replicaset`.

**Simplified:** how creations and deletions that are not seen yet are kept from being done twice, and what that
means for a controller that lags, is told in `kubelab.state.replicas`. Upstream creates the Pods of a batch at the
same time; here they come one after another. The rank by neighbours counts the Pods that the sibling ReplicaSets
manage, not all that their selectors match.
"""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from kubelab.api.apps import ReplicaSet, ReplicaSetCondition, ReplicaSetStatus
from kubelab.api.core.pod import Pod
from kubelab.api.model import evolve
from kubelab.api.selector import Selector, from_label_selector
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
from kubelab.state.snapshot import Change, ObjectKey, View, controller_of


class ReplicaSetController:
    """Runs as ``replicaset-controller``; its keys are ReplicaSets."""

    name: ClassVar[str] = "replicaset-controller"
    watches: ClassVar[tuple[str, ...]] = ("ReplicaSet", "Pod")

    def enqueue(self, change: Change) -> Iterable[ObjectKey]:
        """A ReplicaSet that changed, or those to which a changed Pod belongs or might belong."""
        if change.key.kind == "ReplicaSet":
            return (change.key,)
        return owners_touched(change, "ReplicaSet", selector_of)

    def reconcile(self, view: View, key: ObjectKey) -> Wanted:
        """Count the Pods of a ReplicaSet, and create or delete some."""
        replica_set: ReplicaSet | None = view.find(key)
        if replica_set is None:
            return []
        owner = as_owner(replica_set)
        pods = claim_pods(view, owner)
        if pods.writes:
            # Whose Pods they are comes first; each write wakes this controller again, to count and to act.
            return pods.writes
        counts = count(owner, pods, view.now)
        status: list[Request | Requeue] = [
            *update_status(replica_set, calculate_status(replica_set, counts), counted(owner, counts)),
            *next_availability_check(owner, pods.active, counts, view.now),
        ]
        if replica_set.metadata.deletion_timestamp is not None:
            return status
        # The status goes first: a view that is out of date is found out there, before any Pod is touched.
        related = related_pods(view, replica_set)
        return [*status, *manage_replicas(view, owner, pods.active, related)]

    def refused(self, view: View, key: ObjectKey, request: Request, error: StatusError) -> Wanted:
        """Say in an Event and in the status that Pods could not be created or deleted."""
        replica_set: ReplicaSet | None = view.find(key)
        failure = failure_of(request, error)
        if replica_set is None or failure is None:
            return []
        owner = as_owner(replica_set)
        status = with_failure(replica_set.status, failure, view)
        why = f"{owner.actor} reported that {owner.name} cannot have the Pods it wants: {failure.message}"
        return [record_failure(owner, failure, error), *update_status(replica_set, status, why)]


def selector_of(replica_set: ReplicaSet) -> Selector:
    """Which Pods a ReplicaSet selects."""
    return from_label_selector(replica_set.spec.selector)


def as_owner(replica_set: ReplicaSet) -> ReplicaOwner:
    """A ReplicaSet as the part that it shares with a ReplicationController sees it."""
    spec = replica_set.spec
    return ReplicaOwner(
        actor=ReplicaSetController.name,
        object=replica_set,
        replicas=1 if spec.replicas is None else spec.replicas,
        selector=selector_of(replica_set),
        template=spec.template,
        min_ready_seconds=spec.min_ready_seconds,
    )


def related_pods(view: View, replica_set: ReplicaSet) -> Iterator[Pod]:
    """The Pods of all ReplicaSets that have the same controller; none for a ReplicaSet that nobody manages."""
    controller = controller_of(replica_set.metadata)
    if controller is not None:
        for sibling in view.owned(controller.uid, "ReplicaSet"):
            yield from view.owned(sibling.metadata.uid, "Pod")


def calculate_status(replica_set: ReplicaSet, counts: Counts) -> ReplicaSetStatus:
    """The status that follows from the counts; a failure is forgotten once there are as many Pods as wanted."""
    status = replica_set.status
    done = counts.replicas == replica_set.spec.replicas
    return evolve(
        status,
        replicas=counts.replicas,
        fully_labeled_replicas=counts.fully_labeled,
        ready_replicas=counts.ready,
        available_replicas=counts.available,
        terminating_replicas=counts.terminating,
        observed_generation=replica_set.metadata.generation,
        conditions=tuple(c for c in status.conditions if not (done and c.type == REPLICA_FAILURE)),
    )


def with_failure(status: ReplicaSetStatus, failure: Failure, view: View) -> ReplicaSetStatus:
    """The status with the condition ReplicaFailure; one that is there already stays as it is."""
    if any(c.type == REPLICA_FAILURE for c in status.conditions):
        return status
    condition = ReplicaSetCondition(
        type=REPLICA_FAILURE,
        status="True",
        last_transition_time=view.time,
        reason=failure.reason,
        message=failure.message,
    )
    return evolve(status, conditions=(*status.conditions, condition))


def update_status(replica_set: ReplicaSet, status: ReplicaSetStatus, why: str) -> list[Update]:
    """The write of a new status, or nothing when it says what is already there."""
    if status == replica_set.status:
        return []
    return [
        Update(
            object=evolve(replica_set, status=status),
            subresource="status",
            reason="StatusUpdate",
            message=why,
        )
    ]
