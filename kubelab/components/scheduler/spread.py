"""PodTopologySpread: Pods of one kind are spread over zones, nodes, or whatever a label of nodes tells apart.

A constraint with ``DoNotSchedule`` decides where a Pod can be: nowhere in one zone may there be more Pods of its kind
than in the emptiest one plus `maxSkew`. With ``ScheduleAnyway`` it only gives points. A Pod that says nothing of it
is spread all the same, softly, over nodes and zones, together with the Pods of the same Service or ReplicaSet.

**In Kubernetes:** kube-scheduler `pkg/scheduler/framework/plugins/podtopologyspread`, with its default constraints.
"""

import math
from collections.abc import Iterator, Mapping, Sequence

import attrs

from kubelab.api.core.affinity import TopologySpreadConstraint
from kubelab.api.core.pod import Pod, PodSpec
from kubelab.api.meta import LabelSelectorRequirement
from kubelab.api.model import evolve
from kubelab.api.placement import matches_required_affinity, untolerated_taint
from kubelab.api.selector import Requirement, Selector, from_label_selector, from_labels
from kubelab.components.scheduler.filters import Rejection
from kubelab.components.scheduler.node_info import NodeInfo, node_info
from kubelab.components.scheduler.tally import Shelf, Tally, node_keys
from kubelab.state.allocation import NodeAllocation
from kubelab.state.snapshot import View, controller_of

HOSTNAME = "kubernetes.io/hostname"
ZONE = "topology.kubernetes.io/zone"
DEFAULTS = ((HOSTNAME, 3), (ZONE, 5))
"""Over what Pods that say nothing of it are spread, and by how much they may differ before it matters."""

MISSING = "node(s) didn't match pod topology spread constraints (missing required label)"
UNEVEN = "node(s) didn't match pod topology spread constraints"

_tallies: "Shelf[Tally]" = Shelf(256)


@attrs.frozen(slots=True)
class Constraint:
    """One constraint, ready for counting.

    Attributes:
        label: the label of nodes that tells the domains apart.
        max_skew: how many more Pods one domain may have than the emptiest.
        selector: which Pods are counted, in the Namespace of the Pod.
        min_domains: with fewer domains than this, the emptiest counts as having none.
        honors_affinity: whether nodes that the Pod cannot be on are left out.
        honors_taints: whether nodes with taints that the Pod does not tolerate are left out.
    """

    label: str
    max_skew: int
    selector: Selector
    min_domains: int = 1
    honors_affinity: bool = True
    honors_taints: bool = False


def constraints(pod: Pod, action: str) -> list[Constraint]:
    """The constraints that a Pod itself has, with one answer to what cannot be met."""
    return [_ready(each, pod) for each in pod.spec.topology_spread_constraints if each.when_unsatisfiable == action]


def _ready(given: TopologySpreadConstraint, pod: Pod) -> Constraint:
    labels = pod.metadata.labels
    selector = given.label_selector
    if given.match_label_keys and selector is not None:
        same = tuple(
            LabelSelectorRequirement(key=key, operator="In", values=(labels[key],))
            for key in given.match_label_keys
            if key in labels
        )
        selector = evolve(selector, match_expressions=(*selector.match_expressions, *same))
    return Constraint(
        label=given.topology_key,
        max_skew=given.max_skew,
        selector=from_label_selector(selector),
        min_domains=1 if given.min_domains is None else given.min_domains,
        honors_affinity=given.node_affinity_policy != "Ignore",
        honors_taints=given.node_taints_policy == "Honor",
    )


def default_constraints(view: View, pod: Pod) -> list[Constraint]:
    """The soft constraints of a Pod that says nothing: it is spread with those of its Services and its controller."""
    selector = default_selector(view, pod)
    return [Constraint(label, skew, selector) for label, skew in DEFAULTS] if selector.requirements else []


def default_selector(view: View, pod: Pod) -> Selector:
    """The labels by which the Services and the controller of a Pod select it (``DefaultSelector``)."""
    namespace, labels = pod.metadata.namespace, pod.metadata.labels
    wanted: dict[str, str] = {}
    for service in view.list("Service", namespace):
        selector = service.spec.selector
        if selector and selector.items() <= labels.items():
            wanted.update(selector)
    owner = controller_of(pod.metadata)
    more: tuple[Requirement, ...] = ()
    if owner is not None and owner.kind in ("ReplicationController", "ReplicaSet", "StatefulSet"):
        controller = view.get(owner.kind, namespace, owner.name)
        if controller is not None and owner.kind == "ReplicationController":
            wanted.update(controller.spec.selector)
        elif controller is not None and controller.spec.selector is not None:
            more = from_label_selector(controller.spec.selector).requirements
    return Selector((*from_labels(wanted).requirements, *more))


def _tally(view: View, namespace: str, selector: Selector) -> Tally:
    """How many Pods of a Namespace a selector selects, without those that are on their way out."""

    def measure(used: NodeAllocation) -> int:
        return counted(used, namespace, selector)

    tally = _tallies.get((namespace, selector), lambda: Tally(measure))
    tally.look(view)
    return tally


def counted(used: NodeAllocation, namespace: str, selector: Selector) -> int:
    """How many of the Pods on a node count (``countPodsMatchSelector``); a selector for all counts none."""
    if selector.empty:
        return 0
    return sum(
        number
        for group, number in used.groups.items()
        if not group.terminating and group.namespace == namespace and selector.matches(group.labels)
    )


