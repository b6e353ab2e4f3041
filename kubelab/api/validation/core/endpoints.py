"""Checks of Endpoints, the list of a Service's Pods in its older form.

In Kubernetes: `ValidateEndpoints`.
"""

from kubelab.api.core.service import EndpointAddress, EndpointPort, Endpoints, EndpointSubset
from kubelab.api.validation import addresses, metadata, names
from kubelab.api.validation.core.containers import protocol
from kubelab.api.validation.field_error import Errors, messages, required


def endpoints(given: Endpoints, old: Endpoints | None = None) -> Errors:
    """What is wrong with an Endpoints object."""
    yield from metadata.object_meta(given.metadata, namespaced=True)
    if old is not None and (given.subsets is old.subsets or given.subsets == old.subsets):
        return
    for index, subset in enumerate(given.subsets):
        yield from _subset(subset, f"subsets[{index}]")


def endpoints_update(new: Endpoints, old: Endpoints) -> Errors:
    """What is wrong with a changed Endpoints object."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    yield from endpoints(new, old)


def _subset(subset: EndpointSubset, path: str) -> Errors:
    if not subset.addresses and not subset.not_ready_addresses:
        yield required(path, "must specify `addresses` or `notReadyAddresses`")
    for index, address in enumerate(subset.addresses):
        yield from _address(address, f"{path}.addresses[{index}]")
    for index, address in enumerate(subset.not_ready_addresses):
        yield from _address(address, f"{path}.notReadyAddresses[{index}]")
    for index, port in enumerate(subset.ports):
        yield from _port(port, len(subset.ports) > 1, f"{path}.ports[{index}]")


def _address(address: EndpointAddress, path: str) -> Errors:
    yield from addresses.ip(f"{path}.ip", address.ip)
    if address.hostname:
        yield from names.label_errors(f"{path}.hostname", address.hostname)
    if address.node_name is not None:
        yield from names.subdomain_errors(f"{path}.nodeName", address.node_name)
    yield from addresses.endpoint_ip(f"{path}.ip", address.ip)


def _port(port: EndpointPort, name_needed: bool, path: str) -> Errors:
    if port.name:
        yield from names.label_errors(f"{path}.name", port.name)
    elif name_needed:
        yield required(f"{path}.name")
    yield from messages(f"{path}.port", port.port, names.port_number(port.port))
    yield from protocol(port.protocol, f"{path}.protocol")
    if port.app_protocol is not None:
        yield from names.qualified_name_errors(f"{path}.appProtocol", port.app_protocol)
