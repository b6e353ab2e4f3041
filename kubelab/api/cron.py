"""Cron schedules: ``*/5 * * * *``, ``0 0 1 jan *``, ``@daily``, ``@every 90m``.

Source: the parser that Kubernetes uses, `robfig/cron/v3` (``ParseStandard``), whose sentences the API server repeats.
"""

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

import attrs

from kubelab.api import duration
from kubelab.errors import QuantityError


@attrs.frozen
class _Bounds:
    low: int
    high: int
    names: tuple[str, ...] = ()


_FIELDS = {
    "minute": _Bounds(0, 59),
    "hour": _Bounds(0, 23),
    "day": _Bounds(1, 31),
    "month": _Bounds(1, 12, ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")),
    "weekday": _Bounds(0, 6, ("sun", "mon", "tue", "wed", "thu", "fri", "sat")),
}
_DESCRIPTORS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_EVERY = "@every "


@attrs.frozen
class Schedule:
    """The moments at which something is due.

    Attributes:
        minute, hour, day, month, weekday: the numbers that match; Sunday is 0.
        any_day: whether the day of the month is ``*``.
        any_weekday: whether the day of the week is ``*``. A moment has to match both kinds of day when one of
            them is ``*``, else one of the two.
        every: microseconds between two moments for ``@every``, else 0.
        zone: the time zone written into the schedule itself, or "".
    """

    minute: frozenset[int] = frozenset()
    hour: frozenset[int] = frozenset()
    day: frozenset[int] = frozenset()
    month: frozenset[int] = frozenset()
    weekday: frozenset[int] = frozenset()
    any_day: bool = False
    any_weekday: bool = False
    every: int = 0
    zone: str = ""

    def next(self, after: int, zone: tzinfo = UTC) -> int | None:
        """The first moment after another one, both in seconds since 1970; None where there is none within five years.

        Moments that a change of the clocks skips are left out; those that it repeats come twice.

        Args:
            after: the moment after which it is to be.
            zone: the time zone in which the schedule is meant.
        """
        if self.every:
            return after + self.every // 1_000_000
        local = datetime.fromtimestamp(after + 60 - after % 60, UTC).astimezone(zone)
        last = local.year + YEARS
        while local.year <= last:
            if local.month not in self.month:
                local = _midnight(local.replace(day=1) + timedelta(days=32), zone, first=True)
            elif not self._on_day(local):
                local = _midnight(local + timedelta(days=1), zone)
            elif local.hour not in self.hour:
                local = _later(local, timedelta(hours=1) - timedelta(minutes=local.minute), zone)
            elif local.minute not in self.minute:
                local = _later(local, timedelta(minutes=1), zone)
            else:
                return int(local.timestamp())
        return None

    def _on_day(self, local: datetime) -> bool:
        day, weekday = local.day in self.day, local.isoweekday() % 7 in self.weekday
        return day and weekday if self.any_day or self.any_weekday else day or weekday


YEARS: Final = 5
"""So far ahead the next moment is looked for."""


def _midnight(local: datetime, zone: tzinfo, *, first: bool = False) -> datetime:
    """The beginning of a day, or of its month."""
    start = datetime(local.year, local.month, 1 if first else local.day, tzinfo=zone)
    return start.astimezone(UTC).astimezone(zone)


def _later(local: datetime, by: timedelta, zone: tzinfo) -> datetime:
    return (local.astimezone(UTC) + by).astimezone(zone)


def parse(text: str) -> Schedule:
    """Read a schedule.

    Raises:
        QuantityError: it is none, in the API server's words.
    """
    if not text:
        raise QuantityError("empty spec string")
    zone = ""
    if text.startswith(("TZ=", "CRON_TZ=")):
        setting, space, rest = text.partition(" ")
        if not space:
            raise QuantityError("invalid schedule format: runtime error: slice bounds out of range [:-1]")
        zone, text = setting.partition("=")[2], rest.strip()
    if text.startswith(_EVERY):
        return Schedule(every=_interval(text.removeprefix(_EVERY)), zone=zone)
    if text.startswith("@"):
        if text not in _DESCRIPTORS:
            raise QuantityError(f"unrecognized descriptor: {text}")
        text = _DESCRIPTORS[text]
    words = text.split()
    if len(words) != len(_FIELDS):
        listed = " ".join(words)
        raise QuantityError(f"expected exactly {len(_FIELDS)} fields, found {len(words)}: [{listed}]")
    sets, stars = {}, {}
    for word, (name, bounds) in zip(words, _FIELDS.items(), strict=True):
        sets[name], stars[name] = _field(word, bounds)
    return Schedule(
        minute=sets["minute"],
        hour=sets["hour"],
        day=sets["day"],
        month=sets["month"],
        weekday=sets["weekday"],
        any_day=stars["day"],
        any_weekday=stars["weekday"],
        zone=zone,
    )


def _interval(text: str) -> int:
    try:
        return max(duration.parse(text) // 1_000_000, 1) * 1_000_000
    except QuantityError as error:
        raise QuantityError(f"failed to parse duration {_EVERY}{text}: {error}") from None


def _field(word: str, bounds: _Bounds) -> tuple[frozenset[int], bool]:
    numbers: set[int] = set()
    star = False
    for part in filter(None, word.split(",")):
        found, is_star = _range(part, bounds)
        numbers |= found
        star = star or is_star
    return frozenset(numbers), star


def _range(text: str, bounds: _Bounds) -> tuple[set[int], bool]:
    span, *steps = text.split("/")
    ends = span.split("-")
    star = ends[0] in ("*", "?")
    if star:
        low, high = bounds.low, bounds.high
    else:
        low = high = _number(ends[0], bounds)
        if len(ends) == 2:
            high = _number(ends[1], bounds)
        elif len(ends) > 2:
            raise QuantityError(f"too many hyphens: {text}")
    if len(steps) > 1:
        raise QuantityError(f"too many slashes: {text}")
    step = 1
    if steps:
        step = _number(steps[0], _Bounds(0, 0))
        if len(ends) == 1:
            high = bounds.high
        star = star and step <= 1
    if low < bounds.low:
        raise QuantityError(f"beginning of range ({low}) below minimum ({bounds.low}): {text}")
    if high > bounds.high:
        raise QuantityError(f"end of range ({high}) above maximum ({bounds.high}): {text}")
    if low > high:
        raise QuantityError(f"beginning of range ({low}) beyond end of range ({high}): {text}")
    if step == 0:
        raise QuantityError(f"step of range should be a positive number: {text}")
    return set(range(low, high + 1, step)), star


def _number(text: str, bounds: _Bounds) -> int:
    if text.lower() in bounds.names:
        return bounds.names.index(text.lower()) + bounds.low
    digits = text[1:] if text[:1] in ("+", "-") else text
    if not (digits.isascii() and digits.isdigit()):
        raise QuantityError(f'failed to parse int from {text}: strconv.Atoi: parsing "{text}": invalid syntax')
    if int(text) < 0:
        raise QuantityError(f"negative number ({int(text)}) not allowed: {text}")
    return int(text)
