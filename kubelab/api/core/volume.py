"""FILL module."""

from kubelab.api.core.reference import LocalObjectReference, TypedLocalObjectReference, TypedObjectReference
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
    FlockerVolumeSource,
    GCEPersistentDiskVolumeSource,
    GitRepoVolumeSource,
    GlusterfsVolumeSource,
    ISCSIVolumeSource,
    NFSVolumeSource,
    PhotonPersistentDiskVolumeSource,
    PortworxVolumeSource,
    QuobyteVolumeSource,
    RBDVolumeSource,
    ScaleIOVolumeSource,
    StorageOSVolumeSource,
    VsphereVirtualDiskVolumeSource,
)
from kubelab.api.meta import LabelSelector
from kubelab.api.model import field, model
from kubelab.api.scalars import FrozenMap, Quantity

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
    """FILL EmptyDirVolumeSource."""

    medium: str = field(default="", go="v1.StorageMedium", values=("", "Memory", "HugePages", "HugePages-"))
    size_limit: Quantity | None = None


@model
class HostPathVolumeSource:
    """FILL HostPathVolumeSource."""

    path: str = field(default="", always=True)
    type: str | None = field(
        default=None,
        go="v1.HostPathType",
        values=("", "DirectoryOrCreate", "Directory", "FileOrCreate", "File", "Socket", "CharDevice", "BlockDevice"),
    )


@model
class KeyToPath:
    """FILL KeyToPath."""

    key: str = field(default="", always=True)
    path: str = field(default="", always=True)
    mode: int | None = None


@model
class ConfigMapVolumeSource(LocalObjectReference):
    """FILL ConfigMapVolumeSource."""

    items: tuple[KeyToPath, ...] = ()
    default_mode: int | None = None
    optional: bool | None = None


@model
class SecretVolumeSource:
    """FILL SecretVolumeSource."""

    secret_name: str = ""
    items: tuple[KeyToPath, ...] = ()
    default_mode: int | None = None
    optional: bool | None = None


@model
class PersistentVolumeClaimVolumeSource:
    """FILL PersistentVolumeClaimVolumeSource."""

    claim_name: str = field(default="", always=True)
    read_only: bool = False


@model
class ObjectFieldSelector:
    """FILL ObjectFieldSelector."""

    api_version: str = ""
    field_path: str = field(default="", always=True)


@model
class ResourceFieldSelector:
    """FILL ResourceFieldSelector."""

    container_name: str = ""
    resource: str = field(default="", always=True)
    divisor: Quantity = field(default=Quantity("0"), always=True)


@model
class DownwardAPIVolumeFile:
    """FILL DownwardAPIVolumeFile."""

    path: str = field(default="", always=True)
    field_ref: ObjectFieldSelector | None = None
    resource_field_ref: ResourceFieldSelector | None = None
    mode: int | None = None


@model
class DownwardAPIVolumeSource:
    """FILL DownwardAPIVolumeSource."""

    items: tuple[DownwardAPIVolumeFile, ...] = ()
    default_mode: int | None = None


@model
class ClusterTrustBundleProjection:
    """FILL ClusterTrustBundleProjection."""

    name: str | None = None
    signer_name: str | None = None
    label_selector: LabelSelector | None = None
    optional: bool | None = None
    path: str = field(default="", always=True)


@model
class ConfigMapProjection(LocalObjectReference):
    """FILL ConfigMapProjection."""

    items: tuple[KeyToPath, ...] = ()
    optional: bool | None = None


@model
class DownwardAPIProjection:
    """FILL DownwardAPIProjection."""

    items: tuple[DownwardAPIVolumeFile, ...] = ()


@model
class PodCertificateProjection:
    """FILL PodCertificateProjection."""

    signer_name: str = ""
    key_type: str = ""
    max_expiration_seconds: int | None = None
    credential_bundle_path: str = ""
    key_path: str = ""
    certificate_chain_path: str = ""
    user_annotations: FrozenMap[str, str] = FrozenMap()


