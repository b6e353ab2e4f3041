"""``kubectl explain``: the fields of a kind.

Source: kubectl `pkg/explain/v2` (its plain text template).

**Simplified:** what a field is for is said in the words of our models, not in those of the API's reference.
"""

import inspect
import re
import textwrap
from typing import Any

import attrs

from kubelab.api.scheme import Kind
from kubelab.api.shape import Field, Form, Shape, fields
from kubelab.kubectl.answer import Failure
from kubelab.kubectl.call import Call
from kubelab.kubectl.flags import Flag
from kubelab.kubectl.resources import kind_of
from kubelab.kubectl.verbs import verb

NAMES = {
    Form.STRING: "string",
    Form.INTEGER: "integer",
    Form.NUMBER: "number",
    Form.BOOLEAN: "boolean",
    Form.QUANTITY: "Quantity",
    Form.INT_OR_STRING: "IntOrString",
    Form.TIME: "Time",
    Form.MICRO_TIME: "MicroTime",
    Form.BINARY: "string",
    Form.JSON: "Object",
}


@verb(
    "explain",
    "TYPE[.FIELD...] [--recursive]",
    "tell about a kind, or a field of it",
    Flag("recursive", "all fields, down to the last, only their names"),
    Flag("api-version", "the version that is meant", "GROUP/VERSION"),
    Flag("output", "plaintext", "FORM", "o", default="plaintext"),
)
def explain(call: Call) -> None:
    """Carry out ``kubectl explain``."""
    if not call.words:
        raise Failure(
            'You must specify the type of resource to explain. Use "kubectl api-resources" for a complete list of '
            "supported resources."
        )
    if len(call.words) > 1:
        raise Failure("We accept only this format: explain RESOURCE\nSee 'kubectl explain -h' for help and examples")
    try:
        kind, path = _parted(call.words[0])
    except Failure as failure:
        raise Failure(failure.text, whole=True) from None
    if call.said["api-version"] not in ("", kind.api_version):
        raise Failure(f'couldn\'t find resource for "{call.said["api-version"]}, Kind={kind.kind}"')
    head = [f"GROUP:      {kind.group}"] if kind.group else []
    head += [f"KIND:       {kind.kind}", f"VERSION:    {kind.version}", ""]
    try:
        shape, lines, meaning = _followed(kind, path)
    except Failure:
        call.print("\n".join(head))
        raise
    body = ["DESCRIPTION:", *_wrapped(meaning or "<empty>", "    "), "    "]
    model = shape.structure
    if model is not None:
        body += ["FIELDS:", *_fields(model, call.said["recursive"])]
    call.print("\n".join([*head, *lines, *body, ""]))


def _parted(text: str) -> tuple[Kind, list[str]]:
    """The kind and the path: the longest beginning that names a kind."""
    from kubelab.api.scheme import find

    words = text.split(".")
    for count in (3, 2):
        found = find(".".join(words[:count])) if len(words) >= count else None
        if found is not None and found.group:
            return found, words[count:]
    return kind_of(words[0]), words[1:]


def _followed(kind: Kind, path: list[str]) -> tuple[Shape, list[str], str]:
    """What stands at a path: its shape, the lines about the field, and what it is for."""
    shape = Shape(Form.OBJECT, "", model=kind.model)
    lines: list[str] = []
    meaning = _about(kind.model)
    for step in path:
        model = shape.structure
        known = _all_fields(model) if model is not None else {}
        if step not in known:
            raise Failure(f'field "{step}" does not exist')
        found = known[step]
        shape = found.shape
        lines = [f"FIELD: {step} <{type_name(shape)}>", *_enum(found), ""]
        meaning = _meanings(model).get(found.name, "") if model is not None else ""
        if shape.structure is not None:
            meaning = "\n".join(filter(None, (meaning, _about(shape.structure))))
    if path and shape.structure is not None:
        lines.append("")
    return shape, lines, meaning


def _enum(found: Field) -> list[str]:
    values = [value for value in sorted(found.values) if value]
    return ["ENUM:", *(f"    {value}" for value in values)] if values else []


_TYPE_META = {
    "apiVersion": "The version of the API in which the object is written",
    "kind": "What the object is",
}


def _all_fields(model: type[Any]) -> dict[str, Field]:
    return dict(fields(model))


def type_name(shape: Shape) -> str:
    """A type as kubectl names it: ``[]Container``, ``map[string]string``."""
    if shape.form is Form.LIST and shape.item is not None:
        return f"[]{type_name(shape.item)}"
    if shape.form is Form.MAP and shape.item is not None:
        return f"map[string]{type_name(shape.item)}"
    if shape.form is Form.OBJECT and shape.model is not None:
        return shape.model.__name__
    return NAMES.get(shape.form, "Object")


def _fields(model: type[Any], recursive: bool, level: int = 1, seen: tuple[type[Any], ...] = ()) -> list[str]:
    lines: list[str] = []
    indent = "  " * level
    known = _all_fields(model)
    meanings = _meanings(model)
    shown: dict[str, tuple[str, bool, str, tuple[str, ...], Shape | None]] = {}
    if hasattr(model, "api_version") and level == 1 and not seen:
        for name, text in _TYPE_META.items():
            shown[name] = ("string", False, text, (), None)
    for name, found in known.items():
        if name not in shown:
            values = tuple(value for value in sorted(found.values) if value)
            required = found.always and found.shape.form is not Form.OBJECT
            shown[name] = (type_name(found.shape), required, meanings.get(found.name, ""), values, found.shape)
    for name in sorted(shown):
        sort, required, meaning, values, shape = shown[name]
        lines.append(f"{indent}{name}\t<{sort}>{' -required-' if required else ''}")
        if values:
            lines.append(f"{indent}enum: {', '.join(values)}")
        if not recursive:
            lines += [*_wrapped(meaning or "<no description>", indent + "  "), ""]
        elif shape is not None and shape.structure is not None and shape.structure not in seen:
            lines += _fields(shape.structure, True, level + 1, (*seen, model))
    return lines


def _wrapped(text: str, indent: str) -> list[str]:
    return [
        line
        for part in text.split("\n")
        for line in textwrap.wrap(part, 78 - len(indent), initial_indent=indent, subsequent_indent=indent) or [indent]
    ]


def _about(model: type[Any]) -> str:
    """The first paragraph of what a model says of itself."""
    doc = inspect.getdoc(model) or ""
    return _plain(doc.split("\n\n")[0])


_KNOWN: dict[type[Any], dict[str, str]] = {}


def _meanings(model: type[Any]) -> dict[str, str]:
    """What each attribute of a model is for, as its docstring says it."""
    if model in _KNOWN:
        return _KNOWN[model]
    found: dict[str, str] = {}
    for base in reversed(model.__mro__):
        doc = inspect.getdoc(base) or "" if attrs.has(base) else ""
        part = doc.partition("Attributes:")[2]
        for match in re.finditer(r"^ {4}(\w+): (.*(?:\n {8}.*)*)", part, re.MULTILINE):
            found[match[1]] = _plain(match[2])
    _KNOWN[model] = found
    return found


def _plain(text: str) -> str:
    """A sentence of a docstring without its marks, beginning with a capital letter."""
    flat = " ".join(text.split()).replace("``", "").replace("`", "")
    flat = re.sub(r"\b[a-z]+(?:_[a-z]+)+\b", lambda match: _camel(match[0]), flat)
    return flat[:1].upper() + flat[1:]


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)
