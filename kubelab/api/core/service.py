"""Services: a lasting name and address for a changing set of Pods, and the older list of what is behind them.

Source: `k8s.io/api/core/v1` (``Service``, ``Endpoints``).
"""

from typing import ClassVar

from kubelab.api.core.reference import ObjectReference
from kubelab.api.meta import Condition, ObjectMeta
from kubelab.api.model import field, model
from kubelab.api.scalars import FrozenMap, IntOrString


@model
class ServicePort:
    """A port of a Service and where it leads.

    Attributes:
        name: unique in the Service; needed when there are several ports.
        protocol: TCP if nothing is said.
        app_protocol: what is spoken on top of it, as a hint for proxies.
        port: on which the Service answers.
        target_port: number, or name of a port of the Pods; the same as `port` if nothing is said.
        node_port: on which every node answers, for the types that have one; 0 lets the API server choose.
    """

    name: str = ""
    protocol: str = field(default="", go="v1.Protocol", values=("TCP", "UDP", "SCTP"))
    app_protocol: str | None = None
    port: int = field(default=0, always=True)
    target_port: IntOrString = field(default=0, always=True)
    node_port: int = 0


@model
class ClientIPConfig:
    """For how long a client stays with the same Pod.

    Attributes:
        timeout_seconds: counted from its last connection.
    """

    timeout_seconds: int | None = None


@model
class SessionAffinityConfig:
    """The details of session affinity.

    Attributes:
        client_ip: for the affinity ``ClientIP``.
    """

    client_ip: ClientIPConfig | None = field(default=None, json="clientIP")


@model
class ServiceSpec:
    """How a Service is reached and which Pods stand behind it.

    Attributes:
        ports: on which it answers.
        selector: labels of the Pods behind it; none leaves its endpoints to someone else.
        cluster_ip: its address in the cluster; ``None`` makes it headless, "" lets the API server choose.
        cluster_ips: all its addresses, at most one of each family; the first is `cluster_ip`.
        type: how far it reaches.
        external_ips: further addresses on which nodes take its traffic.
        session_affinity: whether a client stays with the same Pod.
        load_balancer_ip: the address wished for from the cloud; superseded by annotations.
        load_balancer_source_ranges: whose traffic the cloud's load balancer lets in.
        external_name: the DNS name it stands for, with type ``ExternalName``.
        external_traffic_policy: whether traffic from outside may be sent on to other nodes.
        health_check_node_port: on which nodes tell the load balancer whether they have Pods of it.
        publish_not_ready_addresses: whether Pods count before they are ready.
        session_affinity_config: for how long a client stays.
        ip_families: of its addresses.
        ip_family_policy: whether it has addresses of both families.
        allocate_load_balancer_node_ports: whether type ``LoadBalancer`` gets node ports too.
        load_balancer_class: whose load balancer is asked for.
        internal_traffic_policy: whether traffic from within may be sent on to other nodes.
        traffic_distribution: whether Pods near the client are preferred.
    """

    ports: tuple[ServicePort, ...] = field(default=(), merge_key="port")
    selector: FrozenMap[str, str] = FrozenMap()
    cluster_ip: str = field(default="", json="clusterIP")
    cluster_ips: tuple[str, ...] = field(default=(), json="clusterIPs")
    type: str = field(default="", go="v1.ServiceType", values=("ClusterIP", "NodePort", "LoadBalancer", "ExternalName"))
    external_ips: tuple[str, ...] = field(default=(), json="externalIPs")
    session_affinity: str = field(default="", go="v1.ServiceAffinity", values=("ClientIP", "None"))
    load_balancer_ip: str = field(default="", json="loadBalancerIP", inert=True)
    load_balancer_source_ranges: tuple[str, ...] = ()
    external_name: str = ""
    external_traffic_policy: str = field(default="", go="v1.ServiceExternalTrafficPolicy", values=("Cluster", "Local"))
    health_check_node_port: int = 0
    publish_not_ready_addresses: bool = False
    session_affinity_config: SessionAffinityConfig | None = None
    ip_families: tuple[str, ...] = field(default=(), go="[]v1.IPFamily", values=("IPv4", "IPv6", ""))
    ip_family_policy: str | None = field(
        default=None, go="v1.IPFamilyPolicy", values=("SingleStack", "PreferDualStack", "RequireDualStack")
    )
    allocate_load_balancer_node_ports: bool | None = None
    load_balancer_class: str | None = None
    internal_traffic_policy: str | None = field(
        default=None, go="v1.ServiceInternalTrafficPolicy", values=("Cluster", "Local")
    )
    traffic_distribution: str | None = None


