"""The walk of a packet: from a Pod, a node or the internet to whatever it is to reach, and its answer back.

    walk(view, "web-1", "http://db:5432")  ->  Walk

1. What is meant becomes an address and a port (`naming`): DNS, or the address that somebody outside knows.
2. The packet leaves, and each place it comes to sends it on: a Pod to its node, a node (`node`), the router and load
   balancers (`outside`), until a Pod, a program on a node, the control plane or the internet takes it.
3. A process listens there, or none does (`sockets`).
4. An Ingress controller reads the request and opens a connection of its own, which goes the same way (`reader`).
5. The answer goes back: every place looks for its own way, and every translation is undone where it was made. That can
   fail, too: who opened the connection then waits in vain.

What is walked is the first packet of a connection, at this moment. Nothing is sent: the cluster stays as it is.

**Simplified:** a refusal finds its way back without being walked. A process that accepts a connection also answers.
"""

from kubelab.network.addresses import is_in, sandbox_of
from kubelab.network.blame import blame_backend
from kubelab.network.journey import CLIENT_PORT, Journey, Leg, Lost, Place
from kubelab.network.naming import destination
from kubelab.network.node import answer, forward, is_own, route_to
from kubelab.network.outside import from_internet, out_there, through_load_balancer, through_router
from kubelab.network.places import Goal, Start, goal_of, start_of
from kubelab.network.reader import Reader, answered, knock_at_balancer, read, reader_at, through_cloud, verdict_of
from kubelab.network.sockets import knock_at_control_plane, knock_at_node, knock_at_pod, runs_anything
from kubelab.network.trail import DELIVERED, NOT_SENT, REFUSED, Hop, Packet, Walk
from kubelab.network.translation import LOOPBACK
from kubelab.state.machine import Sandbox
from kubelab.state.snapshot import View


def walk(view: View, source: str, target: str, *, stopped: frozenset[str] = frozenset(), attempt: int = 0) -> Walk:
    """Follow a packet and its answer.

    Args:
        view: the cluster at one moment.
        source: where it starts; see `kubelab.network.places`.
        target: what it is to reach; see there.
        stopped: the components that do not run, by which the walk can say why rules are old.
        attempt: which attempt to connect this is, from 0: each takes the next one of several endpoints.

    Raises:
        UsageError: there is no such source, or the target cannot be read.
    """
    start = start_of(view, source)
    goal = goal_of(view, start, target)
    journey = Journey(view, stopped, attempt)
    legs: list[Leg] = []
    try:
        reader, verdict = _there(journey, start, goal, legs)
    except Lost as lost:
        return _ended(start, goal, journey, lost.verdict)
    there, journey.hops, journey.returning = tuple(journey.hops), [], True
    try:
        verdict = _back(journey, legs, reader, verdict)
    except Lost as lost:
        return _ended(start, goal, journey, lost.verdict, there)
    _arrived(journey, start, legs[0], verdict)
    hops = (*there, *journey.hops)
    told = there[-1] if verdict == DELIVERED else next((hop for hop in hops if not hop.ok), there[-1])
    return Walk(
        source=start.text,
        target=target,
        hops=there,
        back=tuple(journey.hops),
        verdict=verdict,
        reason=told.sentence,
        view=view,
    )


def _ended(start: Start, goal: Goal, journey: Journey, verdict: str, there: tuple[Hop, ...] = ()) -> Walk:
    hops = tuple(journey.hops)
    reason = hops[-1].sentence if hops else ""
    return Walk(
        source=start.text,
        target=goal.text,
        hops=there or hops,
        back=hops if there else (),
        verdict=verdict,
        reason=reason,
        view=journey.view,
    )


# There


def _there(journey: Journey, start: Start, goal: Goal, legs: list[Leg]) -> tuple[Reader | None, str]:
    """Who has read the request on the way, if anybody, and what is to be answered; the connections go to `legs`.

    Raises:
        Lost: it did not arrive.
    """
    sandbox = _sender(journey, start)
    to = destination(journey, start, goal)
    first, place = _departure(journey, start, sandbox, Packet("", CLIENT_PORT, to.address, to.port, to.protocol))
    last, end = _travel(journey, place, first)
    reader = reader_at(journey.view, goal, end, last)
    _knock(journey, goal, end, last, read=reader is not None)
    legs.append(Leg(_origin(start, sandbox), first, last, end))
    if reader is None:
        return None, DELIVERED
    sent = read(journey, goal, reader, legs[0])
    if isinstance(sent, str):
        return reader, sent
    try:
        last, end = _travel(journey, sent.place, sent.packet)
        _knock(journey, goal, end, last)
    except Lost as lost:
        return reader, verdict_of(lost.verdict)
    legs.append(Leg(reader.place, sent.packet, last, end))
    return reader, DELIVERED


