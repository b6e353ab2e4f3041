"""Objects as ``kubectl get`` prints them: as a table, wide, as names, as YAML, as JSON.

Source: cli-runtime `pkg/printers` (``TablePrinter``, ``NamePrinter``), `k8s.io/cli-runtime` tabwriter settings;
kubectl `pkg/cmd/get`.

**Simplified:** without a namespace the objects of all namespaces are shown, and the column NAMESPACE only where one of
them is outside of ``default``.
"""

from collections.abc import Sequence

from kubelab.api.core.event import Event, EventSource
from kubelab.api.core.reference import ObjectReference
from kubelab.api.meta import ObjectMeta
from kubelab.api.scalars import Time
from kubelab.api.scheme import Kind, every, find
from kubelab.errors import StatusError, UsageError
from kubelab.state.snapshot import SECOND, EventRecord, Object, ObjectKey, View
from kubelab.views.columns import cells_wide
from kubelab.views.printers import printer_of

OUTPUTS = ("table", "wide", "name", "yaml", "json")

PADDING = 3
"""Blanks after the widest cell of a column, as kubectl's tables have."""

LEAST = 6
"""How wide a column is at least."""


def table(view: View, kinds: str, output: str = "table", namespace: str | None = None) -> str:
    """Objects as kubectl prints them.

    Args:
        view: the cluster.
        kinds: what is asked for, as kubectl takes it: ``pods``, ``deploy,svc``, ``all``, ``pod/web-1``, ``pods web-1``.
        output: one of `OUTPUTS`.
        namespace: the namespace, or None for all of them.

    Raises:
        UsageError: there is no such kind or output.
        StatusError: an object that was asked for by its name does not exist.
    """
    if output not in OUTPUTS:
        raise UsageError(f"an output is one of {', '.join(OUTPUTS)}, not {output!r}")
    asked = asked_for(kinds)
    groups = [(kind, _objects(view, kind, names, namespace)) for kind, names in asked]
    found = [obj for _, objects in groups for obj in objects]
    if output in ("yaml", "json"):
        return _written(found, output, as_itself=sum(len(names) for _, names in asked) == 1)
    if output == "name":
        return "\n".join(f"{resource_name(kind)}/{obj.metadata.name}" for kind, objs in groups for obj in objs)
    if not found:
        return "No resources found" if namespace is None else f"No resources found in {namespace} namespace."
    several = len(groups) > 1
    parts = [
        rows_text(_rows(kind, objects, view.now, output == "wide", namespace, several))
        for kind, objects in groups
        if objects
    ]
    return "\n\n".join(parts)


def _written(objects: list[Object], output: str, as_itself: bool) -> str:
    """Objects as YAML or JSON: the one that was asked for by its name as itself, all else as a List."""
    from kubelab.api.manifest import to_manifest
    from kubelab.api.text import json_of
    from kubelab.api.yaml_writer import yaml_of

    manifests = [to_manifest(obj) for obj in objects]
    listed = {"apiVersion": "v1", "items": manifests, "kind": "List", "metadata": {"resourceVersion": ""}}
    shown = manifests[0] if as_itself and len(manifests) == 1 else listed
    return yaml_of(shown) if output == "yaml" else json_of(shown)


def resource_name(kind: Kind) -> str:
    """What comes before the slash: ``pod``, ``deployment.apps``."""
    return f"{kind.singular}.{kind.group}" if kind.group else kind.singular


def asked_for(kinds: str) -> list[tuple[Kind, list[str]]]:
    """The kinds that are asked for, each with names, or none for all of its objects."""
    words = kinds.split()
    if not words:
        raise UsageError("say which kind is meant, such as pods")
    if any("/" in word for word in words):
        found: dict[str, list[str]] = {}
        for word in words:
            what, _, name = word.partition("/")
            found.setdefault(what, []).append(name)
        return [(_kind(what), [name for name in names if name]) for what, names in found.items()]
    chosen: dict[str, Kind] = {}
    for word in words[0].split(","):
        in_category = [kind for kind in every() if word.lower() in kind.categories]
        for kind in in_category or [_kind(word)]:
            chosen.setdefault(kind.kind, kind)
    return [(kind, words[1:]) for kind in chosen.values()]


