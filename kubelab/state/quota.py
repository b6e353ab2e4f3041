"""What objects use of the quotas of their Namespace, and which quotas count them.

A ResourceQuota limits how much of something all objects of a Namespace use together: what Pods ask for and may use,
how many objects of a kind there are, how much storage is claimed. The API server charges what is created, and the
resource quota controller counts anew what is there; both have to come to the same.

In Kubernetes: `pkg/quota/v1/evaluator/core`, `k8s.io/apiserver/pkg/quota/v1`.

**Simplified:** no devices (ResourceClaims), and no VolumeAttributesClass.
"""

from collections.abc import Iterable, Mapping

from kubelab.api.core.affinity import Affinity, PodAffinityTerm
from kubelab.api.core.container import Container
from kubelab.api.core.pod import Pod, PodSpec
from kubelab.api.core.quota import ResourceQuota, ScopedResourceSelectorRequirement
from kubelab.api.memo import IdentityMemo
from kubelab.api.pod_resources import pod_limits, pod_requests, says_pod_level
from kubelab.api.quantity import ZERO, Amount, add, parse, text_of, value
from kubelab.api.scalars import FrozenMap, Quantity
from kubelab.api.scheme import Kind, by_kind, every
from kubelab.state.snapshot import SECOND, Object, View

Usage = Mapping[str, Quantity]
"""How much of each resource of a quota."""

ONE = Quantity("1")
UNCOUNTED = ("Binding", "Event")
OTHER_NAMES = {
    "ConfigMap": "configmaps",
    "ResourceQuota": "resourcequotas",
    "ReplicationController": "replicationcontrollers",
    "Secret": "secrets",
}
"""The kinds that had a name of their own before there was ``count/…`` for all."""

COMPUTE = ("cpu", "memory", "ephemeral-storage")
POD_RESOURCES = frozenset(
    {"pods", "count/pods", *COMPUTE, *(f"{of}.{name}" for of in ("requests", "limits") for name in COMPUTE)}
)
SERVICE_RESOURCES = frozenset({"services", "count/services", "services.nodeports", "services.loadbalancers"})
CLAIM_RESOURCES = frozenset({"persistentvolumeclaims", "count/persistentvolumeclaims", "requests.storage"})
BY_STORAGE_CLASS = ".storageclass.storage.k8s.io/"
MUST_BE_SAID = frozenset({"cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"})
"""The resources that every container must name where a quota limits them."""


def quotas_of(view: View, namespace: str) -> list[ResourceQuota]:
    """The quotas of a Namespace, in order."""
    return view.list("ResourceQuota", namespace) if view.count("ResourceQuota", namespace) else []


def object_count(kind: Kind) -> str:
    """The name by which a quota limits how many objects of a kind there are: ``count/deployments.apps``."""
    return f"count/{kind.resource}"


def matching_resources(kind: Kind, names: Iterable[str]) -> list[str]:
    """Of the resources of a quota those that objects of a kind use (``MatchingResources``), in order."""
    if not kind.namespaced or kind.kind in UNCOUNTED:
        return []
    if kind.kind == "Pod":
        return sorted(name for name in names if name in POD_RESOURCES or _is_of_pods(name))
    if kind.kind == "Service":
        return sorted(name for name in names if name in SERVICE_RESOURCES)
    if kind.kind == "PersistentVolumeClaim":
        return sorted(name for name in names if name in CLAIM_RESOURCES or _is_of_claims(name))
    own = (object_count(kind), OTHER_NAMES.get(kind.kind, ""))
    return sorted(name for name in names if name in own)


def _is_of_pods(name: str) -> bool:
    if name.startswith(("hugepages-", "requests.hugepages-")):
        return True
    asked = name.removeprefix("requests.")
    return asked != name and "/" in asked and "kubernetes.io/" not in asked


def _is_of_claims(name: str) -> bool:
    return name.endswith((f"{BY_STORAGE_CLASS}persistentvolumeclaims", f"{BY_STORAGE_CLASS}requests.storage"))


# What one object uses


def usage(obj: Object, now: int) -> Usage:
    """What an object uses; `now` is in microseconds since 1970."""
    match obj.kind:
        case "Pod":
            return _pod(obj.spec) if is_charged(obj, now) else {"count/pods": ONE}
        case "Service":
            return _service(obj)
        case "PersistentVolumeClaim":
            return _claim(obj)
    own = {object_count(by_kind(obj.kind)): ONE}
    other = OTHER_NAMES.get(obj.kind)
    return own if other is None else {**own, other: ONE}