@model
class SecretProjection(LocalObjectReference):
    """FILL SecretProjection."""

    items: tuple[KeyToPath, ...] = ()
    optional: bool | None = None


@model
class ServiceAccountTokenProjection:
    """FILL ServiceAccountTokenProjection."""

    audience: str = ""
    expiration_seconds: int | None = field(default=None, go="int64")
    path: str = field(default="", always=True)


@model
class VolumeProjection:
    """FILL VolumeProjection."""

    secret: SecretProjection | None = None
    downward_api: DownwardAPIProjection | None = field(default=None, json="downwardAPI")
    config_map: ConfigMapProjection | None = None
    service_account_token: ServiceAccountTokenProjection | None = None
    cluster_trust_bundle: ClusterTrustBundleProjection | None = None
    pod_certificate: PodCertificateProjection | None = None


@model
class ProjectedVolumeSource:
    """FILL ProjectedVolumeSource."""

    sources: tuple[VolumeProjection, ...] = field(default=(), always=True)
    default_mode: int | None = None


@model
class EphemeralVolumeSource:
    """FILL EphemeralVolumeSource."""

    volume_claim_template: PersistentVolumeClaimTemplate | None = None


@model
class ImageVolumeSource:
    """FILL ImageVolumeSource."""

    reference: str = ""
    pull_policy: str = field(default="", go="v1.PullPolicy", values=("Always", "Never", "IfNotPresent"))


@model
class VolumeSource:
    """FILL VolumeSource."""

    host_path: HostPathVolumeSource | None = None
    empty_dir: EmptyDirVolumeSource | None = None
    gce_persistent_disk: GCEPersistentDiskVolumeSource | None = None
    aws_elastic_block_store: AWSElasticBlockStoreVolumeSource | None = None
    git_repo: GitRepoVolumeSource | None = None
    secret: SecretVolumeSource | None = None
    nfs: NFSVolumeSource | None = None
    iscsi: ISCSIVolumeSource | None = None
    glusterfs: GlusterfsVolumeSource | None = None
    persistent_volume_claim: PersistentVolumeClaimVolumeSource | None = None
    rbd: RBDVolumeSource | None = None
    flex_volume: FlexVolumeSource | None = None
    cinder: CinderVolumeSource | None = None
    cephfs: CephFSVolumeSource | None = None
    flocker: FlockerVolumeSource | None = None
    downward_api: DownwardAPIVolumeSource | None = field(default=None, json="downwardAPI")
    fc: FCVolumeSource | None = None
    azure_file: AzureFileVolumeSource | None = None
    config_map: ConfigMapVolumeSource | None = None
    vsphere_volume: VsphereVirtualDiskVolumeSource | None = None
    quobyte: QuobyteVolumeSource | None = None
    azure_disk: AzureDiskVolumeSource | None = None
    photon_persistent_disk: PhotonPersistentDiskVolumeSource | None = None
    projected: ProjectedVolumeSource | None = None
    portworx_volume: PortworxVolumeSource | None = None
    scale_io: ScaleIOVolumeSource | None = field(default=None, json="scaleIO")
    storageos: StorageOSVolumeSource | None = None
    csi: CSIVolumeSource | None = None
    ephemeral: EphemeralVolumeSource | None = None
    image: ImageVolumeSource | None = None


@model
class Volume(VolumeSource):
    """FILL Volume."""

    name: str = field(default="", always=True)


@model
class VolumeMount:
    """FILL VolumeMount."""

    name: str = field(default="", always=True)
    read_only: bool = False
    recursive_read_only: str | None = field(
        default=None, go="v1.RecursiveReadOnlyMode", values=("Disabled", "IfPossible", "Enabled")
    )
    mount_path: str = field(default="", always=True)
    sub_path: str = ""
    mount_propagation: str | None = field(
        default=None, go="v1.MountPropagationMode", values=("None", "HostToContainer", "Bidirectional")
    )
    sub_path_expr: str = ""


@model
class VolumeDevice:
    """FILL VolumeDevice."""

    name: str = field(default="", always=True)
    device_path: str = field(default="", always=True)
