"""Showing a run: as a picture, as a moving picture, as a list of its steps. The part of the façade that draws.

cluster.draw("owners").save("owners.svg")
cluster.film().save("run.svg")
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

    def film(self, view: str = "topology", first: int = 0, last: int | None = None) -> "MovingPicture":
        """A view over steps of the present branch as a moving picture: ``cluster.film().save("run.svg")``, or .html."""
        from kubelab.moving_picture import MovingPicture

        return MovingPicture(self.timeline, view, first, last)

    def trace(self, format: str = "text", first: int = 1) -> str:
        """All transitions up to the cursor: ``text``, or ``json`` with one JSON object a line."""
        from kubelab.views.trace import trace

        return trace(self.timeline, format, first)
