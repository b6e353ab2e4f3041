"""``kubectl explain``: the fields of a kind.

Source: kubectl `pkg/explain/v2` (its plain text template).

**Simplified:** what a field is for is said in the words of our models, not in those of the API's reference.
"""

import textwrap
from typing import Any

from kubelab.api import meanings
from kubelab.api.meta import ObjectMeta
from kubelab.api.openapi import naming
from kubelab.api.openapi.required import required
from kubelab.api.openapi.schemas import KIND_FIELDS, METADATA, V3, scalars
from kubelab.api.scheme import Kind
from kubelab.api.shape import Field, Form, Shape, fields
from kubelab.kubectl import explaining_learnt
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
    Form.TIME: "string",
    Form.MICRO_TIME: "string",
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
        lines, meaning, listed = _told(kind, path, call.said["recursive"])
    except Failure:
        call.print("\n".join(head))
        raise
    body = ["DESCRIPTION:", *_wrapped(meaning or "<empty>", "    "), *(["    "] if meaning else [])]
    if listed:
        body += ["FIELDS:", *listed]
    call.print("\n".join([*head, *lines, *body, ""]))


def _told(kind: Kind, path: list[str], recursive: bool) -> tuple[list[str], str, list[str]]:
    """The lines about the field at a path, what it is for, and the lines about the fields below."""
    model = kind.model
    if kind.definition is None:
        shape, lines, meaning = _followed(Shape(Form.OBJECT, "", model=model), meanings.of_model(model), path)
    else:
        found = explaining_learnt.place(kind, path)
        if found.metadata is None:
            lines = _head(path[-1], found.type, explaining_learnt.values(found.schema)) if path else []
            return lines, explaining_learnt.meaning(found.schema), _rows(found.schema, recursive, not path)
        rest = path[found.metadata :]
        meaning = "\n".join((METADATA, meanings.of_model(ObjectMeta)))
        shape, lines, meaning = _followed(Shape(Form.OBJECT, "", model=ObjectMeta), meaning, rest)
        lines = lines if rest else _head("metadata", found.type, ())
    return lines, meaning, _fields(shape.structure, recursive) if shape.structure is not None else []


def _head(name: str, sort: str, values: tuple[str, ...]) -> list[str]:
    """The lines about a field itself."""
    listed = ["ENUM:", *(f"    {value}" for value in values)] if values else [""]
    return [f"FIELD: {name} <{sort}>", *listed, ""]


def _parted(text: str) -> tuple[Kind, list[str]]:
    """The kind and the path: the longest beginning that names a kind."""
    from kubelab.api.scheme import find

    words = text.split(".")
    for count in (3, 2):
        found = find(".".join(words[:count])) if len(words) >= count else None
        if found is not None and found.group:
            return found, words[count:]
    return kind_of(words[0]), words[1:]


def _followed(shape: Shape, meaning: str, path: list[str]) -> tuple[Shape, list[str], str]:
    """What stands at a path below a structure: its shape, the lines about the field, and what it is for."""
    lines: list[str] = []
    for step in path:
        model = shape.structure
        known = _all_fields(model) if model is not None else {}
        if step not in known:
            raise Failure(f'field "{step}" does not exist')
        found = known[step]
        shape = found.shape
        lines = _head(step, type_name(shape), _values(found))
        meaning = meanings.of_field(model, step) if model is not None else ""
        also = meanings.of_model(shape.structure) if shape.structure is not None else _scalar(shape)
        meaning = "\n".join(filter(None, (meaning, also)))
    return shape, lines, meaning


def _values(found: Field) -> tuple[str, ...]:
    """The values that a field may have; those of the items of a list are not told."""
    return () if found.shape.form is Form.LIST else tuple(value for value in sorted(found.values) if value)


def _listed(values: tuple[str, ...]) -> str:
    """Values in one line; of many only the first four."""
    return ", ".join(values if len(values) <= 4 else (*values[:4], "...."))


_DEFINED = {
    Form.TIME: naming.TIME,
    Form.MICRO_TIME: naming.MICRO_TIME,
    Form.QUANTITY: naming.QUANTITY,
    Form.INT_OR_STRING: naming.INT_OR_STRING,
}
"""The scalars that have a definition of their own."""


def _scalar(shape: Shape) -> str:
    """What the definition of a scalar says, or of those in a list or a map."""
    while shape.item is not None:
        shape = shape.item
    name = _DEFINED.get(shape.form)
    return "" if name is None else str(scalars(V3)[name].get("description", ""))


def _rows(schema: Any, recursive: bool, root: bool, level: int = 1) -> list[str]:
    """The lines about the fields below a place of a learnt kind."""
    lines: list[str] = []
    indent = "  " * level
    for name, sort, needed, inner in explaining_learnt.rows(schema, root):
        lines.append(f"{indent}{name}\t<{sort}>{' -required-' if needed else ''}")
        if values := explaining_learnt.values(inner):
            lines.append(f"{indent}enum: {_listed(values)}")
        if not recursive:
            lines += [*_wrapped(str(inner.get("description") or "<no description>"), indent + "  "), ""]
        elif root and name == "metadata":
            lines += _fields(ObjectMeta, True, level + 1)
        else:
            lines += _rows(inner, True, False, level + 1)
    return lines


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
    needed = required(model)
    shown: dict[str, tuple[str, bool, str, tuple[str, ...], Shape | None]] = {}
    if hasattr(model, "api_version") and level == 1 and not seen:
        for name, said in KIND_FIELDS.items():
            shown[name] = ("string", False, said["description"], (), None)
    for name, found in known.items():
        if name not in shown:
            values = _values(found)
            shown[name] = (type_name(found.shape), name in needed, meanings.of_field(model, name), values, found.shape)
    for name in sorted(shown):
        sort, must, meaning, values, shape = shown[name]
        lines.append(f"{indent}{name}\t<{sort}>{' -required-' if must else ''}")
        if values:
            lines.append(f"{indent}enum: {_listed(values)}")
        if not recursive:
            lines += [*_wrapped(meaning or "<no description>", indent + "  "), ""]
        elif shape is not None and shape.structure is not None and shape.structure not in seen:
            lines += _fields(shape.structure, True, level + 1, (*seen, model))
    return lines


def _wrapped(text: str, indent: str) -> list[str]:
    return [
        line
        for part in text.split("\n")
        for line in textwrap.wrap(part, 80, initial_indent=indent, subsequent_indent=indent) or [indent]
    ]
