"""What the API server does to an object of each kind before it stores it.

Status and spec are written through different doors: a create or an update never changes the status, a status
update changes nothing else. The generation counts the changes of what is wanted.

Source: `pkg/registry/*/strategy.go` (PrepareForCreate, PrepareForUpdate).
"""

import base64
from typing import Any

import attrs

from kubelab.api.apiregistration import APIServiceCondition, APIServiceStatus
from kubelab.api.core.pod import Pod
from kubelab.api.core.pod_status import PodCondition, PodStatus
from kubelab.api.core.reference import TypedLocalObjectReference, TypedObjectReference
from kubelab.api.custom import CustomResource
from kubelab.api.meta import LabelSelector, ObjectMeta
from kubelab.api.model import evolve
from kubelab.api.quantity import milli
from kubelab.api.scalars import FrozenMap, Time
from kubelab.api.scheme import by_kind
from kubelab.apiserver.allocators import released
from kubelab.state.snapshot import Object

GENERATION_KINDS = frozenset(
    {
        "Pod",
        "Deployment",
        "ReplicaSet",
        "ReplicationController",
        "StatefulSet",
        "DaemonSet",
        "Job",
        "CronJob",
        "Ingress",
        "NetworkPolicy",
        "PodDisruptionBudget",
        "HorizontalPodAutoscaler",
        "CustomResourceDefinition",
        "PriorityClass",
        "IngressClass",
        "EndpointSlice",
        "FlowSchema",
        "MutatingAdmissionPolicy",
        "MutatingAdmissionPolicyBinding",
        "MutatingWebhookConfiguration",
        "PriorityLevelConfiguration",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        "ValidatingWebhookConfiguration",
    }
)
"""Kinds whose objects have a generation."""

APPROVAL = "approval"
"""The subresource by which a request for a certificate is approved or denied."""

TEMPLATE_GENERATION = "deprecated.daemonset.template.generation"
"""The annotation of a DaemonSet that counts how often its template has changed."""

NAMESPACE_NAME_LABEL = "kubernetes.io/metadata.name"


def prepare_create(obj: Object) -> Object:
    """A new object with what only the system may set put to its first value."""
    meta = evolve(
        obj.metadata,
        generation=1 if _counts(obj) else 0,
        deletion_timestamp=None,
        deletion_grace_period_seconds=None,
    )
    changes: dict[str, Any] = {}
    if obj.kind == "Pod":
        changes["status"] = _new_pod_status(obj)
    elif obj.kind == "Namespace":
        meta = evolve(meta, labels=meta.labels.with_({NAMESPACE_NAME_LABEL: meta.name}))
        finalizers = (
            obj.spec.finalizers if "kubernetes" in obj.spec.finalizers else (*obj.spec.finalizers, "kubernetes")
        )
        changes["spec"] = evolve(obj.spec, finalizers=finalizers)
        changes["status"] = type(obj.status)(phase="Active")
    elif obj.kind == "PersistentVolumeClaim":
        changes["spec"] = _with_both_sources(obj.spec)
        changes["status"] = type(obj.status)(phase="Pending")
    elif obj.kind == "PersistentVolume":
        changes["status"] = type(obj.status)(phase="Pending", last_phase_transition_time=meta.creation_timestamp)
    elif obj.kind == "Secret":
        return evolve(_encode_strings(obj), metadata=meta)
    elif obj.kind == "DaemonSet":
        meta = evolve(meta, annotations=meta.annotations.with_({TEMPLATE_GENERATION: "1"}))
        changes["status"] = type(obj.status)()
    elif obj.kind == "Job":
        changes["spec"] = _with_selector(obj)
        if meta.labels and meta.labels is obj.spec.template.metadata.labels:
            # Labels that a Job has taken over from its template are the very same as those, and grow with them.
            meta = evolve(meta, labels=changes["spec"].template.metadata.labels)
        changes["status"] = type(obj.status)()
    elif obj.kind == "Service":
        changes["spec"] = _one_address(obj.spec, None)
        changes["status"] = type(obj.status)()
    elif obj.kind == "APIService":
        changes["status"] = availability(obj)
    elif obj.kind != "Node" and _has_status(obj):
        # Only kubelets and the cloud say how a Node is; its capacity may come with it.
        changes["status"] = None if isinstance(obj, CustomResource) else type(obj.status)()
    return evolve(obj, metadata=meta, **changes)


def availability(service: Object) -> APIServiceStatus:
    """The status of a new APIService: what the API server answers itself can be asked at once."""
    if service.spec.service is not None:
        return APIServiceStatus()
    ready = APIServiceCondition(
        type="Available",
        status="True",
        last_transition_time=service.metadata.creation_timestamp,
        reason="Local",
        message="Local APIServices are always available",
    )
    return APIServiceStatus(conditions=(ready,))


