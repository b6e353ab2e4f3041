"""Manifests as text: YAML 1.1 as sigs.k8s.io/yaml reads and writes it, and JSON.

The differences to PyYAML's own reading matter in practice: ``2026-01-01`` stays text, ``12:30`` is no number,
``y`` and ``on`` are true, ``0644`` is octal, and a key that comes twice is refused.

Source: sigs.k8s.io/yaml with go.yaml.in/yaml/v2 (`resolve.go`, `encode.go`); apimachinery `pkg/util/yaml`.
"""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from kubelab.api import manifest
from kubelab.api.decode import Problem, dotted
from kubelab.api.scheme import Object
from kubelab.errors import ManifestError

_PREFIX = "tag:yaml.org,2002:"
_STR, _PLAIN = _PREFIX + "str", "!plain"
_TRUE = frozenset(["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"])
_FALSE = frozenset(["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"])
_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_INFINITE = {"": "+Inf", "+": "+Inf", "-": "-Inf"}
_SPECIAL_FLOAT = re.compile(r"([-+]?)\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}([Tt ]\d{1,2}:\d{1,2}:\d{1,2}(\.\d+)?(Z|[-+]\d\d:\d\d)?)?", re.ASCII)
_BASE_60 = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?", re.ASCII)
_BASES = {"0x": 16, "0X": 16, "0o": 8, "0O": 8, "0b": 2, "0B": 2}
_TAGGED: dict[str, tuple[type, ...]] = {
    f"{_PREFIX}int": (int,),
    f"{_PREFIX}float": (int, float),
    f"{_PREFIX}bool": (bool,),
    f"{_PREFIX}null": (type(None),),
}
_MAX_DEPTH = 500


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


class _Resolver:
    """Tells PyYAML's parser and emitter which scalars are not text."""

    def resolve(self, kind: type, value: str | None, implicit: tuple[bool, bool] | bool) -> str:
        """The tag of a node that carries none."""
        if kind is not ScalarNode:
            return _PREFIX + ("map" if kind is MappingNode else "seq")
        return _PLAIN if implicit is True or (isinstance(implicit, tuple) and implicit[0]) else _STR

    def descend_resolver(self, current_node: Any, current_index: Any) -> None:
        """Nothing to keep track of: tags do not depend on the place."""

    def ascend_resolver(self) -> None:
        """Nothing to keep track of: tags do not depend on the place."""


if hasattr(yaml, "CSafeLoader"):
    from yaml._yaml import CEmitter, CParser

    class _Loader(_Resolver, CParser):
        """libyaml's parser with Go's idea of scalars."""

else:
    from yaml.composer import Composer
    from yaml.parser import Parser
    from yaml.reader import Reader
    from yaml.scanner import Scanner

    class _Loader(Reader, Scanner, Parser, Composer, _Resolver):  # type: ignore[no-redef]
        """PyYAML's own parser with Go's idea of scalars."""

        def __init__(self, stream: str) -> None:
            """Read from `stream`."""
            Reader.__init__(self, stream)
            Scanner.__init__(self)
            Parser.__init__(self)
            Composer.__init__(self)


def documents(text: str, problems: list[Problem]) -> Iterator[tuple[Any, Node]]:
    """The documents of a YAML text as plain values, each with its node for the lines.

    Args:
        text: the YAML, with any number of documents.
        problems: gets what is wrong with the text itself.
    """
    if _too_deep(text):
        problems.append(_located("yaml: exceeded max depth", 1))
        return
    loader: Any = _Loader(text)
    try:
        while loader.check_node():
            node = loader.get_node()
            if node is None:
                continue
            reader = _Reader(problems, len(text))
            value = reader.value(node)
            if value is not None:
                yield value, node
    except yaml.YAMLError as error:
        problems.append(_syntax(error))
    except _Refused as refused:
        problems.append(_located(str(refused), refused.line))
    finally:
        if hasattr(loader, "dispose"):
            loader.dispose()


def _too_deep(text: str) -> bool:
    """Whether brackets or indentation nest deeper than any manifest does; the parsers would run out of stack."""
    if text.count("[") + text.count("{") > _MAX_DEPTH:
        depth = 0
        for char in text:
            if char in "[{":
                depth += 1
                if depth > _MAX_DEPTH:
                    return True
            elif char in "]}" and depth:
                depth -= 1
    return any(line[:_MAX_DEPTH].isspace() and len(line) > _MAX_DEPTH for line in text.splitlines()) or bool(
        re.search(r"(?:[-?] +){250}", text)
    )


def _located(text: str, line: int) -> Problem:
    problem = Problem(text, ())
    problem.line = line
    return problem


def _syntax(error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    what = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error).splitlines()[0]
    line = mark.line + 1 if mark is not None else 0
    where = f"line {line}: " if line else ""
    return _located(f"error converting YAML to JSON: yaml: {where}{what}", line)


