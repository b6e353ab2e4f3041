"""service controller: load balancers of the cloud for Services of type LoadBalancer.

- **Desired:** each Service of type LoadBalancer has a load balancer in the cloud, with its ports, that spreads
  connections over the nodes; its address is in the status of the Service. No other Service has one.
- **Actual:** the load balancers in the cloud, the Nodes, the finalizer and the status of the Service.
- **Action:** puts a finalizer on the Service, so that it cannot go before its load balancer; asks the cloud for the
  load balancer; waits while the cloud makes it (``EXTERNAL-IP <pending>``); writes its address into the status. Keeps
  its ports and nodes up to date. Deletes it when the Service is deleted or gets another type, and then takes the
  finalizer off.

A load balancer stands on top of the node port, and that on top of the cluster address: the cloud sends a connection to
any node, at the node port, and kube-proxy does the rest. A Service that names a ``loadBalancerClass`` is left to whom
it names.

**In Kubernetes:** `k8s.io/cloud-provider/controllers/service` (syncLoadBalancerIfNeeded).

**Simplified:** upstream waits inside of its call to the cloud; here it looks again when the load balancer is due. There
are no health checks: a real load balancer leaves out the nodes whose kube-proxy does not answer.
"""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from kubelab.api.core.node import Node
from kubelab.api.core.service import LoadBalancerIngress, LoadBalancerStatus, Service, ServiceStatus
from kubelab.api.model import evolve
from kubelab.errors import StatusError
from kubelab.state.cloud import Listener, LoadBalancer
from kubelab.state.cloud_requests import DeleteLoadBalancer, EnsureLoadBalancer
from kubelab.state.component import Wanted
from kubelab.state.requests import CloudRequest, EventNote, Record, Request, Requeue, Update
from kubelab.state.snapshot import Change, ObjectKey, View, key_of

FINALIZER = "service.kubernetes.io/load-balancer-cleanup"
"""Keeps a Service until its load balancer is gone."""

EXCLUDED = "node.kubernetes.io/exclude-from-external-load-balancers"
"""The label of a Node to which no load balancer sends anything."""

TO_BE_DELETED = "ToBeDeletedByClusterAutoscaler"
"""The taint of a Node that will soon be gone."""

LONGEST_NAME = 32
"""How long the name of a load balancer may be."""


class ServiceController:
    """Provides load balancers. Keys: Services."""

    name: ClassVar[str] = "service-controller"
    process: ClassVar[str] = "cloud-controller-manager"
    watches: ClassVar[tuple[str, ...]] = ("Service", "Node")

    def enqueue(self, change: Change) -> Iterator[ObjectKey]:
        """Services that have to do with a load balancer; all of them when the nodes behind them are others."""
        if change.key.kind == "Service":
            if any(s is not None and concerned(s) for s in (change.before, change.after)):
                yield change.key
        elif is_target(change.before) != is_target(change.after):
            yield from (key_of(s) for s in change.view.list("Service") if wants_load_balancer(s))

    def reconcile(self, view: View, key: ObjectKey) -> Wanted:
        """Ensure the load balancer, or clean up after it."""
        cloud = view.snapshot.cloud
        if cloud is None:
            return ()
        service: Service | None = view.find(key)
        balancer = cloud.load_balancers.get(key.full)
        if service is None or not wants_load_balancer(service) or service.metadata.deletion_timestamp is not None:
            return clean_up(key, service, balancer)
        return ensure(view, service, balancer)

    def refused(self, view: View, key: ObjectKey, request: Request, error: StatusError) -> Sequence[Request]:
        """Tell of a call that the cloud has refused."""
        if not isinstance(request, CloudRequest):
            return ()
        what = "ensure" if isinstance(request, EnsureLoadBalancer) else "delete"
        text = f"Error syncing load balancer: failed to {what} load balancer: {error.message}"
        return (
            Record(
                target=key,
                reason="SyncLoadBalancerFailed",
                message=f"{self.name} got no load balancer for {key} and will try again: {error.message}.",
                events=(EventNote(key, "SyncLoadBalancerFailed", text, type="Warning"),),
            ),
        )


def wants_load_balancer(service: Service) -> bool:
    """Whether the cloud is to provide a load balancer for the Service."""
    return service.spec.type == "LoadBalancer" and service.spec.load_balancer_class is None


def has_finalizer(service: Service) -> bool:
    """Whether the Service waits for its load balancer before it goes."""
    return FINALIZER in service.metadata.finalizers


def concerned(service: Service) -> bool:
    """Whether the Service has, or is to have, anything to do with a load balancer."""
    return wants_load_balancer(service) or has_finalizer(service)


# A Service that has a load balancer


def ensure(view: View, service: Service, balancer: LoadBalancer | None) -> Wanted:
    """Ask the cloud for the load balancer as it should be; once it is there, write its address into the status."""
    key = key_of(service)
    if balancer is not None and balancer.name != name_of(service):
        return (delete_balancer(key, "it belongs to an older Service of the same name"),)
    wanted = EnsureLoadBalancer(
        target=key, name=name_of(service), listeners=listeners(service), targets=list_targets(view)
    )
    if balancer is None:
        return create(service, wanted)
    if balancer.listeners != wanted.listeners:
        return (changed_ports(key, wanted),)
    if balancer.targets != wanted.targets:
        return (changed_hosts(key, wanted),)
    if balancer.state(view.now) == "pending":
        return (Requeue(at=balancer.ready_at),)
    return publish(service, balancer)


