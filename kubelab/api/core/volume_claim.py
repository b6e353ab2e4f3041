"""What is asked of a persistent volume, where a claim or a Pod's template says it.

Source: `k8s.io/api/core/v1` (``PersistentVolumeClaimSpec``).
"""

from kubelab.api.core.reference import TypedLocalObjectReference, TypedObjectReference
from kubelab.api.meta import LabelSelector, ObjectMeta
from kubelab.api.model import field, model
from kubelab.api.scalars import FrozenMap, Quantity


@model
class VolumeResourceRequirements:
    """How much storage is wanted, and at most allowed.

    Attributes:
        limits: the most.
        requests: the least.
    """

    limits: FrozenMap[str, Quantity] = FrozenMap()
    requests: FrozenMap[str, Quantity] = FrozenMap()


@model
class PersistentVolumeClaimSpec:
    """What kind of volume is wanted: how large, of which class, shared how.

    Attributes:
        access_modes: how it must be possible to share it.
        selector: only volumes with these labels.
        resources: how large it must be.
        volume_name: the volume that it is bound to.
        storage_class_name: of which class; absent means the default one, "" none.
        volume_mode: whether a file system is wanted, or a raw device.
        data_source: a snapshot or claim whose data it starts with.
        data_source_ref: the same, of any kind and namespace.
        volume_attributes_class_name: settings of the storage behind it, by name.
    """

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
    """A claim to be made for each Pod and to go away with it.

    Attributes:
        metadata: labels and annotations of the claim.
        spec: what is wanted of it.
    """

    metadata: ObjectMeta = ObjectMeta()
    spec: PersistentVolumeClaimSpec = PersistentVolumeClaimSpec()
