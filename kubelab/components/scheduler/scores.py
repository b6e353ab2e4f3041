"""Score plugins: which of the nodes that can run a Pod suits it best.

Every plugin gives each node 0 to 100 points; they are weighted and added, and the greatest sum wins.

===============================  ======  ==============================================================
plugin                           weight  favours a node that
===============================  ======  ==============================================================
TaintToleration                       3  has fewer PreferNoSchedule taints that the Pod does not tolerate
NodeAffinity                          2  meets more of what the Pod prefers
PodTopologySpread                     2  has fewer Pods of the same kind, and its zone, too (`spread`)
InterPodAffinity                      2  has the Pods near it that the Pod wants to be near to (`attraction`)
NodeResourcesFit                      1  has more CPU and memory left (LeastAllocated)
NodeResourcesBalancedAllocation       1  uses CPU and memory more evenly with the Pod than without it
ImageLocality                         1  already has the images, where these are large and widespread
===============================  ======  ==============================================================

**In Kubernetes:** kube-scheduler `pkg/scheduler/framework/plugins` with the weights of its default profile.

**Simplified:** DynamicResources gives no points.
"""

from collections.abc import Mapping, Sequence

from kubelab.api.core.pod import PodSpec
from kubelab.api.placement import preferred_weight, tolerated
from kubelab.components.scheduler.node_info import NodeInfo, PodQuery
from kubelab.state.allocation import NodeAllocation

MAX_NODE_SCORE = 100
"""The most points that one plugin gives to one node."""

WEIGHTS = {
    "TaintToleration": 3,
    "NodeAffinity": 2,
    "PodTopologySpread": 2,
    "InterPodAffinity": 2,
    "NodeResourcesFit": 1,
    "NodeResourcesBalancedAllocation": 1,
    "ImageLocality": 1,
}
"""How much the points of each plugin count."""

MB = 1024 * 1024
MIN_IMAGE_THRESHOLD = 23 * MB
MAX_CONTAINER_THRESHOLD = 1000 * MB


def least_allocated(query: PodQuery, node: NodeInfo, used: NodeAllocation) -> int:
    """Points for what would be left of CPU and memory, on average (``leastResourceScorer``)."""
    shares = [
        (total - wanted) * MAX_NODE_SCORE // total if wanted <= total else 0
        for wanted, total in (
            (used.nonzero_milli_cpu + query.request.nonzero_milli_cpu, node.capacity.milli_cpu),
            (used.nonzero_memory + query.request.nonzero_memory, node.capacity.memory),
        )
        if total
    ]
    return sum(shares) // len(shares) if shares else 0


def balanced_allocation(query: PodQuery, node: NodeInfo, used: NodeAllocation) -> int:
    """Points for how much the Pod evens out the use of CPU and memory (``balancedResourceScorer``).

    A Pod that asks for neither changes nothing: no points.
    """
    request = query.request
    if not request.milli_cpu and not request.memory:
        return 0
    after = _balance(used.milli_cpu + request.milli_cpu, used.memory + request.memory, node)
    before = _balance(used.milli_cpu, used.memory, node)
    half = MAX_NODE_SCORE // 2
    return half + (half + after - before) // 2


def _balance(milli_cpu: int, memory: int, node: NodeInfo) -> int:
    """100 where both are used to the same share, 50 where one is used up and the other not at all."""
    if not node.capacity.milli_cpu or not node.capacity.memory:
        return MAX_NODE_SCORE
    cpu_share = min(1.0, milli_cpu / node.capacity.milli_cpu)
    memory_share = min(1.0, memory / node.capacity.memory)
    return int((1 - abs(cpu_share - memory_share) / 2) * MAX_NODE_SCORE)


def intolerable_taints(query: PodQuery, node: NodeInfo) -> int:
    """How many PreferNoSchedule taints of the node the Pod does not tolerate."""
    return sum(not tolerated(query.tolerations, taint) for taint in node.soft_taints)


def preferred_affinity(query: PodQuery, node: NodeInfo) -> int:
    """The sum of the weights of what the Pod prefers and the node has."""
    if query.affinity is None:
        return 0
    return preferred_weight(PodSpec(affinity=query.affinity), node.name, node.labels)


def image_locality(query: PodQuery, node: NodeInfo, spread: Mapping[str, float]) -> int:
    """Points for the images that the node already has.

    `spread` is for each image the share of all nodes that have it: an image that only one node has does not
    draw every Pod to that node.
    """
    total = sum(int(node.images[image] * spread[image]) for image in query.images if image in node.images)
    most = MAX_CONTAINER_THRESHOLD * len(query.images)
    total = min(max(total, MIN_IMAGE_THRESHOLD), most)
    return MAX_NODE_SCORE * (total - MIN_IMAGE_THRESHOLD) // (most - MIN_IMAGE_THRESHOLD)


def normalize(points: Sequence[int], reverse: bool = False) -> list[int]:
    """The points on a scale up to 100, relative to the node with the most (``DefaultNormalizeScore``).

    With `reverse` the node with the most gets 0.
    """
    most = max(points, default=0)
    if most == 0:
        return [MAX_NODE_SCORE if reverse else 0] * len(points)
    scaled = [MAX_NODE_SCORE * each // most for each in points]
    return [MAX_NODE_SCORE - each for each in scaled] if reverse else scaled
