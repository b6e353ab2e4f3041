"""Where a PersistentVolume's content is kept: details of each storage system, kept and given back.

Source: `k8s.io/api/core/v1` (the ``…PersistentVolumeSource`` types).

**Simplified:** a volume is no more than its name, so none of these details has an effect.
"""

from kubelab.api.core.reference import ObjectReference, SecretReference
from kubelab.api.core.retired_volume_source import (
    FlockerVolumeSource,
    PhotonPersistentDiskVolumeSource,
    QuobyteVolumeSource,
)
from kubelab.api.core.volume import HostPathVolumeSource
from kubelab.api.core.volume_source import (
    AWSElasticBlockStoreVolumeSource,
    AzureDiskVolumeSource,
    FCVolumeSource,
    GCEPersistentDiskVolumeSource,
    NFSVolumeSource,
    PortworxVolumeSource,
    VsphereVirtualDiskVolumeSource,
)
from kubelab.api.model import field, model
from kubelab.api.scalars import FrozenMap


@model
class AzureFilePersistentVolumeSource:
    """A file share of Microsoft Azure; its credentials may be in any namespace.

    Attributes:
        secret_name: the Secret with the credentials.
        share_name: the share.
        read_only: whether it is mounted for reading only.
        secret_namespace: where the Secret is.
    """

    secret_name: str = field(default="", always=True)
    share_name: str = field(default="", always=True)
    read_only: bool = False
    secret_namespace: str | None = field(default=None, always=True)


@model
class CSIPersistentVolumeSource:
    """A volume of a CSI driver, by the driver's own handle.

    Attributes:
        driver: the name of the driver.
        volume_handle: what the driver calls the volume.
        read_only: whether it is mounted for reading only.
        fs_type: the file system it is formatted with, such as ``ext4``.
        volume_attributes: settings for the driver.
        controller_publish_secret_ref: a Secret for attaching it to a node.
        node_stage_secret_ref: a Secret for preparing it on a node.
        node_publish_secret_ref: a Secret for mounting it into a Pod.
        controller_expand_secret_ref: a Secret for making it larger.
        node_expand_secret_ref: a Secret for making it larger, on the node.
    """

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
    """A directory of a Ceph file system.

    Attributes:
        monitors: addresses of Ceph's monitors.
        path: the directory.
        user: of Ceph.
        secret_file: the file with the key of that user.
        secret_ref: a Secret with the credentials.
        read_only: whether it is mounted for reading only.
    """

    monitors: tuple[str, ...] = field(default=(), always=True)
    path: str = ""
    user: str = ""
    secret_file: str = ""
    secret_ref: SecretReference | None = None
    read_only: bool = False


@model
class CinderPersistentVolumeSource:
    """A volume of OpenStack's Cinder.

    Attributes:
        volume_id: of the volume.
        fs_type: the file system it is formatted with, such as ``ext4``.
        read_only: whether it is mounted for reading only.
        secret_ref: a Secret with the credentials.
    """

    volume_id: str = field(default="", always=True, json="volumeID")
    fs_type: str = ""
    read_only: bool = False
    secret_ref: SecretReference | None = None


@model
class FlexPersistentVolumeSource:
    """A volume made by a program on the node, the way before CSI.

    Attributes:
        driver: the name of the program.
        fs_type: the file system it is formatted with, such as ``ext4``.
        secret_ref: a Secret for the program.
        read_only: whether it is mounted for reading only.
        options: settings for the program.
    """

    driver: str = field(default="", always=True)
    fs_type: str = ""
    secret_ref: SecretReference | None = None
    read_only: bool = False
    options: FrozenMap[str, str] = FrozenMap()


@model
class GlusterfsPersistentVolumeSource:
    """A volume of a Gluster cluster.

    Attributes:
        endpoints: the Endpoints with the addresses of the servers.
        path: the Gluster volume.
        read_only: whether it is mounted for reading only.
        endpoints_namespace: where the Endpoints are.
    """

    endpoints: str = field(default="", always=True)
    path: str = field(default="", always=True)
    read_only: bool = False
    endpoints_namespace: str | None = None


@model
class ISCSIPersistentVolumeSource:
    """A disk behind iSCSI.

    Attributes:
        target_portal: the address of the target.
        iqn: the name of the target.
        lun: the number of the disk.
        iscsi_interface: by which interface the node reaches it.
        fs_type: the file system it is formatted with, such as ``ext4``.
        read_only: whether it is mounted for reading only.
        portals: further addresses of the target.
        chap_auth_discovery: whether the node proves who it is when it looks for targets.
        chap_auth_session: whether it does so when it connects.
        secret_ref: a Secret with the credentials.
        initiator_name: under which name the node connects.
    """

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
    """A disk or directory of one certain node.

    Attributes:
        path: of the disk or directory on the node.
        fs_type: the file system it is formatted with, such as ``ext4``.
    """

    path: str = field(default="", always=True)
    fs_type: str | None = None


@model
class RBDPersistentVolumeSource:
    """A block device of a Ceph cluster.

    Attributes:
        monitors: addresses of Ceph's monitors.
        image: the name of the image of blocks.
        fs_type: the file system it is formatted with, such as ``ext4``.
        pool: the pool that it is in.
        user: of Ceph.
        keyring: the file with the key of that user.
        secret_ref: a Secret with the credentials.
        read_only: whether it is mounted for reading only.
    """

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
    """A volume of ScaleIO.

    Attributes:
        gateway: the address of ScaleIO's gateway.
        system: the name of the storage system.
        secret_ref: a Secret with the credentials.
        ssl_enabled: whether the gateway is spoken to over TLS.
        protection_domain: of ScaleIO.
        storage_pool: of ScaleIO.
        storage_mode: thick or thin.
        volume_name: of the volume.
        fs_type: the file system it is formatted with, such as ``ext4``.
        read_only: whether it is mounted for reading only.
    """

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
    """A volume of StorageOS.

    Attributes:
        volume_name: of the volume.
        volume_namespace: where it is in StorageOS; "" means the Pod's namespace.
        fs_type: the file system it is formatted with, such as ``ext4``.
        read_only: whether it is mounted for reading only.
        secret_ref: a Secret with the credentials.
    """

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
