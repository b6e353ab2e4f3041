"""Where a PersistentVolume's content is kept: details of each storage system, kept and given back.

Source: `k8s.io/api/core/v1` (the ``…PersistentVolumeSource`` types).

**Simplified:** a volume is no more than its name, so none of these details has an effect.
"""

from kubelab.api.core.reference import ObjectReference, SecretReference
from kubelab.api.core.volume import HostPathVolumeSource
from kubelab.api.core.volume_source import (
    AWSElasticBlockStoreVolumeSource,
    AzureDiskVolumeSource,
    FCVolumeSource,
    FlockerVolumeSource,
    GCEPersistentDiskVolumeSource,
    NFSVolumeSource,
    PhotonPersistentDiskVolumeSource,
    PortworxVolumeSource,
    QuobyteVolumeSource,
    VsphereVirtualDiskVolumeSource,
)
from kubelab.api.model import field, model
from kubelab.api.scalars import FrozenMap


@model
class AzureFilePersistentVolumeSource:
    """A file share of Microsoft Azure; its credentials may be in any namespace."""

    secret_name: str = field(default="", always=True)
    share_name: str = field(default="", always=True)
    read_only: bool = False
    secret_namespace: str | None = field(default=None, always=True)


@model
class CSIPersistentVolumeSource:
    """A volume of a CSI driver, by the driver's own handle."""

    driver: str = field(default="", always=True)
    volume_handle: str = field(default="", always=True)
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
    """A directory of a Ceph file system."""

    monitors: tuple[str, ...] = field(default=(), always=True)
    path: str = ""
    user: str = ""
    secret_file: str = ""
    secret_ref: SecretReference | None = None
    read_only: bool = False


@model
class CinderPersistentVolumeSource:
    """A volume of OpenStack's Cinder."""

    volume_id: str = field(default="", always=True, json="volumeID")
    fs_type: str = ""
    read_only: bool = False
    secret_ref: SecretReference | None = None


@model
class FlexPersistentVolumeSource:
    """A volume made by a program on the node, the way before CSI."""

    driver: str = field(default="", always=True)
    fs_type: str = ""
    secret_ref: SecretReference | None = None
    read_only: bool = False
    options: FrozenMap[str, str] = FrozenMap()


@model
class GlusterfsPersistentVolumeSource:
    """A volume of a Gluster cluster."""

    endpoints: str = field(default="", always=True)
    path: str = field(default="", always=True)
    read_only: bool = False
    endpoints_namespace: str | None = None


@model
class ISCSIPersistentVolumeSource:
    """A disk behind iSCSI."""

    target_portal: str = field(default="", always=True)
    iqn: str = field(default="", always=True)
    lun: int = field(default=0, always=True)
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
    """A disk or directory of one certain node."""

    path: str = field(default="", always=True)
    fs_type: str | None = None


@model
class RBDPersistentVolumeSource:
    """A block device of a Ceph cluster."""

    monitors: tuple[str, ...] = field(default=(), always=True)
    image: str = field(default="", always=True)
    fs_type: str = ""
    pool: str = ""
    user: str = ""
    keyring: str = ""
    secret_ref: SecretReference | None = None
    read_only: bool = False


@model
class ScaleIOPersistentVolumeSource:
    """A volume of ScaleIO."""

    gateway: str = field(default="", always=True)
    system: str = field(default="", always=True)
    secret_ref: SecretReference | None = field(default=None, always=True)
    ssl_enabled: bool = False
    protection_domain: str = ""
    storage_pool: str = ""
    storage_mode: str = ""
    volume_name: str = ""
    fs_type: str = ""
    read_only: bool = False


@model
class StorageOSPersistentVolumeSource:
    """A volume of StorageOS."""

    volume_name: str = ""
    volume_namespace: str = ""
    fs_type: str = ""
    read_only: bool = False
    secret_ref: ObjectReference | None = None


@model
class PersistentVolumeSource:
    """Where the content is kept; exactly one of its fields is set."""

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
    scale_io: ScaleIOPersistentVolumeSource | None = field(default=None, json="scaleIO")
    local: LocalVolumeSource | None = None
    storageos: StorageOSPersistentVolumeSource | None = None
    csi: CSIPersistentVolumeSource | None = None
