"""How many Pods the measurements ask for.

The rule is simple: as many times more Pods as they use more than they should. All else is care: a small difference
changes nothing (the tolerance), Pods that have only just started say nothing about the others, and where something is
not known it is taken for what leads to the smaller change.

**In Kubernetes:** `pkg/controller/podautoscaler/replica_calculator.go`.

**Simplified:** there is no server for custom and external metrics, as in a cluster in which nobody has installed one.
"""

import math
from collections.abc import Callable, Sequence

import attrs

from kubelab.api.autoscaling import MetricTarget, MetricValueStatus
from kubelab.api.core.container import Container
from kubelab.api.core.pod import Pod
from kubelab.api.pod_resources import pod_requests, says_pod_level
from kubelab.api.quantity import Amount, parse, text_of
from kubelab.api.scalars import Quantity
from kubelab.state.metrics import WINDOW_SECONDS, Metrics, Use
from kubelab.state.pods import ready_condition
from kubelab.state.snapshot import SECOND, View

CPU_INITIALIZATION_SECONDS = 300
INITIAL_READINESS_SECONDS = 30
TOLERANCE = 0.1


class NoProposal(Exception):
    """Why a measurement gives no number of Pods.

    Attributes:
        settling: whether some Pods are not measured yet that soon will be.
    """

    def __init__(self, why: str, settling: bool = False) -> None:
        super().__init__(why)
        self.settling = settling


@attrs.frozen(slots=True)
class Tolerances:
    """By what share the use may differ from the target before anything is done."""

    down: float = TOLERANCE
    up: float = TOLERANCE

    def within(self, ratio: float) -> bool:
        """Whether a ratio is so near to 1 that nothing is done."""
        return (1.0 - self.down) <= ratio <= (1.0 + self.up)


@attrs.frozen(slots=True)
class Proposal:
    """What one measurement asks for.

    Attributes:
        replicas: how many Pods.
        current: what was measured.
        settling: whether some Pods are not measured yet that soon will be.
    """

    replicas: int
    current: MetricValueStatus
    settling: bool = False


@attrs.define(slots=True)
class Groups:
    """The Pods by what is known of them; amounts are in thousandths."""

    used: dict[str, int] = attrs.field(factory=dict)
    unready: list[str] = attrs.field(factory=list)
    missing: list[str] = attrs.field(factory=list)
    settling: bool = False


def group_pods(view: View, pods: Sequence[Pod], resource: str, container: str) -> Groups:
    """Which Pods are measured, which not yet, and of which nothing is known (``groupPods``).

    Raises:
        NoProposal: nothing at all was measured.
    """
    metrics, groups, anything = Metrics(view), Groups(), False
    for pod in pods:
        measured = metrics.pod(pod)
        anything = anything or measured is not None
        if pod.metadata.deletion_timestamp is not None or pod.status.phase == "Failed":
            continue
        if pod.status.phase == "Pending":
            groups.unready.append(pod.metadata.name)
        elif measured is None:
            groups.missing.append(pod.metadata.name)
        elif resource == "cpu" and _unready(view, pod, groups):
            groups.unready.append(pod.metadata.name)
        else:
            chosen = [use for name, use in measured.items() if container in ("", name)]
            groups.used[pod.metadata.name] = sum(_of(resource, use) for use in chosen)
    if not anything:
        raise NoProposal(
            f"unable to get metrics for resource {resource}: no metrics returned from resource metrics API"
        )
    return groups


def _of(resource: str, use: Use) -> int:
    return use.milli_cpu if resource == "cpu" else use.memory * 1000


def _unready(view: View, pod: Pod, groups: Groups) -> bool:
    """Whether the CPU of a Pod says nothing yet: it starts, or was not ready for one whole measurement."""
    condition = ready_condition(pod)
    start = pod.status.start_time
    if condition is None or start is None or condition.last_transition_time is None:
        return True
    now, since = view.now // SECOND, condition.last_transition_time
    if start + CPU_INITIALIZATION_SECONDS > now:
        young = condition.status == "True" and now < since + WINDOW_SECONDS
        groups.settling = groups.settling or young
        return condition.status == "False" or young
    return condition.status == "False" and start + INITIAL_READINESS_SECONDS > since


def usage_or_utilization(target: MetricTarget) -> str:
    """What is measured for a target, in a word: an amount, or a share of what is requested."""
    return "usage" if target.average_value is not None else "utilization"


