"""Defaults of StorageClass and CSIDriver.

In Kubernetes: `pkg/apis/storage/v1/defaults.go`.
"""

from collections.abc import Callable
from typing import Any

from kubelab.api.defaults.changes import changed
from kubelab.api.storage import CSIDriver, StorageClass


def default_storage_class(storage: StorageClass) -> StorageClass:
    """Fill in that volumes go with their claim, and are bound at once."""
    return changed(
        storage,
        reclaim_policy="Delete" if storage.reclaim_policy is None else storage.reclaim_policy,
        volume_binding_mode="Immediate" if storage.volume_binding_mode is None else storage.volume_binding_mode,
    )


def default_csi_driver(driver: CSIDriver) -> CSIDriver:
    """Fill in what most storage drivers are."""
    spec = driver.spec
    usual = {
        "attach_required": True,
        "pod_info_on_mount": False,
        "storage_capacity": False,
        "fs_group_policy": "ReadWriteOnceWithFSType",
        "requires_republish": False,
        "se_linux_mount": False,
    }
    missing = {name: value for name, value in usual.items() if getattr(spec, name) is None}
    modes = spec.volume_lifecycle_modes or ("Persistent",)
    return changed(driver, spec=changed(spec, volume_lifecycle_modes=modes, **missing))


DEFAULTS: dict[str, Callable[[Any], Any]] = {
    "CSIDriver": default_csi_driver,
    "StorageClass": default_storage_class,
}
"""The function that fills in each kind."""
