"""FILL module."""

from typing import ClassVar

from kubelab.api.core.reference import TypedLocalObjectReference
from kubelab.api.meta import LabelSelector, ObjectMeta
from kubelab.api.model import field, model
from kubelab.api.scalars import IntOrString


@model
class ServiceBackendPort:
    """FILL ServiceBackendPort."""

    name: str = ""
    number: int = 0


@model
class IngressServiceBackend:
    """FILL IngressServiceBackend."""

    name: str = field(default="", always=True)
    port: ServiceBackendPort = ServiceBackendPort()


@model
class IngressBackend:
    """FILL IngressBackend."""

    service: IngressServiceBackend | None = None
    resource: TypedLocalObjectReference | None = None


@model
class HTTPIngressPath:
    """FILL HTTPIngressPath."""

    path: str = ""
    path_type: str | None = field(default=None, always=True, go="v1.PathType")
    backend: IngressBackend = IngressBackend()


@model
class HTTPIngressRuleValue:
    """FILL HTTPIngressRuleValue."""

    paths: tuple[HTTPIngressPath, ...] = field(default=(), always=True)


@model
class IngressRuleValue:
    """FILL IngressRuleValue."""

    http: HTTPIngressRuleValue | None = None


@model
class IngressRule(IngressRuleValue):
    """FILL IngressRule."""

    host: str = ""


@model
class IngressTLS:
    """FILL IngressTLS."""

    hosts: tuple[str, ...] = ()
    secret_name: str = ""


@model
class IngressSpec:
    """FILL IngressSpec."""

    ingress_class_name: str | None = None
    default_backend: IngressBackend | None = None
    tls: tuple[IngressTLS, ...] = ()
    rules: tuple[IngressRule, ...] = ()


@model
class IngressPortStatus:
    """FILL IngressPortStatus."""

    port: int = field(default=0, always=True)
    protocol: str = field(default="", always=True, go="v1.Protocol", values=("TCP", "UDP", "SCTP"))
    error: str | None = None


@model
class IngressLoadBalancerIngress:
    """FILL IngressLoadBalancerIngress."""

    ip: str = ""
    hostname: str = ""
    ports: tuple[IngressPortStatus, ...] = ()


@model
class IngressLoadBalancerStatus:
    """FILL IngressLoadBalancerStatus."""

    ingress: tuple[IngressLoadBalancerIngress, ...] = ()


@model
class IngressStatus:
    """FILL IngressStatus."""

    load_balancer: IngressLoadBalancerStatus = IngressLoadBalancerStatus()


@model
class Ingress:
    """FILL Ingress."""

    api_version: ClassVar[str] = "networking.k8s.io/v1"
    kind: ClassVar[str] = "Ingress"

    metadata: ObjectMeta = ObjectMeta()
    spec: IngressSpec = IngressSpec()
    status: IngressStatus = IngressStatus()


@model
class IngressClassParametersReference:
    """FILL IngressClassParametersReference."""

    api_group: str | None = None
    kind: str = field(default="", always=True)
    name: str = field(default="", always=True)
    scope: str | None = field(default=None, always=True)
    namespace: str | None = None


@model
class IngressClassSpec:
    """FILL IngressClassSpec."""

    controller: str = ""
    parameters: IngressClassParametersReference | None = None


@model
class IngressClass:
    """FILL IngressClass."""

    api_version: ClassVar[str] = "networking.k8s.io/v1"
    kind: ClassVar[str] = "IngressClass"

    metadata: ObjectMeta = ObjectMeta()
    spec: IngressClassSpec = IngressClassSpec()


@model
class IPBlock:
    """FILL IPBlock."""

    cidr: str = field(default="", always=True)
    except_: tuple[str, ...] = ()


@model
class NetworkPolicyPeer:
    """FILL NetworkPolicyPeer."""

    pod_selector: LabelSelector | None = None
    namespace_selector: LabelSelector | None = None
    ip_block: IPBlock | None = None


@model
class NetworkPolicyPort:
    """FILL NetworkPolicyPort."""

    protocol: str | None = field(default=None, go="v1.Protocol", values=("TCP", "UDP", "SCTP"))
    port: IntOrString | None = None
    end_port: int | None = None


@model
class NetworkPolicyEgressRule:
    """FILL NetworkPolicyEgressRule."""

    ports: tuple[NetworkPolicyPort, ...] = ()
    to: tuple[NetworkPolicyPeer, ...] = ()


@model
class NetworkPolicyIngressRule:
    """FILL NetworkPolicyIngressRule."""

    ports: tuple[NetworkPolicyPort, ...] = ()
    from_: tuple[NetworkPolicyPeer, ...] = ()


@model
class NetworkPolicySpec:
    """FILL NetworkPolicySpec."""

    pod_selector: LabelSelector = LabelSelector()
    ingress: tuple[NetworkPolicyIngressRule, ...] = ()
    egress: tuple[NetworkPolicyEgressRule, ...] = ()
    policy_types: tuple[str, ...] = field(default=(), go="[]v1.PolicyType", values=("Ingress", "Egress"))


@model
class NetworkPolicy:
    """FILL NetworkPolicy."""

    api_version: ClassVar[str] = "networking.k8s.io/v1"
    kind: ClassVar[str] = "NetworkPolicy"

    metadata: ObjectMeta = ObjectMeta()
    spec: NetworkPolicySpec = NetworkPolicySpec()
