"""The view ``topology``: what was asked for above, and where it runs below.

Namespaces hold workloads, Services and Ingresses; machines hold Pods; lines say who owns what, and where traffic goes:
solid from a Service to the Pods that its EndpointSlices call ready, dashed to those that it only selects. An
EndpointSlice can name a Pod that is gone: then the place of that Pod stays, and the traffic to it.
"""

from collections.abc import Iterable, Mapping, Sequence

import attrs

from kubelab.sim.timeline import Timeline
from kubelab.sim.transition import Transition
from kubelab.state.snapshot import Object, ObjectKey, View, controller_of
from kubelab.views import theme, topology_text
from kubelab.views.census import SERVICE_NAME, Census, services_of, take
from kubelab.views.faces import Face, face, node_load, node_state, node_volumes, volume_count
from kubelab.views.film import changes, clock
from kubelab.views.measure import width
from kubelab.views.scene import Mark, Marks, Scene
from kubelab.views.slots import OVERFLOW, Seating
from kubelab.views.topology_layout import Layout, Tie, lay_out

STATE_ROOM = 124
"""How wide the words under a Pod's name may be, in pixels."""

WORST = ("failed", "unknown", "pending", "creating", "unready", "terminating", "running", "succeeded")
"""States, the one that needs the most attention first."""


@attrs.frozen
class Topology:
    """The stage of the view; see `kubelab.views.film.Stage`."""

    census: Census
    layout: Layout

    @property
    def scene(self) -> Scene:
        """Everything at its place."""
        return self.layout.scene

    @property
    def classes(self) -> Marks:
        """The classes that each element has on the whole."""
        return self.layout.classes

    @property
    def keys(self) -> Mapping[str, ObjectKey]:
        """The object that an element stands for."""
        return self.layout.keys

    @property
    def parts(self) -> Sequence[str]:
        """Elements that stand for several Pods or machines."""
        return (*self.layout.seating.groups, *self.layout.folded)

    def title(self, timeline: Timeline, index: int) -> str:
        """The title of a frame."""
        return f"Topology after step {index}, {clock(timeline, index)}"

    def describe(self, timeline: Timeline, index: int) -> str:
        """How much of what there is, and how it does."""
        return topology_text.description(timeline.view(index))

    def text(self, timeline: Timeline, index: int, since: int) -> str:
        """The same as text."""
        return topology_text.text(timeline, index, since)

    def marks(self, timeline: Timeline, index: int, since: int) -> dict[str, Mark]:
        """How every element looks after step `index`."""
        view = timeline.view(index)
        news = changes(timeline, index, since)
        return _Frame(self, view, timeline.state(index).stopped, news).marks(
            self.ties(timeline.view(since)) if news else None
        )

    def ties(self, view: View) -> dict[str, str]:
        """The lines that are there, by id: their family."""
        found: dict[str, str] = {}
        ready = {key: _ready_pods(view, key) for key in self.census.selectors}
        for tie in self.layout.ties:
            family = _family(tie, view, self.layout.seating, ready)
            if family:
                found[tie.id] = family
        return found


def stage(
    timeline: Timeline, first: int, last: int, future: Sequence[Transition] = (), opened: Sequence[str] = ()
) -> Topology:
    """Lay out everything that the steps `first` to `last` show, and what is known to follow."""
    census = take(timeline, first, last, future)
    return Topology(census, lay_out(census, tuple(opened)))


def _ready_pods(view: View, service: ObjectKey) -> dict[str, str]:
    """The names of the Pods that the EndpointSlices of a Service call ready, and the nodes that they are on."""
    found: dict[str, str] = {}
    for piece in view.labelled("EndpointSlice", service.namespace, {SERVICE_NAME: service.name}):
        for endpoint in piece.endpoints:
            target = endpoint.target_ref
            if target is not None and target.kind == "Pod" and endpoint.conditions.ready is not False:
                found[target.name] = endpoint.node_name or ""
    return found


def _family(tie: Tie, view: View, seating: Seating, ready: Mapping[ObjectKey, Mapping[str, str]]) -> str:
    """The family of a line at this moment, or "" when it is not there."""
    source = view.find(tie.source)
    if source is None:
        return ""
    if tie.target is not None:
        return _kinship(tie, source, view)
    found = ""
    selector = source.spec.selector if tie.source.kind == "Service" else None
    if selector is not None and ghost_at(tie.element, view, seating, {tie.source: ready[tie.source]}) is not None:
        return "traffic"
    for key in seating.shown.get(tie.element, ()):
        pod = view.find(key)
        if pod is None or seating.element.get((key, pod.spec.node_name)) != tie.element:
            continue
        if selector is None:
            if _owned_by(pod, tie.source):
                return "owns"
        elif key.name in ready[tie.source]:
            return "traffic"
        elif selector and selector.items() <= pod.metadata.labels.items():
            found = "refers"
    return found


