"""Objects to the plain values of a manifest, by Go's rules for what is left out.

Source: Go's ``encoding/json`` (``omitempty``, ``omitzero``) with the tags of the API's own types.
"""

from collections.abc import Callable
from typing import Any

import attrs

from kubelab.api import clocktime
from kubelab.api.scalars import FrozenMap, Json, MicroTime, Time
from kubelab.api.shape import Field, Form, Shape, fields, is_kind

Encoder = Callable[[Any], Any]

_AS_IT_IS = frozenset({Form.STRING, Form.INTEGER, Form.NUMBER, Form.BOOLEAN, Form.INT_OR_STRING, Form.BINARY})


_MADE: dict[tuple[type[Any], bool], Encoder] = {}


def structure(model: type[Any], compact: bool = False) -> Encoder:
    """What turns an object of a model into a mapping; made once for each model.

    Args:
        model: the class.
        compact: see `kubelab.api.manifest.to_manifest`.
    """
    found = _MADE.get((model, compact))
    if found is None:
        found = _MADE[model, compact] = _make(model, compact)
    return found


def _make(model: type[Any], compact: bool) -> Encoder:
    rows = tuple(_row(field, compact) for field in fields(model).values())
    head = {"apiVersion": model.api_version, "kind": model.kind} if is_kind(model) else {}

    def encode(obj: Any) -> dict[str, Any]:
        manifest: dict[str, Any] = dict(head)
        for name, json, encoder, zero, instead in rows:
            value = getattr(obj, name)
            if value is zero or value == zero:
                if instead is not _LEAVE_OUT:
                    manifest[json] = instead
            else:
                manifest[json] = value if encoder is None else encoder(value)
        return manifest

    return encode


_LEAVE_OUT = object()
_NEVER = object()


def _row(field: Field, compact: bool) -> tuple[str, str, Encoder | None, Any, Any]:
    """How one field is written: attribute, name, encoder (None: as it is), zero value, and what zero becomes."""
    shape, zero = field.shape, field.default
    encoder = _encoder(shape, compact)
    if shape.form is Form.OBJECT and not shape.optional:
        # Go never leaves a structure out, unless it is told to by `omitzero`.
        return field.name, field.json, encoder, zero if compact or field.omit_empty else _NEVER, _LEAVE_OUT
    if not field.always:
        return field.name, field.json, encoder, zero, _LEAVE_OUT
    if zero is None or shape.form in (Form.LIST, Form.MAP):
        return field.name, field.json, encoder, zero, _LEAVE_OUT if compact else None
    return field.name, field.json, encoder, zero, str(zero) if shape.form is Form.QUANTITY else zero


def _encoder(shape: Shape, compact: bool) -> Encoder | None:
    form = shape.form
    if form in _AS_IT_IS:
        return None
    if form is Form.OBJECT:
        assert shape.model is not None
        return _later(shape.model, compact)
    if form not in (Form.LIST, Form.MAP):
        return _SPECIAL[form]
    assert shape.item is not None
    item = _encoder(shape.item, compact)
    if form is Form.LIST:
        return list if item is None else _list_encoder(item)
    return dict if item is None else _map_encoder(item)


def _later(model: type[Any], compact: bool) -> Encoder:
    """The encoder of a model, made when it is first needed: most fields of most objects are absent."""
    return lambda obj: structure(model, compact)(obj)


def _list_encoder(item: Encoder) -> Encoder:
    return lambda values: [item(value) for value in values]


def _map_encoder(item: Encoder) -> Encoder:
    return lambda values: {key: item(value) for key, value in values.items()}


def thaw(value: Json) -> Any:
    """A kept JSON value as plain lists and dicts."""
    if isinstance(value, dict):
        return {key: thaw(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [thaw(item) for item in value]
    return value


def any_value(part: Any) -> Json:
    """Any part of an object as its part of a manifest, by the part's own type."""
    if isinstance(part, Time):
        return clocktime.text_of(part)
    if isinstance(part, MicroTime):
        return clocktime.text_of_micro(part)
    if isinstance(part, tuple):
        return [any_value(item) for item in part]
    if isinstance(part, (FrozenMap, dict)):
        return {key: any_value(item) for key, item in part.items()}
    if attrs.has(type(part)):
        return structure(type(part))(part)
    return str(part) if isinstance(part, str) else part


_SPECIAL: dict[Form, Encoder] = {
    Form.QUANTITY: str,
    Form.TIME: clocktime.text_of,
    Form.MICRO_TIME: clocktime.text_of_micro,
    Form.JSON: thaw,
}
