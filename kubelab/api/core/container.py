"""FILL module."""

from kubelab.api.core.volume import (
    LocalObjectReference,
    ObjectFieldSelector,
    ResourceFieldSelector,
    VolumeDevice,
    VolumeMount,
)
from kubelab.api.model import field, model
from kubelab.api.scalars import FrozenMap, IntOrString, Quantity, Time


@model
class ContainerPort:
    """FILL ContainerPort."""

    name: str = ""
    host_port: int = 0
    container_port: int = field(0, always=True)
    protocol: str = field("", values=("TCP", "UDP", "SCTP"))
    host_ip: str = field("", json="hostIP")


@model
class ContainerResizePolicy:
    """FILL ContainerResizePolicy."""

    resource_name: str = field(
        "",
        always=True,
        values=(
            "cpu",
            "memory",
            "storage",
            "ephemeral-storage",
            "pods",
            "services",
            "replicationcontrollers",
            "resourcequotas",
            "secrets",
            "configmaps",
            "persistentvolumeclaims",
            "services.nodeports",
            "services.loadbalancers",
            "requests.cpu",
            "requests.memory",
            "requests.storage",
            "requests.ephemeral-storage",
            "limits.cpu",
            "limits.memory",
            "limits.ephemeral-storage",
        ),
    )
    restart_policy: str = field("", always=True, values=("NotRequired", "RestartContainer"))


@model
class ContainerRestartRuleOnExitCodes:
    """FILL ContainerRestartRuleOnExitCodes."""

    operator: str = field("", values=("In", "NotIn"))
    values: tuple[int, ...] = ()


@model
class ContainerRestartRule:
    """FILL ContainerRestartRule."""

    action: str = field("", values=("Restart", "RestartAllContainers"))
    exit_codes: ContainerRestartRuleOnExitCodes | None = None


@model
class ConfigMapEnvSource(LocalObjectReference):
    """FILL ConfigMapEnvSource."""

    optional: bool | None = None


@model
class SecretEnvSource(LocalObjectReference):
    """FILL SecretEnvSource."""

    optional: bool | None = None


@model
class EnvFromSource:
    """FILL EnvFromSource."""

    prefix: str = ""
    config_map_ref: ConfigMapEnvSource | None = None
    secret_ref: SecretEnvSource | None = None


@model
class ConfigMapKeySelector(LocalObjectReference):
    """FILL ConfigMapKeySelector."""

    key: str = field("", always=True)
    optional: bool | None = None


@model
class FileKeySelector:
    """FILL FileKeySelector."""

    volume_name: str = field("", always=True)
    path: str = field("", always=True)
    key: str = field("", always=True)
    optional: bool | None = None


@model
class SecretKeySelector(LocalObjectReference):
    """FILL SecretKeySelector."""

    key: str = field("", always=True)
    optional: bool | None = None


@model
class EnvVarSource:
    """FILL EnvVarSource."""

    field_ref: ObjectFieldSelector | None = None
    resource_field_ref: ResourceFieldSelector | None = None
    config_map_key_ref: ConfigMapKeySelector | None = None
    secret_key_ref: SecretKeySelector | None = None
    file_key_ref: FileKeySelector | None = None


@model
class EnvVar:
    """FILL EnvVar."""

    name: str = field("", always=True)
    value: str = ""
    value_from: EnvVarSource | None = None


@model
class ExecAction:
    """FILL ExecAction."""

    command: tuple[str, ...] = ()


@model
class HTTPHeader:
    """FILL HTTPHeader."""

    name: str = field("", always=True)
    value: str = field("", always=True)


@model
class HTTPGetAction:
    """FILL HTTPGetAction."""

    path: str = ""
    port: IntOrString = field(0, always=True)
    host: str = ""
    scheme: str = field("", values=("HTTP", "HTTPS"))
    http_headers: tuple[HTTPHeader, ...] = ()


@model
class SleepAction:
    """FILL SleepAction."""

    seconds: int = field(0, always=True)


@model
class TCPSocketAction:
    """FILL TCPSocketAction."""

    port: IntOrString = field(0, always=True)
    host: str = ""


