"""What a PersistentVolumeClaim needs next.

Source: `persistentvolume/pv_controller.go` (syncUnboundClaim, syncBoundClaim, provisionClaim).
"""

from kubelab.api.core.storage import PersistentVolumeClaim
from kubelab.api.model import evolve
from kubelab.api.storage import StorageClass
from kubelab.components.persistentvolume.binding import BIND_COMPLETED, Writes, bind, set_claim_phase, tell
from kubelab.components.persistentvolume.matching import find_best_match, is_bound_to, mismatch
from kubelab.state.requests import EventNote, Update
from kubelab.state.snapshot import View, key_of

DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"
"""The annotation of the StorageClass that claims without one get."""

SELECTED_NODE = "volume.kubernetes.io/selected-node"
"""The annotation by which the scheduler says where the first Pod that mounts the claim will be."""

STORAGE_PROVISIONERS = ("volume.beta.kubernetes.io/storage-provisioner", "volume.kubernetes.io/storage-provisioner")
"""The annotations by which a provisioner knows that it is to make the volume."""

IN_TREE = "kubernetes.io/"
"""Provisioners of this name were once part of Kubernetes; none is any more."""


def sync_claim(view: View, claim: PersistentVolumeClaim) -> Writes:
    """The next write for a claim."""
    if BIND_COMPLETED in claim.metadata.annotations:
        return sync_bound_claim(view, claim)
    if claim.metadata.deletion_timestamp is not None:
        return []
    return sync_requested_claim(view, claim) if claim.spec.volume_name else sync_unbound_claim(view, claim)


def sync_unbound_claim(view: View, claim: PersistentVolumeClaim) -> Writes:
    """The claim takes any volume that fits; if there is none, one may be made."""
    name = claim.spec.storage_class_name or ""
    storage_class = view.get("StorageClass", "", name) if name else None
    delayed = storage_class is not None and storage_class.volume_binding_mode == "WaitForFirstConsumer"
    volume = find_best_match(view, claim, delayed)
    if volume is not None:
        return bind(view, volume, claim)
    if claim.spec.storage_class_name is None and (assigned := assign_default_class(view, claim)):
        return assigned
    if delayed and SELECTED_NODE not in claim.metadata.annotations:
        return tell(view, claim, *waiting_for_consumer(view, claim))
    if name:
        return provision(view, claim, storage_class)
    text = "no persistent volumes available for this claim and no storage class is set"
    return tell(view, claim, "FailedBinding", text) or set_claim_phase(claim, "Pending", None, "no volume fits it")


def sync_requested_claim(view: View, claim: PersistentVolumeClaim) -> Writes:
    """The claim asks for one volume by name."""
    volume = view.get("PersistentVolume", "", claim.spec.volume_name)
    if volume is None:
        return set_claim_phase(claim, "Pending", None, f"there is no volume {claim.spec.volume_name}")
    if volume.spec.claim_ref is not None and not is_bound_to(volume, claim):
        text = f'volume "{volume.metadata.name}" already bound to a different claim.'
        return tell(view, claim, "FailedBinding", text, "Warning")
    if volume.spec.claim_ref is None and (why := mismatch(volume, claim)):
        text = f'Cannot bind to requested volume "{volume.metadata.name}": {why}'
        return tell(view, claim, "VolumeMismatch", text, "Warning")
    return bind(view, volume, claim)


def sync_bound_claim(view: View, claim: PersistentVolumeClaim) -> Writes:
    """The claim has been bound; is its volume still there, and still its own?"""
    if not claim.spec.volume_name:
        text = "Bound claim has lost reference to PersistentVolume. Data on the volume is lost!"
        return lost(claim, "ClaimLost", text)
    volume = view.get("PersistentVolume", "", claim.spec.volume_name)
    if volume is None:
        return lost(claim, "ClaimLost", "Bound claim has lost its PersistentVolume. Data on the volume is lost!")
    reference = volume.spec.claim_ref
    if reference is None or reference.uid == claim.metadata.uid:
        return bind(view, volume, claim)
    text = "Two claims are bound to the same volume, this one is bound incorrectly"
    return lost(claim, "ClaimMisbound", text)


def lost(claim: PersistentVolumeClaim, reason: str, text: str) -> Writes:
    """The claim will never get its volume back."""
    if claim.status.phase == "Lost":
        return []
    note = EventNote(key_of(claim), reason, text, type="Warning")
    return set_claim_phase(claim, "Lost", None, "its volume is no longer there, or no longer its own", note)


def assign_default_class(view: View, claim: PersistentVolumeClaim) -> Writes:
    """Give a claim that came before there was a default StorageClass the one that there is now."""
    classes = [c for c in view.list("StorageClass") if c.metadata.annotations.get(DEFAULT_CLASS) == "true"]
    if not classes:
        return []
    # Of several default classes the newest counts, and of equally old ones the first by name.
    chosen = min(classes, key=lambda c: (-(c.metadata.creation_timestamp or 0), c.metadata.name)).metadata.name
    return [
        Update(
            object=evolve(claim, spec=evolve(claim.spec, storage_class_name=chosen)),
            reason="DefaultStorageClass",
            message=f"persistentvolume-controller gave {key_of(claim)} the default StorageClass {chosen}.",
        )
    ]


def waiting_for_consumer(view: View, claim: PersistentVolumeClaim) -> tuple[str, str]:
    """What to tell of a claim that waits for a Pod: reason and message."""
    pods = [
        pod.metadata.name
        for pod in view.using_claim(claim.metadata.namespace, claim.metadata.name, "Pod")
        if pod.status.phase not in ("Succeeded", "Failed") and not pod.spec.node_name
    ]
    if not pods:
        return "WaitForFirstConsumer", "waiting for first consumer to be created before binding"
    word = "pods" if len(pods) > 1 else "pod"
    return "WaitForPodScheduled", f"waiting for {word} {','.join(pods)} to be scheduled"


def provision(view: View, claim: PersistentVolumeClaim, storage_class: StorageClass | None) -> Writes:
    """Ask the provisioner of the StorageClass for a volume."""
    name = claim.spec.storage_class_name
    if storage_class is None:
        text = f'storageclass.storage.k8s.io "{name}" not found'
        return tell(view, claim, "ProvisioningFailed", text, "Warning")
    provisioner = storage_class.provisioner
    if provisioner.startswith(IN_TREE):
        return tell(view, claim, "ProvisioningFailed", f"no volume plugin matched name: {provisioner}", "Warning")
    annotations = claim.metadata.annotations
    if all(annotations.get(key) == provisioner for key in STORAGE_PROVISIONERS):
        return []
    text = (
        f"Waiting for a volume to be created either by the external provisioner '{provisioner}' or manually by the "
        "system administrator. If volume creation is delayed, please verify that the provisioner is running and "
        "correctly registered."
    )
    asked = annotations.with_(dict.fromkeys(STORAGE_PROVISIONERS, provisioner))
    return [
        Update(
            object=evolve(claim, metadata=evolve(claim.metadata, annotations=asked)),
            reason="ExternalProvisioning",
            message=(
                f"persistentvolume-controller asked {provisioner} for a volume for {key_of(claim)}: none that "
                f"there is fits, and its StorageClass {name} can make one."
            ),
            events=(EventNote(key_of(claim), "ExternalProvisioning", text),),
        )
    ]