def _travel(journey: Journey, place: Place, packet: Packet) -> tuple[Packet, Place]:
    """The packet as it arrives, and where.

    Raises:
        Lost: it does not.
    """
    while True:
        if place.kind == "node" and place.came != "here":
            place, packet = forward(journey, place, packet)
        elif place.kind == "router":
            place = through_router(journey, packet)
        elif place.kind == "cloud":
            place = through_cloud(journey, packet)
        elif place.kind == "load-balancer":
            place, packet = through_load_balancer(journey, packet)
        else:
            return packet, place


def _origin(start: Start, sandbox: Sandbox | None) -> Place:
    """Where the connection is opened, as the place to which the answer has to come."""
    if start.address:
        return Place(kind="internet")
    if sandbox is not None and sandbox.ip:
        return Place(kind="pod", node=start.pod.spec.node_name if start.pod is not None else "", sandbox=sandbox)
    node = start.node or (start.pod.spec.node_name if start.pod is not None else "")
    return Place(kind="node", node=node, came="here")


def _sender(journey: Journey, start: Start) -> Sandbox | None:
    """The sandbox of the Pod that sends; None for a node, the internet, or a Pod in the network of its node.

    Raises:
        Lost: nothing runs there that could send.
    """
    if start.pod is not None:
        pod = start.pod
        found = sandbox_of(journey.view, pod)
        if found is None or not runs_anything(journey.view, found[1]):
            name = f"{pod.metadata.namespace}/{pod.metadata.name}"
            on = f" on {pod.spec.node_name}" if pod.spec.node_name else ", and it is on no node"
            said = f"No container of Pod {name} runs{on}: there is nobody to send anything."
            journey.lose(NOT_SENT, "not-running", "start", said, node=pod.spec.node_name, pod=name)
        return found[1]
    machine = journey.view.machine(start.node)
    if start.node and (machine is None or not machine.powered):
        said = f"The machine of node {start.node} is switched off: there is nobody to send anything."
        journey.lose(NOT_SENT, "not-running", "start", said, node=start.node)
    return None


def _departure(journey: Journey, start: Start, sandbox: Sandbox | None, packet: Packet) -> tuple[Packet, Place]:
    """The packet with the address of its sender, and the place it comes to first.

    Raises:
        Lost: it cannot set out.
    """
    if start.address:
        packet = packet._replace(source=start.address)
        journey.hop("start", f"Somebody on the internet, {start.address}, connects to {_wanted(packet)}.", packet)
        return packet, from_internet(journey, packet)
    if sandbox is not None and sandbox.ip:
        return _out_of_pod(journey, start, sandbox, packet)
    node = start.node or (start.pod.spec.node_name if start.pod is not None else "")
    return _out_of_node(journey, start, node, sandbox, packet)


def _out_of_pod(journey: Journey, start: Start, sandbox: Sandbox, packet: Packet) -> tuple[Packet, Place]:
    assert start.pod is not None
    node, name = start.pod.spec.node_name, f"{sandbox.namespace}/{sandbox.name}"
    local = is_in(packet.destination, LOOPBACK)
    if local or packet.destination == sandbox.ip:
        packet = packet._replace(source=packet.destination)
        said = f"{packet.destination} is Pod {name} itself: its containers share one network, and nothing leaves it."
        journey.hop("loopback", said, packet, node=node, pod=name)
        return packet, Place(kind="pod", node=node, sandbox=sandbox)
    packet = packet._replace(source=sandbox.ip)
    said = f"Pod {name}, {sandbox.ip}, connects to {_wanted(packet)}: the packet leaves by its eth0, to node {node}."
    journey.hop("start", said, packet, node=node, pod=name)
    return packet, Place(kind="node", node=node, came="pod", sandbox=sandbox)


