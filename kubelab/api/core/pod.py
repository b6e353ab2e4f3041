"""FILL module."""

from typing import ClassVar

from kubelab.api.core.affinity import (
    Affinity,
    NodeAffinity,
    NodeSelector,
    NodeSelectorRequirement,
    NodeSelectorTerm,
    PodAffinity,
    PodAffinityTerm,
    PodAntiAffinity,
    PreferredSchedulingTerm,
    Toleration,
    TopologySpreadConstraint,
    WeightedPodAffinityTerm,
)
from kubelab.api.core.container import Container, EphemeralContainer
from kubelab.api.core.pod_status import HostIP, PodCondition, PodIP, PodResourceClaimStatus, PodStatus
from kubelab.api.core.reference import LocalObjectReference, ObjectReference
from kubelab.api.core.resources import ResourceRequirements
from kubelab.api.core.security import PodSecurityContext, Sysctl
from kubelab.api.core.volume import Volume
from kubelab.api.meta import ObjectMeta
from kubelab.api.model import field, model
from kubelab.api.scalars import FrozenMap, Quantity
from kubelab.api.values import POD_CONDITION_TYPES

__all__ = [
    "Affinity",
    "Binding",
    "HostAlias",
    "HostIP",
    "NodeAffinity",
    "NodeSelector",
    "NodeSelectorRequirement",
    "NodeSelectorTerm",
    "ObjectReference",
    "Pod",
    "PodAffinity",
    "PodAffinityTerm",
    "PodAntiAffinity",
    "PodCondition",
    "PodDNSConfig",
    "PodDNSConfigOption",
    "PodIP",
    "PodOS",
    "PodReadinessGate",
    "PodResourceClaim",
    "PodResourceClaimStatus",
    "PodSchedulingGate",
    "PodSchedulingGroup",
    "PodSecurityContext",
    "PodSpec",
    "PodStatus",
    "PodTemplate",
    "PodTemplateSpec",
    "PreferredSchedulingTerm",
    "Sysctl",
    "Toleration",
    "TopologySpreadConstraint",
    "WeightedPodAffinityTerm",
]


@model
class HostAlias:
    """FILL HostAlias."""

    ip: str = field(default="", always=True)
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

    name: str = field(default="", always=True, go="v1.OSName", values=("linux", "windows"))


@model
class PodReadinessGate:
    """FILL PodReadinessGate."""

    condition_type: str = field(default="", always=True, go="v1.PodConditionType", values=POD_CONDITION_TYPES)


@model
class PodResourceClaim:
    """FILL PodResourceClaim."""

    name: str = field(default="", always=True)
    resource_claim_name: str | None = None
    resource_claim_template_name: str | None = None


@model
class PodSchedulingGate:
    """FILL PodSchedulingGate."""

    name: str = field(default="", always=True)


@model
class PodSchedulingGroup:
    """FILL PodSchedulingGroup."""

    pod_group_name: str | None = None


@model
class PodSpec:
    """FILL PodSpec."""

    volumes: tuple[Volume, ...] = field(default=(), merge_key="name")
    init_containers: tuple[Container, ...] = field(default=(), merge_key="name")
    containers: tuple[Container, ...] = field(default=(), always=True, merge_key="name")
    ephemeral_containers: tuple[EphemeralContainer, ...] = field(default=(), merge_key="name")
    restart_policy: str = field(default="", go="v1.RestartPolicy", values=("Always", "OnFailure", "Never"))
    termination_grace_period_seconds: int | None = field(default=None, go="int64")
    active_deadline_seconds: int | None = field(default=None, go="int64")
    dns_policy: str = field(
        default="", go="v1.DNSPolicy", values=("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")
    )
    node_selector: FrozenMap[str, str] = FrozenMap()
    service_account_name: str = ""
    service_account: str = ""
    automount_service_account_token: bool | None = None
    node_name: str = ""
    host_network: bool = False
    host_pid: bool = field(default=False, json="hostPID")
    host_ipc: bool = field(default=False, json="hostIPC")
    share_process_namespace: bool | None = None
    security_context: PodSecurityContext | None = None
    image_pull_secrets: tuple[LocalObjectReference, ...] = field(default=(), merge_key="name")
    hostname: str = ""
    subdomain: str = ""
    affinity: Affinity | None = None
    scheduler_name: str = ""
    tolerations: tuple[Toleration, ...] = ()
    host_aliases: tuple[HostAlias, ...] = field(default=(), merge_key="ip")
    priority_class_name: str = ""
    priority: int | None = None
    dns_config: PodDNSConfig | None = None
    readiness_gates: tuple[PodReadinessGate, ...] = ()
    runtime_class_name: str | None = None
    enable_service_links: bool | None = None
    preemption_policy: str | None = field(
        default=None, go="v1.PreemptionPolicy", values=("PreemptLowerPriority", "Never")
    )
    overhead: FrozenMap[str, Quantity] = FrozenMap()
    topology_spread_constraints: tuple[TopologySpreadConstraint, ...] = field(default=(), merge_key="topologyKey")
    set_hostname_as_fqdn: bool | None = field(default=None, json="setHostnameAsFQDN")
    os: PodOS | None = None
    host_users: bool | None = None
    scheduling_gates: tuple[PodSchedulingGate, ...] = field(default=(), merge_key="name")
    resource_claims: tuple[PodResourceClaim, ...] = field(default=(), merge_key="name")
    resources: ResourceRequirements | None = None
    hostname_override: str | None = None
    scheduling_group: PodSchedulingGroup | None = None


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
class Binding:
    """FILL Binding."""

    api_version: ClassVar[str] = "v1"
    kind: ClassVar[str] = "Binding"

    metadata: ObjectMeta = ObjectMeta()
    target: ObjectReference = ObjectReference()
