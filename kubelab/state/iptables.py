"""The rules on a machine as text: what kube-proxy hands to ``iptables-restore``.

How a packet to a Service finds its way through the ``nat`` table: KUBE-SERVICES compares destination and port and jumps
to KUBE-SVC-… (cluster address) or KUBE-EXT-… (node port, external addresses); KUBE-SVC-… jumps to one KUBE-SEP-… for
each endpoint, by chance: with three endpoints the first rule is taken with probability 1/3, the second with 1/2 of the
rest, the last always; KUBE-SEP-… rewrites the destination (DNAT). Services without endpoints are refused in the
``filter`` table.

The names of the chains are hashes, the same as on a real node for a Service of the same name.

Source: `pkg/proxy/iptables/proxier.go` (syncProxyRules, writeServiceToEndpointRules).

**Simplified:** of the chains that every node has, only those through which Services are reached are shown.
"""

import hashlib
from base64 import b32encode
from collections.abc import Iterator

from kubelab.state.machine import Machine, ServiceRules

POD_NETWORK = "10.128.0.0/9"
"""Where all addresses of Pods are; packets from elsewhere must come back through this node."""

MASQUERADE_MARK = "0x00004000"

FILTER_CHAINS = ("KUBE-SERVICES", "KUBE-EXTERNAL-SERVICES", "KUBE-NODEPORTS", "KUBE-PROXY-FIREWALL")
NAT_CHAINS = ("KUBE-SERVICES", "KUBE-NODEPORTS", "KUBE-POSTROUTING", "KUBE-MARK-MASQ")

FIXED_NAT_RULES = (
    f"-A KUBE-POSTROUTING -m mark ! --mark {MASQUERADE_MARK}/{MASQUERADE_MARK} -j RETURN",
    f"-A KUBE-POSTROUTING -j MARK --xor-mark {MASQUERADE_MARK}",
    '-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE',
    f"-A KUBE-MARK-MASQ -j MARK --or-mark {MASQUERADE_MARK}",
)

TO_NODE_PORTS = (
    '-A KUBE-SERVICES -m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this '
    'chain" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS'
)


def rules_text(machine: Machine) -> str:
    """The rules that kube-proxy wrote on a machine, in the notation of ``iptables-save``; tables filter and nat."""
    ports = [Rendering(rules) for name in sorted(machine.rules) for rules in machine.rules[name]]
    chains = dict.fromkeys(chain for port in ports for chain in port.chains())
    lines = [
        "*filter",
        *(f":{chain} - [0:0]" for chain in FILTER_CHAINS),
        *(line for port in ports for line in port.filter_rules()),
        "COMMIT",
        "*nat",
        *(f":{chain} - [0:0]" for chain in (*NAT_CHAINS, *chains)),
        *FIXED_NAT_RULES,
        *(line for port in ports for line in port.nat_rules()),
        TO_NODE_PORTS,
        "COMMIT",
    ]
    return "\n".join(lines) + "\n"


def chain_hash(*parts: str) -> str:
    """The sixteen characters by which the chains of a Service port, or of an endpoint, are named."""
    return b32encode(hashlib.sha256("".join(parts).encode()).digest()).decode()[:16]


