"""Checks of Ingresses, IngressClasses and NetworkPolicies.

In Kubernetes: `pkg/apis/networking/validation/validation.go`.
"""

from kubelab.api.core.reference import TypedLocalObjectReference
from kubelab.api.networking import (
    HTTPIngressPath,
    Ingress,
    IngressBackend,
    IngressClass,
    IngressClassParametersReference,
    IngressServiceBackend,
    IngressSpec,
    IPBlock,
    NetworkPolicy,
    NetworkPolicyPeer,
    NetworkPolicyPort,
    NetworkPolicySpec,
)
from kubelab.api.validation import addresses, metadata, names
from kubelab.api.validation.field_error import (
    Errors,
    forbidden,
    immutable,
    invalid,
    messages,
    not_supported,
    required,
    too_long,
)
from kubelab.api.validation.selectors import label_selector

_PATH_TYPES = ("Exact", "ImplementationSpecific", "Prefix")
_BAD_SEQUENCES = ("//", "/./", "/../", "%2f", "%2F")
_BAD_ENDINGS = ("/..", "/.")
_CLASS_ANNOTATION = "kubernetes.io/ingress.class"


def ingress(given: Ingress) -> Errors:
    """What is wrong with a new Ingress."""
    yield from metadata.object_meta(given.metadata, namespaced=True)
    yield from _ingress_spec(given.spec)
    annotation, name = given.metadata.annotations.get(_CLASS_ANNOTATION), given.spec.ingress_class_name
    if annotation is not None and name is not None and annotation != name:
        text = "must match `ingressClassName` when both are specified"
        yield invalid(f"annotations.{_CLASS_ANNOTATION}", annotation, text)


