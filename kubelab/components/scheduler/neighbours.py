"""What other Pods mean for one Pod: those that run already, and those that are promised a node.

A Pod that has made others go is promised their place. Until it is bound, Pods that are not more important have to
fit beside it as if it ran there already.

**In Kubernetes:** kube-scheduler `framework/runtime` (RunFilterPluginsWithNominatedPods).
"""

from collections.abc import Sequence

from kubelab.api.core.pod import Pod
from kubelab.components.scheduler import scores
from kubelab.components.scheduler.attraction import attraction
from kubelab.components.scheduler.filters import Rejection
from kubelab.components.scheduler.node_info import NodeInfo
from kubelab.components.scheduler.spread import Spread
from kubelab.state.allocation import NodeAllocation, with_pod
from kubelab.state.snapshot import View


class Neighbours:
    """The other Pods, as far as a decision about one Pod depends on them."""

    def __init__(self, view: View, pod: Pod) -> None:
        """Work out all that holds for every node alike."""
        self._spread = Spread(view, pod)
        self._attraction = attraction(view, pod)
        self._promised: dict[str, list[Pod]] = {}
        if ("nominated",) in view.snapshot.index:
            for other in view.nominated():
                same = other.metadata.uid == pod.metadata.uid
                if not same and (other.spec.priority or 0) >= (pod.spec.priority or 0):
                    self._promised.setdefault(other.status.nominated_node_name, []).append(other)

    @property
    def matter(self) -> bool:
        """Whether any node may be refused because of them."""
        drawn = self._attraction is not None and self._attraction.matters
        return self._spread.matters or drawn or bool(self._promised)

    def rejections(self, node: NodeInfo, used: NodeAllocation, present: NodeAllocation) -> tuple[Rejection, ...]:
        """Why the Pod cannot be on a node.

        Args:
            node: the node.
            used: what would run on it.
            present: what runs on it now.
        """
        if found := tuple(self._spread.rejections(node, used, present)):
            return found
        return tuple(self._attraction.rejections(node, used, present)) if self._attraction is not None else ()

    def with_promised(self, node: str, used: NodeAllocation) -> NodeAllocation:
        """What runs on a node, with the Pods that it is promised to."""
        for other in self._promised.get(node, ()):
            used = with_pod(used, other)
        return used

    def points(self, nodes: Sequence[NodeInfo]) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The weighted points of the nodes for spreading, and for being near to or away from other Pods."""
        spread = self._spread.points(nodes)
        drawn = self._attraction.points(nodes) if self._attraction is not None else None
        return (
            tuple([scores.WEIGHTS["PodTopologySpread"] * each for each in spread or ()]),
            tuple([scores.WEIGHTS["InterPodAffinity"] * each for each in drawn or ()]),
        )
