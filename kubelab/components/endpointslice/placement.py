"""Where the endpoints of a Service go: into which slices, and which slices that makes, changes and ends.

Source: `k8s.io/endpointslice/reconciler.go` (reconcileByPortMapping), `utils.go`.
"""

from collections.abc import Sequence
from typing import NamedTuple

import attrs

from kubelab.api.core.service import Service
from kubelab.api.discovery import Endpoint, EndpointPort, EndpointSlice
from kubelab.api.meta import ObjectMeta
from kubelab.api.model import evolve
from kubelab.api.scalars import FrozenMap
from kubelab.state.ownership import new_controller_ref
from kubelab.state.service_endpoints import HEADLESS_LABEL, has_cluster_ip

MAX_ENDPOINTS_PER_SLICE = 100

SERVICE_NAME_LABEL = "kubernetes.io/service-name"
MANAGED_BY_LABEL = "endpointslice.kubernetes.io/managed-by"
MANAGED_BY = "endpointslice-controller.k8s.io"

RESERVED_LABELS = (SERVICE_NAME_LABEL, MANAGED_BY_LABEL, HEADLESS_LABEL)
"""Labels of a slice that do not come from the labels of its Service."""

NAME_LIMIT = 253


class EndpointId(NamedTuple):
    """What makes two endpoints the same one, whatever its readiness: addresses, name in DNS, Pod."""

    addresses: tuple[str, ...]
    hostname: str
    pod: str


Ports = tuple[EndpointPort, ...]
Desired = dict[EndpointId, Endpoint]


@attrs.define
class Plan:
    """The slices to be created (each with its endpoints), updated and deleted for one Service."""

    create: list[EndpointSlice] = attrs.field(factory=list)
    update: dict[str, EndpointSlice] = attrs.field(factory=dict)
    delete: list[EndpointSlice] = attrs.field(factory=list)


def endpoint_id(endpoint: Endpoint) -> EndpointId:
    """What an endpoint is known by."""
    target = endpoint.target_ref
    return EndpointId(tuple(sorted(endpoint.addresses)), endpoint.hostname or "", "" if target is None else target.name)


def can_be_used(slice_: EndpointSlice, service: Service) -> bool:
    """Whether a slice is of this Service (not of an earlier one with its name) and of a family that it has."""
    families = service.spec.ip_families
    supported = slice_.address_type == "IPv4" and (not families or "IPv4" in families)
    return supported and any(o.uid == service.metadata.uid for o in slice_.metadata.owner_references)


def reconcile_by_port_mapping(
    plan: Plan, service: Service, existing: Sequence[EndpointSlice], desired: Desired, ports: Ports
) -> None:
    """Spread the endpoints of one list of ports over its slices.

    First every slice is cleared of what should not be in it. What is still missing then fills the slices that are
    written anyway, the fullest first; the rest goes into one other slice that has room for it, or into new ones.
    """
    missing = dict(desired)
    changed: list[EndpointSlice] = []
    unchanged: list[EndpointSlice] = []
    labels = slice_labels(service)
    for slice_ in existing:
        kept = tuple(missing.pop(i) for i in map(endpoint_id, slice_.endpoints) if i in missing)
        stays = len(kept) == len(slice_.endpoints) and all(map(_is, kept, slice_.endpoints))
        if not kept and slice_.endpoints:
            plan.delete.append(slice_)
        elif not stays or labels != slice_.metadata.labels:
            changed.append(evolve(slice_, endpoints=kept, metadata=evolve(slice_.metadata, labels=labels)))
        else:
            unchanged.append(slice_)
    changed.sort(key=lambda s: -len(s.endpoints))
    changed = [fill(slice_, missing) for slice_ in changed]
    while missing:
        target = slice_to_fill(unchanged, len(missing))
        if target is None:
            plan.create.append(fill(new_endpoint_slice(service, ports), missing))
        else:
            unchanged.remove(target)
            changed.append(fill(target, missing))
    plan.update.update((s.metadata.name, s) for s in changed)


def _is(a: object, b: object) -> bool:
    return a is b


def fill(slice_: EndpointSlice, missing: Desired) -> EndpointSlice:
    """The slice with as many of the missing endpoints as fit in; they are no longer missing then."""
    room = MAX_ENDPOINTS_PER_SLICE - len(slice_.endpoints)
    moved = list(missing)[:room]
    if not moved:
        return slice_
    return evolve(slice_, endpoints=(*slice_.endpoints, *(missing.pop(identity) for identity in moved)))


def slice_to_fill(slices: Sequence[EndpointSlice], count: int) -> EndpointSlice | None:
    """The slice that would be fullest with `count` more endpoints, of those that have room for all of them."""
    if count >= MAX_ENDPOINTS_PER_SLICE:
        return None
    fitting = [s for s in slices if len(s.endpoints) + count <= MAX_ENDPOINTS_PER_SLICE]
    return max(fitting, key=lambda s: len(s.endpoints), default=None)


def keep_placeholder(plan: Plan, service: Service, existing: Sequence[EndpointSlice]) -> None:
    """A Service without endpoints keeps one empty slice, so that readers can tell "none" from "not yet"."""
    if len(existing) != len(plan.delete) or plan.create:
        return
    placeholder = new_endpoint_slice(service, ())
    if len(plan.delete) == 1:
        only = plan.delete[0]
        same = (only.endpoints, only.ports, only.address_type) == ((), (), placeholder.address_type)
        if same and only.metadata.labels == placeholder.metadata.labels and can_be_used(only, service):
            plan.delete.clear()
            return
    plan.create.append(placeholder)


def new_endpoint_slice(service: Service, ports: Ports) -> EndpointSlice:
    """An empty slice for the Service; the API server completes its name."""
    meta = service.metadata
    prefix = f"{meta.name}-"
    return EndpointSlice(
        metadata=ObjectMeta(
            generate_name=prefix if len(prefix) <= NAME_LIMIT else meta.name,
            namespace=meta.namespace,
            labels=slice_labels(service),
            owner_references=(new_controller_ref(service),),
        ),
        address_type="IPv4",
        ports=ports,
    )


def slice_labels(service: Service) -> FrozenMap[str, str]:
    """The labels of the Service's slices: its own, and those by which its slices are found."""
    labels = {k: v for k, v in service.metadata.labels.items() if k not in RESERVED_LABELS}
    if not has_cluster_ip(service):
        labels[HEADLESS_LABEL] = ""
    return FrozenMap({**labels, SERVICE_NAME_LABEL: service.metadata.name, MANAGED_BY_LABEL: MANAGED_BY})
