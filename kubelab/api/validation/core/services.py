"""Checks of Services, new and changed.

In Kubernetes: `validateService`, `ValidateServiceUpdate`, `ValidateServiceClusterIPsRelatedFields`. The registry of
the API server fills in `clusterIPs` and node ports before it asks here.
"""

from kubelab.api.core.service import LoadBalancerStatus, Service, ServicePort, ServiceSpec
from kubelab.api.defaults.core import externally_accessible
from kubelab.api.validation import addresses, metadata, names
from kubelab.api.validation.core.containers import protocol
from kubelab.api.validation.core.probes import port
from kubelab.api.validation.field_error import (
    Errors,
    duplicate,
    forbidden,
    invalid,
    messages,
    not_supported,
    required,
)

_TYPES = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
_FAMILIES = ("IPv4", "IPv6")
_FAMILY_POLICIES = ("PreferDualStack", "RequireDualStack", "SingleStack")
_DISTRIBUTIONS = ("PreferClose", "PreferSameZone", "PreferSameNode")
_MAX_AFFINITY_SECONDS = 86400
_HINTS = "service.kubernetes.io/topology-aware-hints"
_MODE = "service.kubernetes.io/topology-mode"
_SOURCE_RANGES = "service.beta.kubernetes.io/load-balancer-source-ranges"
_ONLY_BALANCED = "may only be used when `type` is 'LoadBalancer'"
_NOT_CHANGED = "may not change once set"


def is_headless(spec: ServiceSpec) -> bool:
    """Whether a Service has no address of its own."""
    return spec.cluster_ips == ("None",)


def needs_health_check(spec: ServiceSpec) -> bool:
    """Whether a load balancer has to ask each node if it has Pods of the Service."""
    return spec.type == "LoadBalancer" and spec.external_traffic_policy == "Local"


def service(given: Service) -> Errors:
    """What is wrong with a new Service."""
    yield from metadata.object_meta(given.metadata, namespaced=True, name_check=names.is_label)
    yield from _service(given, None)


def service_update(new: Service, old: Service) -> Errors:
    """What is wrong with a changed Service: its addresses stay."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    if "ExternalName" not in (new.spec.type, old.spec.type):
        headless = (is_headless(new.spec), is_headless(old.spec))
        if headless != (True, True):
            yield from _cluster_ips_update(new.spec, old.spec)
        if headless == (False, False):
            yield from _families_update(new.spec, old.spec)
    yield from _balancer_class(new.spec, old.spec)
    if (
        needs_health_check(new.spec)
        and needs_health_check(old.spec)
        and new.spec.health_check_node_port != old.spec.health_check_node_port
    ):
        yield forbidden("spec.healthCheckNodePort", "field is immutable")
    yield from _service(new, old)


def service_status_update(new: Service, old: Service) -> Errors:
    """What is wrong with a change of what a load balancer reports."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    yield from _balancer_status(new.status.load_balancer, old.status.load_balancer, new.spec)


def _service(given: Service, old: Service | None) -> Errors:
    spec, notes = given.spec, given.metadata.annotations
    if _HINTS in notes and _MODE in notes and notes[_HINTS] != notes[_MODE]:
        text = f"must match annotations[{_HINTS}] when both are specified"
        yield invalid(f"metadata.annotations[{_MODE}]", notes[_MODE], text)
    if not spec.ports and not is_headless(spec) and spec.type != "ExternalName":
        yield required("spec.ports")
    yield from _type_and_addresses(spec)
    seen: set[str] = set()
    for index, each in enumerate(spec.ports):
        yield from _port(each, len(spec.ports) > 1, seen, f"spec.ports[{index}]")
    yield from metadata.labels(spec.selector, "spec.selector")
    yield from _affinity(spec)
    yield from _cluster_ips(spec, old)
    for index, address in enumerate(spec.external_ips):
        here = f"spec.externalIPs[{index}]"
        wrong = tuple(addresses.ip(here, address, () if old is None else old.spec.external_ips))
        yield from wrong or addresses.endpoint_ip(here, address)
    if not spec.type:
        yield required("spec.type")
    elif spec.type not in _TYPES:
        yield not_supported("spec.type", spec.type, _TYPES)
    yield from _port_conflicts(spec)
    yield from _source_ranges(given, old)
    if spec.allocate_load_balancer_node_ports is not None and spec.type != "LoadBalancer":
        yield forbidden("spec.allocateLoadBalancerNodePorts", _ONLY_BALANCED)
    if spec.type == "LoadBalancer" and spec.allocate_load_balancer_node_ports is None:
        yield required("allocateLoadBalancerNodePorts")
    yield from _balancer_class(spec, None)
    yield from _traffic(spec)


