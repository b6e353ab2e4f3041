"""Which Pods stand behind a Service, and at which ports: what EndpointSlices and Endpoints are both made from.

Source: `k8s.io/endpointslice/util/controller_utils.go`, `k8s.io/endpointslice/utils.go`.
"""

from collections.abc import Iterator

from kubelab.api.clocktime import text_of
from kubelab.api.core.pod import Pod
from kubelab.api.core.service import Service, ServicePort
from kubelab.state.pods import is_pod_ready, is_pod_terminal
from kubelab.state.snapshot import Change, ObjectKey, View, key_of

HEADLESS_LABEL = "service.kubernetes.io/headless"
"""On what is made for a Service without a cluster address."""

LAST_CHANGE_TRIGGER_TIME = "endpoints.kubernetes.io/last-change-trigger-time"
"""The annotation that says since when what is written now has been due."""


def services_touched(change: Change) -> Iterator[ObjectKey]:
    """The Services whose endpoints a changed Pod may change.

    Where only its labels have changed, those that select it now and did before have nothing to do.
    """
    before: Pod | None = change.before
    after: Pod | None = change.after
    namespace = change.key.namespace
    if before is None or after is None:
        pod = after or before
        if pod is not None:
            yield from services_of(change.view, namespace, pod)
        return
    changed = endpoint_changed(before, after)
    moved = before.metadata.labels != after.metadata.labels or _hostname(before) != _hostname(after)
    if moved:
        old, new = set(services_of(change.view, namespace, before)), set(services_of(change.view, namespace, after))
        yield from sorted(old | new if changed else old ^ new)
    elif changed:
        yield from services_of(change.view, namespace, after)


def services_of(view: View, namespace: str, pod: Pod) -> Iterator[ObjectKey]:
    """The Services that select a Pod."""
    labels = pod.metadata.labels.items()
    for service in view.list("Service", namespace):
        selector = service.spec.selector
        if selector and selector.items() <= labels:
            yield key_of(service)


def endpoint_changed(before: Pod, after: Pod) -> bool:
    """Whether a Pod has changed as an endpoint: deleted, ended, ready, not ready, another address."""
    return (
        before.metadata.deletion_timestamp != after.metadata.deletion_timestamp
        or is_pod_terminal(before) != is_pod_terminal(after)
        or is_pod_ready(before) != is_pod_ready(after)
        or addresses(before) != addresses(after)
    )


def _hostname(pod: Pod) -> tuple[str, str]:
    return pod.spec.hostname, pod.spec.subdomain


def pods_of(view: View, service: Service) -> list[Pod]:
    """The Pods that a Service selects, in the order of their names."""
    return view.labelled("Pod", service.metadata.namespace, service.spec.selector)


def gets_endpoints(service: Service) -> bool:
    """Whether endpoints are made for a Service; without a selector, somebody else makes them."""
    return service.spec.type != "ExternalName" and bool(service.spec.selector)


def should_pod_be_in_endpoints(pod: Pod, *, include_terminating: bool) -> bool:
    """Whether a Pod can be an endpoint: it has an address and has not ended."""
    if is_pod_terminal(pod) or not (pod.status.pod_ip or pod.status.pod_ips):
        return False
    return include_terminating or pod.metadata.deletion_timestamp is None


def addresses(pod: Pod) -> tuple[str, ...]:
    """The IPv4 addresses of a Pod."""
    if not pod.status.pod_ips:
        return (pod.status.pod_ip,) if pod.status.pod_ip else ()
    return tuple(entry.ip for entry in pod.status.pod_ips if ":" not in entry.ip)


def find_port(pod: Pod, port: ServicePort) -> int | None:
    """The number of the Pod's port behind a port of the Service; None when no container names it."""
    target = port.target_port
    if isinstance(target, int):
        return target
    sidecars = (c for c in pod.spec.init_containers if c.restart_policy == "Always")
    for container in (*pod.spec.containers, *sidecars):
        for candidate in container.ports:
            if candidate.name == target and candidate.protocol == port.protocol:
                return candidate.container_port
    return None


def endpoint_hostname(pod: Pod, service: Service) -> str:
    """The name under which DNS knows the Pod within the Service, or ""."""
    return pod.spec.hostname if pod.spec.subdomain == service.metadata.name else ""


def has_cluster_ip(service: Service) -> bool:
    """Whether the Service has an address of its own; otherwise it is headless."""
    return service.spec.cluster_ip not in ("", "None")


def trigger_time(service: Service, changed: list[Pod], *, first: bool) -> str | None:
    """Since when a write has been due, as text: since the Service exists, or since the first of the Pods changed.

    Args:
        service: the Service.
        changed: the Pods whose endpoints are added or changed.
        first: whether nothing has been written for the Service before.
    """
    if first:
        created = service.metadata.creation_timestamp
        return None if created is None else text_of(created)
    moments = [
        c.last_transition_time
        for pod in changed
        for c in pod.status.conditions
        if c.type == "Ready" and c.last_transition_time is not None
    ]
    return text_of(min(moments)) if moments else None
