"""Go templates, as far as they are used with ``-o go-template``: fields, range, if, with, index, printf and a few more.

Source: Go's `text/template`; cli-runtime `pkg/printers/template.go`.

**Simplified:** fields, variables (``$x := .a``), pipes, ``range``, ``if``, ``with``, ``else``, and the functions
``index``, ``len``, ``eq``, ``ne``, ``lt``, ``gt``, ``and``, ``or``, ``not``, ``print``, ``println``, ``printf``,
``base64decode``; no templates in templates.
"""

import base64
import re
from collections.abc import Callable, Sequence
from typing import Any

import attrs

from kubelab.kubectl.answer import Failure
from kubelab.kubectl.gotext import go_print

_PART = re.compile(r"\{\{(-\s)?(.*?)(\s-)?\}\}", re.DOTALL)
_WORD = re.compile(r'"(?:\\.|[^"\\])*"|`[^`]*`|[()|]|:=|[^\s()|"`]+')
NO_VALUE = "<no value>"


@attrs.frozen
class Node:
    """A part of a template: a text, an action, or a block with what belongs to it."""

    sort: str
    words: tuple[str, ...] = ()
    text: str = ""
    body: "tuple[Node, ...]" = ()
    otherwise: "tuple[Node, ...]" = ()


@attrs.frozen
class GoTemplate:
    """A template that has been read."""

    nodes: tuple[Node, ...]

    def text(self, data: Any) -> str:
        """What it prints of `data`.

        Raises:
            Failure: it does not fit the data.
        """
        out: list[str] = []
        _Run(out, {"$": data}).nodes(self.nodes, data)
        return "".join(out)


def parse(text: str) -> GoTemplate:
    """Read a template.

    Raises:
        Failure: it is none.
    """
    parts: list[Node] = []
    place, trim = 0, False
    for match in _PART.finditer(text):
        said = text[place : match.start()]
        said = said.lstrip() if trim else said
        said = said.rstrip() if match[1] else said
        if said:
            parts.append(Node("text", text=said))
        trim, place = bool(match[3]), match.end()
        words = tuple(_WORD.findall(match[2].strip()))
        if words and not match[2].strip().startswith("/*"):
            parts.append(Node("action", words))
    rest = text[place:].lstrip() if trim else text[place:]
    if "{{" in rest:
        raise Failure(f"error parsing template {text}, template: output:1: unclosed action")
    parts += [Node("text", text=rest)] if rest else []
    nodes, left = _block(parts, 0)
    if left != len(parts):
        raise Failure(f"error parsing template {text}, template: output:1: unexpected {{{{end}}}}")
    return GoTemplate(nodes)


def _block(parts: Sequence[Node], place: int) -> tuple[tuple[Node, ...], int]:
    """The parts up to an ``end`` or ``else`` that belongs to no block among them."""
    nodes: list[Node] = []
    while place < len(parts):
        node = parts[place]
        word = node.words[0] if node.words else ""
        if word in ("end", "else"):
            break
        place += 1
        if word in ("range", "if", "with"):
            whole, place = _whole(parts, place, word, node.words[1:])
            nodes.append(whole)
        else:
            nodes.append(node)
    return tuple(nodes), place


def _whole(parts: Sequence[Node], place: int, sort: str, words: tuple[str, ...]) -> tuple[Node, int]:
    """A block to its ``end``; ``{{else if}}`` is a block of its own, which ends there, too."""
    body, place = _block(parts, place)
    otherwise: tuple[Node, ...] = ()
    if place < len(parts) and parts[place].words[0] == "else":
        more = parts[place].words[1:]
        if more:
            inner, place = _whole(parts, place + 1, more[0], more[1:])
            return Node(sort, words, body=body, otherwise=(inner,)), place
        otherwise, place = _block(parts, place + 1)
    if place >= len(parts):
        raise Failure("error parsing template, template: output:1: unexpected EOF")
    return Node(sort, words, body=body, otherwise=otherwise), place + 1


