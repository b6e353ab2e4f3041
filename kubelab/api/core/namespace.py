"""FILL module."""

from typing import ClassVar

from kubelab.api.meta import ObjectMeta
from kubelab.api.model import field, model
from kubelab.api.scalars import FrozenMap, Quantity, Time


@model
class NamespaceSpec:
    """FILL NamespaceSpec."""

    finalizers: tuple[str, ...] = field((), values=("kubernetes",))


@model
class NamespaceCondition:
    """FILL NamespaceCondition."""

    type: str = field(
        "",
        always=True,
        values=(
            "NamespaceDeletionDiscoveryFailure",
            "NamespaceDeletionContentFailure",
            "NamespaceDeletionGroupVersionParsingFailure",
            "NamespaceContentRemaining",
            "NamespaceFinalizersRemaining",
        ),
    )
    status: str = field("", always=True, values=("True", "False", "Unknown"))
    last_transition_time: Time | None = None
    reason: str = ""
    message: str = ""


@model
class NamespaceStatus:
    """FILL NamespaceStatus."""

    phase: str = field("", values=("Active", "Terminating"))
    conditions: tuple[NamespaceCondition, ...] = field((), merge_key="type")


@model
class Namespace:
    """FILL Namespace."""

    api_version: ClassVar[str] = "v1"
    kind: ClassVar[str] = "Namespace"

    metadata: ObjectMeta = ObjectMeta()
    spec: NamespaceSpec = NamespaceSpec()
    status: NamespaceStatus = NamespaceStatus()


@model
class ScopedResourceSelectorRequirement:
    """FILL ScopedResourceSelectorRequirement."""

    scope_name: str = field(
        "",
        always=True,
        values=(
            "Terminating",
            "NotTerminating",
            "BestEffort",
            "NotBestEffort",
            "PriorityClass",
            "CrossNamespacePodAffinity",
            "VolumeAttributesClass",
        ),
    )
    operator: str = field("", always=True, values=("In", "NotIn", "Exists", "DoesNotExist"))
    values: tuple[str, ...] = ()


@model
class ScopeSelector:
    """FILL ScopeSelector."""

    match_expressions: tuple[ScopedResourceSelectorRequirement, ...] = ()


@model
class ResourceQuotaSpec:
    """FILL ResourceQuotaSpec."""

    hard: FrozenMap[str, Quantity] = FrozenMap()
    scopes: tuple[str, ...] = field(
        (),
        values=(
            "Terminating",
            "NotTerminating",
            "BestEffort",
            "NotBestEffort",
            "PriorityClass",
            "CrossNamespacePodAffinity",
            "VolumeAttributesClass",
        ),
    )
    scope_selector: ScopeSelector | None = None


@model
class ResourceQuotaStatus:
    """FILL ResourceQuotaStatus."""

    hard: FrozenMap[str, Quantity] = FrozenMap()
    used: FrozenMap[str, Quantity] = FrozenMap()


@model
class ResourceQuota:
    """FILL ResourceQuota."""

    api_version: ClassVar[str] = "v1"
    kind: ClassVar[str] = "ResourceQuota"

    metadata: ObjectMeta = ObjectMeta()
    spec: ResourceQuotaSpec = ResourceQuotaSpec()
    status: ResourceQuotaStatus = ResourceQuotaStatus()


@model
class LimitRangeItem:
    """FILL LimitRangeItem."""

    type: str = field("", always=True, values=("Pod", "Container", "PersistentVolumeClaim"))
    max: FrozenMap[str, Quantity] = FrozenMap()
    min: FrozenMap[str, Quantity] = FrozenMap()
    default: FrozenMap[str, Quantity] = FrozenMap()
    default_request: FrozenMap[str, Quantity] = FrozenMap()
    max_limit_request_ratio: FrozenMap[str, Quantity] = FrozenMap()


@model
class LimitRangeSpec:
    """FILL LimitRangeSpec."""

    limits: tuple[LimitRangeItem, ...] = field((), always=True)


@model
class LimitRange:
    """FILL LimitRange."""

    api_version: ClassVar[str] = "v1"
    kind: ClassVar[str] = "LimitRange"

    metadata: ObjectMeta = ObjectMeta()
    spec: LimitRangeSpec = LimitRangeSpec()
