"""etcd as ``etcdctl get`` shows it: keys, their revisions and versions, leases, values; and who watches which prefix.

Only the API server talks to etcd. It watches each prefix once, keeps what it hears in its watch cache, and passes it on
to the components that watch the kind: so the watchers of a prefix are the API server, and behind it those components.

**In Kubernetes:** ``SpecialDefaultResourcePrefixes`` of the API server; `k8s.io/apiserver/pkg/storage/etcd3`.

**Simplified:** a value is shown as JSON; the real one is protobuf for the kinds of Kubernetes itself.
"""

import json
from collections.abc import Iterator, Mapping, Sequence

import attrs

from kubelab.api.duration import human
from kubelab.api.manifest import to_manifest
from kubelab.api.memo import IdentityMemo
from kubelab.api.scheme import by_kind, every
from kubelab.apiserver import derived
from kubelab.apiserver.compaction import TOO_OLD, compacted, watch_since
from kubelab.errors import StatusError
from kubelab.sim.engine import Engine
from kubelab.sim.timeline import Timeline
from kubelab.sim.wiring import Wiring
from kubelab.state.encryption import etcd_value
from kubelab.state.snapshot import SECOND, Object, ObjectKey, Revision, View, key_of
from kubelab.views.columns import aligned

API_SERVER = "kube-apiserver"
EVENTS_LIVE = 3600
"""So many seconds after its last write the API server lets etcd forget an Event."""

_FOLDERS = {
    "Service": "services/specs",
    "Endpoints": "services/endpoints",
    "Node": "minions",
    "ReplicationController": "controllers",
    "Ingress": "ingress",
}
"""Where etcd's folder for a kind is not its plural; the storage of the real API server names them so."""

_EXTENSIONS = frozenset({"apiextensions.k8s.io", "apiregistration.k8s.io"})
"""Groups that are served by servers of their own, which put their group before the plural."""


@attrs.frozen(slots=True, kw_only=True)
class Entry:
    """One key of etcd.

    Attributes:
        key: the key.
        object: the object that it holds.
        create_revision: the revision with which it was created; 0 for what was there before the first one.
        mod_revision: the revision of its last write.
        version: how many writes there were since it was created.
        lease: how many seconds are left until etcd deletes it by itself, or None.
    """

    key: str
    object: ObjectKey
    create_revision: int
    mod_revision: int
    version: int
    lease: int | None = None


@attrs.frozen(slots=True, kw_only=True)
class Watcher:
    """Who is told of changes under a prefix.

    Attributes:
        prefix: the prefix.
        kind: the kind whose objects are kept there.
        components: the components that watch the kind by way of the API server, as ``kubelet (3 of 3)``.
    """

    prefix: str
    kind: str
    components: tuple[str, ...]


def folder(kind: str) -> str:
    """The prefix under which etcd keeps a kind: ``/registry/pods/``."""
    found = by_kind(kind)
    group = found.api_version.rpartition("/")[0]
    place = _FOLDERS.get(kind) or found.plural
    return f"/registry/{group}/{place}/" if group in _EXTENSIONS else f"/registry/{place}/"


def etcd_key(key: ObjectKey) -> str:
    """The key under which etcd keeps an object: ``/registry/pods/default/web-1``."""
    return folder(key.kind) + "/".join(filter(None, (key.namespace, key.name)))


# Keys


def entries(timeline: Timeline, index: int, prefix: str = "") -> tuple[Entry, ...]:
    """The keys that begin with a prefix after a step, in etcd's order."""
    view = timeline.view(index)
    written = _written(timeline, index)
    found = []
    for key, obj in view.snapshot.objects.items():
        name = etcd_key(key)
        if name.startswith(prefix):
            mod = int(obj.metadata.resource_version or 0)
            created, version = written.get(key, (0, 1))
            found.append(Entry(key=name, object=key, create_revision=created, mod_revision=mod, version=version))
    found += [event for event in _events(view) if event.key.startswith(prefix)]
    return tuple(sorted(found, key=lambda entry: entry.key))


