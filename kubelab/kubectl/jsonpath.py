"""kubectl's templates of JSONPath: ``{range .items[*]}{.metadata.name}{" "}{end}``.

The grammar stands by itself in `grammar/jsonpath.lark`.

Source: client-go `util/jsonpath`; cli-runtime `pkg/printers/jsonpath.go`.

**Simplified:** the errors of a template that cannot be read say where, and less often what was expected.
"""

import json
import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import attrs

from kubelab.api.decode import number_text
from kubelab.errors import UsageError

Step = tuple[Any, ...]
"""One step of an action: its name and what belongs to it."""


@attrs.frozen
class Template:
    """A template that has been read.

    Attributes:
        parts: texts and actions, in order; an action is a tuple of steps.
    """

    parts: tuple[str | tuple[Step, ...], ...]

    def found(self, data: Any) -> list[list[Any]]:
        """What each part finds, one after the other.

        Raises:
            UsageError: an index is out of bounds, or a step does not fit what it is taken from.
        """
        parts = list(self.parts)
        results: list[list[Any]] = []
        place = 0
        while place < len(parts):
            place = _part(parts, place, data, results)
        return results

    def text(self, data: Any, as_json: bool = False) -> str:
        """What the template prints of `data`.

        Raises:
            UsageError: as `found`.
        """
        found = self.found(data)
        if as_json:
            return "".join(json.dumps(each, indent=4, sort_keys=True, ensure_ascii=False) + "\n" for each in found)
        return "".join(" ".join(shown(value) for value in each) for each in found)


def parse(text: str) -> Template:
    """Read a template.

    Raises:
        UsageError: it is none.
    """
    from lark.exceptions import UnexpectedCharacters, UnexpectedInput

    try:
        tree = _parser().parse(text)
    except UnexpectedCharacters as error:
        raise UsageError(_unreadable(text, error.pos_in_stream or 0)) from None
    except UnexpectedInput as error:
        ended = getattr(getattr(error, "token", None), "type", "") == "$END"
        raise UsageError(_unclosed(text) if ended else _unreadable(text, error.pos_in_stream or 0)) from None
    parts: list[str | tuple[Step, ...]] = []
    for child in tree.children:
        parts.append(str(child) if not hasattr(child, "data") else tuple(_step(node) for node in child.children))
    return Template(tuple(parts))


def _unclosed(text: str) -> str:
    """What a template that ends too early lacks."""
    action = text.rpartition("{")[2]
    if action.count("[") > action.count("]"):
        return "unterminated filter" if "[?(" in action else "unterminated array"
    return "unclosed action"


def _unreadable(text: str, place: int) -> str:
    sign = text[place : place + 1]
    if sign in ("", "\n"):
        return _unclosed(text)
    if sign in "\"'":
        return "unterminated quoted string"
    if text[:place].rstrip().endswith("["):
        inside = text[place:].partition("]")[0]
        return f"invalid array index {inside}"
    return f"unrecognized character in action: U+{ord(sign):04X} '{sign}'"


def relaxed(text: str) -> str:
    """A path that may lack its braces and its first point, with both.

    Raises:
        UsageError: it is no path.
    """
    if not text:
        return text
    match = re.fullmatch(r"\{\.?([^{}]+)\}|\.?([^{}]+)", text)
    if match is None:
        raise UsageError(
            "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'"
        )
    return f"{{.{match[1] or match[2]}}}"


@cache
def _parser() -> Any:
    from importlib.resources import as_file, files

    from lark import Lark

    with as_file(files("kubelab.grammar") / "jsonpath.lark") as path:
        return Lark(path.read_text(encoding="utf-8"), parser="lalr", lexer="contextual", maybe_placeholders=True)


# From the tree


def _step(node: Any) -> Step:
    name, children = node.data, node.children
    match name:
        case "field":
            return ("all",) if children[0] == ".*" else ("field", _plain(children[0][1:]))
        case "below":
            word = children[0][2:]
            return ("below", _plain(word)) if word else ("below", "")
        case "quoted":
            return ("text", _unquoted(children[0]))
        case "number":
            return ("text", int(children[0]) if "." not in children[0] else float(children[0]))
        case "word":
            return _word(str(children[0]))
        case "items":
            chosen = tuple(_item(item) for item in children)
            return chosen[0] if len(chosen) == 1 else ("union", chosen)
        case "having":
            return ("having", _steps(children[0]))
        case "comparing":
            return ("comparing", _steps(children[0]), str(children[1]), _steps(children[2]))
    return ("here",)


def _steps(operand: Any) -> tuple[Step, ...]:
    return tuple(_step(node) for node in operand.children)


def _word(word: str) -> Step:
    if word in ("true", "false"):
        return ("text", word == "true")
    return (word,) if word in ("range", "end") else ("unknown", word)


def _item(node: Any) -> Step:
    values = [None if child is None else int(child[:18]) for child in node.children] if node.data != "key" else []
    match node.data:
        case "index":
            return ("index", values[0])
        case "slice":
            return ("slice", *values, *[None] * (3 - len(values)))
        case "key":
            return ("field", _plain(node.children[0][1:-1]))
    return ("slice", None, None, None)