def _type_and_addresses(spec: ServiceSpec) -> Errors:
    if spec.type in ("LoadBalancer", "NodePort") and is_headless(spec):
        yield invalid("spec.clusterIPs[0]", "None", f"may not be set to 'None' for {spec.type} services")
    if spec.type != "ExternalName":
        return
    text = "may not be set for ExternalName services"
    if spec.cluster_ips:
        yield forbidden("spec.clusterIPs", text)
    if spec.ip_families:
        yield forbidden("spec.ipFamilies", text)
    if spec.ip_family_policy is not None:
        yield forbidden("spec.ipFamilyPolicy", text)
    name = spec.external_name.removesuffix(".")
    if name:
        yield from names.subdomain_errors("spec.externalName", name)
    else:
        yield required("spec.externalName")


def _port(given: ServicePort, name_needed: bool, seen: set[str], path: str) -> Errors:
    if given.name:
        yield from names.label_errors(f"{path}.name", given.name)
        if given.name in seen:
            yield duplicate(f"{path}.name", given.name)
        seen.add(given.name)
    elif name_needed:
        yield required(f"{path}.name")
    yield from messages(f"{path}.port", given.port, names.port_number(given.port))
    yield from protocol(given.protocol, f"{path}.protocol")
    yield from port(f"{path}.targetPort", given.target_port)
    if given.app_protocol is not None:
        yield from names.qualified_name_errors(f"{path}.appProtocol", given.app_protocol)


def _affinity(spec: ServiceSpec) -> Errors:
    affinity, config, path = spec.session_affinity, spec.session_affinity_config, "spec.sessionAffinityConfig"
    if not affinity:
        yield required("spec.sessionAffinity")
    elif affinity not in ("ClientIP", "None"):
        yield not_supported("spec.sessionAffinity", affinity, ("ClientIP", "None"))
    if affinity == "None" and config is not None:
        yield forbidden(path, "must not be set when session affinity is None")
    if affinity != "ClientIP":
        return
    text = "when session affinity type is ClientIP"
    if config is None:
        yield required(path, text)
    elif config.client_ip is None:
        yield required(f"{path}.clientIP", text)
    elif config.client_ip.timeout_seconds is None:
        yield required(f"{path}.clientIP.timeoutSeconds", text)
    elif not 0 < config.client_ip.timeout_seconds <= _MAX_AFFINITY_SECONDS:
        detail = f"must be greater than 0 and less than {_MAX_AFFINITY_SECONDS}"
        yield invalid(f"{path}.clientIP.timeoutSeconds", config.client_ip.timeout_seconds, detail)


def _cluster_ips(spec: ServiceSpec, old: Service | None) -> Errors:
    if spec.type == "ExternalName":
        return
    ips, path = spec.cluster_ips, "spec.clusterIPs"
    if spec.cluster_ip:
        if not ips:
            yield required(path)
        elif ips[0] != spec.cluster_ip:
            yield invalid(path, ips, "first value must match `clusterIP`")
    elif ips:
        yield invalid(path, ips, "must be empty when `clusterIP` is not specified")
    yield from _families(spec)
    known = () if old is None else old.spec.cluster_ips
    wrong = False
    for index, text in enumerate(ips):
        if index == 0 and text == "None":
            if len(ips) > 1:
                wrong = True
                yield invalid(path, ips, "'None' must be the first and only value")
            continue
        found = tuple(addresses.ip(f"{path}[{index}]", text, known))
        wrong = wrong or bool(found)
        yield from found
    if len(ips) > 2:
        yield invalid(path, ips, "may only hold up to 2 values")
    if wrong:
        return
    if len(ips) > 1 and not addresses.is_dual_stack(ips):
        yield invalid(path, ips, "may specify no more than one IP for each IP family")
    if is_headless(spec):
        return
    for index, (text, family) in enumerate(zip(ips, spec.ip_families, strict=False)):
        if family in _FAMILIES and (family == "IPv6") != addresses.is_ipv6(text):
            detail = f"expected an {family} value as indicated by `ipFamilies[{index}]`"
            yield invalid(f"{path}[{index}]", text, detail)


