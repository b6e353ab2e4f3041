"""How much a namespace, and each object in it, may use.

Source: `k8s.io/api/core/v1` (``ResourceQuota``, ``LimitRange``).
"""

from typing import ClassVar

from kubelab.api.meta import ObjectMeta
from kubelab.api.model import field, model
from kubelab.api.scalars import FrozenMap, Quantity
from kubelab.api.values import QUOTA_SCOPES


@model
class ScopedResourceSelectorRequirement:
    """A condition on the objects that a quota counts."""

    scope_name: str = field(default="", always=True, go="v1.ResourceQuotaScope", values=QUOTA_SCOPES)
    operator: str = field(
        default="", always=True, go="v1.ScopeSelectorOperator", values=("In", "NotIn", "Exists", "DoesNotExist")
    )
    values: tuple[str, ...] = ()


@model
class ScopeSelector:
    """Which objects a quota counts."""

    match_expressions: tuple[ScopedResourceSelectorRequirement, ...] = ()


@model
class ResourceQuotaSpec:
    """The most that a namespace may use, by resource or count of objects."""

    hard: FrozenMap[str, Quantity] = FrozenMap()
    scopes: tuple[str, ...] = field(default=(), go="[]v1.ResourceQuotaScope", values=QUOTA_SCOPES)
    scope_selector: ScopeSelector | None = None


@model
class ResourceQuotaStatus:
    """What a namespace uses of its quota."""

    hard: FrozenMap[str, Quantity] = FrozenMap()
    used: FrozenMap[str, Quantity] = FrozenMap()


@model
class ResourceQuota:
    """A limit on all objects of a namespace together."""

    api_version: ClassVar[str] = "v1"
    kind: ClassVar[str] = "ResourceQuota"

    metadata: ObjectMeta = ObjectMeta()
    spec: ResourceQuotaSpec = ResourceQuotaSpec()
    status: ResourceQuotaStatus = ResourceQuotaStatus()


@model
class LimitRangeItem:
    """Bounds and defaults for each object of one type."""

    type: str = field(default="", always=True, go="v1.LimitType", values=("Pod", "Container", "PersistentVolumeClaim"))
    max: FrozenMap[str, Quantity] = FrozenMap()
    min: FrozenMap[str, Quantity] = FrozenMap()
    default: FrozenMap[str, Quantity] = FrozenMap()
    default_request: FrozenMap[str, Quantity] = FrozenMap()
    max_limit_request_ratio: FrozenMap[str, Quantity] = FrozenMap()


@model
class LimitRangeSpec:
    """The bounds of a namespace."""

    limits: tuple[LimitRangeItem, ...] = field(default=(), always=True)


@model
class LimitRange:
    """Bounds and defaults for each single object of a namespace."""

    api_version: ClassVar[str] = "v1"
    kind: ClassVar[str] = "LimitRange"

    metadata: ObjectMeta = ObjectMeta()
    spec: LimitRangeSpec = LimitRangeSpec()
