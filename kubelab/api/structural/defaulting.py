"""Filling in what a schema has a default for.

In Kubernetes: `apiextensions-apiserver/pkg/apiserver/schema/defaulting`.
"""

from collections.abc import Mapping
from typing import Any

from kubelab.api.scalars import FrozenMap


def defaulted(value: Any, schema: Any) -> Any:
    """A value with its defaults; the same value where nothing is missing. A null that may not be is as nothing."""
    if not isinstance(schema, Mapping):
        return value
    if isinstance(value, tuple):
        items = schema.get("items")
        filled = tuple([defaulted(item, items) for item in value])
        return value if all(new is old for new, old in zip(filled, value, strict=True)) else filled
    if not isinstance(value, FrozenMap):
        return value
    changes: dict[str, Any] = {}
    nothing: list[str] = []
    properties, more = schema.get("properties") or {}, schema.get("additionalProperties")
    for name, inner in properties.items():
        held = value.get(name)
        if held is None and isinstance(inner, Mapping) and "default" in inner:
            if name not in value or not inner.get("nullable"):
                changes[name] = defaulted(inner["default"], inner)
        elif name in value and held is None and not (isinstance(inner, Mapping) and inner.get("nullable")):
            nothing.append(name)
        elif name in value:
            changes[name] = defaulted(held, inner)
    if isinstance(more, Mapping):
        changes.update({name: defaulted(item, more) for name, item in value.items() if name not in properties})
    changes = {name: item for name, item in changes.items() if name not in value or item is not value[name]}
    if not changes and not nothing:
        return value
    return FrozenMap({name: item for name, item in {**value, **changes}.items() if name not in nothing})
