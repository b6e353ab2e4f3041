"""The DaemonSet controller: keeps one Pod alive on every node that it may run on.

- **Desired:** on each node that the template's node selector and affinity allow, and whose taints the Pod tolerates,
  one Pod made from `spec.template`.
- **Actual:** the Pods that the DaemonSet manages, by the node to which their node affinity binds them.
- **Action:** create a Pod for a node that has none, delete what does not belong where it is or has ended; after a
  change of the template replace the Pods, a few at a time.

It does not bind Pods: each has a node affinity that only one node fulfils, and the scheduler does the rest. It also
gives them tolerations, so that they stay where a node is not ready, unreachable or cordoned: they are often what is
needed there.

**In Kubernetes:** kube-controller-manager, `pkg/controller/daemon`.

**Simplified:** what it has not seen yet it finds out by the version of the DaemonSet (`kubelab.state.guard`). Revisions
of the same template, which only a very old cluster has, are not merged. A node that is deleted, or gets a taint that
its Pod need not leave for, is counted at once; upstream waits for the next change. What else differs is said in
`kubelab.components.daemonset.nodes`.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar, NamedTuple

from kubelab.api.apps import ControllerRevision, DaemonSet
from kubelab.api.core.node import Node
from kubelab.api.core.pod import Pod
from kubelab.api.meta import LabelSelector
from kubelab.api.model import evolve
from kubelab.api.selector import Selector, from_label_selector
from kubelab.components.daemonset.nodes import DaemonSync, manage, observe, status_of
from kubelab.components.daemonset.rolling import rolling_update
from kubelab.components.daemonset.template import ACTOR, REVISION_HASH, new_pod, should_run
from kubelab.errors import StatusError
from kubelab.state.component import Wanted
from kubelab.state.guard import unless_changed
from kubelab.state.history import (
    claim_revisions,
    create_revision,
    is_taken,
    new_revision,
    patch_of,
    renumber,
    truncate,
)
from kubelab.state.ownership import claim
from kubelab.state.pods import pod_ready_time
from kubelab.state.replicas import BURST_REPLICAS, owners_touched, slow_start_batches
from kubelab.state.requests import Create, Delete, EventNote, Record, Request, Requeue, Update
from kubelab.state.snapshot import SECOND, Change, ObjectKey, View, controller_of, key_of
from kubelab.state.template_hash import compute_hash


class DaemonSetController:
    """Runs as ``daemonset-controller``; its keys are DaemonSets."""

    name: ClassVar[str] = ACTOR
    watches: ClassVar[tuple[str, ...]] = ("DaemonSet", "Pod", "Node")

    def enqueue(self, change: Change) -> Iterable[ObjectKey]:
        """A DaemonSet that changed, the one of a changed Pod, and those that a changed Node concerns."""
        if change.key.kind == "DaemonSet":
            return (change.key,)
        if change.key.kind == "Node":
            return concerned(change)
        return owners_touched(change, "DaemonSet", selector_of)

    def reconcile(self, view: View, key: ObjectKey) -> Wanted:
        """Compare a DaemonSet with the nodes and its Pods, take the next steps, and report."""
        daemon_set: DaemonSet | None = view.find(key)
        if daemon_set is None or daemon_set.metadata.deletion_timestamp is not None:
            return []
        if daemon_set.spec.selector == LabelSelector():
            return refuse_to_select_all(view, daemon_set)
        selector = selector_of(daemon_set)
        held = claim_revisions(view, self.name, daemon_set, selector)
        orphans = view.orphans("Pod", daemon_set.metadata.namespace)
        pods = claim(self.name, daemon_set, selector, view.owned(daemon_set.metadata.uid, "Pod"), orphans)
        if held.writes or pods.writes:
            return [*held.writes, *pods.writes, Requeue(at=view.now)]
        revision = current_revision(view, daemon_set, held.objects)
        sync = observe(view, daemon_set, revision.digest, pods.objects)
        manage(sync)
        # What is to be put right comes first: Pods are replaced once that is done, and seen.
        if not sync.create and not sync.delete and daemon_set.spec.update_strategy.type == "RollingUpdate":
            rolling_update(sync)
        acts = [*revision.writes, *deletions_and_creations(sync)]
        # Upstream counts after it has acted: Pods that are made now are told of with the next look, when they are seen.
        counts = [] if sync.create else update_status(sync, revision.collision_count)
        old = [r for r in held.objects if r.data != patch_of(daemon_set.spec.template)]
        return [
            *([unless_changed(self.name, daemon_set)] if acts else []),
            *acts,
            *cleanup_history(daemon_set, old, pods.objects),
            *counts,
            *sync.again,
            *next_availability_check(sync, pods.objects),
        ]

    def refused(self, view: View, key: ObjectKey, request: Request, error: StatusError) -> Wanted:
        """Say in an Event that a Pod could not be created or deleted, and report the counts even so."""
        daemon_set: DaemonSet | None = view.find(key)
        if daemon_set is None or "because it is being terminated" in error.message:
            return []
        if isinstance(request, Create) and request.object.kind == "Pod":
            reason, doing = "FailedCreate", "creating"
        elif isinstance(request, Delete) and request.target.kind == "Pod" and error.code != 404:
            reason, doing = "FailedDelete", "deleting"
        else:
            return []
        note = EventNote(key, reason, f"Error {doing}: {error.message}", type="Warning")
        why = f"{self.name} could not go on {doing} Pods of DaemonSet {key.name}: the API server refused it."
        uid, collisions = daemon_set.metadata.uid, daemon_set.status.collision_count
        revision = current_revision(view, daemon_set, view.owned(uid, "ControllerRevision"))
        counts = update_status(observe(view, daemon_set, revision.digest, view.owned(uid, "Pod")), collisions)
        return [Record(target=key, reason=reason, message=why, events=(note,)), *counts]


def selector_of(daemon_set: DaemonSet) -> Selector:
    """Which Pods a DaemonSet selects."""
    return from_label_selector(daemon_set.spec.selector)


def concerned(change: Change) -> Iterator[ObjectKey]:
    """The DaemonSets that a new or changed Node concerns: a Pod is missing there, or may not run there any more."""
    before: Node | None = change.before
    after: Node | None = change.after
    view = change.view
    if before is not None and after is not None and _ignored(before, after):
        return
    daemon_sets = view.list("DaemonSet")
    if after is None:
        yield from (key_of(each) for each in daemon_sets)
        return
    owners = {_owner(pod) for pod in view.pods_on(change.key.name)} if daemon_sets else set()
    for daemon_set in daemon_sets:
        starts, goes_on = should_run(daemon_set, after)
        scheduled = daemon_set.metadata.uid in owners
        misscheduled = scheduled and (daemon_set.status.number_misscheduled > 0 or not starts)
        if (starts and not scheduled) or (not goes_on and scheduled) or misscheduled:
            yield key_of(daemon_set)


def _ignored(before: Node, after: Node) -> bool:
    """Whether nothing has changed on which a place depends (`shouldIgnoreNodeUpdate`)."""
    return before.metadata.labels == after.metadata.labels and before.spec.taints == after.spec.taints


def _owner(pod: Pod) -> str:
    owner = controller_of(pod.metadata)
    return "" if owner is None else owner.uid


def refuse_to_select_all(view: View, daemon_set: DaemonSet) -> Wanted:
    """A DaemonSet whose selector matches every Pod is left alone, and told so once."""
    key = key_of(daemon_set)
    if any(event.reason == "SelectingAll" for event in view.events(key)):
        return []
    text = "This daemon set is selecting all pods. A non-empty selector is required."
    why = f"{ACTOR} left DaemonSet {key.name} alone: its empty selector matches every Pod."
    note = EventNote(key, "SelectingAll", text, type="Warning")
    return [Record(target=key, reason="SelectingAll", message=why, events=(note,))]


class CurrentRevision(NamedTuple):
    """The template as it is now.

    Attributes:
        digest: its hash, as its Pods have it among their labels.
        collision_count: how often a name was taken so far; None where never.
        writes: the writes of ControllerRevisions that this needs.
    """

    digest: str
    collision_count: int | None
    writes: list[Request]


def current_revision(view: View, daemon_set: DaemonSet, held: Sequence[ControllerRevision]) -> CurrentRevision:
    """The revision of the template: kept if it is new, and made the newest if it has come again."""
    data = patch_of(daemon_set.spec.template)
    current = [revision for revision in held if revision.data == data]
    number = max((r.revision for r in held if r.data != data), default=0) + 1
    count = daemon_set.status.collision_count
    if current:
        revision = current[-1]
        digest = revision.metadata.labels.get(REVISION_HASH, revision.metadata.name)
        writes = [renumber(ACTOR, daemon_set, revision, number)] if revision.revision < number else []
        return CurrentRevision(digest, count, list(writes))
    digest = compute_hash(daemon_set.spec.template, count)
    found = new_revision(view, daemon_set, number, digest, REVISION_HASH, count or 0)
    while is_taken(view, found):
        count = (count or 0) + 1
        digest = compute_hash(daemon_set.spec.template, count)
        found = new_revision(view, daemon_set, number, digest, REVISION_HASH, count)
    created = [] if found.exists else [create_revision(ACTOR, daemon_set, found.revision)]
    return CurrentRevision(digest, count, list(created))


def cleanup_history(daemon_set: DaemonSet, old: Sequence[ControllerRevision], pods: Iterable[Pod]) -> list[Delete]:
    """Delete the oldest templates that no Pod has any more; those in use count among the ones that are kept."""
    hashes = {pod.metadata.labels.get(REVISION_HASH, "") for pod in pods}
    live = [r.metadata.name for r in old if r.metadata.labels.get(REVISION_HASH) in hashes]
    limit = daemon_set.spec.revision_history_limit
    kept = None if limit is None else max(limit - len(live), 0)
    return truncate(ACTOR, daemon_set, old, live, kept)


def deletions_and_creations(sync: DaemonSync) -> Iterator[Request]:
    """The requests for the Pods: first those that are created, slowly at first, then those that are deleted."""
    key = key_of(sync.daemon_set)
    if sync.notes:
        text = sync.notes[0].message
        message = f"{ACTOR} recorded about {sync.name}: {text}"
        yield Record(target=key, reason=sync.notes[0].reason, message=message, events=tuple(sync.notes))
    created = EventNote(key, "SuccessfulCreate", "Created pod: {name}")
    wanted = sync.create[:BURST_REPLICAS]
    at = 0
    for number, size in enumerate(slow_start_batches(len(wanted)), 1):
        batch = f" Slow start: batch {number} has {size} Pods." if size > 1 else ""
        for node, why in wanted[at : at + size]:
            yield Create(
                object=new_pod(sync.daemon_set, node, sync.digest),
                reason="SuccessfulCreate",
                message=f"{ACTOR} created Pod {{name}} of {sync.name} for node {node}: {why}.{batch}",
                events=(created,),
            )
        at += size
    for pod, why in sync.delete[:BURST_REPLICAS]:
        name = pod.metadata.name
        yield Delete(
            target=key_of(pod),
            uid=pod.metadata.uid,
            reason="SuccessfulDelete",
            message=f"{ACTOR} deleted Pod {name} of {sync.name}: {why}.",
            events=(EventNote(key, "SuccessfulDelete", f"Deleted pod: {name}"),),
        )


def update_status(sync: DaemonSync, collision_count: int | None) -> list[Update]:
    """The write of a new status, or nothing when it says what is already there."""
    daemon_set = sync.daemon_set
    status = evolve(status_of(sync), collision_count=collision_count)
    if status == daemon_set.status:
        return []
    astray = f", {status.number_misscheduled} where it should not" if status.number_misscheduled else ""
    return [
        Update(
            object=evolve(daemon_set, status=status),
            subresource="status",
            reason="StatusUpdate",
            message=f"{ACTOR} counted the Pods of {sync.name}: {status.current_number_scheduled} of "
            f"{status.desired_number_scheduled} nodes have one{astray}; {status.number_ready} ready, "
            f"{status.number_available} available, {status.updated_number_scheduled} up to date.",
        )
    ]


def next_availability_check(sync: DaemonSync, pods: Iterable[Pod]) -> list[Requeue]:
    """When the next ready Pod will have been ready for long enough to be available, if any is on its way there."""
    wait, now = sync.daemon_set.spec.min_ready_seconds * SECOND, sync.view.now
    if not wait:
        return []
    moments = [since + wait for since in map(pod_ready_time, pods) if since is not None and since + wait > now]
    return [Requeue(at=min(moments))] if moments else []
