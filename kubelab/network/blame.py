"""Whose fault it is when a Service leads nowhere: what is said of kube-proxy's rules, and of rules that are old.

Rules outlive what they were written for. While kube-proxy is stopped, or has not caught up yet, a node goes on by what
it was told last: to Pods that are gone, or to a refusal although there are endpoints by now.
"""

from typing import NoReturn

from kubelab.api.core.service import Service
from kubelab.api.duration import human
from kubelab.network.journey import Journey
from kubelab.network.trail import NO_ROUTE, Packet
from kubelab.network.translation import Translation, endpoints_now, is_stale
from kubelab.state.snapshot import SECOND


def proxy_remark(journey: Journey, found: Translation, node: str) -> str:
    """Why the rules on a node are not what they should be: who did not write them anew, and since when."""
    age = human(max(0, journey.view.now - found.rules.synced_at) // SECOND)
    if journey.proxy_stopped(node):
        return f"kube-proxy on {node} is stopped, and its rules, written {age} ago, are stale"
    return f"kube-proxy on {node} has not caught up yet: its rules, written {age} ago, are stale"


def choice_sentence(journey: Journey, found: Translation, node: str, packet: Packet) -> str:
    """What kube-proxy's rules do with a packet that they send to an endpoint."""
    what = f"{packet.destination}:{packet.port}, the {found.face} of Service {found.rules.service}"
    said = f"kube-proxy's rules on {node} know {what}: the destination becomes {found.backend} ({found.choice})."
    said += _by_policy(found)
    if is_stale(journey.view, found.rules):
        said += f" {_capital(proxy_remark(journey, found, node))}."
    return said


def _by_policy(found: Translation) -> str:
    """What the traffic policies of the Service have to do with the choice, and with the client's address."""
    rules = found.rules
    if found.face == "cluster IP":
        return " internalTrafficPolicy Local: only endpoints on this node count." if rules.internal_local else ""
    if not rules.external_local:
        return ""
    if found.masquerade:
        return " externalTrafficPolicy Local does not hold for what comes from the cluster itself."
    return " externalTrafficPolicy Local: only endpoints on this node count, and the client's address is kept."


def refusal(journey: Journey, found: Translation, node: str, packet: Packet) -> tuple[str, str]:
    """The fault and the sentence where kube-proxy's rules refuse or drop a packet."""
    what = f"{packet.destination}:{packet.port}, the {found.face} of Service {found.rules.service}"
    if found.fault == "source-not-allowed":
        allowed = ", ".join(found.rules.source_ranges)
        return found.fault, f"Only {allowed} may use {what}; {packet.source} may not."
    if found.fault == "no-local-endpoints":
        policy = "internalTrafficPolicy" if found.face == "cluster IP" else "externalTrafficPolicy"
        return found.fault, f"No endpoint of {what}, is on node {node}, and {policy} Local allows no other."
    now = endpoints_now(journey.view, found.rules)
    if now:
        remark = proxy_remark(journey, found, node)
        return "stale-rules", f"{_capital(remark)}: they refuse {what}, though there are endpoints by now."
    return found.fault, f"{_capital(what)}, has no endpoints: kube-proxy's rules on {node} refuse the connection."


def blame_backend(journey: Journey, packet: Packet, fault: str, sentence: str) -> tuple[str, str]:
    """The fault and the sentence where a packet is lost that perhaps came here by stale rules."""
    if journey.service is None or journey.returning:
        return fault, sentence
    found, node = journey.service
    backend = f"{packet.destination}:{packet.port}"
    if backend != found.backend or backend in endpoints_now(journey.view, found.rules):
        return fault, sentence
    remark = proxy_remark(journey, found, node)
    return "stale-rules", f"{sentence} {backend} is no endpoint of Service {found.rules.service} any more: {remark}."


def blame_service_address(journey: Journey, node: str, packet: Packet) -> NoReturn:
    """Give up a packet to a cluster address for which a node has no rules.

    Raises:
        Lost: always.
    """
    key = journey.view.holder("clusterIP", packet.destination)
    service: Service | None = journey.view.find(key) if key is not None else None
    where = f"{packet.destination}:{packet.port}"
    if service is None:
        fault, said = "nobody-there", f"No Service has the cluster IP {packet.destination}: no rule on {node} knows it."
    elif any(p.port == packet.port and (p.protocol or "TCP") == packet.protocol for p in service.spec.ports):
        why = "is stopped" if journey.proxy_stopped(node) else "has not written any yet"
        fault, said = "no-rules", f"There is no rule for {where} on {node}: kube-proxy there {why}."
    else:
        ports = ", ".join(f"{p.port}/{p.protocol or 'TCP'}" for p in service.spec.ports)
        fault = "port-not-in-service"
        said = f"{key} has port {ports}, not {packet.port}/{packet.protocol}: no rule on {node} knows {where}."
    said += " The packet goes to the router, which has no way to a virtual address."
    journey.lose(NO_ROUTE, fault, "kube-proxy", said, packet, node=node)


def _capital(text: str) -> str:
    # The names of programs keep their small letter also at the start of a sentence.
    return text if text.startswith("kube-proxy") else text[:1].upper() + text[1:]
