"""The endpoints controller: keeps the older form of the list of Pods behind a Service, one Endpoints object.

- **Desired:** an Endpoints object with the name of the Service; for every set of ports that the same Pods offer, the
  addresses of the Pods that are ready, and apart from them those that are not.
- **Actual:** the Endpoints object.
- **Action:** create it, update it, or delete it when its Service is gone.

kube-proxy no longer reads it: one object for all Pods of a Service had to be written and sent to every node
as a whole with each change of one Pod. That is why it is cut off at a thousand addresses, and why EndpointSlices exist.

**In Kubernetes:** kube-controller-manager, `pkg/controller/endpoint`. Deprecated since Kubernetes 1.33.

**Simplified:** IPv4 only. The subsets and the ports in them are in the order of their ports; upstream sorts them by a
hash. The trigger time follows from the Pods that are ready; upstream remembers what it saw before.
"""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from kubelab.api.core.pod import Pod
from kubelab.api.core.reference import ObjectReference
from kubelab.api.core.service import EndpointAddress, EndpointPort, Endpoints, EndpointSubset, Service
from kubelab.api.meta import ObjectMeta
from kubelab.api.model import evolve
from kubelab.api.scalars import FrozenMap
from kubelab.state.component import Wanted
from kubelab.state.pods import is_pod_ready
from kubelab.state.requests import Create, Delete, Request, Update
from kubelab.state.service_endpoints import (
    HEADLESS_LABEL,
    LAST_CHANGE_TRIGGER_TIME,
    addresses,
    endpoint_hostname,
    find_port,
    gets_endpoints,
    has_cluster_ip,
    pods_of,
    services_touched,
    should_pod_be_in_endpoints,
    trigger_time,
)
from kubelab.state.snapshot import Change, ObjectKey, View, key_of

MAX_CAPACITY = 1000
"""How many addresses one Endpoints object holds."""

OVER_CAPACITY = "endpoints.kubernetes.io/over-capacity"
"""The annotation that says that addresses were left out."""

MANAGED_BY_LABEL = "endpoints.kubernetes.io/managed-by"

Ready = tuple[EndpointAddress, bool]


class EndpointsController:
    """Runs as ``endpoint-controller``; its keys are Services."""

    name: ClassVar[str] = "endpoint-controller"
    watches: ClassVar[tuple[str, ...]] = ("Service", "Pod", "Endpoints")

    def enqueue(self, change: Change) -> Iterable[ObjectKey]:
        """A Service that changed, those that select a changed Pod, or the one whose Endpoints changed."""
        if change.key.kind == "Service":
            return (change.key,)
        if change.key.kind == "Pod":
            return services_touched(change)
        return service_of_endpoints(change)

    def reconcile(self, view: View, key: ObjectKey) -> Wanted:
        """Compare the Pods of a Service with its Endpoints."""
        service: Service | None = view.find(key)
        current: Endpoints | None = view.get("Endpoints", key.namespace, key.name)
        if service is None:
            return [] if current is None else [delete_leftover(current)]
        if not gets_endpoints(service):
            return []
        pods = [pod for pod in pods_of(view, service) if is_endpoint(pod, service)]
        subsets = repack_subsets(service, pods)
        kept, truncated = truncate(subsets)
        wanted = ("truncated" if truncated else None, endpoints_labels(service), kept)
        if current is not None:
            annotation = current.metadata.annotations.get(OVER_CAPACITY)
            if wanted == (annotation, current.metadata.labels, current.subsets):
                return []
        return [write(service, current, pods, *wanted)]


def service_of_endpoints(change: Change) -> Iterator[ObjectKey]:
    """The Service of Endpoints that this controller manages, or that have gone.

    Endpoints that somebody else makes for a Service yet to come are left alone.
    """
    endpoints: Endpoints | None = change.after
    if endpoints is None or endpoints.metadata.labels.get(MANAGED_BY_LABEL) == EndpointsController.name:
        yield ObjectKey("Service", change.key.namespace, change.key.name)


def is_endpoint(pod: Pod, service: Service) -> bool:
    """Whether a Pod is listed; one that is terminating only if the Service asks for Pods that are not ready."""
    every = service.spec.publish_not_ready_addresses
    return should_pod_be_in_endpoints(pod, include_terminating=every) and bool(addresses(pod))


def repack_subsets(service: Service, pods: Iterable[Pod]) -> tuple[EndpointSubset, ...]:
    """The subsets: the ports that are offered by exactly the same Pods share one."""
    by_port: dict[EndpointPort | None, list[Ready]] = {}
    for pod in pods:
        entry = (endpoint_address(pod, service), service.spec.publish_not_ready_addresses or is_pod_ready(pod))
        for port in endpoint_ports(service, pod):
            by_port.setdefault(port, []).append(entry)
    ports_of: dict[tuple[Ready, ...], list[EndpointPort]] = {}
    for port in sorted(by_port, key=_port_order):
        offered = tuple(sorted(by_port[port], key=_address_order))
        ports_of.setdefault(offered, []).extend([port] if port is not None else [])
    return tuple(
        EndpointSubset(
            addresses=tuple(address for address, ready in offered if ready),
            not_ready_addresses=tuple(address for address, ready in offered if not ready),
            ports=tuple(ports),
        )
        for offered, ports in ports_of.items()
    )


