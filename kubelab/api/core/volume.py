"""FILL module."""

from kubelab.api.meta import LabelSelector, ObjectMeta
from kubelab.api.model import field, model
from kubelab.api.scalars import FrozenMap, Quantity


@model
class AWSElasticBlockStoreVolumeSource:
    """FILL AWSElasticBlockStoreVolumeSource."""

    volume_id: str = field("", always=True, json="volumeID")
    fs_type: str = ""
    partition: int = 0
    read_only: bool = False


@model
class AzureDiskVolumeSource:
    """FILL AzureDiskVolumeSource."""

    disk_name: str = field("", always=True)
    disk_uri: str = field("", always=True, json="diskURI")
    caching_mode: str | None = field(None, values=("None", "ReadOnly", "ReadWrite"))
    fs_type: str | None = None
    read_only: bool | None = None
    kind: str | None = field(None, values=("Shared", "Dedicated", "Managed"))


@model
class AzureFileVolumeSource:
    """FILL AzureFileVolumeSource."""

    secret_name: str = field("", always=True)
    share_name: str = field("", always=True)
    read_only: bool = False


@model
class LocalObjectReference:
    """FILL LocalObjectReference."""

    name: str = ""


@model
class CSIVolumeSource:
    """FILL CSIVolumeSource."""

    driver: str = field("", always=True)
    read_only: bool | None = None
    fs_type: str | None = None
    volume_attributes: FrozenMap[str, str] = FrozenMap()
    node_publish_secret_ref: LocalObjectReference | None = None


@model
class CephFSVolumeSource:
    """FILL CephFSVolumeSource."""

    monitors: tuple[str, ...] = field((), always=True)
    path: str = ""
    user: str = ""
    secret_file: str = ""
    secret_ref: LocalObjectReference | None = None
    read_only: bool = False


@model
class CinderVolumeSource:
    """FILL CinderVolumeSource."""

    volume_id: str = field("", always=True, json="volumeID")
    fs_type: str = ""
    read_only: bool = False
    secret_ref: LocalObjectReference | None = None


@model
class KeyToPath:
    """FILL KeyToPath."""

    key: str = field("", always=True)
    path: str = field("", always=True)
    mode: int | None = None


@model
class ConfigMapVolumeSource(LocalObjectReference):
    """FILL ConfigMapVolumeSource."""

    items: tuple[KeyToPath, ...] = ()
    default_mode: int | None = None
    optional: bool | None = None


@model
class ObjectFieldSelector:
    """FILL ObjectFieldSelector."""

    api_version: str = ""
    field_path: str = field("", always=True)


@model
class ResourceFieldSelector:
    """FILL ResourceFieldSelector."""

    container_name: str = ""
    resource: str = field("", always=True)
    divisor: Quantity = Quantity("0")


@model
class DownwardAPIVolumeFile:
    """FILL DownwardAPIVolumeFile."""

    path: str = field("", always=True)
    field_ref: ObjectFieldSelector | None = None
    resource_field_ref: ResourceFieldSelector | None = None
    mode: int | None = None


@model
class DownwardAPIVolumeSource:
    """FILL DownwardAPIVolumeSource."""

    items: tuple[DownwardAPIVolumeFile, ...] = ()
    default_mode: int | None = None


@model
class EmptyDirVolumeSource:
    """FILL EmptyDirVolumeSource."""

    medium: str = field("", values=("", "Memory", "HugePages", "HugePages-"))
    size_limit: Quantity | None = None


@model
class TypedLocalObjectReference:
    """FILL TypedLocalObjectReference."""

    api_group: str | None = field(None, always=True)
    kind: str = field("", always=True)
    name: str = field("", always=True)


@model
class TypedObjectReference:
    """FILL TypedObjectReference."""

    api_group: str | None = field(None, always=True)
    kind: str = field("", always=True)
    name: str = field("", always=True)
    namespace: str | None = None


@model
class VolumeResourceRequirements:
    """FILL VolumeResourceRequirements."""

    limits: FrozenMap[str, Quantity] = FrozenMap()
    requests: FrozenMap[str, Quantity] = FrozenMap()


