"""Where everybody is in the picture of the control plane."""

from collections.abc import Mapping, Sequence

import attrs

from kubelab.sim.timeline import Timeline
from kubelab.sim.transition import Transition
from kubelab.state.snapshot import ObjectKey
from kubelab.views import actors
from kubelab.views.escape import element_id
from kubelab.views.scene import Box, Link, Mark, Marks, Point, Scene
from kubelab.views.topology_layout import natural

MARGIN = 14
BOX_W, BOX_H = 150, 40
SMALL_H = 40
GAP = 8
ACROSS = 4
"""How many controllers stand side by side."""

HUB_H = 46
WIRE = 34
"""How long the lines to the API server are."""

LABEL = 22
MOST_MACHINES = 12
"""How many machines are drawn one by one at most."""

MACHINES_ACROSS = 4
INDENT = 24
"""Where the first machine begins, from the API server's left edge: lines to lower rows come down beside it."""

MORE = "machine/~more"
ETCD_LINK = "api--etcd"


def actor_id(actor: str) -> str:
    """The id of an actor's element."""
    return element_id("actor", *actor.split("/"))


def link_id(gate: str) -> str:
    """The id of the line between the API server and an element."""
    return f"{gate}--api"


@attrs.frozen
class Plan:
    """Everything at its place.

    Attributes:
        scene: what is drawn.
        classes: the classes of each element on the whole.
        cast: the controllers.
        nodes: the machines that are drawn one by one.
        more: those that are not.
        gates: the elements that a line connects with the API server.
        keys: the Node of each machine's frame.
    """

    scene: Scene
    classes: Marks
    cast: actors.Cast
    nodes: tuple[str, ...]
    more: frozenset[str]
    gates: tuple[str, ...]
    keys: Mapping[str, ObjectKey]

    def gate(self, actor: str) -> str:
        """The element by whose line an actor talks to the API server."""
        if actor in self.cast.managed:
            return actor_id(actors.CONTROLLER_MANAGER)
        if actor in self.cast.apart:
            return "apart"
        node = actors.node_of(actor)
        if node in self.more:
            return MORE
        return f"machine/{actor_id(node)}" if node else actor_id(actor)


@attrs.define
class _Drawing:
    boxes: list[Box] = attrs.field(factory=list)
    links: list[Link] = attrs.field(factory=list)
    classes: dict[str, Mark] = attrs.field(factory=dict)

    def add(self, element: str, form: str, x: float, y: float, w: float, h: float, classes: str) -> Box:
        box = Box(element, form, x, y, w, h)
        self.boxes.append(box)
        self.classes[element] = Mark(classes)
        return box

    def wire(self, gate: str, points: Sequence[Point]) -> None:
        self.links.append(Link(link_id(gate), gate, "api", tuple(points)))
        self.classes[link_id(gate)] = Mark("link idle")


def lay_out(timeline: Timeline, first: int, last: int, future: Sequence[Transition]) -> Plan:
    """Give everybody a place: controllers above, the API server and etcd in the middle, machines below."""
    cast = actors.cast(timeline, first, last)
    machines = set(timeline.state(max(first - 1, 0)).snapshot.machines) | set(timeline.state(last).snapshot.machines)
    for transition in (*timeline.transitions[max(first - 1, 0) : last], *future):
        if transition.key.kind == "Node" and transition.verb != "fault":
            machines.add(transition.key.name)
    names = sorted(machines, key=natural)
    nodes = tuple(names if len(names) <= MOST_MACHINES else names[: MOST_MACHINES - 1])
    more = frozenset(names) - set(nodes)
    drawing = _Drawing()
    gates: list[str] = []
    bottom, width = _upper(drawing, cast, gates)
    hub = bottom + WIRE
    _middle(drawing, hub, width)
    end = _lower(drawing, nodes, more, gates, hub + HUB_H)
    scene = Scene("control-plane", width + 2 * MARGIN, end + MARGIN, tuple(drawing.boxes), tuple(drawing.links))
    keys = {f"machine/{actor_id(node)}": ObjectKey("Node", "", node) for node in nodes}
    return Plan(scene, drawing.classes, cast, nodes, more, tuple(gates), keys)


