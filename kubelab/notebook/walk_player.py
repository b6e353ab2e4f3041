"""The player of a walk: the way of a packet, hop by hop, as ``%kube trace SOURCE -> TARGET`` shows it.

    player = WalkPlayer(cluster.walk("web-1", "http://db:5432/"))
    player.step()
    player.goto(3)

A walk is made once, in the cluster as it was then; stepping along it changes nothing.
"""

from typing import Any

import traitlets

from kubelab.errors import UsageError
from kubelab.network.trail import Hop, Walk
from kubelab.notebook import walk_panels
from kubelab.notebook.front_end import FrontEnd
from kubelab.notebook.reel import Reel
from kubelab.views.network import WalkFilm
from kubelab.views.network_layout import hops_of


class WalkPlayer(FrontEnd):
    """A player of one walk.

    Args:
        walk: the walk.
        index: the hop that is shown first, from 0, before the first; None for the whole walk.

    Attributes:
        walk: the walk.
        length: how many hops it has; `foreseen` is the same.
    """

    view = traitlets.Enum(("network",), "network").tag(sync=True)
    views: traitlets.List[str] = traitlets.List(["network"]).tag(sync=True)
    stride = traitlets.Enum(("hop",), "hop").tag(sync=True)
    strides = traitlets.Dict({"hop": "one hop"}).tag(sync=True)
    tab = traitlets.Enum(tuple(walk_panels.TITLES), "hop").tag(sync=True)
    tabs = traitlets.Dict(walk_panels.TITLES).tag(sync=True)

    def __init__(self, walk: Walk, index: int | None = 0) -> None:
        super().__init__()
        self.walk = walk
        self._film = WalkFilm(walk, listed=False)
        self._reel = Reel(self._film)
        self._reel.version = 1
        self.length = self.foreseen = self._film.last
        self.drawing = self._reel.drawing()
        with self._speaking():
            self.index = self._film.last if index is None else self._checked(index)
        self.refresh()
        self._follow(index=self.goto, tab=lambda _: self._fill_panel())

    def __repr__(self) -> str:
        return str(self.walk)

    def _checked(self, index: int) -> int:
        if not 0 <= index <= self._film.last:
            raise UsageError(f"there is no hop {index}: this walk has {self._film.last}")
        return index

    # What a person does

    def goto(self, index: int) -> Hop | None:
        """Show a hop; the hop, or None for the start.

        Raises:
            UsageError: there is no such hop.
        """
        self.choose(index=self._checked(index))
        return hops_of(self.walk)[index - 1] if index else None

    def step(self, count: int = 1) -> Hop | None:
        """Go on by hops; the hop that is shown then."""
        return self.goto(min(self.index + count, self._film.last))

    def back(self, count: int = 1) -> Hop | None:
        """Go back by hops; the hop that is shown then, or None at the start."""
        return self.goto(max(self.index - count, 0))

    def first(self) -> Hop | None:
        """Go to the start."""
        return self.goto(0)

    def run(self) -> Hop | None:
        """Go to the end."""
        return self.goto(self._film.last)

    def to_the_end(self) -> None:
        """Go to the end."""
        self.run()

    # What is shown

    def refresh(self) -> None:
        """Show the hop at the cursor."""
        hop = hops_of(self.walk)[self.index - 1] if self.index else None
        with self._speaking(), self.hold_sync():
            self.now = {
                **self._reel.frame(self.index, max(self.index - 1, 0)),
                "actor": "",
                "refused": hop is not None and not hop.ok,
                "notice": self._notice,
                "answered": self._answered,
            }
            self._send_ahead(self._reel, self.index)
            self._fill_panel()
        self._notice = ""

    def _fill_panel(self) -> None:
        self.panel = walk_panels.panel(self.walk, self.tab, self.index)

    def look_at(self, element: str) -> None:
        """An element was chosen: go to the hop that it stands for."""
        hop = self._film.steps(self.index).get(element)
        if hop is not None:
            self.goto(hop)

    # A notebook that has no kernel

    def _repr_mimebundle_(self, **options: Any) -> Any:
        from kubelab.film_strip import walk_strip

        return self._with_still(super()._repr_mimebundle_(**options), walk_strip(WalkFilm(self.walk)))
