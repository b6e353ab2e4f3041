"""The Player: a cluster that can be stepped through with buttons and keys, in a notebook or from Python.

    player = Player(cluster)
    player.step()
    player.back()
    player.goto(12)
    player.run()

The Python side drives everything: a button of the front end calls the same methods, and the front end shows what the
traits say. One Player is one widget; several Players of one cluster stay in step.
"""

import weakref
from collections.abc import Callable
from typing import Any

import traitlets

from kubelab.cluster import Cluster
from kubelab.errors import UsageError
from kubelab.notebook import foresight, panels
from kubelab.notebook import strides as sizes
from kubelab.notebook.front_end import FrontEnd
from kubelab.notebook.reel import Reel
from kubelab.program import read_key
from kubelab.sim.runs import RunResult
from kubelab.sim.transition import Transition
from kubelab.views import VIEWS

LONG = 2000
"""A film of more steps than this is made in parts."""


class Player(FrontEnd):
    """A player of one cluster.

    Args:
        cluster: the cluster it shows and drives.
        view: the view it begins with; one of `kubelab.views.VIEWS`.
        stride: how far one step goes; one of `kubelab.notebook.strides.STRIDES`.
        since: the step with which its film strip begins: what a cell has not made is told by the cell before.

    Attributes:
        cluster: the cluster.
        length: how many steps there have been.
        foreseen: how many steps there will have been when the cluster has settled, if nobody interferes.
        complete: whether it is known that the cluster settles there.
    """

    view = traitlets.Enum(VIEWS, "topology").tag(sync=True)
    views: traitlets.List[str] = traitlets.List(list(VIEWS)).tag(sync=True)
    stride = traitlets.Enum(tuple(sizes.STRIDES), "request").tag(sync=True)
    strides = traitlets.Dict(sizes.STRIDES).tag(sync=True)
    tab = traitlets.Enum(panels.TABS, panels.TABS[0]).tag(sync=True)
    tabs = traitlets.Dict(panels.TITLES).tag(sync=True)

    def __init__(self, cluster: Cluster, view: str = "topology", stride: str = "request", since: int = 0) -> None:
        if view not in VIEWS:
            raise UsageError(f"there is no view {view!r}; there are {', '.join(VIEWS)}")
        super().__init__(view=view, stride=sizes.checked(stride))
        self.cluster = cluster
        self._reel: Reel | None = None
        self._version = 0
        self._since = since
        self._observe_cluster()
        self.refresh()
        self._follow(
            index=self.goto,
            view=lambda _: self.choose(opened=[]),
            opened=lambda _: self.refresh(),
            stride=lambda _: self.refresh(),
            tab=lambda _: self._fill_panel(),
            branch=self.switch,
        )

    def __repr__(self) -> str:
        return f"<Player: {self.view}, step {self.index} of {self.length}, {self.branch}>"

    def _observe_cluster(self) -> None:
        """Be told of every change; a Player that is gone is forgotten."""
        mine = weakref.ref(self)
        observers = self.cluster.observers

        def tell() -> None:
            player = mine()
            if player is None:
                observers.remove(tell)
            else:
                player.refresh()

        observers.append(tell)
        self._stop_observing: Callable[[], None] = lambda: observers.remove(tell) if tell in observers else None

    def close(self) -> None:
        """Take it off the page, and stop following the cluster."""
        self._stop_observing()
        super().close()

    # What a person does

    def step(self, count: int = 1) -> Transition | None:
        """Go on by steps of the chosen size; the transition at the cursor then, or None if nothing more can happen."""
        done: Transition | None = None
        for _ in range(count):
            here = self.cluster.cursor
            known = foresight.ahead(self.cluster)
            target = sizes.forth(known.timeline, here, self.stride)
            if self.stride == "settled" and target > len(self.cluster.timeline):
                self.cluster.run()
                return self.cluster.timeline.at()
            if here < known.goal:
                target = min(target, known.goal)
            moved = self.cluster.step(max(target - here, 1))
            if moved is None:
                break
            done = moved
        return done

    def back(self, count: int = 1) -> Transition | None:
        """Go back by steps of the chosen size; the transition at the cursor then, or None at the start."""
        place = self.cluster.cursor
        for _ in range(count):
            place = sizes.back(self.cluster.timeline, place, self.stride)
        return self.cluster.goto(place)

    def first(self) -> Transition | None:
        """Go to the start."""
        return self.cluster.goto(0)

    def run(self, until: str = "settled") -> RunResult:
        """Go on until the cluster has settled, or a condition holds."""
        return self.cluster.run(until=until)

    def goto(self, index: int) -> Transition | None:
        """Show a step; the cluster acts where it has not been reached yet.

        Raises:
            UsageError: there is no such step, and none is foreseen.
        """
        size = len(self.cluster.timeline)
        if index <= size:
            return self.cluster.goto(index)
        if index > len(foresight.ahead(self.cluster).timeline):
            raise UsageError(f"there is no step {index}: this timeline goes from 0 to {size}")
        self.cluster.timeline.goto(size)
        return self.cluster.step(index - size)

    def show(self, view: str) -> None:
        """Choose another view.

        Raises:
            UsageError: there is none of this name.
        """
        if view not in VIEWS:
            raise UsageError(f"there is no view {view!r}; there are {', '.join(VIEWS)}")
        self.choose(view=view, opened=[])

    def switch(self, branch: str) -> Transition | None:
        """Go to another branch."""
        return self.cluster.switch(branch)

    def look(self, target: str) -> None:
        """Open the tab of one object, given as ``pod/web-1``."""
        self._choices["object"] = "/".join(read_key(target))
        self._open_tab("object")

    def unfold(self, element: str) -> None:
        """Draw one by one what an element stands for; its id is one of the film's `parts`."""
        if element not in self.opened:
            self.choose(opened=[*self.opened, element])

    def fold(self) -> None:
        """Draw everything that was unfolded as one again."""
        self.choose(opened=[])

    # What is shown

    def refresh(self) -> None:
        """Show the cluster as it is; called by itself whenever it has changed."""
        cluster = self.cluster
        if self._asleep:
            with self._speaking():
                self.index, self.length, self.branch = cluster.cursor, len(cluster.timeline), cluster.branch
            return
        known = foresight.ahead(cluster)
        timeline, index = known.timeline, cluster.cursor
        goal = max(known.goal, len(cluster.timeline))
        with self._speaking(), self.hold_sync():
            self.index, self.length, self.foreseen = index, len(cluster.timeline), goal
            self.complete = known.complete
            self.branch, self.branches = cluster.branch, list(cluster.branches)
            reel = self._film(known, index)
            since = sizes.since(timeline, index, self.stride)
            transition = timeline.at(index)
            self.now = {
                **reel.frame(index, since),
                "actor": "" if transition is None else transition.actor,
                "refused": transition is not None and transition.error is not None,
                "notice": self._notice,
                "answered": self._answered,
            }
            self._send_ahead(reel, index)
            self._fill_panel()
        self._notice = ""

    def _film(self, known: foresight.Ahead, index: int) -> Reel:
        """The film of the present, made anew only where the timeline has another future now."""
        reel, timeline = self._reel, known.timeline
        if reel is not None and reel.belongs_to(timeline, self.view, self.opened, index):
            return reel
        size = len(timeline)
        first, last = (0, size) if size <= LONG else (max(index - LONG // 2, 0), min(index + LONG // 2, size))
        opened = tuple(self.opened)
        made = Reel(foresight.film_of(timeline, self.view, first, last, opened), timeline, opened)
        if reel is None or reel.scene != made.scene or self.drawing.get("view") != self.view:
            self._version += 1
            made.version = self._version
            self.drawing = made.drawing()
        else:
            made.version, made.as_text = reel.version, reel.as_text
        self.frames = {}
        self._reel = made
        return made

    def _fill_panel(self) -> None:
        timeline, index = self.cluster.timeline, self.index
        since = sizes.since(timeline, index, self.stride)
        place = panels.Place(timeline, index, since, self.cluster.engine)
        self.panel = panels.panel(place, self.tab, self._choices.get(self.tab, ""))

    def look_at(self, element: str) -> None:
        """An element was chosen: go to the step it stands for, open what stands for several objects, else show it."""
        if self._reel is None:
            return
        step = self._reel.film.steps(self.index).get(element)
        if step is not None:
            self.goto(step)
            return
        if element in self._reel.film.parts:
            self.unfold(element)
        elif element in self._reel.film.keys:
            self.chose("object", "/".join(self._reel.film.keys[element]))

    # A notebook that has no kernel

    def _repr_mimebundle_(self, **options: Any) -> Any:
        from kubelab.notebook.film_strip import strip

        still = strip(self.cluster, self.view, self.opened, self._since)
        return self._with_still(super()._repr_mimebundle_(**options), still)
