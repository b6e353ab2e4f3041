"""etcd: the only place where a snapshot gets its next revision. Only `kubelab.apiserver` may import it.

Source: etcd's MVCC store (revisions, compaction).
"""

from collections.abc import Iterable

from immutables import Map

from kubelab.api.model import evolve
from kubelab.state.allocation import update as update_allocation
from kubelab.state.event_correlation import SCHEDULER, correlated
from kubelab.state.index import reindexed
from kubelab.state.requests import EventNote
from kubelab.state.snapshot import EventRecord, Object, ObjectKey, Revision, Snapshot, Writer, key_of

RBAC = frozenset({"ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"})
"""The kinds that are kept in `Snapshot.rbac`, too."""

DEFINITION = "CustomResourceDefinition"


def seeded(objects: Iterable[Object]) -> Snapshot:
    """An etcd that holds some objects from before the first revision that is counted."""
    snapshot = Snapshot()
    for obj in objects:
        key = key_of(obj)
        stored = evolve(obj, metadata=evolve(obj.metadata, resource_version="0"))
        snapshot = evolve(_next(snapshot, key, None, stored, 0), history=snapshot.history)
    return snapshot


def put(snapshot: Snapshot, obj: Object, by: Writer | None = None) -> tuple[Snapshot, Object]:
    """Store an object; it gets the next revision as its resourceVersion.

    Args:
        snapshot: the state so far.
        obj: the object.
        by: who owns what changes, or None for nobody.

    Returns:
        the next snapshot, and the object as it is stored.
    """
    key = key_of(obj)
    revision = snapshot.revision + 1
    before = snapshot.objects.get(key)
    stored = evolve(obj, metadata=evolve(obj.metadata, resource_version=str(revision)))
    return _next(snapshot, key, before, stored, revision, by), stored


def remove(snapshot: Snapshot, key: ObjectKey) -> Snapshot:
    """Take an object out of the store.

    The Events in a Namespace go with it.

    Raises:
        KeyError: there is no such object.
    """
    if key.kind == "Namespace":
        gone = [about for about in snapshot.events if about.namespace == key.name]
        if gone:
            events = snapshot.events.mutate()
            for about in gone:
                del events[about]
            snapshot = evolve(snapshot, events=events.finish())
    return _next(snapshot, key, snapshot.objects[key], None, snapshot.revision + 1)


def _next(
    snapshot: Snapshot,
    key: ObjectKey,
    before: Object | None,
    after: Object | None,
    revision: int,
    by: Writer | None = None,
) -> Snapshot:
    return evolve(
        snapshot,
        revision=revision,
        objects=_with(snapshot.objects, key, after),
        index=reindexed(snapshot.index, key, before, after),
        history=snapshot.history.set(revision, Revision(key, before, after, by)),
        allocated=update_allocation(snapshot.allocated, before, after) if key.kind == "Pod" else snapshot.allocated,
        rbac=_with(snapshot.rbac, key, after) if key.kind in RBAC else snapshot.rbac,
        services=_with(snapshot.services, key, after) if key.kind == "Service" else snapshot.services,
        definitions=_with(snapshot.definitions, key, after) if key.kind == DEFINITION else snapshot.definitions,
    )


def _with(objects: "Map[ObjectKey, Object]", key: ObjectKey, obj: Object | None) -> "Map[ObjectKey, Object]":
    return objects.delete(key) if obj is None else objects.set(key, obj)


def compact(snapshot: Snapshot, revision: int) -> Snapshot:
    """Forget the history up to and including `revision`.

    Raises:
        ValueError: `revision` is already compacted, or in the future.
    """
    if revision <= snapshot.compacted:
        raise ValueError("etcdserver: mvcc: required revision has been compacted")
    if revision > snapshot.revision:
        raise ValueError("etcdserver: mvcc: required revision is a future revision")
    history = snapshot.history.mutate()
    for old in range(snapshot.compacted + 1, revision + 1):
        history.pop(old, None)
    return evolve(snapshot, compacted=revision, history=history.finish())


def record(snapshot: Snapshot, note: EventNote, actor: str, now: int, seen: str = "") -> Snapshot:
    """Record an Event; a repeat of an Event raises its count instead of adding another.

    Every record takes a revision, as the write of an Event object does in etcd.

    Args:
        snapshot: the state so far.
        note: the Event.
        actor: who records it; Events that name no component come from it.
        now: the time, in microseconds since 1970.
        seen: the version of the object that the actor has looked at, or "".
    """
    key = note.regarding
    subject = snapshot.objects.get(key)
    revision = snapshot.revision + 1
    component = note.component or actor.partition("/")[0]
    new = EventRecord(
        name=f"{key.name}.{revision:016x}",
        regarding=key,
        uid=note.uid or (subject.metadata.uid if subject is not None else ""),
        type=note.type,
        reason=note.reason,
        message=note.message,
        component=component,
        host=note.host,
        count=1,
        first=now,
        last=now,
        revision=revision,
        seen=seen if component == SCHEDULER else "",
        field_path=note.field_path,
    )
    records = correlated(snapshot.events.get(key, ()), new)
    return evolve(snapshot, revision=revision, events=snapshot.events.set(key, records))
