"""Volumes: a Pod can only run where its PersistentVolumeClaims have (or will get) a volume that can be reached.

A claim whose StorageClass says ``Immediate`` gets its volume from the persistent volume controller, and the Pod waits
for that. One that says ``WaitForFirstConsumer`` waits for the scheduler instead: once a node is chosen, the scheduler
reserves a volume that this node can reach, or asks for one to be made (the annotation
``volume.kubernetes.io/selected-node``), and binds the Pod when the claim is bound.

**In Kubernetes:** kube-scheduler `pkg/scheduler/framework/plugins/volumebinding`.

**Simplified:** storage capacity and limits per node are not looked at; allowedTopologies neither.
"""

from collections.abc import Iterable
from typing import Any

import attrs

from kubelab.api.core.pod import Pod
from kubelab.api.core.reference import ObjectReference
from kubelab.api.core.storage import PersistentVolume, PersistentVolumeClaim
from kubelab.api.model import evolve
from kubelab.api.placement import matches_term
from kubelab.api.quantity import value
from kubelab.components.scheduler.filters import Rejection
from kubelab.components.scheduler.node_info import NodeInfo
from kubelab.state.requests import Request, Update
from kubelab.state.snapshot import View, key_of

SELECTED_NODE = "volume.kubernetes.io/selected-node"
"""The annotation of a claim by which a provisioner learns where its volume is needed."""

BIND_COMPLETED = "pv.kubernetes.io/bind-completed"
"""The annotation of a claim that the persistent volume controller has bound."""

BOUND_BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller"
"""The annotation of a volume whose claim was not chosen by a person, so that the choice may be undone."""

NO_PROVISIONER = "kubernetes.io/no-provisioner"
"""The provisioner of a StorageClass whose volumes are made by hand."""


@attrs.frozen(slots=True, eq=False)
class PodVolumes:
    """The claims of a Pod.

    Attributes:
        error: why the Pod can be nowhere at present, or "".
        bound: the volumes of the claims that are bound.
        delayed: the claims that wait for the scheduler, each with the volumes that would do for it.
        provisioned: the names of those claims for which a volume can be made.
    """

    error: str = ""
    bound: tuple[PersistentVolume, ...] = ()
    delayed: tuple[tuple[PersistentVolumeClaim, tuple[PersistentVolume, ...]], ...] = ()
    provisioned: frozenset[str] = frozenset()

    def rejections(self, node: NodeInfo) -> tuple[Rejection, ...]:
        """Why the Pod cannot be on this node because of its volumes."""
        reasons = []
        if not all(reaches(node, volume) for volume in self.bound):
            reasons.append("node(s) didn't match PersistentVolume's node affinity")
        if any(
            claim.metadata.name not in self.provisioned and self.volume_for(claim, node) is None
            for claim, _ in self.delayed
        ):
            reasons.append("node(s) didn't find available persistent volumes to bind")
        return tuple(Rejection("VolumeBinding", reason) for reason in reasons)

    def volume_for(self, claim: PersistentVolumeClaim, node: NodeInfo) -> PersistentVolume | None:
        """The smallest volume for a claim that the node can reach, or None."""
        fitting = next(volumes for each, volumes in self.delayed if each is claim)
        return next((volume for volume in fitting if reaches(node, volume)), None)


def pod_volumes(view: View, pod: Pod) -> PodVolumes | None:
    """The claims of a Pod; None when it has none."""
    names = list(_claim_names(pod))
    if not names:
        return None
    bound: list[PersistentVolume] = []
    delayed: list[tuple[PersistentVolumeClaim, tuple[PersistentVolume, ...]]] = []
    provisioned: list[str] = []
    for name, ephemeral in names:
        claim = view.get("PersistentVolumeClaim", pod.metadata.namespace, name)
        if claim is None:
            made = f'waiting for ephemeral volume controller to create the persistentvolumeclaim "{name}"'
            return PodVolumes(made if ephemeral else f'persistentvolumeclaim "{name}" not found')
        if claim.status.phase == "Lost":
            lost = f'persistentvolumeclaim "{name}" bound to non-existent persistentvolume "{claim.spec.volume_name}"'
            return PodVolumes(lost)
        if claim.metadata.deletion_timestamp is not None:
            return PodVolumes(f'persistentvolumeclaim "{name}" is being deleted')
        if claim.spec.volume_name and BIND_COMPLETED in claim.metadata.annotations:
            volume = view.get("PersistentVolume", "", claim.spec.volume_name)
            if volume is not None:
                bound.append(volume)
            continue
        storage_class = view.get("StorageClass", "", claim.spec.storage_class_name or "")
        if storage_class is None or storage_class.volume_binding_mode != "WaitForFirstConsumer":
            return PodVolumes("pod has unbound immediate PersistentVolumeClaims")
        delayed.append((claim, tuple(_candidates(view, claim))))
        if storage_class.provisioner != NO_PROVISIONER:
            provisioned.append(name)
    return PodVolumes("", tuple(bound), tuple(delayed), frozenset(provisioned))


