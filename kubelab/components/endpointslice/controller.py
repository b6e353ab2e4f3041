"""The EndpointSlice controller: writes down which Pods stand behind each Service, in portions.

- **Desired:** every Pod that a Service selects and that has an address is in exactly one EndpointSlice of the
  Service, with its readiness, its node and its zone; no slice holds more than a hundred.
- **Actual:** the slices that carry the Service's name and this controller's as labels.
- **Action:** create, update and delete slices, with as few writes as possible: a change of one Pod among thousands
  is to cost one small write, since every node reads all of them.

Pods that listen on different ports for the same port of the Service (a named port whose number has changed in a new
version) are kept in different slices, since a slice has one list of ports.

**In Kubernetes:** kube-controller-manager, `pkg/controller/endpointslice`, and `k8s.io/endpointslice`.

**Simplified:** IPv4 only. No topology hints, which would keep traffic in a zone. The trigger time follows from the
Pods that are written; upstream remembers what it saw before. Upstream also remembers what it wrote; here a
controller that lags may create a slice twice, and empties and deletes the superfluous one when it sees both.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar

from kubelab.api.core.pod import Pod
from kubelab.api.core.reference import ObjectReference
from kubelab.api.core.service import Service
from kubelab.api.discovery import Endpoint, EndpointConditions, EndpointPort, EndpointSlice
from kubelab.api.memo import IdentityMemo
from kubelab.components.endpointslice.placement import (
    MANAGED_BY,
    MANAGED_BY_LABEL,
    SERVICE_NAME_LABEL,
    Desired,
    EndpointId,
    Plan,
    Ports,
    can_be_used,
    endpoint_id,
    keep_placeholder,
    reconcile_by_port_mapping,
)
from kubelab.components.endpointslice.writes import ACTOR, finalize
from kubelab.state.component import Wanted
from kubelab.state.pods import is_pod_ready
from kubelab.state.service_endpoints import (
    addresses,
    endpoint_hostname,
    find_port,
    gets_endpoints,
    pods_of,
    services_of,
    services_touched,
    should_pod_be_in_endpoints,
)
from kubelab.state.snapshot import SECOND, Change, ObjectKey, View

ZONE_LABEL = "topology.kubernetes.io/zone"


class EndpointSliceController:
    """Runs as ``endpoint-slice-controller``; its keys are Services."""

    name: ClassVar[str] = ACTOR
    watches: ClassVar[tuple[str, ...]] = ("Service", "Pod", "EndpointSlice", "Node")
    retries: ClassVar[tuple[int, int]] = (SECOND, 1000 * SECOND)

    def enqueue(self, change: Change) -> Iterable[ObjectKey]:
        """A Service that changed, those that select a changed Pod, or the one that a changed slice belongs to."""
        if change.key.kind == "Service":
            return (change.key,)
        if change.key.kind == "Pod":
            return services_touched(change)
        return services_of_node(change) if change.key.kind == "Node" else services_of_slice(change)

    def reconcile(self, view: View, key: ObjectKey) -> Wanted:
        """Compare the Pods of a Service with its slices."""
        service: Service | None = view.find(key)
        if service is None or not gets_endpoints(service):
            return []
        existing = slices_of(view, service)
        pods = {pod.metadata.name: pod for pod in endpoint_pods(view, service)}
        plan = Plan(delete=[s for s in existing if not can_be_used(s, service)])
        by_ports: dict[Ports, list[EndpointSlice]] = {}
        for slice_ in existing:
            if can_be_used(slice_, service):
                by_ports.setdefault(port_map_key(slice_.ports), []).append(slice_)
        desired = desired_endpoints(view, service, pods.values(), existing)
        for ports, (listed, endpoints) in desired.items():
            reconcile_by_port_mapping(plan, service, by_ports.pop(ports, []), endpoints, listed)
        for ports in by_ports:
            plan.delete += by_ports[ports]
        keep_placeholder(plan, service, existing)
        return finalize(plan, service, existing, pods)


# Which Services does a change touch?


def services_of_slice(change: Change) -> Iterator[ObjectKey]:
    """The Service of a slice that this controller manages, before and after its change."""
    labels = [obj.metadata.labels for obj in (change.before, change.after) if obj is not None]
    names = {own.get(SERVICE_NAME_LABEL, "") for own in labels if own.get(MANAGED_BY_LABEL) == MANAGED_BY}
    return (ObjectKey("Service", change.key.namespace, name) for name in sorted(names) if name)


def services_of_node(change: Change) -> Iterator[ObjectKey]:
    """The Services of the Pods on a node that has come, gone, or moved to another zone."""
    before, after = (
        None if n is None else n.metadata.labels.get(ZONE_LABEL, "") for n in (change.before, change.after)
    )
    if before == after:
        return
    found = {
        key
        for pod in change.view.pods_on(change.key.name)
        for key in services_of(change.view, pod.metadata.namespace, pod)
    }
    yield from sorted(found)


# Observe: slices and Pods of the Service


def slices_of(view: View, service: Service) -> list[EndpointSlice]:
    """The slices that this controller manages for the Service, without those that are being deleted."""
    own = {SERVICE_NAME_LABEL: service.metadata.name, MANAGED_BY_LABEL: MANAGED_BY}
    found = view.labelled("EndpointSlice", service.metadata.namespace, own)
    return [s for s in found if s.metadata.deletion_timestamp is None]


def endpoint_pods(view: View, service: Service) -> Iterator[Pod]:
    """The Pods that are endpoints of the Service; those on a node that does not exist (any more) are left out."""
    families = service.spec.ip_families
    if families and "IPv4" not in families:
        return
    for pod in pods_of(view, service):
        if not should_pod_be_in_endpoints(pod, include_terminating=True) or not addresses(pod):
            continue
        if service.spec.publish_not_ready_addresses or view.get("Node", "", pod.spec.node_name) is not None:
            yield pod


def desired_endpoints(
    view: View, service: Service, pods: Iterable[Pod], existing: Sequence[EndpointSlice]
) -> dict[Ports, tuple[Ports, Desired]]:
    """The endpoints that there should be, by the ports at which they listen (in a fixed order, and as listed).

    An endpoint that is already in a slice just as it should be is that very object, so that nothing is built anew.
    """
    known = {endpoint_id(e): e for s in existing for e in s.endpoints}
    zones: dict[str, str | None] = {}
    groups: dict[Ports, tuple[Ports, Desired]] = {}
    # The Pods of one template share their containers, so that their ports are looked up once.
    by_containers: IdentityMemo[tuple[Ports, Desired]] = IdentityMemo(limit=1024)
    for pod in pods:
        node = pod.spec.node_name
        if node not in zones:
            found = view.get("Node", "", node)
            zones[node] = None if found is None else found.metadata.labels.get(ZONE_LABEL) or None
        group = by_containers.get(pod.spec.containers) if not pod.spec.init_containers else None
        if group is None:
            ports = endpoint_ports(service, pod)
            group = groups.setdefault(port_map_key(ports), (ports, {}))
            if not pod.spec.init_containers:
                by_containers.put(pod.spec.containers, group)
        hostname = endpoint_hostname(pod, service)
        identity = EndpointId(tuple(sorted(addresses(pod))), hostname, pod.metadata.name)
        group[1][identity] = pod_to_endpoint(pod, service, hostname, zones[node], known.get(identity))
    return groups


def endpoint_ports(service: Service, pod: Pod) -> Ports:
    """The ports of the Service as the Pod has them; a named port that the Pod does not have is left out."""
    found = ((port, find_port(pod, port)) for port in service.spec.ports)
    return tuple(
        EndpointPort(name=port.name, port=number, protocol=port.protocol, app_protocol=port.app_protocol)
        for port, number in found
        if number is not None
    )


def port_map_key(ports: Ports) -> Ports:
    """Ports in a fixed order, by which slices are told apart."""
    if len(ports) < 2:
        return ports
    return tuple(sorted(ports, key=lambda p: (p.name or "", p.port or 0, p.protocol or "", p.app_protocol or "")))


def pod_to_endpoint(
    pod: Pod, service: Service, hostname: str, zone: str | None, known: Endpoint | None = None
) -> Endpoint:
    """The endpoint of a Pod: `ready` is never true while it is terminating, unless the Service asks for all."""
    serving = is_pod_ready(pod)
    terminating = pod.metadata.deletion_timestamp is not None
    ready = service.spec.publish_not_ready_addresses or (serving and not terminating)
    if known is not None and known.target_ref is not None and known.hints is None:
        said = known.conditions
        same = (said.ready, said.serving, said.terminating) == (ready, serving, terminating)
        if same and known.zone == zone and known.target_ref.uid == pod.metadata.uid:
            return known
    return Endpoint(
        addresses=tuple(sorted(addresses(pod))),
        conditions=EndpointConditions(ready=ready, serving=serving, terminating=terminating),
        hostname=hostname or None,
        target_ref=ObjectReference(
            kind="Pod", namespace=pod.metadata.namespace, name=pod.metadata.name, uid=pod.metadata.uid
        ),
        node_name=pod.spec.node_name or None,
        zone=zone,
    )
