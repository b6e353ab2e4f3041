"""Addresses and ports that the API server gives to Services.

Source: kube-apiserver `pkg/registry/core/service` (ipallocator, portallocator), ranges as kubeadm sets them.

**Simplified:** a real server picks at random; here the place where the search starts follows from the name.
IPv4 only.
"""

import hashlib

from kubelab.api.core.service import Service, ServicePort, ServiceSpec
from kubelab.api.model import evolve
from kubelab.api.validation.field_error import ErrorType, FieldError
from kubelab.state.snapshot import Snapshot

SERVICE_PREFIX = "10.96"
"""The Service network is 10.96.0.0/16."""

SERVICE_ADDRESSES = 1 << 16
RESERVED_ADDRESSES = 256
"""The lower band of the range is left to Services that choose their address."""

NODE_PORTS = range(30000, 32768)
RESERVED_NODE_PORTS = 86
"""The lower band of the node ports is left to Services that choose theirs."""


def _start(text: str, size: int) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest()) % size


def _address(number: int) -> str:
    return f"{SERVICE_PREFIX}.{number >> 8}.{number & 255}"


def in_service_range(address: str) -> bool:
    """Whether an address belongs to the Service network and may be given to a Service."""
    parts = address.split(".")
    if len(parts) != 4 or not all(p.isdigit() and int(p) < 256 for p in parts):
        return False
    return ".".join(parts[:2]) == SERVICE_PREFIX and address not in (_address(0), _address(SERVICE_ADDRESSES - 1))


def free_address(snapshot: Snapshot, name: str) -> str | None:
    """A cluster address that no Service holds, or None when all are taken."""
    size = SERVICE_ADDRESSES - RESERVED_ADDRESSES - 1
    start = _start(name, size)
    for step in range(size):
        address = _address(RESERVED_ADDRESSES + (start + step) % size)
        if ("clusterIP", address) not in snapshot.index:
            return address
    return None


def free_node_port(snapshot: Snapshot, protocol: str, name: str, taken: frozenset[int] = frozenset()) -> int | None:
    """A node port that no Service holds, nor is in `taken`; None when all are in use."""
    ports = NODE_PORTS[RESERVED_NODE_PORTS:]
    start = _start(name, len(ports))
    for step in range(len(ports)):
        port = ports[(start + step) % len(ports)]
        if port not in taken and ("nodePort", f"{protocol}/{port}") not in snapshot.index:
            return port
    return None


def allocate(snapshot: Snapshot, service: Service, old: Service | None) -> tuple[Service, tuple[FieldError, ...]]:
    """Give a Service the addresses and node ports that its type needs, and take back those that it does not.

    Returns:
        the Service with its allocations, and what is wrong with those that it chose itself.
    """
    errors: list[FieldError] = []
    service = _allocate_address(snapshot, service, old, errors)
    return _allocate_node_ports(snapshot, service, old, errors), tuple(errors)


def _allocate_address(snapshot: Snapshot, service: Service, old: Service | None, errors: list[FieldError]) -> Service:
    spec = service.spec
    if spec.type == "ExternalName":
        return service
    if spec.cluster_ip == "None" and not spec.selector:
        return evolve(service, spec=_of_all_families(spec))
    problems = _families(spec)
    if problems:
        errors.extend(problems)
        return service
    address = spec.cluster_ip
    if not address and old is not None and old.spec.type != "ExternalName":
        address = old.spec.cluster_ip
    if not address:
        address = free_address(snapshot, f"{service.metadata.namespace}/{service.metadata.name}") or ""
        if not address:
            errors.append(
                FieldError(ErrorType.INTERNAL, "spec.clusterIPs", detail="failed to allocate IP: range is full")
            )
    elif address != "None" and (old is None or old.spec.cluster_ip != address):
        problem = _chosen_address(snapshot, address)
        if problem:
            errors.append(FieldError(ErrorType.INVALID, "spec.clusterIPs", (address,), problem))
    spec = evolve(
        spec,
        cluster_ip=address,
        cluster_ips=(address,) if address else (),
        ip_families=spec.ip_families or ("IPv4",),
        ip_family_policy=spec.ip_family_policy or "SingleStack",
    )
    return evolve(service, spec=spec)


def _of_all_families(spec: ServiceSpec) -> ServiceSpec:
    """The spec of a Service without addresses and Pods of its own: whoever writes its endpoints may have any family."""
    policy = spec.ip_family_policy or "RequireDualStack"
    families = spec.ip_families or ("IPv4",)
    if len(families) < 2 and policy != "SingleStack":
        families = (*families, "IPv6" if families[0] == "IPv4" else "IPv4")
    return evolve(spec, cluster_ips=(spec.cluster_ip,), ip_families=families, ip_family_policy=policy)


