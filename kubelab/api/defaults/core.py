"""Defaults of the core group's kinds, besides what is inside a Pod or a volume.

In Kubernetes: `pkg/apis/core/v1/defaults.go`, and of `conversion.go` what decoding a manifest fills in.
"""

import base64
from collections.abc import Callable
from typing import Any

from kubelab.api.core.config import Secret
from kubelab.api.core.namespace import Namespace
from kubelab.api.core.node import Node
from kubelab.api.core.quota import LimitRange, LimitRangeItem, ResourceQuota
from kubelab.api.core.replicationcontroller import ReplicationController
from kubelab.api.core.service import (
    ClientIPConfig,
    Endpoints,
    EndpointSubset,
    LoadBalancerIngress,
    Service,
    ServicePort,
    ServiceSpec,
    SessionAffinityConfig,
)
from kubelab.api.defaults.changes import added, changed, each, filled, optional, resource_list
from kubelab.api.defaults.pod import default_pod, default_pod_template, default_template
from kubelab.api.defaults.volume import default_claim, default_persistent_volume
from kubelab.api.scalars import FrozenMap

_CLIENT_IP_SECONDS = 10800
_INTERNAL_TYPES = ("ClusterIP", "NodePort", "LoadBalancer")


def default_service(service: Service) -> Service:
    """Fill in what a Service leaves open: type, affinity, protocols, target ports, traffic policies."""
    spec = filled(service.spec, type="ClusterIP", session_affinity="None")
    spec = changed(spec, session_affinity_config=_affinity(spec), ports=each(spec.ports, _default_service_port))
    if externally_accessible(spec):
        spec = filled(spec, external_traffic_policy="Cluster")
    if spec.internal_traffic_policy is None and spec.type in _INTERNAL_TYPES:
        spec = changed(spec, internal_traffic_policy="Cluster")
    status = service.status
    if spec.type == "LoadBalancer":
        if spec.allocate_load_balancer_node_ports is None:
            spec = changed(spec, allocate_load_balancer_node_ports=True)
        balancer = changed(status.load_balancer, ingress=each(status.load_balancer.ingress, _default_ingress))
        status = changed(status, load_balancer=balancer)
    return changed(service, spec=spec, status=status)


def externally_accessible(spec: ServiceSpec) -> bool:
    """Whether a Service can be reached from outside: it has node ports, a load balancer or external addresses."""
    return spec.type in ("LoadBalancer", "NodePort") or (spec.type == "ClusterIP" and bool(spec.external_ips))


def _affinity(spec: ServiceSpec) -> SessionAffinityConfig | None:
    config = spec.session_affinity_config
    if spec.session_affinity == "None":
        return None
    if spec.session_affinity == "ClientIP" and (
        config is None or config.client_ip is None or config.client_ip.timeout_seconds is None
    ):
        return SessionAffinityConfig(client_ip=ClientIPConfig(timeout_seconds=_CLIENT_IP_SECONDS))
    return config


def _default_service_port(port: ServicePort) -> ServicePort:
    port = filled(port, protocol="TCP")
    return changed(port, target_port=port.port) if port.target_port in (0, "") else port


def _default_ingress(ingress: LoadBalancerIngress) -> LoadBalancerIngress:
    return changed(ingress, ip_mode="VIP") if ingress.ip and ingress.ip_mode is None else ingress


def default_replication_controller(controller: ReplicationController) -> ReplicationController:
    """Fill in replicas, and labels and selector from the template's labels."""
    spec = controller.spec
    template = optional(spec.template, default_template)
    labels = FrozenMap[str, str]() if template is None else template.metadata.labels
    spec = changed(
        spec,
        replicas=1 if spec.replicas is None else spec.replicas,
        selector=spec.selector or labels,
        template=template,
    )
    metadata = controller.metadata
    return changed(controller, metadata=changed(metadata, labels=metadata.labels or labels), spec=spec)


def default_secret(secret: Secret) -> Secret:
    """Fill in the type, and move `stringData` into `data`."""
    secret = filled(secret, type="Opaque")
    if not secret.string_data:
        return secret
    encoded = {key: base64.b64encode(text.encode()).decode() for key, text in secret.string_data.items()}
    return changed(secret, data=secret.data.with_(encoded), string_data=FrozenMap[str, str]())


def default_namespace(namespace: Namespace) -> Namespace:
    """Fill in the phase, and the label that carries the name."""
    metadata = namespace.metadata
    if metadata.name:
        metadata = changed(metadata, labels=metadata.labels.with_({"kubernetes.io/metadata.name": metadata.name}))
    return changed(namespace, metadata=metadata, status=filled(namespace.status, phase="Active"))


def default_node(node: Node) -> Node:
    """Fill in that all capacity is allocatable, and keep ``podCIDR`` and the first of ``podCIDRs`` alike."""
    spec, status = node.spec, node.status
    cidrs = (spec.pod_cidr, *spec.pod_cidrs[1:]) if spec.pod_cidr else spec.pod_cidrs
    spec = changed(spec, pod_cidrs=cidrs, pod_cidr=cidrs[0] if cidrs else "")
    capacity = resource_list(status.capacity)
    allocatable = resource_list(status.allocatable) if status.allocatable else capacity
    return changed(node, spec=spec, status=changed(status, capacity=capacity, allocatable=allocatable))


def default_endpoints(endpoints: Endpoints) -> Endpoints:
    """Fill in the protocol of each port."""

    def subset(subset: EndpointSubset) -> EndpointSubset:
        return changed(subset, ports=each(subset.ports, lambda port: filled(port, protocol="TCP")))

    return changed(endpoints, subsets=each(endpoints.subsets, subset))


def default_limit_range(limits: LimitRange) -> LimitRange:
    """Fill in for containers: the maximum as the default limit, that or the minimum as the default request."""

    def item(item: LimitRangeItem) -> LimitRangeItem:
        if item.type == "Container":
            item = changed(item, default=added(item.default, item.max))
            item = changed(item, default_request=added(added(item.default_request, item.default), item.min))
        return changed(
            item,
            max=resource_list(item.max),
            min=resource_list(item.min),
            default=resource_list(item.default),
            default_request=resource_list(item.default_request),
            max_limit_request_ratio=resource_list(item.max_limit_request_ratio),
        )

    return changed(limits, spec=changed(limits.spec, limits=each(limits.spec.limits, item)))


def default_resource_quota(quota: ResourceQuota) -> ResourceQuota:
    """Round the amounts of a quota."""
    status = quota.status
    status = changed(status, hard=resource_list(status.hard), used=resource_list(status.used))
    return changed(quota, spec=changed(quota.spec, hard=resource_list(quota.spec.hard)), status=status)


DEFAULTS: dict[str, Callable[[Any], Any]] = {
    "Pod": default_pod,
    "PodTemplate": default_pod_template,
    "ReplicationController": default_replication_controller,
    "Service": default_service,
    "Secret": default_secret,
    "Namespace": default_namespace,
    "Node": default_node,
    "Endpoints": default_endpoints,
    "LimitRange": default_limit_range,
    "ResourceQuota": default_resource_quota,
    "PersistentVolume": default_persistent_volume,
    "PersistentVolumeClaim": default_claim,
}
"""The function that fills in each kind; a kind that is missing has no defaults."""
