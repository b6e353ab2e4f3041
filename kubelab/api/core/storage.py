"""Storage that outlives Pods: volumes, and the claims by which it is asked for.

Source: `k8s.io/api/core/v1` (``PersistentVolume``, ``PersistentVolumeClaim``).
"""

from typing import ClassVar

from kubelab.api.core.affinity import NodeSelector
from kubelab.api.core.persistent_volume_source import PersistentVolumeSource
from kubelab.api.core.reference import ObjectReference, SecretReference
from kubelab.api.core.volume_claim import PersistentVolumeClaimSpec
from kubelab.api.meta import ObjectMeta
from kubelab.api.model import field, model
from kubelab.api.scalars import FrozenMap, Quantity, Time

__all__ = [
    "ModifyVolumeStatus",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "PersistentVolumeClaimCondition",
    "PersistentVolumeClaimStatus",
    "PersistentVolumeSource",
    "PersistentVolumeSpec",
    "PersistentVolumeStatus",
    "SecretReference",
    "VolumeNodeAffinity",
]


@model
class VolumeNodeAffinity:
    """From which nodes a volume can be reached.

    Attributes:
        required: nodes that meet one of these terms.
    """

    required: NodeSelector | None = None


@model
class PersistentVolumeSpec(PersistentVolumeSource):
    """What a volume is: its size, where it is kept, who has claimed it, what becomes of it afterwards.

    Attributes:
        gce_persistent_disk: a disk of Google's Compute Engine.
        aws_elastic_block_store: a disk of Amazon's Elastic Block Store.
        host_path: a directory of the node; for trying out on one node.
        glusterfs: a volume of a Gluster cluster.
        nfs: a directory that an NFS server exports.
        rbd: a block device of a Ceph cluster.
        iscsi: a disk behind iSCSI.
        cinder: a volume of OpenStack.
        cephfs: a directory of a Ceph file system.
        fc: a disk behind Fibre Channel.
        flocker: a data set of Flocker.
        flex_volume: a volume made by a program on the node.
        azure_file: a file share of Microsoft Azure.
        vsphere_volume: a virtual disk of vSphere.
        quobyte: a volume of Quobyte.
        azure_disk: a disk of Microsoft Azure.
        photon_persistent_disk: a disk of VMware's Photon Controller.
        portworx_volume: a volume of Portworx.
        scale_io: a volume of ScaleIO.
        local: a disk or directory of one certain node.
        storageos: a volume of StorageOS.
        csi: a volume of a CSI driver.
        capacity: how large it is.
        access_modes: how it can be shared.
        claim_ref: the claim that has it, or for which it is reserved.
        persistent_volume_reclaim_policy: what becomes of it when its claim is gone.
        storage_class_name: its class; only claims of the same class get it.
        mount_options: options of its mount.
        volume_mode: whether it holds a file system, or is a raw device.
        node_affinity: from which nodes it can be reached.
        volume_attributes_class_name: settings of the storage behind it, by name.
    """

    capacity: FrozenMap[str, Quantity] = FrozenMap()
    access_modes: tuple[str, ...] = field(
        default=(),
        go="[]v1.PersistentVolumeAccessMode",
        values=("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"),
    )
    claim_ref: ObjectReference | None = None
    persistent_volume_reclaim_policy: str = field(
        default="", go="v1.PersistentVolumeReclaimPolicy", values=("Recycle", "Delete", "Retain")
    )
    storage_class_name: str = ""
    mount_options: tuple[str, ...] = ()
    volume_mode: str | None = field(default=None, go="v1.PersistentVolumeMode", values=("Block", "Filesystem"))
    node_affinity: VolumeNodeAffinity | None = None
    volume_attributes_class_name: str | None = None


@model
class PersistentVolumeStatus:
    """Whether a volume is free, claimed or released.

    Attributes:
        phase: ``Pending``, ``Available``, ``Bound``, ``Released`` or ``Failed``.
        message: why, for people.
        reason: why, as one word.
        last_phase_transition_time: when the phase last changed.
    """

    phase: str = field(
        default="", go="v1.PersistentVolumePhase", values=("Pending", "Available", "Bound", "Released", "Failed")
    )
    message: str = ""
    reason: str = ""
    last_phase_transition_time: Time | None = None


