"""FILL module."""

from typing import ClassVar

from kubelab.api.meta import ObjectMeta
from kubelab.api.model import field, model
from kubelab.api.scalars import FrozenMap, Quantity
from kubelab.api.values import QUOTA_SCOPES


@model
class ScopedResourceSelectorRequirement:
    """FILL ScopedResourceSelectorRequirement."""

    scope_name: str = field(default="", always=True, go="v1.ResourceQuotaScope", values=QUOTA_SCOPES)
    operator: str = field(
        default="", always=True, go="v1.ScopeSelectorOperator", values=("In", "NotIn", "Exists", "DoesNotExist")
    )
    values: tuple[str, ...] = ()


@model
class ScopeSelector:
    """FILL ScopeSelector."""

    match_expressions: tuple[ScopedResourceSelectorRequirement, ...] = ()


@model
class ResourceQuotaSpec:
    """FILL ResourceQuotaSpec."""

    hard: FrozenMap[str, Quantity] = FrozenMap()
    scopes: tuple[str, ...] = field(default=(), go="[]v1.ResourceQuotaScope", values=QUOTA_SCOPES)
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

    type: str = field(default="", always=True, go="v1.LimitType", values=("Pod", "Container", "PersistentVolumeClaim"))
    max: FrozenMap[str, Quantity] = FrozenMap()
    min: FrozenMap[str, Quantity] = FrozenMap()
    default: FrozenMap[str, Quantity] = FrozenMap()
    default_request: FrozenMap[str, Quantity] = FrozenMap()
    max_limit_request_ratio: FrozenMap[str, Quantity] = FrozenMap()


@model
class LimitRangeSpec:
    """FILL LimitRangeSpec."""

    limits: tuple[LimitRangeItem, ...] = field(default=(), always=True)


@model
class LimitRange:
    """FILL LimitRange."""

    api_version: ClassVar[str] = "v1"
    kind: ClassVar[str] = "LimitRange"

    metadata: ObjectMeta = ObjectMeta()
    spec: LimitRangeSpec = LimitRangeSpec()