class _Refused(Exception):
    """Stops the reading of a document; `line` counts from 1."""

    def __init__(self, text: str, line: int) -> None:
        super().__init__(text)
        self.line = line


class _Reader:
    """Turns the nodes of one document into plain values, and notes keys that come twice."""

    def __init__(self, problems: list[Problem], size: int) -> None:
        self.problems = problems
        self.budget = 10 * size + 100_000
        self.open: set[int] = set()

    def value(self, node: Node) -> Any:
        """The plain value of a node."""
        self.budget -= 1
        if self.budget < 0:
            raise _Refused("yaml: document contains excessive aliasing", _line(node))
        if isinstance(node, ScalarNode):
            return self._scalar(node)
        if id(node) in self.open:
            raise _Refused("yaml: anchor value contains itself", _line(node))
        self.open.add(id(node))
        if isinstance(node, SequenceNode):
            result: Any = [self.value(item) for item in node.value]
        else:
            assert isinstance(node, MappingNode)
            result = self._mapping(node)
        self.open.discard(id(node))
        return result

    def _scalar(self, node: ScalarNode) -> Any:
        text, tag = node.value, node.tag
        if tag == _STR:
            return text
        try:
            found = plain(text)
        except ManifestError as error:
            raise _Refused(error.problems[0], _line(node)) from None
        if tag == _PLAIN:
            return found
        wanted = _TAGGED.get(tag)
        if wanted is None:
            return text
        if type(found) not in wanted:
            raise _Refused(f"yaml: cannot decode `{text}` as a !!{tag.removeprefix(_PREFIX)}", _line(node))
        return found

    def _mapping(self, node: MappingNode) -> dict[str, Any]:
        result: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        lines: dict[str, int] = {}
        for key_node, value_node in node.value:
            if key_node.tag == _PLAIN and key_node.value == "<<":
                for each in value_node.value if isinstance(value_node, SequenceNode) else [value_node]:
                    part = self.value(each)
                    if not isinstance(part, dict):
                        raise _Refused("yaml: map merge requires map or sequence of maps as the value", _line(each))
                    merged = {**part, **merged}
                continue
            key = self._key(key_node)
            if key in result:
                text = f'yaml: unmarshal errors:\n  line {_line(key_node)}: key "{key}" already set in map'
                self.problems.append(_located(text, _line(key_node)))
                self.problems[-1].rank = 2
            lines[key] = _line(key_node)
            result[key] = self.value(value_node)
        return {**merged, **result} if merged else result

    def _key(self, node: Node) -> str:
        key = self.value(node)
        if isinstance(key, str):
            return key
        if isinstance(key, bool):
            return "true" if key else "false"
        if isinstance(key, (int, float)):
            return str(key)
        raise _Refused("error converting YAML to JSON: yaml: a key must be text", _line(node))


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1


def load(text: str, source: str) -> tuple[Object, ...]:
    """See `kubelab.api.manifest.load`."""
    problems: list[Problem] = []
    objects: list[Object] = []
    for value, node in _json_documents(text, problems) if text.lstrip()[:1] == "{" else documents(text, problems):
        for item, path in items(value):
            found: list[Problem] = []
            obj = manifest.read(item, found)
            for problem in found:
                problem.path = (*path, *problem.path)
                problem.line = line_of(node, problem.path) if node is not None else 0
            problems.extend(found)
            objects.append(obj)
    if problems:
        raise ManifestError(problems, "\n".join(_shown(problem, source) for problem in problems))
    return tuple(objects)


def items(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[Any, tuple[str | int, ...]]]:
    """The manifests in a value, each with the path to it: itself, or the items of a list kind."""
    kind = value.get("kind") if isinstance(value, dict) else None
    if isinstance(kind, str) and kind.endswith("List") and isinstance(value.get("items"), list):
        for index, item in enumerate(value["items"]):
            yield from items(item, (*path, "items", index))
    else:
        yield value, path


def line_of(node: Node, path: tuple[str | int, ...]) -> int:
    """The line of what `path` leads to, or of the last step on the way that is there; lines count from 1."""
    line = _line(node)
    for step in path:
        if isinstance(node, MappingNode):
            pairs = [pair for pair in node.value if pair[0].value == step]
            if not pairs:
                return line
            line, node = _line(pairs[-1][0]), pairs[-1][1]
        elif isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = _line(node)
        else:
            return line
    return line


def _shown(problem: Problem, source: str) -> str:
    where = f"{source}:{problem.line}: " if source and problem.line else f"{source}: " if source else ""
    if not where and problem.line and "line " not in problem:
        where = f"line {problem.line}: "
    strict = "strict decoding error: " if problem.rank == 2 else ""
    place = f"{dotted(problem.path)}: " if problem.bare and problem.path else ""
    return f"{where}{strict}{place}{problem}"


