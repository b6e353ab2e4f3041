"""Moments in manifests: RFC 3339 text to `Time` and `MicroTime`, and back.

Source: apimachinery `pkg/apis/meta/v1` (``Time``, ``MicroTime``); Go's ``time.Parse`` for the texts of errors.
"""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from kubelab.api.scalars import MicroTime, Time
from kubelab.errors import QuantityError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_RFC3339 = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(Z|([+-])(\d\d):(\d\d))$", re.ASCII)
_LAYOUT = "2006-01-02T15:04:05Z07:00"
_MICRO_LAYOUT = "2006-01-02T15:04:05.000000Z07:00"

# What Go expects piece by piece: the pattern of the text, and the piece of the layout named in the error.
_PIECES = (
    (r"\d{4}", "2006"),
    (r"-", "-"),
    (r"\d\d", "01"),
    (r"-", "-"),
    (r"\d\d", "02"),
    (r"T", "T"),
    (r"\d\d", "15"),
    (r":", ":"),
    (r"\d\d", "04"),
    (r":", ":"),
    (r"\d\d", "05"),
    (r"(?:[.,]\d+)?", ""),
    (r"Z|[+-]\d\d:\d\d", "Z07:00"),
)


@lru_cache(maxsize=4096)
def parse(text: str) -> Time:
    """The moment that `text` says, to the second; parts of a second are cut off.

    Raises:
        QuantityError: in the words of Go's ``time.Parse``.
    """
    return Time(_microseconds(text, _LAYOUT) // 1_000_000)


@lru_cache(maxsize=4096)
def parse_micro(text: str) -> MicroTime:
    """The moment that `text` says, to the microsecond.

    Raises:
        QuantityError: in the words of Go's ``time.Parse``.
    """
    return MicroTime(_microseconds(text, _MICRO_LAYOUT))


def _microseconds(text: str, layout: str) -> int:
    match = _RFC3339.match(text)
    if match is None:
        raise QuantityError(_refusal(text, layout))
    year, month, day, hour, minute, second = (int(match.group(n)) for n in range(1, 7))
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        raise QuantityError(_out_of_range(text, month, hour, minute, second)) from None
    if match.group(9):
        offset = timedelta(hours=int(match.group(10)), minutes=int(match.group(11)))
        moment += -offset if match.group(9) == "+" else offset
    fraction = (match.group(7) or "")[:6].ljust(6, "0")
    return (moment - _EPOCH) // timedelta(microseconds=1) + int(fraction)


def _out_of_range(text: str, month: int, hour: int, minute: int, second: int) -> str:
    for name, wrong in (
        ("month", not 1 <= month <= 12),
        ("hour", hour > 23),
        ("minute", minute > 59),
        ("second", second > 59),
    ):
        if wrong:
            return f'parsing time "{text}": {name} out of range'
    return f'parsing time "{text}": day out of range'


def _refusal(text: str, layout: str) -> str:
    rest = text
    for pattern, name in _PIECES:
        match = re.match(pattern, rest, re.ASCII)
        if match is None:
            return f'parsing time "{text}" as "{layout}": cannot parse "{rest}" as "{name}"'
        rest = rest[match.end() :]
    return f'parsing time "{text}": extra text: "{rest}"'


@lru_cache(maxsize=4096)
def text_of(moment: int) -> str:
    """A `Time` (seconds since 1970) as manifests write it: ``2026-01-31T08:00:00Z``."""
    return (_EPOCH + timedelta(seconds=moment)).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")


@lru_cache(maxsize=4096)
def text_of_micro(moment: int) -> str:
    """A `MicroTime` (microseconds since 1970) as manifests write it: ``2026-01-31T08:00:00.000000Z``."""
    return (_EPOCH + timedelta(microseconds=moment)).strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")
