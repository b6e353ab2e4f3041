"""Admission: what the API server adds to an object, or refuses, after it was read and before it is validated.

The plugins that a kubeadm cluster has switched on and that this simulation needs, in their order:
NamespaceLifecycle, LimitRanger, ServiceAccount, TaintNodesByCondition, PodSecurity, Priority, DefaultTolerationSeconds,
StorageObjectInUseProtection, RuntimeClass, DefaultStorageClass, PersistentVolumeClaimResize, DefaultIngressClass,
PodTopologyLabels, ResourceQuota.

`admit_create` completes a new object before it is validated. `confirm` asks those that only say yes or no, after it
was: by then a name that the server makes is known, which is why only their refusals name it in full.

Source: `plugin/pkg/admission/*`.

**Simplified:** the volume with a Pod's token has the same generated name in all Pods of one template. A Pod that
comes before the `default` ServiceAccount of its namespace is let in at once, where a real server waits up to a second
for it.
"""

from kubelab.api.core.affinity import Toleration
from kubelab.api.core.container import Container
from kubelab.api.core.pod import Pod, PodSpec
from kubelab.api.core.reference import LocalObjectReference
from kubelab.api.core.volume import (
    ConfigMapProjection,
    DownwardAPIProjection,
    DownwardAPIVolumeFile,
    KeyToPath,
    ObjectFieldSelector,
    ProjectedVolumeSource,
    ServiceAccountTokenProjection,
    Volume,
    VolumeMount,
    VolumeProjection,
)
from kubelab.api.memo import IdentityMemo
from kubelab.api.meta import ObjectMeta
from kubelab.api.model import evolve
from kubelab.api.quantity import compare
from kubelab.api.scheduling import PriorityClass
from kubelab.api.scheme import Kind, by_kind
from kubelab.apiserver import names
from kubelab.apiserver.limit_ranger import complaint, fill_in, limit_ranges
from kubelab.apiserver.pod_security import plugin as pod_security
from kubelab.apiserver.refusals import forbidden, not_found
from kubelab.apiserver.resource_quota import Charges, check
from kubelab.apiserver.runtime_class import with_runtime_class
from kubelab.apiserver.topology_labels import with_topology_labels
from kubelab.errors import Cause
from kubelab.state.ingress_class import ANNOTATION
from kubelab.state.ingress_class import DEFAULT_CLASS as DEFAULT_INGRESS_CLASS
from kubelab.state.snapshot import Object, ObjectKey, Snapshot

TOKEN_MOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
TOKEN_SECONDS = 3607
UNREACHABLE_SECONDS = 300
DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"

SYSTEM_PRIORITIES = {
    name: PriorityClass(metadata=ObjectMeta(name=name), value=value, preemption_policy="PreemptLowerPriority")
    for name, value in (("system-node-critical", 2_000_001_000), ("system-cluster-critical", 2_000_000_000))
}
"""The classes that there always are, also where nobody has written them."""

IMMORTAL = frozenset({"default", "kube-public", "kube-system"})
"""The Namespaces that cannot be deleted."""

_specs: IdentityMemo[tuple[str, object, object, PodSpec]] = IdentityMemo(4096)


def admit_create(snapshot: Snapshot, obj: Object, kind: Kind, name: str) -> Object:
    """The object as the plugins leave it.

    Args:
        snapshot: the state of the cluster.
        obj: the new object.
        kind: its kind.
        name: what a refusal calls it: its name, or what its name is generated from.

    Raises:
        StatusError: a plugin refuses it.
    """
    _namespace_lifecycle(snapshot, obj, kind, name)
    match obj.kind:
        case "Pod":
            return _pod(snapshot, obj, name)
        case "Node":
            return _taint_new_node(obj)
        case "PersistentVolumeClaim":
            return _claim(snapshot, _protect(obj, "kubernetes.io/pvc-protection"))
        case "PersistentVolume":
            return _protect(obj, "kubernetes.io/pv-protection")
        case "Ingress":
            return _ingress(snapshot, obj)
    return obj


