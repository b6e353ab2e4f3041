"""The timeline: every transition so far, a cursor, and the branches that were taken instead.

Every picture, table and explanation is a function of a timeline and a place on it. Going back, jumping and forking
cost nothing: each state is kept whole and shares what stayed the same with its neighbours.
"""

from collections.abc import Sequence

from kubelab.api.model import evolve
from kubelab.errors import UsageError
from kubelab.sim.state import State
from kubelab.sim.transition import Transition
from kubelab.state.snapshot import ObjectKey, View


class Timeline:
    """The states of one branch, one after each transition, and a cursor on them.

    Attributes:
        branch: the name of the branch.
        parent: the name of the branch it was forked from, or "".
        fork_at: the index at which it left its parent.
        cursor: which state is looked at: 0 is the start, `len(timeline)` the newest.
    """

    def __init__(self, start: State, branch: str = "main") -> None:
        """Begin a branch at `start`, which must have made no steps."""
        self.branch = branch
        self.parent = ""
        self.fork_at = 0
        self.cursor = 0
        self._states: list[State] = [start]
        self._transitions: list[Transition] = []

    def __len__(self) -> int:
        return len(self._transitions)

    def __repr__(self) -> str:
        return f"<Timeline {self.branch}: step {self.cursor} of {len(self)}>"

    @property
    def transitions(self) -> Sequence[Transition]:
        """All transitions of the branch; the one at position i has index i + 1."""
        return self._transitions

    @property
    def newest(self) -> State:
        """The state at the end of the branch."""
        return self._states[-1]

    def state(self, index: int | None = None) -> State:
        """The state after the transition with this index; 0 is the start, None means the cursor."""
        return self._states[self._checked(self.cursor if index is None else index)]

    def view(self, index: int | None = None) -> View:
        """The cluster after the transition with this index; None means at the cursor."""
        return self.state(index).view

    def at(self, index: int | None = None) -> Transition | None:
        """The transition with this index, or None for the start; None means at the cursor."""
        place = self._checked(self.cursor if index is None else index)
        return self._transitions[place - 1] if place else None

    def _checked(self, index: int) -> int:
        if not 0 <= index < len(self._states):
            raise UsageError(f"there is no step {index}: this timeline goes from 0 to {len(self)}")
        return index

    def record(self, state: State) -> bool:
        """Take a following state in; it stands for the newest one if no transition led to it.

        Returns:
            whether there is a new transition.
        """
        if state.steps == len(self):
            self._states[-1] = state
            return False
        transition = state.transition
        if transition is None or state.steps != len(self) + 1:
            raise ValueError("a timeline takes one transition at a time")
        # In this order, so that an interruption between the two leaves a whole timeline.
        self._states[state.steps :] = [state]
        self._transitions.append(transition)
        return True

    def goto(self, index: int) -> None:
        """Move the cursor.

        Raises:
            UsageError: there is no such step.
        """
        self.cursor = self._checked(index)

    def fork(self, branch: str, at: int | None = None) -> "Timeline":
        """Another branch that shares this one's past up to `at` (the cursor), and ends there."""
        place = self._checked(self.cursor if at is None else at)
        other = Timeline(self._states[0], branch)
        other.parent = self.branch
        other.fork_at = place
        other._states = self._states[: place + 1]
        other._transitions = self._transitions[:place]
        other.cursor = place
        return other

    def chain(self, index: int | None = None) -> list[Transition]:
        """The transitions that led to one, oldest first, the one itself last."""
        transition = self.at(index)
        found: list[Transition] = []
        while transition is not None:
            found.append(transition)
            transition = self.at(transition.cause) if transition.cause else None
        return found[::-1]

    def about(self, key: ObjectKey, until: int | None = None) -> list[Transition]:
        """The transitions about one object, up to the cursor (or `until`), oldest first."""
        end = self._checked(self.cursor if until is None else until)
        return [t for t in self._transitions[:end] if t.key == key]


def at_rest(state: State) -> State:
    """A state as the start of a timeline: its steps are counted from here."""
    works = {mark: evolve(t, work=evolve(t.work, cause=None)) for mark, t in state.timers.due.items()}
    timers = evolve(state.timers, due=state.timers.due.update(works))
    return evolve(state, steps=0, transition=None, timers=timers)
