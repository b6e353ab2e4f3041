"""Pods: the smallest thing that is placed on a node.

Source: `k8s.io/api/core/v1` (``Pod``, ``PodSpec``, ``PodTemplateSpec``, ``Binding``). Containers, volumes, affinity and
status are modules of their own.
"""

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
    """A line of a Pod's ``/etc/hosts``.

    Attributes:
        ip: the address.
        hostnames: the names for it.
    """

    ip: str = field(default="", always=True)
    hostnames: tuple[str, ...] = ()


@model
class PodDNSConfigOption:
    """An option of a Pod's resolver.

    Attributes:
        name: such as ``ndots``.
        value: such as ``2``.
    """

    name: str = ""
    value: str | None = None


@model
class PodDNSConfig:
    """Name servers and search domains beyond those of the DNS policy.

    Attributes:
        nameservers: addresses of name servers.
        searches: domains that are tried behind short names.
        options: of the resolver.
    """

    nameservers: tuple[str, ...] = ()
    searches: tuple[str, ...] = ()
    options: tuple[PodDNSConfigOption, ...] = ()


@model
class PodOS:
    """The operating system that a Pod's containers are made for.

    Attributes:
        name: ``linux`` or ``windows``.
    """

    name: str = field(default="", always=True, go="v1.OSName", values=("linux", "windows"))


@model
class PodReadinessGate:
    """A further condition that must be ``True`` before a Pod counts as ready.

    Attributes:
        condition_type: the type of the condition.
    """

    condition_type: str = field(default="", always=True, go="v1.PodConditionType", values=POD_CONDITION_TYPES)


@model
class PodResourceClaim:
    """A claim of devices that a Pod's containers may use.

    Attributes:
        name: by which containers refer to it.
        resource_claim_name: a claim that there is.
        resource_claim_template_name: a template, of which the Pod gets a claim of its own.
    """

    name: str = field(default="", always=True)
    resource_claim_name: str | None = None
    resource_claim_template_name: str | None = None


@model
class PodSchedulingGate:
    """A reason not to schedule a Pod yet; someone else takes it away.

    Attributes:
        name: who holds it back.
    """

    name: str = field(default="", always=True)


@model
class PodSchedulingGroup:
    """The group of Pods with which a Pod is scheduled all or none.

    Attributes:
        pod_group_name: the name of the group.
    """

    pod_group_name: str | None = None


