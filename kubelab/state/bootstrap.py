"""What a fresh cluster holds before anybody has asked for anything.

Four Namespaces, the Service ``kubernetes`` through which Pods reach the API server, the two PriorityClasses of the
system, and a default StorageClass. All else that every cluster has is made by controllers: the ServiceAccount
``default`` and the ConfigMap ``kube-root-ca.crt`` in each Namespace, the Lease of each node.

**In Kubernetes:** kube-apiserver's post-start hooks (`pkg/controlplane/controller/systemnamespaces`,
`kubernetesservice`, `pkg/registry/scheduling`); the StorageClass is what small clusters such as kind or minikube add.

**Simplified:** no Leases of the control plane. What is there from before the first revision that is counted is in
`kubelab.state.bootstrap_rbac`, `bootstrap_system` and `bootstrap_api`.
"""

from kubelab.api.core.namespace import Namespace, NamespaceSpec, NamespaceStatus
from kubelab.api.core.service import (
    EndpointAddress,
    Endpoints,
    EndpointSubset,
    Service,
    ServicePort,
    ServiceSpec,
)
from kubelab.api.core.service import EndpointPort as SubsetPort
from kubelab.api.discovery import Endpoint, EndpointConditions, EndpointPort, EndpointSlice
from kubelab.api.meta import ObjectMeta
from kubelab.api.scalars import FrozenMap, Time
from kubelab.api.scheduling import PriorityClass
from kubelab.api.storage import StorageClass
from kubelab.state.snapshot import SECOND, Object

NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")
"""The Namespaces that every cluster has."""

SERVICE_ADDRESS = "10.96.0.1"
"""The cluster address of the API server: the first of the Service network."""

CONTROL_PLANE_ADDRESS = "172.18.255.254"
"""The address of the machine on which the control plane runs: the last of the network that the nodes are in."""

SECURE_PORT = 6443
"""The port at which the API server listens."""

DEFAULT_STORAGE_CLASS = "standard"

PROVISIONER = "csi.kubelab"
"""The storage driver that makes the volumes of the default StorageClass (`kubelab.components.csi_provisioner`)."""


def initial_objects(now: int, storage: bool = True) -> tuple[Object, ...]:
    """The objects of a fresh cluster, in an order in which they can be created.

    Args:
        now: the time, in microseconds since 1970.
        storage: whether there is a default StorageClass.
    """
    since = Time(now // SECOND)
    return (
        *(namespace(name, since) for name in NAMESPACES),
        *priority_classes(since),
        *((storage_class(since),) if storage else ()),
        *api_server_service(since),
    )


def namespace(name: str, since: Time) -> Namespace:
    """An active Namespace."""
    labels = FrozenMap({"kubernetes.io/metadata.name": name})
    return Namespace(
        metadata=ObjectMeta(name=name, labels=labels, creation_timestamp=since),
        spec=NamespaceSpec(finalizers=("kubernetes",)),
        status=NamespaceStatus(phase="Active"),
    )


def priority_classes(since: Time) -> tuple[PriorityClass, ...]:
    """The priorities of the Pods that a cluster, or a node, cannot do without."""
    return (
        PriorityClass(
            metadata=ObjectMeta(name="system-node-critical", generation=1, creation_timestamp=since),
            value=2_000_001_000,
            description="Used for system critical pods that must not be moved from their current node.",
            preemption_policy="PreemptLowerPriority",
        ),
        PriorityClass(
            metadata=ObjectMeta(name="system-cluster-critical", generation=1, creation_timestamp=since),
            value=2_000_000_000,
            description=(
                "Used for system critical pods that must run in the cluster, but can be moved to another node if "
                "necessary."
            ),
            preemption_policy="PreemptLowerPriority",
        ),
    )


def storage_class(since: Time) -> StorageClass:
    """The class of claims that name none: storage on the network, made as soon as it is claimed."""
    annotations = FrozenMap({"storageclass.kubernetes.io/is-default-class": "true"})
    return StorageClass(
        metadata=ObjectMeta(name=DEFAULT_STORAGE_CLASS, annotations=annotations, creation_timestamp=since),
        provisioner=PROVISIONER,
        reclaim_policy="Delete",
        volume_binding_mode="Immediate",
    )


def api_server_service(since: Time) -> tuple[Service, Endpoints, EndpointSlice]:
    """The Service ``default/kubernetes`` and where it leads; it has no selector, so no controller touches it."""
    labels = FrozenMap({"component": "apiserver", "provider": "kubernetes"})
    meta = ObjectMeta(name="kubernetes", namespace="default", labels=labels, creation_timestamp=since)
    service = Service(
        metadata=meta,
        spec=ServiceSpec(
            ports=(ServicePort(name="https", protocol="TCP", port=443, target_port=SECURE_PORT),),
            cluster_ip=SERVICE_ADDRESS,
            cluster_ips=(SERVICE_ADDRESS,),
            type="ClusterIP",
            session_affinity="None",
            ip_families=("IPv4",),
            ip_family_policy="SingleStack",
            internal_traffic_policy="Cluster",
        ),
    )
    # The API server writes its slice itself; the label keeps the mirroring controller from making another.
    mirrored = FrozenMap({"endpointslice.kubernetes.io/skip-mirror": "true"})
    endpoints = Endpoints(
        metadata=ObjectMeta(name="kubernetes", namespace="default", labels=mirrored, creation_timestamp=since),
        subsets=(
            EndpointSubset(
                addresses=(EndpointAddress(ip=CONTROL_PLANE_ADDRESS),),
                ports=(SubsetPort(name="https", port=SECURE_PORT, protocol="TCP"),),
            ),
        ),
    )
    owned = FrozenMap({"kubernetes.io/service-name": "kubernetes"})
    endpoint_slice = EndpointSlice(
        metadata=ObjectMeta(
            name="kubernetes", namespace="default", labels=owned, generation=1, creation_timestamp=since
        ),
        address_type="IPv4",
        endpoints=(Endpoint(addresses=(CONTROL_PLANE_ADDRESS,), conditions=EndpointConditions(ready=True)),),
        ports=(EndpointPort(name="https", protocol="TCP", port=SECURE_PORT),),
    )
    return service, endpoints, endpoint_slice
