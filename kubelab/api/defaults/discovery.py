"""Defaults of EndpointSlice.

In Kubernetes: `pkg/apis/discovery/v1/defaults.go`.
"""

from collections.abc import Callable
from typing import Any

from kubelab.api.defaults.changes import changed, each
from kubelab.api.discovery import EndpointPort, EndpointSlice


def default_endpoint_slice(endpoint_slice: EndpointSlice) -> EndpointSlice:
    """Fill in name and protocol of each port."""
    return changed(endpoint_slice, ports=each(endpoint_slice.ports, _default_port))


def _default_port(port: EndpointPort) -> EndpointPort:
    return changed(
        port,
        name="" if port.name is None else port.name,
        protocol="TCP" if port.protocol is None else port.protocol,
    )


DEFAULTS: dict[str, Callable[[Any], Any]] = {"EndpointSlice": default_endpoint_slice}
"""The function that fills in each kind."""
