"""The upper half of the topology: what was asked for. Namespaces as frames, in them workloads, Services, Ingresses.

Everything stands in a grid of equal columns, so that between two columns there is always a free lane for lines.
Families stay together: a Deployment above its ReplicaSets, an Ingress above its Services.
"""

from collections.abc import Sequence

import attrs

from kubelab.views.scene import Box

BOX_W, BOX_H = 154, 54
PITCH = 182
"""From the left edge of a column to that of the next."""

GAP = 24
"""Between two rows."""

LABEL = 22
"""Above the first row of a namespace's frame."""

EDGE = 8
"""Between a namespace's frame and the boxes in it."""


@attrs.frozen
class Family:
    """Objects that stand together.

    Attributes:
        columns: in each column the id of the object in the upper row and of the one in the lower row, who deals with
            Pods; "" where there is none.
    """

    columns: tuple[tuple[str, str], ...]

    @property
    def width(self) -> int:
        """How many columns it takes."""
        return len(self.columns)

    @property
    def headed(self) -> bool:
        """Whether anything stands in its upper row."""
        return any(head for head, _ in self.columns)


@attrs.define
class Grid:
    """Where the objects of the upper half are.

    Attributes:
        boxes: the boxes of the objects, by id.
        zones: the frames of the namespaces.
        row: the row of each object, counted from above.
        tops: the upper edge of each row.
        columns: how many columns there are.
        bottom: where the last row (or frame) ends.
        busy: for each row: how many lines leave it sideways.
    """

    boxes: dict[str, Box] = attrs.field(factory=dict)
    zones: list[Box] = attrs.field(factory=list)
    row: dict[str, int] = attrs.field(factory=dict)
    tops: list[float] = attrs.field(factory=list)
    columns: int = 0
    bottom: float = 0


@attrs.define
class _Shelf:
    """A strip of the grid: parts side by side, each some rows of cells high."""

    used: int = 0
    rows: int = 0
    cells: list[tuple[int, int, str]] = attrs.field(factory=list)
    frames: list[tuple[str, int, int, int]] = attrs.field(factory=list)


def arrange(spaces: Sequence[tuple[str, Sequence[Family]]], columns: int, left: float, top: float) -> Grid:
    """Put the families of some namespaces into a grid.

    Args:
        spaces: each namespace with its families, in order; "" for one that gets no frame.
        columns: how many columns there may be.
        left: where the first column begins.
        top: where the first row may begin.
    """
    shelves: list[_Shelf] = [_Shelf()]
    for name, families in spaces:
        cells, wide, high = _flow(families, columns)
        shelf = shelves[-1]
        if shelf.used and shelf.used + wide > columns:
            shelf = _Shelf()
            shelves.append(shelf)
        shelf.cells += [(row, column + shelf.used, element) for row, column, element in cells]
        if name:
            shelf.frames.append((name, shelf.used, max(wide, 1), max(high, 1)))
        shelf.used += max(wide, 1)
        shelf.rows = max(shelf.rows, high, 1 if name else 0)
    return _place(shelves, left, top)


def _flow(families: Sequence[Family], columns: int) -> tuple[list[tuple[int, int, str]], int, int]:
    """The cells (row, column, id) of the families of one namespace, and how wide and high they are."""
    cells: list[tuple[int, int, str]] = []
    row = wide = 0
    for band in _bands(families, columns):
        heads = 1 if any(family.headed for family in band) else 0
        start = deep = 0
        for family in band:
            room = min(family.width, columns)
            for n, (head, foot) in enumerate(family.columns):
                # A family that is wider than the grid goes on below; its heads stay above.
                down, across = divmod(n, room)
                cells += [(row + down, start + across, head)] if head else []
                cells += [(row + heads + down, start + across, foot)] if foot else []
                deep = max(deep, down + heads + 1 if foot else down + 1)
            start += room
        wide = max(wide, start)
        row += deep
    return cells, wide, row


def _bands(families: Sequence[Family], columns: int) -> list[list[Family]]:
    """The families in strips of about the same width."""
    total = sum(min(family.width, columns) for family in families)
    strips = -(-total // columns)
    goal = -(-total // strips) if strips else columns
    bands: list[list[Family]] = []
    used = 0
    for family in families:
        room = min(family.width, columns)
        if not bands or used + room > columns or used >= goal:
            bands.append([])
            used = 0
        bands[-1].append(family)
        used += room
    return bands


def _place(shelves: list[_Shelf], left: float, top: float) -> Grid:
    grid = Grid()
    y = top
    for shelf in shelves:
        framed = bool(shelf.frames)
        begin = y
        y += LABEL if framed else 0
        first = len(grid.tops)
        for _ in range(shelf.rows):
            grid.tops.append(y)
            y += BOX_H + GAP
        y -= GAP if shelf.rows else 0
        for row, column, element in shelf.cells:
            x = left + column * PITCH
            grid.boxes[element] = Box(element, "object", x, grid.tops[first + row], BOX_W, BOX_H)
            grid.row[element] = first + row
        for name, column, wide, high in shelf.frames:
            x = left + column * PITCH - EDGE
            tall = LABEL + (high - 1) * (BOX_H + GAP) + BOX_H + EDGE
            width = wide * PITCH - (PITCH - BOX_W) + 2 * EDGE
            grid.zones.append(Box(name, "zone", x, begin, width, tall, 8, BOX_W - 8))
        y += EDGE if framed else 0
        grid.bottom = y
        grid.columns = max(grid.columns, shelf.used)
        y += GAP
    return grid
