"""FILL module."""

from typing import ClassVar

from kubelab.api.core.pod import NodeSelector, ObjectReference
from kubelab.api.core.volume import (
    AWSElasticBlockStoreVolumeSource,
    AzureDiskVolumeSource,
    FCVolumeSource,
    FlockerVolumeSource,
    GCEPersistentDiskVolumeSource,
    HostPathVolumeSource,
    NFSVolumeSource,
    PersistentVolumeClaimSpec,
    PhotonPersistentDiskVolumeSource,
    PortworxVolumeSource,
    QuobyteVolumeSource,
    VsphereVirtualDiskVolumeSource,
)
from kubelab.api.meta import ObjectMeta
from kubelab.api.model import field, model
from kubelab.api.scalars import FrozenMap, Quantity, Time


@model
class AzureFilePersistentVolumeSource:
    """FILL AzureFilePersistentVolumeSource."""

    secret_name: str = field("", always=True)
    share_name: str = field("", always=True)
    read_only: bool = False
    secret_namespace: str | None = field(None, always=True)


@model
class SecretReference:
    """FILL SecretReference."""

    name: str = ""
    namespace: str = ""


@model
class CSIPersistentVolumeSource:
    """FILL CSIPersistentVolumeSource."""

    driver: str = field("", always=True)
    volume_handle: str = field("", always=True)
    read_only: bool = False
    fs_type: str = ""
    volume_attributes: FrozenMap[str, str] = FrozenMap()
    controller_publish_secret_ref: SecretReference | None = None
    node_stage_secret_ref: SecretReference | None = None
    node_publish_secret_ref: SecretReference | None = None
    controller_expand_secret_ref: SecretReference | None = None
    node_expand_secret_ref: SecretReference | None = None


@model
class CephFSPersistentVolumeSource:
    """FILL CephFSPersistentVolumeSource."""

    monitors: tuple[str, ...] = field((), always=True)
    path: str = ""
    user: str = ""
    secret_file: str = ""
    secret_ref: SecretReference | None = None
    read_only: bool = False


@model
class CinderPersistentVolumeSource:
    """FILL CinderPersistentVolumeSource."""

    volume_id: str = field("", always=True, json="volumeID")
    fs_type: str = ""
    read_only: bool = False
    secret_ref: SecretReference | None = None


@model
class FlexPersistentVolumeSource:
    """FILL FlexPersistentVolumeSource."""

    driver: str = field("", always=True)
    fs_type: str = ""
    secret_ref: SecretReference | None = None
    read_only: bool = False
    options: FrozenMap[str, str] = FrozenMap()


@model
class GlusterfsPersistentVolumeSource:
    """FILL GlusterfsPersistentVolumeSource."""

    endpoints: str = field("", always=True)
    path: str = field("", always=True)
    read_only: bool = False
    endpoints_namespace: str | None = None


@model
class ISCSIPersistentVolumeSource:
    """FILL ISCSIPersistentVolumeSource."""

    target_portal: str = field("", always=True)
    iqn: str = field("", always=True)
    lun: int = field(0, always=True)
    iscsi_interface: str = ""
    fs_type: str = ""
    read_only: bool = False
    portals: tuple[str, ...] = ()
    chap_auth_discovery: bool = False
    chap_auth_session: bool = False
    secret_ref: SecretReference | None = None
    initiator_name: str | None = None


@model
class LocalVolumeSource:
    """FILL LocalVolumeSource."""

    path: str = field("", always=True)
    fs_type: str | None = None


@model
class RBDPersistentVolumeSource:
    """FILL RBDPersistentVolumeSource."""

    monitors: tuple[str, ...] = field((), always=True)
    image: str = field("", always=True)
    fs_type: str = ""
    pool: str = ""
    user: str = ""
    keyring: str = ""
    secret_ref: SecretReference | None = None
    read_only: bool = False


@model
class ScaleIOPersistentVolumeSource:
    """FILL ScaleIOPersistentVolumeSource."""

    gateway: str = field("", always=True)
    system: str = field("", always=True)
    secret_ref: SecretReference | None = field(None, always=True)
    ssl_enabled: bool = False
    protection_domain: str = ""
    storage_pool: str = ""
    storage_mode: str = ""
    volume_name: str = ""
    fs_type: str = ""
    read_only: bool = False


@model
class StorageOSPersistentVolumeSource:
    """FILL StorageOSPersistentVolumeSource."""

    volume_name: str = ""
    volume_namespace: str = ""
    fs_type: str = ""
    read_only: bool = False
    secret_ref: ObjectReference | None = None


