"""The flags of kubectl: a table for each verb, read as kubectl's own library reads them, with its errors.

Source: `github.com/spf13/pflag` (``parseLongArg``, ``parseShortArg``).
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from kubelab.api import duration
from kubelab.errors import QuantityError, UsageError

SWITCH, TEXT, NUMBER, LIST, ARRAY, DURATION = "switch", "text", "number", "list", "array", "duration"


@attrs.frozen
class Flag:
    """One flag.

    Attributes:
        name: its name, with two dashes before it in the line.
        meaning: what it does.
        value: what its value is called in the help; "" for a switch.
        short: its letter, with one dash before it, or "".
        kind: ``text``, ``number``, ``duration`` (microseconds), ``list`` (several, also with commas), or ``array``
            (several, each as it is); a flag without a `value` is a switch.
        default: its value where it is not given.
        bare: its value where it is given without one, or "".
    """

    name: str
    meaning: str
    value: str = ""
    short: str = ""
    kind: str = TEXT
    default: Any = None
    bare: str = ""

    @property
    def sort(self) -> str:
        """What its value is: one of the kinds, or ``switch``."""
        return self.kind if self.value else SWITCH

    @property
    def absent(self) -> Any:
        """Its value where it is not given."""
        if self.default is not None:
            return self.default
        return {SWITCH: False, TEXT: "", LIST: (), ARRAY: ()}.get(self.sort)

    @property
    def usage(self) -> str:
        """How it is written."""
        letter = f"-{self.short}, " if self.short else ""
        return f"{letter}--{self.name}{f'={self.value}' if self.value else ''}"


class Said:
    """What the flags of a command line say."""

    def __init__(self, flags: Sequence[Flag]) -> None:
        """Begin with nothing said."""
        self._flags = {flag.name: flag for flag in flags}
        self._given: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        return self._given[name] if name in self._given else self._flags[name].absent

    def __contains__(self, name: object) -> bool:
        """Whether a flag was given."""
        return name in self._given

    def get(self, name: str, otherwise: Any = None) -> Any:
        """What a flag says, or `otherwise` where the verb has no such flag."""
        return self[name] if name in self._flags else otherwise

    def put(self, flag: Flag, text: str, written: str) -> None:
        """Take a value that stands in the line.

        Raises:
            UsageError: it is not of the flag's kind.
        """
        value = _value(flag, text, written)
        if flag.sort in (LIST, ARRAY):
            value = (*self._given.get(flag.name, ()), *value)
        self._given[flag.name] = value


def parse(words: Sequence[str], flags: Sequence[Flag]) -> tuple[Said, list[str], list[str] | None]:
    """What the flags say, the words that are none, and those after ``--`` (None where there is no ``--``).

    Raises:
        UsageError: a flag is not known, or its value is missing or not of its kind.
    """
    said = Said(flags)
    long = {flag.name: flag for flag in flags}
    short = {flag.short: flag for flag in flags if flag.short}
    rest: list[str] = []
    left = list(words)
    while left:
        word = left.pop(0)
        if word == "--":
            return said, rest, left
        if word.startswith("--"):
            _long(word, long, left, said)
        elif word.startswith("-") and len(word) > 1:
            _short(word, short, left, said)
        else:
            rest.append(word)
    return said, rest, None


def _long(word: str, known: Mapping[str, Flag], left: list[str], said: Said) -> None:
    name, equals, value = word[2:].partition("=")
    flag = known.get(name)
    if flag is None:
        raise UsageError(f"unknown flag: --{name}")
    if not equals:
        if flag.sort == SWITCH:
            value = "true"
        elif flag.bare:
            value = flag.bare
        elif not left:
            raise UsageError(f"flag needs an argument: --{name}")
        else:
            value = left.pop(0)
    letter = f"-{flag.short}, " if flag.short else ""
    said.put(flag, value, f"{letter}--{flag.name}")


def _short(word: str, known: Mapping[str, Flag], left: list[str], said: Said) -> None:
    letters = word[1:]
    while letters:
        letter, letters = letters[0], letters[1:]
        flag = known.get(letter)
        if flag is None:
            raise UsageError(f"unknown shorthand flag: '{letter}' in -{letter}{letters}")
        written = f"-{letter}, --{flag.name}"
        if letters.startswith("="):
            said.put(flag, letters[1:], written)
            return
        if flag.sort == SWITCH:
            said.put(flag, "true", written)
        elif flag.bare:
            said.put(flag, flag.bare, written)
        elif letters:
            said.put(flag, letters, written)
            return
        elif not left:
            raise UsageError(f"flag needs an argument: '{letter}' in -{letter}")
        else:
            said.put(flag, left.pop(0), written)


_TRUE, _FALSE = ("1", "t", "T", "TRUE", "true", "True"), ("0", "f", "F", "FALSE", "false", "False")


def _value(flag: Flag, text: str, written: str) -> Any:
    sort = flag.sort
    if sort == SWITCH:
        if text not in (*_TRUE, *_FALSE):
            raise _wrong(text, written, f'strconv.ParseBool: parsing "{text}": invalid syntax')
        return text in _TRUE
    if sort == NUMBER:
        if not re.fullmatch(r"[+-]?\d+", text, re.ASCII):
            raise _wrong(text, written, f'strconv.ParseInt: parsing "{text}": invalid syntax')
        if len(text.lstrip("+-0")) > 19 or not -(2**63) <= int(text) < 2**63:
            raise _wrong(text, written, f'strconv.ParseInt: parsing "{text}": value out of range')
        return int(text)
    if sort == DURATION:
        try:
            return duration.parse(text)
        except QuantityError as error:
            raise _wrong(text, written, str(error)) from None
    if sort == LIST:
        return tuple(_fields(text))
    return (text,) if sort == ARRAY else text


def _fields(text: str) -> list[str]:
    """A line of comma-separated values, as a flag with several values takes them; quotes hold commas together."""
    import csv

    return next(csv.reader([text]), []) if text else []


def _wrong(text: str, written: str, why: str) -> UsageError:
    return UsageError(f'invalid argument "{text}" for "{written}" flag: {why}')
