"""From what is meant to an address and a port: names are looked up, and usual ports filled in.

Inside of a Pod the name of a Service is a matter of DNS. A node does not use the cluster's DNS, and somebody outside
cannot: where they name a Service, they are given the address under which they could know it. For somebody outside that
is the load balancer of the Service, or else its node port on some node; if it has neither, there is only its cluster
address, which does not help them.
"""

from typing import NamedTuple

from kubelab.api.core.pod import Pod
from kubelab.api.core.service import Service, ServicePort
from kubelab.errors import UsageError
from kubelab.network.addresses import (
    ROUTER,
    internal_address,
    load_balancers,
    node_addresses,
    node_at,
    outside_address,
    owner_of,
    sandbox_of,
)
from kubelab.network.dns import DNS_LABELS, DNS_PORT, DNS_SERVICE, SERVICE_LABEL, Answer, look_up, resolver_of
from kubelab.network.journey import Journey
from kubelab.network.places import Goal, Start
from kubelab.network.policy import EGRESS, Peer, judge, sentence
from kubelab.network.sockets import KUBELET_PORT, containers_of, named_port, ports_of
from kubelab.network.trail import NO_SUCH_NAME, NOT_SENT, TIMED_OUT
from kubelab.state.bootstrap import SECURE_PORT
from kubelab.state.ingress_controllers import IMPLEMENTATIONS, labels, namespace_of, proxy_name
from kubelab.state.snapshot import View, key_of

HTTP, HTTPS = 80, 443


class Destination(NamedTuple):
    """Where a connection is opened to: an address, a port and a protocol."""

    address: str
    port: int
    protocol: str


def destination(journey: Journey, start: Start, goal: Goal) -> Destination:
    """The address, port and protocol of what a walk is to reach.

    Raises:
        Lost: a name is not known, or a Pod has no address.
        UsageError: the port is not one that it has.
    """
    view = journey.view
    if goal.via is not None:
        journey.hop("address", f"What DNS says of {goal.host} does not count: the connection goes to {goal.via.text}.")
        return destination(journey, start, goal.via)
    if goal.kind == "localhost":
        return _ported(goal, "127.0.0.1", start.pod)
    if goal.kind == "internet":
        return _ported(goal, outside_address("internet"), None, HTTPS)
    if goal.kind == "pod":
        return _pod(journey, goal)
    if goal.kind == "node":
        address = internal_address(goal.object)
        if not address:
            journey.lose(NOT_SENT, "no-address", "address", f"Node {goal.host} has no address yet.")
        return _ported(goal, address, None, KUBELET_PORT)
    if goal.kind == "address":
        return _of_address(view, goal, goal.host)
    if goal.kind == "service" and start.pod is None:
        service: Service = goal.object
        return _seen_from_outside(journey, goal, service) if start.address else _seen_from_node(journey, goal, service)
    return _by_name(journey, start, goal)


def _ported(goal: Goal, address: str, pod: Pod | None, usual: int = HTTP) -> Destination:
    """The port that was said, by number or by its name in a Pod; else the first that the Pod has, else a usual one."""
    protocol = goal.protocol or "TCP"
    if goal.port.isdecimal():
        return Destination(address, int(goal.port), protocol)
    if goal.port:
        number = named_port(pod, goal.port, protocol) if pod is not None else None
        if number is None:
            raise UsageError(f"{goal.host} has no port called {goal.port!r}")
        return Destination(address, number, protocol)
    declared = [p for c in containers_of(pod) for p in c.ports] if pod is not None else []
    if declared and not goal.protocol:
        return Destination(address, declared[0].container_port, declared[0].protocol or "TCP")
    listening = ports_of(pod) if pod is not None else ()
    return Destination(address, listening[0] if listening else usual, protocol)


def _pod(journey: Journey, goal: Goal) -> Destination:
    pod: Pod = goal.object
    address = pod_address(journey.view, pod)
    if not address:
        where = f"is not on any node yet: it is {pod.status.phase or 'Pending'}" if not pod.spec.node_name else "waits"
        said = f"Pod {pod.metadata.namespace}/{pod.metadata.name} has no address: it {where}."
        journey.lose(NOT_SENT, "no-address", "address", said)
    return _ported(goal, address, pod)


def pod_address(view: View, pod: Pod) -> str:
    """The address of a Pod, or "" while it has none."""
    if pod.status.pod_ip:
        return pod.status.pod_ip
    found = sandbox_of(view, pod)
    if found is not None and found[1].ip:
        return found[1].ip
    node = view.get("Node", "", pod.spec.node_name) if pod.spec.host_network else None
    return internal_address(node) if node is not None else ""