@model
class PersistentVolumeClaimSpec:
    """FILL PersistentVolumeClaimSpec."""

    access_modes: tuple[str, ...] = field(
        (), values=("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod")
    )
    selector: LabelSelector | None = None
    resources: VolumeResourceRequirements = VolumeResourceRequirements()
    volume_name: str = ""
    storage_class_name: str | None = None
    volume_mode: str | None = field(None, values=("Block", "Filesystem"))
    data_source: TypedLocalObjectReference | None = None
    data_source_ref: TypedObjectReference | None = None
    volume_attributes_class_name: str | None = None


@model
class PersistentVolumeClaimTemplate:
    """FILL PersistentVolumeClaimTemplate."""

    metadata: ObjectMeta = ObjectMeta()
    spec: PersistentVolumeClaimSpec = PersistentVolumeClaimSpec()


@model
class EphemeralVolumeSource:
    """FILL EphemeralVolumeSource."""

    volume_claim_template: PersistentVolumeClaimTemplate | None = None


@model
class FCVolumeSource:
    """FILL FCVolumeSource."""

    target_ww_ns: tuple[str, ...] = field((), json="targetWWNs")
    lun: int | None = None
    fs_type: str = ""
    read_only: bool = False
    wwids: tuple[str, ...] = ()


@model
class FlexVolumeSource:
    """FILL FlexVolumeSource."""

    driver: str = field("", always=True)
    fs_type: str = ""
    secret_ref: LocalObjectReference | None = None
    read_only: bool = False
    options: FrozenMap[str, str] = FrozenMap()


@model
class FlockerVolumeSource:
    """FILL FlockerVolumeSource."""

    dataset_name: str = ""
    dataset_uuid: str = field("", json="datasetUUID")


@model
class GCEPersistentDiskVolumeSource:
    """FILL GCEPersistentDiskVolumeSource."""

    pd_name: str = field("", always=True)
    fs_type: str = ""
    partition: int = 0
    read_only: bool = False


@model
class GitRepoVolumeSource:
    """FILL GitRepoVolumeSource."""

    repository: str = field("", always=True)
    revision: str = ""
    directory: str = ""


@model
class GlusterfsVolumeSource:
    """FILL GlusterfsVolumeSource."""

    endpoints: str = field("", always=True)
    path: str = field("", always=True)
    read_only: bool = False


@model
class HostPathVolumeSource:
    """FILL HostPathVolumeSource."""

    path: str = field("", always=True)
    type: str | None = field(
        None,
        values=("", "DirectoryOrCreate", "Directory", "FileOrCreate", "File", "Socket", "CharDevice", "BlockDevice"),
    )


@model
class ISCSIVolumeSource:
    """FILL ISCSIVolumeSource."""

    target_portal: str = field("", always=True)
    iqn: str = field("", always=True)
    lun: int = field(0, always=True)
    iscsi_interface: str = ""
    fs_type: str = ""
    read_only: bool = False
    portals: tuple[str, ...] = ()
    chap_auth_discovery: bool = False
    chap_auth_session: bool = False
    secret_ref: LocalObjectReference | None = None
    initiator_name: str | None = None


@model
class ImageVolumeSource:
    """FILL ImageVolumeSource."""

    reference: str = ""
    pull_policy: str = field("", values=("Always", "Never", "IfNotPresent"))


@model
class NFSVolumeSource:
    """FILL NFSVolumeSource."""

    server: str = field("", always=True)
    path: str = field("", always=True)
    read_only: bool = False


@model
class PersistentVolumeClaimVolumeSource:
    """FILL PersistentVolumeClaimVolumeSource."""

    claim_name: str = field("", always=True)
    read_only: bool = False


@model
class PhotonPersistentDiskVolumeSource:
    """FILL PhotonPersistentDiskVolumeSource."""

    pd_id: str = field("", always=True, json="pdID")
    fs_type: str = ""


@model
class PortworxVolumeSource:
    """FILL PortworxVolumeSource."""

    volume_id: str = field("", always=True, json="volumeID")
    fs_type: str = ""
    read_only: bool = False


