"""The bodies of requests: read within a limit, decoded strictly or leniently, in the words of the real server.

**In Kubernetes:** `k8s.io/apiserver/pkg/endpoints/handlers` (rest.go, create.go), `pkg/runtime/serializer/json`.
"""

import json
from collections.abc import Mapping
from typing import Any

import attrs

from kubelab.api.decode import Problem, dotted, value_kind
from kubelab.api.manifest import read
from kubelab.api.yaml_reader import documents
from kubelab.errors import Cause, StatusError
from kubelab.server import forms, protobuf
from kubelab.server.media import PROTOBUF, YAML, check_body_type
from kubelab.server.resources import Resource, served
from kubelab.state.snapshot import Object

LIMIT = 3 * 1024 * 1024
"""So many bytes a body has at most (``--max-resource-write-bytes`` of a real server)."""

DEEPEST = 150
"""So many levels a body has at most. Go stops at 10,000; no object of Kubernetes has a quarter of these."""

SUMMARY = 30

LONGEST_MANAGER = 128
"""So many bytes the name of a field manager has at most."""

HEAD = r'struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }'
"""What Go reads first of every body."""

DIRECTIVES = ("Ignore", "Warn", "Strict")


@attrs.frozen
class Decoded:
    """What a body holds.

    Attributes:
        object: the object.
        warnings: what a lenient reader passes over, for ``Warning`` headers.
    """

    object: Object
    warnings: tuple[str, ...] = ()


def too_large() -> StatusError:
    """413: the body is larger than the limit."""
    return StatusError(413, "RequestEntityTooLarge", f"Request entity is too large: limit is {LIMIT}")


def directive(query: Mapping[str, str], options: str) -> str:
    """What is to be done about fields that nobody knows: ``Ignore``, ``Warn`` or ``Strict``.

    Args:
        query: the parameters.
        options: the kind of the options, for the refusal.

    Raises:
        StatusError: 422, it is none of them.
    """
    said = query.get("fieldValidation", "")
    if said and said not in DIRECTIVES:
        supported = ", ".join(f'"{word}"' for word in ("", "Ignore", "Strict", "Warn"))
        text = f'Unsupported value: "{said}": supported values: {supported}'
        raise wrong_option(options, Cause("FieldValueNotSupported", "fieldValidation", text))
    if len(query.get("fieldManager", "").encode()) > LONGEST_MANAGER:
        text = f"Too long: may not be more than {LONGEST_MANAGER} bytes"
        raise wrong_option(options, Cause("FieldValueTooLong", "fieldManager", text))
    return said or "Warn"


def dry_run(query: Mapping[str, str], options: str = "CreateOptions") -> bool:
    """Whether nothing is to be stored.

    Raises:
        StatusError: 422, it is asked for in an unknown way.
    """
    said = query.get("dryRun", "")
    if said in ("", "All"):
        return said == "All"
    text = f'Unsupported value: ["{said}"]: supported values: "All"'
    raise wrong_option(options, Cause("FieldValueNotSupported", "dryRun", text))


def wrong_option(options: str, cause: Cause) -> StatusError:
    """422: a parameter of a request makes no sense.

    Args:
        options: the kind of the options that it belongs to.
        cause: what is wrong with it.
    """
    text = f'{options}.meta.k8s.io "" is invalid: {cause.field}: {cause.message}'
    return StatusError(422, "Invalid", text, [cause])


def plain(body: bytes, content_type: str, title: str, api_version: str = "v1") -> tuple[Any, list[Problem]]:
    """A body as plain values, and the fields that are there twice.

    Args:
        body: the body.
        content_type: its media type.
        title: the kind that is expected.
        api_version: the group and version of it.

    Raises:
        StatusError: 400, it cannot be read; 415, its media type is unknown.
    """
    value, problems = _read(body, check_body_type(content_type), title, api_version)
    forms.check(value, title)
    return value, problems


def _read(body: bytes, media: str, title: str, api_version: str) -> tuple[Any, list[Problem]]:
    if media == PROTOBUF:
        try:
            return protobuf.read(body, title, api_version), []
        except protobuf.Malformed as error:
            raise _unreadable(title, str(error), body) from error
    if media == YAML:
        problems: list[Problem] = []
        found = [value for value, _ in documents(body.decode("utf-8", "replace"), problems)]
        fatal = [problem for problem in problems if problem.rank < 2]
        if fatal or len(found) > 1:
            raise _unreadable(title, str(fatal[0]) if fatal else "more than one document", body)
        return (found[0] if found else None), [problem for problem in problems if problem.rank == 2]
    return from_json(body, title)


class _Object(dict[str, Any]):
    """A JSON object that remembers which of its keys came twice."""

    twice: tuple[str, ...] = ()


def from_json(body: bytes, title: str) -> tuple[Any, list[Problem]]:
    """A JSON body as plain values, and the fields that are there twice.

    Raises:
        StatusError: 400, it is no JSON.
    """

    def pairs(found: list[tuple[str, Any]]) -> _Object:
        made = _Object(found)
        if len(made) != len(found):
            seen: set[str] = set()
            made.twice = tuple(dict.fromkeys(key for key, _ in found if key in seen or seen.add(key)))  # type: ignore[func-returns-value]
        return made

    try:
        value = json.loads(body, object_pairs_hook=pairs, parse_constant=_no_constant)
    except RecursionError as error:
        raise _unreadable(title, "exceeded max depth", body) from error
    except ValueError as error:
        raise _unreadable(
            title, f"couldn't get version/kind; json parse error: {_go_words(body, error)}", body
        ) from error
    problems: list[Problem] = []
    try:
        _duplicates(value, (), problems)
    except RecursionError as error:
        raise _unreadable(title, "exceeded max depth", body) from error
    return (_whole(value) if b"\\ud" in body.lower() else value), problems


