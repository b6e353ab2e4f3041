"""NetworkPolicy: whether a connection is allowed, and which policy, which rule says so.

A Pod that no policy selects is open. As soon as one policy of a direction (ingress or egress) selects it, it is
isolated in that direction: then only what a rule of some policy allows can pass. Rules only ever allow; no policy can
forbid what another one allows. A connection must be allowed at both its ends: egress at the Pod that opens it, ingress
at the Pod that accepts it. Answers need no rule.

- **Who:** in one peer, a ``namespaceSelector`` and a ``podSelector`` must both fit; a ``podSelector`` alone means Pods
  of the policy's own namespace; an ``ipBlock`` means addresses. No peers at all: everybody.
- **Where:** a port by number, by range (``endPort``) or by the name that the accepting Pod gives it. No ports: all.

**In Kubernetes:** the API only stores policies; the network plugin enforces them on each node, where packets are
forwarded: after kube-proxy has translated the destination, before the source is masqueraded.

**Simplified:** a Pod in the network of its node is that node: policies neither select nor mean it.
"""

from collections.abc import Mapping

import attrs

from kubelab.api.core.pod import Pod
from kubelab.api.networking import (
    NetworkPolicy,
    NetworkPolicyEgressRule,
    NetworkPolicyIngressRule,
    NetworkPolicyPeer,
    NetworkPolicyPort,
)
from kubelab.api.selector import from_label_selector
from kubelab.network.addresses import is_in
from kubelab.network.sockets import named_port
from kubelab.state.snapshot import View

INGRESS, EGRESS = "Ingress", "Egress"
Rules = tuple[NetworkPolicyIngressRule | NetworkPolicyEgressRule, ...]
NAME_LABEL = "kubernetes.io/metadata.name"


@attrs.frozen(slots=True, kw_only=True)
class Peer:
    """The other end of a connection, as a policy sees it.

    Attributes:
        address: its address.
        namespace: the namespace of the Pod that has it, or "" where it is no Pod.
        labels: the labels of that Pod.
        pod: that Pod, or None.
    """

    address: str
    namespace: str = ""
    labels: Mapping[str, str] = attrs.field(factory=dict)
    pod: Pod | None = None


@attrs.frozen(slots=True, kw_only=True)
class Verdict:
    """What the policies of one direction say of a connection.

    Attributes:
        direction: ``Ingress`` or ``Egress``.
        allowed: whether it may pass.
        selecting: the policies that select the Pod, as ``namespace/name``; none means that it is open.
        rule: the rule that allows it, such as ``shop/web ingress[0]``, or "".
        refused: for each rule that does not allow it, why not.
    """

    direction: str
    allowed: bool
    selecting: tuple[str, ...] = ()
    rule: str = ""
    refused: tuple[str, ...] = ()

    @property
    def isolated(self) -> bool:
        """Whether any policy selects the Pod in this direction."""
        return bool(self.selecting)


def judge(view: View, pod: Pod, direction: str, peer: Peer, port: int, protocol: str) -> Verdict:
    """Whether the policies let a Pod accept (``Ingress``) or open (``Egress``) a connection.

    Args:
        view: the cluster.
        pod: the Pod whose policies are asked.
        direction: ``Ingress`` or ``Egress``.
        peer: the other end.
        port: the port at the end that accepts.
        protocol: TCP, UDP or SCTP.
    """
    policies = selecting(view, pod, direction)
    names = tuple(_name(policy) for policy in policies)
    if not policies:
        return Verdict(direction=direction, allowed=True)
    accepting = pod if direction == INGRESS else peer.pod
    refused: list[str] = []
    for policy in policies:
        rules: Rules = policy.spec.egress if direction == EGRESS else policy.spec.ingress
        if not rules:
            refused.append(f"{_name(policy)} allows no {direction.lower()} at all")
        for number, rule in enumerate(rules):
            which = f"{_name(policy)} {direction.lower()}[{number}]"
            why = _why_not(view, policy, rule, peer, accepting, port, protocol)
            if not why:
                return Verdict(direction=direction, allowed=True, selecting=names, rule=which, refused=tuple(refused))
            refused.append(f"{which}: {why}")
    return Verdict(direction=direction, allowed=False, selecting=names, refused=tuple(refused))