def prepare_update(new: Object, old: Object, subresource: str) -> Object:
    """The version to be stored: what the door that was used may change, from `new`; the rest from `old`."""
    if subresource == "status":
        if new.kind in ("Deployment", "HorizontalPodAutoscaler"):
            # Their controllers note the revision, and what was recommended, by an annotation in the same write.
            meta = evolve(old.metadata, annotations=new.metadata.annotations)
            return evolve(old, metadata=meta, status=new.status)
        if new.kind == "Service":
            # The finalizer of its load balancer, too, comes and goes by this door.
            meta = evolve(old.metadata, finalizers=new.metadata.finalizers)
            return evolve(old, metadata=meta, status=new.status)
        return evolve(old, status=new.status)
    if subresource == APPROVAL:
        return evolve(old, status=evolve(old.status, conditions=new.status.conditions))
    if new.kind == "CertificateSigningRequest":
        new = evolve(new, spec=old.spec)
    if subresource == "finalize":
        return evolve(old, spec=evolve(old.spec, finalizers=new.spec.finalizers))
    kept = old.metadata
    meta = evolve(
        new.metadata,
        uid=kept.uid,
        creation_timestamp=kept.creation_timestamp,
        generate_name=kept.generate_name,
        generation=kept.generation,
        deletion_timestamp=kept.deletion_timestamp,
        deletion_grace_period_seconds=kept.deletion_grace_period_seconds,
        self_link="",
    )
    changes: dict[str, object] = {}
    if new.kind == "Secret":
        new = _encode_strings(new)
    if new.kind == "Service":
        changes["spec"] = _one_address(released(new.spec, old.spec), old.spec)
    if new.kind == "Namespace":
        meta = evolve(meta, labels=meta.labels.with_({NAMESPACE_NAME_LABEL: meta.name}))
        changes["spec"] = old.spec
    if new.kind == "DaemonSet":
        meta = evolve(meta, annotations=meta.annotations.with_({TEMPLATE_GENERATION: _template_generation(new, old)}))
    if _has_status(new):
        changes["status"] = old.status
    if new.kind == "Service" and new.spec.type != "LoadBalancer" and old.status.load_balancer.ingress:
        changes["status"] = evolve(old.status, load_balancer=type(old.status.load_balancer)())
    new = evolve(new, metadata=meta, **changes)
    if _counts(new) and _wanted(new) != _wanted(old):
        new = evolve(new, metadata=evolve(meta, generation=kept.generation + 1))
    return new


def _template_generation(new: Object, old: Object) -> str:
    """How often the template of a DaemonSet has changed; nobody can set it."""
    text = old.metadata.annotations.get(TEMPLATE_GENERATION, "0")
    number = int(text) if text.isascii() and text.isdigit() else 0
    return str(number + (new.spec.template != old.spec.template))


def _with_selector(job: Object) -> Any:
    """A Job's spec that selects the Pods of its own template by the Job's uid, unless it brings a selector itself.

    Source: `pkg/registry/batch/job` (generateSelector).
    """
    spec = job.spec
    if spec.manual_selector:
        return spec
    uid, name = job.metadata.uid, job.metadata.name
    own = {"controller-uid": uid, "job-name": name}
    own.update({f"batch.kubernetes.io/{label}": value for label, value in own.items()})
    meta = spec.template.metadata
    template = evolve(spec.template, metadata=evolve(meta, labels=FrozenMap({**own, **meta.labels})))
    if spec.selector is not None:
        return evolve(spec, template=template)
    mark = "batch.kubernetes.io/controller-uid"
    return evolve(spec, template=template, selector=LabelSelector(match_labels=FrozenMap({mark: uid})))


def _with_both_sources(spec: Any) -> Any:
    """A claim's spec whose `dataSource` and `dataSourceRef` say the same; the former knows claims and snapshots only.

    Source: `pkg/api/persistentvolumeclaim` (DropDisabledFields, NormalizeDataSources).
    """
    source, reference = spec.data_source, spec.data_source_ref
    if reference is None and source is not None and not _is_old_source(source):
        source = None
    if reference is not None and reference.namespace:
        # Nobody has switched on that data come from other Namespaces.
        reference = None
    if reference is None and source is not None:
        reference = TypedObjectReference(api_group=source.api_group, kind=source.kind, name=source.name)
    elif source is None and reference is not None:
        source = TypedLocalObjectReference(api_group=reference.api_group, kind=reference.kind, name=reference.name)
    return evolve(spec, data_source=source, data_source_ref=reference)


def _is_old_source(source: Any) -> bool:
    claim = source.kind == "PersistentVolumeClaim" and source.api_group in (None, "")
    return claim or (source.kind == "VolumeSnapshot" and source.api_group == "snapshot.storage.k8s.io")


