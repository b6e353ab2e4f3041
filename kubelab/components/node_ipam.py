"""node IPAM controller: gives each Node a range of Pod addresses of its own.

- **Desired:** every Node has a ``spec.podCIDR`` that no other Node has.
- **Actual:** which ranges are taken.
- **Action:** writes the next free range into a Node that has none: 10.244.0.0/24, 10.244.1.0/24, and so on. The
  kubelet gives the addresses in it to its Pods, so two Pods never get the same one.

**In Kubernetes:** `pkg/controller/nodeipam/ipam` (range_allocator.go, cidrset).

**Simplified:** IPv4 only. The cluster network is 10.128.0.0/9, large enough for every Node of the largest cluster, but
ranges are given out from 10.244.0.0 on, as people know them from small clusters, and go round at the end. Upstream
remembers which range it gave out last, and so does not soon give out one of a Node that was deleted; here it is the
Pods that are still there that keep it.
"""

from collections.abc import Iterator
from typing import ClassVar

from kubelab.api.core.node import Node
from kubelab.api.model import evolve
from kubelab.state.component import Wanted
from kubelab.state.requests import EventNote, Record, Update
from kubelab.state.snapshot import Change, ObjectKey, View, key_of

RANGES = 1 << 15
"""How many ranges of 256 addresses the cluster network 10.128.0.0/9 has."""

FIRST_RANGE = (244 - 128) * 256
"""The place of 10.244.0.0/24 in the cluster network."""


class NodeIpamController:
    """Gives out ranges of Pod addresses. Keys: Nodes."""

    name: ClassVar[str] = "node-ipam-controller"
    watches: ClassVar[tuple[str, ...]] = ("Node",)

    def enqueue(self, change: Change) -> Iterator[ObjectKey]:
        """A Node without a range; and when a range comes free, the Nodes that perhaps wait for one."""
        if change.after is not None:
            if not change.after.spec.pod_cidr:
                yield change.key
        elif change.view.count("Node") >= RANGES:
            yield from change.view.keys("Node")

    def reconcile(self, view: View, key: ObjectKey) -> Wanted:
        """Give the Node a range if it has none."""
        node = view.find(key)
        if node is None or node.spec.pod_cidr or node.metadata.deletion_timestamp is not None:
            return ()
        free = allocate_next(view)
        if free is None:
            return not_available(view, node)
        return (
            Update(
                object=evolve(node, spec=evolve(node.spec, pod_cidr=free, pod_cidrs=(free,))),
                reason="CIDRAssigned",
                message=f"node-ipam-controller gave Node {key.name} the range {free} for its Pods' addresses.",
            ),
        )


def pod_range(number: int) -> str:
    """The range with this number, counted from 10.244.0.0/24."""
    place = (FIRST_RANGE + number) % RANGES
    return f"10.{128 + place // 256}.{place % 256}.0/24"


def allocate_next(view: View) -> str | None:
    """The next free range, or None when all are taken.

    The search starts at the number of ranges in use: as long as no Node has left, that is the first free one. The
    range of a Node that was deleted is not free while Pods still have addresses of it.
    """
    in_use = len(view.snapshot.index.get(("podCIDR",), ()))
    for step in range(RANGES):
        candidate = pod_range((in_use + step) % RANGES)
        if view.holder("podCIDR", candidate) is None and not has_pods(view, candidate):
            return candidate
    return None


def has_pods(view: View, addresses: str) -> bool:
    """Whether a Pod that has not ended has an address of a range."""
    prefix = addresses.removesuffix("0/24")
    return any(
        pod.status.pod_ip.startswith(prefix) and pod.status.phase not in ("Succeeded", "Failed")
        for pod in view.list("Pod")
    )


def not_available(view: View, node: Node) -> Wanted:
    """Say once that there is no range left."""
    key = key_of(node)
    if any(e.reason == "CIDRNotAvailable" and e.uid == node.metadata.uid for e in view.events(key)):
        return ()
    text = f"Node {key.name} status is now: CIDRNotAvailable"
    return (
        Record(
            target=key,
            reason="CIDRNotAvailable",
            message=f"node-ipam-controller found no free range of Pod addresses for Node {key.name}.",
            events=(EventNote(key, "CIDRNotAvailable", text, component="cidrAllocator"),),
        ),
    )