def _out_of_node(
    journey: Journey, start: Start, node: str, sandbox: Sandbox | None, packet: Packet
) -> tuple[Packet, Place]:
    name = f"{sandbox.namespace}/{sandbox.name}" if sandbox is not None else ""
    who = f"Pod {name}, in the network of node {node}," if name else f"Node {node}"
    if is_own(journey, node, packet.destination):
        source = packet.destination
    else:
        source = route_to(journey, node, packet).source
    packet = packet._replace(source=source)
    journey.hop("start", f"{who} connects to {_wanted(packet)}, from {source}.", packet, node=node, pod=name)
    return packet, Place(kind="node", node=node, came="self")


def _wanted(packet: Packet) -> str:
    return f"{packet.destination}:{packet.port}" + ("" if packet.protocol == "TCP" else f" ({packet.protocol})")


def _knock(journey: Journey, goal: Goal, place: Place, packet: Packet, *, read: bool = False) -> None:
    """Whether a process takes the connection; what is `read` is told by who reads it.

    Raises:
        Lost: none does.
    """
    view, pod = journey.view, ""
    if place.kind == "internet":
        out_there(journey, packet)
        return
    if place.kind == "pod" and place.sandbox is not None:
        knock = knock_at_pod(view, place.sandbox, packet.port, packet.protocol)
        pod = f"{place.sandbox.namespace}/{place.sandbox.name}"
    elif place.kind == "reading-balancer":
        knock = knock_at_balancer(view, packet)
    elif place.kind == "control-plane":
        knock = knock_at_control_plane(packet.port, packet.protocol, journey.stopped)
    else:
        machine = view.machine(place.node)
        assert machine is not None
        knock = knock_at_node(view, machine, packet.port, packet.protocol)
    if not knock.accepted:
        fault, said = blame_backend(journey, packet, knock.cause, knock.sentence)
        journey.lose(REFUSED, fault, "port", said, packet, node=place.node, pod=pod)
    asked = f" It is asked for {goal.scheme.upper()} {goal.path or '/'}." if goal.reads and not read else ""
    journey.hop("port", knock.sentence + asked, packet, node=place.node, pod=pod)


# And back


def _back(journey: Journey, legs: list[Leg], reader: Reader | None, verdict: str) -> str:
    """Let the answer find its way to where the first connection was opened; the verdict after all.

    Raises:
        Lost: it does not come back.
    """
    for leg in reversed(legs[1:]):
        try:
            _return(journey, leg)
        except Lost as lost:
            verdict = verdict_of(lost.verdict)
    if reader is not None:
        answered(journey, reader, verdict, legs[0])
    _return(journey, legs[0])
    return verdict


def _return(journey: Journey, leg: Leg) -> None:
    """Let the answer find its way to where a connection was opened.

    Raises:
        Lost: it does not come back.
    """
    packet, place = leg.last.reply, _answering(journey, leg.last, leg.end)
    while not _is_home(leg.origin, place):
        if place.kind == "node":
            place, packet = answer(journey, place, packet)
        elif place.kind == "load-balancer":
            undone = journey.reversed_at("load-balancer", packet)
            journey.hop("load-balancer", "The load balancer answers who had connected to it.", packet, undone)
            packet = undone
            place = through_router(journey, packet)
        else:
            place = through_router(journey, packet)


def _arrived(journey: Journey, start: Start, leg: Leg, verdict: str) -> None:
    """Say that the answer is back where the walk started."""
    packet = leg.first.reply
    said = f"The answer is back{'' if verdict == DELIVERED else f', {verdict}'}: it seems to come from "
    said += f"{packet.source}:{packet.source_port}, where the connection was opened to."
    pod = f"{start.namespace}/{start.pod.metadata.name}" if start.pod is not None else ""
    journey.hop("arrived", said, packet, node=leg.origin.node, pod=pod)


def _answering(journey: Journey, last: Packet, place: Place) -> Place:
    """Where the answer is first: on the node of who answers, or at the router."""
    if place.kind == "pod" and last.source != last.destination:
        return Place(kind="node", node=place.node, came="pod", sandbox=place.sandbox)
    if place.kind == "node":
        return Place(kind="node", node=place.node, came="self")
    return place


def _is_home(origin: Place, place: Place) -> bool:
    """Whether the answer is where the connection was opened."""
    if origin.kind == "pod":
        return place.kind == "pod" and place.sandbox is not None and place.sandbox is origin.sandbox
    if origin.kind == "node":
        return place.kind == "node" and place.came == "here" and place.node == origin.node
    return place.kind == origin.kind
