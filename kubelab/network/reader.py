"""Who reads a request, and what becomes of it: the proxies and the cloud's load balancers of Ingress controllers.

A connection ends there. What reads the request looks for the rule that fits (`ingress`), and opens a second connection
to a Pod behind the Service of that rule; how it gets there is a matter of the controller
(`kubelab.state.ingress_controllers`). The Pod sees the proxy as its client; who really asked is named in the header
``X-Forwarded-For``.

Where no rule fits, or nobody is there to ask, it answers itself: 404, 503 (some: 502). Where the second connection
fails it answers 502, and 504 where it waited in vain.

**In Kubernetes:** see `kubelab.state.ingress_controllers`.

**Simplified:** endpoints are taken one after another. A client trusts every certificate that comes from a Secret, and
no other; a load balancer of AWS would have its certificates from a service of AWS and not from Secrets. It connects
with its public address also to the nodes.
"""

from typing import NamedTuple

import attrs

from kubelab.api.core.pod import Pod
from kubelab.api.core.service import Service
from kubelab.network.addresses import (
    LoadBalancer,
    ReadingBalancer,
    internal_address,
    is_in,
    node_with_range,
    pod_range,
    reading_balancer_at,
)
from kubelab.network.dns import look_up
from kubelab.network.ingress import Answer, route
from kubelab.network.journey import CLIENT_PORT, Journey, Leg, Place
from kubelab.network.node import over_the_wire
from kubelab.network.outside import healthy_nodes
from kubelab.network.places import Goal
from kubelab.network.sockets import Knock, pod_of
from kubelab.network.trail import (
    BAD_GATEWAY,
    CERTIFICATE,
    DELIVERED,
    GATEWAY_TIMEOUT,
    NO_ROUTE,
    NOT_FOUND,
    TIMED_OUT,
    UNAVAILABLE,
    Packet,
)
from kubelab.network.translation import endpoints_of
from kubelab.state.cloud import Cloud
from kubelab.state.ingress_controllers import IMPLEMENTATIONS, Implementation, labels, namespace_of
from kubelab.state.snapshot import View

STATUSES = {404: NOT_FOUND, 502: BAD_GATEWAY, 503: UNAVAILABLE, 504: GATEWAY_TIMEOUT}


@attrs.frozen(slots=True, kw_only=True)
class Reader:
    """What reads a request.

    Attributes:
        implementation: the Ingress controller that it belongs to.
        place: the proxy's Pod, or the load balancer.
        address: its address.
        pod: the proxy's Pod as ``namespace/name``, or "".
        balancer: the load balancer, or None.
    """

    implementation: Implementation
    place: Place
    address: str
    pod: str = ""
    balancer: ReadingBalancer | None = None

    def __str__(self) -> str:
        """What it is called at the beginning of a sentence."""
        if self.balancer is not None:
            return f"The load balancer {self.address} of {self.balancer.owner}"
        return f"The proxy of the Ingress controller {self.implementation.name}"


class Sent(NamedTuple):
    """A request that is passed on: the packet with which the second connection begins, and where that is."""

    packet: Packet
    place: Place


def reader_at(view: View, goal: Goal, place: Place, packet: Packet) -> Reader | None:
    """What reads a request that arrived at a place, or None: nothing there does, or it is no request."""
    if not goal.reads:
        return None
    if place.kind == "reading-balancer":
        balancer = reading_balancer_at(view, packet.destination)
        assert balancer is not None
        this = balancer.implementation
        return Reader(implementation=this, place=place, address=balancer.address, balancer=balancer)
    pod = pod_of(view, place.sandbox) if place.kind == "pod" and place.sandbox is not None else None
    if pod is None:
        return None
    this_proxy = next((each for each in IMPLEMENTATIONS.values() if is_proxy(each, pod)), None)
    if this_proxy is None:
        return None
    name = f"{pod.metadata.namespace}/{pod.metadata.name}"
    return Reader(implementation=this_proxy, place=place, address=packet.destination, pod=name)


def is_proxy(this: Implementation, pod: Pod) -> bool:
    """Whether a Pod is the proxy of an Ingress controller."""
    meta = pod.metadata
    return not this.in_cloud and meta.namespace == namespace_of(this) and labels(this).items() <= meta.labels.items()


