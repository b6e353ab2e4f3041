"""Volumes that come from a storage system: details of each system, kept and given back.

Source: `k8s.io/api/core/v1` (the ``…VolumeSource`` types).

**Simplified:** no storage system is simulated, so none of these details has an effect.
"""

from kubelab.api.core.reference import LocalObjectReference
from kubelab.api.model import field, model
from kubelab.api.scalars import FrozenMap


@model
class AWSElasticBlockStoreVolumeSource:
    """A disk of Amazon's Elastic Block Store.

    Attributes:
        volume_id: of the disk.
        fs_type: the file system it is formatted with, such as ``ext4``.
        partition: which one; 0 is the whole disk.
        read_only: whether it is mounted for reading only.
    """

    volume_id: str = field(default="", always=True, json="volumeID")
    fs_type: str = ""
    partition: int = 0
    read_only: bool = False


@model
class AzureDiskVolumeSource:
    """A data disk of Microsoft Azure.

    Attributes:
        disk_name: of the disk.
        disk_uri: where it is kept.
        caching_mode: whether reads and writes are cached on the host.
        fs_type: the file system it is formatted with, such as ``ext4``.
        read_only: whether it is mounted for reading only.
        kind: whether the disk is managed, and by whom.
    """

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
    """A file share of Microsoft Azure; its credentials are in a Secret.

    Attributes:
        secret_name: the Secret with the credentials.
        share_name: the share.
        read_only: whether it is mounted for reading only.
    """

    secret_name: str = field(default="", always=True)
    share_name: str = field(default="", always=True)
    read_only: bool = False


@model
class CSIVolumeSource:
    """A volume that a CSI driver makes for this Pod alone.

    Attributes:
        driver: the name of the driver.
        read_only: whether it is mounted for reading only.
        fs_type: the file system it is formatted with, such as ``ext4``.
        volume_attributes: settings for the driver.
        node_publish_secret_ref: a Secret for the driver.
    """

    driver: str = field(default="", always=True)
    read_only: bool | None = None
    fs_type: str | None = None
    volume_attributes: FrozenMap[str, str] = FrozenMap()
    node_publish_secret_ref: LocalObjectReference | None = None


@model
class CephFSVolumeSource:
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
    secret_ref: LocalObjectReference | None = None
    read_only: bool = False


@model
class CinderVolumeSource:
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
    secret_ref: LocalObjectReference | None = None


@model
class FCVolumeSource:
    """A disk behind Fibre Channel.

    Attributes:
        target_ww_ns: world wide names of the target.
        lun: the number of the disk.
        fs_type: the file system it is formatted with, such as ``ext4``.
        read_only: whether it is mounted for reading only.
        wwids: or the world wide identifiers of the disk.
    """

    target_ww_ns: tuple[str, ...] = field(default=(), json="targetWWNs")
    lun: int | None = None
    fs_type: str = ""
    read_only: bool = False
    wwids: tuple[str, ...] = ()


@model
class FlexVolumeSource:
    """A volume made by a program on the node, the way before CSI.

    Attributes:
        driver: the name of the program.
        fs_type: the file system it is formatted with, such as ``ext4``.
        secret_ref: a Secret with the credentials.
        read_only: whether it is mounted for reading only.
        options: settings for the program.
    """

    driver: str = field(default="", always=True)
    fs_type: str = ""
    secret_ref: LocalObjectReference | None = None
    read_only: bool = False
    options: FrozenMap[str, str] = FrozenMap()


@model
class GCEPersistentDiskVolumeSource:
    """A persistent disk of Google's Compute Engine.

    Attributes:
        pd_name: of the disk.
        fs_type: the file system it is formatted with, such as ``ext4``.
        partition: which one; 0 is the whole disk.
        read_only: whether it is mounted for reading only.
    """

    pd_name: str = field(default="", always=True)
    fs_type: str = ""
    partition: int = 0
    read_only: bool = False


@model
class GitRepoVolumeSource:
    """A directory filled from a Git repository; an init container is preferred today.

    Attributes:
        repository: its address.
        revision: which commit.
        directory: where it is put.
    """

    repository: str = field(default="", always=True)
    revision: str = ""
    directory: str = ""


@model
class GlusterfsVolumeSource:
    """A volume of a Gluster cluster, found through an Endpoints object.

    Attributes:
        endpoints: the Endpoints with the addresses of the servers.
        path: the Gluster volume.
        read_only: whether it is mounted for reading only.
    """

    endpoints: str = field(default="", always=True)
    path: str = field(default="", always=True)
    read_only: bool = False


@model
class ISCSIVolumeSource:
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
    secret_ref: LocalObjectReference | None = None
    initiator_name: str | None = None


@model
class NFSVolumeSource:
    """A directory that an NFS server exports.

    Attributes:
        server: its address.
        path: what it exports.
        read_only: whether it is mounted for reading only.
    """

    server: str = field(default="", always=True)
    path: str = field(default="", always=True)
    read_only: bool = False


@model
class PortworxVolumeSource:
    """A volume of Portworx.

    Attributes:
        volume_id: of the volume.
        fs_type: the file system it is formatted with, such as ``ext4``.
        read_only: whether it is mounted for reading only.
    """

    volume_id: str = field(default="", always=True, json="volumeID")
    fs_type: str = ""
    read_only: bool = False


@model
class RBDVolumeSource:
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
    secret_ref: LocalObjectReference | None = None
    read_only: bool = False


@model
class VsphereVirtualDiskVolumeSource:
    """A virtual disk of vSphere.

    Attributes:
        volume_path: of the disk.
        fs_type: the file system it is formatted with, such as ``ext4``.
        storage_policy_name: the name of its storage policy.
        storage_policy_id: the id of its storage policy.
    """

    volume_path: str = field(default="", always=True)
    fs_type: str = ""
    storage_policy_name: str = ""
    storage_policy_id: str = field(default="", json="storagePolicyID")
