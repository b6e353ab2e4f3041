"""Controllers of Pods that run for long: Deployments and ReplicaSets, StatefulSets, DaemonSets.

Source: `k8s.io/api/apps/v1`.
"""

from typing import ClassVar

from kubelab.api.core.pod import PodTemplateSpec
from kubelab.api.core.storage import PersistentVolumeClaim
from kubelab.api.meta import LabelSelector, ObjectMeta
from kubelab.api.model import field, model
from kubelab.api.scalars import IntOrString, Json, Time


@model
class RollingUpdateDeployment:
    """How far a rolling update may go at a time.

    Attributes:
        max_unavailable: how many Pods, or which share of them, may be missing; shares are rounded down.
        max_surge: how many Pods, or which share of them, may be there beyond those wanted; shares are rounded up.
    """

    max_unavailable: IntOrString | None = None
    max_surge: IntOrString | None = None


@model
class DeploymentStrategy:
    """How old Pods are replaced by new ones.

    Attributes:
        type: little by little, or all at once with a pause between.
        rolling_update: how far to go at a time.
    """

    type: str = field(default="", go="v1.DeploymentStrategyType", values=("Recreate", "RollingUpdate"))
    rolling_update: RollingUpdateDeployment | None = None


@model
class DeploymentSpec:
    """How many Pods are wanted, what they look like, and how they are replaced when that changes.

    Attributes:
        replicas: how many; one if nothing is said.
        selector: which Pods are its own; can never change.
        template: what its Pods are made from; a change of it starts a rollout.
        strategy: how old Pods are replaced.
        min_ready_seconds: how long a new Pod must be ready before it counts as available.
        revision_history_limit: how many old ReplicaSets are kept to go back to.
        paused: whether changes of the template wait.
        progress_deadline_seconds: after which a rollout that does not get on is reported as failed.
    """

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
    """One thing that is or is not the case with a Deployment.

    Attributes:
        type: such as ``Available`` or ``Progressing``.
        status: whether it is the case.
        last_update_time: when it was last confirmed.
        last_transition_time: when the status last changed.
        reason: one CamelCase word, such as ``MinimumReplicasAvailable``.
        message: a sentence.
    """

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
    """What is known about a Deployment.

    Attributes:
        observed_generation: the generation that it has acted on.
        replicas: Pods there are, old and new.
        updated_replicas: of them, those made from the present template.
        ready_replicas: of them, those that are ready.
        available_replicas: of them, those that have been ready long enough.
        unavailable_replicas: Pods that are still missing.
        terminating_replicas: Pods on their way out.
        conditions: what is and is not the case.
        collision_count: how many times a name for a new ReplicaSet was taken already.
    """

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
    """Keeps Pods of one description alive and replaces them step by step when it changes.

    Attributes:
        metadata: its identity; an annotation carries the revision.
        spec: what is wanted.
        status: what is known.
    """

    api_version: ClassVar[str] = "apps/v1"
    kind: ClassVar[str] = "Deployment"

    metadata: ObjectMeta = ObjectMeta()
    spec: DeploymentSpec = DeploymentSpec()
    status: DeploymentStatus = DeploymentStatus()


@model
class ReplicaSetSpec:
    """How many Pods are wanted, and what they look like.

    Attributes:
        replicas: how many; one if nothing is said.
        min_ready_seconds: how long a Pod must be ready before it counts as available.
        selector: which Pods are its own; can never change.
        template: what its Pods are made from; a change of it does not touch Pods that are there.
    """

    replicas: int | None = None
    min_ready_seconds: int = 0
    selector: LabelSelector | None = field(default=None, always=True)
    template: PodTemplateSpec = PodTemplateSpec()


@model
class ReplicaSetCondition:
    """One thing that is or is not the case with a ReplicaSet.

    Attributes:
        type: what it is about.
        status: whether it is the case.
        last_transition_time: when the status last changed.
        reason: one CamelCase word, such as ``FailedCreate``.
        message: a sentence.
    """

    type: str = field(default="", always=True, go="v1.ReplicaSetConditionType", values=("ReplicaFailure",))
    status: str = field(default="", always=True, go="v1.ConditionStatus", values=("True", "False", "Unknown"))
    last_transition_time: Time | None = field(default=None, always=True)
    reason: str = ""
    message: str = ""


@model
class ReplicaSetStatus:
    """What is known about a ReplicaSet.

    Attributes:
        replicas: Pods there are.
        fully_labeled_replicas: of them, those with all labels of the template.
        ready_replicas: of them, those that are ready.
        available_replicas: of them, those that have been ready long enough.
        terminating_replicas: Pods on their way out.
        observed_generation: the generation that it has acted on.
        conditions: what is and is not the case.
    """

    replicas: int = field(default=0, always=True)
    fully_labeled_replicas: int = 0
    ready_replicas: int = 0
    available_replicas: int = 0
    terminating_replicas: int | None = None
    observed_generation: int = field(default=0, go="int64")
    conditions: tuple[ReplicaSetCondition, ...] = field(default=(), merge_key="type")


