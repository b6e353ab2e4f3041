"""The Node object of a machine: what it is, what it can give, how it is; and its Lease.

The Node object itself is made by whoever adds the machine to the cluster; its kubelet fills in what it knows.
The heartbeats themselves are not stored: `View.heartbeat` tells when the Lease was last renewed.

**In Kubernetes:** kubelet `kubelet_node_status.go`, `pkg/kubelet/nodestatus`, `pkg/kubelet` (nodeLease).

**Simplified:** a machine never runs short of memory, disk or process ids. Its images are reported every five minutes.
"""

from collections.abc import Iterator
from hashlib import sha256
from ipaddress import IPv4Address

from kubelab.api.coordination import Lease, LeaseSpec
from kubelab.api.core.node import (
    ContainerImage,
    DaemonEndpoint,
    Node,
    NodeAddress,
    NodeCondition,
    NodeDaemonEndpoints,
    NodeStatus,
    NodeSystemInfo,
)
from kubelab.api.meta import ObjectMeta, OwnerReference
from kubelab.api.model import evolve
from kubelab.api.scalars import FrozenMap, Quantity
from kubelab.components.kubelet.images import image_id, reference
from kubelab.state.component import Wanted
from kubelab.state.machine import Machine
from kubelab.state.requests import Create, EventNote, Requeue, Update
from kubelab.state.snapshot import SECOND, ObjectKey, View

VERSION = "v1.36.2"
LEASE_NAMESPACE = "kube-node-lease"
LEASE_SECONDS = 40
REPORT_SECONDS = 300
MACHINE_NETWORK = IPv4Address("172.18.0.0")
"""The network that the machines are in; its first address is that of the router."""

FIRST_ADDRESS = 2

MAX_IMAGES = 50
"""How many images a Node names at most, the largest first."""

DEFAULT_CAPACITY = {
    "cpu": "4",
    "ephemeral-storage": "100Gi",
    "hugepages-1Gi": "0",
    "hugepages-2Mi": "0",
    "memory": "8Gi",
    "pods": "110",
}
"""What a machine has of which nothing is said."""

RUNTIME_DOWN = "container runtime is down"

NETWORK_PLUGIN = (
    "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady "
    "message:Network plugin returns error: cni plugin not initialized"
)


def sync_node(view: View, machine: Machine) -> Wanted:
    """Bring the Node's labels, its status and its Lease up to date, one after another."""
    node = view.get("Node", "", machine.name)
    if node is None:
        return ()
    labelled = with_default_labels(node)
    if labelled is not node:
        message = f"kubelet on {machine.name} labelled its Node with what it knows of the machine."
        return (Update(object=labelled, reason="Registered", message=message),)
    status = node_status(view, node, machine)
    again = Requeue(at=_next_report(view.now), recurring=True)
    if status != node.status:
        return (_report(view, node, status, machine), again)
    lease = node_lease(view, node)
    return (again,) if lease is None else (lease, again)


def _next_report(now: int) -> int:
    period = REPORT_SECONDS * SECOND
    return now - now % period + period


def with_default_labels(node: Node) -> Node:
    """The Node with the labels that every kubelet gives its Node; the same object when it has them."""
    defaults = {
        "beta.kubernetes.io/arch": "amd64",
        "beta.kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": node.metadata.name,
        "kubernetes.io/os": "linux",
    }
    notes = {"volumes.kubernetes.io/controller-managed-attach-detach": "true"}
    meta = node.metadata
    labels = {name: value for name, value in defaults.items() if name not in meta.labels}
    annotations = {name: value for name, value in notes.items() if name not in meta.annotations}
    if not labels and not annotations:
        return node
    changed = evolve(meta, labels=meta.labels.with_(labels), annotations=meta.annotations.with_(annotations))
    return evolve(node, metadata=changed)


def node_status(view: View, node: Node, machine: Machine) -> NodeStatus:
    """The status that the Node should have now (``setNodeStatus``)."""
    old = node.status
    capacity = FrozenMap({name: Quantity(amount) for name, amount in DEFAULT_CAPACITY.items()} | old.capacity)
    return evolve(
        old,
        capacity=old.capacity if capacity == old.capacity else capacity,
        allocatable=capacity.with_(old.allocatable),
        conditions=conditions(view, node),
        addresses=old.addresses or addresses(view, node),
        daemon_endpoints=NodeDaemonEndpoints(kubelet_endpoint=DaemonEndpoint(port=10250)),
        node_info=system_info(node),
        images=node_images(machine, view.now),
    )


def addresses(view: View, node: Node) -> tuple[NodeAddress, ...]:
    """The next address of the machines' network that no Node has, and the name of the machine."""
    index = view.snapshot.index
    number = len(index.get(("nodeIP",), ())) + FIRST_ADDRESS
    while ("nodeIP", str(MACHINE_NETWORK + number)) in index:
        number += 1
    return (
        NodeAddress(type="InternalIP", address=str(MACHINE_NETWORK + number)),
        NodeAddress(type="Hostname", address=node.metadata.name),
    )


