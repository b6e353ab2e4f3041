"""Admission: what the API server adds to an object, or refuses, after it was read and before it is validated.

The plugins that a kubeadm cluster has switched on and that this simulation needs, in their order:
NamespaceLifecycle, ServiceAccount, TaintNodesByCondition, Priority, DefaultTolerationSeconds,
StorageObjectInUseProtection, DefaultStorageClass, DefaultIngressClass.

Source: `plugin/pkg/admission/*`.

**Simplified:** the volume with a Pod's token has the same generated name in all Pods of one template. A Pod that
comes before the `default` ServiceAccount of its namespace is let in at once, where a real server waits up to a second
for it. LimitRanger and ResourceQuota are not here yet.
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
from kubelab.api.model import evolve
from kubelab.api.scheme import Kind, by_kind
from kubelab.apiserver import names
from kubelab.apiserver.refusals import forbidden, not_found
from kubelab.errors import Cause
from kubelab.state.ingress_class import ANNOTATION
from kubelab.state.ingress_class import DEFAULT_CLASS as DEFAULT_INGRESS_CLASS
from kubelab.state.snapshot import Object, ObjectKey, Snapshot

TOKEN_MOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
TOKEN_SECONDS = 3607
UNREACHABLE_SECONDS = 300
DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"

SYSTEM_PRIORITIES = {"system-node-critical": 2_000_001_000, "system-cluster-critical": 2_000_000_000}

IMMORTAL = frozenset({"default", "kube-public", "kube-system"})
"""The Namespaces that cannot be deleted."""

_specs: IdentityMemo[tuple[str, object, PodSpec]] = IdentityMemo(4096)


def admit_create(snapshot: Snapshot, obj: Object, kind: Kind) -> Object:
    """The object as the plugins leave it.

    Raises:
        StatusError: a plugin refuses it.
    """
    _namespace_lifecycle(snapshot, obj, kind)
    match obj.kind:
        case "Pod":
            return _pod(snapshot, obj)
        case "Node":
            return _taint_new_node(obj)
        case "PersistentVolumeClaim":
            return _claim(snapshot, _protect(obj, "kubernetes.io/pvc-protection"))
        case "PersistentVolume":
            return _protect(obj, "kubernetes.io/pv-protection")
        case "Ingress":
            return _ingress(snapshot, obj)
    return obj


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


def _namespace_lifecycle(snapshot: Snapshot, obj: Object, kind: Kind) -> None:
    name = obj.metadata.namespace
    if not name:
        return
    namespace = snapshot.objects.get(ObjectKey("Namespace", "", name))
    if namespace is None:
        raise not_found(by_kind("Namespace"), name)
    if namespace.metadata.deletion_timestamp is not None:
        why = f"unable to create new content in namespace {name} because it is being terminated"
        cause = Cause("NamespaceTerminating", "metadata.namespace", f"namespace {name} is being terminated")
        raise forbidden(kind, obj.metadata.name, why, (cause,))


def _pod(snapshot: Snapshot, pod: Pod) -> Pod:
    spec = pod.spec
    account_name = spec.service_account_name or "default"
    account = snapshot.objects.get(ObjectKey("ServiceAccount", pod.metadata.namespace, account_name))
    if account is None and account_name != "default":
        namespace = pod.metadata.namespace
        why = f'error looking up service account {namespace}/{account_name}: serviceaccount "{account_name}" not found'
        raise forbidden(by_kind("Pod"), pod.metadata.name, why)
    known = _specs.get(spec)
    if known is not None and known[0] == account_name and known[1] is account and not spec.priority_class_name:
        return evolve(pod, spec=known[2])
    admitted = _service_account(spec, account_name, account)
    admitted = _priority(snapshot, pod, admitted)
    admitted = _tolerate_lost_nodes(admitted)
    _specs.put(spec, (account_name, account, admitted))
    return evolve(pod, spec=admitted)


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


def _priority(snapshot: Snapshot, pod: Pod, spec: PodSpec) -> PodSpec:
    """Priority: the number behind the name of a PriorityClass."""
    name = spec.priority_class_name
    policy = "PreemptLowerPriority"
    value = 0
    if name:
        chosen = snapshot.objects.get(ObjectKey("PriorityClass", "", name))
        if chosen is None and name not in SYSTEM_PRIORITIES:
            why = f"no PriorityClass with name {name} was found"
            raise forbidden(by_kind("Pod"), pod.metadata.name, why)
        value = chosen.value if chosen is not None else SYSTEM_PRIORITIES[name]
        policy = (chosen.preemption_policy if chosen is not None else None) or policy
    else:
        defaults = [
            c
            for key in sorted(snapshot.index.get(("kind", "PriorityClass"), ()))
            if (c := snapshot.objects[key]).global_default
        ]
        if defaults:
            # The smallest of several defaults counts, as upstream has it.
            chosen = min(defaults, key=lambda c: (c.value, c.metadata.name))
            name, value, policy = chosen.metadata.name, chosen.value, chosen.preemption_policy or policy
    if spec.priority is not None and spec.priority != value:
        why = f"the integer value of priority ({spec.priority}) must not be provided in pod spec; "
        why += f"priority admission controller computed {value} from the given PriorityClass name"
        raise forbidden(by_kind("Pod"), pod.metadata.name, why)
    return evolve(spec, priority_class_name=name, priority=value, preemption_policy=spec.preemption_policy or policy)


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
