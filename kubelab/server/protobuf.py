"""Bodies in protobuf, which kubectl and most clients written in Go send: the bytes to the values that JSON would give.

A body is an envelope (the apiVersion, the kind and the object's own bytes). The numbers of the fields are in
`protobuf.txt`, which `kubelab.server.wire_table` makes.

Source: `k8s.io/apimachinery/pkg/runtime/serializer/protobuf`, the ``generated.proto`` files of k8s.io/api; protobuf's
encoding.

**Simplified:** bodies only; answers are JSON, which every client takes. CustomResourceDefinitions are sent as JSON.
"""

import base64
import json
import struct
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any

import attrs

from kubelab.api import clocktime
from kubelab.api.scalars import Time

MEDIA_TYPE = "application/vnd.kubernetes.protobuf"
MAGIC = b"k8s\x00"

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5

DEPTH = 64


class Malformed(ValueError):
    """Bytes that are no message."""


@attrs.frozen
class Field:
    """One field of a message.

    Attributes:
        name: as JSON names it.
        type: a letter for a scalar (``s b y d i``), or the name of a message.
        sign: ``*`` where it repeats, ``%`` for a map by text, ``~`` where JSON has its fields in place of itself.
    """

    name: str
    type: str
    sign: str


@cache
def table() -> dict[str, dict[int, Field]]:
    """Every message with its fields by number."""
    found: dict[str, dict[int, Field]] = {}
    for line in (files("kubelab.server") / "protobuf.txt").read_text(encoding="utf-8").splitlines():
        name, *fields = line.split(" ")
        rows: dict[int, Field] = {}
        for field in fields:
            number, json_name, type_ = field.split(":")
            sign = type_[-1] if type_[-1] in "*%~" else ""
            rows[int(number)] = Field(json_name, type_.removesuffix(sign) if sign else type_, sign)
        found[name] = rows
    return found


def read(body: bytes, title: str, api_version: str) -> dict[str, Any]:
    """The object in a body.

    Args:
        body: the envelope.
        title: the kind that is expected, where the envelope says none.
        api_version: its group and version.

    Raises:
        Malformed: it is no such body, or of a kind that the table does not have.
    """
    if not body.startswith(MAGIC):
        raise Malformed("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]")
    raw, said = b"", {"apiVersion": "", "kind": ""}
    for number, value in _fields(body[len(MAGIC) :]):
        if number == 1 and isinstance(value, bytes):
            for inner, text in _fields(value):
                if inner in (1, 2) and isinstance(text, bytes):
                    said[("apiVersion", "kind")[inner - 1]] = _text(text)
        elif number == 2 and isinstance(value, bytes):
            raw = value
    kind, version = said["kind"] or title, said["apiVersion"] or api_version
    message = _message_name(version, kind)
    if message not in table():
        raise Malformed(f'no kind "{kind}" is registered for version "{version}"')
    value = _message(raw, message, 0)
    if not isinstance(value, dict):
        raise Malformed(f"{kind} is no object")
    return {"apiVersion": version, "kind": kind, **value}


def _message_name(api_version: str, kind: str) -> str:
    group, _, version = api_version.rpartition("/")
    if kind == "DeleteOptions":
        return "@apis.meta.v1.DeleteOptions"
    return f"+{group.partition('.')[0] or 'core'}.{version}.{kind}"


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        number, wire = tag >> 3, tag & 7
        value: int | bytes
        if wire == VARINT:
            value, at = _varint(data, at)
        elif wire == BYTES:
            length, at = _varint(data, at)
            value, at = data[at : at + length], at + length
        elif wire in (FIXED64, FIXED32):
            size = 8 if wire == FIXED64 else 4
            value, at = data[at : at + size], at + size
        else:
            raise Malformed(f"proto: illegal wireType {wire}")
        if at > len(data):
            raise Malformed("unexpected EOF")
        yield number, value


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(data) or shift > 63:
            raise Malformed("unexpected EOF")
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _message(data: bytes, name: str, depth: int) -> Any:
    """A message as JSON has it."""
    special = _SPECIAL.get(name)
    if special is not None:
        return special(data)
    if depth > DEPTH:
        raise Malformed("exceeded max depth")
    rows = table().get(name, {})
    found: dict[str, Any] = {}
    for number, value in _fields(data):
        field = rows.get(number)
        if field is None:
            continue
        if field.sign == "%":
            key, item = _pair(value, field, depth)
            found.setdefault(field.name, {})[key] = item
        elif field.sign == "*":
            found.setdefault(field.name, []).append(_value(value, field, depth))
        elif field.sign == "~":
            inner = _value(value, field, depth)
            found.update(inner if isinstance(inner, dict) else {})
        else:
            made = _value(value, field, depth)
            if made is not None:
                found[field.name] = made
    return found


