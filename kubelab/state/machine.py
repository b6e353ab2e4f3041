"""What really runs on a machine: images, Pod sandboxes, containers and the rules that kube-proxy wrote.

None of this is in etcd. The kubelet changes it through its container runtime, and only its reports reach the
API server, so the two can differ: that difference is what the kubelet works on.

A container's process is played, not run: when it will exit, and with what code, is known from the moment it
starts (`ContainerProcess.exits_at`), so that its state is a function of the clock.

Source: the container runtime interface (CRI), kubelet `pkg/kubelet/container`.
"""

import attrs
from immutables import Map

from kubelab.api.model import field, model
from kubelab.api.scalars import FrozenMap
from kubelab.state.content import File, MountedVolume, Variable


@model
class ContainerProcess:
    """A container that the runtime has started, and what becomes of it.

    Attributes:
        id: the runtime's id, without its ``containerd://``.
        image: the image it was made from.
        attempt: 0 for the first start, counted up with every restart.
        started_at: microseconds since 1970.
        exits_at: when the process ends by itself (or because it was told to), or None when it runs until it is told.
        exit_code: the code it will end (or has ended) with.
        reason: ``Completed``, ``Error`` or ``OOMKilled``: what the runtime will say of the end.
        stopping: when it was told to stop, or None.
        last_words: what it writes last before it ends by itself with an error, where that is known.
        environment: its variables, as they were when it was started; they never change.
        service_links: the variables for the Services of its Namespace, which come after those.
        copies: the files of mounts with a subPath, by their mount path: copied when it was started, never written anew.
    """

    id: str = ""
    image: str = ""
    attempt: int = 0
    started_at: int = 0
    exits_at: int | None = None
    exit_code: int = 0
    reason: str = ""
    stopping: int | None = None
    last_words: str = ""
    environment: tuple[Variable, ...] = field(default=(), hidden=True)
    service_links: tuple[Variable, ...] = field(default=(), hidden=True)
    copies: FrozenMap[str, tuple[File, ...]] = field(default=FrozenMap(), hidden=True)

    def running(self, now: int) -> bool:
        """Whether the process is alive at `now`."""
        return self.exits_at is None or now < self.exits_at


@model
class Pull:
    """An image on its way to the machine, for one container.

    Attributes:
        image: which image.
        asked_at: when the kubelet asked for it.
        begins_at: when its turn comes: a machine pulls one image after another.
        done_at: when it is there, or when the pull fails.
        error: why it cannot be pulled, or "".
    """

    image: str = ""
    asked_at: int = 0
    begins_at: int = 0
    done_at: int = 0
    error: str = ""

    @property
    def fails(self) -> bool:
        """Whether it cannot be pulled."""
        return bool(self.error)


@model
class BackOff:
    """How long to wait before something is tried again; each time it fails, twice as long.

    Attributes:
        delay: how long, in microseconds.
        updated_at: when it last failed.
        error: why it failed, where that is told while it waits.
    """

    delay: int = 0
    updated_at: int = 0
    error: str = ""


@model
class Sandbox:
    """A Pod on its machine: the network namespace that its containers share (kept by the pause container).

    Attributes:
        namespace: the Pod's namespace.
        name: the Pod's name.
        uid: the Pod's uid.
        ip: its address; the machine's own address is "".
        started_at: microseconds since 1970.
        stopped_at: when it was stopped for good, so that its address is free again, or None.
        containers: the newest process of each container, init containers included, by the container's name.
        previous: the process before that one.
        pulls: for each container the pull of its image that is under way, or done and not used yet.
        pull_back_off: for each container whose image could not be pulled: when to try again.
        restart_back_off: for each container that was restarted: how long to wait before the next restart.
        stopping: when the Pod was told to stop, or None.
        volumes: the volumes whose files the kubelet makes out of ConfigMaps, Secrets, facts and tokens, by their names.
    """

    namespace: str = ""
    name: str = ""
    uid: str = ""
    ip: str = ""
    started_at: int = 0
    stopped_at: int | None = None
    containers: FrozenMap[str, ContainerProcess] = FrozenMap()
    previous: FrozenMap[str, ContainerProcess] = FrozenMap()
    pulls: FrozenMap[str, Pull] = FrozenMap()
    pull_back_off: FrozenMap[str, BackOff] = FrozenMap()
    restart_back_off: FrozenMap[str, BackOff] = FrozenMap()
    stopping: int | None = None
    volumes: FrozenMap[str, MountedVolume] = FrozenMap()


