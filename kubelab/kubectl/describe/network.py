"""Services, Endpoints, EndpointSlices, Ingresses, IngressClasses, NetworkPolicies.

Source: kubectl `pkg/describe/describe.go`.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from kubelab.api.clocktime import text_of
from kubelab.kubectl.client import Client
from kubelab.kubectl.describe.writer import Writer, or_none, pairs, plain_truth
from kubelab.views.printers.cells import selector

MOST = 3
"""So many endpoints are named; of the others only how many there are."""


def service(w: Writer, obj: Any, client: Client) -> None:
    """Describe a Service."""
    spec = obj.spec
    w.head(obj)
    w.row("Selector", pairs(spec.selector))
    w.row("Type", spec.type)
    if spec.ip_family_policy is not None:
        w.row("IP Family Policy", spec.ip_family_policy)
    w.row("IP Families", or_none(",".join(spec.ip_families)))
    w.row("IP", spec.cluster_ip)
    w.row("IPs", or_none(",".join(spec.cluster_ips)))
    if spec.external_ips:
        w.row("External IPs", ",".join(spec.external_ips))
    if spec.load_balancer_ip:
        w.row("Desired LoadBalancer IP", spec.load_balancer_ip)
    if spec.external_name:
        w.row("External Name", spec.external_name)
    if obj.status.load_balancer.ingress:
        w.row("LoadBalancer Ingress", ", ".join(_way_in(each) for each in obj.status.load_balancer.ingress))
    slices = slices_of(client, obj.metadata.namespace, obj.metadata.name)
    for port in spec.ports:
        name = port.name or "<unset>"
        w.line(f"Port:\t{name}\t{port.port}/{port.protocol}")
        w.row("TargetPort", f"{port.target_port}/{port.protocol}")
        if port.app_protocol is not None:
            w.row("AppProtocol", port.app_protocol)
        if port.node_port:
            w.line(f"NodePort:\t{name}\t{port.node_port}/{port.protocol}")
        w.row("Endpoints", endpoints_text(slices, {port.name}))
    w.row("Session Affinity", spec.session_affinity)
    if spec.external_traffic_policy:
        w.row("External Traffic Policy", spec.external_traffic_policy)
    if spec.internal_traffic_policy is not None:
        w.row("Internal Traffic Policy", spec.internal_traffic_policy)
    if spec.health_check_node_port:
        w.row("HealthCheck NodePort", spec.health_check_node_port)
    if spec.load_balancer_source_ranges:
        w.row("LoadBalancer Source Ranges", ",".join(spec.load_balancer_source_ranges))
    if spec.traffic_distribution is not None:
        w.row("Traffic Distribution", spec.traffic_distribution)


def _way_in(each: Any) -> str:
    if not each.ip:
        return str(each.hostname)
    return f"{each.ip} ({each.ip_mode})" if each.ip_mode is not None else str(each.ip)


def slices_of(client: Client, namespace: str, name: str) -> list[Any]:
    """The EndpointSlices of a Service."""
    return client.view.labelled("EndpointSlice", namespace, {"kubernetes.io/service-name": name})


def endpoints_text(slices: Sequence[Any], ports: Iterable[str]) -> str:
    """The first endpoints that are ready, and how many there are besides."""
    if not slices:
        return "<none>"
    wanted = set(ports)
    found: list[str] = []
    for each in slices:
        chosen = [port for port in each.ports if (port.name or "") in wanted]
        for port in chosen if each.ports else [None]:
            for endpoint in each.endpoints:
                if endpoint.conditions.ready is not False:
                    address = endpoint.addresses[0]
                    found.append(address if port is None else f"{address}:{port.port}")
    shown = ",".join(found[:MOST])
    return f"{shown} + {len(found) - MOST} more..." if len(found) > MOST else shown


def endpoints(w: Writer, obj: Any, client: Client) -> None:
    """Describe Endpoints."""
    w.head(obj)
    w.line("Subsets:")
    for subset in obj.subsets:
        w.row("Addresses", or_none(",".join(each.ip for each in subset.addresses)), 1)
        w.row("NotReadyAddresses", or_none(",".join(each.ip for each in subset.not_ready_addresses)), 1)
        if subset.ports:
            w.line("Ports:", 1)
            w.line("Name\tPort\tProtocol", 2)
            w.line("----\t----\t--------", 2)
            for port in subset.ports:
                w.line(f"{port.name or '<unset>'}\t{port.port}\t{port.protocol}", 2)
        w.line()


def endpoint_slice(w: Writer, obj: Any, client: Client) -> None:
    """Describe an EndpointSlice."""
    w.head(obj)
    w.row("AddressType", obj.address_type)
    if not obj.ports:
        w.line("Ports: <unset>")
    else:
        w.line("Ports:")
        w.line("Name\tPort\tProtocol", 1)
        w.line("----\t----\t--------", 1)
        for port in obj.ports:
            number = "<unset>" if port.port is None else port.port
            w.line(f"{port.name or '<unset>'}\t{number}\t{port.protocol}", 1)
    if not obj.endpoints:
        w.line("Endpoints: <none>")
        return
    w.line("Endpoints:")
    for each in obj.endpoints:
        ready = each.conditions.ready
        w.line(f"- Addresses:\t{or_none(', '.join(each.addresses))}", 1)
        w.line("Conditions:", 2)
        w.row("Ready", "<unset>" if ready is None else plain_truth(ready), 3)
        w.row("Hostname", each.hostname or "<unset>", 2)
        if each.target_ref is not None:
            w.row("TargetRef", f"{each.target_ref.kind}/{each.target_ref.name}", 2)
        w.row("NodeName", each.node_name or "<unset>", 2)
        w.row("Zone", each.zone or "<unset>", 2)


def ingress(w: Writer, obj: Any, client: Client) -> None:
    """Describe an Ingress."""
    meta, spec = obj.metadata, obj.spec
    w.row("Name", meta.name)
    w.labels("Labels", meta.labels)
    w.row("Namespace", meta.namespace)
    ways = sorted({each.ip or each.hostname for each in obj.status.load_balancer.ingress} - {""})
    w.row("Address", ",".join(ways))
    w.row("Ingress Class", spec.ingress_class_name or "<none>")
    default = "<default>" if spec.default_backend is None else _backend(client, meta.namespace, spec.default_backend)
    w.row("Default backend", default)
    if spec.tls:
        w.line("TLS:")
        for each in spec.tls:
            hosts = ",".join(each.hosts)
            w.line(f"{each.secret_name} terminates {hosts}" if each.secret_name else f"SNI routes {hosts}", 1)
    w.line("Rules:\n  Host\tPath\tBackends")
    w.line("----\t----\t--------", 1)
    rules = [rule for rule in spec.rules if rule.http is not None]
    for rule in rules:
        w.line(f"{rule.host or '*'}\t", 1)
        for path in rule.http.paths:
            w.line(f"\t{path.path} \t{_backend(client, meta.namespace, path.backend)}", 2)
    if not rules:
        w.line(f"*\t*\t{default}", 1)
    w.annotations("Annotations", meta.annotations)


def _backend(client: Client, namespace: str, backend: Any) -> str:
    if backend.service is not None:
        name, port = backend.service.name, backend.service.port
        text = f"{name}:{port.number or port.name}"
        found = client.view.get("Service", namespace, name)
        if found is None:
            return f'{text} (<error: services "{name}" not found>)'
        chosen = {p.name for p in found.spec.ports if (p.port == port.number if port.number else p.name == port.name)}
        return f"{text} ({endpoints_text(slices_of(client, namespace, name), chosen or {''})})"
    if backend.resource is not None:
        held = backend.resource
        return f"APIGroup: {held.api_group or '<none>'}, Kind: {held.kind}, Name: {held.name}"
    return ""


def ingress_class(w: Writer, obj: Any, client: Client) -> None:
    """Describe an IngressClass."""
    w.head(obj, namespaced=False)
    w.row("Controller", obj.spec.controller)
    parameters = obj.spec.parameters
    if parameters is not None:
        w.line("Parameters:")
        if parameters.api_group is not None:
            w.row("APIGroup", parameters.api_group, 1)
        w.row("Kind", parameters.kind, 1)
        w.row("Name", parameters.name, 1)


def network_policy(w: Writer, obj: Any, client: Client) -> None:
    """Describe a NetworkPolicy."""
    spec, meta = obj.spec, obj.metadata
    w.row("Name", meta.name)
    w.row("Namespace", meta.namespace)
    w.row("Created on", _created(meta.creation_timestamp))
    w.labels("Labels", meta.labels)
    w.annotations("Annotations", meta.annotations)
    w.line("Spec:")
    chosen = selector(spec.pod_selector)
    everything = "<none> (Allowing the specific traffic to all pods in this namespace)"
    w.line(f"PodSelector:     {everything if chosen == '<none>' else chosen}", 1)
    for word, rules, peers in (("ingress", spec.ingress, "from_"), ("egress", spec.egress, "to")):
        if word.capitalize() in spec.policy_types:
            w.line(f"Allowing {word} traffic:", 1)
            _rules(w, word, rules, peers)
        else:
            w.line(f"Not affecting {word} traffic", 1)
    w.line(f"Policy Types: {', '.join(spec.policy_types)}", 1)


def _created(seconds: int | None) -> str:
    """A moment as Go prints it: ``2026-01-01 00:00:00 +0000 UTC``."""
    if seconds is None:
        return "<nil>"
    return text_of(seconds).replace("T", " ").replace("Z", " +0000 UTC")


def _rules(w: Writer, word: str, rules: Sequence[Any], peers: str) -> None:
    indent = "    "
    if not rules:
        w.line(f"{indent}<none> (Selected pods are isolated for {word} connectivity)")
        return
    title, about = ("From", "source") if word == "ingress" else ("To", "destination")
    for place, rule in enumerate(rules):
        if not rule.ports:
            w.line(f"{indent}To Port: <any> (traffic allowed to all ports)")
        for port in rule.ports:
            protocol = port.protocol or "TCP"
            if port.end_port is None:
                w.line(f"{indent}To Port: {'<nil>' if port.port is None else port.port}/{protocol}")
            else:
                w.line(f"{indent}To Port Range: {port.port}-{port.end_port}/{protocol}")
        found = getattr(rule, peers)
        if not found:
            w.line(f"{indent}{title}: <any> (traffic not restricted by {about})")
        for peer in found:
            w.line(f"{indent}{title}:")
            if peer.namespace_selector is not None:
                w.line(f"{indent}NamespaceSelector: {selector(peer.namespace_selector)}", 1)
            if peer.pod_selector is not None:
                w.line(f"{indent}PodSelector: {selector(peer.pod_selector)}", 1)
            if peer.ip_block is not None and peer.pod_selector is None and peer.namespace_selector is None:
                w.line(f"{indent}IPBlock:", 1)
                w.line(f"{indent}CIDR: {peer.ip_block.cidr}", 2)
                w.line(f"{indent}Except: {', '.join(peer.ip_block.except_)}", 2)
        if place != len(rules) - 1:
            w.line(f"{indent}----------")
