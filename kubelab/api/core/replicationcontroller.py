"""ReplicationControllers: the older form of ReplicaSets.

Source: `k8s.io/api/core/v1` (``ReplicationController``).
"""

from typing import ClassVar

from kubelab.api.core.pod import PodTemplateSpec
from kubelab.api.meta import ObjectMeta
from kubelab.api.model import field, model
from kubelab.api.scalars import FrozenMap, Time


@model
class ReplicationControllerSpec:
    """How many Pods are wanted, and what they look like.

    Attributes:
        replicas: how many; one if nothing is said.
        min_ready_seconds: how long a Pod must be ready before it counts as available.
        selector: labels that its Pods have, with exactly these values; the template's if nothing is said.
        template: what it makes Pods from.
    """

    replicas: int | None = None
    min_ready_seconds: int = 0
    selector: FrozenMap[str, str] = FrozenMap()
    template: PodTemplateSpec | None = None


@model
class ReplicationControllerCondition:
    """One thing that is or is not the case with a ReplicationController.

    Attributes:
        type: what it is about.
        status: whether it is the case.
        last_transition_time: when the status last changed.
        reason: one CamelCase word.
        message: a sentence.
    """

    type: str = field(default="", always=True, go="v1.ReplicationControllerConditionType", values=("ReplicaFailure",))
    status: str = field(default="", always=True, go="v1.ConditionStatus", values=("True", "False", "Unknown"))
    last_transition_time: Time | None = field(default=None, always=True)
    reason: str = ""
    message: str = ""


@model
class ReplicationControllerStatus:
    """What is known about a ReplicationController.

    Attributes:
        replicas: Pods there are.
        fully_labeled_replicas: of them, those with all labels of the template.
        ready_replicas: of them, those that are ready.
        available_replicas: of them, those that have been ready long enough.
        observed_generation: the generation that it has acted on.
        conditions: what is and is not the case.
    """

    replicas: int = field(default=0, always=True)
    fully_labeled_replicas: int = 0
    ready_replicas: int = 0
    available_replicas: int = 0
    observed_generation: int = field(default=0, go="int64")
    conditions: tuple[ReplicationControllerCondition, ...] = field(default=(), merge_key="type")


@model
class ReplicationController:
    """Keeps so many Pods with given labels alive.

    Attributes:
        metadata: its identity.
        spec: what is wanted.
        status: what is known.
    """

    api_version: ClassVar[str] = "v1"
    kind: ClassVar[str] = "ReplicationController"

    metadata: ObjectMeta = ObjectMeta()
    spec: ReplicationControllerSpec = ReplicationControllerSpec()
    status: ReplicationControllerStatus = ReplicationControllerStatus()
