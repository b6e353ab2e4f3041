"""Lengths of time: read as Go writes them (``1m30s``), and printed as kubectl prints an age (``5m12s``).

Source: Go's ``time.ParseDuration``; apimachinery `pkg/util/duration` (``HumanDuration``).
"""

import re

from kubelab.errors import QuantityError

_MICROSECONDS = {
    "us": 1,
    "\N{MICRO SIGN}s": 1,
    "\N{GREEK SMALL LETTER MU}s": 1,
    "ms": 1_000,
    "s": 1_000_000,
    "m": 60_000_000,
    "h": 3_600_000_000,
}
_PART = re.compile(r"(\d*)(\.\d*)?([^\d.]*)")
_DIGITS = 20
"""So many digits before and behind the point are looked at; more do not fit into 64 bits."""

_MAX_SECONDS = (2**63 - 1) // 10**9


def parse(text: str) -> int:
    """The microseconds that `text` says: ``"1m30s"``, ``"500ms"``, ``"-1.5h"``, ``"0"``.

    Parts of a microsecond are cut off.

    Raises:
        QuantityError: in the words of Go's ``time.ParseDuration``.
    """
    rest = text[1:] if text[:1] in ("-", "+") else text
    if rest == "0":
        return 0
    if not rest:
        raise QuantityError(f"time: invalid duration {_quoted(text)}")
    total = 0
    while rest:
        match = _PART.match(rest)
        assert match is not None
        whole, fraction, unit = match.group(1), match.group(2) or "", match.group(3)
        if not whole and len(fraction) < 2:
            raise QuantityError(f"time: invalid duration {_quoted(text)}")
        if not unit:
            raise QuantityError(f"time: missing unit in duration {_quoted(text)}")
        if unit != "ns" and unit not in _MICROSECONDS:
            raise QuantityError(f"time: unknown unit {_quoted(unit)} in duration {_quoted(text)}")
        if len(whole.lstrip("0")) > _DIGITS:
            raise QuantityError(f"time: invalid duration {_quoted(text)}")
        whole, digits = whole.lstrip("0"), fraction[1 : _DIGITS + 1]
        amount = int(whole + digits or "0")
        scale = 10 ** len(digits)
        total += amount // (scale * 1000) if unit == "ns" else amount * _MICROSECONDS[unit] // scale
        rest = rest[match.end() :]
    if total // 1_000_000 > _MAX_SECONDS:
        raise QuantityError(f"time: invalid duration {_quoted(text)}")
    return -total if text[0] == "-" else total


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def text_of(microseconds: int) -> str:
    """A length of time as Go prints it: ``90_000_000`` is ``1m30s``, ``250_000`` is ``250ms``."""
    sign, rest = ("-", -microseconds) if microseconds < 0 else ("", microseconds)
    if rest == 0:
        return "0s"
    if rest < 1_000:
        return f"{sign}{rest}\N{MICRO SIGN}s"
    if rest < 1_000_000:
        return f"{sign}{_decimal(rest, 1_000)}ms"
    minutes, rest = divmod(rest, 60_000_000)
    hours, minutes = divmod(minutes, 60)
    seconds = f"{_decimal(rest, 1_000_000)}s"
    if hours:
        return f"{sign}{hours}h{minutes}m{seconds}"
    return f"{sign}{minutes}m{seconds}" if minutes else f"{sign}{seconds}"


def _decimal(amount: int, unit: int) -> str:
    whole, part = divmod(amount, unit)
    if not part:
        return str(whole)
    digits = str(part).rjust(len(str(unit)) - 1, "0").rstrip("0")
    return f"{whole}.{digits}"


def elapsed(microseconds: int) -> str:
    """How long a run has taken, for a person: ``1.25s``, ``7m52.2s``, ``9h20m``, ``3d2h``.

    The longer it is, the coarser: milliseconds in the first minute, tenths in the first hour, then seconds, from a day
    on minutes; parts that are nothing are left out.
    """
    thousandths, tenths = (microseconds + 500) // 1_000, (microseconds + 50_000) // 100_000
    if thousandths < 60_000:
        return f"{_decimal(thousandths, 1_000)}s"
    if tenths < 36_000:
        minutes, rest = divmod(tenths, 600)
        return f"{minutes}m" + (f"{_decimal(rest, 10)}s" if rest else "")
    minutes, seconds = divmod((microseconds + 500_000) // 1_000_000, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [(days, "d"), (hours, "h"), (minutes, "m"), (0 if days else seconds, "s")]
    return "".join(f"{amount}{unit}" for amount, unit in parts if amount)


def human(seconds: int) -> str:
    """An age of whole seconds as kubectl's tables print it, two or three figures long: ``5m12s``, ``3h``, ``47d``."""
    if seconds < -1:
        return "<invalid>"
    if seconds < 0:
        return "0s"
    if seconds < 120:
        return f"{seconds}s"
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if minutes < 10:
        return _two(minutes, "m", seconds % 60, "s")
    if minutes < 180:
        return f"{minutes}m"
    if hours < 8:
        return _two(hours, "h", minutes % 60, "m")
    if hours < 48:
        return f"{hours}h"
    if hours < 192:
        return _two(days, "d", hours % 24, "h")
    if days < 730:
        return f"{days}d"
    if days < 2920:
        return _two(days // 365, "y", days % 365, "d")
    return f"{days // 365}y"


def _two(large: int, large_unit: str, small: int, small_unit: str) -> str:
    return f"{large}{large_unit}{small}{small_unit}" if small else f"{large}{large_unit}"
