"""The Ingress controllers that there are, and what makes them different: one row each.

Two sorts: some are proxies that run in the cluster, as Pods, and have one address for all Ingresses, that of the
proxy's own Service; others let the cloud provide a load balancer in front of the cluster that reads requests.

**In Kubernetes:** each is a project of its own: ingress-nginx, haproxytech/kubernetes-ingress, emissary-ingress,
EnRoute, aws-load-balancer-controller, application-gateway-kubernetes-ingress.
"""

from typing import Final

import attrs


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
        ),
        Implementation(
            name="application-gateway",
            actor="application-gateway-ingress-controller",
            controller="azure/application-gateway",
            ingress_class="azure-application-gateway",
        ),
    )
}
"""All of them by their names."""
