"""What a single word of a source text says: text, numbers, durations, names; and where it stands."""

import json
import re
import textwrap
from collections.abc import Sequence
from typing import Any

from kubelab.api import behaviour
from kubelab.errors import Mistake, Span

Token = Any
"""A `lark.Token`: a str with `type`, `value` and its place."""

MAX_RANGE = 10_000
"""How many names a range such as ``worker-[1..3]`` may stand for."""

_RANGE = re.compile(r"(.*?)\[(\d+)\.\.(\d+)\](.*)", re.DOTALL)
_QUOTES = ("'", '"')


class Wrong(Exception):
    """A statement that says something impossible; the compiler notes the mistake and goes on behind it."""

    def __init__(self, message: str, at: Any, hint: str = "", code: str = "") -> None:
        """Say what is wrong with the token or tree `at`."""
        super().__init__(message)
        self.mistake = Mistake(message, span_of(at), hint, code=code)


def span_of(at: Any) -> Span | None:
    """Where a token or tree stands."""
    place = getattr(at, "meta", at)
    line = getattr(place, "line", None)
    return None if line is None else Span(line, place.column, place.end_line, place.end_column)


def is_quoted(token: Token) -> bool:
    """Whether a word stands between quotes, and so is text whatever it looks like."""
    quoted: bool = token.value[0] in _QUOTES
    return quoted


def text_of(token: Token) -> str:
    """The text that a word stands for, without its quotes."""
    value: str = token.value
    if value[0] not in _QUOTES:
        return value
    if value.startswith('"""'):
        return dedented(value[3:-3])
    return _unquoted(value, token)


def _unquoted(value: str, token: Token) -> str:
    if value[0] == "'":
        return value[1:-1].replace("''", "'")
    if "\\" not in value:
        return value[1:-1]
    try:
        text: str = json.loads(value, strict=False)
        text.encode()
    except UnicodeError:
        raise Wrong("half of a surrogate pair is no character", token, code="bad-escape") from None
    except ValueError:
        hint = r"the escapes are \" \\ \/ \n \t \r \b \f and \u0041; between single quotes a backslash is itself"
        raise Wrong("there is no such escape", token, hint, "bad-escape") from None
    return text


def dedented(content: str) -> str:
    """The text between triple quotes: a first empty line and the common indentation are not part of it."""
    first, newline, rest = content.partition("\n")
    if not newline or first.strip():
        return content
    lines = rest.split("\n")
    # The line of the closing quotes counts for the indentation even when nothing else is on it.
    last = lines[-1] if lines[-1].strip() else lines[-1] + "|"
    text = textwrap.dedent("\n".join([*lines[:-1], last]))
    return text if lines[-1].strip() else text[:-1]


def whole(token: Token, what: str = "a number") -> int:
    """The whole number that a word says.

    Raises:
        Wrong: it says none.
    """
    value = token.value
    digits = value[1:] if value[:1] == "-" else value
    if not digits.isdecimal() or not digits.isascii() or len(digits) > 18:
        raise Wrong(f"{what} was expected, not {shown(value)}", token, code="not-a-number")
    return int(value)


def int_or_text(token: Token) -> int | str:
    """A number, or the text (a name, or ``25%``) when the word is none or stands between quotes."""
    text = text_of(token)
    if is_quoted(token) or not text.isascii() or not text.isdecimal() or len(text) > 18:
        return text
    return int(text)


def duration(token: Token) -> float:
    """The seconds that ``10s``, ``1m30s`` or ``10`` say.

    Raises:
        Wrong: it is no duration.
    """
    seconds = behaviour.seconds(text_of(token)) if len(token) <= 32 else None
    if seconds is None:
        raise Wrong(f"{shown(token.value)} is no duration", token, "such as 10s, 1m30s or 200ms", "not-a-duration")
    return seconds


def whole_seconds(token: Token) -> int:
    """A duration of whole seconds.

    Raises:
        Wrong: it is none.
    """
    seconds = duration(token)
    if seconds != int(seconds):
        raise Wrong("Kubernetes counts this in whole seconds", token, code="not-a-duration")
    return int(seconds)


def names_of(token: Token) -> Sequence[str]:
    """The names that a word stands for: one, or those of a range.

    Raises:
        Wrong: the range is empty or too long.
    """
    found = _RANGE.fullmatch(token.value) if token.value[0] not in _QUOTES else None
    if found is None:
        return (text_of(token),)
    before, low, high, after = found.groups()
    if len(low) > 9 or len(high) > 9 or int(high) - int(low) >= MAX_RANGE:
        raise Wrong(f"a range stands for at most {MAX_RANGE} names", token, code="bad-range")
    if int(high) < int(low):
        raise Wrong("this range is empty", token, f"did you mean [{int(high)}..{int(low)}]?", "bad-range")
    width = len(low) if low.startswith("0") else 0
    return [f"{before}{number:0{width}d}{after}" for number in range(int(low), int(high) + 1)]


def shown(text: str) -> str:
    """A piece of the source as a message quotes it: shortened when it is long."""
    line = text.split("\n", 1)[0]
    return f"`{line if len(line) <= 40 else line[:37] + '…'}`"
