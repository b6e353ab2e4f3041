"""garbage collector: deletes what has lost its last owner, and orders the deletion of owners and their dependents.

- **Desired:** no object outlives all of its owners; who is deleted in the foreground goes after its dependents; who
  is deleted with orphaning leaves its dependents behind without an owner.
- **Actual:** the owner references of each object, and whether the owners exist *under the uid that is noted*: an
  object that has the name of an owner but another uid is a stranger.
- **Action:** one of

  =================== ==============================================================================================
  the object          what is done
  =================== ==============================================================================================
  has a living owner  references to owners that are gone, or that wait for their dependents, are taken out
  has none            it is deleted; in the foreground if an owner waits for it and it has dependents of its own
  waits (foreground)  its finalizer ``foregroundDeletion`` is taken off when no dependent blocks it any more
  orphans             its dependents lose their reference to it; then its finalizer ``orphan`` is taken off
  =================== ==============================================================================================

Background deletion needs no finalizer: the owner is simply gone, and its dependents are found without one.

**In Kubernetes:** `pkg/controller/garbagecollector` (garbagecollector.go, graph_builder.go).

**Simplified:** upstream keeps a graph of all objects; here it is the index by owner that the snapshot has anyway. An
owner in another namespace counts as absent, as upstream has it, but without the Event ``OwnerRefInvalidNamespace``.
References to kinds that the cluster does not know are left alone.
"""

from collections.abc import Iterator, Sequence
from typing import ClassVar, NamedTuple

import attrs

from kubelab.api.meta import ObjectMeta, OwnerReference
from kubelab.api.model import evolve
from kubelab.api.scheme import KINDS, by_gvk
from kubelab.state.component import LEARNT, Wanted
from kubelab.state.requests import Delete, Update
from kubelab.state.snapshot import Change, Object, ObjectKey, View, key_of

FOREGROUND = "foregroundDeletion"
ORPHAN = "orphan"


class References(NamedTuple):
    """The owner references of an object by what has become of the owner.

    Attributes:
        solid: the owner lives.
        dangling: there is no such owner.
        waiting: the owner is being deleted in the foreground: it waits until its dependents are gone.
    """

    solid: tuple[OwnerReference, ...]
    dangling: tuple[OwnerReference, ...]
    waiting: tuple[OwnerReference, ...]


class GarbageCollector:
    """Follows owner references. Keys: objects of any kind."""

    name: ClassVar[str] = "garbage-collector-controller"
    watches: ClassVar[tuple[str, ...]] = (*(kind.kind for kind in KINDS if kind.listed), LEARNT)

    def enqueue(self, change: Change) -> Iterator[ObjectKey]:
        """Objects that may have to go, and owners that may no longer have to wait."""
        view, before, after = change.view, change.before, change.after
        if after is None:
            if before is not None:
                yield from (key_of(dependent) for dependent in view.owned(before.metadata.uid))
                yield from unblocked_owners(view, before.metadata, ())
            return
        meta = after.metadata
        if meta.deletion_timestamp is not None and (FOREGROUND in meta.finalizers or ORPHAN in meta.finalizers):
            if FOREGROUND in meta.finalizers:
                yield from (key_of(dependent) for dependent in view.owned(meta.uid))
            yield change.key
        elif meta.owner_references and not is_solid(view, after):
            yield change.key
        if before is not None and before.metadata.owner_references is not meta.owner_references:
            yield from unblocked_owners(view, before.metadata, meta.owner_references)

    def reconcile(self, view: View, key: ObjectKey) -> Wanted:
        """Delete the object, release it, or leave it alone."""
        item = view.find(key)
        if item is None:
            return ()
        meta = item.metadata
        if meta.deletion_timestamp is None:
            return attempt_to_delete(view, item)
        if FOREGROUND in meta.finalizers:
            return finish_foreground(view, item)
        if ORPHAN in meta.finalizers:
            return orphan_dependents(view, item)
        return ()


def owner_of(view: View, dependent: ObjectMeta, reference: OwnerReference) -> Object | None:
    """The object that a reference points to; None when it does not exist, or only under another uid."""
    kind = by_gvk(reference.api_version, reference.kind)
    if kind is None:
        return None
    owner = view.get(reference.kind, dependent.namespace if kind.namespaced else "", reference.name)
    return owner if owner is not None and owner.metadata.uid == reference.uid else None


def waits_for_dependents(owner: Object) -> bool:
    """Whether an object is being deleted in the foreground."""
    return owner.metadata.deletion_timestamp is not None and FOREGROUND in owner.metadata.finalizers


def is_solid(view: View, item: Object) -> bool:
    """Whether all owners of an object live on: nothing is to be done for it."""
    return all(
        (owner := owner_of(view, item.metadata, reference)) is not None and not waits_for_dependents(owner)
        for reference in item.metadata.owner_references
    )


def blocks(dependent: Object, uid: str) -> bool:
    """Whether a dependent keeps the owner with this uid from going in a foreground deletion."""
    return any(r.uid == uid and r.block_owner_deletion for r in dependent.metadata.owner_references)


def is_blocked(view: View, uid: str) -> bool:
    """Whether any dependent keeps the owner from going; stops at the first, so its order does not matter."""
    found = view.snapshot.index.get(("owner", uid), ())
    return any(blocks(view.snapshot.objects[key], uid) for key in found)


