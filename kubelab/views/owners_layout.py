"""Where everything in the picture of owners is: trees from the left to the right, Pods as a grid of equal boxes."""

from collections.abc import Mapping, Sequence

import attrs

from kubelab.state.snapshot import ObjectKey
from kubelab.views.escape import element_id
from kubelab.views.faces import WORKLOADS, id_of
from kubelab.views.kinship import Kinship
from kubelab.views.scene import Box, Link, Mark, Marks, Point, Scene
from kubelab.views.slots import MANY
from kubelab.views.topology_layout import natural

MARGIN = 14
BOX_W, BOX_H = 154, 54
POD_W, POD_H = 160, 39
STEP = 47
"""From one row of Pods to the next."""

INDENT = 40
"""Between a box and what it owns."""

COLUMN = POD_W + 26
"""From one column of Pods to the next."""

BETWEEN = 14
"""Between two families."""

TALLEST = 8
"""How many Pods stand one above the other, before there is another column."""

MOST_COLUMNS = 4

LANE = 6
MOST_LANES = 6
"""How far apart the lines of later owners are at the right, and how many there are before they share their way."""


@attrs.define
class Tree:
    """Everything at its place.

    Attributes:
        scene: what is drawn.
        classes: the classes of each element on the whole.
        single: the object of each element that stands for one.
        groups: the Pods of each element that stands for several.
        lines: for each line the owner, and the objects of the element it leads to.
        keys: as `single`, and the first Pod of each group.
        box: the boxes by their id.
    """

    scene: Scene
    classes: Marks
    single: Mapping[str, ObjectKey]
    groups: Mapping[str, tuple[ObjectKey, ...]]
    lines: Mapping[str, tuple[ObjectKey, tuple[ObjectKey, ...]]]
    keys: Mapping[str, ObjectKey]
    box: Mapping[str, Box]


@attrs.define
class _Drawing:
    kinship: Kinship
    children: dict[ObjectKey, list[ObjectKey]]
    grouped: bool
    opened: frozenset[str]
    boxes: dict[str, Box] = attrs.field(factory=dict)
    single: dict[str, ObjectKey] = attrs.field(factory=dict)
    groups: dict[str, tuple[ObjectKey, ...]] = attrs.field(factory=dict)
    links: list[Link] = attrs.field(factory=list)
    lines: dict[str, tuple[ObjectKey, tuple[ObjectKey, ...]]] = attrs.field(factory=dict)


def lay_out(kinship: Kinship, opened: frozenset[str] = frozenset()) -> Tree:
    """Give everything that owns or is owned a place."""
    children: dict[ObjectKey, list[ObjectKey]] = {}
    roots: list[ObjectKey] = []
    for key in kinship.members:
        mine = [owner for owner in kinship.owners.get(key, ()) if owner in kinship.members and owner != key]
        if mine:
            children.setdefault(mine[0], []).append(key)
        else:
            roots.append(key)
    drawing = _Drawing(kinship, children, len(kinship.members) > MANY, opened)
    y = float(MARGIN)
    order = {kind: n for n, kind in enumerate((*WORKLOADS, "Service", "Pod"))}
    placed = [key for key in roots if key.kind != "Pod"]
    placed.sort(key=lambda k: (k.namespace != "default", k.namespace, natural(k.name), order.get(k.kind, 9)))
    for key in placed:
        y = _place(drawing, key, MARGIN, y) + BETWEEN
    lonely = [key for key in roots if key.kind == "Pod"]
    if lonely:
        y = _pods(drawing, None, sorted(lonely), MARGIN, y) + BETWEEN
    _adopted(drawing)
    return _finish(drawing, y)


def _place(drawing: _Drawing, key: ObjectKey, x: float, y: float, depth: int = 0) -> float:
    """Draw an object and all it owns, from the height `y` on; gives where they end."""
    element = id_of(key)
    drawing.boxes[element] = Box(element, "object", x, y, BOX_W, BOX_H)
    drawing.single[element] = key
    mine = drawing.children.get(key, [])
    end = y + BOX_H
    below = y
    inner = x + BOX_W + INDENT
    others = [child for child in mine if child.kind != "Pod" and id_of(child) not in drawing.boxes]
    for child in others:
        done = _place(drawing, child, inner, below, depth + 1)
        _link(drawing, key, element, id_of(child), (child,), x + BOX_W + INDENT / 2)
        end, below = max(end, done), done + BETWEEN
    pods = [child for child in mine if child.kind == "Pod"]
    if pods:
        end = max(end, _pods(drawing, key, pods, inner, below))
    return end


