"""What comes into a cluster with an Ingress controller: its IngressClass, and for a proxy the proxy itself.

The proxy is an application like any other: a Deployment, and a Service by which it is reached from outside. In a cloud
that Service is of type LoadBalancer; elsewhere it is of type NodePort.

**In Kubernetes:** the manifests or the Helm chart of each project.

**Simplified:** one replica, no webhook, no rights of its own, and no settings.
"""

from typing import Any

from kubelab.api.apps import Deployment, DeploymentSpec
from kubelab.api.core.container import Container, ContainerPort
from kubelab.api.core.namespace import Namespace
from kubelab.api.core.pod import PodSpec, PodTemplateSpec
from kubelab.api.core.service import Service, ServicePort, ServiceSpec
from kubelab.api.meta import LabelSelector, ObjectMeta
from kubelab.api.networking import IngressClass, IngressClassSpec
from kubelab.state.ingress_controllers import Implementation, labels, namespace_of, proxy_name

PORTS = (("http", 80), ("https", 443))
"""The ports of a proxy; an Ingress is about no other protocols."""


def installation(implementation: Implementation, cloud: bool) -> tuple[Any, ...]:
    """The objects that come with an Ingress controller, in an order in which they can be created."""
    ingress_class = IngressClass(
        metadata=ObjectMeta(name=implementation.ingress_class),
        spec=IngressClassSpec(controller=implementation.controller),
    )
    if implementation.in_cloud:
        return (ingress_class,)
    namespace = Namespace(metadata=ObjectMeta(name=namespace_of(implementation)))
    return (namespace, ingress_class, deployment(implementation), service(implementation, cloud))


def deployment(implementation: Implementation) -> Deployment:
    """The proxy."""
    chosen = labels(implementation)
    ports = tuple(ContainerPort(name=name, container_port=port, protocol="TCP") for name, port in PORTS)
    container = Container(name="controller", image=implementation.image, ports=ports)
    return Deployment(
        metadata=ObjectMeta(name=proxy_name(implementation), namespace=namespace_of(implementation), labels=chosen),
        spec=DeploymentSpec(
            replicas=1,
            selector=LabelSelector(match_labels=chosen),
            template=PodTemplateSpec(metadata=ObjectMeta(labels=chosen), spec=PodSpec(containers=(container,))),
        ),
    )


def service(implementation: Implementation, cloud: bool) -> Service:
    """The way to the proxy from outside."""
    ports = tuple(ServicePort(name=name, port=port, target_port=name, protocol="TCP") for name, port in PORTS)
    return Service(
        metadata=ObjectMeta(name=proxy_name(implementation), namespace=namespace_of(implementation)),
        spec=ServiceSpec(type="LoadBalancer" if cloud else "NodePort", selector=labels(implementation), ports=ports),
    )