def ingress_update(new: Ingress, old: Ingress) -> Errors:
    """What is wrong with a changed Ingress."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    yield from metadata.object_meta(new.metadata, namespaced=True)
    yield from _ingress_spec(new.spec)


def _ingress_spec(spec: IngressSpec) -> Errors:
    if not spec.rules and spec.default_backend is None:
        yield invalid("spec", spec.rules, "either `defaultBackend` or `rules` must be specified")
    if spec.default_backend is not None:
        yield from _backend(spec.default_backend, "spec.defaultBackend")
    for index, rule in enumerate(spec.rules):
        here = f"spec.rules[{index}]"
        if rule.host:
            yield from _host(rule.host, f"{here}.host")
        if rule.http is not None:
            if not rule.http.paths:
                yield required(f"{here}.http.paths")
            for number, path in enumerate(rule.http.paths):
                yield from _path(path, f"{here}.http.paths[{number}]")
    for index, tls in enumerate(spec.tls):
        for number, host in enumerate(tls.hosts):
            check = names.wildcard_subdomain if "*" in host else names.dns_subdomain
            yield from messages(f"spec.tls[{index}].hosts[{number}]", host, check(host))
        if tls.secret_name:
            yield from names.subdomain_errors(f"spec.tls[{index}].secretName", tls.secret_name)
    if spec.ingress_class_name is not None:
        yield from names.subdomain_errors("spec.ingressClassName", spec.ingress_class_name)


def _host(host: str, path: str) -> Errors:
    if addresses.parse_ip(host) is not None:
        yield invalid(path, host, "must be a DNS name, not an IP address")
    check = names.wildcard_subdomain if "*" in host else names.dns_subdomain
    yield from messages(path, host, check(host))


def _path(given: HTTPIngressPath, path: str) -> Errors:
    if given.path_type is None:
        yield required(f"{path}.pathType", "pathType must be specified")
        return
    if given.path_type in ("Exact", "Prefix"):
        if not given.path.startswith("/"):
            yield invalid(f"{path}.path", given.path, "must be an absolute path")
        for sequence in _BAD_SEQUENCES:
            if sequence in given.path:
                yield invalid(f"{path}.path", given.path, f"must not contain '{sequence}'")
        for ending in _BAD_ENDINGS:
            if given.path.endswith(ending):
                yield invalid(f"{path}.path", given.path, f"cannot end with '{ending}'")
    elif given.path_type == "ImplementationSpecific":
        if given.path and not given.path.startswith("/"):
            yield invalid(f"{path}.path", given.path, "must be an absolute path")
    else:
        yield not_supported(f"{path}.pathType", given.path_type, _PATH_TYPES)
    yield from _backend(given.backend, f"{path}.backend")


def _backend(backend: IngressBackend, path: str) -> Errors:
    if backend.resource is not None and backend.service is not None:
        yield invalid(path, "", "cannot set both resource and service backends")
    elif backend.resource is not None:
        yield from _reference(backend.resource, f"{path}.resource")
    elif backend.service is not None:
        yield from _service_backend(backend.service, path)
    else:
        yield invalid(path, "", "resource or service backend is required")


def _service_backend(service: IngressServiceBackend, path: str) -> Errors:
    if not service.name:
        yield required(f"{path}.service.name")
    else:
        yield from names.label_errors(f"{path}.service.name", service.name)
    port = service.port
    if port.name and port.number:
        yield invalid(path, "", "cannot set both port name & port number")
    elif port.name:
        yield from messages(f"{path}.service.port.name", port.name, names.port_name(port.name))
    elif port.number:
        yield from messages(f"{path}.service.port.number", port.number, names.port_number(port.number))
    else:
        yield required(path, "port name or number is required")


def _reference(given: TypedLocalObjectReference | IngressClassParametersReference, path: str) -> Errors:
    if given.api_group is not None:
        yield from names.subdomain_errors(f"{path}.apiGroup", given.api_group)
    for field, text in (("kind", given.kind), ("name", given.name)):
        if not text:
            yield required(f"{path}.{field}")
        else:
            yield from messages(f"{path}.{field}", text, names.path_segment(text))


def ingress_status_update(new: Ingress, old: Ingress) -> Errors:
    """What is wrong with the addresses that a controller reports."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    known = tuple(each.ip for each in old.status.load_balancer.ingress if each.ip)
    for index, each in enumerate(new.status.load_balancer.ingress):
        here = f"status.loadBalancer.ingress[{index}]"
        if each.ip:
            yield from addresses.ip(f"{here}.ip", each.ip, known)
        if each.hostname:
            yield from names.subdomain_errors(f"{here}.hostname", each.hostname)
            if addresses.parse_ip(each.hostname) is not None:
                yield invalid(f"{here}.hostname", each.hostname, "must be a DNS name, not an IP address")


def ingress_class(given: IngressClass) -> Errors:
    """What is wrong with an IngressClass."""
    yield from metadata.object_meta(given.metadata, namespaced=False)
    controller = given.spec.controller
    if len(controller) > 250:
        yield too_long("spec.controller", 250)
    yield from names.domain_prefixed_path("spec.controller", controller)
    if given.spec.parameters is not None:
        yield from _class_parameters(given.spec.parameters, "spec.parameters")


def ingress_class_update(new: IngressClass, old: IngressClass) -> Errors:
    """What is wrong with a changed IngressClass: its controller stays."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    yield from immutable("spec.controller", new.spec.controller, old.spec.controller)
    yield from ingress_class(new)


def _class_parameters(given: IngressClassParametersReference, path: str) -> Errors:
    yield from _reference(given, path)
    if given.scope is None:
        yield required(f"{path}.scope")
    elif given.scope not in ("Cluster", "Namespace"):
        yield not_supported(f"{path}.scope", given.scope, ("Cluster", "Namespace"))
    elif given.scope == "Namespace":
        if given.namespace is None:
            yield required(f"{path}.namespace", "`parameters.scope` is set to 'Namespace'")
        else:
            yield from names.label_errors(f"{path}.namespace", given.namespace)
    elif given.namespace is not None:
        yield forbidden(f"{path}.namespace", "`parameters.scope` is set to 'Cluster'")


def network_policy(given: NetworkPolicy) -> Errors:
    """What is wrong with a new NetworkPolicy."""
    yield from metadata.object_meta(given.metadata, namespaced=True)
    yield from _policy_spec(given.spec, ())


def network_policy_update(new: NetworkPolicy, old: NetworkPolicy) -> Errors:
    """What is wrong with a changed NetworkPolicy."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    peers = [peer for rule in old.spec.ingress for peer in rule.from_]
    peers += [peer for rule in old.spec.egress for peer in rule.to]
    blocks = [peer.ip_block for peer in peers if peer.ip_block is not None]
    yield from _policy_spec(new.spec, tuple(text for block in blocks for text in (block.cidr, *block.except_)))


