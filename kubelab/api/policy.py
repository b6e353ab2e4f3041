"""How much disturbance is allowed: PodDisruptionBudgets.

Source: `k8s.io/api/policy/v1`.
"""

from typing import ClassVar

from kubelab.api.meta import Condition, LabelSelector, ObjectMeta
from kubelab.api.model import field, model
from kubelab.api.scalars import FrozenMap, IntOrString, Time


@model
class PodDisruptionBudgetSpec:
    """Which Pods are meant, and how many must stay or may go.

    Attributes:
        min_available: how many must stay, as a number or a share.
        selector: which Pods are meant.
        max_unavailable: how many may go, as a number or a share.
        unhealthy_pod_eviction_policy: whether Pods that are not ready may always be evicted.
    """

    min_available: IntOrString | None = None
    selector: LabelSelector | None = None
    max_unavailable: IntOrString | None = None
    unhealthy_pod_eviction_policy: str | None = field(
        default=None, go="v1.UnhealthyPodEvictionPolicyType", values=("IfHealthyBudget", "AlwaysAllow")
    )


@model
class PodDisruptionBudgetStatus:
    """How many of the Pods are well, and how many may be evicted now.

    Attributes:
        observed_generation: the generation that the controller has seen.
        disrupted_pods: Pods whose eviction was allowed and that are not gone yet.
        disruptions_allowed: how many may be evicted now.
        current_healthy: how many are well.
        desired_healthy: how many must be.
        expected_pods: how many there should be.
        conditions: whether it allows anything.
    """

    observed_generation: int = field(default=0, go="int64")
    disrupted_pods: FrozenMap[str, Time] = FrozenMap()
    disruptions_allowed: int = field(default=0, always=True)
    current_healthy: int = field(default=0, always=True)
    desired_healthy: int = field(default=0, always=True)
    expected_pods: int = field(default=0, always=True)
    conditions: tuple[Condition, ...] = field(default=(), merge_key="type")


@model
class PodDisruptionBudget:
    """Limits how many Pods of a group may be evicted at the same time.

    Attributes:
        metadata: its identity.
        spec: which Pods, and how many.
        status: how many may be evicted now.
    """

    api_version: ClassVar[str] = "policy/v1"
    kind: ClassVar[str] = "PodDisruptionBudget"

    metadata: ObjectMeta = ObjectMeta()
    spec: PodDisruptionBudgetSpec = PodDisruptionBudgetSpec()
    status: PodDisruptionBudgetStatus = PodDisruptionBudgetStatus()
