"""Hypothesis strategies that make any object of any kind, straight from the models' own shapes."""

from typing import Any

from hypothesis import strategies as st

from kubelab.api import quantity
from kubelab.api.scalars import FrozenMap, MicroTime, Time
from kubelab.api.shape import Form, Shape, fields

WORDS = st.sampled_from(
    ("", "web", "a-b", "true", "12:30", "0644", "y", "null", "~", "a: b", "# no", "- x", "ä", "<<", "=", "é\n\nb ")
)
QUANTITIES = st.sampled_from(("0", "1", "500m", "1Gi", "1536Mi", "3e6", "100k", "1025")).map(quantity.canonical)
SECONDS = st.integers(0, 4_000_000_000)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | WORDS,
    lambda inner: st.lists(inner, max_size=2).map(tuple) | st.dictionaries(WORDS, inner, max_size=2).map(FrozenMap),
    max_leaves=4,
)

SCALARS: dict[Form, st.SearchStrategy[Any]] = {
    Form.STRING: WORDS,
    Form.INTEGER: st.integers(-5, 70_000),
    Form.BOOLEAN: st.booleans(),
    Form.QUANTITY: QUANTITIES,
    Form.TIME: SECONDS.map(Time),
    Form.MICRO_TIME: SECONDS.map(lambda seconds: MicroTime(seconds * 1_000_003)),
    Form.INT_OR_STRING: st.integers(0, 70_000) | WORDS,
    Form.BINARY: st.sampled_from(("", "aGVsbG8=", "AA==")),
    Form.JSON: JSON.filter(lambda value: value is not None),
}


def values(shape: Shape, depth: int) -> st.SearchStrategy[Any]:
    """Values of a shape; structures nest at most `depth` deep."""
    if shape.form is Form.OBJECT:
        assert shape.model is not None
        return objects(shape.model, depth)
    if shape.item is None:
        return SCALARS[shape.form]
    inner = values(shape.item, depth)
    if shape.form is Form.LIST:
        return st.lists(inner, max_size=2).map(tuple)
    return st.dictionaries(WORDS, inner, max_size=2).map(FrozenMap)


@st.composite
def objects(draw: st.DrawFn, model: type[Any], depth: int = 4) -> Any:
    """Objects of a model with a few of their fields set."""
    every = list(fields(model).values())
    chosen = draw(st.lists(st.sampled_from(every), max_size=5, unique_by=lambda field: field.name)) if every else []
    arguments = {}
    for field in chosen:
        if depth > 0 or field.shape.structure is None:
            arguments[field.name] = draw(values(field.shape, depth - 1))
    return model(**arguments)
