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
    """A port of a Service, by its name or number.

    Attributes:
        name: its name.
        number: or its number.
    """

    name: str = ""
    number: int = 0


@model
class IngressServiceBackend:
    """A Service that requests are sent to.

    Attributes:
        name: of the Service.
        port: of the Service.
    """

    name: str = field(default="", always=True)
    port: ServiceBackendPort = ServiceBackendPort()


@model
class IngressBackend:
    """Where requests are sent: a Service, or another object that the controller knows.

    Attributes:
        service: a Service and its port.
        resource: another object, in the same namespace.
    """

    service: IngressServiceBackend | None = None
    resource: TypedLocalObjectReference | None = None


@model
class HTTPIngressPath:
    """Requests whose path fits, and where they are sent.

    Attributes:
        path: of the request's address.
        path_type: whether it must be exactly that, begin with it, or as the controller sees fit.
        backend: where such requests go.
    """

    path: str = ""
    path_type: str | None = field(default=None, always=True, go="v1.PathType")
    backend: IngressBackend = IngressBackend()


@model
class HTTPIngressRuleValue:
    """The paths of a host.

    Attributes:
        paths: the longest that fits counts.
    """

    paths: tuple[HTTPIngressPath, ...] = field(default=(), always=True)


@model
class IngressRuleValue:
    """What a rule does; HTTP is all there is."""

    http: HTTPIngressRuleValue | None = None


@model
class IngressRule(IngressRuleValue):
    """What to do with requests for one host.

    Attributes:
        http: where its requests go, by path.
        host: its name; "" means any, ``*.example.com`` any one below it.
    """

    host: str = ""


@model
class IngressTLS:
    """Hosts and the Secret with their certificate.

    Attributes:
        hosts: the names in the certificate.
        secret_name: the Secret with certificate and key.
    """

    hosts: tuple[str, ...] = ()
    secret_name: str = ""


@model
class IngressSpec:
    """Which requests are sent where, and by which controller.

    Attributes:
        ingress_class_name: the class, and so the controller; absent means the default one.
        default_backend: where requests go that fit no rule.
        tls: certificates.
        rules: by host.
    """

    ingress_class_name: str | None = None
    default_backend: IngressBackend | None = None
    tls: tuple[IngressTLS, ...] = ()
    rules: tuple[IngressRule, ...] = ()


@model
class IngressPortStatus:
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
class IngressLoadBalancerIngress:
    """An address under which an Ingress is reached.

    Attributes:
        ip: an address.
        hostname: or a name.
        ports: what is served there.
    """

    ip: str = ""
    hostname: str = ""
    ports: tuple[IngressPortStatus, ...] = ()


@model
class IngressLoadBalancerStatus:
    """All addresses under which an Ingress is reached.

    Attributes:
        ingress: one entry for each.
    """

    ingress: tuple[IngressLoadBalancerIngress, ...] = ()


@model
class IngressStatus:
    """What is known about an Ingress.

    Attributes:
        load_balancer: its addresses.
    """

    load_balancer: IngressLoadBalancerStatus = IngressLoadBalancerStatus()


@model
class Ingress:
    """Rules by which HTTP requests from outside reach Services.

    Attributes:
        metadata: its identity.
        spec: the rules.
        status: under which addresses it is reached.
    """

    api_version: ClassVar[str] = "networking.k8s.io/v1"
    kind: ClassVar[str] = "Ingress"

    metadata: ObjectMeta = ObjectMeta()
    spec: IngressSpec = IngressSpec()
    status: IngressStatus = IngressStatus()


@model
class IngressClassParametersReference:
    """An object with settings of an Ingress controller.

    Attributes:
        api_group: of the kind; absent means the core group.
        kind: of the object.
        name: of the object.
        scope: whether it lives in a namespace.
        namespace: in which.
    """

    api_group: str | None = None
    kind: str = field(default="", always=True)
    name: str = field(default="", always=True)
    scope: str | None = field(default=None, always=True)
    namespace: str | None = None


@model
class IngressClassSpec:
    """Which controller serves a class, and with which settings.

    Attributes:
        controller: such as ``k8s.io/ingress-nginx``.
        parameters: an object with settings.
    """

    controller: str = ""
    parameters: IngressClassParametersReference | None = None


@model
class IngressClass:
    """A kind of Ingress; names the controller that serves it.

    Attributes:
        metadata: its identity.
        spec: whose it is.
    """

    api_version: ClassVar[str] = "networking.k8s.io/v1"
    kind: ClassVar[str] = "IngressClass"

    metadata: ObjectMeta = ObjectMeta()
    spec: IngressClassSpec = IngressClassSpec()


@model
class IPBlock:
    """A range of addresses, without some ranges in it.

    Attributes:
        cidr: the range, such as ``10.0.0.0/8``.
        except_: ranges within it that are not meant.
    """

    cidr: str = field(default="", always=True)
    except_: tuple[str, ...] = ()


@model
class NetworkPolicyPeer:
    """The other side of a connection: Pods, namespaces, or a range of addresses.

    Attributes:
        pod_selector: Pods with these labels.
        namespace_selector: in namespaces with these labels; absent means the policy's own.
        ip_block: or addresses in this range.
    """

    pod_selector: LabelSelector | None = None
    namespace_selector: LabelSelector | None = None
    ip_block: IPBlock | None = None


@model
class NetworkPolicyPort:
    """Ports for which a rule holds.

    Attributes:
        protocol: TCP if nothing is said.
        port: its number or name; absent means all.
        end_port: the last port of a range.
    """

    protocol: str | None = field(default=None, go="v1.Protocol", values=("TCP", "UDP", "SCTP"))
    port: IntOrString | None = None
    end_port: int | None = None


@model
class NetworkPolicyEgressRule:
    """Connections that Pods may open.

    Attributes:
        ports: to which ports; none means all.
        to: to whom; none means everybody.
    """

    ports: tuple[NetworkPolicyPort, ...] = ()
    to: tuple[NetworkPolicyPeer, ...] = ()


@model
class NetworkPolicyIngressRule:
    """Connections that Pods may accept.

    Attributes:
        ports: on which ports; none means all.
        from_: from whom; none means everybody.
    """

    ports: tuple[NetworkPolicyPort, ...] = ()
    from_: tuple[NetworkPolicyPeer, ...] = ()


@model
class NetworkPolicySpec:
    """Which Pods are meant, and what they may accept and open.

    Attributes:
        pod_selector: the Pods that it limits; empty means all of the namespace.
        ingress: what they may accept.
        egress: what they may open.
        policy_types: which of the two directions it limits.
    """

    pod_selector: LabelSelector = LabelSelector()
    ingress: tuple[NetworkPolicyIngressRule, ...] = ()
    egress: tuple[NetworkPolicyEgressRule, ...] = ()
    policy_types: tuple[str, ...] = field(default=(), go="[]v1.PolicyType", values=("Ingress", "Egress"))


@model
class NetworkPolicy:
    """Limits the connections of Pods; a Pod that no policy means is not limited.

    Attributes:
        metadata: its identity.
        spec: for whom, and what is allowed.
    """

    api_version: ClassVar[str] = "networking.k8s.io/v1"
    kind: ClassVar[str] = "NetworkPolicy"

    metadata: ObjectMeta = ObjectMeta()
    spec: NetworkPolicySpec = NetworkPolicySpec()
