"""``kubectl explain`` of kinds that the cluster has learnt: their fields are those of the schema of their definition.

Source: kubectl `pkg/explain/v2` (its plain text template), which reads the same out of the OpenAPI documents.
"""

from collections.abc import Mapping
from typing import Any

import attrs

from kubelab.api.custom import schema_of
from kubelab.api.openapi.schemas import KIND_FIELDS, METADATA
from kubelab.api.scheme import Kind
from kubelab.kubectl.answer import Failure

Schema = Mapping[str, Any]


@attrs.frozen
class Place:
    """What stands at a path.

    Attributes:
        schema: its schema.
        type: its type, as kubectl names it.
        metadata: how many steps of the path were taken when it came to the metadata, which every kind has; or None.
    """

    schema: Schema
    type: str
    metadata: int | None = None


def place(kind: Kind, path: list[str]) -> Place:
    """Follow a path from the root of a kind.

    Raises:
        Failure: there is no such field.
    """
    root = schema_of(kind.definition)
    node: Schema = root if isinstance(root, Mapping) else {}
    for taken, step in enumerate(path, 1):
        known = properties(_inner(node), root=taken == 1)
        if step not in known:
            raise Failure(f'field "{step}" does not exist')
        if taken == 1 and step == "metadata":
            return Place({}, "ObjectMeta", taken)
        node = known[step]
    return Place(node, type_of(node))


def properties(node: Schema, root: bool = False) -> dict[str, Schema]:
    """The fields directly below; at the root of an object those of all objects, too."""
    found = node.get("properties")
    known = dict(found) if isinstance(found, Mapping) else {}
    return {**known, **KIND_FIELDS, "metadata": {"type": "ObjectMeta", "description": METADATA}} if root else known


def _inner(node: Schema) -> Schema:
    """The schema of what a list or a map holds, down to the last."""
    while True:
        held = node.get("items") or node.get("additionalProperties")
        if not isinstance(held, Mapping):
            return node
        node = held


def type_of(node: Schema) -> str:
    """A type as kubectl names it: ``[]Object``, ``map[string]number``."""
    items, more = node.get("items"), node.get("additionalProperties")
    if isinstance(items, Mapping):
        return f"[]{type_of(items)}"
    if isinstance(more, Mapping):
        return f"map[string]{type_of(more)}"
    named = node.get("type", "object")
    return "Object" if named == "object" else str(named)


def meaning(node: Schema) -> str:
    """What a field is for, and what each item of it is: a line for each that is said."""
    own = str(node.get("description") or "")
    held = node.get("items") or node.get("additionalProperties")
    return "\n".join(filter(None, (own, meaning(held) if isinstance(held, Mapping) else "")))


def values(node: Schema) -> tuple[str, ...]:
    """The values that a field may have, where the schema lists them."""
    return tuple(str(value) for value in node.get("enum") or ())


def rows(node: Schema, root: bool) -> list[tuple[str, str, bool, Schema]]:
    """The fields below: name, type, whether it must be there, and schema, by their names."""
    inner = _inner(node)
    wanted = inner.get("required") or ()
    known = properties(inner, root)
    return [(name, type_of(known[name]), name in wanted, known[name]) for name in sorted(known)]