@model
class ClusterTrustBundleProjection:
    """FILL ClusterTrustBundleProjection."""

    name: str | None = None
    signer_name: str | None = None
    label_selector: LabelSelector | None = None
    optional: bool | None = None
    path: str = field("", always=True)


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
    expiration_seconds: int | None = None
    path: str = field("", always=True)


@model
class VolumeProjection:
    """FILL VolumeProjection."""

    secret: SecretProjection | None = None
    downward_api: DownwardAPIProjection | None = field(None, json="downwardAPI")
    config_map: ConfigMapProjection | None = None
    service_account_token: ServiceAccountTokenProjection | None = None
    cluster_trust_bundle: ClusterTrustBundleProjection | None = None
    pod_certificate: PodCertificateProjection | None = None


@model
class ProjectedVolumeSource:
    """FILL ProjectedVolumeSource."""

    sources: tuple[VolumeProjection, ...] = field((), always=True)
    default_mode: int | None = None


@model
class QuobyteVolumeSource:
    """FILL QuobyteVolumeSource."""

    registry: str = field("", always=True)
    volume: str = field("", always=True)
    read_only: bool = False
    user: str = ""
    group: str = ""
    tenant: str = ""


@model
class RBDVolumeSource:
    """FILL RBDVolumeSource."""

    monitors: tuple[str, ...] = field((), always=True)
    image: str = field("", always=True)
    fs_type: str = ""
    pool: str = ""
    user: str = ""
    keyring: str = ""
    secret_ref: LocalObjectReference | None = None
    read_only: bool = False


@model
class ScaleIOVolumeSource:
    """FILL ScaleIOVolumeSource."""

    gateway: str = field("", always=True)
    system: str = field("", always=True)
    secret_ref: LocalObjectReference | None = field(None, always=True)
    ssl_enabled: bool = False
    protection_domain: str = ""
    storage_pool: str = ""
    storage_mode: str = ""
    volume_name: str = ""
    fs_type: str = ""
    read_only: bool = False


@model
class SecretVolumeSource:
    """FILL SecretVolumeSource."""

    secret_name: str = ""
    items: tuple[KeyToPath, ...] = ()
    default_mode: int | None = None
    optional: bool | None = None


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

    volume_path: str = field("", always=True)
    fs_type: str = ""
    storage_policy_name: str = ""
    storage_policy_id: str = field("", json="storagePolicyID")


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
    downward_api: DownwardAPIVolumeSource | None = field(None, json="downwardAPI")
    fc: FCVolumeSource | None = None
    azure_file: AzureFileVolumeSource | None = None
    config_map: ConfigMapVolumeSource | None = None
    vsphere_volume: VsphereVirtualDiskVolumeSource | None = None
    quobyte: QuobyteVolumeSource | None = None
    azure_disk: AzureDiskVolumeSource | None = None
    photon_persistent_disk: PhotonPersistentDiskVolumeSource | None = None
    projected: ProjectedVolumeSource | None = None
    portworx_volume: PortworxVolumeSource | None = None
    scale_io: ScaleIOVolumeSource | None = field(None, json="scaleIO")
    storageos: StorageOSVolumeSource | None = None
    csi: CSIVolumeSource | None = None
    ephemeral: EphemeralVolumeSource | None = None
    image: ImageVolumeSource | None = None


@model
class Volume(VolumeSource):
    """FILL Volume."""

    name: str = field("", always=True)


@model
class VolumeMount:
    """FILL VolumeMount."""

    name: str = field("", always=True)
    read_only: bool = False
    recursive_read_only: str | None = field(None, values=("Disabled", "IfPossible", "Enabled"))
    mount_path: str = field("", always=True)
    sub_path: str = ""
    mount_propagation: str | None = field(None, values=("None", "HostToContainer", "Bidirectional"))
    sub_path_expr: str = ""


@model
class VolumeDevice:
    """FILL VolumeDevice."""

    name: str = field("", always=True)
    device_path: str = field("", always=True)
