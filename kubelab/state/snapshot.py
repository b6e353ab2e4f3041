"""The Snapshot: what etcd holds and what really runs on each machine, as one immutable value.

A snapshot is never changed; `kubelab.state.store` makes the next one, sharing all that stayed the same.
Everything that is asked often has an index inside the snapshot, so that no answer walks all objects.

Source: etcd's keyspace with its revisions; client-go's indexers.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import attrs
from immutables import Map

from kubelab.api.meta import ObjectMeta, OwnerReference
from kubelab.api.registry import Registry
from kubelab.api.scalars import FrozenMap, Json, MicroTime, Time
from kubelab.state.allocation import NodeAllocation
from kubelab.state.cloud import Cloud
from kubelab.state.machine import Machine

Object = Any
"""An object of any kind: it has `api_version`, `kind` and `metadata`."""

Objects = list[Object]
"""Objects in the order of namespace and name."""

SECOND = 1_000_000
"""Microseconds in a second; all times of the simulation are whole microseconds since 1970-01-01T00:00:00Z."""


LEASE_RENEW_SECONDS = 10
"""How often a kubelet renews its Lease."""


class ObjectKey(NamedTuple):
    """Which object: its kind (``Pod``), its namespace ("" for cluster-wide kinds) and its name."""

    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}" if self.namespace == "default" else self.full

    @property
    def full(self) -> str:
        """With its namespace also where that is ``default``, which sentences leave out as kubectl does."""
        return f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"


def key_of(obj: Object) -> ObjectKey:
    """The key of an object."""
    meta = obj.metadata
    return ObjectKey(obj.kind, meta.namespace, meta.name)


def controller_of(meta: ObjectMeta) -> OwnerReference | None:
    """The owner that manages the object (``metav1.GetControllerOf``), or None for an orphan."""
    for owner in meta.owner_references:
        if owner.controller:
            return owner
    return None


@attrs.frozen(slots=True)
class Change:
    """One object before and after a commit; `before` is None for a creation, `after` for a removal.

    Attributes:
        key: which object.
        before: the object as it was.
        after: the object as it is.
        view: the cluster right after the commit.
        revision: etcd's revision of the commit.
    """

    key: ObjectKey
    before: Object | None
    after: Object | None
    view: "View"
    revision: int = 0


class Writer(NamedTuple):
    """Who writes an object, as server-side apply keeps the book: what each owns follows from it when it is asked for.

    Attributes:
        name: the field manager: that which the request names, or else the program of the actor.
        at: when, in microseconds since 1970.
        operation: ``Update``, or ``Apply`` for a declarative apply.
        subresource: the door it went through, such as ``status``; "" for the object itself.
        given: for an apply, the manifest; for a creation, the object as it was sent; else None.
        owners: the entries of ``managedFields`` where the writer set them himself, or None.
    """

    name: str
    at: int
    operation: str = "Update"
    subresource: str = ""
    given: Any = None
    owners: Json = None


@attrs.frozen(slots=True)
class Revision:
    """What etcd remembers of one revision until it is compacted.

    Attributes:
        key: which object.
        before: the object before, or None.
        after: the object after, or None.
        by: who wrote its fields, or None for what the API server itself did (a binding, a deletion).
    """

    key: ObjectKey
    before: Object | None
    after: Object | None
    by: Writer | None = None


@attrs.frozen(slots=True)
class EventRecord:
    """An Event as the API server would hold it: repeats of one Event are counted, not stored again.

    Attributes:
        name: the name of the Event object.
        regarding: the object it is about.
        uid: the uid of that object.
        type: ``Normal`` or ``Warning``.
        reason: the CamelCase word.
        message: the sentence, as the real component writes it.
        component: the source component, as in ``kubectl describe``.
        host: the node of the source, or "".
        count: how many times it was seen.
        first: when it was first seen, in microseconds since 1970.
        last: when it was last seen.
        revision: etcd's revision of the last of them.
        seen: the resourceVersion that the object had for who reported; only the scheduler's Events say it.
        field_path: the part of the object that it is about (``spec.containers{web}``), or "" for all of it.
    """

    name: str
    regarding: ObjectKey
    uid: str
    type: str
    reason: str
    message: str
    component: str
    host: str
    count: int
    first: int
    last: int
    revision: int
    seen: str = ""
    field_path: str = ""


@attrs.frozen(slots=True)
class Snapshot:
    """The whole state of a cluster at one moment.

    Attributes:
        revision: etcd's revision: how many writes there have been.
        compacted: the newest revision that is forgotten; a watch cannot start at or before it.
        objects: every object by its key.
        index: keys of objects by what is asked of them; see `kubelab.state.index`.
        history: what each revision after `compacted` changed.
        events: the Events about each object, oldest first.
        applied: the manifest that each field manager last applied to an object.
        machines: what runs on each machine, by the name of its node.
        allocated: what the Pods bound to each node have asked for, by the name of the node.
        generated: how many names were made so far, by kind, namespace and `generateName`.
        rbac: of `objects` the roles and their bindings: it is the very same map as long as none of them changes.
        registries: the registries out there that ask for credentials, by their hosts.
        encrypted: the resources that are encrypted in etcd, and the revision after which they are.
        signing_key: with what the API server signs tokens.
        services: of `objects` the Services, in the same way.
        definitions: of `objects` the CustomResourceDefinitions, in the same way.
        cloud: what there is in the cloud, or None where the machines are in none.
    """

    revision: int = 0
    compacted: int = 0
    objects: "Map[ObjectKey, Object]" = attrs.field(factory=Map)
    index: "Map[tuple[str, ...], Map[ObjectKey, None]]" = attrs.field(factory=Map)
    history: "Map[int, Revision]" = attrs.field(factory=Map)
    events: "Map[ObjectKey, tuple[EventRecord, ...]]" = attrs.field(factory=Map)
    applied: "Map[tuple[ObjectKey, str], Object]" = attrs.field(factory=Map)
    machines: "Map[str, Machine]" = attrs.field(factory=Map)
    allocated: "Map[str, NodeAllocation]" = attrs.field(factory=Map)
    generated: "Map[tuple[str, str, str], int]" = attrs.field(factory=Map)
    cloud: Cloud | None = None
    rbac: "Map[ObjectKey, Object]" = attrs.field(factory=Map)
    services: "Map[ObjectKey, Object]" = attrs.field(factory=Map)
    definitions: "Map[ObjectKey, Object]" = attrs.field(factory=Map)
    registries: FrozenMap[str, Registry] = attrs.field(factory=FrozenMap)
    encrypted: FrozenMap[str, int] = attrs.field(factory=FrozenMap)
    signing_key: bytes = b"a key that everybody knows"

    def __repr__(self) -> str:
        return f"<Snapshot revision {self.revision}, {len(self.objects)} objects>"


Keys = list[ObjectKey]
"""Keys in order."""


@attrs.frozen(slots=True)
class View:
    """What a component can see: a snapshot (perhaps an older one) and the time on the clock.

    Lists are in the order of namespace and name, so that what is computed from them is the same every time.

    Attributes:
        snapshot: the state of the cluster.
        now: the virtual time, in microseconds since 1970-01-01T00:00:00Z.
    """

    snapshot: Snapshot
    now: int

    @property
    def time(self) -> Time:
        """The time on the clock to the second, as objects carry it."""
        return Time(self.now // SECOND)

    @property
    def micro_time(self) -> MicroTime:
        """The time on the clock to the microsecond."""
        return MicroTime(self.now)

    def find(self, key: ObjectKey) -> Object | None:
        """The object with this key, or None."""
        return self.snapshot.objects.get(key)

    def get(self, kind: str, namespace: str, name: str) -> Object | None:
        """The object of this kind, namespace and name, or None."""
        return self.snapshot.objects.get(ObjectKey(kind, namespace, name))

    def _indexed(self, entry: tuple[str, ...]) -> Iterator[Object]:
        found = self.snapshot.index.get(entry)
        if found is not None:
            objects = self.snapshot.objects
            for key in sorted(found):
                yield objects[key]

    def keys(self, kind: str, namespace: str | None = None) -> Keys:
        """The keys of all objects of a kind, of one namespace or of all, in order."""
        entry = ("kind", kind) if namespace is None else ("kind", kind, namespace)
        return sorted(self.snapshot.index.get(entry, ()))

    def count(self, kind: str, namespace: str | None = None) -> int:
        """How many objects of a kind there are, in one namespace or in all."""
        entry = ("kind", kind) if namespace is None else ("kind", kind, namespace)
        return len(self.snapshot.index.get(entry, ()))

    def list(self, kind: str, namespace: str | None = None) -> Objects:
        """All objects of a kind, of one namespace or of all, in order."""
        return list(self._indexed(("kind", kind) if namespace is None else ("kind", kind, namespace)))

    def owned(self, uid: str, kind: str = "") -> Objects:
        """The objects that have an owner reference to `uid`, of one kind or of any."""
        return [o for o in self._indexed(("owner", uid)) if not kind or o.kind == kind]

    def orphans(self, kind: str, namespace: str) -> Objects:
        """The objects of a kind in a namespace that no controller manages."""
        return list(self._indexed(("orphan", kind, namespace)))

    def labelled(self, kind: str, namespace: str, labels: Mapping[str, str]) -> Objects:
        """The objects of a kind in a namespace that carry all of `labels`; `labels` must not be empty."""
        postings = [self.snapshot.index.get(("label", kind, namespace, k, v)) for k, v in labels.items()]
        if not postings or any(p is None for p in postings):
            return []
        shortest = min((p for p in postings if p is not None), key=len)
        found = (self.snapshot.objects[key] for key in sorted(shortest))
        wanted = labels.items()
        return [o for o in found if wanted <= o.metadata.labels.items()]

    def pods_on(self, node: str) -> Objects:
        """The Pods bound to a node."""
        return list(self._indexed(("node", node)))

    def nominated(self) -> Objects:
        """The Pods for which a node was chosen, and that are not bound yet."""
        return list(self._indexed(("nominated",)))

    def relating(self) -> Objects:
        """The Pods that wait for a node and for which it matters what other Pods run there."""
        return list(self._indexed(("relating",)))

    def nodes_not_ready(self) -> Keys:
        """The keys of the Nodes whose Ready condition is not True."""
        return sorted(self.snapshot.index.get(("unready",), ()))

    def aggregating(self) -> Objects:
        """The ClusterRoles whose rules are put together from those of others."""
        return list(self._indexed(("aggregating",)))

    def using_claim(self, namespace: str, name: str, kind: str) -> Objects:
        """The Pods that mount a PersistentVolumeClaim, or the PersistentVolumes that are reserved for it."""
        return [o for o in self._indexed(("claim", namespace, name)) if o.kind == kind]

    def readers(self, kind: str, namespace: str, name: str) -> Objects:
        """The Pods that refer to a ConfigMap or Secret: by a volume, by their environment, for their images."""
        return list(self._indexed(("reads", kind, namespace, name)))

    def token_secrets(self, namespace: str, account: str) -> Objects:
        """The Secrets that hold a token of a ServiceAccount."""
        return list(self._indexed(("token", namespace, account)))

    def attachments(self, volume: str) -> Objects:
        """The VolumeAttachments of a PersistentVolume."""
        return list(self._indexed(("attached", volume)))

    def attached_to(self, node: str) -> Objects:
        """The VolumeAttachments to a node."""
        return list(self._indexed(("attachedTo", node)))

    def unbound(self, kind: str, storage_class: str) -> Objects:
        """The claims without volume (or volumes without claim) of a storage class; "" is no class."""
        return list(self._indexed(("unbound", kind, storage_class)))

    def holder(self, what: str, value: str) -> ObjectKey | None:
        """Who holds a cluster address (``clusterIP``), node port (``nodePort``) or Pod range (``podCIDR``), or None."""
        found = self.snapshot.index.get((what, value))
        return min(found) if found else None

    def machine(self, node: str) -> Machine | None:
        """What runs on the machine of a node, or None where there is no such machine."""
        return self.snapshot.machines.get(node)

    def heartbeat(self, node: str) -> int | None:
        """When the kubelet of a node last renewed its Lease, in microseconds since 1970; None without a machine.

        A kubelet renews every ten seconds. Nothing is stored for it: the moment follows from the clock, and from
        when the machine fell silent.
        """
        machine = self.snapshot.machines.get(node)
        if machine is None:
            return None
        seen = self.now if machine.silent_since is None else min(self.now, machine.silent_since)
        return seen - seen % (LEASE_RENEW_SECONDS * SECOND)

    def events(self, key: ObjectKey) -> tuple[EventRecord, ...]:
        """The Events about an object, oldest first."""
        return self.snapshot.events.get(key, ())


def keys(objects: Iterable[Object]) -> list[ObjectKey]:
    """The keys of some objects."""
    return [key_of(o) for o in objects]
