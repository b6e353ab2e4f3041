"""Defaults of volumes, persistent volumes and the claims on them.

In Kubernetes: `pkg/apis/core/v1/defaults.go` (``SetDefaults_Volume`` …) and the generated defaults of the sources.
"""

from typing import Any, cast

import attrs

from kubelab.api.core.projection import DownwardAPIVolumeFile, ProjectedVolumeSource, VolumeProjection
from kubelab.api.core.storage import PersistentVolume, PersistentVolumeClaim
from kubelab.api.core.volume import (
    EmptyDirVolumeSource,
    EphemeralVolumeSource,
    HostPathVolumeSource,
    Volume,
    VolumeSource,
)
from kubelab.api.core.volume_claim import (
    PersistentVolumeClaimSpec,
    PersistentVolumeClaimTemplate,
    VolumeResourceRequirements,
)
from kubelab.api.core.volume_source import AzureDiskVolumeSource
from kubelab.api.defaults.changes import changed, each, filled, optional, resource_list

_MODE = 0o644
_SOURCES = tuple(field.name for field in attrs.fields(cast("Any", VolumeSource)))


def default_volume(volume: Volume) -> Volume:
    """Fill in what a volume leaves open; a volume without any source is an ``emptyDir``."""
    if all(getattr(volume, source) is None for source in _SOURCES):
        return changed(volume, empty_dir=EmptyDirVolumeSource())
    return changed(
        volume,
        host_path=optional(volume.host_path, default_host_path),
        secret=optional(volume.secret, _default_mode),
        config_map=optional(volume.config_map, _default_mode),
        downward_api=optional(
            volume.downward_api,
            lambda source: changed(_default_mode(source), items=each(source.items, _default_downward_file)),
        ),
        projected=optional(volume.projected, _default_projected),
        image=optional(volume.image, _default_image),
        iscsi=optional(volume.iscsi, lambda source: filled(source, iscsi_interface="default")),
        rbd=optional(volume.rbd, default_rbd),
        azure_disk=optional(volume.azure_disk, default_azure_disk),
        scale_io=optional(volume.scale_io, lambda source: default_scale_io(source, "xfs")),
        ephemeral=optional(volume.ephemeral, _default_ephemeral),
    )


def default_host_path(source: HostPathVolumeSource) -> HostPathVolumeSource:
    """Fill in the type of a host path: ``""``, no check before mounting."""
    return changed(source, type="") if source.type is None else source


def _default_mode(source: Any) -> Any:
    return changed(source, default_mode=_MODE) if source.default_mode is None else source


def _default_downward_file(file: DownwardAPIVolumeFile) -> DownwardAPIVolumeFile:
    return changed(file, field_ref=optional(file.field_ref, lambda selector: filled(selector, api_version="v1")))


def _default_projected(source: ProjectedVolumeSource) -> ProjectedVolumeSource:
    mode = _MODE if source.default_mode is None else source.default_mode
    return changed(source, default_mode=mode, sources=each(source.sources, _default_projection))


def _default_projection(projection: VolumeProjection) -> VolumeProjection:
    token = projection.service_account_token
    if token is not None and token.expiration_seconds is None:
        token = changed(token, expiration_seconds=3600)
    downward = optional(
        projection.downward_api, lambda source: changed(source, items=each(source.items, _default_downward_file))
    )
    return changed(projection, service_account_token=token, downward_api=downward)


def _default_image(source: Any) -> Any:
    from kubelab.api.defaults.pod import image_pull_policy

    return filled(source, pull_policy=source.pull_policy or image_pull_policy(source.reference))


def default_rbd(source: Any) -> Any:
    """Fill in pool, user and keyring of a RADOS block device."""
    return filled(source, pool="rbd", user="admin", keyring="/etc/ceph/keyring")


def default_azure_disk(source: AzureDiskVolumeSource) -> AzureDiskVolumeSource:
    """Fill in caching, file system, access and kind of an Azure disk."""
    return filled(source, caching_mode="ReadWrite", fs_type="ext4", read_only=False, kind="Shared")


def default_scale_io(source: Any, fs_type: str) -> Any:
    """Fill in storage mode and file system of a ScaleIO volume."""
    return filled(source, storage_mode="ThinProvisioned", fs_type=fs_type)


def _default_ephemeral(source: EphemeralVolumeSource) -> EphemeralVolumeSource:
    def template(claim: PersistentVolumeClaimTemplate) -> PersistentVolumeClaimTemplate:
        return changed(claim, spec=default_claim_spec(claim.spec))

    return changed(source, volume_claim_template=optional(source.volume_claim_template, template))


def default_claim_spec(spec: PersistentVolumeClaimSpec) -> PersistentVolumeClaimSpec:
    """Fill in the volume mode of a claim, and round its amounts."""
    resources: VolumeResourceRequirements = spec.resources
    resources = changed(resources, limits=resource_list(resources.limits), requests=resource_list(resources.requests))
    mode = "Filesystem" if spec.volume_mode is None else spec.volume_mode
    return changed(spec, volume_mode=mode, resources=resources)


def default_claim(claim: PersistentVolumeClaim) -> PersistentVolumeClaim:
    """Fill in what a PersistentVolumeClaim leaves open."""
    status = filled(claim.status, phase="Pending")
    status = changed(
        status,
        capacity=resource_list(status.capacity),
        allocated_resources=resource_list(status.allocated_resources),
    )
    return changed(claim, spec=default_claim_spec(claim.spec), status=status)


def default_persistent_volume(volume: PersistentVolume) -> PersistentVolume:
    """Fill in what a PersistentVolume leaves open: it is kept when released, and holds a file system."""
    spec = filled(volume.spec, persistent_volume_reclaim_policy="Retain")
    spec = changed(
        spec,
        volume_mode="Filesystem" if spec.volume_mode is None else spec.volume_mode,
        capacity=resource_list(spec.capacity),
        host_path=optional(spec.host_path, default_host_path),
        iscsi=optional(spec.iscsi, lambda source: filled(source, iscsi_interface="default")),
        rbd=optional(spec.rbd, default_rbd),
        azure_disk=optional(spec.azure_disk, default_azure_disk),
        scale_io=optional(spec.scale_io, lambda source: default_scale_io(source, "xfs")),
    )
    return changed(volume, spec=spec, status=filled(volume.status, phase="Pending"))
