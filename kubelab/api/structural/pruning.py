"""Dropping the fields that a schema does not know.

In Kubernetes: `apiextensions-apiserver/pkg/apiserver/schema/pruning`.
"""

from collections.abc import Mapping
from typing import Any

Path = tuple[str | int, ...]

ROOT = frozenset({"apiVersion", "kind", "metadata"})
"""What every object has, and an object within another one where the schema says so."""


def pruned(value: Any, schema: Any, unknown: list[Path], path: Path = ()) -> Any:
    """A value without the fields that its schema does not know; the paths of those are added to `unknown`."""
    if not isinstance(schema, Mapping):
        return value
    if isinstance(value, (list, tuple)):
        items = schema.get("items")
        return [pruned(item, items, unknown, (*path, place)) for place, item in enumerate(value)]
    if not isinstance(value, Mapping):
        return value
    kept: dict[str, Any] = {}
    properties, more = schema.get("properties") or {}, schema.get("additionalProperties")
    keeps = bool(schema.get("x-kubernetes-preserve-unknown-fields"))
    own: frozenset[str] = ROOT if not path or schema.get("x-kubernetes-embedded-resource") else frozenset()
    for name, item in value.items():
        here = (*path, str(name))
        if name in own:
            kept[name] = item
        elif name in properties:
            kept[name] = pruned(item, properties[name], unknown, here)
        elif isinstance(more, Mapping):
            kept[name] = pruned(item, more, unknown, here)
        elif more or keeps:
            kept[name] = item
        else:
            unknown.append(here)
    return kept
