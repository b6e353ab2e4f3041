"""HorizontalPodAutoscalers.

Source: kubectl `pkg/describe/describe.go` (``describeHorizontalPodAutoscalerV2``).
"""

from typing import Any

from kubelab.kubectl.client import Client
from kubelab.kubectl.describe.writer import Writer, moment

UNKNOWN = "<unknown>"
SOURCES = {
    "External": "external",
    "Pods": "pods",
    "Object": "object",
    "Resource": "resource",
    "ContainerResource": "container_resource",
}


def autoscaler(w: Writer, obj: Any, client: Client) -> None:
    """Describe a HorizontalPodAutoscaler."""
    spec, status = obj.spec, obj.status
    w.head(obj)
    w.row("CreationTimestamp", moment(obj.metadata.creation_timestamp))
    w.row("Reference", f"{spec.scale_target_ref.kind}/{spec.scale_target_ref.name}")
    w.row("Metrics", "( current / target )")
    for place, metric in enumerate(spec.metrics):
        found = status.current_metrics[place] if place < len(status.current_metrics) else None
        w.line(_metric(metric, found), 1)
    w.row("Min replicas", "<unset>" if spec.min_replicas is None else spec.min_replicas)
    w.row("Max replicas", spec.max_replicas)
    if spec.behavior is not None:
        w.line("Behavior:")
        for title, rules in (("Scale Up", spec.behavior.scale_up), ("Scale Down", spec.behavior.scale_down)):
            if rules is not None:
                _behavior(w, title, rules)
    counts = f"{status.current_replicas} current / {status.desired_replicas} desired"
    w.row(f"{spec.scale_target_ref.kind} pods", counts)
    if status.conditions:
        w.line("Conditions:")
        w.line("Type\tStatus\tReason\tMessage", 1)
        w.line("----\t------\t------\t-------", 1)
        for each in status.conditions:
            w.line(f"{each.type}\t{each.status}\t{each.reason}\t{each.message}", 1)


def _metric(metric: Any, found: Any | None) -> str:
    name = SOURCES.get(metric.type, "")
    asked = getattr(metric, name, None) if name else None
    if asked is None:
        return f'<unknown metric type "{metric.type}">'
    held = getattr(found, name, None) if found is not None else None
    current = held.current if held is not None else None
    target = asked.target

    def now(field: str) -> str:
        value = getattr(current, field, None) if current is not None else None
        return UNKNOWN if value is None else str(value)

    if metric.type in ("Resource", "ContainerResource"):
        of = f' of container "{asked.container}"' if metric.type == "ContainerResource" else ""
        lead = f"resource {asked.name}{of} on pods"
        if target.average_value is not None:
            return f"{lead}:\t{now('average_value')} / {target.average_value}"
        used = now("average_utilization")
        have = used if used == UNKNOWN else f"{used}% ({now('average_value')})"
        goal = "<auto>" if target.average_utilization is None else f"{target.average_utilization}%"
        return f"{lead}  (as a percentage of request):\t{have} / {goal}"
    if metric.type == "Pods":
        return f'"{asked.metric.name}" on pods:\t{now("average_value")} / {target.average_value}'
    average = target.average_value is not None
    field, words = ("average_value", "(target average value)") if average else ("value", "(target value)")
    on = f" on {asked.described_object.kind}/{asked.described_object.name}" if metric.type == "Object" else ""
    return f'"{asked.metric.name}"{on} {words}:\t{now(field)} / {getattr(target, field)}'


def _behavior(w: Writer, title: str, rules: Any) -> None:
    w.line(f"{title}:", 1)
    if rules.stabilization_window_seconds is not None:
        w.line(f"Stabilization Window: {rules.stabilization_window_seconds} seconds", 2)
    if rules.policies:
        w.line(f"Select Policy: {rules.select_policy or 'Max'}", 2)
        w.line("Policies:", 2)
        for each in rules.policies:
            w.line(f"- Type: {each.type}\tValue: {each.value}\tPeriod: {each.period_seconds} seconds", 3)
