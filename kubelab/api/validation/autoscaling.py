"""Checks of HorizontalPodAutoscalers.

In Kubernetes: `pkg/apis/autoscaling/validation/validation.go`, without scaling to zero (the default).
"""

from typing import Any

from kubelab.api import quantity
from kubelab.api.autoscaling import (
    CrossVersionObjectReference,
    HorizontalPodAutoscaler,
    HorizontalPodAutoscalerSpec,
    HPAScalingRules,
    MetricIdentifier,
    MetricSpec,
    MetricTarget,
)
from kubelab.api.validation import metadata, names
from kubelab.api.validation.core.resources import container_resource_name, non_negative_amount
from kubelab.api.validation.field_error import (
    Errors,
    forbidden,
    invalid,
    messages,
    non_negative,
    not_supported,
    required,
)

# Upstream looks at the sources in this order; type, attribute, name of the field.
_SOURCES = (
    ("Object", "object", "object"),
    ("External", "external", "external"),
    ("Pods", "pods", "pods"),
    ("Resource", "resource", "resource"),
    ("ContainerResource", "container_resource", "containerResource"),
)
_TYPES = ("ContainerResource", "External", "Object", "Pods", "Resource")
_BOTH = "may not set both a target raw value and a target utilization"
_NEITHER = "must set either a target raw value or a target utilization"


def horizontal_pod_autoscaler(given: HorizontalPodAutoscaler) -> Errors:
    """What is wrong with a new HorizontalPodAutoscaler."""
    yield from metadata.object_meta(given.metadata, namespaced=True)
    yield from _spec(given.spec)


def horizontal_pod_autoscaler_update(new: HorizontalPodAutoscaler, old: HorizontalPodAutoscaler) -> Errors:
    """What is wrong with a changed HorizontalPodAutoscaler."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    yield from _spec(new.spec)


def horizontal_pod_autoscaler_status_update(new: HorizontalPodAutoscaler, old: HorizontalPodAutoscaler) -> Errors:
    """What is wrong with what the controller reports."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    yield from non_negative("status.currentReplicas", new.status.current_replicas)
    yield from non_negative("status.desiredReplicas", new.status.desired_replicas)


def _spec(spec: HorizontalPodAutoscalerSpec) -> Errors:
    low, high = spec.min_replicas, spec.max_replicas
    if low is not None and low < 1:
        yield invalid("spec.minReplicas", low, "must be greater than or equal to 1")
    if high == 0:
        yield required("spec.maxReplicas", "must be set and greater than 0")
    elif high < 0:
        yield invalid("spec.maxReplicas", high, "must be greater than or equal to 1")
    if low is not None and high < low:
        yield invalid("spec.maxReplicas", high, "must be greater than or equal to `minReplicas`")
    yield from _reference(spec.scale_target_ref, "spec.scaleTargetRef")
    for index, metric in enumerate(spec.metrics):
        yield from _metric(metric, f"spec.metrics[{index}]")
    if low == 0 and not any(metric.type in ("Object", "External") for metric in spec.metrics):
        text = "must specify at least one Object or External metric to support scaling to zero replicas"
        yield forbidden("spec.metrics", text)
    if spec.behavior is not None:
        yield from _rules(spec.behavior.scale_up, "spec.behavior.scaleUp")
        yield from _rules(spec.behavior.scale_down, "spec.behavior.scaleDown")


def _reference(reference: CrossVersionObjectReference, path: str) -> Errors:
    for field, text in (("kind", reference.kind), ("name", reference.name)):
        if not text:
            yield required(f"{path}.{field}")
        else:
            yield from messages(f"{path}.{field}", text, names.path_segment(text))
    version = reference.api_version
    if version.count("/") > 1:
        yield invalid(f"{path}.apiVersion", version, f"unexpected GroupVersion string: {version}")


def _rules(rules: HPAScalingRules | None, path: str) -> Errors:
    if rules is None:
        return
    window, here = rules.stabilization_window_seconds, f"{path}.stabilizationWindowSeconds"
    if window is not None and window < 0:
        yield invalid(here, window, "must be greater than or equal to zero")
    if window is not None and window > 3600:
        yield invalid(here, window, "must be less than or equal to 3600")
    if rules.select_policy is not None and rules.select_policy not in ("Disabled", "Max", "Min"):
        yield not_supported(f"{path}.selectPolicy", rules.select_policy, ("Disabled", "Max", "Min"))
    if not rules.policies:
        yield required(f"{path}.policies", "must specify at least one Policy")
    for index, policy in enumerate(rules.policies):
        item = f"{path}.policies[{index}]"
        if policy.type not in ("Percent", "Pods"):
            yield not_supported(f"{item}.type", policy.type, ("Percent", "Pods"))
        if policy.value <= 0:
            yield invalid(f"{item}.value", policy.value, "must be greater than zero")
        if policy.period_seconds <= 0:
            yield invalid(f"{item}.periodSeconds", policy.period_seconds, "must be greater than zero")
        if policy.period_seconds > 1800:
            yield invalid(f"{item}.periodSeconds", policy.period_seconds, "must be less than or equal to 1800")
    if rules.tolerance is not None:
        yield from non_negative_amount(f"{path}.tolerance", rules.tolerance)


