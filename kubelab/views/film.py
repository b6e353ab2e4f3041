"""Films and single pictures: what every view has in common.

A film is laid out once, for everything that any of its steps shows. A player draws that union one time, and for each
step sets the classes and the texts of its elements: nothing moves that did not change, and a step costs almost nothing.
A single picture is one frame of the film of its whole timeline, so that two pictures of one run can be compared.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Protocol, runtime_checkable

import attrs

from kubelab.api.duration import elapsed
from kubelab.sim.timeline import Timeline
from kubelab.sim.transition import Transition
from kubelab.state.snapshot import ObjectKey
from kubelab.views import dot
from kubelab.views.scene import Mark, Marks, Scene


class Stage(Protocol):
    """What a view makes for a stretch of a timeline: the scene, and then any number of frames.

    Attributes:
        scene: everything that is drawn in the stretch.
        classes: the classes that each element has on the whole, by id.
        keys: the object that an element stands for, by id.
        parts: elements that stand for several objects; opened, they are drawn one by one.
    """

    scene: Scene
    classes: Marks
    keys: Mapping[str, ObjectKey]
    parts: Sequence[str]

    def marks(self, timeline: Timeline, index: int, since: int) -> dict[str, Mark]:
        """The marks of all elements that are there after step `index`; what changed after step `since` stands out."""
        ...

    def text(self, timeline: Timeline, index: int, since: int) -> str:
        """The same as text."""
        ...

    def title(self, timeline: Timeline, index: int) -> str:
        """The title of a frame."""
        ...

    def describe(self, timeline: Timeline, index: int) -> str:
        """What a frame shows, in a sentence or two, for those who do not see it."""
        ...


@runtime_checkable
class StepByStep(Protocol):
    """A stage whose elements stand for steps: for which ones depends on the frame."""

    @property
    def markers(self) -> Sequence[str]:
        """The ids of the elements that may stand for a step."""
        ...

    def steps(self, timeline: Timeline, index: int) -> Mapping[str, int]:
        """The step that each element stands for in the frame of step `index`."""
        ...


@attrs.frozen
class FilmFrame:
    """What a player sets to show one step.

    Attributes:
        index: after which transition.
        states: for each element that is there its classes (the whole ``class`` attribute but Graphviz' own ``node`` or
            ``edge``) and its texts: first the tooltip (``<title>``), then each ``<text>`` in order. What is not in it
            is hidden.
        title: the title of the picture.
        sentence: what this step did.
        description: what the picture shows, for a screen reader.
    """

    index: int
    states: Mapping[str, Mark]
    title: str
    sentence: str
    description: str


@attrs.frozen
class Frame:
    """One picture by itself.

    Attributes:
        dot: the picture in the DOT language, every position given.
        text: the same picture as text.
        title: what it is.
        description: a sentence or two for screen readers.
        sentence: what this step did.
    """

    dot: str
    text: str
    title: str
    description: str
    sentence: str


class Film:
    """One view over a stretch of a timeline.

    Attributes:
        view: the name of the view.
        first: the first step.
        last: the last step.
    """

    def __init__(self, timeline: Timeline, view: str, first: int, last: int, stage: Stage) -> None:
        """Take a stage that was made for just this stretch."""
        self.view = view
        self.first = first
        self.last = last
        self._timeline = timeline
        self._stage = stage

    def __repr__(self) -> str:
        return f"<Film: {self.view}, steps {self.first} to {self.last}>"

    @property
    def scene(self) -> Scene:
        """Where everything is; two films with equal scenes can share one drawing."""
        return self._stage.scene

    @property
    def keys(self) -> Mapping[str, ObjectKey]:
        """The object that an element stands for, by the element's id."""
        return self._stage.keys

    @property
    def parts(self) -> Sequence[str]:
        """Elements that stand for several objects: give one of these ids as `open` to see them one by one."""
        return self._stage.parts

    @property
    def markers(self) -> Sequence[str]:
        """Elements that may stand for a step; see `steps`."""
        return self._stage.markers if isinstance(self._stage, StepByStep) else ()

    def steps(self, index: int) -> Mapping[str, int]:
        """The step that an element stands for in the frame of step `index`, by the element's id."""
        return self._stage.steps(self._timeline, index) if isinstance(self._stage, StepByStep) else {}

    @cached_property
    def dot(self) -> str:
        """The union of all frames in the DOT language: every element, hidden, without its text."""
        return dot.stage(self._stage.scene, self._stage.classes)

    def svg(self, index: int | None = None) -> str:
        """The union as SVG, or the picture of one step.

        Raises:
            RenderError: there is no Graphviz on this machine.
        """
        from kubelab import render

        return render.svg(self.dot if index is None else self.picture(index).dot)

    def frame(self, index: int, since: int | None = None) -> FilmFrame:
        """What a player sets to show step `index`; what changed after step `since` (the one before) stands out."""
        before = max(index - 1, 0) if since is None else since
        marks = self._stage.marks(self._timeline, index, before)
        return FilmFrame(
            index=index,
            states=marks,
            title=self._stage.title(self._timeline, index),
            sentence=sentence_at(self._timeline, index),
            description=self._stage.describe(self._timeline, index),
        )

    @property
    def frames(self) -> "Frames":
        """The frames by the index of their step."""
        return Frames(self)

    def picture(self, index: int, since: int | None = None) -> Frame:
        """The picture of one step by itself, every element at its place in the film."""
        before = max(index - 1, 0) if since is None else since
        frame = self.frame(index, before)
        return Frame(
            dot=dot.write(self._stage.scene, frame.states, frame.title, frame.description),
            text=self._stage.text(self._timeline, index, before),
            title=frame.title,
            description=frame.description,
            sentence=frame.sentence,
        )


class Frames(Mapping[int, FilmFrame]):
    """The frames of a film, each worked out when it is asked for."""

    def __init__(self, film: Film) -> None:
        """Take a film."""
        self._film = film

    def __getitem__(self, index: int) -> FilmFrame:
        if not self._film.first <= index <= self._film.last:
            raise KeyError(index)
        return self._film.frame(index)

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(range(self._film.first, self._film.last + 1))

    def __len__(self) -> int:
        return self._film.last - self._film.first + 1


def changes(timeline: Timeline, index: int, since: int) -> Sequence[Transition]:
    """The transitions after step `since`, up to `index`."""
    return timeline.transitions[max(since, 0) : index]


def sentence_at(timeline: Timeline, index: int) -> str:
    """What a step did."""
    from kubelab.views.explain import sentence

    transition = timeline.at(index)
    return sentence(transition) if transition is not None else "The cluster at the start: nothing has happened yet."


def clock(timeline: Timeline, index: int) -> str:
    """The time since the start, such as ``12.5s`` or ``9h20m``: that of the step, or at the newest one the present."""
    here = timeline.at(index)
    now = timeline.state(index).now if here is None or index == len(timeline) else here.time
    return elapsed(now - timeline.state(0).now)
