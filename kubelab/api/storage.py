"""Classes of storage, the drivers that make volumes of them, and volumes on their way to a node.

Source: `k8s.io/api/storage/v1`.
"""

from typing import ClassVar

from kubelab.api.meta import LabelSelector, ObjectMeta
from kubelab.api.model import field, model
from kubelab.api.scalars import FrozenMap, Quantity, Time


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


@model
class TokenRequest:
    """A token of a Pod's ServiceAccount that a storage driver wants to be given.

    Attributes:
        audience: for whom it is to be good; "" means the API server.
        expiration_seconds: for how long.
    """

    audience: str = field(default="", always=True)
    expiration_seconds: int | None = field(default=None, go="int64")


@model
class CSIDriverSpec:
    """What Kubernetes has to know of a storage driver.

    Attributes:
        attach_required: whether its volumes are attached to a node before they are mounted there.
        pod_info_on_mount: whether it is told for which Pod it mounts.
        volume_lifecycle_modes: whether its volumes outlive Pods, or come and go with one.
        storage_capacity: whether the scheduler asks where there is room for its volumes.
        fs_group_policy: whether the owner of a volume's files is changed to the group of the Pod.
        token_requests: tokens of the Pod's ServiceAccount that it is given.
        requires_republish: whether it is called again and again for a volume that is mounted.
        se_linux_mount: whether it mounts with an SELinux label.
        node_allocatable_update_period_seconds: how often it is asked how many volumes a node can take.
        service_account_token_in_secrets: whether it gets those tokens among the secrets.
        prevent_pod_scheduling_if_missing: whether Pods keep away from nodes on which it does not run.
    """

    attach_required: bool | None = field(default=None, inert=True)
    pod_info_on_mount: bool | None = field(default=None, inert=True)
    volume_lifecycle_modes: tuple[str, ...] = field(
        default=(), go="[]v1.VolumeLifecycleMode", values=("Persistent", "Ephemeral"), merge_set=True, inert=True
    )
    storage_capacity: bool | None = field(default=None, inert=True)
    fs_group_policy: str | None = field(
        default=None, go="v1.FSGroupPolicy", values=("ReadWriteOnceWithFSType", "File", "None"), inert=True
    )
    token_requests: tuple[TokenRequest, ...] = field(default=(), inert=True)
    requires_republish: bool | None = field(default=None, inert=True)
    se_linux_mount: bool | None = field(default=None, json="seLinuxMount", inert=True)
    node_allocatable_update_period_seconds: int | None = field(default=None, go="int64", inert=True)
    service_account_token_in_secrets: bool | None = field(default=None, inert=True)
    prevent_pod_scheduling_if_missing: bool | None = field(default=None, inert=True)


@model
class CSIDriver:
    """A storage driver of the cluster.

    Attributes:
        metadata: its identity; its name is the one that StorageClasses and volumes know it by.
        spec: what it needs, and what it can do.
    """

    api_version: ClassVar[str] = "storage.k8s.io/v1"
    kind: ClassVar[str] = "CSIDriver"

    metadata: ObjectMeta = ObjectMeta()
    spec: CSIDriverSpec = field(default=CSIDriverSpec(), always=True)


@model
class VolumeNodeResources:
    """How many volumes a node can take.

    Attributes:
        count: so many; None means that nobody has said.
    """

    count: int | None = None


@model
class CSINodeDriver:
    """A storage driver on a node.

    Attributes:
        name: of the driver.
        node_id: what the driver calls the node.
        topology_keys: the labels by which the driver knows where the node is.
        allocatable: how many volumes the node can take.
    """

    name: str = field(default="", always=True)
    node_id: str = field(default="", json="nodeID", always=True)
    topology_keys: tuple[str, ...] = field(default=(), always=True)
    allocatable: VolumeNodeResources | None = None


@model
class CSINodeSpec:
    """The storage drivers on a node.

    Attributes:
        drivers: each of them.
    """

    drivers: tuple[CSINodeDriver, ...] = field(default=(), always=True, merge_key="name")


@model
class CSINode:
    """Which storage drivers run on a node; it has the name of the Node.

    Attributes:
        metadata: its identity.
        spec: the drivers.
    """

    api_version: ClassVar[str] = "storage.k8s.io/v1"
    kind: ClassVar[str] = "CSINode"

    metadata: ObjectMeta = ObjectMeta()
    spec: CSINodeSpec = field(default=CSINodeSpec(), always=True)


@model
class CSIStorageCapacity:
    """How much room a storage driver has for volumes of a class, in one part of the cluster.

    Attributes:
        metadata: its identity.
        node_topology: in which part: the nodes with such labels; None means nowhere.
        storage_class_name: for volumes of which class.
        capacity: how much there is.
        maximum_volume_size: how large one volume can be.
    """

    api_version: ClassVar[str] = "storage.k8s.io/v1"
    kind: ClassVar[str] = "CSIStorageCapacity"

    metadata: ObjectMeta = ObjectMeta()
    node_topology: LabelSelector | None = None
    storage_class_name: str = field(default="", always=True)
    capacity: Quantity | None = None
    maximum_volume_size: Quantity | None = None


@model
class VolumeAttributesClass:
    """A name for settings of volumes that can be changed while they are used, such as how fast they are.

    Attributes:
        metadata: its identity.
        driver_name: the storage driver that knows these settings.
        parameters: the settings.
    """

    api_version: ClassVar[str] = "storage.k8s.io/v1"
    kind: ClassVar[str] = "VolumeAttributesClass"

    metadata: ObjectMeta = ObjectMeta()
    driver_name: str = field(default="", always=True)
    parameters: FrozenMap[str, str] = FrozenMap()
