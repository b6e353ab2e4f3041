"""The decision about one Pod: every node is filtered, those left are scored, the best one is chosen.

`explain_scheduling` gives the decision as data, with the verdict on each node. `decide` is the same without the
verdicts spelled out: the scheduler itself uses it, thousands of times a second.

How it stays quick however large the cluster: the sums per node are read from the snapshot, what was found out about
a node holds until the node or its sum changes, and a large cluster is not searched to its end once enough nodes fit.

**In Kubernetes:** kube-scheduler `schedule_one.go` (schedulePod, findNodesThatFitPod, prioritizeNodes, selectHost).

**Simplified:** among equally good nodes upstream picks one at random; here it is the one with the fewest Pods, and
among those the first by name. Where the search in a large cluster begins follows from the Pod's uid, not from where
the last search ended. Preemption only says what it would find; it evicts nobody.
"""

from collections.abc import Iterator, Mapping, Sequence
from heapq import nlargest
from zlib import crc32

import attrs

from kubelab.api.core.node import Node
from kubelab.api.core.pod import Pod
from kubelab.api.memo import IdentityMemo
from kubelab.api.model import evolve
from kubelab.api.placement import required_node_names
from kubelab.api.scalars import FrozenMap
from kubelab.components.scheduler import scores
from kubelab.components.scheduler.filters import Rejection, run_filters
from kubelab.components.scheduler.node_info import NodeInfo, PodQuery, node_info, pod_query
from kubelab.components.scheduler.volume_binding import PodVolumes, pod_volumes
from kubelab.state.allocation import EMPTY, NodeAllocation
from kubelab.state.snapshot import ObjectKey, View, key_of