class Spread:
    """How the Pods of one kind are spread, for the decision about one more."""

    def __init__(self, view: View, pod: Pod) -> None:
        """Work out all that holds for every node alike."""
        self._view, self._pod = view, pod
        self._hard = constraints(pod, "DoNotSchedule")
        self._own = bool(pod.spec.topology_spread_constraints)
        self._soft = constraints(pod, "ScheduleAnyway") if self._own else default_constraints(view, pod)
        self._domains = [self._counts(each, self._hard) for each in self._hard]

    @property
    def matters(self) -> bool:
        """Whether anything is required of a node."""
        return bool(self._hard)

    def _eligible(self, constraint: Constraint, node: NodeInfo) -> bool:
        """Whether a node belongs to the domains of a constraint (``matchNodeInclusionPolicies``)."""
        spec = self._pod.spec
        if constraint.honors_affinity and not matches_required_affinity(spec, node.name, node.labels):
            return False
        return not constraint.honors_taints or not untolerated_taint(
            node.hard_taints, spec.tolerations, ("NoSchedule", "NoExecute")
        )

    def _counts(self, constraint: Constraint, among: Sequence[Constraint]) -> dict[str, int]:
        """How many Pods count in each domain; a domain without any is there with 0."""
        view, objects = self._view, self._view.snapshot.objects
        on = _tally(view, self._pod.metadata.namespace, constraint.selector).on
        found: dict[str, int] = {}
        for key in node_keys(view):
            node = node_info(objects[key])
            if all(each.label in node.labels for each in among) and self._eligible(constraint, node):
                value = node.labels[constraint.label]
                found[value] = found.get(value, 0) + on.get(node.name, 0)
        return found

    def rejections(self, node: NodeInfo, used: NodeAllocation, present: NodeAllocation) -> Iterator[Rejection]:
        """Why the Pod cannot be on a node; see `Attraction.rejections` for the arguments."""
        namespace, labels = self._pod.metadata.namespace, self._pod.metadata.labels
        for constraint, domains in zip(self._hard, self._domains, strict=True):
            value = node.labels.get(constraint.label)
            if value is None:
                yield Rejection("PodTopologySpread", MISSING, f"it lacks the label {constraint.label}")
                return
            if used is not present and value in domains and self._eligible(constraint, node):
                here = counted(used, namespace, constraint.selector) - counted(present, namespace, constraint.selector)
                domains = {**domains, value: domains[value] + here}
            least = 0 if len(domains) < constraint.min_domains else min(domains.values(), default=0)
            number = domains.get(value, 0) + constraint.selector.matches(labels)
            if number - least > constraint.max_skew:
                detail = (
                    f"{constraint.label} {value} would have {number} such Pods, the emptiest has {least}, "
                    f"and they may differ by {constraint.max_skew}"
                )
                yield Rejection("PodTopologySpread", UNEVEN, detail, resolvable=True)
                return

    def points(self, nodes: Sequence[NodeInfo]) -> list[int] | None:
        """The points of each node: the fewer Pods of the kind near it, the more; None where it is not to be spread."""
        if not self._soft:
            return None
        ignored = [self._own and any(c.label not in node.labels for c in self._soft) for node in nodes]
        counts = [self._number(constraint, nodes) for constraint in self._soft]
        weights = []
        for constraint in self._soft:
            values = {n.labels.get(constraint.label, "") for n, out in zip(nodes, ignored, strict=True) if not out}
            size = len(nodes) - sum(ignored) if constraint.label == HOSTNAME else len(values)
            weights.append(math.log(size + 2))
        raw: list[int | None] = []
        for place, node in enumerate(nodes):
            score = 0.0
            for constraint, numbers, weight in zip(self._soft, counts, weights, strict=True):
                if constraint.label in node.labels:
                    score += numbers[place] * weight + constraint.max_skew - 1
            raw.append(None if ignored[place] else math.floor(score + 0.5))
        return _normalized(raw)

    def _number(self, constraint: Constraint, nodes: Sequence[NodeInfo]) -> list[int]:
        """How many Pods count in the domain of each node."""
        spec: PodSpec = self._pod.spec
        tally = _tally(self._view, self._pod.metadata.namespace, constraint.selector)
        if constraint.label == HOSTNAME:
            return [tally.on.get(node.name, 0) for node in nodes]
        affinity = spec.affinity.node_affinity if spec.affinity is not None else None
        plain = not constraint.honors_affinity or (not spec.node_selector and affinity is None)
        sums: Mapping[str, int]
        if plain and not constraint.honors_taints:
            sums = tally.sums(constraint.label)
        else:
            sums = self._counts(constraint, self._soft if self._own else (constraint,))
        return [sums.get(node.labels.get(constraint.label, ""), 0) for node in nodes]


def _normalized(raw: Sequence[int | None]) -> list[int]:
    """The points on a scale up to 100; a node that is left out gets none."""
    known = [each for each in raw if each is not None]
    least, most = min(known, default=0), max(known, default=0)
    if not most:
        return [0 if each is None else 100 for each in raw]
    return [0 if each is None else 100 * (most + least - each) // most for each in raw]
