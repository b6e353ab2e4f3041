"""One machine and a packet: what its kernel does with it, in the kernel's own order.

1. **Prerouting** (output, for what the node itself sends): kube-proxy's rules may rewrite the destination.
2. **Routing:** the most specific route to the destination, as it is now.
3. **Forwarding:** the policies of a Pod of this node that sends it, and of a Pod of this node that it is for.
4. **Postrouting:** the source may become that of the node (masquerade).

Then it leaves: to a Pod over the bridge, to a neighbour over the wire, to the router, or to a program on the node. An
answer takes the same steps without rules and policies: conntrack knows the connection, and undoes what was rewritten.

**In Kubernetes:** netfilter's hooks on each node; the bridge and port mapping plugins of CNI.

**Simplified:** a packet between two Pods of one bridge takes the same steps, but needs no route. What the node sends
to its own Pods is not judged by policies, as a kubelet must always be able to probe. A program on a node is reached by
its Pods whatever their policies say.
"""

from kubelab.network.addresses import (
    ROUTER,
    SERVICE_NETWORK,
    is_in,
    load_balancer_at,
    local_addresses,
    node_at,
    pod_range,
    sandbox_at,
)
from kubelab.network.blame import blame_backend, blame_service_address, choice_sentence, refusal
from kubelab.network.journey import Journey, Place
from kubelab.network.policy import EGRESS, INGRESS, Peer, judge, sentence
from kubelab.network.routes import BRIDGE, DEFAULT, Route, lookup, lost_route
from kubelab.network.sockets import host_port, pod_of
from kubelab.network.trail import NO_ROUTE, REFUSED, TIMED_OUT, UNREACHABLE, Packet
from kubelab.network.translation import LOOPBACK, translate
from kubelab.state.bootstrap import CONTROL_PLANE_ADDRESS
from kubelab.state.iptables import POD_NETWORK
from kubelab.state.machine import Sandbox


def addresses_of(journey: Journey, node: str) -> tuple[str, ...]:
    """All addresses of a node."""
    found = journey.view.get("Node", "", node)
    return local_addresses(found) if found is not None else ()


def forward(journey: Journey, place: Place, packet: Packet) -> tuple[Place, Packet]:
    """Let a packet pass through a node: where it is then, and how it looks.

    Raises:
        Lost: it goes no further.
    """
    node, arrived = place.node, packet
    packet, marked = _prerouting(journey, node, packet)
    if is_own(journey, node, packet.destination):
        journey.remember(node, arrived, packet)
        return Place(kind="node", node=node, came="here"), packet
    own = journey.view.get("Node", "", node)
    if place.came == "pod" and packet == arrived and own is not None and is_in(packet.destination, pod_range(own)):
        route = None
    else:
        route = route_to(journey, node, packet)
    target = sandbox_at(journey.view, packet.destination)
    here = target[1] if target is not None and target[0].name == node else None
    _forward_chain(journey, place, packet, here if route is None or route.device == BRIDGE else None)
    if route is not None and route.destination == DEFAULT:
        _why_by_default(journey, place, packet, route)
    packet = _postrouting(journey, place, packet, route, marked)
    journey.remember(node, arrived, packet)
    return leave(journey, node, packet, route), packet


def answer(journey: Journey, place: Place, packet: Packet) -> tuple[Place, Packet]:
    """Let an answer pass through a node: where it is then, and how it looks.

    Raises:
        Lost: it goes no further.
    """
    node = place.node
    undone = journey.reversed_at(node, packet)
    if undone != packet:
        said = f"conntrack on {node} knows the connection and undoes the translation: {_differences(packet, undone)}."
        journey.hop("conntrack", said, packet, undone, node=node)
    packet = undone
    if is_own(journey, node, packet.destination):
        return Place(kind="node", node=node, came="here"), packet
    own = journey.view.get("Node", "", node)
    if place.came == "pod" and own is not None and is_in(packet.destination, pod_range(own)):
        return leave(journey, node, packet, None), packet
    route = route_to(journey, node, packet)
    blame_route(journey, node, packet, route)
    return leave(journey, node, packet, route), packet


def is_own(journey: Journey, node: str, address: str) -> bool:
    """Whether an address is one of a node's own."""
    return is_in(address, LOOPBACK) or address in addresses_of(journey, node)


def _differences(before: Packet, after: Packet) -> str:
    told = []
    if (before.source, before.source_port) != (after.source, after.source_port):
        told.append(f"source {before.source}:{before.source_port} becomes {after.source}:{after.source_port}")
    if (before.destination, before.port) != (after.destination, after.port):
        told.append(f"destination {before.destination}:{before.port} becomes {after.destination}:{after.port}")
    return ", ".join(told)


