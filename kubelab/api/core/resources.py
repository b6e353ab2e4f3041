"""FILL module."""

from kubelab.api.model import field, model
from kubelab.api.scalars import FrozenMap, Quantity


@model
class ResourceClaim:
    """FILL ResourceClaim."""

    name: str = field(default="", always=True)
    request: str = ""


@model
class ResourceRequirements:
    """FILL ResourceRequirements."""

    limits: FrozenMap[str, Quantity] = FrozenMap()
    requests: FrozenMap[str, Quantity] = FrozenMap()
    claims: tuple[ResourceClaim, ...] = ()


@model
class ContainerResizePolicy:
    """FILL ContainerResizePolicy."""

    resource_name: str = field(default="", always=True, go="v1.ResourceName")
    restart_policy: str = field(
        default="", always=True, go="v1.ResourceResizeRestartPolicy", values=("NotRequired", "RestartContainer")
    )
