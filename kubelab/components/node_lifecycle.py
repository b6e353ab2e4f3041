"""node lifecycle controller: notices that a node has fallen silent, and keeps Pods away from it.

- **Desired:** the conditions and taints of each Node say whether Pods can run there.
- **Actual:** when its kubelet last renewed its Lease, its conditions, its taints, the Pods bound to it.
- **Action:** of a Node whose kubelet has not been heard for 50 seconds it says that nobody knows how it is
  (``Ready=Unknown``), marks its Pods not ready, so that no Service sends them anything, and taints it: NoSchedule at
  once, so that no Pod comes, and NoExecute, so that after a while its Pods are evicted. When the kubelet is heard
  again and reports, the taints go. A cordoned Node is tainted, too.

A heartbeat is a renewed Lease, every ten seconds. While it comes, this controller has nothing to do and sets no timer.

When most nodes fall silent together, it is rather the network of the control plane that is broken than the nodes. Then
no Pod is to be evicted: if no Node is ready, NoExecute taints are even taken away, and if more than half of a small
cluster is not ready (and more than two Nodes), none are added.

**In Kubernetes:** `pkg/controller/nodelifecycle` (monitorNodeHealth, doNoScheduleTaintingPass,
doNoExecuteTaintingPass).

**Simplified:** upstream looks at every Node every five seconds; here a Lease that stops (or resumes) being renewed
wakes the controller. All Nodes count as one zone, and NoExecute taints are not spread over time (upstream: one Node in
ten seconds). The old labels ``beta.kubernetes.io/os`` and ``arch`` are left to the kubelet.
"""

from collections.abc import Iterator
from typing import ClassVar

from kubelab.api.conditions import find, with_condition
from kubelab.api.core.node import Node, NodeCondition, Taint
from kubelab.api.model import evolve
from kubelab.state.component import Wanted
from kubelab.state.requests import EventNote, Record, Request, Requeue, Update
from kubelab.state.snapshot import SECOND, Change, Object, ObjectKey, View, key_of

MONITOR_GRACE_SECONDS = 50
"""How long a kubelet may be silent (``--node-monitor-grace-period``)."""

STARTUP_GRACE_SECONDS = 60
"""How long a new Node may take until its kubelet reports for the first time (``--node-startup-grace-period``)."""

LEASE_NAMESPACE = "kube-node-lease"

REPORTED = ("Ready", "MemoryPressure", "DiskPressure", "PIDPressure")
"""The conditions that only a kubelet can know."""

NOT_READY = "node.kubernetes.io/not-ready"
UNREACHABLE = "node.kubernetes.io/unreachable"
UNSCHEDULABLE = "node.kubernetes.io/unschedulable"

CONDITION_TAINTS = {
    ("Ready", "False"): NOT_READY,
    ("Ready", "Unknown"): UNREACHABLE,
    ("MemoryPressure", "True"): "node.kubernetes.io/memory-pressure",
    ("DiskPressure", "True"): "node.kubernetes.io/disk-pressure",
    ("NetworkUnavailable", "True"): "node.kubernetes.io/network-unavailable",
    ("PIDPressure", "True"): "node.kubernetes.io/pid-pressure",
}
"""Which taint stands for which condition with which status."""

OWN_TAINTS = frozenset((*CONDITION_TAINTS.values(), UNSCHEDULABLE))
"""The keys of the NoSchedule taints that this controller adds and takes away."""

UNHEALTHY_SHARE = 0.55
"""From this share of Nodes that are not ready on, a cluster is partly disrupted (``--unhealthy-zone-threshold``)."""

LARGE_CLUSTER = 50
"""In larger clusters a partial disruption only slows evictions down (``--large-cluster-size-threshold``)."""


class NodeLifecycleController:
    """Watches over the health of Nodes. Keys: Nodes.

    Attributes:
        monitor_period: after so many seconds at the latest a new Node is told of, as by upstream's rounds; 0 means at
            once.
    """

    name: ClassVar[str] = "node-controller"
    watches: ClassVar[tuple[str, ...]] = ("Node", "Lease", "Pod")

    def __init__(self, monitor_period: int = 0) -> None:
        self.monitor_period = monitor_period

    def enqueue(self, change: Change) -> Iterator[ObjectKey]:
        """The Node itself; by its Lease; by a Pod that comes to a Node of which nobody hears."""
        kind, namespace, name = change.key
        if kind == "Node":
            yield change.key
            if zone_state(*counts_before(change)) != zone_state(*counts(change.view)):
                # On a disruption that begins or ends, the taints of all lost Nodes depend.
                yield from change.view.nodes_not_ready()
        elif kind == "Lease":
            if namespace == LEASE_NAMESPACE:
                yield ObjectKey("Node", "", name)
        elif change.after is not None and change.after.spec.node_name:
            node = change.view.get("Node", "", change.after.spec.node_name)
            if node is not None and readiness(node) == "Unknown":
                yield key_of(node)

    def reconcile(self, view: View, key: ObjectKey) -> Wanted:
        """Register the Node; judge its health; then mark its Pods and set its taints, as its conditions ask for."""
        node = view.find(key)
        if node is None:
            return removing(view, key)
        registration = register(view, node, self.monitor_period)
        deadline = deadline_of(view, node)
        if deadline is None:
            return [*registration, *taint(view, node)]
        if view.now < deadline:
            return [*registration, *taint(view, node), Requeue(at=deadline)]
        verdict = mark_unknown(view, node)
        return [*registration, *(verdict or [*mark_pods_not_ready(view, node), *taint(view, node)])]


