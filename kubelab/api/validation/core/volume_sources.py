"""Checks of volume sources that Pods and PersistentVolumes have in common, each by itself.

In Kubernetes: `validateHostPathVolumeSource`, `validateNFSVolumeSource` … The public models of a source in a Pod
and in a PersistentVolume differ in few fields, so that one check here serves both.
"""

import re
from typing import Any

from kubelab.api.core.persistent_volume_source import CSIPersistentVolumeSource
from kubelab.api.core.reference import SecretReference
from kubelab.api.core.retired_volume_source import FlockerVolumeSource, QuobyteVolumeSource
from kubelab.api.core.volume import HostPathVolumeSource
from kubelab.api.core.volume_source import AzureDiskVolumeSource, CSIVolumeSource, FCVolumeSource
from kubelab.api.validation import names
from kubelab.api.validation.core.paths import no_backsteps
from kubelab.api.validation.field_error import Errors, invalid, not_supported, required, too_long

_HOST_PATH_TYPES = (
    "",
    "BlockDevice",
    "CharDevice",
    "Directory",
    "DirectoryOrCreate",
    "File",
    "FileOrCreate",
    "Socket",
)
_INITIATORS = {
    "iqn": r"iqn\.\d{4}-\d{2}\.([A-Za-z0-9.-]+)(:[^,;*&$|\s]+)$",
    "eui": r"^eui.[A-Za-z0-9]{16}$",
    "naa": r"^naa.[A-Za-z0-9]{32}$",
}
_MANAGED_DISK = "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}"
_BLOB_DISK = "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd"
_LONG_ISCSI = (
    "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters "
    "if iscsi.initiatorName is specified."
)


def required_fields(source: Any, where: str, /, **fields: str) -> Errors:
    """A mistake for each of these fields (attribute = name in a manifest) that is not set."""
    for attribute, name in fields.items():
        if not getattr(source, attribute):
            yield required(f"{where}.{name}")


def host_path(source: HostPathVolumeSource, path: str) -> Errors:
    """A directory or file of the node."""
    if not source.path:
        yield required(f"{path}.path")
        return
    yield from no_backsteps(f"{path}.path", source.path)
    if source.type is not None and source.type not in _HOST_PATH_TYPES:
        yield not_supported(f"{path}.type", source.type, _HOST_PATH_TYPES)


def disk(source: Any, path: str) -> Errors:
    """A disk of Google or Amazon, which have a partition."""
    attribute, name = ("pd_name", "pdName") if hasattr(source, "pd_name") else ("volume_id", "volumeID")
    if not getattr(source, attribute):
        yield required(f"{path}.{name}")
    if not 0 <= source.partition <= 255:
        yield invalid(f"{path}.partition", source.partition, names.range_text(1, 255))


def nfs(source: Any, path: str) -> Errors:
    """A directory that an NFS server exports."""
    yield from required_fields(source, path, server="server", path="path")
    if not source.path.startswith("/"):
        yield invalid(f"{path}.path", source.path, "must be an absolute path")


def iscsi(source: Any, path: str, persistent: bool = False) -> Errors:
    """A block device in the network."""
    wrong = "must be valid format" if persistent else "must be valid format starting with iqn, eui, or naa"
    yield from required_fields(source, path, target_portal="targetPortal", iqn="iqn")
    if source.iqn:
        yield from _initiator(f"{path}.iqn", source.iqn, wrong)
    if not 0 <= source.lun <= 255:
        yield invalid(f"{path}.lun", source.lun, names.range_text(0, 255))
    if (source.chap_auth_discovery or source.chap_auth_session) and source.secret_ref is None:
        yield required(f"{path}.secretRef")
    if persistent and source.secret_ref is not None and not source.secret_ref.name:
        yield required(f"{path}.secretRef.name")
    if source.initiator_name is not None:
        yield from _initiator(f"{path}.initiatorname", source.initiator_name, wrong)


def _initiator(path: str, name: str, wrong: str) -> Errors:
    pattern = _INITIATORS.get(name[:3])
    if pattern is None:
        yield invalid(path, name, wrong)
    elif re.search(pattern, name, re.ASCII) is None:
        yield invalid(path, name, "must be valid format")


def long_iscsi(path: str, volume: str, portal: str, value: str) -> Errors:
    """A mistake when a volume's name and its portal are too long together."""
    if len(f"{volume}:{portal}") > 64:
        yield invalid(path, value, _LONG_ISCSI)


def fibre_channel(source: FCVolumeSource, path: str) -> Errors:
    """A disk behind Fibre Channel."""
    if not source.target_ww_ns and not source.wwids:
        yield required(f"{path}.targetWWNs", "must specify either targetWWNs or wwids, but not both")
    if source.target_ww_ns and source.wwids:
        text = "targetWWNs and wwids can not be specified simultaneously"
        yield invalid(f"{path}.targetWWNs", source.target_ww_ns, text)
    if source.target_ww_ns:
        if source.lun is None:
            yield required(f"{path}.lun", "lun is required if targetWWNs is specified")
        elif not 0 <= source.lun <= 255:
            yield invalid(f"{path}.lun", source.lun, names.range_text(0, 255))


