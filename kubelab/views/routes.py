"""Lines of the topology: how they run from an owner or a Service to the Pods without crossing a box or a text.

A line leaves its source downwards, takes a lane of its own across (the bus above a row of machines), goes down a gutter
beside the Pods, and ends at the side of its Pod. Lines of one source share their way, and part where they must.
"""

from collections.abc import Mapping, Sequence

import attrs

from kubelab.views.bays import LANE, Floor
from kubelab.views.scene import Box, Point
from kubelab.views.stratum import BOX_W, GAP, PITCH, Grid

MARGIN = 14
"""Beside and under everything."""

BUS_TOP = 10
"""Between what is above and the first lane."""

BUS_FOOT = 12
"""Between the last lane and the frames below."""

MOST_LANES = 14


@attrs.frozen
class Need:
    """One line that is to be drawn.

    Attributes:
        source: the id of the owner or the Service.
        target: the id of the Pod's (or the group's) element.
        whose: ``owner`` or ``traffic``.
        bay: the bay in which the target is.
    """

    source: str
    target: str
    whose: str
    bay: str


@attrs.frozen
class Wiring:
    """Which lane each source takes.

    Attributes:
        bus: the lane of each source above each row of frames, by (row, source).
        lanes: how many lanes each row needs.
        gutter: the lane of each source in a gutter, by (bay, gutter, source).
        riser: the lane of each source at the edge of the picture, for lower rows of frames, by (whose, source).
        side: the lane of each source beside its own column, for those that are not in the last row.
    """

    bus: Mapping[tuple[int, str], int]
    lanes: Sequence[int]
    gutter: Mapping[tuple[str, int, str], int]
    riser: Mapping[tuple[str, str], int]
    side: Mapping[str, int]


def gutter_lanes(needs: Sequence[Need]) -> tuple[int, int]:
    """How many owners, and how many Services, lead into one bay at most."""
    into: dict[tuple[str, str], set[str]] = {}
    for need in needs:
        into.setdefault((need.bay, need.whose), set()).add(need.source)
    owners = max((len(found) for (_, whose), found in into.items() if whose == "owner"), default=1)
    services = max((len(found) for (_, whose), found in into.items() if whose == "traffic"), default=1)
    return owners, services


def edge_widths(needs: Sequence[Need], rows: Mapping[str, int]) -> tuple[float, float]:
    """How wide the margins at the left and the right are, with the risers in them."""
    below = {"owner": set[str](), "traffic": set[str]()}
    for need in needs:
        if rows[need.bay] > 0:
            below[need.whose].add(need.source)
    return tuple(MARGIN + (LANE * min(len(found), 12) + 4 if found else 0) for found in below.values())  # type: ignore[return-value]


def wire(needs: Sequence[Need], grid: Grid, floor: Floor, rows: int) -> Wiring:
    """Give every source its lanes."""
    order = {element: n for n, element in enumerate(sorted(grid.boxes, key=lambda e: (grid.boxes[e].x, e)))}
    sources = sorted({need.source for need in needs}, key=lambda s: order.get(s, 0))
    gutter: dict[tuple[str, int, str], int] = {}
    counts: dict[tuple[str, int], int] = {}
    for need in sorted(needs, key=lambda n: order.get(n.source, 0)):
        number = gutter_of(need, floor)
        if (need.bay, number, need.source) not in gutter:
            count = counts.get((need.bay, number), 0)
            gutter[need.bay, number, need.source] = count % 9
            counts[need.bay, number] = count + 1
    riser: dict[tuple[str, str], int] = {}
    for whose in ("owner", "traffic"):
        below = {n.source for n in needs if n.whose == whose and floor.row[n.bay] > 0}
        for number, source in enumerate(s for s in sources if s in below):
            riser[whose, source] = number % 12
    last = len(grid.tops) - 1
    aside: dict[tuple[int, float], int] = {}
    side: dict[str, int] = {}
    for source in sources:
        if grid.row[source] < last:
            mark = (0, grid.boxes[source].x)
            side[source] = aside.get(mark, 0) % 4
            aside[mark] = aside.get(mark, 0) + 1
    wiring = Wiring({}, [], gutter, riser, side)
    bus: dict[tuple[int, str], int] = {}
    lanes = []
    for row in range(rows):
        spans = _spans(row, needs, grid, floor, wiring)
        packed = _pack(spans)
        bus |= {(row, source): lane for source, lane in packed.items()}
        lanes.append(max(packed.values(), default=-1) + 1)
    return attrs.evolve(wiring, bus=bus, lanes=lanes)


def gutter_of(need: Need, floor: Floor) -> int:
    """The gutter by which a line reaches its target."""
    return floor.inside[need.bay].gutter_for(floor.column[need.target], need.whose)


def _spans(row: int, needs: Sequence[Need], grid: Grid, floor: Floor, wiring: Wiring) -> dict[str, tuple[float, float]]:
    """From where to where each source runs along a bus."""
    spans: dict[str, tuple[float, float]] = {}

    def add(source: str, x: float) -> None:
        low, high = spans.get(source, (x, x))
        spans[source] = (min(low, x), max(high, x))

    right = floor.right
    for need in needs:
        here = floor.row[need.bay]
        edge = riser_x(need, wiring, right) if here > 0 else 0.0
        if row == here:
            add(need.source, edge if here > 0 else exit_x(need.source, grid, wiring))
            add(need.source, trunk_x(need, floor, wiring))
        elif row == 0:
            add(need.source, exit_x(need.source, grid, wiring))
            add(need.source, edge)
    return spans