def confirm(snapshot: Snapshot, obj: Object, old: Object | None, kind: Kind, now: int) -> Charges:
    """Ask the plugins that only say yes or no, and work out what the object costs the quotas of its Namespace.

    Args:
        snapshot: the state of the cluster.
        obj: the object as it would be stored.
        old: the version that it replaces, or None.
        kind: its kind.
        now: the time, in microseconds since 1970.

    Raises:
        StatusError: a plugin refuses it.
    """
    if obj.kind == "PersistentVolumeClaim" or (obj.kind == "Pod" and old is None):
        why = complaint(obj, limit_ranges(snapshot, obj.metadata.namespace))
        if why:
            raise forbidden(kind, obj.metadata.name, why)
    pod_security.confirm(snapshot, obj, old, kind)
    if obj.kind == "PersistentVolumeClaim" and old is not None and (why := _growth(snapshot, obj, old)):
        raise forbidden(kind, obj.metadata.name, why)
    if obj.kind == "PriorityClass" and obj.global_default:
        chosen = _default_priority_class(snapshot)
        if chosen is not None and (old is None or chosen.metadata.name != obj.metadata.name):
            why = f"PriorityClass {chosen.metadata.name} is already marked as default. Only one default can exist"
            raise forbidden(kind, obj.metadata.name, why)
    return check(snapshot, obj, old, kind, now)


def _growth(snapshot: Snapshot, claim: Object, old: Object) -> str:
    """PersistentVolumeClaimResize: why a claim cannot ask for more than before, or ""."""
    amounts = (each.spec.resources.requests.get("storage", "0") for each in (claim, old))
    if compare(*amounts) <= 0:
        return ""
    if old.status.phase != "Bound":
        return "Only bound persistent volume claims can be expanded"
    name = claim.spec.storage_class_name or ""
    storage_class = snapshot.objects.get(ObjectKey("StorageClass", "", name))
    same = name == (old.spec.storage_class_name or "")
    if name and same and storage_class is not None and storage_class.allow_volume_expansion:
        return ""
    required = "the storageclass that provisions the pvc must support resize"
    return f"only dynamically provisioned pvc can be resized and {required}"


def admit_delete(key: ObjectKey) -> None:
    """Let an object be deleted.

    Raises:
        StatusError: a plugin refuses it.
    """
    if key.kind == "Namespace" and key.name in IMMORTAL:
        raise forbidden(by_kind("Namespace"), key.name, "this namespace may not be deleted")


def takes_events(snapshot: Snapshot, namespace: str) -> bool:
    """Whether Events about objects in a namespace can be created; those about Nodes and the like are in ``default``."""
    holder = snapshot.objects.get(ObjectKey("Namespace", "", namespace or "default"))
    return holder is not None and holder.metadata.deletion_timestamp is None


def _namespace_lifecycle(snapshot: Snapshot, obj: Object, kind: Kind, name: str) -> None:
    space = obj.metadata.namespace
    if not space:
        return
    namespace = snapshot.objects.get(ObjectKey("Namespace", "", space))
    if namespace is None:
        raise not_found(by_kind("Namespace"), space)
    if namespace.metadata.deletion_timestamp is not None:
        why = f"unable to create new content in namespace {space} because it is being terminated"
        cause = Cause("NamespaceTerminating", "metadata.namespace", f"namespace {space} is being terminated")
        raise forbidden(kind, name, why, (cause,))


