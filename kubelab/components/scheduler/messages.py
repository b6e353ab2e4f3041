"""What the scheduler says: why a node was chosen, and why none was.

The text of a FailedScheduling Event is upstream's to the letter; the sentence about a choice is for the learner.

**In Kubernetes:** kube-scheduler `framework/types.go` (FitError).
"""

from collections.abc import Iterator, Sequence
from heapq import nlargest

from kubelab.api.core.pod import Pod
from kubelab.components.scheduler import scores
from kubelab.components.scheduler.decision import Finding, Search
from kubelab.components.scheduler.preemption import Attempt
from kubelab.state.snapshot import key_of


def chosen_message(pod: Pod, search: Search, winner: Finding) -> str:
    """Why the Pod goes where it goes, in one sentence."""
    said = f"kube-scheduler bound {key_of(pod)} to {winner.info.name}"
    if search.nodes == 1:
        return f"{said}: it is the only node, and the Pod fits."
    if len(search.feasible) == 1:
        return f"{said}: no other of the {search.nodes} nodes fits."
    if winner.info.name == search.nominated:
        return f"{said}: it was chosen for the Pod before, and its claims have their volumes now."
    points = max(search.totals)
    order = nlargest(5, zip(search.totals, range(0, -len(search.totals), -1), strict=True))
    others = [(total, search.feasible[-place]) for total, place in order if search.feasible[-place] is not winner]
    listed = ", ".join(f"{finding.info.name} {total}" for total, finding in others[:3])
    more = ", …" if len(search.feasible) > 4 else ""
    next_points, second = others[0]
    return f"{said}: {_advantage(search, winner, second, points - next_points)} ({points} points; {listed}{more})."


def _advantage(search: Search, winner: Finding, second: Finding, lead: int) -> str:
    """What speaks most for the winner in comparison with the next best node."""
    if lead == 0:
        if winner.used.pods < second.used.pods:
            return "of the nodes that suit the Pod best it runs the fewest Pods"
        return "of the nodes that suit the Pod equally well it is the first by name"
    leads = {
        "its Pods are spread most evenly that way": _lead(search.spread, search, winner, second),
        "the Pods are there that it wants to be near to": _lead(search.drawn, search, winner, second),
        "it meets more of what the Pod prefers": 2 * (winner.affinity - second.affinity),
        "fewer of its taints speak against the Pod": 3 * (second.taints - winner.taints) * scores.MAX_NODE_SCORE,
        "it has the most CPU and memory free": winner.free - second.free,
        "the Pod evens out its use of CPU and memory best": winner.balance - second.balance,
        "it already has the image": int(winner.images) - int(second.images),
    }
    return max(leads, key=lambda text: leads[text])


def _lead(points: Sequence[int], search: Search, winner: Finding, second: Finding) -> int:
    """By how many points of one plugin the winner is ahead."""
    if not points:
        return 0
    return points[search.feasible.index(winner)] - points[search.feasible.index(second)]


def fit_error(search: Search, attempt: Attempt) -> str:
    """The text of the FailedScheduling Event (upstream's ``FitError``)."""
    if search.nodes == 0:
        return "no nodes available to schedule pods"
    available = f"0/{search.nodes} nodes are available:"
    if search.volumes is not None and search.volumes.error:
        # The plugin for devices is not asked whether it could give some back before it has looked at the Pod, and fails
        # at that; so nobody is asked who could make room.
        return f"{available} {search.volumes.error}. not found"
    reasons = histogram(_filter_reasons(search))
    if attempt.node:
        return f"{available} {reasons}."
    return f"{available} {reasons}. no new claims to deallocate, preemption: {_without_preemption(search, attempt)}"


def _filter_reasons(search: Search) -> Iterator[str]:
    for finding in search.rejected:
        for rejection in finding.rejections:
            yield rejection.reason
    for _ in range(search.elsewhere):
        yield "node(s) didn't satisfy plugin(s) [NodeAffinity]"


def _without_preemption(search: Search, attempt: Attempt) -> str:
    """What trying to make room for the Pod came to."""
    if attempt.why:
        return attempt.why
    reasons = [reason for _, reason in attempt.tried]
    reasons += ["Preemption is not helpful for scheduling"] * (search.nodes - len({node for node, _ in attempt.tried}))
    return f"0/{search.nodes} nodes are available: {histogram(reasons)}."


def histogram(reasons: Iterator[str] | Sequence[str]) -> str:
    """Each reason with how often it was given: ``1 Insufficient cpu, 2 node(s) were unschedulable``."""
    counts: dict[str, int] = {}
    for reason in reasons:
        counts[reason] = counts.get(reason, 0) + 1
    return ", ".join(sorted(f"{count} {reason}" for reason, count in counts.items()))