def _of_address(view: View, goal: Goal, address: str) -> Destination:
    """The usual port at an address is that of who owns it."""
    owner = owner_of(view, address)
    found = view.find(owner.key) if owner.key is not None else None
    if found is not None and found.kind == "Service":
        return _service_port(goal, address, found)
    if owner.kind == "pod" and found is not None:
        return _ported(goal, address, found)
    usual = {"node": KUBELET_PORT, "control-plane": SECURE_PORT, "internet": HTTPS}.get(owner.kind, HTTP)
    return _ported(goal, address, None, usual)


def _service_port(goal: Goal, address: str, service: Service) -> Destination:
    port = _port_of(goal, service)
    if port is None:
        return _ported(goal, address, None)
    return Destination(address, port.port, port.protocol or "TCP")


def _port_of(goal: Goal, service: Service) -> ServicePort | None:
    """The port of a Service that is meant: by its number or name, or the first; None for a number it does not have.

    Raises:
        UsageError: it has no port with that name.
    """
    fits = [p for p in service.spec.ports if goal.protocol in ("", p.protocol or "TCP")]
    if goal.port.isdecimal():
        return next((p for p in fits if p.port == int(goal.port)), None)
    if goal.port:
        named = next((p for p in fits if p.name == goal.port), None)
        if named is None:
            raise UsageError(f"{key_of(service)} has no port called {goal.port!r}")
        return named
    return fits[0] if fits else None


# By name


def _by_name(journey: Journey, start: Start, goal: Goal) -> Destination:
    name = goal.host
    if goal.kind == "service":
        meta = goal.object.metadata
        name = meta.name if meta.namespace == start.namespace else f"{meta.name}.{meta.namespace}"
    found = look_up(journey.view, name, start.pod)
    pod = f"{start.namespace}/{start.pod.metadata.name}" if start.pod is not None else ""
    rule = "\n".join(f"{query}   ({query.remark})" if query.remark else str(query) for query in found.queries)
    _ask_policy(journey, start, found, pod)
    if not found.addresses:
        who = "the cluster's DNS" if start.pod is not None else "the DNS of the outside world"
        said = f"DNS: no such name. {who[0].upper()}{who[1:]} has no address for {name}"
        only = len(found.queries) == 1 or found.queries[-1].ingress is not None
        said += f": {found.queries[-1].remark}." if only and found.queries[-1].remark else "."
        fault = found.queries[-1].fault or "no-such-name"
        journey.lose(NO_SUCH_NAME, fault, "dns", said, pod=pod, node=start.node, rule=rule)
    chosen = found.addresses[journey.choose(len(found.addresses))]
    journey.hop("dns", _answered(found, name, chosen), pod=pod, node=start.node, rule=rule)
    service = journey.view.find(found.service) if found.service is not None else None
    if service is None:
        at_node = _node_port_of_proxy(journey, goal, chosen) if found.ingress is not None else None
        return at_node or _of_address(journey.view, goal, chosen)
    if service.spec.cluster_ip == "None":
        return _headless_port(journey.view, goal, chosen, service)
    return _service_port(goal, chosen, service)


def _node_port_of_proxy(journey: Journey, goal: Goal, address: str) -> Destination | None:
    """The node port of an Ingress controller's proxy, where its address is that of a node; None where it is not.

    Nothing listens on the usual ports of a node. Whoever opens such a URL has to add the node port to it.
    """
    view = journey.view
    if not goal.usual_port or node_at(view, address) is None:
        return None
    for this in IMPLEMENTATIONS.values():
        service: Service | None = view.get("Service", namespace_of(this), proxy_name(this))
        port = _port_of(goal, service) if service is not None and not this.in_cloud else None
        if service is None or port is None or not port.node_port:
            continue
        pods = [pod for pod in view.labelled("Pod", namespace_of(this), labels(this)) if pod.status.host_ip == address]
        if pods:
            url = f"{goal.scheme}://{goal.host}:{port.node_port}{goal.path or '/'}"
            said = (
                f"That is a node, and on its port {goal.port} nobody listens. {key_of(service)} is of type NodePort: "
            )
            said += f"the URL needs the port {port.node_port} ({url})."
            journey.hop("address", said)
            return Destination(address, port.node_port, "TCP")
    return None


def _answered(found: Answer, name: str, chosen: str) -> str:
    query = found.queries[-1]
    tried = len(found.queries)
    said = f"DNS knows {name} as {query.name}" if query.name != name else f"DNS knows {name}"
    aliases = [q for q in found.queries if q.cname]
    if aliases:
        said = f"DNS knows {aliases[0].name} as another name (CNAME) for {aliases[0].cname}"
    said += f": {chosen}"
    if len(found.addresses) > 1:
        place = found.addresses.index(chosen) + 1
        said += f" ({place} of {len(found.addresses)}: the Service is headless, and every ready endpoint is named)"
    if found.ingress is not None:
        said += f", the address of {found.ingress}"
    missed = [q for q in found.queries if not q.exists]
    return said + (f"; {len(missed)} of the {tried} names tried did not exist." if missed else ".")


