"""Checks of PersistentVolumes.

In Kubernetes: `ValidatePersistentVolume`, `ValidatePersistentVolumeUpdate`.

**Simplified:** a refused change of the source is answered without upstream's listing of the differences.
"""

import posixpath
from collections.abc import Callable
from typing import Any, cast

import attrs

from kubelab.api.core.persistent_volume_source import PersistentVolumeSource
from kubelab.api.core.storage import PersistentVolume, PersistentVolumeSpec
from kubelab.api.model import evolve
from kubelab.api.validation import metadata, names
from kubelab.api.validation.core import volume_sources as sources
from kubelab.api.validation.core.claims import access_modes, volume_mode
from kubelab.api.validation.core.paths import no_backsteps
from kubelab.api.validation.core.placement import node_selector
from kubelab.api.validation.core.resources import basic_amount, positive_amount
from kubelab.api.validation.differences import difference
from kubelab.api.validation.field_error import Errors, forbidden, immutable, invalid, not_supported, required

_RECLAIM_POLICIES = ("Delete", "Recycle", "Retain")
_MORE = "may not specify more than 1 volume type"
_BETA_TO_GA = {
    "failure-domain.beta.kubernetes.io/zone": "topology.kubernetes.io/zone",
    "failure-domain.beta.kubernetes.io/region": "topology.kubernetes.io/region",
    "beta.kubernetes.io/os": "kubernetes.io/os",
    "beta.kubernetes.io/arch": "kubernetes.io/arch",
    "beta.kubernetes.io/instance-type": "node.kubernetes.io/instance-type",
}
_FIELDS = tuple(field.name for field in attrs.fields(cast("Any", PersistentVolumeSource)))


def _needs(**fields: str) -> Callable[[Any, str], Errors]:
    return lambda source, path: sources.required_fields(source, path, **fields)


# As in `volumes`: attribute, name where a second source is refused, name where the source is checked, check.
_SOURCES: tuple[tuple[str, str, str, Callable[[Any, str], Errors]], ...] = (
    ("host_path", "hostPath", "hostPath", sources.host_path),
    ("gce_persistent_disk", "gcePersistentDisk", "persistentDisk", sources.disk),
    ("aws_elastic_block_store", "awsElasticBlockStore", "awsElasticBlockStore", sources.disk),
    ("glusterfs", "glusterfs", "glusterfs", lambda source, path: _glusterfs(source, path)),
    ("flocker", "flocker", "flocker", sources.flocker),
    ("nfs", "nfs", "nfs", sources.nfs),
    ("rbd", "rbd", "rbd", _needs(monitors="monitors", image="image")),
    ("quobyte", "quobyte", "quobyte", sources.quobyte),
    ("cephfs", "cephFS", "cephfs", _needs(monitors="monitors")),
    ("iscsi", "iscsi", "iscsi", lambda source, path: sources.iscsi(source, path, persistent=True)),
    ("cinder", "cinder", "cinder", lambda source, path: _cinder(source, path)),
    ("fc", "fc", "fc", sources.fibre_channel),
    ("flex_volume", "flexVolume", "flexVolume", sources.flex),
    ("azure_file", "azureFile", "azureFile", lambda source, path: _azure_file(source, path)),
    ("vsphere_volume", "vsphereVolume", "vsphereVolume", _needs(volume_path="volumePath")),
    ("photon_persistent_disk", "photonPersistentDisk", "photonPersistentDisk", _needs(pd_id="pdID")),
    ("portworx_volume", "portworxVolume", "portworxVolume", _needs(volume_id="volumeID")),
    ("azure_disk", "azureDisk", "azureDisk", sources.azure_disk),
    ("scale_io", "scaleIO", "scaleIO", _needs(gateway="gateway", system="system", volume_name="volumeName")),
    ("local", "local", "local", lambda source, path: _local(source, path)),
    ("storageos", "storageos", "storageos", lambda source, path: sources.storage_os(source, path, namespaced=True)),
    ("csi", "csi", "csi", sources.csi_persistent),
)


def persistent_volume(given: PersistentVolume) -> Errors:
    """What is wrong with a new PersistentVolume."""
    yield from metadata.object_meta(given.metadata, namespaced=False)
    yield from _spec(given.spec, given.metadata.name)


def persistent_volume_update(new: PersistentVolume, old: PersistentVolume) -> Errors:
    """What is wrong with a changed PersistentVolume: where its content is stays."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    yield from persistent_volume(new)
    after, before = new.spec, old.spec
    csi = after.csi
    if csi is not None and before.csi is not None and before.csi.controller_expand_secret_ref is None:
        csi = evolve(csi, controller_expand_secret_ref=None)
    if any((csi if field == "csi" else getattr(after, field)) != getattr(before, field) for field in _FIELDS):
        text = "spec.persistentvolumesource is immutable after creation"
        shown = difference(before, after, "PersistentVolumeSource")
        yield forbidden("spec.persistentvolumesource", f"{text}\n{shown}")
    yield from immutable("volumeMode", after.volume_mode, before.volume_mode)
    if before.node_affinity is not None and not _same_affinity(after, before):
        text = "field is immutable, except for updating from beta label to GA"
        yield invalid("nodeAffinity", after.node_affinity, text)
    if before.volume_attributes_class_name is not None and after.volume_attributes_class_name is None:
        yield forbidden("spec.volumeAttributesClassName", "update from non-nil value to nil is forbidden")


def persistent_volume_status_update(new: PersistentVolume, old: PersistentVolume) -> Errors:
    """What is wrong with a changed status."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    if not new.metadata.resource_version:
        yield required("resourceVersion")


