"""FILL module."""

from typing import ClassVar

from kubelab.api.core.pod import PodTemplateSpec
from kubelab.api.core.storage import PersistentVolumeClaim
from kubelab.api.meta import LabelSelector, ObjectMeta
from kubelab.api.model import field, model
from kubelab.api.scalars import IntOrString, Json, Time


@model
class RollingUpdateDeployment:
    """FILL RollingUpdateDeployment."""

    max_unavailable: IntOrString | None = None
    max_surge: IntOrString | None = None


@model
class DeploymentStrategy:
    """FILL DeploymentStrategy."""

    type: str = field(default="", go="v1.DeploymentStrategyType", values=("Recreate", "RollingUpdate"))
    rolling_update: RollingUpdateDeployment | None = None


@model
class DeploymentSpec:
    """FILL DeploymentSpec."""

    replicas: int | None = None
    selector: LabelSelector | None = field(default=None, always=True)
    template: PodTemplateSpec = PodTemplateSpec()
    strategy: DeploymentStrategy = field(default=DeploymentStrategy(), retain_keys=True)
    min_ready_seconds: int = 0
    revision_history_limit: int | None = None
    paused: bool = False
    progress_deadline_seconds: int | None = None


@model
class DeploymentCondition:
    """FILL DeploymentCondition."""

    type: str = field(
        default="", always=True, go="v1.DeploymentConditionType", values=("Available", "Progressing", "ReplicaFailure")
    )
    status: str = field(default="", always=True, go="v1.ConditionStatus", values=("True", "False", "Unknown"))
    last_update_time: Time | None = field(default=None, always=True)
    last_transition_time: Time | None = field(default=None, always=True)
    reason: str = ""
    message: str = ""


@model
class DeploymentStatus:
    """FILL DeploymentStatus."""

    observed_generation: int = field(default=0, go="int64")
    replicas: int = 0
    updated_replicas: int = 0
    ready_replicas: int = 0
    available_replicas: int = 0
    unavailable_replicas: int = 0
    terminating_replicas: int | None = None
    conditions: tuple[DeploymentCondition, ...] = field(default=(), merge_key="type")
    collision_count: int | None = None


@model
class Deployment:
    """FILL Deployment."""

    api_version: ClassVar[str] = "apps/v1"
    kind: ClassVar[str] = "Deployment"

    metadata: ObjectMeta = ObjectMeta()
    spec: DeploymentSpec = DeploymentSpec()
    status: DeploymentStatus = DeploymentStatus()


@model
class ReplicaSetSpec:
    """FILL ReplicaSetSpec."""

    replicas: int | None = None
    min_ready_seconds: int = 0
    selector: LabelSelector | None = field(default=None, always=True)
    template: PodTemplateSpec = PodTemplateSpec()


@model
class ReplicaSetCondition:
    """FILL ReplicaSetCondition."""

    type: str = field(default="", always=True, go="v1.ReplicaSetConditionType", values=("ReplicaFailure",))
    status: str = field(default="", always=True, go="v1.ConditionStatus", values=("True", "False", "Unknown"))
    last_transition_time: Time | None = field(default=None, always=True)
    reason: str = ""
    message: str = ""


@model
class ReplicaSetStatus:
    """FILL ReplicaSetStatus."""

    replicas: int = field(default=0, always=True)
    fully_labeled_replicas: int = 0
    ready_replicas: int = 0
    available_replicas: int = 0
    terminating_replicas: int | None = None
    observed_generation: int = field(default=0, go="int64")
    conditions: tuple[ReplicaSetCondition, ...] = field(default=(), merge_key="type")


@model
class ReplicaSet:
    """FILL ReplicaSet."""

    api_version: ClassVar[str] = "apps/v1"
    kind: ClassVar[str] = "ReplicaSet"

    metadata: ObjectMeta = ObjectMeta()
    spec: ReplicaSetSpec = ReplicaSetSpec()
    status: ReplicaSetStatus = ReplicaSetStatus()


@model
class StatefulSetOrdinals:
    """FILL StatefulSetOrdinals."""

    start: int = field(default=0, always=True)


@model
class StatefulSetPersistentVolumeClaimRetentionPolicy:
    """FILL StatefulSetPersistentVolumeClaimRetentionPolicy."""

    when_deleted: str = field(default="", go="v1.PersistentVolumeClaimRetentionPolicyType", values=("Retain", "Delete"))
    when_scaled: str = field(default="", go="v1.PersistentVolumeClaimRetentionPolicyType", values=("Retain", "Delete"))