def knock_at_balancer(view: View, packet: Packet) -> Knock:
    """Whether a load balancer that reads requests takes a connection."""
    balancer = reading_balancer_at(view, packet.destination)
    assert balancer is not None
    name = f"The load balancer {balancer.address} of {balancer.owner}"
    if packet.protocol == "TCP" and packet.port in balancer.ports:
        return Knock(accepted=True, by=balancer.owner.name, sentence=f"{name} takes the connection.")
    ports = ", ".join(map(str, balancer.ports))
    why = f"{name} listens on {ports}, not on {packet.port}."
    if packet.port == 443:
        why += " It would if an Ingress named a certificate (tls)."
    return Knock(accepted=False, cause="port-not-listening", sentence=why)


def read(journey: Journey, goal: Goal, reader: Reader, leg: Leg) -> Sent | str:
    """Let a request be read: as what it goes on, or the verdict where it is answered at once.

    Raises:
        Lost: whoever asked does not trust the certificate.
    """
    this = reader.implementation
    only = reader.balancer.owner if reader.balancer is not None and this.per_ingress else None
    path = goal.path.partition("?")[0].partition("#")[0]
    found = route(journey.view, this.controller, goal.host, path, goal.scheme == "https", only)
    if goal.scheme == "https":
        _show_certificate(journey, reader, leg, found, goal)
        found = attrs.evolve(found, explanation=found.explanation[1:])
    asked = f"{reader} reads the request {goal.scheme}://{goal.host}{goal.path or '/'}: {'; '.join(found.explanation)}."
    if found.fault:
        status = this.without_endpoints if found.fault == "no-endpoints" else found.status
        asked = asked.replace(": 503.", f": it answers {STATUSES[status]}.")
        _tell(journey, reader, leg, "ingress", asked, found, found.fault)
        return STATUSES[status]
    _tell(journey, reader, leg, "ingress", asked, found)
    assert found.service is not None
    service = journey.view.find(found.service)
    assert service is not None
    chosen = _WAYS[this.reaches](journey, reader, service, found)
    if isinstance(chosen, _Unreachable):
        _tell(journey, reader, leg, "proxy", chosen.sentence, None, chosen.fault)
        return UNAVAILABLE
    packet = Packet(reader.address, CLIENT_PORT, chosen.address, chosen.port)
    said = f"{chosen.sentence} The header X-Forwarded-For names {leg.last.source}, whom the Pod does not see."
    _tell(journey, reader, leg, "proxy", said, None, "", packet)
    journey.service = None
    if reader.place.kind == "pod":
        return Sent(packet, attrs.evolve(reader.place, kind="node", came="pod"))
    return Sent(packet, chosen.place or Place(kind="router"))


def _tell(
    journey: Journey,
    reader: Reader,
    leg: Leg,
    kind: str,
    said: str,
    found: Answer | None = None,
    fault: str = "",
    after: Packet | None = None,
) -> None:
    node, rule = reader.place.node, "\n".join(found.table) if found is not None else ""
    journey.hop(kind, said, leg.last, after, node=node, pod=reader.pod, rule=rule, fault=fault)


def _show_certificate(journey: Journey, reader: Reader, leg: Leg, found: Answer, goal: Goal) -> None:
    """Let the client look at the certificate.

    Raises:
        Lost: it is not one for that host.
    """
    said, node, pod = found.explanation[0], reader.place.node, reader.pod
    if found.certificate is None:
        told = f"TLS: {said}, and that is not for {goal.host}. Whoever asked does not trust it, and hangs up."
        journey.lose(CERTIFICATE, "no-certificate", "tls", told, leg.last, node=node, pod=pod)
    told = f"TLS ends here: {said}. From here on the request goes on as plain HTTP."
    journey.hop("tls", told, leg.last, node=node, pod=pod)


def answered(journey: Journey, reader: Reader, verdict: str, leg: Leg) -> None:
    """Let who has read the request answer it: with what a Pod said, or by itself."""
    if verdict == DELIVERED:
        said = f"{reader} has the answer of the Pod, and passes it on to {leg.last.source}."
    else:
        said = f"{reader} answers {leg.last.source} itself: {verdict}."
    journey.hop("proxy", said, leg.last.reply, node=reader.place.node, pod=reader.pod)


def verdict_of(lost: str) -> str:
    """What a proxy answers where its own connection ended with a verdict."""
    return GATEWAY_TIMEOUT if lost == TIMED_OUT else BAD_GATEWAY


