"""Filter plugins: whether a node can run a Pod at all, and if not, why.

The plugins are asked in upstream's order, and the first that says no ends the question: a learner reads one
verdict for each node, and the counts in ``0/3 nodes are available: …`` come from it.

**In Kubernetes:** kube-scheduler `pkg/scheduler/framework/plugins` (nodeunschedulable, nodename, tainttoleration,
nodeaffinity, nodeports, noderesources).

**Simplified:** VolumeZone, NodeVolumeLimits and VolumeRestrictions are not looked at. What comes after these is in
`volume_binding`, `spread` and `attraction`.
"""

from collections.abc import Iterator

import attrs

from kubelab.api.core.node import Taint
from kubelab.api.core.pod import PodSpec
from kubelab.api.placement import matches_required_affinity, tolerated, untolerated_taint
from kubelab.api.quantity import of_bytes, of_milli
from kubelab.components.scheduler.node_info import NodeInfo, PodQuery
from kubelab.state.allocation import NodeAllocation, ports_conflict, shortages

UNSCHEDULABLE = Taint(key="node.kubernetes.io/unschedulable", effect="NoSchedule")
"""The taint of a cordoned node; a Pod that tolerates it may run there all the same."""


@attrs.frozen(slots=True)
class Rejection:
    """Why a plugin says that a node cannot run the Pod.

    Attributes:
        plugin: its name.
        reason: upstream's text, as it is counted in the FailedScheduling Event.
        detail: the same with the numbers and names of this node, for the learner.
        resolvable: whether the Pod could fit if other Pods went away (upstream's ``Unschedulable``, in contrast to
            ``UnschedulableAndUnresolvable``).
    """

    plugin: str
    reason: str
    detail: str = ""
    resolvable: bool = False


def run_filters(query: PodQuery, node: NodeInfo, used: NodeAllocation) -> tuple[Rejection, ...]:
    """What the first plugin that refuses the node says; nothing when the Pod fits."""
    for plugin in (node_unschedulable, node_name, taint_toleration, node_affinity, node_ports, node_resources_fit):
        rejections = tuple(plugin(query, node, used))
        if rejections:
            return rejections
    return ()


def node_unschedulable(query: PodQuery, node: NodeInfo, used: NodeAllocation) -> Iterator[Rejection]:
    """A cordoned node takes no Pod, unless the Pod tolerates that."""
    if node.unschedulable and not tolerated(query.tolerations, UNSCHEDULABLE):
        yield Rejection("NodeUnschedulable", "node(s) were unschedulable", "it is cordoned")


def node_name(query: PodQuery, node: NodeInfo, used: NodeAllocation) -> Iterator[Rejection]:
    """A Pod that names its node fits no other."""
    if query.node_name not in ("", node.name):
        yield Rejection(
            "NodeName", "node(s) didn't match the requested node name", f"the Pod asks for {query.node_name}"
        )


def taint_toleration(query: PodQuery, node: NodeInfo, used: NodeAllocation) -> Iterator[Rejection]:
    """A taint keeps away every Pod that does not tolerate it."""
    taint = untolerated_taint(node.hard_taints, query.tolerations, ("NoSchedule", "NoExecute"))
    if taint is not None:
        value = f"={taint.value}" if taint.value else ""
        detail = f"the Pod does not tolerate its taint {taint.key}{value}:{taint.effect}"
        yield Rejection("TaintToleration", "node(s) had untolerated taint(s)", detail)


def node_affinity(query: PodQuery, node: NodeInfo, used: NodeAllocation) -> Iterator[Rejection]:
    """The node must carry the labels that the Pod's nodeSelector and required node affinity ask for."""
    spec = PodSpec(node_selector=query.node_selector, affinity=query.affinity)
    if not matches_required_affinity(spec, node.name, node.labels):
        missing = [f"{k}={v}" for k, v in sorted(query.node_selector.items()) if node.labels.get(k) != v]
        detail = (
            f"it lacks the label {', '.join(missing)}" if missing else "it does not meet the required node affinity"
        )
        yield Rejection("NodeAffinity", "node(s) didn't match Pod's node affinity/selector", detail)


def node_ports(query: PodQuery, node: NodeInfo, used: NodeAllocation) -> Iterator[Rejection]:
    """A port of the node goes to one Pod only."""
    if query.request.ports and ports_conflict(query.request.ports, used.ports):
        taken = ", ".join(f"{protocol} {port}" for _, protocol, port in query.request.ports)
        reason = "node(s) didn't have free ports for the requested pod ports"
        yield Rejection("NodePorts", reason, f"another Pod has its host port: {taken}", resolvable=True)


def node_resources_fit(query: PodQuery, node: NodeInfo, used: NodeAllocation) -> Iterator[Rejection]:
    """What all Pods of the node ask for together must not exceed what it gives."""
    short = shortages(query.request, node.capacity, used)
    # One resource that the whole node could not give makes preemption useless, whatever the others say.
    resolvable = all(each.requested <= each.capacity for each in short if each.resource != "pods")
    for each in short:
        if each.resource == "pods":
            yield Rejection("NodeResourcesFit", "Too many pods", f"it runs {each.used} Pods already", resolvable)
            continue
        amount = of_milli if each.resource == "cpu" else of_bytes
        free = amount(max(0, each.capacity - each.used))
        detail = f"the Pod asks for {amount(each.requested)} {each.resource}, {free} of {amount(each.capacity)} is free"
        yield Rejection("NodeResourcesFit", f"Insufficient {each.resource}", detail, resolvable)