@model
class ServiceRules:
    """What kube-proxy wrote on a node for one port of a Service.

    Attributes:
        service: namespace/name of the Service.
        port_name: the name of the port, or "".
        protocol: TCP, UDP or SCTP.
        cluster_ip: the virtual address that is translated.
        port: the port at that address (and at the external ones).
        node_port: the port on every node, or 0.
        external_ips: the addresses of ``spec.externalIPs``, which are translated, too.
        load_balancer_ips: the addresses of the load balancer, which are translated on the node itself.
        source_ranges: who may use the addresses of the load balancer; everybody when empty.
        health_check_node_port: where a load balancer asks whether this node has endpoints, or 0.
        affinity: ``ClientIP`` or ``None``.
        affinity_seconds: how long a client keeps its endpoint.
        internal_local: only endpoints on this node serve traffic from inside (internalTrafficPolicy Local).
        external_local: only endpoints on this node serve traffic from outside (externalTrafficPolicy Local).
        backends: ``address:port`` of each endpoint that this node may choose under the policy Cluster.
        local_backends: those that it may choose under the policy Local; empty where no policy is Local.
        has_endpoints: whether any endpoint in the cluster could serve; if not, connections are refused.
        synced_at: when kube-proxy wrote this, in microseconds since 1970; it does not tell two rule sets apart.
    """

    service: str = ""
    port_name: str = ""
    protocol: str = "TCP"
    cluster_ip: str = ""
    port: int = 0
    node_port: int = 0
    external_ips: tuple[str, ...] = ()
    load_balancer_ips: tuple[str, ...] = ()
    source_ranges: tuple[str, ...] = ()
    health_check_node_port: int = 0
    affinity: str = "None"
    affinity_seconds: int = 0
    internal_local: bool = False
    external_local: bool = False
    backends: tuple[str, ...] = ()
    local_backends: tuple[str, ...] = ()
    has_endpoints: bool = False
    synced_at: int = attrs.field(default=0, eq=False)

    @property
    def internal_backends(self) -> tuple[str, ...]:
        """The endpoints for connections to the cluster address."""
        return self.local_backends if self.internal_local else self.backends

    @property
    def external_backends(self) -> tuple[str, ...]:
        """The endpoints for connections from outside: to the node port, an external address or the load balancer."""
        return self.local_backends if self.external_local else self.backends


@model
class Machine:
    """One machine of the cluster.

    Attributes:
        name: the name of its node.
        powered: whether the machine is on; off means that nothing on it runs.
        booted_at: when it was last switched on; no sandbox is older than that.
        silent_since: the moment from which the kubelet sends no heartbeat (stopped, or the machine is off), or None.
        runtime_down: whether its container runtime is stopped: what runs goes on, and nothing begins or ends.
        images: the images on its disk and their size in bytes.
        images_since: when each of them came.
        pulling: the images on their way, and the moment at which each is there.
        sandboxes: the Pods on it by their uid.
        addresses: the Pod addresses in use, and the uid that holds each.
        last_address: the newest number given out of the Pod network, so that addresses are not reused at once.
        pulling_until: the moment at which the image pulls under way are done (they happen one after another).
        rules: what kube-proxy wrote, by ``namespace/name`` of the Service.
        lost_routes: the destinations of the routes that are missing from its table, in order.
    """

    name: str = ""
    powered: bool = True
    booted_at: int = 0
    silent_since: int | None = None
    runtime_down: bool = False
    images: FrozenMap[str, int] = FrozenMap()
    images_since: FrozenMap[str, int] = FrozenMap()
    pulling: FrozenMap[str, int] = FrozenMap()
    sandboxes: "Map[str, Sandbox]" = Map()
    addresses: "Map[str, str]" = Map()
    last_address: int = 1
    pulling_until: int = 0
    rules: "Map[str, tuple[ServiceRules, ...]]" = Map()
    lost_routes: tuple[str, ...] = ()
