"""Manifests from a text: YAML with any number of documents, or JSON, each problem with its line.

Source: apimachinery `pkg/util/yaml` (``YAMLOrJSONDecoder``), cli-runtime `pkg/resource`.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from yaml.nodes import Node

from kubelab.api import manifest
from kubelab.api.custom import of_manifests, with_definitions
from kubelab.api.decode import Problem, dotted
from kubelab.api.meant import hint
from kubelab.api.scheme import Object, knowing, known
from kubelab.api.yaml_reader import documents, line_of, located
from kubelab.errors import ManifestError


def load(text: str, source: str) -> tuple[Object, ...]:
    """See `kubelab.api.manifest.load`."""
    problems: list[Problem] = []
    values = list(_values(text, problems))
    given = [item for value, _ in values for item, _ in items(value)]
    with knowing(with_definitions(known(), of_manifests(given))):
        objects = _read(values, problems)
    if problems:
        raise ManifestError(problems, "\n".join(_shown(problem, source) for problem in problems))
    return tuple(objects)


def _read(values: Iterable[tuple[Any, Node | None]], problems: list[Problem]) -> list[Object]:
    objects: list[Object] = []
    for value, node in values:
        for item, path in items(value):
            found: list[Problem] = []
            obj = manifest.read(item, found)
            for problem in found:
                if problem.rank == 2 or problem.path == ("kind",):
                    problem.hint = hint(item, problem.path)
                problem.path = (*path, *problem.path)
                problem.line = line_of(node, problem.path) if node is not None else 0
            problems.extend(found)
            objects.append(obj)
    return objects


def _values(text: str, problems: list[Problem]) -> Iterable[tuple[Any, Node | None]]:
    """The documents of a text; what looks like JSON and is none may still be YAML's flow style."""
    if text.lstrip()[:1] == "{":
        found: list[Problem] = []
        values = list(_json_documents(text, found))
        as_yaml: list[Problem] = []
        if not any(problem.rank < 2 for problem in found) or not (flow := list(documents(text, as_yaml))) or as_yaml:
            problems.extend(found)
            return values
        return flow
    return documents(text, problems)


def items(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[Any, tuple[str | int, ...]]]:
    """The manifests in a value, each with the path to it: itself, or the items of a list kind."""
    kind = value.get("kind") if isinstance(value, dict) else None
    if isinstance(kind, str) and kind.endswith("List") and isinstance(value.get("items"), list):
        for index, item in enumerate(value["items"]):
            yield from items(item, (*path, "items", index))
    else:
        yield value, path


def worded(problem: Problem) -> str:
    """A problem in the API server's words, with its path where they do not name the place."""
    strict = "strict decoding error: " if problem.rank == 2 else ""
    place = f"{dotted(problem.path)}: " if problem.bare and problem.path else ""
    return f"{strict}{place}{problem}"


def _shown(problem: Problem, source: str) -> str:
    where = f"{source}:{problem.line}: " if source and problem.line else f"{source}: " if source else ""
    if not where and problem.line and "line " not in problem:
        where = f"line {problem.line}: "
    return f"{where}{worded(problem)}"


def _json_documents(text: str, problems: list[Problem]) -> Iterator[tuple[Any, Node | None]]:
    """The objects of a JSON text, one after the other; the node is None where the text is no YAML too."""

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
            problems.append(located(f"json parse error: {getattr(error, 'msg', error)}", line))
            return
        except RecursionError:
            problems.append(located("json: exceeded max depth", 0))
            return
        yield value, next(nodes, None)


def _nodes(text: str) -> Iterator[Node]:
    for _, node in documents(text, []):
        yield node


def json_of(value: Any) -> str:
    """JSON in kubectl's form: four spaces, keys in alphabetical order, and a line break at the end."""
    return json.dumps(value, indent=4, sort_keys=True, ensure_ascii=False) + "\n"
