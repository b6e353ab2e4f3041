"""The containers of a Pod: what runs, with what, and how it is watched over.

Source: `k8s.io/api/core/v1` (``Container``, ``EphemeralContainer``). Environment, probes, rights, resources and
status are modules of their own.
"""

from kubelab.api.core.container_status import (
    ContainerState,
    ContainerStateRunning,
    ContainerStateTerminated,
    ContainerStateWaiting,
    ContainerStatus,
    ContainerUser,
    ImageVolumeStatus,
    LinuxContainerUser,
    ResourceHealth,
    ResourceStatus,
    VolumeMountStatus,
    VolumeStatus,
)
from kubelab.api.core.env import (
    ConfigMapEnvSource,
    ConfigMapKeySelector,
    EnvFromSource,
    EnvVar,
    EnvVarSource,
    FileKeySelector,
    SecretEnvSource,
    SecretKeySelector,
)
from kubelab.api.core.probe import (
    ExecAction,
    GRPCAction,
    HTTPGetAction,
    HTTPHeader,
    Lifecycle,
    LifecycleHandler,
    Probe,
    ProbeHandler,
    SleepAction,
    TCPSocketAction,
)
from kubelab.api.core.resources import ContainerResizePolicy, ResourceClaim, ResourceRequirements
from kubelab.api.core.security import (
    AppArmorProfile,
    Capabilities,
    PodSecurityContext,
    SeccompProfile,
    SecurityContext,
    SELinuxOptions,
    Sysctl,
    WindowsSecurityContextOptions,
)
from kubelab.api.core.volume import VolumeDevice, VolumeMount
from kubelab.api.model import field, model

__all__ = [
    "AppArmorProfile",
    "Capabilities",
    "ConfigMapEnvSource",
    "ConfigMapKeySelector",
    "Container",
    "ContainerPort",
    "ContainerResizePolicy",
    "ContainerRestartRule",
    "ContainerRestartRuleOnExitCodes",
    "ContainerState",
    "ContainerStateRunning",
    "ContainerStateTerminated",
    "ContainerStateWaiting",
    "ContainerStatus",
    "ContainerUser",
    "EnvFromSource",
    "EnvVar",
    "EnvVarSource",
    "EphemeralContainer",
    "EphemeralContainerCommon",
    "ExecAction",
    "FileKeySelector",
    "GRPCAction",
    "HTTPGetAction",
    "HTTPHeader",
    "ImageVolumeStatus",
    "Lifecycle",
    "LifecycleHandler",
    "LinuxContainerUser",
    "PodSecurityContext",
    "Probe",
    "ProbeHandler",
    "ResourceClaim",
    "ResourceHealth",
    "ResourceRequirements",
    "ResourceStatus",
    "SELinuxOptions",
    "SeccompProfile",
    "SecretEnvSource",
    "SecretKeySelector",
    "SecurityContext",
    "SleepAction",
    "Sysctl",
    "TCPSocketAction",
    "VolumeMountStatus",
    "VolumeStatus",
    "WindowsSecurityContextOptions",
]


@model
class ContainerPort:
    """A port on which a container listens; saying so documents it and gives it a name.

    Attributes:
        name: by which probes and Services may refer to it; unique in the Pod.
        host_port: the node's port that leads to it; 0 for none.
        container_port: the number.
        protocol: TCP if nothing is said.
        host_ip: the node's address on which `host_port` listens.
    """

    name: str = ""
    host_port: int = 0
    container_port: int = field(default=0, always=True)
    protocol: str = field(default="", go="v1.Protocol", values=("TCP", "UDP", "SCTP"))
    host_ip: str = field(default="", json="hostIP")


@model
class ContainerRestartRuleOnExitCodes:
    """The exit codes for which a restart rule holds.

    Attributes:
        operator: whether the exit code must be one of the values, or none.
        values: the exit codes.
    """

    operator: str = field(default="", go="v1.ContainerRestartRuleOnExitCodesOperator", values=("In", "NotIn"))
    values: tuple[int, ...] = ()


@model
class ContainerRestartRule:
    """What to do when a container ends in a certain way.

    Attributes:
        action: what to do then.
        exit_codes: for which exit codes.
    """

    action: str = field(default="", go="v1.ContainerRestartRuleAction", values=("Restart", "RestartAllContainers"))
    exit_codes: ContainerRestartRuleOnExitCodes | None = None


