"""A definition for each structure, out of its model: types, formats, what is required, and how lists are merged.

Source: `k8s.io/kube-openapi/pkg/generators`.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from kubelab.api import meanings
from kubelab.api.custom import CustomResource, schema_of
from kubelab.api.encode import thaw
from kubelab.api.merging import ATOMIC_STRUCTURES, KEY_DEFAULTS, REPLACED, SHARED_FIELDS, Place, Way, places
from kubelab.api.openapi import naming
from kubelab.api.openapi.required import required
from kubelab.api.scheme import by_gvk
from kubelab.api.shape import Field, Form, Shape, fields, is_kind

Schema = dict[str, Any]

V2, V3 = "#/definitions/", "#/components/schemas/"
"""Where a document of either version keeps its definitions."""

SCALARS: dict[str, Schema] = {
    naming.TIME: {"type": "string", "format": "date-time", "description": "A moment, to the second."},
    naming.MICRO_TIME: {"type": "string", "format": "date-time", "description": "A moment, to the microsecond."},
    naming.RAW: {"type": "object", "description": "An object of any kind, as it came."},
    f"{naming.META}.FieldsV1": {"type": "object", "description": "A set of fields, as nested keys."},
    f"{naming.META}.Patch": {"type": "object", "description": "What is to be different of an object."},
}
"""Definitions that are no structures; those of quantities and ports differ between the versions."""

QUANTITY = "An amount of a resource, such as 250m of CPU or 128Mi of memory."
INT_OR_STRING = "A whole number, or a text such as 25% or the name of a port."

_FORMS: dict[Form, Schema] = {
    Form.STRING: {"type": "string"},
    Form.BOOLEAN: {"type": "boolean"},
    Form.NUMBER: {"type": "number", "format": "double"},
    Form.BINARY: {"type": "string", "format": "byte"},
}
_NAMED = {
    Form.QUANTITY: naming.QUANTITY,
    Form.INT_OR_STRING: naming.INT_OR_STRING,
    Form.TIME: naming.TIME,
    Form.MICRO_TIME: naming.MICRO_TIME,
}

JSON_FIELDS: dict[tuple[str, str], Schema] = {
    ("ControllerRevision", "data"): {"$ref": naming.RAW},
    ("CustomResourceSubresources", "status"): {"type": "object"},
    ("CustomResourceValidation", "openAPIV3Schema"): {"type": "object"},
    ("ManagedFieldsEntry", "fieldsV1"): {"$ref": f"{naming.META}.FieldsV1"},
}
"""Fields of which the models say only that they are JSON."""

KIND_FIELDS: dict[str, Schema] = {
    "apiVersion": {"type": "string", "description": "The group and version of the kind, such as apps/v1."},
    "kind": {"type": "string", "description": "What sort of object this is."},
}

METADATA = "Its identity."
"""What the metadata are, of kinds that somebody else has defined."""


def scalars(prefix: str) -> dict[str, Schema]:
    """The definitions that are no structures, for one version of documents."""
    quantity: Schema = {"description": QUANTITY}
    port: Schema = {"description": INT_OR_STRING, "format": "int-or-string"}
    if prefix == V2:
        return {
            **SCALARS,
            naming.QUANTITY: {**quantity, "type": "string"},
            naming.INT_OR_STRING: {**port, "type": "string"},
        }
    quantity["oneOf"] = [{"type": "string"}, {"type": "number"}]
    port["oneOf"] = [{"type": "integer"}, {"type": "string"}]
    return {**SCALARS, naming.QUANTITY: quantity, naming.INT_OR_STRING: port}


def definition(model: type[Any], prefix: str) -> Schema:
    """The definition of one structure.

    Args:
        model: its class.
        prefix: where the document keeps its definitions: `V2` or `V3`.
    """
    if issubclass(model, CustomResource):
        return _as_defined(model, prefix)
    schema: Schema = {"description": meanings.of_model(model), "type": "object"}
    properties = {name: _property(model, field, prefix) for name, field in fields(model).items()}
    if is_kind(model):
        properties = {**KIND_FIELDS, **properties}
    schema["properties"] = properties
    if needed := required(model):
        schema["required"] = needed
    if model.__name__ in ATOMIC_STRUCTURES:
        schema["x-kubernetes-map-type"] = "atomic"
    kind = by_gvk(model.api_version, model.kind) if is_kind(model) else None
    if kind is not None:
        schema["x-kubernetes-group-version-kind"] = [gvk(kind.group, kind.version, kind.kind)]
    return schema


def _as_defined(model: type[Any], prefix: str) -> Schema:
    """The definition of a kind that a CustomResourceDefinition defines: what that says, and what every object has."""
    kind = by_gvk(model.api_version, model.kind)
    said = thaw(schema_of(kind.definition)) if kind is not None else None
    schema: Schema = dict(said) if isinstance(said, dict) else {"type": "object"}
    meta: Schema = {"$ref": f"{prefix}{naming.META}.ObjectMeta"}
    if prefix == V3:
        meta = {"description": METADATA, "allOf": [meta]}
    schema["properties"] = {**(schema.get("properties") or {}), **KIND_FIELDS, "metadata": meta}
    if kind is not None:
        schema["x-kubernetes-group-version-kind"] = [gvk(kind.group, kind.version, kind.kind)]
    return schema


def gvk(group: str, version: str, kind: str) -> dict[str, str]:
    """A kind as documents name it."""
    return {"group": group, "version": version, "kind": kind}


def _property(model: type[Any], field: Field, prefix: str) -> Schema:
    schema = _shape(field.shape, prefix)
    if known := JSON_FIELDS.get((model.__name__, field.json)):
        schema = {"$ref": prefix + known["$ref"]} if "$ref" in known else dict(known)
    if "$ref" in schema and prefix == V3:
        # In version 3 nothing may stand beside a reference.
        schema = {"allOf": [schema]}
    if said := meanings.of_field(model, field.json):
        schema["description"] = said
    if field.values and _is_closed(field):
        schema["enum"] = sorted(value for value in field.values if value)
    if field.json in KEY_DEFAULTS and field.json in _keys_of(model):
        schema["default"] = KEY_DEFAULTS[field.json]
    schema.update(_merging(model, places(model)[field.json], field))
    return schema


def _is_closed(field: Field) -> bool:
    """Whether nothing but the values that are known may stand there."""
    return field.shape.form is Form.STRING and field.shape.go != "string" and "Condition" not in field.shape.go


def _keys_of(model: type[Any]) -> tuple[str, ...]:
    return {"ContainerPort": ("protocol",), "ServicePort": ("protocol",)}.get(model.__name__, ())


def _shape(shape: Shape, prefix: str) -> Schema:
    form = shape.form
    if form is Form.OBJECT:
        assert shape.model is not None
        return {"$ref": prefix + naming.definition_name(shape.model)}
    if form is Form.LIST:
        assert shape.item is not None
        return {"type": "array", "items": _shape(shape.item, prefix)}
    if form is Form.MAP:
        assert shape.item is not None
        return {"type": "object", "additionalProperties": _shape(shape.item, prefix)}
    if form is Form.INTEGER:
        return {"type": "integer", "format": "int64" if shape.go == "int64" else "int32"}
    if form in _NAMED:
        return {"$ref": prefix + _NAMED[form]}
    # JSON may be anything: that is said by saying nothing.
    return dict(_FORMS.get(form, {}))


def _merging(model: type[Any], place: Place, field: Field) -> Iterable[tuple[str, Any]]:
    """How the values of a field are merged, for those who share the object and for strategic merge patches."""
    if field.shape.form is Form.LIST:
        if place.way is Way.KEYED:
            yield "x-kubernetes-list-type", "map"
            yield "x-kubernetes-list-map-keys", list(place.keys)
        else:
            yield "x-kubernetes-list-type", "set" if place.way is Way.SET else "atomic"
    elif field.shape.form is Form.MAP and place.way is Way.ATOMIC:
        yield "x-kubernetes-map-type", "atomic"
    elif (model.__name__, field.json) in SHARED_FIELDS:
        yield "x-kubernetes-map-type", "granular"
    if (model.__name__, field.json) in REPLACED:
        yield "x-kubernetes-patch-strategy", "replace"
    strategies = ["merge"] if field.merge_key or field.merge_set else []
    strategies += ["retainKeys"] if field.retain_keys else []
    if strategies:
        yield "x-kubernetes-patch-strategy", ",".join(strategies)
    if field.merge_key:
        yield "x-kubernetes-patch-merge-key", field.merge_key


def within(models: Iterable[type[Any]]) -> list[type[Any]]:
    """All structures that some structures are made of, themselves included, by the names of their definitions."""
    found: dict[str, type[Any]] = {}
    waiting = list(models)
    while waiting:
        model = waiting.pop()
        name = naming.definition_name(model)
        if name not in found:
            found[name] = model
            waiting += _parts(model)
    return [found[name] for name in sorted(found)]


def _parts(model: type[Any]) -> Iterator[type[Any]]:
    for field in fields(model).values():
        structure = field.shape.structure
        if structure is not None:
            yield structure
