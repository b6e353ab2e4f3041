"""The columns of ``kubectl get``, kind by kind, as the real API server fills them.

`PRINTERS` has an entry for every kind with columns of its own; `printer_of` gives the default for all others.

Source: `pkg/printers/internalversion/printers.go`; apiserver `pkg/registry/rest/table.go` (the default).
"""

from kubelab.api.scheme import known
from kubelab.views.printers.api_server import (
    API_SERVICE,
    FLOW_SCHEMA,
    MUTATING_POLICY,
    POLICY_BINDING,
    PRIORITY_LEVEL,
    SIGNING_REQUEST,
    VALIDATING_POLICY,
    WEBHOOKS,
)
from kubelab.views.printers.autoscaling import HORIZONTAL_POD_AUTOSCALER
from kubelab.views.printers.cells import Printer
from kubelab.views.printers.cluster import EVENT, LEASE, NAMESPACE, NODE, created_at, plain
from kubelab.views.printers.config import (
    CONFIG_MAP,
    PERSISTENT_VOLUME,
    PERSISTENT_VOLUME_CLAIM,
    RESOURCE_QUOTA,
    SECRET,
    STORAGE_CLASS,
    VOLUME_ATTACHMENT,
)
from kubelab.views.printers.custom import printer_for
from kubelab.views.printers.drivers import (
    CSI_DRIVER,
    CSI_NODE,
    RUNTIME_CLASS,
    SERVICE_CIDR,
    VOLUME_ATTRIBUTES_CLASS,
)
from kubelab.views.printers.network import (
    ENDPOINT_SLICE,
    ENDPOINTS,
    INGRESS,
    INGRESS_CLASS,
    NETWORK_POLICY,
    SERVICE,
)
from kubelab.views.printers.pod_table import POD, POD_TEMPLATE
from kubelab.views.printers.policy import CLUSTER_ROLE_BINDING, POD_DISRUPTION_BUDGET, PRIORITY_CLASS, ROLE_BINDING
from kubelab.views.printers.workloads import (
    CONTROLLER_REVISION,
    CRON_JOB,
    DAEMON_SET,
    DEPLOYMENT,
    JOB,
    REPLICA_SET,
    REPLICATION_CONTROLLER,
    STATEFUL_SET,
)

PRINTERS: dict[str, Printer] = {
    "APIService": API_SERVICE,
    "CSIDriver": CSI_DRIVER,
    "CSINode": CSI_NODE,
    "CertificateSigningRequest": SIGNING_REQUEST,
    "ClusterRoleBinding": CLUSTER_ROLE_BINDING,
    "ConfigMap": CONFIG_MAP,
    "ControllerRevision": CONTROLLER_REVISION,
    "CronJob": CRON_JOB,
    "DaemonSet": DAEMON_SET,
    "Deployment": DEPLOYMENT,
    "EndpointSlice": ENDPOINT_SLICE,
    "Endpoints": ENDPOINTS,
    "Event": EVENT,
    "FlowSchema": FLOW_SCHEMA,
    "HorizontalPodAutoscaler": HORIZONTAL_POD_AUTOSCALER,
    "Ingress": INGRESS,
    "IngressClass": INGRESS_CLASS,
    "Job": JOB,
    "Lease": LEASE,
    "MutatingAdmissionPolicy": MUTATING_POLICY,
    "MutatingAdmissionPolicyBinding": POLICY_BINDING,
    "MutatingWebhookConfiguration": WEBHOOKS,
    "Namespace": NAMESPACE,
    "NetworkPolicy": NETWORK_POLICY,
    "Node": NODE,
    "PersistentVolume": PERSISTENT_VOLUME,
    "PersistentVolumeClaim": PERSISTENT_VOLUME_CLAIM,
    "Pod": POD,
    "PodDisruptionBudget": POD_DISRUPTION_BUDGET,
    "PodTemplate": POD_TEMPLATE,
    "PriorityClass": PRIORITY_CLASS,
    "PriorityLevelConfiguration": PRIORITY_LEVEL,
    "ReplicaSet": REPLICA_SET,
    "ReplicationController": REPLICATION_CONTROLLER,
    "ResourceQuota": RESOURCE_QUOTA,
    "RoleBinding": ROLE_BINDING,
    "RuntimeClass": RUNTIME_CLASS,
    "Secret": SECRET,
    "Service": SERVICE,
    "ServiceAccount": plain(),
    "ServiceCIDR": SERVICE_CIDR,
    "StatefulSet": STATEFUL_SET,
    "StorageClass": STORAGE_CLASS,
    "ValidatingAdmissionPolicy": VALIDATING_POLICY,
    "ValidatingAdmissionPolicyBinding": POLICY_BINDING,
    "ValidatingWebhookConfiguration": WEBHOOKS,
    "VolumeAttachment": VOLUME_ATTACHMENT,
    "VolumeAttributesClass": VOLUME_ATTRIBUTES_CLASS,
}
"""The printer of each kind that has columns of its own."""

_DEFAULT = created_at()


def printer_of(kind: str) -> Printer:
    """The printer of a kind; one that has no columns of its own shows when its objects were created."""
    learnt = next((each for each in known().learnt if each.kind == kind), None)
    if learnt is not None:
        return printer_for(learnt)
    return PRINTERS.get(kind, _DEFAULT)
