"""DaemonSets: a Pod on every node; and the past templates that DaemonSets and StatefulSets go back to.

Source: `k8s.io/api/apps/v1`.
"""

from typing import ClassVar

from kubelab.api.core.pod import PodTemplateSpec
from kubelab.api.meta import LabelSelector, ObjectMeta
from kubelab.api.model import field, model
from kubelab.api.scalars import IntOrString, Json, Time


@model
class RollingUpdateDaemonSet:
    """How many nodes an update of a DaemonSet may touch at a time.

    Attributes:
        max_unavailable: how many nodes may be without a Pod, as a number or a share.
        max_surge: how many nodes may have an old and a new one, as a number or a share.
    """

    max_unavailable: IntOrString | None = None
    max_surge: IntOrString | None = None


@model
class DaemonSetUpdateStrategy:
    """How the Pods of a DaemonSet are replaced when its template changes.

    Attributes:
        type: by itself, or when Pods are deleted.
        rolling_update: how far to go at a time.
    """

    type: str = field(default="", go="v1.DaemonSetUpdateStrategyType", values=("RollingUpdate", "OnDelete"))
    rolling_update: RollingUpdateDaemonSet | None = None


@model
class DaemonSetSpec:
    """What to run on every node that the template may run on.

    Attributes:
        selector: which Pods are its own; it can never change.
        template: what its Pods look like.
        update_strategy: how Pods are replaced when the template changes.
        min_ready_seconds: how long a Pod must have been ready before it counts as available.
        revision_history_limit: how many past templates are kept.
    """

    selector: LabelSelector | None = field(default=None, always=True)
    template: PodTemplateSpec = PodTemplateSpec()
    update_strategy: DaemonSetUpdateStrategy = DaemonSetUpdateStrategy()
    min_ready_seconds: int = 0
    revision_history_limit: int | None = None


@model
class DaemonSetCondition:
    """One thing that is or is not the case with a DaemonSet.

    Attributes:
        type: what it is about.
        status: whether it is the case.
        last_transition_time: when the status last changed.
        reason: one CamelCase word for programs.
        message: a sentence for people.
    """

    type: str = field(default="", always=True, go="v1.DaemonSetConditionType")
    status: str = field(default="", always=True, go="v1.ConditionStatus", values=("True", "False", "Unknown"))
    last_transition_time: Time | None = field(default=None, always=True)
    reason: str = ""
    message: str = ""


@model
class DaemonSetStatus:
    """On how many nodes the Pods should run, and do.

    Attributes:
        current_number_scheduled: nodes that should run a Pod and have one.
        number_misscheduled: nodes that have one and should not.
        desired_number_scheduled: nodes that should run one.
        number_ready: nodes with a Pod that is ready.
        observed_generation: the generation that the controller has seen.
        updated_number_scheduled: nodes with a Pod of the present template.
        number_available: nodes with a Pod that is available.
        number_unavailable: nodes that should have one and do not.
        collision_count: raised where two revisions would have got the same name.
        conditions: what else is the case.
    """

    current_number_scheduled: int = field(default=0, always=True)
    number_misscheduled: int = field(default=0, always=True)
    desired_number_scheduled: int = field(default=0, always=True)
    number_ready: int = field(default=0, always=True)
    observed_generation: int = field(default=0, go="int64")
    updated_number_scheduled: int = 0
    number_available: int = 0
    number_unavailable: int = 0
    collision_count: int | None = None
    conditions: tuple[DaemonSetCondition, ...] = field(default=(), merge_key="type")


@model
class DaemonSet:
    """Keeps one Pod alive on every node that it may run on.

    Attributes:
        metadata: its identity.
        spec: what to run, and where.
        status: on how many nodes it runs.
    """

    api_version: ClassVar[str] = "apps/v1"
    kind: ClassVar[str] = "DaemonSet"

    metadata: ObjectMeta = ObjectMeta()
    spec: DaemonSetSpec = DaemonSetSpec()
    status: DaemonSetStatus = DaemonSetStatus()


@model
class ControllerRevision:
    """A past template of a StatefulSet or DaemonSet, kept to go back to; never changed.

    Attributes:
        metadata: its identity.
        data: the template, as it was.
        revision: counts the templates of one owner.
    """

    api_version: ClassVar[str] = "apps/v1"
    kind: ClassVar[str] = "ControllerRevision"

    metadata: ObjectMeta = ObjectMeta()
    data: Json | None = field(default=None, always=True)
    revision: int = field(default=0, always=True, go="int64")
