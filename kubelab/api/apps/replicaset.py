"""ReplicaSets: so many Pods of one description.

Source: `k8s.io/api/apps/v1`.
"""

from typing import ClassVar

from kubelab.api.core.pod import PodTemplateSpec
from kubelab.api.meta import LabelSelector, ObjectMeta
from kubelab.api.model import field, model
from kubelab.api.scalars import Time


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
