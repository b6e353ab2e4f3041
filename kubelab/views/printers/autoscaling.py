"""The columns of HorizontalPodAutoscalers.

Source: `pkg/printers/internalversion/printers.go` (``formatHPAMetrics``).
"""

from collections.abc import Sequence

from kubelab.state.snapshot import Object
from kubelab.views.printers.cells import NONE, UNKNOWN, UNSET, age, printer

MOST_METRICS = 2

_SOURCES = {
    "External": "external",
    "Pods": "pods",
    "Object": "object",
    "Resource": "resource",
    "ContainerResource": "container_resource",
}


def _metric(spec: Object, status: Object | None) -> str:
    source = _SOURCES.get(spec.type)
    asked = getattr(spec, source, None) if source is not None else None
    if source is None or asked is None:
        return "<unknown type>"
    found = getattr(status, source, None) if status is not None else None
    target, current = asked.target, found.current if found is not None else None
    if spec.type in ("Resource", "ContainerResource"):
        return f"{asked.name}: {_resource(target, current)}"
    if target.average_value is not None or spec.type == "Pods":
        value = current.average_value if current is not None and current.average_value is not None else UNKNOWN
        mark = "" if spec.type == "Pods" else " (avg)"
        return f"{value}/{target.average_value}{mark}"
    value = current.value if current is not None and current.value is not None else UNKNOWN
    return f"{value}/{target.value}"


def _resource(target: Object, current: Object | None) -> str:
    if target.average_value is not None:
        value = current.average_value if current is not None and current.average_value is not None else UNKNOWN
        return f"{value}/{target.average_value}"
    used = current.average_utilization if current is not None else None
    goal = target.average_utilization
    return f"{UNKNOWN if used is None else f'{used}%'}/{'<auto>' if goal is None else f'{goal}%'}"


def _metrics(specs: Sequence[Object], statuses: Sequence[Object]) -> str:
    if not specs:
        return NONE
    listed = [_metric(spec, statuses[n] if n < len(statuses) else None) for n, spec in enumerate(specs)]
    shown = ", ".join(listed[:MOST_METRICS])
    return f"{shown} + {len(listed) - MOST_METRICS} more..." if len(listed) > MOST_METRICS else shown


def _autoscaler(obj: Object, now: int) -> tuple[str, ...]:
    spec, status = obj.spec, obj.status
    return (
        obj.metadata.name,
        f"{spec.scale_target_ref.kind}/{spec.scale_target_ref.name}",
        _metrics(spec.metrics, status.current_metrics),
        UNSET if spec.min_replicas is None else str(spec.min_replicas),
        str(spec.max_replicas),
        str(status.current_replicas),
        age(obj, now),
    )


HORIZONTAL_POD_AUTOSCALER = printer("NAME|REFERENCE|TARGETS|MINPODS|MAXPODS|REPLICAS|AGE", "", _autoscaler)
