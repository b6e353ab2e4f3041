"""route controller: lets the cloud's network find the Pods of each Node.

- **Desired:** for the range of Pod addresses of each Node there is a route in the cloud, to its instance; no other.
- **Actual:** the routes in the cloud.
- **Action:** creates and deletes routes; writes into the Node that its network is there (``NetworkUnavailable=False``).

**In Kubernetes:** `k8s.io/cloud-provider/controllers/route` (reconcile, updateNetworkingCondition).

**Simplified:** upstream compares all Nodes with all routes every ten seconds; here each Node by itself, when it
changes. Packets of the simulation follow the routes of the network plugin on the machines, and need none of the cloud.
IPv4 only.
"""

from collections.abc import Iterator
from typing import ClassVar

from kubelab.api.conditions import find, with_condition
from kubelab.api.core.node import Node, NodeCondition
from kubelab.api.model import evolve
from kubelab.state.cloud_requests import CreateRoute, DeleteRoute
from kubelab.state.component import Wanted
from kubelab.state.requests import Request, Update
from kubelab.state.snapshot import Change, ObjectKey, View, key_of

AVAILABLE = NodeCondition(
    type="NetworkUnavailable",
    status="False",
    reason="RouteCreated",
    message="RouteController created a route",
)
"""What is said of a Node whose Pods can be reached."""


class RouteController:
    """Provides routes to Pods. Keys: Nodes."""

    name: ClassVar[str] = "route-controller"
    process: ClassVar[str] = "cloud-controller-manager"
    watches: ClassVar[tuple[str, ...]] = ("Node",)

    def enqueue(self, change: Change) -> Iterator[ObjectKey]:
        """Every Node, also one that is gone."""
        yield change.key

    def reconcile(self, view: View, key: ObjectKey) -> Wanted:
        """Create the route of the Node, or delete it."""
        cloud = view.snapshot.cloud
        if cloud is None:
            return ()
        node: Node | None = view.find(key)
        route = cloud.routes.get(key.name)
        destination = node.spec.pod_cidr if node is not None and key.name in cloud.instances else ""
        if route is not None and route.destination != destination:
            return (delete_route(key, route.destination),)
        if node is None or not destination:
            return ()
        if route is None:
            return (create_route(key, destination),)
        return update_networking_condition(view, node)


def create_route(key: ObjectKey, destination: str) -> Request:
    """Let packets for the Pods of a Node go to its instance."""
    message = f"route-controller created a route in the cloud: {destination}, the Pods of {key}, goes to its machine."
    return CreateRoute(target=key, destination=destination, reason="RouteCreated", message=message)


def delete_route(key: ObjectKey, destination: str) -> Request:
    """Delete a route that leads nowhere any more."""
    message = f"route-controller deleted the route {destination} in the cloud: {key} does not have these Pods any more."
    return DeleteRoute(target=key, reason="RouteDeleted", message=message)


def update_networking_condition(view: View, node: Node) -> list[Request]:
    """Say that the network of the Node is there, if that is not said yet."""
    known = find(node.status.conditions, AVAILABLE.type)
    if known is not None and (known.status, known.reason) == (AVAILABLE.status, AVAILABLE.reason):
        return []
    condition = evolve(AVAILABLE, last_heartbeat_time=view.time)
    conditions = with_condition(node.status.conditions, condition, view.time)
    return [
        Update(
            object=evolve(node, status=evolve(node.status, conditions=conditions)),
            subresource="status",
            reason="RouteCreated",
            message=f"route-controller marked {key_of(node)} as reachable: there is a route to its Pods.",
        )
    ]
