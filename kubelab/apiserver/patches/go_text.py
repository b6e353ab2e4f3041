"""A JSON value as Go prints it with ``%v`` and ``%T``: ``map[spec:map[replicas:three]]``.

Source: Go's package ``fmt``.
"""

from collections.abc import Mapping
from typing import Any

from kubelab.api.decode import number_text

LIST = "[]interface {}"


def go_type(value: Any) -> str:
    """The type that the value has in Go once it was read from JSON, as ``%T`` prints it."""
    if value is None:
        return "<nil>"
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, Mapping):
        return "map[string]interface {}"
    if isinstance(value, (list, tuple)):
        return LIST
    return "string" if isinstance(value, str) else "int64" if isinstance(value, int) else "float64"


def go_text(value: Any) -> str:
    """The value as one text; the keys of maps are in order."""
    if value is None:
        return "<nil>"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return f"map[{' '.join(f'{key}:{go_text(value[key])}' for key in sorted(value))}]"
    if isinstance(value, (list, tuple)):
        return f"[{' '.join(map(go_text, value))}]"
    return number_text(value) if isinstance(value, (int, float)) else str(value)
