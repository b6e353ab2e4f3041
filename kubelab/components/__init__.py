"""What reacts: every component looks at the cluster and returns what it wants; nothing here changes anything itself.

Each is a module or a package of its own, named as Kubernetes names it, and none of them knows of another: they
meet only in the objects they read and write. See `kubelab.state.component` for what makes a component.
"""

from typing import Final

from kubelab.components.apiextensions_apiserver import ApiExtensionsServer
from kubelab.components.clusterrole_aggregation import ClusterRoleAggregationController
from kubelab.components.cronjob import CronJobController
from kubelab.components.csi_provisioner import CsiProvisioner
from kubelab.components.daemonset import DaemonSetController
from kubelab.components.deployment import DeploymentController
from kubelab.components.disruption import DisruptionController
from kubelab.components.endpoints import EndpointsController
from kubelab.components.endpointslice import EndpointSliceController
from kubelab.components.garbage_collector import GarbageCollector
from kubelab.components.job import JobController
from kubelab.components.kube_proxy import KubeProxy
from kubelab.components.kubelet import Kubelet
from kubelab.components.namespace import NamespaceController
from kubelab.components.node_ipam import NodeIpamController
from kubelab.components.node_lifecycle import NodeLifecycleController
from kubelab.components.persistentvolume import PersistentVolumeController
from kubelab.components.pod_gc import PodGarbageCollector
from kubelab.components.podautoscaler import HorizontalController
from kubelab.components.replicaset import ReplicaSetController
from kubelab.components.replicationcontroller import ReplicationManager
from kubelab.components.resourcequota import ResourceQuotaController
from kubelab.components.root_ca_cert_publisher import RootCAPublisher
from kubelab.components.scheduler import Scheduler
from kubelab.components.serviceaccount import ServiceAccountsController
from kubelab.components.serviceaccount_token import TokensController
from kubelab.components.statefulset import StatefulSetController
from kubelab.components.storage_protection import ClaimProtectionController, VolumeProtectionController
from kubelab.components.taint_eviction import TaintEvictionController
from kubelab.components.ttl import TTLController
from kubelab.components.ttl_after_finished import TTLAfterFinishedController
from kubelab.state.component import Component, NodeComponent

CONTROL_PLANE: Final[tuple[Component | NodeComponent, ...]] = (
    ReplicaSetController(),
    ReplicationManager(),
    DeploymentController(),
    DisruptionController(),
    HorizontalController(),
    StatefulSetController(),
    DaemonSetController(),
    JobController(),
    CronJobController(),
    TTLAfterFinishedController(),
    Scheduler(),
    EndpointSliceController(),
    EndpointsController(),
    NamespaceController(),
    ServiceAccountsController(),
    TokensController(),
    RootCAPublisher(),
    ResourceQuotaController(),
    ClusterRoleAggregationController(),
    GarbageCollector(),
    ApiExtensionsServer(),
    NodeIpamController(),
    TTLController(),
    NodeLifecycleController(),
    TaintEvictionController(),
    PodGarbageCollector(),
    PersistentVolumeController(),
    CsiProvisioner(),
    ClaimProtectionController(),
    VolumeProtectionController(),
    Kubelet(),
    KubeProxy(),
)
"""Everything that runs in a cluster, in the fixed order in which the components are woken.

One of each, except kubelet and kube-proxy: they run on every node. A cluster with a component of your own:
``Cluster(components=(*CONTROL_PLANE, Mine()))``.
"""

__all__ = ["CONTROL_PLANE"]
