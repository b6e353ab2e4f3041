"""EndpointSlices: the addresses behind a Service, in pieces of bounded size.

Source: `k8s.io/api/discovery/v1`.
"""

from typing import ClassVar

from kubelab.api.core.reference import ObjectReference
from kubelab.api.meta import ObjectMeta
from kubelab.api.model import field, model
from kubelab.api.scalars import FrozenMap


@model
class EndpointConditions:
    """How an endpoint is.

    Attributes:
        ready: whether it takes new connections.
        serving: whether it could, even while it is ending.
        terminating: whether it is ending.
    """

    ready: bool | None = None
    serving: bool | None = None
    terminating: bool | None = None


@model
class ForNode:
    """A node for whose clients an endpoint is meant.

    Attributes:
        name: of the node.
    """

    name: str = field(default="", always=True)


@model
class ForZone:
    """A zone for whose clients an endpoint is meant.

    Attributes:
        name: of the zone.
    """

    name: str = field(default="", always=True)


@model
class EndpointHints:
    """For whose clients an endpoint is meant.

    Attributes:
        for_zones: zones that should use it.
        for_nodes: nodes that should use it.
    """

    for_zones: tuple[ForZone, ...] = ()
    for_nodes: tuple[ForNode, ...] = ()


@model
class Endpoint:
    """One Pod behind a Service, or something else with an address.

    Attributes:
        addresses: all of it; consumers use the first.
        conditions: how it is.
        hostname: under which it is published in DNS.
        target_ref: the Pod.
        deprecated_topology: labels of its node, in the form of an older version.
        node_name: where it is.
        zone: where that is.
        hints: for whose clients it is meant.
    """

    addresses: tuple[str, ...] = field(default=(), always=True)
    conditions: EndpointConditions = EndpointConditions()
    hostname: str | None = None
    target_ref: ObjectReference | None = None
    deprecated_topology: FrozenMap[str, str] = FrozenMap()
    node_name: str | None = None
    zone: str | None = None
    hints: EndpointHints | None = None


@model
class EndpointPort:
    """One port of all endpoints of a slice.

    Attributes:
        name: of the Service's port.
        protocol: of the port.
        port: the number; None means every port.
        app_protocol: what is spoken on top of it.
    """

    name: str | None = None
    protocol: str | None = field(default=None, go="v1.Protocol", values=("TCP", "UDP", "SCTP"))
    port: int | None = None
    app_protocol: str | None = None


@model
class EndpointSlice:
    """A part of the addresses behind a Service; a label names the Service.

    Attributes:
        metadata: its identity; its name starts with that of the Service.
        address_type: of all its addresses.
        endpoints: at most 100, unless someone else keeps it.
        ports: at every one of the endpoints.
    """

    api_version: ClassVar[str] = "discovery.k8s.io/v1"
    kind: ClassVar[str] = "EndpointSlice"

    metadata: ObjectMeta = ObjectMeta()
    address_type: str = field(default="", always=True, go="v1.AddressType")
    endpoints: tuple[Endpoint, ...] = field(default=(), always=True)
    ports: tuple[EndpointPort, ...] = field(default=(), always=True)
