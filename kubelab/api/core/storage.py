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
    """From which nodes a volume can be reached."""

    required: NodeSelector | None = None


@model
class PersistentVolumeSpec(PersistentVolumeSource):
    """What a volume is: its size, where it is kept, who has claimed it, what becomes of it afterwards."""

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
    """Whether a volume is free, claimed or released."""

    phase: str = field(
        default="", go="v1.PersistentVolumePhase", values=("Pending", "Available", "Bound", "Released", "Failed")
    )
    message: str = ""
    reason: str = ""
    last_phase_transition_time: Time | None = None


@model
class PersistentVolume:
    """A piece of storage; it lives in no namespace."""

    api_version: ClassVar[str] = "v1"
    kind: ClassVar[str] = "PersistentVolume"

    metadata: ObjectMeta = ObjectMeta()
    spec: PersistentVolumeSpec = PersistentVolumeSpec()
    status: PersistentVolumeStatus = PersistentVolumeStatus()


@model
class ModifyVolumeStatus:
    """How far a change of a volume's attributes class has come."""

    target_volume_attributes_class_name: str = ""
    status: str = field(
        default="",
        always=True,
        go="v1.PersistentVolumeClaimModifyVolumeStatus",
        values=("Pending", "InProgress", "Infeasible"),
    )


@model
class PersistentVolumeClaimCondition:
    """One thing that is or is not the case with a claim."""

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
    """Whether a claim has been met, and by how much storage."""

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
    """A wish for storage, met by binding it to a PersistentVolume."""

    api_version: ClassVar[str] = "v1"
    kind: ClassVar[str] = "PersistentVolumeClaim"

    metadata: ObjectMeta = ObjectMeta()
    spec: PersistentVolumeClaimSpec = PersistentVolumeClaimSpec()
    status: PersistentVolumeClaimStatus = PersistentVolumeClaimStatus()
