"""Kinds that are served in a version besides the one that is stored: what a client sends or gets, converted.

**In Kubernetes:** `pkg/apis/events/v1/conversion.go`, `pkg/apis/autoscaling/v1/conversion.go`.

**Simplified:** a HorizontalPodAutoscaler's metrics besides the CPU's utilisation, and its behaviour, are left out in
``autoscaling/v1`` instead of being kept in annotations.
"""

from typing import Any

Manifest = dict[str, Any]

_EVENT_NAMES = {
    "regarding": "involvedObject",
    "note": "message",
    "deprecatedSource": "source",
    "deprecatedFirstTimestamp": "firstTimestamp",
    "deprecatedLastTimestamp": "lastTimestamp",
    "deprecatedCount": "count",
    "reportingController": "reportingComponent",
}
"""What the fields of an Event are called in events.k8s.io, and in the core group."""

_NEWER = {core: newer for newer, core in _EVENT_NAMES.items()}


def newer_event(manifest: Manifest) -> Manifest:
    """A core Event as events.k8s.io/v1 has it."""
    found = {_NEWER.get(key, key): value for key, value in manifest.items()}
    return {**found, "apiVersion": "events.k8s.io/v1"}


def core_event(manifest: Manifest) -> Manifest:
    """The way back."""
    found = {_EVENT_NAMES.get(key, key): value for key, value in manifest.items()}
    return {**found, "apiVersion": "v1"}


def autoscaler_v1(manifest: Manifest) -> Manifest:
    """An autoscaling/v2 autoscaler as v1 has it: with one target for the CPU's utilisation."""
    spec, status = dict(manifest.get("spec") or {}), dict(manifest.get("status") or {})
    target = _utilisation(spec.pop("metrics", None) or (), "target")
    current = _utilisation(status.pop("currentMetrics", None) or (), "current")
    spec.pop("behavior", None)
    status.pop("conditions", None)
    if target is not None:
        spec["targetCPUUtilizationPercentage"] = target
    if current is not None:
        status["currentCPUUtilizationPercentage"] = current
    return {**manifest, "apiVersion": "autoscaling/v1", "spec": spec, "status": status}


def _utilisation(metrics: Any, side: str) -> int | None:
    for metric in metrics:
        resource = metric.get("resource") or {}
        if metric.get("type") == "Resource" and resource.get("name") == "cpu":
            value = (resource.get(side) or {}).get("averageUtilization")
            return None if value is None else int(value)
    return None


def autoscaler_v2(manifest: Manifest) -> Manifest:
    """The way back."""
    spec = dict(manifest.get("spec") or {})
    status = dict(manifest.get("status") or {})
    target = spec.pop("targetCPUUtilizationPercentage", None)
    status.pop("currentCPUUtilizationPercentage", None)
    if target is not None:
        aim = {"type": "Utilization", "averageUtilization": target}
        spec["metrics"] = [{"type": "Resource", "resource": {"name": "cpu", "target": aim}}]
    return {**manifest, "apiVersion": "autoscaling/v2", "spec": spec, "status": status}
