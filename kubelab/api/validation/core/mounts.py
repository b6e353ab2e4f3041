"""Checks of where a container's volumes are mounted, and of the block devices it sees.

In Kubernetes: `ValidateVolumeMounts`, `ValidateVolumeDevices`.
"""

from collections.abc import Collection

from kubelab.api.core.container import Container, EphemeralContainerCommon
from kubelab.api.core.volume import VolumeMount
from kubelab.api.validation.core.paths import descending
from kubelab.api.validation.field_error import Errors, forbidden, invalid, not_found, not_supported, required

_PROPAGATIONS = ("Bidirectional", "HostToContainer", "None")
_RECURSIVE = ("Disabled", "Enabled", "IfPossible")


def mounts(container: Container | EphemeralContainerCommon, volumes: Collection[str], path: str) -> Errors:
    """What is wrong with the mounts of a container."""
    devices = {device.name: device.device_path for device in container.volume_devices}
    security = container.security_context
    privileged = security is not None and security.privileged is True
    points: set[str] = set()
    for index, mount in enumerate(container.volume_mounts):
        here = f"{path}[{index}]"
        if not mount.name:
            yield required(f"{here}.name")
        if mount.name not in volumes:
            yield not_found(f"{here}.name", mount.name)
        if not mount.mount_path:
            yield required(f"{here}.mountPath")
        if mount.mount_path in points:
            yield invalid(f"{here}.mountPath", mount.mount_path, "must be unique")
        points.add(mount.mount_path)
        if mount.name in devices:
            yield invalid(f"{here}.name", mount.name, "must not already exist in volumeDevices")
        if mount.mount_path in devices.values():
            text = "must not already exist as a path in volumeDevices"
            yield invalid(f"{here}.mountPath", mount.mount_path, text)
        if mount.sub_path:
            yield from descending(f"{path}.subPath", mount.sub_path)
        if mount.sub_path_expr:
            if mount.sub_path:
                text = "subPathExpr and subPath are mutually exclusive"
                yield invalid(f"{here}.subPathExpr", mount.sub_path_expr, text)
            yield from descending(f"{path}.subPathExpr", mount.sub_path_expr)
        yield from _propagation(mount, privileged, f"{path}.mountPropagation")
        yield from _recursive(mount, f"{path}.recursiveReadOnly")


def _propagation(mount: VolumeMount, privileged: bool, path: str) -> Errors:
    if mount.mount_propagation is None:
        return
    if mount.mount_propagation not in _PROPAGATIONS:
        yield not_supported(path, mount.mount_propagation, _PROPAGATIONS)
    if mount.mount_propagation == "Bidirectional" and not privileged:
        yield forbidden(path, "Bidirectional mount propagation is available only to privileged containers")


def _recursive(mount: VolumeMount, path: str) -> Errors:
    if mount.recursive_read_only in (None, "Disabled"):
        return
    if mount.recursive_read_only not in _RECURSIVE:
        yield not_supported(path, mount.recursive_read_only or "", _RECURSIVE)
        return
    if not mount.read_only:
        yield forbidden(path, "may only be specified when readOnly is true")
    if mount.mount_propagation not in (None, "None"):
        yield forbidden(path, "may only be specified when mountPropagation is None or not specified")


def devices(
    container: Container | EphemeralContainerCommon, volumes: Collection[str], claims: Collection[str], path: str
) -> Errors:
    """What is wrong with the block devices of a container; `claims` are the volumes that can be one."""
    mounted = {mount.name: mount.mount_path for mount in container.volume_mounts}
    paths: set[str] = set()
    names: set[str] = set()
    for index, device in enumerate(container.volume_devices):
        here, name, target = f"{path}[{index}]", device.name, device.device_path
        if not name:
            yield required(f"{here}.name")
        if name in names:
            yield invalid(f"{here}.name", name, "must be unique")
        if name in volumes and name not in claims:
            text = "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode"
            yield invalid(f"{here}.name", name, text)
        if name not in volumes:
            yield not_found(f"{here}.name", name)
        if not target:
            yield required(f"{here}.devicePath")
        if target in paths:
            yield invalid(f"{here}.devicePath", target, "must be unique")
        if ".." in target.split("/"):
            yield invalid(f"{here}.devicePath", target, "can not contain backsteps ('..')")
        else:
            paths.add(target)
        if name in mounted:
            yield invalid(f"{here}.name", name, "must not already exist in volumeMounts")
        if target in mounted.values():
            text = "must not already exist as a path in volumeMounts"
            yield invalid(f"{here}.devicePath", target, text)
        if name:
            names.add(name)
