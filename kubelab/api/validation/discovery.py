"""Checks of EndpointSlices.

In Kubernetes: `pkg/apis/discovery/validation/validation.go`.
"""

from kubelab.api.discovery import Endpoint, EndpointHints, EndpointPort, EndpointSlice
from kubelab.api.validation import addresses, metadata, names
from kubelab.api.validation.field_error import (
    Errors,
    duplicate,
    immutable,
    invalid,
    messages,
    not_supported,
    required,
    too_many,
)

_ADDRESS_TYPES = ("FQDN", "IPv4", "IPv6")
_PROTOCOLS = ("SCTP", "TCP", "UDP")
_MAX_ENDPOINTS, _MAX_ADDRESSES, _MAX_PORTS = 1000, 100, 20000
_MAX_TOPOLOGY, _MAX_HINTS = 16, 8


def endpoint_slice(given: EndpointSlice, old: EndpointSlice | None = None) -> Errors:
    """What is wrong with an EndpointSlice."""
    yield from metadata.object_meta(given.metadata, namespaced=True)
    if not given.address_type:
        yield required("addressType")
    elif given.address_type not in _ADDRESS_TYPES:
        yield not_supported("addressType", given.address_type, _ADDRESS_TYPES)
    yield from _ports(given.ports, "ports")
    if old is not None and (given.endpoints is old.endpoints or given.endpoints == old.endpoints):
        return
    if len(given.endpoints) > _MAX_ENDPOINTS:
        yield too_many("endpoints", len(given.endpoints), _MAX_ENDPOINTS)
        return
    for index, endpoint in enumerate(given.endpoints):
        yield from _endpoint(endpoint, given.address_type, f"endpoints[{index}]")


def endpoint_slice_update(new: EndpointSlice, old: EndpointSlice) -> Errors:
    """What is wrong with a changed EndpointSlice: the type of its addresses stays."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    yield from endpoint_slice(new, old)
    yield from immutable("addressType", new.address_type, old.address_type)


def _endpoint(endpoint: Endpoint, kind: str, path: str) -> Errors:
    here = f"{path}.addresses"
    if not endpoint.addresses:
        yield required(here, "must contain at least 1 address")
    elif len(endpoint.addresses) > _MAX_ADDRESSES:
        yield too_many(here, len(endpoint.addresses), _MAX_ADDRESSES)
    for index, address in enumerate(endpoint.addresses):
        yield from _address(address, kind, here, f"{here}[{index}]")
    if endpoint.node_name is not None:
        yield from names.subdomain_errors(f"{path}.nodeName", endpoint.node_name)
    topology = endpoint.deprecated_topology
    if len(topology) > _MAX_TOPOLOGY:
        yield too_many(f"{path}.deprecatedTopology", len(topology), _MAX_TOPOLOGY)
    yield from metadata.labels(topology, f"{path}.deprecatedTopology")
    if endpoint.hostname is not None:
        yield from names.label_errors(f"{path}.hostname", endpoint.hostname)
    if endpoint.hints is not None:
        yield from _hints(endpoint.hints, f"{path}.hints")


def _address(address: str, kind: str, list_path: str, path: str) -> Errors:
    if kind == "FQDN":
        yield from names.fully_qualified_domain_name(path, address)
    elif kind in ("IPv4", "IPv6"):
        check = addresses.ip(path, address) if kind == "IPv4" else addresses.canonical_ip(path, address)
        wrong = tuple(check)
        yield from wrong
        if wrong:
            return
        if (kind == "IPv6") != addresses.is_ipv6(address):
            yield invalid(list_path, address, f"must be an {kind} address")
        yield from addresses.endpoint_ip(path, address)


def _ports(ports: tuple[EndpointPort, ...], path: str) -> Errors:
    if len(ports) > _MAX_PORTS:
        yield too_many(path, len(ports), _MAX_PORTS)
        return
    seen: set[str] = set()
    for index, port in enumerate(ports):
        here, name = f"{path}[{index}]", port.name or ""
        if name:
            yield from names.label_errors(f"{here}.name", name)
        if name in seen:
            yield duplicate(f"{here}.name", name)
        seen.add(name)
        if port.protocol is None:
            yield required(f"{here}.protocol")
        elif port.protocol not in _PROTOCOLS:
            yield not_supported(f"{here}.protocol", port.protocol, _PROTOCOLS)
        if port.app_protocol is not None:
            yield from names.qualified_name_errors(f"{here}.appProtocol", port.app_protocol)


def _hints(hints: EndpointHints, path: str) -> Errors:
    for field, given, check in (
        ("forZones", tuple(zone.name for zone in hints.for_zones), names.label_value),
        ("forNodes", tuple(node.name for node in hints.for_nodes), names.dns_subdomain),
    ):
        here = f"{path}.{field}"
        if len(given) > _MAX_HINTS:
            yield too_many(here, len(given), _MAX_HINTS)
            return
        seen: set[str] = set()
        for index, name in enumerate(given):
            if name in seen:
                yield duplicate(f"{here}[{index}].name", name)
            seen.add(name)
            yield from messages(f"{here}[{index}].name", name, check(name))
