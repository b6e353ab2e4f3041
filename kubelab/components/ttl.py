"""TTL controller: writes on each Node for how long its kubelet may keep what it has read of ConfigMaps and Secrets.

- **Desired:** every Node has the annotation ``node.alpha.kubernetes.io/ttl``, in seconds; the more Nodes there are, the
  longer, so that all their kubelets together do not ask too often: 0 up to 100 Nodes, then 15, 30, 60, 300.
- **Actual:** the number of Nodes, and what is written on one of them.
- **Action:** writes it anew where it is another.

**In Kubernetes:** kube-controller-manager, `pkg/controller/ttl`.

**Simplified:** nobody here asks that often, so the annotation has no effect. Between two sizes (90 to 100 Nodes, and
so on) a Node keeps what it has, and a new one gets the shorter time; upstream remembers from which side it came.
"""

from collections.abc import Iterator
from typing import ClassVar

from kubelab.api.core.node import Node
from kubelab.api.model import evolve
from kubelab.state.component import Wanted
from kubelab.state.requests import Update
from kubelab.state.snapshot import Change, ObjectKey, View

ANNOTATION = "node.alpha.kubernetes.io/ttl"
"""For how many seconds a kubelet may keep what it has read."""

BOUNDARIES = ((0, 100, 0), (90, 500, 15), (450, 1000, 30), (900, 2000, 60), (1800, 1 << 31, 300))
"""From how many Nodes to how many, and the seconds that are right for so many."""

CROSSINGS = frozenset({most + 1 for _, most, _ in BOUNDARIES} | {least - 1 for least, _, _ in BOUNDARIES})
"""The numbers of Nodes at which another time becomes right for all of them."""


class TTLController:
    """Writes the annotation. Keys: Nodes."""

    name: ClassVar[str] = "ttl-controller"
    watches: ClassVar[tuple[str, ...]] = ("Node",)

    def enqueue(self, change: Change) -> Iterator[ObjectKey]:
        """A Node that is there; all of them, where a Node more or less makes another time right."""
        came_or_went = (change.before is None) != (change.after is None)
        if came_or_went and change.view.count("Node") in CROSSINGS:
            yield from change.view.keys("Node")
        elif change.after is not None:
            yield change.key

    def reconcile(self, view: View, key: ObjectKey) -> Wanted:
        """Write the annotation if it is missing, or not right."""
        node: Node | None = view.find(key)
        if node is None or node.metadata.deletion_timestamp is not None:
            return ()
        seconds = fitting(view.count("Node"))
        if node.metadata.annotations.get(ANNOTATION) in seconds:
            return ()
        return (
            Update(
                object=with_seconds(node, seconds[0]),
                reason="TTLChanged",
                message=(
                    f"{self.name} wrote on Node {key.name} that its kubelet may keep what it reads for {seconds[0]} s, "
                    "as is right for so many Nodes."
                ),
            ),
        )


def fitting(nodes: int) -> tuple[str, ...]:
    """The seconds that are right for so many Nodes, the shortest first."""
    return tuple(str(seconds) for least, most, seconds in BOUNDARIES if least <= nodes <= most)


def with_seconds(node: Node, seconds: str) -> Node:
    """A Node with the annotation."""
    meta = node.metadata
    return evolve(node, metadata=evolve(meta, annotations=meta.annotations.with_({ANNOTATION: seconds})))
