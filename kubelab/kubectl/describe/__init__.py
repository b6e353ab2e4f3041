"""``kubectl describe``: objects of every kind in many lines, with their Events.

Source: kubectl `pkg/cmd/describe`, `pkg/describe/describe.go`.
"""

from collections.abc import Callable
from typing import Any

from kubelab.apiserver import derived
from kubelab.errors import StatusError
from kubelab.kubectl.answer import Failure, raise_all
from kubelab.kubectl.call import Call
from kubelab.kubectl.client import Client
from kubelab.kubectl.describe import (
    access,
    autoscaling,
    certificates,
    config,
    generic,
    network,
    nodes,
    pods,
    storage,
    workloads,
)
from kubelab.kubectl.describe.writer import Writer
from kubelab.kubectl.flags import Flag
from kubelab.kubectl.resources import Info, Wanted, find_all, kind_of
from kubelab.kubectl.verbs import ALL_NAMESPACES, FILES, SELECTOR, verb
from kubelab.state.snapshot import ObjectKey, key_of

Describer = Callable[[Writer, Any, Client], None]

DESCRIBERS: dict[str, Describer] = {
    "CSINode": storage.csi_node,
    "CertificateSigningRequest": certificates.signing_request,
    "ClusterRole": access.role,
    "ClusterRoleBinding": access.binding,
    "ConfigMap": config.config_map,
    "CronJob": workloads.cron_job,
    "DaemonSet": workloads.daemon_set,
    "Deployment": workloads.deployment,
    "EndpointSlice": network.endpoint_slice,
    "Endpoints": network.endpoints,
    "HorizontalPodAutoscaler": autoscaling.autoscaler,
    "Ingress": network.ingress,
    "IngressClass": network.ingress_class,
    "Job": workloads.job,
    "LimitRange": config.limit_range,
    "Namespace": config.namespace,
    "NetworkPolicy": network.network_policy,
    "Node": nodes.node,
    "PersistentVolume": storage.volume,
    "PersistentVolumeClaim": storage.claim,
    "Pod": pods.pod,
    "PodDisruptionBudget": config.budget,
    "PriorityClass": config.priority_class,
    "ReplicaSet": workloads.replica_set,
    "ReplicationController": workloads.replication_controller,
    "ResourceQuota": config.quota,
    "Role": access.role,
    "RoleBinding": access.binding,
    "Secret": config.secret,
    "Service": network.service,
    "ServiceAccount": config.service_account,
    "StatefulSet": workloads.stateful_set,
    "StorageClass": storage.storage_class,
}
"""What describes each kind; all others are described field by field."""

WITHOUT_EVENTS = frozenset(
    {
        *("ClusterRole", "ClusterRoleBinding", "LimitRange", "Namespace", "NetworkPolicy", "ResourceQuota", "Role"),
        *("RoleBinding", "Secret"),
    }
)
"""Kinds whose Events kubectl does not show."""

MISSING = (
    'You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of supported '
    "resources."
)


@verb(
    "describe",
    "(-f FILE | TYPE [NAME_PREFIX | -l label] | TYPE/NAME)",
    "tell about objects in many lines, with their Events",
    FILES,
    SELECTOR,
    ALL_NAMESPACES,
    Flag("show-events", "whether Events are shown", default=True),
    Flag("chunk-size", "without effect here", "N", kind="number"),
)
def describe(call: Call) -> None:
    """Carry out ``kubectl describe``."""
    if not call.words and "filename" not in call.said:
        raise Failure(MISSING)
    found = find_all(call, call.words, Wanted(missing=MISSING))
    if not found.infos and found.errors and len(call.words) == 2 and "/" not in "".join(call.words):
        similar = _by_prefix(call)
        if similar:
            call.write("".join(f"{_text(call, info)}\n" for info in similar))
            return
    # Where one object cannot be read, none is described.
    raise_all(found.errors)
    call.write("\n\n".join(_text(call, info) for info in found.infos))
    if not found.infos:
        everywhere = call.said["all-namespaces"]
        call.tell("No resources found" if everywhere else f"No resources found in {call.namespace} namespace.")


def _by_prefix(call: Call) -> list[Info]:
    """The objects whose names begin with the word that is the name of none."""
    kind = kind_of(call.words[0])
    try:
        listed = call.client.list(kind, call.namespace if kind.namespaced else None)
    except StatusError:
        return []
    return [
        Info(kind, obj.metadata.namespace, obj.metadata.name, obj)
        for obj in listed
        if obj.metadata.name.startswith(call.words[1])
    ]


def _text(call: Call, info: Info) -> str:
    writer = Writer()
    DESCRIBERS.get(info.kind.kind, generic.generic)(writer, info.obj, call.client)
    if call.said["show-events"] and info.kind.kind not in WITHOUT_EVENTS:
        writer.events(events_of(call.client, key_of(info.obj)), call.client.now)
    return writer.text()


def events_of(client: Client, key: ObjectKey) -> list[Any]:
    """The Events about an object."""
    namespace = key.namespace or "default"
    about = [
        event
        for event in client.view.list("Event", namespace)
        if (event.involved_object.kind, event.involved_object.name) == (key.kind, key.name)
    ]
    records = client.view.events(key)
    return [*(derived.event_object(client.view, record) for record in records), *about]
