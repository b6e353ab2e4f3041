"""What is different in two versions of a specification, as the API server shows it where it refuses a change.

It prints its internal types as JSON, a field a line, and compares the lines. Those types are built differently from
what clients send (``hostNetwork`` is part of the security context there), in another order and under their Go names;
`internal_types.txt` has the fields of each, in order.

In Kubernetes: apimachinery `pkg/util/diff`; `pkg/apis/core/types.go`.
"""

import difflib
import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from kubelab.api.scalars import Quantity
from kubelab.api.validation.go_value import go_value

_CONTEXT = 3
_OF_POD = ("HostNetwork", "HostPID", "HostIPC", "ShareProcessNamespace", "HostUsers")
"""What is in a Pod's security context there, and in its specification for clients."""


def difference(old: Any, new: Any, internal: str) -> str:
    """The lines that differ, with those around them.

    Args:
        old: the specification as it was.
        new: as it is to be.
        internal: the name of its internal type, such as ``PodSpec``.
    """
    before, after = (_lines(_plain(each, internal)) for each in (old, new))
    return "".join([*difflib.unified_diff(before, after, n=_CONTEXT)][2:])


def _lines(value: Any) -> list[str]:
    text = json.dumps(value, indent=1, ensure_ascii=False)
    safe = re.sub("[<>&\u2028\u2029]", lambda sign: f"\\u{ord(sign[0]):04x}", text)
    return [f"{line}\n" for line in safe.split("\n")]


def _plain(value: Any, internal: str = "") -> Any:
    """A value as the internal type's JSON has it."""
    if isinstance(value, Quantity) or value is None or isinstance(value, (bool, int, str)):
        return str(value) if isinstance(value, str) else value
    if isinstance(value, Mapping):
        return {key: _plain(value[key]) for key in sorted(value)} or None
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value] or None
    name = internal or type(value).__name__
    fields = _types().get(name)
    if fields is None:
        return json.loads(go_value(value))
    model: Any = type(value)
    known = _attributes(model)
    found = {field: _plain(getattr(value, known[key])) for field in fields if (key := field.lower()) in known}
    if name == "PodSpec" and found.get("SecurityContext") is not None:
        own = {field: getattr(value, known[field.lower()]) for field in _OF_POD}
        found["SecurityContext"] = {**own, **found["SecurityContext"]}
    return {field: found.get(field) for field in fields} if name != "PodSecurityContext" else found


@cache
def _attributes(model: Any) -> dict[str, str]:
    """The attributes of a model by their names without underscores."""
    return {each.name.replace("_", ""): each.name for each in model.__attrs_attrs__}


@cache
def _types() -> dict[str, tuple[str, ...]]:
    text = (files("kubelab.api.validation") / "internal_types.txt").read_text(encoding="utf-8")
    pairs = (line.split(": ") for line in text.splitlines())
    return {name: tuple(fields.split()) for name, fields in pairs}
