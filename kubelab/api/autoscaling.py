"""Scaling by what is measured: HorizontalPodAutoscalers.

Source: `k8s.io/api/autoscaling/v2`.
"""

from typing import ClassVar

from kubelab.api.meta import LabelSelector, ObjectMeta
from kubelab.api.model import field, model
from kubelab.api.scalars import Quantity, Time


@model
class CrossVersionObjectReference:
    """An object that can be scaled, or measured.

    Attributes:
        kind: of the object.
        name: of the object, in the same namespace.
        api_version: of the object.
    """

    kind: str = field(default="", always=True)
    name: str = field(default="", always=True)
    api_version: str = ""


@model
class HPAScalingPolicy:
    """How many Pods, or which share of them, may be added or removed in a period of seconds.

    Attributes:
        type: whether the value counts Pods or percent.
        value: how many.
        period_seconds: in how many seconds.
    """

    type: str = field(default="", always=True, go="v2.HPAScalingPolicyType", values=("Pods", "Percent"))
    value: int = field(default=0, always=True)
    period_seconds: int = field(default=0, always=True)


@model
class HPAScalingRules:
    """How fast to scale in one direction, and how long to look back before doing so.

    Attributes:
        stabilization_window_seconds: for how long the past is looked at before acting.
        select_policy: whether the policy that allows most counts, or least, or nothing is done.
        policies: how fast to go.
        tolerance: how far a measurement may be off before anything is done.
    """

    stabilization_window_seconds: int | None = None
    select_policy: str | None = field(default=None, go="v2.ScalingPolicySelect", values=("Max", "Min", "Disabled"))
    policies: tuple[HPAScalingPolicy, ...] = ()
    tolerance: Quantity | None = None


@model
class HorizontalPodAutoscalerBehavior:
    """How fast to scale up and down.

    Attributes:
        scale_up: how fast Pods are added.
        scale_down: how fast Pods are taken away.
    """

    scale_up: HPAScalingRules | None = None
    scale_down: HPAScalingRules | None = None


@model
class MetricTarget:
    """What a measurement should be: a value, an average for each Pod, or a share of what is requested.

    Attributes:
        type: which of the other fields is set.
        value: the sum, or the value of an object.
        average_value: the average of the Pods.
        average_utilization: the average share of what the Pods request, in percent.
    """

    type: str = field(
        default="", always=True, go="v2.MetricTargetType", values=("Utilization", "Value", "AverageValue")
    )
    value: Quantity | None = None
    average_value: Quantity | None = None
    average_utilization: int | None = None


@model
class ContainerResourceMetricSource:
    """What one container of each Pod uses of a resource.

    Attributes:
        name: of the resource, such as ``cpu``.
        target: what it should be.
        container: the name of the container.
    """

    name: str = field(default="", always=True, go="v1.ResourceName")
    target: MetricTarget = MetricTarget()
    container: str = field(default="", always=True)


@model
class MetricIdentifier:
    """A metric, by its name and labels.

    Attributes:
        name: of the metric.
        selector: labels by which one of several series is chosen.
    """

    name: str = field(default="", always=True)
    selector: LabelSelector | None = None


@model
class ExternalMetricSource:
    """A measurement from outside the cluster, such as the length of a queue.

    Attributes:
        metric: which one.
        target: what it should be.
    """

    metric: MetricIdentifier = MetricIdentifier()
    target: MetricTarget = MetricTarget()


@model
class ObjectMetricSource:
    """A measurement of one other object.

    Attributes:
        described_object: which object.
        target: what it should be.
        metric: which measurement.
    """

    described_object: CrossVersionObjectReference = CrossVersionObjectReference()
    target: MetricTarget = MetricTarget()
    metric: MetricIdentifier = MetricIdentifier()


@model
class PodsMetricSource:
    """A measurement of each Pod, averaged.

    Attributes:
        metric: which measurement.
        target: what it should be.
    """

    metric: MetricIdentifier = MetricIdentifier()
    target: MetricTarget = MetricTarget()


@model
class ResourceMetricSource:
    """What each Pod uses of a resource.

    Attributes:
        name: of the resource, such as ``cpu``.
        target: what it should be.
    """

    name: str = field(default="", always=True, go="v1.ResourceName")
    target: MetricTarget = MetricTarget()


