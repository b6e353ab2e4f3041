"""Nodes: the machines that Pods run on.

Source: `k8s.io/api/core/v1` (``Node``, ``NodeSpec``, ``NodeStatus``, ``Taint``).
"""

from typing import ClassVar

from kubelab.api.meta import ObjectMeta
from kubelab.api.model import field, model
from kubelab.api.scalars import FrozenMap, Quantity, Time


@model
class ConfigMapNodeConfigSource:
    """A kubelet configuration in a ConfigMap; no kubelet reads it any more.

    Attributes:
        namespace: of the ConfigMap.
        name: of the ConfigMap.
        uid: of the ConfigMap.
        resource_version: of the ConfigMap.
        kubelet_config_key: the key that holds the configuration.
    """

    namespace: str = field(default="", always=True)
    name: str = field(default="", always=True)
    uid: str = field(default="", go="types.UID")
    resource_version: str = ""
    kubelet_config_key: str = field(default="", always=True)


@model
class NodeConfigSource:
    """Where a kubelet's configuration came from; no kubelet reads it any more.

    Attributes:
        config_map: the ConfigMap.
    """

    config_map: ConfigMapNodeConfigSource | None = None


@model
class Taint:
    """What keeps Pods off a node, unless they tolerate it.

    Attributes:
        key: such as ``node.kubernetes.io/unreachable``.
        value: compared by tolerations with the operator ``Equal``.
        effect: whether Pods are not placed, rather not placed, or even evicted.
        time_added: since when, for ``NoExecute``.
    """

    key: str = field(default="", always=True)
    value: str = ""
    effect: str = field(
        default="", always=True, go="v1.TaintEffect", values=("NoSchedule", "PreferNoSchedule", "NoExecute")
    )
    time_added: Time | None = None


@model
class NodeSpec:
    """What is wanted of a node.

    Attributes:
        pod_cidr: the range that its Pods' addresses come from.
        pod_cidrs: all ranges, at most one of each family; the first is `pod_cidr`.
        provider_id: its name at the cloud.
        unschedulable: whether no further Pods are placed on it, as after ``kubectl cordon``.
        taints: what keeps Pods off it.
        config_source: no longer used.
        external_id: no longer used.
    """

    pod_cidr: str = field(default="", json="podCIDR")
    pod_cidrs: tuple[str, ...] = field(default=(), json="podCIDRs", merge_set=True)
    provider_id: str = field(default="", json="providerID", inert=True)
    unschedulable: bool = False
    taints: tuple[Taint, ...] = ()
    config_source: NodeConfigSource | None = field(default=None, inert=True)
    external_id: str = field(default="", json="externalID", inert=True)


@model
class AttachedVolume:
    """A volume attached to the node.

    Attributes:
        name: of the volume.
        device_path: where the node finds it.
    """

    name: str = field(default="", always=True, go="v1.UniqueVolumeName")
    device_path: str = field(default="", always=True)


@model
class ContainerImage:
    """An image that is on the node already.

    Attributes:
        names: all names it goes by.
        size_bytes: its size in bytes.
    """

    names: tuple[str, ...] = field(default=(), always=True)
    size_bytes: int = field(default=0, go="int64")


@model
class NodeAddress:
    """One way to reach the node.

    Attributes:
        type: what kind of address.
        address: the address or name.
    """

    type: str = field(
        default="",
        always=True,
        go="v1.NodeAddressType",
        values=("Hostname", "InternalIP", "ExternalIP", "InternalDNS", "ExternalDNS"),
    )
    address: str = field(default="", always=True)


@model
class NodeCondition:
    """One thing that is or is not the case with a node.

    Attributes:
        type: such as ``Ready`` or ``MemoryPressure``.
        status: whether it is the case; ``Unknown`` when the kubelet has fallen silent.
        last_heartbeat_time: when the kubelet last said so.
        last_transition_time: when the status last changed.
        reason: one CamelCase word, such as ``KubeletReady``.
        message: a sentence.
    """

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
    """The configuration that a kubelet used; no kubelet reports it any more.

    Attributes:
        assigned: the one that it was told to use.
        active: the one that it used.
        last_known_good: the one it would go back to.
        error: what was wrong.
    """

    assigned: NodeConfigSource | None = None
    active: NodeConfigSource | None = None
    last_known_good: NodeConfigSource | None = None
    error: str = ""


@model
class DaemonEndpoint:
    """A port on which a daemon of the node answers.

    Attributes:
        port: its number.
    """

    port: int = field(default=0, always=True, json="Port")


@model
class NodeDaemonEndpoints:
    """The ports of the node's daemons.

    Attributes:
        kubelet_endpoint: of the kubelet.
    """

    kubelet_endpoint: DaemonEndpoint = DaemonEndpoint()


@model
class NodeFeatures:
    """What the node's container runtime can do.

    Attributes:
        supplemental_groups_policy: whether it heeds that field of Pods.
    """

    supplemental_groups_policy: bool | None = None


@model
class NodeRuntimeHandlerFeatures:
    """What one handler of the node's container runtime can do.

    Attributes:
        recursive_read_only_mounts: mounts that are read-only all the way down.
        user_namespaces: containers whose root is no root outside.
    """

    recursive_read_only_mounts: bool | None = None
    user_namespaces: bool | None = None


@model
class NodeRuntimeHandler:
    """One way in which the node's container runtime runs containers.

    Attributes:
        name: of the handler; "" is the usual one.
        features: what it can do.
    """

    name: str = field(default="", always=True)
    features: NodeRuntimeHandlerFeatures | None = None


@model
class NodeSwapStatus:
    """How much swap the node has.

    Attributes:
        capacity: in bytes.
    """

    capacity: int | None = field(default=None, go="int64")


@model
class NodeSystemInfo:
    """What runs on the machine.

    Attributes:
        machine_id: as the operating system knows it.
        system_uuid: as the hardware knows it.
        boot_id: a new one for each start.
        kernel_version: of the kernel.
        os_image: name and version of the operating system.
        container_runtime_version: name and version of the container runtime.
        kubelet_version: of the kubelet.
        kube_proxy_version: of kube-proxy; no longer filled in.
        operating_system: such as ``linux``.
        architecture: such as ``amd64``.
        swap: how much swap it has.
    """

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
    """What its kubelet last said about a node.

    Attributes:
        capacity: all it has, by resource.
        allocatable: what Pods may use of it, by resource.
        phase: no longer used.
        conditions: what is and is not the case.
        addresses: how it is reached.
        daemon_endpoints: ports of its daemons.
        node_info: what runs on the machine.
        images: that are there already.
        volumes_in_use: that must not be detached.
        volumes_attached: that are attached.
        config: no longer used.
        runtime_handlers: ways in which it runs containers.
        features: what its container runtime can do.
        declared_features: what its kubelet can do, by feature gate.
    """

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
    """A machine of the cluster; it lives in no namespace.

    Attributes:
        metadata: its identity; labels tell its zone, operating system and the like.
        spec: what is wanted of it.
        status: what its kubelet last said.
    """

    api_version: ClassVar[str] = "v1"
    kind: ClassVar[str] = "Node"

    metadata: ObjectMeta = ObjectMeta()
    spec: NodeSpec = NodeSpec()
    status: NodeStatus = NodeStatus()
