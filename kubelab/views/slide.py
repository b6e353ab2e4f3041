"""A frame with its sentence under it, as DOT: for what is one image and has nothing around it, a slide or a page.

Under the picture is the share of the run that has gone by, then what this step did, and when.
"""

from collections.abc import Iterator, Sequence

import attrs

from kubelab.views import dot
from kubelab.views.film import FilmFrame
from kubelab.views.measure import wrap
from kubelab.views.scene import FORMS, Box, Mark, Scene

NARROWEST = 720.0
"""How wide a slide is at least; a sentence needs room."""

BAND = 72.0
"""How high what stands under the picture is."""

EDGE = 12.0
"""What is left free at the left and at the right."""

ROOM_FOR_TIME = 124.0
"""How wide the place for the step and the time is."""

MOST_LINES = 40
"""On how many lines a sentence may stand where it is told whole."""

PAGE = 44.0
"""How high the title of a page of sentences is, and what is left free under them."""


def slide(scene: Scene, frame: FilmFrame, when: str, share: float) -> str:
    """One frame as a slide.

    Args:
        scene: the scene of the film; all of its slides are of one size.
        frame: the frame.
        when: the step and the time.
        share: how much of the run has gone by, from 0 to 1.
    """
    wide = max(scene.width, NARROWEST)
    top = scene.height
    way = wide - 2 * EDGE
    said = Box("slide/said", "said", EDGE, top + 14, wide - ROOM_FOR_TIME - 2 * EDGE, BAND - 20)
    boxes = (
        Box("slide/way", "stripe", EDGE, top + 3, way, 1),
        Box("slide/gone-by", "stripe", EDGE, top + 3, max(way * share, 1), 1),
        said,
        Box("slide/when", "when", said.right, top + 14, ROOM_FOR_TIME, BAND - 20),
    )
    marks = {
        **frame.states,
        "slide/way": Mark("stripe box frame"),
        "slide/gone-by": Mark("stripe box hub"),
        "slide/said": Mark("said box cursor", ("", *_lines(frame.sentence, said.text_room))),
        "slide/when": Mark("when box cursor", ("", when)),
    }
    whole = attrs.evolve(scene, width=wide, height=top + BAND, boxes=(*scene.boxes, *boxes))
    return dot.write(whole, marks, frame.title, frame.description)


def _lines(sentence: str, room: float) -> tuple[str, ...]:
    """A sentence on the lines there are; what is too long is cut at its end."""
    rows = FORMS["said"].lines
    return wrap(sentence, room, rows[0].size, len(rows))


def size(scene: Scene) -> tuple[float, float]:
    """How wide and how high the slides of a scene are, in pixels."""
    return max(scene.width, NARROWEST), scene.height + BAND


def sentences(title: str, rows: Sequence[tuple[str, str]], wide: float, high: float) -> Iterator[str]:
    """Pages of sentences, each with what stands before it (its number and time), all of them whole.

    Args:
        title: what stands over each page.
        rows: what stands before each sentence, and the sentence.
        wide: the width of a page, in pixels.
        high: the height of a page, in pixels.
    """
    form = FORMS["row"]
    line = form.lines[-1]
    room = wide - 2 * EDGE - 2 * form.side - form.lines[0].room
    lines = [
        (lead if place == 0 else "", text)
        for lead, sentence in rows
        for place, text in enumerate(_whole(sentence, room, line.size))
    ]
    each = max(int((high - 2 * PAGE) / line.height), 1)
    for begin in range(0, len(lines), each):
        boxes = [Box("title", "caption", EDGE, EDGE, wide - 2 * EDGE, 20)]
        marks = {"title": Mark("caption", ("", title))}
        for place, texts in enumerate(lines[begin : begin + each]):
            boxes.append(Box(f"row/{place}", "row", EDGE, PAGE + place * line.height, wide - 2 * EDGE, line.height))
            marks[f"row/{place}"] = Mark("row", ("", *texts))
        yield dot.write(Scene("sentences", wide, high, tuple(boxes)), marks, title, title)


def _whole(sentence: str, room: float, points: float) -> list[str]:
    """A sentence on as many lines as it needs."""
    return [line for line in wrap(sentence, room, points, MOST_LINES) if line]
