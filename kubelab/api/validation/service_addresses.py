"""Checks of ServiceCIDRs.

In Kubernetes: `pkg/apis/networking/validation` (``ValidateServiceCIDR``).
"""

import ipaddress

from kubelab.api.service_addresses import ServiceCIDR
from kubelab.api.validation import metadata
from kubelab.api.validation.field_error import Errors, immutable, invalid, required


def service_cidr(given: ServiceCIDR) -> Errors:
    """What is wrong with a new ServiceCIDR."""
    yield from metadata.object_meta(given.metadata, namespaced=False)
    yield from _ranges(given.spec.cidrs, "spec.cidrs")


def service_cidr_update(new: ServiceCIDR, old: ServiceCIDR) -> Errors:
    """What is wrong with a changed ServiceCIDR: its range stays; one of the other IP family may be added."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    before, after = old.spec.cidrs, new.spec.cidrs
    if len(before) != len(after) and (len(before), len(after)) != (1, 2):
        yield from immutable("spec.cidrs", after, before)
        return
    for index, (was, is_) in enumerate(zip(before, after, strict=False)):
        yield from immutable(f"spec.cidrs[{index}]", is_, was)
    if len(after) > len(before):
        yield from _ranges(after, "spec.cidrs")


def _ranges(cidrs: tuple[str, ...], path: str) -> Errors:
    if not cidrs:
        yield required(path, "at least one CIDR required")
        return
    if len(cidrs) > 2:
        yield invalid(path, cidrs, "may only hold up to 2 values")
        return
    for index, cidr in enumerate(cidrs):
        if not _family(cidr):
            text = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"
            yield invalid(f"{path}[{index}]", cidr, text)
    if len(cidrs) == 2 and _family(cidrs[0]) == _family(cidrs[1]) != 0:
        text = "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64"
        yield invalid(path, cidrs, text)


def _family(cidr: str) -> int:
    """4 or 6, or 0 for what is no range."""
    try:
        return ipaddress.ip_network(cidr).version if "/" in cidr else 0
    except ValueError:
        return 0