@model
class LifecycleHandler:
    """FILL LifecycleHandler."""

    exec: ExecAction | None = None
    http_get: HTTPGetAction | None = None
    tcp_socket: TCPSocketAction | None = None
    sleep: SleepAction | None = None


@model
class Lifecycle:
    """FILL Lifecycle."""

    post_start: LifecycleHandler | None = None
    pre_stop: LifecycleHandler | None = None
    stop_signal: str | None = field(
        None,
        values=(
            "SIGABRT",
            "SIGALRM",
            "SIGBUS",
            "SIGCHLD",
            "SIGCLD",
            "SIGCONT",
            "SIGFPE",
            "SIGHUP",
            "SIGILL",
            "SIGINT",
            "SIGIO",
            "SIGIOT",
            "SIGKILL",
            "SIGPIPE",
            "SIGPOLL",
            "SIGPROF",
            "SIGPWR",
            "SIGQUIT",
            "SIGSEGV",
            "SIGSTKFLT",
            "SIGSTOP",
            "SIGSYS",
            "SIGTERM",
            "SIGTRAP",
            "SIGTSTP",
            "SIGTTIN",
            "SIGTTOU",
            "SIGURG",
            "SIGUSR1",
            "SIGUSR2",
            "SIGVTALRM",
            "SIGWINCH",
            "SIGXCPU",
            "SIGXFSZ",
            "SIGRTMIN",
            "SIGRTMIN+1",
            "SIGRTMIN+2",
            "SIGRTMIN+3",
            "SIGRTMIN+4",
            "SIGRTMIN+5",
            "SIGRTMIN+6",
            "SIGRTMIN+7",
            "SIGRTMIN+8",
            "SIGRTMIN+9",
            "SIGRTMIN+10",
            "SIGRTMIN+11",
            "SIGRTMIN+12",
            "SIGRTMIN+13",
            "SIGRTMIN+14",
            "SIGRTMIN+15",
            "SIGRTMAX-14",
            "SIGRTMAX-13",
            "SIGRTMAX-12",
            "SIGRTMAX-11",
            "SIGRTMAX-10",
            "SIGRTMAX-9",
            "SIGRTMAX-8",
            "SIGRTMAX-7",
            "SIGRTMAX-6",
            "SIGRTMAX-5",
            "SIGRTMAX-4",
            "SIGRTMAX-3",
            "SIGRTMAX-2",
            "SIGRTMAX-1",
            "SIGRTMAX",
        ),
    )


@model
class GRPCAction:
    """FILL GRPCAction."""

    port: int = field(0, always=True)
    service: str | None = field(None, always=True)


@model
class ProbeHandler:
    """FILL ProbeHandler."""

    exec: ExecAction | None = None
    http_get: HTTPGetAction | None = None
    tcp_socket: TCPSocketAction | None = None
    grpc: GRPCAction | None = None


@model
class Probe(ProbeHandler):
    """FILL Probe."""

    initial_delay_seconds: int = 0
    timeout_seconds: int = 0
    period_seconds: int = 0
    success_threshold: int = 0
    failure_threshold: int = 0
    termination_grace_period_seconds: int | None = None


@model
class ResourceClaim:
    """FILL ResourceClaim."""

    name: str = field("", always=True)
    request: str = ""


@model
class ResourceRequirements:
    """FILL ResourceRequirements."""

    limits: FrozenMap[str, Quantity] = FrozenMap()
    requests: FrozenMap[str, Quantity] = FrozenMap()
    claims: tuple[ResourceClaim, ...] = ()


@model
class AppArmorProfile:
    """FILL AppArmorProfile."""

    type: str = field("", always=True, values=("Unconfined", "RuntimeDefault", "Localhost"))
    localhost_profile: str | None = None


@model
class Capabilities:
    """FILL Capabilities."""

    add: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()


@model
class SELinuxOptions:
    """FILL SELinuxOptions."""

    user: str = ""
    role: str = ""
    type: str = ""
    level: str = ""


@model
class SeccompProfile:
    """FILL SeccompProfile."""

    type: str = field("", always=True, values=("Unconfined", "RuntimeDefault", "Localhost"))
    localhost_profile: str | None = None


