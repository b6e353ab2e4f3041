"""The disruption controller: says for every PodDisruptionBudget how many of its Pods may be evicted now.

- **Desired:** the status of a budget says how many of its Pods are healthy, how many have to be, and so how many
  disruptions are allowed.
- **Actual:** the Pods that its selector matches, and the scale of those who manage them.
- **Action:** writes the status; says in Events where a budget selects nothing, or cannot be worked out.

It evicts nobody and stops nobody: the API server reads the status when somebody asks for an eviction
(`kubelab.apiserver.eviction`). Pods that are deleted past that, or die with their node, disrupt all the same, and
the budget only counts them.

**In Kubernetes:** kube-controller-manager, `pkg/controller/disruption`.

**Simplified:** a condition DisruptionTarget that came to nothing is not taken back after two minutes.
"""

from collections.abc import Iterable, Iterator
from typing import ClassVar, NamedTuple

from kubelab.api.conditions import with_condition
from kubelab.api.core.pod import Pod
from kubelab.api.int_or_string import scaled_value
from kubelab.api.meta import Condition, LabelSelector, OwnerReference
from kubelab.api.model import evolve
from kubelab.api.policy import PodDisruptionBudget, PodDisruptionBudgetStatus
from kubelab.api.scalars import FrozenMap, Time
from kubelab.api.scheme import by_kind
from kubelab.state.component import Wanted
from kubelab.state.disruption import (
    DISRUPTION_ALLOWED,
    budgets_of,
    condition_is_up_to_date,
    pods_of,
    with_disruption_allowed,
)
from kubelab.state.pods import is_pod_ready
from kubelab.state.requests import EventNote, Record, Request, Requeue, Update
from kubelab.state.snapshot import SECOND, Change, Object, ObjectKey, View, controller_of, key_of

DELETION_TIMEOUT = 2 * 60
"""So many seconds an evicted Pod is expected to go; after that it counts again."""

COMPONENT = "controllermanager"
"""The source component of its Events."""

UNMANAGED = (
    "Pods selected by this PodDisruptionBudget (selector: {}) were found to be unmanaged. As a result, the status of "
    "the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please "
    'set ".spec.minAvailable" field of the PDB to an integer value.'
)


class DisruptionController:
    """Runs as ``disruption-controller``; its keys are PodDisruptionBudgets, and Pods that several of them select."""

    name: ClassVar[str] = "disruption-controller"
    watches: ClassVar[tuple[str, ...]] = ("PodDisruptionBudget", "Pod")

    def enqueue(self, change: Change) -> Iterator[ObjectKey]:
        """A budget that changed, and that of a Pod that did."""
        if change.key.kind == "PodDisruptionBudget":
            if change.after is not None:
                yield change.key
            return
        pod = change.after if change.after is not None else change.before
        if pod is None or not _counts_differently(change.before, change.after):
            return
        budgets = budgets_of(change.view, pod)
        if len(budgets) > 1 and change.after is not None:
            yield change.key
        if budgets:
            yield key_of(budgets[0])
        if change.before is not None and change.before.metadata.labels != pod.metadata.labels:
            yield from (key_of(budget) for budget in budgets_of(change.view, change.before)[:1])

    def reconcile(self, view: View, key: ObjectKey) -> Wanted:
        """Count the Pods of a budget, and write what follows (``trySync``)."""
        if key.kind == "Pod":
            return _several_budgets(view, key)
        budget: PodDisruptionBudget | None = view.find(key)
        if budget is None:
            return ()
        pods = pods_of(view, budget)
        said: list[Request | Requeue] = []
        if not pods:
            said += _told(view, budget, "NoPods", "No matching pods found", "Normal")
        try:
            expected = expected_pod_count(view, budget, pods)
        except CannotCount as reason:
            failed = f"Failed to calculate the number of expected pods: {reason}"
            said += _told(view, budget, "CalculateExpectedPodCountFailed", failed)
            return [*said, *_fail_safe(view, budget, str(reason))]
        if expected.unmanaged:
            said += _told(view, budget, "UnmanagedPods", UNMANAGED.format(_go_selector(budget.spec.selector)))
        disrupted = still_disrupted(budget, pods, view)
        status = calculate_status(budget, pods, expected, disrupted)
        return [*said, *_update_status(budget, status, view), *_recheck(disrupted)]


