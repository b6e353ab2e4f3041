"""Which Pods go first when there are too many: those whose loss hurts least.

The rules apply one after another, and the first that tells two Pods apart decides:

1. a Pod that is not bound to a node goes before one that is,
2. a Pending Pod before one whose phase is unknown, and that one before a Running Pod,
3. a Pod that is not ready before one that is,
4. the Pod with the lower ``controller.kubernetes.io/pod-deletion-cost``,
5. the Pod that shares its node with more Pods of the same Deployment,
6. the Pod that has been ready for a shorter time,
7. the Pod with the container that restarted more often,
8. the younger Pod.

In 6 and 8 times are compared by order of magnitude (powers of two), so that among Pods of about the same age it is
not always the youngest that goes; there the uid decides, which is as good as chance.

Source: `pkg/controller/controller_utils.go` (ActivePodsWithRanks).
"""

import re
from collections.abc import Iterable, Sequence
from functools import cmp_to_key
from typing import NamedTuple

from kubelab.api.core.pod import Pod
from kubelab.state.pods import is_pod_active, is_pod_ready, pod_ready_time
from kubelab.state.snapshot import SECOND

POD_DELETION_COST = "controller.kubernetes.io/pod-deletion-cost"

_PHASES = {"Pending": 0, "Unknown": 1, "Running": 2}
_COST = re.compile(r"0|-[0-9]+|[1-9][0-9]*", re.ASCII)


class Ranked(NamedTuple):
    """What the rules look at in one Pod; times are in microseconds since 1970."""

    pod: Pod
    bound: bool
    phase: int
    ready: bool
    cost: int
    neighbours: int
    ready_since: int | None
    restarts: tuple[int, int]
    created: int | None
    uid: str


def pods_to_delete(pods: Sequence[Pod], related: Iterable[Pod], count: int, now: int) -> list[tuple[Pod, str]]:
    """The `count` Pods that go first, each with the rule that put it before the first one that stays.

    Args:
        pods: the Pods to choose from.
        related: the Pods of all ReplicaSets of the same Deployment; those on one node count as neighbours.
        count: how many are to go, at most as many as there are.
        now: microseconds since 1970.
    """
    if count >= len(pods):
        return [(pod, "none is wanted any more") for pod in pods]
    on_node: dict[str, int] = {}
    for pod in related:
        if is_pod_active(pod):
            on_node[pod.spec.node_name] = on_node.get(pod.spec.node_name, 0) + 1
    ranked = [_rank(pod, on_node) for pod in pods]

    def compare(a: Ranked, b: Ranked) -> int:
        return decide(a, b, now)[0]

    ranked.sort(key=cmp_to_key(compare))
    stays = ranked[count]
    return [(gone.pod, decide(gone, stays, now)[1]) for gone in ranked[:count]]


def decide(a: Ranked, b: Ranked, now: int) -> tuple[int, str]:
    """Which of two Pods goes first (negative: `a`), and what tells the one that goes from the other."""
    if a.bound != b.bound:
        return _order(not a.bound), "it is not bound to a node yet"
    if a.phase != b.phase:
        first = a if a.phase < b.phase else b
        return a.phase - b.phase, f"it is {first.pod.status.phase or 'Pending'}"
    if a.ready != b.ready:
        return _order(not a.ready), "it is not ready"
    if a.cost != b.cost:
        return a.cost - b.cost, f"its pod-deletion-cost is {min(a.cost, b.cost)}"
    if a.neighbours != b.neighbours:
        most = max(a.neighbours, b.neighbours)
        return b.neighbours - a.neighbours, f"{most} Pods of its Deployment are on its node"
    if a.ready and b.ready and a.ready_since != b.ready_since:
        return _younger(a.ready_since, b.ready_since, a, b, now), "it has been ready for a shorter time"
    if a.restarts != b.restarts:
        return (-1 if a.restarts > b.restarts else 1), "its containers restarted more often"
    if a.created != b.created:
        return _younger(a.created, b.created, a, b, now), "it is younger"
    return 0, "nothing tells it from the others"


def _rank(pod: Pod, on_node: dict[str, int]) -> Ranked:
    meta = pod.metadata
    return Ranked(
        pod=pod,
        bound=bool(pod.spec.node_name),
        phase=_PHASES.get(pod.status.phase, 0),
        ready=is_pod_ready(pod),
        cost=deletion_cost(meta.annotations.get(POD_DELETION_COST, "")),
        neighbours=on_node.get(pod.spec.node_name, 0),
        ready_since=pod_ready_time(pod),
        restarts=_restarts(pod),
        created=None if meta.creation_timestamp is None else meta.creation_timestamp * SECOND,
        uid=meta.uid,
    )


def deletion_cost(text: str) -> int:
    """The cost that an annotation says: a whole number of 32 bits without plus sign or leading zeros, else 0."""
    if not _COST.fullmatch(text):
        return 0
    cost = int(text)
    return cost if -(2**31) <= cost < 2**31 else 0


def _restarts(pod: Pod) -> tuple[int, int]:
    """The most restarts of any container, and of any sidecar (init container that is always restarted)."""
    sidecars = {c.name for c in pod.spec.init_containers if c.restart_policy == "Always"}
    main = max((s.restart_count for s in pod.status.container_statuses), default=0)
    beside = max((s.restart_count for s in pod.status.init_container_statuses if s.name in sidecars), default=0)
    return main, beside


def _order(a_first: bool) -> int:
    return -1 if a_first else 1


def _younger(a_time: int | None, b_time: int | None, a: Ranked, b: Ranked, now: int) -> int:
    """Negative when `a` is younger by an order of magnitude, or by its uid; a time nobody knows counts as youngest."""
    if a_time is None or b_time is None:
        return _order(a_time is None)
    difference = _magnitude(now - a_time) - _magnitude(now - b_time)
    if difference:
        return difference
    return _order(a.uid < b.uid)


def _magnitude(age: int) -> int:
    """The power of two of an age given in microseconds; upstream counts nanoseconds."""
    return (age * 1000).bit_length() - 1 if age > 0 else -1
