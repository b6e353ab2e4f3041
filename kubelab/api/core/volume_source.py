"""Volumes that come from a storage system: details of each system, kept and given back.

Source: `k8s.io/api/core/v1` (the ``…VolumeSource`` types).

**Simplified:** no storage system is simulated, so none of these details has an effect.
"""

from kubelab.api.core.reference import LocalObjectReference
from kubelab.api.model import field, model
from kubelab.api.scalars import FrozenMap


@model
class AWSElasticBlockStoreVolumeSource:
    """A disk of Amazon's Elastic Block Store."""

    volume_id: str = field(default="", always=True, json="volumeID")
    fs_type: str = ""
    partition: int = 0
    read_only: bool = False


@model
class AzureDiskVolumeSource:
    """A data disk of Microsoft Azure."""

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
    """A file share of Microsoft Azure; its credentials are in a Secret."""

    secret_name: str = field(default="", always=True)
    share_name: str = field(default="", always=True)
    read_only: bool = False


@model
class CSIVolumeSource:
    """A volume that a CSI driver makes for this Pod alone."""

    driver: str = field(default="", always=True)
    read_only: bool | None = None
    fs_type: str | None = None
    volume_attributes: FrozenMap[str, str] = FrozenMap()
    node_publish_secret_ref: LocalObjectReference | None = None


@model
class CephFSVolumeSource:
    """A directory of a Ceph file system."""

    monitors: tuple[str, ...] = field(default=(), always=True)
    path: str = ""
    user: str = ""
    secret_file: str = ""
    secret_ref: LocalObjectReference | None = None
    read_only: bool = False


@model
class CinderVolumeSource:
    """A volume of OpenStack's Cinder."""

    volume_id: str = field(default="", always=True, json="volumeID")
    fs_type: str = ""
    read_only: bool = False
    secret_ref: LocalObjectReference | None = None


@model
class FCVolumeSource:
    """A disk behind Fibre Channel."""

    target_ww_ns: tuple[str, ...] = field(default=(), json="targetWWNs")
    lun: int | None = None
    fs_type: str = ""
    read_only: bool = False
    wwids: tuple[str, ...] = ()


@model
class FlexVolumeSource:
    """A volume made by a program on the node, the way before CSI."""

    driver: str = field(default="", always=True)
    fs_type: str = ""
    secret_ref: LocalObjectReference | None = None
    read_only: bool = False
    options: FrozenMap[str, str] = FrozenMap()


@model
class FlockerVolumeSource:
    """A data set of Flocker, which is no longer made."""

    dataset_name: str = ""
    dataset_uuid: str = field(default="", json="datasetUUID")


@model
class GCEPersistentDiskVolumeSource:
    """A persistent disk of Google's Compute Engine."""

    pd_name: str = field(default="", always=True)
    fs_type: str = ""
    partition: int = 0
    read_only: bool = False


@model
class GitRepoVolumeSource:
    """A directory filled from a Git repository; an init container is preferred today."""

    repository: str = field(default="", always=True)
    revision: str = ""
    directory: str = ""


@model
class GlusterfsVolumeSource:
    """A volume of a Gluster cluster, found through an Endpoints object."""

    endpoints: str = field(default="", always=True)
    path: str = field(default="", always=True)
    read_only: bool = False


@model
class ISCSIVolumeSource:
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
    secret_ref: LocalObjectReference | None = None
    initiator_name: str | None = None


@model
class NFSVolumeSource:
    """A directory that an NFS server exports."""

    server: str = field(default="", always=True)
    path: str = field(default="", always=True)
    read_only: bool = False


@model
class PhotonPersistentDiskVolumeSource:
    """A disk of VMware's Photon Controller, which is no longer made."""

    pd_id: str = field(default="", always=True, json="pdID")
    fs_type: str = ""


@model
class PortworxVolumeSource:
    """A volume of Portworx."""

    volume_id: str = field(default="", always=True, json="volumeID")
    fs_type: str = ""
    read_only: bool = False


@model
class QuobyteVolumeSource:
    """A volume of Quobyte."""

    registry: str = field(default="", always=True)
    volume: str = field(default="", always=True)
    read_only: bool = False
    user: str = ""
    group: str = ""
    tenant: str = ""


@model
class RBDVolumeSource:
    """A block device of a Ceph cluster."""

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
    """A volume of ScaleIO."""

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
    """A volume of StorageOS."""

    volume_name: str = ""
    volume_namespace: str = ""
    fs_type: str = ""
    read_only: bool = False
    secret_ref: LocalObjectReference | None = None


@model
class VsphereVirtualDiskVolumeSource:
    """A virtual disk of vSphere."""

    volume_path: str = field(default="", always=True)
    fs_type: str = ""
    storage_policy_name: str = ""
    storage_policy_id: str = field(default="", json="storagePolicyID")
