"""PodDisruptionBudgets, as those see them who have to keep to them: the API server, the scheduler, their controller.

In Kubernetes: component-helpers `apps/poddisruptionbudget`; policy/v1 listers (GetPodPodDisruptionBudgets).
"""

from kubelab.api.conditions import find, with_condition
from kubelab.api.core.pod import Pod
from kubelab.api.meta import Condition
from kubelab.api.model import evolve
from kubelab.api.policy import PodDisruptionBudget
from kubelab.api.scalars import Time
from kubelab.api.selector import from_label_selector
from kubelab.state.snapshot import View

DISRUPTION_ALLOWED = "DisruptionAllowed"


def selects(budget: PodDisruptionBudget, pod: Pod) -> bool:
    """Whether a budget of the Pod's Namespace is about a Pod; one without selector is about none."""
    selector = budget.spec.selector
    return selector is not None and from_label_selector(selector).matches(pod.metadata.labels)


def budgets_of(view: View, pod: Pod) -> list[PodDisruptionBudget]:
    """The budgets that are about a Pod, in order."""
    return [b for b in view.list("PodDisruptionBudget", pod.metadata.namespace) if selects(b, pod)]


def pods_of(view: View, budget: PodDisruptionBudget) -> list[Pod]:
    """The Pods that a budget is about, in order."""
    selector, namespace = budget.spec.selector, budget.metadata.namespace
    if selector is None:
        return []
    labels = selector.match_labels
    pods: list[Pod] = view.labelled("Pod", namespace, labels) if labels else view.list("Pod", namespace)
    return [pod for pod in pods if selects(budget, pod)] if selector.match_expressions else pods


def with_disruption_allowed(budget: PodDisruptionBudget, now: Time) -> PodDisruptionBudget:
    """The budget whose condition says what follows from `disruptionsAllowed`."""
    status = budget.status
    allowed = status.disruptions_allowed > 0
    condition = Condition(
        type=DISRUPTION_ALLOWED,
        status="True" if allowed else "False",
        reason="SufficientPods" if allowed else "InsufficientPods",
        observed_generation=status.observed_generation,
    )
    return evolve(budget, status=evolve(status, conditions=with_condition(status.conditions, condition, now)))


def condition_is_up_to_date(budget: PodDisruptionBudget) -> bool:
    """Whether the condition says what follows from `disruptionsAllowed`."""
    status = budget.status
    condition = find(status.conditions, DISRUPTION_ALLOWED)
    if condition is None or status.observed_generation != budget.metadata.generation:
        return False
    wanted = ("True", "SufficientPods") if status.disruptions_allowed > 0 else ("False", "InsufficientPods")
    return (condition.status, condition.reason) == wanted
