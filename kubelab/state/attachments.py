"""Volumes that have to be attached to a machine before a Pod there can use them.

Source: `pkg/volume/csi` (csi_attacher.go), `pkg/volume/util` (IsMultiAttachAllowed).

**Simplified:** only disks of a cloud have to be attached; without one, storage is reached from every machine.
"""

from hashlib import sha256

from kubelab.api.core.pod import Pod
from kubelab.api.core.storage import PersistentVolume
from kubelab.api.storage import VolumeAttachment
from kubelab.state.bootstrap import PROVISIONER
from kubelab.state.snapshot import View


def is_attachable(view: View, volume: PersistentVolume) -> bool:
    """Whether a volume is a disk that has to be attached."""
    csi = volume.spec.csi
    return view.snapshot.cloud is not None and csi is not None and csi.driver == PROVISIONER


def is_shared(volume: PersistentVolume) -> bool:
    """Whether a volume may be attached to several nodes at once."""
    return any(mode in ("ReadOnlyMany", "ReadWriteMany") for mode in volume.spec.access_modes)


def attachment_name(volume: PersistentVolume, node: str) -> str:
    """The name of the VolumeAttachment for a volume and a node."""
    csi = volume.spec.csi
    assert csi is not None
    return f"csi-{sha256(f'{csi.volume_handle}{csi.driver}{node}'.encode()).hexdigest()}"


def attachment(view: View, volume: PersistentVolume, node: str) -> VolumeAttachment | None:
    """The VolumeAttachment for a volume and a node, or None."""
    found: VolumeAttachment | None = view.get("VolumeAttachment", "", attachment_name(volume, node))
    return found


def volumes_of(view: View, pod: Pod) -> list[PersistentVolume]:
    """The volumes behind the claims of a Pod that have to be attached."""
    if view.snapshot.cloud is None:
        return []
    found = []
    for each in pod.spec.volumes:
        if each.persistent_volume_claim is None:
            continue
        claim = view.get("PersistentVolumeClaim", pod.metadata.namespace, each.persistent_volume_claim.claim_name)
        volume = view.get("PersistentVolume", "", claim.spec.volume_name) if claim is not None else None
        if volume is not None and is_attachable(view, volume):
            found.append(volume)
    return found


def unattached(view: View, pod: Pod) -> list[str]:
    """The names of the volumes of a Pod that its machine does not have yet, and of claims that have no volume yet."""
    if view.snapshot.cloud is None:
        return []
    missing = []
    for each in pod.spec.volumes:
        if each.persistent_volume_claim is not None:
            name = each.persistent_volume_claim.claim_name
            claim = view.get("PersistentVolumeClaim", pod.metadata.namespace, name)
            if claim is None or not claim.spec.volume_name:
                missing.append(name)
    for volume in volumes_of(view, pod):
        held = attachment(view, volume, pod.spec.node_name)
        if held is None or not held.status.attached or held.metadata.deletion_timestamp is not None:
            missing.append(volume.metadata.name)
    return missing