@model
class ReplicaSet:
    """Keeps so many Pods of one description alive; a Deployment has one for each revision.

    Attributes:
        metadata: its identity.
        spec: what is wanted.
        status: what is known.
    """

    api_version: ClassVar[str] = "apps/v1"
    kind: ClassVar[str] = "ReplicaSet"

    metadata: ObjectMeta = ObjectMeta()
    spec: ReplicaSetSpec = ReplicaSetSpec()
    status: ReplicaSetStatus = ReplicaSetStatus()


@model
class StatefulSetOrdinals:
    """The number at which a StatefulSet starts to count its Pods."""

    start: int = field(default=0, always=True)


@model
class StatefulSetPersistentVolumeClaimRetentionPolicy:
    """What becomes of the claims when the set is deleted or shrinks."""

    when_deleted: str = field(default="", go="v1.PersistentVolumeClaimRetentionPolicyType", values=("Retain", "Delete"))
    when_scaled: str = field(default="", go="v1.PersistentVolumeClaimRetentionPolicyType", values=("Retain", "Delete"))


@model
class RollingUpdateStatefulSetStrategy:
    """How far an update of a StatefulSet may go: from which number on, how many at a time."""

    partition: int | None = None
    max_unavailable: IntOrString | None = None


@model
class StatefulSetUpdateStrategy:
    """How the Pods of a StatefulSet are replaced when its template changes."""

    type: str = field(default="", go="v1.StatefulSetUpdateStrategyType", values=("RollingUpdate", "OnDelete"))
    rolling_update: RollingUpdateStatefulSetStrategy | None = None


@model
class StatefulSetSpec:
    """How many numbered Pods are wanted, with which storage, started in which order."""

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
    """One thing that is or is not the case with a StatefulSet."""

    type: str = field(default="", always=True, go="v1.StatefulSetConditionType")
    status: str = field(default="", always=True, go="v1.ConditionStatus", values=("True", "False", "Unknown"))
    last_transition_time: Time | None = field(default=None, always=True)
    reason: str = ""
    message: str = ""


@model
class StatefulSetStatus:
    """What is known about a StatefulSet: Pods of the old and the new revision."""

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
    """Keeps numbered Pods alive, each with a lasting name and storage of its own."""

    api_version: ClassVar[str] = "apps/v1"
    kind: ClassVar[str] = "StatefulSet"

    metadata: ObjectMeta = ObjectMeta()
    spec: StatefulSetSpec = StatefulSetSpec()
    status: StatefulSetStatus = StatefulSetStatus()


@model
class RollingUpdateDaemonSet:
    """How many nodes an update of a DaemonSet may touch at a time."""

    max_unavailable: IntOrString | None = None
    max_surge: IntOrString | None = None


@model
class DaemonSetUpdateStrategy:
    """How the Pods of a DaemonSet are replaced when its template changes."""

    type: str = field(default="", go="v1.DaemonSetUpdateStrategyType", values=("RollingUpdate", "OnDelete"))
    rolling_update: RollingUpdateDaemonSet | None = None


@model
class DaemonSetSpec:
    """What to run on every node that the template may run on."""

    selector: LabelSelector | None = field(default=None, always=True)
    template: PodTemplateSpec = PodTemplateSpec()
    update_strategy: DaemonSetUpdateStrategy = DaemonSetUpdateStrategy()
    min_ready_seconds: int = 0
    revision_history_limit: int | None = None


@model
class DaemonSetCondition:
    """One thing that is or is not the case with a DaemonSet."""

    type: str = field(default="", always=True, go="v1.DaemonSetConditionType")
    status: str = field(default="", always=True, go="v1.ConditionStatus", values=("True", "False", "Unknown"))
    last_transition_time: Time | None = field(default=None, always=True)
    reason: str = ""
    message: str = ""


@model
class DaemonSetStatus:
    """On how many nodes the Pods should run, and do."""

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
    """Keeps one Pod alive on every node that it may run on."""

    api_version: ClassVar[str] = "apps/v1"
    kind: ClassVar[str] = "DaemonSet"

    metadata: ObjectMeta = ObjectMeta()
    spec: DaemonSetSpec = DaemonSetSpec()
    status: DaemonSetStatus = DaemonSetStatus()


@model
class ControllerRevision:
    """A past template of a StatefulSet or DaemonSet, kept to go back to; never changed."""

    api_version: ClassVar[str] = "apps/v1"
    kind: ClassVar[str] = "ControllerRevision"

    metadata: ObjectMeta = ObjectMeta()
    data: Json | None = field(default=None, always=True)
    revision: int = field(default=0, always=True, go="int64")
