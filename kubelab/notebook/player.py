"""The Player: a cluster that can be stepped through with buttons and keys, in a notebook or from Python.

    player = Player(cluster)
    player.step()
    player.back()
    player.goto(12)
    player.run()

The Python side drives everything: a button of the front end calls the same methods, and the front end shows what the
traits say. One Player is one widget; several Players of one cluster stay in step.

In a notebook a Player stays at the moment at which its cell ended: when another cell (or Player) moves the cluster, it
keeps its place and its drawing, and is a recording that can be stepped through; nothing that is done there moves the
cluster. **Follow** (`follow`) brings it back to the cluster, and there it stays in step. A Player that stands where
the cluster is drives it, as ever.
"""

import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import traitlets

from kubelab.api.duration import elapsed
from kubelab.cluster import Cluster
from kubelab.errors import UsageError
from kubelab.notebook import foresight, panels
from kubelab.notebook import strides as sizes
from kubelab.notebook.front_end import FrontEnd
from kubelab.notebook.recording import Recording, left_behind
from kubelab.notebook.reel import Reel
from kubelab.program import read_key
from kubelab.sim.runs import RunResult
from kubelab.sim.state import State
from kubelab.sim.timeline import Timeline
from kubelab.sim.transition import Transition
from kubelab.views import VIEWS
from kubelab.views.film import clock

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
        follows: whether it goes along when others move the cluster; setting it is the same as `follow`.
        elsewhere: where the cluster is, if it has gone on without this Player; else "".
    """

    view = traitlets.Enum(VIEWS, "topology").tag(sync=True)
    views: traitlets.List[str] = traitlets.List(list(VIEWS)).tag(sync=True)
    stride = traitlets.Enum(tuple(sizes.STRIDES), "request").tag(sync=True)
    strides = traitlets.Dict(sizes.STRIDES).tag(sync=True)
    tab = traitlets.Enum(panels.TABS, panels.TABS[0]).tag(sync=True)
    tabs = traitlets.Dict(panels.TITLES).tag(sync=True)
    follows = traitlets.Bool(True).tag(sync=True)
    elsewhere = traitlets.Unicode("").tag(sync=True)

    def __init__(self, cluster: Cluster, view: str = "topology", stride: str = "request", since: int = 0) -> None:
        if view not in VIEWS:
            raise UsageError(f"there is no view {view!r}; there are {', '.join(VIEWS)}")
        super().__init__(view=view, stride=sizes.checked(stride))
        self.cluster = cluster
        self._reel: Reel | None = None
        self._version = 0
        self._since = since
        self._kept: Recording | None = None
        self._driving = False
        self._known: foresight.Ahead | None = None
        self._stood: tuple[Timeline, int, int, State] = self._stand()
        self._observe_cluster()
        self.refresh()
        self._follow(
            index=self.goto,
            view=lambda _: self.choose(opened=[]),
            opened=lambda _: self.refresh(),
            stride=lambda _: self.refresh(),
            tab=lambda _: self._fill_panel(),
            branch=self.switch,
            follows=self.follow,
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
                player._heard()

        observers.append(tell)
        self._stop_observing: Callable[[], None] = lambda: observers.remove(tell) if tell in observers else None

    def close(self) -> None:
        """Take it off the page, and stop following the cluster."""
        self._stop_observing()
        super().close()

    # Beside the cluster, or with it

    def _stand(self) -> tuple[Timeline, int, int, State]:
        """Where the cluster is."""
        timeline = self.cluster.timeline
        return timeline, timeline.cursor, len(timeline), timeline.newest

    @contextmanager
    def _drives(self) -> Iterator[None]:
        """What happens to the cluster meanwhile is this Player's own doing."""
        before, self._driving = self._driving, True
        try:
            yield
        finally:
            self._driving = before

    def _heard(self) -> None:
        """The cluster, or its cursor, has changed."""
        if self._driving or self.follows:
            self._kept = None
        elif self._kept is None:
            (timeline, cursor, size, state), now = self._stood, self._stand()
            if timeline is not now[0] or (cursor, size) != now[1:3] or state is not now[3]:
                self._kept = left_behind(self._known, timeline, cursor, size, state.now)
        self.refresh()

    def follow(self, on: bool = True) -> None:
        """Be where the cluster is, and stay in step with it; or, no more, stay where it is when others move it."""
        if on:
            self._kept = None
        self.choose(follows=on)

    @property
    def _beside(self) -> Recording | None:
        """What it shows while the cluster is elsewhere; None where it shows the cluster itself."""
        kept = self._kept
        if kept is not None:
            kept.grow()
            if kept.ends_at(self.cluster.timeline):
                self._kept = kept = None
        return kept

    def _look_beside(self, kept: Recording, place: int) -> Transition | None:
        kept.place = min(max(place, 0), kept.size)
        self.refresh()
        return kept.known.timeline.at(kept.place)

    # What a person does

    def step(self, count: int = 1) -> Transition | None:
        """Go on by steps of the chosen size; the transition at the cursor then, or None if nothing more can happen."""
        done: Transition | None = None
        for _ in range(count):
            moved = self._step()
            if moved is None:
                break
            done = moved
        return done

    def _step(self) -> Transition | None:
        kept = self._beside
        if kept is not None:
            here = kept.place
            place = sizes.forth(kept.known.timeline, here, self.stride)
            return self._look_beside(kept, place) if here < kept.size else None
        here = self.cluster.cursor
        known = foresight.ahead(self.cluster)
        target = sizes.forth(known.timeline, here, self.stride)
        with self._drives():
            if self.stride == "settled" and target > len(self.cluster.timeline):
                self.cluster.run()
                return self.cluster.timeline.at()
            if here < known.goal:
                target = min(target, known.goal)
            return self.cluster.step(max(target - here, 1))

    def back(self, count: int = 1) -> Transition | None:
        """Go back by steps of the chosen size; the transition at the cursor then, or None at the start."""
        kept = self._beside
        timeline = self.cluster.timeline if kept is None else kept.known.timeline
        place = self.cluster.cursor if kept is None else kept.place
        for _ in range(count):
            place = sizes.back(timeline, place, self.stride)
        return self.goto(place)

    def first(self) -> Transition | None:
        """Go to the start."""
        return self.goto(0)

    def run(self, until: str = "settled") -> RunResult:
        """Be where the cluster is, and go on until it has settled, or a condition holds."""
        with self._drives():
            return self.cluster.run(until=until)

    def to_the_end(self) -> None:
        """Let the cluster run, or, where it has gone on without this Player, go to the end of what is shown."""
        kept = self._beside
        if kept is None:
            self.run()
        else:
            self._look_beside(kept, kept.size)

    def goto(self, index: int) -> Transition | None:
        """Show a step; the cluster acts where it has not been reached yet.

        Raises:
            UsageError: there is no such step, and none is foreseen.
        """
        kept = self._beside
        if kept is not None:
            if not 0 <= index <= kept.size:
                raise UsageError(f"there is no step {index} here: {self.elsewhere}; Follow shows it")
            return self._look_beside(kept, index)
        size = len(self.cluster.timeline)
        with self._drives():
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
        with self._drives():
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
        """Show the cluster as it is, or what this Player has kept; called by itself whenever something has changed."""
        cluster, kept = self.cluster, self._beside
        if kept is None:
            self._stood = self._stand()
        timeline = cluster.timeline if kept is None else kept.present
        index, size = (cluster.cursor, len(timeline)) if kept is None else (kept.place, kept.size)
        with self._speaking(), self.hold_sync():
            self.index, self.length, self.branch = index, size, timeline.branch
            self.elsewhere = "" if kept is None else self._whereabouts(kept)
            if not self._asleep:
                self._show(foresight.ahead(cluster) if kept is None else kept.known)

    def _whereabouts(self, kept: Recording) -> str:
        there = self.cluster.timeline
        branch = "" if there is kept.present else f" of branch {there.branch}"
        return f"the cluster is at step {there.cursor}{branch} by now"

    def _show(self, known: foresight.Ahead) -> None:
        timeline, index = known.timeline, self.index
        apart = self._kept is not None
        self._known = known
        self.foreseen = self.length if apart else max(known.goal, self.length)
        self.complete = apart or known.complete
        self.branches = [self.branch] if apart else list(self.cluster.branches)
        reel = self._film(known, index)
        since = sizes.since(timeline, index, self.stride)
        transition = timeline.at(index)
        self.now = {
            **reel.frame(index, since),
            "time": self._time(timeline, index),
            "actor": "" if transition is None else transition.actor,
            "refused": transition is not None and transition.error is not None,
            "notice": self._notice,
            "answered": self._answered,
        }
        self._send_ahead(reel, index)
        self._fill_panel()
        self._notice = ""

    def _time(self, timeline: Timeline, index: int) -> str:
        """The time since the start: that of the step, but of the newest one how late it has become."""
        kept = self._kept
        newest = (len(self.cluster.timeline), self.cluster.timeline.newest.now) if kept is None else kept.left
        return elapsed(newest[1] - timeline.state(0).now) if index == newest[0] else clock(timeline, index)

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
        kept = self._kept
        timeline, index = self.cluster.timeline if kept is None else kept.known.timeline, self.index
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
