"""The view ``topology`` as text: the same content for a terminal, with every name whole.

What changed in the step has ▶ at the edge, and nothing else has.
"""

from collections.abc import Iterable, Sequence

from kubelab.sim.timeline import Timeline
from kubelab.sim.transition import Transition
from kubelab.state.snapshot import Object, ObjectKey, View, controller_of, key_of
from kubelab.state.vocabulary import vocabulary_of
from kubelab.views import theme
from kubelab.views.census import SERVICE_NAME, SYSTEM_NAMESPACES, services_of
from kubelab.views.columns import aligned
from kubelab.views.escape import clean
from kubelab.views.faces import NETWORK, WORKLOADS, Face, face, node_load, node_state, node_volumes, volume_count

MOST_PODS = 40
"""Of one owner on one machine, so many Pods are listed one by one at most."""

Row = tuple[bool, Sequence[str]]
"""Whether it changed, and its cells."""


def description(view: View) -> str:
    """What there is and how it does, in a sentence."""
    counts: dict[str, int] = {}
    for key in view.snapshot.index.get(("kind", "Pod"), ()):
        state = theme.WORDS[face(view.snapshot.objects[key]).state]
        counts[state] = counts.get(state, 0) + 1
    total = sum(counts.values())
    states = ", ".join(f"{counts[word]} {word}" for word in theme.WORDS.values() if word in counts)
    machines = view.count("Node")
    services = view.count("Service") - (view.get("Service", "default", "kubernetes") is not None)
    workloads = sum(view.count(kind) for kind in WORKLOADS if kind != "ReplicaSet")
    parts = [
        _many(machines, "machine"),
        _many(total, "Pod") + (f" ({states})" if states else ""),
        _many(workloads, "workload"),
        _many(services, "Service"),
    ]
    return f"{', '.join(parts[:-1])} and {parts[-1]}."


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def text(timeline: Timeline, index: int, since: int) -> str:
    """The cluster after step `index`; what changed after step `since` is marked."""
    from kubelab.views.topology import touched_keys

    view = timeline.view(index)
    news = timeline.transitions[since:index]
    touched = {key for transition in news for key in touched_keys(transition)}
    gone = [t for t in news if t.before is not None and t.after is None and view.find(t.key) is None]
    writer = _Writer(view, touched, timeline.state(index).stopped)
    return "\n".join([*writer.spaces(), *writer.machines(), *_deleted(gone)]) or "  The cluster is empty."


def _deleted(gone: Iterable[Transition]) -> list[str]:
    return [f"▶ {theme.glyph('terminating')} {t.key} is gone" for t in gone]


