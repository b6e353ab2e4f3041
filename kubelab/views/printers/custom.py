"""The columns of kinds that a CustomResourceDefinition defines: those that it names, or name and age.

Source: `apiextensions-apiserver/pkg/registry/customresource/tableconvertor`; client-go `util/jsonpath` for the paths.

**Simplified:** of JSONPath what such columns use: fields, ``['a.b']``, ``[0]``, ``[*]`` and
``[?(@.type=="Ready")]``; the first thing found is shown.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import attrs

from kubelab.api import clocktime
from kubelab.api.apiextensions import CustomResourceColumnDefinition
from kubelab.api.manifest import to_manifest
from kubelab.api.scheme import Kind
from kubelab.errors import QuantityError
from kubelab.state.snapshot import Object
from kubelab.views.printers.cells import Printer, since

AGE = CustomResourceColumnDefinition(name="Age", type="date", json_path=".metadata.creationTimestamp")
"""The column of a kind whose definition names none."""

_STEP = re.compile(
    r"""\.((?:\\.|[^.\[\]\\])+)            # .field, with dots behind a backslash
    |\[\s*(['"])(.*?)\2\s*\]               # ['field']
    |\[\s*(-?\d+|\*)\s*\]                  # [0], [*]
    |\[\?\(\s*@\.([\w.\-]+)\s*==\s*(['"]?)(.*?)\6\s*\)\]   # [?(@.type=="Ready")]
    """,
    re.X,
)


@attrs.frozen
class CustomPrinter(Printer):
    """The printer of one kind.

    Attributes:
        definitions: its columns after the name.
    """

    definitions: tuple[CustomResourceColumnDefinition, ...]

    def shown(self, wide: bool) -> tuple[CustomResourceColumnDefinition, ...]:
        """The columns after the name that are shown; those of a lower priority only with ``-o wide``."""
        return tuple(column for column in self.definitions if wide or column.priority <= 0)

    def headings(self, wide: bool) -> tuple[str, ...]:
        """The headings in order."""
        return ("NAME", *(column.name.upper() for column in self.shown(wide)))

    def cells(self, obj: Object, now: int, wide: bool) -> tuple[str, ...]:
        """The cells of an object in the order of the headings."""
        manifest = to_manifest(obj)
        return (obj.metadata.name, *(_cell(manifest, column, now) for column in self.shown(wide)))


def printer_for(kind: Kind) -> CustomPrinter:
    """The printer of a kind that a cluster has learnt."""
    columns = kind.definition.additional_printer_columns or (AGE,)
    return CustomPrinter(("NAME",), (), lambda obj, now: (), columns)


def _cell(manifest: Mapping[str, Any], column: CustomResourceColumnDefinition, now: int) -> str:
    value = next(found(manifest, _steps(column.json_path)), None)
    if value is None:
        return ""
    if column.type == "string":
        return _text(value)
    if column.type == "boolean":
        return str(value).lower() if isinstance(value, bool) else ""
    if column.type == "date":
        try:
            return since(clocktime.parse(value), now) if isinstance(value, str) else ""
        except QuantityError:
            return "<invalid>"
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return ""
    return str(int(value)) if column.type == "integer" else _text(value)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False)


@lru_cache(maxsize=1024)
def _steps(path: str) -> tuple[tuple[str, str, str], ...]:
    """The steps of a path, each as its sort, its argument and what that is to be; a path nobody can read has none."""
    steps: list[tuple[str, str, str]] = []
    place = 0
    while place < len(path):
        step = _STEP.match(path, place)
        if step is None:
            return (("nothing", "", ""),)
        field, _, quoted, index, key, _, value = step.groups()
        if field is not None:
            steps.append(("field", re.sub(r"\\(.)", r"\1", field), ""))
        elif quoted is not None:
            steps.append(("field", quoted, ""))
        elif index is not None:
            steps.append(("index", index, ""))
        else:
            steps.append(("where", key, value))
        place = step.end()
    return tuple(steps)


def found(value: Any, steps: Sequence[tuple[str, str, str]]) -> Iterator[Any]:
    """Everything that a path leads to."""
    if not steps:
        yield value
        return
    (sort, name, wanted), rest = steps[0], steps[1:]
    inside: list[Any] = []
    if sort == "field" and isinstance(value, Mapping):
        inside = [value[name]] if name in value else []
    elif sort == "index" and isinstance(value, (list, tuple)):
        inside = list(value) if name == "*" else [value[int(name)]] if -len(value) <= int(name) < len(value) else []
    elif sort == "where" and isinstance(value, (list, tuple)):
        inner = tuple(("field", part, "") for part in name.split("."))
        inside = [item for item in value if _text(next(found(item, inner), None)) == wanted]
    for item in inside:
        yield from found(item, rest)
