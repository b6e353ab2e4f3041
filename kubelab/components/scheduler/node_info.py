"""What the scheduler knows of a node and of a Pod, worked out once and kept for as long as the object is the same.

**In Kubernetes:** kube-scheduler `pkg/scheduler/framework` (NodeInfo), and the Pod signatures by which it decides
alike Pods alike.
"""

from collections.abc import Mapping

import attrs

from kubelab.api.core.node import Node, Taint
from kubelab.api.core.pod import Affinity, PodSpec, Toleration
from kubelab.api.memo import IdentityMemo
from kubelab.api.scalars import FrozenMap
from kubelab.state.allocation import Capacity, PodRequest, capacity, pod_request


@attrs.frozen(slots=True, kw_only=True)
class NodeInfo:
    """A Node in the form in which it is compared with Pods.

    Attributes:
        name: its name.
        labels: its labels.
        unschedulable: whether it is cordoned.
        capacity: what it gives to Pods.
        hard_taints: the taints that keep Pods away (``NoSchedule``, ``NoExecute``).
        soft_taints: the taints that Pods rather avoid (``PreferNoSchedule``).
        images: the images that it reports to have, and their sizes in bytes.
    """

    name: str
    labels: Mapping[str, str]
    unschedulable: bool
    capacity: Capacity
    hard_taints: tuple[Taint, ...]
    soft_taints: tuple[Taint, ...]
    images: Mapping[str, int]


_nodes: "IdentityMemo[NodeInfo]" = IdentityMemo(limit=16384)


def node_info(node: Node) -> NodeInfo:
    """What the scheduler knows of a node."""
    return _nodes.get(node) or _nodes.put(node, _read_node(node))


def _read_node(node: Node) -> NodeInfo:
    return NodeInfo(
        name=node.metadata.name,
        labels=node.metadata.labels,
        unschedulable=node.spec.unschedulable,
        capacity=capacity(node.status.allocatable or node.status.capacity),
        hard_taints=tuple(taint for taint in node.spec.taints if taint.effect in ("NoSchedule", "NoExecute")),
        soft_taints=tuple(taint for taint in node.spec.taints if taint.effect == "PreferNoSchedule"),
        images={name: image.size_bytes for image in node.status.images for name in image.names},
    )


@attrs.frozen(slots=True, kw_only=True)
class PodQuery:
    """All of a Pod that a decision depends on: two Pods with equal queries are decided alike.

    Attributes:
        request: what it asks for.
        node_selector: the labels that its node must carry.
        affinity: the nodes that it must have, or prefers.
        tolerations: the taints that it puts up with.
        images: the images of its containers, with their tags.
        node_name: the node that it asks for by name, or "".
        priority: how important it is.
    """

    request: PodRequest
    node_selector: FrozenMap[str, str]
    affinity: Affinity | None
    tolerations: tuple[Toleration, ...]
    images: tuple[str, ...]
    node_name: str
    priority: int = 0


def pod_query(spec: PodSpec) -> PodQuery:
    """What a decision about a Pod depends on."""
    return PodQuery(
        request=pod_request(spec),
        node_selector=spec.node_selector,
        affinity=spec.affinity,
        tolerations=spec.tolerations,
        images=tuple(normalized_image_name(c.image) for c in (*spec.init_containers, *spec.containers)),
        node_name=spec.node_name,
        priority=spec.priority or 0,
    )


def normalized_image_name(image: str) -> str:
    """The image with its tag: ``nginx`` → ``nginx:latest``."""
    return image if image.rfind(":") > image.rfind("/") else f"{image}:latest"
