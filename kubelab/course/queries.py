"""What may be asked for and typed in: each is worked out on a stretch of a run, when it has ended.

count pods app=web Running              how many; anything that the language expects, without a number
.spec.nodeName of pod web-1             a field; of several objects each value once, separated by commas
.spec.nodeName of pods app=web in shop
who acts                                the components that make a step; `who acts first`, `who acts last`
time until node worker-2 NotReady       how much virtual time goes by; a tenth more or less is right, too

Several parts of an answer may be typed in any order, with commas between them.
"""

import re
from collections.abc import Callable
from typing import Any, Protocol

import attrs

from kubelab.api.duration import elapsed
from kubelab.api.duration import parse as parse_duration
from kubelab.api.expectation import Expectation
from kubelab.course.ahead import Stretch
from kubelab.errors import Mistake, QuantityError, SourceError
from kubelab.program import read_condition
from kubelab.sim.conditions import field_of, matching, over_time, selected
from kubelab.sim.engine import USER
from kubelab.sim.fault_step import FAULT
from kubelab.state.snapshot import SECOND, View

TOLERANCE = 0.1
"""By what part of it a time may be missed."""

_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NOTHING = ("no", "none", "nobody", "nothing", "null", "<none>", "-", "")
_FIELD = re.compile(r"(\.\S+) of (.+)")


@attrs.frozen
class Result:
    """The answer to a query.

    Attributes:
        text: the answer, as it is shown.
        values: its parts, in lower case; the order does not matter.
        steps: the step that made it so, if one did.
    """

    text: str
    values: frozenset[str]
    steps: tuple[int, ...] = ()


class Query(Protocol):
    """Something that can be asked of a stretch."""

    @property
    def text(self) -> str:
        """As it was written."""

    def ask(self, stretch: Stretch) -> Result:
        """The answer."""

    def accepts(self, typed: str, result: Result) -> bool:
        """Whether what a person typed is the answer."""


def query(text: str) -> Query:
    """Read a query.

    Raises:
        SourceError: it is none.
    """
    text = " ".join(text.split())
    if text.startswith("count "):
        return Count(text, read_condition(text.removeprefix("count ")))
    if (found := _FIELD.fullmatch(text)) is not None:
        # The path is read as part of a condition, so that a misspelt one is told.
        return Field(text, found.group(1).removeprefix("."), read_condition(found.group(2)))
    if text in ("who acts", "who acts first", "who acts last"):
        return Who(text, text.removeprefix("who acts").strip())
    if text.startswith("time until "):
        return Time(text, read_condition(text.removeprefix("time until ")))
    mistake = Mistake(f"{text!r} asks for nothing that is known", code="course")
    hint = "write `count pods app=web`, `.spec.nodeName of pod web-1`, `who acts first` or `time until CONDITION`"
    raise SourceError([mistake], f"{mistake.message}\n  {hint}")


def _parts(typed: str) -> frozenset[str]:
    words = re.split(r"\s*(?:,|\band\b|;|\n)\s*", typed.strip().strip(".").casefold())
    return frozenset("" if word in _NOTHING else _digits(word) for word in words)


def _digits(word: str) -> str:
    return str(_NUMBERS.index(word)) if word in _NUMBERS else word


def _last_change(stretch: Stretch, kind: str, value: Callable[[View], Any]) -> tuple[int, ...]:
    """The step about an object of a kind at which a value became what it is in the end."""
    last = value(stretch.view())
    for transition in reversed(stretch.transitions):
        if transition.key.kind == kind and value(stretch.view(transition.index - 1)) != last:
            return (transition.index,)
    return ()


@attrs.frozen
class Count:
    """How many objects are as described."""

    text: str
    expectation: Expectation

    def _number(self, view: View) -> int:
        return len(matching(self.expectation, view))

    def ask(self, stretch: Stretch) -> Result:
        """How many there are in the end."""
        number = self._number(stretch.view())
        steps = _last_change(stretch, self.expectation.kind, self._number)
        return Result(str(number), frozenset((str(number),)), steps)

    def accepts(self, typed: str, result: Result) -> bool:
        """A number, in digits or as a word."""
        word = typed.strip().casefold().strip(".")
        number = "0" if word in _NOTHING and word else _digits(word)
        return number.lstrip("0").rjust(1, "0") in result.values


@attrs.frozen
class Field:
    """What stands in a field."""

    text: str
    path: str
    expectation: Expectation

    def _values(self, view: View) -> tuple[str, ...]:
        found = (field_of(obj, self.path) for obj in selected(self.expectation, view))
        return tuple(sorted({_shown(value) for value in found}))

    def ask(self, stretch: Stretch) -> Result:
        """What stands there in the end."""
        values = self._values(stretch.view())
        if not values:
            raise SourceError([], f"{self.text}: there is no such object")
        steps = _last_change(stretch, self.expectation.kind, self._values)
        return Result(", ".join(value or "nothing" for value in values), frozenset(map(str.casefold, values)), steps)

    def accepts(self, typed: str, result: Result) -> bool:
        """The values, in any order."""
        return _parts(typed) == result.values


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


@attrs.frozen
class Who:
    """Who acts."""

    text: str
    place: str

    def ask(self, stretch: Stretch) -> Result:
        """The components that make a step; a kubelet or kube-proxy is one, whatever its node."""
        steps = [t for t in stretch.transitions if t.actor not in (USER, FAULT)]
        told = steps[:1] if self.place == "first" else steps[-1:] if self.place == "last" else steps
        names = sorted({t.actor.partition("/")[0] for t in told})
        decided = tuple(t.index for t in told) if self.place else ()
        return Result(", ".join(names) or "nobody", frozenset(names or [""]), decided)

    def accepts(self, typed: str, result: Result) -> bool:
        """The names, in any order; `the`, and a node behind the name, do not matter."""
        said = {word.removeprefix("the ").partition("/")[0].partition(" on ")[0].strip() for word in _parts(typed)}
        return said == result.values or {f"kube-{word}" for word in said} == result.values


@attrs.frozen
class Time:
    """How much virtual time goes by until something is so."""

    text: str
    expectation: Expectation

    def ask(self, stretch: Stretch) -> Result:
        """The time, from the beginning of the stretch."""
        (verdict,) = over_time((attrs.evolve(self.expectation, mode="eventually", within=None),), stretch)
        if not verdict or verdict.index is None:
            return Result("never", frozenset(("never",)))
        begun = stretch.timeline.state(stretch.first).now
        seconds = (stretch.view(verdict.index).now - begun) / SECOND
        steps = (verdict.index,) if verdict.index > stretch.first else ()
        told = f"{seconds:.3g} s" if seconds < 120 else elapsed(round(seconds * SECOND))
        return Result(told, frozenset((str(seconds),)), steps)

    def accepts(self, typed: str, result: Result) -> bool:
        """Seconds, or a time with its unit, within the tolerance; or ``never``."""
        said = typed.strip().casefold().removeprefix("about ").removeprefix("after ")
        (value,) = result.values
        if value == "never" or said == "never":
            return value == said
        said = re.sub(r"\s*(seconds?|secs?|s)\b", "s", re.sub(r"\s*(minutes?|mins?|m)\b", "m", said)).replace(" ", "")
        try:
            typed_seconds = float(said) if re.fullmatch(r"[\d.]+", said) else parse_duration(said) / SECOND
        except (QuantityError, ValueError):
            return False
        wanted = float(value)
        return abs(typed_seconds - wanted) <= max(wanted * TOLERANCE, 0.5)
