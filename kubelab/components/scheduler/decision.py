"""The decision about one Pod: every node is filtered, those left are scored, the best one is chosen.

The scheduler asks `decide` thousands of times a second; `explanation` spells out what it says of each node.

How it stays quick however large the cluster: the sums per node are read from the snapshot, what was found out about
a node holds until the node or its sum changes, and a large cluster is not searched to its end once enough nodes fit.

**In Kubernetes:** kube-scheduler `schedule_one.go` (schedulePod, findNodesThatFitPod, prioritizeNodes, selectHost).

**Simplified:** among equally good nodes upstream picks one at random; here it is the one with the fewest Pods, and
among those the first by name. Where the search in a large cluster begins follows from the Pod's uid, not from where
the last search ended.
"""

from collections.abc import Mapping, Sequence
from zlib import crc32

import attrs

from kubelab.api.core.node import Node
from kubelab.api.core.pod import Pod
from kubelab.api.placement import required_node_names
from kubelab.components.scheduler import scores
from kubelab.components.scheduler.filters import Rejection, run_filters
from kubelab.components.scheduler.neighbours import Neighbours
from kubelab.components.scheduler.node_info import NodeInfo, PodQuery, node_info, pod_query
from kubelab.components.scheduler.tally import node_keys
from kubelab.components.scheduler.volume_binding import PodVolumes, pod_volumes
from kubelab.state.allocation import EMPTY, NodeAllocation
from kubelab.state.snapshot import ObjectKey, View

MIN_FEASIBLE_NODES_TO_FIND = 100
MIN_FEASIBLE_NODES_PERCENTAGE = 5
QUERIES_REMEMBERED = 64
"""For how many different kinds of Pods the findings about the nodes are kept."""


@attrs.frozen(slots=True, eq=False)
class Finding:
    """What holds for one kind of Pod on one node, as long as the node and the sum of its Pods stay as they are.

    Attributes:
        node: the Node object that was looked at.
        used: the sum that was looked at.
        info: the node, as it is compared.
        rejections: why it cannot run the Pod; empty when it can.
        free: the points for free resources.
        balance: the points for balanced resources.
        taints: how many taints speak against it.
        affinity: how much of what the Pod prefers speaks for it.
        images: whether it has any of the Pod's images.
        resources: the points for resources together, weighted.
        preferences: whether anything but resources speaks for or against it.
    """

    node: Node
    used: NodeAllocation
    info: NodeInfo
    rejections: tuple[Rejection, ...]
    free: int = 0
    balance: int = 0
    taints: int = 0
    affinity: int = 0
    images: bool = False
    resources: int = 0
    preferences: bool = False


def find(query: PodQuery, node: Node, used: NodeAllocation) -> Finding:
    """Look at one node."""
    info = node_info(node)
    rejections = run_filters(query, info, used)
    if rejections:
        return Finding(node, used, info, rejections)
    free, balance = scores.least_allocated(query, info, used), scores.balanced_allocation(query, info, used)
    taints, affinity = scores.intolerable_taints(query, info), scores.preferred_affinity(query, info)
    images = any(image in info.images for image in query.images)
    weights = scores.WEIGHTS
    return Finding(
        node,
        used,
        info,
        (),
        free,
        balance,
        taints,
        affinity,
        images,
        resources=weights["NodeResourcesFit"] * free + weights["NodeResourcesBalancedAllocation"] * balance,
        preferences=bool(taints or affinity or images),
    )


@attrs.frozen(slots=True, eq=False)
class Search:
    """All that a decision is made from.

    Attributes:
        nodes: how many nodes the cluster has.
        feasible: the nodes that fit.
        totals: the points of each of them, all plugins together.
        rejected: the nodes that do not fit, as far as they were looked at.
        elsewhere: how many nodes were left out because the Pod names others.
        nominated: the node that was chosen for the Pod before, or "".
        volumes: the Pod's claims, if it has any.
        neighbours: what other Pods mean for the Pod.
        spread: the weighted points of each feasible node for spreading; none where the Pod is not spread.
        drawn: the weighted points of each feasible node for being near to or away from other Pods, if any.
    """

    nodes: int
    feasible: tuple[Finding, ...]
    totals: tuple[int, ...]
    rejected: tuple[Finding, ...]
    elsewhere: int = 0
    nominated: str = ""
    volumes: PodVolumes | None = None
    neighbours: Neighbours | None = None
    spread: tuple[int, ...] = ()
    drawn: tuple[int, ...] = ()

    def best(self) -> Finding:
        """The chosen node (``selectHost``): the one chosen before, if it still fits."""
        if self.nominated:
            for each in self.feasible:
                if each.info.name == self.nominated:
                    return each
        most = max(self.totals)
        ties = [each for each, total in zip(self.feasible, self.totals, strict=True) if total == most]
        return min(ties, key=lambda each: (each.used.pods, each.info.name)) if len(ties) > 1 else ties[0]


@attrs.define(slots=True, eq=False)
class Known:
    """What is known about one kind of Pod. It only saves work: nothing in it is used once it may be out of date.

    Attributes:
        findings: by the name of the node; each holds for the very Node and sum that it names.
        objects: the objects among which no node fitted, or None.
        refused: how that search went.
    """

    findings: dict[str, Finding] = attrs.field(factory=dict)
    objects: object = None
    refused: Search | None = None


_known: dict[PodQuery, Known] = {}


