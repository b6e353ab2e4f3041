"""FILL module."""

from typing import ClassVar

from kubelab.api.core.container import (
    AppArmorProfile,
    Container,
    ContainerStatus,
    EphemeralContainer,
    ResourceRequirements,
    SeccompProfile,
    SELinuxOptions,
    WindowsSecurityContextOptions,
)
from kubelab.api.core.volume import LocalObjectReference, Volume
from kubelab.api.meta import LabelSelector, ObjectMeta
from kubelab.api.model import field, model
from kubelab.api.scalars import FrozenMap, Quantity, Time


@model
class NodeSelectorRequirement:
    """FILL NodeSelectorRequirement."""

    key: str = field("", always=True)
    operator: str = field("", always=True, values=("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"))
    values: tuple[str, ...] = ()


@model
class NodeSelectorTerm:
    """FILL NodeSelectorTerm."""

    match_expressions: tuple[NodeSelectorRequirement, ...] = ()
    match_fields: tuple[NodeSelectorRequirement, ...] = ()


@model
class NodeSelector:
    """FILL NodeSelector."""

    node_selector_terms: tuple[NodeSelectorTerm, ...] = field((), always=True)


@model
class PreferredSchedulingTerm:
    """FILL PreferredSchedulingTerm."""

    weight: int = field(0, always=True)
    preference: NodeSelectorTerm = NodeSelectorTerm()


@model
class NodeAffinity:
    """FILL NodeAffinity."""

    required_during_scheduling_ignored_during_execution: NodeSelector | None = None
    preferred_during_scheduling_ignored_during_execution: tuple[PreferredSchedulingTerm, ...] = ()


@model
class PodAffinityTerm:
    """FILL PodAffinityTerm."""

    label_selector: LabelSelector | None = None
    namespaces: tuple[str, ...] = ()
    topology_key: str = field("", always=True)
    namespace_selector: LabelSelector | None = None
    match_label_keys: tuple[str, ...] = ()
    mismatch_label_keys: tuple[str, ...] = ()


@model
class WeightedPodAffinityTerm:
    """FILL WeightedPodAffinityTerm."""

    weight: int = field(0, always=True)
    pod_affinity_term: PodAffinityTerm = PodAffinityTerm()


@model
class PodAffinity:
    """FILL PodAffinity."""

    required_during_scheduling_ignored_during_execution: tuple[PodAffinityTerm, ...] = ()
    preferred_during_scheduling_ignored_during_execution: tuple[WeightedPodAffinityTerm, ...] = ()


@model
class PodAntiAffinity:
    """FILL PodAntiAffinity."""

    required_during_scheduling_ignored_during_execution: tuple[PodAffinityTerm, ...] = ()
    preferred_during_scheduling_ignored_during_execution: tuple[WeightedPodAffinityTerm, ...] = ()


@model
class Affinity:
    """FILL Affinity."""

    node_affinity: NodeAffinity | None = None
    pod_affinity: PodAffinity | None = None
    pod_anti_affinity: PodAntiAffinity | None = None


@model
class HostAlias:
    """FILL HostAlias."""

    ip: str = field("", always=True)
    hostnames: tuple[str, ...] = ()


@model
class PodDNSConfigOption:
    """FILL PodDNSConfigOption."""

    name: str = ""
    value: str | None = None


@model
class PodDNSConfig:
    """FILL PodDNSConfig."""

    nameservers: tuple[str, ...] = ()
    searches: tuple[str, ...] = ()
    options: tuple[PodDNSConfigOption, ...] = ()


@model
class PodOS:
    """FILL PodOS."""

    name: str = field("", always=True, values=("linux", "windows"))


@model
class PodReadinessGate:
    """FILL PodReadinessGate."""

    condition_type: str = field(
        "",
        always=True,
        values=(
            "ContainersReady",
            "Initialized",
            "Ready",
            "PodScheduled",
            "DisruptionTarget",
            "PodReadyToStartContainers",
            "PodResizePending",
            "PodResizeInProgress",
            "AllContainersRestarting",
        ),
    )


@model
class PodResourceClaim:
    """FILL PodResourceClaim."""

    name: str = field("", always=True)
    resource_claim_name: str | None = None
    resource_claim_template_name: str | None = None


@model
class PodSchedulingGate:
    """FILL PodSchedulingGate."""

    name: str = field("", always=True)