class _Run:
    """One printing of a template."""

    def __init__(self, out: list[str], variables: dict[str, Any]) -> None:
        self.out = out
        self.variables = variables

    def nodes(self, nodes: Sequence[Node], dot: Any) -> None:
        for node in nodes:
            self.node(node, dot)

    def node(self, node: Node, dot: Any) -> None:
        if node.sort == "text":
            self.out.append(node.text)
        elif node.sort == "action":
            if len(node.words) > 2 and node.words[1] in (":=", "="):
                self.variables[node.words[0]] = self.pipe(node.words[2:], dot)
            else:
                self.out.append(_shown(self.pipe(node.words, dot)))
        elif node.sort == "range":
            self._range(node, dot)
        else:
            value = self.pipe(node.words, dot)
            inner = value if node.sort == "with" else dot
            self.nodes(node.body if _true(value) else node.otherwise, inner if _true(value) else dot)

    def _range(self, node: Node, dot: Any) -> None:
        words, names = node.words, []
        if ":=" in words:
            names = [word.rstrip(",") for word in words[: words.index(":=")]]
            words = words[words.index(":=") + 1 :]
        value = self.pipe(words, dot)
        pairs = sorted(value.items()) if isinstance(value, dict) else list(enumerate(value or ()))
        for key, item in pairs:
            if len(names) == 1:
                self.variables[names[0]] = item
            elif names:
                self.variables.update(zip(names, (key, item), strict=False))
            self.nodes(node.body, item)
        if not pairs:
            self.nodes(node.otherwise, dot)

    def pipe(self, words: Sequence[str], dot: Any) -> Any:
        """The value of a pipe: each command gets the value of the one before as its last argument."""
        value: Any = None
        for place, command in enumerate(_split(words)):
            arguments = self._arguments(command, dot) + ([value] if place else [])
            value = self._command(command[0], arguments, dot)
        return value

    def _arguments(self, command: Sequence[str], dot: Any) -> list[Any]:
        found, place = [], 1
        while place < len(command):
            if command[place] == "(":
                end = _closing(command, place)
                found.append(self.pipe(command[place + 1 : end], dot))
                place = end
            else:
                found.append(self._value(command[place], dot))
            place += 1
        return found

    def _command(self, word: str, arguments: list[Any], dot: Any) -> Any:
        if word == "(":
            raise Failure("of templates, a command that begins with ( is not read here")
        function = FUNCTIONS.get(word)
        if function is None:
            if re.fullmatch(r"[A-Za-z]\w*", word) and word not in ("true", "false", "nil"):
                raise Failure(f'error parsing template, template: output:1: function "{word}" not defined')
            return self._value(word, dot)
        try:
            return function(*arguments)
        except (TypeError, ValueError, KeyError, IndexError) as error:
            raise Failure(f"error executing template: error calling {word}: {error}") from None

    def _value(self, word: str, dot: Any) -> Any:
        if word[0] == '"':
            return bytes(word[1:-1], "utf-8").decode("unicode_escape") if "\\" in word else word[1:-1]
        if word[0] == "`":
            return word[1:-1]
        if word in ("true", "false", "nil"):
            return {"true": True, "false": False, "nil": None}[word]
        if re.fullmatch(r"-?\d+", word):
            return int(word)
        value = dot
        if word[0] == "$":
            name, _, path = word.partition(".")
            if name not in self.variables:
                raise Failure(f'error parsing template, template: output:1: undefined variable "{name}"')
            value, word = self.variables[name], f".{path}" if path else "."
        for step in filter(None, word.split(".")):
            value = value.get(step) if isinstance(value, dict) else None
        return value


def _split(words: Sequence[str]) -> list[list[str]]:
    commands: list[list[str]] = [[]]
    depth = 0
    for word in words:
        depth += (word == "(") - (word == ")")
        if word == "|" and not depth:
            commands.append([])
        else:
            commands[-1].append(word)
    if not all(commands):
        raise Failure("error parsing template, template: output:1: missing value for command")
    return commands


def _closing(words: Sequence[str], place: int) -> int:
    depth = 0
    for number in range(place, len(words)):
        depth += (words[number] == "(") - (words[number] == ")")
        if not depth:
            return number
    raise Failure("error parsing template, template: output:1: unclosed left paren")


def _true(value: Any) -> bool:
    return bool(value)


def _shown(value: Any) -> str:
    return NO_VALUE if value is None else go_print(value)


def _index(value: Any, *keys: Any) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else value[key]
    return value


def _format(text: str, *values: Any) -> str:
    left = list(values)

    def one(match: "re.Match[str]") -> str:
        if match[2] == "%":
            return "%"
        value = left.pop(0) if left else None
        shown = f'"{value}"' if match[2] == "q" else _shown(value)
        width = int(match[1].lstrip("-") or 0) if match[1] else 0
        return shown.ljust(width) if match[1].startswith("-") else shown.rjust(width)

    return re.sub(r"%(-?\d*)([sdvqt%])", one, text)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "and": lambda *values: next((value for value in values if not value), values[-1]),
    "base64decode": lambda text: base64.b64decode(text).decode(errors="replace"),
    "eq": lambda one, *others: any(one == other for other in others),
    "exists": lambda value, *keys: _index(value, *keys[:-1]).get(keys[-1]) is not None,
    "ge": lambda one, other: one >= other,
    "gt": lambda one, other: one > other,
    "index": _index,
    "le": lambda one, other: one <= other,
    "len": len,
    "lt": lambda one, other: one < other,
    "ne": lambda one, other: one != other,
    "not": lambda value: not value,
    "or": lambda *values: next((value for value in values if value), values[-1]),
    "print": lambda *values: "".join(_shown(value) for value in values),
    "printf": _format,
    "println": lambda *values: " ".join(_shown(value) for value in values) + "\n",
}
