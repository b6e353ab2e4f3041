"""DefaultPreemption: when a Pod fits nowhere, less important Pods may have to go.

Every node that would have room without its less important Pods is looked at. As many of these as possible stay:
first those whose PodDisruptionBudget would be violated, then the more important ones. Of the nodes that are left the
one is chosen where the least is lost. It is promised to the Pod (`nominatedNodeName`), and the Pod waits until the
others have ended there.

**In Kubernetes:** kube-scheduler `framework/plugins/defaultpreemption`, `framework/preemption`.

**Simplified:** upstream begins its search at a random node; here it begins with the first.
"""

from collections.abc import Callable, Sequence

import attrs

from kubelab.api.conditions import find
from kubelab.api.core.pod import Pod
from kubelab.components.scheduler.filters import Rejection
from kubelab.components.scheduler.node_info import NodeInfo
from kubelab.state.allocation import EMPTY, NodeAllocation, with_pod, without
from kubelab.state.disruption import budgets_of
from kubelab.state.pods import is_pod_terminal
from kubelab.state.snapshot import SECOND, ObjectKey, View, key_of

MIN_CANDIDATE_NODES = 100
MIN_CANDIDATE_NODES_PERCENTAGE = 10
NO_VICTIMS = "No preemption victims found for incoming pod"
PREEMPTED = "PreemptionByScheduler"

Fits = Callable[[NodeInfo, NodeAllocation, NodeAllocation], tuple[Rejection, ...]]
"""Why the Pod would not fit a node: the node, what would run on it, and what runs on it now."""


@attrs.frozen(slots=True)
class Attempt:
    """What trying to make room came to.

    Attributes:
        node: the node on which room is made, or "".
        victims: the Pods that have to go for it, the most important first.
        why: why nothing was tried, or "".
        tried: the nodes that were tried in vain, each with what was said of it.
        waits: whether the Pod keeps the node that it was promised before.
    """

    node: str = ""
    victims: tuple[Pod, ...] = ()
    why: str = ""
    tried: tuple[tuple[str, str], ...] = ()
    waits: bool = False


@attrs.frozen(slots=True)
class Candidate:
    """A node on which room can be made.

    Attributes:
        node: its name.
        victims: who has to go, the most important first.
        violations: how many of them their PodDisruptionBudget would keep.
    """

    node: str
    victims: tuple[Pod, ...]
    violations: int


def preempt(view: View, pod: Pod, hopeful: Sequence[NodeInfo], fits: Fits) -> Attempt:
    """Find the node on which room is best made for a Pod that fits nowhere (``Preempt``).

    Args:
        view: the cluster.
        pod: the Pod.
        hopeful: the nodes on which it might fit if other Pods went away.
        fits: the filters.
    """
    if pod.spec.preemption_policy == "Never":
        return Attempt(why="not eligible due to preemptionPolicy=Never.", waits=True)
    if _waits_for_victims(view, pod, hopeful):
        return Attempt(why="not eligible due to a terminating pod on the nominated node.", waits=True)
    enough = min(len(hopeful), max(len(hopeful) * MIN_CANDIDATE_NODES_PERCENTAGE // 100, MIN_CANDIDATE_NODES))
    candidates: list[Candidate] = []
    tried: list[tuple[str, str]] = []
    for node in hopeful:
        found = select_victims(view, pod, node, fits)
        if isinstance(found, Candidate):
            candidates.append(found)
            if len(candidates) >= enough and any(not each.violations for each in candidates):
                break
        else:
            tried += [(node.name, reason) for reason in found]
    if not candidates:
        return Attempt(tried=tuple(tried))
    best = pick_one_node(candidates, view.now)
    return Attempt(node=best.node, victims=best.victims)


def _waits_for_victims(view: View, pod: Pod, hopeful: Sequence[NodeInfo]) -> bool:
    """Whether Pods that had to go for this one are still ending on the node that it was promised."""
    node = pod.status.nominated_node_name
    if not node or all(each.name != node for each in hopeful):
        return False
    return any(_priority(other) < _priority(pod) and _ends_by_preemption(other) for other in view.pods_on(node))


def _ends_by_preemption(pod: Pod) -> bool:
    condition = find(pod.status.conditions, "DisruptionTarget")
    told = condition is not None and condition.status == "True" and condition.reason == PREEMPTED
    return told and pod.metadata.deletion_timestamp is not None


def select_victims(view: View, pod: Pod, node: NodeInfo, fits: Fits) -> Candidate | tuple[str, ...]:
    """The fewest and least important Pods of a node that have to go, or why that does not help."""
    present = view.snapshot.allocated.get(node.name, EMPTY)
    if min(present.priorities, default=_priority(pod)) >= _priority(pod):
        return (NO_VICTIMS,)
    lower = [p for p in view.pods_on(node.name) if _priority(p) < _priority(pod) and not is_pod_terminal(p)]
    used = present
    for other in lower:
        used = without(used, other)
    if reasons := fits(node, used, present):
        return tuple(each.reason for each in reasons)
    lower.sort(key=lambda other: _importance(other, view.now))
    protected, others = _by_budget(view, lower)
    victims: list[Pod] = []
    violations = 0
    for other in (*protected, *others):
        with_it = with_pod(used, other)
        if fits(node, with_it, present):
            victims.append(other)
            violations += any(other is each for each in protected)
        else:
            used = with_it
    victims.sort(key=lambda other: _importance(other, view.now))
    return Candidate(node.name, tuple(victims), violations)


def _by_budget(view: View, pods: Sequence[Pod]) -> tuple[list[Pod], list[Pod]]:
    """Those whose going would violate a PodDisruptionBudget, and the others (``filterPodsWithPDBViolation``)."""
    allowed: dict[ObjectKey, int] = {}
    protected: list[Pod] = []
    others: list[Pod] = []
    for pod in pods:
        violated = False
        for budget in budgets_of(view, pod) if pod.metadata.labels else ():
            selector = budget.spec.selector
            empty = selector is None or not (selector.match_labels or selector.match_expressions)
            if empty or pod.metadata.name in budget.status.disrupted_pods:
                continue
            key = key_of(budget)
            allowed[key] = allowed.get(key, budget.status.disruptions_allowed) - 1
            violated = violated or allowed[key] < 0
        (protected if violated else others).append(pod)
    return protected, others


def pick_one_node(candidates: Sequence[Candidate], now: int) -> Candidate:
    """The node on which the least is lost (``pickOneNodeForPreemption``).

    That is the one with the fewest violated budgets; then the one whose most important victim is the least important;
    then the smallest sum of priorities; then the fewest victims; then the one whose most important victims have
    run the shortest time.
    """

    def loss(candidate: Candidate) -> tuple[int, ...]:
        priorities = [_priority(victim) for victim in candidate.victims]
        most = max(priorities)
        begun = min(_start(v, now) for v in candidate.victims if _priority(v) == most)
        return candidate.violations, most, sum(p + 2**31 for p in priorities), len(priorities), -begun

    return min(candidates, key=loss)


def _priority(pod: Pod) -> int:
    return pod.spec.priority or 0


def _start(pod: Pod, now: int) -> int:
    """When a Pod began to run, in seconds since 1970; one that has not yet counts as beginning now."""
    return now // SECOND if pod.status.start_time is None else pod.status.start_time


def _importance(pod: Pod, now: int) -> tuple[int, int, str]:
    """The order of importance, the most important first (``MoreImportantPod``)."""
    return -_priority(pod), _start(pod, now), pod.metadata.name