def _policy_spec(spec: NetworkPolicySpec, known: tuple[str, ...]) -> Errors:
    yield from label_selector(spec.pod_selector, "spec.podSelector")
    for index, ingress_rule in enumerate(spec.ingress):
        here = f"spec.ingress[{index}]"
        yield from _rule(ingress_rule.ports, ingress_rule.from_, here, "from", known)
    for index, egress_rule in enumerate(spec.egress):
        yield from _rule(egress_rule.ports, egress_rule.to, f"spec.egress[{index}]", "to", known)
    if len(spec.policy_types) > 2:
        yield invalid("spec.policyTypes", spec.policy_types, "may not specify more than two policyTypes")
        return
    for index, direction in enumerate(spec.policy_types):
        if direction not in ("Ingress", "Egress"):
            yield not_supported(f"spec.policyTypes[{index}]", direction, ("Ingress", "Egress"))


def _rule(
    ports: tuple[NetworkPolicyPort, ...],
    peers: tuple[NetworkPolicyPeer, ...],
    path: str,
    direction: str,
    known: tuple[str, ...],
) -> Errors:
    for index, port in enumerate(ports):
        yield from _policy_port(port, f"{path}.ports[{index}]")
    for index, peer in enumerate(peers):
        yield from _peer(peer, f"{path}.{direction}[{index}]", known)


def _policy_port(given: NetworkPolicyPort, path: str) -> Errors:
    if given.protocol not in (None, "TCP", "UDP", "SCTP"):
        yield not_supported(f"{path}.protocol", given.protocol, ("TCP", "UDP", "SCTP"))
    port, end = given.port, given.end_port
    if port is None:
        if end is not None:
            yield invalid(f"{path}.endPort", end, "may not be specified when `port` is not specified")
    elif isinstance(port, int):
        yield from messages(f"{path}.port", port, names.port_number(port))
        if end is not None:
            if end < port:
                yield invalid(f"{path}.endPort", port, "must be greater than or equal to `port`")
            yield from messages(f"{path}.endPort", end, names.port_number(end))
    else:
        if end is not None:
            yield invalid(f"{path}.endPort", end, "may not be specified when `port` is non-numeric")
        yield from messages(f"{path}.port", port, names.port_name(port))


def _peer(peer: NetworkPolicyPeer, path: str, known: tuple[str, ...]) -> Errors:
    yield from label_selector(peer.pod_selector, f"{path}.podSelector")
    yield from label_selector(peer.namespace_selector, f"{path}.namespaceSelector")
    selects = peer.pod_selector is not None or peer.namespace_selector is not None
    if peer.ip_block is not None:
        yield from _ip_block(peer.ip_block, f"{path}.ipBlock", known)
        if selects:
            yield forbidden(path, "may not specify both ipBlock and another peer")
    elif not selects:
        yield required(path, "must specify a peer")


def _ip_block(block: IPBlock, path: str, known: tuple[str, ...]) -> Errors:
    if not block.cidr:
        yield required(f"{path}.cidr")
        return
    yield from addresses.cidr(f"{path}.cidr", block.cidr, known)
    network = addresses.parse_cidr(block.cidr)
    if network is None:
        return
    for index, text in enumerate(block.except_):
        here = f"{path}.except[{index}]"
        yield from addresses.cidr(here, text, known)
        hole = addresses.parse_cidr(text)
        if hole is None:
            continue
        inside = hole.version == network.version and hole.network_address in network
        if not inside or network.prefixlen >= hole.prefixlen:
            yield invalid(here, text, "must be a strict subset of `cidr`")