def _families(spec: ServiceSpec) -> list[FieldError]:
    """What a Service asks for that a cluster with IPv4 only does not have."""
    found = []
    if spec.ip_family_policy == "RequireDualStack":
        why = "this cluster is not configured for dual-stack services"
        found.append(FieldError(ErrorType.INVALID, "spec.ipFamilyPolicy", spec.ip_family_policy, why))
    for place, family in enumerate(spec.ip_families):
        if family != "IPv4":
            where = f"spec.ipFamilies[{place}]"
            found.append(FieldError(ErrorType.INVALID, where, family, "not configured on this cluster"))
    return found


def _chosen_address(snapshot: Snapshot, address: str) -> str:
    if not in_service_range(address):
        return f"failed to allocate IP {address}: the provided network does not match the current range"
    if ("clusterIP", address) in snapshot.index:
        return f"failed to allocate IP {address}: provided IP is already allocated"
    return ""


def wants_node_ports(spec: ServiceSpec) -> bool:
    """Whether a Service gets a port on every node."""
    if spec.type == "NodePort":
        return True
    return spec.type == "LoadBalancer" and spec.allocate_load_balancer_node_ports is not False


def released(spec: ServiceSpec, old: ServiceSpec) -> ServiceSpec:
    """A changed spec without what was allocated for its old type and is of no use to the new one.

    Only what the change leaves as it was is taken away; what it says itself is validated like anything else.

    Source: `pkg/registry/core/service` (dropTypeDependentFields).
    """
    if spec.type == "ExternalName" != old.type and spec.cluster_ip in ("", old.cluster_ip):
        spec = evolve(
            spec, cluster_ip="", cluster_ips=(), ip_families=(), ip_family_policy=None, internal_traffic_policy=None
        )
    if wants_node_ports(old) and not wants_node_ports(spec):
        held = {p.node_port for p in old.ports}
        ports = tuple(evolve(p, node_port=0) if p.node_port in held else p for p in spec.ports)
        spec = evolve(spec, ports=ports)
    if old.type == "LoadBalancer" != spec.type:
        spec = evolve(spec, allocate_load_balancer_node_ports=None, load_balancer_class=None)
    if spec.type not in ("NodePort", "LoadBalancer") and old.type in ("NodePort", "LoadBalancer"):
        spec = evolve(spec, external_traffic_policy="", health_check_node_port=0)
    return spec


def _allocate_node_ports(
    snapshot: Snapshot, service: Service, old: Service | None, errors: list[FieldError]
) -> Service:
    spec = service.spec
    held = {(p.protocol, p.node_port) for p in old.spec.ports if p.node_port} if old is not None else set()
    if not wants_node_ports(spec):
        return service
    chosen: set[int] = {p.node_port for p in spec.ports if p.node_port}
    ports_before = {(p.name, p.protocol, p.port): p.node_port for p in old.spec.ports} if old is not None else {}
    ports: list[ServicePort] = []
    for position, port in enumerate(spec.ports):
        if port.node_port:
            if (port.protocol, port.node_port) not in held:
                problem = _chosen_node_port(snapshot, port)
                if problem:
                    errors.append(
                        FieldError(ErrorType.INVALID, f"spec.ports[{position}].nodePort", port.node_port, problem)
                    )
            ports.append(port)
            continue
        number = ports_before.get((port.name, port.protocol, port.port)) or free_node_port(
            snapshot,
            port.protocol,
            f"{service.metadata.namespace}/{service.metadata.name}/{port.name}/{port.port}",
            frozenset(chosen),
        )
        chosen.add(number or 0)
        ports.append(evolve(port, node_port=number or 0))
    return evolve(service, spec=evolve(spec, ports=tuple(ports)))


def _chosen_node_port(snapshot: Snapshot, port: ServicePort) -> str:
    if port.node_port not in NODE_PORTS:
        return f"provided port is not in the valid range. The range of valid ports is {NODE_PORTS[0]}-{NODE_PORTS[-1]}"
    if ("nodePort", f"{port.protocol}/{port.node_port}") in snapshot.index:
        return "provided port is already allocated"
    return ""


def with_health_check_port(snapshot: Snapshot, service: Service) -> Service:
    """A Service with the port at which a load balancer asks a node for endpoints: only the policy Local needs one.

    It comes before validation, which requires it.
    """
    spec = service.spec
    if spec.type != "LoadBalancer" or spec.external_traffic_policy != "Local" or spec.health_check_node_port:
        return service
    taken = frozenset(port.node_port for port in spec.ports)
    name = f"{service.metadata.namespace}/{service.metadata.name}/health"
    port = free_node_port(snapshot, "TCP", name, taken)
    return evolve(service, spec=evolve(spec, health_check_node_port=port or 0))
