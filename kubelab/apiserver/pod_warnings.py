"""What the API server says of Pods and templates of Pods that it accepts.

**In Kubernetes:** `pkg/api/pod/warnings.go`, `pkg/api/node/util.go`, `pkg/api/persistentvolumeclaim/util.go`.

**Simplified:** nothing is said of addresses in unusual forms, of annotations about AppArmor and single containers, and
of overlapping files in projected volumes.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from kubelab.api.meta import ObjectMeta
from kubelab.api.quantity import milli
from kubelab.api.validation.names import label_value

MATCHES_NOTHING = "a null labelSelector results in matching no pod"
SECCOMP = "seccomp.security.alpha.kubernetes.io/pod"

NODE_LABELS = {
    "beta.kubernetes.io/arch": 'deprecated since v1.14; use "kubernetes.io/arch" instead',
    "beta.kubernetes.io/os": 'deprecated since v1.14; use "kubernetes.io/os" instead',
    "failure-domain.beta.kubernetes.io/region": 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
    "failure-domain.beta.kubernetes.io/zone": 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
    "beta.kubernetes.io/instance-type": 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
    "app.kubernetes.io/created-by": "deprecated since v1.9",
    "scheduler.alpha.kubernetes.io/preferAvoidPods": "deprecated since v1.22; use Taints and Tolerations instead",
    "node-role.kubernetes.io/master": 'use "node-role.kubernetes.io/control-plane" instead',
}
"""Labels of Nodes that are to be used no longer, and what instead."""

ANNOTATIONS = {
    "scheduler.alpha.kubernetes.io/critical-pod": (
        'non-functional in v1.16+; use the "priorityClassName" field instead'
    ),
    "security.alpha.kubernetes.io/sysctls": 'non-functional in v1.11+; use the "sysctls" field instead',
    "security.alpha.kubernetes.io/unsafe-sysctls": 'non-functional in v1.11+; use the "sysctls" field instead',
}
"""Annotations that once meant something, and what does now."""

VOLUMES = {
    "photon_persistent_disk": ("photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+"),
    "git_repo": ("gitRepo", "deprecated in v1.11, and disabled by default in v1.33+"),
    "scale_io": ("scaleIO", "deprecated in v1.16, non-functional in v1.22+"),
    "flocker": ("flocker", "deprecated in v1.22, non-functional in v1.25+"),
    "storageos": ("storageOS", "deprecated in v1.22, non-functional in v1.25+"),
    "quobyte": ("quobyte", "deprecated in v1.22, non-functional in v1.25+"),
    "glusterfs": ("glusterfs", "deprecated in v1.25, non-functional in v1.26+"),
    "cephfs": ("cephfs", "deprecated in v1.28, non-functional in v1.31+"),
    "rbd": ("rbd", "deprecated in v1.28, non-functional in v1.31+"),
}
"""Sources of volumes that are on their way out: the field, its name, and what is said."""


def of_pod(meta: ObjectMeta, spec: Any, before: str = "") -> Iterator[str]:
    """What there is to say of a Pod or a template of Pods.

    Args:
        meta: its metadata.
        spec: its specification.
        before: where both are, such as ``spec.template.``.
    """
    path = f"{before}spec"
    placed = [
        *((c, f"{path}.initContainers[{n}]") for n, c in enumerate(spec.init_containers)),
        *((c, f"{path}.containers[{n}]") for n, c in enumerate(spec.containers)),
    ]
    yield from _labels_of_nodes(spec, path)
    for index, constraint in enumerate(spec.topology_spread_constraints):
        here = f"{path}.topologySpreadConstraints[{index}]"
        if why := NODE_LABELS.get(constraint.topology_key):
            yield f"{here}.topologyKey: {constraint.topology_key} is {why}"
        if constraint.label_selector is None:
            yield f"{here}.labelSelector: {MATCHES_NOTHING}"
    for key, why in ANNOTATIONS.items():
        if key in meta.annotations:
            yield f"{before}metadata.annotations[{key}]: {why}"
    for index, volume in enumerate(spec.volumes):
        for field, (name, why) in VOLUMES.items():
            if getattr(volume, field) is not None:
                yield f"{path}.volumes[{index}].{name}: {why}"
        if volume.ephemeral is not None and volume.ephemeral.volume_claim_template is not None:
            here = f"{path}.volumes[{index}].ephemeral.volumeClaimTemplate.spec"
            yield from of_claim(volume.ephemeral.volume_claim_template.spec, here)
    yield from _overlaps(spec.volumes)
    yield from _twice((alias.ip for alias in spec.host_aliases), f"{path}.hostAliases", "ip")
    yield from _twice((secret.name for secret in spec.image_pull_secrets), f"{path}.imagePullSecrets")
    for index, secret in enumerate(spec.image_pull_secrets):
        if not secret.name:
            yield f'{path}.imagePullSecrets[{index}].name: invalid empty name ""'
    filtered = spec.security_context is not None and spec.security_context.seccomp_profile is not None
    if SECCOMP in meta.annotations and not filtered:
        why = 'non-functional in v1.27+; use the "seccompProfile" field instead'
        yield f"{before}metadata.annotations[{SECCOMP}]: {why}"
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
    yield from _affinities(spec, path)


def of_claim(spec: Any, path: str) -> Iterator[str]:
    """What there is to say of what is asked of a volume."""
    for side in ("requests", "limits"):
        amount = getattr(spec.resources, side).get("storage")
        if amount is not None and milli(amount) % 1000:
            text = f'fractional byte value "{amount}" is invalid, must be an integer'
            yield f"{path}.resources.{side}[storage]: {text}"


def _labels_of_nodes(spec: Any, path: str) -> Iterator[str]:
    for key in sorted(spec.node_selector):
        if why := NODE_LABELS.get(key):
            yield f"{path}.nodeSelector[{key}]: {why}"
    chosen = None if spec.affinity is None else spec.affinity.node_affinity
    if chosen is None:
        return
    here = f"{path}.affinity.nodeAffinity"
    required = chosen.required_during_scheduling_ignored_during_execution
    for index, term in enumerate(() if required is None else required.node_selector_terms):
        at = f"{here}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[{index}]"
        yield from _term(term, at, False)
    for index, wish in enumerate(chosen.preferred_during_scheduling_ignored_during_execution):
        at = f"{here}.preferredDuringSchedulingIgnoredDuringExecution[{index}].preference"
        yield from _term(wish.preference, at, True)


def _term(term: Any, path: str, values: bool) -> Iterator[str]:
    for index, expression in enumerate(term.match_expressions):
        here = f"{path}.matchExpressions[{index}]"
        if why := NODE_LABELS.get(expression.key):
            yield f"{here}.key: {expression.key} is {why}"
        for place, value in enumerate(expression.values if values else ()):
            for text in label_value(value):
                yield f"{here}.values[{place}]: {value} is invalid, {text}"


def _affinities(spec: Any, path: str) -> Iterator[str]:
    for field, name in (("pod_affinity", "podAffinity"), ("pod_anti_affinity", "podAntiAffinity")):
        chosen = None if spec.affinity is None else getattr(spec.affinity, field)
        if chosen is None:
            continue
        for index, term in enumerate(chosen.required_during_scheduling_ignored_during_execution):
            if term.label_selector is None:
                here = f"{path}.affinity.{name}.requiredDuringSchedulingIgnoredDuringExecution[{index}]"
                yield f"{here}.labelSelector: {MATCHES_NOTHING}"
        for index, wish in enumerate(chosen.preferred_during_scheduling_ignored_during_execution):
            if wish.pod_affinity_term.label_selector is None:
                here = f"{path}.affinity.{name}.preferredDuringSchedulingIgnoredDuringExecution[{index}]"
                yield f"{here}.podAffinityTerm.labelSelector: {MATCHES_NOTHING}"


def _overlaps(volumes: Iterable[Any]) -> Iterator[str]:
    """Files of one volume that would lie in one another's place."""
    for volume in volumes:
        sources = (
            (volume.config_map, "ConfigMap", "name"),
            (volume.secret, "Secret", "secret_name"),
            (volume.downward_api, "DownwardAPI", ""),
        )
        for source, word, named in sources:
            title = f'{word} "{getattr(source, named)}"' if source is not None and named else word
            known: list[str] = []
            for item in () if source is None else source.items:
                path = item.path.rstrip("/")
                for other in known:
                    if f"{path}/".startswith(f"{other}/") or f"{other}/".startswith(f"{path}/"):
                        yield f'volume "{volume.name}" ({title}): overlapping paths: "{path}" with "{other}"'
                known.append(path)


