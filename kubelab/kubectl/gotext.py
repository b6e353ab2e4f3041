"""Plain values as Go's `fmt` writes them.

Source: Go's `fmt` package (``%v``, ``%#v``).
"""

from typing import Any

from kubelab.api.validation.go_value import quoted
from kubelab.kubectl import jsonpath


def go_print(value: Any) -> str:
    """A value as Go's ``fmt.Sprint`` writes it: ``map[a:1 b:2]``, ``[x y]``, ``<nil>``."""
    if isinstance(value, dict):
        return f"map[{' '.join(f'{name}:{go_print(value[name])}' for name in sorted(value))}]"
    if isinstance(value, (list, tuple)):
        return f"[{' '.join(go_print(each) for each in value)}]"
    return "<nil>" if value is None else jsonpath.shown(value)


def go_text(value: Any) -> str:
    """A value as Go's ``%#v`` shows it, as kubectl does for templates that fail."""
    if isinstance(value, dict):
        parts = ", ".join(f'"{name}":{go_text(value[name])}' for name in sorted(value))
        return f"map[string]interface {{}}{{{parts}}}"
    if isinstance(value, (list, tuple)):
        return f"[]interface {{}}{{{', '.join(go_text(each) for each in value)}}}"
    if value is None:
        return "interface {}(nil)"
    if isinstance(value, str):
        return quoted(value)
    return jsonpath.shown(value)
