"""How an object model is declared: `@model` on the class, `field` where the type alone says too little.

A model mirrors one structure of the Kubernetes API. Its attributes are the API's fields in snake_case and
their defaults are the zero values of the API's own types: ``""``, ``0``, ``False``, ``()``, an empty map, and None
where upstream uses a pointer to tell "absent" from "zero". The values that the API server fills in are not
here but in `kubelab.api.defaults`, since a manifest must come back out as it went in.

Objects are compared by value and never change: `evolve` gives a changed copy.
"""

from collections.abc import Callable
from typing import Any, TypeVar, dataclass_transform

import attrs

C = TypeVar("C")


def field(
    *,
    default: Any = attrs.NOTHING,
    json: str = "",
    always: bool = False,
    omit_empty: bool = False,
    merge_key: str = "",
    merge_set: bool = False,
    retain_keys: bool = False,
    values: tuple[str, ...] = (),
    go: str = "",
    inert: bool = False,
    hidden: bool = False,
) -> Any:
    """A field of a model that needs more said than its type and default.

    Args:
        default: the zero value; without it the field is required when the model is made in Python.
        json: the name in a manifest, where camelCase of the attribute is not it (``clusterIP``).
        always: written to a manifest even when it holds the zero value (upstream has no ``omitempty``).
        omit_empty: a structure that is left out of a manifest when it is empty (upstream's ``omitzero``).
        merge_key: the key by which two versions of this list are merged (upstream's ``patchMergeKey``).
        merge_set: a list of scalars merged as a set (upstream's ``patchStrategy: merge`` without a key).
        retain_keys: a merge keeps only the keys that the patch names (``patchStrategy: retainKeys``).
        values: the values that upstream defines for this text.
        go: the type as the API server names it in its errors, where the annotation alone does not tell it
            (``int64``, ``v1.PullPolicy``); ``[]uint8`` is binary data, kept as its base64 text.
        inert: kept and given back, but the simulation does not act on it; the learner is told once.
        hidden: no part of a manifest, and of no comparison that a person sees: a copy of what has its own place, or
            what not everybody may read.
    """
    metadata = {
        "json": json,
        "always": always,
        "omit_empty": omit_empty,
        "merge_key": merge_key,
        "merge_set": merge_set,
        "retain_keys": retain_keys,
        "values": values,
        "go": go,
        "inert": inert,
        "hidden": hidden,
    }
    return attrs.field(default=default, metadata=metadata)


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(attrs.field, field))
def model(cls: type[C]) -> type[C]:
    """Make `cls` an object model: an attrs class, frozen, slotted, made with keywords only."""
    # The short form is both easier to read and cheaper to make than the one that attrs would write.
    cls.__repr__ = _short  # type: ignore[method-assign]
    make: Callable[[type[C]], type[C]] = attrs.frozen(kw_only=True, slots=True, repr=False)
    return make(cls)


def _short(self: Any) -> str:
    """An object as the call that makes it, without the fields at their zero values."""
    given = (
        (attribute.name, getattr(self, attribute.name), attribute.default)
        for attribute in attrs.fields(type(self))
        if not attribute.metadata.get("hidden")
    )
    arguments = ", ".join(f"{name}={value!r}" for name, value, default in given if value != default)
    return f"{type(self).__name__}({arguments})"


def evolve(obj: C, **changes: Any) -> C:
    """A copy of a model in which some fields are changed.

    It is what `attrs.evolve` gives, in a third of the time: the fields are copied slot by slot, past `__init__`.

    Raises:
        KeyError: the model has no such field.
    """
    cls = type(obj)
    copy = _copiers.get(cls)
    if copy is None:
        copy = _copiers[cls] = _copier_of(cls)
    return copy(obj, changes)  # type: ignore[no-any-return]


_copiers: dict[type, Callable[[Any, dict[str, Any]], Any]] = {}


def _copier_of(cls: type) -> Callable[[Any, dict[str, Any]], Any]:
    """A function that copies an object of this class, written out field by field as attrs writes `__init__`."""
    names = [f.name for f in attrs.fields(cls)]
    setters = {name: getattr(cls, name).__set__ for name in names}
    known: dict[str, Any] = {f"set_{name}": put for name, put in setters.items()}
    known.update(cls=cls, setters=setters)
    lines = ["def copy(obj, changes):", "    new = cls.__new__(cls)"]
    lines += [f"    set_{name}(new, obj.{name})" for name in names]
    lines += ["    for name, value in changes.items():", "        setters[name](new, value)", "    return new"]
    exec("\n".join(lines), known)  # noqa: S102  (the text holds nothing but names of fields)
    made: Callable[[Any, dict[str, Any]], Any] = known["copy"]
    return made


def json_name(attribute: "attrs.Attribute[Any]") -> str:
    """The name of a model's field in a manifest, such as ``minReadySeconds`` for ``min_ready_seconds``."""
    given: str = attribute.metadata.get("json", "")
    if given:
        return given
    first, *rest = attribute.name.rstrip("_").split("_")
    return first + "".join(word.capitalize() for word in rest)