def is_charged(pod: Pod, now: int) -> bool:
    """Whether what a Pod asks for counts: not once it has ended, nor when it should have been gone long ago."""
    if pod.status.phase in ("Succeeded", "Failed"):
        return False
    meta = pod.metadata
    if meta.deletion_timestamp is None or meta.deletion_grace_period_seconds is None:
        return True
    return now <= (meta.deletion_timestamp + meta.deletion_grace_period_seconds) * SECOND


_used: "IdentityMemo[tuple[PodSpec, Usage]]" = IdentityMemo(limit=4096)


def _pod(spec: PodSpec) -> Usage:
    """What a Pod uses; the Pods of one template share their containers, and so the very same answer."""
    known = _used.get(spec.containers)
    if known is not None and (known[0].init_containers, known[0].resources, known[0].overhead) == (
        spec.init_containers,
        spec.resources,
        spec.overhead,
    ):
        return known[1]
    found = {"count/pods": ONE, **_compute(pod_requests(spec), pod_limits(spec))}
    return _used.put(spec.containers, (spec, found))[1]


def _compute(requests: Mapping[str, Quantity], limits: Mapping[str, Quantity]) -> dict[str, Quantity]:
    """What requests and limits count for, by the names of a quota (``podComputeUsageHelper``)."""
    found = {"pods": ONE}
    for name, amount in requests.items():
        if name in COMPUTE or name.startswith("hugepages-"):
            found[name] = found[f"requests.{name}"] = amount
        elif "/" in name and "kubernetes.io/" not in name:
            found[f"requests.{name}"] = amount
    found.update({f"limits.{name}": amount for name, amount in limits.items() if name in COMPUTE})
    return found


def missing(pod: Pod, names: Iterable[str]) -> str:
    """What containers do not say and must, since a quota limits it: ``limits.cpu for: c``; "" if all is said."""
    if says_pod_level(pod.spec):
        return ""
    unsaid: dict[str, set[str]] = {}
    for container in (*pod.spec.containers, *pod.spec.init_containers):
        for name in _unsaid(container, names):
            unsaid.setdefault(name, set()).add(container.name)
    return "; ".join(f"{name} for: {','.join(sorted(unsaid[name]))}" for name in sorted(unsaid))


def _unsaid(container: Container, names: Iterable[str]) -> Iterable[str]:
    said = _compute(container.resources.requests, container.resources.limits)
    return [name for name in names if name in MUST_BE_SAID and name not in said]


def _service(service: Object) -> Usage:
    spec = service.spec
    ports = 0
    if spec.type == "NodePort" or (spec.type == "LoadBalancer" and spec.allocate_load_balancer_node_ports is not False):
        ports = len(spec.ports)
    elif spec.type == "LoadBalancer":
        ports = sum(bool(port.node_port) for port in spec.ports)
    return {
        "count/services": ONE,
        "services": ONE,
        "services.nodeports": Quantity(str(ports)),
        "services.loadbalancers": ONE if spec.type == "LoadBalancer" else ZERO,
    }


def _claim(claim: Object) -> Usage:
    found = {"persistentvolumeclaims": ONE, "count/persistentvolumeclaims": ONE}
    asked = claim.spec.resources.requests.get("storage")
    if asked is not None:
        found["requests.storage"] = text_of(Amount(value(asked) * 10**9, parse(asked).notation))
    storage_class = claim.spec.storage_class_name
    if storage_class:
        by_class = {f"{storage_class}{BY_STORAGE_CLASS}{name}": q for name, q in found.items() if "count/" not in name}
        found.update(by_class)
    return found


# Which objects a quota counts


def counts(quota: ResourceQuota, obj: Object, hard: Iterable[str]) -> bool:
    """Whether a quota that limits `hard` counts an object: by what it uses, and by the quota's scopes."""
    return bool(matching_resources(by_kind(obj.kind), hard)) and in_scope(quota, obj)


def in_scope(quota: ResourceQuota, obj: Object) -> bool:
    """Whether an object meets all scopes of a quota; only Pods meet any."""
    return all(obj.kind == "Pod" and _meets(obj, scope) for scope in scopes_of(quota))


