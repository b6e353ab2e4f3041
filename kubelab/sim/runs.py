"""Runs: letting the cluster act until it has settled, a condition holds, a breakpoint is hit, or a time is up."""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import attrs

from kubelab.api.duration import elapsed
from kubelab.api.expectation import Expectation
from kubelab.sim.breakpoints import Breakpoint
from kubelab.sim.conditions import holds
from kubelab.sim.engine import Engine
from kubelab.sim.state import State
from kubelab.sim.timeline import Timeline
from kubelab.sim.transition import limit_error
from kubelab.state.snapshot import SECOND

IDLE_LIMIT = 2_000
"""How many actions without a transition one step may take."""

Progress = Callable[[State], None]


@attrs.frozen
class RunResult:
    """What a run came to.

    Attributes:
        steps: how many transitions it made.
        index: the index of the last transition.
        seconds: how much virtual time went by.
        ended: why it stopped: ``settled``, ``reached`` (the condition holds), ``time`` (the time is up),
            ``breakpoint``, ``interrupted``, or ``stuck`` (settled without the condition).
        verdicts: what became of each expectation of the program.
    """

    steps: int
    index: int
    seconds: float
    ended: str
    verdicts: Sequence[Any] = ()

    @property
    def ok(self) -> bool:
        """Whether the run came to where it was to come, and every expectation is met."""
        return self.ended not in ("stuck", "interrupted") and all(v.ok for v in self.verdicts)

    @property
    def _time(self) -> str:
        return f"{round(self.seconds, 3):g} s" if self.seconds < 60 else elapsed(round(self.seconds * SECOND))

    def __str__(self) -> str:
        ended = {
            "settled": "the cluster has settled",
            "reached": "the condition holds",
            "time": "the time is up",
            "breakpoint": "a breakpoint was hit",
            "interrupted": "interrupted; the cluster is whole at the last finished step",
            "stuck": "the cluster has settled, but the condition does not hold",
        }[self.ended]
        plural = "step" if self.steps == 1 else "steps"
        lines = [f"{self.steps} {plural}, {self._time} of virtual time: {ended} (at step {self.index})"]
        return "\n".join([*lines, *(str(v) for v in self.verdicts)])

    def __repr__(self) -> str:
        return str(self)


def step(engine: Engine, timeline: Timeline, until: int | None = None) -> bool:
    """Go on by one transition: along the timeline where it goes on, else by letting the cluster act.

    Args:
        engine: the engine that runs the cluster.
        timeline: takes the transition.
        until: the moment (microseconds since 1970) up to which time goes by at most, if there is no transition before.

    Returns:
        whether there was one, or time went by up to `until`.
    """
    if timeline.cursor < len(timeline):
        timeline.goto(timeline.cursor + 1)
        return True
    state = timeline.newest
    for _ in range(IDLE_LIMIT):
        action = engine.first(state)
        if action is None:
            return False
        if until is not None and action.kind == "tick" and action.at > until:
            timeline.record(engine.wait(state, until))
            return True
        state = engine.perform(state, action)
        if state.steps != len(timeline):
            timeline.record(state)
            timeline.goto(len(timeline))
            return True
    # Only polls that find nothing are left: the clock is not moved for them.
    return False


def step_reconcile(engine: Engine, timeline: Timeline) -> bool:
    """Go on to the end of the next reconcile: all requests that one component makes for one key."""
    if not step(engine, timeline):
        return False
    while _under_way(timeline) and step(engine, timeline):
        pass
    return True


def _under_way(timeline: Timeline) -> bool:
    transition = timeline.at()
    return transition is not None and transition.actor in timeline.state().pending


@contextmanager
def _without_collector() -> Iterator[None]:
    """No garbage collection of cycles: a run makes none, and looking for them would cost a third of its time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def run(
    engine: Engine,
    timeline: Timeline,
    *,
    condition: Expectation | None = None,
    deadline: int | None = None,
    limit: int,
    breakpoints: Sequence[Breakpoint] = (),
    progress: Progress | None = None,
) -> str:
    """Let the cluster act from the end of the timeline on; the cursor goes along.

    Args:
        engine: the engine that runs the cluster.
        timeline: takes every transition.
        condition: stop as soon as it holds.
        deadline: the moment (microseconds since 1970) after which nothing is to happen any more.
        limit: how many actions to take at most.
        breakpoints: stop after a transition that matches one.
        progress: called with the state after every action.

    Returns:
        why it stopped; see `RunResult.ended`.

    Raises:
        LimitError: the limit was reached; everything so far is on the timeline.
    """
    try:
        with _without_collector():
            return _run(engine, timeline, condition, deadline, limit, breakpoints, progress)
    except KeyboardInterrupt:
        return "interrupted"
    finally:
        timeline.goto(len(timeline))


def _run(
    engine: Engine,
    timeline: Timeline,
    condition: Expectation | None,
    deadline: int | None,
    limit: int,
    breakpoints: Sequence[Breakpoint],
    progress: Progress | None,
) -> str:
    state = timeline.newest
    if condition is not None and holds(condition, state.view).ok:
        return "reached"
    for _ in range(limit):
        if deadline is None and engine.settled(state):
            return "settled" if condition is None else "stuck"
        action = engine.first(state)
        if deadline is not None and (action is None or (action.kind == "tick" and action.at > deadline)):
            timeline.record(engine.wait(state, deadline))
            return "time" if condition is None else "stuck"
        if action is None:
            return "settled" if condition is None else "stuck"
        state = engine.perform(state, action)
        moved = timeline.record(state)
        if progress is not None:
            progress(state)
        if moved and any(point.hit(state) for point in breakpoints):
            return "breakpoint"
        if condition is not None and (moved or action.kind == "tick") and holds(condition, state.view).ok:
            return "reached"
    raise limit_error(limit, timeline.transitions[-10:])