def unblocked_owners(view: View, before: ObjectMeta, after: Sequence[OwnerReference]) -> Iterator[ObjectKey]:
    """The owners in a foreground deletion that have just lost the last dependent that blocked them."""
    still = {r.uid for r in after if r.block_owner_deletion}
    for reference in before.owner_references:
        if not reference.block_owner_deletion or reference.uid in still:
            continue
        owner = owner_of(view, before, reference)
        if owner is not None and waits_for_dependents(owner) and not is_blocked(view, reference.uid):
            yield key_of(owner)


def attempt_to_delete(view: View, item: Object) -> Wanted:
    """Delete an object without a living owner; tidy the references of one that has a living owner."""
    if not item.metadata.owner_references or not can_be_judged(item.metadata):
        return ()
    references = classify_references(view, item)
    gone = references.dangling + references.waiting
    if references.solid:
        return (without_owners(item, {r.uid for r in gone}, names(gone)),) if gone else ()
    if references.waiting and (dependents := view.owned(item.metadata.uid)):
        return delete_in_foreground(item, references, dependents)
    meta = item.metadata
    policy = "Orphan" if ORPHAN in meta.finalizers else "Foreground" if FOREGROUND in meta.finalizers else "Background"
    return (delete_item(item, policy, fate(references)),)


def can_be_judged(meta: ObjectMeta) -> bool:
    """Whether the references mean anything: kinds that are known, and no namespaced owner of a cluster-wide object."""
    kinds = [by_gvk(r.api_version, r.kind) for r in meta.owner_references]
    return all(kind is not None and (meta.namespace or not kind.namespaced) for kind in kinds)


def classify_references(view: View, item: Object) -> References:
    """Sort the owner references of an object by what has become of the owners."""
    solid, dangling, waiting = [], [], []
    for reference in item.metadata.owner_references:
        owner = owner_of(view, item.metadata, reference)
        if owner is None:
            dangling.append(reference)
        elif waits_for_dependents(owner):
            waiting.append(reference)
        else:
            solid.append(reference)
    return References(tuple(solid), tuple(dangling), tuple(waiting))


def delete_in_foreground(item: Object, references: References, dependents: Sequence[Object]) -> Wanted:
    """An owner waits for the item, which has dependents itself: they are to go first.

    When one of those waits for its dependents, too, they might all wait in a circle: then the item stops blocking.
    """
    delete = delete_item(item, "Foreground", f"{fate(references)}, and it has dependents that must go first")
    if not any(map(waits_for_dependents, dependents)) or not any(r.block_owner_deletion for r in references.waiting):
        return (delete,)
    unblocked = tuple(evolve(r, block_owner_deletion=False) for r in item.metadata.owner_references)
    unblock = Update(
        object=evolve(item, metadata=evolve(item.metadata, owner_references=unblocked)),
        reason="CircularOwnership",
        message=f"{GarbageCollector.name} let {key_of(item)} no longer block its owners: none may wait in a circle.",
    )
    return (unblock, attrs.evolve(delete, resource_version=""))


def delete_item(item: Object, policy: str, why: str) -> Delete:
    """Delete an object as it was seen: a change in between, such as a new owner, makes the API server refuse."""
    return Delete(
        target=key_of(item),
        propagation=policy,
        uid=item.metadata.uid,
        resource_version=item.metadata.resource_version,
        reason="GarbageCollected",
        message=f"{GarbageCollector.name} deleted {key_of(item)}: {why}.",
    )


def finish_foreground(view: View, owner: Object) -> Wanted:
    """Let an owner go when no dependent blocks it any more; until then its dependents are looked at by themselves."""
    if is_blocked(view, owner.metadata.uid):
        return ()
    return (without_finalizer(owner, FOREGROUND, "nothing that depends on it is left"),)


def orphan_dependents(view: View, owner: Object) -> Wanted:
    """Take the owner out of its dependents' references, and then let it go."""
    uid, name = owner.metadata.uid, str(key_of(owner))
    released = [
        without_owners(dependent, {uid}, f"{name}, which leaves its dependents behind") for dependent in view.owned(uid)
    ]
    return (*released, without_finalizer(owner, ORPHAN, "its dependents no longer refer to it"))


def without_owners(item: Object, uids: set[str], whom: str) -> Update:
    """Take some owners out of an object's references."""
    kept = tuple(r for r in item.metadata.owner_references if r.uid not in uids)
    return Update(
        object=evolve(item, metadata=evolve(item.metadata, owner_references=kept)),
        reason="OwnerReferenceRemoved",
        message=f"{GarbageCollector.name} removed from {key_of(item)} the reference to {whom}.",
    )


def without_finalizer(item: Object, finalizer: str, why: str) -> Update:
    """Take a finalizer off an object that is being deleted."""
    kept = tuple(f for f in item.metadata.finalizers if f != finalizer)
    return Update(
        object=evolve(item, metadata=evolve(item.metadata, finalizers=kept)),
        reason="FinalizerRemoved",
        message=f"{GarbageCollector.name} took the finalizer {finalizer} off {key_of(item)}: {why}.",
    )


def names(references: Sequence[OwnerReference]) -> str:
    """The owners of some references, for people."""
    return ", ".join(f"{r.kind} {r.name}" for r in references)


def fate(references: References) -> str:
    """What has become of the owners, for people."""
    texts = []
    if references.dangling:
        texts.append(f"its owner {names(references.dangling)} is gone")
    if references.waiting:
        texts.append(f"its owner {names(references.waiting)} is being deleted and waits for it")
    return " and ".join(texts)
