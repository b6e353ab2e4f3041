"""Checks of ConfigMaps, Secrets and ServiceAccounts.

In Kubernetes: `ValidateConfigMap`, `ValidateSecret`, `ValidateServiceAccount`.
"""

import base64
import re

from kubelab.api.core.config import ConfigMap, Secret, ServiceAccount
from kubelab.api.validation import metadata, names
from kubelab.api.validation.field_error import Errors, forbidden, immutable, invalid, messages, required, too_long

_LIMIT = 1024 * 1024
_IMMUTABLE = "field is immutable when `immutable` is set"
_ACCOUNT = "kubernetes.io/service-account.name"
_JSON_TYPES = {"kubernetes.io/dockercfg": ".dockercfg", "kubernetes.io/dockerconfigjson": ".dockerconfigjson"}


def config_map(given: ConfigMap) -> Errors:
    """What is wrong with a ConfigMap."""
    yield from metadata.object_meta(given.metadata, namespaced=True)
    size = 0
    for key in sorted(given.data):
        yield from messages(f"data[{key}]", key, names.config_key(key))
        if key in given.binary_data:
            yield invalid(f"data[{key}]", key, "duplicate of key present in binaryData")
        size += len(given.data[key].encode())
    for key in sorted(given.binary_data):
        yield from messages(f"binaryData[{key}]", key, names.config_key(key))
        size += decoded_size(given.binary_data[key])
    if size > _LIMIT:
        yield too_long("[]", _LIMIT)


def config_map_update(new: ConfigMap, old: ConfigMap) -> Errors:
    """What is wrong with a changed ConfigMap; one that is immutable stays so."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    if old.immutable:
        if not new.immutable:
            yield forbidden("immutable", _IMMUTABLE)
        if new.data != old.data:
            yield forbidden("data", _IMMUTABLE)
        if new.binary_data != old.binary_data:
            yield forbidden("binaryData", _IMMUTABLE)
    yield from config_map(new)


def decoded_size(text: str) -> int:
    """How many bytes a base64 text stands for."""
    plain = text.rstrip("=")
    return len(plain) * 3 // 4


def _decoded(text: str) -> bytes:
    """The bytes of a base64 text; none of an object made in Python that holds something else."""
    try:
        return base64.b64decode(text)
    except ValueError:
        return b""


def secret(given: Secret) -> Errors:
    """What is wrong with a Secret: its keys, its size, and what its type asks for."""
    yield from metadata.object_meta(given.metadata, namespaced=True)
    size = 0
    for key in sorted(given.data):
        yield from messages(f"data[{key}]", key, names.config_key(key))
        size += decoded_size(given.data[key])
    if size > _LIMIT:
        yield too_long("data", _LIMIT)
    kind, data = given.type, given.data
    if kind == "kubernetes.io/service-account-token":
        if not given.metadata.annotations.get(_ACCOUNT):
            yield required(f"metadata.annotations[{_ACCOUNT}]")
    elif kind in _JSON_TYPES:
        key = _JSON_TYPES[kind]
        if key not in data:
            yield required(f"data[{key}]")
        elif text := json_error(_decoded(data[key])):
            yield invalid(f"data[{key}]", "<secret contents redacted>", text)
    elif kind == "kubernetes.io/basic-auth":
        if "username" not in data and "password" not in data:
            yield required("data[username]")
            yield required("data[password]")
    elif kind == "kubernetes.io/ssh-auth":
        if not data.get("ssh-privatekey"):
            yield required("data[ssh-privatekey]")
    elif kind == "kubernetes.io/tls":
        for key in ("tls.crt", "tls.key"):
            if key not in data:
                yield required(f"data[{key}]")


def secret_update(new: Secret, old: Secret) -> Errors:
    """What is wrong with a changed Secret: its type stays, and one that is immutable stays so."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    yield from immutable("type", new.type, old.type)
    if old.immutable:
        if not new.immutable:
            yield forbidden("immutable", _IMMUTABLE)
        if new.data != old.data:
            yield forbidden("data", _IMMUTABLE)
    yield from secret(new)


_TOKEN = re.compile(
    r"""[ \t\r\n]*(?:(?P<punctuation>[{}\[\]:,])|(?P<string>"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")"""
    r"""|(?P<number>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)|(?P<word>true|false|null))"""
)


def json_error(content: bytes) -> str:
    """What Go says when the content is not a JSON object, or "" when it is one (`encoding/json`).

    **Simplified:** the words for mistakes deep inside a string or number are those for its first character.
    """
    import json

    text = content.decode("utf-8", "replace")
    try:
        value = json.loads(text)
    except ValueError as error:
        return _go_json_error(text, getattr(error, "pos", 0), str(error))
    if value is None or isinstance(value, dict):
        return ""
    kind = "string" if isinstance(value, str) else "bool" if isinstance(value, bool) else "array"
    kind = "number" if isinstance(value, (int, float)) and not isinstance(value, bool) else kind
    return f"json: cannot unmarshal {kind} into Go value of type map[string]interface {{}}"


def _go_json_error(text: str, position: int, python: str) -> str:
    rest = text[position:]
    for word in ("true", "false", "null"):
        if rest[:1] == word[0]:
            for offset, expected in enumerate(word):
                found = rest[offset : offset + 1]
                if not found:
                    return "unexpected end of JSON input"
                if found != expected:
                    return f"invalid character {_go_character(found)} in literal {word} (expecting '{expected}')"
    if not rest or "Unterminated string" in python:
        return "unexpected end of JSON input"
    character = _go_character(rest[0])
    if "Extra data" in python:
        return f"invalid character {character} after top-level value"
    if "property name" in python:
        return f"invalid character {character} looking for beginning of object key string"
    if "':' delimiter" in python:
        return f"invalid character {character} after object key"
    if "',' delimiter" in python:
        inside = "array element" if _in_array(text[:position]) else "object key:value pair"
        return f"invalid character {character} after {inside}"
    return f"invalid character {character} looking for beginning of value"


def _go_character(character: str) -> str:
    if character == "'":
        return r"'\''"
    if character == '"':
        return "'\"'"
    return f"'{character}'" if character.isprintable() else f"'\\x{ord(character):02x}'"


def _in_array(text: str) -> bool:
    open_brackets = []
    for token in _TOKEN.finditer(text):
        sign = token["punctuation"]
        if sign in ("{", "["):
            open_brackets.append(sign)
        elif sign in ("}", "]") and open_brackets:
            open_brackets.pop()
    return bool(open_brackets) and open_brackets[-1] == "["


def service_account(given: ServiceAccount) -> Errors:
    """What is wrong with a ServiceAccount."""
    yield from metadata.object_meta(given.metadata, namespaced=True)


def service_account_update(new: ServiceAccount, old: ServiceAccount) -> Errors:
    """What is wrong with a changed ServiceAccount."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    yield from service_account(new)
