"""Lists and watches: what there is at a revision, and everything that has changed since.

A client lists once, remembers the revision, and asks for what came after it. Once the revisions it asks for are
compacted, it has to list again.

Source: `k8s.io/apiserver/pkg/storage/cacher`; etcd's watch with `start_revision`.
"""

from collections.abc import Iterator

import attrs

from kubelab.api.selector import Selector
from kubelab.errors import StatusError
from kubelab.state.snapshot import Object, Revision, Snapshot, View


@attrs.frozen(slots=True)
class WatchEvent:
    """One change as a watch tells it.

    Attributes:
        type: ``ADDED``, ``MODIFIED`` or ``DELETED``.
        object: the object as it is now; for a deletion as it was last.
        revision: etcd's revision of the change.
    """

    type: str
    object: Object
    revision: int


def list_objects(
    view: View, kind: str, namespace: str | None = None, selector: Selector | None = None
) -> tuple[tuple[Object, ...], int]:
    """The objects of a kind that a selector selects, in order, and the revision from which a watch goes on."""
    found = view.list(kind, namespace)
    chosen = found if selector is None else [o for o in found if selector.matches(o.metadata.labels)]
    return tuple(chosen), view.snapshot.revision


def watch(
    snapshot: Snapshot,
    since: int,
    kind: str,
    namespace: str | None = None,
    selector: Selector | None = None,
) -> tuple[WatchEvent, ...]:
    """Everything that happened to the objects of a kind after the revision `since`, oldest first.

    An object that comes to be selected is ADDED, one that no longer is selected is DELETED, whatever happened to it.

    Raises:
        StatusError: 410, the revision is compacted; the client has to list again.
    """
    if since < snapshot.compacted:
        raise StatusError(410, "Expired", f"too old resource version: {since} ({snapshot.compacted})")
    return tuple(_events(snapshot, since, kind, namespace, selector))


def _events(
    snapshot: Snapshot, since: int, kind: str, namespace: str | None, selector: Selector | None
) -> Iterator[WatchEvent]:
    for revision in range(since + 1, snapshot.revision + 1):
        entry = snapshot.history.get(revision)
        # Revisions of Events have no entry: those are kept by their object.
        if entry is None or entry.key.kind != kind or namespace not in (None, entry.key.namespace):
            continue
        event = _event(entry, revision, selector)
        if event is not None:
            yield event


def _event(entry: Revision, revision: int, selector: Selector | None) -> WatchEvent | None:
    def selected(obj: Object | None) -> bool:
        return obj is not None and (selector is None or selector.matches(obj.metadata.labels))

    was, is_now = selected(entry.before), selected(entry.after)
    if is_now:
        return WatchEvent("MODIFIED" if was else "ADDED", entry.after, revision)
    if was:
        return WatchEvent("DELETED", entry.after if entry.after is not None else entry.before, revision)
    return None