# 1. Prerouting


def _prerouting(journey: Journey, node: str, packet: Packet) -> tuple[Packet, bool]:
    """The packet with its destination translated, and whether it is to be masqueraded."""
    machine = journey.view.machine(node)
    if machine is None:
        return packet, False
    local = addresses_of(journey, node)
    found = translate(machine, local, packet, journey.attempt)
    if found is not None:
        rule = "\n".join(found.lines)
        if found.verdict != "DNAT":
            fault, said = refusal(journey, found, node, packet)
            verdict = REFUSED if found.verdict == "REJECT" else TIMED_OUT
            journey.lose(verdict, fault, "kube-proxy", said, packet, node=node, rule=rule)
        address, _, port = found.backend.rpartition(":")
        after = packet._replace(destination=address, port=int(port))
        said = choice_sentence(journey, found, node, packet)
        journey.hop("kube-proxy", said, packet, after, node=node, rule=rule)
        journey.service = (found, node)
        return after, found.masquerade
    if is_own(journey, node, packet.destination):
        claimed = host_port(journey.view, machine, packet.port, packet.protocol)
        if claimed is not None:
            sandbox, inner = claimed
            after = packet._replace(destination=sandbox.ip, port=inner)
            pod = f"{sandbox.namespace}/{sandbox.name}"
            said = f"Pod {pod} has claimed port {packet.port} of {node} (hostPort): it becomes {sandbox.ip}:{inner}."
            journey.hop("host-port", said, packet, after, node=node)
            return after, packet.source == sandbox.ip or is_own(journey, node, packet.source)
    return packet, False


# 2. Routing


def route_to(journey: Journey, node: str, packet: Packet) -> Route:
    """The route that a node takes for a packet.

    Raises:
        Lost: there is none.
    """
    route = lookup(journey.view, node, packet.destination)
    if route is None:
        lost = lost_route(journey.view, node, packet.destination)
        gone = f": `{lost}` is missing" if lost is not None else ""
        said = f"Node {node} has no route to {packet.destination}{gone}."
        journey.lose(UNREACHABLE, "route-missing", "route", said, packet, node=node)
    return route


def _why_by_default(journey: Journey, place: Place, packet: Packet, route: Route) -> None:
    """Whether the default route is the right one for a packet.

    Raises:
        Lost: it is not: the right one is missing, or kube-proxy's rules are.
    """
    blame_route(journey, place.node, packet, route)
    if is_in(packet.destination, SERVICE_NETWORK):
        blame_service_address(journey, place.node, packet)
    if place.came == "wire" and load_balancer_at(journey.view, packet.destination) is not None:
        said = (
            f"There is no rule for {packet.destination}:{packet.port} on {place.node}: kube-proxy has not written any."
        )
        journey.lose(TIMED_OUT, "no-rules", "kube-proxy", said, packet, node=place.node)


def blame_route(journey: Journey, node: str, packet: Packet, route: Route) -> None:
    """Give up a packet that takes another route only because the right one is missing.

    Raises:
        Lost: it is so.
    """
    lost = lost_route(journey.view, node, packet.destination)
    if lost is None:
        return
    said = (
        f"The route to {lost.destination} is missing on {node}: the packet takes the default route to the router "
        f"{ROUTER}, which knows no addresses of Pods."
    )
    rule = f"{route}\n# missing: {lost}"
    journey.lose(NO_ROUTE, "route-missing", "route", said, packet, node=node, rule=rule)


# 3. Forwarding


def _forward_chain(journey: Journey, place: Place, packet: Packet, here: Sandbox | None) -> None:
    """Ask the policies of the Pods of this node that send or receive the packet.

    Raises:
        Lost: a policy denies it.
    """
    if place.came == "self":
        return
    sender = place.sandbox if place.came == "pod" else None
    if sender is not None and here is not None and sender.uid == here.uid:
        # A Pod can always reach itself, also by way of a Service.
        return
    if sender is not None:
        _ask_policies(journey, place.node, sender, EGRESS, packet.destination, packet)
    if here is not None:
        _ask_policies(journey, place.node, here, INGRESS, packet.source, packet)


def _ask_policies(journey: Journey, node: str, sandbox: Sandbox, direction: str, address: str, packet: Packet) -> None:
    pod = pod_of(journey.view, sandbox)
    if pod is None:
        return
    verdict = judge(journey.view, pod, direction, peer_at(journey, address), packet.port, packet.protocol)
    if not verdict.isolated:
        return
    name, said = f"{sandbox.namespace}/{sandbox.name}", sentence(verdict, pod)
    if not verdict.allowed:
        fault = "policy-egress" if direction == EGRESS else "policy-ingress"
        rule = ", ".join(verdict.selecting)
        journey.lose(TIMED_OUT, fault, "policy", said, packet, node=node, pod=name, rule=rule)
    journey.hop("policy", said, packet, node=node, pod=name, rule=verdict.rule)


