"""What is known about a Pod while it lives.

Source: `k8s.io/api/core/v1` (``PodStatus``, ``PodCondition``).
"""

from kubelab.api.core.container_status import ContainerStatus
from kubelab.api.core.resources import ResourceRequirements
from kubelab.api.model import field, model
from kubelab.api.scalars import FrozenMap, Quantity, Time
from kubelab.api.values import POD_CONDITION_TYPES


@model
class HostIP:
    """An address of the node.

    Attributes:
        ip: IPv4 or IPv6.
    """

    ip: str = field(default="", always=True)


@model
class NodeAllocatableResourceClaimStatus:
    """What a claimed device takes from the node's allocatable resources.

    Attributes:
        resource_claim_name: of the claim.
        containers: the containers that use it.
        resources: how much it takes of each.
    """

    resource_claim_name: str = field(default="", always=True)
    containers: tuple[str, ...] = ()
    resources: FrozenMap[str, Quantity] = field(
        default=FrozenMap(), always=True, go="map[v1.ResourceName]resource.Quantity"
    )


@model
class PodCondition:
    """One thing that is or is not the case with a Pod.

    Attributes:
        type: such as ``PodScheduled``, ``Initialized``, ``ContainersReady`` or ``Ready``.
        observed_generation: the generation of the Pod that was looked at.
        status: whether it is the case.
        last_probe_time: when it was last looked at.
        last_transition_time: when the status last changed.
        reason: one CamelCase word, such as ``Unschedulable``.
        message: a sentence.
    """

    type: str = field(default="", always=True, go="v1.PodConditionType", values=POD_CONDITION_TYPES)
    observed_generation: int = field(default=0, go="int64")
    status: str = field(default="", always=True, go="v1.ConditionStatus", values=("True", "False", "Unknown"))
    last_probe_time: Time | None = field(default=None, always=True)
    last_transition_time: Time | None = field(default=None, always=True)
    reason: str = ""
    message: str = ""


@model
class ContainerExtendedResourceRequest:
    """Which request of a device claim stands for a container's extended resource.

    Attributes:
        container_name: of the container.
        resource_name: the extended resource.
        request_name: the request within the claim.
    """

    container_name: str = field(default="", always=True)
    resource_name: str = field(default="", always=True)
    request_name: str = field(default="", always=True)


@model
class PodExtendedResourceClaimStatus:
    """The device claim made for a Pod's extended resources.

    Attributes:
        request_mappings: which request stands for which resource of which container.
        resource_claim_name: of the claim.
    """

    request_mappings: tuple[ContainerExtendedResourceRequest, ...] = field(default=(), always=True)
    resource_claim_name: str = field(default="", always=True)


@model
class PodIP:
    """An address of the Pod.

    Attributes:
        ip: IPv4 or IPv6.
    """

    ip: str = field(default="", always=True)


@model
class PodResourceClaimStatus:
    """The claim that was made for an entry of `PodSpec.resource_claims`.

    Attributes:
        name: of the entry.
        resource_claim_name: of the claim that was made.
    """

    name: str = field(default="", always=True)
    resource_claim_name: str | None = None


@model
class PodStatus:
    """What is known about a Pod; written by the kubelet of its node, and the scheduler before that.

    Attributes:
        observed_generation: the generation of the Pod that the kubelet has acted on.
        phase: where it is in its life, in one word.
        conditions: what is and is not the case.
        message: why it is in this phase, as a sentence.
        reason: why it is in this phase, in one word such as ``Evicted``.
        nominated_node_name: the node on which others are being evicted for its sake.
        host_ip: the node's address.
        host_ips: all of the node's addresses.
        pod_ip: its own address in the cluster.
        pod_ips: all its addresses, at most one of each family.
        start_time: when the kubelet took it on, before images were pulled.
        init_container_statuses: of its init containers, in their order.
        container_statuses: of its containers.
        qos_class: which Pods go first when the node runs out of memory; derived from requests and limits.
        ephemeral_container_statuses: of its ephemeral containers.
        resize: how far a change of resources in place has come.
        resource_claim_statuses: of the devices it claims.
        extended_resource_claim_status: of the claim made for its extended resources.
        allocated_resources: what the node has set aside for the Pod as a whole.
        resources: what the Pod as a whole really has.
        node_allocatable_resource_claim_statuses: what its devices take from the node's resources.
    """

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
    resource_claim_statuses: tuple[PodResourceClaimStatus, ...] = field(default=(), merge_key="name", retain_keys=True)
    extended_resource_claim_status: PodExtendedResourceClaimStatus | None = None
    allocated_resources: FrozenMap[str, Quantity] = FrozenMap()
    resources: ResourceRequirements | None = None
    node_allocatable_resource_claim_statuses: tuple[NodeAllocatableResourceClaimStatus, ...] = ()
