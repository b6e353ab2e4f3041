"""Which endpoints of a Service a node may choose.

An endpoint is used when it is ready. When none is, those are used that are being terminated but still serve, so that a
Service whose last Pods are on their way out does not go dark before they do.

Source: `pkg/proxy/topology.go` (CategorizeEndpoints), `pkg/proxy/endpointslicecache.go`.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from kubelab.api.core.service import Service
from kubelab.api.discovery import EndpointSlice
from kubelab.api.memo import IdentityMemo
from kubelab.state.snapshot import View

SERVICE_NAME_LABEL = "kubernetes.io/service-name"
"""The label by which an EndpointSlice belongs to a Service."""

ZONE_LABEL = "topology.kubernetes.io/zone"


class Backend(NamedTuple):
    """One endpoint at one port.

    Attributes:
        address: ``address:port``.
        node: the Node it is on, or "".
        ready: whether it may be used.
        serving: whether it would answer, even if it is being terminated.
        terminating: whether it is being terminated.
        zones: the zones from which it is best used.
        nodes: the Nodes from which it is best used.
    """

    address: str
    node: str
    ready: bool
    serving: bool
    terminating: bool
    zones: frozenset[str]
    nodes: frozenset[str]


class PortBackends(NamedTuple):
    """All endpoints of a Service at one of its ports, in the order of their addresses.

    Attributes:
        every: all of them.
        ready: the addresses of those that are ready.
        hinted: whether all that are ready say from which zones or Nodes they are best used.
    """

    every: tuple[Backend, ...]
    ready: tuple[str, ...]
    hinted: bool


class Chosen(NamedTuple):
    """What one node may choose from.

    Attributes:
        cluster: the addresses under the traffic policy Cluster.
        local: the addresses under the traffic policy Local.
        anywhere: whether there is any endpoint in the cluster that could serve.
    """

    cluster: tuple[str, ...]
    local: tuple[str, ...]
    anywhere: bool


Ports = dict[str, PortBackends]
"""The endpoints of a Service by the name of the port."""

NONE = PortBackends((), (), False)

_remembered: IdentityMemo[tuple[tuple[EndpointSlice, ...], Ports]] = IdentityMemo(2048)


def backends_of(view: View, service: Service) -> Ports:
    """The endpoints of a Service; worked out once for all nodes, as long as Service and slices stay the same."""
    meta = service.metadata
    found = view.labelled("EndpointSlice", meta.namespace, {SERVICE_NAME_LABEL: meta.name})
    slices = tuple(s for s in found if s.address_type == "IPv4" and s.metadata.deletion_timestamp is None)
    known = _remembered.get(service)
    if known is not None and len(known[0]) == len(slices) and all(map(_is, known[0], slices)):
        return known[1]
    return _remembered.put(service, (slices, _gather(slices)))[1]


def _is(one: object, other: object) -> bool:
    return one is other


def _gather(slices: Iterable[EndpointSlice]) -> Ports:
    """Put the endpoints of all slices together; one that is in two slices for a moment counts once."""
    ports: dict[str, dict[str, Backend]] = {}
    for endpoint_slice in slices:
        for port in endpoint_slice.ports:
            if port.port is not None:
                held = ports.setdefault(port.name or "", {})
                for backend in _backends(endpoint_slice, port.port):
                    known = held.get(backend.address)
                    if known is None or not known.ready:
                        held[backend.address] = backend
    return {name: _port(held[address] for address in sorted(held)) for name, held in ports.items()}


def _backends(endpoint_slice: EndpointSlice, port: int) -> Iterable[Backend]:
    for endpoint in endpoint_slice.endpoints:
        if not endpoint.addresses:
            continue
        conditions, hints = endpoint.conditions, endpoint.hints
        ready = conditions.ready is not False
        yield Backend(
            # All addresses of an endpoint lead to the same place.
            address=f"{endpoint.addresses[0]}:{port}",
            node=endpoint.node_name or "",
            ready=ready,
            serving=ready if conditions.serving is None else conditions.serving,
            terminating=bool(conditions.terminating),
            zones=frozenset(zone.name for zone in hints.for_zones) if hints else frozenset(),
            nodes=frozenset(node.name for node in hints.for_nodes) if hints else frozenset(),
        )


def _port(backends: Iterable[Backend]) -> PortBackends:
    every = tuple(backends)
    ready = [b for b in every if b.ready]
    hinted = bool(ready) and (all(b.nodes for b in ready) or all(b.zones for b in ready))
    return PortBackends(every, tuple(b.address for b in ready), hinted)


def categorize(port: PortBackends, node: str, zone: str, uses_cluster: bool, uses_local: bool) -> Chosen:
    """What a node may choose under each traffic policy (``CategorizeEndpoints``).

    Args:
        port: the endpoints at the port.
        node: the name of the node.
        zone: the zone the node is in, or "".
        uses_cluster: whether any traffic to the port has the policy Cluster.
        uses_local: whether any traffic to the port has the policy Local.
    """
    cluster: tuple[str, ...] = ()
    if uses_cluster:
        near = _nearest(port, node, zone) if port.hinted else None
        cluster = port.ready if near is None else near
        cluster = cluster or _addresses(port, lambda b: b.serving and b.terminating)
    local: tuple[str, ...] = ()
    if uses_local:
        local = _addresses(port, lambda b: b.node == node and b.ready)
        local = local or _addresses(port, lambda b: b.node == node and b.serving and b.terminating)
    anywhere = bool(cluster) or bool(port.ready) or any(b.serving and b.terminating for b in port.every)
    return Chosen(cluster, local, anywhere)


def _addresses(port: PortBackends, wanted: Callable[[Backend], bool]) -> tuple[str, ...]:
    return tuple(b.address for b in port.every if wanted(b))


def _nearest(port: PortBackends, node: str, zone: str) -> tuple[str, ...] | None:
    """The ready endpoints meant for this node, or for its zone; None when the hints do not cover it."""
    ready = [b for b in port.every if b.ready]
    if all(b.nodes for b in ready) and (near := tuple(b.address for b in ready if node in b.nodes)):
        return near
    if all(b.zones for b in ready) and (near := tuple(b.address for b in ready if zone in b.zones)):
        return near
    return None