def _one_address(spec: Any, old: Any | None) -> Any:
    """A Service's spec whose `clusterIP` and `clusterIPs` say the same; what an update leaves out stays as it was.

    Source: `pkg/registry/core/service` (NormalizeClusterIPs, patchAllocatedValues).
    """
    if spec.type == "ExternalName":
        return spec
    if old is not None and old.type != "ExternalName" and not spec.cluster_ip and not spec.cluster_ips:
        return evolve(spec, cluster_ip=old.cluster_ip, cluster_ips=old.cluster_ips)
    if spec.cluster_ip and (not spec.cluster_ips or (old is not None and spec.cluster_ips == old.cluster_ips)):
        return spec if spec.cluster_ips[:1] == (spec.cluster_ip,) else evolve(spec, cluster_ips=(spec.cluster_ip,))
    return spec


def _counts(obj: Object) -> bool:
    return obj.kind in GENERATION_KINDS or isinstance(obj, CustomResource)


def _has_status(obj: Object) -> bool:
    if isinstance(obj, CustomResource):
        return "status" in by_kind(obj.kind).subresources  # type: ignore[attr-defined]
    return any(f.name == "status" for f in attrs.fields(type(obj)))


def _wanted(obj: Object) -> object:
    """What an object asks for: its spec, or for a kind without spec everything besides metadata.

    The annotations of a Deployment count, too: its ReplicaSets get them, so its controller has to look.
    """
    if isinstance(obj, CustomResource):
        without = {"status": None} if _has_status(obj) else {}
        return evolve(obj, metadata=ObjectMeta(), **without)
    spec = getattr(obj, "spec", None)
    if obj.kind == "Deployment":
        return spec, obj.metadata.annotations
    return spec if spec is not None else evolve(obj, metadata=type(obj.metadata)())


def _encode_strings(secret: Object) -> Object:
    """`stringData` is written only: its values are stored in `data`, in base64."""
    if not secret.string_data:
        return secret
    encoded = {k: base64.b64encode(v.encode()).decode() for k, v in secret.string_data.items()}
    return evolve(secret, data=secret.data.with_(encoded), string_data=FrozenMap())


def _new_pod_status(pod: Pod) -> PodStatus:
    status = PodStatus(phase="Pending", qos_class=qos_class(pod))
    if not pod.spec.scheduling_gates:
        return status
    gated = PodCondition(
        type="PodScheduled",
        status="False",
        reason="SchedulingGated",
        message="Scheduling is blocked due to non-empty scheduling gates",
    )
    return evolve(status, conditions=(gated,))


def qos_class(pod: Pod) -> str:
    """``Guaranteed``, ``Burstable`` or ``BestEffort``: who is evicted last, and first, when memory runs out.

    Source: `pkg/apis/core/v1/helper/qos`.
    """
    guaranteed = True
    anything = False
    for container in (*pod.spec.init_containers, *pod.spec.containers):
        requests, limits = container.resources.requests, container.resources.limits
        for name in ("cpu", "memory"):
            request, limit = milli(requests.get(name, "0")), milli(limits.get(name, "0"))
            anything = anything or request > 0 or limit > 0
            if limit == 0 or (name in requests and request != limit):
                guaranteed = False
    if not anything:
        return "BestEffort"
    return "Guaranteed" if guaranteed else "Burstable"


def grace_seconds(obj: Object, asked: int | None) -> int:
    """How long a deleted object may take to end itself, in seconds: only Pods that run somewhere take time.

    Source: `podStrategy.CheckGracefulDelete`.
    """
    if obj.kind != "Pod":
        return 0
    if not obj.spec.node_name or obj.status.phase in ("Succeeded", "Failed"):
        return 0
    period = asked if asked is not None else obj.spec.termination_grace_period_seconds
    if period is None:
        return 0
    return period if period >= 0 else 1


def mark_deleted(obj: Object, now: Time, grace: int) -> Object:
    """The object with the moment by which it must be gone."""
    meta = obj.metadata
    until = Time(now + grace)
    if meta.deletion_timestamp is not None and meta.deletion_timestamp <= until:
        return obj
    generation = meta.generation + 1 if meta.generation and meta.deletion_timestamp is None else meta.generation
    meta = evolve(meta, deletion_timestamp=until, deletion_grace_period_seconds=grace, generation=generation)
    if obj.kind == "Namespace":
        return evolve(obj, metadata=meta, status=evolve(obj.status, phase="Terminating"))
    return evolve(obj, metadata=meta)


def with_condition(status: PodStatus, name: str, value: str, now: Time, generation: int) -> PodStatus:
    """A Pod's status with one condition set; the time of the last transition moves only when the value changes."""
    old = next((c for c in status.conditions if c.type == name), None)
    if old is not None and old.status == value:
        return status
    condition = PodCondition(type=name, status=value, last_transition_time=now, observed_generation=generation)
    others = tuple(c for c in status.conditions if c.type != name)
    return evolve(status, conditions=(*others, condition))
