"""FILL module."""

from typing import ClassVar

from kubelab.api.core.reference import ObjectReference
from kubelab.api.meta import Condition, ObjectMeta
from kubelab.api.model import field, model
from kubelab.api.scalars import FrozenMap, IntOrString


@model
class ServicePort:
    """FILL ServicePort."""

    name: str = ""
    protocol: str = field(default="", go="v1.Protocol", values=("TCP", "UDP", "SCTP"))
    app_protocol: str | None = None
    port: int = field(default=0, always=True)
    target_port: IntOrString = field(default=0, always=True)
    node_port: int = 0


@model
class ClientIPConfig:
    """FILL ClientIPConfig."""

    timeout_seconds: int | None = None


@model
class SessionAffinityConfig:
    """FILL SessionAffinityConfig."""

    client_ip: ClientIPConfig | None = field(default=None, json="clientIP")


@model
class ServiceSpec:
    """FILL ServiceSpec."""

    ports: tuple[ServicePort, ...] = field(default=(), merge_key="port")
    selector: FrozenMap[str, str] = FrozenMap()
    cluster_ip: str = field(default="", json="clusterIP")
    cluster_ips: tuple[str, ...] = field(default=(), json="clusterIPs")
    type: str = field(default="", go="v1.ServiceType", values=("ClusterIP", "NodePort", "LoadBalancer", "ExternalName"))
    external_ips: tuple[str, ...] = field(default=(), json="externalIPs")
    session_affinity: str = field(default="", go="v1.ServiceAffinity", values=("ClientIP", "None"))
    load_balancer_ip: str = field(default="", json="loadBalancerIP")
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
    """FILL PortStatus."""

    port: int = field(default=0, always=True)
    protocol: str = field(default="", always=True, go="v1.Protocol", values=("TCP", "UDP", "SCTP"))
    error: str | None = None


@model
class LoadBalancerIngress:
    """FILL LoadBalancerIngress."""

    ip: str = ""
    hostname: str = ""
    ip_mode: str | None = field(default=None, go="v1.LoadBalancerIPMode", values=("VIP", "Proxy"))
    ports: tuple[PortStatus, ...] = ()


@model
class LoadBalancerStatus:
    """FILL LoadBalancerStatus."""

    ingress: tuple[LoadBalancerIngress, ...] = ()


@model
class ServiceStatus:
    """FILL ServiceStatus."""

    load_balancer: LoadBalancerStatus = LoadBalancerStatus()
    conditions: tuple[Condition, ...] = field(default=(), merge_key="type")


@model
class Service:
    """FILL Service."""

    api_version: ClassVar[str] = "v1"
    kind: ClassVar[str] = "Service"

    metadata: ObjectMeta = ObjectMeta()
    spec: ServiceSpec = ServiceSpec()
    status: ServiceStatus = ServiceStatus()


@model
class EndpointAddress:
    """FILL EndpointAddress."""

    ip: str = field(default="", always=True)
    hostname: str = ""
    node_name: str | None = None
    target_ref: ObjectReference | None = None


@model
class EndpointPort:
    """FILL EndpointPort."""

    name: str = ""
    port: int = field(default=0, always=True)
    protocol: str = field(default="", go="v1.Protocol", values=("TCP", "UDP", "SCTP"))
    app_protocol: str | None = None


@model
class EndpointSubset:
    """FILL EndpointSubset."""

    addresses: tuple[EndpointAddress, ...] = ()
    not_ready_addresses: tuple[EndpointAddress, ...] = ()
    ports: tuple[EndpointPort, ...] = ()


@model
class Endpoints:
    """FILL Endpoints."""

    api_version: ClassVar[str] = "v1"
    kind: ClassVar[str] = "Endpoints"

    metadata: ObjectMeta = ObjectMeta()
    subsets: tuple[EndpointSubset, ...] = ()
