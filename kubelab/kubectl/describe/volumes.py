"""Volumes, each with what its sort has.

Source: kubectl `pkg/describe/describe.go` (``describeVolumes`` and its print functions).
"""

from collections.abc import Sequence
from typing import Any

from kubelab.kubectl.describe.writer import Writer, go_list, plain_truth

Rows = tuple[tuple[str, str], ...]

SORTS: dict[str, tuple[str, Rows]] = {
    "host_path": (
        "HostPath (bare host directory volume)",
        (("Path", "path"), ("HostPathType", "type")),
    ),
    "empty_dir": (
        "EmptyDir (a temporary directory that shares a pod's lifetime)",
        (("Medium", "medium"), ("SizeLimit", "size_limit")),
    ),
    "gce_persistent_disk": (
        "GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)",
        (("PDName", "pd_name"), ("FSType", "fs_type"), ("Partition", "partition"), ("ReadOnly", "read_only")),
    ),
    "aws_elastic_block_store": (
        "AWSElasticBlockStore (a Persistent Disk resource in AWS)",
        (("VolumeID", "volume_id"), ("FSType", "fs_type"), ("Partition", "partition"), ("ReadOnly", "read_only")),
    ),
    "git_repo": (
        "GitRepo (a volume that is pulled from git when the pod is created)",
        (("Repository", "repository"), ("Revision", "revision")),
    ),
    "secret": (
        "Secret (a volume populated by a Secret)",
        (("SecretName", "secret_name"), ("Optional", "optional")),
    ),
    "config_map": (
        "ConfigMap (a volume populated by a ConfigMap)",
        (("Name", "name"), ("Optional", "optional")),
    ),
    "nfs": (
        "NFS (an NFS mount that lasts the lifetime of a pod)",
        (("Server", "server"), ("Path", "path"), ("ReadOnly", "read_only")),
    ),
    "persistent_volume_claim": (
        "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
        (("ClaimName", "claim_name"), ("ReadOnly", "read_only")),
    ),
    "glusterfs": (
        "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)",
        (("EndpointsName", "endpoints"), ("Path", "path"), ("ReadOnly", "read_only")),
    ),
    "azure_file": (
        "AzureFile (an Azure File Service mount on the host and bind mount to the pod)",
        (("SecretName", "secret_name"), ("ShareName", "share_name"), ("ReadOnly", "read_only")),
    ),
    "vsphere_volume": (
        "vSphereVolume (a Persistent Disk resource in vSphere)",
        (("VolumePath", "volume_path"), ("FSType", "fs_type"), ("StoragePolicyName", "storage_policy_name")),
    ),
    "local": (
        "LocalVolume (a persistent volume backed by local storage on a node)",
        (("Path", "path"),),
    ),
    "image": (
        "Image (a container image or OCI artifact)",
        (("Reference", "reference"), ("PullPolicy", "pull_policy")),
    ),
    "csi": (
        "CSI (a Container Storage Interface (CSI) volume source)",
        (("Driver", "driver"), ("FSType", "fs_type"), ("VolumeHandle", "volume_handle"), ("ReadOnly", "read_only")),
    ),
    "fc": (
        "FC (a Fibre Channel disk)",
        (("TargetWWNs", "target_ww_ns"), ("LUN", "lun"), ("FSType", "fs_type"), ("ReadOnly", "read_only")),
    ),
    "cephfs": (
        "CephFS (a CephFS mount on the host that shares a pod's lifetime)",
        (("Monitors", "monitors"), ("Path", "path"), ("User", "user"), ("SecretFile", "secret_file")),
    ),
    "iscsi": (
        "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod)",
        (("TargetPortal", "target_portal"), ("IQN", "iqn"), ("Lun", "lun"), ("FSType", "fs_type")),
    ),
}
"""What each sort of volume says of itself: its name in models, its type, and the rows with their fields."""

UNSET = {"HostPathType": "<none>", "SizeLimit": "<unset>", "LUN": "<none>"}


def volumes(w: Writer, listed: Sequence[Any], indent: str = "") -> None:
    """The volumes of a Pod or of a template."""
    if not listed:
        w.line(f"{indent}Volumes:\t<none>")
        return
    w.line(f"{indent}Volumes:")
    for volume in listed:
        w.line(f"{' ' if indent else ''}{volume.name}:", 1)
        source(w, volume)


def source(w: Writer, holder: Any) -> None:
    """What a Pod's volume or a PersistentVolume is."""
    if getattr(holder, "projected", None) is not None:
        _projected(w, holder.projected)
        return
    if getattr(holder, "downward_api", None) is not None:
        _downward(w, holder.downward_api)
        return
    if getattr(holder, "ephemeral", None) is not None:
        _ephemeral(w, holder.ephemeral)
        return
    for name, (title, rows) in SORTS.items():
        found = getattr(holder, name, None)
        if found is None:
            continue
        w.row("Type", title, 2)
        for label, field in rows:
            if hasattr(found, field):
                w.row(label, _shown(label, getattr(found, field)), 2)
        if name == "csi":
            held = found.volume_attributes
            w.values("VolumeAttributes", [f"{key}={held[key]}" for key in sorted(held)], "    ")
        return
    w.line("<unknown>", 1)


def _shown(label: str, value: Any) -> str:
    if label in ("Optional", "ReadOnly"):
        return plain_truth(value)
    if value is None and label in UNSET:
        return UNSET[label]
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) if label == "TargetWWNs" else go_list(value)
    return "" if value is None else str(value)


def _projected(w: Writer, projected: Any) -> None:
    w.row("Type", "Projected (a volume that contains injected data from multiple sources)", 2)
    for each in projected.sources:
        if each.secret is not None:
            w.row("SecretName", each.secret.name, 2)
            w.row("Optional", plain_truth(each.secret.optional), 2)
        elif each.downward_api is not None:
            w.row("DownwardAPI", "true", 2)
        elif each.config_map is not None:
            w.row("ConfigMapName", each.config_map.name, 2)
            w.row("Optional", plain_truth(each.config_map.optional), 2)
        elif each.service_account_token is not None:
            w.row("TokenExpirationSeconds", each.service_account_token.expiration_seconds, 2)


def _downward(w: Writer, found: Any) -> None:
    w.row("Type", "DownwardAPI (a volume populated by information about the pod)", 2)
    w.line("Items:", 2)
    for item in found.items:
        if item.field_ref is not None:
            w.line(f"{item.field_ref.field_path} -> {item.path}", 3)
        if item.resource_field_ref is not None:
            w.line(f"{item.resource_field_ref.resource} -> {item.path}", 3)


def _ephemeral(w: Writer, found: Any) -> None:
    w.row(
        "Type", "EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)", 2
    )
    template = found.volume_claim_template
    if template is None:
        return
    spec = template.spec
    w.row("StorageClass", spec.storage_class_name or "", 2)
    w.row("Volume", spec.volume_name, 2)
    w.labels("Labels", template.metadata.labels, "    ")
    w.labels("Annotations", template.metadata.annotations, "    ")
    w.row("Capacity", "", 2)
    w.row("Access Modes", "", 2)
    if spec.volume_mode is not None:
        w.row("VolumeMode", spec.volume_mode, 2)