def quobyte(source: QuobyteVolumeSource, path: str) -> Errors:
    """A volume of a Quobyte file system."""
    pairs = "must be a host:port pair or multiple pairs separated by commas"
    if not source.registry:
        yield required(f"{path}.registry", pairs)
    elif len(source.tenant) >= 65:
        yield required(f"{path}.tenant", "must be a UUID and may not exceed a length of 64 characters")
    else:
        for pair in source.registry.split(","):
            if re.fullmatch(r"(\[[^\[\]]*\]|[^:\[\]]*):[^:]*", pair) is None:
                yield invalid(f"{path}.registry", source.registry, pairs)
    if not source.volume:
        yield required(f"{path}.volume")


def flocker(source: FlockerVolumeSource, path: str) -> Errors:
    """A data set of Flocker."""
    if not source.dataset_name and not source.dataset_uuid:
        yield required(path, "one of datasetName and datasetUUID is required")
    if source.dataset_name and source.dataset_uuid:
        yield invalid(path, "resource", "datasetName and datasetUUID can not be specified simultaneously")
    if "/" in source.dataset_name:
        yield invalid(f"{path}.datasetName", source.dataset_name, "must not contain '/'")


def flex(source: Any, path: str) -> Errors:
    """A volume of a driver that is a program on the node."""
    yield from required_fields(source, path, driver="driver")
    for key in sorted(source.options):
        namespace = f".{key.split('/', 1)[0].lower()}"
        if namespace.endswith((".kubernetes.io", ".k8s.io")):
            yield invalid(f"{path}.options[{key}]", key, "kubernetes.io and k8s.io namespaces are reserved")


def secret_reference(source: Any, path: str, namespaced: bool = False) -> Errors:
    """The name (and namespace) of a source's secret, if it has one."""
    if source.secret_ref is None:
        return
    if not source.secret_ref.name:
        yield required(f"{path}.secretRef.name")
    if namespaced and not source.secret_ref.namespace:
        yield required(f"{path}.secretRef.namespace")


def azure_disk(source: AzureDiskVolumeSource, path: str) -> Errors:
    """A disk of Microsoft Azure."""
    yield from required_fields(source, path, disk_name="diskName", disk_uri="diskURI")
    if source.caching_mode is not None and source.caching_mode not in ("None", "ReadOnly", "ReadWrite"):
        yield not_supported(f"{path}.cachingMode", source.caching_mode, ("None", "ReadOnly", "ReadWrite"))
    if source.kind is None:
        return
    if source.kind not in ("Dedicated", "Managed", "Shared"):
        yield not_supported(f"{path}.kind", source.kind, ("Dedicated", "Managed", "Shared"))
    if source.kind == "Managed":
        if not source.disk_uri.startswith("/subscriptions/"):
            yield not_supported(f"{path}.diskURI", source.disk_uri, (_MANAGED_DISK,))
    elif not source.disk_uri.startswith("https://"):
        yield not_supported(f"{path}.diskURI", source.disk_uri, (_BLOB_DISK,))


def storage_os(source: Any, path: str, namespaced: bool = False) -> Errors:
    """A volume of StorageOS."""
    if not source.volume_name:
        yield required(f"{path}.volumeName")
    else:
        yield from names.label_errors(f"{path}.volumeName", source.volume_name)
    if source.volume_namespace:
        yield from names.label_errors(f"{path}.volumeNamespace", source.volume_namespace)
    yield from secret_reference(source, path, namespaced)


def csi_driver(path: str, name: str) -> Errors:
    """The name of a storage driver."""
    if not name:
        yield required(path)
        return
    if len(name) > 63:
        yield too_long(path, 63)
    for text in names.dns_subdomain(name.lower()):
        yield invalid(path, name, text)


def csi(source: CSIVolumeSource, path: str) -> Errors:
    """A short-lived volume of a storage driver."""
    yield from csi_driver(f"{path}.driver", source.driver)
    secret = source.node_publish_secret_ref
    if secret is None:
        return
    if not secret.name:
        yield required(f"{path}.nodePublishSecretRef.name")
    else:
        yield from names.subdomain_errors(f"{path}.name", secret.name)


def csi_persistent(source: CSIPersistentVolumeSource, path: str) -> Errors:
    """A lasting volume of a storage driver."""
    yield from csi_driver(f"{path}.driver", source.driver)
    if not source.volume_handle:
        yield required(f"{path}.volumeHandle")
    yield from _secret(source.controller_publish_secret_ref, f"{path}.controllerPublishSecretRef")
    yield from _secret(source.controller_expand_secret_ref, f"{path}.controllerExpandSecretRef")
    yield from _secret(source.node_publish_secret_ref, f"{path}.nodePublishSecretRef")
    yield from _secret(source.node_expand_secret_ref, f"{path}.nodeExpandSecretRef")


def _secret(reference: SecretReference | None, path: str) -> Errors:
    if reference is None:
        return
    if not reference.name:
        yield required(f"{path}.name")
    else:
        yield from names.subdomain_errors(f"{path}.name", reference.name)
    if not reference.namespace:
        yield required(f"{path}.namespace")
    else:
        yield from names.label_errors(f"{path}.namespace", reference.namespace)