def _plain(name: str) -> str:
    return str(name).replace("\\", "")


_ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|.)")
_SIGNS = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}


def _unquoted(text: str) -> str:
    def sign(match: "re.Match[str]") -> str:
        given = match[1]
        return chr(int(given[1:], 16)) if len(given) > 1 else _SIGNS.get(given, given)

    return _ESCAPE.sub(sign, text[1:-1])


# Finding


def _part(parts: Sequence[Any], place: int, data: Any, results: list[list[Any]]) -> int:
    """Take in what the part at `place` finds; the place to go on from."""
    part = parts[place]
    if isinstance(part, str):
        results.append([part])
        return place + 1
    if ("end",) in part:
        raise UsageError("not in range, nothing to end")
    if not part or part[0] != ("range",):
        results.append(_walk(part, [data]))
        return place + 1
    end = _end_of(parts, place)
    for value in _walk(part[1:], [data]):
        inside = place + 1
        while inside < end:
            inside = _part(parts, inside, value, results)
    return end + 1


def _end_of(parts: Sequence[Any], place: int) -> int:
    depth = 0
    for number in range(place, len(parts)):
        part = parts[number]
        if isinstance(part, tuple) and part:
            depth += (part[0] == ("range",)) - (part[0] == ("end",))
        if depth == 0:
            return number
    return len(parts)


def _walk(steps: Sequence[Step], values: list[Any]) -> list[Any]:
    for step in steps:
        values = _take(step, values)
    return values


def _take(step: Step, values: list[Any]) -> list[Any]:
    match step:
        case ("here",):
            return values
        case ("text", said):
            return [said]
        case ("field", name):
            return [value[name] for value in values if isinstance(value, dict) and name in value]
        case ("all",):
            return [part for value in values for part in _children(value)]
        case ("below", name):
            below = [each for value in values for each in _descendants(value)]
            return _take(("field", name), below) if name else below
        case ("union", chosen):
            return [found for each in chosen for found in _take(each, values)]
        case ("having", steps):
            return [item for item in _listed(values) if _walk(steps, [item])]
        case ("comparing", left, operator, right):
            return [item for item in _listed(values) if _compared(item, left, operator, right)]
        case ("unknown", word):
            raise UsageError(f"unrecognized identifier {word}")
    return [item for value in values if value is not None for item in _sliced(step, value)]


def _children(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [value[key] for key in sorted(value)]
    return list(value) if isinstance(value, (list, str)) else []


def _descendants(value: Any) -> Iterator[Any]:
    """The value itself and everything below it that has parts."""
    parts = _children(value)
    if parts and not isinstance(value, str):
        yield value
        for part in parts:
            yield from _descendants(part)


def _sliced(step: Step, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise UsageError(f"{_go_type(value)} is not array or slice")
    size = len(value)
    if step[0] == "index":
        place = step[1] + size if step[1] < 0 else step[1]
        if not 0 <= place < size:
            raise UsageError(f"array index out of bounds: index {place}, length {size}")
        return [value[place]]
    _, first, last, stride = step
    first = 0 if first is None else first + size if first < 0 else first
    last = size if last is None else last + size if last < 0 else last
    if first == last:
        return []
    if not 0 <= first < size:
        raise UsageError(f"array index out of bounds: index {first}, length {size}")
    if not 0 <= last <= size:
        raise UsageError(f"array index out of bounds: index {last - 1}, length {size}")
    if first > last:
        raise UsageError(f"starting index {first} is greater than ending index {last}")
    if stride is not None and stride <= 0:
        raise UsageError("step must be > 0")
    return value[first : last : stride or 1]


def _listed(values: list[Any]) -> Iterator[Any]:
    for value in values:
        if not isinstance(value, list):
            raise UsageError(f"{shown(value)} is not array or slice and cannot be filtered")
        yield from value


def _compared(item: Any, left: Sequence[Step], operator: str, right: Sequence[Step]) -> bool:
    one, other = _walk(left, [item]), _walk(right, [item])
    if not one or not other:
        return False
    if len(one) > 1 or len(other) > 1:
        raise UsageError("can only compare one element at a time")
    a, b = one[0], other[0]
    if isinstance(a, (dict, list)) or isinstance(b, (dict, list)):
        raise UsageError("error comparing: invalid type for comparison")
    if _sort(a) != _sort(b):
        raise UsageError("incompatible types for comparison")
    return bool(
        {"==": a == b, "!=": a != b}[operator]
        if operator in ("==", "!=")
        else {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[operator]
    )


def _sort(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    return "int" if isinstance(value, int) else "float" if isinstance(value, float) else "string"


# Printing


def _go_type(value: Any) -> str:
    if isinstance(value, dict):
        return "map[string]interface {}"
    return {"bool": "bool", "int": "int64", "float": "float64", "string": "string"}[_sort(value)]


def shown(value: Any) -> str:
    """A value as a template prints it: maps and lists as JSON, everything else as it is."""
    if isinstance(value, (dict, list)):
        return compact_json(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else number_text(value)


def compact_json(value: Any) -> str:
    """JSON as Go writes it in one line: keys in alphabetical order, signs of HTML escaped."""
    text = json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
