"""Which volume fits which claim.

Source: component-helpers `storage/volume/pv_helpers.go` (FindMatchingVolume), `persistentvolume/index.go`.
"""

from collections.abc import Mapping

from kubelab.api import quantity, selector
from kubelab.api.core.storage import PersistentVolume, PersistentVolumeClaim
from kubelab.api.scalars import Quantity
from kubelab.state.snapshot import View

STORAGE = "storage"
"""The name of the resource that a volume has a capacity of."""


def size(amounts: Mapping[str, Quantity]) -> int:
    """How many bytes of storage a list of resources names; 0 when it names none."""
    return quantity.value(amounts.get(STORAGE, Quantity("0")))


def is_bound_to(volume: PersistentVolume, claim: PersistentVolumeClaim) -> bool:
    """Whether a volume is reserved for a claim, by name or already by uid (``IsVolumeBoundToClaim``)."""
    reference, meta = volume.spec.claim_ref, claim.metadata
    if reference is None or (reference.namespace, reference.name) != (meta.namespace, meta.name):
        return False
    return reference.uid in ("", meta.uid)


def find_best_match(view: View, claim: PersistentVolumeClaim, delayed: bool) -> PersistentVolume | None:
    """The volume for a claim: the one reserved for it, or the smallest of those with the fewest modes that fit.

    Args:
        view: the cluster.
        claim: the claim.
        delayed: whether only a volume reserved for the claim will do, since the scheduler chooses among the others.
    """
    meta = claim.metadata
    volume: PersistentVolume
    for volume in view.using_claim(meta.namespace, meta.name, "PersistentVolume"):
        if is_bound_to(volume, claim) and mismatch(volume, claim, reserved=True) is None:
            return volume
    if delayed:
        return None
    wanted = selector.from_label_selector(claim.spec.selector) if claim.spec.selector is not None else None
    fitting: list[PersistentVolume] = [
        volume
        for volume in view.unbound("PersistentVolume", claim.spec.storage_class_name or "")
        if volume.status.phase == "Available"
        and mismatch(volume, claim) is None
        and (wanted is None or wanted.matches(volume.metadata.labels))
    ]
    return min(fitting, key=lambda v: (len(v.spec.access_modes), size(v.spec.capacity)), default=None)


def mismatch(volume: PersistentVolume, claim: PersistentVolumeClaim, reserved: bool = False) -> str | None:
    """Why a volume does not do for a claim (``checkVolumeSatisfyClaim``); None when it does.

    A volume that is reserved for the claim may be of another class.
    """
    if volume.metadata.deletion_timestamp is not None:
        return f'the volume is marked for deletion "{volume.metadata.name}"'
    if size(volume.spec.capacity) < size(claim.spec.resources.requests):
        return "requested PV is too small"
    if not reserved and volume.spec.storage_class_name != (claim.spec.storage_class_name or ""):
        return "storageClassName does not match"
    if (claim.spec.volume_attributes_class_name or "") != (volume.spec.volume_attributes_class_name or ""):
        return "volumeAttributesClassName does not match"
    if (claim.spec.volume_mode or "Filesystem") != (volume.spec.volume_mode or "Filesystem"):
        return "incompatible volumeMode"
    if not set(claim.spec.access_modes) <= set(volume.spec.access_modes):
        return "incompatible accessMode"
    return None