def _whole(value: Any) -> Any:
    """A value in which halves of a character are replaced, as Go does it: nothing could write them out again."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_whole(item) for item in value]
    if isinstance(value, dict):
        return {_whole(key): _whole(item) for key, item in value.items()}
    return value


def _no_constant(word: str) -> Any:
    raise ValueError(f"invalid character '{word[0]}' looking for beginning of value")


def _go_words(body: bytes, error: ValueError) -> str:
    """What Go's JSON says of the same mistake."""
    if not isinstance(error, json.JSONDecodeError):
        return str(error)
    text = body.decode("utf-8", "replace")
    if error.pos >= len(text.rstrip()):
        return "unexpected end of JSON input"
    sign = text[error.pos]
    for word in ("null", "true", "false"):
        if sign == word[0] and error.msg.startswith("Expecting value"):
            return _cut_word(text[error.pos :].rstrip(), word)
    shown = {"'": "\\'", "\n": "\\n", "\t": "\\t", "\\": "\\\\"}.get(sign, sign)
    if error.msg.startswith("Expecting property name"):
        where = "looking for beginning of object key string"
    elif error.msg.startswith("Expecting ':'"):
        where = "after object key"
    elif error.msg.startswith("Expecting ','"):
        where = "after object key:value pair" if text[: error.pos].count("{") else "after array element"
    elif error.msg.startswith("Extra data"):
        where = "after top-level value"
    else:
        where = "looking for beginning of value"
    return f"invalid character '{shown}' {where}"


def _cut_word(text: str, word: str) -> str:
    """What Go says where a word begins like one of JSON's and goes on differently."""
    for place, sign in enumerate(word):
        if place >= len(text):
            return "unexpected end of JSON input"
        if text[place] != sign:
            return f"invalid character '{text[place]}' in literal {word} (expecting '{sign}')"
    return "unexpected end of JSON input"


def _duplicates(value: Any, path: tuple[str | int, ...], problems: list[Problem]) -> None:
    if len(path) > DEEPEST:
        raise RecursionError
    if isinstance(value, _Object):
        for key in value.twice:
            place = (*path, key)
            problems.append(Problem(f'duplicate field "{dotted(place)}"', place, 2))
    if isinstance(value, dict):
        for key, item in value.items():
            _duplicates(item, (*path, key), problems)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _duplicates(item, (*path, index), problems)


def _unreadable(title: str, why: str, body: bytes) -> StatusError:
    message = f"the object provided is unrecognized (must be of type {title}): {why} ({_summary(body)})"
    return StatusError(400, "BadRequest", message)


def _summary(body: bytes) -> str:
    if not body:
        return "<empty>"
    more = " ..." if len(body) > SUMMARY else ""
    if body[:1] == b"{":
        return body[:SUMMARY].decode("utf-8", "replace") + more
    return body[:SUMMARY].hex() + more


def decode(body: bytes, content_type: str, resource: Resource, strictness: str) -> Decoded:
    """The object that a body holds.

    Raises:
        StatusError: 400, it cannot be read as an object of this resource; 415, its media type is unknown.
    """
    value, twice = plain(body, content_type, resource.title, resource.api_version)
    return from_plain(value, twice, body, resource, strictness)


def from_plain(value: Any, twice: list[Problem], body: bytes, resource: Resource, strictness: str) -> Decoded:
    """The object that plain values mean.

    Raises:
        StatusError: 400, they cannot be read as an object of this resource.
    """
    if value is None and body.strip() == b"null":
        value = {}
    if not isinstance(value, dict):
        why = "couldn't get version/kind; json parse error: json: cannot unmarshal "
        if value is None:
            raise _unreadable(resource.title, "Object 'Kind' is missing in 'null'", body)
        raise _unreadable(resource.title, f"{why}{value_kind(value)} into Go value of type {HEAD}", body)
    api_version, kind = value.get("apiVersion") or resource.api_version, value.get("kind") or resource.title
    version = str(api_version).rpartition("/")[2]
    if kind != resource.title:
        why = (
            f'no kind "{kind}" is registered for version "{api_version}" in scheme "pkg/api/legacyscheme/scheme.go:30"'
        )
        if any((r.api_version, r.title) == (api_version, kind) for r in served().values()):
            internal = resource.group.partition(".")[0] or "core"
            why = f"converting ({version}.{kind}) to ({internal}.{resource.title}): unknown conversion"
        raise _cannot_handle(kind, version, resource, why)
    if api_version != resource.api_version:
        message = (
            f"the API version in the data ({api_version}) does not match the expected API version "
            f"({resource.api_version})"
        )
        raise StatusError(400, "BadRequest", message)
    value = {**value, "apiVersion": resource.api_version, "kind": resource.title}
    if resource.inward is not None:
        value = resource.inward(value)
    problems = list(twice)
    obj = read(value, problems)
    fatal = sorted((problem for problem in problems if problem.rank < 2), key=lambda problem: problem.rank)
    if fatal or obj is None:
        raise _cannot_handle(kind, version, resource, str(fatal[0]))
    strict = [str(problem) for problem in problems]
    if strict and strictness == "Strict":
        raise _cannot_handle(kind, version, resource, f"strict decoding error: {', '.join(strict)}")
    return Decoded(obj, tuple(strict) if strictness == "Warn" else ())


def _cannot_handle(kind: Any, version: str, resource: Resource, why: str) -> StatusError:
    message = f'{kind} in version "{version}" cannot be handled as a {resource.title}: {why}'
    return StatusError(400, "BadRequest", message)