def _events(view: View) -> Iterator[Entry]:
    for records in view.snapshot.events.values():
        for record in records:
            key = ObjectKey("Event", record.regarding.namespace or "default", record.name)
            yield Entry(
                key=etcd_key(key),
                object=key,
                create_revision=int(record.name.rpartition(".")[2], 16),
                mod_revision=record.revision,
                version=record.count,
                lease=max(0, EVENTS_LIVE - (view.now - record.last) // SECOND),
            )


Written = Mapping[ObjectKey, tuple[int, int]]
"""With which revision each object that is there was created, and how many writes there were since."""

_counted: IdentityMemo[Written] = IdentityMemo(64)


def _written(timeline: Timeline, index: int) -> Written:
    snapshot = timeline.state(index).snapshot
    found = _counted.get(snapshot)
    if found is None:
        found = _counted.put(snapshot, _count(_revisions(timeline, index)))
    return found


def _count(revisions: Iterator[tuple[int, Revision]]) -> Written:
    made: dict[ObjectKey, tuple[int, int]] = {}
    for number, revision in revisions:
        if revision.after is None:
            made.pop(revision.key, None)
        elif revision.before is None:
            made[revision.key] = (number, 1)
        else:
            created, version = made.get(revision.key, (0, 1))
            made[revision.key] = (created, version + 1)
    return made


def _revisions(timeline: Timeline, index: int) -> Iterator[tuple[int, Revision]]:
    """All revisions up to a step: etcd counts on, though a person made it forget the old ones."""
    snapshot = timeline.state(index).snapshot
    before = _before_compaction(timeline, index)
    if before is not None:
        yield from ((n, r) for n, r in _revisions(timeline, before) if n <= snapshot.compacted)
    for number in sorted(snapshot.history):
        yield number, snapshot.history[number]


def _before_compaction(timeline: Timeline, index: int) -> int | None:
    """The last step at which less was forgotten than at a step, or None."""
    gone = timeline.state(index).snapshot.compacted
    if not gone:
        return None
    low, high = 0, index
    while low < high:
        middle = (low + high) // 2
        if timeline.state(middle).snapshot.compacted >= gone:
            high = middle
        else:
            low = middle + 1
    return low - 1 if low else None


def value(view: View, key: ObjectKey) -> str:
    """What etcd holds under the key of an object: JSON, or what the API server has made of it; "" for nothing."""
    obj: Object | None = derived.read(view, key)
    if obj is None:
        return ""
    held = json.dumps(to_manifest(obj)) if key.kind == "Event" else etcd_value(view.snapshot, key)
    return json.dumps(json.loads(held), ensure_ascii=False, indent=2) if held.startswith("{") else held


# Watchers


def watchers(engine: Engine, view: View, stopped: frozenset[str] = frozenset()) -> tuple[Watcher, ...]:
    """Who watches what, in the order of the prefixes."""
    wiring = Wiring(engine.components, engine.node_components)
    found = []
    for each in every():
        names, on_nodes = ([component.name for component in part] for part in wiring.watchers(each.kind))
        components = tuple(_named(view, names, on_nodes, stopped))
        found.append(Watcher(prefix=folder(each.kind), kind=each.kind, components=components))
    return tuple(sorted((each for each in found if each.components), key=lambda each: each.prefix))


def _named(view: View, names: Sequence[str], on_nodes: Sequence[str], stopped: frozenset[str]) -> Iterator[str]:
    for name in names:
        yield f"{name} (stopped)" if name in stopped else name
    nodes = sorted(view.snapshot.machines)
    for name in on_nodes:
        up = [node for node in nodes if _runs(view, f"{name}/{node}", stopped)]
        yield f"{name} ({len(up)} of {len(nodes)})"


def _runs(view: View, actor: str, stopped: frozenset[str]) -> bool:
    name, _, node = actor.partition("/")
    machine = view.machine(node)
    if actor in stopped or name in stopped or machine is None or not machine.powered:
        return False
    return name != "kubelet" or machine.silent_since is None


def woken(timeline: Timeline, index: int) -> tuple[tuple[str, ObjectKey], ...]:
    """Who was woken by a step, and for which of its keys."""
    state = timeline.state(index)
    if not index:
        return ()
    now = {(work.actor, work.key) for work in state.queue.waiting() if work.cause == index}
    later = {(t.work.actor, t.work.key) for t in state.timers.due.values() if t.work.cause == index and t.work.seen}
    return tuple(sorted(now | later))


# As text


def text(timeline: Timeline, index: int, prefix: str = "") -> str:
    """The keys as a table, or one key with everything that etcd knows of it and its value."""
    view = timeline.view(index)
    found = entries(timeline, index, prefix)
    gone = compacted(view)
    head = f"revision {view.snapshot.revision}" + (f", compacted up to {gone}" if gone else "")
    exact = next((entry for entry in found if entry.key == prefix), None)
    if exact is not None:
        return "\n".join([head, "", *_fields(exact), "", value(view, exact.object)])
    if not found:
        return f"{head}\nno key begins with {prefix}"
    rows = [("KEY", "CREATE", "MOD", "VERSION", "LEASE")]
    rows += [
        (e.key, str(e.create_revision), str(e.mod_revision), str(e.version), "" if e.lease is None else human(e.lease))
        for e in found
    ]
    return "\n".join([head, "", *(line.rstrip() for line in aligned(rows))])


def _fields(entry: Entry) -> list[str]:
    lease = "" if entry.lease is None else f"etcd deletes it in {human(entry.lease)}"
    rows = [
        ("key", entry.key),
        ("create_revision", str(entry.create_revision)),
        ("mod_revision", str(entry.mod_revision)),
        ("version", str(entry.version)),
        ("lease", lease or "0"),
    ]
    return [line.rstrip() for line in aligned(rows)]


def watchers_text(engine: Engine, timeline: Timeline, index: int, prefix: str = "") -> str:
    """Who watches what, and who was woken by the step."""
    state = timeline.state(index)
    rows = [("PREFIX", "WATCHED BY", "AND THROUGH IT BY")]
    rows += [
        (each.prefix, API_SERVER, ", ".join(each.components))
        for each in watchers(engine, state.view, state.stopped)
        if each.prefix.startswith(prefix) or prefix.startswith(each.prefix)
    ]
    lines = [line.rstrip() for line in aligned(rows)]
    transition = timeline.at(index)
    told = [f"  {actor} looks at {key}" for actor, key in woken(timeline, index)]
    if transition is not None:
        lines += ["", f"Step {index} ({transition.key}, revision {transition.revision}) woke"]
        lines += told or ["  nobody"]
    return "\n".join(lines)


def since_text(view: View, since: int, prefix: str = "") -> str:
    """What a watch that begins after a revision is told."""
    folders = {each.kind: folder(each.kind) for each in every() if each.kind != "Event"}
    kinds = [kind for kind, place in folders.items() if place.startswith(prefix) or prefix.startswith(place)]
    try:
        events = watch_since(view, since, kinds)
    except StatusError as error:
        return (
            f"{TOO_OLD}\n{error.code} {error.reason}: {error.message}\n"
            "The client has to list again, and to watch from the revision of that list."
        )
    told = [(event.type, str(event.revision), etcd_key(key_of(event.object))) for event in events]
    rows = [row for row in told if row[2].startswith(prefix)]
    if not rows:
        return f"nothing happened since revision {since}"
    return "\n".join(aligned([("EVENT", "REVISION", "KEY"), *rows]))
