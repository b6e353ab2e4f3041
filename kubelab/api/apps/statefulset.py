"""StatefulSets: numbered Pods with names and storage that last.

Source: `k8s.io/api/apps/v1`.
"""

from typing import ClassVar

from kubelab.api.core.pod import PodTemplateSpec
from kubelab.api.core.storage import PersistentVolumeClaim
from kubelab.api.meta import LabelSelector, ObjectMeta
from kubelab.api.model import field, model
from kubelab.api.scalars import IntOrString, Time


@model
class StatefulSetOrdinals:
    """The number at which a StatefulSet starts to count its Pods.

    Attributes:
        start: the number of the first Pod.
    """

    start: int = field(default=0, always=True)


@model
class StatefulSetPersistentVolumeClaimRetentionPolicy:
    """What becomes of the claims when the set is deleted or shrinks.

    Attributes:
        when_deleted: whether claims are kept when the set is deleted.
        when_scaled: whether claims are kept when the set gets smaller.
    """

    when_deleted: str = field(default="", go="v1.PersistentVolumeClaimRetentionPolicyType", values=("Retain", "Delete"))
    when_scaled: str = field(default="", go="v1.PersistentVolumeClaimRetentionPolicyType", values=("Retain", "Delete"))


@model
class RollingUpdateStatefulSetStrategy:
    """How far an update of a StatefulSet may go: from which number on, how many at a time.

    Attributes:
        partition: only Pods with at least this number are replaced.
        max_unavailable: how many Pods may be unavailable, as a number or a share.
    """

    partition: int | None = None
    max_unavailable: IntOrString | None = None


@model
class StatefulSetUpdateStrategy:
    """How the Pods of a StatefulSet are replaced when its template changes.

    Attributes:
        type: by itself, or when Pods are deleted.
        rolling_update: how far to go.
    """

    type: str = field(default="", go="v1.StatefulSetUpdateStrategyType", values=("RollingUpdate", "OnDelete"))
    rolling_update: RollingUpdateStatefulSetStrategy | None = None


@model
class StatefulSetSpec:
    """How many numbered Pods are wanted, with which storage, started in which order.

    Attributes:
        replicas: how many Pods are wanted.
        selector: which Pods are its own; it can never change.
        template: what its Pods look like.
        volume_claim_templates: claims of which each Pod gets its own, to keep when it is replaced.
        service_name: the headless Service that gives each Pod its name in DNS.
        pod_management_policy: one Pod after the other, or all at once.
        update_strategy: how Pods are replaced when the template changes.
        revision_history_limit: how many past templates are kept.
        min_ready_seconds: how long a Pod must have been ready before it counts as available.
        persistent_volume_claim_retention_policy: what becomes of the claims in the end.
        ordinals: at which number counting starts.
    """

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
    """One thing that is or is not the case with a StatefulSet.

    Attributes:
        type: what it is about.
        status: whether it is the case.
        last_transition_time: when the status last changed.
        reason: one CamelCase word for programs.
        message: a sentence for people.
    """

    type: str = field(default="", always=True, go="v1.StatefulSetConditionType")
    status: str = field(default="", always=True, go="v1.ConditionStatus", values=("True", "False", "Unknown"))
    last_transition_time: Time | None = field(default=None, always=True)
    reason: str = ""
    message: str = ""


@model
class StatefulSetStatus:
    """What is known about a StatefulSet: Pods of the old and the new revision.

    Attributes:
        observed_generation: the generation that the controller has seen.
        replicas: Pods that there are.
        ready_replicas: of those, the ready ones.
        current_replicas: Pods of the old revision.
        updated_replicas: Pods of the new revision.
        current_revision: the name of the old revision.
        update_revision: the name of the new revision.
        collision_count: raised where two revisions would have got the same name.
        conditions: what else is the case.
        available_replicas: Pods that have been ready long enough.
    """

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
    """Keeps numbered Pods alive, each with a lasting name and storage of its own.

    Attributes:
        metadata: its identity.
        spec: what is wanted.
        status: Pods of the old and the new revision.
    """

    api_version: ClassVar[str] = "apps/v1"
    kind: ClassVar[str] = "StatefulSet"

    metadata: ObjectMeta = ObjectMeta()
    spec: StatefulSetSpec = StatefulSetSpec()
    status: StatefulSetStatus = StatefulSetStatus()
