"""Sets of fields, and how ``managedFields`` writes them.

A path is a tuple of steps, each as ``FieldsV1`` writes it: ``f:spec`` for a field, ``k:{"name":"web"}`` for the item of
a list with that key, ``v:"text"`` for an item of a set, ``i:0`` for the first of a list.

Source: sigs.k8s.io/structured-merge-diff `fieldpath`.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

Path = tuple[str, ...]
Paths = frozenset[Path]

NOTHING: Paths = frozenset()

_JSON = json.JSONEncoder(separators=(",", ":"), sort_keys=True, ensure_ascii=False)


def compact(value: Any) -> str:
    """A value as Go's JSON writes it."""
    return _JSON.encode(value)


def field_step(name: str) -> str:
    """The step to a field."""
    return f"f:{name}"


def to_fields(paths: Iterable[Path]) -> dict[str, Any]:
    """A set of paths as ``FieldsV1``: a place with others below it is marked by a dot."""
    tree: dict[str, Any] = {}
    members = set()
    for path in sorted(paths):
        node = tree
        for step in path:
            node = node.setdefault(step, {})
        members.add(id(node))
    _mark(tree, members)
    return tree


def _mark(tree: dict[str, Any], members: set[int]) -> None:
    for step, below in list(tree.items()):
        _mark(below, members)
        if below and id(below) in members:
            tree[step] = {".": {}, **below}


def from_fields(tree: Any) -> Paths:
    """The set of paths that a ``FieldsV1`` says.

    Raises:
        ValueError: it is none.
    """
    found: list[Path] = []
    _gather(tree, (), found)
    return frozenset(found)


def _gather(tree: Any, path: Path, found: list[Path]) -> None:
    if not isinstance(tree, Mapping):
        raise ValueError("fields must be nested maps")
    for step, below in tree.items():
        if step == ".":
            found.append(path)
            continue
        if step[:2] not in ("f:", "k:", "v:", "i:"):
            raise ValueError(f"unknown path element {step!r}")
        if isinstance(below, Mapping) and not below:
            found.append((*path, step))
        else:
            _gather(below, (*path, step), found)


def text_of(path: Path) -> str:
    """A path as conflicts name it: ``.spec.containers[name="web"].image``."""
    return "".join(map(_step_text, path))


def _step_text(step: str) -> str:
    kind, rest = step[0], step[2:]
    if kind == "f":
        return f".{rest}"
    if kind == "k":
        return f"[{','.join(f'{key}={compact(value)}' for key, value in sorted(json.loads(rest).items()))}]"
    return f"[={rest}]" if kind == "v" else f"[{rest}]"


def below(paths: Iterable[Path], step: str) -> Paths:
    """What of a set is below a step, seen from there."""
    return frozenset(path[1:] for path in paths if len(path) > 1 and path[0] == step)
