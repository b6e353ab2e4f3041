"""The lower half of the topology: where it runs. Machines as equal frames in a grid, Pods as equal boxes inside.

Between the columns of Pods run gutters for lines: in one the lines of owners, in the next those of traffic, so that
every Pod has an owner's gutter on one side and a traffic gutter on the other, and no line needs to cross a box.

Pods that no node was chosen for yet wait in a frame of their own, the tray. It takes what room the grid leaves in its
last row, or a row of its own.
"""

from collections.abc import Iterator, Mapping, Sequence

import attrs

from kubelab.views.census import NOWHERE
from kubelab.views.scene import Box

POD_W, POD_H = 160, 39
STEP = 47
"""From one row of Pods to the next."""

HEAD = 42
"""The part of a frame above its Pods: name and load of the machine."""

FOOT = 9
LANE = 5
"""Between two lines side by side."""

BETWEEN = 16
"""Between two frames."""

BUS = 34
"""About how much room the lines above a row of frames take."""

FEW = 6
"""So few machines get frames with room for some Pods, even if they hold none."""

IDEAL_W, IDEAL_H = 1000.0, 820.0
"""What a picture should fit into."""

Gutter = tuple[str, float]
"""Whose lines run in a gutter (``owner`` or ``traffic``), and how wide it is."""


@attrs.frozen
class Bay:
    """The inside of a frame.

    Attributes:
        rows: how many rows of Pods there is room for.
        gutters: the gutters from the left to the right, one more than there are columns of Pods.
        width: how wide the frame is.
    """

    rows: int
    gutters: tuple[Gutter, ...]
    width: float

    @property
    def columns(self) -> int:
        """How many columns of Pods there are."""
        return len(self.gutters) - 1

    @property
    def height(self) -> float:
        """How high the frame is."""
        return HEAD + self.rows * STEP - (STEP - POD_H) + FOOT

    @property
    def seats(self) -> int:
        """How many Pods there is room for."""
        return self.rows * self.columns

    def column_left(self, column: int) -> float:
        """Where a column of Pods begins, from the frame's left edge."""
        return sum(width for _, width in self.gutters[: column + 1]) + column * POD_W

    def gutter_left(self, gutter: int) -> float:
        """Where a gutter begins, from the frame's left edge."""
        return sum(width for _, width in self.gutters[:gutter]) + gutter * POD_W

    def gutter_for(self, column: int, whose: str) -> int:
        """The gutter by which lines of `whose` reach a column: the one at its left, or the one at its right."""
        return column if self.gutters[column][0] == whose else column + 1


@attrs.frozen
class Shape:
    """How the frames are laid out.

    Attributes:
        across: how many machines stand side by side.
        bays: the inside of each row of machines.
        tray: the inside of the tray, or None where there is none.
        tray_row: the row of frames in which the tray is.
        tray_at: how many frames stand before it in its row.
    """

    across: int
    bays: tuple[Bay, ...]
    tray: Bay | None = None
    tray_row: int = 0
    tray_at: int = 0

    @property
    def rows(self) -> int:
        """How many rows of frames there are."""
        return max(len(self.bays), self.tray_row + 1 if self.tray is not None else 0)

    @property
    def width(self) -> float:
        """How wide all frames are together."""
        if not self.bays:
            return self.tray.width if self.tray is not None else 0
        return self.across * (self.bays[0].width + BETWEEN) - BETWEEN

    def height(self, row: int) -> float:
        """How high the frames of a row are."""
        if row < len(self.bays):
            return self.bays[row].height
        return self.tray.height if self.tray is not None else 0


def gutter_widths(owners: int, services: int) -> tuple[Gutter, Gutter]:
    """The gutters for so many owners' lines side by side, and for those of so many Services."""
    return (
        ("owner", 14.0 + LANE * min(max(owners - 1, 0), 8)),
        ("traffic", 20.0 + LANE * min(max(services - 1, 0), 8)),
    )


