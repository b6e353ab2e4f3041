"""A run as a moving picture: an SVG that plays by itself, or a film strip as a page.

cluster.film().save("run.svg")
cluster.film("owners").save("run.html")
"""

import re
from collections.abc import Sequence
from pathlib import Path

from kubelab import render
from kubelab.errors import UsageError
from kubelab.film_strip import page, strip
from kubelab.render.animated import Still, animated
from kubelab.sim.timeline import Timeline
from kubelab.views import film
from kubelab.views.film import clock, sentence_at
from kubelab.views.moments import moments

MOST_FRAMES = 40
"""How many frames a moving picture has."""

SECONDS = 1.0
"""How long one frame is shown."""

FIRST, LAST = 1.5, 4.0
"""How long the first frame is shown, and the last one."""


class MovingPicture:
    """A view over a stretch of a timeline, as something that moves."""

    def __init__(self, timeline: Timeline, view: str, first: int = 0, last: int | None = None) -> None:
        """Take a stretch of a timeline.

        Raises:
            UsageError: there is no such view or step.
        """
        self._timeline = timeline
        self._film = film(timeline, view, first, last)

    def __repr__(self) -> str:
        return f"<MovingPicture: {self._film.view}, steps {self._film.first} to {self._film.last}>"

    @property
    def frames(self) -> Sequence[int]:
        """The steps that are shown: the first one, and those at which something is seen to change."""
        return (self._film.first, *moments(self._film, MOST_FRAMES - 1))

    def svg(self, seconds: float = SECONDS) -> str:
        """The moving picture as one SVG, without a script.

        Args:
            seconds: how long each frame is shown; the first and the last one longer.

        Raises:
            RenderError: there is no Graphviz on this machine.
        """
        shown, timeline = self._film, self._timeline
        chosen = self.frames
        stills = []
        for place, index in enumerate(chosen):
            lasts = seconds * (FIRST if place == 0 else LAST if place == len(chosen) - 1 else 1)
            picture = shown.picture(index)
            when = f"step {index} · {clock(timeline, index)}"
            stills.append(Still(render.svg(picture.dot), when, sentence_at(timeline, index), lasts))
        title = f"Steps {shown.first} to {shown.last}, as a moving picture"
        order = re.findall(r'<g id="([^"]+)"', shown.svg())
        return animated(stills, order, title, shown.picture(chosen[-1]).description)

    def html(self) -> str:
        """The run as a page: the last picture, every step as a sentence, the moments at which most changed."""
        shown = self._film
        body = strip(self._timeline, shown, shown.last)
        return page(f"{shown.view}, steps {shown.first} to {shown.last}", body)

    def save(self, path: str | Path) -> Path:
        """Write it to a file whose suffix says how: .svg or .html.

        Raises:
            UsageError: another suffix.
            RenderError: there is no Graphviz on this machine.
        """
        target = Path(path)
        makers = {".svg": self.svg, ".html": self.html}
        if target.suffix not in makers:
            known = ", ".join(makers)
            raise UsageError(f"a moving picture is saved as one of {known}, not as {target.suffix or target.name!r}")
        target.write_text(makers[target.suffix](), encoding="utf-8")
        return target

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        import base64

        data = {"text/plain": repr(self)}
        try:
            image = base64.b64encode(self.svg().encode()).decode()
        except render.RenderError:
            return data
        return {**data, "text/html": f'<img alt="{self!r}" src="data:image/svg+xml;base64,{image}">'}
