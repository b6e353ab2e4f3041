"""Whether the API server would accept an object, and if not, its words.

`validate` and `validate_update` give every mistake in the order in which the API server finds them; the text of each
(`str`) is one line of what kubectl prints. They are asked after defaults are filled in and after the registry has
made names, addresses and selectors, and they change nothing.

In Kubernetes: `pkg/apis/*/validation`, and of `pkg/registry/*/strategy.go` which of it a request meets. Its
declarative validation changes nothing for these kinds in 1.36: the written rules still decide.

**Simplified:** every object that is stored here was right once, so nothing wrong is tolerated on update because it
was there before (upstream has to, for objects of older releases). Feature gates have the defaults of 1.36.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from kubelab.api.scheme import Object
from kubelab.api.validation.field_error import Errors, ErrorType, FieldError, invalid_message

__all__ = ["ErrorType", "FieldError", "invalid_message", "validate", "validate_update"]

_Check = Callable[..., Errors]

_CORE = "kubelab.api.validation.core"
_HERE = "kubelab.api.validation"
_WHERE: dict[tuple[str, str], tuple[str, str]] = {
    ("v1", "Binding"): (f"{_CORE}.pods", "binding"),
    ("v1", "ConfigMap"): (f"{_CORE}.config", "config_map"),
    ("v1", "Endpoints"): (f"{_CORE}.endpoints", "endpoints"),
    ("v1", "Event"): (f"{_CORE}.events", "event"),
    ("v1", "LimitRange"): (f"{_CORE}.namespaces", "limit_range"),
    ("v1", "Namespace"): (f"{_CORE}.namespaces", "namespace"),
    ("v1", "Node"): (f"{_CORE}.nodes", "node"),
    ("v1", "PersistentVolume"): (f"{_CORE}.persistent_volumes", "persistent_volume"),
    ("v1", "PersistentVolumeClaim"): (f"{_CORE}.claims", "claim"),
    ("v1", "Pod"): (f"{_CORE}.pods", "pod"),
    ("v1", "PodTemplate"): (f"{_CORE}.pods", "pod_template"),
    ("v1", "ReplicationController"): (f"{_CORE}.replication", "replication_controller"),
    ("v1", "ResourceQuota"): (f"{_CORE}.namespaces", "resource_quota"),
    ("v1", "Secret"): (f"{_CORE}.config", "secret"),
    ("v1", "Service"): (f"{_CORE}.services", "service"),
    ("v1", "ServiceAccount"): (f"{_CORE}.config", "service_account"),
    ("admissionregistration.k8s.io/v1", "MutatingAdmissionPolicy"): (f"{_HERE}.admission_policies", "mutating_policy"),
    ("admissionregistration.k8s.io/v1", "MutatingAdmissionPolicyBinding"): (f"{_HERE}.admission_policies", "binding"),
    ("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration"): (f"{_HERE}.admission_webhooks", "webhooks"),
    ("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy"): (
        f"{_HERE}.admission_policies",
        "validating_policy",
    ),
    ("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding"): (f"{_HERE}.admission_policies", "binding"),
    ("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration"): (f"{_HERE}.admission_webhooks", "webhooks"),
    ("apiextensions.k8s.io/v1", "CustomResourceDefinition"): (f"{_HERE}.apiextensions", "custom_resource_definition"),
    ("apiregistration.k8s.io/v1", "APIService"): (f"{_HERE}.apiregistration", "api_service"),
    ("apps/v1", "ControllerRevision"): (f"{_HERE}.apps", "controller_revision"),
    ("apps/v1", "DaemonSet"): (f"{_HERE}.apps", "daemon_set"),
    ("apps/v1", "Deployment"): (f"{_HERE}.apps", "deployment"),
    ("apps/v1", "ReplicaSet"): (f"{_HERE}.apps", "replica_set"),
    ("apps/v1", "StatefulSet"): (f"{_HERE}.stateful_sets", "stateful_set"),
    ("autoscaling/v2", "HorizontalPodAutoscaler"): (f"{_HERE}.autoscaling", "horizontal_pod_autoscaler"),
    ("batch/v1", "CronJob"): (f"{_HERE}.cron_jobs", "cron_job"),
    ("batch/v1", "Job"): (f"{_HERE}.batch", "job"),
    ("certificates.k8s.io/v1", "CertificateSigningRequest"): (f"{_HERE}.certificates", "signing_request"),
    ("coordination.k8s.io/v1", "Lease"): (f"{_HERE}.coordination", "lease"),
    ("discovery.k8s.io/v1", "EndpointSlice"): (f"{_HERE}.discovery", "endpoint_slice"),
    ("flowcontrol.apiserver.k8s.io/v1", "FlowSchema"): (f"{_HERE}.flowcontrol", "flow_schema"),
    ("flowcontrol.apiserver.k8s.io/v1", "PriorityLevelConfiguration"): (f"{_HERE}.flowcontrol", "priority_level"),
    ("networking.k8s.io/v1", "Ingress"): (f"{_HERE}.networking", "ingress"),
    ("networking.k8s.io/v1", "IngressClass"): (f"{_HERE}.networking", "ingress_class"),
    ("networking.k8s.io/v1", "NetworkPolicy"): (f"{_HERE}.networking", "network_policy"),
    ("networking.k8s.io/v1", "ServiceCIDR"): (f"{_HERE}.service_addresses", "service_cidr"),
    ("node.k8s.io/v1", "RuntimeClass"): (f"{_HERE}.node", "runtime_class"),
    ("policy/v1", "PodDisruptionBudget"): (f"{_HERE}.policy", "pod_disruption_budget"),
    ("rbac.authorization.k8s.io/v1", "ClusterRole"): (f"{_HERE}.rbac", "cluster_role"),
    ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"): (f"{_HERE}.rbac", "cluster_role_binding"),
    ("rbac.authorization.k8s.io/v1", "Role"): (f"{_HERE}.rbac", "role"),
    ("rbac.authorization.k8s.io/v1", "RoleBinding"): (f"{_HERE}.rbac", "role_binding"),
    ("scheduling.k8s.io/v1", "PriorityClass"): (f"{_HERE}.scheduling", "priority_class"),
    ("storage.k8s.io/v1", "CSIDriver"): (f"{_HERE}.storage_drivers", "csi_driver"),
    ("storage.k8s.io/v1", "CSINode"): (f"{_HERE}.storage_drivers", "csi_node"),
    ("storage.k8s.io/v1", "CSIStorageCapacity"): (f"{_HERE}.storage_drivers", "csi_storage_capacity"),
    ("storage.k8s.io/v1", "StorageClass"): (f"{_HERE}.storage", "storage_class"),
    ("storage.k8s.io/v1", "VolumeAttachment"): (f"{_HERE}.storage", "volume_attachment"),
    ("storage.k8s.io/v1", "VolumeAttributesClass"): (f"{_HERE}.storage_drivers", "volume_attributes_class"),
}
"""Module and name of the check of each kind; that of a change is called the same with ``_update`` behind it, that of
a status ``_status_update`` (it may be in a module of its own)."""

_ELSEWHERE = {
    ("v1", "Pod", "status"): f"{_CORE}.pod_status",
    ("batch/v1", "Job", "status"): f"{_HERE}.job_status",
}

_checks: dict[tuple[type, str], _Check | None] = {}


def validate(obj: Object) -> tuple[FieldError, ...]:
    """All that is wrong with a new object."""
    check = _check(type(obj), "create")
    return _generic(obj) if check is None else tuple(check(obj))


def validate_update(new: Object, old: Object, subresource: str = "") -> tuple[FieldError, ...]:
    """All that is wrong with changing `old` to `new`.

    Args:
        new: the object as it is to be.
        old: the object as it is stored, of the same kind.
        subresource: "status" when only the status is being written, "finalize" for a Namespace's finalizers.
    """
    if new is old:
        return ()
    check = _check(type(new), subresource or "update")
    if check is None:
        from kubelab.api.custom import CustomResource, shape_errors
        from kubelab.api.validation import metadata

        meta = tuple(metadata.object_meta_update(new.metadata, old.metadata))
        if not isinstance(new, CustomResource):
            return meta
        # What was wrong before, and is as it was, keeps nobody from changing something else.
        known = set(map(str, shape_errors(old)))
        return (*meta, *(error for error in shape_errors(new) if str(error) not in known))
    return tuple(check(new, old))


def _check(kind: Any, operation: str) -> _Check | None:
    key = (kind, operation)
    try:
        return _checks[key]
    except KeyError:
        found = _checks[key] = _find(kind.api_version, kind.kind, operation)
        return found


def _find(api_version: str, kind: str, operation: str) -> _Check | None:
    where = _WHERE.get((api_version, kind))
    if where is None:
        return None
    module, name = where
    suffix = {"create": "", "update": "_update"}.get(operation, f"_{operation}_update")
    module = _ELSEWHERE.get((api_version, kind, operation), module)
    return getattr(import_module(module), f"{name}{suffix}", None)


def _generic(obj: Object) -> tuple[FieldError, ...]:
    from kubelab.api import scheme
    from kubelab.api.custom import CustomResource, shape_errors
    from kubelab.api.validation import metadata, names

    namespaced = scheme.kind_of(obj).namespaced
    if isinstance(obj, CustomResource):
        return (*metadata.object_meta(obj.metadata, namespaced, names.is_subdomain), *shape_errors(obj))
    return tuple(metadata.object_meta(obj.metadata, namespaced, names.is_path_segment))
