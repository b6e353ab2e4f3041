"""Defaults of HorizontalPodAutoscaler.

In Kubernetes: `pkg/apis/autoscaling/v2/defaults.go`.
"""

from collections.abc import Callable
from typing import Any

from kubelab.api.autoscaling import (
    HorizontalPodAutoscaler,
    HPAScalingPolicy,
    HPAScalingRules,
    MetricSpec,
    MetricTarget,
    ResourceMetricSource,
)
from kubelab.api.defaults.changes import changed

_CPU = MetricSpec(
    type="Resource",
    resource=ResourceMetricSource(name="cpu", target=MetricTarget(type="Utilization", average_utilization=80)),
)
_PERCENT = HPAScalingPolicy(type="Percent", value=100, period_seconds=15)
_UP = HPAScalingRules(
    stabilization_window_seconds=0,
    select_policy="Max",
    policies=(HPAScalingPolicy(type="Pods", value=4, period_seconds=15), _PERCENT),
)
_DOWN = HPAScalingRules(select_policy="Max", policies=(_PERCENT,))


def default_horizontal_pod_autoscaler(autoscaler: HorizontalPodAutoscaler) -> HorizontalPodAutoscaler:
    """Fill in one replica at least, 80 % of the requested CPU as the target, and the usual pace of scaling."""
    spec = autoscaler.spec
    behavior = spec.behavior
    if behavior is not None:
        behavior = changed(
            behavior, scale_up=_rules(behavior.scale_up, _UP), scale_down=_rules(behavior.scale_down, _DOWN)
        )
    spec = changed(
        spec,
        min_replicas=1 if spec.min_replicas is None else spec.min_replicas,
        metrics=spec.metrics or (_CPU,),
        behavior=behavior,
    )
    return changed(autoscaler, spec=spec)


def _rules(given: HPAScalingRules | None, usual: HPAScalingRules) -> HPAScalingRules:
    if given is None:
        return usual
    window = given.stabilization_window_seconds
    return changed(
        given,
        stabilization_window_seconds=usual.stabilization_window_seconds if window is None else window,
        select_policy=usual.select_policy if given.select_policy is None else given.select_policy,
        policies=given.policies or usual.policies,
    )


DEFAULTS: dict[str, Callable[[Any], Any]] = {"HorizontalPodAutoscaler": default_horizontal_pod_autoscaler}
"""The function that fills in each kind."""