def _about(query: PodQuery) -> Known:
    known = _known.get(query)
    if known is None:
        if len(_known) >= QUERIES_REMEMBERED:
            del _known[next(iter(_known))]
        known = _known[query] = Known()
    return known


def num_feasible_nodes_to_find(nodes: int) -> int:
    """How many nodes that fit are enough, in a cluster of so many (``numFeasibleNodesToFind``)."""
    if nodes < MIN_FEASIBLE_NODES_TO_FIND:
        return nodes
    percentage = max(50 - nodes // 125, MIN_FEASIBLE_NODES_PERCENTAGE)
    return max(nodes * percentage // 100, MIN_FEASIBLE_NODES_TO_FIND)


def decide(view: View, pod: Pod) -> Search:
    """Filter the nodes and score those that fit."""
    query = pod_query(pod.spec)
    known = _about(query)
    objects, allocated = view.snapshot.objects, view.snapshot.allocated
    volumes, neighbours = pod_volumes(view, pod), Neighbours(view, pod)
    shared = volumes is None and not neighbours.matter
    if shared and known.refused is not None and known.objects is objects:
        # Thousands of Pods alike may wait: none of them fits as long as nothing at all has changed.
        return known.refused
    findings = known.findings
    feasible: list[Finding] = []
    rejected: list[Finding] = []
    keys = node_keys(view)
    wanted = num_feasible_nodes_to_find(len(keys))
    named = required_node_names(pod.spec)
    if volumes is not None and volumes.error:
        return Search(len(keys), (), (), (), volumes=volumes, neighbours=neighbours)
    for key in _in_search_order(keys, wanted, named, pod):
        name = key.name
        node, used = objects[key], allocated.get(name, EMPTY)
        finding = findings.get(name)
        if finding is None or finding.node is not node or finding.used is not used:
            finding = findings[name] = find(query, node, used)
        if finding.rejections:
            rejected.append(finding)
            continue
        if not shared and (reasons := _besides(query, finding, volumes, neighbours)):
            rejected.append(attrs.evolve(finding, rejections=reasons))
            continue
        feasible.append(finding)
        if len(feasible) >= wanted:
            break
    elsewhere = 0 if named is None else sum(key.name not in named for key in keys)
    spread, drawn = neighbours.points([each.info for each in feasible]) if feasible else ((), ())
    totals = _totals(view, query, feasible)
    for more in (spread, drawn):
        if more:
            totals = tuple([total + each for total, each in zip(totals, more, strict=True)])
    nominated = pod.status.nominated_node_name
    search = Search(
        len(keys), tuple(feasible), totals, tuple(rejected), elsewhere, nominated, volumes, neighbours, spread, drawn
    )
    known.objects, known.refused = (objects, search) if not feasible and shared else (objects, None)
    return search


def _besides(
    query: PodQuery, finding: Finding, volumes: PodVolumes | None, neighbours: Neighbours
) -> tuple[Rejection, ...]:
    """Why a node that has room is refused all the same: because of the Pod's claims, or because of other Pods."""
    info, used = finding.info, finding.used
    if volumes is not None and (reasons := volumes.rejections(info)):
        return reasons
    if reasons := neighbours.rejections(info, used, used):
        return reasons
    promised = neighbours.with_promised(info.name, used)
    if promised is used:
        return ()
    return run_filters(query, info, promised) or neighbours.rejections(info, promised, used)


def _in_search_order(
    keys: tuple[ObjectKey, ...], wanted: int, named: frozenset[str] | None, pod: Pod
) -> Sequence[ObjectKey]:
    """The nodes to look at: all in order, or in a large cluster from a place that differs from Pod to Pod."""
    if named is not None:
        return [key for key in keys if key.name in named]
    if wanted >= len(keys):
        return keys
    start = crc32(pod.metadata.uid.encode()) % len(keys)
    return keys[start:] + keys[:start]


def _totals(view: View, query: PodQuery, feasible: Sequence[Finding]) -> tuple[int, ...]:
    """The points of every node that fits, all plugins together."""
    if not any(each.preferences for each in feasible):
        # As nearly always: all nodes are alike to the plugins that compare nodes with one another.
        alike = scores.WEIGHTS["TaintToleration"] * scores.MAX_NODE_SCORE
        return tuple([alike + each.resources for each in feasible])
    return tuple(sum(row) for row in zip(*points(view, query, feasible).values(), strict=True))


def points(view: View, query: PodQuery, feasible: Sequence[Finding]) -> dict[str, list[int]]:
    """For each score plugin the weighted points of every node that fits (``prioritizeNodes``)."""
    taints = scores.normalize([each.taints for each in feasible], reverse=True)
    affinity = scores.normalize([each.affinity for each in feasible])
    images = [0] * len(feasible)
    if any(each.images for each in feasible):
        spread = _image_spread(view, query)
        images = [scores.image_locality(query, each.info, spread) if each.images else 0 for each in feasible]
    points = {
        "TaintToleration": taints,
        "NodeAffinity": affinity,
        "NodeResourcesFit": [each.free for each in feasible],
        "NodeResourcesBalancedAllocation": [each.balance for each in feasible],
        "ImageLocality": images,
    }
    return {plugin: [scores.WEIGHTS[plugin] * each for each in row] for plugin, row in points.items()}


def _image_spread(view: View, query: PodQuery) -> Mapping[str, float]:
    """For each of the Pod's images, the share of all nodes that report to have it."""
    index, nodes = view.snapshot.index, len(node_keys(view))
    return {image: len(index.get(("image", image), ())) / nodes for image in query.images}
