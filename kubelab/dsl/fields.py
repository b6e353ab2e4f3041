"""Any field of any kind: `.spec.paused = true`, typed by the same models that read YAML.

What a word stands for is said by the field it is written to: `5` is text in a label and a number in
`.spec.replicas`. Between quotes everything is text.
"""

import re
from typing import Any

from kubelab.api.shape import Field, Form, Shape, fields, is_kind
from kubelab.dsl.draft import Path, Scope
from kubelab.dsl.suggest import did_you_mean, nearest
from kubelab.dsl.words import Token, Wrong, is_quoted, shown, text_of
from kubelab.errors import Mistake, Span

MAX_DEPTH = 64
"""How deep lists and objects may be nested; no field of Kubernetes comes near."""

JSON = Shape(Form.JSON, "interface {}")
TEXT = Shape(Form.STRING, "string")

_STEP = re.compile(r"\.([A-Za-z_$][\w$-]*)|\[([^\[\]]*)\]")
_INTEGER = re.compile(r"-?(?:0|[1-9]\d{0,18})", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,300}(?:\.\d{1,300})?(?:[eE][-+]?\d{1,3})?", re.ASCII)
_TEXTS = frozenset((Form.STRING, Form.BINARY, Form.QUANTITY, Form.TIME, Form.MICRO_TIME))
_WORDS = {"true": True, "false": False, "null": None}


def assignment(scope: Scope, tree: Any) -> None:
    """`PATH = value`: set one field, or take it away with `null`."""
    path_token, node = tree.children
    steps = _steps(path_token)
    holder: Any = scope.manifest
    shape = Shape(Form.OBJECT, "", model=scope.draft.kind.model)
    path: Path = ()
    if steps[0][0] in ("pod", "container"):
        holder, shape, path = _root(scope, steps.pop(0)[0], path_token)
    field: Field | None = None
    for index, (step, start, end) in enumerate(steps):
        at = _Slice(path_token, start, end)
        shape, field, key = _enter(shape, step, holder, at, is_index=path_token.value[start - 1 : start] == "[")
        path = (*path, key)
        if index == len(steps) - 1:
            value = coerce(shape, node, scope, field)
            _store(holder, key, value, at)
            scope.mark(path, tree)
            return
        holder = _descend(holder, key, shape)


def _root(scope: Scope, word: str, token: Token) -> tuple[dict[str, Any], Shape, Path]:
    from kubelab.api.core.container import Container
    from kubelab.api.core.pod import PodSpec

    if word == "pod":
        if scope.pod is None:
            raise Wrong(f"a {scope.draft.kind.kind} has no Pods", token, "begin the path with a dot", "bad-path")
        return scope.pod, Shape(Form.OBJECT, "", model=PodSpec), scope.pod_path
    if scope.container is None:
        hint = "write the image after the name, or use a `container NAME IMAGE { }` block"
        raise Wrong("there is no container here yet", token, hint, "no-container")
    return scope.container, Shape(Form.OBJECT, "", model=Container), scope.container_path


def _steps(token: Token) -> list[tuple[str, int, int]]:
    """The steps of a path, each with the place of its text in the token."""
    value = token.value
    root = value.partition(".")[0]
    steps = [(root, 0, len(root))] if root else []
    for found in _STEP.finditer(value, len(root)):
        group = 1 if found.group(1) is not None else 2
        steps.append((found.group(group), found.start(group), found.end(group)))
    return steps


class _Slice:
    """A part of a token, to put the caret under."""

    def __init__(self, token: Token, start: int, end: int) -> None:
        self.line = self.end_line = token.line
        self.column = token.column + start
        self.end_column = token.column + max(end, start + 1)


