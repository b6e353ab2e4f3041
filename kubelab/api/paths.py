"""Where two versions of an object differ, field by field, and what is found at a path.

Paths are written as Kubernetes writes them: ``spec.template.spec.containers[web].image``. Items of a list that is
merged by a key are named by that key (``status.conditions[Ready].status``), items of other lists by their index,
entries of a map by their key (``metadata.labels[app]``).

Objects share what did not change, so comparing costs only as much as what did: parts that are the same object are
passed over without a look.
"""

import re
from collections.abc import Callable, Mapping
from json import loads
from typing import Any

import attrs

from kubelab.api.encode import any_value
from kubelab.api.scalars import FrozenMap, Json
from kubelab.api.shape import Field, Form, Shape, fields
from kubelab.errors import KubelabError

__all__ = ["Change", "Field", "Form", "Shape", "UnknownFieldError", "diff", "field_type", "fields", "split"]


@attrs.frozen
class Change:
    """One field that differs.

    Attributes:
        path: where, "" for a whole object that appeared or went away.
        before: the value as a manifest writes it, or None where there was none.
        after: the value as a manifest writes it, or None where there is none.
    """

    path: str
    before: Json
    after: Json


Compare = Callable[[Any, Any, str, list[Change]], None]


def diff(before: Any, after: Any) -> tuple[Change, ...]:
    """What differs between two versions of an object, in the order of the API's own fields.

    Args:
        before: an object or a part of one, or a tuple of them, or None if there was none.
        after: the same later, or None if it is gone.
    """
    if before is after:
        return ()
    if before is None or after is None or type(before) is not type(after):
        return (Change("", _json(before), _json(after)),)
    changes: list[Change] = []
    if isinstance(before, tuple):
        if before or after:
            _list(type((before or after)[0]), "")(before, after, "", changes)
    else:
        _structure(type(before))(before, after, "", changes)
    return tuple(changes)


def _json(value: Any) -> Json:
    return None if value is None else any_value(value)


_MADE: dict[type[Any], Compare] = {}


def _structure(model: type[Any]) -> Compare:
    found = _MADE.get(model)
    if found is None:
        found = _MADE[model] = _make(model)
    return found


def _make(model: type[Any]) -> Compare:
    rows = tuple((field.name, field.json, _compare(field)) for field in fields(model).values())

    def compare(before: Any, after: Any, path: str, changes: list[Change]) -> None:
        lead = f"{path}." if path else ""
        for name, json, differ in rows:
            old, new = getattr(before, name), getattr(after, name)
            if old is not new:
                differ(old, new, lead + json, changes)

    return compare


def _compare(field: Field) -> Compare:
    shape = field.shape
    if shape.form is Form.OBJECT:
        assert shape.model is not None
        return _optional_structure(shape.model) if shape.optional else _nested(shape.model)
    if shape.form is Form.MAP:
        return _map
    if shape.form is Form.LIST:
        assert shape.item is not None
        if shape.item.model is not None:
            return _list(shape.item.model, _key_attribute(shape.item.model, field.merge_key))
        return _scalar(() if not field.always else None)
    return _scalar(None if field.always else field.default)


def _key_attribute(model: type[Any], merge_key: str) -> str:
    return fields(model)[merge_key].name if merge_key else ""


def _scalar(absent: Any) -> Compare:
    """How a value without parts is compared; a value equal to `absent` is not written in a manifest."""

    def compare(old: Any, new: Any, path: str, changes: list[Change]) -> None:
        if old != new:
            changes.append(Change(path, None if old == absent else _json(old), None if new == absent else _json(new)))

    return compare


def _nested(model: type[Any]) -> Compare:
    return lambda old, new, path, changes: _structure(model)(old, new, path, changes)


def _optional_structure(model: type[Any]) -> Compare:
    def compare(old: Any, new: Any, path: str, changes: list[Change]) -> None:
        if old is None or new is None:
            changes.append(Change(path, _json(old), _json(new)))
        else:
            _structure(model)(old, new, path, changes)

    return compare


def _map(old: FrozenMap[str, Any], new: FrozenMap[str, Any], path: str, changes: list[Change]) -> None:
    for key in sorted({*old, *new}):
        before, after = old.get(key), new.get(key)
        if before != after:
            changes.append(Change(f"{path}[{key}]", _json(before), _json(after)))


