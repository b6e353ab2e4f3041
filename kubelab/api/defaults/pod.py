"""Defaults of Pods, Pod templates and what is in them.

In Kubernetes: `pkg/apis/core/v1/defaults.go` (``SetDefaults_Pod``, ``SetDefaults_PodSpec``, ``SetDefaults_Container``).

A `PodSpec` that was seen before costs one lookup: all Pods of a template share one defaulted specification.
"""

import re
from functools import lru_cache

from kubelab.api import quantity
from kubelab.api.core.container import Container, ContainerPort, EphemeralContainer
from kubelab.api.core.container_status import ContainerStatus
from kubelab.api.core.env import EnvVar
from kubelab.api.core.pod import Pod, PodSpec, PodTemplate, PodTemplateSpec
from kubelab.api.core.pod_status import PodIP, PodStatus
from kubelab.api.core.probe import GRPCAction, HTTPGetAction, Lifecycle, LifecycleHandler, Probe
from kubelab.api.core.projection import ObjectFieldSelector
from kubelab.api.core.resources import ResourceRequirements
from kubelab.api.core.security import PodSecurityContext
from kubelab.api.defaults.changes import added, changed, each, filled, optional, resource_list
from kubelab.api.defaults.volume import default_volume
from kubelab.api.memo import IdentityMemo
from kubelab.api.scalars import FrozenMap, Quantity

_SEEN = 8192
_template_specs: IdentityMemo[PodSpec] = IdentityMemo(_SEEN)
_pod_specs: IdentityMemo[PodSpec] = IdentityMemo(_SEEN)
_containers: IdentityMemo[Container] = IdentityMemo(_SEEN)

_IMAGE = re.compile(
    r"(?:(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[a-fA-F0-9:]+\])"
    r"(?::[0-9]+)?/)?"
    r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*"
    r"(?::(?P<tag>\w[\w.-]{0,127}))?"
    r"(?P<digest>@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?",
    re.ASCII,
)


@lru_cache(maxsize=1024)
def image_pull_policy(image: str) -> str:
    """When an image is pulled if nothing is said: ``Always`` for the tag ``latest`` or none, else ``IfNotPresent``."""
    found = _IMAGE.fullmatch(image)
    if found is None:
        return "IfNotPresent"
    tag = found["tag"] or ("" if found["digest"] else "latest")
    return "Always" if tag == "latest" else "IfNotPresent"


def default_pod(pod: Pod) -> Pod:
    """Fill in what a Pod leaves open."""
    spec = _pod_specs.get(pod.spec)
    if spec is None:
        spec = _default_spec_of_pod(pod.spec)
        _pod_specs.put(pod.spec, spec)
        _pod_specs.put(spec, spec)
    status = default_pod_status(pod.status)
    if spec is pod.spec and status is pod.status:
        return pod
    return changed(pod, spec=spec, status=status)


def default_template(template: PodTemplateSpec) -> PodTemplateSpec:
    """Fill in what a Pod template leaves open (less than for a Pod: no ``enableServiceLinks``, for one)."""
    return changed(template, spec=default_pod_spec(template.spec))


def default_pod_template(template: PodTemplate) -> PodTemplate:
    """Fill in what a PodTemplate object leaves open."""
    return changed(template, template=default_template(template.template))


def default_pod_spec(spec: PodSpec) -> PodSpec:
    """Fill in what every Pod specification gets, in a Pod or in a template."""
    known = _template_specs.get(spec)
    if known is None:
        known = _default_spec(spec)
        _template_specs.put(spec, known)
        _template_specs.put(known, known)
    return known


