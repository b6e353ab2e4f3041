"""FILL module."""

from typing import ClassVar

from kubelab.api.core.pod import PodTemplateSpec
from kubelab.api.meta import ObjectMeta
from kubelab.api.model import field, model
from kubelab.api.scalars import FrozenMap, Time


@model
class ReplicationControllerSpec:
    """FILL ReplicationControllerSpec."""

    replicas: int | None = None
    min_ready_seconds: int = 0
    selector: FrozenMap[str, str] = FrozenMap()
    template: PodTemplateSpec | None = None


@model
class ReplicationControllerCondition:
    """FILL ReplicationControllerCondition."""

    type: str = field(default="", always=True, go="v1.ReplicationControllerConditionType", values=("ReplicaFailure",))
    status: str = field(default="", always=True, go="v1.ConditionStatus", values=("True", "False", "Unknown"))
    last_transition_time: Time | None = field(default=None, always=True)
    reason: str = ""
    message: str = ""


@model
class ReplicationControllerStatus:
    """FILL ReplicationControllerStatus."""

    replicas: int = field(default=0, always=True)
    fully_labeled_replicas: int = 0
    ready_replicas: int = 0
    available_replicas: int = 0
    observed_generation: int = field(default=0, go="int64")
    conditions: tuple[ReplicationControllerCondition, ...] = field(default=(), merge_key="type")


@model
class ReplicationController:
    """FILL ReplicationController."""

    api_version: ClassVar[str] = "v1"
    kind: ClassVar[str] = "ReplicationController"

    metadata: ObjectMeta = ObjectMeta()
    spec: ReplicationControllerSpec = ReplicationControllerSpec()
    status: ReplicationControllerStatus = ReplicationControllerStatus()
