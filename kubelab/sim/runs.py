"""What a run came to."""

from collections.abc import Sequence
from typing import Any

import attrs


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
        lines = [f"{self.steps} {plural}, {self.seconds:g} s of virtual time: {ended} (at step {self.index})"]
        return "\n".join([*lines, *(str(v) for v in self.verdicts)])

    def __repr__(self) -> str:
        return str(self)