class Expected(NamedTuple):
    """How many Pods there should be and must stay, and which of them nobody manages."""

    pods: int
    healthy: int
    unmanaged: tuple[str, ...] = ()


class CannotCount(Exception):
    """Why the number of expected Pods cannot be worked out."""


def _counts_differently(before: Pod | None, after: Pod | None) -> bool:
    """Whether anything differs that a budget looks at."""
    if before is None or after is None:
        return True
    return (
        is_pod_ready(before) != is_pod_ready(after)
        or before.metadata.deletion_timestamp != after.metadata.deletion_timestamp
        or before.metadata.labels != after.metadata.labels
    )


def expected_pod_count(view: View, budget: PodDisruptionBudget, pods: Iterable[Pod]) -> Expected:
    """How many Pods there should be, and how many of them must be healthy.

    With a number in `minAvailable` the Pods are counted as they are; for all else it matters how many their
    controllers want.

    Raises:
        CannotCount: a Pod is managed by something that has no scale.
    """
    spec, found = budget.spec, list(pods)
    if spec.max_unavailable is None and isinstance(spec.min_available, int):
        return Expected(len(found), spec.min_available)
    if spec.max_unavailable is None and spec.min_available is None:
        return Expected(0, 0)
    scales: dict[str, int] = {}
    unmanaged = []
    for pod in found:
        controller = controller_of(pod.metadata)
        if controller is None:
            unmanaged.append(pod.metadata.name)
            continue
        uid, scale = _scale(view, controller, pod)
        scales[uid] = scale
    total = sum(scales.values())
    if spec.max_unavailable is not None:
        healthy = max(0, total - scaled_value(spec.max_unavailable, total, round_up=True))
    else:
        healthy = scaled_value(spec.min_available, total, round_up=True)
    return Expected(total, healthy, tuple(unmanaged))


def _scale(view: View, reference: OwnerReference, pod: Pod) -> tuple[str, int]:
    """The uid of who manages a Pod in the end, and how many Pods it wants; a Deployment speaks for its ReplicaSets."""
    namespace = pod.metadata.namespace
    controller = _referred(view, reference, namespace)
    if controller is not None and controller.kind == "ReplicaSet":
        above = controller_of(controller.metadata)
        if above is not None and above.kind == "Deployment":
            controller = _referred(view, above, namespace)
    if controller is None:
        raise CannotCount(f'found no controllers for pod "{pod.metadata.name}"')
    kind = by_kind(controller.kind)
    if "scale" not in kind.subresources:
        raise CannotCount(f"{kind.resource} does not implement the scale subresource")
    replicas = getattr(controller.spec, "replicas", None)
    return controller.metadata.uid, 1 if replicas is None else replicas


def _referred(view: View, reference: OwnerReference, namespace: str) -> Object | None:
    found = view.get(reference.kind, namespace, reference.name)
    return found if found is not None and found.metadata.uid == reference.uid else None


def still_disrupted(budget: PodDisruptionBudget, pods: Iterable[Pod], view: View) -> FrozenMap[str, Time]:
    """The Pods whose eviction was allowed and that are still there, and when it was (``buildDisruptedPodMap``)."""
    allowed = budget.status.disrupted_pods
    if not allowed:
        return allowed
    found = {pod.metadata.name for pod in pods if pod.metadata.deletion_timestamp is None}
    kept = {
        name: since
        for name, since in allowed.items()
        if name in found and since + DELETION_TIMEOUT >= view.now // SECOND
    }
    return allowed if len(kept) == len(allowed) else FrozenMap(kept)


def calculate_status(
    budget: PodDisruptionBudget, pods: Iterable[Pod], expected: Expected, disrupted: FrozenMap[str, Time]
) -> PodDisruptionBudgetStatus:
    """The status that follows from the counts, with its condition as it was."""
    healthy = sum(
        is_pod_ready(pod) and pod.metadata.deletion_timestamp is None and pod.metadata.name not in disrupted
        for pod in pods
    )
    return PodDisruptionBudgetStatus(
        observed_generation=budget.metadata.generation,
        disrupted_pods=disrupted,
        disruptions_allowed=max(0, healthy - expected.healthy) if expected.pods > 0 else 0,
        current_healthy=healthy,
        desired_healthy=expected.healthy,
        expected_pods=expected.pods,
        conditions=budget.status.conditions,
    )


