"""A run, or a walk, as something that moves or is leafed through: an SVG or GIF that plays by itself, a page, a PDF.

cluster.film().save("run.svg")
cluster.film("owners").save("run.gif")
cluster.film(cluster.walk("web-1", "db")).save("walk.pdf")
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from kubelab import render
from kubelab.errors import UsageError
from kubelab.film_strip import page, strip, walk_strip
from kubelab.render.animated import Still, animated
from kubelab.sim.timeline import Timeline
from kubelab.views import Film
from kubelab.views.film import clock
from kubelab.views.moments import moments
from kubelab.views.network import WalkFilm

MOST_FRAMES = 40
"""How many frames a moving picture has."""

SECONDS = 1.0
"""How long one frame is shown."""

FIRST, LAST = 1.5, 4.0
"""How long the first frame is shown, and the last one."""

SUFFIXES = (".svg", ".gif", ".html", ".pdf")
"""The kinds of files it can be."""


class MovingPicture:
    """A view over a stretch of a timeline, or a walk, as something that moves."""

    def __init__(self, film: Film | WalkFilm, timeline: Timeline | None = None) -> None:
        """Take the film of a timeline, and that timeline; or the film of a walk."""
        self._timeline = timeline
        self._film = film

    def __repr__(self) -> str:
        return f"<MovingPicture: {self._named}>"

    @property
    def _named(self) -> str:
        film = self._film
        if isinstance(film, WalkFilm):
            return f"{film.walk.source} -> {film.walk.target}, {film.last} hops"
        return f"{film.view}, steps {film.first} to {film.last}"

    @property
    def frames(self) -> Sequence[int]:
        """The steps that are shown: the first one, and those at which something is seen to change."""
        return (self._film.first, *moments(self._film, MOST_FRAMES - 1))

    def _when(self, index: int) -> str:
        if self._timeline is None:
            return f"hop {index} of {self._film.last}"
        return f"step {index} · {clock(self._timeline, index)}"

    @staticmethod
    def _seconds(place: int, size: int, seconds: float) -> float:
        return seconds * (FIRST if place == 0 else LAST if place == size - 1 else 1)

    def svg(self, seconds: float = SECONDS) -> str:
        """The moving picture as one SVG, without a script.

        Args:
            seconds: how long each frame is shown; the first and the last one longer.

        Raises:
            RenderError: there is no Graphviz on this machine.
        """
        shown, chosen = self._film, self.frames
        stills = []
        for place, index in enumerate(chosen):
            picture = shown.picture(index)
            lasts = self._seconds(place, len(chosen), seconds)
            stills.append(Still(render.svg(picture.dot), self._when(index), picture.sentence, lasts))
        steps = f"Steps {shown.first} to {shown.last}" if self._timeline is not None else shown.frame(shown.last).title
        order = re.findall(r'<g id="([^"]+)"', shown.svg())
        return animated(stills, order, f"{steps}, as a moving picture", shown.picture(chosen[-1]).description)

    def _slides(self) -> Iterator[str]:
        """The frames as DOT, each with its sentence under it."""
        from kubelab.views.slide import slide

        shown, chosen = self._film, self.frames
        for place, index in enumerate(chosen, start=1):
            yield slide(shown.scene, shown.frame(index), self._when(index), place / len(chosen))

    def gif(self, seconds: float = SECONDS) -> bytes:
        """The moving picture as a GIF, for programs that show slides and do not play an SVG.

        Args:
            seconds: how long each frame is shown; the first and the last one longer.

        Raises:
            RenderError: there is no Graphviz on this machine, or no Pillow; the text says what to install.
        """
        from kubelab.render.bound import gif
        from kubelab.views.slide import size

        dots = list(self._slides())
        times = [self._seconds(place, len(dots), seconds) for place in range(len(dots))]
        return gif(dots, times, size(self._film.scene)[0])

    def pdf(self) -> bytes:
        """The run as a PDF: a page for each frame, then every step as a sentence.

        Raises:
            RenderError: there is no Graphviz on this machine, or no pypdf; the text says what to install.
        """
        from kubelab.render.bound import pdf
        from kubelab.views.slide import sentences, size

        shown = self._film
        outline = [f"{self._when(index)}: {shown.frame(index).sentence}" for index in self.frames]
        rows = [(self._when(index), shown.frame(index).sentence) for index in range(shown.first, shown.last + 1)]
        told = sentences(f"Every step: {self._named}", rows, *size(shown.scene))
        return pdf([*self._slides(), *told], self._named, outline)

    def html(self) -> str:
        """The run as a page: the last picture, every step as a sentence, the moments at which most changed."""
        shown = self._film
        if isinstance(shown, WalkFilm):
            return page(self._named, walk_strip(shown))
        assert self._timeline is not None
        return page(self._named, strip(self._timeline, shown, shown.last))

    def save(self, path: str | Path) -> Path:
        """Write it to a file whose suffix says how: .svg, .gif, .html or .pdf.

        Raises:
            UsageError: another suffix.
            RenderError: there is no Graphviz on this machine, or what a .gif or .pdf needs is not installed.
        """
        target = Path(path)
        makers: dict[str, Any] = {
            ".svg": lambda: self.svg().encode(),
            ".gif": self.gif,
            ".html": lambda: self.html().encode(),
            ".pdf": self.pdf,
        }
        if target.suffix not in makers:
            known = ", ".join(makers)
            raise UsageError(f"a moving picture is saved as one of {known}, not as {target.suffix or target.name!r}")
        target.write_bytes(makers[target.suffix]())
        return target

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        import base64

        data = {"text/plain": repr(self)}
        try:
            image = base64.b64encode(self.svg().encode()).decode()
        except render.RenderError:
            return data
        alt = repr(self).replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
        return {**data, "text/html": f'<img alt="{alt}" src="data:image/svg+xml;base64,{image}">'}