def _claim_names(pod: Pod) -> Iterable[tuple[str, bool]]:
    """The names of the Pod's claims, and whether the claim is made for this Pod alone."""
    for volume in pod.spec.volumes:
        if volume.persistent_volume_claim is not None:
            yield volume.persistent_volume_claim.claim_name, False
        elif volume.ephemeral is not None:
            yield f"{pod.metadata.name}-{volume.name}", True


def _candidates(view: View, claim: PersistentVolumeClaim) -> list[PersistentVolume]:
    """The volumes that would do for a claim: the one reserved for it, or the free ones, the smallest first."""
    meta = claim.metadata
    volumes: list[PersistentVolume] = view.using_claim(meta.namespace, meta.name, "PersistentVolume")
    reserved = [each for each in volumes if is_reserved(each, claim)]
    if reserved:
        return reserved
    wanted = _storage(claim.spec.resources.requests)
    free: list[PersistentVolume] = view.unbound("PersistentVolume", claim.spec.storage_class_name or "")
    fitting = [
        volume
        for volume in free
        if _storage(volume.spec.capacity) >= wanted
        and set(claim.spec.access_modes) <= set(volume.spec.access_modes)
        and (volume.spec.volume_mode or "Filesystem") == (claim.spec.volume_mode or "Filesystem")
        and volume.metadata.deletion_timestamp is None
    ]
    return sorted(fitting, key=lambda volume: (_storage(volume.spec.capacity), volume.metadata.name))


def is_reserved(volume: PersistentVolume, claim: PersistentVolumeClaim) -> bool:
    """Whether a volume is reserved for this very claim."""
    reference = volume.spec.claim_ref
    return reference is not None and reference.uid in ("", claim.metadata.uid)


def _storage(amounts: dict[str, Any]) -> int:
    return value(amounts.get("storage", "0"))


def reaches(node: NodeInfo, volume: PersistentVolume) -> bool:
    """Whether a volume can be used on a node."""
    affinity = volume.spec.node_affinity
    if affinity is None or affinity.required is None:
        return True
    return any(matches_term(term, node.name, node.labels) for term in affinity.required.node_selector_terms)


def bind_pod_volumes(pod: Pod, volumes: PodVolumes, node: NodeInfo) -> tuple[Request, ...]:
    """What is still to be asked for so that the claims get their volumes for this node (``PreBind``)."""
    requests: list[Request] = []
    if pod.status.nominated_node_name != node.name:
        nominated = evolve(pod, status=evolve(pod.status, nominated_node_name=node.name))
        told = f"kube-scheduler chose {node.name} for {key_of(pod)}, to bind it there once its claims have volumes."
        requests.append(Update(object=nominated, subresource="status", reason="NominatedNode", message=told))
    for claim, _ in volumes.delayed:
        requests += _bind_claim(claim, volumes.volume_for(claim, node), node)
    return tuple(requests)


def _bind_claim(claim: PersistentVolumeClaim, volume: PersistentVolume | None, node: NodeInfo) -> list[Request]:
    meta = claim.metadata
    if claim.spec.volume_name or meta.annotations.get(SELECTED_NODE) == node.name:
        return []
    if volume is not None and is_reserved(volume, claim):
        return []
    if volume is not None:
        reference = ObjectReference(
            kind="PersistentVolumeClaim",
            api_version="v1",
            namespace=meta.namespace,
            name=meta.name,
            uid=meta.uid,
            resource_version=meta.resource_version,
        )
        told = f"kube-scheduler reserved {key_of(volume)} for {key_of(claim)}: {node.name} can reach it."
        marked = evolve(volume.metadata, annotations=volume.metadata.annotations.with_({BOUND_BY_CONTROLLER: "yes"}))
        reserved = evolve(volume, metadata=marked, spec=evolve(volume.spec, claim_ref=reference))
        return [Update(object=reserved, reason="VolumeReserved", message=told)]
    told = f"kube-scheduler asked for a volume for {key_of(claim)} that {node.name} can reach."
    selected = evolve(meta, annotations=meta.annotations.with_({SELECTED_NODE: node.name}))
    return [Update(object=evolve(claim, metadata=selected), reason="SelectedNode", message=told)]
