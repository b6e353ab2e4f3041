"""FILL module."""

from kubelab.api.core.reference import TypedLocalObjectReference, TypedObjectReference
from kubelab.api.meta import LabelSelector, ObjectMeta
from kubelab.api.model import field, model
from kubelab.api.scalars import FrozenMap, Quantity


@model
class VolumeResourceRequirements:
    """FILL VolumeResourceRequirements."""

    limits: FrozenMap[str, Quantity] = FrozenMap()
    requests: FrozenMap[str, Quantity] = FrozenMap()


@model
class PersistentVolumeClaimSpec:
    """FILL PersistentVolumeClaimSpec."""

    access_modes: tuple[str, ...] = field(
        default=(),
        go="[]v1.PersistentVolumeAccessMode",
        values=("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"),
    )
    selector: LabelSelector | None = None
    resources: VolumeResourceRequirements = VolumeResourceRequirements()
    volume_name: str = ""
    storage_class_name: str | None = None
    volume_mode: str | None = field(default=None, go="v1.PersistentVolumeMode", values=("Block", "Filesystem"))
    data_source: TypedLocalObjectReference | None = None
    data_source_ref: TypedObjectReference | None = None
    volume_attributes_class_name: str | None = None


@model
class PersistentVolumeClaimTemplate:
    """FILL PersistentVolumeClaimTemplate."""

    metadata: ObjectMeta = ObjectMeta()
    spec: PersistentVolumeClaimSpec = PersistentVolumeClaimSpec()
