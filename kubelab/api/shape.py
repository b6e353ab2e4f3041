"""What a model's fields hold, said once: for reading and writing manifests, comparing, completion and the reference.

The declarations in the models are the only source; this module only reads them.
"""

import inspect
from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType, UnionType
from typing import Any, Union, get_args, get_origin

import attrs

from kubelab.api.model import json_name
from kubelab.api.scalars import FrozenMap, MicroTime, Quantity, Time


class Form(Enum):
    """The kinds of value that a field can hold."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    QUANTITY = "quantity"
    TIME = "time"
    MICRO_TIME = "micro-time"
    INT_OR_STRING = "int-or-string"
    BINARY = "binary"
    JSON = "json"
    OBJECT = "object"
    LIST = "list"
    MAP = "map"


@attrs.frozen
class Shape:
    """What a place in an object holds.

    Attributes:
        form: which kind of value.
        go: the type's name in the API server's errors, such as ``int32`` or ``[]v1.Container``.
        model: the class, when the form is OBJECT.
        item: the shape of the items of a LIST and of the values of a MAP (whose keys are text).
        optional: whether "absent" (None) differs from the zero value.
    """

    form: Form
    go: str
    model: type[Any] | None = None
    item: "Shape | None" = None
    optional: bool = False

    @property
    def structure(self) -> type[Any] | None:
        """The class of the objects at or directly below this place: of an object, of a list's or map's items."""
        return self.item.structure if self.item is not None else self.model

    def __str__(self) -> str:
        """How the reference names it: ``string``, ``integer``, ``list of Container``, ``map of quantity``."""
        if self.item is not None:
            return f"{self.form.value} of {self.item}"
        return self.model.__name__ if self.model is not None else self.form.value


@attrs.frozen
class Field:
    """One field of a model; the options are those of `kubelab.api.model.field`.

    Attributes:
        name: the attribute's name in Python.
        json: its name in a manifest.
        shape: what it holds.
        default: its zero value.
        embedded: the class from which it is inherited, or "".
    """

    name: str
    json: str
    shape: Shape
    default: Any
    embedded: str
    always: bool
    omit_empty: bool
    merge_key: str
    merge_set: bool
    retain_keys: bool
    values: tuple[str, ...]
    inert: bool


_SCALARS: dict[Any, tuple[Form, str]] = {
    str: (Form.STRING, "string"),
    int: (Form.INTEGER, "int32"),
    float: (Form.NUMBER, "float64"),
    bool: (Form.BOOLEAN, "bool"),
    Quantity: (Form.QUANTITY, "resource.Quantity"),
    Time: (Form.TIME, "v1.Time"),
    MicroTime: (Form.MICRO_TIME, "v1.MicroTime"),
    Any: (Form.JSON, "interface {}"),
}


def shape_of(annotation: Any, go: str = "") -> Shape:
    """The shape that a type annotation describes.

    Args:
        annotation: such as ``str``, ``Container``, ``tuple[Container, ...]``, ``FrozenMap[str, Quantity] | None``.
        go: the API server's name for the type, where the annotation alone does not tell it.

    Raises:
        TypeError: no field of a model can have this type.
    """
    origin = get_origin(annotation)
    if origin in (Union, UnionType):
        return _union(get_args(annotation), go)
    if origin is tuple:
        item = shape_of(get_args(annotation)[0], go.removeprefix("[]"))
        return Shape(Form.LIST, go or f"[]{item.go}", item=item)
    if origin is FrozenMap:
        item = shape_of(get_args(annotation)[1], go.partition("]")[2])
        return Shape(Form.MAP, go or _go_map(item), item=item)
    if annotation in _SCALARS:
        form, name = _SCALARS[annotation]
        if go == "[]uint8":
            form = Form.BINARY
        return Shape(form, go or name)
    if isinstance(annotation, type) and attrs.has(annotation):
        return Shape(Form.OBJECT, go or _go_name(annotation), model=annotation)
    raise TypeError(f"no field of a model can be of type {annotation!r}")


def _union(members: tuple[Any, ...], go: str) -> Shape:
    present = [member for member in members if member is not type(None)]
    if set(present) == {int, str}:
        shape = Shape(Form.INT_OR_STRING, "intstr.IntOrString")
    elif len(present) == 1:
        shape = shape_of(present[0], go)
    else:
        raise TypeError(f"no field of a model can be one of {members!r}")
    return attrs.evolve(shape, optional=len(present) < len(members))


def _go_map(item: Shape) -> str:
    return "v1.ResourceList" if item.form is Form.QUANTITY else f"map[string]{item.go}"


def _go_name(model: type[Any]) -> str:
    package = "v2" if model.__module__.rpartition(".")[2] == "autoscaling" else "v1"
    return f"{package}.{model.__name__}"


def is_kind(model: type[Any]) -> bool:
    """Whether objects of a model are objects of the API, with ``apiVersion`` and ``kind``."""
    return isinstance(getattr(model, "api_version", None), str)


_FIELDS: dict[type[Any], Mapping[str, Field]] = {}


def fields(model: type[Any]) -> Mapping[str, Field]:
    """The fields of a model by their names in a manifest, in the order of the API's own declaration; no hidden ones."""
    found = _FIELDS.get(model)
    if found is None:
        found = _FIELDS[model] = MappingProxyType(_fields(model))
    return found


def _fields(model: type[Any]) -> dict[str, Field]:
    found = {}
    for attribute in attrs.fields(model):
        options = attribute.metadata
        if options.get("hidden"):
            continue
        name = json_name(attribute)
        found[name] = Field(
            name=attribute.name,
            json=name,
            shape=shape_of(attribute.type, options.get("go", "")),
            default=attribute.default,
            embedded=_declarer(model, attribute.name) if attribute.inherited else "",
            always=options.get("always", False),
            omit_empty=options.get("omit_empty", False),
            merge_key=options.get("merge_key", ""),
            merge_set=options.get("merge_set", False),
            retain_keys=options.get("retain_keys", False),
            values=options.get("values", ()),
            inert=options.get("inert", False),
        )
    return found


def _declarer(model: type[Any], name: str) -> str:
    return next(cls.__name__ for cls in reversed(model.__mro__) if name in inspect.get_annotations(cls))
