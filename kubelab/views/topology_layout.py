"""Where everything in the topology is: the grid of objects above, the machines below, and the lines between them."""

import re
from collections.abc import Mapping, Sequence

import attrs

from kubelab.state.snapshot import ObjectKey
from kubelab.views import bays, routes
from kubelab.views.census import NOWHERE, SYSTEM_NAMESPACES, Census
from kubelab.views.escape import element_id
from kubelab.views.faces import NETWORK, WORKLOADS, id_of
from kubelab.views.scene import Box, Link, Mark, Marks, Scene
from kubelab.views.slots import Seating, bay_id, crowded, seat, shrink_tray
from kubelab.views.stratum import BOX_W, EDGE, PITCH, Family, Grid, arrange

MOST_MACHINES = 24
"""How many machines are drawn one by one at most."""

FOLDS = 12
"""Into how many frames too many machines are folded."""

USUAL_WIDTH = 1080.0
"""How wide the upper half may be, even where the machines take less."""


@attrs.frozen
class Tie:
    """A line that may be there.

    Attributes:
        id: the id of its element.
        source: the owner, the Service or the Ingress.
        element: the id of the element it leads to.
        target: the object it leads to, or None when that is Pods.
    """

    id: str
    source: ObjectKey
    element: str
    target: ObjectKey | None = None


@attrs.frozen
class Layout:
    """Everything at its place.

    Attributes:
        scene: what is drawn.
        classes: the classes of each element on the whole.
        seating: which seat each Pod has.
        objects: the element of each object of the upper half.
        zones: the element of each namespace.
        bays: the nodes in each bay, in order; none in the tray.
        frame_of: the element of each bay.
        ties: the lines that may be there.
        keys: the object that each element stands for.
        folded: the frames that stand for several machines.
        spread: whether the Pods are of several namespaces.
        box: the boxes by their id.
    """

    scene: Scene
    classes: Marks
    seating: Seating
    objects: Mapping[ObjectKey, str]
    zones: Mapping[str, str]
    bays: Mapping[str, tuple[str, ...]]
    frame_of: Mapping[str, str]
    ties: tuple[Tie, ...]
    keys: Mapping[str, ObjectKey]
    folded: tuple[str, ...]
    spread: bool
    box: Mapping[str, Box]


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """A name as it is sorted by people: ``worker-2`` before ``worker-10``."""
    parts = re.findall(r"\d+|\D+", name)
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)


