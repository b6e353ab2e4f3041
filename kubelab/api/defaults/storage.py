"""Defaults of StorageClass.

In Kubernetes: `pkg/apis/storage/v1/defaults.go`.
"""

from collections.abc import Callable
from typing import Any

from kubelab.api.defaults.changes import changed
from kubelab.api.storage import StorageClass


def default_storage_class(storage: StorageClass) -> StorageClass:
    """Fill in that volumes go with their claim, and are bound at once."""
    return changed(
        storage,
        reclaim_policy="Delete" if storage.reclaim_policy is None else storage.reclaim_policy,
        volume_binding_mode="Immediate" if storage.volume_binding_mode is None else storage.volume_binding_mode,
    )


DEFAULTS: dict[str, Callable[[Any], Any]] = {"StorageClass": default_storage_class}
"""The function that fills in each kind."""
