"""What the kubelet reports about each container.

Source: `k8s.io/api/core/v1` (``ContainerStatus``, ``ContainerState``).
"""

from kubelab.api.core.resources import ResourceRequirements
from kubelab.api.model import field, model
from kubelab.api.scalars import FrozenMap, Quantity, Time
from kubelab.api.values import SIGNALS


@model
class ContainerStateRunning:
    """The container runs.

    Attributes:
        started_at: since when.
    """

    started_at: Time | None = field(default=None, always=True)


@model
class ContainerStateTerminated:
    """The container has ended.

    Attributes:
        exit_code: of its first process; 0 is success.
        signal: that ended it, or 0.
        reason: one word: ``Completed``, ``Error``, ``OOMKilled``.
        message: its last words, if it left any.
        started_at: when this run began.
        finished_at: when this run ended.
        container_id: of this run.
    """

    exit_code: int = field(default=0, always=True)
    signal: int = 0
    reason: str = ""
    message: str = ""
    started_at: Time | None = field(default=None, always=True)
    finished_at: Time | None = field(default=None, always=True)
    container_id: str = field(default="", json="containerID")


@model
class ContainerStateWaiting:
    """The container does not run yet, or not again.

    Attributes:
        reason: one word: ``ContainerCreating``, ``ImagePullBackOff``, ``CrashLoopBackOff``.
        message: a sentence.
    """

    reason: str = ""
    message: str = ""


@model
class ContainerState:
    """Where a container is in its life; at most one of its fields is set, none means waiting.

    Attributes:
        waiting: it does not run yet, or not again.
        running: it runs.
        terminated: it has ended.
    """

    waiting: ContainerStateWaiting | None = None
    running: ContainerStateRunning | None = None
    terminated: ContainerStateTerminated | None = None


@model
class LinuxContainerUser:
    """The user and groups of a container's first process on Linux.

    Attributes:
        uid: the user.
        gid: the group.
        supplemental_groups: further groups.
    """

    uid: int = field(default=0, always=True, go="int64")
    gid: int = field(default=0, always=True, go="int64")
    supplemental_groups: tuple[int, ...] = field(default=(), go="[]int64")


@model
class ContainerUser:
    """As whom a container's first process runs.

    Attributes:
        linux: on Linux.
    """

    linux: LinuxContainerUser | None = None


@model
class ResourceHealth:
    """Whether one device of a container is well.

    Attributes:
        resource_id: which device.
        health: how it is.
        message: more about that.
    """

    resource_id: str = field(default="", always=True, json="resourceID", go="v1.ResourceID")
    health: str = field(default="", go="v1.ResourceHealthStatus", values=("Healthy", "Unhealthy", "Unknown"))
    message: str | None = None


@model
class ResourceStatus:
    """Whether the devices of one resource of a container are well.

    Attributes:
        name: of the resource.
        resources: its devices.
    """

    name: str = field(default="", always=True, go="v1.ResourceName")
    resources: tuple[ResourceHealth, ...] = ()


@model
class ImageVolumeStatus:
    """Which image a volume made of an image really holds.

    Attributes:
        image_ref: the image, by its digest.
    """

    image_ref: str = ""


@model
class VolumeStatus:
    """What is known about a mounted volume beyond its mount.

    Attributes:
        image: of a volume that is an image.
    """

    image: ImageVolumeStatus | None = None


@model
class VolumeMountStatus:
    """A volume as it is really mounted.

    Attributes:
        name: of the volume.
        mount_path: where it is mounted.
        read_only: whether it is mounted for reading only.
        recursive_read_only: whether that holds for what is mounted below it, too.
        volume_status: more about the volume.
    """

    name: str = field(default="", always=True)
    mount_path: str = field(default="", always=True)
    read_only: bool = False
    recursive_read_only: str | None = field(
        default=None, go="v1.RecursiveReadOnlyMode", values=("Disabled", "IfPossible", "Enabled")
    )
    volume_status: VolumeStatus | None = None


@model
class ContainerStatus:
    """What the kubelet last saw of one container.

    Attributes:
        name: of the container.
        state: where it is in its life.
        last_state: how its previous run ended.
        ready: whether it counts as ready: it runs and its readiness probe succeeds.
        restart_count: how many times it was started anew.
        image: that runs.
        image_id: by digest.
        container_id: with the runtime's name before it.
        started: whether its startup probe has succeeded.
        allocated_resources: what the node has set aside for it.
        resources: what it really has after a resize.
        volume_mounts: as they are mounted.
        user: as whom it runs.
        allocated_resources_status: whether its devices are well.
        stop_signal: by which it is asked to end.
    """

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
