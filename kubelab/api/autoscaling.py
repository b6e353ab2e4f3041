"""Scaling by what is measured: HorizontalPodAutoscalers.

Source: `k8s.io/api/autoscaling/v2`.
"""

from typing import ClassVar

from kubelab.api.meta import LabelSelector, ObjectMeta
from kubelab.api.model import field, model
from kubelab.api.scalars import Quantity, Time


@model
class CrossVersionObjectReference:
    """An object that can be scaled, or measured."""

    kind: str = field(default="", always=True)
    name: str = field(default="", always=True)
    api_version: str = ""


@model
class HPAScalingPolicy:
    """How many Pods, or which share of them, may be added or removed in a period of seconds."""

    type: str = field(default="", always=True, go="v2.HPAScalingPolicyType", values=("Pods", "Percent"))
    value: int = field(default=0, always=True)
    period_seconds: int = field(default=0, always=True)


@model
class HPAScalingRules:
    """How fast to scale in one direction, and how long to look back before doing so."""

    stabilization_window_seconds: int | None = None
    select_policy: str | None = field(default=None, go="v2.ScalingPolicySelect", values=("Max", "Min", "Disabled"))
    policies: tuple[HPAScalingPolicy, ...] = ()
    tolerance: Quantity | None = None


@model
class HorizontalPodAutoscalerBehavior:
    """How fast to scale up and down."""

    scale_up: HPAScalingRules | None = None
    scale_down: HPAScalingRules | None = None


@model
class MetricTarget:
    """What a measurement should be: a value, an average for each Pod, or a share of what is requested."""

    type: str = field(
        default="", always=True, go="v2.MetricTargetType", values=("Utilization", "Value", "AverageValue")
    )
    value: Quantity | None = None
    average_value: Quantity | None = None
    average_utilization: int | None = None


@model
class ContainerResourceMetricSource:
    """What one container of each Pod uses of a resource."""

    name: str = field(default="", always=True, go="v1.ResourceName")
    target: MetricTarget = MetricTarget()
    container: str = field(default="", always=True)


@model
class MetricIdentifier:
    """A metric, by its name and labels."""

    name: str = field(default="", always=True)
    selector: LabelSelector | None = None


@model
class ExternalMetricSource:
    """A measurement from outside the cluster, such as the length of a queue."""

    metric: MetricIdentifier = MetricIdentifier()
    target: MetricTarget = MetricTarget()


@model
class ObjectMetricSource:
    """A measurement of one other object."""

    described_object: CrossVersionObjectReference = CrossVersionObjectReference()
    target: MetricTarget = MetricTarget()
    metric: MetricIdentifier = MetricIdentifier()


@model
class PodsMetricSource:
    """A measurement of each Pod, averaged."""

    metric: MetricIdentifier = MetricIdentifier()
    target: MetricTarget = MetricTarget()


@model
class ResourceMetricSource:
    """What each Pod uses of a resource."""

    name: str = field(default="", always=True, go="v1.ResourceName")
    target: MetricTarget = MetricTarget()


@model
class MetricSpec:
    """What is measured; exactly one field beside the type is set."""

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
    """What is scaled, between which bounds, by which measurements."""

    scale_target_ref: CrossVersionObjectReference = CrossVersionObjectReference()
    min_replicas: int | None = None
    max_replicas: int = field(default=0, always=True)
    metrics: tuple[MetricSpec, ...] = ()
    behavior: HorizontalPodAutoscalerBehavior | None = None


@model
class HorizontalPodAutoscalerCondition:
    """One thing that is or is not the case with an autoscaler."""

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
    """What was measured last."""

    value: Quantity | None = None
    average_value: Quantity | None = None
    average_utilization: int | None = None


@model
class ContainerResourceMetricStatus:
    """The last measurement of one container's resource."""

    name: str = field(default="", always=True, go="v1.ResourceName")
    current: MetricValueStatus = MetricValueStatus()
    container: str = field(default="", always=True)


@model
class ExternalMetricStatus:
    """The last measurement from outside."""

    metric: MetricIdentifier = MetricIdentifier()
    current: MetricValueStatus = MetricValueStatus()


@model
class ObjectMetricStatus:
    """The last measurement of another object."""

    metric: MetricIdentifier = MetricIdentifier()
    current: MetricValueStatus = MetricValueStatus()
    described_object: CrossVersionObjectReference = CrossVersionObjectReference()


@model
class PodsMetricStatus:
    """The last measurement of the Pods."""

    metric: MetricIdentifier = MetricIdentifier()
    current: MetricValueStatus = MetricValueStatus()


@model
class ResourceMetricStatus:
    """The last measurement of the Pods' resource."""

    name: str = field(default="", always=True, go="v1.ResourceName")
    current: MetricValueStatus = MetricValueStatus()


@model
class MetricStatus:
    """What was measured last; exactly one field beside the type is set."""

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
    """How many Pods there are and should be, and what was measured."""

    observed_generation: int | None = field(default=None, go="int64")
    last_scale_time: Time | None = None
    current_replicas: int = 0
    desired_replicas: int = field(default=0, always=True)
    current_metrics: tuple[MetricStatus, ...] = field(default=(), always=True)
    conditions: tuple[HorizontalPodAutoscalerCondition, ...] = field(default=(), merge_key="type")


@model
class HorizontalPodAutoscaler:
    """Changes the number of Pods so that measurements come near their targets."""

    api_version: ClassVar[str] = "autoscaling/v2"
    kind: ClassVar[str] = "HorizontalPodAutoscaler"

    metadata: ObjectMeta = ObjectMeta()
    spec: HorizontalPodAutoscalerSpec = HorizontalPodAutoscalerSpec()
    status: HorizontalPodAutoscalerStatus = HorizontalPodAutoscalerStatus()