def _update_status(budget: PodDisruptionBudget, status: PodDisruptionBudgetStatus, view: View) -> list[Update]:
    if status == budget.status and condition_is_up_to_date(budget):
        return []
    allowed = status.disruptions_allowed
    return [
        Update(
            object=with_disruption_allowed(evolve(budget, status=status), view.time),
            subresource="status",
            reason="SufficientPods" if allowed else "InsufficientPods",
            message=(
                f"{DisruptionController.name} counted the Pods of {key_of(budget)}: {status.current_healthy} of "
                f"{status.expected_pods} expected are healthy, {status.desired_healthy} have to be, so "
                f"{allowed or 'none'} may be evicted."
            ),
        )
    ]


def _recheck(disrupted: FrozenMap[str, Time]) -> list[Requeue]:
    if not disrupted:
        return []
    return [Requeue(at=(min(disrupted.values()) + DELETION_TIMEOUT + 1) * SECOND)]


def _fail_safe(view: View, budget: PodDisruptionBudget, why: str) -> list[Update]:
    """Nothing may be evicted while nobody knows how many Pods there should be."""
    status = budget.status
    condition = Condition(
        type=DISRUPTION_ALLOWED,
        status="False",
        reason="SyncFailed",
        message=why,
        observed_generation=status.observed_generation,
    )
    conditions = with_condition(status.conditions, condition, view.time)
    failed = evolve(status, disruptions_allowed=0, conditions=conditions)
    if failed == status:
        return []
    return [
        Update(
            object=evolve(budget, status=failed),
            subresource="status",
            reason="SyncFailed",
            message=f"{DisruptionController.name} allowed no disruption of the Pods of {key_of(budget)}: {why}.",
        )
    ]


def _told(view: View, budget: PodDisruptionBudget, reason: str, message: str, kind: str = "Warning") -> list[Record]:
    """An Event about a budget, once for each version of it: its own write of the status makes it look again."""
    key = key_of(budget)
    version = int(budget.metadata.resource_version or 0)
    if any(e.reason == reason and e.message == message and e.revision > version for e in view.events(key)):
        return []
    note = EventNote(key, reason, message, kind, COMPONENT)
    what = {
        "NoPods": "found no Pod that it selects",
        "UnmanagedPods": "found Pods that no controller manages, so nobody says how many there should be",
    }.get(reason, "could not tell how many Pods there should be")
    text = f"{DisruptionController.name} looked at {key} and {what}."
    return [Record(target=key, reason=reason, message=text, events=(note,))]


def _several_budgets(view: View, key: ObjectKey) -> Wanted:
    """Say on a Pod that several budgets select it: then only the first counts, and nothing can evict it."""
    pod = view.find(key)
    budgets = budgets_of(view, pod) if pod is not None else []
    reason = "MultiplePodDisruptionBudgets"
    if len(budgets) < 2 or any(event.reason == reason for event in view.events(key)):
        return ()
    first = budgets[0].metadata.name
    told = f'Pod "{key.namespace}"/"{key.name}" matches multiple PodDisruptionBudgets.  Chose "{first}" arbitrarily.'
    note = EventNote(key, reason, told, "Warning", COMPONENT)
    text = f"{DisruptionController.name} found {len(budgets)} budgets for {key} and counted it for {first} only."
    return (Record(target=key, reason=reason, message=text, events=(note,)),)


def _go_selector(selector: LabelSelector | None) -> str:
    """A selector as Go prints it in a sentence."""
    if selector is None:
        return "nil"
    labels = "".join(f"{key}: {value}," for key, value in sorted(selector.match_labels.items()))
    rows = "".join(
        f"LabelSelectorRequirement{{Key:{e.key},Operator:{e.operator},Values:[{' '.join(e.values)}],}},"
        for e in selector.match_expressions
    )
    return (
        f"&LabelSelector{{MatchLabels:map[string]string{{{labels}}},"
        f"MatchExpressions:[]LabelSelectorRequirement{{{rows}}},}}"
    )
