"""What a person sees while a run takes long: on stderr, so that answers stay clean."""

import sys
import time
from typing import TextIO

from kubelab.api.duration import elapsed
from kubelab.sim.state import EPOCH, State

SECOND = 1_000_000

PATIENCE = 0.5
"""After how many seconds a terminal begins to show where the run is."""

REDRAW = 0.1
"""How many seconds lie between two looks of that line."""

LONG = 10.0
"""Where stderr is no terminal (a log, say): how many seconds lie between two lines."""

ACTIONS_A_LOOK = 64
"""So many actions go by between two looks at the clock, so that progress costs a run nothing."""


class Progress:
    """Shows how far a run is; called with the state after every action, and closed at the end."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._terminal = self._stream.isatty()
        self._began = time.monotonic()
        self._due = self._began + (PATIENCE if self._terminal else LONG)
        self._actions = 0
        self._shown = 0

    def __call__(self, state: State) -> None:
        """Take note of one more action."""
        self._actions += 1
        if self._actions % ACTIONS_A_LOOK:
            return
        now = time.monotonic()
        if now < self._due:
            return
        self._due = now + (REDRAW if self._terminal else LONG)
        self._show(f"{state.steps} steps, {virtual(state.now)} of virtual time, {now - self._began:.0f} s")

    def _show(self, line: str) -> None:
        if self._terminal:
            self._stream.write("\r" + line.ljust(self._shown))
            self._shown = len(line)
        else:
            self._stream.write(f"... {line}\n")
        self._stream.flush()

    def close(self) -> None:
        """Take the line away again, so that what follows begins at the left."""
        if self._shown:
            self._stream.write("\r" + " " * self._shown + "\r")
            self._stream.flush()
            self._shown = 0


def virtual(now: int) -> str:
    """How much virtual time has gone by at a moment (microseconds since 1970), in words."""
    passed = now - EPOCH
    return f"{passed / SECOND:.1f} s" if passed < 60 * SECOND else elapsed(passed)