def readiness(node: Node | None) -> str:
    """The status of the condition Ready, or "" while there is none."""
    condition = find(node.status.conditions, "Ready") if node is not None else None
    return condition.status if condition is not None else ""


# Nodes that come and go


def register(view: View, node: Node, monitor_period: int = 0) -> list[Request | Requeue]:
    """Tell once of a Node that is seen for the first time, once the next round is due."""
    key = key_of(node)
    if any(e.reason == "RegisteredNode" and e.uid == node.metadata.uid for e in view.events(key)):
        return []
    due = ((node.metadata.creation_timestamp or 0) + monitor_period) * SECOND
    if monitor_period and view.now < due:
        return [Requeue(at=due)]
    text = f"Node {key.name} event: Registered Node {key.name} in Controller"
    return [
        Record(
            target=key,
            reason="RegisteredNode",
            message=f"node-controller saw Node {key.name} for the first time and watches over it from now on.",
            events=(EventNote(key, "RegisteredNode", text),),
        )
    ]


def removing(view: View, key: ObjectKey) -> Wanted:
    """Tell of a Node that is gone."""
    told = [e for e in view.events(key) if e.reason in ("RegisteredNode", "RemovingNode")]
    removed = {e.uid for e in told if e.reason == "RemovingNode"}
    lost = [e.uid for e in told if e.reason == "RegisteredNode" and e.uid not in removed]
    text = f"Node {key.name} event: Removing Node {key.name} from Controller"
    return [
        Record(
            target=key,
            reason="RemovingNode",
            message=f"node-controller stopped watching over Node {key.name}: it was deleted.",
            events=(EventNote(key, "RemovingNode", text, uid=uid),),
        )
        for uid in lost
    ]


# Nodes that fall silent


def deadline_of(view: View, node: Node) -> int | None:
    """Until when a silent kubelet may be heard again, in microseconds since 1970; None while it is not silent."""
    machine = view.machine(node.metadata.name)
    if machine is not None and machine.silent_since is None:
        return None
    if not readiness(node):
        return ((node.metadata.creation_timestamp or 0) + STARTUP_GRACE_SECONDS) * SECOND
    heard = view.heartbeat(node.metadata.name)
    if heard is None:
        ready = find(node.status.conditions, "Ready")
        heard = ((ready.last_heartbeat_time if ready is not None else None) or 0) * SECOND
    return heard + MONITOR_GRACE_SECONDS * SECOND


def mark_unknown(view: View, node: Node) -> list[Request | Requeue]:
    """Say that nobody knows how the Node is, if that is not said yet."""
    conditions = node.status.conditions
    for name in REPORTED:
        conditions = with_condition(conditions, unknown(node, find(conditions, name), name), view.time)
    if conditions is node.status.conditions:
        return []
    key = key_of(node)
    text = f"Node {key.name} status is now: NodeNotReady"
    silence = (
        f"has not renewed its Lease for {MONITOR_GRACE_SECONDS} seconds"
        if readiness(node)
        else f"has not reported in the first {STARTUP_GRACE_SECONDS} seconds"
    )
    return [
        Update(
            object=evolve(node, status=evolve(node.status, conditions=conditions)),
            subresource="status",
            reason="NodeStatusUnknown",
            message=f"node-controller marked Node {key.name} as Ready=Unknown: its kubelet {silence}.",
            events=(EventNote(key, "NodeNotReady", text),) if readiness(node) == "True" else (),
        )
    ]


def unknown(node: Node, current: NodeCondition | None, name: str) -> NodeCondition:
    """A condition of which nobody can say any more whether it holds."""
    if current is None:
        return NodeCondition(
            type=name,
            status="Unknown",
            last_heartbeat_time=node.metadata.creation_timestamp,
            reason="NodeStatusNeverUpdated",
            message="Kubelet never posted node status.",
        )
    if current.status == "Unknown":
        return current
    return evolve(current, status="Unknown", reason="NodeStatusUnknown", message="Kubelet stopped posting node status.")


