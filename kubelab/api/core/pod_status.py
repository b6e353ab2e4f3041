"""FILL module."""

from kubelab.api.core.container_status import ContainerStatus
from kubelab.api.core.resources import ResourceRequirements
from kubelab.api.model import field, model
from kubelab.api.scalars import FrozenMap, Quantity, Time
from kubelab.api.values import POD_CONDITION_TYPES


@model
class HostIP:
    """FILL HostIP."""

    ip: str = field(default="", always=True)


@model
class NodeAllocatableResourceClaimStatus:
    """FILL NodeAllocatableResourceClaimStatus."""

    resource_claim_name: str = field(default="", always=True)
    containers: tuple[str, ...] = ()
    resources: FrozenMap[str, Quantity] = field(
        default=FrozenMap(), always=True, go="map[v1.ResourceName]resource.Quantity"
    )


@model
class PodCondition:
    """FILL PodCondition."""

    type: str = field(default="", always=True, go="v1.PodConditionType", values=POD_CONDITION_TYPES)
    observed_generation: int = field(default=0, go="int64")
    status: str = field(default="", always=True, go="v1.ConditionStatus", values=("True", "False", "Unknown"))
    last_probe_time: Time | None = field(default=None, always=True)
    last_transition_time: Time | None = field(default=None, always=True)
    reason: str = ""
    message: str = ""


@model
class ContainerExtendedResourceRequest:
    """FILL ContainerExtendedResourceRequest."""

    container_name: str = field(default="", always=True)
    resource_name: str = field(default="", always=True)
    request_name: str = field(default="", always=True)


@model
class PodExtendedResourceClaimStatus:
    """FILL PodExtendedResourceClaimStatus."""

    request_mappings: tuple[ContainerExtendedResourceRequest, ...] = field(default=(), always=True)
    resource_claim_name: str = field(default="", always=True)


@model
class PodIP:
    """FILL PodIP."""

    ip: str = field(default="", always=True)


@model
class PodResourceClaimStatus:
    """FILL PodResourceClaimStatus."""

    name: str = field(default="", always=True)
    resource_claim_name: str | None = None


@model
class PodStatus:
    """FILL PodStatus."""

    observed_generation: int = field(default=0, go="int64")
    phase: str = field(default="", go="v1.PodPhase", values=("Pending", "Running", "Succeeded", "Failed", "Unknown"))
    conditions: tuple[PodCondition, ...] = field(default=(), merge_key="type")
    message: str = ""
    reason: str = ""
    nominated_node_name: str = ""
    host_ip: str = field(default="", json="hostIP")
    host_ips: tuple[HostIP, ...] = field(default=(), json="hostIPs", merge_key="ip")
    pod_ip: str = field(default="", json="podIP")
    pod_ips: tuple[PodIP, ...] = field(default=(), json="podIPs", merge_key="ip")
    start_time: Time | None = None
    init_container_statuses: tuple[ContainerStatus, ...] = ()
    container_statuses: tuple[ContainerStatus, ...] = ()
    qos_class: str = field(default="", go="v1.PodQOSClass", values=("Guaranteed", "Burstable", "BestEffort"))
    ephemeral_container_statuses: tuple[ContainerStatus, ...] = ()
    resize: str = field(default="", go="v1.PodResizeStatus", values=("InProgress", "Deferred", "Infeasible"))
    resource_claim_statuses: tuple[PodResourceClaimStatus, ...] = field(default=(), merge_key="name")
    extended_resource_claim_status: PodExtendedResourceClaimStatus | None = None
    allocated_resources: FrozenMap[str, Quantity] = FrozenMap()
    resources: ResourceRequirements | None = None
    node_allocatable_resource_claim_statuses: tuple[NodeAllocatableResourceClaimStatus, ...] = ()
