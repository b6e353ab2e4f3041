"""Who manages what: the controller reference, and how a controller adopts and releases objects by their labels.

An object has at most one owner with ``controller: true``. A controller adopts an object that has none and
whose labels its selector matches, and releases one of its own when the selector no longer matches. Nothing
else makes two controllers with overlapping selectors leave each other's objects alone.

Source: `pkg/controller/controller_ref_manager.go`.

**Simplified:** upstream asks the API server once more whether the owner is being deleted before it adopts.
Here the version of the object is the guard: a request made from an old view is refused.
"""

from collections.abc import Iterable

import attrs

from kubelab.api.memo import IdentityMemo
from kubelab.api.meta import ObjectMeta, OwnerReference
from kubelab.api.model import evolve
from kubelab.api.selector import Selector
from kubelab.state.requests import Update
from kubelab.state.snapshot import Object, Objects, controller_of


def new_controller_ref(owner: Object) -> OwnerReference:
    """The reference by which `owner` is the controller of another object."""
    return OwnerReference(
        api_version=owner.api_version,
        kind=owner.kind,
        name=owner.metadata.name,
        uid=owner.metadata.uid,
        controller=True,
        block_owner_deletion=True,
    )


def is_controlled_by(meta: ObjectMeta, uid: str) -> bool:
    """Whether the owner with this uid manages the object."""
    controller = controller_of(meta)
    return controller is not None and controller.uid == uid


@attrs.frozen
class Claim:
    """What a controller may call its own.

    Attributes:
        objects: those that it manages, with those that it is about to adopt.
        writes: the adoptions and releases that make it so.
    """

    objects: Objects
    writes: list[Update]


def claim(actor: str, owner: Object, selector: Selector, owned: Iterable[Object], orphans: Iterable[Object]) -> Claim:
    """Sort out which objects belong to `owner`.

    Args:
        actor: the name of the controller, for the messages.
        owner: the object that claims.
        selector: its selector.
        owned: the objects with an owner reference to it.
        orphans: the objects that nobody manages and that are in its namespace.
    """
    # The Pods of one template share their labels, so that most of the matching is done once.
    known: IdentityMemo[bool] = IdentityMemo(limit=64)

    def matches(labels: object) -> bool:
        answer = known.get(labels)
        return known.put(labels, selector.matches(labels)) if answer is None else answer  # type: ignore[arg-type]

    mine: Objects = []
    writes: list[Update] = []
    leaving = owner.metadata.deletion_timestamp is not None
    uid = owner.metadata.uid
    for obj in owned:
        if not is_controlled_by(obj.metadata, uid):
            continue
        if matches(obj.metadata.labels):
            mine.append(obj)
        elif not leaving:
            writes.append(_release(actor, owner, selector, obj))
    if not leaving:
        for obj in orphans:
            if obj.metadata.deletion_timestamp is None and matches(obj.metadata.labels):
                mine.append(obj)
                writes.append(_adopt(actor, owner, selector, obj))
    return Claim(mine, writes)


def _adopt(actor: str, owner: Object, selector: Selector, obj: Object) -> Update:
    meta = obj.metadata
    owners = (*(o for o in meta.owner_references if o.uid != owner.metadata.uid), new_controller_ref(owner))
    return Update(
        object=evolve(obj, metadata=evolve(meta, owner_references=owners)),
        reason="Adopted",
        message=f"{actor} adopted {obj.kind} {meta.name} for {owner.kind} {owner.metadata.name}: "
        f"nobody managed it, and its labels match the selector {selector}.",
    )


def _release(actor: str, owner: Object, selector: Selector, obj: Object) -> Update:
    meta = obj.metadata
    owners = tuple(o for o in meta.owner_references if o.uid != owner.metadata.uid)
    return Update(
        object=evolve(obj, metadata=evolve(meta, owner_references=owners)),
        reason="Released",
        message=f"{actor} released {obj.kind} {meta.name} from {owner.kind} {owner.metadata.name}: "
        f"its labels no longer match the selector {selector}.",
    )
