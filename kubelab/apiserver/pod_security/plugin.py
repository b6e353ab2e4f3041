"""The admission plugin PodSecurity: Pods that a Namespace forbids are refused, templates of such Pods are warned of.

In Kubernetes: `k8s.io/pod-security-admission/admission`.
"""

from collections.abc import Mapping
from typing import Any

from kubelab.api.core.pod import PodSpec
from kubelab.api.scheme import Kind, by_kind
from kubelab.apiserver import refusals
from kubelab.apiserver.pod_security.evaluation import details, reasons, violations
from kubelab.apiserver.pod_security.levels import Policy, policy_of
from kubelab.state.snapshot import Object, ObjectKey, Snapshot, controller_of

TEMPLATED = frozenset(
    {"DaemonSet", "Deployment", "Job", "PodTemplate", "ReplicaSet", "ReplicationController", "StatefulSet"}
)
CHECKED_AT_ONCE = 3000
"""How many Pods are looked at when a Namespace becomes stricter."""


def confirm(snapshot: Snapshot, obj: Object, old: Object | None, kind: Kind) -> None:
    """Let a Pod into its Namespace, or a Namespace have its labels.

    Raises:
        StatusError: 403, the Pod has what its Namespace forbids; 422, a label makes no sense.
    """
    if obj.kind == "Namespace":
        errors = policy_of(obj.metadata.labels).errors
        if errors and (old is None or errors != policy_of(old.metadata.labels).errors):
            raise refusals.invalid(by_kind("Namespace"), obj.metadata.name, errors)
    elif obj.kind == "Pod" and (old is None or _matters(obj, old)):
        asked = _policy(snapshot, obj).enforce
        found = violations(asked, obj.metadata.annotations, obj.spec)
        if found:
            raise refusals.forbidden(kind, obj.metadata.name, f'violates PodSecurity "{asked}": {details(found)}')


def said(snapshot: Snapshot, obj: Object, old: Object | None) -> tuple[str, ...]:
    """What there is to warn of when an object is written.

    Args:
        snapshot: the state of the cluster.
        obj: the object as it is stored.
        old: the version that it replaces, or None.
    """
    if obj.kind == "Namespace":
        return () if old is None else _of_those_there(snapshot, obj, old)
    pod = _pod_of(obj)
    if pod is None or (obj.kind == "Pod" and old is not None and not _matters(obj, old)):
        return ()
    asked = _policy(snapshot, obj).warn
    found = violations(asked, *pod)
    return (f'would violate PodSecurity "{asked}": {details(found)}',) if found else ()


def _policy(snapshot: Snapshot, obj: Object) -> Policy:
    namespace = snapshot.objects.get(ObjectKey("Namespace", "", obj.metadata.namespace))
    return Policy() if namespace is None else policy_of(namespace.metadata.labels)


def _pod_of(obj: Object) -> tuple[Mapping[str, str], PodSpec] | None:
    """The annotations and the specification of the Pods that an object is or makes."""
    if obj.kind == "Pod":
        return obj.metadata.annotations, obj.spec
    template: Any = None
    if obj.kind == "CronJob":
        template = obj.spec.job_template.spec.template
    elif obj.kind in TEMPLATED:
        template = obj.template if obj.kind == "PodTemplate" else obj.spec.template
    return None if template is None else (template.metadata.annotations, template.spec)


def _matters(pod: Object, old: Object) -> bool:
    """Whether a change of a Pod can change what it may: it has other containers, or other images."""

    def images(of: Object) -> tuple[tuple[str, ...], ...]:
        spec = of.spec
        return tuple(
            tuple(c.image for c in containers)
            for containers in (spec.containers, spec.init_containers, spec.ephemeral_containers)
        )

    return images(pod) != images(old)


def _of_those_there(snapshot: Snapshot, namespace: Object, old: Object) -> tuple[str, ...]:
    """What those have who are there already, when a Namespace begins to forbid it."""
    new, before = policy_of(namespace.metadata.labels).enforce, policy_of(old.metadata.labels).enforce
    milder = new.version == before.version and new.strictness <= before.strictness
    if new == before or new.level == "privileged" or milder:
        return ()
    name = namespace.metadata.name
    pods = _one_of_each_first([snapshot.objects[key] for key in _pods(snapshot, name)])
    found: dict[str, list[str]] = {}
    for pod in pods[:CHECKED_AT_ONCE]:
        wrong = violations(new, pod.metadata.annotations, pod.spec)
        if wrong:
            found.setdefault(reasons(wrong), []).append(pod.metadata.name)
    texts = []
    if len(pods) > CHECKED_AT_ONCE:
        checked = f"the first {CHECKED_AT_ONCE} of {len(pods)} existing pods"
        texts.append(f"new PodSecurity enforce level only checked against {checked}")
    if found:
        texts.append(f'existing pods in namespace "{name}" violate the new PodSecurity enforce level "{new}"')
    return (*texts, *sorted(_counted(names, why) for why, names in found.items()))


def _pods(snapshot: Snapshot, namespace: str) -> list[ObjectKey]:
    return sorted(snapshot.index.get(("kind", "Pod", namespace), ()))


def _one_of_each_first(pods: list[Any]) -> list[Any]:
    """The Pods, with those put last whose owner has one that comes before them."""
    seen: set[str] = set()
    first, rest = [], []
    for pod in pods:
        owner = controller_of(pod.metadata)
        if owner is not None and owner.uid in seen:
            rest.append(pod)
            continue
        first.append(pod)
        if owner is not None:
            seen.add(owner.uid)
    return first + rest


def _counted(names: list[str], why: str) -> str:
    others = len(names) - 1
    more = f" (and {others} other pod{'' if others == 1 else 's'})" if others else ""
    return f"{min(names)}{more}: {why}"