@model
class WindowsSecurityContextOptions:
    """FILL WindowsSecurityContextOptions."""

    gmsa_credential_spec_name: str | None = None
    gmsa_credential_spec: str | None = None
    run_as_user_name: str | None = None
    host_process: bool | None = None


@model
class SecurityContext:
    """FILL SecurityContext."""

    capabilities: Capabilities | None = None
    privileged: bool | None = None
    se_linux_options: SELinuxOptions | None = None
    windows_options: WindowsSecurityContextOptions | None = None
    run_as_user: int | None = None
    run_as_group: int | None = None
    run_as_non_root: bool | None = None
    read_only_root_filesystem: bool | None = None
    allow_privilege_escalation: bool | None = None
    proc_mount: str | None = field(None, values=("Default", "Unmasked"))
    seccomp_profile: SeccompProfile | None = None
    app_armor_profile: AppArmorProfile | None = None


@model
class Container:
    """FILL Container."""

    name: str = field("", always=True)
    image: str = ""
    command: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    working_dir: str = ""
    ports: tuple[ContainerPort, ...] = field((), merge_key="containerPort")
    env_from: tuple[EnvFromSource, ...] = ()
    env: tuple[EnvVar, ...] = field((), merge_key="name")
    resources: ResourceRequirements = ResourceRequirements()
    resize_policy: tuple[ContainerResizePolicy, ...] = ()
    restart_policy: str | None = field(None, values=("Always", "Never", "OnFailure"))
    restart_policy_rules: tuple[ContainerRestartRule, ...] = ()
    volume_mounts: tuple[VolumeMount, ...] = field((), merge_key="mountPath")
    volume_devices: tuple[VolumeDevice, ...] = field((), merge_key="devicePath")
    liveness_probe: Probe | None = None
    readiness_probe: Probe | None = None
    startup_probe: Probe | None = None
    lifecycle: Lifecycle | None = None
    termination_message_path: str = ""
    termination_message_policy: str = field("", values=("File", "FallbackToLogsOnError"))
    image_pull_policy: str = field("", values=("Always", "Never", "IfNotPresent"))
    security_context: SecurityContext | None = None
    stdin: bool = False
    stdin_once: bool = False
    tty: bool = False


@model
class EphemeralContainerCommon:
    """FILL EphemeralContainerCommon."""

    name: str = field("", always=True)
    image: str = ""
    command: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    working_dir: str = ""
    ports: tuple[ContainerPort, ...] = field((), merge_key="containerPort")
    env_from: tuple[EnvFromSource, ...] = ()
    env: tuple[EnvVar, ...] = field((), merge_key="name")
    resources: ResourceRequirements = ResourceRequirements()
    resize_policy: tuple[ContainerResizePolicy, ...] = ()
    restart_policy: str | None = field(None, values=("Always", "Never", "OnFailure"))
    restart_policy_rules: tuple[ContainerRestartRule, ...] = ()
    volume_mounts: tuple[VolumeMount, ...] = field((), merge_key="mountPath")
    volume_devices: tuple[VolumeDevice, ...] = field((), merge_key="devicePath")
    liveness_probe: Probe | None = None
    readiness_probe: Probe | None = None
    startup_probe: Probe | None = None
    lifecycle: Lifecycle | None = None
    termination_message_path: str = ""
    termination_message_policy: str = field("", values=("File", "FallbackToLogsOnError"))
    image_pull_policy: str = field("", values=("Always", "Never", "IfNotPresent"))
    security_context: SecurityContext | None = None
    stdin: bool = False
    stdin_once: bool = False
    tty: bool = False


@model
class EphemeralContainer(EphemeralContainerCommon):
    """FILL EphemeralContainer."""

    target_container_name: str = ""


@model
class ContainerStateRunning:
    """FILL ContainerStateRunning."""

    started_at: Time | None = None


@model
class ContainerStateTerminated:
    """FILL ContainerStateTerminated."""

    exit_code: int = field(0, always=True)
    signal: int = 0
    reason: str = ""
    message: str = ""
    started_at: Time | None = None
    finished_at: Time | None = None
    container_id: str = field("", json="containerID")


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

    uid: int = field(0, always=True)
    gid: int = field(0, always=True)
    supplemental_groups: tuple[int, ...] = ()


