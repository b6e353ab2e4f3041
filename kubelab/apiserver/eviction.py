"""Evictions: a Pod goes only if its PodDisruptionBudget allows one more disruption now.

A Pod that does not run yet or any more, or is on its way out, is deleted as it is: nothing is disrupted by that.
Every other counts against the budget that selects it. The server writes the Pod into the budget's `disruptedPods` and
takes one from `disruptionsAllowed`, so that the next eviction, which may come before the disruption controller has
looked, finds what is left.

In Kubernetes: `pkg/registry/core/pod/storage/eviction.go`.

**Simplified:** no dry run.
"""

from kubelab.api.conditions import find, with_condition
from kubelab.api.core.pod import Pod, PodCondition
from kubelab.api.model import evolve
from kubelab.api.policy import PodDisruptionBudget
from kubelab.api.scalars import FrozenMap, Time
from kubelab.api.scheme import by_kind
from kubelab.apiserver import refusals
from kubelab.errors import Cause, StatusError
from kubelab.state import store
from kubelab.state.disruption import budgets_of, with_disruption_allowed
from kubelab.state.pods import is_pod_ready
from kubelab.state.requests import Evict
from kubelab.state.snapshot import SECOND, Revision, Snapshot, View, key_of

MAX_DISRUPTED_PODS = 2000
VIOLATION = "Cannot evict pod as it would violate the pod's disruption budget."
DISRUPTION_BUDGET = "DisruptionBudget"
SEVERAL = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."


def admitted(snapshot: Snapshot, pod: Pod, request: Evict, now: int) -> tuple[Snapshot, tuple[Revision, ...]]:
    """Let a Pod be evicted: the snapshot in which its budget is charged, and what that changed.

    Raises:
        StatusError: the budget does not allow it (429), or the request assumes another Pod (409).
    """
    _check_preconditions(pod, request)
    if _needs_no_budget(pod):
        return snapshot, ()
    budgets = budgets_of(View(snapshot, now), pod)
    if len(budgets) > 1:
        raise StatusError(500, "", SEVERAL)
    if not budgets or (not is_pod_ready(pod) and _unhealthy_may_go(budgets[0])):
        return snapshot, ()
    charged = _charged(budgets[0], pod.metadata.name, Time(now // SECOND))
    following, stored = store.put(snapshot, charged)
    return following, (Revision(key_of(stored), budgets[0], stored),)


def _check_preconditions(pod: Pod, request: Evict) -> None:
    meta = pod.metadata
    for name, wanted, actual in (
        ("UID", request.uid, meta.uid),
        ("ResourceVersion", request.resource_version, meta.resource_version),
    ):
        if wanted and wanted != actual:
            why = f"the {name} in the precondition ({wanted}) does not match the {name} in record ({actual}). "
            gone = "deleted and then recreated" if name == "UID" else "modified"
            raise refusals.conflict("Pod", meta.name, f"{why}The object might have been {gone}")


def _needs_no_budget(pod: Pod) -> bool:
    """Whether the Pod's end disrupts nobody (``canIgnorePDB``)."""
    return pod.status.phase in ("Succeeded", "Failed", "Pending") or pod.metadata.deletion_timestamp is not None


def _unhealthy_may_go(budget: PodDisruptionBudget) -> bool:
    """Whether a Pod that is not ready may go: always where the budget says so, else where enough others are well."""
    status = budget.status
    if budget.spec.unhealthy_pod_eviction_policy == "AlwaysAllow":
        return True
    return status.current_healthy >= status.desired_healthy > 0


def _charged(budget: PodDisruptionBudget, pod: str, now: Time) -> PodDisruptionBudget:
    """The budget with one disruption used up (``checkAndDecrement``)."""
    status, name = budget.status, budget.metadata.name
    if status.observed_generation < budget.metadata.generation:
        raise _too_many(f"The disruption budget {name} is still being processed by the server.", retry_after=10)
    if status.disruptions_allowed < 0:
        raise refusals.forbidden(by_kind(budget.kind), name, "pdb disruptions allowed is negative")
    if len(status.disrupted_pods) > MAX_DISRUPTED_PODS:
        why = "DisruptedPods map too big - too many evictions not confirmed by PDB controller"
        raise refusals.forbidden(by_kind(budget.kind), name, why)
    if status.disruptions_allowed == 0:
        raise _too_many(_nothing_left(budget))
    left = status.disruptions_allowed - 1
    disrupted = FrozenMap({**status.disrupted_pods, pod: now})
    charged = evolve(budget, status=evolve(status, disruptions_allowed=left, disrupted_pods=disrupted))
    return charged if left else with_disruption_allowed(charged, now)


def _nothing_left(budget: PodDisruptionBudget) -> str:
    status, name = budget.status, budget.metadata.name
    condition = find(status.conditions, "DisruptionAllowed")
    told = condition if condition is not None and condition.status == "False" and condition.message else None
    if told is not None and told.reason == "SyncFailed":
        return (
            f"The disruption budget {name} does not allow evicting pods currently because it failed sync: "
            f"{told.message}"
        )
    if status.current_healthy <= status.desired_healthy:
        wanted, found = status.desired_healthy, status.current_healthy
        return f"The disruption budget {name} needs {wanted} healthy pods and has {found} currently"
    reason = f" ({told.reason}): {told.message}" if told is not None else ""
    return f"The disruption budget {name} does not allow evicting pods currently{reason}"


def _too_many(why: str, retry_after: int = 0) -> StatusError:
    return StatusError(429, "TooManyRequests", VIOLATION, (Cause(DISRUPTION_BUDGET, "", why),), retry_after)


def marked(pod: Pod, now: Time) -> Pod:
    """The Pod with the condition that says why it goes."""
    condition = PodCondition(
        type="DisruptionTarget", status="True", reason="EvictionByEvictionAPI", message="Eviction API: evicting"
    )
    conditions = with_condition(pod.status.conditions, condition, now)
    return evolve(pod, status=evolve(pod.status, conditions=conditions))
