"""PersistentVolumes, PersistentVolumeClaims, StorageClasses, CSINodes.

Source: kubectl `pkg/describe/describe.go`.
"""

from typing import Any

from kubelab.kubectl.client import Client
from kubelab.kubectl.describe.volumes import source
from kubelab.kubectl.describe.writer import Writer, go_list, moment, pairs, since, truth

MODES = (("ReadWriteOnce", "RWO"), ("ReadOnlyMany", "ROX"), ("ReadWriteMany", "RWX"), ("ReadWriteOncePod", "RWOP"))
CLASS = "volume.beta.kubernetes.io/storage-class"
DEFAULT = ("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class")


def _modes(given: Any) -> str:
    return ",".join(short for mode, short in MODES if mode in given)


def _status(w: Writer, obj: Any, client: Client) -> None:
    gone = obj.metadata.deletion_timestamp
    w.row("Status", f"Terminating (lasts {since(gone, client.now)})" if gone is not None else obj.status.phase)


def volume(w: Writer, obj: Any, client: Client) -> None:
    """Describe a PersistentVolume."""
    spec, meta = obj.spec, obj.metadata
    w.head(obj, namespaced=False)
    w.row("Finalizers", go_list(meta.finalizers))
    w.row("StorageClass", meta.annotations.get(CLASS, spec.storage_class_name))
    _status(w, obj, client)
    claim_ = spec.claim_ref
    w.row("Claim", "" if claim_ is None else f"{claim_.namespace}/{claim_.name}")
    w.row("Reclaim Policy", spec.persistent_volume_reclaim_policy)
    w.row("Access Modes", _modes(spec.access_modes))
    if spec.volume_mode is not None:
        w.row("VolumeMode", spec.volume_mode)
    w.row("Capacity", spec.capacity.get("storage", "0"))
    _affinity(w, spec.node_affinity)
    w.row("Message", obj.status.message)
    w.line("Source:")
    source(w, spec)


def _affinity(w: Writer, affinity: Any) -> None:
    if affinity is None or affinity.required is None:
        w.row("Node Affinity", "<none>")
        return
    w.row("Node Affinity", "")
    terms = affinity.required.node_selector_terms
    w.row("Required Terms", "" if terms else "<none>", 1)
    for place, term in enumerate(terms):
        lines = [
            f"{each.key} {each.operator.lower()}" + (f" [{', '.join(each.values)}]" if each.values else "")
            for each in term.match_expressions
        ]
        w.values(f"Term {place}", lines, "    ")


def claim(w: Writer, obj: Any, client: Client) -> None:
    """Describe a PersistentVolumeClaim."""
    spec, meta = obj.spec, obj.metadata
    w.row("Name", meta.name)
    w.row("Namespace", meta.namespace)
    w.row("StorageClass", meta.annotations.get(CLASS, spec.storage_class_name or ""))
    _status(w, obj, client)
    w.row("Volume", spec.volume_name)
    w.labels("Labels", meta.labels)
    w.annotations("Annotations", meta.annotations)
    w.row("Finalizers", go_list(meta.finalizers))
    w.row("Capacity", obj.status.capacity.get("storage", "0") if spec.volume_name else "")
    w.row("Access Modes", _modes(obj.status.access_modes) if spec.volume_name else "")
    if spec.volume_mode is not None:
        w.row("VolumeMode", spec.volume_mode)
    if spec.data_source is not None:
        w.line("DataSource:")
        if spec.data_source.api_group is not None:
            w.row("APIGroup", spec.data_source.api_group, 1)
        w.row("Kind", spec.data_source.kind, 1)
        w.row("Name", spec.data_source.name, 1)
    w.values("Used By", sorted(p.metadata.name for p in client.view.using_claim(meta.namespace, meta.name, "Pod")))
    if obj.status.conditions:
        w.line("Conditions:")
        w.line("Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage", 1)
        w.line("----\t------\t-----------------\t------------------\t------\t-------", 1)
        for each in obj.status.conditions:
            times = f"{moment(each.last_probe_time)} \t{moment(each.last_transition_time)}"
            w.line(f"{each.type} \t{each.status} \t{times} \t{each.reason} \t{each.message}", 1)


def storage_class(w: Writer, obj: Any, client: Client) -> None:
    """Describe a StorageClass."""
    annotations = obj.metadata.annotations
    w.row("Name", obj.metadata.name)
    w.row("IsDefaultClass", "Yes" if any(annotations.get(name) == "true" for name in DEFAULT) else "No")
    w.row("Annotations", pairs(annotations))
    w.row("Provisioner", obj.provisioner)
    w.row("Parameters", pairs(obj.parameters))
    w.row("AllowVolumeExpansion", truth(obj.allow_volume_expansion))
    if not obj.mount_options:
        w.row("MountOptions", "<none>")
    else:
        w.line("MountOptions:")
        for option in obj.mount_options:
            w.line(option, 1)
    if obj.reclaim_policy is not None:
        w.row("ReclaimPolicy", obj.reclaim_policy)
    if obj.volume_binding_mode is not None:
        w.row("VolumeBindingMode", obj.volume_binding_mode)
    if obj.allowed_topologies:
        w.row("AllowedTopologies", "")
        for place, term in enumerate(obj.allowed_topologies):
            lines = [f"{each.key} in [{', '.join(each.values)}]" for each in term.match_label_expressions]
            w.values(f"Term {place}", lines, "  ")


def csi_node(w: Writer, obj: Any, client: Client) -> None:
    """Describe a CSINode."""
    meta = obj.metadata
    w.row("Name", meta.name)
    w.labels("Labels", meta.labels)
    w.annotations("Annotations", meta.annotations)
    w.row("CreationTimestamp", moment(meta.creation_timestamp))
    w.line("Spec:")
    if obj.spec.drivers:
        w.line("Drivers:", 1)
    for driver in obj.spec.drivers:
        w.line(f"{driver.name}:", 2)
        w.row("Node ID", driver.node_id, 3)
        if driver.allocatable is not None and driver.allocatable.count is not None:
            w.line("Allocatables:", 3)
            w.row("Count", driver.allocatable.count, 4)
        if driver.topology_keys:
            w.row("Topology Keys", go_list(driver.topology_keys), 3)
