"""All the ways it went: the timelines of one cluster, of which one is the present one."""

from collections.abc import Iterable

from kubelab.errors import UsageError
from kubelab.sim.state import State
from kubelab.sim.timeline import Timeline
from kubelab.sim.transition import Transition


class Branches:
    """The branches of one cluster.

    Attributes:
        present: the branch that is looked at, and that takes what happens next.
        departure: what is to be said where the last change was in the past, and so made a branch; else "".
    """

    def __init__(self, start: State) -> None:
        """Begin with one branch, ``main``, at `start`."""
        self.present = Timeline(start)
        self.departure = ""
        self._all = {self.present.branch: self.present}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all branches, in the order in which they were made."""
        return tuple(self._all)

    def fork(self, name: str = "", at: int | None = None) -> str:
        """Leave the present branch at a step (its cursor), and go on differently; the old branch stays.

        Returns:
            the name of the new branch, which is the present one now.

        Raises:
            UsageError: the name is taken, or there is no such step.
        """
        chosen = name or next(n for n in map("branch-{}".format, range(1, len(self._all) + 2)) if n not in self._all)
        if chosen in self._all:
            raise UsageError(f"there is a branch {chosen!r} already")
        self.present = self._all[chosen] = self.present.fork(chosen, at)
        return chosen

    def apart(self, at: int | None = None) -> "Branches":
        """Branches of their own that begin with the present one, up to a step (its cursor).

        Raises:
            UsageError: there is no such step.
        """
        other = Branches(self.present.state(0))
        other.present = self.present.fork(self.present.branch, at)
        other._all = {other.present.branch: other.present}
        return other

    def switch(self, name: str) -> None:
        """Go to another branch, to where it was looked at last.

        Raises:
            UsageError: there is no such branch.
        """
        if name not in self._all:
            raise UsageError(f"there is no branch {name!r}; there are: {', '.join(self._all)}")
        self.present = self._all[name]

    def changeable(self) -> Timeline:
        """The present branch, ready to take a change at its cursor: forked where the cursor is in the past."""
        self.departure = ""
        left, at = self.present.branch, self.present.cursor
        if at < len(self.present):
            self.departure = f"on new branch {self.fork()}, which leaves {left} at step {at}"
        return self.present

    def record(self, states: Iterable[State]) -> Transition | None:
        """Take states in at the end of the present branch; the last new transition, or None."""
        moved = False
        for state in states:
            moved = self.present.record(state) or moved
        self.present.goto(len(self.present))
        return self.present.at() if moved else None