def _pair(value: int | bytes, field: Field, depth: int) -> tuple[str, Any]:
    key, item = "", _value(b"" if field.type not in "bdi" else 0, field, depth)
    for number, part in _fields(_bytes(value)):
        if number == 1:
            key = _text(_bytes(part))
        elif number == 2:
            item = _value(part, field, depth)
    return key, item


def _bytes(value: int | bytes) -> bytes:
    if isinstance(value, int):
        raise Malformed("proto: wrong wireType")
    return value


def _value(value: int | bytes, field: Field, depth: int) -> Any:
    match field.type:
        case "s":
            return _text(_bytes(value))
        case "y":
            return base64.b64encode(_bytes(value)).decode()
        case "d":
            return float(struct.unpack("<d", _bytes(value))[0]) if len(_bytes(value)) == 8 else 0.0
        case "b" | "i" if isinstance(value, bytes):
            raise Malformed("proto: wrong wireType")
        case "b":
            return bool(value)
        case "i":
            assert isinstance(value, int)
            return value - (1 << 64) if value >= 1 << 63 else value
    return _message(_bytes(value), field.type, depth + 1)


def _numbers(data: bytes) -> dict[int, int | bytes]:
    return dict(_fields(data))


def _signed(value: int | bytes) -> int:
    if isinstance(value, bytes):
        raise Malformed("proto: wrong wireType")
    return value - (1 << 64) if value >= 1 << 63 else value


def _quantity(data: bytes) -> str | None:
    found = _numbers(data).get(1)
    return "0" if found is None else _text(_bytes(found))


def _time(data: bytes) -> str | None:
    found = _numbers(data)
    return clocktime.text_of(Time(_signed(found[1]))) if 1 in found else None


def _micro_time(data: bytes) -> str | None:
    found = _numbers(data)
    if 1 not in found:
        return None
    return clocktime.text_of_micro(_signed(found[1]) * 1_000_000 + _signed(found.get(2, 0)) // 1000)


def _int_or_string(data: bytes) -> int | str:
    found = _numbers(data)
    if found.get(1):
        return _text(_bytes(found.get(3, b"")))
    number = _signed(found.get(2, 0))
    return number - (1 << 32) if 1 << 31 <= number < 1 << 32 else number


def _raw_json(data: bytes) -> Any:
    raw = _numbers(data).get(1)
    if not raw:
        return None
    try:
        return json.loads(_bytes(raw))
    except ValueError as error:
        raise Malformed(str(error)) from error


def _items(data: bytes) -> list[str]:
    return [_text(_bytes(value)) for _, value in _fields(data)]


_SPECIAL: dict[str, Callable[[bytes], Any]] = {
    "@api.resource.Quantity": _quantity,
    "@apis.meta.v1.FieldsV1": _raw_json,
    "@apis.meta.v1.MicroTime": _micro_time,
    "@apis.meta.v1.Time": _time,
    "@runtime.RawExtension": _raw_json,
    "@util.intstr.IntOrString": _int_or_string,
    "+authentication.v1.ExtraValue": _items,
    "+authorization.v1.ExtraValue": _items,
}
"""Types that JSON writes otherwise than as a structure."""