MIN_FEASIBLE_NODES_TO_FIND = 100
MIN_FEASIBLE_NODES_PERCENTAGE = 5
QUERIES_REMEMBERED = 64
"""For how many different kinds of Pods the findings about the nodes are kept."""


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
    """

    nodes: int
    feasible: tuple[Finding, ...]
    totals: tuple[int, ...]
    rejected: tuple[Finding, ...]
    elsewhere: int = 0
    nominated: str = ""
    volumes: PodVolumes | None = None

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
_names: "IdentityMemo[tuple[ObjectKey, ...]]" = IdentityMemo(limit=64)


def _about(query: PodQuery) -> Known:
    known = _known.get(query)
    if known is None:
        if len(_known) >= QUERIES_REMEMBERED:
            del _known[next(iter(_known))]
        known = _known[query] = Known()
    return known


def _node_keys(view: View) -> tuple[ObjectKey, ...]:
    """The keys of all nodes in order; sorted once for as long as no node comes or goes."""
    held = view.snapshot.index.get(("kind", "Node"))
    if held is None:
        return ()
    return _names.get(held) or _names.put(held, tuple(sorted(held)))


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
    volumes = pod_volumes(view, pod)
    if volumes is None and known.refused is not None and known.objects is objects:
        # Thousands of Pods alike may wait: none of them fits as long as nothing at all has changed.
        return known.refused
    findings = known.findings
    feasible: list[Finding] = []
    rejected: list[Finding] = []
    keys = _node_keys(view)
    wanted = num_feasible_nodes_to_find(len(keys))
    named = required_node_names(pod.spec)
    if volumes is not None and volumes.error:
        return Search(len(keys), (), (), (), volumes=volumes)
    for key in _in_search_order(keys, wanted, named, pod):
        name = key.name
        node, used = objects[key], allocated.get(name, EMPTY)
        finding = findings.get(name)
        if finding is None or finding.node is not node or finding.used is not used:
            finding = findings[name] = find(query, node, used)
        if finding.rejections:
            rejected.append(finding)
            continue
        if volumes is not None and (reasons := volumes.rejections(finding.info)):
            rejected.append(attrs.evolve(finding, rejections=reasons))
            continue
        feasible.append(finding)
        if len(feasible) >= wanted:
            break
    elsewhere = 0 if named is None else sum(key.name not in named for key in keys)
    totals = _totals(view, query, feasible)
    nominated = pod.status.nominated_node_name
    search = Search(len(keys), tuple(feasible), totals, tuple(rejected), elsewhere, nominated, volumes)
    known.objects, known.refused = (objects, search) if not feasible and volumes is None else (objects, None)
    return search


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
    return tuple(sum(row) for row in zip(*_points(view, query, feasible).values(), strict=True))


def _points(view: View, query: PodQuery, feasible: Sequence[Finding]) -> dict[str, list[int]]:
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
    index, nodes = view.snapshot.index, len(_node_keys(view))
    return {image: len(index.get(("image", image), ())) / nodes for image in query.images}


def explain_scheduling(view: View, pod: Pod) -> SchedulingDecision:
    """What the scheduler would decide about `pod` in this view, with its verdict on every node it looks at.

    A Pod that is bound already is looked at as if it were not; ask about the view before its bind.
    """
    pod = evolve(pod, spec=evolve(pod.spec, node_name="")) if pod.spec.node_name else pod
    search = decide(view, pod)
    rows = _points(view, pod_query(pod.spec), search.feasible)
    verdicts = [Verdict(each.info.name, False, each.rejections) for each in search.rejected]
    for place, each in enumerate(search.feasible):
        verdicts.append(Verdict(each.info.name, True, (), FrozenMap({name: row[place] for name, row in rows.items()})))
    return SchedulingDecision(
        pod=ObjectKey("Pod", pod.metadata.namespace, pod.metadata.name),
        node=search.best().info.name if search.feasible else "",
        nodes=search.nodes,
        verdicts=tuple(sorted(verdicts, key=lambda verdict: verdict.node)),
        message=chosen_message(pod, search, search.best()) if search.feasible else fit_error(pod, search),
    )


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
    return f"{said}: {_advantage(winner, second, points - next_points)} ({points} points; {listed}{more})."


def _advantage(winner: Finding, second: Finding, lead: int) -> str:
    """What speaks most for the winner in comparison with the next best node."""
    if lead == 0:
        if winner.used.pods < second.used.pods:
            return "of the nodes that suit the Pod best it runs the fewest Pods"
        return "of the nodes that suit the Pod equally well it is the first by name"
    leads = {
        "it meets more of what the Pod prefers": 2 * (winner.affinity - second.affinity),
        "fewer of its taints speak against the Pod": 3 * (second.taints - winner.taints) * scores.MAX_NODE_SCORE,
        "it has the most CPU and memory free": winner.free - second.free,
        "the Pod evens out its use of CPU and memory best": winner.balance - second.balance,
        "it already has the image": int(winner.images) - int(second.images),
    }
    return max(leads, key=lambda text: leads[text])


def fit_error(pod: Pod, search: Search) -> str:
    """The text of the FailedScheduling Event (upstream's ``FitError``)."""
    if search.nodes == 0:
        return "no nodes available to schedule pods"
    available = f"0/{search.nodes} nodes are available:"
    reasons = search.volumes.error if search.volumes is not None else ""
    reasons = reasons or _histogram(_filter_reasons(search))
    return f"{available} {reasons}. no new claims to deallocate, preemption: {_preemption(pod, search, available)}"


def _filter_reasons(search: Search) -> Iterator[str]:
    for finding in search.rejected:
        for rejection in finding.rejections:
            yield rejection.reason
    for _ in range(search.elsewhere):
        yield "node(s) didn't satisfy plugin(s) [NodeAffinity]"


def _preemption(pod: Pod, search: Search, available: str) -> str:
    """What trying to make room for the Pod comes to."""
    if pod.spec.preemption_policy == "Never":
        return "not eligible due to preemptionPolicy=Never."
    hopeful = [finding for finding in search.rejected if all(each.resolvable for each in finding.rejections)]
    reasons = ["No preemption victims found for incoming pod"] * len(hopeful)
    reasons += ["Preemption is not helpful for scheduling"] * (search.nodes - len(hopeful))
    return f"{available} {_histogram(reasons)}."


def _histogram(reasons: Iterator[str] | Sequence[str]) -> str:
    """Each reason with how often it was given: ``1 Insufficient cpu, 2 node(s) were unschedulable``."""
    counts: dict[str, int] = {}
    for reason in reasons:
        counts[reason] = counts.get(reason, 0) + 1
    return ", ".join(sorted(f"{count} {reason}" for reason, count in counts.items()))
