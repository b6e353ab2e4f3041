"""The cloud in which a cluster's machines are rented: its instances, load balancers, routes and disks.

None of this is in etcd. The cloud-controller-manager calls the cloud's API (`CloudRequest`), and only what it writes
into objects reaches the API server, so the two can differ: that difference is what its controllers work on.

A load balancer is provisioned asynchronously: when it will be ready is known from the moment it is asked for
(`LoadBalancer.ready_at`), so that its state is a function of the clock.

Source: `k8s.io/cloud-provider` (`cloud.go`: Interface, LoadBalancer, InstancesV2, Routes).

**Simplified:** one region, no failures and no quotas; what is deleted is gone at once. An address is not given out
again before all others were.
"""

from immutables import Map

from kubelab.api.model import evolve, model
from kubelab.api.scalars import FrozenMap
from kubelab.errors import StatusError

PROVISIONING_SECONDS = 5
"""How long the cloud takes to make a load balancer."""

DISK_SECONDS, ATTACHING_SECONDS = 3, 2
"""How long the cloud takes to make a disk, and to attach one to a machine."""

FIRST_ADDRESS, ADDRESSES = 10, 240
"""The cloud gives out 203.0.113.10 and the 239 addresses after it."""

GIVEN_OUT = frozenset(f"203.0.113.{FIRST_ADDRESS + n}" for n in range(ADDRESSES))
"""All addresses that are or can be given to load balancers."""


@model
class Instance:
    """A machine as the cloud knows it.

    Attributes:
        node: the name of the node that runs on it.
        launched_at: microseconds since 1970.
    """

    node: str = ""
    launched_at: int = 0


@model
class Listener:
    """A port of a load balancer, and where it leads.

    Attributes:
        port: the port at the load balancer's address.
        target_port: the port at each target.
        protocol: TCP or UDP, or HTTP or HTTPS for a load balancer that reads requests.
    """

    port: int = 0
    target_port: int = 0
    protocol: str = "TCP"


@model
class LoadBalancer:
    """A load balancer outside the cluster.

    Attributes:
        owner: for which object it was made, in full: ``Service shop/web``.
        name: its name in the cloud; made of the owner's uid, so that an owner of the same name gets another one.
        address: its address, which nobody is told before it is ready.
        asked_at: when it was asked for, in microseconds since 1970.
        ready_at: when it starts to serve.
        listeners: its ports.
        targets: the names of the nodes (or addresses of Pods) that it spreads connections over, in order.
    """

    owner: str = ""
    name: str = ""
    address: str = ""
    asked_at: int = 0
    ready_at: int = 0
    listeners: tuple[Listener, ...] = ()
    targets: tuple[str, ...] = ()

    def state(self, now: int) -> str:
        """``pending`` while it is being made, then ``active``."""
        return "active" if now >= self.ready_at else "pending"


@model
class Route:
    """A route of the cloud's network: packets for a range of Pod addresses go to an instance.

    Attributes:
        destination: the range, such as ``10.244.1.0/24``.
        node: the node whose instance they go to.
    """

    destination: str = ""
    node: str = ""


@model
class Disk:
    """A disk that can be attached to a machine.

    Attributes:
        name: its name in the cloud.
        size: how large it is.
        asked_at: when it was asked for, in microseconds since 1970.
        ready_at: when it is there.
        machines: the machines to which it is attached, and the moment from which each has it.
        wanted_back: the machines from which it is to be taken although they do not answer, and since when.
    """

    name: str = ""
    size: str = ""
    asked_at: int = 0
    ready_at: int = 0
    machines: FrozenMap[str, int] = FrozenMap()
    wanted_back: FrozenMap[str, int] = FrozenMap()


@model
class Cloud:
    """Everything that there is in the cloud.

    Attributes:
        instances: the machines by the names of their nodes.
        load_balancers: the load balancers by their owners.
        routes: the routes by the names of their nodes.
        disks: the disks by their names.
        addresses_used: how many addresses were given out so far.
    """

    instances: "Map[str, Instance]" = Map()
    load_balancers: "Map[str, LoadBalancer]" = Map()
    routes: "Map[str, Route]" = Map()
    disks: "Map[str, Disk]" = Map()
    addresses_used: int = 0

    def next_address(self) -> tuple[str, int]:
        """An address that no load balancer has, and how many were given out with it.

        Raises:
            StatusError: all addresses are in use.
        """
        taken = {balancer.address for balancer in self.load_balancers.values()}
        for count in range(self.addresses_used, self.addresses_used + ADDRESSES):
            address = f"203.0.113.{FIRST_ADDRESS + count % ADDRESSES}"
            if address not in taken:
                return address, count + 1
        raise StatusError(429, "TooManyRequests", "the cloud has no free address")


def launched(cloud: Cloud, node: str, now: int) -> Cloud:
    """The cloud with an instance for a node."""
    return evolve(cloud, instances=cloud.instances.set(node, Instance(node=node, launched_at=now)))


def terminated(cloud: Cloud, node: str) -> Cloud:
    """The cloud without the instance of a node; its disks are free."""
    disks = cloud.disks
    for name in sorted(disks):
        disk = disks[name]
        if node in disk.machines:
            disks = disks.set(name, evolve(disk, machines=disk.machines.with_({node: None})))
    return evolve(cloud, instances=cloud.instances.delete(node), disks=disks)