def peer_at(journey: Journey, address: str) -> Peer:
    """The other end of a connection, as policies see it."""
    found = sandbox_at(journey.view, address)
    pod = pod_of(journey.view, found[1]) if found is not None else None
    if pod is None:
        return Peer(address=address)
    return Peer(address=address, namespace=pod.metadata.namespace, labels=pod.metadata.labels, pod=pod)


# 4. Postrouting


def _postrouting(journey: Journey, place: Place, packet: Packet, route: Route | None, marked: bool) -> Packet:
    """The packet with the address of the node as its source, where that has to be."""
    leaves = route is not None and route.device != BRIDGE and not is_in(packet.destination, POD_NETWORK)
    outbound = leaves and place.came == "pod" and is_in(packet.source, POD_NETWORK)
    source = route.source if route is not None else ""
    if not (marked or outbound) or not source or packet.source == source:
        return packet
    after = packet._replace(source=source)
    why = "its answer has to come back through this node" if marked else "nobody out there knows addresses of Pods"
    said = f"Masquerade: node {place.node} puts its own address {source} in place of {packet.source}, because {why}."
    journey.hop("masquerade", said, packet, after, node=place.node)
    return after


# Out of the node


def leave(journey: Journey, node: str, packet: Packet, route: Route | None) -> Place:
    """Send a packet on by a route (None: over the bridge, within the Pod network of the node).

    Raises:
        Lost: nobody is there to take it.
    """
    if route is None or route.device == BRIDGE:
        return _over_the_bridge(journey, node, packet, route)
    rule = str(route)
    if route.via == ROUTER:
        said = f"Node {node} has no better route to {packet.destination} than the default one, to the router {ROUTER}."
        journey.hop("route", said, packet, node=node, rule=rule)
        return Place(kind="router")
    if route.via:
        said = f"Node {node} has a route to {route.destination}: by way of {route.via}, which is node {route.node}."
    else:
        said = f"{packet.destination} is a neighbour of node {node} in the network of the machines."
    journey.hop("route", said, packet, node=node, rule=rule)
    return over_the_wire(journey, node, packet, route.via or packet.destination)


def _over_the_bridge(journey: Journey, node: str, packet: Packet, route: Route | None) -> Place:
    found = sandbox_at(journey.view, packet.destination)
    rule = str(route) if route is not None else ""
    if found is None or found[0].name != node:
        said = (
            f"No Pod on {node} has the address {packet.destination} (any more): nobody answers on the bridge {BRIDGE}."
        )
        fault, said = blame_backend(journey, packet, "nobody-there", said)
        journey.lose(NO_ROUTE, fault, "bridge", said, packet, node=node, rule=rule)
    sandbox = found[1]
    pod = f"{sandbox.namespace}/{sandbox.name}"
    said = f"The bridge {BRIDGE} of {node} hands the packet to Pod {pod}, which has {packet.destination}."
    journey.hop("bridge", said, packet, node=node, pod=pod, rule=rule)
    return Place(kind="pod", node=node, sandbox=sandbox)


def over_the_wire(journey: Journey, sender: str, packet: Packet, address: str) -> Place:
    """Carry a packet to the machine with an address in the network of the machines.

    Raises:
        Lost: there is no such machine, or it is off.
    """
    if address == CONTROL_PLANE_ADDRESS:
        journey.hop("wire", f"The packet arrives at the control plane, {address}.", packet)
        return Place(kind="control-plane")
    if address == ROUTER:
        return Place(kind="router")
    node = node_at(journey.view, address)
    name = node.metadata.name if node is not None else ""
    machine = journey.view.machine(name)
    from_ = f"from {sender} " if sender else ""
    if machine is None:
        said = f"No machine has the address {address}: nobody answers."
        journey.lose(NO_ROUTE, "nobody-there", "wire", said, packet, node=sender)
    if not machine.powered:
        said = f"The machine of node {name} is switched off: nobody answers at {address}."
        fault, said = blame_backend(journey, packet, "machine-off", said)
        journey.lose(NO_ROUTE, fault, "wire", said, packet, node=name)
    journey.hop("wire", f"The packet arrives {from_}at node {name}, {address}.", packet, node=name)
    return Place(kind="node", node=name, came="wire")
