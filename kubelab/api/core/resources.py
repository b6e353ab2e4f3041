"""How much of a node's resources a container or Pod asks for and may use.

Source: `k8s.io/api/core/v1` (``ResourceRequirements``).
"""

from kubelab.api.model import field, model
from kubelab.api.scalars import FrozenMap, Quantity


@model
class ResourceClaim:
    """A device that the Pod claims and this container uses.

    Attributes:
        name: of the Pod's claim.
        request: which request within it; "" means all.
    """

    name: str = field(default="", always=True)
    request: str = ""


@model
class ResourceRequirements:
    """What is reserved, and what may at most be used.

    Attributes:
        limits: the most that may be used, by resource: more CPU is withheld, more memory ends the container.
        requests: what the scheduler reserves on the node, by resource.
        claims: devices claimed by the Pod.
    """

    limits: FrozenMap[str, Quantity] = FrozenMap()
    requests: FrozenMap[str, Quantity] = FrozenMap()
    claims: tuple[ResourceClaim, ...] = field(default=(), inert=True)


@model
class ContainerResizePolicy:
    """Whether a container must be restarted when one of its resources is resized in place.

    Attributes:
        resource_name: ``cpu`` or ``memory``.
        restart_policy: whether it must be restarted.
    """

    resource_name: str = field(default="", always=True, go="v1.ResourceName")
    restart_policy: str = field(
        default="", always=True, go="v1.ResourceResizeRestartPolicy", values=("NotRequired", "RestartContainer")
    )