@model
class ContainerUser:
    """FILL ContainerUser."""

    linux: LinuxContainerUser | None = None


@model
class ResourceHealth:
    """FILL ResourceHealth."""

    resource_id: str = field("", always=True, json="resourceID")
    health: str = field("", values=("Healthy", "Unhealthy", "Unknown"))
    message: str | None = None


@model
class ResourceStatus:
    """FILL ResourceStatus."""

    name: str = field(
        "",
        always=True,
        values=(
            "cpu",
            "memory",
            "storage",
            "ephemeral-storage",
            "pods",
            "services",
            "replicationcontrollers",
            "resourcequotas",
            "secrets",
            "configmaps",
            "persistentvolumeclaims",
            "services.nodeports",
            "services.loadbalancers",
            "requests.cpu",
            "requests.memory",
            "requests.storage",
            "requests.ephemeral-storage",
            "limits.cpu",
            "limits.memory",
            "limits.ephemeral-storage",
        ),
    )
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

    name: str = field("", always=True)
    mount_path: str = field("", always=True)
    read_only: bool = False
    recursive_read_only: str | None = field(None, values=("Disabled", "IfPossible", "Enabled"))
    volume_status: VolumeStatus | None = None


@model
class ContainerStatus:
    """FILL ContainerStatus."""

    name: str = field("", always=True)
    state: ContainerState = ContainerState()
    last_state: ContainerState = ContainerState()
    ready: bool = field(False, always=True)
    restart_count: int = field(0, always=True)
    image: str = field("", always=True)
    image_id: str = field("", always=True, json="imageID")
    container_id: str = field("", json="containerID")
    started: bool | None = None
    allocated_resources: FrozenMap[str, Quantity] = FrozenMap()
    resources: ResourceRequirements | None = None
    volume_mounts: tuple[VolumeMountStatus, ...] = field((), merge_key="mountPath")
    user: ContainerUser | None = None
    allocated_resources_status: tuple[ResourceStatus, ...] = field((), merge_key="name")
    stop_signal: str | None = field(
        None,
        values=(
            "SIGABRT",
            "SIGALRM",
            "SIGBUS",
            "SIGCHLD",
            "SIGCLD",
            "SIGCONT",
            "SIGFPE",
            "SIGHUP",
            "SIGILL",
            "SIGINT",
            "SIGIO",
            "SIGIOT",
            "SIGKILL",
            "SIGPIPE",
            "SIGPOLL",
            "SIGPROF",
            "SIGPWR",
            "SIGQUIT",
            "SIGSEGV",
            "SIGSTKFLT",
            "SIGSTOP",
            "SIGSYS",
            "SIGTERM",
            "SIGTRAP",
            "SIGTSTP",
            "SIGTTIN",
            "SIGTTOU",
            "SIGURG",
            "SIGUSR1",
            "SIGUSR2",
            "SIGVTALRM",
            "SIGWINCH",
            "SIGXCPU",
            "SIGXFSZ",
            "SIGRTMIN",
            "SIGRTMIN+1",
            "SIGRTMIN+2",
            "SIGRTMIN+3",
            "SIGRTMIN+4",
            "SIGRTMIN+5",
            "SIGRTMIN+6",
            "SIGRTMIN+7",
            "SIGRTMIN+8",
            "SIGRTMIN+9",
            "SIGRTMIN+10",
            "SIGRTMIN+11",
            "SIGRTMIN+12",
            "SIGRTMIN+13",
            "SIGRTMIN+14",
            "SIGRTMIN+15",
            "SIGRTMAX-14",
            "SIGRTMAX-13",
            "SIGRTMAX-12",
            "SIGRTMAX-11",
            "SIGRTMAX-10",
            "SIGRTMAX-9",
            "SIGRTMAX-8",
            "SIGRTMAX-7",
            "SIGRTMAX-6",
            "SIGRTMAX-5",
            "SIGRTMAX-4",
            "SIGRTMAX-3",
            "SIGRTMAX-2",
            "SIGRTMAX-1",
            "SIGRTMAX",
        ),
    )