@model
class PodSchedulingGroup:
    """FILL PodSchedulingGroup."""

    pod_group_name: str | None = None


@model
class Sysctl:
    """FILL Sysctl."""

    name: str = field("", always=True)
    value: str = field("", always=True)


@model
class PodSecurityContext:
    """FILL PodSecurityContext."""

    se_linux_options: SELinuxOptions | None = None
    windows_options: WindowsSecurityContextOptions | None = None
    run_as_user: int | None = None
    run_as_group: int | None = None
    run_as_non_root: bool | None = None
    supplemental_groups: tuple[int, ...] = ()
    supplemental_groups_policy: str | None = field(None, values=("Merge", "Strict"))
    fs_group: int | None = None
    sysctls: tuple[Sysctl, ...] = ()
    fs_group_change_policy: str | None = field(None, values=("OnRootMismatch", "Always"))
    seccomp_profile: SeccompProfile | None = None
    app_armor_profile: AppArmorProfile | None = None
    se_linux_change_policy: str | None = field(None, values=("Recursive", "MountOption"))


@model
class Toleration:
    """FILL Toleration."""

    key: str = ""
    operator: str = field("", values=("Exists", "Equal", "Lt", "Gt"))
    value: str = ""
    effect: str = field("", values=("NoSchedule", "PreferNoSchedule", "NoExecute"))
    toleration_seconds: int | None = None


@model
class TopologySpreadConstraint:
    """FILL TopologySpreadConstraint."""

    max_skew: int = field(0, always=True)
    topology_key: str = field("", always=True)
    when_unsatisfiable: str = field("", always=True, values=("DoNotSchedule", "ScheduleAnyway"))
    label_selector: LabelSelector | None = None
    min_domains: int | None = None
    node_affinity_policy: str | None = field(None, values=("Ignore", "Honor"))
    node_taints_policy: str | None = field(None, values=("Ignore", "Honor"))
    match_label_keys: tuple[str, ...] = ()


@model
class PodSpec:
    """FILL PodSpec."""

    volumes: tuple[Volume, ...] = field((), merge_key="name")
    init_containers: tuple[Container, ...] = field((), merge_key="name")
    containers: tuple[Container, ...] = field((), always=True, merge_key="name")
    ephemeral_containers: tuple[EphemeralContainer, ...] = field((), merge_key="name")
    restart_policy: str = field("", values=("Always", "OnFailure", "Never"))
    termination_grace_period_seconds: int | None = None
    active_deadline_seconds: int | None = None
    dns_policy: str = field("", values=("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"))
    node_selector: FrozenMap[str, str] = FrozenMap()
    service_account_name: str = ""
    service_account: str = ""
    automount_service_account_token: bool | None = None
    node_name: str = ""
    host_network: bool = False
    host_pid: bool = field(False, json="hostPID")
    host_ipc: bool = field(False, json="hostIPC")
    share_process_namespace: bool | None = None
    security_context: PodSecurityContext | None = None
    image_pull_secrets: tuple[LocalObjectReference, ...] = field((), merge_key="name")
    hostname: str = ""
    subdomain: str = ""
    affinity: Affinity | None = None
    scheduler_name: str = ""
    tolerations: tuple[Toleration, ...] = ()
    host_aliases: tuple[HostAlias, ...] = field((), merge_key="ip")
    priority_class_name: str = ""
    priority: int | None = None
    dns_config: PodDNSConfig | None = None
    readiness_gates: tuple[PodReadinessGate, ...] = ()
    runtime_class_name: str | None = None
    enable_service_links: bool | None = None
    preemption_policy: str | None = field(None, values=("PreemptLowerPriority", "Never"))
    overhead: FrozenMap[str, Quantity] = FrozenMap()
    topology_spread_constraints: tuple[TopologySpreadConstraint, ...] = field((), merge_key="topologyKey")
    set_hostname_as_fqdn: bool | None = field(None, json="setHostnameAsFQDN")
    os: PodOS | None = None
    host_users: bool | None = None
    scheduling_gates: tuple[PodSchedulingGate, ...] = field((), merge_key="name")
    resource_claims: tuple[PodResourceClaim, ...] = field((), merge_key="name")
    resources: ResourceRequirements | None = None
    hostname_override: str | None = None
    scheduling_group: PodSchedulingGroup | None = None


@model
class HostIP:
    """FILL HostIP."""

    ip: str = field("", always=True)


