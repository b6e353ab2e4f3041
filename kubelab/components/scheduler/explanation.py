"""The decision about one Pod as data, with what was found out about each node."""

import attrs

from kubelab.api.core.pod import Pod
from kubelab.api.model import evolve
from kubelab.api.scalars import FrozenMap
from kubelab.components.scheduler.decision import decide, points
from kubelab.components.scheduler.filters import Rejection
from kubelab.components.scheduler.making_room import make_room
from kubelab.components.scheduler.messages import chosen_message, fit_error
from kubelab.components.scheduler.node_info import pod_query
from kubelab.state.snapshot import ObjectKey, View


@attrs.frozen(slots=True)
class Verdict:
    """What the scheduler found out about one node for one Pod.

    Attributes:
        node: the name of the node.
        fits: whether it can run the Pod.
        reasons: why not.
        scores: the weighted points of each score plugin, when it fits.
    """

    node: str
    fits: bool
    reasons: tuple[Rejection, ...] = ()
    scores: FrozenMap[str, int] = FrozenMap()  # noqa: RUF009 a FrozenMap never changes

    @property
    def score(self) -> int:
        """All points together."""
        return sum(self.scores.values())


@attrs.frozen(slots=True)
class SchedulingDecision:
    """Where a Pod goes, and why.

    Attributes:
        pod: the Pod.
        node: the chosen node, or "" when none fits.
        nodes: how many nodes the cluster has.
        verdicts: what was found out about each node that was looked at, by name.
        message: one sentence for the learner; when no node fits, the text of the FailedScheduling Event.
    """

    pod: ObjectKey
    node: str
    nodes: int
    verdicts: tuple[Verdict, ...]
    message: str


def explain_scheduling(view: View, pod: Pod) -> SchedulingDecision:
    """What the scheduler would decide about `pod` in this view, with its verdict on every node it looks at.

    A Pod that is bound already is looked at as if it were not; ask about the view before its bind.
    """
    pod = evolve(pod, spec=evolve(pod.spec, node_name="")) if pod.spec.node_name else pod
    search = decide(view, pod)
    rows = points(view, pod_query(pod.spec), search.feasible)
    for plugin, row in (("PodTopologySpread", search.spread), ("InterPodAffinity", search.drawn)):
        if row:
            rows[plugin] = list(row)
    verdicts = [Verdict(each.info.name, False, each.rejections) for each in search.rejected]
    for place, each in enumerate(search.feasible):
        verdicts.append(Verdict(each.info.name, True, (), FrozenMap({name: row[place] for name, row in rows.items()})))
    return SchedulingDecision(
        pod=ObjectKey("Pod", pod.metadata.namespace, pod.metadata.name),
        node=search.best().info.name if search.feasible else "",
        nodes=search.nodes,
        verdicts=tuple(sorted(verdicts, key=lambda verdict: verdict.node)),
        message=chosen_message(pod, search, search.best())
        if search.feasible
        else fit_error(search, make_room(view, pod, search)),
    )