def _same_affinity(new: PersistentVolumeSpec, old: PersistentVolumeSpec) -> bool:
    return bool(_with_ga_labels(new.node_affinity) == _with_ga_labels(old.node_affinity))


def _with_ga_labels(affinity: Any) -> Any:
    if affinity is None or affinity.required is None:
        return affinity
    terms = tuple(
        evolve(
            term,
            match_expressions=tuple(
                evolve(requirement, key=_BETA_TO_GA.get(requirement.key, requirement.key))
                for requirement in term.match_expressions
            ),
        )
        for term in affinity.required.node_selector_terms
    )
    return evolve(affinity, required=evolve(affinity.required, node_selector_terms=terms))


def _spec(spec: PersistentVolumeSpec, name: str) -> Errors:
    path = "spec"
    if not spec.access_modes:
        yield required(f"{path}.accessModes")
    yield from access_modes(spec.access_modes, f"{path}.accessModes")
    if not spec.capacity:
        yield required(f"{path}.capacity")
    if "storage" not in spec.capacity or len(spec.capacity) > 1:
        yield not_supported(f"{path}.capacity", spec.capacity, ("storage",))
    for resource in sorted(spec.capacity):
        here = f"{path}.capacity[{resource}]"
        yield from basic_amount(here, spec.capacity[resource])
        yield from positive_amount(here, spec.capacity[resource])
    policy = spec.persistent_volume_reclaim_policy
    if policy and policy not in _RECLAIM_POLICIES:
        yield not_supported(f"{path}.persistentVolumeReclaimPolicy", policy, _RECLAIM_POLICIES)
    if spec.node_affinity is not None:
        if spec.node_affinity.required is None:
            yield required(f"{path}.nodeAffinity.required", "must specify required node constraints")
        else:
            yield from node_selector(spec.node_affinity.required, f"{path}.nodeAffinity.required")
    yield from _source(spec, name, path)
    host_path = spec.host_path
    if host_path is not None and policy == "Recycle" and posixpath.normpath(host_path.path or ".") in ("/", "//"):
        text = "may not be 'recycle' for a hostPath mount of '/'"
        yield forbidden(f"{path}.persistentVolumeReclaimPolicy", text)
    if spec.storage_class_name:
        yield from names.subdomain_errors(f"{path}.storageClassName", spec.storage_class_name)
    yield from volume_mode(spec.volume_mode, f"{path}.volumeMode")
    if spec.volume_attributes_class_name is not None:
        here = f"{path}.volumeAttributesClassName"
        if not spec.volume_attributes_class_name:
            yield required(here, "an empty string is disallowed")
        else:
            yield from names.subdomain_errors(here, spec.volume_attributes_class_name)
        if spec.csi is None:
            yield required(f"{path}.csi", "has to be specified when using volumeAttributesClassName")


def _source(spec: PersistentVolumeSpec, name: str, path: str) -> Errors:
    found = False
    for attribute, refused, checked, check in _SOURCES:
        source = getattr(spec, attribute)
        if source is None:
            continue
        if found and attribute != "flex_volume":
            yield forbidden(f"{path}.{refused}", _MORE)
            continue
        found = True
        yield from check(source, f"{path}.{checked}")
        if attribute == "iscsi" and source.initiator_name is not None:
            yield from sources.long_iscsi(
                f"{path}.iscsi.targetportal", name, source.target_portal, source.target_portal
            )
        if attribute == "local" and spec.node_affinity is None:
            yield required(f"{path}.nodeAffinity", "Local volume requires node affinity")
    if not found:
        yield required(path, "must specify a volume type")


def _glusterfs(source: Any, path: str) -> Errors:
    yield from sources.required_fields(source, path, endpoints="endpoints", path="path")
    namespace, here = source.endpoints_namespace, f"{path}.endpointsNamespace"
    if namespace == "":
        yield invalid(here, "", "if the endpointnamespace is set, it must be a valid namespace name")
    elif namespace is not None:
        yield from names.label_errors(here, namespace)


def _cinder(source: Any, path: str) -> Errors:
    yield from sources.required_fields(source, path, volume_id="volumeID")
    yield from sources.secret_reference(source, path, namespaced=True)


def _azure_file(source: Any, path: str) -> Errors:
    yield from sources.required_fields(source, path, secret_name="secretName", share_name="shareName")
    if source.secret_namespace == "":
        yield required(f"{path}.secretNamespace")


def _local(source: Any, path: str) -> Errors:
    if not source.path:
        yield required(f"{path}.path")
    else:
        yield from no_backsteps(f"{path}.path", source.path)