@model
class PersistentVolume:
    """A piece of storage; it lives in no namespace.

    Attributes:
        metadata: its identity.
        spec: what it is.
        status: whether it is taken.
    """

    api_version: ClassVar[str] = "v1"
    kind: ClassVar[str] = "PersistentVolume"

    metadata: ObjectMeta = ObjectMeta()
    spec: PersistentVolumeSpec = PersistentVolumeSpec()
    status: PersistentVolumeStatus = PersistentVolumeStatus()


@model
class ModifyVolumeStatus:
    """How far a change of a volume's attributes class has come.

    Attributes:
        target_volume_attributes_class_name: the class that is wanted.
        status: how far it has come.
    """

    target_volume_attributes_class_name: str = ""
    status: str = field(
        default="",
        always=True,
        go="v1.PersistentVolumeClaimModifyVolumeStatus",
        values=("Pending", "InProgress", "Infeasible"),
    )


@model
class PersistentVolumeClaimCondition:
    """One thing that is or is not the case with a claim.

    Attributes:
        type: what it is about.
        status: whether it is the case.
        last_probe_time: when it was last looked at.
        last_transition_time: when the status last changed.
        reason: one CamelCase word for programs.
        message: a sentence for people.
    """

    type: str = field(
        default="",
        always=True,
        go="v1.PersistentVolumeClaimConditionType",
        values=(
            "Resizing",
            "FileSystemResizePending",
            "ControllerResizeError",
            "NodeResizeError",
            "ModifyVolumeError",
            "ModifyingVolume",
            "Unused",
        ),
    )
    status: str = field(default="", always=True, go="v1.ConditionStatus", values=("True", "False", "Unknown"))
    last_probe_time: Time | None = field(default=None, always=True)
    last_transition_time: Time | None = field(default=None, always=True)
    reason: str = ""
    message: str = ""


@model
class PersistentVolumeClaimStatus:
    """Whether a claim has been met, and by how much storage.

    Attributes:
        phase: waiting, bound, or bound to a volume that is gone.
        access_modes: how the volume can be shared.
        capacity: how large the volume is.
        conditions: whether it is being made larger.
        allocated_resources: how large it is being made.
        allocated_resource_statuses: how far that has come.
        current_volume_attributes_class_name: the class that the volume has now.
        modify_volume_status: how far a change of that class has come.
    """

    phase: str = field(default="", go="v1.PersistentVolumeClaimPhase", values=("Pending", "Bound", "Lost"))
    access_modes: tuple[str, ...] = field(
        default=(),
        go="[]v1.PersistentVolumeAccessMode",
        values=("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"),
    )
    capacity: FrozenMap[str, Quantity] = FrozenMap()
    conditions: tuple[PersistentVolumeClaimCondition, ...] = field(default=(), merge_key="type")
    allocated_resources: FrozenMap[str, Quantity] = FrozenMap()
    allocated_resource_statuses: FrozenMap[str, str] = field(
        default=FrozenMap(), go="map[v1.ResourceName]v1.ClaimResourceStatus"
    )
    current_volume_attributes_class_name: str | None = None
    modify_volume_status: ModifyVolumeStatus | None = None


@model
class PersistentVolumeClaim:
    """A wish for storage, met by binding it to a PersistentVolume.

    Attributes:
        metadata: its identity.
        spec: what is wanted.
        status: whether it has been met.
    """

    api_version: ClassVar[str] = "v1"
    kind: ClassVar[str] = "PersistentVolumeClaim"

    metadata: ObjectMeta = ObjectMeta()
    spec: PersistentVolumeClaimSpec = PersistentVolumeClaimSpec()
    status: PersistentVolumeClaimStatus = PersistentVolumeClaimStatus()
