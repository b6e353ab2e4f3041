"""Ways in from outside, and who may talk to whom: Ingresses and NetworkPolicies.

Source: `k8s.io/api/networking/v1`.
"""

from typing import ClassVar

from kubelab.api.core.reference import TypedLocalObjectReference
from kubelab.api.meta import LabelSelector, ObjectMeta
from kubelab.api.model import field, model
from kubelab.api.scalars import IntOrString


@model
class ServiceBackendPort:
    """A port of a Service, by its name or number."""

    name: str = ""
    number: int = 0


@model
class IngressServiceBackend:
    """A Service that requests are sent to."""

    name: str = field(default="", always=True)
    port: ServiceBackendPort = ServiceBackendPort()


@model
class IngressBackend:
    """Where requests are sent: a Service, or another object that the controller knows."""

    service: IngressServiceBackend | None = None
    resource: TypedLocalObjectReference | None = None


@model
class HTTPIngressPath:
    """Requests whose path fits, and where they are sent."""

    path: str = ""
    path_type: str | None = field(default=None, always=True, go="v1.PathType")
    backend: IngressBackend = IngressBackend()


@model
class HTTPIngressRuleValue:
    """The paths of a host."""

    paths: tuple[HTTPIngressPath, ...] = field(default=(), always=True)


@model
class IngressRuleValue:
    """What a rule does; HTTP is all there is."""

    http: HTTPIngressRuleValue | None = None


@model
class IngressRule(IngressRuleValue):
    """What to do with requests for one host."""

    host: str = ""


@model
class IngressTLS:
    """Hosts and the Secret with their certificate."""

    hosts: tuple[str, ...] = ()
    secret_name: str = ""


@model
class IngressSpec:
    """Which requests are sent where, and by which controller."""

    ingress_class_name: str | None = None
    default_backend: IngressBackend | None = None
    tls: tuple[IngressTLS, ...] = ()
    rules: tuple[IngressRule, ...] = ()


@model
class IngressPortStatus:
    """Whether a load balancer serves one port."""

    port: int = field(default=0, always=True)
    protocol: str = field(default="", always=True, go="v1.Protocol", values=("TCP", "UDP", "SCTP"))
    error: str | None = None


@model
class IngressLoadBalancerIngress:
    """An address under which an Ingress is reached."""

    ip: str = ""
    hostname: str = ""
    ports: tuple[IngressPortStatus, ...] = ()


@model
class IngressLoadBalancerStatus:
    """All addresses under which an Ingress is reached."""

    ingress: tuple[IngressLoadBalancerIngress, ...] = ()


@model
class IngressStatus:
    """What is known about an Ingress."""

    load_balancer: IngressLoadBalancerStatus = IngressLoadBalancerStatus()


@model
class Ingress:
    """Rules by which HTTP requests from outside reach Services."""

    api_version: ClassVar[str] = "networking.k8s.io/v1"
    kind: ClassVar[str] = "Ingress"

    metadata: ObjectMeta = ObjectMeta()
    spec: IngressSpec = IngressSpec()
    status: IngressStatus = IngressStatus()


@model
class IngressClassParametersReference:
    """An object with settings of an Ingress controller."""

    api_group: str | None = None
    kind: str = field(default="", always=True)
    name: str = field(default="", always=True)
    scope: str | None = field(default=None, always=True)
    namespace: str | None = None


@model
class IngressClassSpec:
    """Which controller serves a class, and with which settings."""

    controller: str = ""
    parameters: IngressClassParametersReference | None = None


@model
class IngressClass:
    """A kind of Ingress; names the controller that serves it."""

    api_version: ClassVar[str] = "networking.k8s.io/v1"
    kind: ClassVar[str] = "IngressClass"

    metadata: ObjectMeta = ObjectMeta()
    spec: IngressClassSpec = IngressClassSpec()


@model
class IPBlock:
    """A range of addresses, without some ranges in it."""

    cidr: str = field(default="", always=True)
    except_: tuple[str, ...] = ()


@model
class NetworkPolicyPeer:
    """The other side of a connection: Pods, namespaces, or a range of addresses."""

    pod_selector: LabelSelector | None = None
    namespace_selector: LabelSelector | None = None
    ip_block: IPBlock | None = None


@model
class NetworkPolicyPort:
    """Ports for which a rule holds."""

    protocol: str | None = field(default=None, go="v1.Protocol", values=("TCP", "UDP", "SCTP"))
    port: IntOrString | None = None
    end_port: int | None = None


@model
class NetworkPolicyEgressRule:
    """Connections that Pods may open."""

    ports: tuple[NetworkPolicyPort, ...] = ()
    to: tuple[NetworkPolicyPeer, ...] = ()


@model
class NetworkPolicyIngressRule:
    """Connections that Pods may accept."""

    ports: tuple[NetworkPolicyPort, ...] = ()
    from_: tuple[NetworkPolicyPeer, ...] = ()


@model
class NetworkPolicySpec:
    """Which Pods are meant, and what they may accept and open."""

    pod_selector: LabelSelector = LabelSelector()
    ingress: tuple[NetworkPolicyIngressRule, ...] = ()
    egress: tuple[NetworkPolicyEgressRule, ...] = ()
    policy_types: tuple[str, ...] = field(default=(), go="[]v1.PolicyType", values=("Ingress", "Egress"))


@model
class NetworkPolicy:
    """Limits the connections of Pods; a Pod that no policy means is not limited."""

    api_version: ClassVar[str] = "networking.k8s.io/v1"
    kind: ClassVar[str] = "NetworkPolicy"

    metadata: ObjectMeta = ObjectMeta()
    spec: NetworkPolicySpec = NetworkPolicySpec()