def _pod(snapshot: Snapshot, pod: Pod, name: str) -> Pod:
    if ranges := limit_ranges(snapshot, pod.metadata.namespace):
        pod = fill_in(pod, ranges)
    if pod.spec.node_name:
        pod = with_topology_labels(snapshot, pod, pod.spec.node_name)
    spec = pod.spec
    account_name = spec.service_account_name or "default"
    account = snapshot.objects.get(ObjectKey("ServiceAccount", pod.metadata.namespace, account_name))
    if account is None and account_name != "default":
        namespace = pod.metadata.namespace
        why = f'error looking up service account {namespace}/{account_name}: serviceaccount "{account_name}" not found'
        raise forbidden(by_kind("Pod"), name, why)
    chosen = _priority_class(snapshot, spec.priority_class_name, name)
    known = _specs.get(spec)
    if known is not None and known[0] == account_name and known[1] is account and known[2] is chosen:
        return evolve(pod, spec=with_runtime_class(snapshot, known[3], name))
    admitted = _service_account(spec, account_name, account)
    admitted = _priority(admitted, chosen, name)
    admitted = _tolerate_lost_nodes(admitted)
    _specs.put(spec, (account_name, account, chosen, admitted))
    return evolve(pod, spec=with_runtime_class(snapshot, admitted, name))


def _service_account(spec: PodSpec, name: str, account: Object | None) -> PodSpec:
    """ServiceAccount: every Pod runs as one, and finds its token in a mounted volume."""
    secrets: tuple[LocalObjectReference, ...] = spec.image_pull_secrets
    if not secrets and account is not None:
        secrets = account.image_pull_secrets
    spec = evolve(spec, service_account_name=name, service_account=name, image_pull_secrets=secrets)
    automount = spec.automount_service_account_token
    if automount is None and account is not None:
        automount = account.automount_service_account_token
    mounted = all(_mounts_token(c) for c in (*spec.init_containers, *spec.containers))
    if automount is False or mounted:
        return spec
    volume_name = names.generate("kube-api-access-", *(f"{c.name}={c.image}" for c in spec.containers))
    mount = VolumeMount(name=volume_name, read_only=True, mount_path=TOKEN_MOUNT)

    def with_token(containers: tuple[Container, ...]) -> tuple[Container, ...]:
        return tuple(c if _mounts_token(c) else evolve(c, volume_mounts=(*c.volume_mounts, mount)) for c in containers)

    return evolve(
        spec,
        volumes=(*spec.volumes, _token_volume(volume_name)),
        init_containers=with_token(spec.init_containers),
        containers=with_token(spec.containers),
    )


def _mounts_token(container: Container) -> bool:
    return any(m.mount_path == TOKEN_MOUNT for m in container.volume_mounts)


def _token_volume(name: str) -> Volume:
    token = ServiceAccountTokenProjection(expiration_seconds=TOKEN_SECONDS, path="token")
    authority = ConfigMapProjection(name="kube-root-ca.crt", items=(KeyToPath(key="ca.crt", path="ca.crt"),))
    namespace = DownwardAPIVolumeFile(
        path="namespace", field_ref=ObjectFieldSelector(api_version="v1", field_path="metadata.namespace")
    )
    sources = (
        VolumeProjection(service_account_token=token),
        VolumeProjection(config_map=authority),
        VolumeProjection(downward_api=DownwardAPIProjection(items=(namespace,))),
    )
    return Volume(name=name, projected=ProjectedVolumeSource(sources=sources, default_mode=0o644))


def _priority_class(snapshot: Snapshot, wanted: str, pod: str) -> PriorityClass | None:
    """The PriorityClass of a Pod: the one that it names, else the default one, if there is one."""
    if not wanted:
        return _default_priority_class(snapshot)
    found: PriorityClass | None = snapshot.objects.get(ObjectKey("PriorityClass", "", wanted))
    found = SYSTEM_PRIORITIES.get(wanted) if found is None else found
    if found is None:
        raise forbidden(by_kind("Pod"), pod, f"no PriorityClass with name {wanted} was found")
    return found