def _twice(names: Iterable[str], path: str, field: str = "name") -> Iterator[str]:
    seen: set[str] = set()
    for place, name in enumerate(names):
        if name in seen:
            yield f'{path}[{place}].{field}: duplicate {field} "{name}"'
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
            if port.host_ip and not port.host_port:
                shown = f"Name:{port.name} HostPort:0 ContainerPort:{port.container_port} Protocol:{port.protocol}"
                yield f"{place}: hostIP set without hostPort: {{{shown} HostIP:{port.host_ip}}}"
            others = known.setdefault((port.container_port, port.protocol), [])
            for other, there in others:
                if (port.host_ip, port.host_port) == (other.host_ip, other.host_port):
                    yield f"{place}: duplicate port definition with {there}"
                elif not port.host_port or not other.host_port:
                    yield f"{place}: overlapping port definition with {there}"
                elif port.host_port == other.host_port and (not port.host_ip) != (not other.host_ip):
                    yield f"{place}: dangerously ambiguous port definition with {there}"
            others.append((port, place))
            if port.name in named:
                there = named[port.name]
                used = f"services and probes that select ports by name will use {there}"
                doubled.append(f'{place}: duplicate port name "{port.name}" with {there}, {used}')
            elif port.name:
                named[port.name] = place
    yield from doubled
