"""Whether a schema is structural: every field that it speaks of has one type, said in one place.

In Kubernetes: `apiextensions-apiserver/pkg/apiserver/schema/validation.go`, `pkg/apis/apiextensions/validation`.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from kubelab.api.structural.validation import checked, expression
from kubelab.api.validation.field_error import Errors, forbidden, invalid, not_supported, required

_TYPES = ("array", "boolean", "integer", "number", "object", "string")
_NOT_SUPPORTED = ("id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref")
_EMPTY = {
    "root": "must not be empty at the root",
    "items": "must not be empty for specified array items",
    "field": "must not be empty for specified object fields",
}
_NESTED = ("default", "nullable", "description", "title", "x-kubernetes-preserve-unknown-fields")
_INT_OR_STRING = [{"type": "integer"}, {"type": "string"}]


def schema_errors(schema: Any, path: str) -> Errors:
    """All that is wrong with a schema: what the API server cannot read first, then what is not structural."""
    if not isinstance(schema, Mapping):
        yield invalid(path, "", "must be a schema")
        return
    if schema.get("nullable"):
        yield forbidden(f"{path}.nullable", "nullable cannot be true at the root")
    yield from _supported(schema, path)
    yield from sorted(_structural(schema, "root", path), key=str)
    yield from _defaults(schema, path)


def _parts(schema: Mapping[str, Any], path: str) -> Iterator[tuple[Any, str, str]]:
    """The schemas directly below: each with its level and its place."""
    if schema.get("items") is not None:
        yield schema["items"], "items", f"{path}.items"
    properties = schema.get("properties")
    if isinstance(properties, Mapping):
        for name, inner in properties.items():
            yield inner, "field", f"{path}.properties[{name}]"
    if isinstance(schema.get("additionalProperties"), Mapping):
        yield schema["additionalProperties"], "field", f"{path}.additionalProperties"


def _supported(schema: Mapping[str, Any], path: str) -> Errors:
    if schema.get("uniqueItems"):
        text = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"
        yield forbidden(f"{path}.uniqueItems", text)
    if schema.get("properties") and schema.get("additionalProperties"):
        text = "additionalProperties and properties are mutual exclusive"
        yield forbidden(f"{path}.additionalProperties", text)
    for name in _NOT_SUPPORTED:
        if name in schema:
            yield forbidden(f"{path}.{name}", f"{name} is not supported")
    if isinstance(schema.get("items"), (list, tuple)):
        yield forbidden(f"{path}.items", "items must be a schema object and not an array")
    given = schema.get("type")
    if given == "null":
        yield forbidden(f"{path}.type", "type cannot be set to null, use nullable as an alternative")
    elif given and given not in _TYPES:
        yield not_supported(f"{path}.type", given, _TYPES)
    yield from _lists(schema, path)
    for inner, _, place in _parts(schema, path):
        if isinstance(inner, Mapping):
            yield from _supported(inner, place)


def _lists(schema: Mapping[str, Any], path: str) -> Errors:
    kind, keys = schema.get("x-kubernetes-list-type"), schema.get("x-kubernetes-list-map-keys")
    if kind is not None and kind not in ("atomic", "map", "set"):
        yield not_supported(f"{path}.x-kubernetes-list-type", kind, ("atomic", "map", "set"))
    if kind is not None and schema.get("type") != "array":
        text = "must be array if x-kubernetes-list-type is specified"
        given = schema.get("type")
        yield invalid(f"{path}.type", given, text) if given else required(f"{path}.type", text)
    if kind == "map" and not keys:
        text = "must not be empty if x-kubernetes-list-type is map"
        yield required(f"{path}.x-kubernetes-list-map-keys", text)
    if keys and kind is None:
        text = "must be map if x-kubernetes-list-map-keys is non-empty"
        yield required(f"{path}.x-kubernetes-list-type", text)


def _structural(schema: Any, level: str, path: str) -> Errors:
    if not isinstance(schema, Mapping):
        return
    given = schema.get("type") or ""
    loose = schema.get("x-kubernetes-int-or-string") or schema.get("x-kubernetes-preserve-unknown-fields")
    if given == "array" and schema.get("items") is None:
        yield required(f"{path}.items", "must be specified")
    if level == "root" and schema.get("additionalProperties"):
        yield forbidden(f"{path}.additionalProperties", "must not be used at the root")
    if not given and not loose:
        yield required(f"{path}.type", _EMPTY[level])
    if level == "root" and given and given != "object":
        yield invalid(f"{path}.type", given, "must be object at the root")
    if level == "root":
        yield from _root(schema.get("properties") or {}, path)
    if pattern := schema.get("pattern"):
        try:
            expression(pattern)
        except re.error as error:
            text = f"must be a valid regular expression, but isn't: {error}"
            yield invalid(f"{path}.pattern", pattern, text)
    yield from _junctors(schema, path)
    for inner, below, place in _parts(schema, path):
        yield from _structural(inner, below, place)


def _root(properties: Mapping[str, Any], path: str) -> Errors:
    for name in ("apiVersion", "kind"):
        inner = properties.get(name)
        if isinstance(inner, Mapping) and inner.get("type") != "string":
            yield invalid(f"{path}.properties[{name}].type", inner.get("type") or "", "must be string")
    meta = properties.get("metadata")
    if isinstance(meta, Mapping):
        here = f"{path}.properties[metadata]"
        if meta.get("type") != "object":
            yield invalid(f"{here}.type", meta.get("type") or "", "must be object")
        named = set(meta.get("properties") or ()) - {"name", "generateName"}
        if named or set(meta) - {"type", "properties", "description"}:
            text = "must not specify anything other than name and generateName, but metadata is implicitly specified"
            yield forbidden(here, text)


def _junctors(schema: Mapping[str, Any], path: str) -> Errors:
    """Within ``allOf`` and its like a schema may only say more of values: types and defaults are said outside."""
    for name in ("allOf", "anyOf", "oneOf"):
        nested = schema.get(name) or ()
        if schema.get("x-kubernetes-int-or-string") and name == "anyOf" and list(nested) == _INT_OR_STRING:
            continue
        for place, inner in enumerate(nested):
            yield from _nested(inner, f"{path}.{name}[{place}]")
    if isinstance(schema.get("not"), Mapping):
        yield from _nested(schema["not"], f"{path}.not")


def _nested(schema: Any, path: str) -> Errors:
    if not isinstance(schema, Mapping):
        return
    if schema.get("type"):
        yield forbidden(f"{path}.type", "must be empty to be structural")
    if schema.get("additionalProperties"):
        yield forbidden(f"{path}.additionalProperties", "must be undefined to be structural")
    for name in _NESTED:
        if schema.get(name):
            yield forbidden(f"{path}.{name}", "must be undefined to be structural")
    yield from _junctors(schema, path)
    for inner, _, place in _parts(schema, path):
        yield from _nested(inner, place)


def _defaults(schema: Any, path: str) -> Errors:
    """A default has to be a value that its own schema allows."""
    if not isinstance(schema, Mapping):
        return
    if schema.get("default") is not None:
        yield from checked(schema["default"], schema, f"{path}.default")
    for inner, _, place in _parts(schema, path):
        yield from _defaults(inner, place)
