"""FILL module."""

from kubelab.api.core.resources import ResourceRequirements
from kubelab.api.model import field, model
from kubelab.api.scalars import FrozenMap, Quantity, Time
from kubelab.api.values import SIGNALS


@model
class ContainerStateRunning:
    """FILL ContainerStateRunning."""

    started_at: Time | None = field(default=None, always=True)


@model
class ContainerStateTerminated:
    """FILL ContainerStateTerminated."""

    exit_code: int = field(default=0, always=True)
    signal: int = 0
    reason: str = ""
    message: str = ""
    started_at: Time | None = field(default=None, always=True)
    finished_at: Time | None = field(default=None, always=True)
    container_id: str = field(default="", json="containerID")


@model
class ContainerStateWaiting:
    """FILL ContainerStateWaiting."""

    reason: str = ""
    message: str = ""


@model
class ContainerState:
    """FILL ContainerState."""

    waiting: ContainerStateWaiting | None = None
    running: ContainerStateRunning | None = None
    terminated: ContainerStateTerminated | None = None


@model
class LinuxContainerUser:
    """FILL LinuxContainerUser."""

    uid: int = field(default=0, always=True, go="int64")
    gid: int = field(default=0, always=True, go="int64")
    supplemental_groups: tuple[int, ...] = field(default=(), go="[]int64")


@model
class ContainerUser:
    """FILL ContainerUser."""

    linux: LinuxContainerUser | None = None


@model
class ResourceHealth:
    """FILL ResourceHealth."""

    resource_id: str = field(default="", always=True, json="resourceID", go="v1.ResourceID")
    health: str = field(default="", go="v1.ResourceHealthStatus", values=("Healthy", "Unhealthy", "Unknown"))
    message: str | None = None


@model
class ResourceStatus:
    """FILL ResourceStatus."""

    name: str = field(default="", always=True, go="v1.ResourceName")
    resources: tuple[ResourceHealth, ...] = ()


@model
class ImageVolumeStatus:
    """FILL ImageVolumeStatus."""

    image_ref: str = ""


@model
class VolumeStatus:
    """FILL VolumeStatus."""

    image: ImageVolumeStatus | None = None


@model
class VolumeMountStatus:
    """FILL VolumeMountStatus."""

    name: str = field(default="", always=True)
    mount_path: str = field(default="", always=True)
    read_only: bool = False
    recursive_read_only: str | None = field(
        default=None, go="v1.RecursiveReadOnlyMode", values=("Disabled", "IfPossible", "Enabled")
    )
    volume_status: VolumeStatus | None = None


@model
class ContainerStatus:
    """FILL ContainerStatus."""

    name: str = field(default="", always=True)
    state: ContainerState = ContainerState()
    last_state: ContainerState = ContainerState()
    ready: bool = field(default=False, always=True)
    restart_count: int = field(default=0, always=True)
    image: str = field(default="", always=True)
    image_id: str = field(default="", always=True, json="imageID")
    container_id: str = field(default="", json="containerID")
    started: bool | None = None
    allocated_resources: FrozenMap[str, Quantity] = FrozenMap()
    resources: ResourceRequirements | None = None
    volume_mounts: tuple[VolumeMountStatus, ...] = field(default=(), merge_key="mountPath")
    user: ContainerUser | None = None
    allocated_resources_status: tuple[ResourceStatus, ...] = field(default=(), merge_key="name")
    stop_signal: str | None = field(default=None, go="v1.Signal", values=SIGNALS)
