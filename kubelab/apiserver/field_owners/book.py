"""The book of owners of one object: which fields each writer owns, and how a write changes that.

A plain write owns what it changes, and takes it from others. An apply owns all that it says: it is refused where that
would change what others own, unless it is forced; what it said before and says no longer goes, unless others own it.

Source: sigs.k8s.io/structured-merge-diff `merge` (Updater); apimachinery `pkg/util/managedfields`.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import attrs

from kubelab.api.decode import freeze
from kubelab.api.encode import thaw
from kubelab.api.merging import Place
from kubelab.api.meta import ManagedFieldsEntry
from kubelab.api.scalars import FrozenMap, Time
from kubelab.api.validation.go_value import quoted
from kubelab.apiserver.field_owners.combination import merged, with_structures, without
from kubelab.apiserver.field_owners.difference import Difference, compare, field_set
from kubelab.apiserver.field_owners.paths import NOTHING, Paths, from_fields, text_of, to_fields
from kubelab.errors import Cause, StatusError

APPLY, UPDATE = "Apply", "Update"

MOST_UPDATERS = 10
"""So many plain writers are kept apart; of more, the oldest become one."""

ANCIENT = "ancient-changes"
BEFORE_FIRST_APPLY = "before-first-apply"

NOBODYS = frozenset(
    {
        ("f:apiVersion",),
        ("f:kind",),
        ("f:metadata",),
        *(
            ("f:metadata", f"f:{name}")
            for name in (
                *("name", "namespace", "creationTimestamp", "selfLink", "uid", "clusterName"),
                *("generation", "managedFields", "resourceVersion"),
            )
        ),
    }
)
"""Fields that nobody owns: who and what an object is."""


class Owner(NamedTuple):
    """Who owns fields: a field manager, by one of the two ways to write, through one door.

    Attributes:
        name: the field manager.
        operation: ``Apply`` or ``Update``.
        subresource: the door, or "".
    """

    name: str
    operation: str = UPDATE
    subresource: str = ""


@attrs.frozen
class Share:
    """What one owner owns, and since when it last changed something.

    Attributes:
        fields: the fields.
        time: seconds since 1970, or None where that is not known.
    """

    fields: Paths
    time: Time | None = None


Book = Mapping[Owner, Share]

EMPTY: Book = FrozenMap()


def updated(book: Book, owner: Owner, old: Any, new: Any, place: Place, time: Time) -> Book:
    """The book after a plain write.

    Args:
        book: the book before.
        owner: who writes.
        old: the object before, as plain JSON without managed fields; for a creation, an empty object.
        new: the object after.
        place: the object's place, which knows how it is shared.
        time: when.
    """
    difference = compare(old, new, place)
    shares = _taken(book, difference, None)
    gained = (difference.added | difference.modified) - NOBODYS
    if gained:
        had = shares.get(owner)
        shares[owner] = Share(gained if had is None else had.fields | gained, time)
    return FrozenMap(_capped(shares))


def _taken(book: Book, difference: Difference, applier: Owner | None) -> dict[Owner, Share]:
    """The shares of all, without what changes or goes; that of who applies is left alone."""
    gone = difference.added | difference.modified | difference.removed
    shares = {}
    for owner, share in book.items():
        left = share if owner == applier else Share(share.fields - gone, share.time)
        if left.fields:
            shares[owner] = left
    return shares


def _capped(shares: dict[Owner, Share]) -> dict[Owner, Share]:
    updaters = sorted((owner for owner in shares if owner.operation == UPDATE), key=lambda o: (shares[o].time or 0, o))
    excess = len(updaters) - MOST_UPDATERS
    if excess <= 0:
        return shares
    old = updaters[: excess + 1]
    fields = frozenset().union(*(shares[owner].fields for owner in old))
    time = shares[old[-1]].time
    kept = {owner: share for owner, share in shares.items() if owner not in old}
    kept[Owner(ANCIENT)] = Share(fields, time)
    return kept


def applied(book: Book, owner: Owner, live: Any, config: Any, place: Place, force: bool) -> Any:
    """The object after an apply, as plain JSON, before defaults are filled in.

    Args:
        book: the book before.
        owner: who applies.
        live: the object as it is, as plain JSON without managed fields; where there is none, an empty object.
        config: what is applied.
        place: the object's place, which knows how it is shared.
        force: whether to take over what others own.

    Raises:
        StatusError: 409, it would change what others own.
    """
    before = book.get(owner)
    shares = {**book, owner: Share(said_by(config, place))}
    new = _pruned(merged(live, config, place), before.fields if before else NOTHING, shares, place)
    difference = compare(live, new, place)
    changed = difference.added | difference.modified
    conflicts = {other: taken for other, share in book.items() if other != owner and (taken := share.fields & changed)}
    if conflicts and not force:
        raise conflict(conflicts, config.get("apiVersion", ""))
    return new


def said_by(config: Any, place: Place) -> Paths:
    """The fields that somebody who applies this owns."""
    return field_set(config, place) - NOBODYS


def owned(book: Book, owner: Owner, said: Paths, difference: Difference, time: Time) -> Book:
    """The book after an apply that has gone through.

    Args:
        book: the book before.
        owner: who applied.
        said: all that was applied.
        difference: what it changed.
        time: when.
    """
    before = book.get(owner)
    shares = _taken(book, difference, owner)
    shares.pop(owner, None)
    if said:
        still = before is not None and difference == Difference()
        shares[owner] = Share(said, before.time if before is not None and still else time)
    return FrozenMap(shares)


def _pruned(new: Any, last: Paths, shares: Book, place: Place) -> Any:
    """What is left when all goes that was applied before and is no longer, and that nobody else owns."""
    if not last:
        return new
    managed = frozenset().union(*(share.fields for share in shares.values()))
    last = with_structures(last, place)
    everything = with_structures(field_set(new, place), place)

    def left(gone: Paths) -> Paths:
        return with_structures(field_set(without(new, gone, place), place), place)

    kept = left(everything - (left(last) | with_structures(managed, place)))
    return without(new, (everything - kept) & last, place)


def conflict(conflicts: Mapping[Owner, Paths], version: str) -> StatusError:
    """409: an apply would change what others own.

    Args:
        conflicts: what it would change, by its owner.
        version: the ``apiVersion`` of the object.
    """
    found = [(owner, path) for owner in sorted(conflicts) for path in sorted(conflicts[owner])]
    causes = [
        Cause("FieldManagerConflict", text_of(path), f"conflict with {_title(owner, version)}") for owner, path in found
    ]
    if len(found) == 1:
        ((owner, path),) = found
        text = f"Apply failed with 1 conflict: conflict with {_title(owner, version)}: {text_of(path)}"
        return StatusError(409, "Conflict", text, causes)
    lines = []
    for owner in sorted(conflicts):
        lines.append(f"conflicts with {_title(owner, version)}:")
        lines += [f"- {text_of(path)}" for path in sorted(conflicts[owner])]
    text = f"Apply failed with {len(found)} conflicts: " + "\n".join(lines)
    return StatusError(409, "Conflict", text, causes)


def _title(owner: Owner, version: str) -> str:
    title = quoted(owner.name)
    if owner.subresource:
        title += f" with subresource {quoted(owner.subresource)}"
    return f"{title} using {version}" if owner.operation == UPDATE else title


def entries(book: Book, version: str) -> tuple[ManagedFieldsEntry, ...]:
    """The book as ``metadata.managedFields`` says it: applies first, then by time and name.

    Args:
        book: the book.
        version: the ``apiVersion`` of the object.
    """
    order = sorted(book, key=lambda owner: (owner.operation, book[owner].time or 0, owner.name, owner.subresource))
    return tuple(
        ManagedFieldsEntry(
            manager=owner.name,
            operation=owner.operation,
            api_version=version,
            time=book[owner].time,
            fields_type="FieldsV1",
            fields_v1=freeze(to_fields(book[owner].fields)),
            subresource=owner.subresource,
        )
        for owner in order
    )


def from_entries(written: Iterable[ManagedFieldsEntry]) -> Book:
    """The book that ``metadata.managedFields`` says.

    Raises:
        ValueError: an entry says no owner, or no fields.
    """
    shares = {}
    for entry in written:
        if entry.operation not in (APPLY, UPDATE):
            raise ValueError("operation must be `Apply` or `Update`")
        if not entry.api_version:
            raise ValueError("apiVersion must not be empty")
        if entry.fields_type != "FieldsV1":
            raise ValueError(f"invalid fieldsType {quoted(entry.fields_type)}")
        owner = Owner(entry.manager, entry.operation, entry.subresource)
        shares[owner] = Share(from_fields(thaw(entry.fields_v1) or {}), entry.time)
    return FrozenMap(shares)
