"""FILL module."""

from typing import ClassVar

from kubelab.api.meta import LabelSelector, ObjectMeta
from kubelab.api.model import field, model
from kubelab.api.scalars import Quantity, Time


@model
class CrossVersionObjectReference:
    """FILL CrossVersionObjectReference."""

    kind: str = field(default="", always=True)
    name: str = field(default="", always=True)
    api_version: str = ""


@model
class HPAScalingPolicy:
    """FILL HPAScalingPolicy."""

    type: str = field(default="", always=True, go="v2.HPAScalingPolicyType", values=("Pods", "Percent"))
    value: int = field(default=0, always=True)
    period_seconds: int = field(default=0, always=True)


@model
class HPAScalingRules:
    """FILL HPAScalingRules."""

    stabilization_window_seconds: int | None = None
    select_policy: str | None = field(default=None, go="v2.ScalingPolicySelect", values=("Max", "Min", "Disabled"))
    policies: tuple[HPAScalingPolicy, ...] = ()
    tolerance: Quantity | None = None


@model
class HorizontalPodAutoscalerBehavior:
    """FILL HorizontalPodAutoscalerBehavior."""

    scale_up: HPAScalingRules | None = None
    scale_down: HPAScalingRules | None = None


@model
class MetricTarget:
    """FILL MetricTarget."""

    type: str = field(
        default="", always=True, go="v2.MetricTargetType", values=("Utilization", "Value", "AverageValue")
    )
    value: Quantity | None = None
    average_value: Quantity | None = None
    average_utilization: int | None = None


@model
class ContainerResourceMetricSource:
    """FILL ContainerResourceMetricSource."""

    name: str = field(default="", always=True, go="v1.ResourceName")
    target: MetricTarget = MetricTarget()
    container: str = field(default="", always=True)


@model
class MetricIdentifier:
    """FILL MetricIdentifier."""

    name: str = field(default="", always=True)
    selector: LabelSelector | None = None


@model
class ExternalMetricSource:
    """FILL ExternalMetricSource."""

    metric: MetricIdentifier = MetricIdentifier()
    target: MetricTarget = MetricTarget()


@model
class ObjectMetricSource:
    """FILL ObjectMetricSource."""

    described_object: CrossVersionObjectReference = CrossVersionObjectReference()
    target: MetricTarget = MetricTarget()
    metric: MetricIdentifier = MetricIdentifier()


@model
class PodsMetricSource:
    """FILL PodsMetricSource."""

    metric: MetricIdentifier = MetricIdentifier()
    target: MetricTarget = MetricTarget()


@model
class ResourceMetricSource:
    """FILL ResourceMetricSource."""

    name: str = field(default="", always=True, go="v1.ResourceName")
    target: MetricTarget = MetricTarget()


@model
class MetricSpec:
    """FILL MetricSpec."""

    type: str = field(
        default="",
        always=True,
        go="v2.MetricSourceType",
        values=("Object", "Pods", "Resource", "ContainerResource", "External"),
    )
    object: ObjectMetricSource | None = None
    pods: PodsMetricSource | None = None
    resource: ResourceMetricSource | None = None
    container_resource: ContainerResourceMetricSource | None = None
    external: ExternalMetricSource | None = None


@model
class HorizontalPodAutoscalerSpec:
    """FILL HorizontalPodAutoscalerSpec."""

    scale_target_ref: CrossVersionObjectReference = CrossVersionObjectReference()
    min_replicas: int | None = None
    max_replicas: int = field(default=0, always=True)
    metrics: tuple[MetricSpec, ...] = ()
    behavior: HorizontalPodAutoscalerBehavior | None = None


@model
class HorizontalPodAutoscalerCondition:
    """FILL HorizontalPodAutoscalerCondition."""

    type: str = field(
        default="",
        always=True,
        go="v2.HorizontalPodAutoscalerConditionType",
        values=("ScalingActive", "AbleToScale", "ScalingLimited", "ScaledToZero"),
    )
    status: str = field(default="", always=True, go="v1.ConditionStatus", values=("True", "False", "Unknown"))
    last_transition_time: Time | None = field(default=None, always=True)
    reason: str = ""
    message: str = ""


@model
class MetricValueStatus:
    """FILL MetricValueStatus."""

    value: Quantity | None = None
    average_value: Quantity | None = None
    average_utilization: int | None = None


@model
class ContainerResourceMetricStatus:
    """FILL ContainerResourceMetricStatus."""

    name: str = field(default="", always=True, go="v1.ResourceName")
    current: MetricValueStatus = MetricValueStatus()
    container: str = field(default="", always=True)


@model
class ExternalMetricStatus:
    """FILL ExternalMetricStatus."""

    metric: MetricIdentifier = MetricIdentifier()
    current: MetricValueStatus = MetricValueStatus()


@model
class ObjectMetricStatus:
    """FILL ObjectMetricStatus."""

    metric: MetricIdentifier = MetricIdentifier()
    current: MetricValueStatus = MetricValueStatus()
    described_object: CrossVersionObjectReference = CrossVersionObjectReference()


@model
class PodsMetricStatus:
    """FILL PodsMetricStatus."""

    metric: MetricIdentifier = MetricIdentifier()
    current: MetricValueStatus = MetricValueStatus()


@model
class ResourceMetricStatus:
    """FILL ResourceMetricStatus."""

    name: str = field(default="", always=True, go="v1.ResourceName")
    current: MetricValueStatus = MetricValueStatus()


@model
class MetricStatus:
    """FILL MetricStatus."""

    type: str = field(
        default="",
        always=True,
        go="v2.MetricSourceType",
        values=("Object", "Pods", "Resource", "ContainerResource", "External"),
    )
    object: ObjectMetricStatus | None = None
    pods: PodsMetricStatus | None = None
    resource: ResourceMetricStatus | None = None
    container_resource: ContainerResourceMetricStatus | None = None
    external: ExternalMetricStatus | None = None


@model
class HorizontalPodAutoscalerStatus:
    """FILL HorizontalPodAutoscalerStatus."""

    observed_generation: int | None = field(default=None, go="int64")
    last_scale_time: Time | None = None
    current_replicas: int = 0
    desired_replicas: int = field(default=0, always=True)
    current_metrics: tuple[MetricStatus, ...] = field(default=(), always=True)
    conditions: tuple[HorizontalPodAutoscalerCondition, ...] = field(default=(), merge_key="type")


@model
class HorizontalPodAutoscaler:
    """FILL HorizontalPodAutoscaler."""

    api_version: ClassVar[str] = "autoscaling/v2"
    kind: ClassVar[str] = "HorizontalPodAutoscaler"

    metadata: ObjectMeta = ObjectMeta()
    spec: HorizontalPodAutoscalerSpec = HorizontalPodAutoscalerSpec()
    status: HorizontalPodAutoscalerStatus = HorizontalPodAutoscalerStatus()
