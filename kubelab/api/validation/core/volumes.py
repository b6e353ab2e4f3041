"""Checks of a Pod's volumes.

In Kubernetes: `ValidateVolumes`, `validateVolumeSource`.
"""

from collections.abc import Callable
from typing import Any

from kubelab.api import quantity
from kubelab.api.core.volume import EphemeralVolumeSource, Volume
from kubelab.api.core.volume_claim import PersistentVolumeClaimTemplate
from kubelab.api.meta import ObjectMeta
from kubelab.api.validation import metadata, names
from kubelab.api.validation.core import volume_sources as sources
from kubelab.api.validation.core.claims import claim_spec
from kubelab.api.validation.core.paths import descending
from kubelab.api.validation.core.projected import downward_api, keyed, projected
from kubelab.api.validation.field_error import (
    Errors,
    FieldError,
    duplicate,
    forbidden,
    invalid,
    not_supported,
    required,
)

_PULL_POLICIES = ("Always", "IfNotPresent", "Never")
_MORE = "may not specify more than 1 volume type"

# Attribute of the model, name of the field where a second source is refused, name where the source itself is checked,
# check. Upstream's own slips ("persistentDisk", "downwarAPI") are part of its answers.
_SOURCES: tuple[tuple[str, str, str, Callable[[Any, str], Errors]], ...] = (
    ("host_path", "hostPath", "hostPath", sources.host_path),
    ("git_repo", "gitRepo", "gitRepo", lambda source, path: _git_repo(source, path)),
    ("gce_persistent_disk", "gcePersistentDisk", "persistentDisk", sources.disk),
    ("aws_elastic_block_store", "awsElasticBlockStore", "awsElasticBlockStore", sources.disk),
    (
        "secret",
        "secret",
        "secret",
        lambda source, path: keyed(source.secret_name, source.default_mode, source.items, path, "secretName"),
    ),
    ("nfs", "nfs", "nfs", sources.nfs),
    ("iscsi", "iscsi", "iscsi", sources.iscsi),
    (
        "glusterfs",
        "glusterfs",
        "glusterfs",
        lambda source, path: sources.required_fields(source, path, endpoints="endpoints", path="path"),
    ),
    ("flocker", "flocker", "flocker", sources.flocker),
    (
        "persistent_volume_claim",
        "persistentVolumeClaim",
        "persistentVolumeClaim",
        lambda source, path: sources.required_fields(source, path, claim_name="claimName"),
    ),
    (
        "rbd",
        "rbd",
        "rbd",
        lambda source, path: sources.required_fields(source, path, monitors="monitors", image="image"),
    ),
    ("cinder", "cinder", "cinder", lambda source, path: _cinder(source, path)),
    (
        "cephfs",
        "cephFS",
        "cephfs",
        lambda source, path: sources.required_fields(source, path, monitors="monitors"),
    ),
    ("quobyte", "quobyte", "quobyte", sources.quobyte),
    ("downward_api", "downwarAPI", "downwardAPI", downward_api),
    ("fc", "fc", "fc", sources.fibre_channel),
    ("flex_volume", "flexVolume", "flexVolume", sources.flex),
    (
        "config_map",
        "configMap",
        "configMap",
        lambda source, path: keyed(source.name, source.default_mode, source.items, path, "name"),
    ),
    (
        "azure_file",
        "azureFile",
        "azureFile",
        lambda source, path: sources.required_fields(source, path, secret_name="secretName", share_name="shareName"),
    ),
    (
        "vsphere_volume",
        "vsphereVolume",
        "vsphereVolume",
        lambda source, path: sources.required_fields(source, path, volume_path="volumePath"),
    ),
    (
        "photon_persistent_disk",
        "photonPersistentDisk",
        "photonPersistentDisk",
        lambda source, path: sources.required_fields(source, path, pd_id="pdID"),
    ),
    (
        "portworx_volume",
        "portworxVolume",
        "portworxVolume",
        lambda source, path: sources.required_fields(source, path, volume_id="volumeID"),
    ),
    ("azure_disk", "azureDisk", "azureDisk", sources.azure_disk),
    ("storageos", "storageos", "storageos", sources.storage_os),
    ("projected", "projected", "projected", projected),
    (
        "scale_io",
        "scaleIO",
        "scaleIO",
        lambda source, path: sources.required_fields(
            source, path, gateway="gateway", system="system", volume_name="volumeName"
        ),
    ),
    ("csi", "csi", "csi", sources.csi),
    ("ephemeral", "ephemeral", "ephemeral", lambda source, path: _ephemeral(source, path)),
)


