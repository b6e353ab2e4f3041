"""Words, values and paths as the source writes them: the contrary of `kubelab.dsl.words`.

Whatever could be read as something else is put between quotes.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from kubelab.dsl import parser
from kubelab.dsl.words import dedented

WIDTH = 100
"""How long a line becomes before it is broken."""

_WORD = re.compile(r"[A-Za-z0-9_/~*+%@$&|^?-][A-Za-z0-9_./:@%+*~?&|^$-]*")
_LIKE_OTHERS = re.compile(r"x\d+|(?:pod|container)\..*|.*:", re.DOTALL)
_SIGNS = r"A-Za-z0-9_!$%&*+./:<>?@^`|~\-"
_PLAIN = re.compile(f"[{_SIGNS}][{_SIGNS}()=#]*")
_ARGUMENT = re.compile(rf"[{_SIGNS}()\[\]=,][{_SIGNS}()\[\]=,#]*")
_KEY = re.compile(r"[A-Za-z0-9_./$-]+")
_STEP = re.compile(r"[A-Za-z_$][\w$-]*", re.ASCII)
_RESOURCES = frozenset(("cpu", "memory", "pods", "ephemeral-storage"))
_AFTER_COMMA = frozenset(("user", "group", "serviceaccount", "serviceAccount", "from"))
_UNTYPED = re.compile(r"true|false|null|[-+.\d].*", re.DOTALL)


def quoted(text: str) -> str:
    """A text between double quotes."""
    return json.dumps(text, ensure_ascii=not text.isprintable())


def word(text: str) -> str:
    """A text as one word."""
    if _WORD.fullmatch(text) and not _LIKE_OTHERS.fullmatch(text) and text not in parser.reserved():
        return text
    return quoted(text)


def plain(text: str) -> str:
    """A text as what stands after ``key=``."""
    return text if _PLAIN.fullmatch(text) else quoted(text)


def argument(text: str) -> str:
    """A text as one argument of a command."""
    return text if _ARGUMENT.fullmatch(text) and text not in parser.reserved() else quoted(text)


def data(text: str, indent: str) -> str:
    """A text as what stands after ``key=``; one of several lines as a block, where that gives it back exactly."""
    if "\n" in text and '"""' not in text and text.replace("\n", "").replace("\t", "").isprintable():
        inner = indent + "  "
        lines = [inner + line if line else "" for line in text.split("\n")]
        closing = inner if not lines[-1] else ""
        block = "\n" + "\n".join(lines) + closing
        if dedented(block) == text:
            return f'"""{block}"""'
    return plain(text)


def name(text: str) -> str:
    """A text where a name must stand: behind a word that asks for one."""
    if _WORD.fullmatch(text) and not _LIKE_OTHERS.fullmatch(text) and text not in _AFTER_COMMA:
        return text
    return quoted(text)


def key(text: str) -> str:
    """A text before ``=``, where no word of the language can stand."""
    return text if _WORD.fullmatch(text) and not _LIKE_OTHERS.fullmatch(text) else quoted(text)


def resource(text: str) -> str:
    """The name of a resource, such as ``cpu``."""
    return text if text in _RESOURCES else word(text)


def pair(left: str, value: str) -> str:
    """``key=value``."""
    return f"{key(left)}={plain(value)}"


def pairs(entries: Mapping[str, str]) -> str:
    """``key=value, key=value``."""
    return ", ".join(pair(left, value) for left, value in entries.items())


def seconds(number: int) -> str:
    """A duration of whole seconds."""
    return f"{number}s"


def port(value: int | str) -> str:
    """A port by its number or name; a name of digits stands between quotes."""
    if isinstance(value, int):
        return str(value)
    return quoted(value) if value.isdecimal() else name(value)


def literal(value: Any, indent: str = "", room: int = WIDTH) -> str:
    """Any plain value as a list, an object or a word; broken into lines when it is longer than `room`."""
    flat = _flat(value)
    if len(flat) <= room or not isinstance(value, (dict, list)) or not value:
        return flat
    inner = indent + "  "
    if isinstance(value, dict):
        rows = [
            f"{inner}{_key(k)}: {literal(v, inner, WIDTH - len(inner) - len(str(k)) - 2)}" for k, v in value.items()
        ]
        return "\n".join(("{", *rows, indent + "}"))
    rows = [inner + literal(item, inner, WIDTH - len(inner)) for item in value]
    return "\n".join(("[", *rows, indent + "]"))


def _flat(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key)}: {_flat(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flat, value)) + "]"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return quoted(value) if _UNTYPED.fullmatch(value) and not value[0].isdigit() else _digits(value)
    return json.dumps(value)


def _digits(value: str) -> str:
    """A text in a literal; one that could be taken for a number stands between quotes."""
    try:
        float(value)
    except ValueError:
        return plain(value)
    return quoted(value)


def _key(key: str) -> str:
    return key if _KEY.fullmatch(key) else quoted(key)


def path(steps: Iterable[str | int]) -> str | None:
    """A path as the source writes it, or None when one of its steps cannot be written."""
    text = ""
    for step in steps:
        if isinstance(step, int):
            text += f"[{step}]"
        elif _STEP.fullmatch(step):
            text += f".{step}"
        elif not step or any(char in "[]\"'\n" for char in step):
            return None
        else:
            text += f'["{step}"]'
    return text