def create(service: Service, wanted: EnsureLoadBalancer) -> list[Request]:
    """The finalizer first, so that the Service cannot go while the cloud makes the load balancer."""
    key = wanted.target
    notes = [EventNote(key, "EnsuringLoadBalancer", "Ensuring load balancer")]
    requests: list[Request] = []
    if not has_finalizer(service):
        meta = evolve(service.metadata, finalizers=(*service.metadata.finalizers, FINALIZER))
        message = f"service-controller put a finalizer on {key}, so that it outlives its load balancer."
        held = evolve(service, metadata=meta)
        requests.append(
            Update(
                object=held,
                subresource="status",
                reason="EnsuringLoadBalancer",
                message=message,
                events=(notes.pop(),),
            )
        )
    if not wanted.targets:
        notes.append(no_nodes(key))
    message = f"service-controller asked the cloud for a load balancer, as {key} wants: its address is pending."
    requests.append(evolve(wanted, reason="EnsuringLoadBalancer", message=message, events=tuple(notes)))
    return requests


def changed_ports(key: ObjectKey, wanted: EnsureLoadBalancer) -> Request:
    """Let the load balancer have the ports that the Service has now."""
    notes = (
        EventNote(key, "EnsuringLoadBalancer", "Ensuring load balancer"),
        EventNote(key, "EnsuredLoadBalancer", "Ensured load balancer"),
    )
    message = f"service-controller changed the ports of the load balancer of {key}, as the Service has changed."
    return evolve(wanted, reason="EnsuringLoadBalancer", message=message, events=notes)


def changed_hosts(key: ObjectKey, wanted: EnsureLoadBalancer) -> Request:
    """Let the load balancer send to the nodes that there are now (``lockedUpdateLoadBalancerHosts``)."""
    note = EventNote(key, "UpdatedLoadBalancer", "Updated load balancer with new hosts")
    message = f"service-controller told the load balancer of {key} which nodes there are now."
    notes = (note if wanted.targets else no_nodes(key),)
    return evolve(wanted, reason=notes[0].reason, message=message, events=notes)


def no_nodes(key: ObjectKey) -> EventNote:
    """A load balancer that has nobody to send anything to."""
    text = "There are no available nodes for LoadBalancer"
    return EventNote(key, "UnAvailableLoadBalancer", text, type="Warning")


def publish(service: Service, balancer: LoadBalancer) -> list[Request]:
    """Write the address into the status, if it is not there yet."""
    key = key_of(service)
    status = LoadBalancerStatus(ingress=(LoadBalancerIngress(ip=balancer.address, ip_mode="VIP"),))
    if service.status.load_balancer == status:
        return []
    return [
        Update(
            object=evolve(service, status=evolve(service.status, load_balancer=status)),
            subresource="status",
            reason="EnsuredLoadBalancer",
            message=f"service-controller told {key} its address {balancer.address}: the cloud made the load balancer.",
            events=(EventNote(key, "EnsuredLoadBalancer", "Ensured load balancer"),),
        )
    ]


def name_of(service: Service) -> str:
    """What the load balancer of a Service is called (``DefaultLoadBalancerName``)."""
    return f"a{service.metadata.uid.replace('-', '')}"[:LONGEST_NAME]


def listeners(service: Service) -> tuple[Listener, ...]:
    """The ports of the load balancer: each leads to a node port."""
    return tuple(
        Listener(port=port.port, target_port=port.node_port, protocol=port.protocol) for port in service.spec.ports
    )


def list_targets(view: View) -> tuple[str, ...]:
    """The nodes that the load balancer sends to (``listWithPredicates``)."""
    return tuple(node.metadata.name for node in view.list("Node") if is_target(node))


def is_target(node: Node | None) -> bool:
    """Whether load balancers send anything to a Node: not if it is going away, or is excluded by its label."""
    if node is None or node.metadata.deletion_timestamp is not None:
        return False
    included = node.metadata.labels.get(EXCLUDED, "false") in ("0", "f", "F", "false", "False", "FALSE")
    return included and not any(t.key == TO_BE_DELETED for t in node.spec.taints)


# A Service that has none any more


def clean_up(key: ObjectKey, service: Service | None, balancer: LoadBalancer | None) -> list[Request]:
    """Delete the load balancer, and only then let the Service go."""
    requests: list[Request] = []
    if balancer is not None:
        requests.append(delete_balancer(key, "the Service does not want it any more", service is not None))
    if service is None or not has_finalizer(service):
        return requests
    kept = tuple(f for f in service.metadata.finalizers if f != FINALIZER)
    requests.append(
        Update(
            object=evolve(service, metadata=evolve(service.metadata, finalizers=kept), status=without_address(service)),
            subresource="status",
            reason="DeletedLoadBalancer",
            message=f"service-controller took its finalizer off {key}: there is no load balancer to wait for.",
            events=(EventNote(key, "DeletedLoadBalancer", "Deleted load balancer", uid=service.metadata.uid),),
        )
    )
    return requests


def without_address(service: Service) -> ServiceStatus:
    """The status of a Service that has no load balancer."""
    return evolve(service.status, load_balancer=LoadBalancerStatus())


def delete_balancer(key: ObjectKey, why: str, told: bool = True) -> DeleteLoadBalancer:
    """Delete the load balancer; of a Service that is gone nothing is told."""
    note = EventNote(key, "DeletingLoadBalancer", "Deleting load balancer")
    return DeleteLoadBalancer(
        target=key,
        reason="DeletingLoadBalancer",
        message=f"service-controller deleted the load balancer of {key} in the cloud: {why}.",
        events=(note,) if told else (),
    )