def mark_pods_not_ready(view: View, node: Node) -> list[Request | Requeue]:
    """Mark the Pods on a silent Node not ready: they may well run, but nobody can tell (``MarkPodsNotReady``)."""
    if readiness(node) != "Unknown":
        return []
    return [
        Update(
            object=with_ready_false(view, pod),
            subresource="status",
            reason="NodeNotReady",
            message=(
                f"node-controller marked {key_of(pod)} as not ready because nothing is heard of its Node "
                f"{node.metadata.name}: no Service is to send it anything."
            ),
            events=(EventNote(key_of(pod), "NodeNotReady", "Node is not ready", type="Warning"),),
        )
        for pod in view.pods_on(node.metadata.name)
        if (ready := find(pod.status.conditions, "Ready")) is not None and ready.status != "False"
    ]


def with_ready_false(view: View, pod: Object) -> Object:
    """The Pod with its condition Ready set to False, and nothing else of it changed."""
    ready = find(pod.status.conditions, "Ready")
    conditions = with_condition(pod.status.conditions, evolve(ready, status="False"), view.time)
    return evolve(pod, status=evolve(pod.status, conditions=conditions))


# Taints


def taint(view: View, node: Node) -> list[Request | Requeue]:
    """Bring the Node's taints in line with its conditions: first NoSchedule, then NoExecute."""
    return [*taint_no_schedule(view, node)] or taint_no_execute(view, node)


def taint_no_schedule(view: View, node: Node) -> list[Request | Requeue]:
    """Keep new Pods away from a Node that is cordoned, not ready, or short of something."""
    wanted = [
        CONDITION_TAINTS[c.type, c.status] for c in node.status.conditions if (c.type, c.status) in CONDITION_TAINTS
    ]
    if node.spec.unschedulable:
        wanted.append(UNSCHEDULABLE)
    present = [t.key for t in node.spec.taints if t.effect == "NoSchedule" and t.key in OWN_TAINTS]
    return swap_taints(
        view,
        node,
        add=[Taint(key=key, effect="NoSchedule") for key in wanted if key not in present],
        remove=[Taint(key=key, effect="NoSchedule") for key in present if key not in wanted],
    )


def taint_no_execute(view: View, node: Node) -> list[Request | Requeue]:
    """Have the Pods of a lost Node evicted, unless so many Nodes are lost that something else must be wrong."""
    wanted = {"False": NOT_READY, "Unknown": UNREACHABLE}.get(readiness(node), "")
    present = [t.key for t in node.spec.taints if t.effect == "NoExecute" and t.key in (NOT_READY, UNREACHABLE)]
    disruption = zone_state(*counts(view))
    if disruption == "FullDisruption":
        wanted = ""
    elif disruption == "PartialDisruption" and not present:
        # A taint that stands for the other of the two conditions is exchanged even now.
        return []
    return swap_taints(
        view,
        node,
        add=[Taint(key=wanted, effect="NoExecute")] if wanted and wanted not in present else [],
        remove=[Taint(key=key, effect="NoExecute") for key in present if key != wanted],
    )


def zone_state(nodes: int, lost: int) -> str:
    """Whether evictions are stopped because too many Nodes are not ready (``ComputeZoneState``)."""
    if lost == nodes:
        return "FullDisruption"
    if lost > 2 and lost / nodes >= UNHEALTHY_SHARE and nodes <= LARGE_CLUSTER:
        return "PartialDisruption"
    return "Normal"


def counts(view: View) -> tuple[int, int]:
    """How many Nodes there are, and how many of them are not ready."""
    return view.count("Node"), len(view.snapshot.index.get(("unready",), ()))


def counts_before(change: Change) -> tuple[int, int]:
    """The same before a change of one Node."""
    nodes, lost = counts(change.view)
    if change.before is not None:
        nodes, lost = nodes + 1, lost + (readiness(change.before) != "True")
    if change.after is not None:
        nodes, lost = nodes - 1, lost - (readiness(change.after) != "True")
    return nodes, lost


def swap_taints(view: View, node: Node, add: list[Taint], remove: list[Taint]) -> list[Request | Requeue]:
    """Add and remove taints in one write (``SwapNodeControllerTaint``)."""
    if not add and not remove:
        return []
    gone = {(t.key, t.effect) for t in remove}
    kept = tuple(t for t in node.spec.taints if (t.key, t.effect) not in gone)
    taints = (*kept, *(evolve(t, time_added=view.time) for t in add))
    texts = [f"put the taint {t.key}:{t.effect}" for t in add]
    texts += [f"took off the taint {t.key}:{t.effect}" for t in remove]
    return [
        Update(
            object=evolve(node, spec=evolve(node.spec, taints=taints)),
            reason="NodeTainted" if add else "NodeUntainted",
            message=(
                f"node-controller changed Node {node.metadata.name}: it {' and '.join(texts)} "
                f"(Ready={readiness(node) or 'not reported yet'}{', cordoned' if node.spec.unschedulable else ''})."
            ),
        )
    ]
