"""A film as the front end gets it: one drawing, and for each step what its elements look like and say.

The drawing is sent once. Steps go as lists of numbers into one table of marks, since from one step to the next almost
everything stays as it is.
"""

import re
from collections.abc import Sequence
from typing import Any

from kubelab.render import RenderError
from kubelab.sim.timeline import Timeline
from kubelab.views import Film, FilmFrame
from kubelab.views.film import clock
from kubelab.views.network import WalkFilm
from kubelab.views.scene import Scene

_STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)

Payload = dict[str, Any]


class Reel:
    """A film, made ready to be sent.

    Attributes:
        film: the film, of a timeline or of a walk.
        version: the number of the drawing; films with the same drawing have the same number.
    """

    def __init__(self, film: Film | WalkFilm, timeline: Timeline | None = None, opened: tuple[str, ...] = ()) -> None:
        self.film = film
        self.version = 0
        self._timeline = timeline
        self._opened = opened
        self.as_text = False
        self._frames: dict[tuple[int, int], FilmFrame] = {}

    @property
    def scene(self) -> Scene:
        """Where everything is."""
        return self.film.scene

    def belongs_to(self, timeline: Timeline, view: str, opened: Sequence[str], index: int) -> bool:
        """Whether it is the film of this timeline and view, and goes up to this step."""
        film = self.film
        return (
            timeline is self._timeline
            and film.view == view
            and tuple(opened) == self._opened
            and film.first <= index <= film.last
        )

    def drawing(self) -> Payload:
        """The drawing itself: its SVG, what its elements stand for, and which of them can be opened.

        Where nothing can lay it out, it has no SVG, and every frame carries its text instead.
        """
        try:
            svg = _STYLE.sub("", self.film.svg())
        except RenderError as error:
            self.as_text = True
            return {"version": self.version, "view": self.film.view, "svg": "", "missing": str(error)}
        return {
            "version": self.version,
            "view": self.film.view,
            "svg": svg,
            "keys": {element: str(key) for element, key in sorted(self.film.keys.items())},
            "parts": list(self.film.parts),
            "steps": list(self.film.markers),
        }

    def _frame(self, index: int, since: int) -> FilmFrame:
        found = self._frames.get((index, since))
        if found is None:
            found = self._frames[index, since] = self.film.frame(index, since)
        return found

    def _time(self, index: int) -> str:
        return "" if self._timeline is None else clock(self._timeline, index)

    def frame(self, index: int, since: int) -> Payload:
        """The frame of one step, whole; what changed after step `since` stands out in it."""
        shown = self._frame(index, since)
        made: Payload = {
            "version": self.version,
            "index": index,
            "since": since,
            "time": self._time(index),
            "title": shown.title,
            "sentence": shown.sentence,
            "description": shown.description,
            "marks": [[element, mark.classes, *mark.texts] for element, mark in sorted(shown.states.items())],
        }
        if self.as_text:
            made["text"] = self.film.picture(index, since).text
        return made

    def window(self, first: int, last: int) -> Payload:
        """The frames of a stretch, each with what changed in its own step, for a front end that goes ahead."""
        first, last = max(first, self.film.first), min(last, self.film.last)
        table: dict[tuple[str, ...], int] = {}
        steps = []
        for index in range(first, last + 1) if not self.as_text else ():
            shown = self._frame(index, max(index - 1, 0))
            marks = sorted(shown.states.items())
            numbers = [table.setdefault((element, mark.classes, *mark.texts), len(table)) for element, mark in marks]
            steps.append([index, self._time(index), shown.title, shown.sentence, shown.description, numbers])
        return {"version": self.version, "first": first, "last": last, "table": list(map(list, table)), "steps": steps}
