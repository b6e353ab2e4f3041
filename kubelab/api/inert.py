"""Fields that a person has set and on which the simulation does not act.

They are kept and come back out unchanged; the learner is told once that they have no effect here. Which fields
these are is said in the models themselves (``field(..., inert=True)``).
"""

from collections.abc import Callable
from typing import Any

from kubelab.api.shape import Field, Form, fields

Walk = Callable[[Any, str, list[str]], None]


def inert_fields(obj: Any) -> tuple[str, ...]:
    """The paths of the fields that are set in `obj` and have no effect, in the API's order.

    Ask before defaults are filled in: the API server sets some of these fields itself. For a kind on which
    nothing acts at all (`Kind.simulated`), the kind says it and this need not be asked.
    """
    found: list[str] = []
    walk = _structure(type(obj))
    if walk is not None:
        walk(obj, "", found)
    return tuple(found)


_MADE: dict[type[Any], Walk | None] = {}


def _structure(model: type[Any]) -> Walk | None:
    """What looks through an object of a model; None when there is nothing to find in it."""
    if model not in _MADE:
        rows = [(field, _below(field)) for field in fields(model).values()]
        rows = [(field, below) for field, below in rows if field.inert or below is not None]
        _MADE[model] = _walk(rows) if rows else None
    return _MADE[model]


def _below(field: Field) -> Walk | None:
    model = field.shape.structure
    if field.inert or model is None:
        return None
    inner = _structure(model)
    if inner is None or field.shape.form is Form.OBJECT:
        return inner

    def each(items: Any, path: str, found: list[str]) -> None:
        pairs = sorted(items.items()) if field.shape.form is Form.MAP else enumerate(items)
        for name, item in pairs:
            inner(item, f"{path}[{name}]", found)

    return each


def _walk(rows: list[tuple[Field, Walk | None]]) -> Walk:
    def walk(obj: Any, path: str, found: list[str]) -> None:
        lead = f"{path}." if path else ""
        for field, below in rows:
            value = getattr(obj, field.name)
            if value is None or value is field.default or value == field.default:
                continue
            if below is not None:
                below(value, lead + field.json, found)
            elif not _empty(field, value):
                found.append(lead + field.json)

    return walk


def _empty(field: Field, value: Any) -> bool:
    """Whether a structure is there but says nothing, such as ``securityContext: {}``."""
    return field.shape.form is Form.OBJECT and field.shape.model is not None and bool(value == field.shape.model())
