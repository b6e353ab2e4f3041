"""FILL module."""

from typing import ClassVar

from kubelab.api.meta import ObjectMeta
from kubelab.api.model import field, model
from kubelab.api.scalars import FrozenMap, Quantity, Time


@model
class ConfigMapNodeConfigSource:
    """FILL ConfigMapNodeConfigSource."""

    namespace: str = field(default="", always=True)
    name: str = field(default="", always=True)
    uid: str = field(default="", go="types.UID")
    resource_version: str = ""
    kubelet_config_key: str = field(default="", always=True)


@model
class NodeConfigSource:
    """FILL NodeConfigSource."""

    config_map: ConfigMapNodeConfigSource | None = None


@model
class Taint:
    """FILL Taint."""

    key: str = field(default="", always=True)
    value: str = ""
    effect: str = field(
        default="", always=True, go="v1.TaintEffect", values=("NoSchedule", "PreferNoSchedule", "NoExecute")
    )
    time_added: Time | None = None


@model
class NodeSpec:
    """FILL NodeSpec."""

    pod_cidr: str = field(default="", json="podCIDR")
    pod_cidrs: tuple[str, ...] = field(default=(), json="podCIDRs", merge_set=True)
    provider_id: str = field(default="", json="providerID")
    unschedulable: bool = False
    taints: tuple[Taint, ...] = ()
    config_source: NodeConfigSource | None = None
    external_id: str = field(default="", json="externalID")


@model
class AttachedVolume:
    """FILL AttachedVolume."""

    name: str = field(default="", always=True, go="v1.UniqueVolumeName")
    device_path: str = field(default="", always=True)


@model
class ContainerImage:
    """FILL ContainerImage."""

    names: tuple[str, ...] = field(default=(), always=True)
    size_bytes: int = field(default=0, go="int64")


@model
class NodeAddress:
    """FILL NodeAddress."""

    type: str = field(
        default="",
        always=True,
        go="v1.NodeAddressType",
        values=("Hostname", "InternalIP", "ExternalIP", "InternalDNS", "ExternalDNS"),
    )
    address: str = field(default="", always=True)


@model
class NodeCondition:
    """FILL NodeCondition."""

    type: str = field(
        default="",
        always=True,
        go="v1.NodeConditionType",
        values=("Ready", "MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable"),
    )
    status: str = field(default="", always=True, go="v1.ConditionStatus", values=("True", "False", "Unknown"))
    last_heartbeat_time: Time | None = field(default=None, always=True)
    last_transition_time: Time | None = field(default=None, always=True)
    reason: str = ""
    message: str = ""


@model
class NodeConfigStatus:
    """FILL NodeConfigStatus."""

    assigned: NodeConfigSource | None = None
    active: NodeConfigSource | None = None
    last_known_good: NodeConfigSource | None = None
    error: str = ""


@model
class DaemonEndpoint:
    """FILL DaemonEndpoint."""

    port: int = field(default=0, always=True, json="Port")


@model
class NodeDaemonEndpoints:
    """FILL NodeDaemonEndpoints."""

    kubelet_endpoint: DaemonEndpoint = DaemonEndpoint()


@model
class NodeFeatures:
    """FILL NodeFeatures."""

    supplemental_groups_policy: bool | None = None


@model
class NodeRuntimeHandlerFeatures:
    """FILL NodeRuntimeHandlerFeatures."""

    recursive_read_only_mounts: bool | None = None
    user_namespaces: bool | None = None


@model
class NodeRuntimeHandler:
    """FILL NodeRuntimeHandler."""

    name: str = field(default="", always=True)
    features: NodeRuntimeHandlerFeatures | None = None


@model
class NodeSwapStatus:
    """FILL NodeSwapStatus."""

    capacity: int | None = field(default=None, go="int64")


@model
class NodeSystemInfo:
    """FILL NodeSystemInfo."""

    machine_id: str = field(default="", always=True, json="machineID")
    system_uuid: str = field(default="", always=True, json="systemUUID")
    boot_id: str = field(default="", always=True, json="bootID")
    kernel_version: str = field(default="", always=True)
    os_image: str = field(default="", always=True)
    container_runtime_version: str = field(default="", always=True)
    kubelet_version: str = field(default="", always=True)
    kube_proxy_version: str = field(default="", always=True)
    operating_system: str = field(default="", always=True)
    architecture: str = field(default="", always=True)
    swap: NodeSwapStatus | None = None


@model
class NodeStatus:
    """FILL NodeStatus."""

    capacity: FrozenMap[str, Quantity] = FrozenMap()
    allocatable: FrozenMap[str, Quantity] = FrozenMap()
    phase: str = field(default="", go="v1.NodePhase", values=("Pending", "Running", "Terminated"))
    conditions: tuple[NodeCondition, ...] = field(default=(), merge_key="type")
    addresses: tuple[NodeAddress, ...] = field(default=(), merge_key="type")
    daemon_endpoints: NodeDaemonEndpoints = NodeDaemonEndpoints()
    node_info: NodeSystemInfo = NodeSystemInfo()
    images: tuple[ContainerImage, ...] = ()
    volumes_in_use: tuple[str, ...] = field(default=(), go="[]v1.UniqueVolumeName")
    volumes_attached: tuple[AttachedVolume, ...] = ()
    config: NodeConfigStatus | None = None
    runtime_handlers: tuple[NodeRuntimeHandler, ...] = ()
    features: NodeFeatures | None = None
    declared_features: tuple[str, ...] = ()


@model
class Node:
    """FILL Node."""

    api_version: ClassVar[str] = "v1"
    kind: ClassVar[str] = "Node"

    metadata: ObjectMeta = ObjectMeta()
    spec: NodeSpec = NodeSpec()
    status: NodeStatus = NodeStatus()