def _ask_policy(journey: Journey, start: Start, found: Answer, name: str) -> None:
    """Whether the Pod may ask a DNS server at all: that is a connection like any other.

    Raises:
        Lost: a policy denies it.
    """
    if start.pod is None or all(query.server == "/etc/hosts" for query in found.queries):
        return
    server = resolver_of(journey.view, start.pod).server
    peer = Peer(address=server, namespace=DNS_SERVICE.namespace, labels=DNS_LABELS) if server else Peer(address=ROUTER)
    verdict = judge(journey.view, start.pod, EGRESS, peer, DNS_PORT, "UDP")
    if not verdict.allowed:
        said = f"The question to the DNS server {peer.address} gets no answer. {sentence(verdict, start.pod)}"
        rule = ", ".join(verdict.selecting)
        journey.lose(TIMED_OUT, "policy-egress", "dns", said, pod=name, rule=rule)


def _headless_port(view: View, goal: Goal, address: str, service: Service) -> Destination:
    """Nobody translates ports for a headless Service: the usual one is that of the endpoint itself."""
    wanted = _port_of(goal, service) if goal.port and not goal.port.isdecimal() else None
    if goal.port.isdecimal():
        return _ported(goal, address, None)
    meta = service.metadata
    for piece in view.labelled("EndpointSlice", meta.namespace, {SERVICE_LABEL: meta.name}):
        if any(address in endpoint.addresses for endpoint in piece.endpoints):
            for port in piece.ports:
                if port.port is not None and (wanted is None or port.name == wanted.name):
                    return Destination(address, port.port, port.protocol or "TCP")
    owner = owner_of(view, address)
    pod = view.find(owner.key) if owner.kind == "pod" and owner.key is not None else None
    return _ported(goal, address, pod)


# A Service, for who cannot ask the cluster's DNS


def _seen_from_node(journey: Journey, goal: Goal, service: Service) -> Destination:
    key, spec = key_of(service), service.spec
    if spec.type == "ExternalName" or spec.cluster_ip in ("", "None"):
        found = look_up(journey.view, f"{key.name}.{key.namespace}.svc.cluster.local.", Pod())
        chosen = found.addresses[journey.choose(len(found.addresses))] if found.addresses else ""
        if not chosen:
            said = f"{key} has no address of its own, and its name leads nowhere."
            journey.lose(NO_SUCH_NAME, "no-such-name", "address", said)
        said = f"A node does not use the cluster's DNS; the name of {key} would lead to {chosen}."
        journey.hop("address", said, rule="\n".join(map(str, found.queries)))
        if spec.type == "ExternalName":
            return _service_port(goal, chosen, service)
        return _headless_port(journey.view, goal, chosen, service)
    said = f"A node does not use the cluster's DNS; it takes the cluster IP of {key}, {spec.cluster_ip}."
    journey.hop("address", said)
    return _service_port(goal, spec.cluster_ip, service)


def _seen_from_outside(journey: Journey, goal: Goal, service: Service) -> Destination:
    view, key, spec = journey.view, key_of(service), service.spec
    balancer = next((each for each in load_balancers(view) if key_of(each.service) == key), None)
    if balancer is not None:
        journey.hop("address", f"{key} is known outside by its load balancer, {balancer.address}.")
        return _service_port(goal, balancer.address, service)
    port = _port_of(goal, service)
    nodes = [node for node in view.list("Node") if node_addresses(node)]
    exposed = spec.type in ("NodePort", "LoadBalancer") and any(p.node_port for p in spec.ports)
    if exposed and nodes:
        node = nodes[journey.choose(len(nodes))]
        address = node_addresses(node)[-1]
        number = port.node_port if port is not None and port.node_port else int(goal.port or HTTP)
        protocol = (port.protocol if port is not None else goal.protocol) or "TCP"
        waits = "waits for the cloud to give it a load balancer; it " if spec.type == "LoadBalancer" else ""
        said = f"{key} {waits}can be reached on every node: {node.metadata.name} is {address}, node port {number}."
        journey.hop("address", said)
        return Destination(address, number, protocol)
    if spec.type == "ExternalName":
        found = look_up(view, f"{spec.external_name}.", None)
        if not found.addresses:
            said = f"{key} only stands for {spec.external_name}, and there is no such name."
            journey.lose(NO_SUCH_NAME, "no-such-name", "address", said, rule="\n".join(map(str, found.queries)))
        journey.hop("address", f"{key} only stands for {spec.external_name}, which has {found.addresses[0]}.")
        return _service_port(goal, found.addresses[0], service)
    if spec.cluster_ip in ("", "None"):
        said = f"{key} is headless: outside of the cluster its name is not known, and it has no address."
        journey.lose(NO_SUCH_NAME, "no-such-name", "address", said)
    said = f"{key} has nothing but its cluster IP, {spec.cluster_ip}, which is known inside of the cluster only."
    journey.hop("address", said)
    return _service_port(goal, spec.cluster_ip, service)
