"""The options of a magic: read from its line, with the nearest one named where one is misspelt."""

import shlex
from collections.abc import Sequence
from typing import Any

import attrs

from kubelab.dsl.suggest import did_you_mean
from kubelab.errors import UsageError


@attrs.frozen
class Option:
    """One option.

    Attributes:
        name: its name, with two dashes before it in the line.
        meaning: what it does.
        value: what its value is called in the help; "" for an option without one.
        kind: ``text`` or ``number``.
    """

    name: str
    meaning: str
    value: str = ""
    kind: str = "text"

    @property
    def usage(self) -> str:
        """How it is written."""
        return f"--{self.name} {self.value}".rstrip()


def words_of(line: str) -> list[str]:
    """The words of a line; quotes hold together what belongs together.

    Raises:
        UsageError: a quote is not closed.
    """
    try:
        return shlex.split(line)
    except ValueError:
        raise UsageError(f"a quote is not closed: {line.strip()}") from None


def parse(words: Sequence[str], options: Sequence[Option], of: str) -> tuple[dict[str, Any], list[str]]:
    """What the options say, and the words that are none.

    Args:
        words: the words of the line.
        options: the options there are.
        of: the command they belong to, for errors.

    Raises:
        UsageError: an option is not known, or its value is missing or not of its kind.
    """
    known = {f"--{option.name}": option for option in options}
    said: dict[str, Any] = {}
    rest: list[str] = []
    left = list(words)
    while left:
        word = left.pop(0)
        if not word.startswith("--"):
            rest.append(word)
            continue
        name, equals, value = word.partition("=")
        option = known.get(name)
        if option is None:
            hint = did_you_mean(name, known) or f"`{of} --help` lists them"
            raise UsageError(f"{of} has no option {name}; {hint}")
        if not option.value:
            if equals:
                raise UsageError(f"{name} takes no value")
            said[option.name] = True
            continue
        if not equals:
            if not left:
                raise UsageError(f"{name} needs a value: {option.usage}")
            value = left.pop(0)
        said[option.name] = number(value, name) if option.kind == "number" else value
    return said, rest


def number(text: str, of: str) -> int:
    """A whole number.

    Raises:
        UsageError: it is none.
    """
    if not text.removeprefix("-").isdecimal():
        raise UsageError(f"{of} needs a whole number, not {text!r}")
    return int(text)


def described(options: Sequence[Option]) -> str:
    """The options, a line each."""
    wide = max(len(option.usage) for option in options)
    return "\n".join(f"  {option.usage:<{wide}}  {option.meaning}" for option in options)
