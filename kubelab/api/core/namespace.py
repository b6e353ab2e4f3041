"""FILL module."""

from typing import ClassVar

from kubelab.api.core.quota import (
    LimitRange,
    LimitRangeItem,
    LimitRangeSpec,
    ResourceQuota,
    ResourceQuotaSpec,
    ResourceQuotaStatus,
    ScopedResourceSelectorRequirement,
    ScopeSelector,
)
from kubelab.api.meta import ObjectMeta
from kubelab.api.model import field, model
from kubelab.api.scalars import Time

__all__ = [
    "LimitRange",
    "LimitRangeItem",
    "LimitRangeSpec",
    "Namespace",
    "NamespaceCondition",
    "NamespaceSpec",
    "NamespaceStatus",
    "ResourceQuota",
    "ResourceQuotaSpec",
    "ResourceQuotaStatus",
    "ScopeSelector",
    "ScopedResourceSelectorRequirement",
]


@model
class NamespaceSpec:
    """FILL NamespaceSpec."""

    finalizers: tuple[str, ...] = field(default=(), go="[]v1.FinalizerName", values=("kubernetes",))


@model
class NamespaceCondition:
    """FILL NamespaceCondition."""

    type: str = field(
        default="",
        always=True,
        go="v1.NamespaceConditionType",
        values=(
            "NamespaceDeletionDiscoveryFailure",
            "NamespaceDeletionContentFailure",
            "NamespaceDeletionGroupVersionParsingFailure",
            "NamespaceContentRemaining",
            "NamespaceFinalizersRemaining",
        ),
    )
    status: str = field(default="", always=True, go="v1.ConditionStatus", values=("True", "False", "Unknown"))
    last_transition_time: Time | None = field(default=None, always=True)
    reason: str = ""
    message: str = ""


@model
class NamespaceStatus:
    """FILL NamespaceStatus."""

    phase: str = field(default="", go="v1.NamespacePhase", values=("Active", "Terminating"))
    conditions: tuple[NamespaceCondition, ...] = field(default=(), merge_key="type")


@model
class Namespace:
    """FILL Namespace."""

    api_version: ClassVar[str] = "v1"
    kind: ClassVar[str] = "Namespace"

    metadata: ObjectMeta = ObjectMeta()
    spec: NamespaceSpec = NamespaceSpec()
    status: NamespaceStatus = NamespaceStatus()
