"""How many Pods of a sort run on each node and in each zone, kept up to date instead of counted anew.

A question such as "how many Pods with app=web are there in zone a" comes up for every Pod that is spread or drawn to
others. It is counted once over all nodes; after that only the nodes on which a Pod came or went since the last look are
looked at again: etcd's history says which. So the price of a decision follows from what has happened since the one
before, not from how many nodes and Pods there are.

**In Kubernetes:** kube-scheduler counts in parallel over all nodes (`calPreFilterState`, `PreScore`).
"""

from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

from kubelab.api.memo import IdentityMemo
from kubelab.state.allocation import EMPTY, NodeAllocation
from kubelab.state.snapshot import ObjectKey, Revision, View

V = TypeVar("V")

LONGEST_WAY_BACK = 512
"""When more has happened than so many revisions, counting anew is cheaper."""

_names: "IdentityMemo[tuple[ObjectKey, ...]]" = IdentityMemo(limit=64)


def node_keys(view: View) -> tuple[ObjectKey, ...]:
    """The keys of all nodes in order; sorted once for as long as no node comes or goes."""
    held = view.snapshot.index.get(("kind", "Node"))
    if held is None:
        return ()
    return _names.get(held) or _names.put(held, tuple(sorted(held)))


class Ledger(Generic[V]):
    """Something that follows from the Pods on a node, for every node.

    Attributes:
        on: what follows, by the name of the node; nodes for which nothing does are left out.
    """

    def __init__(self, measure: Callable[[NodeAllocation], V]) -> None:
        """Take the measure; what it gives for a node with no such Pods must be false."""
        self._measure = measure
        self._mark: tuple[int, Revision | None] = (-1, None)
        self._labels: dict[str, Mapping[str, str]] = {}
        self.on: dict[str, V] = {}

    def look(self, view: View) -> None:
        """Bring it up to date with a cluster, be it a later one, an earlier one or another branch."""
        history, now = view.snapshot.history, view.snapshot.revision
        since, entry = self._mark
        known = entry is not None and now >= since and history.get(since) is entry
        changed = _nodes_between(history, since, now) if known and now - since <= LONGEST_WAY_BACK else None
        allocated = view.snapshot.allocated
        if changed is None:
            self._begin(view)
            changed = [key.name for key in node_keys(view)]
        for name in changed:
            self._note(name, self._measure(allocated.get(name, EMPTY)))
        if not known or now != since:
            last = next((r for r in range(now, max(-1, now - LONGEST_WAY_BACK), -1) if r in history), -1)
            self._mark = (last, history.get(last))

    def _begin(self, view: View) -> None:
        objects = view.snapshot.objects
        self.on = {}
        self._labels = {key.name: objects[key].metadata.labels for key in node_keys(view)}

    def _note(self, node: str, value: V) -> None:
        if value:
            self.on[node] = value
        else:
            self.on.pop(node, None)


def _nodes_between(history: Mapping[int, Revision], since: int, now: int) -> list[str] | None:
    """The nodes on which Pods changed; None where nodes themselves did so that all has to be counted anew."""
    nodes: dict[str, None] = {}
    for revision in range(since + 1, now + 1):
        entry = history.get(revision)
        if entry is None:
            continue
        before, after = entry.before, entry.after
        if entry.key.kind == "Pod":
            nodes.update({pod.spec.node_name: None for pod in (before, after) if pod is not None})
        elif entry.key.kind == "Node" and (
            before is None or after is None or before.metadata.labels != after.metadata.labels
        ):
            return None
    nodes.pop("", None)
    return list(nodes)


class Tally(Ledger[int]):
    """A number for every node, and its sums over all nodes with the same value of a label."""

    def __init__(self, measure: Callable[[NodeAllocation], int]) -> None:
        """Take the measure: how many Pods of the sort there are on a node."""
        super().__init__(measure)
        self._sums: dict[str, dict[str, int]] = {}

    def sums(self, label: str) -> Mapping[str, int]:
        """The sums by the value of a node label; values without any such Pod are left out."""
        sums = self._sums.get(label)
        if sums is None:
            sums = self._sums[label] = {}
            for node, number in self.on.items():
                _raise(sums, self._labels.get(node, {}).get(label), number)
        return sums

    def _begin(self, view: View) -> None:
        super()._begin(view)
        self._sums = {}

    def _note(self, node: str, value: int) -> None:
        more = value - self.on.get(node, 0)
        if more:
            labels = self._labels.get(node, {})
            for label, sums in self._sums.items():
                _raise(sums, labels.get(label), more)
        super()._note(node, value)


def _raise(sums: dict[str, int], value: str | None, number: int) -> None:
    if value is None:
        return
    total = sums.get(value, 0) + number
    if total:
        sums[value] = total
    else:
        sums.pop(value, None)


class Shelf(Generic[V]):
    """Ledgers by the question that they answer; the oldest is forgotten first."""

    def __init__(self, limit: int) -> None:
        """Make room for `limit` of them."""
        self._held: dict[object, V] = {}
        self._limit = limit

    def get(self, question: object, make: Callable[[], V]) -> V:
        """The ledger for a question."""
        found = self._held.get(question)
        if found is None:
            if len(self._held) >= self._limit:
                del self._held[next(iter(self._held))]
            found = self._held[question] = make()
        return found