def _enter(shape: Shape, step: str, holder: Any, at: Any, *, is_index: bool) -> tuple[Shape, Field | None, str | int]:
    """The shape behind one step, its field when it is one, and its key in the holder."""
    if shape.form is Form.OBJECT:
        assert shape.model is not None
        known = fields(shape.model)
        field = known.get(step)
        if field is None or is_index:
            raise _unknown_field(step, shape.model.__name__, known, at)
        return field.shape, field, step
    if shape.form is Form.MAP:
        assert shape.item is not None
        return shape.item, None, _bare(step)
    if shape.form is Form.LIST:
        assert shape.item is not None
        if not is_index:
            raise Wrong("this is a list", at, "choose an item: [0], or [NAME]", "bad-path")
        return shape.item, None, _position(shape.item, step, holder, at)
    if shape.form is Form.JSON:
        return JSON, None, _bare(step)
    raise Wrong(f"there is nothing below: it is of type {shape.form.value}", at, code="bad-path")


def _unknown_field(name: str, owner: str, known: Any, at: Any) -> Wrong:
    hint = did_you_mean(name, known) or f"its fields are {', '.join(list(known)[:12])}{'…' if len(known) > 12 else ''}"
    return Wrong(f'unknown field "{name}" of {owner}', at, hint, "unknown-field")


def _bare(step: str) -> str:
    if len(step) > 1 and step[0] == step[-1] and step[0] in "\"'":
        return step[1:-1]
    return step


def _position(item: Shape, step: str, holder: list[Any], at: Any) -> int:
    """The index that `[0]` or `[web]` means; one past the last makes a new item."""
    if step.isascii() and step.isdecimal() and len(step) < 6:
        index = int(step)
        if index > len(holder):
            raise Wrong(f"the list has only {len(holder)} items", at, code="bad-path")
    else:
        name = _bare(step)
        keys = ("name", "type", "key", "mountPath", "ip")
        index = next(
            (i for i, x in enumerate(holder) if isinstance(x, dict) and any(x.get(k) == name for k in keys)), -1
        )
        if index < 0:
            names = [str(x[k]) for x in holder if isinstance(x, dict) for k in keys if k in x]
            raise Wrong(f"the list has no item {shown(name)}", at, did_you_mean(name, names), "bad-path")
    if index == len(holder):
        holder.append({} if item.form in (Form.OBJECT, Form.MAP, Form.JSON) else [] if item.form is Form.LIST else None)
    return index


def _descend(holder: Any, key: str | int, shape: Shape) -> Any:
    found = holder[key] if isinstance(key, int) else holder.get(key)
    wanted = list if shape.form is Form.LIST else dict
    if not isinstance(found, wanted):
        found = holder[key] = wanted()
    return found


def _store(holder: Any, key: str | int, value: Any, at: Any) -> None:
    if value is not None:
        holder[key] = value
    elif isinstance(key, str):
        holder.pop(key, None)
    else:
        raise Wrong("an item of a list cannot be null", at, "give the whole list: `= […]`", "bad-value")


def coerce(shape: Shape, node: Any, scope: Scope, field: Field | None = None, depth: int = 0) -> Any:
    """The plain value that a literal stands for at a place of this shape.

    Raises:
        Wrong: it does not fit there.
    """
    kind = getattr(node, "data", None)
    if kind is None:
        return _scalar(shape, node, scope, field)
    if depth > MAX_DEPTH:
        raise Wrong(f"nested more than {MAX_DEPTH} deep", _first(node), code="too-deep")
    if kind == "list":
        if shape.form is Form.JSON:
            return [coerce(JSON, item, scope, None, depth + 1) for item in node.children]
        if shape.form is not Form.LIST or shape.item is None:
            raise _unfit(shape, "a list", _first(node))
        return [coerce(shape.item, item, scope, field, depth + 1) for item in node.children]
    if shape.form in (Form.MAP, Form.JSON):
        item = shape.item or JSON
        return {_key(entry): coerce(item, entry.children[1], scope, None, depth + 1) for entry in node.children}
    if shape.form is not Form.OBJECT or shape.model is None:
        raise _unfit(shape, "an object", _first(node))
    return _structure(shape.model, node, scope, depth)


