"""Showing a run: as a picture, as a moving picture, as a list of its steps. The part of the façade that draws.

cluster.draw("owners").save("owners.svg")
cluster.film().save("run.svg")
cluster.film(cluster.walk("web-1", "db")).save("walk.gif")
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kubelab.sim.timeline import Timeline

if TYPE_CHECKING:
    from kubelab.moving_picture import MovingPicture
    from kubelab.network.trail import Walk
    from kubelab.picture import Picture


class Showing(ABC):
    """A cluster whose run can be shown."""

    @property
    @abstractmethod
    def timeline(self) -> Timeline:
        """The timeline of the present branch."""

    def draw(self, view: "str | Walk" = "topology", at: int | None = None, open: Sequence[str] = ()) -> "Picture":
        """A picture of one view at a step (the cursor), or of a walk (after so many hops; the whole of it).

        Raises:
            UsageError: there is no such view or step.
        """
        from kubelab.picture import Picture
        from kubelab.views import frame, network

        if not isinstance(view, str):
            return Picture(network.frame(view, at))
        return Picture(frame(self.timeline, view, at, open=tuple(open)))

    def film(self, view: "str | Walk" = "topology", first: int = 0, last: int | None = None) -> "MovingPicture":
        """A view over steps of the present branch, or a walk, as a moving picture, to be saved as .svg, .gif or .pdf.

        Raises:
            UsageError: there is no such view or step.
        """
        from kubelab.moving_picture import MovingPicture
        from kubelab.views import film
        from kubelab.views.network import WalkFilm

        if not isinstance(view, str):
            return MovingPicture(WalkFilm(view))
        return MovingPicture(film(self.timeline, view, first, last), self.timeline)

    def trace(self, format: str = "text", first: int = 1) -> str:
        """All transitions up to the cursor: ``text``, or ``json`` with one JSON object a line."""
        from kubelab.views.trace import trace

        return trace(self.timeline, format, first)
