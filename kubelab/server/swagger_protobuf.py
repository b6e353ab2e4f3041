"""The older OpenAPI document (``/openapi/v2``) in protobuf: the only form in which kubectl up to 1.26 asks for it.

Those versions read it to validate, to explain and to learn which resources have a dry run. Each message of the format
is a row of a table; what a message does not name and begins with ``x-`` is an extension, kept as a text in YAML, of
which JSON is a part.

Source: `github.com/google/gnostic-models/openapiv2` (OpenAPIv2.proto), whose numbers are facts of the wire.

**Simplified:** only what our own documents hold; no security, tags or examples.
"""

import json
import struct
from collections.abc import Iterator, Mapping
from typing import Any

Document = Mapping[str, Any]

# field of the document -> (number, what it is)
_Table = Mapping[str, tuple[int, str]]

_PARAMETER = "required:1:bool in:2:text description:3:text name:4:text"
_TABLES: dict[str, str] = {
    "Document": "swagger:1:text info:2:Info paths:8:Paths definitions:9:Definitions",
    "Info": "title:1:text version:2:text description:3:text",
    "PathItem": "get:2:Operation put:3:Operation post:4:Operation delete:5:Operation options:6:Operation "
    "head:7:Operation patch:8:Operation parameters:9:ParametersItem*",
    "Operation": "tags:1:text* summary:2:text description:3:text operationId:5:text produces:6:text* "
    "consumes:7:text* parameters:8:ParametersItem* responses:9:Responses schemes:10:text* deprecated:11:bool",
    "BodyParameter": "description:1:text name:2:text in:3:text required:4:bool schema:5:Schema",
    "QueryParameter": f"{_PARAMETER} type:6:text format:7:text uniqueItems:20:bool",
    "PathParameter": f"{_PARAMETER} type:5:text format:6:text uniqueItems:19:bool",
    "Response": "description:1:text schema:2:SchemaItem",
    "Schema": "$ref:1:text format:2:text title:3:text description:4:text default:5:any maximum:7:double "
    "minimum:9:double maxLength:11:int minLength:12:int pattern:13:text maxItems:14:int minItems:15:int "
    "uniqueItems:16:bool required:19:text* enum:20:any* additionalProperties:21:Additional type:22:Type "
    "items:23:Items allOf:24:Schema* properties:25:Definitions",
}
_EXTENSIONS = {
    "Document": 16,
    "Info": 7,
    "PathItem": 10,
    "Operation": 13,
    "BodyParameter": 6,
    "QueryParameter": 23,
    "PathParameter": 22,
    "Response": 5,
    "Schema": 31,
}
"""The number of the field that holds the extensions of a message."""


def _table(text: str) -> _Table:
    rows = (row.split(":") for row in text.split())
    return {name: (int(number), what) for name, number, what in rows}


_FIELDS = {name: _table(text) for name, text in _TABLES.items()}


def encoded(document: Document) -> bytes:
    """The document as bytes."""
    return _message("Document", document)


def _message(name: str, value: Document) -> bytes:
    fields, parts = _FIELDS[name], []
    for key, item in value.items():
        if key in fields:
            number, what = fields[key]
            several = what.endswith("*")
            for each in item if several else (item,):
                parts.append((number, _field(number, what.rstrip("*"), each)))
        elif key.startswith("x-"):
            parts.append((_EXTENSIONS[name], _bytes(_EXTENSIONS[name], _named(key, _any(item)))))
    return b"".join(part for _, part in sorted(parts, key=lambda part: part[0]))


def _field(number: int, what: str, value: Any) -> bytes:
    if what == "text":
        return _bytes(number, str(value).encode())
    if what in ("bool", "int"):
        return _varint(number << 3) + _varint(int(value))
    if what == "any":
        return _bytes(number, _any(value))
    if what == "double":
        return _varint(number << 3 | 1) + struct.pack("<d", value)
    return _bytes(number, _SPECIAL[what](value) if what in _SPECIAL else _message(what, value))


def _any(value: Any) -> bytes:
    """A value that the format leaves open, as YAML."""
    return _bytes(2, (json.dumps(value, ensure_ascii=False) + "\n").encode())


def _named(name: str, content: bytes) -> bytes:
    return _bytes(1, name.encode()) + _bytes(2, content)


def _paths(value: Document) -> bytes:
    return b"".join(_bytes(2, _named(path, _message("PathItem", item))) for path, item in value.items())


def _definitions(value: Document) -> bytes:
    return b"".join(_bytes(1, _named(name, _message("Schema", item))) for name, item in value.items())


def _responses(value: Document) -> bytes:
    return b"".join(_bytes(1, _named(code, _bytes(1, _message("Response", item)))) for code, item in value.items())


def _parameter(value: Document) -> bytes:
    if "$ref" in value:
        return _bytes(2, _bytes(1, str(value["$ref"]).encode()))
    if value.get("in") == "body":
        return _bytes(1, _bytes(1, _message("BodyParameter", value)))
    number, name = (4, "PathParameter") if value.get("in") == "path" else (3, "QueryParameter")
    return _bytes(1, _bytes(2, _bytes(number, _message(name, value))))


def _type(value: Any) -> bytes:
    return b"".join(_bytes(1, each.encode()) for each in ([value] if isinstance(value, str) else value))


def _additional(value: Any) -> bytes:
    return _field(2, "bool", value) if isinstance(value, bool) else _bytes(1, _message("Schema", value))


_SPECIAL = {
    "Additional": _additional,
    "Definitions": _definitions,
    "Items": lambda value: _bytes(1, _message("Schema", value)),
    "ParametersItem": _parameter,
    "Paths": _paths,
    "Responses": _responses,
    "SchemaItem": lambda value: _bytes(1, _message("Schema", value)),
    "Type": _type,
}


def _bytes(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    return bytes(_septets(value))


def _septets(value: int) -> Iterator[int]:
    while value > 127:
        yield value & 127 | 128
        value >>= 7
    yield value
