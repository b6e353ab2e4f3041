"""A value as the API server prints it inside an error: Go's ``%q`` for texts, Go's JSON for structures.

The server validates its internal types. Those of a group have no JSON names, so that their fields are printed
under their Go names and all of them (``{"APIGroup":"…","Kind":"Role","Name":"other"}``); those of apimachinery have,
so that a label selector is printed as in a manifest (``{"matchLabels":{"app":"one"}}``).

**Simplified:** the order of fields is that of the public types; where an internal type is built differently
(a Pod's `hostNetwork` is part of its security context there), the text differs from upstream's.
"""

import re
from collections.abc import Hashable
from functools import cache
from typing import Any, cast

import attrs

from kubelab.api.model import json_name
from kubelab.api.scalars import MicroTime, Time

_ESCAPES = {
    "\a": r"\a",
    "\b": r"\b",
    "\f": r"\f",
    "\n": r"\n",
    "\r": r"\r",
    "\t": r"\t",
    "\v": r"\v",
    '"': r"\"",
    "\\": r"\\",
}
_WORDS = {
    word.lower(): word
    for word in (
        *("API", "AWS", "CIDR", "CIDRs", "CSI", "DNS", "FC", "FQDN", "FS", "GCE", "GID", "GMSA", "GRPC", "HTTP"),
        *("ID", "IP", "IPC", "IPs", "ISCSI", "NFS", "OS", "PD", "PID", "QOS", "RBD", "TCP", "TLS", "TTL", "UID", "URI"),
    )
}
_NAMES = {
    "se_linux_options": "SELinuxOptions",
    "se_linux_change_policy": "SELinuxChangePolicy",
    "non_resource_urls": "NonResourceURLs",
    "tty": "TTY",
    "config_map": "ConfigMap",
}


@attrs.frozen
class NoFields:
    """A structure that Go prints as ``{}``, because none of its fields is exported."""


def go_value(value: Any) -> str:
    """The value as text, as the API server's errors show it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, int) and not isinstance(value, (Time, MicroTime)):
        return str(value)
    return _json(value)


def quoted(text: str) -> str:
    """The text in quotes, as Go's ``%q`` writes it."""
    return f'"{"".join(map(_quoted_character, text))}"'


def _quoted_character(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    code = ord(character)
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _json(value: Any, tagged: bool = False) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (Time, MicroTime)):
        from kubelab.api import clocktime

        return _json_text(clocktime.text_of(value) if isinstance(value, Time) else clocktime.text_of_micro(value))
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        return _json_text(value)
    if isinstance(value, dict):
        items = ",".join(f"{_json_text(str(key))}:{_json(value[key], tagged)}" for key in sorted(value))
        return f"{{{items}}}" if value else "null"
    if isinstance(value, (tuple, list)):
        return f"[{','.join(_json(item, tagged) for item in value)}]" if value else "null"
    return _structure(value, tagged)


def _json_text(text: str) -> str:
    """Go's ``encoding/json``: besides the usual, the signs that mean something in HTML are escaped."""
    import json

    plain = json.dumps(text, ensure_ascii=False)
    return re.sub("[<>&\u2028\u2029]", lambda sign: f"\\u{ord(sign[0]):04x}", plain)


def _structure(value: Any, tagged: bool) -> str:
    kind = type(value)
    tagged = tagged or kind.__module__ == "kubelab.api.meta"
    parts = []
    for name, json, always, inline in _fields(cast("Hashable", kind)):
        field = getattr(value, name)
        if inline:
            inner = _structure(field, True)[1:-1]
            if inner:
                parts.append(inner)
        elif not tagged:
            parts.append(f'"{go_name(name)}":{_json(field)}')
        elif always or (field is not None and field != "" and field != () and field != {} and field is not False):
            if type(field) is int and field == 0 and not always:
                continue
            parts.append(f'"{json}":{_json(field, True)}')
    return f"{{{','.join(parts)}}}"


@cache
def _fields(kind: Any) -> tuple[tuple[str, str, bool, bool], ...]:
    return tuple(
        (each.name, json_name(each), bool(each.metadata.get("always")), each.name == "metadata")
        for each in attrs.fields(kind)
    )


@cache
def go_name(attribute: str) -> str:
    """The name of a field in Go, from the model's: ``api_group`` → ``APIGroup``, ``pod_cidrs`` → ``PodCIDRs``."""
    if attribute in _NAMES:
        return _NAMES[attribute]
    return "".join(_WORDS.get(word, word.capitalize()) for word in attribute.rstrip("_").split("_"))
