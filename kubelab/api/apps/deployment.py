"""Deployments: Pods of one description, replaced step by step when it changes.

Source: `k8s.io/api/apps/v1`.
"""

from typing import ClassVar

from kubelab.api.core.pod import PodTemplateSpec
from kubelab.api.meta import LabelSelector, ObjectMeta
from kubelab.api.model import field, model
from kubelab.api.scalars import IntOrString, Time


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
