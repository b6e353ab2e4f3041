"""Where everything is in the picture of a walk: the outside above, the wire, the machines, and beside them the steps.

Each machine shows what a packet passes in it, from the wire downwards: its routes, the rules of its kernel, the bridge
of its Pods, the Pods. The steps of the walk stand in a column of their own, with the numbers that are found again
where they happen.
"""

from collections.abc import Iterable, Mapping

import attrs

from kubelab.api.core.pod import Pod
from kubelab.network.addresses import MACHINE_NETWORK, load_balancer_at, reading_balancer_at
from kubelab.network.routes import DEFAULT, Route, routes
from kubelab.network.trail import Hop, Walk
from kubelab.state.snapshot import ObjectKey, View, key_of
from kubelab.views.escape import element_id
from kubelab.views.faces import id_of
from kubelab.views.scene import Box, Link, Point, Scene
from kubelab.views.topology_layout import natural

MARGIN = 14
MOST_NODES = 4
MOST_PODS = 5
"""So many machines, and Pods of one machine, are drawn at most; those of the walk are always among them."""

MOST_ROUTES = 6
REASON = tuple(f"net/reason/{line}" for line in range(7))
"""The lines in which the reason of a failure is told."""

FRAME_W = 250
OUTSIDE_W, OUTSIDE_GAP = 142, 14
GAP = 26
INNER = 226
BOX_H = 54
POD_W, POD_H = 196, 42
ROUTE_H = 17
STEP_W, STEP_H = 306, 40
STEP_GAP = 6
TICK = 18

AT_BALANCERS = ("load-balancer", "port", "tls", "ingress", "proxy")
"""The kinds of hops that can happen at a load balancer."""

INTERNET, ROUTER, CONTROL, DNS, WIRE = "net/internet", "net/router", "net/control-plane", "net/dns", "net/wire"


def part_id(node: str, part: str) -> str:
    """The id of a part of a machine: ``frame``, ``routes``, ``kernel``, ``bridge``, ``more`` or ``route/N``."""
    return element_id("net", "node", node, *part.split("/"))


@attrs.frozen
class Plan:
    """Everything at its place.

    Attributes:
        scene: what is drawn.
        nodes: the machines that are drawn.
        pods: the Pods that are drawn, by machine.
        hidden: how many Pods of a machine are not drawn.
        routes: the routes that are drawn, by machine.
        outside: the boxes above the wire, from the left.
        balancer: the address of the load balancer among them, or "".
        stations: for each hop, there and back, the element at which it happens, or "".
        links: for each hop the lines that lead to its place from that of the hop before.
    """

    scene: Scene
    nodes: tuple[str, ...]
    pods: Mapping[str, tuple[Pod, ...]]
    hidden: Mapping[str, int]
    routes: Mapping[str, tuple[Route, ...]]
    outside: tuple[str, ...]
    balancer: str
    stations: tuple[str, ...]
    links: tuple[tuple[str, ...], ...]


@attrs.define
class _Drawing:
    boxes: dict[str, Box] = attrs.field(factory=dict)
    links: list[Link] = attrs.field(factory=list)

    def box(self, element: str, form: str, x: float, y: float, w: float, h: float) -> Box:
        made = self.boxes[element] = Box(element, form, x, y, w, h)
        return made

    def link(self, tail: str, head: str, *points: Point) -> None:
        self.links.append(Link(f"{tail}--{head}", tail, head, points))


def hops_of(walk: Walk) -> tuple[Hop, ...]:
    """All hops of a walk, there and back."""
    return (*walk.hops, *walk.back)


def lay_out(view: View, walk: Walk, *, listed: bool = True) -> Plan:
    """Give everything a place; the steps stand beside the machines where they are to be listed."""
    hops = hops_of(walk)
    nodes = _nodes(view, hops)
    pods = {node: _pods(view, node, hops) for node in nodes}
    tables = {node: _routes(view, node, nodes) for node in nodes}
    hidden = {node: len(view.pods_on(node)) - len(pods[node]) for node in nodes}
    drawing = _Drawing()
    balancer = _balancer(view, hops)
    outside = _outside(hops, balancer)
    width = max(len(nodes) * (FRAME_W + GAP) - GAP, len(outside) * (OUTSIDE_W + OUTSIDE_GAP) - OUTSIDE_GAP, FRAME_W)
    _upper(drawing, outside, width)
    top = float(MARGIN + BOX_H + 30 + 46 + 30)
    bottom = top
    for place, node in enumerate(nodes):
        left = MARGIN + place * (FRAME_W + GAP)
        bottom = max(bottom, _machine(drawing, node, left, top, tables[node], pods[node], hidden[node]))
    stations = tuple(_station(view, hop, drawing.boxes) for hop in hops)
    right, end = 0.0, 0.0
    if listed:
        end = _steps(drawing, walk, MARGIN + width + 30)
        right = 30 + TICK + 6 + STEP_W
    _badges(drawing, stations)
    links = _ways(drawing.links, stations)
    scene = Scene(
        "network",
        width + right + 2 * MARGIN,
        max(bottom, end) + MARGIN,
        tuple(drawing.boxes.values()),
        tuple(drawing.links),
    )
    return Plan(scene, nodes, pods, hidden, tables, outside, balancer, stations, links)


