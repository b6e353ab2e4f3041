"""The StatefulSet controller: keeps numbered Pods alive, each with a lasting name and storage of its own.

- **Desired:** the Pods NAME-0, NAME-1 and so on, up to `spec.replicas`, made from `spec.template`; for each of them a
  claim for each of `spec.volumeClaimTemplates`.
- **Actual:** the Pods that the set manages and that are called so.
- **Action:** create the lowest Pod that is missing once all before it are ready; delete the highest one that is not
  wanted any more; after a change of the template delete the highest Pod that is not made from it, and make it anew
  when it is gone. With ``Parallel`` nobody waits for another, except in an update.

There are never two Pods of one name. So a Pod that is being deleted is replaced only when it is really gone, also when
the machine on which it ran is silent, and nobody knows whether it still runs there.

**In Kubernetes:** kube-controller-manager, `pkg/controller/statefulset`.

**Simplified:** `maxUnavailable` has an effect wherever it is set; in Kubernetes 1.36 the API server drops it unless the
feature gate MaxUnavailableStatefulSet is on. What it has not seen yet the controller finds out by the version of the
set (`kubelab.state.guard`). A Pod of the set whose name is none of its own is left alone and not released. Where a
claim of the wanted name is being deleted, upstream tries again and again; here the end of the claim wakes the
controller.
"""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from kubelab.api.apps import StatefulSet
from kubelab.api.core.pod import Pod
from kubelab.api.model import evolve
from kubelab.api.selector import Selector, from_label_selector
from kubelab.components.statefulset.control import SetSync, is_inconsistent, observe, status_of, update_stateful_set
from kubelab.components.statefulset.identity import (
    ACTOR,
    is_member_of,
    parent_and_ordinal,
    replicas_of,
    revision_of,
)
from kubelab.components.statefulset.revisions import revisions_of
from kubelab.errors import StatusError
from kubelab.state.component import Wanted
from kubelab.state.guard import unless_changed
from kubelab.state.history import claim_revisions, truncate
from kubelab.state.ownership import Claim, claim
from kubelab.state.pods import pod_ready_time
from kubelab.state.replicas import owners_touched
from kubelab.state.requests import Create, Delete, EventNote, Record, Request, Requeue, Update
from kubelab.state.snapshot import SECOND, Change, ObjectKey, View, key_of


class StatefulSetController:
    """Runs as ``statefulset-controller``; its keys are StatefulSets."""

    name: ClassVar[str] = ACTOR
    watches: ClassVar[tuple[str, ...]] = ("StatefulSet", "Pod", "PersistentVolumeClaim")

    def enqueue(self, change: Change) -> Iterable[ObjectKey]:
        """A StatefulSet that changed, those to which a changed Pod belongs or might belong, or that miss a claim."""
        if change.key.kind == "StatefulSet":
            return (change.key,)
        if change.key.kind == "PersistentVolumeClaim":
            return sets_without(change)
        return owners_touched(change, "StatefulSet", selector_of)

    def reconcile(self, view: View, key: ObjectKey) -> Wanted:
        """Compare a StatefulSet with its Pods, take the next steps, and report."""
        stateful_set: StatefulSet | None = view.find(key)
        if stateful_set is None:
            return []
        held = claim_revisions(view, self.name, stateful_set, selector_of(stateful_set))
        pods = claim_pods(view, stateful_set)
        if held.writes or pods.writes:
            return [*held.writes, *pods.writes, Requeue(at=view.now)]
        revisions = revisions_of(view, stateful_set, held.objects)
        sync = observe(view, stateful_set, pods.objects, revisions)
        update_stateful_set(sync)
        live = [revisions.current.metadata.name, revisions.update.metadata.name, *map(revision_of, pods.objects)]
        acts = [*revisions.writes, *sync.requests]
        return [
            *([unless_changed(self.name, stateful_set)] if acts else []),
            *acts,
            *update_status(sync),
            *truncate(self.name, stateful_set, held.objects, live, stateful_set.spec.revision_history_limit),
            *next_availability_check(sync, pods.objects),
        ]

    def refused(self, view: View, key: ObjectKey, request: Request, error: StatusError) -> Wanted:
        """Say in an Event that a Pod or a claim could not be created, or a Pod deleted."""
        stateful_set = view.find(key)
        if stateful_set is None or error.reason == "AlreadyExists" or "being terminated" in error.message:
            return []
        if isinstance(request, Create) and request.object.kind in ("Pod", "PersistentVolumeClaim"):
            reason, doing = "FailedCreate", "Create"
        elif isinstance(request, Delete) and request.target.kind == "Pod" and error.code != 404:
            reason, doing = "FailedDelete", "Delete"
        else:
            return []
        what = "Pod" if request.key.kind == "Pod" else "Claim"
        text = f"{doing} {what} {request.key.name} in StatefulSet {key.name} failed error: {error.message}"
        why = f"{self.name} could not go on with StatefulSet {key.name}: the API server refused it."
        return [Record(target=key, reason=reason, message=why, events=(EventNote(key, reason, text, type="Warning"),))]


def selector_of(stateful_set: StatefulSet) -> Selector:
    """Which Pods a StatefulSet selects."""
    return from_label_selector(stateful_set.spec.selector)


def sets_without(change: Change) -> Iterator[ObjectKey]:
    """The sets whose Pod may be created now that an old claim of its name is gone."""
    if change.after is not None:
        return
    named, _ = parent_and_ordinal(change.key.name)
    for stateful_set in change.view.list("StatefulSet", change.key.namespace) if named else ():
        templates = stateful_set.spec.volume_claim_templates
        if any(named == f"{t.metadata.name}-{stateful_set.metadata.name}" for t in templates):
            yield key_of(stateful_set)


def claim_pods(view: View, stateful_set: StatefulSet) -> Claim:
    """The Pods of a set: only those with a name that it gives."""
    owned = view.owned(stateful_set.metadata.uid, "Pod")
    orphans = view.orphans("Pod", stateful_set.metadata.namespace)

    def members(pods: Iterable[Pod]) -> list[Pod]:
        return [pod for pod in pods if is_member_of(stateful_set, pod)]

    return claim(ACTOR, stateful_set, selector_of(stateful_set), members(owned), members(orphans))


def update_status(sync: SetSync) -> list[Update]:
    """The write of a new status, or nothing when it says what is already there."""
    stateful_set, status = sync.stateful_set, status_of(sync)
    if not is_inconsistent(stateful_set.status, status):
        return []
    updating = ""
    if status.current_revision != status.update_revision:
        number = sync.revisions.update.revision
        updating = f", {status.updated_replicas} made from revision {number} of the template"
    waits = f" It waits: {sync.waits}." if sync.waits else ""
    return [
        Update(
            object=evolve(stateful_set, status=status),
            subresource="status",
            reason="StatusUpdate",
            message=f"{ACTOR} counted the Pods of {sync.name}: {status.replicas} of {replicas_of(stateful_set)} wanted "
            f"exist; {status.ready_replicas} ready, {status.available_replicas} available{updating}.{waits}",
        )
    ]


def next_availability_check(sync: SetSync, pods: Iterable[Pod]) -> list[Requeue]:
    """When the next ready Pod will have been ready for long enough to be available, if any is on its way there."""
    wait, now = sync.min_ready_seconds * SECOND, sync.view.now
    if not wait:
        return []
    moments = [since + wait for since in map(pod_ready_time, pods) if since is not None and since + wait > now]
    return [Requeue(at=min(moments))] if moments else []