def selecting(view: View, pod: Pod, direction: str) -> list[NetworkPolicy]:
    """The policies of a direction that select a Pod."""
    if pod.spec.host_network:
        return []
    return [
        policy
        for policy in view.list("NetworkPolicy", pod.metadata.namespace)
        if direction in policy_types(policy)
        and from_label_selector(policy.spec.pod_selector).matches(pod.metadata.labels)
    ]


def policy_types(policy: NetworkPolicy) -> tuple[str, ...]:
    """The directions that a policy is about; where it does not say, the API server's default."""
    return policy.spec.policy_types or ((INGRESS, EGRESS) if policy.spec.egress else (INGRESS,))


def _name(policy: NetworkPolicy) -> str:
    return f"{policy.metadata.namespace}/{policy.metadata.name}"


def _why_not(
    view: View,
    policy: NetworkPolicy,
    rule: NetworkPolicyIngressRule | NetworkPolicyEgressRule,
    peer: Peer,
    accepting: Pod | None,
    port: int,
    protocol: str,
) -> str:
    """Why a rule does not allow the connection, or ""."""
    peers = rule.from_ if isinstance(rule, NetworkPolicyIngressRule) else rule.to
    if peers:
        reasons = [_peer_why_not(view, policy.metadata.namespace, each, peer) for each in peers]
        if all(reasons):
            return "; ".join(dict.fromkeys(reasons))
    if rule.ports and not any(port_fits(each, accepting, port, protocol) for each in rule.ports):
        allowed = ", ".join(_port_text(each) for each in rule.ports)
        return f"it allows port {allowed}, not {port}/{protocol}"
    return ""


def _peer_why_not(view: View, own: str, wanted: NetworkPolicyPeer, peer: Peer) -> str:
    """Why a peer of a rule does not mean the other end, or ""."""
    if wanted.ip_block is not None:
        block = wanted.ip_block
        if not is_in(peer.address, block.cidr):
            return f"{peer.address} is not in {block.cidr}"
        hole = next((each for each in block.except_ if is_in(peer.address, each)), "")
        return f"{peer.address} is in {hole}, which is excepted from {block.cidr}" if hole else ""
    if not peer.namespace:
        return f"{peer.address} is no Pod"
    if wanted.namespace_selector is None:
        if peer.namespace != own:
            return f"it means Pods of namespace {own}, not of {peer.namespace}"
    else:
        found = view.get("Namespace", "", peer.namespace)
        labels = found.metadata.labels if found is not None else {NAME_LABEL: peer.namespace}
        selector = from_label_selector(wanted.namespace_selector)
        if not selector.matches(labels):
            return f"namespace {peer.namespace} does not fit {selector}"
    if wanted.pod_selector is not None:
        selector = from_label_selector(wanted.pod_selector)
        if not selector.matches(peer.labels):
            labelled = ",".join(f"{name}={peer.labels[name]}" for name in sorted(peer.labels)) or "without labels"
            return f"the other Pod ({labelled}) does not fit {selector}"
    return ""


def port_fits(wanted: NetworkPolicyPort, accepting: Pod | None, port: int, protocol: str) -> bool:
    """Whether a port of a rule means the port of a connection."""
    if (wanted.protocol or "TCP") != protocol:
        return False
    if wanted.port is None:
        return True
    if isinstance(wanted.port, str):
        return accepting is not None and named_port(accepting, wanted.port, protocol) == port
    if wanted.end_port is not None:
        return wanted.port <= port <= wanted.end_port
    return wanted.port == port


def _port_text(wanted: NetworkPolicyPort) -> str:
    until = f"-{wanted.end_port}" if wanted.end_port is not None else ""
    number = "any" if wanted.port is None else f"{wanted.port}{until}"
    return f"{number}/{wanted.protocol or 'TCP'}"


def sentence(verdict: Verdict, pod: Pod) -> str:
    """What the policies of one direction say, for the learner."""
    name, way = pod.metadata.name, verdict.direction.lower()
    if not verdict.isolated:
        return f"No NetworkPolicy selects Pod {name} for {way}: everything is allowed."
    which = ", ".join(verdict.selecting)
    if verdict.allowed:
        return f"Pod {name} is isolated for {way} by {which}; {verdict.rule} allows this connection."
    count = "NetworkPolicy" if len(verdict.selecting) == 1 else "NetworkPolicies"
    why = "; ".join(verdict.refused)
    said = f"Pod {name} is isolated for {way}, and no rule allows this connection"
    return f"{count} {which} denied it: {said} ({why})."