def _default_spec(spec: PodSpec) -> PodSpec:
    account = spec.service_account_name or spec.service_account
    spec = changed(
        spec,
        volumes=each(spec.volumes, default_volume),
        init_containers=each(spec.init_containers, default_container),
        containers=each(spec.containers, default_container),
        ephemeral_containers=each(spec.ephemeral_containers, _default_ephemeral_container),
        overhead=resource_list(spec.overhead),
        resources=optional(spec.resources, _default_resources),
        service_account_name=account,
        service_account=account,
        security_context=PodSecurityContext() if spec.security_context is None else spec.security_context,
        termination_grace_period_seconds=(
            30 if spec.termination_grace_period_seconds is None else spec.termination_grace_period_seconds
        ),
    )
    return filled(spec, dns_policy="ClusterFirst", restart_policy="Always", scheduler_name="default-scheduler")


def _default_spec_of_pod(spec: PodSpec) -> PodSpec:
    spec = changed(
        spec,
        containers=each(spec.containers, _request_the_limits),
        init_containers=each(spec.init_containers, _request_the_limits),
        enable_service_links=True if spec.enable_service_links is None else spec.enable_service_links,
    )
    spec = changed(spec, resources=_pod_level_resources(spec))
    if spec.host_network:
        spec = changed(
            spec,
            containers=each(spec.containers, _host_ports),
            init_containers=each(spec.init_containers, _host_ports),
        )
    return default_pod_spec(spec)


def _request_the_limits(container: Container) -> Container:
    resources = container.resources
    requests = added(resources.requests, resources.limits)
    return changed(container, resources=changed(resources, requests=requests))


def _host_ports(container: Container) -> Container:
    return changed(container, ports=each(container.ports, lambda port: filled(port, host_port=port.container_port)))


def _default_resources(resources: ResourceRequirements) -> ResourceRequirements:
    return changed(resources, limits=resource_list(resources.limits), requests=resource_list(resources.requests))


def default_container(container: Container) -> Container:
    """Fill in what a container leaves open: pull policy, termination message, ports, probes, hooks."""
    # A Pod that is bound has a specification of its own, with the containers of its template.
    known = _containers.get(container)
    if known is None:
        known = _default_container(container)
        _containers.put(container, known)
        _containers.put(known, known)
    return known


def _default_container(container: Container) -> Container:
    container = filled(
        container,
        image_pull_policy=container.image_pull_policy or image_pull_policy(container.image),
        termination_message_path="/dev/termination-log",
        termination_message_policy="File",
    )
    return changed(
        container,
        ports=each(container.ports, _default_port),
        env=each(container.env, _default_env),
        resources=_default_resources(container.resources),
        liveness_probe=optional(container.liveness_probe, _default_probe),
        readiness_probe=optional(container.readiness_probe, _default_probe),
        startup_probe=optional(container.startup_probe, _default_probe),
        lifecycle=optional(container.lifecycle, _default_lifecycle),
    )


def _default_ephemeral_container(container: EphemeralContainer) -> EphemeralContainer:
    return default_container(container)  # type: ignore[arg-type,return-value]


def _default_port(port: ContainerPort) -> ContainerPort:
    return filled(port, protocol="TCP")


def _default_env(env: EnvVar) -> EnvVar:
    source = env.value_from
    if source is None:
        return env
    file_key = source.file_key_ref
    if file_key is not None and file_key.optional is None:
        file_key = changed(file_key, optional=False)
    source = changed(source, field_ref=optional(source.field_ref, default_field_ref), file_key_ref=file_key)
    return changed(env, value_from=source)


def default_field_ref(selector: ObjectFieldSelector) -> ObjectFieldSelector:
    """Fill in the API version of a reference to a field of the Pod."""
    return filled(selector, api_version="v1")


def _default_probe(probe: Probe) -> Probe:
    probe = filled(probe, timeout_seconds=1, period_seconds=10, success_threshold=1, failure_threshold=3)
    return changed(
        probe, http_get=optional(probe.http_get, _default_http_get), grpc=optional(probe.grpc, _default_grpc)
    )


def _default_http_get(action: HTTPGetAction) -> HTTPGetAction:
    return filled(action, path="/", scheme="HTTP")