def propose(
    view: View,
    pods: Sequence[Pod],
    current: int,
    resource: str,
    container: str,
    target: MetricTarget,
    tolerances: Tolerances,
) -> Proposal:
    """How many Pods a measurement of a resource asks for.

    Raises:
        NoProposal: in upstream's words, why it gives none.
    """
    average, kind = target.average_value, usage_or_utilization(target)
    try:
        groups = group_pods(view, pods, resource, container)
        if not groups.used:
            raise NoProposal("did not receive metrics for targeted pods (pods might be unready)", groups.settling)
        if average is not None:
            return _by_value(groups, current, resource, parse(average).nano // 10**6, tolerances)
        if target.average_utilization is None:
            raise NoProposal(
                "invalid resource metric source: neither an average utilization target nor an average value (usage) "
                "target was set"
            )
        requests = {pod.metadata.name: _request(pod, resource, container) for pod in pods}
        return _by_share(groups, requests, current, resource, target.average_utilization, tolerances)
    except NoProposal as reason:
        raise NoProposal(f"failed to get {resource} {kind}: {reason}", reason.settling) from None


def _request(pod: Pod, resource: str, container: str) -> int:
    """What a Pod (or one of its containers) asks for, in thousandths."""
    if not container and says_pod_level(pod.spec):
        asked = pod_requests(pod.spec).get(resource)
        if asked is None:
            raise NoProposal(f"missing pod-level request for {resource} in Pod {pod.metadata.name}")
        return parse(asked).nano // 10**6
    sidecars = [c for c in pod.spec.init_containers if c.restart_policy == "Always"]
    chosen = [c for c in (*pod.spec.containers, *sidecars) if container in ("", c.name)]
    if not chosen:
        raise NoProposal(f"container {container} not found in Pod {pod.metadata.name}")
    return sum(_asked(each, resource, pod.metadata.name) for each in chosen)


def _asked(container: Container, resource: str, pod: str) -> int:
    asked = container.resources.requests.get(resource)
    if asked is None:
        raise NoProposal(f"missing request for {resource} in container {container.name} of Pod {pod}")
    return parse(asked).nano // 10**6


def _by_share(
    groups: Groups, requests: dict[str, int], current: int, resource: str, target: int, tolerances: Tolerances
) -> Proposal:
    """By the share of what is requested that is used (``GetResourceReplicas``)."""

    def ratio(used: dict[str, int]) -> tuple[float, int, int]:
        asked = sum(requests[name] for name in used)
        if not asked:
            raise NoProposal("no metrics returned matched known pods")
        share = sum(used.values()) * 100 // asked
        return share / target, share, sum(used.values()) // len(used)

    used = dict(groups.used)
    first, share, raw = ratio(used)
    status = MetricValueStatus(average_utilization=share, average_value=_quantity(resource, raw))
    fallback = {name: requests[name] * max(100, target) // 100 for name in groups.missing}
    replicas = _careful(groups, used, current, first, fallback, lambda more: ratio(more)[0], tolerances)
    return Proposal(replicas, status, groups.settling)


def _by_value(groups: Groups, current: int, resource: str, target: int, tolerances: Tolerances) -> Proposal:
    """By what each Pod uses on average (``calcPlainMetricReplicas``)."""

    def ratio(used: dict[str, int]) -> float:
        return (sum(used.values()) // len(used)) / target

    used = dict(groups.used)
    status = MetricValueStatus(average_value=_quantity(resource, sum(used.values()) // len(used)))
    fallback = dict.fromkeys(groups.missing, target)
    replicas = _careful(groups, used, current, ratio(used), fallback, ratio, tolerances)
    return Proposal(replicas, status, groups.settling)


def _careful(
    groups: Groups,
    used: dict[str, int],
    current: int,
    first: float,
    fallback: dict[str, int],
    again: Callable[[dict[str, int]], float],
    tolerances: Tolerances,
) -> int:
    """The number of Pods, with what is not known taken for what leads to the smaller change."""
    grows_with_unready = bool(groups.unready) and first > 1.0
    if not grows_with_unready and not groups.missing:
        return current if tolerances.within(first) else math.ceil(first * len(used))
    if groups.missing and first != 1.0:
        used.update(fallback if first < 1.0 else dict.fromkeys(groups.missing, 0))
    if grows_with_unready:
        used.update(dict.fromkeys(groups.unready, 0))
    second = again(used)
    if tolerances.within(second) or (first < 1.0 < second) or (second < 1.0 < first):
        return current
    replicas = math.ceil(second * len(used))
    turns = (second < 1.0 and replicas > current) or (second > 1.0 and replicas < current)
    return current if turns else replicas


def _quantity(resource: str, thousandths: int) -> Quantity:
    return text_of(Amount(thousandths * 10**6, "binary" if resource == "memory" else "decimal"))