class _Writer:
    """One picture as text, while it is written."""

    def __init__(self, view: View, touched: set[ObjectKey], stopped: frozenset[str]) -> None:
        self.view = view
        self.touched = touched
        self.stopped = stopped
        self.pods = view.list("Pod")

    def lines(self, rows: Sequence[Row], indent: int) -> list[str]:
        texts = aligned([tuple(_indented(cell) for cell in cells) for _, cells in rows])
        margin = " " * indent
        return [f"{'▶' if new else ' '} {margin}{line}".rstrip() for (new, _), line in zip(rows, texts, strict=True)]

    # What was asked for

    def spaces(self) -> list[str]:
        names = {pod.metadata.namespace for pod in self.pods}
        learnt = [kind.kind for kind in vocabulary_of(self.view.snapshot).learnt if kind.namespaced]
        objects = [o for kind in (*learnt, *WORKLOADS, *NETWORK) for o in self.view.list(kind)]
        objects = [o for o in objects if key_of(o) != KUBERNETES]
        names |= {o.metadata.namespace for o in objects}
        names |= {key.name for key in self.view.keys("Namespace") if key.name not in SYSTEM_NAMESPACES}
        lines: list[str] = []
        for name in sorted(names, key=lambda n: (n != "default", n)):
            key = ObjectKey("Namespace", "", name)
            obj = self.view.find(key)
            leaving = obj is not None and obj.metadata.deletion_timestamp is not None
            edge = "▶" if key in self.touched else " "
            lines.append(f"{edge} namespace {clean(name)}{' (Terminating)' if leaving else ''}")
            mine = [o for o in objects if o.metadata.namespace == name]
            rows: list[Row] = []
            for obj in mine:
                if obj.kind not in NETWORK and not self._owner(obj):
                    self._family(obj, mine, 0, rows)
            rows += [self._network(obj) for obj in mine if obj.kind in NETWORK]
            lines += self.lines(rows, 2)
            lines.append("")
        return lines

    def _owner(self, obj: Object) -> Object | None:
        reference = controller_of(obj.metadata)
        if reference is None:
            return None
        return self.view.get(reference.kind, obj.metadata.namespace, reference.name)

    def _family(self, obj: Object, mine: Sequence[Object], depth: int, rows: list[Row]) -> None:
        said = face(obj)
        state = f"{said.glyph} {said.word}".strip()
        rows.append((key_of(obj) in self.touched, (f"{'  ' * depth}{said.kind} {said.name}", said.fact, state)))
        children = [o for o in mine if o.kind not in NETWORK and controller_of(o.metadata) and self._owner(o) is obj]
        for child in children:
            self._family(child, mine, depth + 1, rows)

    def _network(self, obj: Object) -> Row:
        said = face(obj)
        key = key_of(obj)
        if obj.kind == "Ingress":
            leads = ", ".join(f"Service {service.name}" for service in services_of(obj))
            return key in self.touched, (f"{said.kind} {said.name}", said.fact, f"→ {leads}" if leads else "")
        ready, waiting = self._endpoints(obj)
        leads = f"→ {', '.join(ready)}" if ready else "→ no Pod"
        if obj.spec.type == "ExternalName":
            leads = ""
        elif waiting:
            leads += f"   (not ready: {', '.join(waiting)})"
        return key in self.touched, (f"{said.kind} {said.name}", said.fact, leads)

    def _endpoints(self, service: Object) -> tuple[list[str], list[str]]:
        key = key_of(service)
        ready: set[str] = set()
        for piece in self.view.labelled("EndpointSlice", key.namespace, {SERVICE_NAME: key.name}):
            for endpoint in piece.endpoints:
                target = endpoint.target_ref
                if target is not None and target.kind == "Pod" and endpoint.conditions.ready is not False:
                    ready.add(target.name)
        selector = service.spec.selector
        selected = self.view.labelled("Pod", key.namespace, selector) if selector else []
        waiting = sorted({pod.metadata.name for pod in selected} - ready)
        return _some(sorted(ready)), _some(waiting)

    # Where it runs

    def machines(self) -> list[str]:
        by_node: dict[str, list[Object]] = {}
        for pod in self.pods:
            by_node.setdefault(pod.spec.node_name, []).append(pod)
        lines: list[str] = []
        from kubelab.views.topology_layout import natural

        for key in sorted(self.view.keys("Node"), key=lambda k: natural(k.name)):
            node = self.view.snapshot.objects[key]
            lines.append(self._machine(key, node))
            lines += self._pods(by_node.pop(key.name, []))
        for name in sorted(by_node, key=natural):
            lines.append(f"  {'machine ' + clean(name) + '   no such Node' if name else 'not scheduled yet'}")
            lines += self._pods(by_node[name])
        return lines

    def _machine(self, key: ObjectKey, node: Object) -> str:
        _, word = node_state(node)
        said = [word]
        machine = self.view.machine(key.name)
        if machine is not None and not machine.powered:
            said.append("machine off")
        elif f"kubelet/{key.name}" in self.stopped or "kubelet" in self.stopped:
            said.append("kubelet stopped")
        said.append(" · ".join(filter(None, (node_load(self.view, node), volume_count(node_volumes(self.view, node))))))
        return f"{'▶' if key in self.touched else ' '} machine {clean(key.name)}   {'   '.join(filter(None, said))}"

    def _pods(self, pods: Sequence[Object]) -> list[str]:
        groups: dict[tuple[str, str], list[Object]] = {}
        for pod in pods:
            reference = controller_of(pod.metadata)
            owner = f"{reference.kind} {reference.name}" if reference is not None else ""
            groups.setdefault((pod.metadata.namespace, owner), []).append(pod)
        several = len({pod.metadata.namespace for pod in self.pods}) > 1
        rows: list[Row] = []
        for (namespace, owner), members in groups.items():
            place = f"{namespace}/" if several else ""
            if len(members) > MOST_PODS:
                rows.append(self._crowd(place, owner, members))
                continue
            for pod in members:
                rows.append((key_of(pod) in self.touched, self._cells(pod, face(pod), place, owner)))
        return self.lines(rows, 2)

    @staticmethod
    def _cells(pod: Object, said: Face, place: str, owner: str) -> tuple[str, ...]:
        restarts = next((more for more in said.more if "restart" in more), "")
        ready = said.fact.removesuffix(" ready")
        address = pod.status.pod_ip
        return (f"{said.glyph} {place}{said.name}", said.word, ready, address, f"← {owner}" if owner else "", restarts)

    def _crowd(self, place: str, owner: str, members: Sequence[Object]) -> Row:
        counts: dict[str, int] = {}
        for pod in members:
            state = face(pod).state
            counts[state] = counts.get(state, 0) + 1
        said = ", ".join(
            f"{theme.glyph(state)} {counts[state]} {theme.WORDS[state]}" for state in theme.STATES if state in counts
        )
        changed = any(key_of(pod) in self.touched for pod in members)
        return changed, (f"{len(members)} Pods of {place}{owner or 'nobody'}", said)


def _indented(cell: str) -> str:
    """A cell whose blanks at the start are kept."""
    bare = cell.lstrip(" ")
    return cell[: len(cell) - len(bare)] + clean(bare)


KUBERNETES = ObjectKey("Service", "default", "kubernetes")
"""The Service of the API server itself, which leads to no Pod."""


def _some(names: Sequence[str], most: int = 6) -> list[str]:
    return [*names[:most], f"{len(names) - most} more"] if len(names) > most else list(names)
