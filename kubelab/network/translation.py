"""What the rules that kube-proxy wrote on a node make of the first packet of a connection.

The rules are asked as they are on the machine, however old. In the order of the chain KUBE-SERVICES: cluster
addresses; external addresses and those of load balancers; and last, when the packet is for the node itself, node ports.
A rule that fits leads to one endpoint (the destination is rewritten, DNAT), or, where there is none, to a refusal.

Which packets get the address of the node as their source (masquerade), so that their answers come back through it:

- those to a cluster address that do not come from a Pod;
- those to a node port, an external address or a load balancer, unless the policy is Local: then the client's own
  address is kept, and only endpoints on this node are used;
- those that a Pod sends, through a Service, to itself.

**In Kubernetes:** the chains of `kubelab.state.iptables`; conntrack keeps what was decided for the whole connection.

**Simplified:** the kernel chooses an endpoint by chance; here the first attempt takes the first, the next one the
second, and so on. Under session affinity the endpoint follows from the client's address.
"""

from collections.abc import Iterable
from zlib import crc32

import attrs

from kubelab.network.addresses import is_in
from kubelab.network.dns import SERVICE_LABEL
from kubelab.network.trail import Packet
from kubelab.state.iptables import POD_NETWORK, Rendering
from kubelab.state.machine import Machine, ServiceRules
from kubelab.state.snapshot import View

LOOPBACK = "127.0.0.0/8"


@attrs.frozen(slots=True, kw_only=True)
class Translation:
    """What the rules of a Service port make of a packet.

    Attributes:
        rules: the rules that fit.
        face: which of its addresses was meant: ``cluster IP``, ``node port``, ``external IP`` or ``load balancer IP``.
        backend: the endpoint that was chosen, as ``address:port``; "" when there is none.
        candidates: the endpoints it was chosen from.
        masquerade: whether the packet gets the address of the node as its source.
        verdict: ``DNAT``, ``REJECT`` or ``DROP``.
        fault: why there is no endpoint: ``no-endpoints``, ``no-local-endpoints`` or ``source-not-allowed``; or "".
        lines: the rules that were passed, as ``iptables-save`` prints them.
    """

    rules: ServiceRules
    face: str
    backend: str = ""
    candidates: tuple[str, ...] = ()
    masquerade: bool = False
    verdict: str = "DNAT"
    fault: str = ""
    lines: tuple[str, ...] = ()

    @property
    def choice(self) -> str:
        """How the endpoint was chosen, in words."""
        place = f"{self.candidates.index(self.backend) + 1} of {len(self.candidates)}"
        if self.rules.affinity == "ClientIP":
            return f"{place}; session affinity keeps this client there for {self.rules.affinity_seconds} s"
        return place


def translate(machine: Machine, local: Iterable[str], packet: Packet, attempt: int = 0) -> Translation | None:
    """What the rules on a machine make of a packet; None when no rule fits.

    Args:
        machine: the machine.
        local: its own addresses.
        packet: the first packet of a connection.
        attempt: which one this is of the attempts to connect, from 0.
    """
    own = tuple(local)
    fits = [r for name in sorted(machine.rules) for r in machine.rules[name] if r.protocol == packet.protocol]
    for rules in fits:
        if packet.port == rules.port:
            if packet.destination == rules.cluster_ip:
                return _to_cluster_ip(rules, packet, attempt)
            if packet.destination in rules.external_ips:
                return _from_outside(rules, "external IP", packet, own, attempt)
            if packet.destination in rules.load_balancer_ips:
                return _to_load_balancer(rules, packet, own, attempt)
    if packet.destination in own or is_in(packet.destination, LOOPBACK):
        for rules in fits:
            if rules.node_port and packet.port == rules.node_port:
                return _from_outside(rules, "node port", packet, own, attempt)
    return None


def _to_cluster_ip(rules: ServiceRules, packet: Packet, attempt: int) -> Translation:
    text = Rendering(rules)
    if not rules.internal_backends:
        return _refusal(rules, "cluster IP", f" -d {rules.cluster_ip} ")
    from_elsewhere = not is_in(packet.source, POD_NETWORK)
    captured = [line for line in text.captures() if f" -d {rules.cluster_ip} " in line]
    marked = [line for line in text.nat_rules() if "! -s" in line] if from_elsewhere else []
    chain, backends = text.internal_target, rules.internal_backends
    return _balanced(rules, "cluster IP", packet, chain, backends, from_elsewhere, attempt, [*captured, *marked])