def _metric(metric: MetricSpec, path: str) -> Errors:
    if not metric.type:
        yield required(f"{path}.type", "must specify a metric source type")
    if metric.type not in _TYPES:
        yield not_supported(f"{path}.type", metric.type, _TYPES)
    present: list[str] = []
    for _, attribute, field in _SOURCES:
        source = getattr(metric, attribute)
        if source is not None:
            present.append(field)
            if len(present) == 1:
                yield from _CHECKS[attribute](source, f"{path}.{field}")
    expected = ""
    for kind, attribute, field in _SOURCES:
        if metric.type == kind:
            expected = field
            if getattr(metric, attribute) is None:
                yield required(f"{path}.{field}", "must populate information for the given metric source")
    if not expected:
        yield not_supported(f"{path}.type", metric.type, _TYPES)
    if len(present) != 1:
        for field in sorted(present):
            if field != expected:
                yield forbidden(f"{path}.{field}", "must populate the given metric source only")


def _object(source: Any, path: str) -> Errors:
    yield from _reference(source.described_object, f"{path}.describedObject")
    yield from _identifier(source.metric, f"{path}.metric")
    yield from _target(source.target, f"{path}.target")
    if source.target.value is None and source.target.average_value is None:
        text = "must set either a target value or averageValue"
        yield required(f"{path}.target.averageValue", text)


def _external(source: Any, path: str) -> Errors:
    yield from _identifier(source.metric, f"{path}.metric")
    yield from _target(source.target, f"{path}.target")
    value, average = source.target.value, source.target.average_value
    if value is None and average is None:
        text = "must set either a target value for metric or a per-pod target"
        yield required(f"{path}.target.averageValue", text)
    if value is not None and average is not None:
        text = "may not set both a target value for metric and a per-pod target"
        yield forbidden(f"{path}.target.value", text)


def _pods(source: Any, path: str) -> Errors:
    yield from _identifier(source.metric, f"{path}.metric")
    yield from _target(source.target, f"{path}.target")
    if source.target.average_value is None:
        yield required(f"{path}.target.averageValue", "must specify a positive target averageValue")


def _resource(source: Any, path: str) -> Errors:
    if not source.name:
        yield required(f"{path}.name", "must specify a resource name")
    yield from _utilization(source.target, f"{path}.target")


def _container_resource(source: Any, path: str) -> Errors:
    if not source.name:
        yield required(f"{path}.name", "must specify a resource name")
    else:
        yield from container_resource_name(f"{path}.name", source.name)
    if not source.container:
        yield required(f"{path}.container", "must specify a container")
    else:
        yield from names.label_errors(f"{path}.container", source.container)
    yield from _utilization(source.target, f"{path}.target")


def _utilization(target: MetricTarget, path: str) -> Errors:
    yield from _target(target, path)
    if target.average_utilization is None and target.average_value is None:
        yield required(f"{path}.averageUtilization", _NEITHER)
    if target.average_utilization is not None and target.average_value is not None:
        yield forbidden(f"{path}.averageValue", _BOTH)


def _target(target: MetricTarget, path: str) -> Errors:
    if not target.type:
        yield required(f"{path}.type", "must specify a metric target type")
    if target.type not in ("Utilization", "Value", "AverageValue"):
        yield invalid(f"{path}.type", target.type, "must be either Utilization, Value, or AverageValue")
    for field, amount in (("value", target.value), ("averageValue", target.average_value)):
        if amount is not None and quantity.compare(amount, "0") <= 0:
            yield invalid(f"{path}.{field}", quantity.canonical(amount), "must be positive")
    share = target.average_utilization
    if share is not None and share < 1:
        yield invalid(f"{path}.averageUtilization", share, "must be greater than 0")


def _identifier(metric: MetricIdentifier, path: str) -> Errors:
    if not metric.name:
        yield required(f"{path}.name", "must specify a metric name")
    else:
        yield from messages(f"{path}.name", metric.name, names.path_segment(metric.name))


_CHECKS = {
    "object": _object,
    "external": _external,
    "pods": _pods,
    "resource": _resource,
    "container_resource": _container_resource,
}