def _pods(drawing: _Drawing, owner: ObjectKey | None, pods: Sequence[ObjectKey], x: float, y: float) -> float:
    """Draw the Pods of one owner as a grid, or as one box where there is too much; gives where they end."""
    lift = (BOX_H - POD_H) / 2 if owner is not None else 0
    top = y + lift
    whose = id_of(owner) if owner is not None else element_id("Pod")
    group = f"{whose}~Pods"
    if drawing.grouped and len(pods) > 1 and not drawing.opened & {group, whose}:
        drawing.boxes[group] = Box(group, "pod", x, top, POD_W, POD_H)
        drawing.groups[group] = tuple(pods)
        if owner is not None:
            _link(drawing, owner, whose, group, tuple(pods), x - INDENT / 2)
        return top + POD_H
    slots: list[list[list[int]]] = []
    seats = [(_sit(slots, drawing.kinship.members[pod]), pod) for pod in pods]
    columns = min(max(-(-len(slots) // TALLEST), 1), MOST_COLUMNS)
    for slot, pod in seats:
        row, column = divmod(slot, columns)
        element = id_of(pod)
        drawing.boxes[element] = Box(element, "pod", x + column * COLUMN, top + row * STEP, POD_W, POD_H)
        drawing.single[element] = pod
        if owner is not None:
            gutter = x - INDENT / 2 if column == 0 else x + column * COLUMN - 13
            _link(drawing, owner, whose, element, (pod,), gutter, None if column == 0 else top - 5)
    return top + -(-len(slots) // columns) * STEP - (STEP - POD_H)


def _sit(slots: list[list[list[int]]], spans: list[list[int]]) -> int:
    """The first place that is free whenever a Pod is there."""
    for number, taken in enumerate(slots):
        if all(end < begin or finish < start for begin, finish in spans for start, end in taken):
            taken += spans
            return number
    slots.append(list(spans))
    return len(slots) - 1


def _link(
    drawing: _Drawing,
    owner: ObjectKey,
    tail: str,
    head: str,
    members: tuple[ObjectKey, ...],
    gutter: float,
    over: float | None = None,
) -> None:
    """A line from an owner to what it owns: down a gutter, for a further column first over the top of the others."""
    source, target = drawing.boxes[tail], drawing.boxes[head]
    start, end = source.y + source.h / 2, target.y + target.h / 2
    first = source.right + INDENT / 2
    points: list[Point] = [(source.right, start)]
    if over is None:
        points += [(gutter, start), (gutter, end)]
    else:
        points += [(first, start), (first, over), (gutter, over), (gutter, end)]
    points.append((target.x, end))
    name = f"{tail}--{head}"
    drawing.links.append(Link(name, tail, head, _straightened(points)))
    drawing.lines[name] = (owner, members)


def _adopted(drawing: _Drawing) -> None:
    """Lines from later owners to what stands with its first one: over the top of the family, and down at the right."""
    element = {key: name for name, key in drawing.single.items()}
    element |= {pod: name for name, pods in drawing.groups.items() for pod in pods}
    wanted: dict[ObjectKey, dict[str, list[ObjectKey]]] = {}
    for key, owners in drawing.kinship.owners.items():
        mine = [owner for owner in owners if owner in element and owner != key]
        for owner in mine[1:] if key in element else ():
            wanted.setdefault(owner, {}).setdefault(element[key], []).append(key)
    edge = max((box.right for box in drawing.boxes.values()), default=0.0)
    for number, (owner, heads) in enumerate(wanted.items()):
        tail = element[owner]
        source, lane = drawing.boxes[tail], edge + BETWEEN + LANE * (number % MOST_LANES)
        over = source.y - BETWEEN / 2
        for head, members in heads.items():
            name = f"{tail}--{head}"
            if name in drawing.lines:
                continue
            points = ((source.cx, source.y), (source.cx, over), (lane, over), *_from_the_right(drawing, head, lane))
            drawing.links.append(Link(name, tail, head, _straightened(points)))
            drawing.lines[name] = (owner, tuple(members))


def _from_the_right(drawing: _Drawing, head: str, lane: float) -> tuple[Point, ...]:
    """From a lane at the right to a box: to its side where nothing stands between, else to its foot."""
    box = drawing.boxes[head]
    middle = box.y + box.h / 2
    if not any(other.x >= box.right and other.y < middle < other.bottom for other in drawing.boxes.values()):
        return ((lane, middle), (box.right, middle))
    below, foot = box.bottom + (STEP - POD_H) / 2, box.right - BETWEEN
    return ((lane, below), (foot, below), (foot, box.bottom))


def _straightened(points: Sequence[Point]) -> tuple[Point, ...]:
    kept: list[Point] = []
    for point in points:
        if kept and kept[-1] == point:
            continue
        if len(kept) > 1 and (kept[-2][1] == kept[-1][1] == point[1] or kept[-2][0] == kept[-1][0] == point[0]):
            kept.pop()
        kept.append(point)
    return tuple(kept)


def _finish(drawing: _Drawing, end: float) -> Tree:
    boxes = tuple(drawing.boxes.values())
    width = max((*(box.right for box in boxes), *(x for link in drawing.links for x, _ in link.points)), default=300.0)
    classes = {box.id: Mark(f"{box.form} box plain") for box in boxes}
    classes |= {link.id: Mark("link owns") for link in drawing.links}
    return Tree(
        scene=Scene("owners", width + MARGIN, max(end - BETWEEN, MARGIN + BOX_H) + MARGIN, boxes, tuple(drawing.links)),
        classes=classes,
        single=drawing.single,
        groups=drawing.groups,
        lines=drawing.lines,
        keys=drawing.single | {element: pods[0] for element, pods in drawing.groups.items()},
        box=drawing.boxes,
    )
