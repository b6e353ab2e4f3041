"""The verb ``patch``: the object as a document, the patch applied to it, and the result read as strictly as a body.

A patch of nothing writes nothing: the object keeps its resourceVersion.

**In Kubernetes:** `k8s.io/apiserver/pkg/endpoints/handlers/patch.go`.

**Simplified:** a patch is made of the object as it is now; upstream tries again where somebody was quicker.
"""

import json
from typing import Any

from kubelab.api.custom import CustomResource
from kubelab.api.decode import Problem, value_kind
from kubelab.api.encode import thaw
from kubelab.api.manifest import reader, to_manifest
from kubelab.api.model import evolve
from kubelab.api.paths import field_type
from kubelab.api.scheme import by_kind
from kubelab.api.shape import Form
from kubelab.api.validation.field_error import ErrorType, FieldError, invalid_message
from kubelab.apiserver import refusals, writes
from kubelab.apiserver.field_owners.history import shown
from kubelab.apiserver.outcome import Outcome
from kubelab.apiserver.patches import merge, operations, strategic
from kubelab.apiserver.patches.go_text import go_text
from kubelab.apiserver.scale import scale_of, scaled
from kubelab.apiserver.server_side_apply import apply
from kubelab.errors import StatusError
from kubelab.state.requests import Patch, Update
from kubelab.state.snapshot import Object, ObjectKey, Snapshot, Writer

TYPES = {
    "json": "application/json-patch+json",
    "merge": "application/merge-patch+json",
    "strategic": "application/strategic-merge-patch+json",
    "apply": "application/apply-patch+yaml",
}
"""The types of a patch, and the media types by which clients name them."""

CANNOT = "json: cannot unmarshal "


def patch(snapshot: Snapshot, request: Patch, by: Writer) -> Outcome:
    """Carry a patch out.

    Raises:
        StatusError: there is no such object, the patch cannot be carried out, or its result breaks the rules.
    """
    request = evolve(request, target=_named(request.target))
    if request.type == "apply":
        return apply(snapshot, request, by)
    old = writes.existing(snapshot, request.target)
    warnings: list[str] = []
    if request.subresource == "scale":
        new = scaled(
            old, _patched(scale_of(old), request, warnings, type(old) if isinstance(old, CustomResource) else None)
        )
    else:
        document = to_manifest(shown(snapshot, old))
        patched = _patched(document, request, warnings, type(old))
        new = _read(old, patched, request, warnings)
        writes.same_place(request.target, new.metadata.name, new.metadata.namespace)
    outcome = writes.update(snapshot, Update(object=new, subresource=request.subresource), by)
    return evolve(outcome, warnings=tuple(warnings)) if warnings else outcome


def _named(key: ObjectKey) -> ObjectKey:
    return key if key.namespace or not by_kind(key.kind).namespaced else key._replace(namespace="default")


def _patched(document: dict[str, Any], request: Patch, warnings: list[str], model: type[Any] | None = None) -> Any:
    """The document after the patch; without a model it has no lists that are merged (a Scale)."""
    body = thaw(request.body)
    match request.type:
        case "json":
            result = operations.carried_out(document, body)
            if request.validation != "Ignore":
                _strict(operations.unknown_members(body), json_text(result), request.validation, warnings)
            return result
        case "merge":
            if not isinstance(body, dict):
                raise refusals.bad_request(f"error decoding patch: {_no_map(body)}")
            return merge.merged(document, body)
        case "strategic":
            if not isinstance(body, dict):
                raise refusals.bad_request(_no_map(body))
            if model is not None and issubclass(model, CustomResource):
                raise StatusError(415, "UnsupportedMediaType", _unsupported(request.type, True))
            return strategic.merged(document, body, model)
    raise StatusError(415, "UnsupportedMediaType", _unsupported(request.type))


def _unsupported(type_: str, custom: bool = False) -> str:
    accepted = ", ".join(TYPES.values())
    if custom:
        accepted = ", ".join(media for name, media in TYPES.items() if name != "strategic")
        return f"the body of the request was in an unknown format - accepted media types include: {accepted}"
    return f"the body of the request was in an unknown format - accepted media types include: {accepted} (not {type_})"


def _no_map(body: Any) -> str:
    return f"json: cannot unmarshal {value_kind(body)} into Go value of type map[string]interface {{}}"


def json_text(document: Any) -> str:
    """The document as one line of JSON, without spaces."""
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False)


def _strict(texts: list[str], shown: str, validation: str, warnings: list[str]) -> None:
    """Refuse what only strict reading minds, or keep it as warnings."""
    if not texts:
        return
    if validation == "Warn":
        warnings.extend(texts)
    elif validation == "Strict":
        raise _invalid(shown, f"strict decoding error: {', '.join(texts)}")


def _invalid(shown: str, why: str) -> StatusError:
    error = FieldError(ErrorType.INVALID, "patch", shown, why)
    return StatusError(422, "Invalid", invalid_message("", "", [error]), [error.cause])


def _read(old: Object, patched: Any, request: Patch, warnings: list[str]) -> Object:
    """The object that the patched document describes."""
    shown = go_text(thaw(request.body)) if request.type == "strategic" else json_text(patched)
    kind = by_kind(old.kind)
    if not isinstance(patched, dict):
        raise _invalid(shown, f"json: cannot unmarshal {value_kind(patched)} into Go value of type v1.{kind.kind}")
    for name, expected in (("apiVersion", kind.api_version), ("kind", kind.kind)):
        given = patched.get(name, expected)
        if given != expected:
            what = "API version" if name == "apiVersion" else "kind"
            text = f"the {what} in the data ({given}) does not match the expected {what} ({expected})"
            raise refusals.bad_request(text)
    problems: list[Problem] = []
    new = reader(kind)(patched, None, problems)
    fatal = [problem for problem in sorted(problems, key=lambda each: each.rank) if problem.rank < 2]
    if fatal:
        raise _invalid(shown, _converter_text(fatal[0], type(old)) if request.type == "strategic" else str(fatal[0]))
    if request.validation != "Ignore":
        _strict([str(problem) for problem in problems], shown, request.validation, warnings)
    return new


def _converter_text(problem: Problem, model: type[Any]) -> str:
    """What is wrong with a value, as the server says it where it reads no text (``FromUnstructured``)."""
    text = str(problem)
    if problem.bare or not text.startswith(CANNOT):
        return text
    word = text.removeprefix(CANNOT).split()[0]
    given = {"object": "map", "array": "slice", "number": "int64"}.get(word, word)
    shape = field_type(model, problem.path)
    match shape.form:
        case Form.MAP:
            return f"cannot restore map from {given}"
        case Form.LIST:
            return f"cannot restore slice from {given}"
        case Form.OBJECT:
            return f"cannot restore struct from: {given}"
        case Form.STRING | Form.INTEGER | Form.BOOLEAN | Form.NUMBER:
            return f"unrecognized type: {'string' if shape.form is Form.STRING else shape.go}"
    return text
