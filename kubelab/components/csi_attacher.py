"""CSI attacher: lets the cloud attach disks to machines, and detach them, as VolumeAttachments say.

- **Desired:** the disk of each VolumeAttachment is at the machine; of one that is being deleted it is not.
- **Actual:** where the cloud has attached the disk.
- **Action:** calls the cloud, and writes into the VolumeAttachment what came of it. Its finalizer keeps a
  VolumeAttachment until the disk is detached.

**In Kubernetes:** the external-attacher that runs beside a CSI driver.

**Simplified:** the PersistentVolume gets no finalizer of it.
"""

from collections.abc import Iterator
from typing import ClassVar

from kubelab.api.model import evolve
from kubelab.api.storage import VolumeAttachment
from kubelab.state.attachments import is_shared
from kubelab.state.bootstrap import PROVISIONER
from kubelab.state.cloud_disks import AttachDisk, DetachDisk
from kubelab.state.component import Wanted
from kubelab.state.requests import Requeue, Update
from kubelab.state.snapshot import Change, ObjectKey, View, key_of

FINALIZER = "external-attacher/csi-kubelab"


class CsiAttacher:
    """Attaches and detaches disks. Keys: VolumeAttachments."""

    name: ClassVar[str] = "csi-attacher"
    process: ClassVar[str] = "csi-driver"
    watches: ClassVar[tuple[str, ...]] = ("VolumeAttachment",)

    def enqueue(self, change: Change) -> Iterator[ObjectKey]:
        """Every VolumeAttachment of this driver."""
        if change.after is not None and change.after.spec.attacher == PROVISIONER:
            yield change.key

    def reconcile(self, view: View, key: ObjectKey) -> Wanted:
        """Attach the disk, or detach it."""
        held = view.find(key)
        cloud = view.snapshot.cloud
        if held is None or cloud is None:
            return ()
        name, node = held.spec.source.persistent_volume_name or "", held.spec.node_name
        disk = cloud.disks.get(name)
        since = disk.machines.get(node) if disk is not None else None
        if held.metadata.deletion_timestamp is not None:
            if since is not None:
                message = f"{self.name} had the cloud detach disk {name} from the machine of Node {node}."
                return (DetachDisk(target=key, disk=name, node=node, reason="VolumeDetached", message=message),)
            return release(held)
        if FINALIZER not in held.metadata.finalizers:
            return (claim(held),)
        if held.status.attached:
            return ()
        if since is None:
            return (self._attach(view, key, name, node),)
        return (attached(held),) if view.now >= since else (Requeue(at=since),)

    def _attach(self, view: View, key: ObjectKey, name: str, node: str) -> AttachDisk:
        volume = view.get("PersistentVolume", "", name)
        return AttachDisk(
            target=key,
            disk=name,
            node=node,
            shared=volume is not None and is_shared(volume),
            reason="VolumeAttaching",
            message=f"{self.name} asked the cloud to attach disk {name} to the machine of Node {node}.",
        )


def claim(held: VolumeAttachment) -> Update:
    """Keep a VolumeAttachment from going before its disk is detached."""
    meta = held.metadata
    return Update(
        object=evolve(held, metadata=evolve(meta, finalizers=(*meta.finalizers, FINALIZER))),
        reason="AttachmentClaimed",
        message=f"{CsiAttacher.name} put its finalizer on {key_of(held)}, so that it stays until the disk is detached.",
    )


def release(held: VolumeAttachment) -> Wanted:
    """Let a VolumeAttachment go whose disk is detached."""
    meta = held.metadata
    if FINALIZER not in meta.finalizers:
        return ()
    left = tuple(each for each in meta.finalizers if each != FINALIZER)
    message = f"{CsiAttacher.name} let {key_of(held)} go: the disk is detached."
    return (
        Update(
            object=evolve(held, metadata=evolve(meta, finalizers=left)), reason="AttachmentReleased", message=message
        ),
    )


def attached(held: VolumeAttachment) -> Update:
    """Say that the machine has the disk."""
    volume, node = held.spec.source.persistent_volume_name, held.spec.node_name
    return Update(
        object=evolve(held, status=evolve(held.status, attached=True, attach_error=None)),
        subresource="status",
        reason="VolumeAttached",
        message=f"{CsiAttacher.name} reported that PersistentVolume {volume} is attached to Node {node}.",
    )
