"""What the API server accepts, and still says something about: the ``Warning`` headers of its answers.

**In Kubernetes:** the WarningsOnCreate and WarningsOnUpdate of `pkg/registry`, `pkg/api/pod/warnings.go`.

**Simplified:** the warnings about what people do meet; none about volume types and annotations of long ago.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from kubelab.api.quantity import milli
from kubelab.api.validation.names import is_label
from kubelab.state.snapshot import Object

NAMES_PODS = frozenset({"CronJob", "Deployment", "Job", "Pod", "ReplicaSet", "ReplicationController"})
"""Kinds whose names become those of Pods, and so hostnames."""

SURPRISING = "metadata.name: this is used in {}, which can result in surprising behavior; a DNS label is recommended: "

DEPRECATED = {
    "ComponentStatus": "v1 ComponentStatus is deprecated in v1.19+",
    "Endpoints": "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
}
"""What is said of kinds that are to be used no longer."""

INGRESS_CLASS = "kubernetes.io/ingress.class"

RECYCLED = (
    "spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach "
    "is to use dynamic provisioning."
)

TOKENS_LOGGED = (
    "spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible "
    "logging of tokens in volume attributes"
)


def warnings(obj: Object, old: Object | None) -> tuple[str, ...]:
    """What there is to say of an object that was created, or that replaces another."""
    if old is not None and old.metadata.generation == obj.metadata.generation and old.kind != "PersistentVolume":
        return ()
    return tuple(_all(obj, old is None))


def _all(obj: Object, new: bool) -> Iterator[str]:
    kind = obj.kind
    if new and kind in NAMES_PODS and (faults := is_label(obj.metadata.name)):
        use = "the Pod's hostname" if kind == "Pod" else "Pod names and hostnames"
        yield f"{SURPRISING.format(use)}[{' '.join(faults)}]"
    if new and kind == "Ingress" and INGRESS_CLASS in obj.metadata.annotations:
        yield f"annotation \"{INGRESS_CLASS}\" is deprecated, please use 'spec.ingressClassName' instead"
    if kind == "PersistentVolume" and obj.spec.persistent_volume_reclaim_policy == "Recycle":
        yield RECYCLED
    if kind == "CSIDriver" and obj.spec.token_requests and obj.spec.service_account_token_in_secrets is None:
        yield TOKENS_LOGGED
    if kind == "Service" and obj.spec.external_ips and obj.spec.cluster_ip != "None":
        yield "spec.externalIPs is deprecated and may no longer be implemented in some clusters"
    if kind == "Pod":
        yield from _pod(obj.spec, "spec")
    elif kind == "CronJob":
        yield from _pod(obj.spec.job_template.spec.template.spec, "spec.jobTemplate.spec.template.spec")
    elif kind in ("DaemonSet", "Deployment", "Job", "ReplicaSet", "ReplicationController", "StatefulSet"):
        template = obj.spec.template
        if template is not None:
            yield from _pod(template.spec, "spec.template.spec")


def _pod(spec: Any, path: str) -> Iterator[str]:
    placed = [
        *((c, f"{path}.initContainers[{n}]") for n, c in enumerate(spec.init_containers)),
        *((c, f"{path}.containers[{n}]") for n, c in enumerate(spec.containers)),
    ]
    yield from _twice((secret.name for secret in spec.image_pull_secrets), f"{path}.imagePullSecrets")
    for container, place in placed:
        for side in ("limits", "requests"):
            amounts = getattr(container.resources, side)
            for name in ("memory", "ephemeral-storage"):
                if name in amounts and milli(amounts[name]) % 1000:
                    text = f'fractional byte value "{amounts[name]}" is invalid, must be an integer'
                    yield f"{place}.resources.{side}[{name}]: {text}"
        yield from _hidden(container, place)
    yield from _ports(placed)
    if spec.termination_grace_period_seconds is not None and spec.termination_grace_period_seconds < 0:
        text = "must be >= 0; negative values are invalid and will be treated as 1"
        yield f"{path}.terminationGracePeriodSeconds: {text}"


def _twice(names: Iterable[str], path: str) -> Iterator[str]:
    seen: set[str] = set()
    for place, name in enumerate(names):
        if name in seen:
            yield f'{path}[{place}].name: duplicate name "{name}"'
        seen.add(name)


def _hidden(container: Any, path: str) -> Iterator[str]:
    """Variables that are defined again without using what they were before."""
    seen: set[str] = set()
    for place, variable in enumerate(container.env):
        before = f"$({variable.name})"
        kept = variable.value_from is None and variable.value != before and before in variable.value
        if variable.name in seen and not kept:
            text = f'hides previous definition of "{variable.name}", which may be dropped when using apply'
            yield f"{path}.env[{place}]: {text}"
        seen.add(variable.name)


def _ports(placed: list[tuple[Any, str]]) -> Iterator[str]:
    known: dict[tuple[int, str], list[tuple[Any, str]]] = {}
    named: dict[str, str] = {}
    doubled: list[str] = []
    for container, path in placed:
        for number, port in enumerate(container.ports):
            place = f"{path}.ports[{number}]"
            others = known.setdefault((port.container_port, port.protocol), [])
            for other, there in others:
                if (port.host_ip, port.host_port) == (other.host_ip, other.host_port):
                    yield f"{place}: duplicate port definition with {there}"
                elif not port.host_port or not other.host_port:
                    yield f"{place}: overlapping port definition with {there}"
            others.append((port, place))
            if port.name in named:
                there = named[port.name]
                used = f"services and probes that select ports by name will use {there}"
                doubled.append(f'{place}: duplicate port name "{port.name}" with {there}, {used}')
            elif port.name:
                named[port.name] = place
    yield from doubled
