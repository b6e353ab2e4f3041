"""FILL module."""

from kubelab.api.core.reference import LocalObjectReference
from kubelab.api.model import field, model
from kubelab.api.scalars import FrozenMap


@model
class AWSElasticBlockStoreVolumeSource:
    """FILL AWSElasticBlockStoreVolumeSource."""

    volume_id: str = field(default="", always=True, json="volumeID")
    fs_type: str = ""
    partition: int = 0
    read_only: bool = False


@model
class AzureDiskVolumeSource:
    """FILL AzureDiskVolumeSource."""

    disk_name: str = field(default="", always=True)
    disk_uri: str = field(default="", always=True, json="diskURI")
    caching_mode: str | None = field(
        default=None, go="v1.AzureDataDiskCachingMode", values=("None", "ReadOnly", "ReadWrite")
    )
    fs_type: str | None = None
    read_only: bool | None = None
    kind: str | None = field(default=None, go="v1.AzureDataDiskKind", values=("Shared", "Dedicated", "Managed"))


@model
class AzureFileVolumeSource:
    """FILL AzureFileVolumeSource."""

    secret_name: str = field(default="", always=True)
    share_name: str = field(default="", always=True)
    read_only: bool = False


@model
class CSIVolumeSource:
    """FILL CSIVolumeSource."""

    driver: str = field(default="", always=True)
    read_only: bool | None = None
    fs_type: str | None = None
    volume_attributes: FrozenMap[str, str] = FrozenMap()
    node_publish_secret_ref: LocalObjectReference | None = None


@model
class CephFSVolumeSource:
    """FILL CephFSVolumeSource."""

    monitors: tuple[str, ...] = field(default=(), always=True)
    path: str = ""
    user: str = ""
    secret_file: str = ""
    secret_ref: LocalObjectReference | None = None
    read_only: bool = False


@model
class CinderVolumeSource:
    """FILL CinderVolumeSource."""

    volume_id: str = field(default="", always=True, json="volumeID")
    fs_type: str = ""
    read_only: bool = False
    secret_ref: LocalObjectReference | None = None


@model
class FCVolumeSource:
    """FILL FCVolumeSource."""

    target_ww_ns: tuple[str, ...] = field(default=(), json="targetWWNs")
    lun: int | None = None
    fs_type: str = ""
    read_only: bool = False
    wwids: tuple[str, ...] = ()


@model
class FlexVolumeSource:
    """FILL FlexVolumeSource."""

    driver: str = field(default="", always=True)
    fs_type: str = ""
    secret_ref: LocalObjectReference | None = None
    read_only: bool = False
    options: FrozenMap[str, str] = FrozenMap()


@model
class FlockerVolumeSource:
    """FILL FlockerVolumeSource."""

    dataset_name: str = ""
    dataset_uuid: str = field(default="", json="datasetUUID")


@model
class GCEPersistentDiskVolumeSource:
    """FILL GCEPersistentDiskVolumeSource."""

    pd_name: str = field(default="", always=True)
    fs_type: str = ""
    partition: int = 0
    read_only: bool = False


@model
class GitRepoVolumeSource:
    """FILL GitRepoVolumeSource."""

    repository: str = field(default="", always=True)
    revision: str = ""
    directory: str = ""


@model
class GlusterfsVolumeSource:
    """FILL GlusterfsVolumeSource."""

    endpoints: str = field(default="", always=True)
    path: str = field(default="", always=True)
    read_only: bool = False


@model
class ISCSIVolumeSource:
    """FILL ISCSIVolumeSource."""

    target_portal: str = field(default="", always=True)
    iqn: str = field(default="", always=True)
    lun: int = field(default=0, always=True)
    iscsi_interface: str = ""
    fs_type: str = ""
    read_only: bool = False
    portals: tuple[str, ...] = ()
    chap_auth_discovery: bool = False
    chap_auth_session: bool = False
    secret_ref: LocalObjectReference | None = None
    initiator_name: str | None = None


@model
class NFSVolumeSource:
    """FILL NFSVolumeSource."""

    server: str = field(default="", always=True)
    path: str = field(default="", always=True)
    read_only: bool = False


@model
class PhotonPersistentDiskVolumeSource:
    """FILL PhotonPersistentDiskVolumeSource."""

    pd_id: str = field(default="", always=True, json="pdID")
    fs_type: str = ""


@model
class PortworxVolumeSource:
    """FILL PortworxVolumeSource."""

    volume_id: str = field(default="", always=True, json="volumeID")
    fs_type: str = ""
    read_only: bool = False


@model
class QuobyteVolumeSource:
    """FILL QuobyteVolumeSource."""

    registry: str = field(default="", always=True)
    volume: str = field(default="", always=True)
    read_only: bool = False
    user: str = ""
    group: str = ""
    tenant: str = ""


@model
class RBDVolumeSource:
    """FILL RBDVolumeSource."""

    monitors: tuple[str, ...] = field(default=(), always=True)
    image: str = field(default="", always=True)
    fs_type: str = ""
    pool: str = ""
    user: str = ""
    keyring: str = ""
    secret_ref: LocalObjectReference | None = None
    read_only: bool = False


@model
class ScaleIOVolumeSource:
    """FILL ScaleIOVolumeSource."""

    gateway: str = field(default="", always=True)
    system: str = field(default="", always=True)
    secret_ref: LocalObjectReference | None = field(default=None, always=True)
    ssl_enabled: bool = False
    protection_domain: str = ""
    storage_pool: str = ""
    storage_mode: str = ""
    volume_name: str = ""
    fs_type: str = ""
    read_only: bool = False


@model
class StorageOSVolumeSource:
    """FILL StorageOSVolumeSource."""

    volume_name: str = ""
    volume_namespace: str = ""
    fs_type: str = ""
    read_only: bool = False
    secret_ref: LocalObjectReference | None = None


@model
class VsphereVirtualDiskVolumeSource:
    """FILL VsphereVirtualDiskVolumeSource."""

    volume_path: str = field(default="", always=True)
    fs_type: str = ""
    storage_policy_name: str = ""
    storage_policy_id: str = field(default="", json="storagePolicyID")