@model
class Container:
    """One program of a Pod, with what it needs.

    Attributes:
        name: unique in the Pod.
        image: what to run, such as ``nginx:1.27``.
        command: the program, instead of the image's entry point.
        args: its arguments, instead of the image's.
        working_dir: where it starts; "" for the image's own.
        ports: on which it listens.
        env_from: ConfigMaps and Secrets whose keys become variables.
        env: variables one by one; they go before those of `env_from`.
        resources: what it asks for and may use.
        resize_policy: which changes of resources need a restart.
        restart_policy: for this container alone; ``Always`` on an init container makes it a sidecar.
        restart_policy_rules: exceptions by exit code.
        volume_mounts: where it sees the Pod's volumes.
        volume_devices: where it sees raw block volumes.
        liveness_probe: when this fails, the container is restarted.
        readiness_probe: while this fails, Services send it no traffic.
        startup_probe: until this succeeds, the other probes wait.
        lifecycle: what to do after its start and before its end.
        termination_message_path: the file with its last words.
        termination_message_policy: where last words come from when that file is empty.
        image_pull_policy: when the image is pulled; derived from the image's tag if nothing is said.
        security_context: with which rights it runs.
        stdin: whether its input stays open.
        stdin_once: whether its input closes after the first client has left.
        tty: whether it gets a terminal.
    """

    name: str = field(default="", always=True)
    image: str = ""
    command: tuple[str, ...] = field(default=(), inert=True)
    args: tuple[str, ...] = field(default=(), inert=True)
    working_dir: str = field(default="", inert=True)
    ports: tuple[ContainerPort, ...] = field(default=(), merge_key="containerPort")
    env_from: tuple[EnvFromSource, ...] = ()
    env: tuple[EnvVar, ...] = field(default=(), merge_key="name")
    resources: ResourceRequirements = ResourceRequirements()
    resize_policy: tuple[ContainerResizePolicy, ...] = field(default=(), inert=True)
    restart_policy: str | None = field(
        default=None, go="v1.ContainerRestartPolicy", values=("Always", "Never", "OnFailure")
    )
    restart_policy_rules: tuple[ContainerRestartRule, ...] = ()
    volume_mounts: tuple[VolumeMount, ...] = field(default=(), merge_key="mountPath")
    volume_devices: tuple[VolumeDevice, ...] = field(default=(), merge_key="devicePath", inert=True)
    liveness_probe: Probe | None = None
    readiness_probe: Probe | None = None
    startup_probe: Probe | None = None
    lifecycle: Lifecycle | None = None
    termination_message_path: str = field(default="", inert=True)
    termination_message_policy: str = field(
        default="", go="v1.TerminationMessagePolicy", values=("File", "FallbackToLogsOnError"), inert=True
    )
    image_pull_policy: str = field(default="", go="v1.PullPolicy", values=("Always", "Never", "IfNotPresent"))
    security_context: SecurityContext | None = field(default=None, inert=True)
    stdin: bool = field(default=False, inert=True)
    stdin_once: bool = field(default=False, inert=True)
    tty: bool = field(default=False, inert=True)


@model
class EphemeralContainerCommon:
    """What an ephemeral container shares with other containers; its fields mean the same."""

    name: str = field(default="", always=True)
    image: str = ""
    command: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    working_dir: str = ""
    ports: tuple[ContainerPort, ...] = field(default=(), merge_key="containerPort")
    env_from: tuple[EnvFromSource, ...] = ()
    env: tuple[EnvVar, ...] = field(default=(), merge_key="name")
    resources: ResourceRequirements = ResourceRequirements()
    resize_policy: tuple[ContainerResizePolicy, ...] = ()
    restart_policy: str | None = field(
        default=None, go="v1.ContainerRestartPolicy", values=("Always", "Never", "OnFailure")
    )
    restart_policy_rules: tuple[ContainerRestartRule, ...] = ()
    volume_mounts: tuple[VolumeMount, ...] = field(default=(), merge_key="mountPath")
    volume_devices: tuple[VolumeDevice, ...] = field(default=(), merge_key="devicePath")
    liveness_probe: Probe | None = None
    readiness_probe: Probe | None = None
    startup_probe: Probe | None = None
    lifecycle: Lifecycle | None = None
    termination_message_path: str = ""
    termination_message_policy: str = field(
        default="", go="v1.TerminationMessagePolicy", values=("File", "FallbackToLogsOnError")
    )
    image_pull_policy: str = field(default="", go="v1.PullPolicy", values=("Always", "Never", "IfNotPresent"))
    security_context: SecurityContext | None = None
    stdin: bool = False
    stdin_once: bool = False
    tty: bool = False


@model
class EphemeralContainer(EphemeralContainerCommon):
    """A container added to a running Pod to look for a fault; never restarted.

    Attributes:
        name: unique among the Pod's containers.
        image: what it runs.
        command: the program, instead of the image's own.
        args: its arguments, instead of the image's own.
        working_dir: where it starts, instead of the image's own directory.
        ports: not allowed here.
        env_from: variables from whole ConfigMaps and Secrets.
        env: variables.
        resources: not allowed here; it lives on what the Pod has to spare.
        resize_policy: not allowed here.
        restart_policy: not allowed here.
        restart_policy_rules: not allowed here.
        volume_mounts: the Pod's volumes it can see.
        volume_devices: the Pod's raw devices it can use.
        liveness_probe: not allowed here.
        readiness_probe: not allowed here.
        startup_probe: not allowed here.
        lifecycle: not allowed here.
        termination_message_path: the file whose text becomes its last words.
        termination_message_policy: whether the end of the log serves where that file is empty.
        image_pull_policy: when the image is pulled.
        security_context: with which rights it runs.
        stdin: whether something can be typed into it.
        stdin_once: whether that ends with the first who attaches.
        tty: whether it has a terminal.
        target_container_name: the container whose processes it can see; "" for none in particular.
    """

    target_container_name: str = ""