@model
class RollingUpdateStatefulSetStrategy:
    """FILL RollingUpdateStatefulSetStrategy."""

    partition: int | None = None
    max_unavailable: IntOrString | None = None


@model
class StatefulSetUpdateStrategy:
    """FILL StatefulSetUpdateStrategy."""

    type: str = field(default="", go="v1.StatefulSetUpdateStrategyType", values=("RollingUpdate", "OnDelete"))
    rolling_update: RollingUpdateStatefulSetStrategy | None = None


@model
class StatefulSetSpec:
    """FILL StatefulSetSpec."""

    replicas: int | None = None
    selector: LabelSelector | None = field(default=None, always=True)
    template: PodTemplateSpec = PodTemplateSpec()
    volume_claim_templates: tuple[PersistentVolumeClaim, ...] = ()
    service_name: str = field(default="", always=True)
    pod_management_policy: str = field(default="", go="v1.PodManagementPolicyType", values=("OrderedReady", "Parallel"))
    update_strategy: StatefulSetUpdateStrategy = StatefulSetUpdateStrategy()
    revision_history_limit: int | None = None
    min_ready_seconds: int = 0
    persistent_volume_claim_retention_policy: StatefulSetPersistentVolumeClaimRetentionPolicy | None = None
    ordinals: StatefulSetOrdinals | None = None


@model
class StatefulSetCondition:
    """FILL StatefulSetCondition."""

    type: str = field(default="", always=True, go="v1.StatefulSetConditionType")
    status: str = field(default="", always=True, go="v1.ConditionStatus", values=("True", "False", "Unknown"))
    last_transition_time: Time | None = field(default=None, always=True)
    reason: str = ""
    message: str = ""


@model
class StatefulSetStatus:
    """FILL StatefulSetStatus."""

    observed_generation: int = field(default=0, go="int64")
    replicas: int = field(default=0, always=True)
    ready_replicas: int = 0
    current_replicas: int = 0
    updated_replicas: int = 0
    current_revision: str = ""
    update_revision: str = ""
    collision_count: int | None = None
    conditions: tuple[StatefulSetCondition, ...] = field(default=(), merge_key="type")
    available_replicas: int = field(default=0, always=True)


@model
class StatefulSet:
    """FILL StatefulSet."""

    api_version: ClassVar[str] = "apps/v1"
    kind: ClassVar[str] = "StatefulSet"

    metadata: ObjectMeta = ObjectMeta()
    spec: StatefulSetSpec = StatefulSetSpec()
    status: StatefulSetStatus = StatefulSetStatus()


@model
class RollingUpdateDaemonSet:
    """FILL RollingUpdateDaemonSet."""

    max_unavailable: IntOrString | None = None
    max_surge: IntOrString | None = None


@model
class DaemonSetUpdateStrategy:
    """FILL DaemonSetUpdateStrategy."""

    type: str = field(default="", go="v1.DaemonSetUpdateStrategyType", values=("RollingUpdate", "OnDelete"))
    rolling_update: RollingUpdateDaemonSet | None = None


@model
class DaemonSetSpec:
    """FILL DaemonSetSpec."""

    selector: LabelSelector | None = field(default=None, always=True)
    template: PodTemplateSpec = PodTemplateSpec()
    update_strategy: DaemonSetUpdateStrategy = DaemonSetUpdateStrategy()
    min_ready_seconds: int = 0
    revision_history_limit: int | None = None


@model
class DaemonSetCondition:
    """FILL DaemonSetCondition."""

    type: str = field(default="", always=True, go="v1.DaemonSetConditionType")
    status: str = field(default="", always=True, go="v1.ConditionStatus", values=("True", "False", "Unknown"))
    last_transition_time: Time | None = field(default=None, always=True)
    reason: str = ""
    message: str = ""


@model
class DaemonSetStatus:
    """FILL DaemonSetStatus."""

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
    """FILL DaemonSet."""

    api_version: ClassVar[str] = "apps/v1"
    kind: ClassVar[str] = "DaemonSet"

    metadata: ObjectMeta = ObjectMeta()
    spec: DaemonSetSpec = DaemonSetSpec()
    status: DaemonSetStatus = DaemonSetStatus()


@model
class ControllerRevision:
    """FILL ControllerRevision."""

    api_version: ClassVar[str] = "apps/v1"
    kind: ClassVar[str] = "ControllerRevision"

    metadata: ObjectMeta = ObjectMeta()
    data: Json | None = field(default=None, always=True)
    revision: int = field(default=0, always=True, go="int64")