def candidates(sizes: Sequence[int], waiting: int, gutters: tuple[Gutter, Gutter]) -> Iterator[Shape]:
    """All sensible shapes for machines with so many seats, and for so many Pods that wait at once."""
    most = max(sizes, default=1)
    owner, traffic = gutters
    for columns in (1, 2, 4, 6):
        if columns > 1 and columns > most:
            continue
        lanes = (owner, traffic) if columns == 1 else tuple(owner if n % 2 else traffic for n in range(columns + 1))
        width = columns * POD_W + sum(wide for _, wide in lanes)
        least = 1 if len(sizes) > FEW else 3 if columns == 1 else 2
        for across in range(1, min(len(sizes) + (1 if waiting else 0), 8) + 1):
            if not sizes:
                break
            rows = [
                max(least, *(-(-size // columns) for size in sizes[n : n + across]))
                for n in range(0, len(sizes), across)
            ]
            bays = tuple(Bay(high, lanes, width) for high in rows)
            yield _with_tray(Shape(across, bays), len(sizes), waiting, owner)
    if not sizes:
        yield _with_tray(Shape(3, ()), 0, max(waiting, 1), owner)


def _with_tray(shape: Shape, machines: int, waiting: int, owner: Gutter) -> Shape:
    if not waiting:
        return shape
    gutter = ("owner", min(owner[1], 30.0))
    each = POD_W + gutter[1]
    free = shape.across * len(shape.bays) - machines
    cell = shape.bays[0].width + BETWEEN if shape.bays else each + BETWEEN
    cells = free or shape.across
    width = cells * cell - BETWEEN
    columns = max(int((width - 10) // each), 1)
    rows = shape.bays[-1].rows if free and shape.bays else min(-(-waiting // columns), 2)
    gutters = (*[gutter] * columns, ("owner", max(width - columns * each, 10.0)))
    row = len(shape.bays) - 1 if free and shape.bays else len(shape.bays)
    tray = Bay(rows, gutters, max(width, columns * each + 10))
    return attrs.evolve(shape, tray=tray, tray_row=row, tray_at=shape.across - cells)


def choose(sizes: Sequence[int], waiting: int, gutters: tuple[Gutter, Gutter], above: float, narrowest: float) -> Shape:
    """The shape for which the picture must be made smaller the least to fit a page.

    Args:
        sizes: how many seats each machine needs.
        waiting: how many Pods wait for a node at once.
        gutters: the gutters for owners' lines and for traffic.
        above: how high the picture is above the machines.
        narrowest: how wide the picture is at least.
    """

    def cost(shape: Shape) -> tuple[float, int, float]:
        high = above + sum(shape.height(n) + BUS for n in range(shape.rows))
        wide = max(shape.width, narrowest)
        hidden = shape.tray is not None and waiting > shape.tray.seats
        scale = max(wide / IDEAL_W, 1.1) * max(high / IDEAL_H, 1)
        return round(scale + (0.05 if hidden else 0), 2), shape.rows, wide * high

    return min(candidates(sizes, waiting, gutters), key=cost)


@attrs.define
class Floor:
    """Where the machines and the Pods are.

    Attributes:
        frames: the frame of each bay, by the bay's name.
        inside: the inside of each bay.
        boxes: the box of each element that has a seat.
        row: in which row of frames each bay is.
        column: in which column of its bay each element is.
    """

    frames: dict[str, Box] = attrs.field(factory=dict)
    inside: dict[str, Bay] = attrs.field(factory=dict)
    boxes: dict[str, Box] = attrs.field(factory=dict)
    row: dict[str, int] = attrs.field(factory=dict)
    column: dict[str, int] = attrs.field(factory=dict)

    @property
    def right(self) -> float:
        """Where the frames end."""
        return max((frame.right for frame in self.frames.values()), default=0)

    def place(
        self,
        shape: Shape,
        names: Mapping[str, str],
        seats: Mapping[str, tuple[str, int]],
        left: float,
        tops: Sequence[float],
    ) -> None:
        """Put frames and boxes at their places.

        Args:
            shape: how the frames are laid out.
            names: the id of the frame of each machine's bay, in order.
            seats: the bay and the slot of each element.
            left: where the first frame begins.
            tops: the upper edge of each row of frames.
        """
        for n, (bay, element) in enumerate(names.items()):
            row, across = divmod(n, shape.across)
            self._frame(bay, element, shape.bays[row], row, across, left, tops)
        if shape.tray is not None:
            step = shape.bays[0].width + BETWEEN if shape.bays else 0.0
            self._frame(NOWHERE, "tray", shape.tray, shape.tray_row, shape.tray_at, left, tops, step)
        for element, (bay, slot) in seats.items():
            frame, inside = self.frames[bay], self.inside[bay]
            down, column = divmod(slot, inside.columns)
            x, y = frame.x + inside.column_left(column), frame.y + HEAD + down * STEP
            self.boxes[element] = Box(element, "pod", x, y, POD_W, POD_H)
            self.column[element] = column

    def _frame(
        self,
        bay: str,
        element: str,
        inside: Bay,
        row: int,
        across: int,
        left: float,
        tops: Sequence[float],
        step: float = 0,
    ) -> None:
        x = left + across * (step or inside.width + BETWEEN)
        inset = inside.gutters[0][1] + 1
        self.frames[bay] = Box(element, "machine", x, tops[row], inside.width, inside.height, inset, POD_W)
        self.inside[bay] = inside
        self.row[bay] = row