@model
class MetricSpec:
    """What is measured; exactly one field beside the type is set.

    Attributes:
        type: which of the other fields is set.
        object: a measurement of another object.
        pods: a measurement of each Pod.
        resource: what each Pod uses of a resource.
        container_resource: what one container of each Pod uses of it.
        external: a measurement from outside.
    """

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
    """What is scaled, between which bounds, by which measurements.

    Attributes:
        scale_target_ref: what is scaled.
        min_replicas: the fewest Pods.
        max_replicas: the most Pods.
        metrics: what is measured; the one that asks for most Pods counts.
        behavior: how fast to scale.
    """

    scale_target_ref: CrossVersionObjectReference = CrossVersionObjectReference()
    min_replicas: int | None = None
    max_replicas: int = field(default=0, always=True)
    metrics: tuple[MetricSpec, ...] = ()
    behavior: HorizontalPodAutoscalerBehavior | None = None


@model
class HorizontalPodAutoscalerCondition:
    """One thing that is or is not the case with an autoscaler.

    Attributes:
        type: what it is about.
        status: whether it is the case.
        last_transition_time: when the status last changed.
        reason: one CamelCase word for programs.
        message: a sentence for people.
    """

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
    """What was measured last.

    Attributes:
        value: the sum, or the value of an object.
        average_value: the average of the Pods.
        average_utilization: the average share of what the Pods request, in percent.
    """

    value: Quantity | None = None
    average_value: Quantity | None = None
    average_utilization: int | None = None


@model
class ContainerResourceMetricStatus:
    """The last measurement of one container's resource.

    Attributes:
        name: of the resource.
        current: what it is.
        container: the name of the container.
    """

    name: str = field(default="", always=True, go="v1.ResourceName")
    current: MetricValueStatus = MetricValueStatus()
    container: str = field(default="", always=True)


@model
class ExternalMetricStatus:
    """The last measurement from outside.

    Attributes:
        metric: which one.
        current: what it is.
    """

    metric: MetricIdentifier = MetricIdentifier()
    current: MetricValueStatus = MetricValueStatus()


@model
class ObjectMetricStatus:
    """The last measurement of another object.

    Attributes:
        metric: which measurement.
        current: what it is.
        described_object: which object.
    """

    metric: MetricIdentifier = MetricIdentifier()
    current: MetricValueStatus = MetricValueStatus()
    described_object: CrossVersionObjectReference = CrossVersionObjectReference()


@model
class PodsMetricStatus:
    """The last measurement of the Pods.

    Attributes:
        metric: which measurement.
        current: what it is.
    """

    metric: MetricIdentifier = MetricIdentifier()
    current: MetricValueStatus = MetricValueStatus()


@model
class ResourceMetricStatus:
    """The last measurement of the Pods' resource.

    Attributes:
        name: of the resource.
        current: what it is.
    """

    name: str = field(default="", always=True, go="v1.ResourceName")
    current: MetricValueStatus = MetricValueStatus()


@model
class MetricStatus:
    """What was measured last; exactly one field beside the type is set.

    Attributes:
        type: which of the other fields is set.
        object: of another object.
        pods: of the Pods.
        resource: of a resource.
        container_resource: of a resource, in one container.
        external: from outside.
    """

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
    """How many Pods there are and should be, and what was measured.

    Attributes:
        observed_generation: the generation that the controller has seen.
        last_scale_time: when the number of Pods was last changed.
        current_replicas: how many Pods there are.
        desired_replicas: how many there should be.
        current_metrics: what was measured last.
        conditions: whether it can scale, and what holds it back.
    """

    observed_generation: int | None = field(default=None, go="int64")
    last_scale_time: Time | None = None
    current_replicas: int = 0
    desired_replicas: int = field(default=0, always=True)
    current_metrics: tuple[MetricStatus, ...] = field(default=(), always=True)
    conditions: tuple[HorizontalPodAutoscalerCondition, ...] = field(default=(), merge_key="type")


@model
class HorizontalPodAutoscaler:
    """Changes the number of Pods so that measurements come near their targets.

    Attributes:
        metadata: its identity.
        spec: what is scaled, by what.
        status: what was measured and decided.
    """

    api_version: ClassVar[str] = "autoscaling/v2"
    kind: ClassVar[str] = "HorizontalPodAutoscaler"

    metadata: ObjectMeta = ObjectMeta()
    spec: HorizontalPodAutoscalerSpec = HorizontalPodAutoscalerSpec()
    status: HorizontalPodAutoscalerStatus = HorizontalPodAutoscalerStatus()
