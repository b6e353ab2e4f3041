"""Outside of the nodes: the router, the internet, and the load balancers of a cloud.

The router connects the network of the machines with the world. It knows the machines and what is public; of Pods and
of the virtual addresses of Services it has never heard.

A load balancer asks the nodes which of them it may use: under the policy Cluster, every node whose kube-proxy answers;
under the policy Local, only those that have an endpoint of the Service themselves (``healthCheckNodePort``). It then
passes packets through as they are (``ipMode: VIP``), or opens a connection of its own to the node port (``Proxy``).

**In Kubernetes:** whatever the machines' network is made of; the cloud's load balancers, set up by the
cloud-controller-manager.

**Simplified:** every public address answers on every port, but for those of the cloud that no load balancer has. A
node's health is known at once.
"""

from kubelab.api.core.node import Node
from kubelab.network.addresses import (
    ROUTER,
    SERVICE_NETWORK,
    LoadBalancer,
    internal_address,
    is_in,
    is_public,
    load_balancer_at,
    node_at,
    owner_of,
    reading_balancer_at,
)
from kubelab.network.journey import Journey, Place
from kubelab.network.node import over_the_wire
from kubelab.network.trail import NO_ROUTE, REFUSED, TIMED_OUT, Packet
from kubelab.state.bootstrap import CONTROL_PLANE_ADDRESS
from kubelab.state.cloud import GIVEN_OUT
from kubelab.state.iptables import POD_NETWORK
from kubelab.state.snapshot import key_of

EXCLUDED = "node.kubernetes.io/exclude-from-external-load-balancers"


def from_internet(journey: Journey, packet: Packet) -> Place:
    """Send a packet of somebody outside to where its destination is.

    Raises:
        Lost: the destination has no meaning outside.
    """
    address = packet.destination
    if is_in(address, POD_NETWORK, SERVICE_NETWORK) and node_at(journey.view, address) is None:
        what = "the cluster IP of a Service" if is_in(address, SERVICE_NETWORK) else "the address of a Pod"
        said = (
            f"{address} is {what}. It means something inside of the cluster only: no router outside knows a way there."
        )
        journey.lose(NO_ROUTE, "not-from-outside", "internet", said, packet)
    if is_public(address) and owner_of(journey.view, address).kind == "internet":
        return Place(kind="internet")
    return through_router(journey, packet)


def through_router(journey: Journey, packet: Packet) -> Place:
    """Let the router send a packet on.

    Raises:
        Lost: the router knows no way.
    """
    address = packet.destination
    if load_balancer_at(journey.view, address) is not None:
        return Place(kind="load-balancer")
    if reading_balancer_at(journey.view, address) is not None:
        return Place(kind="reading-balancer")
    if address == CONTROL_PLANE_ADDRESS or node_at(journey.view, address) is not None:
        return over_the_wire(journey, "", packet, address)
    if is_public(address):
        if not journey.returning:
            journey.hop("router", f"The router {ROUTER} sends the packet out to the internet.", packet)
        return Place(kind="internet")
    owner = owner_of(journey.view, address)
    what = f"{owner}, {address}" if owner.key is not None else address
    said = f"The router {ROUTER} has no route to {what}: such an address is not public."
    journey.lose(NO_ROUTE, "nobody-there", "router", said, packet)


def out_there(journey: Journey, packet: Packet) -> None:
    """Let somebody on the internet take a connection.

    Raises:
        Lost: the address is one of the cloud's, and no load balancer has it (any more).
    """
    address = packet.destination
    if journey.view.snapshot.cloud is not None and address in GIVEN_OUT:
        said = f"No load balancer of the cloud has the address {address} (any more): nobody answers."
        journey.lose(TIMED_OUT, "nobody-there", "internet", said, packet)
    journey.hop("internet", f"{address}:{packet.port} on the internet takes the connection.", packet)


def through_load_balancer(journey: Journey, packet: Packet) -> tuple[Place, Packet]:
    """Let a load balancer send a packet on to a node.

    Raises:
        Lost: it does not take it, or has no node to send it to.
    """
    balancer = load_balancer_at(journey.view, packet.destination)
    assert balancer is not None
    service = balancer.service
    name = f"The load balancer {packet.destination} of {key_of(service)}"
    port = next(
        (p for p in service.spec.ports if p.port == packet.port and (p.protocol or "TCP") == packet.protocol), None
    )
    if port is None:
        said = f"{name} does not serve port {packet.port}/{packet.protocol}."
        journey.lose(REFUSED, "port-not-in-service", "load-balancer", said, packet)
    ranges = service.spec.load_balancer_source_ranges
    if ranges and not is_in(packet.source, *ranges):
        said = f"{name} lets in {', '.join(ranges)} only; {packet.source} is not among them."
        journey.lose(TIMED_OUT, "source-not-allowed", "load-balancer", said, packet)
    nodes = healthy_nodes(journey, balancer)
    if not nodes or (not balancer.passes_through and not port.node_port):
        local = service.spec.external_traffic_policy == "Local"
        why = "no node has an endpoint of the Service on it (externalTrafficPolicy Local)" if local else "none answers"
        why = why if not nodes else "the Service has no node port"
        said = f"{name} has no node that it could send the packet to: {why}."
        journey.lose(TIMED_OUT, "no-healthy-node", "load-balancer", said, packet)
    node = nodes[journey.choose(len(nodes))]
    which = f"node {node.metadata.name} ({nodes.index(node) + 1} of {len(nodes)} that are healthy)"
    place = Place(kind="node", node=node.metadata.name, came="wire")
    if balancer.passes_through:
        journey.hop("load-balancer", f"{name} passes the packet through to {which}.", packet)
        return place, packet
    after = Packet(packet.destination, packet.source_port, internal_address(node), port.node_port, packet.protocol)
    said = f"{name} opens a connection of its own to {which}, node port {port.node_port}."
    journey.hop("load-balancer", said, packet, after)
    journey.remember("load-balancer", packet, after)
    return place, after


def healthy_nodes(journey: Journey, balancer: LoadBalancer) -> list[Node]:
    """The nodes that a load balancer may send packets to."""
    return [
        node
        for node in journey.view.list("Node")
        if internal_address(node) and EXCLUDED not in node.metadata.labels and _is_healthy(journey, node, balancer)
    ]


def _is_healthy(journey: Journey, node: Node, balancer: LoadBalancer) -> bool:
    name, service = node.metadata.name, balancer.service
    machine = journey.view.machine(name)
    if machine is None or not machine.powered or journey.proxy_stopped(name):
        return False
    if service.spec.external_traffic_policy != "Local":
        return True
    rules = machine.rules.get(f"{service.metadata.namespace}/{service.metadata.name}", ())
    return any(each.local_backends for each in rules)