def _families(spec: ServiceSpec) -> Errors:
    seen: set[str] = set()
    for index, family in enumerate(spec.ip_families):
        here = f"spec.ipFamilies[{index}]"
        if family not in _FAMILIES:
            yield not_supported(here, family, _FAMILIES)
        if family in seen:
            yield duplicate(here, family)
        seen.add(family)
    if spec.ip_family_policy is not None and spec.ip_family_policy not in _FAMILY_POLICIES:
        yield not_supported("spec.ipFamilyPolicy", spec.ip_family_policy, _FAMILY_POLICIES)


def _port_conflicts(spec: ServiceSpec) -> Errors:
    if spec.type == "ClusterIP":
        for index, given in enumerate(spec.ports):
            if given.node_port:
                yield forbidden(f"spec.ports[{index}].nodePort", "may not be used when `type` is 'ClusterIP'")
    node_ports: set[tuple[str, int]] = set()
    for index, given in enumerate(spec.ports):
        if not given.node_port:
            continue
        if (given.protocol, given.node_port) in node_ports:
            yield duplicate(f"spec.ports[{index}].nodePort", given.node_port)
        node_ports.add((given.protocol, given.node_port))
    ports: set[tuple[str, int]] = set()
    for index, given in enumerate(spec.ports):
        if (given.protocol, given.port) in ports:
            yield duplicate(f"spec.ports[{index}]", ServicePort(protocol=given.protocol, port=given.port))
        ports.add((given.protocol, given.port))


def _source_ranges(given: Service, old: Service | None) -> Errors:
    spec = given.spec
    annotation = given.metadata.annotations.get(_SOURCE_RANGES)
    if spec.load_balancer_source_ranges:
        path = "spec.LoadBalancerSourceRanges"
        if spec.type != "LoadBalancer":
            yield forbidden(path, _ONLY_BALANCED)
        before = () if old is None else old.spec.load_balancer_source_ranges
        known = tuple(text.strip() for text in before)
        for index, text in enumerate(spec.load_balancer_source_ranges):
            yield from addresses.cidr(f"{path}[{index}]", text.strip(), known)
    elif annotation is not None:
        path = f"metadata.annotations[{_SOURCE_RANGES}]"
        if spec.type != "LoadBalancer":
            yield forbidden(path, _ONLY_BALANCED)
        unchanged = old is not None and old.metadata.annotations.get(_SOURCE_RANGES) == annotation
        if not unchanged and annotation.strip():
            for text in annotation.strip().split(","):
                yield from addresses.cidr(path, text.strip())


def _balancer_class(spec: ServiceSpec, old: ServiceSpec | None) -> Errors:
    path, name = "spec.loadBalancerClass", spec.load_balancer_class
    balanced = spec.type == "LoadBalancer"
    if old is not None and balanced and old.type == "LoadBalancer" and name != old.load_balancer_class:
        yield invalid(path, name, _NOT_CHANGED)
    if name is None:
        return
    if balanced:
        yield from names.qualified_name_errors(path, name)
    else:
        yield forbidden(path, _ONLY_BALANCED)