@model
class PortStatus:
    """Whether a load balancer serves one port.

    Attributes:
        port: its number.
        protocol: of the port.
        error: why it is not served, as one word.
    """

    port: int = field(default=0, always=True)
    protocol: str = field(default="", always=True, go="v1.Protocol", values=("TCP", "UDP", "SCTP"))
    error: str | None = None


@model
class LoadBalancerIngress:
    """A way in from outside.

    Attributes:
        ip: the address, where the load balancer has one.
        hostname: the name, where it has none.
        ip_mode: whether the load balancer delivers to the node as itself or as a proxy.
        ports: and whether each is served.
    """

    ip: str = ""
    hostname: str = ""
    ip_mode: str | None = field(default=None, go="v1.LoadBalancerIPMode", values=("VIP", "Proxy"))
    ports: tuple[PortStatus, ...] = ()


@model
class LoadBalancerStatus:
    """What the cloud has provided.

    Attributes:
        ingress: the ways in.
    """

    ingress: tuple[LoadBalancerIngress, ...] = ()


@model
class ServiceStatus:
    """What is known about a Service.

    Attributes:
        load_balancer: what the cloud has provided.
        conditions: what is and is not the case.
    """

    load_balancer: LoadBalancerStatus = LoadBalancerStatus()
    conditions: tuple[Condition, ...] = field(default=(), merge_key="type")


@model
class Service:
    """A lasting name and address for the Pods that its selector means.

    Attributes:
        metadata: its identity; its name is a name in the cluster's DNS.
        spec: how it is reached and what stands behind it.
        status: what the cloud has provided.
    """

    api_version: ClassVar[str] = "v1"
    kind: ClassVar[str] = "Service"

    metadata: ObjectMeta = ObjectMeta()
    spec: ServiceSpec = ServiceSpec()
    status: ServiceStatus = ServiceStatus()


@model
class EndpointAddress:
    """One address behind a Service.

    Attributes:
        ip: the address.
        hostname: under which it is published in DNS.
        node_name: where it is.
        target_ref: the Pod.
    """

    ip: str = field(default="", always=True)
    hostname: str = ""
    node_name: str | None = None
    target_ref: ObjectReference | None = None


@model
class EndpointPort:
    """One port behind a Service.

    Attributes:
        name: of the Service's port.
        port: the number at the addresses.
        protocol: of the port.
        app_protocol: what is spoken on top of it.
    """

    name: str = ""
    port: int = field(default=0, always=True)
    protocol: str = field(default="", go="v1.Protocol", values=("TCP", "UDP", "SCTP"))
    app_protocol: str | None = None


@model
class EndpointSubset:
    """Addresses that share the same ports.

    Attributes:
        addresses: that are ready.
        not_ready_addresses: that are not.
        ports: at every one of the addresses.
    """

    addresses: tuple[EndpointAddress, ...] = ()
    not_ready_addresses: tuple[EndpointAddress, ...] = ()
    ports: tuple[EndpointPort, ...] = ()


@model
class Endpoints:
    """All addresses behind a Service in one object; `kubelab.api.discovery` has its successor.

    Attributes:
        metadata: named as the Service.
        subsets: the addresses, grouped by their ports.
    """

    api_version: ClassVar[str] = "v1"
    kind: ClassVar[str] = "Endpoints"

    metadata: ObjectMeta = ObjectMeta()
    subsets: tuple[EndpointSubset, ...] = ()
