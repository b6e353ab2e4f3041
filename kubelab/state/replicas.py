"""Keeping so many Pods of one template: what the ReplicaSet and the ReplicationController share.

A ReplicationController is the older form of a ReplicaSet: its selector knows only equality, the rest is the same.
So both controllers do the same things to what this module calls a `ReplicaOwner`.

In Kubernetes: `pkg/controller/replicaset`, which serves both kinds, and `pkg/controller/controller_utils.go`.

**Simplified:** upstream remembers how many creations and deletions it has not seen come back yet (expectations),
so that it does not act twice on what it has not seen. A reconcile here remembers nothing. Its guard is the order of
its requests: it first writes the status, from the version of the owner that it sees, and only then creates or
deletes. A controller that is shown an older state sees an older version of the owner, so the API server refuses
that write as a conflict, the rest is dropped, and the controller tries again later. What the guard misses is an
action after which the status stays the same to the letter.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import attrs

from kubelab.api.core.pod import Pod, PodTemplateSpec
from kubelab.api.meta import ObjectMeta
from kubelab.api.selector import Selector
from kubelab.errors import StatusError
from kubelab.state.ownership import claim, is_controlled_by, new_controller_ref
from kubelab.state.pod_ranking import pods_to_delete
from kubelab.state.pods import is_pod_active, is_pod_available, is_pod_ready, is_pod_terminating, pod_ready_time
from kubelab.state.requests import Create, Delete, EventNote, Record, Request, Requeue, Update
from kubelab.state.snapshot import SECOND, Change, Object, ObjectKey, View, controller_of, key_of

BURST_REPLICAS = 500
"""The most Pods that one reconcile creates or deletes."""

SLOW_START_INITIAL_BATCH_SIZE = 1
"""How many Pods are created before the first answer is awaited; every further batch is twice as large."""

REPLICA_FAILURE = "ReplicaFailure"
"""The condition that says that Pods could not be created or deleted."""

NAME_LIMIT = 253
"""How long the name of a Pod may be."""


@attrs.frozen
class ReplicaOwner:
    """A ReplicaSet or ReplicationController, seen as what they have in common.

    Attributes:
        actor: the name of the controller that looks after it.
        object: the object itself.
        replicas: how many Pods it wants.
        selector: which Pods are its own.
        template: what they look like.
        min_ready_seconds: how long a Pod must have been ready to count as available.
    """

    actor: str
    object: Object
    replicas: int
    selector: Selector
    template: PodTemplateSpec
    min_ready_seconds: int

    @property
    def name(self) -> str:
        """What messages call it."""
        return f"{self.object.kind} {self.object.metadata.name}"


class OwnedPods(NamedTuple):
    """The Pods of an owner: those that count, those that are ending, and the adoptions and releases under way."""

    active: list[Pod]
    terminating: list[Pod]
    writes: list[Update]


class Counts(NamedTuple):
    """What a status says about the Pods."""

    replicas: int
    fully_labeled: int
    ready: int
    available: int
    terminating: int


# Which owners does a changed Pod touch?


def owners_touched(change: Change, kind: str, selects: Callable[[Object], Selector]) -> Iterator[ObjectKey]:
    """The keys of the owners of one kind that must look again because a Pod has changed.

    Args:
        change: the change of a Pod.
        kind: ``ReplicaSet`` or ``ReplicationController``.
        selects: gives the selector of such an owner.
    """
    before, after = change.before, change.after
    old = None if before is None else controller_of(before.metadata)
    new = None if after is None else controller_of(after.metadata)
    if before is not None and after is not None and old == new and not _counts_differently(before, after):
        return
    namespace = change.key.namespace
    for reference in (old,) if old == new else (old, new):
        if reference is not None and reference.kind == kind:
            yield ObjectKey(kind, namespace, reference.name)
    if after is not None and new is None:
        for owner in change.view.list(kind, namespace):
            if selects(owner).matches(after.metadata.labels):
                yield key_of(owner)


def _counts_differently(before: Pod, after: Pod) -> bool:
    """Whether anything that an owner looks at differs: binding a Pod or starting a container does not.

    With a bind come the labels of the zone and region; no owner selects by them.
    """
    return (
        (before.metadata.labels != after.metadata.labels and before.spec.node_name == after.spec.node_name)
        or is_pod_active(before) != is_pod_active(after)
        or is_pod_terminating(before) != is_pod_terminating(after)
        or is_pod_ready(before) != is_pod_ready(after)
        or pod_ready_time(before) != pod_ready_time(after)
    )


# Observe: which Pods are there?


def claim_pods(view: View, owner: ReplicaOwner) -> OwnedPods:
    """The Pods of an owner; Pods without a controller are adopted, Pods that no longer match are released."""
    meta = owner.object.metadata
    owned: list[Pod] = view.owned(meta.uid, "Pod")
    orphans = (pod for pod in view.orphans("Pod", meta.namespace) if is_pod_active(pod))
    active = claim(owner.actor, owner.object, owner.selector, [p for p in owned if is_pod_active(p)], orphans)
    ending = [
        pod
        for pod in owned
        if is_pod_terminating(pod)
        and is_controlled_by(pod.metadata, meta.uid)
        and owner.selector.matches(pod.metadata.labels)
    ]
    return OwnedPods(active.objects, ending, active.writes)


def count(owner: ReplicaOwner, pods: OwnedPods, now: int) -> Counts:
    """Count the Pods; `now` is in microseconds since 1970."""
    wanted = owner.template.metadata.labels
    labeled = ready = available = 0
    for pod in pods.active:
        labels = pod.metadata.labels
        if labels is wanted or wanted.items() <= labels.items():
            labeled += 1
        if is_pod_ready(pod):
            ready += 1
            if is_pod_available(pod, owner.min_ready_seconds, now):
                available += 1
    return Counts(len(pods.active), labeled, ready, available, len(pods.terminating))


def counted(owner: ReplicaOwner, counts: Counts) -> str:
    """The sentence that goes with a status: what was counted."""
    ending = f", {counts.terminating} more terminating" if counts.terminating else ""
    return (
        f"{owner.actor} counted the Pods of {owner.name}: {counts.replicas} of {owner.replicas} wanted exist; "
        f"{counts.ready} ready, {counts.available} available{ending}."
    )


# Act: create what is missing, delete what is too much


def manage_replicas(view: View, owner: ReplicaOwner, active: Sequence[Pod], related: Iterable[Pod]) -> list[Request]:
    """The requests that bring the number of Pods nearer to the wanted one.

    Args:
        view: the cluster.
        owner: whose Pods they are.
        active: its Pods that count.
        related: the Pods of its siblings (and its own), for the choice of those that go.
    """
    missing = owner.replicas - len(active)
    if missing > 0:
        return list(_create_pods(owner, len(active), min(missing, BURST_REPLICAS)))
    if missing < 0:
        return list(_delete_pods(view, owner, active, related, min(-missing, BURST_REPLICAS)))
    return []


def slow_start_batches(count: int, initial: int = SLOW_START_INITIAL_BATCH_SIZE) -> Iterator[int]:
    """The sizes of the batches in which `count` Pods are created: 1, 2, 4, 8 and so on.

    When one creation is refused, the batches after it are not tried. A thousand Pods that a quota forbids
    cost one refusal, and not a thousand.
    """
    size = min(count, initial)
    while size > 0:
        yield size
        count -= size
        size = min(2 * size, count)


def _create_pods(owner: ReplicaOwner, existing: int, count: int) -> Iterator[Create]:
    """Create `count` Pods, slowly at first."""
    # All of them are this one object, and share the template's spec: what is worked out for one holds for all.
    pod = pod_from_template(owner.template, owner.object)
    events = (EventNote(key_of(owner.object), "SuccessfulCreate", "Created pod: {name}"),)
    head = f"{owner.actor} created Pod {{name}} for {owner.name}: "
    for number, size in enumerate(slow_start_batches(count), 1):
        batch = f" Slow start: batch {number} has {size} Pods." if size > 1 else ""
        for _ in range(size):
            message = f"{head}{existing} of {owner.replicas} wanted Pods existed.{batch}"
            existing += 1
            yield Create(object=pod, reason="SuccessfulCreate", message=message, events=events)


def pod_from_template(template: PodTemplateSpec, owner: Object) -> Pod:
    """A Pod as the template says, which `owner` manages; the API server completes its name."""
    meta = owner.metadata
    prefix = f"{meta.name}-"
    return Pod(
        metadata=ObjectMeta(
            generate_name=prefix if len(prefix) <= NAME_LIMIT else meta.name,
            namespace=meta.namespace,
            labels=template.metadata.labels,
            annotations=template.metadata.annotations,
            finalizers=template.metadata.finalizers,
            owner_references=(new_controller_ref(owner),),
        ),
        spec=template.spec,
    )


def _delete_pods(
    view: View, owner: ReplicaOwner, active: Sequence[Pod], related: Iterable[Pod], count: int
) -> Iterator[Delete]:
    """Delete `count` Pods, those first whose loss hurts least."""
    regarding = key_of(owner.object)
    existing = len(active)
    for pod, why in pods_to_delete(active, related, count, view.now):
        name = pod.metadata.name
        yield Delete(
            target=key_of(pod),
            uid=pod.metadata.uid,
            reason="SuccessfulDelete",
            message=f"{owner.actor} deleted Pod {name} of {owner.name}: {existing} existed, {owner.replicas} wanted; "
            f"this one goes first: {why}.",
            events=(EventNote(regarding, "SuccessfulDelete", f"Deleted pod: {name}"),),
        )
        existing -= 1


# Come back later


def next_availability_check(owner: ReplicaOwner, pods: Iterable[Pod], counts: Counts, now: int) -> list[Requeue]:
    """When the next ready Pod will have been ready for long enough to be available, if any is on its way there."""
    if owner.min_ready_seconds <= 0 or counts.ready == counts.available:
        return []
    wait = owner.min_ready_seconds * SECOND
    moments = (since + wait for since in map(pod_ready_time, pods) if since is not None)
    return [Requeue(at=min((at for at in moments if at > now), default=now + wait))]


# When the API server refuses


class Failure(NamedTuple):
    """Why the Pods of an owner could not be brought to the wanted number, as its condition says it."""

    reason: str
    message: str


def failure_of(request: Request, error: StatusError) -> Failure | None:
    """What a refused request means for the owner; None where it is no failure of the owner's.

    A namespace that is being deleted takes no new objects, and a Pod that is already gone need not be deleted.
    """
    if isinstance(request, Create):
        return None if "because it is being terminated" in error.message else Failure("FailedCreate", error.message)
    if isinstance(request, Delete):
        return None if error.code == 404 else Failure("FailedDelete", f"unable to delete pods: {error.message}")
    return None


def record_failure(owner: ReplicaOwner, failure: Failure, error: StatusError) -> Record:
    """The Event about a refused creation or deletion of a Pod."""
    doing = "creating" if failure.reason == "FailedCreate" else "deleting"
    key = key_of(owner.object)
    return Record(
        target=key,
        reason=failure.reason,
        message=f"{owner.actor} could not go on {doing} Pods of {owner.name}: the API server refused it.",
        events=(EventNote(key, failure.reason, f"Error {doing}: {error.message}", type="Warning"),),
    )
