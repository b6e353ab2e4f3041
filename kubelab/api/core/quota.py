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
    """A condition on the objects that a quota counts.

    Attributes:
        scope_name: the scope.
        operator: how the object's value relates to `values`.
        values: at least one for ``In`` and ``NotIn``, none for the others.
    """

    scope_name: str = field(default="", always=True, go="v1.ResourceQuotaScope", values=QUOTA_SCOPES)
    operator: str = field(
        default="", always=True, go="v1.ScopeSelectorOperator", values=("In", "NotIn", "Exists", "DoesNotExist")
    )
    values: tuple[str, ...] = ()


@model
class ScopeSelector:
    """Which objects a quota counts.

    Attributes:
        match_expressions: all of them must be met.
    """

    match_expressions: tuple[ScopedResourceSelectorRequirement, ...] = ()


@model
class ResourceQuotaSpec:
    """The most that a namespace may use, by resource or count of objects.

    Attributes:
        hard: the most of each, such as ``pods`` or ``requests.cpu``.
        scopes: counts only objects to which all of these apply.
        scope_selector: the same, with conditions.
    """

    hard: FrozenMap[str, Quantity] = FrozenMap()
    scopes: tuple[str, ...] = field(default=(), go="[]v1.ResourceQuotaScope", values=QUOTA_SCOPES)
    scope_selector: ScopeSelector | None = None


@model
class ResourceQuotaStatus:
    """What a namespace uses of its quota.

    Attributes:
        hard: the most of each, as it is enforced.
        used: how much there is of each.
    """

    hard: FrozenMap[str, Quantity] = FrozenMap()
    used: FrozenMap[str, Quantity] = FrozenMap()


@model
class ResourceQuota:
    """A limit on all objects of a namespace together.

    Attributes:
        metadata: its identity.
        spec: the most that may be used.
        status: what is used.
    """

    api_version: ClassVar[str] = "v1"
    kind: ClassVar[str] = "ResourceQuota"

    metadata: ObjectMeta = ObjectMeta()
    spec: ResourceQuotaSpec = ResourceQuotaSpec()
    status: ResourceQuotaStatus = ResourceQuotaStatus()


@model
class LimitRangeItem:
    """Bounds and defaults for each object of one type.

    Attributes:
        type: what they hold for: ``Container``, ``Pod`` or ``PersistentVolumeClaim``.
        max: the most of each resource.
        min: the least of each resource.
        default: the limits of a container that says none.
        default_request: the requests of a container that says none.
        max_limit_request_ratio: how many times its request a limit may be.
    """

    type: str = field(default="", always=True, go="v1.LimitType", values=("Pod", "Container", "PersistentVolumeClaim"))
    max: FrozenMap[str, Quantity] = FrozenMap()
    min: FrozenMap[str, Quantity] = FrozenMap()
    default: FrozenMap[str, Quantity] = FrozenMap()
    default_request: FrozenMap[str, Quantity] = FrozenMap()
    max_limit_request_ratio: FrozenMap[str, Quantity] = FrozenMap()


@model
class LimitRangeSpec:
    """The bounds of a namespace.

    Attributes:
        limits: one entry for each type.
    """

    limits: tuple[LimitRangeItem, ...] = field(default=(), always=True)


@model
class LimitRange:
    """Bounds and defaults for each single object of a namespace.

    Attributes:
        metadata: its identity.
        spec: the bounds.
    """

    api_version: ClassVar[str] = "v1"
    kind: ClassVar[str] = "LimitRange"

    metadata: ObjectMeta = ObjectMeta()
    spec: LimitRangeSpec = LimitRangeSpec()
