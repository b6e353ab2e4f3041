"""A picture before it is DOT: boxes and lines at places of their own, and what each of them says at one moment.

A `Scene` holds what never changes (who is drawn where); a `Mark` holds what does (how an element looks and what it
says). A film has one scene and, for each frame, a mark for every element that is there.

Lengths are pixels; x grows to the right, y downwards.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import NamedTuple

import attrs

from kubelab.views.measure import cut, shorten


@attrs.frozen
class Line:
    """One line of text in a box.

    Attributes:
        role: what it is, which is its CSS class: ``glyph``, ``name``, ``kind``, ``state``, ``quiet``.
        size: font size in pixels, never under ten.
        bold: whether it is bold.
        height: the height of its row.
        room: for a text beside another one in the same row: its width; 0 for the rest of the row.
    """

    role: str
    size: float
    bold: bool
    height: float
    room: float = 0


@attrs.frozen
class Form:
    """How the text of a box is arranged: rows of lines, from the top.

    Attributes:
        name: the name, which is also a class of the element.
        rows: the lines of each row.
        top: free space above the first row.
        side: free space at the left and at the right.
        radius: how round the corners are.
        centred: its only line stands in the middle.
    """

    name: str
    rows: tuple[tuple[Line, ...], ...] = ()
    top: float = 0
    side: float = 10
    radius: float = 7
    centred: bool = False

    @property
    def lines(self) -> tuple[Line, ...]:
        """All lines, in the order of their text elements."""
        return tuple(line for row in self.rows for line in row)


def _line(role: str, size: float, height: float, bold: bool = False, room: float = 0) -> Line:
    return Line(role, size, bold, height, room)


_GLYPH = _line("glyph", 12, 17, room=18)

FORMS: dict[str, Form] = {
    form.name: form
    for form in (
        Form("canvas", radius=0),
        Form("zone", ((_line("quiet", 10.5, 15),),), top=3, side=8, radius=9),
        Form(
            "machine",
            ((_line("name", 11.5, 16, bold=True),), (_line("state", 10, 14),)),
            top=6,
            side=0,
            radius=10,
        ),
        Form(
            "pod",
            ((_GLYPH, _line("name", 11.5, 17, bold=True)), (_line("glyph", 10, 14, room=18), _line("state", 10, 14))),
            top=4,
            side=7,
        ),
        Form(
            "object",
            ((_line("kind", 10, 13),), (_line("name", 12.5, 17, bold=True),), (_line("quiet", 10, 14),)),
            top=4,
        ),
        Form(
            "actor",
            ((_line("name", 11.5, 17, bold=True),), (_line("quiet", 10, 14),)),
            top=5,
        ),
        Form("hub", ((_line("name", 12.5, 18, bold=True),), (_line("quiet", 10.5, 15),)), top=6, side=12, radius=9),
        Form(
            "card",
            (
                (_line("kind", 10, 16, room=64), _line("name", 12, 16, bold=True)),
                (_line("quiet", 10, 16, room=64), _line("body", 11.5, 16)),
                (_line("quiet", 10, 16, room=64), _line("body", 11.5, 16)),
            ),
            top=6,
            side=12,
        ),
        Form("caption", ((_line("quiet", 10.5, 16),),), top=2, side=2, radius=0),
        Form("lane", ((_line("name", 11, 18, bold=True),),), top=3, side=8, radius=5),
        Form("tick", ((_line("glyph", 11, 17),),), top=1, side=0, radius=4, centred=True),
        Form("number", ((_line("quiet", 10, 14),),), top=1, side=0, radius=0, centred=True),
        Form("stripe", radius=0),
        Form("said", ((_line("body", 13.5, 19),), (_line("body", 13.5, 19),)), top=7, side=12, radius=0),
        Form("when", ((_line("quiet", 11.5, 19),),), top=7, side=8, radius=0),
        Form("row", ((_line("quiet", 10.5, 18, room=110), _line("body", 12, 18)),), side=2, radius=0),
    )
}
"""All forms, by name."""


@attrs.frozen
class Box:
    """Something drawn at a place: a frame, an object, a label.

    Attributes:
        id: the element's id, unique in the scene.
        form: how its text is arranged.
        x: its left edge.
        y: its upper edge.
        w: its width.
        h: its height.
        inset: how far its text stands from the left edge; less than nothing for what the form says.
        room: how wide its text may be; 0 for all there is.
    """

    id: str
    form: str
    x: float
    y: float
    w: float
    h: float
    inset: float = -1
    room: float = 0

    @property
    def cx(self) -> float:
        """The middle, from the left."""
        return self.x + self.w / 2

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.h

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.w

    @property
    def text_left(self) -> float:
        """How far the text stands from the left edge."""
        return FORMS[self.form].side if self.inset < 0 else self.inset

    @property
    def text_room(self) -> float:
        """How wide a row of text may be."""
        return self.room or self.w - self.text_left - FORMS[self.form].side

    def fitted(self, texts: Iterable[str]) -> tuple[str, ...]:
        """The texts of all its lines, each made short enough; names in the middle, sentences at their end."""
        return _fit(self.form, self.text_room, tuple(texts))


@cache
def _form_rooms(form: str, room: float) -> tuple[tuple[Line, float], ...]:
    found = []
    for row in FORMS[form].rows:
        taken = sum(line.room for line in row)
        found += [(line, line.room or room - taken) for line in row]
    return tuple(found)


def _fit(form: str, room: float, texts: tuple[str, ...]) -> tuple[str, ...]:
    short = []
    for (line, wide), text in zip(_form_rooms(form, room), texts, strict=False):
        make = shorten if line.role == "name" else cut
        short.append(make(text, wide, line.size, line.bold) if text else "")
    return tuple(short)


Point = tuple[float, float]


@attrs.frozen
class Link:
    """A line from one box to another.

    Attributes:
        id: the element's id, unique in the scene.
        tail: the id of the box it starts from.
        head: the id of the box it leads to.
        points: its corners, from the edge of the one to the edge of the other.
        arrow: whether there is room kept for an arrow at its end.
    """

    id: str
    tail: str
    head: str
    points: tuple[Point, ...]
    arrow: bool = False


@attrs.frozen
class Scene:
    """Everything that is drawn in a film, at its place.

    Attributes:
        view: the name of the view.
        width: the width of the picture.
        height: its height.
        boxes: the boxes, from the back to the front.
        links: the lines, which lie above all boxes and cross none of them but frames.
    """

    view: str
    width: float
    height: float
    boxes: tuple[Box, ...] = ()
    links: tuple[Link, ...] = ()

    @property
    def box(self) -> Mapping[str, Box]:
        """The boxes by their id."""
        return {box.id: box for box in self.boxes}


class Mark(NamedTuple):
    """How an element looks and what it says in one frame.

    Attributes:
        classes: its CSS classes, separated by blanks (the whole, so that it can be set as it is).
        texts: the tooltip, then the text of each line; of a line (a link) only the tooltip.
    """

    classes: str
    texts: tuple[str, ...] = ("",)


Marks = Mapping[str, Mark]
"""The marks of all elements that are there, by id."""
