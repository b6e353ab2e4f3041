"""FILL module."""

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
    """FILL ContainerPort."""

    name: str = ""
    host_port: int = 0
    container_port: int = field(default=0, always=True)
    protocol: str = field(default="", go="v1.Protocol", values=("TCP", "UDP", "SCTP"))
    host_ip: str = field(default="", json="hostIP")


@model
class ContainerRestartRuleOnExitCodes:
    """FILL ContainerRestartRuleOnExitCodes."""

    operator: str = field(default="", go="v1.ContainerRestartRuleOnExitCodesOperator", values=("In", "NotIn"))
    values: tuple[int, ...] = ()


@model
class ContainerRestartRule:
    """FILL ContainerRestartRule."""

    action: str = field(default="", go="v1.ContainerRestartRuleAction", values=("Restart", "RestartAllContainers"))
    exit_codes: ContainerRestartRuleOnExitCodes | None = None


@model
class Container:
    """FILL Container."""

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
class EphemeralContainerCommon:
    """FILL EphemeralContainerCommon."""

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
    """FILL EphemeralContainer."""

    target_container_name: str = ""