def _upper(drawing: _Drawing, cast: actors.Cast, gates: list[str]) -> tuple[float, float]:
    """The user, the scheduler and the controllers; gives where they end, and how wide they are."""
    rows = max(-(-len(cast.managed) // ACROSS), 1)
    pitch = SMALL_H + GAP
    high = LABEL + rows * pitch - GAP + GAP
    left = MARGIN + 2 * (BOX_W + 16) + 8
    wide = ACROSS * (BOX_W + GAP) + GAP
    bottom = MARGIN + max(high, LABEL + BOX_H + GAP + BOX_H + 2 * GAP + 12)
    top = bottom - high
    manager = drawing.add(actor_id(actors.CONTROLLER_MANAGER), "zone", left, top, wide, high, "zone box frame")
    for n, actor in enumerate(cast.managed):
        row, column = divmod(n, ACROSS)
        x, y = left + GAP + column * (BOX_W + GAP), top + LABEL + row * pitch
        drawing.add(actor_id(actor), "actor", x, y, BOX_W, SMALL_H, "actor box")
    for n, actor in enumerate((actors.USER, actors.SCHEDULER)):
        x = MARGIN + n * (BOX_W + 24)
        box = drawing.add(actor_id(actor), "actor", x, bottom - BOX_H, BOX_W, BOX_H, "actor box")
        gates.append(box.id)
        drawing.wire(box.id, ((box.cx, bottom), (box.cx, bottom + WIRE)))
    if cast.apart:
        _apart(drawing, cast, gates, bottom)
    gates.append(manager.id)
    drawing.wire(manager.id, ((manager.cx, bottom), (manager.cx, bottom + WIRE)))
    return bottom, left + wide - MARGIN


def _apart(drawing: _Drawing, cast: actors.Cast, gates: list[str], bottom: float) -> None:
    """Controllers by themselves: above user and scheduler, their line comes down between the two."""
    rows = -(-len(cast.apart) // 2)
    high = LABEL + rows * (SMALL_H + GAP)
    top = bottom - BOX_H - 20 - high
    shift = min(top - MARGIN, 0)
    wide = 2 * BOX_W + 24
    frame = drawing.add("apart", "zone", MARGIN, top - shift, wide, high + shift, "zone box frame")
    for n, actor in enumerate(cast.apart):
        row, column = divmod(n, 2)
        x, y = frame.x + GAP + column * (BOX_W + GAP), frame.y + LABEL + row * (SMALL_H + GAP)
        drawing.add(actor_id(actor), "actor", x, y, BOX_W, SMALL_H, "actor box")
    gates.append("apart")
    middle = MARGIN + BOX_W + 12
    drawing.wire("apart", ((middle, frame.bottom), (middle, bottom + WIRE)))


def _middle(drawing: _Drawing, top: float, width: float) -> None:
    store = 190
    api = drawing.add("api", "hub", MARGIN, top, width - store - 40, HUB_H, "hub box")
    etcd = drawing.add("etcd", "hub", api.right + 40, top, store, HUB_H, "store hub box")
    y = top + HUB_H / 2
    drawing.links.append(Link(ETCD_LINK, "api", "etcd", ((api.right, y), (etcd.x, y)), True))
    drawing.classes[ETCD_LINK] = Mark("link idle")


def _lower(drawing: _Drawing, nodes: Sequence[str], more: frozenset[str], gates: list[str], hub: float) -> float:
    """The machines; gives where they end."""
    wide, high = BOX_W + 2 * GAP, LABEL + 2 * (SMALL_H + GAP)
    count = len(nodes) + (1 if more else 0)
    across = min(MACHINES_ACROSS, max(count, 1))
    gap = 24.0
    y = hub
    for n in range(count):
        row, column = divmod(n, across)
        x = MARGIN + INDENT + column * (wide + gap)
        y = hub + WIRE + row * (high + 22)
        if n < len(nodes):
            gate = f"machine/{actor_id(nodes[n])}"
            drawing.add(gate, "zone", x, y, wide, high, "zone box frame")
            for place, name in enumerate((actors.KUBELET, actors.KUBE_PROXY)):
                top = y + LABEL + place * (SMALL_H + GAP)
                drawing.add(actor_id(f"{name}/{nodes[n]}"), "actor", x + GAP, top, BOX_W, SMALL_H, "actor box")
        else:
            gate = MORE
            drawing.add(gate, "actor", x, y, wide, high, "actor box")
        gates.append(gate)
        drawing.wire(gate, _down(x, y, wide, gap, row, hub))
    return y + high if count else hub


def _down(x: float, y: float, wide: float, gap: float, row: int, hub: float) -> tuple[Point, ...]:
    """From a machine up to the API server; from a lower row through the gap at its left."""
    middle = x + wide / 2
    if row == 0:
        return ((middle, y), (middle, hub))
    return ((middle, y), (middle, y - 11), (x - gap / 2, y - 11), (x - gap / 2, hub))
