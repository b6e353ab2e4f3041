"""Routes: where each node sends a packet, by its destination.

A node knows three kinds of way: the bridge ``cni0`` to the Pods it has itself, one route for each other node to the
Pods that are there (the network plugin writes these, by way of that node's own address), and a default route to
everything else. The most specific route wins. A route that is missing is no error by itself: the packet then takes the
next best, mostly the default route, to a router that has never heard of Pods.

**In Kubernetes:** a network plugin that writes plain routes (kindnet, flannel with ``host-gw``, or a cloud's route
controller); ``ip route`` on the node.

**Simplified:** a real plugin would notice after a while that a route is gone and write it again; here it stays lost
until it is restored.
"""

import attrs

from kubelab.api.core.node import Node
from kubelab.network.addresses import (
    MACHINE_NETWORK,
    ROUTER,
    bridge_address,
    internal_address,
    is_in,
    network,
    pod_range,
)
from kubelab.state.snapshot import View

DEFAULT = "default"
BRIDGE = "cni0"
"""The bridge to which the Pods of a node are tied."""

UPLINK = "eth0"
"""The interface by which a node is in the network of the machines."""


@attrs.frozen(slots=True, kw_only=True)
class Route:
    """One line of a route table.

    Attributes:
        destination: the range of addresses, or ``default``.
        via: the machine that takes it from here, or "" where the destination is reached directly.
        device: the interface by which it leaves.
        source: the address that the node itself takes when it sends by this route.
        node: the node to whose Pods it leads, or "".
        lost: whether it is missing from the table.
    """

    destination: str
    via: str = ""
    device: str = UPLINK
    source: str = ""
    node: str = ""
    lost: bool = False

    def covers(self, address: str) -> bool:
        """Whether an address lies in its destination."""
        return self.destination == DEFAULT or is_in(address, self.destination)

    @property
    def length(self) -> int:
        """How specific it is: the length of its prefix."""
        return -1 if self.destination == DEFAULT else network(self.destination).prefixlen

    def __str__(self) -> str:
        """The line as ``ip route`` prints it."""
        via = f" via {self.via}" if self.via else ""
        scope = "" if self.via else f" proto kernel scope link src {self.source}"
        return f"{self.destination}{via} dev {self.device}{scope}"


def routes(view: View, node: str, *, lost: bool = False) -> tuple[Route, ...]:
    """The route table of a node: the default route first, then by destination, as ``ip route`` prints it.

    Args:
        view: the cluster.
        node: the name of the node.
        lost: whether the routes that are missing are listed as well.
    """
    machine, own = view.machine(node), view.get("Node", "", node)
    if machine is None or own is None:
        return ()
    return tuple(
        attrs.evolve(route, lost=route.destination in machine.lost_routes)
        for route in (_default(own), *sorted(_specific(view, own), key=_order))
        if lost or route.destination not in machine.lost_routes
    )


def _order(route: Route) -> tuple[int, int]:
    found = network(route.destination)
    return int(found.network_address), found.prefixlen


def _default(node: Node) -> Route:
    return Route(destination=DEFAULT, via=ROUTER, source=internal_address(node))


def _specific(view: View, own: Node) -> list[Route]:
    address = internal_address(own)
    found = [Route(destination=MACHINE_NETWORK, source=address)] if address else []
    for node in view.list("Node"):
        cidr, via, name = pod_range(node), internal_address(node), node.metadata.name
        if cidr and name == own.metadata.name:
            found.append(Route(destination=cidr, device=BRIDGE, source=bridge_address(cidr), node=name))
        elif cidr and via:
            found.append(Route(destination=cidr, via=via, source=address, node=name))
    return found


def lookup(view: View, node: str, address: str) -> Route | None:
    """The route that a node takes to an address: the most specific one; None when there is none."""
    found = [route for route in routes(view, node) if route.covers(address)]
    return max(found, key=lambda route: route.length, default=None)


def lost_route(view: View, node: str, address: str) -> Route | None:
    """The route that is missing on a node, if it would be the one taken to an address."""
    found = max(
        (r for r in routes(view, node, lost=True) if r.covers(address)), key=lambda route: route.length, default=None
    )
    return found if found is not None and found.lost else None


def can_be_lost(view: View, node: str) -> tuple[str, ...]:
    """The destinations of the routes of a node that a fault may take away: all but that to its own neighbours."""
    return tuple(r.destination for r in routes(view, node, lost=True) if r.destination != MACHINE_NETWORK)


def routes_text(view: View, node: str) -> str:
    """The route table of a node as ``ip route`` prints it; what is missing stands at the end, as a remark."""
    table = routes(view, node, lost=True)
    present = [str(route) for route in table if not route.lost]
    return "\n".join([*present, *(f"# missing: {route}" for route in table if route.lost)]) + "\n"