# What is drawn


def _nodes(view: View, hops: Iterable[Hop]) -> tuple[str, ...]:
    names = sorted((node.metadata.name for node in view.list("Node")), key=natural)
    if len(names) > MOST_NODES:
        passed = {hop.node for hop in hops}
        names = [*[n for n in names if n in passed], *[n for n in names if n not in passed]][:MOST_NODES]
    return tuple(sorted(names, key=natural))


def _pods(view: View, node: str, hops: Iterable[Hop]) -> tuple[Pod, ...]:
    passed = {hop.pod for hop in hops if hop.pod}
    found: list[Pod] = view.pods_on(node)
    chosen = sorted(found, key=lambda p: (f"{p.metadata.namespace}/{p.metadata.name}" not in passed, key_of(p)))
    return tuple(sorted(chosen[:MOST_PODS], key=key_of))


def _routes(view: View, node: str, shown: tuple[str, ...]) -> tuple[Route, ...]:
    table = routes(view, node, lost=True)
    wanted = [r for r in table if r.destination in (DEFAULT, MACHINE_NETWORK) or r.node in shown]
    return tuple(wanted[:MOST_ROUTES])


def _balancer(view: View, hops: Iterable[Hop]) -> str:
    return next((found for found in (balancer_of(view, hop) for hop in hops) if found), "")


def balancer_of(view: View, hop: Hop) -> str:
    """The address of the load balancer at which a hop happens, or ""."""
    if (
        hop.kind not in ("load-balancer", "port", "tls", "ingress", "proxy")
        or hop.node
        or hop.pod
        or hop.before is None
    ):
        return ""
    for address in (hop.before.destination, hop.before.source):
        if load_balancer_at(view, address) is not None or reading_balancer_at(view, address) is not None:
            return address
    return ""


def _outside(hops: tuple[Hop, ...], balancer: str) -> tuple[str, ...]:
    found = [balancer_id(balancer)] if balancer else []
    found += [INTERNET, ROUTER, CONTROL]
    return (*found, *((DNS,) if any(hop.kind == "dns" for hop in hops) else ()))


def balancer_id(address: str) -> str:
    """The id of a load balancer's element."""
    return element_id("net", "load-balancer", address)


# Places


def _upper(drawing: _Drawing, outside: tuple[str, ...], width: float) -> None:
    """The row above the wire, and the wire."""
    pitch = width / len(outside)
    wide = min(pitch - OUTSIDE_GAP, 190)
    wire_top = MARGIN + BOX_H + 30
    for place, element in enumerate(outside):
        drawing.box(element, "object", MARGIN + place * pitch, MARGIN, wide, BOX_H)
    drawing.box(WIRE, "hub", MARGIN, wire_top, width, 46)
    for element in outside:
        if element not in (INTERNET, DNS):
            box = drawing.boxes[element]
            drawing.link(element, WIRE, (box.cx, box.bottom), (box.cx, wire_top))
    place = outside.index(INTERNET)
    for tail, head in ((INTERNET, ROUTER), *(((outside[0], INTERNET),) if place else ())):
        first, last = drawing.boxes[tail], drawing.boxes[head]
        middle = MARGIN + BOX_H / 2
        drawing.link(tail, head, (first.right, middle), (last.x, middle))