def endpoint_ports(service: Service, pod: Pod) -> Iterator[EndpointPort | None]:
    """The ports of the Service as the Pod has them; None stands for a headless Service that names no ports."""
    if not service.spec.ports and service.spec.cluster_ip == "None":
        yield None
    for port in service.spec.ports:
        number = find_port(pod, port)
        if number is not None:
            yield EndpointPort(name=port.name, port=number, protocol=port.protocol, app_protocol=port.app_protocol)


def endpoint_address(pod: Pod, service: Service) -> EndpointAddress:
    """The address of a Pod."""
    meta = pod.metadata
    return EndpointAddress(
        ip=addresses(pod)[0],
        hostname=endpoint_hostname(pod, service),
        node_name=pod.spec.node_name,
        target_ref=ObjectReference(kind="Pod", namespace=meta.namespace, name=meta.name, uid=meta.uid),
    )


def _port_order(port: EndpointPort | None) -> tuple[str, int, str]:
    return ("", 0, "") if port is None else (port.name, port.port, port.protocol)


def _address_order(entry: Ready) -> tuple[str, str]:
    address = entry[0]
    return (address.ip, "" if address.target_ref is None else address.target_ref.uid)


def truncate(subsets: tuple[EndpointSubset, ...]) -> tuple[tuple[EndpointSubset, ...], bool]:
    """The subsets with at most a thousand addresses, those that are ready first; and whether any were left out."""
    ready = sum(len(s.addresses) for s in subsets)
    total = ready + sum(len(s.not_ready_addresses) for s in subsets)
    if total <= MAX_CAPACITY:
        return subsets, False
    over = ready > MAX_CAPACITY
    field = "addresses" if over else "not_ready_addresses"
    room = MAX_CAPACITY if over else MAX_CAPACITY - ready
    whole = ready if over else total - ready
    left = room
    kept = []
    for subset in subsets:
        entries = getattr(subset, field)
        # Every subset gets its share, rounded up, until nothing is left.
        share = min(left, -(-len(entries) * room // whole))
        left -= min(share, len(entries))
        shorter = evolve(subset, **{field: entries[:share]})
        kept.append(evolve(shorter, not_ready_addresses=()) if over else shorter)
    return tuple(kept), True


def endpoints_labels(service: Service) -> FrozenMap[str, str]:
    """The labels of the Service's Endpoints: its own, and who manages it."""
    headless = None if has_cluster_ip(service) else ""
    return service.metadata.labels.with_({HEADLESS_LABEL: headless, MANAGED_BY_LABEL: EndpointsController.name})


def write(
    service: Service,
    current: Endpoints | None,
    pods: list[Pod],
    over_capacity: str | None,
    labels: FrozenMap[str, str],
    subsets: tuple[EndpointSubset, ...],
) -> Request:
    """The creation or the update of the Endpoints of a Service."""
    name, namespace = service.metadata.name, service.metadata.namespace
    meta = ObjectMeta(name=name, namespace=namespace) if current is None else current.metadata
    since = trigger_time(service, changed_pods(current, pods), first=current is None)
    annotations = meta.annotations.with_({LAST_CHANGE_TRIGGER_TIME: since, OVER_CAPACITY: over_capacity})
    endpoints = evolve(
        Endpoints() if current is None else current,
        metadata=evolve(meta, labels=labels, annotations=annotations),
        subsets=subsets,
    )
    ready = len({a.ip for s in subsets for a in s.addresses})
    waiting = len({a.ip for s in subsets for a in s.not_ready_addresses})
    verb, reason = ("created", "EndpointsCreated") if current is None else ("updated", "EndpointsUpdated")
    message = f"{EndpointsController.name} {verb} Endpoints {name} of its Service: {ready} ready, {waiting} not ready."
    if current is None:
        return Create(object=endpoints, reason=reason, message=message)
    return Update(object=endpoints, reason=reason, message=message)


def changed_pods(current: Endpoints | None, pods: list[Pod]) -> list[Pod]:
    """The Pods that are not listed yet, or listed with another readiness."""
    subsets = () if current is None else current.subsets
    ready = {address.ip for subset in subsets for address in subset.addresses}
    waiting = {address.ip for subset in subsets for address in subset.not_ready_addresses}
    return [pod for pod in pods if addresses(pod)[0] not in (ready if is_pod_ready(pod) else waiting)]


def delete_leftover(endpoints: Endpoints) -> Delete:
    """The deletion of Endpoints whose Service is gone."""
    name = endpoints.metadata.name
    return Delete(
        target=key_of(endpoints),
        uid=endpoints.metadata.uid,
        reason="EndpointsDeleted",
        message=f"{EndpointsController.name} deleted Endpoints {name}: Service {name} is gone.",
    )