def _default_grpc(action: GRPCAction) -> GRPCAction:
    return changed(action, service="") if action.service is None else action


def _default_lifecycle(lifecycle: Lifecycle) -> Lifecycle:
    return changed(
        lifecycle,
        post_start=optional(lifecycle.post_start, _default_hook),
        pre_stop=optional(lifecycle.pre_stop, _default_hook),
    )


def _default_hook(hook: LifecycleHandler) -> LifecycleHandler:
    return changed(hook, http_get=optional(hook.http_get, _default_http_get))


def default_pod_status(status: PodStatus) -> PodStatus:
    """Keep ``podIP`` and the first of ``podIPs`` alike, and round what the status says of resources."""
    pod_ips = status.pod_ips
    if status.pod_ip and not pod_ips:
        pod_ips = (PodIP(ip=status.pod_ip),)
    if not (status.container_statuses or status.init_container_statuses or pod_ips or status.allocated_resources):
        return status
    return changed(
        status,
        pod_ips=pod_ips,
        pod_ip=pod_ips[0].ip if pod_ips else "",
        init_container_statuses=each(status.init_container_statuses, _default_container_status),
        container_statuses=each(status.container_statuses, _default_container_status),
        ephemeral_container_statuses=each(status.ephemeral_container_statuses, _default_container_status),
        allocated_resources=resource_list(status.allocated_resources),
        resources=optional(status.resources, _default_resources),
    )


def _default_container_status(status: ContainerStatus) -> ContainerStatus:
    if not status.allocated_resources and status.resources is None:
        return status
    return changed(
        status,
        allocated_resources=resource_list(status.allocated_resources),
        resources=optional(status.resources, _default_resources),
    )


def supports_pod_level(resource: str) -> bool:
    """Whether a Pod as a whole may ask for this resource: cpu, memory and huge pages."""
    return resource in ("cpu", "memory") or resource.startswith("hugepages-")


def aggregated(spec: PodSpec, which: str) -> FrozenMap[str, Quantity]:
    """The ``requests`` or ``limits`` of a Pod's containers together: the sum, or what an init container needs if more.

    In Kubernetes: `component-helpers/resource` (``AggregateContainerRequests``, ``AggregateContainerLimits``).
    """
    total: dict[str, Quantity] = {}
    for container in spec.containers:
        _add(total, getattr(container.resources, which))
    sidecars: dict[str, Quantity] = {}
    highest: dict[str, Quantity] = {}
    for container in spec.init_containers:
        amounts: FrozenMap[str, Quantity] = getattr(container.resources, which)
        if container.restart_policy == "Always":
            _add(total, amounts)
            _add(sidecars, amounts)
            _raise(highest, sidecars)
        else:
            needed = dict(sidecars)
            _add(needed, amounts)
            _raise(highest, needed)
    _raise(total, highest)
    return FrozenMap(total)


def _add(total: dict[str, Quantity], amounts: dict[str, Quantity]) -> None:
    for name, amount in amounts.items():
        total[name] = quantity.add(total[name], amount) if name in total else amount


def _raise(total: dict[str, Quantity], amounts: dict[str, Quantity]) -> None:
    for name, amount in amounts.items():
        if name not in total or quantity.milli(amount) > quantity.milli(total[name]):
            total[name] = amount


def _pod_level_resources(spec: PodSpec) -> ResourceRequirements | None:
    resources = spec.resources
    if resources is None:
        return None
    if resources.limits or resources.requests:
        huge = {
            name: amount
            for name, amount in aggregated(spec, "limits").items()
            if name.startswith("hugepages-") and name not in resources.requests
        }
        resources = changed(resources, limits=added(resources.limits, huge))
    if resources.limits:
        asked = {name: amount for name, amount in aggregated(spec, "requests").items() if name in ("cpu", "memory")}
        limits = {name: amount for name, amount in resources.limits.items() if supports_pod_level(name)}
        resources = changed(resources, requests=added(added(resources.requests, asked), limits))
    return resources