def _traffic(spec: ServiceSpec) -> Errors:
    policy, path = spec.external_traffic_policy, "spec.externalTrafficPolicy"
    if not externally_accessible(spec):
        if policy:
            yield invalid(path, policy, "may only be set for externally-accessible services")
    elif not policy:
        yield required(path)
    elif policy not in ("Cluster", "Local"):
        yield not_supported(path, policy, ("Cluster", "Local"))
    check, path = spec.health_check_node_port, "spec.healthCheckNodePort"
    if needs_health_check(spec):
        if not check:
            yield required(path)
        else:
            yield from messages(path, check, names.port_number(check))
    elif check:
        text = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
        yield invalid(path, check, text)
    internal, path = spec.internal_traffic_policy, "spec.internalTrafficPolicy"
    if internal is None and spec.type in ("NodePort", "LoadBalancer", "ClusterIP"):
        yield required(path)
    if internal is not None and internal not in ("Cluster", "Local"):
        yield not_supported(path, internal, ("Cluster", "Local"))
    distribution = spec.traffic_distribution
    if distribution is not None and distribution not in _DISTRIBUTIONS:
        yield not_supported("spec.trafficDistribution", distribution, _DISTRIBUTIONS)


def _cluster_ips_update(new: ServiceSpec, old: ServiceSpec) -> Errors:
    before, after, path = old.cluster_ips, new.cluster_ips, "spec.clusterIPs"
    if len(before) == len(after):
        for index, text in enumerate(before):
            if text != after[index]:
                yield invalid(f"{path}[{index}]", after, _NOT_CHANGED)
    elif len(before) > len(after):
        if not after:
            yield invalid(f"{path}[0]", after, "primary clusterIP can not be unset")
        elif after[0] != before[0]:
            yield invalid(f"{path}[0]", after, _NOT_CHANGED)
        if len(after) == 1 and new.ip_family_policy != "SingleStack":
            text = "must be set to 'SingleStack' when releasing the secondary clusterIP"
            yield invalid("spec.ipFamilyPolicy", new.ip_family_policy, text)
    elif before and after[0] != before[0]:
        yield invalid(f"{path}[0]", after, _NOT_CHANGED)


def _families_update(new: ServiceSpec, old: ServiceSpec) -> Errors:
    before, after, path = old.ip_families, new.ip_families, "spec.ipFamilies[0]"
    if len(before) == len(after):
        for had, has in zip(before, after, strict=True):
            if had != has:
                yield invalid(path, after, _NOT_CHANGED)
    elif len(before) > len(after):
        if not new.cluster_ips:
            yield invalid(path, after, "primary ipFamily can not be unset")
        if after and after[0] != before[0]:
            yield invalid(path, new.cluster_ips, _NOT_CHANGED)
        if len(after) == 1 and new.ip_family_policy != "SingleStack":
            text = "must be set to 'SingleStack' when releasing the secondary ipFamily"
            yield invalid("spec.ipFamilyPolicy", new.ip_family_policy, text)
    elif before and after and after[0] != before[0]:
        yield invalid(path, new.cluster_ips, _NOT_CHANGED)


def _balancer_status(new: LoadBalancerStatus, old: LoadBalancerStatus, spec: ServiceSpec) -> Errors:
    path = "status.loadBalancer.ingress"
    if spec.type != "LoadBalancer" and new.ingress:
        yield forbidden(path, "may only be used when `spec.type` is 'LoadBalancer'")
        return
    known = tuple(ingress.ip for ingress in old.ingress if ingress.ip)
    for index, ingress in enumerate(new.ingress):
        here = f"{path}[{index}]"
        if ingress.ip:
            yield from addresses.ip(f"{here}.ip", ingress.ip, known)
        if ingress.ip_mode is None:
            if ingress.ip:
                yield required(f"{here}.ipMode", "must be specified when `ip` is set")
        elif not ingress.ip:
            yield forbidden(f"{here}.ipMode", "may not be specified when `ip` is not set")
        elif ingress.ip_mode not in ("Proxy", "VIP"):
            yield not_supported(f"{here}.ipMode", ingress.ip_mode, ("Proxy", "VIP"))
        if ingress.hostname:
            yield from names.subdomain_errors(f"{here}.hostname", ingress.hostname)
            if addresses.parse_ip(ingress.hostname) is not None:
                yield invalid(f"{here}.hostname", ingress.hostname, "must be a DNS name, not an IP address")