def _default_priority_class(snapshot: Snapshot) -> PriorityClass | None:
    """The class of Pods that name none; the smallest, should there be several."""
    held = snapshot.index.get(("kind", "PriorityClass"), ())
    defaults = [c for key in sorted(held) if (c := snapshot.objects[key]).global_default]
    return min(defaults, key=lambda c: (c.value, c.metadata.name)) if defaults else None


def _priority(spec: PodSpec, chosen: PriorityClass | None, pod: str) -> PodSpec:
    """Priority: the number behind the name of a PriorityClass, and whether the Pod may take the place of others."""
    name, value, policy = "", 0, "PreemptLowerPriority"
    if chosen is not None:
        name, value, policy = chosen.metadata.name, chosen.value, chosen.preemption_policy or policy
    kept = "priority admission controller computed"
    if spec.priority is not None and spec.priority != value:
        why = f"the integer value of priority ({spec.priority}) must not be provided in pod spec; {kept} {value}"
        raise forbidden(by_kind("Pod"), pod, f"{why} from the given PriorityClass name")
    if spec.preemption_policy not in (None, policy):
        said = spec.preemption_policy
        why = f"the string value of PreemptionPolicy ({said}) must not be provided in pod spec; {kept} {policy}"
        raise forbidden(by_kind("Pod"), pod, f"{why} from the given PriorityClass name")
    return evolve(spec, priority_class_name=name, priority=value, preemption_policy=policy)


def _tolerate_lost_nodes(spec: PodSpec) -> PodSpec:
    """DefaultTolerationSeconds: a Pod stays five minutes on a node that is not ready or not reachable."""
    added = []
    for key in ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"):
        if not any(t.key in ("", key) and t.effect in ("", "NoExecute") for t in spec.tolerations):
            added.append(
                Toleration(key=key, operator="Exists", effect="NoExecute", toleration_seconds=UNREACHABLE_SECONDS)
            )
    return evolve(spec, tolerations=(*spec.tolerations, *added)) if added else spec


def _taint_new_node(node: Object) -> Object:
    """TaintNodesByCondition: nothing is scheduled to a new node before its kubelet has reported."""
    from kubelab.api.core.node import Taint

    key = "node.kubernetes.io/not-ready"
    if any(t.key == key and t.effect == "NoSchedule" for t in node.spec.taints):
        return node
    taint = Taint(key=key, effect="NoSchedule")
    return evolve(node, spec=evolve(node.spec, taints=(*node.spec.taints, taint)))


def _protect(obj: Object, finalizer: str) -> Object:
    """StorageObjectInUseProtection: what is in use is not deleted under those who use it."""
    meta = obj.metadata
    if finalizer in meta.finalizers:
        return obj
    return evolve(obj, metadata=evolve(meta, finalizers=(*meta.finalizers, finalizer)))


def _claim(snapshot: Snapshot, claim: Object) -> Object:
    """DefaultStorageClass: a claim that names no class gets the default one."""
    if claim.spec.storage_class_name is not None:
        return claim
    for key in sorted(snapshot.index.get(("kind", "StorageClass"), ())):
        if snapshot.objects[key].metadata.annotations.get(DEFAULT_CLASS) == "true":
            return evolve(claim, spec=evolve(claim.spec, storage_class_name=key.name))
    return claim


def _ingress(snapshot: Snapshot, ingress: Object) -> Object:
    """DefaultIngressClass: an Ingress that names no class gets the default one; of several the newest."""
    if ingress.spec.ingress_class_name is not None or ANNOTATION in ingress.metadata.annotations:
        return ingress
    classes = [snapshot.objects[key] for key in sorted(snapshot.index.get(("kind", "IngressClass"), ()))]
    marked = [c for c in classes if c.metadata.annotations.get(DEFAULT_INGRESS_CLASS) == "true"]
    if not marked:
        return ingress
    newest = min(marked, key=lambda c: (-(c.metadata.creation_timestamp or 0), c.metadata.name))
    return evolve(ingress, spec=evolve(ingress.spec, ingress_class_name=newest.metadata.name))
