"""The book of an object, worked out from its history when somebody asks for it.

An ordinary run never asks: a write only notes who wrote (`kubelab.state.snapshot.Writer`), beside the versions before
and after that etcd remembers anyway. So owners cost a run nothing, however many Pods its controllers create.

**Simplified:** of an object whose history is compacted, what was written before that is nobody's.
"""

from typing import Any

from kubelab.api.manifest import to_manifest
from kubelab.api.memo import IdentityMemo
from kubelab.api.merging import whole
from kubelab.api.meta import ManagedFieldsEntry
from kubelab.api.model import evolve
from kubelab.api.scalars import Time
from kubelab.api.shape import fields
from kubelab.apiserver.field_owners.book import (
    APPLY,
    BEFORE_FIRST_APPLY,
    EMPTY,
    NOBODYS,
    Book,
    Owner,
    Share,
    entries,
    from_entries,
    owned,
    said_by,
    updated,
)
from kubelab.apiserver.field_owners.difference import compare
from kubelab.state.snapshot import SECOND, Object, Revision, Snapshot, key_of

API_SERVER = "kube-apiserver"

CLIENT_SIDE = ("f:metadata", "f:annotations", "f:kubectl.kubernetes.io/last-applied-configuration")
"""The annotation in which client-side apply keeps what it applied."""

_books: IdentityMemo[Book] = IdentityMemo(4096)
_entries: IdentityMemo[tuple[ManagedFieldsEntry, ...]] = IdentityMemo(4096)


def shown(snapshot: Snapshot, obj: Object) -> Object:
    """An object with its ``managedFields``, as a client reads it.

    Args:
        snapshot: the cluster in which the object is, or was.
        obj: the object, in any version of it.
    """
    found = _entries.get(obj)
    if found is None:
        found = _entries.put(obj, entries(book_of(snapshot, obj), obj.api_version))
    return evolve(obj, metadata=evolve(obj.metadata, managed_fields=found)) if found else obj


def book_of(snapshot: Snapshot, obj: Object) -> Book:
    """Who owns which field of an object."""
    pending: list[Revision] = []
    key, version = key_of(obj), obj
    book = _books.get(version)
    while book is None:
        number = version.metadata.resource_version
        revision = snapshot.history.get(int(number)) if number.isdigit() else None
        if revision is None or revision.key != key:
            book = _seed(version) if number == "0" else EMPTY
        elif revision.after is None:
            # That is how a watch tells of what was deleted.
            version = revision.before
        elif (book := _books.get(revision.after)) is None:
            pending.append(revision)
            version = revision.before
            book = EMPTY if version is None else _books.get(version)
    for revision in reversed(pending):
        book = _books.put(revision.after, _following(book, revision))
    return book


def _seed(obj: Object) -> Book:
    """The book of an object that the API server brought along."""
    created = obj.metadata.creation_timestamp or Time(0)
    return updated(EMPTY, Owner(API_SERVER), empty(type(obj)), document(obj), whole(type(obj)), created)


def _following(book: Book, revision: Revision) -> Book:
    """The book after one revision."""
    by, new = revision.by, revision.after
    if by is None:
        return book
    place, time = whole(type(new)), Time(by.at // SECOND)
    if by.owners is not None:
        book = _chosen(by.owners, book)
    owner = Owner(by.name, by.operation, by.subresource)
    if by.operation == APPLY:
        if not book and revision.before is not None:
            book = before_first_apply(revision.before)
        pair = (empty(type(new)), by.given) if revision.before is None else _changed(revision.before, new)
        said, difference = said_by(by.given, place), compare(pair[0], pair[1], place)
        if CLIENT_SIDE not in said:
            # That the server keeps this annotation right for kubectl takes it from nobody.
            difference = evolve(difference, modified=difference.modified - {CLIENT_SIDE})
        return owned(book, owner, said, difference, time)
    if revision.before is None:
        return updated(EMPTY, owner, empty(type(new)), document(new if by.given is None else by.given), place, time)
    # Who keeps no book does not begin one with a plain write.
    return updated(book, owner, *_changed(revision.before, new), place, time) if book else book


def _changed(old: Object, new: Object) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two versions as plain JSON, without the great parts that are the very same in both: objects share those."""
    same = {f.name: f.default for f in fields(type(new)).values() if getattr(old, f.name) is getattr(new, f.name)}
    same.pop("metadata", None)
    return (document(evolve(old, **same)), document(evolve(new, **same))) if same else (document(old), document(new))


def _chosen(written: Any, book: Book) -> Book:
    """The book that a writer set himself; one that cannot be read is no book, and the old one stays."""
    try:
        return from_entries(written)
    except ValueError:
        return book


def before_first_apply(obj: Object) -> Book:
    """The book of an object that had none when it was first applied to: one name owns all of it."""
    difference = compare(empty(type(obj)), document(obj), whole(type(obj)))
    return {Owner(BEFORE_FIRST_APPLY): Share((difference.added | difference.modified) - NOBODYS)}


def document(obj: Object) -> dict[str, Any]:
    """An object as plain JSON, without its book."""
    if obj.metadata.managed_fields:
        obj = evolve(obj, metadata=evolve(obj.metadata, managed_fields=()))
    return to_manifest(obj)


_EMPTY: dict[type[Any], dict[str, Any]] = {}


def empty(model: type[Any]) -> dict[str, Any]:
    """What a new object of a kind says before anybody has said anything."""
    found = _EMPTY.get(model)
    if found is None:
        found = _EMPTY[model] = to_manifest(model())
    return found