# The ways to a Pod


class _Chosen(NamedTuple):
    address: str
    port: int
    sentence: str
    place: Place | None = None


class _Unreachable(NamedTuple):
    fault: str
    sentence: str


def _to_endpoint(journey: Journey, reader: Reader, service: Service, found: Answer) -> _Chosen | _Unreachable:
    spec = service.spec
    if spec.type == "ExternalName":
        return _to_name(journey, reader, service, found)
    port = next(p for p in spec.ports if p.port == found.port)
    backends = endpoints_of(journey.view, service.metadata.namespace, service.metadata.name, port.name or "")
    if not backends:
        return _Unreachable("no-endpoints", f"No endpoint of {found.service} is ready.")
    place = journey.choose(len(backends))
    address, _, number = backends[place].rpartition(":")
    said = f"{reader} knows the endpoints itself: it opens a connection of its own to {backends[place]} "
    said += f"({place + 1} of {len(backends)}), without kube-proxy."
    return _Chosen(address, int(number), said)


def _to_name(journey: Journey, reader: Reader, service: Service, found: Answer) -> _Chosen | _Unreachable:
    name = service.spec.external_name
    addresses = look_up(journey.view, f"{name}.", None).addresses
    if not addresses:
        return _Unreachable("no-such-name", f"{found.service} stands for {name}, and there is no such name.")
    return _Chosen(addresses[0], found.port, f"{found.service} stands for {name}: {reader} connects to {addresses[0]}.")


def _to_service(journey: Journey, reader: Reader, service: Service, found: Answer) -> _Chosen | _Unreachable:
    if service.spec.cluster_ip in ("", "None"):
        return _to_endpoint(journey, reader, service, found)
    address = service.spec.cluster_ip
    said = (
        f"It connects to the cluster IP of the Service, {address}:{found.port}: kube-proxy's rules choose the endpoint."
    )
    return _Chosen(address, found.port, said)


def _to_node_port(journey: Journey, reader: Reader, service: Service, found: Answer) -> _Chosen | _Unreachable:
    port = next(p for p in service.spec.ports if p.port == found.port)
    if not port.node_port:
        said = f"{found.service} has no node port, and the load balancer knows only nodes: it answers {UNAVAILABLE}."
        return _Unreachable("no-node-port", said)
    mine = LoadBalancer(address=reader.address, hostname="", service=service, passes_through=False)
    nodes = healthy_nodes(journey, mine)
    if not nodes:
        return _Unreachable("no-healthy-node", f"No node is healthy: it answers {UNAVAILABLE}.")
    place = journey.choose(len(nodes))
    node, address = nodes[place].metadata.name, internal_address(nodes[place])
    which = f"node {node} ({place + 1} of {len(nodes)} that are healthy), node port {port.node_port}"
    said = f"{reader} opens a connection of its own to {which}."
    return _Chosen(address, port.node_port, said, Place(kind="node", node=node, came="wire"))


def _to_pod(journey: Journey, reader: Reader, service: Service, found: Answer) -> _Chosen | _Unreachable:
    chosen = _to_endpoint(journey, reader, service, found)
    if isinstance(chosen, _Unreachable):
        return chosen
    return chosen._replace(place=Place(kind="cloud"))


_WAYS = {"endpoints": _to_endpoint, "service": _to_service, "node port": _to_node_port, "pods": _to_pod}


def through_cloud(journey: Journey, packet: Packet) -> Place:
    """Let the network of the cloud carry a packet to the node whose Pods have the address.

    Raises:
        Lost: the cloud has no route there.
    """
    cloud: Cloud | None = journey.view.snapshot.cloud
    found = node_with_range(journey.view, packet.destination)
    name = found.metadata.name if found is not None else ""
    way = cloud.routes.get(name) if cloud is not None else None
    if found is None or way is None or not is_in(packet.destination, way.destination):
        said = f"The cloud's network has no route to {packet.destination}."
        journey.lose(NO_ROUTE, "route-missing", "router", said, packet)
    said = f"The cloud's network has a route to {pod_range(found)}: by way of node {name}."
    journey.hop("router", said, packet, rule=f"{way.destination} via {name}   # a route of the cloud")
    return over_the_wire(journey, "", packet, internal_address(found))