def _pack(spans: Mapping[str, tuple[float, float]]) -> dict[str, int]:
    """As few lanes as will do: two sources share one where they do not meet."""
    ends: list[float] = []
    lanes: dict[str, int] = {}
    for source, (low, high) in sorted(spans.items(), key=lambda item: (item[1], item[0])):
        lane = next((n for n, end in enumerate(ends) if end + 14 < low), len(ends))
        if lane == len(ends):
            ends.append(high)
        ends[lane] = high
        lanes[source] = lane % MOST_LANES
    return lanes


def bus_height(lanes: int) -> float:
    """How much room so many lanes take."""
    return BUS_TOP + max(lanes - 1, 0) * LANE + BUS_FOOT


def exit_x(source: str, grid: Grid, wiring: Wiring) -> float:
    """Where a source's line comes down to the first bus."""
    box = grid.boxes[source]
    if source in wiring.side:
        return box.right + 10 + wiring.side[source] * 3
    return box.cx


def riser_x(need: Need, wiring: Wiring, right: float) -> float:
    """Where lines to lower rows of frames go down: owners' at the left edge, traffic at the right one."""
    lane = wiring.riser[need.whose, need.source]
    if need.whose == "owner":
        return MARGIN - 4 + lane * LANE
    return right + 10 + lane * LANE


def trunk_x(need: Need, floor: Floor, wiring: Wiring) -> float:
    """Where a source's line goes down beside the Pods."""
    frame, inside = floor.frames[need.bay], floor.inside[need.bay]
    number = gutter_of(need, floor)
    width = inside.gutters[number][1]
    lane = wiring.gutter[need.bay, number, need.source] % max(int((width - 9) // LANE), 1)
    begin = frame.x + inside.gutter_left(number)
    if need.whose == "traffic" and number == len(inside.gutters) - 1:
        # At the right edge the line nearest to the edge comes first, so that arrows have room.
        return begin + width - 7 - lane * LANE
    middle = need.whose == "traffic" and number > 0
    return begin + (10 if middle else 7) + lane * LANE


def route(need: Need, grid: Grid, floor: Floor, wiring: Wiring, buses: Sequence[float]) -> tuple[Point, ...]:
    """The corners of one line; `buses` is the upper edge of the bus above each row of frames."""
    box, target = grid.boxes[need.source], floor.boxes[need.target]
    x = exit_x(need.source, grid, wiring)
    points: list[Point] = [(box.cx, box.bottom)]
    if need.source in wiring.side:
        gap = box.bottom + GAP / 2 + 2
        points += [(box.cx, gap), (x, gap)]
    row = floor.row[need.bay]
    lane = buses[0] + BUS_TOP + wiring.bus[0, need.source] * LANE
    points.append((x, lane))
    if row > 0:
        edge = riser_x(need, wiring, floor.right)
        points.append((edge, lane))
        lane = buses[row] + BUS_TOP + wiring.bus[row, need.source] * LANE
        points.append((edge, lane))
    down = trunk_x(need, floor, wiring)
    side = target.x if gutter_of(need, floor) == floor.column[need.target] else target.right
    middle = target.y + target.h / 2
    points += [(down, lane), (down, middle), (side, middle)]
    return _clean(points)


def _clean(points: Sequence[Point]) -> tuple[Point, ...]:
    """The same line without corners that are none."""
    kept: list[Point] = []
    for point in points:
        if kept and abs(kept[-1][0] - point[0]) < 0.01 and abs(kept[-1][1] - point[1]) < 0.01:
            continue
        if len(kept) > 1 and any(
            max(abs(kept[-2][n] - kept[-1][n]), abs(kept[-1][n] - point[n])) < 0.01 for n in (0, 1)
        ):
            kept.pop()
        kept.append(point)
    return tuple(kept)


def _level(a: Point, b: Point, c: Point, axis: int) -> bool:
    """Whether three points lie on one line along the other axis."""
    return abs(a[axis] - b[axis]) < 0.01 and abs(b[axis] - c[axis]) < 0.01


def _upwards(head: Box, foot: Box, shift: float) -> tuple[Point, ...]:
    """A line to what is above: beside the middle, where lines come down."""
    aside = BOX_W / 4
    start, end = head.cx - aside, foot.cx - aside
    low, high = head.y - GAP / 2 + shift, foot.bottom + GAP / 2 - shift
    if head.y - foot.bottom <= GAP + 1:
        return _clean(((start, head.y), (start, low), (end, low), (end, foot.bottom)))
    between = foot.x - (PITCH - BOX_W) / 2 + shift
    corners = ((start, low), (between, low), (between, high), (end, high))
    return _clean(((start, head.y), *corners, (end, foot.bottom)))


def kinship(head: Box, foot: Box, shift: float = 0) -> tuple[Point, ...]:
    """The corners of a line from an object to one in another row: straight down, or across in the gap between.

    To what is above, it leaves at the top and comes in from below.
    """
    if foot.bottom < head.y:
        return _upwards(head, foot, shift)
    if abs(head.cx - foot.cx) < 1 and foot.y - head.bottom <= GAP + 1:
        return ((head.cx, head.bottom), (foot.cx, foot.y))
    high = head.bottom + GAP / 2 + shift
    if abs(foot.y - head.bottom - GAP) < 1:
        return ((head.cx, head.bottom), (head.cx, high), (foot.cx, high), (foot.cx, foot.y))
    aside = foot.x - (PITCH - BOX_W) / 2 + shift
    low = foot.y - GAP / 2 + shift
    return ((head.cx, head.bottom), (head.cx, high), (aside, high), (aside, low), (foot.cx, low), (foot.cx, foot.y))
