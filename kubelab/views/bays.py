"""The lower half of the topology: where it runs. Machines as equal frames in a grid, Pods as equal boxes inside.

Between the columns of Pods run gutters for lines: in one the lines of owners, in the next those of traffic, so that every Pod
has an owner's gutter on one side and a traffic gutter on the other, and no line needs to cross a box.
"""

from collections.abc import Iterator, Mapping, Sequence

import attrs

from kubelab.views.scene import Box

POD_W, POD_H = 148, 39
STEP = 47
"""From one row of Pods to the next."""

HEAD = 42
"""The part of a frame above its Pods: name and load of the machine."""

FOOT = 8
LANE = 5
"""Between two lines side by side."""

BETWEEN = 16
"""Between two frames."""

IDEAL_W, IDEAL_H = 1000.0, 620.0
"""What a picture should fit into."""


@attrs.frozen
class Shape:
    """How the machines are laid out.

    Attributes:
        across: how many frames stand side by side.
        columns: how many columns of Pods each frame has: 1 or an even number.
        rows: for each row of frames, how many rows of Pods they have.
        owner_gutter: how wide a gutter for owners' lines is.
        traffic_gutter: how wide a gutter for traffic is.
    """

    across: int
    columns: int
    rows: tuple[int, ...]
    owner_gutter: float
    traffic_gutter: float

    @property
    def gutters(self) -> tuple[tuple[str, float], ...]:
        """The gutters from the left to the right: whose lines run there, and how wide it is."""
        owner, traffic = ("owner", self.owner_gutter), ("traffic", self.traffic_gutter)
        if self.columns == 1:
            return (owner, traffic)
        return tuple(traffic if n % 2 == 0 else owner for n in range(self.columns + 1))

    @property
    def bay_width(self) -> float:
        """How wide a frame is."""
        return self.columns * POD_W + sum(width for _, width in self.gutters)

    @property
    def width(self) -> float:
        """How wide all frames are together."""
        return self.across * (self.bay_width + BETWEEN) - BETWEEN

    def bay_height(self, row: int) -> float:
        """How high the frames of a row are."""
        return HEAD + self.rows[row] * STEP - (STEP - POD_H) + FOOT

    def gutter_lines(self, column: int) -> tuple[int, int]:
        """The gutters at the left and at the right of a column of Pods."""
        return column, column + 1


def gutter_widths(owners: int, services: int) -> tuple[float, float]:
    """How wide the gutters must be for so many lines side by side."""
    return 14 + LANE * min(max(owners - 1, 0), 8), 20 + LANE * min(max(services - 1, 0), 8)


def candidates(sizes: Sequence[int], gutters: tuple[float, float]) -> Iterator[Shape]:
    """All sensible shapes for bays with so many seats."""
    most = max(sizes, default=1)
    for columns in (1, 2, 4, 6):
        if columns > 1 and columns > most:
            continue
        for across in range(1, min(len(sizes), 8) + 1):
            rows = tuple(
                max(2 if columns == 1 else 1, *(-(-size // columns) for size in sizes[n : n + across]))
                for n in range(0, len(sizes), across)
            )
            yield Shape(across, columns, rows, *gutters)


def choose(sizes: Sequence[int], gutters: tuple[float, float], above: float, narrowest: float) -> Shape:
    """The shape for which the picture must be made smaller the least to fit a page.

    Args:
        sizes: how many seats each bay has.
        gutters: how wide the gutters are.
        above: how high the picture is above the machines.
        narrowest: how wide the picture is at least.
    """

    def cost(shape: Shape) -> tuple[float, float, int]:
        high = above + sum(shape.bay_height(n) + 44 for n in range(len(shape.rows)))
        wide = max(shape.width, narrowest)
        empty = shape.across * len(shape.rows) - len(sizes)
        return round(max(wide / IDEAL_W, high / IDEAL_H, 0.8), 2), wide * high * (1 + 0.15 * empty), shape.columns

    return min(candidates(sizes, gutters), key=cost)


@attrs.define
class Floor:
    """Where the machines and the Pods are.

    Attributes:
        frames: the frame of each bay, by the bay.
        boxes: the box of each element that has a seat.
        row: in which row of frames each bay is.
        column: in which column of its bay each element is.
        tops: the upper edge of each row of frames.
    """

    frames: dict[str, Box] = attrs.field(factory=dict)
    boxes: dict[str, Box] = attrs.field(factory=dict)
    row: dict[str, int] = attrs.field(factory=dict)
    column: dict[str, int] = attrs.field(factory=dict)
    tops: list[float] = attrs.field(factory=list)

    def place(
        self,
        shape: Shape,
        names: Sequence[tuple[str, str]],
        seats: Mapping[str, tuple[str, int]],
        left: float,
        tops: Sequence[float],
    ) -> None:
        """Put frames and boxes at their places.

        Args:
            shape: how the machines are laid out.
            names: each bay and the id of its frame, in order.
            seats: the bay and the slot of each element.
            left: where the first frame begins.
            tops: the upper edge of each row of frames.
        """
        self.tops = list(tops)
        first = shape.gutters[0][1]
        for n, (bay, element) in enumerate(names):
            row, across = divmod(n, shape.across)
            x = left + across * (shape.bay_width + BETWEEN)
            height = shape.bay_height(row)
            self.frames[bay] = Box(element, "machine", x, tops[row], shape.bay_width, height, first + 1, POD_W)
            self.row[bay] = row
        starts = _column_starts(shape)
        for element, (bay, slot) in seats.items():
            frame = self.frames[bay]
            down, column = divmod(slot, shape.columns)
            x, y = frame.x + starts[column], frame.y + HEAD + down * STEP
            self.boxes[element] = Box(element, "pod", x, y, POD_W, POD_H)
            self.column[element] = column

    def gutter(self, shape: Shape, element: str, bay: str, whose: str) -> tuple[int, bool]:
        """The gutter by which lines of `whose` reach an element, and whether it is at its left."""
        column = self.column[element]
        left, right = shape.gutter_lines(column)
        return (left, True) if shape.gutters[left][0] == whose else (right, False)


def _column_starts(shape: Shape) -> list[float]:
    starts = []
    x = 0.0
    for n in range(shape.columns):
        x += shape.gutters[n][1]
        starts.append(x)
        x += POD_W
    return starts


def gutter_left(shape: Shape, frame: Box, gutter: int) -> float:
    """Where a gutter of a frame begins."""
    return frame.x + sum(width for _, width in shape.gutters[:gutter]) + gutter * POD_W