@model
class NodeAllocatableResourceClaimStatus:
    """FILL NodeAllocatableResourceClaimStatus."""

    resource_claim_name: str = field("", always=True)
    containers: tuple[str, ...] = ()
    resources: FrozenMap[str, Quantity] = field(FrozenMap(), always=True)


@model
class PodCondition:
    """FILL PodCondition."""

    type: str = field(
        "",
        always=True,
        values=(
            "ContainersReady",
            "Initialized",
            "Ready",
            "PodScheduled",
            "DisruptionTarget",
            "PodReadyToStartContainers",
            "PodResizePending",
            "PodResizeInProgress",
            "AllContainersRestarting",
        ),
    )
    observed_generation: int = 0
    status: str = field("", always=True, values=("True", "False", "Unknown"))
    last_probe_time: Time | None = None
    last_transition_time: Time | None = None
    reason: str = ""
    message: str = ""


@model
class ContainerExtendedResourceRequest:
    """FILL ContainerExtendedResourceRequest."""

    container_name: str = field("", always=True)
    resource_name: str = field("", always=True)
    request_name: str = field("", always=True)


@model
class PodExtendedResourceClaimStatus:
    """FILL PodExtendedResourceClaimStatus."""

    request_mappings: tuple[ContainerExtendedResourceRequest, ...] = field((), always=True)
    resource_claim_name: str = field("", always=True)


@model
class PodIP:
    """FILL PodIP."""

    ip: str = field("", always=True)


@model
class PodResourceClaimStatus:
    """FILL PodResourceClaimStatus."""

    name: str = field("", always=True)
    resource_claim_name: str | None = None


@model
class PodStatus:
    """FILL PodStatus."""

    observed_generation: int = 0
    phase: str = field("", values=("Pending", "Running", "Succeeded", "Failed", "Unknown"))
    conditions: tuple[PodCondition, ...] = field((), merge_key="type")
    message: str = ""
    reason: str = ""
    nominated_node_name: str = ""
    host_ip: str = field("", json="hostIP")
    host_ips: tuple[HostIP, ...] = field((), json="hostIPs", merge_key="ip")
    pod_ip: str = field("", json="podIP")
    pod_ips: tuple[PodIP, ...] = field((), json="podIPs", merge_key="ip")
    start_time: Time | None = None
    init_container_statuses: tuple[ContainerStatus, ...] = ()
    container_statuses: tuple[ContainerStatus, ...] = ()
    qos_class: str = field("", values=("Guaranteed", "Burstable", "BestEffort"))
    ephemeral_container_statuses: tuple[ContainerStatus, ...] = ()
    resize: str = field("", values=("InProgress", "Deferred", "Infeasible"))
    resource_claim_statuses: tuple[PodResourceClaimStatus, ...] = field((), merge_key="name")
    extended_resource_claim_status: PodExtendedResourceClaimStatus | None = None
    allocated_resources: FrozenMap[str, Quantity] = FrozenMap()
    resources: ResourceRequirements | None = None
    node_allocatable_resource_claim_statuses: tuple[NodeAllocatableResourceClaimStatus, ...] = ()


@model
class Pod:
    """FILL Pod."""

    api_version: ClassVar[str] = "v1"
    kind: ClassVar[str] = "Pod"

    metadata: ObjectMeta = ObjectMeta()
    spec: PodSpec = PodSpec()
    status: PodStatus = PodStatus()


@model
class PodTemplateSpec:
    """FILL PodTemplateSpec."""

    metadata: ObjectMeta = ObjectMeta()
    spec: PodSpec = PodSpec()


@model
class PodTemplate:
    """FILL PodTemplate."""

    api_version: ClassVar[str] = "v1"
    kind: ClassVar[str] = "PodTemplate"

    metadata: ObjectMeta = ObjectMeta()
    template: PodTemplateSpec = PodTemplateSpec()


@model
class ObjectReference:
    """FILL ObjectReference."""

    kind: str = ""
    namespace: str = ""
    name: str = ""
    uid: str = ""
    api_version: str = ""
    resource_version: str = ""
    field_path: str = ""


@model
class Binding:
    """FILL Binding."""

    api_version: ClassVar[str] = "v1"
    kind: ClassVar[str] = "Binding"

    metadata: ObjectMeta = ObjectMeta()
    target: ObjectReference = ObjectReference()