def ghost_at(
    element: str, view: View, seating: Seating, ready: Mapping[ObjectKey, Mapping[str, str]]
) -> ObjectKey | None:
    """A Pod that is gone, whose place an element is, and that an EndpointSlice still calls ready; or None."""
    ghost: ObjectKey | None = None
    if element in seating.groups:
        return None
    for key in seating.shown.get(element, ()):
        pod = view.find(key)
        if pod is not None and seating.element.get((key, pod.spec.node_name)) == element:
            return None
        for service, names in ready.items():
            node = names.get(key.name) if service.namespace == key.namespace and pod is None else None
            if node is not None and seating.element.get((key, node)) == element:
                ghost = key
    return ghost


def _kinship(tie: Tie, source: Object, view: View) -> str:
    assert tie.target is not None
    target = view.find(tie.target)
    if target is None:
        return ""
    if source.kind == "Ingress":
        return "traffic" if tie.target in services_of(source) else ""
    return "owns" if _owned_by(target, tie.source) else ""


def _owned_by(obj: Object, owner: ObjectKey) -> bool:
    reference = controller_of(obj.metadata)
    return reference is not None and (reference.kind, reference.name) == (owner.kind, owner.name)


class _Frame:
    """One frame while it is worked out."""

    def __init__(self, stage: Topology, view: View, stopped: frozenset[str], news: Sequence[Transition]) -> None:
        self.stage = stage
        self.view = view
        self.stopped = stopped
        self.touched = {touched for transition in news for touched in touched_keys(transition)}
        self.gone = {
            t.key: t.before
            for t in news
            if t.before is not None and t.after is None and t.error is None and t.verb != "run"
            if view.find(t.key) is None
        }
        self.found: dict[str, Mark] = {}

    def marks(self, before: Mapping[str, str] | None) -> dict[str, Mark]:
        layout = self.stage.layout
        for name, element in layout.zones.items():
            self._zone(name, element)
        for bay, nodes in layout.bays.items():
            self._machine(layout.frame_of[bay], nodes)
        for key, element in layout.objects.items():
            self._object(key, element)
        ready = {key: _ready_pods(self.view, key) for key in self.stage.census.selectors}
        for element in layout.seating.seats:
            self._seat(element)
            ghost = ghost_at(element, self.view, layout.seating, ready) if element not in self.found else None
            if ghost is not None:
                sign = theme.glyph("terminating")
                told = f"{ghost} is gone; an EndpointSlice still has its address"
                texts = (sign, ghost.name, "", "gone · address in use")
                self._put(element, ("pod box terminating", theme.GONE), told, texts)
        for element, family in self.stage.ties(self.view).items():
            new = before is not None and before.get(element) != family
            self.found[element] = Mark(f"link {family} {theme.CHANGED}" if new else f"link {family}", ("",))
        return self.found

    def _put(self, element: str, classes: Iterable[str], tooltip: str, texts: Sequence[str]) -> None:
        box = self.stage.layout.box[element]
        self.found[element] = Mark(" ".join(name for name in classes if name), (tooltip, *box.fitted(texts)))

    def _changed(self, *keys: ObjectKey) -> str:
        return theme.CHANGED if any(key in self.touched for key in keys) else ""

    def _zone(self, name: str, element: str) -> None:
        key = ObjectKey("Namespace", "", name)
        obj = self.view.find(key)
        if obj is None and key not in self.gone:
            return
        leaving = obj is None or obj.metadata.deletion_timestamp is not None
        label = f"{name} · Terminating" if leaving else f"namespace {name}"
        whole = f"namespace {name}{' · Terminating' if leaving else ''}"
        self._put(element, ("zone box frame", self._changed(key)), whole, (label,))

    def _object(self, key: ObjectKey, element: str) -> None:
        obj = self.view.find(key)
        if obj is None and key not in self.gone:
            return
        said = face(obj if obj is not None else self.gone[key])
        empty = obj is not None and obj.kind == "ReplicaSet" and obj.spec.replicas == 0 and not obj.status.replicas
        classes = (
            "object box",
            said.sort,
            said.state,
            "empty" if empty else "",
            self._changed(key),
            theme.GONE if obj is None else "",
        )
        self._put(element, classes, said.tooltip, (said.kind, said.name, "deleted" if obj is None else said.fact))

    def _machine(self, element: str, nodes: Sequence[str]) -> None:
        if not nodes:
            waiting = len(self.view.snapshot.index.get(("node", ""), ()))
            count = f"{waiting} Pod{'s' if waiting != 1 else ''}" if waiting else ""
            said = ("Not scheduled yet", count)
            self._put(element, ("machine box tray",), "Pods that no node was chosen for yet", said)
            return
        keys = [ObjectKey("Node", "", name) for name in nodes]
        present = [obj for obj in map(self.view.find, keys) if obj is not None]
        changed = self._changed(*keys)
        if len(keys) > 1:
            self._fold(element, nodes, present, changed)
        elif present:
            self._node(element, present[0], changed)
        elif keys[0] in self.gone:
            self._put(element, ("machine box frame gone", changed), f"Node {nodes[0]}", (nodes[0], "deleted"))

    def _node(self, element: str, node: Object, changed: str) -> None:
        name = node.metadata.name
        state, word = node_state(node)
        shown = word.replace(",SchedulingDisabled", " · cordoned")
        trouble = [] if word == "Ready" else [f"{theme.glyph(state)} {shown}"]
        machine = self.view.machine(name)
        if machine is not None and not machine.powered:
            trouble.append("machine off")
        elif f"kubelet/{name}" in self.stopped or "kubelet" in self.stopped:
            trouble.append("kubelet off")
        load = node_load(self.view, node)
        taints = ", ".join(f"{t.key}:{t.effect}" for t in node.spec.taints)
        said = (f"Node {name}", word, *trouble[1:], load, f"taints {taints}" if taints else "")
        volumes = node_volumes(self.view, node)
        said += tuple(f"volume {each}" for each in volumes)
        tooltip = " · ".join(filter(None, said))
        classes = ("machine box frame", "stopped" if trouble else "", changed)
        label = " · ".join(filter(None, (name, volume_count(volumes))))
        self._put(element, classes, tooltip, (label, " · ".join(trouble) or load))

    def _fold(self, element: str, nodes: Sequence[str], present: Sequence[Object], changed: str) -> None:
        ready = sum(node_state(node)[1] == "Ready" for node in present)
        label = f"{nodes[0]} … {nodes[-1]}"
        fact = f"{ready} of {len(present)} machines ready"
        self._put(element, ("machine box frame part", changed), f"{label} · {fact}", (label, fact))

    def _seat(self, element: str) -> None:
        seating = self.stage.layout.seating
        pods = []
        for key in seating.shown.get(element, ()):
            pod = self.view.find(key)
            if pod is not None and seating.element.get((key, pod.spec.node_name)) == element:
                pods.append((key, face(pod)))
            elif pod is None and key in self.gone:
                left = self.gone[key]
                if seating.element.get((key, left.spec.node_name)) == element and element not in seating.groups:
                    self._pod(element, key, face(left), True)
        if element in seating.groups:
            if pods:
                self._group(element, pods)
        elif pods:
            self._pod(element, *pods[0], False)

    def _pod(self, element: str, key: ObjectKey, said: Face, gone: bool) -> None:
        word = said.word
        if self.stage.layout.spread:
            both = f"{word} · {key.namespace}"
            word = both if width(both, 10) <= STATE_ROOM else word
        elif said.state in ("running", "unready"):
            word = f"{word} · {said.fact.removesuffix(' ready')}"
        state = "terminating" if gone else said.state
        classes = ("pod box", state, self._changed(key), theme.GONE if gone else "")
        texts = (theme.glyph(state), said.name, "", "deleted" if gone else word)
        self._put(element, classes, said.tooltip, texts)

    def _group(self, element: str, pods: Sequence[tuple[ObjectKey, Face]]) -> None:
        counts: dict[str, int] = {}
        for _, said in pods:
            counts[said.state] = counts.get(said.state, 0) + 1
        # What failed must be seen; else the box looks as most of its Pods do.
        worst = next((s for s in WORST[:2] if s in counts), max(counts, key=lambda s: (counts[s], -WORST.index(s))))
        owners = self.stage.layout.seating.ties.get(element, {})
        if element == OVERFLOW:
            name = f"{len(pods)} more"
        else:
            owner = next(iter(owners)).name if owners else pods[0][0].namespace
            name = owner
        order = [state for state in reversed(WORST) if state in counts]
        words = "  ".join(f"{theme.glyph(state)} {counts[state]}" for state in order)
        if len(counts) == 1:
            words = f"{len(pods)} {theme.WORDS[worst]}"
        whole = ", ".join(f"{counts[state]} {theme.WORDS[state]}" for state in order)
        classes = ("pod box part", worst, self._changed(*(key for key, _ in pods)))
        self._put(element, classes, f"{name} · {whole}", (theme.glyph(worst), name, "", words))


def touched_keys(transition: Transition) -> tuple[ObjectKey, ...]:
    """The objects in which a step is to be seen; a change of an EndpointSlice is one of its Service."""
    key = transition.key
    if key.kind in ("EndpointSlice", "Endpoints"):
        obj = transition.after if transition.after is not None else transition.before
        name = obj.metadata.labels.get(SERVICE_NAME, "") if obj is not None else ""
        return (key, ObjectKey("Service", key.namespace, name or key.name))
    if transition.actor.startswith("kube-proxy/"):
        return (key, ObjectKey("Node", "", transition.actor.partition("/")[2]))
    if key.kind == "Lease" and key.namespace == "kube-node-lease":
        return (key, ObjectKey("Node", "", key.name))
    return (key,)
