"""FILL module."""

from typing import ClassVar

from kubelab.api.core.reference import ObjectReference
from kubelab.api.meta import ObjectMeta
from kubelab.api.model import field, model
from kubelab.api.scalars import FrozenMap


@model
class EndpointConditions:
    """FILL EndpointConditions."""

    ready: bool | None = None
    serving: bool | None = None
    terminating: bool | None = None


@model
class ForNode:
    """FILL ForNode."""

    name: str = field(default="", always=True)


@model
class ForZone:
    """FILL ForZone."""

    name: str = field(default="", always=True)


@model
class EndpointHints:
    """FILL EndpointHints."""

    for_zones: tuple[ForZone, ...] = ()
    for_nodes: tuple[ForNode, ...] = ()


@model
class Endpoint:
    """FILL Endpoint."""

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
    """FILL EndpointPort."""

    name: str | None = None
    protocol: str | None = field(default=None, go="v1.Protocol", values=("TCP", "UDP", "SCTP"))
    port: int | None = None
    app_protocol: str | None = None


@model
class EndpointSlice:
    """FILL EndpointSlice."""

    api_version: ClassVar[str] = "discovery.k8s.io/v1"
    kind: ClassVar[str] = "EndpointSlice"

    metadata: ObjectMeta = ObjectMeta()
    address_type: str = field(default="", always=True, go="v1.AddressType")
    endpoints: tuple[Endpoint, ...] = field(default=(), always=True)
    ports: tuple[EndpointPort, ...] = field(default=(), always=True)
