"""Checking values against a schema, in the words of the API server.

In Kubernetes: `apiextensions-apiserver/pkg/apiserver/validation`, `kube-openapi/pkg/validation`.
"""

import base64
import binascii
import ipaddress
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

from kubelab.api.decode import number_text
from kubelab.api.validation.field_error import (
    Errors,
    ErrorType,
    FieldError,
    duplicate,
    invalid,
    not_supported,
    required,
    too_long,
    too_many,
)

Check = Callable[[Any, Mapping[str, Any], str], Errors]


def checked(value: Any, schema: Any, path: str = "") -> Errors:
    """All that is wrong with a value."""
    if not isinstance(schema, Mapping):
        return
    if value is None and schema.get("nullable"):
        return
    wanted, given = schema.get("type"), type_of(value)
    if schema.get("x-kubernetes-int-or-string"):
        wanted = "integer" if given == "integer" else "string"
    if wanted and not _fits(given, wanted):
        yield FieldError(ErrorType.TYPE_INVALID, path, given, f'{_in(path)} must be of type {wanted}: "{given}"')
        return
    yield from _junctors(value, schema, path)
    allowed = schema.get("enum")
    if allowed is not None and not any(_same(value, each) for each in allowed):
        texts = [each if isinstance(each, str) else _text(each) for each in allowed]
        yield not_supported(path, value, texts)
    check = _CHECKS.get(given)
    if check is not None:
        yield from check(value, schema, path)


def type_of(value: Any) -> str:
    """The type of a value, as OpenAPI names it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return "integer"
    if isinstance(value, float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "object" if isinstance(value, Mapping) else "array"


def _fits(given: str, wanted: str) -> bool:
    return given == wanted or (wanted == "number" and given == "integer")


def _same(one: Any, other: Any) -> bool:
    return isinstance(one, bool) is isinstance(other, bool) and bool(one == other)


def _in(path: str) -> str:
    return f"{path} in body" if path else " in body"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return number_text(value) if isinstance(value, (int, float)) else str(value)


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _object(value: Mapping[str, Any], schema: Mapping[str, Any], path: str) -> Errors:
    properties, more = schema.get("properties") or {}, schema.get("additionalProperties")
    least, most = schema.get("minProperties"), schema.get("maxProperties")
    if least is not None and len(value) < least:
        yield invalid(path, len(value), f"{_in(path)} should have at least {least} properties")
    if most is not None and len(value) > most:
        yield too_many(path, len(value), most)
    for name, item in value.items():
        if name in properties:
            yield from checked(item, properties[name], _below(path, name))
        elif isinstance(more, Mapping):
            yield from checked(item, more, _below(path, name))
    for name in schema.get("required") or ():
        if name not in value:
            yield required(_below(path, name))


def _array(value: tuple[Any, ...], schema: Mapping[str, Any], path: str) -> Errors:
    least, most = schema.get("minItems"), schema.get("maxItems")
    if least is not None and len(value) < least:
        yield invalid(path, len(value), f"{_in(path)} should have at least {least} items")
    if most is not None and len(value) > most:
        yield too_many(path, len(value), most)
    for place, item in enumerate(value):
        yield from checked(item, schema.get("items"), f"{path}[{place}]")
    keys = tuple(schema.get("x-kubernetes-list-map-keys") or ())
    kind = schema.get("x-kubernetes-list-type")
    if kind not in ("set", "map"):
        return
    seen: list[Any] = []
    for place, item in enumerate(value):
        mark = item
        if kind == "map":
            mark = {key: item[key] for key in keys if key in item} if isinstance(item, Mapping) else item
        if mark in seen:
            yield duplicate(f"{path}[{place}]", mark)
        seen.append(mark)


def _string(value: str, schema: Mapping[str, Any], path: str) -> Errors:
    least, most, pattern = schema.get("minLength"), schema.get("maxLength"), schema.get("pattern")
    if most is not None and len(value) > most:
        yield too_long(path, most)
    if least is not None and len(value) < least:
        yield invalid(path, value, f"{_in(path)} should be at least {least} chars long")
    if pattern and not expression(pattern).search(value):
        yield invalid(path, value, f"{_in(path)} should match '{pattern}'")
    read = _FORMATS.get(schema.get("format", ""))
    if read is not None:
        try:
            read(value)
        except (ValueError, binascii.Error):
            text = f'{_in(path)} must be of type {schema["format"]}: "{value}"'
            yield FieldError(ErrorType.TYPE_INVALID, path, value, text)


@cache
def expression(pattern: str) -> re.Pattern[str]:
    """A pattern of a schema, whose sign for the end Python writes otherwise.

    Raises:
        re.error: it is none.
    """
    return re.compile(pattern.replace("\\z", "\\Z"))


def _moment(text: str) -> None:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", text):
        raise ValueError(text)
    datetime.fromisoformat(text.upper())


_FORMATS: dict[str, Callable[[str], Any]] = {
    "byte": lambda text: base64.b64decode(text, validate=True),
    "date": date.fromisoformat,
    "date-time": _moment,
    "datetime": _moment,
    "ipv4": ipaddress.IPv4Address,
    "ipv6": ipaddress.IPv6Address,
}


def _number(value: float, schema: Mapping[str, Any], path: str) -> Errors:
    low, high, factor = schema.get("minimum"), schema.get("maximum"), schema.get("multipleOf")
    if factor is not None and value % factor:
        yield invalid(path, value, f"{_in(path)} should be a multiple of {number_text(factor)}")
    if high is not None:
        if schema.get("exclusiveMaximum") and value >= high:
            yield invalid(path, value, f"{_in(path)} should be less than {number_text(high)}")
        elif value > high:
            yield invalid(path, value, f"{_in(path)} should be less than or equal to {number_text(high)}")
    if low is not None:
        if schema.get("exclusiveMinimum") and value <= low:
            yield invalid(path, value, f"{_in(path)} should be greater than {number_text(low)}")
        elif value < low:
            yield invalid(path, value, f"{_in(path)} should be greater than or equal to {number_text(low)}")


def _junctors(value: Any, schema: Mapping[str, Any], path: str) -> Errors:
    """``allOf``, ``anyOf``, ``oneOf`` and ``not``: what fits none of several schemas is told what it lacks for each."""
    name = f'"{path}"'
    if any_of := schema.get("anyOf"):
        failed = [list(checked(value, each, path)) for each in any_of]
        if all(failed):
            yield invalid(path, "", f"{name} must validate at least one schema (anyOf)")
            yield from failed[0]
    if one_of := schema.get("oneOf"):
        failed = [list(checked(value, each, path)) for each in one_of]
        count = sum(not errors for errors in failed)
        if count != 1:
            found = f"Found {count} valid alternatives" if count else "Found none valid"
            yield invalid(path, "", f"{name} must validate one and only one schema (oneOf). {found}")
            yield from failed[0] if not count else ()
    for each in schema.get("allOf") or ():
        yield from checked(value, each, path)
    if (barred := schema.get("not")) is not None and not list(checked(value, barred, path)):
        yield invalid(path, "", f"{name} must not validate the schema (not)")


_CHECKS: dict[str, Check] = {
    "object": _object,
    "array": _array,
    "string": _string,
    "integer": _number,
    "number": _number,
}
