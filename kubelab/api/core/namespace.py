"""Namespaces: names that are unique within each, and that go away together.

Source: `k8s.io/api/core/v1` (``Namespace``). What may be used within one is in `kubelab.api.core.quota`.
"""

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
    """What is wanted of a namespace.

    Attributes:
        finalizers: who must still do something before it may vanish; ``kubernetes`` empties it.
    """

    finalizers: tuple[str, ...] = field(default=(), go="[]v1.FinalizerName", values=("kubernetes",))


@model
class NamespaceCondition:
    """What holds up the deletion of a namespace.

    Attributes:
        type: what it is about.
        status: whether it is the case.
        last_transition_time: when the status last changed.
        reason: one CamelCase word.
        message: a sentence.
    """

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
    """What is known about a namespace.

    Attributes:
        phase: whether it is in use or going away.
        conditions: what holds up its deletion.
    """

    phase: str = field(default="", go="v1.NamespacePhase", values=("Active", "Terminating"))
    conditions: tuple[NamespaceCondition, ...] = field(default=(), merge_key="type")


@model
class Namespace:
    """A room for names: objects of the same kind and name may exist once in each.

    Attributes:
        metadata: its identity.
        spec: what is wanted of it.
        status: what is known about it.
    """

    api_version: ClassVar[str] = "v1"
    kind: ClassVar[str] = "Namespace"

    metadata: ObjectMeta = ObjectMeta()
    spec: NamespaceSpec = NamespaceSpec()
    status: NamespaceStatus = NamespaceStatus()
