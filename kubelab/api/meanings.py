"""What every kind and every field means, in one line each: for ``kubectl explain``, Shift-Tab and the reference.

The sentences are those of the models' docstrings; this module only finds them.

**Simplified:** under ``python -OO``, which drops docstrings, nothing means anything.
"""

import inspect
import re
from functools import cache
from typing import Any

import attrs

from kubelab.api.model import json_name
from kubelab.api.paths import UnknownFieldError, split
from kubelab.api.scheme import Kind, find
from kubelab.api.shape import fields

_ENTRY = re.compile(r"    (\w+): (.*)")
_LITERAL = re.compile(r"``([^`]*)``")
_REFERENCE = re.compile(r"`([^`]*)`")


def of(thing: Kind | type[Any] | str, path: str = "") -> str:
    """What a kind, a structure or a field of it means; "" where nothing is said.

    Args:
        thing: a kind, its name as kubectl understands it (``deploy``), or the class of a structure.
        path: to a field, as ``spec.template.spec.containers.image``; "" for the thing itself.

    Raises:
        UnknownFieldError: there is no such kind or field; it names the fields that there are.
    """
    model = _model(thing)
    if not path:
        return of_model(model)
    walked, meaning = "", ""
    at: type[Any] | None = model
    for step in split(path):
        if isinstance(step, int):
            continue
        walked += f".{step}" if walked else step
        known = fields(at) if at is not None else {}
        if step not in known:
            raise UnknownFieldError(walked, step, tuple(known))
        assert at is not None
        meaning = of_field(at, step)
        at = known[step].shape.structure
    return meaning


def _model(thing: Kind | type[Any] | str) -> type[Any]:
    if isinstance(thing, type):
        return thing
    kind = find(thing) if isinstance(thing, str) else thing
    if kind is None:
        raise UnknownFieldError(str(thing), str(thing), ())
    return kind.model


def of_model(model: type[Any]) -> str:
    """What a kind or structure is."""
    summary, _, _ = (inspect.getdoc(model) or "").partition("\n\n")
    return _plain(" ".join(summary.split()), model)


def of_field(model: type[Any], name: str) -> str:
    """What a field of a structure means, given by its name in a manifest; "" where nothing is said."""
    field = fields(model).get(name)
    if field is None:
        return ""
    for cls in model.__mro__:
        said = _attributes(cls).get(field.name)
        if said:
            return said
    return ""


@cache
def _attributes(model: type[Any]) -> dict[str, str]:
    """What the ``Attributes`` of a docstring say, by attribute."""
    _, _, section = inspect.cleandoc(model.__dict__.get("__doc__") or "").partition("\nAttributes:\n")
    found: dict[str, list[str]] = {}
    name = ""
    for line in section.splitlines():
        entry = _ENTRY.fullmatch(line)
        if entry is not None:
            name = entry[1]
            found[name] = [entry[2]]
        elif line.startswith("     ") and name:
            found[name].append(line.strip())
        else:
            break
    return {name: _plain(" ".join(lines), model) for name, lines in found.items()}


def _plain(text: str, model: type[Any]) -> str:
    """A sentence without marks, with the names that manifests use."""
    names = {a.name: json_name(a) for a in attrs.fields(model)} if attrs.has(model) else {}
    literal = text.startswith("`")
    text = _LITERAL.sub(r"\1", text)
    text = _REFERENCE.sub(lambda match: names.get(match[1], match[1]), text)
    return text if literal else text[:1].upper() + text[1:]