def scopes_of(quota: ResourceQuota) -> list[ScopedResourceSelectorRequirement]:
    """All scopes of a quota, those that are only named as conditions, too."""
    named = [ScopedResourceSelectorRequirement(scope_name=name, operator="Exists") for name in quota.spec.scopes]
    selector = quota.spec.scope_selector
    return named if selector is None else [*named, *selector.match_expressions]


def _meets(pod: Pod, scope: ScopedResourceSelectorRequirement) -> bool:
    match scope.scope_name:
        case "Terminating":
            return has_deadline(pod)
        case "NotTerminating":
            return not has_deadline(pod)
        case "BestEffort":
            return pod.status.qos_class == "BestEffort"
        case "NotBestEffort":
            return pod.status.qos_class != "BestEffort"
        case "PriorityClass":
            name = pod.spec.priority_class_name
            if scope.operator == "Exists":
                return bool(name)
            if scope.operator == "DoesNotExist":
                return not name
            return (name in scope.values) == (scope.operator == "In")
        case "CrossNamespacePodAffinity":
            return _crosses_namespaces(pod.spec.affinity)
    return False


def has_deadline(pod: Pod) -> bool:
    """Whether a Pod may only run for a limited time; scopes call that ``Terminating``."""
    return pod.spec.active_deadline_seconds is not None and pod.spec.active_deadline_seconds >= 0


def _crosses_namespaces(affinity: Affinity | None) -> bool:
    if affinity is None:
        return False
    terms: list[PodAffinityTerm] = []
    for part in (affinity.pod_affinity, affinity.pod_anti_affinity):
        if part is not None:
            terms += part.required_during_scheduling_ignored_during_execution
            terms += [each.pod_affinity_term for each in part.preferred_during_scheduling_ignored_during_execution]
    return any(term.namespaces or term.namespace_selector is not None for term in terms)


# What all objects use


def calculate_usage(view: View, quota: ResourceQuota) -> dict[str, Quantity]:
    """What the objects of a Namespace use of what a quota limits (``CalculateUsage``).

    Resources that no kind uses are left out.
    """
    hard, namespace = quota.spec.hard, quota.metadata.namespace
    found: dict[str, Quantity] = {}
    for kind in every():
        names = matching_resources(kind, hard)
        if names:
            found.update(_of_kind(view, quota, kind, namespace, names))
    return found


def _of_kind(view: View, quota: ResourceQuota, kind: Kind, namespace: str, names: Iterable[str]) -> dict[str, Quantity]:
    if kind.kind not in ("Pod", "Service", "PersistentVolumeClaim"):
        number = 0 if scopes_of(quota) else view.count(kind.kind, namespace)
        return {name: Quantity(str(number)) for name in names}
    # Pods of one template use the very same: they are counted, and only then multiplied.
    used: dict[int, tuple[Usage, int]] = {}
    for obj in view.list(kind.kind, namespace):
        if in_scope(quota, obj):
            each = usage(obj, view.now)
            used[id(each)] = (each, used.get(id(each), (each, 0))[1] + 1)
    return {name: add(*(times(each.get(name, ZERO), n) for each, n in used.values())) for name in names}


def times(quantity: str, number: int) -> Quantity:
    """A quantity several times over."""
    amount = parse(quantity)
    return text_of(Amount(amount.nano * number, amount.notation))


def plus(one: Usage, other: Usage) -> FrozenMap[str, Quantity]:
    """Both together, resource by resource."""
    return FrozenMap({n: add(one.get(n, ZERO), other.get(n, ZERO)) for n in sorted({*one, *other})})


def minus(one: Usage, other: Usage) -> dict[str, Quantity]:
    """What `one` is more than `other`; less than that counts as nothing."""
    left: dict[str, Quantity] = {}
    for name in sorted({*one, *other}):
        amount = parse(one.get(name, ZERO))
        rest = max(0, amount.nano - parse(other.get(name, ZERO)).nano)
        left[name] = text_of(Amount(rest, amount.notation))
    return left


def told(amounts: Usage) -> str:
    """Amounts as the API server writes them: ``pods=1,requests.cpu=250m``."""
    return ",".join(f"{name}={amounts[name]}" for name in sorted(amounts))