def lay_out(census: Census, opened: tuple[str, ...] = ()) -> Layout:
    """Give everything that appears in a film its place."""
    folds = _fold(sorted(census.nodes, key=natural), set(opened))
    places = {node: bay for bay, nodes in folds.items() for node in nodes}
    seating = seat(census, places, crowded(census), opened)
    spaces, shown = _spaces(census)
    needs = _needs(census, seating, shown)
    gutters = bays.gutter_widths(*routes.gutter_lanes(needs))
    total = sum(family.width for _, families in spaces for family in families)
    waiting = seating.size.get(NOWHERE, 0)
    shape = bays.choose([seating.size.get(bay, 0) for bay in folds], waiting, gutters, 150.0 * (1 + total // 6), 0)
    if shape.tray is not None:
        shrink_tray(seating, shape.tray.seats)
        needs = _needs(census, seating, shown)
    rows = {bay: n // shape.across for n, bay in enumerate(folds)} | {NOWHERE: shape.tray_row}
    left, right = routes.edge_widths(needs, rows)
    framed = EDGE if any(name for name, _ in spaces) else 0
    columns = max(int((max(shape.width, USUAL_WIDTH) + PITCH - BOX_W) // PITCH), 2)
    grid = arrange(spaces, columns, left + framed, routes.MARGIN)
    floor = bays.Floor()
    frame_of = {bay: bay_id(bay) if len(nodes) == 1 else bay for bay, nodes in folds.items()}
    seats = {element: (s.bay, s.slot) for element, s in seating.seats.items()}
    floor.place(shape, frame_of, seats, left, [0.0] * shape.rows)
    wiring = routes.wire(needs, grid, floor, shape.rows)
    y = grid.bottom if grid.boxes or grid.zones else float(routes.MARGIN - routes.BUS_TOP)
    buses, tops = [], []
    for row in range(shape.rows):
        buses.append(y)
        y += routes.bus_height(wiring.lanes[row])
        tops.append(y)
        y += shape.height(row)
    floor.place(shape, frame_of, seats, left, tops)
    wide = max(shape.width, grid.columns * PITCH - (PITCH - BOX_W) + 2 * framed)
    size = (left + wide + right, y + routes.MARGIN)
    if shape.tray is not None:
        frame_of[NOWHERE] = "tray"
    return _finish(census, seating, grid, floor, needs, wiring, buses, folds, frame_of, size)


def _fold(nodes: Sequence[str], opened: set[str]) -> dict[str, tuple[str, ...]]:
    """The bays of the machines: one each, or where there are too many, one for each stretch of them."""
    if len(nodes) <= MOST_MACHINES:
        return {node: (node,) for node in nodes}
    size = -(-len(nodes) // FOLDS)
    found: dict[str, tuple[str, ...]] = {}
    for begin in range(0, len(nodes), size):
        stretch = nodes[begin : begin + size]
        name = element_id("Nodes", stretch[0], stretch[-1])
        if name in opened:
            found |= _fold(stretch, opened)
        else:
            found[name] = tuple(stretch)
    return found


def _spaces(census: Census) -> tuple[list[tuple[str, list[Family]]], set[ObjectKey]]:
    """The namespaces and their families, and which objects are drawn at all."""
    shown = {key for key in census.objects if key in census.wanted or key.kind in NETWORK}
    by_space: dict[str, list[ObjectKey]] = {}
    for key in census.objects:
        if key in shown:
            by_space.setdefault(key.namespace, []).append(key)
    names = set(by_space) | {name for name in census.namespaces if name not in SYSTEM_NAMESPACES}
    pods = {move.pod.namespace for move in census.moves}
    framed = len(names | pods) > 1 or names - {"default"}
    spaces = []
    for name in sorted(names, key=lambda n: (n != "default", natural(n))):
        keys = by_space.get(name, [])
        spaces.append((name if framed else "", _families(census, keys)))
    return spaces, shown


def _families(census: Census, keys: Sequence[ObjectKey]) -> list[Family]:
    """Workloads above those that they own, an Ingress above its first Service, a Service beside its namesake."""
    order = {kind: n for n, kind in enumerate((*WORKLOADS, *NETWORK))}
    last = len(order)
    known = set(keys)
    feet: dict[ObjectKey, list[ObjectKey]] = {}
    owned: set[ObjectKey] = set()
    for key in keys:
        owners = [o for o in census.owners.get(key, ()) if o in known and o.kind in order]
        if key.kind in WORKLOADS and owners:
            feet.setdefault(owners[0], []).append(key)
            owned.add(key)
    above: dict[ObjectKey, ObjectKey] = {}
    for key in keys:
        free = [s for s in census.routes.get(key, ()) if s in known and s not in above]
        if key.kind == "Ingress" and free:
            above[free[0]] = key
            owned.add(key)
    by_name: dict[str, list[tuple[str, str]]] = {}
    for key in sorted(known - owned, key=lambda k: (natural(k.name), k.kind in NETWORK, order.get(k.kind, last))):
        columns = by_name.setdefault(key.name, [])
        if key in feet or key.kind in ("Deployment", "CronJob", "Ingress") or key.kind not in order:
            below = [id_of(foot) for foot in feet.get(key, ())] or [""]
            columns += zip([id_of(key)] + [""] * (len(below) - 1), below, strict=True)
        else:
            columns.append((id_of(above[key]) if key in above else "", id_of(key)))
    return [Family(tuple(columns)) for columns in by_name.values()]


def _needs(census: Census, seating: Seating, shown: set[ObjectKey]) -> list[routes.Need]:
    """Every line to Pods that may be there."""
    needs: dict[tuple[str, str], routes.Need] = {}
    for element, owners in seating.ties.items():
        for owner in owners:
            if owner in shown:
                source = id_of(owner)
                needs[source, element] = routes.Need(source, element, "owner", seating.seats[element].bay)
    for service, selectors in census.selectors.items():
        if service not in shown:
            continue
        source = id_of(service)
        named = census.targets.get(service, {})
        for element, pods in seating.shown.items():
            place = seating.seats[element]
            if place.bay == NOWHERE:
                continue
            if any(pod in named or _selected(census, pod, service, selectors) for pod in pods):
                needs[source, element] = routes.Need(source, element, "traffic", place.bay)
    return list(needs.values())


def _selected(
    census: Census, pod: ObjectKey, service: ObjectKey, selectors: Mapping[frozenset[tuple[str, str]], None]
) -> bool:
    if pod.namespace != service.namespace:
        return False
    return any(
        selector and selector <= labels.items() for selector in selectors for labels in census.labels.get(pod, ())
    )


def _finish(
    census: Census,
    seating: Seating,
    grid: Grid,
    floor: bays.Floor,
    needs: Sequence[routes.Need],
    wiring: routes.Wiring,
    buses: Sequence[float],
    folds: Mapping[str, tuple[str, ...]],
    frame_of: Mapping[str, str],
    size: tuple[float, float],
) -> Layout:
    objects = {key: id_of(key) for key in census.objects if id_of(key) in grid.boxes}
    by_id = {element: key for key, element in objects.items()}
    zones = {box.id: element_id("Namespace", box.id) for box in grid.zones}
    boxes = [attrs.evolve(box, id=zones[box.id]) for box in grid.zones]
    boxes += [*floor.frames.values(), *grid.boxes.values(), *floor.boxes.values()]
    classes: dict[str, Mark] = {}
    for box in boxes:
        classes[box.id] = Mark(f"{box.form} box {'frame' if box.form in ('zone', 'machine') else 'plain'}")
    links, ties = [], []
    for key, element in objects.items():
        for tie, points in _kin(census, key, element, objects, grid):
            links.append(Link(tie.id, id_of(tie.source), tie.element, points, tie.source.kind == "Ingress"))
            ties.append(tie)
    for need in needs:
        points = routes.route(need, grid, floor, wiring, buses)
        name = f"{need.source}--{need.target}"
        links.append(Link(name, need.source, need.target, points, need.whose == "traffic"))
        ties.append(Tie(name, by_id[need.source], need.target))
    for link in links:
        classes[link.id] = Mark("link traffic" if link.arrow else "link owns")
    keys = dict(by_id)
    keys |= {element: ObjectKey("Namespace", "", name) for name, element in zones.items()}
    keys |= {frame_of[bay]: ObjectKey("Node", "", nodes[0]) for bay, nodes in folds.items() if len(nodes) == 1}
    for element, pods in seating.shown.items():
        if element not in seating.groups:
            keys[element] = next(iter(pods))
    return Layout(
        scene=Scene("topology", size[0], size[1], tuple(boxes), tuple(links)),
        classes=classes,
        seating=seating,
        objects=objects,
        zones=zones,
        bays={bay: folds.get(bay, ()) for bay in floor.frames},
        frame_of=frame_of,
        ties=tuple(ties),
        keys=keys,
        folded=tuple(bay for bay, nodes in folds.items() if len(nodes) > 1),
        spread=len({move.pod.namespace for move in census.moves}) > 1,
        box={box.id: box for box in boxes},
    )


def _kin(
    census: Census, key: ObjectKey, element: str, objects: Mapping[ObjectKey, str], grid: Grid
) -> list[tuple[Tie, tuple[tuple[float, float], ...]]]:
    """The lines among objects of the upper half that lead to this one (or, from an Ingress, away from it)."""
    pairs = [(owner, key, 0.0) for owner in census.owners.get(key, ()) if owner in objects and key.kind != "Pod"]
    pairs += [(key, service, 4.0) for service in census.routes.get(key, ()) if service in objects]
    found = []
    for above, below, shift in pairs:
        source, target = objects[above], objects[below]
        points = routes.kinship(grid.boxes[source], grid.boxes[target], shift)
        found.append((Tie(f"{source}--{target}", above, target, below), points))
    return found
