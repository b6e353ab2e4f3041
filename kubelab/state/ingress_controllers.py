"""The Ingress controllers that there are, and what makes them different: one row each.

Two sorts: some are proxies that run in the cluster, as Pods, and have one address for all Ingresses, that of the
proxy's own Service; others let the cloud provide a load balancer in front of the cluster that reads requests.

They also differ in how a request gets from there to a Pod (`Implementation.reaches`):

=============  ====================================================================================================
``endpoints``  the proxy knows the endpoints of every Service and connects to them itself: kube-proxy has no say
``service``    the proxy connects to the cluster address of the Service, so that kube-proxy's rules choose
``node port``  the load balancer connects to the node port of the Service on some node (targets of type instance)
``pods``       the load balancer connects to the Pods, by the routes of the cloud's network
=============  ====================================================================================================

**In Kubernetes:** each is a project of its own: ingress-nginx, haproxytech/kubernetes-ingress, emissary-ingress,
EnRoute, aws-load-balancer-controller, application-gateway-kubernetes-ingress.
"""

from typing import Final

import attrs

from kubelab.api.scalars import FrozenMap
from kubelab.state.snapshot import ObjectKey


@attrs.frozen
class Implementation:
    """One Ingress controller.

    Attributes:
        name: how a program calls it: ``ingress nginx``.
        actor: what it is called, as in ``kubectl get events``.
        controller: what its IngressClass names as its controller.
        ingress_class: the name of its IngressClass.
        image: of the proxy that runs in the cluster, or "" where the cloud has a load balancer for it.
        per_ingress: whether the cloud makes a load balancer for each Ingress, or one that all of them share.
        domain: under which the load balancer has a name, or "" where it has an address.
        finalizer: what keeps an Ingress until its load balancer is gone, or "".
        sync: the reason and the message of the Event when it takes an Ingress on, or ().
        done: the same when the Ingress is served, or ().
        source: who such an Event is from, where that is not `actor`.
        reaches: how a request gets to a Pod: ``endpoints``, ``service``, ``node port`` or ``pods``.
        without_endpoints: the status of its answer where a Service has no endpoint that is ready.
    """

    name: str
    actor: str
    controller: str
    ingress_class: str
    image: str = ""
    per_ingress: bool = False
    domain: str = ""
    finalizer: str = ""
    sync: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    source: str = ""
    reaches: str = "endpoints"
    without_endpoints: int = 503

    @property
    def in_cloud(self) -> bool:
        """Whether it needs a cloud: it is no proxy in the cluster."""
        return not self.image


IMPLEMENTATIONS: Final[dict[str, Implementation]] = {
    each.name: each
    for each in (
        Implementation(
            name="nginx",
            actor="nginx-ingress-controller",
            controller="k8s.io/ingress-nginx",
            ingress_class="nginx",
            image="ingress-nginx/controller:v1.13.0",
            sync=("Sync", "Scheduled for sync"),
        ),
        Implementation(
            name="haproxy",
            actor="haproxy-ingress-controller",
            controller="haproxy.org/ingress-controller/haproxy",
            ingress_class="haproxy",
            image="haproxytech/kubernetes-ingress:3.1",
        ),
        Implementation(
            name="ambassador",
            actor="ambassador",
            controller="getambassador.io/ingress-controller",
            ingress_class="ambassador",
            image="emissaryingress/emissary:3.9.1",
            reaches="service",
        ),
        Implementation(
            name="enroute",
            actor="enroute",
            controller="enroute.saaras.io/ingress-controller",
            ingress_class="enroute",
            image="saarasio/enroute-gwi:v0.11.0",
        ),
        Implementation(
            name="aws-alb",
            actor="aws-load-balancer-controller",
            controller="ingress.k8s.aws/alb",
            ingress_class="alb",
            per_ingress=True,
            domain="us-east-1.elb.amazonaws.com",
            finalizer="ingress.k8s.aws/resources",
            done=("SuccessfullyReconciled", "Successfully reconciled"),
            source="ingress",
            reaches="node port",
        ),
        Implementation(
            name="application-gateway",
            actor="application-gateway-ingress-controller",
            controller="azure/application-gateway",
            ingress_class="azure-application-gateway",
            reaches="pods",
            without_endpoints=502,
        ),
    )
}
"""All of them by their names."""


def namespace_of(this: Implementation) -> str:
    """The Namespace of a proxy."""
    return f"ingress-{this.name}"


def proxy_name(this: Implementation) -> str:
    """What the Deployment and the Service of a proxy are called."""
    return f"{namespace_of(this)}-controller"


def labels(this: Implementation) -> FrozenMap[str, str]:
    """The labels of a proxy's Pods."""
    return FrozenMap({"app.kubernetes.io/name": namespace_of(this)})


def owner_of(this: Implementation, ingress: ObjectKey) -> ObjectKey:
    """For what the load balancer is made: for the Ingress itself, or for the class, so that all Ingresses share it."""
    return ingress if this.per_ingress else ObjectKey("IngressClass", "", this.ingress_class)


def hostname_of(this: Implementation, name: str, address: str) -> str:
    """The name under which a load balancer is known, or "" where it is known by its address only."""
    return f"{name}-{address.replace('.', '')}.{this.domain}" if this.domain else ""
