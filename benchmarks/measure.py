"""What a benchmark yields, and how it is timed and printed."""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import attrs


@attrs.frozen
class Measure:
    """One number that a benchmark found.

    Attributes:
        what: what was measured, with the size of the input.
        value: the number.
        unit: its unit.
        ratio: the number as a multiple of `than`, or None where there is nothing to compare with.
        than: what the ratio is to.
        aim: the greatest or least ratio (value, where there is no ratio) that is aimed at, or None.
        least: whether the aim is a least one.
    """

    what: str
    value: float
    unit: str
    ratio: float | None = None
    than: str = ""
    aim: float | None = None
    least: bool = False

    @property
    def met(self) -> bool:
        """Whether the aim is met; True where there is none."""
        if self.aim is None:
            return True
        compared = self.value if self.ratio is None else self.ratio
        return compared >= self.aim if self.least else compared <= self.aim

    def __str__(self) -> str:
        line = f"{self.what:<58} {number(self.value):>8} {self.unit:<14}"
        if self.ratio is not None:
            line += f" {number(self.ratio)} x {self.than}"
        if self.aim is not None:
            unit = f" {self.unit}" if self.ratio is None else " x"
            line += f"  (aim: {'at least' if self.least else 'at most'} {number(self.aim)}{unit}: "
            line += "met)" if self.met else "NOT met)"
        return line.rstrip()


def number(value: float) -> str:
    """A number with three significant digits, or whole where it is large."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


@contextmanager
def quiet() -> Iterator[None]:
    """No garbage collection while something short is timed."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def seconds(action: Callable[[], object]) -> float:
    """How long one call takes."""
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def best(action: Callable[[], object], times: int = 5) -> float:
    """The shortest of several calls, in seconds: what the machine's other work disturbed least."""
    with quiet():
        return min(seconds(action) for _ in range(times))
