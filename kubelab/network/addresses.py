"""Addresses: which networks there are, and who owns an address.

Four kinds of address meet in a cluster. A Pod has one out of the range of its node (`spec.podCIDR`) as long as its
sandbox lives. A Service has one that no machine owns at all: it exists in the rules of kube-proxy. A machine has one
in the network of the machines. And everything else is outside.

Who owns the address of a Pod is asked of the machines, not of etcd: what answers is the sandbox that really runs.

**In Kubernetes:** the ``--cluster-cidr`` and ``--service-cluster-ip-range`` of the control plane, the network plugin's
IPAM, and the addresses in the status of Nodes, Pods and Services.

**Simplified:** the outside world is 198.51.100.0/24 and whatever else is public; all its addresses answer. The
addresses of the machines can be reached from there as if they were public.
"""

from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b
from ipaddress import AddressValueError, IPv4Address, IPv4Network

import attrs

from kubelab.api.core.node import Node
from kubelab.api.core.pod import Pod
from kubelab.api.core.service import Service
from kubelab.state.bootstrap import CONTROL_PLANE_ADDRESS
from kubelab.state.ingress_controllers import IMPLEMENTATIONS, Implementation, hostname_of
from kubelab.state.iptables import POD_NETWORK
from kubelab.state.machine import Machine, Sandbox
from kubelab.state.snapshot import ObjectKey, View, key_of

SERVICE_NETWORK = "10.96.0.0/16"
"""Where the cluster addresses of Services are."""

MACHINE_NETWORK = "172.18.0.0/16"
"""The network that connects the machines."""

ROUTER = "172.18.0.1"
"""The router of that network: the way to the outside."""

OUTSIDE_NETWORK = "198.51.100.0/24"
"""Where names outside of the cluster lead (a range that is kept free for documentation)."""

INTERNET_CLIENT = "203.0.113.7"
"""Somebody on the internet."""

PRIVATE_NETWORKS = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16", "0.0.0.0/8")
"""Addresses that nobody on the internet has."""


@attrs.frozen(slots=True, kw_only=True)
class Owner:
    """Who owns an address.

    Attributes:
        kind: ``pod``, ``bridge`` (the node's end of its Pod network), ``node``, ``control-plane``, ``service``,
            ``load-balancer``, ``loopback``, ``router``, ``internet`` or ``nobody``.
        key: the Pod, Node or Service, or None.
        node: the node on which it is, or "".
        uid: of the Pod.
    """

    kind: str
    key: ObjectKey | None = None
    node: str = ""
    uid: str = ""

    def __str__(self) -> str:
        """The owner in a sentence."""
        if self.kind == "bridge":
            return f"the bridge of node {self.node}"
        if self.kind == "load-balancer":
            return f"the load balancer of {self.key}"
        if self.key is not None:
            return str(self.key)
        names = {"control-plane": "the control plane", "internet": "the internet", "router": "the router"}
        return names.get(self.kind, self.kind)


@attrs.frozen(slots=True, kw_only=True)
class LoadBalancer:
    """A load balancer that the cloud has set up for a Service.

    Attributes:
        address: its address; for one that is known by a name, where the name leads.
        hostname: its name, or "".
        service: the Service that it belongs to.
        passes_through: whether packets reach the nodes with its own address as destination (``VIP``), so that
            kube-proxy's rules take them; otherwise it opens a connection of its own to a node port (``Proxy``).
    """

    address: str
    hostname: str
    service: Service
    passes_through: bool


@attrs.frozen(slots=True, kw_only=True)
class ReadingBalancer:
    """A load balancer of the cloud that reads requests, and sends each on by the rules of Ingresses.

    Attributes:
        address: its address.
        hostname: its name, or "".
        owner: the Ingress that it was made for, or the IngressClass whose Ingresses share it.
        implementation: the Ingress controller that asked for it.
        ports: the ports that it listens on.
    """

    address: str
    hostname: str
    owner: ObjectKey
    implementation: Implementation
    ports: tuple[int, ...]


