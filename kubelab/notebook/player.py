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
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from kubelab.cluster import Cluster
from kubelab.errors import KubelabError, UsageError
from kubelab.notebook import foresight, panels
from kubelab.notebook import strides as sizes
from kubelab.notebook.messages import ACTS
from kubelab.notebook.reel import Reel
from kubelab.program import read_key
from kubelab.sim.runs import RunResult
from kubelab.sim.transition import Transition
from kubelab.views import VIEWS
from kubelab.views.theme import style_sheet

_HERE = Path(__file__).parent

BEFORE, AFTER = 40, 160
"""How many frames around the cursor the front end has at hand."""

NEAR = 25
"""So many frames must lie ahead of the cursor; else the next ones are sent."""

LONG = 2000
"""A film of more steps than this is made in parts."""


class Player(anywidget.AnyWidget):
    """A player of one cluster.

    Args:
        cluster: the cluster it shows and drives.
        view: the view it begins with; one of `kubelab.views.VIEWS`.
        stride: how far one step goes; one of `kubelab.notebook.strides.STRIDES`.

    Attributes:
        cluster: the cluster.
        index: the step that is shown; setting it goes there.
        length: how many steps there have been.
        foreseen: how many steps there will have been when the cluster has settled, if nobody interferes.
        complete: whether it is known that the cluster settles there.
        view: the view that is shown; setting it chooses another one.
        stride: how far one step goes.
        branch: the branch that is shown; setting it switches.
        branches: all branches.
        playing: whether it goes on by itself.
        driver: which of the front ends that show it goes on then.
        tab: the tab under the picture that is open.
        opened: ids of elements that stand for several objects, and are drawn one by one.
        drawing: the drawing of the film, sent once.
        frames: the frames around the cursor, sent ahead.
        now: the frame that is shown.
        panel: the content of the open tab.
    """

    _esm = _HERE / "player.js"
    _css = f"{style_sheet()}\n{(_HERE / 'player.css').read_text()}"

    index = traitlets.Int(0).tag(sync=True)
    length = traitlets.Int(0).tag(sync=True)
    foreseen = traitlets.Int(0).tag(sync=True)
    complete = traitlets.Bool(True).tag(sync=True)
    view = traitlets.Enum(VIEWS, "topology").tag(sync=True)
    views = traitlets.List(list(VIEWS)).tag(sync=True)
    stride = traitlets.Enum(tuple(sizes.STRIDES), "request").tag(sync=True)
    strides = traitlets.Dict(sizes.STRIDES).tag(sync=True)
    branch = traitlets.Unicode("").tag(sync=True)
    branches: traitlets.List[str] = traitlets.List([]).tag(sync=True)
    playing = traitlets.Bool(False).tag(sync=True)
    driver = traitlets.Unicode("").tag(sync=True)
    tab = traitlets.Enum(panels.TABS, "changes").tag(sync=True)
    opened: traitlets.List[str] = traitlets.List([]).tag(sync=True)
    drawing = traitlets.Dict({}).tag(sync=True)
    frames = traitlets.Dict({}).tag(sync=True)
    now = traitlets.Dict({}).tag(sync=True)
    panel = traitlets.Dict({}).tag(sync=True)

    def __init__(self, cluster: Cluster, view: str = "topology", stride: str = "request") -> None:
        if view not in VIEWS:
            raise UsageError(f"there is no view {view!r}; there are {', '.join(VIEWS)}")
        super().__init__(view=view, stride=sizes.checked(stride))
        self.cluster = cluster
        self._reel: Reel | None = None
        self._version = 0
        self._answered: dict[str, Any] = {}
        self._notice = ""
        self._choices: dict[str, str] = {}
        self._showing: list[str] = []
        self._asleep = False
        self._telling = False
        self._observe_cluster()
        self.on_msg(self._hear)
        self.refresh()
        for name, follow in self._followers().items():
            self.observe(follow, name)

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

    def play(self) -> None:
        """Let the front end go on by itself, step by step; without one, nothing moves."""
        self.choose(playing=True, driver=self._showing[0] if self._showing else "")

    def pause(self) -> None:
        """Stop going on by itself."""
        self.choose(playing=False, driver="")

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

    def _send_ahead(self, reel: Reel, index: int) -> None:
        """See to it that the front end has the frames around the cursor."""
        have = self.frames
        if have.get("version") == reel.version:
            first, last = have["first"], have["last"]
            enough_before = first <= index and (first == reel.film.first or index - first >= 1)
            enough_after = index <= last and (last == reel.film.last or last - index >= NEAR)
            if enough_before and enough_after:
                return
        self.frames = reel.window(index - BEFORE, index + AFTER)

    def _fill_panel(self) -> None:
        timeline, index = self.cluster.timeline, self.index
        since = sizes.since(timeline, index, self.stride)
        place = panels.Place(timeline, index, since)
        self.panel = panels.panel(place, self.tab, self._choices.get(self.tab, ""))

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        """What is set meanwhile is what the cluster says, not what a person wants."""
        before, self._telling = self._telling, True
        try:
            yield
        finally:
            self._telling = before

    def choose(self, **choices: Any) -> None:
        """Set traits that say what is to be shown, and show it."""
        with self._speaking(), self.hold_sync():
            for name, value in choices.items():
                self.set_trait(name, value)
            self.refresh()

    def _followers(self) -> dict[str, Callable[[Any], None]]:
        """What to do when somebody sets a trait."""

        def unless_telling(act: Callable[[Any], Any]) -> Callable[[Any], None]:
            def follow(change: Any) -> None:
                if self._telling:
                    return
                try:
                    act(change.new)
                except KubelabError:
                    self.refresh()
                    raise

            return follow

        return {
            "index": unless_telling(self.goto),
            "view": unless_telling(lambda view: self.choose(opened=[])),
            "opened": unless_telling(lambda _: self.refresh()),
            "stride": unless_telling(lambda _: self.refresh()),
            "tab": unless_telling(lambda _: self._fill_panel()),
            "branch": unless_telling(self.switch),
        }

    def _open_tab(self, tab: str) -> None:
        with self._speaking(), self.hold_sync():
            self.tab = tab
            self._fill_panel()

    # What the front end says

    def _hear(self, _: Any, message: Any, __: Sequence[Any] = ()) -> None:
        """Do what a message asks for; an error of the user's becomes a notice, never a traceback."""
        act = ACTS.get(str(message.get("do"))) if isinstance(message, dict) else None
        if act is None:
            return
        if "number" in message:
            self._answered = {"by": str(message.get("by", "")), "number": int(message["number"])}
        try:
            act(self, message)
        except KubelabError as error:
            self._notice = str(error)
            self.refresh()
        except Exception as error:
            self.now = {**self.now, "notice": f"{type(error).__name__}: {error}", "answered": self._answered}
            raise
        if self.now.get("answered") != self._answered:
            self.now = {**self.now, "answered": self._answered}

    def appeared(self, front_end: str) -> None:
        """A front end shows it."""
        if front_end not in self._showing:
            self._showing.append(front_end)
        if self._asleep:
            self._asleep = False
            self.refresh()

    def vanished(self, front_end: str) -> None:
        """A front end shows it no longer; a Player that is shown nowhere any more does no work."""
        if front_end in self._showing:
            self._showing.remove(front_end)
        if self.driver == front_end:
            self.pause()
        self._asleep = not self._showing

    def chose(self, tab: str, choice: str | None) -> None:
        """A tab was opened, or something chosen in it."""
        if choice is not None:
            self._choices[tab] = choice
        self._open_tab(tab)

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

        made = super()._repr_mimebundle_(**options)
        data, metadata = made if isinstance(made, tuple) else (made or {}, {})
        still = {"text/plain": repr(self), "text/html": strip(self.cluster, self.view, self.opened)}
        return {**data, **still}, metadata
