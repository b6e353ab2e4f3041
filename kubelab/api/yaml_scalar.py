"""What unquoted YAML scalars mean: YAML 1.1 as go-yaml resolves it.

The differences to PyYAML's own reading matter in practice: ``2026-01-01`` stays text, ``12:30`` is no number,
``y`` and ``on`` are true, ``0644`` is octal.

Source: go.yaml.in/yaml/v2 (`resolve.go`).
"""

import re
from functools import lru_cache
from typing import Any

from yaml.nodes import MappingNode, ScalarNode

from kubelab.errors import ManifestError

PREFIX = "tag:yaml.org,2002:"
STR, PLAIN = PREFIX + "str", "!plain"
_TRUE = frozenset(["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"])
_FALSE = frozenset(["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"])
_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_INFINITE = {"": "+Inf", "+": "+Inf", "-": "-Inf"}
_SPECIAL_FLOAT = re.compile(r"([-+]?)\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}([Tt ]\d{1,2}:\d{1,2}:\d{1,2}(\.\d+)?(Z|[-+]\d\d:\d\d)?)?", re.ASCII)
_BASE_60 = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?", re.ASCII)
_BASES = {"0x": 16, "0X": 16, "0o": 8, "0O": 8, "0b": 2, "0B": 2}


@lru_cache(maxsize=16384)
def plain(text: str) -> Any:
    """The value that an unquoted YAML scalar stands for.

    Raises:
        ManifestError: infinity and "not a number", which JSON cannot say.
    """
    if text in _NULL:
        return None
    first = text[0]
    if first not in "+-.0123456789":
        return True if text in _TRUE else False if text in _FALSE else text
    if _SPECIAL_FLOAT.fullmatch(text):
        sign = _INFINITE.get(text[0], "+Inf") if "n" in text.lower()[-2:] and "inf" in text.lower() else "NaN"
        raise ManifestError([f"json: unsupported value: {sign}"])
    if first == "." or _DATE.fullmatch(text):
        return _number(float(text)) if _FLOAT.fullmatch(text) else text
    digits = text.replace("_", "")
    whole = _whole(digits)
    if whole is not None:
        return whole
    return _number(float(digits)) if _FLOAT.fullmatch(digits) else text


def _whole(digits: str) -> int | None:
    """A whole number in Go's notations: decimal, ``0x1f``, ``0o17`` or ``017``, ``0b11``; up to 64 bits."""
    sign, body = (digits[0], digits[1:]) if digits[:1] in ("-", "+") else ("", digits)
    base = _BASES.get(body[:2], 8 if len(body) > 1 and body[0] == "0" else 10)
    number = body[2:] if body[:2] in _BASES else body
    if not number.isascii() or not number.isalnum():
        return None
    try:
        value = int(number, base)
    except ValueError:
        return None
    if sign == "-":
        return -value if value <= 2**63 else None
    return value if value < 2**64 else None


def _number(value: float) -> float | int:
    """A float as it is after its way through JSON: whole ones lose their point."""
    return int(value) if value.is_integer() and abs(value) < 1e21 else value


def reads_as_text(text: str) -> bool:
    """Whether `text` can be written without quotes and still be read back as text, by go-yaml and by others."""
    if text == "<<" or _BASE_60.fullmatch(text) or _DATE.fullmatch(text) or _SPECIAL_FLOAT.fullmatch(text):
        return False
    return isinstance(plain(text), str)


class Resolver:
    """Tells PyYAML's parser and emitter which scalars are not text."""

    def resolve(self, kind: type, value: str | None, implicit: tuple[bool, bool] | bool) -> str:
        """The tag of a node that carries none."""
        if kind is not ScalarNode:
            return PREFIX + ("map" if kind is MappingNode else "seq")
        return PLAIN if implicit is True or (isinstance(implicit, tuple) and implicit[0]) else STR

    def descend_resolver(self, current_node: Any, current_index: Any) -> None:
        """Nothing to keep track of: tags do not depend on the place."""

    def ascend_resolver(self) -> None:
        """Nothing to keep track of: tags do not depend on the place."""