@lru_cache(maxsize=16384)
def network(text: str) -> IPv4Network:
    """A range of addresses.

    Raises:
        ValueError: the text is none.
    """
    return IPv4Network(text, strict=False)


@lru_cache(maxsize=16384)
def address(text: str) -> IPv4Address | None:
    """An address, or None for a text that is none."""
    try:
        return IPv4Address(text)
    except AddressValueError:
        return None


def is_in(text: str, *networks: str) -> bool:
    """Whether an address lies in one of some ranges."""
    number = address(text)
    return number is not None and any(number in network(each) for each in networks if ":" not in each)


def is_public(text: str) -> bool:
    """Whether somebody on the internet can have an address."""
    return not is_in(text, *PRIVATE_NETWORKS)


def outside_address(name: str) -> str:
    """The address that a name outside of the cluster leads to; always the same one."""
    number = blake2b(name.lower().encode(), digest_size=2).digest()
    return str(network(OUTSIDE_NETWORK)[10 + int.from_bytes(number) % 240])


def pod_range(node: Node) -> str:
    """The node's range of IPv4 Pod addresses, or "" while it has none."""
    ranges = node.spec.pod_cidrs or ((node.spec.pod_cidr,) if node.spec.pod_cidr else ())
    return next((each for each in ranges if ":" not in each), "")


def bridge_address(cidr: str) -> str:
    """The address of a node in its own Pod network: the first of the range."""
    return str(network(cidr)[1])


def internal_address(node: Node) -> str:
    """The address of a machine in the network of the machines, or "" before its kubelet has reported it."""
    return next((a.address for a in node.status.addresses if a.type == "InternalIP" and ":" not in a.address), "")


def node_addresses(node: Node) -> tuple[str, ...]:
    """All addresses that a machine answers to in the network of the machines, and from outside."""
    wanted = ("InternalIP", "ExternalIP")
    return tuple(a.address for a in node.status.addresses if a.type in wanted and address(a.address) is not None)


def local_addresses(node: Node) -> tuple[str, ...]:
    """All addresses of a machine, its end of the Pod network included."""
    cidr = pod_range(node)
    return (*node_addresses(node), *((bridge_address(cidr),) if cidr else ()))


def is_alive(machine: Machine, sandbox: Sandbox) -> bool:
    """Whether a sandbox is there: its machine is on, and it is not from before the machine was last switched on."""
    return machine.powered and sandbox.stopped_at is None and sandbox.started_at >= machine.booted_at


def sandbox_of(view: View, pod: Pod) -> tuple[Machine, Sandbox] | None:
    """The living sandbox of a Pod, and its machine; None where there is none (yet, or any more)."""
    machine = view.machine(pod.spec.node_name)
    sandbox = machine.sandboxes.get(pod.metadata.uid) if machine is not None else None
    return (machine, sandbox) if machine is not None and sandbox is not None and is_alive(machine, sandbox) else None


def node_with_range(view: View, text: str) -> Node | None:
    """The node in whose range of Pod addresses an address lies, or None."""
    if not is_in(text, POD_NETWORK):
        return None
    # Ranges are of 256 addresses unless somebody chose others; those are looked for one by one.
    key = view.holder("podCIDR", str(network(f"{text}/24")))
    found: Node | None = view.find(key) if key is not None else None
    if found is not None:
        return found
    return next((node for node in view.list("Node") if pod_range(node) and is_in(text, pod_range(node))), None)


def sandbox_at(view: View, text: str) -> tuple[Machine, Sandbox] | None:
    """The living sandbox that has an address, and its machine, or None."""
    node = node_with_range(view, text)
    machine = view.machine(node.metadata.name) if node is not None else None
    uid = machine.addresses.get(text) if machine is not None else None
    if machine is None or uid is None:
        return None
    sandbox = machine.sandboxes.get(uid)
    return (machine, sandbox) if sandbox is not None and is_alive(machine, sandbox) else None


