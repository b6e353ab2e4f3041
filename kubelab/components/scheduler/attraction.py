"""InterPodAffinity: Pods that are drawn to other Pods, or kept away from them.

A term of a Pod's affinity names other Pods by their labels, and by a label of nodes what near means: the same
node, the same zone. Required terms decide where the Pod can be, preferred ones where it rather is. What the Pods that
run already require is respected, too: whoever wants no app=web beside it keeps app=web out.

**In Kubernetes:** kube-scheduler `pkg/scheduler/framework/plugins/interpodaffinity`.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from kubelab.api.core.affinity import Affinity, PodAffinity, PodAffinityTerm, PodAntiAffinity
from kubelab.api.core.pod import Pod
from kubelab.api.memo import IdentityMemo
from kubelab.api.scalars import FrozenMap
from kubelab.api.selector import Selector, from_label_selector
from kubelab.components.scheduler.filters import Rejection
from kubelab.components.scheduler.node_info import NodeInfo
from kubelab.components.scheduler.tally import Ledger, Shelf, Tally
from kubelab.state.allocation import NodeAllocation, PodGroup, group_of
from kubelab.state.snapshot import View

HARD_POD_AFFINITY_WEIGHT = 1
"""How much it counts that a Pod which runs already requires the new one near it."""

Terms = tuple[PodAffinityTerm, ...]
Spaces = Mapping[str, Mapping[str, str]]
Owner = tuple[str, Affinity]
"""Pods that run already and have terms: their Namespace and their affinity."""

_selectors: "IdentityMemo[tuple[Selector, Selector | None]]" = IdentityMemo(limit=4096)
_tallies: "Shelf[Tally]" = Shelf(256)
_roster: "Shelf[Ledger[frozenset[Owner]]]" = Shelf(1)


def required(part: PodAffinity | PodAntiAffinity | None) -> Terms:
    """The terms that must be met."""
    return part.required_during_scheduling_ignored_during_execution if part is not None else ()


def preferred(part: PodAffinity | PodAntiAffinity | None) -> Iterator[tuple[PodAffinityTerm, int]]:
    """The terms that are rather met, and their weights."""
    for each in part.preferred_during_scheduling_ignored_during_execution if part is not None else ():
        yield each.pod_affinity_term, each.weight


def term_matches(term: PodAffinityTerm, owner: str, group: PodGroup, spaces: Spaces) -> bool:
    """Whether a term of a Pod in the Namespace `owner` means the Pods of a group.

    `spaces` are the labels of all Namespaces, for terms that choose these by labels.
    """
    known = _selectors.get(term)
    if known is None:
        namespaces = None if term.namespace_selector is None else from_label_selector(term.namespace_selector)
        known = _selectors.put(term, (from_label_selector(term.label_selector), namespaces))
    pods, namespaces = known
    if not pods.matches(group.labels):
        return False
    if not term.namespaces and namespaces is None:
        return group.namespace == owner
    if group.namespace in term.namespaces:
        return True
    return namespaces is not None and namespaces.matches(spaces.get(group.namespace, {}))


class Pull(NamedTuple):
    """Points for every node with one of some values of a label."""

    label: str
    sums: Mapping[str, int]
    weight: int


class Attraction:
    """What draws one Pod to nodes, or keeps it away, because of the Pods that run there."""

    def __init__(self, view: View, pod: Pod) -> None:
        """Work out all that holds for every node alike."""
        self._view, self._group = view, group_of(pod)
        affinity = pod.spec.affinity
        self._near = required(affinity.pod_affinity if affinity else None)
        self._apart = required(affinity.pod_anti_affinity if affinity else None)
        self._affinity = affinity
        self._owners = _owners(view)
        self._spaces = _spaces(view, self._owners, affinity)
        self._beside = self._tally(("all", self._near), self._near) if self._near else None
        self._away = [(term, self._tally(("one", term), (term,))) for term in self._apart]
        self._guards = list(self._existing_anti_affinity())

    @property
    def matters(self) -> bool:
        """Whether anything is required of a node."""
        return bool(self._near or self._apart or self._guards)

    def _tally(self, question: object, terms: Terms) -> Tally:
        """How many Pods all of the terms mean."""
        namespace, spaces = self._group.namespace, self._spaces

        def measure(used: NodeAllocation) -> int:
            return meant(terms, namespace, used, spaces)

        # Which Namespaces a term means may change with their labels.
        chosen = tuple(sorted((name, FrozenMap(labels)) for name, labels in spaces.items())) if spaces else ()
        tally = _tallies.get((question, namespace, chosen), lambda: Tally(measure))
        tally.look(self._view)
        return tally

    def _of_owner(self, owner: Owner) -> Tally:
        """How many Pods with the same terms there are."""
        namespace, affinity = owner

        def measure(used: NodeAllocation) -> int:
            return sum(n for g, n in used.groups.items() if g.affinity == affinity and g.namespace == namespace)

        tally = _tallies.get(("owner", owner), lambda: Tally(measure))
        tally.look(self._view)
        return tally

    def _existing_anti_affinity(self) -> Iterator[tuple[PodAffinityTerm, Owner, Tally]]:
        """The terms of Pods that run already by which they keep this Pod out."""
        for owner in self._owners:
            for term in required(owner[1].pod_anti_affinity):
                if term_matches(term, owner[0], self._group, self._spaces):
                    yield term, owner, self._of_owner(owner)

    def rejections(self, node: NodeInfo, used: NodeAllocation, present: NodeAllocation) -> Iterator[Rejection]:
        """Why the Pod cannot be on a node.

        Args:
            node: the node.
            used: what would run on it (without victims, with the Pods that were promised it).
            present: what runs on it now, as it is counted in the tallies.
        """
        if self._near and not self._is_near(node, used, present):
            yield Rejection(
                "InterPodAffinity", "node(s) didn't match pod affinity rules", "no Pod that it must be near to is there"
            )
            return
        for term, tally in self._away:
            if self._count(tally, (term,), term.topology_key, node, used, present) > 0:
                detail = f"a Pod that it must keep away from is in the same {term.topology_key}"
                yield Rejection(
                    "InterPodAffinity", "node(s) didn't match pod anti-affinity rules", detail, resolvable=True
                )
                return
        for term, owner, tally in self._guards:
            value = node.labels.get(term.topology_key)
            if value is None:
                continue
            here = sum(n for g, n in used.groups.items() if (g.namespace, g.affinity) == owner)
            there = sum(n for g, n in present.groups.items() if (g.namespace, g.affinity) == owner)
            if tally.sums(term.topology_key).get(value, 0) + here - there > 0:
                detail = f"a Pod in the same {term.topology_key} keeps such Pods away"
                yield Rejection(
                    "InterPodAffinity",
                    "node(s) didn't satisfy existing pods anti-affinity rules",
                    detail,
                    resolvable=True,
                )
                return

    def _count(
        self, tally: Tally, terms: Terms, label: str, node: NodeInfo, used: NodeAllocation, present: NodeAllocation
    ) -> int:
        value = node.labels.get(label)
        if value is None:
            return 0
        counted = tally.sums(label).get(value, 0)
        if used is present:
            return counted
        namespace, spaces = self._group.namespace, self._spaces
        return counted + meant(terms, namespace, used, spaces) - meant(terms, namespace, present, spaces)

    def _is_near(self, node: NodeInfo, used: NodeAllocation, present: NodeAllocation) -> bool:
        if any(term.topology_key not in node.labels for term in self._near):
            return False
        assert self._beside is not None
        counts = [self._count(self._beside, self._near, t.topology_key, node, used, present) for t in self._near]
        if all(count > 0 for count in counts):
            return True
        # The first of a series that wants to be near its own kind has to be somewhere.
        alone = not any(self._beside.sums(term.topology_key) for term in self._near)
        return alone and all(term_matches(t, self._group.namespace, self._group, self._spaces) for t in self._near)

    def points(self, nodes: Sequence[NodeInfo]) -> list[int] | None:
        """The points of each node; None where nobody prefers anything."""
        pulls = list(self._pulls())
        if not pulls:
            return None
        raw = [
            sum(pull.weight * pull.sums.get(value, 0) for pull in pulls if (value := node.labels.get(pull.label)))
            for node in nodes
        ]
        least, most = min(raw), max(raw)
        if least == most:
            return [0] * len(raw)
        return [int(100 * ((each - least) / (most - least))) for each in raw]

    def _pulls(self) -> Iterator[Pull]:
        affinity = self._affinity
        if affinity is not None:
            for part, sign in ((affinity.pod_affinity, 1), (affinity.pod_anti_affinity, -1)):
                for term, weight in preferred(part):
                    tally = self._tally(("one", term), (term,))
                    yield Pull(term.topology_key, tally.sums(term.topology_key), sign * weight)
        for owner in self._owners:
            namespace, theirs = owner
            wishes = [(term, HARD_POD_AFFINITY_WEIGHT) for term in required(theirs.pod_affinity)]
            wishes += preferred(theirs.pod_affinity)
            wishes += [(term, -weight) for term, weight in preferred(theirs.pod_anti_affinity)]
            for term, weight in wishes:
                if term_matches(term, namespace, self._group, self._spaces):
                    yield Pull(term.topology_key, self._of_owner(owner).sums(term.topology_key), weight)


def meant(terms: Terms, owner: str, used: NodeAllocation, spaces: Spaces) -> int:
    """How many of the Pods on a node all of the terms mean."""
    return sum(n for g, n in used.groups.items() if all(term_matches(term, owner, g, spaces) for term in terms))


def _spaces(view: View, owners: Sequence[Owner], own: Affinity | None) -> Spaces:
    """The labels of all Namespaces, if any term chooses by them."""
    for affinity in (own, *(affinity for _, affinity in owners)):
        for part in (affinity.pod_affinity, affinity.pod_anti_affinity) if affinity is not None else ():
            terms = (*required(part), *(term for term, _ in preferred(part)))
            if any(term.namespace_selector is not None for term in terms):
                return {space.metadata.name: space.metadata.labels for space in view.list("Namespace")}
    return {}


def attraction(view: View, pod: Pod) -> Attraction | None:
    """What other Pods mean for a Pod; None where neither it nor any Pod that runs has such terms."""
    affinity = pod.spec.affinity
    own = affinity is not None and (affinity.pod_affinity is not None or affinity.pod_anti_affinity is not None)
    if not own and ("affine",) not in view.snapshot.index:
        return None
    return Attraction(view, pod)


def _owners(view: View) -> list[Owner]:
    """The different terms of the Pods that run already."""
    if ("affine",) not in view.snapshot.index:
        return []

    def measure(used: NodeAllocation) -> frozenset[Owner]:
        return frozenset((g.namespace, g.affinity) for g in used.groups if g.affinity is not None)

    roster = _roster.get("owners", lambda: Ledger(measure))
    roster.look(view)
    # In the order of the nodes: the points are sums, and the first guard that refuses is the one that is told.
    return list(dict.fromkeys(owner for node in sorted(roster.on) for owner in sorted(roster.on[node], key=repr)))
