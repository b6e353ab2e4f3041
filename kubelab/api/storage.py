"""Classes of storage, from which volumes are made on demand.

Source: `k8s.io/api/storage/v1`.
"""

from typing import ClassVar

from kubelab.api.meta import ObjectMeta
from kubelab.api.model import field, model
from kubelab.api.scalars import FrozenMap, Time


@model
class TopologySelectorLabelRequirement:
    """A label of nodes and the values it may have.

    Attributes:
        key: the label.
        values: one of these.
    """

    key: str = field(default="", always=True)
    values: tuple[str, ...] = field(default=(), always=True)


@model
class TopologySelectorTerm:
    """Where volumes may be made, by labels of nodes.

    Attributes:
        match_label_expressions: all of them must be met.
    """

    match_label_expressions: tuple[TopologySelectorLabelRequirement, ...] = ()


@model
class StorageClass:
    """Who makes volumes of a class, when, with which settings, and what becomes of them afterwards.

    Attributes:
        metadata: its identity.
        provisioner: who makes the volumes.
        parameters: settings for who makes them.
        reclaim_policy: what becomes of a volume when its claim is gone.
        mount_options: options of the mounts.
        allow_volume_expansion: whether claims may ask for more later.
        volume_binding_mode: at once, or when a Pod needs it.
        allowed_topologies: where volumes may be made.
    """

    api_version: ClassVar[str] = "storage.k8s.io/v1"
    kind: ClassVar[str] = "StorageClass"

    metadata: ObjectMeta = ObjectMeta()
    provisioner: str = field(default="", always=True)
    parameters: FrozenMap[str, str] = FrozenMap()
    reclaim_policy: str | None = field(
        default=None, go="v1.PersistentVolumeReclaimPolicy", values=("Recycle", "Delete", "Retain")
    )
    mount_options: tuple[str, ...] = ()
    allow_volume_expansion: bool | None = None
    volume_binding_mode: str | None = field(
        default=None, go="v1.VolumeBindingMode", values=("Immediate", "WaitForFirstConsumer")
    )
    allowed_topologies: tuple[TopologySelectorTerm, ...] = ()


@model
class VolumeAttachmentSource:
    """The volume that is to be attached.

    Attributes:
        persistent_volume_name: its name.
    """

    persistent_volume_name: str | None = None


@model
class VolumeAttachmentSpec:
    """That a volume is to be attached to a node.

    Attributes:
        attacher: the storage driver that does it.
        source: the volume.
        node_name: the node.
    """

    attacher: str = field(default="", always=True)
    source: VolumeAttachmentSource = VolumeAttachmentSource()
    node_name: str = field(default="", always=True)


@model
class VolumeError:
    """Why a volume could not be attached or detached.

    Attributes:
        time: when that was found.
        message: what the driver said.
    """

    time: Time | None = None
    message: str = ""


@model
class VolumeAttachmentStatus:
    """Whether it is attached.

    Attributes:
        attached: whether the machine has the volume.
        attachment_metadata: what the driver says of how.
        attach_error: why it could not be attached.
        detach_error: why it could not be detached.
    """

    attached: bool = field(default=False, always=True)
    attachment_metadata: FrozenMap[str, str] = FrozenMap()
    attach_error: VolumeError | None = None
    detach_error: VolumeError | None = None


@model
class VolumeAttachment:
    """A volume on its way to a node, or there.

    Attributes:
        metadata: its identity.
        spec: which volume, to which node, by which driver.
        status: how far that has come.
    """

    api_version: ClassVar[str] = "storage.k8s.io/v1"
    kind: ClassVar[str] = "VolumeAttachment"

    metadata: ObjectMeta = ObjectMeta()
    spec: VolumeAttachmentSpec = VolumeAttachmentSpec()
    status: VolumeAttachmentStatus = VolumeAttachmentStatus()