@model
class PersistentVolumeSource:
    """FILL PersistentVolumeSource."""

    gce_persistent_disk: GCEPersistentDiskVolumeSource | None = None
    aws_elastic_block_store: AWSElasticBlockStoreVolumeSource | None = None
    host_path: HostPathVolumeSource | None = None
    glusterfs: GlusterfsPersistentVolumeSource | None = None
    nfs: NFSVolumeSource | None = None
    rbd: RBDPersistentVolumeSource | None = None
    iscsi: ISCSIPersistentVolumeSource | None = None
    cinder: CinderPersistentVolumeSource | None = None
    cephfs: CephFSPersistentVolumeSource | None = None
    fc: FCVolumeSource | None = None
    flocker: FlockerVolumeSource | None = None
    flex_volume: FlexPersistentVolumeSource | None = None
    azure_file: AzureFilePersistentVolumeSource | None = None
    vsphere_volume: VsphereVirtualDiskVolumeSource | None = None
    quobyte: QuobyteVolumeSource | None = None
    azure_disk: AzureDiskVolumeSource | None = None
    photon_persistent_disk: PhotonPersistentDiskVolumeSource | None = None
    portworx_volume: PortworxVolumeSource | None = None
    scale_io: ScaleIOPersistentVolumeSource | None = field(None, json="scaleIO")
    local: LocalVolumeSource | None = None
    storageos: StorageOSPersistentVolumeSource | None = None
    csi: CSIPersistentVolumeSource | None = None


@model
class VolumeNodeAffinity:
    """FILL VolumeNodeAffinity."""

    required: NodeSelector | None = None


@model
class PersistentVolumeSpec(PersistentVolumeSource):
    """FILL PersistentVolumeSpec."""

    capacity: FrozenMap[str, Quantity] = FrozenMap()
    access_modes: tuple[str, ...] = field(
        (), values=("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod")
    )
    claim_ref: ObjectReference | None = None
    persistent_volume_reclaim_policy: str = field("", values=("Recycle", "Delete", "Retain"))
    storage_class_name: str = ""
    mount_options: tuple[str, ...] = ()
    volume_mode: str | None = field(None, values=("Block", "Filesystem"))
    node_affinity: VolumeNodeAffinity | None = None
    volume_attributes_class_name: str | None = None


@model
class PersistentVolumeStatus:
    """FILL PersistentVolumeStatus."""

    phase: str = field("", values=("Pending", "Available", "Bound", "Released", "Failed"))
    message: str = ""
    reason: str = ""
    last_phase_transition_time: Time | None = None


@model
class PersistentVolume:
    """FILL PersistentVolume."""

    api_version: ClassVar[str] = "v1"
    kind: ClassVar[str] = "PersistentVolume"

    metadata: ObjectMeta = ObjectMeta()
    spec: PersistentVolumeSpec = PersistentVolumeSpec()
    status: PersistentVolumeStatus = PersistentVolumeStatus()


@model
class ModifyVolumeStatus:
    """FILL ModifyVolumeStatus."""

    target_volume_attributes_class_name: str = ""
    status: str = field("", always=True, values=("Pending", "InProgress", "Infeasible"))


@model
class PersistentVolumeClaimCondition:
    """FILL PersistentVolumeClaimCondition."""

    type: str = field(
        "",
        always=True,
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
    status: str = field("", always=True, values=("True", "False", "Unknown"))
    last_probe_time: Time | None = None
    last_transition_time: Time | None = None
    reason: str = ""
    message: str = ""


@model
class PersistentVolumeClaimStatus:
    """FILL PersistentVolumeClaimStatus."""

    phase: str = field("", values=("Pending", "Bound", "Lost"))
    access_modes: tuple[str, ...] = field(
        (), values=("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod")
    )
    capacity: FrozenMap[str, Quantity] = FrozenMap()
    conditions: tuple[PersistentVolumeClaimCondition, ...] = field((), merge_key="type")
    allocated_resources: FrozenMap[str, Quantity] = FrozenMap()
    allocated_resource_statuses: FrozenMap[str, str] = FrozenMap()
    current_volume_attributes_class_name: str | None = None
    modify_volume_status: ModifyVolumeStatus | None = None


@model
class PersistentVolumeClaim:
    """FILL PersistentVolumeClaim."""

    api_version: ClassVar[str] = "v1"
    kind: ClassVar[str] = "PersistentVolumeClaim"

    metadata: ObjectMeta = ObjectMeta()
    spec: PersistentVolumeClaimSpec = PersistentVolumeClaimSpec()
    status: PersistentVolumeClaimStatus = PersistentVolumeClaimStatus()
