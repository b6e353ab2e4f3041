"""What a Pod can mount, and where its containers mount it.

Source: `k8s.io/api/core/v1` (``Volume``, ``VolumeSource``, ``VolumeMount`` and the sources that need no storage
system); those that do are in `kubelab.api.core.volume_source`.
"""

from kubelab.api.core.projection import (
    ClusterTrustBundleProjection,
    ConfigMapProjection,
    DownwardAPIProjection,
    DownwardAPIVolumeFile,
    DownwardAPIVolumeSource,
    KeyToPath,
    ObjectFieldSelector,
    PodCertificateProjection,
    ProjectedVolumeSource,
    ResourceFieldSelector,
    SecretProjection,
    ServiceAccountTokenProjection,
    VolumeProjection,
)
from kubelab.api.core.reference import LocalObjectReference, TypedLocalObjectReference, TypedObjectReference
from kubelab.api.core.retired_volume_source import (
    FlockerVolumeSource,
    PhotonPersistentDiskVolumeSource,
    QuobyteVolumeSource,
    ScaleIOVolumeSource,
    StorageOSVolumeSource,
)
from kubelab.api.core.volume_claim import (
    PersistentVolumeClaimSpec,
    PersistentVolumeClaimTemplate,
    VolumeResourceRequirements,
)
from kubelab.api.core.volume_source import (
    AWSElasticBlockStoreVolumeSource,
    AzureDiskVolumeSource,
    AzureFileVolumeSource,
    CephFSVolumeSource,
    CinderVolumeSource,
    CSIVolumeSource,
    FCVolumeSource,
    FlexVolumeSource,
    GCEPersistentDiskVolumeSource,
    GitRepoVolumeSource,
    GlusterfsVolumeSource,
    ISCSIVolumeSource,
    NFSVolumeSource,
    PortworxVolumeSource,
    RBDVolumeSource,
    VsphereVirtualDiskVolumeSource,
)
from kubelab.api.model import field, model
from kubelab.api.scalars import Quantity

__all__ = [
    "ClusterTrustBundleProjection",
    "ConfigMapProjection",
    "ConfigMapVolumeSource",
    "DownwardAPIProjection",
    "DownwardAPIVolumeFile",
    "DownwardAPIVolumeSource",
    "EmptyDirVolumeSource",
    "EphemeralVolumeSource",
    "HostPathVolumeSource",
    "ImageVolumeSource",
    "KeyToPath",
    "LocalObjectReference",
    "ObjectFieldSelector",
    "PersistentVolumeClaimSpec",
    "PersistentVolumeClaimTemplate",
    "PersistentVolumeClaimVolumeSource",
    "PodCertificateProjection",
    "ProjectedVolumeSource",
    "ResourceFieldSelector",
    "SecretProjection",
    "SecretVolumeSource",
    "ServiceAccountTokenProjection",
    "TypedLocalObjectReference",
    "TypedObjectReference",
    "Volume",
    "VolumeDevice",
    "VolumeMount",
    "VolumeProjection",
    "VolumeResourceRequirements",
    "VolumeSource",
]


@model
class EmptyDirVolumeSource:
    """A directory that starts empty and lives as long as the Pod stays on its node.

    Attributes:
        medium: where it is kept; "" is the node's disk, ``Memory`` counts against the containers' memory.
        size_limit: how much may be in it; None for no limit of its own.
    """

    medium: str = field(default="", go="v1.StorageMedium", values=("", "Memory", "HugePages", "HugePages-"), inert=True)
    size_limit: Quantity | None = field(default=None, inert=True)


@model
class HostPathVolumeSource:
    """A file or directory of the node itself.

    Attributes:
        path: on the node.
        type: what must be there, or is made if it is not; None checks nothing.
    """

    path: str = field(default="", always=True)
    type: str | None = field(
        default=None,
        go="v1.HostPathType",
        values=("", "DirectoryOrCreate", "Directory", "FileOrCreate", "File", "Socket", "CharDevice", "BlockDevice"),
        inert=True,
    )


@model
class ConfigMapVolumeSource(LocalObjectReference):
    """A directory with a file for each key of a ConfigMap.

    Attributes:
        name: of the ConfigMap, in the Pod's namespace.
        items: the keys that become files, and their paths; none means every key under its own name.
        default_mode: permission bits of the files.
        optional: whether the Pod may start although the ConfigMap or a key is not there.
    """

    items: tuple[KeyToPath, ...] = ()
    default_mode: int | None = field(default=None, inert=True)
    optional: bool | None = None


@model
class SecretVolumeSource:
    """A directory with a file for each key of a Secret, kept in memory only.

    Attributes:
        secret_name: the Secret, in the Pod's namespace.
        items: the keys that become files, and their paths; none means every key under its own name.
        default_mode: permission bits of the files.
        optional: whether the Pod may start although the Secret or a key is not there.
    """

    secret_name: str = ""
    items: tuple[KeyToPath, ...] = ()
    default_mode: int | None = field(default=None, inert=True)
    optional: bool | None = None


@model
class PersistentVolumeClaimVolumeSource:
    """The volume that a claim in the Pod's namespace is bound to.

    Attributes:
        claim_name: the PersistentVolumeClaim.
        read_only: whether every mount of it is read-only.
    """

    claim_name: str = field(default="", always=True)
    read_only: bool = False


@model
class EphemeralVolumeSource:
    """A volume that a claim of the Pod's own provides, made and removed with the Pod.

    Attributes:
        volume_claim_template: the claim.
    """

    volume_claim_template: PersistentVolumeClaimTemplate | None = None