class Rendering:
    """The rules of one port of a Service, as text."""

    def __init__(self, rules: ServiceRules) -> None:
        """Name the chains of the port."""
        self.rules = rules
        self.protocol = rules.protocol.lower()
        self.name = f"{rules.service}:{rules.port_name}" if rules.port_name else rules.service
        named = chain_hash(self.name, self.protocol)
        self.cluster_chain, self.local_chain = f"KUBE-SVC-{named}", f"KUBE-SVL-{named}"
        self.external_chain, self.firewall_chain = f"KUBE-EXT-{named}", f"KUBE-FW-{named}"
        self.internal_target = self.local_chain if rules.internal_local else self.cluster_chain
        self.external_target = self.local_chain if rules.external_local else self.cluster_chain
        self.reachable = dict.fromkeys(sorted((*rules.backends, *rules.local_backends)))
        self.has_external = rules.has_endpoints and bool(
            rules.node_port or rules.external_ips or rules.load_balancer_ips
        )
        self.has_firewall = rules.has_endpoints and bool(rules.load_balancer_ips and rules.source_ranges)

    def endpoint_chain(self, backend: str) -> str:
        """The chain that sends a packet to one endpoint."""
        return f"KUBE-SEP-{chain_hash(self.name, self.protocol, backend)}"

    def chains(self) -> Iterator[str]:
        """The chains of this port in the table nat."""
        if self.has_external:
            yield self.external_chain
        if self.has_firewall:
            yield self.firewall_chain
        if self.rules.backends:
            yield self.cluster_chain
        if self.rules.local_backends:
            yield self.local_chain
        yield from map(self.endpoint_chain, self.reachable)

    def to(self, address: str, port: int) -> str:
        """The part of a rule that compares the destination; "" is any address."""
        destination = f" -d {address}" if address else ""
        return f"-m {self.protocol} -p {self.protocol}{destination} --dport {port}"

    # Table filter: what is refused or dropped

    def filter_rules(self) -> Iterator[str]:
        """Refuse connections that can lead nowhere."""
        rules = self.rules
        verdict, why = ("DROP", "no local endpoints") if rules.has_endpoints else ("REJECT", "no endpoints")
        comment = f'-m comment --comment "{self.name} has {why}"'
        if not rules.internal_backends:
            yield f"-A KUBE-SERVICES {comment} {self.to(rules.cluster_ip, rules.port)} -j {verdict}"
        if not rules.external_backends:
            for address in (*rules.external_ips, *rules.load_balancer_ips):
                yield f"-A KUBE-EXTERNAL-SERVICES {comment} {self.to(address, rules.port)} -j {verdict}"
            if rules.node_port:
                local = "-m addrtype --dst-type LOCAL"
                yield f"-A KUBE-EXTERNAL-SERVICES {comment} {local} {self.to('', rules.node_port)} -j {verdict}"
        if self.has_firewall:
            other = f'-m comment --comment "{self.name} traffic not accepted by {self.firewall_chain}"'
            for address in rules.load_balancer_ips:
                yield f"-A KUBE-PROXY-FIREWALL {other} {self.to(address, rules.port)} -j DROP"
        if rules.health_check_node_port:
            health = f'-m comment --comment "{self.name} health check node port"'
            yield f"-A KUBE-NODEPORTS {health} -m tcp -p tcp --dport {rules.health_check_node_port} -j ACCEPT"

    # Table nat: where connections lead

    def nat_rules(self) -> Iterator[str]:
        """Lead connections to an endpoint."""
        yield from self.captures()
        if self.rules.internal_backends:
            captured = (
                f'-m comment --comment "{self.name} cluster IP" {self.to(self.rules.cluster_ip, self.rules.port)}'
            )
            yield f"-A {self.internal_target} {captured} ! -s {POD_NETWORK} -j KUBE-MARK-MASQ"
        if self.has_external:
            yield from self.external_traffic()
        if self.has_firewall:
            yield from self.firewall()
        yield from self.balancing(self.cluster_chain, self.rules.backends)
        yield from self.balancing(self.local_chain, self.rules.local_backends)
        yield from (line for backend in self.reachable for line in self.translation(backend))

    def captures(self) -> Iterator[str]:
        """Recognize the virtual addresses."""
        rules = self.rules
        if rules.internal_backends:
            comment = f'-m comment --comment "{self.name} cluster IP"'
            yield f"-A KUBE-SERVICES {comment} {self.to(rules.cluster_ip, rules.port)} -j {self.internal_target}"
        if not rules.has_endpoints:
            return
        for address in rules.external_ips:
            comment = f'-m comment --comment "{self.name} external IP"'
            yield f"-A KUBE-SERVICES {comment} {self.to(address, rules.port)} -j {self.external_chain}"
        for address in rules.load_balancer_ips:
            comment = f'-m comment --comment "{self.name} loadbalancer IP"'
            target = self.firewall_chain if self.has_firewall else self.external_chain
            yield f"-A KUBE-SERVICES {comment} {self.to(address, rules.port)} -j {target}"
        if rules.node_port:
            comment = f"-m comment --comment {self.name}"
            yield f"-A KUBE-NODEPORTS {comment} {self.to('', rules.node_port)} -j {self.external_chain}"

    def external_traffic(self) -> Iterator[str]:
        """From outside: under the policy Local the client's address is kept, otherwise the node takes its place."""
        chain, what = self.external_chain, f"{self.name} external destinations"
        if not self.rules.external_local:
            yield f'-A {chain} -m comment --comment "masquerade traffic for {what}" -j KUBE-MARK-MASQ'
        else:
            own = "-m addrtype --src-type LOCAL"
            yield f'-A {chain} -m comment --comment "pod traffic for {what}" -s {POD_NETWORK} -j {self.cluster_chain}'
            yield f'-A {chain} -m comment --comment "masquerade LOCAL traffic for {what}" {own} -j KUBE-MARK-MASQ'
            yield f'-A {chain} -m comment --comment "route LOCAL traffic for {what}" {own} -j {self.cluster_chain}'
        if self.rules.external_backends:
            yield f"-A {chain} -j {self.external_target}"

    def firewall(self) -> Iterator[str]:
        """Only some sources may use the addresses of the load balancer."""
        comment = f'-m comment --comment "{self.name} loadbalancer IP"'
        for sources in self.rules.source_ranges:
            yield f"-A {self.firewall_chain} {comment} -s {sources} -j {self.external_chain}"
        other = f'"other traffic to {self.name} will be dropped by KUBE-PROXY-FIREWALL"'
        yield f"-A {self.firewall_chain} -m comment --comment {other}"

    def balancing(self, chain: str, backends: tuple[str, ...]) -> Iterator[str]:
        """Choose one endpoint: the one the client had before (session affinity), or one by chance."""
        if self.rules.affinity == "ClientIP":
            for backend in backends:
                target = self.endpoint_chain(backend)
                recent = f"-m recent --name {target} --rcheck --seconds {self.rules.affinity_seconds} --reap"
                yield f'-A {chain} -m comment --comment "{self.name} -> {backend}" {recent} -j {target}'
        for position, backend in enumerate(backends):
            left = len(backends) - position
            chance = f" -m statistic --mode random --probability {1 / left:.10f}" if left > 1 else ""
            target = self.endpoint_chain(backend)
            yield f'-A {chain} -m comment --comment "{self.name} -> {backend}"{chance} -j {target}'

    def translation(self, backend: str) -> Iterator[str]:
        """Rewrite the destination; who talks to itself must see another source than itself."""
        chain = self.endpoint_chain(backend)
        comment = f"-m comment --comment {self.name}"
        remember = f" -m recent --name {chain} --set" if self.rules.affinity == "ClientIP" else ""
        yield f"-A {chain} {comment} -s {backend.rpartition(':')[0]} -j KUBE-MARK-MASQ"
        yield (
            f"-A {chain} {comment}{remember} -m {self.protocol} -p {self.protocol} -j DNAT --to-destination {backend}"
        )
