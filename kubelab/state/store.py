"""etcd: the only place where a snapshot gets its next revision. Only `kubelab.apiserver` may import it.

The index of a snapshot maps an entry to the keys of the objects it holds for:

=============================== =====================================================
entry                           objects
=============================== =====================================================
("kind", KIND)                  all of a kind
("kind", KIND, NAMESPACE)       those of one namespace
("in", NAMESPACE)               all of a namespace, whatever their kind
("owner", UID)                  those with an owner reference to the uid
("orphan", KIND, NAMESPACE)     those that no controller manages
("node", NODE)                  the Pods bound to a node; ("node", "") those not bound yet
("label", KIND, NS, KEY, VALUE) those that carry a label
("clusterIP", ADDRESS)          the Service that holds a cluster address
("nodePort", "TCP/30080")       the Service that holds a node port
("image", NAME)                 the Nodes that report to have an image
("podCIDR",)                    the Nodes that have a range of Pod addresses; ("podCIDR", RANGE) which has this one
("unready",)                    the Nodes that are not Ready
("claim", NAMESPACE, NAME)      the Pods that mount a claim, and the PersistentVolumes reserved for it
("unbound", KIND, CLASS)        claims without volume, volumes without claim, of a storage class
=============================== =====================================================

Source: etcd's MVCC store (revisions, compaction); client-go `tools/cache` indexers.
"""

from collections.abc import Iterator

from immutables import Map

from kubelab.api.model import evolve
from kubelab.state.allocation import update as update_allocation
from kubelab.state.requests import EventNote
from kubelab.state.snapshot import EventRecord, Object, ObjectKey, Revision, Snapshot, key_of

Entry = tuple[str, ...]

EVENTS_KEPT = 100
"""How many different Events are kept about one object."""


def entries(obj: Object) -> Iterator[Entry]:
    """The index entries under which an object is found."""
    meta = obj.metadata
    kind, namespace = obj.kind, meta.namespace
    yield ("kind", kind)
    if namespace:
        yield ("kind", kind, namespace)
        yield ("in", namespace)
    controlled = False
    for owner in meta.owner_references:
        yield ("owner", owner.uid)
        controlled = controlled or bool(owner.controller)
    if not controlled:
        yield ("orphan", kind, namespace)
    for name, value in meta.labels.items():
        yield ("label", kind, namespace, name, value)
    if kind == "Pod":
        yield ("node", obj.spec.node_name)
        for volume in obj.spec.volumes:
            if volume.persistent_volume_claim is not None:
                yield ("claim", namespace, volume.persistent_volume_claim.claim_name)
    elif kind == "Node":
        for image in obj.status.images:
            for name in image.names:
                yield ("image", name)
        if obj.spec.pod_cidr:
            yield ("podCIDR",)
            yield ("podCIDR", obj.spec.pod_cidr)
        if not _is_ready(obj):
            yield ("unready",)
    elif kind == "PersistentVolume":
        if obj.spec.claim_ref is None:
            yield ("unbound", kind, obj.spec.storage_class_name)
        else:
            yield ("claim", obj.spec.claim_ref.namespace, obj.spec.claim_ref.name)
    elif kind == "PersistentVolumeClaim":
        if not obj.spec.volume_name:
            yield ("unbound", kind, obj.spec.storage_class_name or "")
    elif kind == "Service":
        if obj.spec.cluster_ip and obj.spec.cluster_ip != "None":
            yield ("clusterIP", obj.spec.cluster_ip)
        for port in obj.spec.ports:
            if port.node_port:
                yield ("nodePort", f"{port.protocol}/{port.node_port}")


def _is_ready(node: Object) -> bool:
    return any(c.type == "Ready" and c.status == "True" for c in node.status.conditions)


def _reindex(
    index: "Map[Entry, Map[ObjectKey, None]]", key: ObjectKey, before: Object | None, after: Object | None
) -> "Map[Entry, Map[ObjectKey, None]]":
    if before is not None and after is not None:
        # A status write, by far the most common one, moves nothing in the index.
        same = before.metadata.labels is after.metadata.labels or before.metadata.labels == after.metadata.labels
        if same and before.metadata.owner_references == after.metadata.owner_references:
            if key.kind == "Pod" and before.spec.node_name == after.spec.node_name:
                return index
            if key.kind not in ("Pod", "Service", "Node", "PersistentVolume", "PersistentVolumeClaim"):
                return index
            if (
                key.kind == "Node"
                and before.status.images == after.status.images
                and before.spec.pod_cidr == after.spec.pod_cidr
                and _is_ready(before) == _is_ready(after)
            ):
                return index
            if key.kind == "Service" and before.spec is after.spec:
                return index
    old = set(entries(before)) if before is not None else set()
    new = set(entries(after)) if after is not None else set()
    changed = index.mutate()
    for entry in sorted(old - new):
        left = changed[entry].delete(key)
        if left:
            changed[entry] = left
        else:
            del changed[entry]
    for entry in sorted(new - old):
        held = changed.get(entry)
        changed[entry] = Map({key: None}) if held is None else held.set(key, None)
    return changed.finish()


def put(snapshot: Snapshot, obj: Object) -> tuple[Snapshot, Object]:
    """Store an object; it gets the next revision as its resourceVersion.

    Returns:
        the next snapshot, and the object as it is stored.
    """
    key = key_of(obj)
    revision = snapshot.revision + 1
    before = snapshot.objects.get(key)
    stored = evolve(obj, metadata=evolve(obj.metadata, resource_version=str(revision)))
    return _next(snapshot, key, before, stored, revision), stored


def remove(snapshot: Snapshot, key: ObjectKey) -> Snapshot:
    """Take an object out of the store.

    Raises:
        KeyError: there is no such object.
    """
    return _next(snapshot, key, snapshot.objects[key], None, snapshot.revision + 1)


def _next(snapshot: Snapshot, key: ObjectKey, before: Object | None, after: Object | None, revision: int) -> Snapshot:
    return evolve(
        snapshot,
        revision=revision,
        objects=snapshot.objects.delete(key) if after is None else snapshot.objects.set(key, after),
        index=_reindex(snapshot.index, key, before, after),
        history=snapshot.history.set(revision, Revision(key, before, after)),
        allocated=update_allocation(snapshot.allocated, before, after) if key.kind == "Pod" else snapshot.allocated,
    )


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


def record(snapshot: Snapshot, note: EventNote, actor: str, now: int) -> Snapshot:
    """Record an Event; a repeat of an Event raises its count instead of adding another.

    Every record takes a revision, as the write of an Event object does in etcd.
    """
    key = note.regarding
    held = snapshot.events.get(key, ())
    revision = snapshot.revision + 1
    component = note.component or actor.partition("/")[0]
    for position, old in enumerate(held):
        if (old.reason, old.message, old.type, old.component) == (note.reason, note.message, note.type, component):
            again = evolve(old, count=old.count + 1, last=now, revision=revision)
            records = (*held[:position], *held[position + 1 :], again)
            break
    else:
        uid = note.uid
        if not uid:
            subject = snapshot.objects.get(key)
            uid = subject.metadata.uid if subject is not None else ""
        new = EventRecord(
            name=f"{key.name}.{revision:016x}",
            regarding=key,
            uid=uid,
            type=note.type,
            reason=note.reason,
            message=note.message,
            component=component,
            host=note.host,
            count=1,
            first=now,
            last=now,
            revision=revision,
        )
        records = (*held[-EVENTS_KEPT + 1 :], new)
    return evolve(snapshot, revision=revision, events=snapshot.events.set(key, records))