def _machine(
    drawing: _Drawing, node: str, left: float, top: float, table: tuple[Route, ...], pods: tuple[Pod, ...], hidden: int
) -> float:
    """A machine and what is in it; gives where it ends."""
    frame_at = len(drawing.boxes)
    inner, y = left + (FRAME_W - INNER) / 2, top + 44
    zone = drawing.box(part_id(node, "routes"), "zone", inner, y, INNER, 24 + ROUTE_H * max(len(table), 1))
    for place in range(len(table)):
        line = drawing.box(
            part_id(node, f"route/{place}"), "caption", inner + 8, y + 20 + place * ROUTE_H, INNER - 12, ROUTE_H
        )
        assert line.bottom <= zone.bottom
    kernel = drawing.box(part_id(node, "kernel"), "object", inner, zone.bottom + 18, INNER, BOX_H)
    bridge = drawing.box(part_id(node, "bridge"), "hub", inner, kernel.bottom + 18, INNER, 46)
    y = bridge.bottom + 16
    for place, pod in enumerate(pods):
        box = drawing.box(id_of(key_of(pod)), "pod", inner + INNER - POD_W, y, POD_W, POD_H)
        # Every Pod has a line of its own down from the bridge, so that none hides another.
        middle, trunk = box.y + POD_H / 2, box.x - 8 - place * 5
        drawing.link(bridge.id, box.id, (trunk, bridge.bottom), (trunk, middle), (box.x, middle))
        y = box.bottom + 14
    if hidden:
        y = drawing.box(part_id(node, "more"), "caption", inner + 30, y, POD_W, 20).bottom
    drawing.link(bridge.id, kernel.id, (bridge.cx, bridge.y), (bridge.cx, kernel.bottom))
    drawing.link(kernel.id, zone.id, (kernel.cx, kernel.y), (kernel.cx, zone.bottom))
    wire = drawing.boxes[WIRE]
    gate = zone.right - 20
    drawing.link(zone.id, WIRE, (gate, zone.y), (gate, wire.bottom))
    frame = Box(part_id(node, "frame"), "machine", left, top, FRAME_W, y + 8 - top, 12, INNER - 44)
    # A frame lies behind what is in it.
    items = list(drawing.boxes.items())
    drawing.boxes = dict([*items[:frame_at], (frame.id, frame), *items[frame_at:]])
    return frame.bottom


def _steps(drawing: _Drawing, walk: Walk, left: float) -> float:
    """The column of the steps; gives where it ends."""
    y = float(MARGIN)
    number = 0
    for title, hops in (("there", walk.hops), ("back", walk.back)):
        if not hops:
            continue
        y = drawing.box(f"net/head/{title}", "caption", left, y, STEP_W, 20).bottom + 2
        for _ in hops:
            drawing.box(f"net/number/{number}", "tick", left, y + (STEP_H - 20) / 2, TICK + 2, 20)
            drawing.box(f"net/step/{number}", "actor", left + TICK + 8, y, STEP_W - 8, STEP_H)
            y += STEP_H + STEP_GAP
            number += 1
        y += 6
    y = drawing.box("net/verdict", "actor", left, y, STEP_W + TICK, STEP_H).bottom + 6
    for line in range(len(REASON) if not walk.ok else 0):
        y = drawing.box(REASON[line], "caption", left + 6, y, STEP_W + TICK - 12, 17).bottom
    return y


def _badges(drawing: _Drawing, stations: tuple[str, ...]) -> None:
    """The numbers of the hops where they happen: at the upper edge of the place."""
    left: dict[str, int] = {station: stations.count(station) for station in stations}
    for number, station in enumerate(stations):
        box = drawing.boxes.get(station)
        if box is not None:
            x = box.right - 32 - left[station] * (TICK + 2)
            left[station] -= 1
            drawing.box(f"net/badge/{number}", "tick", x, box.y - 14, TICK + 2, TICK)


# The way


def _station(view: View, hop: Hop, drawn: Mapping[str, Box]) -> str:
    """The element at which a hop happens, or ""."""
    found = _place(view, hop)
    return found if found in drawn else ""


def _place(view: View, hop: Hop) -> str:
    if hop.kind in ("wire", "internet", "router", "dns"):
        return {"wire": WIRE, "internet": INTERNET, "router": ROUTER, "dns": DNS}[hop.kind]
    balancer = balancer_of(view, hop)
    if balancer:
        return balancer_id(balancer)
    if hop.kind in ("kube-proxy", "host-port", "masquerade", "conntrack", "policy"):
        return part_id(hop.node, "kernel")
    if hop.kind in ("route", "bridge"):
        return part_id(hop.node, "routes" if hop.kind == "route" else "bridge")
    if hop.pod:
        namespace, _, name = hop.pod.partition("/")
        return id_of(ObjectKey("Pod", namespace, name))
    if hop.node:
        return part_id(hop.node, "kernel")
    if hop.kind == "port":
        return CONTROL
    return INTERNET if hop.kind in ("start", "arrived") else ""


def _ways(links: Iterable[Link], stations: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """For each hop the lines from the place of the hop before to its own."""
    near: dict[str, list[tuple[str, str]]] = {}
    for link in links:
        near.setdefault(link.tail, []).append((link.head, link.id))
        near.setdefault(link.head, []).append((link.tail, link.id))
    here, found = "", []
    for station in stations:
        found.append(_shortest(near, here, station) if here and station else ())
        # Who asks the DNS stays where it is.
        here = station if station and station != DNS else here
    return tuple(found)


def _shortest(near: Mapping[str, list[tuple[str, str]]], first: str, last: str) -> tuple[str, ...]:
    known: dict[str, tuple[str, ...]] = {first: ()}
    front = [first]
    while front and last not in known:
        ahead: list[str] = []
        for place in front:
            for neighbour, link in near.get(place, ()):
                if neighbour not in known:
                    known[neighbour] = (*known[place], link)
                    ahead.append(neighbour)
        front = ahead
    return known.get(last, ())
