"""Every order in which things could have happened: from a state, all enabled actions are taken, not only the first.

In the manner of a model checker: states are visited breadth first up to a limit; a state that looks the same as one
seen before is not visited again. What is found wrong comes with the actions that lead to it.
"""

from collections import deque
from collections.abc import Callable, Iterable

import attrs

from kubelab.sim.engine import Action, Engine
from kubelab.sim.state import State


@attrs.frozen
class Finding:
    """A state in which something is wrong.

    Attributes:
        problems: what is wrong, a sentence each.
        path: the actions that lead there from the state the search began at.
        state: that state.
    """

    problems: tuple[str, ...]
    path: tuple[Action, ...]
    state: State

    def __str__(self) -> str:
        steps = "\n".join(f"  {number}. {action}" for number, action in enumerate(self.path, 1))
        return "\n".join((*self.problems, "reached by:", steps))


@attrs.frozen
class Exploration:
    """What a search came to.

    Attributes:
        visited: how many states were looked at.
        ends: how many of them had nothing left to do.
        complete: whether every reachable state was visited; False when the limit was reached.
        findings: what was found wrong.
    """

    visited: int
    ends: int
    complete: bool
    findings: tuple[Finding, ...]


def explore(
    engine: Engine,
    start: State,
    check: Callable[[State], Iterable[str]],
    limit: int = 1_000,
    choose: Callable[[State, tuple[Action, ...]], Iterable[Action]] | None = None,
) -> Exploration:
    """Visit the states that can be reached, in every order of what can happen.

    Args:
        engine: the engine that runs the cluster.
        start: where to begin.
        check: gives a sentence for everything wrong with a state.
        limit: how many states to visit at most.
        choose: which of the enabled actions to follow; all of them if None.
    """
    seen: set[object] = set()
    waiting: deque[tuple[State, tuple[Action, ...]]] = deque([(start, ())])
    findings: list[Finding] = []
    visited = ends = 0
    while waiting and visited < limit:
        state, path = waiting.popleft()
        mark = fingerprint(state)
        if mark in seen:
            continue
        seen.add(mark)
        visited += 1
        if problems := tuple(check(state)):
            findings.append(Finding(problems, path, state))
            continue
        actions = () if engine.settled(state) else engine.enabled(state)
        ends += not actions
        for action in actions if choose is None else choose(state, actions):
            waiting.append((engine.perform(state, action), (*path, action)))
    return Exploration(visited, ends, not waiting, tuple(findings))


def fingerprint(state: State) -> object:
    """What makes two states the same for what comes after: the cluster, the clock and the waiting work.

    Names and revisions follow from the order of the writes, so orders that differ in them count as different.
    """
    snapshot = state.snapshot
    return (
        state.now,
        snapshot.objects,
        snapshot.machines,
        snapshot.generated,
        frozenset((work.actor, work.key) for work in state.queue.waiting()),
        frozenset((actor, pending.work.key, len(pending.requests)) for actor, pending in state.pending.items()),
        frozenset((mark, timer.at) for mark, timer in state.timers.due.items()),
        state.stopped,
    )