@model
class ImageVolumeSource:
    """The files of a container image as a volume.

    Attributes:
        reference: the image.
        pull_policy: when it is pulled.
    """

    reference: str = ""
    pull_policy: str = field(default="", go="v1.PullPolicy", values=("Always", "Never", "IfNotPresent"))


@model
class VolumeSource:
    """Where a volume's content comes from; exactly one of its fields is set.

    Attributes:
        host_path: a path of the node.
        empty_dir: a directory that starts empty.
        secret: files made of a Secret.
        config_map: files made of a ConfigMap.
        persistent_volume_claim: the volume behind a claim.
        downward_api: files that tell about the Pod.
        projected: files from several sources.
        nfs: an exported directory of an NFS server.
        csi: a volume of a CSI driver.
        ephemeral: a volume claimed for this Pod alone.
        image: the files of a container image.
    """

    host_path: HostPathVolumeSource | None = None
    empty_dir: EmptyDirVolumeSource | None = None
    gce_persistent_disk: GCEPersistentDiskVolumeSource | None = field(default=None, inert=True)
    aws_elastic_block_store: AWSElasticBlockStoreVolumeSource | None = field(default=None, inert=True)
    git_repo: GitRepoVolumeSource | None = field(default=None, inert=True)
    secret: SecretVolumeSource | None = None
    nfs: NFSVolumeSource | None = field(default=None, inert=True)
    iscsi: ISCSIVolumeSource | None = field(default=None, inert=True)
    glusterfs: GlusterfsVolumeSource | None = field(default=None, inert=True)
    persistent_volume_claim: PersistentVolumeClaimVolumeSource | None = None
    rbd: RBDVolumeSource | None = field(default=None, inert=True)
    flex_volume: FlexVolumeSource | None = field(default=None, inert=True)
    cinder: CinderVolumeSource | None = field(default=None, inert=True)
    cephfs: CephFSVolumeSource | None = field(default=None, inert=True)
    flocker: FlockerVolumeSource | None = field(default=None, inert=True)
    downward_api: DownwardAPIVolumeSource | None = field(default=None, json="downwardAPI")
    fc: FCVolumeSource | None = field(default=None, inert=True)
    azure_file: AzureFileVolumeSource | None = field(default=None, inert=True)
    config_map: ConfigMapVolumeSource | None = None
    vsphere_volume: VsphereVirtualDiskVolumeSource | None = field(default=None, inert=True)
    quobyte: QuobyteVolumeSource | None = field(default=None, inert=True)
    azure_disk: AzureDiskVolumeSource | None = field(default=None, inert=True)
    photon_persistent_disk: PhotonPersistentDiskVolumeSource | None = field(default=None, inert=True)
    projected: ProjectedVolumeSource | None = None
    portworx_volume: PortworxVolumeSource | None = field(default=None, inert=True)
    scale_io: ScaleIOVolumeSource | None = field(default=None, json="scaleIO", inert=True)
    storageos: StorageOSVolumeSource | None = field(default=None, inert=True)
    csi: CSIVolumeSource | None = field(default=None, inert=True)
    ephemeral: EphemeralVolumeSource | None = field(default=None, inert=True)
    image: ImageVolumeSource | None = field(default=None, inert=True)


@model
class Volume(VolumeSource):
    """A named volume of a Pod, for its containers to mount.

    Attributes:
        gce_persistent_disk: a disk of Google's Compute Engine.
        aws_elastic_block_store: a disk of Amazon's Elastic Block Store.
        git_repo: a directory filled from a Git repository.
        iscsi: a disk behind iSCSI.
        glusterfs: a volume of a Gluster cluster.
        rbd: a block device of a Ceph cluster.
        flex_volume: a volume made by a program on the node.
        cinder: a volume of OpenStack.
        cephfs: a directory of a Ceph file system.
        flocker: a data set of Flocker.
        fc: a disk behind Fibre Channel.
        azure_file: a file share of Microsoft Azure.
        vsphere_volume: a virtual disk of vSphere.
        quobyte: a volume of Quobyte.
        azure_disk: a disk of Microsoft Azure.
        photon_persistent_disk: a disk of VMware's Photon Controller.
        portworx_volume: a volume of Portworx.
        scale_io: a volume of ScaleIO.
        storageos: a volume of StorageOS.
        name: unique in the Pod; mounts refer to it.
    """

    name: str = field(default="", always=True)


@model
class VolumeMount:
    """Where a container sees a volume.

    Attributes:
        name: of the Pod's volume.
        read_only: whether the container may only read.
        recursive_read_only: whether mounts below it are read-only too.
        mount_path: in the container.
        sub_path: the part of the volume that is mounted; "" for its root.
        mount_propagation: whether later mounts on one side are seen on the other.
        sub_path_expr: as `sub_path`, with ``$(NAME)`` filled in from the environment.
    """

    name: str = field(default="", always=True)
    read_only: bool = field(default=False, inert=True)
    recursive_read_only: str | None = field(
        default=None, go="v1.RecursiveReadOnlyMode", values=("Disabled", "IfPossible", "Enabled"), inert=True
    )
    mount_path: str = field(default="", always=True)
    sub_path: str = ""
    mount_propagation: str | None = field(
        default=None, go="v1.MountPropagationMode", values=("None", "HostToContainer", "Bidirectional"), inert=True
    )
    sub_path_expr: str = ""


@model
class VolumeDevice:
    """Where a container sees a raw block volume.

    Attributes:
        name: of the Pod's volume, whose claim must be for a block device.
        device_path: in the container.
    """

    name: str = field(default="", always=True)
    device_path: str = field(default="", always=True)
