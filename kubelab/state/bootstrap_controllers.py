"""The ClusterRoles of the controllers, as a table: each may do what it has to do, and nothing besides.

A role is named ``system:controller:NAME`` and given to the ServiceAccount NAME in ``kube-system``, as which the
controller acts. How a rule is written is said in `kubelab.state.bootstrap_roles`.

**In Kubernetes:** `plugin/pkg/auth/authorizer/rbac/bootstrappolicy` (`ControllerRoles`).
"""

from kubelab.state.bootstrap_roles import EVENTS

CONTROLLER_ROLES: dict[str, tuple[str, ...]] = {
    "attachdetach-controller": (
        "list watch: persistentvolumeclaims persistentvolumes",
        "read: nodes",
        "patch update: nodes/status",
        "list watch: pods",
        EVENTS,
        "read create delete: volumeattachments @ storage.k8s.io",
        "read: csidrivers @ storage.k8s.io",
        "read: csinodes @ storage.k8s.io",
    ),
    "certificate-controller": (
        "read delete: certificatesigningrequests @ certificates.k8s.io",
        "update: certificatesigningrequests/approval certificatesigningrequests/status @ certificates.k8s.io",
        "approve: signers @ certificates.k8s.io = kubernetes.io/kube-apiserver-client-kubelet",
        (
            "sign: signers @ certificates.k8s.io = kubernetes.io/kube-apiserver-client "
            "kubernetes.io/kube-apiserver-client-kubelet kubernetes.io/kubelet-serving kubernetes.io/legacy-unknown"
        ),
        "create: subjectaccessreviews @ authorization.k8s.io",
        EVENTS,
    ),
    "clusterrole-aggregation-controller": ("read escalate patch update: clusterroles @ rbac.authorization.k8s.io",),
    "cronjob-controller": (
        "read update: cronjobs @ batch",
        "read create delete patch update: jobs @ batch",
        "update: cronjobs/status @ batch",
        "update: cronjobs/finalizers @ batch",
        "delete list watch: pods",
        EVENTS,
    ),
    "daemon-set-controller": (
        "read: daemonsets @ apps extensions",
        "update: daemonsets/status @ apps extensions",
        "update: daemonsets/finalizers @ apps extensions",
        "list watch: nodes",
        "create delete list patch watch: pods",
        "create: pods/binding",
        "read create delete patch update: controllerrevisions @ apps",
        EVENTS,
    ),
    "deployment-controller": (
        "read update: deployments @ apps extensions",
        "update: deployments/status @ apps extensions",
        "update: deployments/finalizers @ apps extensions",
        "read create delete patch update: replicasets @ apps extensions",
        "read update: pods",
        EVENTS,
    ),
    "device-taint-eviction-controller": (
        "read delete: pods",
        "patch update: pods/status",
        "read: resourceclaims @ resource.k8s.io",
        "read: resourceslices @ resource.k8s.io",
        "read: deviceclasses @ resource.k8s.io",
        EVENTS,
    ),
    "disruption-controller": (
        "read: deployments @ apps extensions",
        "read: replicasets @ apps extensions",
        "read: replicationcontrollers",
        "read: poddisruptionbudgets @ policy",
        "read: statefulsets @ apps",
        "update: poddisruptionbudgets/status @ policy",
        "patch update: pods/status",
        "get: */scale @ *",
        EVENTS,
    ),
    "endpoint-controller": (
        "read: pods services",
        "read create delete update: endpoints",
        "create: endpoints/restricted",
        EVENTS,
    ),
    "endpointslice-controller": (
        "read: nodes pods services",
        "update: services/finalizers",
        "read create delete update: endpointslices @ discovery.k8s.io",
        "create: endpointslices/restricted @ discovery.k8s.io",
        EVENTS,
    ),
    "endpointslicemirroring-controller": (
        "read: endpoints services",
        "update: services/finalizers",
        "update: endpoints/finalizers",
        "read create delete update: endpointslices @ discovery.k8s.io",
        "create: endpointslices/restricted @ discovery.k8s.io",
        EVENTS,
    ),
    "ephemeral-volume-controller": (
        "read: pods",
        "update: pods/finalizers",
        "read create: persistentvolumeclaims",
        EVENTS,
    ),
    "expand-controller": (
        "read patch update: persistentvolumes",
        "patch update: persistentvolumeclaims/status",
        "read: persistentvolumeclaims",
        EVENTS,
    ),
    "generic-garbage-collector": (
        "read delete patch update: * @ *",
        EVENTS,
    ),
    "horizontal-pod-autoscaler": (
        "read: horizontalpodautoscalers @ autoscaling",
        "update: horizontalpodautoscalers/status @ autoscaling",
        "get update: */scale @ *",
        "list watch: pods",
        "list watch: pods @ metrics.k8s.io",
        "read: * @ custom.metrics.k8s.io",
        "read: * @ external.metrics.k8s.io",
        EVENTS,
    ),
    "job-controller": (
        "read patch update: jobs @ batch",
        "update: jobs/status @ batch",
        "update: jobs/finalizers @ batch",
        "create delete list patch watch: pods",
        EVENTS,
    ),
    "legacy-service-account-token-cleaner": (
        "get: configmaps = kube-apiserver-legacy-service-account-token-tracking",
        "delete patch: secrets",
    ),
    "namespace-controller": (
        "read delete: namespaces",
        "update: namespaces/finalize namespaces/status",
        "read delete deletecollection: * @ *",
    ),
    "node-controller": (
        "read delete patch update: nodes",
        "patch update: nodes/status",
        "patch update: pods/status",
        "read delete: pods",
        EVENTS,
    ),
    "persistent-volume-binder": (
        "read create delete update: persistentvolumes",
        "update: persistentvolumes/status",
        "read update: persistentvolumeclaims",
        "update: persistentvolumeclaims/status",
        "read create delete: pods",
        "read: storageclasses @ storage.k8s.io",
        "list watch: nodes",
        EVENTS,
        "watch: events",
    ),
    "pod-garbage-collector": (
        "delete list watch: pods",
        "read: nodes",
        "patch: pods/status",
    ),
    "pv-protection-controller": (
        "read update: persistentvolumes",
        EVENTS,
    ),
    "pvc-protection-controller": (
        "read update: persistentvolumeclaims",
        "update: persistentvolumeclaims/status",
        "read: pods",
        EVENTS,
    ),
    "replicaset-controller": (
        "read update: replicasets @ apps extensions",
        "update: replicasets/status @ apps extensions",
        "update: replicasets/finalizers @ apps extensions",
        "create delete list patch watch: pods",
        EVENTS,
    ),
    "replication-controller": (
        "read update: replicationcontrollers",
        "update: replicationcontrollers/status",
        "update: replicationcontrollers/finalizers",
        "create delete list patch watch: pods",
        EVENTS,
    ),
    "resource-claim-controller": (
        "read: pods",
        "update: pods/finalizers",
        "read create delete: resourceclaims @ resource.k8s.io",
        "patch update: resourceclaims resourceclaims/status @ resource.k8s.io",
        "patch update: pods/status",
        EVENTS,
        "patch update: resourceclaims/binding @ resource.k8s.io",
    ),
    "resourcequota-controller": (
        "list watch: * @ *",
        "update: resourcequotas/status",
        EVENTS,
    ),
    "root-ca-cert-publisher": (
        "create update: configmaps",
        EVENTS,
    ),
    "route-controller": (
        "list watch: nodes",
        "patch: nodes/status",
        EVENTS,
    ),
    "selinux-warning-controller": (
        EVENTS,
        "read: persistentvolumes",
        "read: persistentvolumeclaims",
        "read: pods",
        "read: csidrivers @ storage.k8s.io",
    ),
    "service-account-controller": (
        "create: serviceaccounts",
        EVENTS,
    ),
    "service-cidrs-controller": (
        "read patch update: servicecidrs @ networking.k8s.io",
        "patch update: servicecidrs/finalizers @ networking.k8s.io",
        "patch update: servicecidrs/status @ networking.k8s.io",
        "read: ipaddresses @ networking.k8s.io",
        EVENTS,
    ),
    "service-controller": (
        "read: services",
        "patch update: services/status",
        "list watch: nodes",
        EVENTS,
    ),
    "statefulset-controller": (
        "list watch: pods",
        "read: statefulsets @ apps",
        "update: statefulsets/status @ apps",
        "update: statefulsets/finalizers @ apps",
        "create delete get patch update: pods",
        "read create delete patch update: controllerrevisions @ apps",
        "read create: persistentvolumeclaims",
        "delete update: persistentvolumeclaims",
        "update: pods/finalizers",
        EVENTS,
    ),
    "ttl-after-finished-controller": (
        "read delete: jobs @ batch",
        EVENTS,
    ),
    "ttl-controller": (
        "list patch update watch: nodes",
        EVENTS,
    ),
    "validatingadmissionpolicy-status-controller": (
        "read: validatingadmissionpolicies @ admissionregistration.k8s.io",
        "get patch update: validatingadmissionpolicies/status @ admissionregistration.k8s.io",
        EVENTS,
    ),
    "volumeattributesclass-protection-controller": (
        "read: persistentvolumeclaims",
        "read: persistentvolumes",
        "read update: volumeattributesclasses @ storage.k8s.io",
        EVENTS,
    ),
}
"""The rules of each controller's ClusterRole, by the name of its ServiceAccount."""
