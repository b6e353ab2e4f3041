"""Checks of PodDisruptionBudgets.

In Kubernetes: `pkg/apis/policy/validation/validation.go`, which has no rule for the name: any segment of a path is one.
"""

from kubelab.api.policy import PodDisruptionBudget
from kubelab.api.validation import metadata, names
from kubelab.api.validation.apps import at_most_all, positive_or_percent
from kubelab.api.validation.field_error import Errors, invalid, non_negative, not_supported
from kubelab.api.validation.selectors import label_selector

_EVICTION_POLICIES = ("AlwaysAllow", "IfHealthyBudget")


def pod_disruption_budget(given: PodDisruptionBudget) -> Errors:
    """What is wrong with a new PodDisruptionBudget."""
    found = tuple(_spec(given))
    yield from found or metadata.object_meta(given.metadata, True, names.is_path_segment)


def pod_disruption_budget_update(new: PodDisruptionBudget, old: PodDisruptionBudget) -> Errors:
    """What is wrong with a changed PodDisruptionBudget."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    yield from _spec(new)


def _spec(given: PodDisruptionBudget) -> Errors:
    spec = given.spec
    if spec.min_available is not None and spec.max_unavailable is not None:
        yield invalid("spec", spec, "minAvailable and maxUnavailable cannot be both set")
    for field, value in (("minAvailable", spec.min_available), ("maxUnavailable", spec.max_unavailable)):
        if value is not None:
            yield from positive_or_percent(value, f"spec.{field}")
            yield from at_most_all(value, f"spec.{field}")
    yield from label_selector(spec.selector, "spec.selector")
    policy = spec.unhealthy_pod_eviction_policy
    if policy is not None and policy not in _EVICTION_POLICIES:
        yield not_supported("spec.unhealthyPodEvictionPolicy", policy, _EVICTION_POLICIES)


def pod_disruption_budget_status_update(new: PodDisruptionBudget, old: PodDisruptionBudget) -> Errors:
    """What is wrong with what the controller reports."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    status = new.status
    yield from metadata.conditions(status.conditions, "status.conditions")
    yield from non_negative("status.disruptionsAllowed", status.disruptions_allowed)
    yield from non_negative("status.currentHealthy", status.current_healthy)
    yield from non_negative("status.desiredHealthy", status.desired_healthy)
    yield from non_negative("status.expectedPods", status.expected_pods)