def volumes(
    given: tuple[Volume, ...], meta: ObjectMeta | None, path: str, in_pod: bool
) -> tuple[set[str], list[FieldError]]:
    """What is wrong with the volumes of a Pod.

    Returns:
        The names of the volumes that are right, and the mistakes of the others.
    """
    pod = meta.name if meta is not None else ""
    created = {f"{pod}-{volume.name}" for volume in given if pod and volume.ephemeral is not None}
    right: set[str] = set()
    found: list[FieldError] = []
    for index, volume in enumerate(given):
        here = f"{path}[{index}]"
        errors = list(_source(volume, pod, here, in_pod))
        if not volume.name:
            errors.append(required(f"{here}.name"))
        else:
            errors += names.label_errors(f"{here}.name", volume.name)
        if volume.name in right:
            errors.append(duplicate(f"{here}.name", volume.name))
        if errors:
            found += errors
        else:
            right.add(volume.name)
        claim = volume.persistent_volume_claim
        if claim is not None and claim.claim_name in created:
            text = "must not reference a PVC that gets created for an ephemeral volume"
            found.append(invalid(f"{here}.persistentVolumeClaim.claimName", claim.claim_name, text))
    return right, found


def _source(volume: Volume, pod: str, path: str, in_pod: bool) -> Errors:
    found = False
    if volume.empty_dir is not None:
        found = True
        limit = volume.empty_dir.size_limit
        if limit is not None and quantity.compare(limit, "0") < 0:
            yield forbidden(f"{path}.emptyDir.sizeLimit", "SizeLimit field must be a valid resource quantity")
    for attribute, refused, checked, check in _SOURCES:
        source = getattr(volume, attribute)
        if source is None:
            continue
        if found:
            yield forbidden(f"{path}.{refused}", _MORE)
        else:
            found = True
            yield from check(source, f"{path}.{checked}")
            if attribute == "ephemeral" and pod and volume.name:
                claim = f"{pod}-{volume.name}"
                for text in names.dns_subdomain(claim):
                    yield invalid(f"{path}.name", volume.name, f'PVC name "{claim}": {text}')
        if attribute == "iscsi" and source.initiator_name is not None:
            yield from sources.long_iscsi(f"{path}.name", volume.name, source.target_portal, volume.name)
    if volume.image is not None:
        if found:
            yield forbidden(f"{path}.image", _MORE)
        else:
            found = True
            if in_pod and not volume.image.reference:
                yield required(f"{path}.image.reference")
            yield from pull_policy(f"{path}.image.pullPolicy", volume.image.pull_policy)
    if not found:
        yield required(path, "must specify a volume type")


def pull_policy(path: str, policy: str) -> Errors:
    """What is wrong with when an image is to be pulled."""
    if not policy:
        yield required(path)
    elif policy not in _PULL_POLICIES:
        yield not_supported(path, policy, _PULL_POLICIES)


def _git_repo(source: Any, path: str) -> Errors:
    yield from sources.required_fields(source, path, repository="repository")
    yield from descending(f"{path}.directory", source.directory)


def _cinder(source: Any, path: str) -> Errors:
    yield from sources.required_fields(source, path, volume_id="volumeID")
    yield from sources.secret_reference(source, path)


def _ephemeral(source: EphemeralVolumeSource, path: str) -> Errors:
    template = source.volume_claim_template
    if template is None:
        yield required(f"{path}.volumeClaimTemplate")
        return
    yield from _template_meta(template, f"{path}.volumeClaimTemplate.metadata")
    yield from claim_spec(template.spec, f"{path}.volumeClaimTemplate.spec")


def _template_meta(template: PersistentVolumeClaimTemplate, path: str) -> Errors:
    meta = template.metadata
    yield from metadata.annotations(meta.annotations, f"{path}.annotations")
    yield from metadata.labels(meta.labels, f"{path}.labels")
    fields = {
        "name": meta.name,
        "generateName": meta.generate_name,
        "namespace": meta.namespace,
        "selfLink": meta.self_link,
        "uID": meta.uid,
        "resourceVersion": meta.resource_version,
        "generation": meta.generation,
        "creationTimestamp": meta.creation_timestamp,
        "deletionTimestamp": meta.deletion_timestamp,
        "deletionGracePeriodSeconds": meta.deletion_grace_period_seconds,
        "ownerReferences": meta.owner_references,
        "finalizers": meta.finalizers,
        "managedFields": meta.managed_fields,
    }
    for field, value in fields.items():
        if value:
            yield forbidden(f"{path}.{field}", "cannot be set")