def _json_documents(text: str, problems: list[Problem]) -> Iterator[tuple[Any, Node | None]]:
    """The objects of a JSON text, one after the other; the node is None where the text is no YAML too."""
    if _too_deep(text):
        problems.append(_located("json: exceeded max depth", 1))
        return

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key, value in found:
            if key in result:
                problems.append(Problem(f'duplicate field "{key}"', (), 2))
            result[key] = value
        return result

    def refuse(constant: str) -> Any:
        raise json.JSONDecodeError(f"invalid character '{constant[0]}' looking for beginning of value", text, 0)

    decoder = json.JSONDecoder(object_pairs_hook=pairs, parse_constant=refuse)
    nodes = _nodes(text)
    position = 0
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        try:
            value, position = decoder.raw_decode(text, position)
        except (json.JSONDecodeError, ValueError) as error:
            line = getattr(error, "lineno", 1)
            problems.append(_located(f"json parse error: {getattr(error, 'msg', error)}", line))
            return
        yield value, next(nodes, None)


def _nodes(text: str) -> Iterator[Node]:
    try:
        for _, node in documents(text, []):
            yield node
    except (yaml.YAMLError, RecursionError):
        return


class _Untagged(_Resolver):
    """Lets every scalar be written without a tag: its style alone says how it is read back."""

    def resolve(self, kind: type, value: str | None, implicit: tuple[bool, bool] | bool) -> str:
        """The tag that all nodes of one kind carry here."""
        return _STR if kind is ScalarNode else super().resolve(kind, value, implicit)


if hasattr(yaml, "CSafeDumper"):

    class _Dumper(_Untagged, CEmitter, yaml.representer.SafeRepresenter):
        """libyaml's emitter with Go's idea of scalars."""

        def __init__(self, stream: Any) -> None:
            """Write to `stream`."""
            CEmitter.__init__(self, stream, width=80, allow_unicode=True)
            yaml.representer.SafeRepresenter.__init__(self, default_flow_style=False, sort_keys=False)

else:
    from yaml.emitter import Emitter
    from yaml.serializer import Serializer

    class _Dumper(Emitter, Serializer, _Untagged, yaml.representer.SafeRepresenter):  # type: ignore[no-redef]
        """PyYAML's own emitter with Go's idea of scalars."""

        def __init__(self, stream: Any) -> None:
            """Write to `stream`."""
            Emitter.__init__(self, stream, width=80, allow_unicode=True)
            Serializer.__init__(self)
            yaml.representer.SafeRepresenter.__init__(self, default_flow_style=False, sort_keys=False)


def yaml_of(value: dict[str, Any]) -> str:
    """One YAML document in kubectl's form: keys in go-yaml's order, lists not indented, folded at 80 columns."""
    import io

    stream = io.StringIO()
    dumper: Any = _Dumper(stream)
    try:
        dumper.open()
        dumper.serialize(_node(value))
        dumper.close()
    finally:
        dumper.dispose()
    return stream.getvalue()


def _node(value: Any) -> Node:
    if isinstance(value, dict):
        ordered = sorted(value.items(), key=lambda pair: _key_order(pair[0]))
        pairs = [(_node(key), _node(item)) for key, item in ordered]
        return MappingNode(_PREFIX + "map", pairs, flow_style=not pairs)
    if isinstance(value, (list, tuple)):
        entries = [_node(item) for item in value]
        return SequenceNode(_PREFIX + "seq", entries, flow_style=not entries)
    if isinstance(value, str):
        return ScalarNode(_STR, str(value), style=_style(str(value)))
    if value is None or isinstance(value, bool):
        return ScalarNode(_STR, "null" if value is None else "true" if value else "false")
    from kubelab.api.decode import number_text

    return ScalarNode(_STR, number_text(value))


def _style(text: str) -> str | None:
    """Go's choice: ``|`` for several lines, ``"`` for what would not be read back as text, else None (as fits)."""
    if "\n" in text:
        return "|"
    if text == "<<" or _BASE_60.fullmatch(text) or (text[:1].isdigit() and _DATE.fullmatch(text)):
        return '"'
    if _SPECIAL_FLOAT.fullmatch(text):
        return '"'
    return None if isinstance(plain(text), str) else '"'


_RUNS = re.compile(r"\d+|\D", re.ASCII)


def _key_order(key: str) -> list[tuple[int, int, str]]:
    """go-yaml's order of keys: signs before digits before letters, and numbers by what they are worth."""
    order = []
    for run in _RUNS.findall(key):
        if run.isdigit():
            order.append((1, int(run), run))
        else:
            order.append((2 if run.isalpha() else 0, ord(run), ""))
    return order


def json_of(value: Any) -> str:
    """JSON in kubectl's form: four spaces, keys in alphabetical order, and a line break at the end."""
    return json.dumps(value, indent=4, sort_keys=True, ensure_ascii=False) + "\n"