def _kind(word: str) -> Kind:
    found = find(word)
    if found is None or not found.listed:
        raise UsageError(f'the server doesn\'t have a resource type "{word}"')
    return found


def _objects(view: View, kind: Kind, names: Sequence[str], namespace: str | None) -> list[Object]:
    where = namespace if kind.namespaced else None
    if kind.kind == "Event":
        objects = events(view, where)
    else:
        objects = view.list(kind.kind, where)
    if not names:
        return objects
    by_name: dict[str, list[Object]] = {}
    for obj in objects:
        by_name.setdefault(obj.metadata.name, []).append(obj)
    found: list[Object] = []
    for name in names:
        if name not in by_name:
            raise StatusError(404, "NotFound", f'{kind.resource} "{name}" not found')
        found += by_name[name]
    return found


def _rows(
    kind: Kind, objects: Sequence[Object], now: int, wide: bool, namespace: str | None, several: bool
) -> list[tuple[str, ...]]:
    printer = printer_of(kind.kind)
    headings = printer.headings(wide)
    place = headings.index("NAME") if several and "NAME" in headings else -1
    lead = f"{resource_name(kind)}/"
    spread = namespace is None and any(obj.metadata.namespace not in ("", "default") for obj in objects)
    rows = [("NAMESPACE", *headings) if spread else headings]
    for obj in objects:
        cells = list(printer.cells(obj, now, wide))
        if place >= 0:
            cells[place] = lead + cells[place]
        rows.append((obj.metadata.namespace, *cells) if spread else tuple(cells))
    return rows


def rows_text(rows: Sequence[Sequence[str]]) -> str:
    """Rows as kubectl lays them out: every column but the last padded, a text cut at its first line break."""
    shown = [[_one_line(cell) for cell in row] for row in rows]
    widths = [max(LEAST, *(cells_wide(row[n]) + PADDING for row in shown)) for n in range(len(shown[0]) - 1)]
    lines = []
    for row in shown:
        padded = [cell + " " * (widths[n] - cells_wide(cell)) for n, cell in enumerate(row[:-1])]
        lines.append("".join((*padded, row[-1])))
    return "\n".join(lines)


def _one_line(cell: str) -> str:
    for place, sign in enumerate(cell):
        if sign in "\f\n\r":
            return cell[:place] + "..."
    return "".join("\\t" if sign == "\t" else sign if sign.isprintable() else _escaped(sign) for sign in cell)


def _escaped(sign: str) -> str:
    return sign.encode("unicode_escape").decode() if ord(sign) != 27 else "^["


# Events


def events(view: View, namespace: str | None = None) -> list[Object]:
    """The Events of the cluster, the oldest first, as objects."""
    records = [record for key in sorted(view.snapshot.events) for record in view.snapshot.events[key]]
    records.sort(key=lambda record: (record.last, record.revision))
    found = [event_object(record) for record in records]
    found += view.list("Event")
    return [event for event in found if namespace is None or event.metadata.namespace == namespace]


def event_object(record: EventRecord) -> Event:
    """An Event as the API server would show it."""
    about = record.regarding
    first, last = Time(record.first // SECOND), Time(record.last // SECOND)
    return Event(
        metadata=ObjectMeta(
            name=record.name,
            namespace=_home(about),
            uid=record.uid and f"{record.uid}-{record.revision:x}",
            resource_version=str(record.revision),
            creation_timestamp=first,
        ),
        involved_object=ObjectReference(kind=about.kind, namespace=about.namespace, name=about.name, uid=record.uid),
        reason=record.reason,
        message=record.message,
        source=EventSource(component=record.component, host=record.host),
        first_timestamp=first,
        last_timestamp=last,
        count=record.count,
        type=record.type,
        reporting_component=record.component,
        reporting_instance=record.host,
    )


def _home(about: ObjectKey) -> str:
    """Events about objects without a namespace are kept in ``default``."""
    return about.namespace or "default"