def _list(model: type[Any], key: str) -> Compare:
    """How a list of structures is compared: by the attribute `key` of the items, or by index where it is ""."""

    def compare(old: tuple[Any, ...], new: tuple[Any, ...], path: str, changes: list[Change]) -> None:
        old_by, new_by = _named(old, key), _named(new, key)
        if old_by is None or new_by is None:
            old_by, new_by = dict(enumerate(old)), dict(enumerate(new))
        differ = _structure(model)
        for name, item in old_by.items():
            place = f"{path}[{name}]"
            other = new_by.get(name)
            if other is None:
                changes.append(Change(place, _json(item), None))
            elif other is not item:
                differ(item, other, place, changes)
        changes.extend(
            Change(f"{path}[{name}]", None, _json(item)) for name, item in new_by.items() if name not in old_by
        )
        stayed = [name for name in old_by if name in new_by]
        if stayed != [name for name in new_by if name in old_by]:
            changes.append(Change(path, list(old_by), list(new_by)))

    return compare


def _named(items: tuple[Any, ...], key: str) -> dict[Any, Any] | None:
    """Items by the value of their key, or None when that does not tell them apart."""
    if not key:
        return None
    named = {getattr(item, key): item for item in items}
    return named if len(named) == len(items) else None


class UnknownFieldError(KubelabError):
    """A path that leads nowhere.

    Attributes:
        path: the part of the path up to and including the step that is not there.
        step: that step.
        known: the names that could stand in its place, in the API's order.
    """

    def __init__(self, path: str, step: str, known: tuple[str, ...]) -> None:
        super().__init__(f'unknown field "{path}"')
        self.path = path
        self.step = step
        self.known = known


_STEP = re.compile(r"""\.?([^.\[\]]+)|\[("(?:[^"\\]|\\.)*"|'[^']*'|[^\]]*)\]""")


def split(path: str) -> tuple[str | int, ...]:
    """The steps of a path: ``"spec.containers[0].image"`` → ``("spec", "containers", 0, "image")``.

    What stands in brackets is an index when it is a number, else the key of a map or of a list's item, with or
    without quotes around it.

    Raises:
        UnknownFieldError: the text is no path.
    """
    steps: list[str | int] = []
    position = 0
    while position < len(path):
        match = _STEP.match(path, position)
        if match is None or (position == 0 and path[0] == "."):
            raise UnknownFieldError(path, path[position:], ())
        name, inside = match.groups()
        steps.append(name if name is not None else _bracketed(inside))
        position = match.end()
    return tuple(steps)


def _bracketed(inside: str) -> str | int:
    """What stands between brackets: a number is an index unless quotes say that it is a key."""
    if inside[:1] == '"' and len(inside) > 1:
        return str(loads(inside))
    if inside[:1] == "'" and len(inside) > 1:
        return inside[1:-1]
    return int(inside) if inside.isascii() and inside.isdigit() else inside


def field_type(model: type[Any], path: str | tuple[str | int, ...]) -> Shape:
    """What a model holds at a path; the index of a list may be left out (``spec.containers.image``).

    Raises:
        UnknownFieldError: there is no such field; it names those that there are.
    """
    steps = split(path) if isinstance(path, str) else path
    shape = Shape(Form.OBJECT, "", model=model)
    walked = ""
    for step in steps:
        if shape.form is Form.JSON:
            return shape
        if shape.form is Form.LIST and not _is_item(step, shape):
            assert shape.item is not None
            shape = shape.item
        if shape.item is not None:
            walked += f"[{step}]"
            shape = shape.item
            continue
        known: Mapping[str, Field] = fields(shape.model) if shape.model is not None else {}
        walked += f".{step}" if walked else str(step)
        if step not in known:
            raise UnknownFieldError(walked, str(step), tuple(known))
        shape = known[str(step)].shape
    return shape


def _is_item(step: str | int, shape: Shape) -> bool:
    """Whether a step picks an item of a list, rather than a field of its items."""
    if isinstance(step, int):
        return True
    model = shape.item.model if shape.item is not None else None
    return model is None or step not in fields(model)
