"""What will happen if nobody interferes: a fork of the present, run ahead.

The simulation is deterministic, so a player can know the frames that are still to come: places are kept for what will
appear, and the next picture is there before it is asked for. The present itself is not touched.
"""

import weakref
from collections.abc import Iterator

import attrs

from kubelab.cluster import Cluster
from kubelab.sim.engine import Engine
from kubelab.sim.state import State
from kubelab.sim.timeline import Timeline
from kubelab.sim.transition import Transition
from kubelab.views import Film, film

STEPS_AHEAD = 1500
"""How many transitions are looked ahead at most."""

ACTIONS_AHEAD = 6000
"""How many actions are taken for that at most."""

STEPS_BEYOND = 20
"""How many transitions are looked ahead in a cluster that has settled: what recurs for ever."""

ACTIONS_BEYOND = 200


@attrs.define
class Ahead:
    """A timeline that begins as the present one and goes on as it will, if nobody interferes.

    Attributes:
        timeline: past, present and future.
        goal: the step at which the cluster will have settled (or as far as was looked).
        complete: whether the cluster settles at `goal`.
    """

    timeline: Timeline
    goal: int
    complete: bool
    _lasts: dict[int, State]
    _checked: int
    _newest: State

    @classmethod
    def of_past(cls, timeline: Timeline, size: int) -> "Ahead":
        """The first steps of a timeline, and nothing after them."""
        past = timeline.fork(timeline.branch, at=size)
        return cls(past, size, complete=True, lasts={size: past.newest}, checked=size, newest=past.newest)

    def still_true(self, present: Timeline) -> bool:
        """Whether the present has gone the foreseen way since."""
        size = len(present)
        if size > len(self.timeline) or size < self._checked:
            return False
        if present.newest is self._newest and size == self._checked:
            return True
        foreseen = self.timeline.transitions[self._checked : size]
        if not all(map(alike, present.transitions[self._checked : size], foreseen)):
            return False
        places = (self._lasts.get(size), self.timeline.state(size))
        if not any(place is not None and _goes_on_alike(present.newest, place) for place in places):
            return False
        self._checked, self._newest = size, present.newest
        return True


def alike(one: Transition, other: Transition) -> bool:
    """Whether two transitions are the same step of two timelines."""
    marks = (
        (t.actor, t.verb, t.key, t.subresource, t.time, t.cause, t.revision, t.outcome, t.reason, t.message, t.node)
        for t in (one, other)
    )
    return next(marks) == next(marks)


def _goes_on_alike(one: State, other: State) -> bool:
    """Whether two states that were reached by the same transitions have the same things still to do."""
    marks = (
        (s.now, s.snapshot.revision, s.busy, s.stopped, s.delays, s.queue, s.timers.serial, s.timers.due)
        for s in (one, other)
    )
    return next(marks) == next(marks)


def look_ahead(engine: Engine, present: Timeline) -> Ahead:
    """The present, and what will follow until the cluster has settled, within limits."""
    size = len(present)
    settled = engine.settled(present.newest)
    timeline = present.fork(present.branch, at=size)
    lasts = {size: present.newest}
    for state in _what_follows(engine, present.newest, settled):
        # A step is shown as it is right after it, not as late as before the next one.
        if state.steps > len(timeline):
            timeline.record(state)
        lasts[len(timeline)] = state
    complete = settled or engine.settled(lasts[len(timeline)])
    goal = size if settled else len(timeline)
    return Ahead(timeline, goal, complete, lasts, size, present.newest)


def _what_follows(engine: Engine, state: State, settled: bool) -> Iterator[State]:
    steps = state.steps + (STEPS_BEYOND if settled else STEPS_AHEAD)
    for _ in range(ACTIONS_BEYOND if settled else ACTIONS_AHEAD):
        if state.steps >= steps or (not settled and engine.settled(state)):
            return
        action = engine.first(state)
        if action is None:
            return
        state = engine.perform(state, action)
        yield state


_known: "weakref.WeakKeyDictionary[Timeline, Ahead]" = weakref.WeakKeyDictionary()


def ahead(cluster: Cluster) -> Ahead:
    """The present branch of a cluster with its future; it is worked out anew only where somebody interfered."""
    present = cluster.timeline
    found = _known.get(present)
    if found is None or not found.still_true(present):
        found = _known[present] = look_ahead(cluster.engine, present)
    return found


_films: "weakref.WeakKeyDictionary[Timeline, dict[tuple[object, ...], Film]]" = weakref.WeakKeyDictionary()


def film_of(timeline: Timeline, view: str, first: int, last: int, opened: tuple[str, ...]) -> Film:
    """A film of a timeline that no longer changes; several players of one cluster share it.

    Raises:
        UsageError: there is no such view.
    """
    known = _films.setdefault(timeline, {})
    mark = (view, first, last, opened)
    if mark not in known:
        known[mark] = film(timeline, view, first, last, open=opened)
    return known[mark]
