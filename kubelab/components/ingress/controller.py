"""Ingress controller: claims the Ingresses of its class, and tells each of them its address.

- **Desired:** each Ingress of a class that names this controller is served, and the address under which it is reached
  is in its status.
- **Actual:** the Ingresses and their classes; the proxy's Pods and Service; the load balancers in the cloud.
- **Action:** a proxy in the cluster reads the Ingresses itself; the controller writes the proxy's address into their
  status: that of the load balancer of its Service, or, without a cloud, of the nodes that it runs on. One in the
  cloud asks for a load balancer, waits while the cloud makes it, and writes its name or address.

An Ingress that names no class, or a class of another controller, is left alone: without any controller it stays
without an address, and nothing answers.

**In Kubernetes:** see `kubelab.state.ingress_controllers`.

**Simplified:** where requests are sent is worked out when somebody asks (`kubelab.network.ingress`); no configuration
of a proxy is shown. ingress-nginx looks at the addresses only once a minute and says ``Sync`` again whenever an Ingress
changes. Annotations with settings have no effect.
"""

from collections.abc import Iterator
from typing import Any, ClassVar

from kubelab.api.conditions import find
from kubelab.api.model import evolve
from kubelab.api.networking import Ingress, IngressLoadBalancerIngress, IngressLoadBalancerStatus
from kubelab.state.cloud import Listener, LoadBalancer
from kubelab.state.cloud_requests import DeleteLoadBalancer, EnsureLoadBalancer
from kubelab.state.component import Wanted
from kubelab.state.ingress_class import is_for
from kubelab.state.ingress_controllers import (
    Implementation,
    hostname_of,
    labels,
    namespace_of,
    owner_of,
    proxy_name,
)
from kubelab.state.requests import EventNote, Record, Request, Requeue, Update
from kubelab.state.snapshot import Change, Object, ObjectKey, View, key_of


class IngressController:
    """One Ingress controller. Keys: Ingresses.

    Attributes:
        implementation: which one it is.
        installed: the objects that came into the cluster with it.
    """

    watches: ClassVar[tuple[str, ...]] = ("Ingress", "IngressClass", "Service", "Pod", "Node")

    def __init__(self, implementation: Implementation, installed: tuple[Any, ...] = ()) -> None:
        """Be the Ingress controller that a row of the table describes."""
        self.implementation = implementation
        self.installed = installed
        self.name = self.process = implementation.actor

    def enqueue(self, change: Change) -> Iterator[ObjectKey]:
        """The Ingress; all of them when a class, the proxy, or the set of nodes is another."""
        if change.key.kind == "Ingress":
            yield change.key
        elif change.key.kind == "IngressClass" or self._moves(change):
            yield from change.view.keys("Ingress")

    def _moves(self, change: Change) -> bool:
        """Whether the address of Ingresses can change by a change of something else than Ingresses."""
        if change.key.kind == "Node":
            return self.implementation.in_cloud and (change.before is None) != (change.after is None)
        return not self.implementation.in_cloud and change.key.namespace == namespace_of(self.implementation)

    def reconcile(self, view: View, key: ObjectKey) -> Wanted:
        """Serve the Ingress if it is for this controller; else clean up what is left of it."""
        this = self.implementation
        ingress: Ingress | None = view.find(key)
        deleted = ingress is None or ingress.metadata.deletion_timestamp is not None
        if ingress is None or deleted or not is_for(view, ingress, this.controller):
            return clean_up(this, view, key, ingress)
        if not this.in_cloud:
            return [*sync(this, view, ingress), *publish(this, ingress, proxy_addresses(this, view))]
        balancer = balancer_of(this, view, ingress)
        wanted = ensure(this, view, ingress)
        if balancer is None or (balancer.listeners, balancer.targets) != (wanted.listeners, wanted.targets):
            return [*hold(this, ingress), wanted]
        if balancer.state(view.now) == "pending":
            return [Requeue(at=balancer.ready_at)]
        return publish(this, ingress, (balancer_address(this, balancer),))


def sync(this: Implementation, view: View, ingress: Ingress) -> list[Request]:
    """Tell once that the Ingress was taken on, if this controller tells that."""
    key, uid = key_of(ingress), ingress.metadata.uid
    if not this.sync or any((e.reason, e.uid) == (this.sync[0], uid) for e in view.events(key)):
        return []
    return [
        Record(
            target=key,
            reason=this.sync[0],
            message=f"{this.actor} took {key} on: its class is served by this controller.",
            events=(EventNote(key, this.sync[0], this.sync[1], component=this.source),),
        )
    ]