def load_balancers(view: View) -> Iterator[LoadBalancer]:
    """The load balancers that Services of type LoadBalancer have got from the cloud."""
    for service in view.list("Service"):
        if service.spec.type != "LoadBalancer":
            continue
        for entry in service.status.load_balancer.ingress:
            passes = bool(entry.ip) and entry.ip_mode != "Proxy"
            if entry.ip or entry.hostname:
                found = entry.ip or outside_address(entry.hostname)
                yield LoadBalancer(address=found, hostname=entry.hostname, service=service, passes_through=passes)


def load_balancer_at(view: View, text: str) -> LoadBalancer | None:
    """The load balancer that has an address, or None."""
    return next((each for each in load_balancers(view) if each.address == text), None)


def reading_balancers(view: View) -> Iterator[ReadingBalancer]:
    """The load balancers that the cloud has set up for Ingress controllers, and that serve already."""
    cloud = view.snapshot.cloud
    if cloud is None:
        return
    for full in sorted(cloud.load_balancers):
        balancer = cloud.load_balancers[full]
        kind, _, name = full.partition(" ")
        if kind not in ("Ingress", "IngressClass") or balancer.state(view.now) != "active":
            continue
        namespace, _, short = name.rpartition("/")
        owner = ObjectKey(kind, namespace, short)
        sort = [each for each in IMPLEMENTATIONS.values() if each.in_cloud and each.per_ingress == (kind == "Ingress")]
        this = next((each for each in sort if each.per_ingress or each.ingress_class == short), None)
        if this is not None:
            yield ReadingBalancer(
                address=balancer.address,
                hostname=hostname_of(this, balancer.name, balancer.address),
                owner=owner,
                implementation=this,
                ports=tuple(listener.port for listener in balancer.listeners),
            )


def reading_balancer_at(view: View, text: str) -> ReadingBalancer | None:
    """The load balancer with an address that reads requests, or None."""
    return next((each for each in reading_balancers(view) if each.address == text), None)


def node_at(view: View, text: str) -> Node | None:
    """The node that has an address in the network of the machines or outside, or None."""
    key = view.holder("nodeIP", text)
    found: Node | None = view.find(key) if key is not None else None
    if found is not None or is_in(text, POD_NETWORK, SERVICE_NETWORK):
        return found
    return next((node for node in view.list("Node") if text in node_addresses(node)), None)


def owner_of(view: View, text: str) -> Owner:
    """Who owns an address, as the machines and the objects have it at this moment."""
    if is_in(text, "127.0.0.0/8"):
        return Owner(kind="loopback")
    if text == CONTROL_PLANE_ADDRESS:
        return Owner(kind="control-plane")
    if text == ROUTER:
        return Owner(kind="router")
    node = node_at(view, text)
    if node is not None:
        return Owner(kind="node", key=key_of(node), node=node.metadata.name)
    found = sandbox_at(view, text)
    if found is not None:
        machine, sandbox = found
        pod = ObjectKey("Pod", sandbox.namespace, sandbox.name)
        return Owner(kind="pod", key=pod, node=machine.name, uid=sandbox.uid)
    ranged = node_with_range(view, text)
    if ranged is not None and bridge_address(pod_range(ranged)) == text:
        return Owner(kind="bridge", key=key_of(ranged), node=ranged.metadata.name)
    service = view.holder("clusterIP", text)
    if service is not None:
        return Owner(kind="service", key=service)
    balancer = load_balancer_at(view, text)
    if balancer is not None:
        return Owner(kind="load-balancer", key=key_of(balancer.service))
    reading = reading_balancer_at(view, text)
    if reading is not None:
        return Owner(kind="load-balancer", key=reading.owner)
    return Owner(kind="internet") if is_public(text) else Owner(kind="nobody")
