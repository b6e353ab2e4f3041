"""The fields of kinds that a cluster has learnt: what the schema of their definition says of them."""

from collections.abc import Mapping
from typing import Any

from kubelab.api.custom import schema_of
from kubelab.api.scheme import Kind

Schema = Mapping[str, Any]


def fields_below(kind: Kind, steps: list[str | None]) -> dict[str, Schema]:
    """The fields at a place of a learnt kind.

    Args:
        kind: the kind.
        steps: the way to the place: names of fields, and None for an item of a list or a map.
    """
    node: Any = schema_of(kind.definition)
    for step in steps:
        if not isinstance(node, Mapping):
            return {}
        node = (node.get("items") or node.get("additionalProperties")) if step is None else _properties(node).get(step)
    return _properties(node) if isinstance(node, Mapping) else {}


def _properties(node: Schema) -> dict[str, Schema]:
    found = node.get("properties")
    return {str(name): inner for name, inner in found.items()} if isinstance(found, Mapping) else {}


def sort_of(schema: Schema) -> str:
    """What a field holds, in a word or two."""
    if isinstance(schema.get("items"), Mapping):
        return f"list of {sort_of(schema['items'])}"
    return str(schema.get("type") or "any value")
