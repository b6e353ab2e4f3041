"""YAML texts to plain values, with the node of each document for the lines of errors.

Source: sigs.k8s.io/yaml with go.yaml.in/yaml/v2 (`decode.go`): keys that come twice are refused, aliases may not
blow a document up, keys become text.
"""

import re
from collections.abc import Iterator
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from kubelab.api.decode import Problem
from kubelab.api.yaml_scalar import PLAIN, PREFIX, STR, Resolver, plain
from kubelab.errors import ManifestError

_TAGGED: dict[str, tuple[type, ...]] = {
    f"{PREFIX}int": (int,),
    f"{PREFIX}float": (int, float),
    f"{PREFIX}bool": (bool,),
    f"{PREFIX}null": (type(None),),
}
_MAX_DEPTH = 150


if hasattr(yaml, "CSafeLoader"):
    from yaml._yaml import CParser

    class _Loader(Resolver, CParser):
        """libyaml's parser with Go's idea of scalars."""

else:
    from yaml.composer import Composer
    from yaml.parser import Parser
    from yaml.reader import Reader
    from yaml.scanner import Scanner

    class _Loader(Reader, Scanner, Parser, Composer, Resolver):  # type: ignore[no-redef]
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
    if _suspicious(text) and _too_deep(text):
        problems.append(located("yaml: exceeded max depth", 0))
        return
    try:
        loader: Any = _Loader(text)
    except (yaml.YAMLError, UnicodeError) as error:
        problems.append(_syntax(error))
        return
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
        problems.append(located(str(refused), refused.line))
    finally:
        if hasattr(loader, "dispose"):
            loader.dispose()


def _suspicious(text: str) -> bool:
    """Whether a text may nest deeper than any manifest does; the composer would run out of stack on it."""
    if text.count("[") + text.count("{") > _MAX_DEPTH or re.search(rf"(?:[-?][ \t]+){{{_MAX_DEPTH // 2}}}", text):
        return True
    return " " * _MAX_DEPTH in text


def _too_deep(text: str) -> bool:
    """Whether a YAML text really nests that deep: counted on the parser's events, which need no stack."""
    depth = 0
    try:
        loader: Any = _Loader(text)
        while loader.check_event():
            event = loader.get_event()
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > _MAX_DEPTH:
                return True
    except (yaml.YAMLError, UnicodeError):
        return False
    return False


def located(text: str, line: int) -> Problem:
    """A problem with the text itself, at a line that counts from 1, or 0 for the whole of it."""
    problem = Problem(text, ())
    problem.line = line
    return problem


def _syntax(error: Exception) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    what = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error).splitlines()[0]
    line = mark.line + 1 if mark is not None else 0
    where = f"line {line}: " if line else ""
    return located(f"error converting YAML to JSON: yaml: {where}{what}", line)


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
        if tag == STR:
            return text
        try:
            found = plain(text)
        except ManifestError as error:
            raise _Refused(error.problems[0], _line(node)) from None
        if tag == PLAIN:
            return found
        wanted = _TAGGED.get(tag)
        if wanted is None:
            return text
        if type(found) not in wanted:
            raise _Refused(f"yaml: cannot decode `{text}` as a !!{tag.removeprefix(PREFIX)}", _line(node))
        return found

    def _mapping(self, node: MappingNode) -> dict[str, Any]:
        result: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        lines: dict[str, int] = {}
        for key_node, value_node in node.value:
            if key_node.tag == PLAIN and key_node.value == "<<":
                for each in value_node.value if isinstance(value_node, SequenceNode) else [value_node]:
                    part = self.value(each)
                    if not isinstance(part, dict):
                        raise _Refused("yaml: map merge requires map or sequence of maps as the value", _line(each))
                    merged = {**part, **merged}
                continue
            key = self._key(key_node)
            if key in result:
                text = f'yaml: unmarshal errors:\n  line {_line(key_node)}: key "{key}" already set in map'
                self.problems.append(located(text, _line(key_node)))
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
