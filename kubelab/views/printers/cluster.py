"""The columns of Nodes, Namespaces, Events and Leases, and those of kinds without any of their own.

Source: `pkg/printers/internalversion/printers.go`; apiserver `pkg/registry/rest/table.go`.
"""

from kubelab.api.clocktime import text_of
from kubelab.state.snapshot import SECOND, Object
from kubelab.views.printers.cells import NONE, UNKNOWN, Printer, age, printer, since

ROLE_PREFIX = "node-role.kubernetes.io/"
ROLE_LABEL = "kubernetes.io/role"


def node_status(node: Object) -> str:
    """The STATUS column of a Node: ``Ready``, ``NotReady,SchedulingDisabled``, ..."""
    ready = next((c for c in node.status.conditions if c.type == "Ready"), None)
    word = "Unknown" if ready is None else "Ready" if ready.status == "True" else "NotReady"
    return f"{word},SchedulingDisabled" if node.spec.unschedulable else word


def _roles(node: Object) -> str:
    found = set()
    for key, value in node.metadata.labels.items():
        if key.startswith(ROLE_PREFIX):
            found.add(key.removeprefix(ROLE_PREFIX))
        elif key == ROLE_LABEL:
            found.add(value)
    return ",".join(sorted(found - {""})) or NONE


def _address(node: Object, kind: str) -> str:
    return next((a.address for a in node.status.addresses if a.type == kind), NONE)


def _node(node: Object, now: int) -> tuple[str, ...]:
    info = node.status.node_info
    kernel = info.kernel_version or UNKNOWN
    return (
        node.metadata.name,
        node_status(node),
        _roles(node),
        age(node, now),
        info.kubelet_version,
        _address(node, "InternalIP"),
        _address(node, "ExternalIP"),
        info.os_image or UNKNOWN,
        f"{kernel} ({info.architecture})" if info.architecture else kernel,
        info.container_runtime_version or UNKNOWN,
    )


def _namespace(obj: Object, now: int) -> tuple[str, ...]:
    return (obj.metadata.name, obj.status.phase, age(obj, now))


def _lease(obj: Object, now: int) -> tuple[str, ...]:
    return (obj.metadata.name, obj.spec.holder_identity or "", age(obj, now))


def _micro(moment: int | None, now: int) -> str:
    return since(moment // SECOND if moment else None, now)


def _event(obj: Object, now: int) -> tuple[str, ...]:
    first = since(obj.first_timestamp, now) if obj.first_timestamp else _micro(obj.event_time, now)
    last = since(obj.last_timestamp, now) if obj.last_timestamp else first
    count = obj.count or 1
    if obj.series is not None:
        last, count = _micro(obj.series.last_observed_time, now), obj.series.count
    target = obj.involved_object
    component = obj.source.component or obj.reporting_component
    host = obj.source.host or obj.reporting_instance
    return (
        last,
        obj.type,
        obj.reason,
        f"{target.kind.lower()}/{target.name}" if target.name else target.kind.lower(),
        obj.message.strip(),
        target.field_path,
        f"{component}, {host}" if host else component,
        first,
        str(count),
        obj.metadata.name,
    )


def _event_cells(obj: Object, now: int) -> tuple[str, ...]:
    return _event(obj, now)


EVENT_WIDE = ("LAST SEEN", "TYPE", "REASON", "OBJECT", "SUBOBJECT", "SOURCE", "MESSAGE", "FIRST SEEN", "COUNT", "NAME")
EVENT_ORDER = (0, 1, 2, 3, 5, 6, 4, 7, 8, 9)
"""Where the cells of an Event stand with ``-o wide``: two columns come before the message."""


class _EventPrinter(Printer):
    """Events: with ``-o wide`` some columns come in between."""

    def headings(self, wide: bool) -> tuple[str, ...]:
        return EVENT_WIDE if wide else self.columns

    def cells(self, obj: Object, now: int, wide: bool) -> tuple[str, ...]:
        found = _event(obj, now)
        return tuple(found[place] for place in EVENT_ORDER) if wide else found[: len(self.columns)]


def plain() -> Printer:
    """The printer of kinds of which only name and age are told."""
    return printer("NAME|AGE", "", lambda obj, now: (obj.metadata.name, age(obj, now)))


def created_at() -> Printer:
    """The API server's default: the name, and the moment of creation."""

    def row(obj: Object, now: int) -> tuple[str, ...]:
        made = obj.metadata.creation_timestamp
        return (obj.metadata.name, text_of(made) if made is not None else "")

    return printer("NAME|CREATED AT", "", row)


NODE = printer(
    "NAME|STATUS|ROLES|AGE|VERSION", "INTERNAL-IP|EXTERNAL-IP|OS-IMAGE|KERNEL-VERSION|CONTAINER-RUNTIME", _node
)
NAMESPACE = printer("NAME|STATUS|AGE", "", _namespace)
LEASE = printer("NAME|HOLDER|AGE", "", _lease)
EVENT = _EventPrinter(("LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"), (), _event_cells)
