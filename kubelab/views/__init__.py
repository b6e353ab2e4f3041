"""Pictures and texts of a cluster, each a function of the timeline: as DOT, as text, and as films that a player shows.

`frame` gives one picture, at the cursor or at any step; `film` gives the same view over many steps, laid out once.
"""

import weakref
from collections.abc import Callable, Sequence
from importlib import import_module

from kubelab.errors import UsageError
from kubelab.sim.timeline import Timeline
from kubelab.sim.transition import Transition
from kubelab.views.film import Film, FilmFrame, Frame, Stage

__all__ = ["VIEWS", "Film", "FilmFrame", "Frame", "film", "frame"]

VIEWS: tuple[str, ...] = ("topology", "control-plane", "owners", "access", "causes", "timeline")
"""The views there are."""

_MODULES = {
    "topology": "topology",
    "control-plane": "control_plane",
    "owners": "owners",
    "access": "access",
    "causes": "causes",
    "timeline": "steps",
}

LONG = 3000
"""A timeline with more steps than this is not laid out as a whole for a single picture."""

AROUND = 200
"""How many steps before and after are laid out instead."""


def _stage(
    timeline: Timeline, view: str, first: int, last: int, future: Sequence[Transition], opened: tuple[str, ...]
) -> Stage:
    name = _MODULES.get(view)
    if name is None:
        raise UsageError(f"there is no view {view!r}; there are {', '.join(VIEWS)}")
    make: Callable[..., Stage] = import_module(f"kubelab.views.{name}").stage
    return make(timeline, first, last, future, opened)


def film(
    timeline: Timeline,
    view: str = "topology",
    first: int = 0,
    last: int | None = None,
    *,
    future: Sequence[Transition] | None = None,
    open: Sequence[str] = (),
) -> Film:
    """A view over a stretch of a timeline, laid out once.

    Args:
        timeline: the timeline.
        view: one of `VIEWS`.
        first: the first step; 0 is the start.
        last: the last step, or None for the newest.
        future: transitions that are known to follow: places are kept for what they will bring.
        open: ids of elements that stand for several objects, to be drawn one by one.

    Raises:
        UsageError: there is no such view or step.
    """
    end = len(timeline) if last is None else last
    timeline.state(first)
    timeline.state(end)
    stage = _stage(timeline, view, first, end, tuple(future or ()), tuple(open))
    return Film(timeline, view, first, end, stage)


_latest: "weakref.WeakKeyDictionary[Timeline, dict[tuple[object, ...], Film]]" = weakref.WeakKeyDictionary()


def frame(timeline: Timeline, view: str = "topology", index: int | None = None, *, open: Sequence[str] = ()) -> Frame:
    """One picture: the frame of a step (the cursor's) in the film of the whole timeline (or of one page of steps).

    Raises:
        UsageError: there is no such view or step.
    """
    place = timeline.cursor if index is None else index
    timeline.state(place)
    size = len(timeline)
    if view == "timeline":
        from kubelab.views.steps import page_around

        first, last = page_around(size, place)
    else:
        first, last = (0, size) if size <= LONG else (max(place - AROUND, 0), min(place + AROUND, size))
    known = _latest.setdefault(timeline, {})
    mark = (view, first, last, size, tuple(open))
    found = known.get(mark)
    if found is None:
        if len(known) > 8:
            known.clear()
        found = known[mark] = film(timeline, view, first, last, open=open)
    return found.picture(place)