def _to_load_balancer(rules: ServiceRules, packet: Packet, own: tuple[str, ...], attempt: int) -> Translation:
    if rules.has_endpoints and rules.source_ranges and not is_in(packet.source, *rules.source_ranges):
        lines = tuple(line for line in Rendering(rules).filter_rules() if line.startswith("-A KUBE-PROXY-FIREWALL"))
        return Translation(
            rules=rules, face="load balancer IP", verdict="DROP", fault="source-not-allowed", lines=lines
        )
    return _from_outside(rules, "load balancer IP", packet, own, attempt)


def _from_outside(rules: ServiceRules, face: str, packet: Packet, own: tuple[str, ...], attempt: int) -> Translation:
    text = Rendering(rules)
    asked = f" --dport {rules.node_port} " if face == "node port" else f" -d {packet.destination} "
    from_pod = is_in(packet.source, POD_NETWORK)
    from_here = packet.source in own or is_in(packet.source, LOOPBACK)
    keeps_source = rules.external_local and (from_pod or not from_here)
    by_cluster = not rules.external_local or from_pod or from_here
    backends = rules.backends if by_cluster else rules.local_backends
    if not rules.has_endpoints or not backends:
        return _refusal(rules, face, asked)
    chain = text.cluster_chain if by_cluster else text.local_chain
    captured = [line for line in text.captures() if asked in line]
    if from_pod and rules.external_local:
        passed = [line for line in text.external_traffic() if "pod traffic" in line]
    elif keeps_source:
        passed = [line for line in text.external_traffic() if line.endswith(f"-j {text.local_chain}")]
    else:
        passed = [line for line in text.external_traffic() if "masquerade" in line]
    return _balanced(rules, face, packet, chain, backends, not keeps_source, attempt, [*captured, *passed])


def _balanced(
    rules: ServiceRules,
    face: str,
    packet: Packet,
    chain: str,
    backends: tuple[str, ...],
    masquerade: bool,
    attempt: int,
    lines: list[str],
) -> Translation:
    """Choose one endpoint out of a chain."""
    text = Rendering(rules)
    number = crc32(packet.source.encode()) if rules.affinity == "ClientIP" else attempt
    backend = backends[number % len(backends)]
    to_itself = backend.rpartition(":")[0] == packet.source
    chosen = [line for line in text.balancing(chain, backends) if line.endswith(f"-j {text.endpoint_chain(backend)}")]
    marking, rewriting = text.translation(backend)
    lines = [*lines, chosen[-1], *([marking] if to_itself else []), rewriting]
    return Translation(
        rules=rules,
        face=face,
        backend=backend,
        candidates=backends,
        masquerade=masquerade or to_itself,
        lines=tuple(dict.fromkeys(lines)),
    )


def _refusal(rules: ServiceRules, face: str, asked: str) -> Translation:
    lines = tuple(line for line in Rendering(rules).filter_rules() if asked in line and " has no " in line)
    if rules.has_endpoints:
        return Translation(rules=rules, face=face, verdict="DROP", fault="no-local-endpoints", lines=lines)
    return Translation(rules=rules, face=face, verdict="REJECT", fault="no-endpoints", lines=lines)


def endpoints_now(view: View, rules: ServiceRules) -> tuple[str, ...]:
    """The endpoints that the rules of a Service port would have if they were written anew, as ``address:port``."""
    namespace, _, name = rules.service.partition("/")
    service = view.get("Service", namespace, name)
    if service is None or service.spec.cluster_ip != rules.cluster_ip:
        return ()
    return endpoints_of(view, namespace, name, rules.port_name)


def endpoints_of(view: View, namespace: str, name: str, port_name: str) -> tuple[str, ...]:
    """The endpoints of a Service port, as ``address:port``.

    As kube-proxy takes them: those that are ready; when none is, those that are being terminated but still serve.
    """
    ready: set[str] = set()
    leaving: set[str] = set()
    for piece in view.labelled("EndpointSlice", namespace, {SERVICE_LABEL: name}):
        for port in piece.ports:
            if piece.address_type != "IPv4" or (port.name or "") != port_name or port.port is None:
                continue
            for endpoint in piece.endpoints:
                said = endpoint.conditions
                if endpoint.addresses and said.ready is not False:
                    ready.add(f"{endpoint.addresses[0]}:{port.port}")
                elif endpoint.addresses and said.serving and said.terminating:
                    leaving.add(f"{endpoint.addresses[0]}:{port.port}")
    return tuple(sorted(ready or leaving))


def is_stale(view: View, rules: ServiceRules) -> bool:
    """Whether rules name an endpoint that is none any more, or know of none although there is one."""
    now = endpoints_now(view, rules)
    return not set(rules.backends) | set(rules.local_backends) <= set(now) or (bool(now) and not rules.has_endpoints)