@model
class PodSpec:
    """What a Pod is to run, and how and where.

    Attributes:
        volumes: that its containers may mount.
        init_containers: run one after the other, each to its end, before the others start.
        containers: run side by side for the Pod's whole life.
        ephemeral_containers: added later, to look for a fault.
        restart_policy: when containers that have ended are started anew.
        termination_grace_period_seconds: how long containers may take to end before they are killed.
        active_deadline_seconds: after which the Pod counts as failed and is stopped.
        dns_policy: where its names are looked up first.
        node_selector: labels that its node must have.
        service_account_name: as whom its containers speak to the API server.
        service_account: the same under its old name.
        automount_service_account_token: whether a token for that is mounted.
        node_name: its node; set by the scheduler, or by someone who does without one.
        host_network: whether it shares the node's network and address.
        host_pid: whether it sees the node's processes.
        host_ipc: whether it shares the node's inter-process communication.
        share_process_namespace: whether its containers see one another's processes.
        security_context: with which rights its containers run.
        image_pull_secrets: credentials for pulling its images.
        hostname: by which it is known in the cluster's DNS; "" for its name.
        subdomain: the headless Service under which that name is published.
        affinity: what draws it to nodes and other Pods.
        scheduler_name: who schedules it.
        tolerations: taints of nodes that it puts up with.
        host_aliases: further lines of its ``/etc/hosts``.
        priority_class_name: how important it is, by name.
        priority: how important it is, as a number looked up from the name; more is more important.
        dns_config: name servers and search domains of its own.
        readiness_gates: further conditions before it counts as ready.
        runtime_class_name: which of the node's container runtimes runs it.
        enable_service_links: whether variables for every Service of its namespace are set in its containers.
        preemption_policy: whether less important Pods may be evicted for its sake.
        overhead: what running it takes beyond its containers' requests.
        topology_spread_constraints: how it is spread with its like.
        set_hostname_as_fqdn: whether its host name includes the domain.
        os: the operating system that its containers are made for.
        host_users: whether user numbers in it are those of the node.
        scheduling_gates: reasons not to schedule it yet.
        resource_claims: devices that its containers may use.
        resources: requests and limits of the Pod as a whole.
        hostname_override: the host name in the containers, exactly.
        scheduling_group: Pods with which it is scheduled all or none.
    """

    volumes: tuple[Volume, ...] = field(default=(), merge_key="name", retain_keys=True)
    init_containers: tuple[Container, ...] = field(default=(), merge_key="name")
    containers: tuple[Container, ...] = field(default=(), always=True, merge_key="name")
    ephemeral_containers: tuple[EphemeralContainer, ...] = field(default=(), merge_key="name", inert=True)
    restart_policy: str = field(default="", go="v1.RestartPolicy", values=("Always", "OnFailure", "Never"))
    termination_grace_period_seconds: int | None = field(default=None, go="int64")
    active_deadline_seconds: int | None = field(default=None, go="int64")
    dns_policy: str = field(
        default="", go="v1.DNSPolicy", values=("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"), inert=True
    )
    node_selector: FrozenMap[str, str] = FrozenMap()
    service_account_name: str = ""
    service_account: str = ""
    automount_service_account_token: bool | None = None
    node_name: str = ""
    host_network: bool = False
    host_pid: bool = field(default=False, json="hostPID", inert=True)
    host_ipc: bool = field(default=False, json="hostIPC", inert=True)
    share_process_namespace: bool | None = field(default=None, inert=True)
    security_context: PodSecurityContext | None = field(default=None, inert=True)
    image_pull_secrets: tuple[LocalObjectReference, ...] = field(default=(), merge_key="name")
    hostname: str = ""
    subdomain: str = ""
    affinity: Affinity | None = None
    scheduler_name: str = ""
    tolerations: tuple[Toleration, ...] = ()
    host_aliases: tuple[HostAlias, ...] = field(default=(), merge_key="ip", inert=True)
    priority_class_name: str = ""
    priority: int | None = None
    dns_config: PodDNSConfig | None = field(default=None, inert=True)
    readiness_gates: tuple[PodReadinessGate, ...] = ()
    runtime_class_name: str | None = field(default=None, inert=True)
    enable_service_links: bool | None = None
    preemption_policy: str | None = field(
        default=None, go="v1.PreemptionPolicy", values=("PreemptLowerPriority", "Never")
    )
    overhead: FrozenMap[str, Quantity] = FrozenMap()
    topology_spread_constraints: tuple[TopologySpreadConstraint, ...] = field(default=(), merge_key="topologyKey")
    set_hostname_as_fqdn: bool | None = field(default=None, json="setHostnameAsFQDN", inert=True)
    os: PodOS | None = field(default=None, inert=True)
    host_users: bool | None = field(default=None, inert=True)
    scheduling_gates: tuple[PodSchedulingGate, ...] = field(default=(), merge_key="name")
    resource_claims: tuple[PodResourceClaim, ...] = field(default=(), merge_key="name", retain_keys=True, inert=True)
    resources: ResourceRequirements | None = None
    hostname_override: str | None = field(default=None, inert=True)
    scheduling_group: PodSchedulingGroup | None = field(default=None, inert=True)


@model
class Pod:
    """Containers that are placed on one node together, share an address and volumes, and end together.

    Attributes:
        metadata: its identity.
        spec: what it is to run.
        status: what is known about it.
    """

    api_version: ClassVar[str] = "v1"
    kind: ClassVar[str] = "Pod"

    metadata: ObjectMeta = ObjectMeta()
    spec: PodSpec = PodSpec()
    status: PodStatus = PodStatus()


@model
class PodTemplateSpec:
    """What a controller makes Pods from.

    Attributes:
        metadata: labels and annotations of the Pods.
        spec: what the Pods are to run.
    """

    metadata: ObjectMeta = ObjectMeta()
    spec: PodSpec = PodSpec()


@model
class PodTemplate:
    """A stored template; controllers carry theirs within themselves, so hardly anyone makes one.

    Attributes:
        metadata: its identity.
        template: what Pods made of it look like.
    """

    api_version: ClassVar[str] = "v1"
    kind: ClassVar[str] = "PodTemplate"

    metadata: ObjectMeta = ObjectMeta()
    template: PodTemplateSpec = PodTemplateSpec()


@model
class Binding:
    """The scheduler's decision: this Pod runs on that node.

    Attributes:
        metadata: the Pod's name and namespace.
        target: the node.
    """

    api_version: ClassVar[str] = "v1"
    kind: ClassVar[str] = "Binding"

    metadata: ObjectMeta = ObjectMeta()
    target: ObjectReference = ObjectReference()