def _structure(model: type[Any], node: Any, scope: Scope, depth: int) -> dict[str, Any]:
    """An object literal; everything wrong in it is noted, not only the first."""
    known = fields(model)
    result: dict[str, Any] = {}
    for entry in node.children:
        key_token, value = entry.children
        name = _key(entry)
        field = known.get(name)
        try:
            if field is None and name in ("apiVersion", "kind") and is_kind(model):
                # A claim inside a StatefulSet is an object of its own, and may say so.
                result[name] = coerce(TEXT, value, scope, None, depth + 1)
                continue
            if field is None:
                raise _unknown_field(
                    name, model.__name__, known, _Slice(key_token, 0, len(key_token.value.rstrip(": ")))
                )
            result[name] = coerce(field.shape, value, scope, field, depth + 1)
        except Wrong as error:
            if error.mistake.code == "too-deep":
                raise
            scope.out.wrong(error)
    return result


def _key(entry: Any) -> str:
    token = entry.children[0]
    text = token.value[:-1].rstrip()
    return text_of(token.update(value=text)) if text[0] in "\"'" else text


def _first(node: Any) -> Any:
    """The opening bracket of a literal."""
    meta = node.meta
    return Span(meta.line, meta.column, meta.line, meta.column + 1)


def _scalar(shape: Shape, token: Token, scope: Scope, field: Field | None) -> Any:
    form = shape.form
    text = text_of(token)
    quoted = is_quoted(token)
    if text == "null" and not quoted:
        return None
    if form in _TEXTS:
        if field is not None and field.values and text not in field.values:
            _doubt_value(text, field, token, scope)
        return text
    if quoted and form not in (Form.JSON, Form.INT_OR_STRING):
        raise _unfit(shape, "text", token, "leave the quotes out" if _fits(form, text) else "")
    if form is Form.INT_OR_STRING:
        return int(text) if not quoted and _INTEGER.fullmatch(text) else text
    if form is Form.JSON:
        return text if quoted else _untyped(text)
    if not _fits(form, text):
        hint = did_you_mean(text, ("true", "false")) if form is Form.BOOLEAN else ""
        raise _unfit(shape, shown(token.value), token, hint)
    return _WORDS[text] if form is Form.BOOLEAN else int(text) if form is Form.INTEGER else float(text)


def _fits(form: Form, text: str) -> bool:
    if form is Form.BOOLEAN:
        return text in ("true", "false")
    if form is Form.INTEGER:
        return _INTEGER.fullmatch(text) is not None
    return form is Form.NUMBER and _NUMBER.fullmatch(text) is not None


def _untyped(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _NUMBER.fullmatch(text):
        value = float(text)
        return value if abs(value) != float("inf") else text
    return text


def _unfit(shape: Shape, given: str, at: Any, hint: str = "") -> Wrong:
    wanted = {
        Form.OBJECT: f"an object ({shape.model.__name__})" if shape.model else "an object",
        Form.LIST: "a list",
        Form.MAP: "an object",
        Form.INTEGER: "a whole number",
        Form.NUMBER: "a number",
        Form.BOOLEAN: "true or false",
    }.get(shape.form, shape.form.value)
    example = {Form.OBJECT: "{name: value}", Form.MAP: "{name: value}", Form.LIST: "[a, b]"}.get(shape.form)
    return Wrong(
        f"{wanted} is wanted here, not {given}", at, hint or (f"such as {example}" if example else ""), "bad-value"
    )


def _doubt_value(text: str, field: Field, token: Token, scope: Scope) -> None:
    """A word that is none of those that Kubernetes defines but looks like one: the API server will judge."""
    meant = nearest(text, field.values)
    if meant and meant != text:
        mistake = Wrong(f"{shown(text)} is no value of {field.json}", token, f"did you mean `{meant}`?").mistake
        scope.out.mistakes.append(Mistake(mistake.message, mistake.span, mistake.hint, "warning", "unknown-value"))


def path_text(token: Token) -> str:
    """A path in Kubernetes' notation, without its leading dot."""
    text: str = token.value
    return text.removeprefix(".")
