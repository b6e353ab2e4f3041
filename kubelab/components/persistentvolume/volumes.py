"""What a PersistentVolume needs next.

Source: `persistentvolume/pv_controller.go` (syncVolume, reclaimVolume).
"""

from kubelab.api.core.storage import PersistentVolume
from kubelab.components.persistentvolume.binding import Writes, set_volume_phase, tell, unbind
from kubelab.state.requests import EventNote
from kubelab.state.snapshot import View, key_of

PROVISIONED_BY = "pv.kubernetes.io/provisioned-by"
"""The annotation of a volume that a provisioner has made, and will delete."""


def sync_volume(view: View, volume: PersistentVolume) -> Writes:
    """The next write for a volume."""
    reference = volume.spec.claim_ref
    if reference is None or not reference.uid:
        why = "it is free" if reference is None else f"it waits for the claim {reference.namespace}/{reference.name}"
        return set_volume_phase(view, volume, "Available", why)
    claim = view.get("PersistentVolumeClaim", reference.namespace, reference.name)
    if claim is None or claim.metadata.uid != reference.uid:
        return release(view, volume, f"its claim {reference.namespace}/{reference.name} is gone")
    if not claim.spec.volume_name:
        if (claim.spec.volume_mode or "Filesystem") == (volume.spec.volume_mode or "Filesystem"):
            return []
        name = claim.metadata.name
        text = (
            f'Cannot bind PersistentVolume to requested PersistentVolumeClaim "{name}" due to incompatible volumeMode.'
        )
        return tell(view, volume, "VolumeMismatch", text, "Warning")
    if claim.spec.volume_name == volume.metadata.name:
        return set_volume_phase(view, volume, "Bound", f"it is bound to {key_of(claim)}")
    if PROVISIONED_BY in volume.metadata.annotations and reclaim_policy(volume) == "Delete":
        return release(view, volume, f"its claim {reference.namespace}/{reference.name} has got another volume")
    return unbind(volume)


def reclaim_policy(volume: PersistentVolume) -> str:
    """What becomes of a volume that is no longer claimed: ``Retain``, ``Delete`` or ``Recycle``."""
    return volume.spec.persistent_volume_reclaim_policy


def release(view: View, volume: PersistentVolume, why: str) -> Writes:
    """Nobody needs the volume any more: say so, then do as its reclaim policy says."""
    if volume.status.phase not in ("Released", "Failed"):
        return set_volume_phase(view, volume, "Released", why)
    policy = reclaim_policy(volume)
    if policy == "Recycle":
        return failed(view, volume, "VolumeFailedRecycle", "No recycler plugin found for the volume!")
    provisioned = volume.metadata.annotations.get(PROVISIONED_BY, "") or volume.spec.csi is not None
    if policy == "Delete" and not provisioned:
        name = volume.metadata.name
        text = f'error getting deleter volume plugin for volume "{name}": no deletable volume plugin matched'
        return failed(view, volume, "VolumeFailedDelete", text)
    # A retained volume keeps its data until a person has looked at it; a provisioner deletes what it has made.
    return []


def failed(view: View, volume: PersistentVolume, reason: str, text: str) -> Writes:
    """The reclaim policy cannot be carried out."""
    note = EventNote(key_of(volume), reason, text, type="Warning")
    return set_volume_phase(view, volume, "Failed", "its reclaim policy cannot be carried out", note, text)
