"""What can be asked of the cloud's API: load balancers and routes.

Source: `k8s.io/cloud-provider` (`cloud.go`: EnsureLoadBalancer, EnsureLoadBalancerDeleted, CreateRoute, DeleteRoute).
"""

import attrs

from kubelab.api.model import evolve
from kubelab.state.cloud import PROVISIONING_SECONDS, Cloud, Listener, LoadBalancer, Route
from kubelab.state.requests import CloudRequest
from kubelab.state.snapshot import SECOND


@attrs.frozen(slots=True, kw_only=True)
class EnsureLoadBalancer(CloudRequest):
    """Make a load balancer for the object, which takes a while, or change the one that it has, which does not.

    Attributes:
        name: the name it gets in the cloud.
        listeners: its ports.
        targets: what it spreads connections over.
    """

    name: str
    listeners: tuple[Listener, ...]
    targets: tuple[str, ...]

    def shown(self, cloud: Cloud) -> LoadBalancer | None:
        """The load balancer of the object."""
        return cloud.load_balancers.get(self.target.full)

    def apply(self, cloud: Cloud, now: int) -> Cloud:
        """The cloud with such a load balancer.

        Raises:
            StatusError: the cloud has no address left.
        """
        owner = self.target.full
        known = cloud.load_balancers.get(owner)
        if known is None or known.name != self.name:
            address, used = cloud.next_address()
            known = LoadBalancer(
                owner=owner,
                name=self.name,
                address=address,
                asked_at=now,
                ready_at=now + PROVISIONING_SECONDS * SECOND,
            )
            cloud = evolve(cloud, addresses_used=used)
        balancer = evolve(known, listeners=self.listeners, targets=self.targets)
        return evolve(cloud, load_balancers=cloud.load_balancers.set(owner, balancer))


@attrs.frozen(slots=True, kw_only=True)
class DeleteLoadBalancer(CloudRequest):
    """Delete the load balancer of the object, and give its address back."""

    def shown(self, cloud: Cloud) -> LoadBalancer | None:
        """The load balancer of the object."""
        return cloud.load_balancers.get(self.target.full)

    def apply(self, cloud: Cloud, now: int) -> Cloud:
        """The cloud without it."""
        owner = self.target.full
        if owner not in cloud.load_balancers:
            return cloud
        return evolve(cloud, load_balancers=cloud.load_balancers.delete(owner))


@attrs.frozen(slots=True, kw_only=True)
class CreateRoute(CloudRequest):
    """Let packets for a range of Pod addresses go to the instance of the Node.

    Attributes:
        destination: the range.
    """

    destination: str

    def shown(self, cloud: Cloud) -> Route | None:
        """The route of the Node."""
        return cloud.routes.get(self.target.name)

    def apply(self, cloud: Cloud, now: int) -> Cloud:
        """The cloud with the route."""
        name = self.target.name
        return evolve(cloud, routes=cloud.routes.set(name, Route(destination=self.destination, node=name)))


@attrs.frozen(slots=True, kw_only=True)
class DeleteRoute(CloudRequest):
    """Delete the route of a Node."""

    def shown(self, cloud: Cloud) -> Route | None:
        """The route of the Node."""
        return cloud.routes.get(self.target.name)

    def apply(self, cloud: Cloud, now: int) -> Cloud:
        """The cloud without it."""
        name = self.target.name
        return evolve(cloud, routes=cloud.routes.delete(name)) if name in cloud.routes else cloud
