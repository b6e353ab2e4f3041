"""CSI provisioner: the storage driver of the simulated cluster; makes volumes for claims, and deletes them.

- **Desired:** each claim that was handed to this driver has a PersistentVolume; no volume outlives its claim whose
  reclaim policy is Delete.
- **Actual:** claims annotated with the driver's name; PersistentVolumes that it has made.
- **Action:** creates a PersistentVolume as large as was asked for, already reserved for the claim; the persistent
  volume controller does the rest of the binding. Deletes a volume of its own that was released.

**In Kubernetes:** the external-provisioner that runs beside a CSI driver (sig-storage-lib-external-provisioner).

**Simplified:** storage is unlimited and no more than its name. In a cloud it is a disk, which is there after a while
and has to be attached to a machine; without one it is there at once, and reached from every node.
"""

from collections.abc import Iterator
from typing import ClassVar

from kubelab.api.core.persistent_volume_source import CSIPersistentVolumeSource
from kubelab.api.core.reference import ObjectReference
from kubelab.api.core.storage import PersistentVolume, PersistentVolumeClaim, PersistentVolumeSpec
from kubelab.api.meta import ObjectMeta
from kubelab.api.scalars import FrozenMap
from kubelab.api.storage import StorageClass
from kubelab.state.bootstrap import PROVISIONER
from kubelab.state.cloud_disks import CreateDisk, DeleteDisk
from kubelab.state.component import Wanted
from kubelab.state.requests import Create, Delete, EventNote, Requeue
from kubelab.state.snapshot import SECOND, Change, ObjectKey, View, key_of

ASKED = "volume.kubernetes.io/storage-provisioner"
"""The annotation of a claim that says which driver is to make its volume."""

MADE_BY = "pv.kubernetes.io/provisioned-by"
"""The annotation of a volume that says which driver has made it."""


RETRY_SECONDS = 10
"""How long to wait before it is tried again to delete a disk that a machine still has."""


class CsiProvisioner:
    """Makes and deletes volumes. Keys: PersistentVolumeClaims and PersistentVolumes."""

    name: ClassVar[str] = "csi-provisioner"
    watches: ClassVar[tuple[str, ...]] = ("PersistentVolume", "PersistentVolumeClaim", "VolumeAttachment")

    def enqueue(self, change: Change) -> Iterator[ObjectKey]:
        """Claims handed to this driver, and volumes that it has made."""
        if change.key.kind == "VolumeAttachment":
            if change.after is None and change.before is not None:
                yield ObjectKey("PersistentVolume", "", change.before.spec.source.persistent_volume_name or "")
            return
        wanted = ASKED if change.key.kind == "PersistentVolumeClaim" else MADE_BY
        if change.after is not None and change.after.metadata.annotations.get(wanted) == PROVISIONER:
            yield change.key

    def reconcile(self, view: View, key: ObjectKey) -> Wanted:
        """Provision for the claim, or delete the volume."""
        found = view.find(key)
        if found is None or found.metadata.deletion_timestamp is not None:
            return ()
        if key.kind == "PersistentVolumeClaim":
            return provision(view, found)
        if found.status.phase == "Released" and found.spec.persistent_volume_reclaim_policy == "Delete":
            return delete_disk(view, found) or (delete(found),)
        return ()


def provision(view: View, claim: PersistentVolumeClaim) -> Wanted:
    """Make a volume for a claim that has none."""
    key, meta = key_of(claim), claim.metadata
    name = f"pvc-{meta.uid}"
    storage_class = view.get("StorageClass", "", claim.spec.storage_class_name or "")
    if claim.spec.volume_name or storage_class is None or meta.annotations.get(ASKED) != PROVISIONER:
        return ()
    if view.get("PersistentVolume", "", name) is not None:
        return ()
    begun = f'External provisioner is provisioning volume for claim "{meta.namespace}/{meta.name}"'
    cloud = view.snapshot.cloud
    disk = cloud.disks.get(name) if cloud is not None else None
    if cloud is not None and disk is None:
        note = EventNote(key, "Provisioning", begun, component=PROVISIONER)
        return (create_disk(claim, key, name, note),)
    if disk is not None and view.now < disk.ready_at:
        return (Requeue(at=disk.ready_at),)
    return (
        Create(
            object=volume_for(claim, name, storage_class),
            reason="ProvisioningSucceeded",
            message=f"{CsiProvisioner.name} made PersistentVolume {name}, as {key} asks for.",
            events=(
                *(() if disk is not None else (EventNote(key, "Provisioning", begun, component=PROVISIONER),)),
                EventNote(
                    key, "ProvisioningSucceeded", f"Successfully provisioned volume {name}", component=PROVISIONER
                ),
            ),
        ),
    )


def create_disk(claim: PersistentVolumeClaim, key: ObjectKey, name: str, note: EventNote) -> CreateDisk:
    """Ask the cloud for a disk as large as a claim wants it; it takes a while until it is there."""
    size = claim.spec.resources.requests.get("storage", "0")
    return CreateDisk(
        target=key,
        disk=name,
        size=size,
        reason="Provisioning",
        message=f"{CsiProvisioner.name} asked the cloud for a disk of {size} for {key}.",
        events=(note,),
    )


def delete_disk(view: View, volume: PersistentVolume) -> Wanted:
    """Delete the disk of a volume first, as soon as no machine has it; nothing where there is none."""
    cloud, name = view.snapshot.cloud, volume.metadata.name
    disk = cloud.disks.get(name) if cloud is not None else None
    if disk is None:
        return ()
    if disk.machines:
        return (Requeue(at=view.now + RETRY_SECONDS * SECOND),)
    message = f"{CsiProvisioner.name} had the cloud delete disk {name}: its claim is gone."
    return (DeleteDisk(target=key_of(volume), disk=name, reason="VolumeDelete", message=message),)


def volume_for(claim: PersistentVolumeClaim, name: str, storage_class: StorageClass) -> PersistentVolume:
    """A volume as a claim wants it, reserved for it."""
    meta = claim.metadata
    return PersistentVolume(
        metadata=ObjectMeta(name=name, annotations=FrozenMap({MADE_BY: PROVISIONER})),
        spec=PersistentVolumeSpec(
            capacity=FrozenMap(claim.spec.resources.requests),
            access_modes=claim.spec.access_modes,
            claim_ref=ObjectReference(
                kind="PersistentVolumeClaim",
                namespace=meta.namespace,
                name=meta.name,
                uid=meta.uid,
                api_version="v1",
                resource_version=meta.resource_version,
            ),
            csi=CSIPersistentVolumeSource(driver=PROVISIONER, volume_handle=name, fs_type="ext4"),
            persistent_volume_reclaim_policy=storage_class.reclaim_policy or "Delete",
            storage_class_name=storage_class.metadata.name,
            mount_options=storage_class.mount_options,
            volume_mode=claim.spec.volume_mode,
        ),
    )


def delete(volume: PersistentVolume) -> Delete:
    """Delete the storage, and the object that stands for it."""
    key = key_of(volume)
    return Delete(
        target=key,
        uid=volume.metadata.uid,
        reason="VolumeDelete",
        message=f"{CsiProvisioner.name} deleted {key}: its claim is gone, and its reclaim policy is Delete.",
    )