def conditions(view: View, node: Node) -> tuple[NodeCondition, ...]:
    """The conditions of a machine that is well; those of others are left as they are."""
    machine = view.machine(node.metadata.name)
    wrong = [RUNTIME_DOWN] if machine is not None and machine.runtime_down else []
    wrong += [] if node_ipv4_range(node) else [NETWORK_PLUGIN]
    wanted = (
        ("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
        ("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
        ("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
        ("Ready", "False", "KubeletNotReady", "; ".join(wrong))
        if wrong
        else ("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
    )
    held = {each.type: each for each in node.status.conditions}
    names = [each[0] for each in wanted]
    mine = tuple(_condition(view, held.get(each[0]), *each) for each in wanted)
    return (*(each for each in node.status.conditions if each.type not in names), *mine)


def _condition(
    view: View, old: NodeCondition | None, type: str, status: str, reason: str, message: str
) -> NodeCondition:
    if old is not None and (old.status, old.reason, old.message) == (status, reason, message):
        return old
    since = old.last_transition_time if old is not None and old.status == status else view.time
    return NodeCondition(
        type=type,
        status=status,
        reason=reason,
        message=message,
        last_heartbeat_time=view.time,
        last_transition_time=since,
    )


def system_info(node: Node) -> NodeSystemInfo:
    """What the machine is."""
    digest = sha256(node.metadata.name.encode()).hexdigest()
    return NodeSystemInfo(
        machine_id=digest[:32],
        system_uuid=f"{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:32]}",
        boot_id=f"{digest[32:40]}-{digest[40:44]}-{digest[44:48]}-{digest[48:52]}-{digest[52:64]}",
        kernel_version="6.8.0",
        os_image="Debian GNU/Linux 12 (bookworm)",
        container_runtime_version="containerd://2.1.0",
        kubelet_version=VERSION,
        operating_system="linux",
        architecture="amd64",
    )


def node_images(machine: Machine, now: int) -> tuple[ContainerImage, ...]:
    """The images that were on the machine's disk when it was last looked at, the largest first."""
    looked = now - now % (REPORT_SECONDS * SECOND)
    there = [(name, size) for name, size in machine.images.items() if machine.images_since.get(name, 0) < looked]
    order = sorted(there, key=lambda item: (-item[1], item[0]))
    return tuple(_image(name, size) for name, size in order[:MAX_IMAGES])


def _image(name: str, size: int) -> ContainerImage:
    full = reference(name)
    digest = f"{full.partition('@')[0].rpartition(':')[0] or full}@{image_id(name)}"
    return ContainerImage(names=(digest, full), size_bytes=size)


def node_lease(view: View, node: Node) -> Create | None:
    """The Lease that the kubelet renews, if it is not there yet."""
    name = node.metadata.name
    if view.get("Lease", LEASE_NAMESPACE, name) is not None or view.get("Namespace", "", LEASE_NAMESPACE) is None:
        return None
    owner = OwnerReference(api_version="v1", kind="Node", name=name, uid=node.metadata.uid)
    return Create(
        object=Lease(
            metadata=ObjectMeta(name=name, namespace=LEASE_NAMESPACE, owner_references=(owner,)),
            spec=LeaseSpec(holder_identity=name, lease_duration_seconds=LEASE_SECONDS, renew_time=view.micro_time),
        ),
        reason="LeaseCreated",
        message=f"kubelet on {name} made its Lease, which it renews every ten seconds from now on.",
    )


def node_ipv4_range(node: Node) -> str:
    """The node's range of IPv4 Pod addresses, or "" while it has none."""
    ranges = node.spec.pod_cidrs or ((node.spec.pod_cidr,) if node.spec.pod_cidr else ())
    return next((each for each in ranges if ":" not in each), "")


EVENTS = {
    ("MemoryPressure", "False"): "NodeHasSufficientMemory",
    ("DiskPressure", "False"): "NodeHasNoDiskPressure",
    ("PIDPressure", "False"): "NodeHasSufficientPID",
    ("Ready", "True"): "NodeReady",
    ("Ready", "False"): "NodeNotReady",
}
"""The Event that tells of a condition that has changed."""


def _report(view: View, node: Node, status: NodeStatus, machine: Machine) -> Update:
    ready = next(each for each in status.conditions if each.type == "Ready")
    said = "is Ready" if ready.status == "True" else f"is not Ready: {ready.message}"
    return Update(
        object=evolve(node, status=status),
        subresource="status",
        reason=ready.reason,
        message=f"kubelet on {machine.name} reported: Node {machine.name} {said}.",
        events=tuple(_events(node, status)),
    )


def _events(node: Node, status: NodeStatus) -> Iterator[EventNote]:
    name = node.metadata.name
    key = ObjectKey("Node", "", name)
    held = {each.type: each.status for each in node.status.conditions}
    if not node.status.node_info.kubelet_version:
        yield EventNote(key, "Starting", "Starting kubelet.", component="kubelet", host=name)
    for each in status.conditions:
        word = EVENTS.get((each.type, each.status))
        first_not_ready = word == "NodeNotReady" and "Ready" not in held
        if word is not None and held.get(each.type) != each.status and not first_not_ready:
            yield EventNote(key, word, f"Node {name} status is now: {word}", component="kubelet", host=name)
