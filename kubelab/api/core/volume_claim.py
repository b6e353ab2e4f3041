"""What is asked of a persistent volume, where a claim or a Pod's template says it.

Source: `k8s.io/api/core/v1` (``PersistentVolumeClaimSpec``).
"""

from kubelab.api.core.reference import TypedLocalObjectReference, TypedObjectReference
from kubelab.api.meta import LabelSelector, ObjectMeta
from kubelab.api.model import field, model
from kubelab.api.scalars import FrozenMap, Quantity


@model
class VolumeResourceRequirements:
    """How much storage is wanted, and at most allowed."""

    limits: FrozenMap[str, Quantity] = FrozenMap()
    requests: FrozenMap[str, Quantity] = FrozenMap()


@model
class PersistentVolumeClaimSpec:
    """What kind of volume is wanted: how large, of which class, shared how."""

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
    """A claim to be made for each Pod and to go away with it."""

    metadata: ObjectMeta = ObjectMeta()
    spec: PersistentVolumeClaimSpec = PersistentVolumeClaimSpec()