def publish(this: Implementation, ingress: Ingress, addresses: tuple[IngressLoadBalancerIngress, ...]) -> list[Request]:
    """Write the addresses into the status, if others are there; without a proxy what is there stays."""
    if not addresses or ingress.status.load_balancer.ingress == addresses:
        return []
    key = key_of(ingress)
    status = evolve(ingress.status, load_balancer=IngressLoadBalancerStatus(ingress=addresses))
    shown = ", ".join(a.ip or a.hostname for a in addresses)
    return [
        Update(
            object=evolve(ingress, status=status),
            subresource="status",
            reason="AddressAssigned",
            message=f"{this.actor} told {key} under which address it is reached: {shown}.",
            events=(EventNote(key, this.done[0], this.done[1], component=this.source),) if this.done else (),
        )
    ]


# A proxy in the cluster


def proxy_addresses(this: Implementation, view: View) -> tuple[IngressLoadBalancerIngress, ...]:
    """Where the proxy is reached: at the load balancer of its Service, or at the nodes that it runs on."""
    namespace = namespace_of(this)
    pods = [pod for pod in view.labelled("Pod", namespace, labels(this)) if is_ready(pod)]
    service = view.get("Service", namespace, proxy_name(this))
    if not pods or service is None:
        return ()
    if service.spec.type == "LoadBalancer":
        given = service.status.load_balancer.ingress
        return tuple(IngressLoadBalancerIngress(ip=each.ip, hostname=each.hostname) for each in given)
    hosts = sorted({pod.status.host_ip for pod in pods if pod.status.host_ip})
    return tuple(IngressLoadBalancerIngress(ip=host) for host in hosts)


def is_ready(pod: Object) -> bool:
    """Whether a Pod of the proxy can take requests."""
    condition = find(pod.status.conditions, "Ready")
    return condition is not None and condition.status == "True" and pod.metadata.deletion_timestamp is None


# A load balancer in the cloud


def balancer_of(this: Implementation, view: View, ingress: Ingress) -> LoadBalancer | None:
    """The load balancer that the cloud has for the Ingress, or None."""
    cloud = view.snapshot.cloud
    found = cloud.load_balancers.get(owner_of(this, key_of(ingress)).full) if cloud is not None else None
    return found if found is not None and found.name == balancer_name(this, ingress) else None


def balancer_name(this: Implementation, ingress: Ingress) -> str:
    """What the load balancer is called in the cloud: at most 32 characters."""
    if not this.per_ingress:
        return this.ingress_class
    meta = ingress.metadata
    return f"k8s-{meta.namespace[:8]}-{meta.name[:8]}-{meta.uid.replace('-', '')[:10]}"


def ensure(this: Implementation, view: View, ingress: Ingress) -> EnsureLoadBalancer:
    """The load balancer as it should be: HTTP, and HTTPS where there is a certificate, to all nodes."""
    target = owner_of(this, key_of(ingress))
    ports = [Listener(port=80, protocol="HTTP")]
    if ingress.spec.tls or not this.per_ingress:
        ports.append(Listener(port=443, protocol="HTTPS"))
    return EnsureLoadBalancer(
        target=target,
        name=balancer_name(this, ingress),
        listeners=tuple(ports),
        targets=tuple(name for _, _, name in view.keys("Node")),
        reason="EnsuringLoadBalancer",
        message=f"{this.actor} asked the cloud for the load balancer of {target}, as {key_of(ingress)} wants.",
    )


def balancer_address(this: Implementation, balancer: LoadBalancer) -> IngressLoadBalancerIngress:
    """Under which name or address the load balancer is reached."""
    hostname = hostname_of(this, balancer.name, balancer.address)
    return (
        IngressLoadBalancerIngress(hostname=hostname) if hostname else IngressLoadBalancerIngress(ip=balancer.address)
    )


def hold(this: Implementation, ingress: Ingress) -> list[Request]:
    """Keep the Ingress until its load balancer is gone."""
    meta = ingress.metadata
    if not this.finalizer or this.finalizer in meta.finalizers:
        return []
    return [
        Update(
            object=evolve(ingress, metadata=evolve(meta, finalizers=(*meta.finalizers, this.finalizer))),
            reason="FinalizerAdded",
            message=f"{this.actor} put a finalizer on {key_of(ingress)}, so that it outlives its load balancer.",
        )
    ]


def clean_up(this: Implementation, view: View, key: ObjectKey, ingress: Ingress | None) -> list[Request]:
    """Delete the load balancer of an Ingress that is not this controller's (any more), and let the Ingress go."""
    if not this.per_ingress:
        return []
    requests: list[Request] = []
    cloud = view.snapshot.cloud
    if cloud is not None and key.full in cloud.load_balancers:
        message = f"{this.actor} deleted the load balancer of {key} in the cloud: nobody wants it any more."
        requests.append(DeleteLoadBalancer(target=key, reason="DeletingLoadBalancer", message=message))
    if ingress is not None and this.finalizer in ingress.metadata.finalizers:
        kept = tuple(f for f in ingress.metadata.finalizers if f != this.finalizer)
        requests.append(
            Update(
                object=evolve(ingress, metadata=evolve(ingress.metadata, finalizers=kept)),
                reason="FinalizerRemoved",
                message=f"{this.actor} took its finalizer off {key}: there is no load balancer to wait for.",
            )
        )
    return requests
