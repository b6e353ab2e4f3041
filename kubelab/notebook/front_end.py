"""What every player in a notebook has in common: its traits, and how it deals with its front ends.

A player shows a film, frame by frame. `player.js` draws the film once and sets each frame; what a person does there
comes back as a message, and the player carries it out with the same methods that a Python user calls.
"""

from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from kubelab.errors import KubelabError
from kubelab.notebook.messages import ACTS
from kubelab.notebook.reel import Reel
from kubelab.views.theme import style_sheet

_HERE = Path(__file__).parent

BEFORE, AFTER = 40, 160
"""How many frames around the cursor the front end has at hand."""

NEAR = 25
"""So many frames must lie ahead of the cursor; else the next ones are sent."""


class FrontEnd(anywidget.AnyWidget):
    """A widget that shows a film.

    Attributes:
        index: the frame that is shown; setting it goes there.
        length: how many frames there have been.
        foreseen: the last frame that is known.
        complete: whether it is known that nothing comes after it.
        view: the view that is shown; setting it chooses another one.
        stride: how far one step goes.
        branch: the branch that is shown; setting it switches.
        branches: all branches.
        playing: whether it goes on by itself.
        driver: which of the front ends that show it goes on then.
        tab: the tab under the picture that is open.
        tabs: the tabs there are, with what they are called.
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
    view = traitlets.Unicode("").tag(sync=True)
    views: traitlets.List[str] = traitlets.List([]).tag(sync=True)
    stride = traitlets.Unicode("").tag(sync=True)
    strides = traitlets.Dict({}).tag(sync=True)
    branch = traitlets.Unicode("").tag(sync=True)
    branches: traitlets.List[str] = traitlets.List([]).tag(sync=True)
    playing = traitlets.Bool(False).tag(sync=True)
    driver = traitlets.Unicode("").tag(sync=True)
    tab = traitlets.Unicode("").tag(sync=True)
    tabs = traitlets.Dict({}).tag(sync=True)
    opened: traitlets.List[str] = traitlets.List([]).tag(sync=True)
    drawing = traitlets.Dict({}).tag(sync=True)
    frames = traitlets.Dict({}).tag(sync=True)
    now = traitlets.Dict({}).tag(sync=True)
    panel = traitlets.Dict({}).tag(sync=True)

    def __init__(self, **choices: Any) -> None:
        super().__init__(**choices)
        self._answered: dict[str, Any] = {}
        self._notice = ""
        self._choices: dict[str, str] = {}
        self._showing: list[str] = []
        self._asleep = False
        self._telling = False
        self.on_msg(self._hear)

    @abstractmethod
    def refresh(self) -> None:
        """Show everything as it is."""

    @abstractmethod
    def goto(self, index: int) -> Any:
        """Show a frame."""

    @abstractmethod
    def _fill_panel(self) -> None:
        """Fill the open tab."""

    # What a person does

    def play(self) -> None:
        """Let the front end go on by itself, step by step; without one, nothing moves."""
        self.choose(playing=True, driver=self._showing[0] if self._showing else "")

    def pause(self) -> None:
        """Stop going on by itself."""
        self.choose(playing=False, driver="")

    # What is shown

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

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        """What is set meanwhile is what there is, not what a person wants."""
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

    def _follow(self, **acts: Callable[[Any], Any]) -> None:
        """Do something when somebody sets a trait, unless it is said here."""

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

        for name, act in acts.items():
            self.observe(unless_telling(act), name)

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
        """A front end shows it no longer; a player that is shown nowhere any more does no work."""
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

    def _with_still(self, made: Any, html: str) -> Any:
        """A mimebundle that has, besides, what is shown where there is no kernel."""
        data, metadata = made if isinstance(made, tuple) else (made or {}, {})
        return {**data, "text/plain": repr(self), "text/html": html}, metadata
