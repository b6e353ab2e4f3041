"""How important Pods are.

Source: `k8s.io/api/scheduling/v1`.
"""

from typing import ClassVar

from kubelab.api.meta import ObjectMeta
from kubelab.api.model import field, model


@model
class PriorityClass:
    """A name for how important a Pod is; the larger the value, the more.

    Attributes:
        metadata: its identity.
        value: the larger, the more important.
        global_default: whether Pods that name no class get this one.
        description: for whom it is meant.
        preemption_policy: whether its Pods may drive others out.
    """

    api_version: ClassVar[str] = "scheduling.k8s.io/v1"
    kind: ClassVar[str] = "PriorityClass"

    metadata: ObjectMeta = ObjectMeta()
    value: int = field(default=0, always=True)
    global_default: bool = False
    description: str = ""
    preemption_policy: str | None = field(
        default=None, go="v1.PreemptionPolicy", values=("PreemptLowerPriority", "Never")
    )
