"""What will follow: a twin of the cluster, in which something is done and which then runs on; the present stays.

do: delete pod/web-1        what is done first; a line each, see `kubelab.course.doing`
ahead: 1 step               how far is looked: `settled` (if nothing is said), `3 steps`, `90s`, `until CONDITION`

Both are parts of a prediction or an exercise.
"""

import re
from collections.abc import Sequence
from typing import Any

import attrs

from kubelab.api.duration import parse as parse_duration
from kubelab.cluster import Cluster
from kubelab.course.doing import Act
from kubelab.errors import QuantityError, UsageError
from kubelab.program import read_condition
from kubelab.sim.timeline import Timeline
from kubelab.state.snapshot import View

_STEPS = re.compile(r"(\d+) steps?")


@attrs.frozen
class Stretch:
    """What a cluster does from one step on; it is judged as a run of its own (`kubelab.sim.conditions.Run`).

    Attributes:
        cluster: the cluster; nobody else drives it.
        first: the step at which the stretch begins.
    """

    cluster: Cluster
    first: int

    def __len__(self) -> int:
        return len(self.timeline)

    @property
    def timeline(self) -> Timeline:
        """The timeline of which it is a part."""
        return self.cluster.timeline

    @property
    def transitions(self) -> Sequence[Any]:
        """Its transitions, oldest first."""
        return self.timeline.transitions[self.first :]

    def view(self, index: int | None = None) -> View:
        """The cluster after a step; 0 is the beginning of the stretch, None its end."""
        if index is None:
            return self.timeline.newest.view
        return self.timeline.view(max(index, self.first))


@attrs.frozen
class Horizon:
    """How far ahead is looked.

    Attributes:
        steps: so many steps, or None.
        time: so much virtual time, or "".
        until: until a condition holds, or ``settled``.
    """

    steps: int | None = None
    time: str = ""
    until: str = "settled"

    def reach(self, cluster: Cluster) -> None:
        """Let a cluster act so far.

        Raises:
            LimitError: it does not come to an end.
        """
        if self.steps is not None:
            cluster.step(self.steps)
        else:
            cluster.run(until=self.until, for_=self.time)

    def __str__(self) -> str:
        if self.steps is not None:
            return f"{self.steps} step{'s' * (self.steps != 1)} later"
        if self.time:
            return f"{self.time} later"
        return "in the end" if self.until == "settled" else f"when {self.until}"


SETTLED = Horizon()
"""Until nothing more is to be expected."""


def horizon(text: str) -> Horizon:
    """How far a text says to look.

    Raises:
        KubelabError: it says nothing of the kind.
    """
    steps = _STEPS.fullmatch(text)
    if steps is not None:
        return Horizon(steps=int(steps.group(1)))
    if text in ("", "settled"):
        return SETTLED
    if text.startswith("until "):
        condition = text.removeprefix("until ").strip()
        read_condition(condition)
        return Horizon(until=condition)
    try:
        parse_duration(text)
    except QuantityError:
        hint = "write `settled`, `3 steps`, `90s`, or `until CONDITION`"
        raise UsageError(f"{text!r} does not say how far to look; {hint}") from None
    return Horizon(time=text)


def look_ahead(cluster: Cluster, acts: Sequence[Act] = (), far: Horizon = SETTLED, at: int | None = None) -> Stretch:
    """What follows when something is done, in a twin of the cluster.

    Args:
        cluster: the cluster as it is.
        acts: what is done first.
        far: how far is looked then.
        at: the step from which it goes on; None means the cursor.

    Raises:
        KubelabError: something of it cannot be done.
    """
    twin = cluster.twin(at)
    stretch = Stretch(twin, twin.cursor)
    for act in acts:
        act.carry_out(twin)
    far.reach(twin)
    return stretch
