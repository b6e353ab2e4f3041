"""Plain values to YAML in kubectl's form: keys in go-yaml's order, lists not indented, folded at 80 columns.

Source: sigs.k8s.io/yaml with go.yaml.in/yaml/v2 (`encode.go`, `sorter.go`).
"""

import io
import re
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from kubelab.api.decode import number_text
from kubelab.api.yaml_scalar import PREFIX, STR, Resolver, reads_as_text


class _Untagged(Resolver):
    """Lets every scalar be written without a tag: its style alone says how it is read back."""

    def resolve(self, kind: type, value: str | None, implicit: tuple[bool, bool] | bool) -> str:
        """The tag that all nodes of one kind carry here."""
        return STR if kind is ScalarNode else super().resolve(kind, value, implicit)


if hasattr(yaml, "CSafeDumper"):
    from yaml._yaml import CEmitter

    class _Dumper(_Untagged, CEmitter, yaml.representer.SafeRepresenter):
        """libyaml's emitter with Go's idea of scalars."""

        def __init__(self, stream: Any) -> None:
            """Write to `stream`."""
            CEmitter.__init__(self, stream, width=80, allow_unicode=True)
            yaml.representer.SafeRepresenter.__init__(self, default_flow_style=False, sort_keys=False)

else:
    from yaml.emitter import Emitter
    from yaml.serializer import Serializer

    class _Dumper(Emitter, Serializer, _Untagged, yaml.representer.SafeRepresenter):  # type: ignore[no-redef]
        """PyYAML's own emitter with Go's idea of scalars."""

        def __init__(self, stream: Any) -> None:
            """Write to `stream`."""
            Emitter.__init__(self, stream, width=80, allow_unicode=True)
            Serializer.__init__(self)
            yaml.representer.SafeRepresenter.__init__(self, default_flow_style=False, sort_keys=False)


def yaml_of(value: dict[str, Any]) -> str:
    """One YAML document in kubectl's form: keys in go-yaml's order, lists not indented, folded at 80 columns."""
    stream = io.StringIO()
    dumper: Any = _Dumper(stream)
    try:
        dumper.open()
        dumper.serialize(_node(value))
        dumper.close()
    finally:
        dumper.dispose()
    return stream.getvalue()


def _node(value: Any) -> Node:
    if isinstance(value, dict):
        ordered = sorted(value.items(), key=lambda pair: _key_order(pair[0]))
        pairs = [(_node(key), _node(item)) for key, item in ordered]
        return MappingNode(PREFIX + "map", pairs, flow_style=not pairs)
    if isinstance(value, (list, tuple)):
        entries = [_node(item) for item in value]
        return SequenceNode(PREFIX + "seq", entries, flow_style=not entries)
    if isinstance(value, str):
        return ScalarNode(STR, str(value), style=_style(str(value)))
    if value is None or isinstance(value, bool):
        return ScalarNode(STR, "null" if value is None else "true" if value else "false")
    return ScalarNode(STR, number_text(value))


def _style(text: str) -> str | None:
    """Go's choice: ``|`` for several lines, ``"`` for what would not be read back as text, else None (as fits)."""
    if "\n" in text:
        return "|"
    return None if reads_as_text(text) else '"'


_RUNS = re.compile(r"\d+|\D", re.ASCII)


def _key_order(key: str) -> list[tuple[int, int, str]]:
    """go-yaml's order of keys: signs before digits before letters, and numbers by what they are worth."""
    order = []
    for run in _RUNS.findall(key):
        if run.isascii() and run.isdigit():
            order.append((1, int(run), run))
        else:
            order.append((2 if run.isalpha() else 0, ord(run), ""))
    return order
