"""Files that the kubelet makes for a Pod: keys of ConfigMaps and Secrets, facts about the Pod, tokens.

Source: `k8s.io/api/core/v1` (``KeyToPath``, ``DownwardAPIVolumeSource``, ``ProjectedVolumeSource``).
"""

from kubelab.api.core.reference import LocalObjectReference
from kubelab.api.meta import LabelSelector
from kubelab.api.model import field, model
from kubelab.api.scalars import FrozenMap, Quantity


@model
class KeyToPath:
    """One key of a ConfigMap or Secret and the file it becomes.

    Attributes:
        key: of the ConfigMap or Secret.
        path: of the file, relative to the mount.
        mode: the file's permission bits; None for the volume's default.
    """

    key: str = field(default="", always=True)
    path: str = field(default="", always=True)
    mode: int | None = field(default=None, inert=True)


@model
class ObjectFieldSelector:
    """A field of the Pod itself, such as ``metadata.name`` or ``status.podIP``.

    Attributes:
        api_version: the version of Pod whose fields are meant.
        field_path: the field.
    """

    api_version: str = ""
    field_path: str = field(default="", always=True)


@model
class ResourceFieldSelector:
    """What a container requests or may use of a resource.

    Attributes:
        container_name: the container; needed in a volume, and the container itself in its environment.
        resource: such as ``limits.cpu`` or ``requests.memory``.
        divisor: the unit in which it is given out, such as ``1Mi``; ``0`` counts as ``1``.
    """

    container_name: str = ""
    resource: str = field(default="", always=True)
    divisor: Quantity = field(default=Quantity("0"), always=True)


@model
class DownwardAPIVolumeFile:
    """One file that tells the containers something about their Pod.

    Attributes:
        path: the file, seen from the volume's root.
        field_ref: a field of the Pod.
        resource_field_ref: a request or limit of one of its containers.
        mode: the file's permissions.
    """

    path: str = field(default="", always=True)
    field_ref: ObjectFieldSelector | None = None
    resource_field_ref: ResourceFieldSelector | None = None
    mode: int | None = field(default=None, inert=True)


@model
class DownwardAPIVolumeSource:
    """A directory of files that tell the containers about their Pod.

    Attributes:
        items: the files.
        default_mode: the permissions of files that say none.
    """

    items: tuple[DownwardAPIVolumeFile, ...] = ()
    default_mode: int | None = field(default=None, inert=True)


@model
class ClusterTrustBundleProjection:
    """Certificates of a ClusterTrustBundle in one file.

    Attributes:
        name: of one bundle.
        signer_name: or all bundles of a signer.
        label_selector: of those of the signer, only these.
        optional: whether the Pod starts without it, too.
        path: the file.
    """

    name: str | None = None
    signer_name: str | None = None
    label_selector: LabelSelector | None = None
    optional: bool | None = None
    path: str = field(default="", always=True)


@model
class ConfigMapProjection(LocalObjectReference):
    """Keys of a ConfigMap as files among those of other sources.

    Attributes:
        name: of the ConfigMap.
        items: which keys, and the files they become; all of them if nothing is said.
        optional: whether the Pod starts without it, too.
    """

    items: tuple[KeyToPath, ...] = ()
    optional: bool | None = None


@model
class DownwardAPIProjection:
    """Facts about the Pod as files among those of other sources.

    Attributes:
        items: the files.
    """

    items: tuple[DownwardAPIVolumeFile, ...] = ()


@model
class PodCertificateProjection:
    """A certificate issued to the Pod, renewed before it ends, as files.

    Attributes:
        signer_name: who issues it.
        key_type: which sort of key is made.
        max_expiration_seconds: for how long it is good at most.
        credential_bundle_path: a file with key and certificates.
        key_path: a file with the key.
        certificate_chain_path: a file with the certificates.
        user_annotations: what else the signer is told.
    """

    signer_name: str = ""
    key_type: str = ""
    max_expiration_seconds: int | None = None
    credential_bundle_path: str = ""
    key_path: str = ""
    certificate_chain_path: str = ""
    user_annotations: FrozenMap[str, str] = FrozenMap()


@model
class SecretProjection(LocalObjectReference):
    """Keys of a Secret as files among those of other sources.

    Attributes:
        name: of the Secret.
        items: which keys, and the files they become; all of them if nothing is said.
        optional: whether the Pod starts without it, too.
    """

    items: tuple[KeyToPath, ...] = ()
    optional: bool | None = None


@model
class ServiceAccountTokenProjection:
    """A token of the Pod's ServiceAccount, renewed before it ends, as a file.

    Attributes:
        audience: for whom the token is; the API server if nothing is said.
        expiration_seconds: for how long it is good.
        path: the file.
    """

    audience: str = ""
    expiration_seconds: int | None = field(default=None, go="int64")
    path: str = field(default="", always=True)


@model
class VolumeProjection:
    """One source of a projected volume; exactly one of its fields is set.

    Attributes:
        secret: keys of a Secret.
        downward_api: facts about the Pod.
        config_map: keys of a ConfigMap.
        service_account_token: a token.
        cluster_trust_bundle: certificates to trust.
        pod_certificate: a certificate of its own.
    """

    secret: SecretProjection | None = None
    downward_api: DownwardAPIProjection | None = field(default=None, json="downwardAPI")
    config_map: ConfigMapProjection | None = None
    service_account_token: ServiceAccountTokenProjection | None = None
    cluster_trust_bundle: ClusterTrustBundleProjection | None = None
    pod_certificate: PodCertificateProjection | None = None


@model
class ProjectedVolumeSource:
    """One directory whose files come from several sources.

    Attributes:
        sources: where the files come from.
        default_mode: the permissions of files that say none.
    """

    sources: tuple[VolumeProjection, ...] = field(default=(), always=True)
    default_mode: int | None = field(default=None, inert=True)
