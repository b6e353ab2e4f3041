"""Whatever an object holds, defaults come to an end and validation answers with mistakes, never with a crash."""

import typing
from functools import cache
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kubelab.api import scheme
from kubelab.api.defaults import apply_defaults
from kubelab.api.scalars import FrozenMap, MicroTime, Quantity, Time
from kubelab.api.validation import FieldError, invalid_message, validate, validate_update

TEXTS = st.sampled_from(["", "a", "Always", "Indexed", "In", "10.0.0.1", "a b", "x/y", "None", "25%", "..", "ü", "1Gi"])
NUMBERS = st.sampled_from([-1, 0, 1, 80, 2**31])
AMOUNTS = st.sampled_from(["-1", "0", "1", "100m", "1Gi", "1e3"]).map(Quantity)


@cache
def hints(model: type[Any]) -> dict[str, Any]:
    return typing.get_type_hints(model)


def anything(annotation: Any, depth: int) -> st.SearchStrategy[Any]:
    """Some value of a field: mostly short, so that objects stay small."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if annotation is Quantity:
        return AMOUNTS
    if annotation is bool:
        return st.booleans()
    if annotation in (Time, MicroTime):
        return st.sampled_from([annotation(0), annotation(1_700_000_000)])
    if annotation is int:
        return NUMBERS
    if annotation is str:
        return TEXTS
    if annotation is type(None):
        return st.none()
    if origin is tuple:
        return st.lists(anything(arguments[0], depth), max_size=2).map(tuple)
    if isinstance(origin, type) and issubclass(origin, FrozenMap):
        return st.dictionaries(TEXTS, anything(arguments[1], depth), max_size=2).map(FrozenMap)
    if arguments:
        return st.one_of(*(anything(each, depth) for each in arguments))
    if isinstance(annotation, type) and attrs.has(annotation):
        return structure(annotation, depth - 1)
    return st.none()


def structure(model: type[Any], depth: int) -> st.SearchStrategy[Any]:
    if depth < 0:
        return st.builds(model)
    fields = {name: hints(model)[name] for name in (field.name for field in attrs.fields(model))}

    @st.composite
    def draw_structure(draw: st.DrawFn) -> Any:
        chosen = draw(st.lists(st.sampled_from(sorted(fields)), max_size=6, unique=True)) if fields else []
        return model(**{name: draw(anything(fields[name], depth)) for name in chosen})

    return draw_structure()


@pytest.mark.parametrize("kind", scheme.KINDS, ids=lambda kind: kind.kind)
@settings(max_examples=40)
@given(data=st.data())
def test_any_object_is_judged(kind: scheme.Kind, data: st.DataObject) -> None:
    obj = data.draw(structure(kind.model, 5))
    once = apply_defaults(obj)
    assert apply_defaults(once) is once
    errors = validate(once)
    assert all(isinstance(error, FieldError) and str(error) for error in errors)
    assert invalid_message(kind.kind, "x", errors).startswith(f'{kind.kind} "x" is invalid')
    other = apply_defaults(data.draw(structure(kind.model, 5)))
    for subresource in ("", "status"):
        assert all(str(error) for error in validate_update(once, other, subresource))
    assert validate_update(once, once) == ()
