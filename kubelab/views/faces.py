"""What is said of an object wherever it is drawn: kind, name, one fact, state, and all of it in the tooltip.

The same object looks the same in every view, since every view asks here.
"""

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from kubelab.api.custom import CustomResource
from kubelab.api.memo import IdentityMemo
from kubelab.api.quantity import milli, value
from kubelab.state.allocation import EMPTY
from kubelab.state.pods import is_pod_ready
from kubelab.state.snapshot import Object, ObjectKey, View
from kubelab.views import theme
from kubelab.views.escape import element_id
from kubelab.views.printers.pod import summary

WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "CronJob", "Job", "ReplicaSet", "ReplicationController")
"""Kinds that own Pods, or own what owns Pods; the outer ones first."""

NETWORK = ("Ingress", "Service")
"""Kinds that lead traffic to Pods; the outer ones first."""

_SORTS = {
    **dict.fromkeys(WORKLOADS, "workload"),
    **dict.fromkeys(("Service", "Ingress", "EndpointSlice", "Endpoints", "IngressClass", "NetworkPolicy"), "network"),
    **dict.fromkeys(
        ("ConfigMap", "Secret", "PersistentVolumeClaim", "PersistentVolume", "StorageClass", "VolumeAttachment"),
        "config",
    ),
    "Node": "plain",
}

_BAD = ("Error", "BackOff", "OOMKilled", "Evicted", "InvalidImageName", "DeadlineExceeded", "Failed", "ErrImage")


@attrs.frozen
class Face:
    """What is said of an object.

    Attributes:
        kind: its kind, with a word more where it matters (``Service NodePort``).
        name: its name.
        fact: the one fact that is worth knowing.
        sort: its shape in the theme (``workload``, ``network``, ...).
        state: its state in the theme (``running``), or "" for kinds that have none.
        word: the state as kubectl words it.
        more: further facts, for the tooltip and the text form.
    """

    kind: str
    name: str
    fact: str
    sort: str
    state: str = ""
    word: str = ""
    more: tuple[str, ...] = ()
    namespace: str = ""

    @property
    def glyph(self) -> str:
        """The sign of the state."""
        return theme.glyph(self.state)

    @property
    def tooltip(self) -> str:
        """Everything, on one line."""
        place = f"{self.namespace}/{self.name}" if self.namespace else self.name
        said = (f"{self.kind} {place}", f"{self.glyph} {self.word}".strip(), self.fact, *self.more)
        return " · ".join(part for part in said if part)


def id_of(key: ObjectKey) -> str:
    """The id of an object's element: ``Pod/default/web-1``."""
    return element_id(*(part for part in key if part))


_known: "IdentityMemo[Face]" = IdentityMemo(limit=8192)


def face(obj: Object) -> Face:
    """What is said of an object; of a Secret never a value."""
    known = _known.get(obj)
    if known is not None:
        return known
    make = _custom if isinstance(obj, CustomResource) else _MAKERS.get(obj.kind, _plain)
    return _known.put(obj, make(obj))


def unknown_face(key: ObjectKey) -> Face:
    """What is said of an object that is gone, or was never seen."""
    return Face(key.kind, key.name, "", _SORTS.get(key.kind, "plain"), namespace=key.namespace)


def _made(obj: Object, fact: str, kind: str = "", **more: Any) -> Face:
    meta = obj.metadata
    leaving = meta.deletion_timestamp is not None
    if leaving and "state" not in more:
        more |= {"state": "terminating", "word": "Terminating"}
    return Face(kind or obj.kind, meta.name, fact, _SORTS.get(obj.kind, "plain"), namespace=meta.namespace, **more)


def _labels(obj: Object) -> str:
    found = obj.metadata.labels
    return "labels " + ", ".join(f"{k}={found[k]}" for k in sorted(found)) if found else ""


# Pods


def pod_state(status: str, ready: bool) -> str:
    """The state in the theme of a Pod with this STATUS."""
    if status == "Running":
        return "running" if ready else "unready"
    if status in ("Completed", "Succeeded"):
        return "succeeded"
    if status in ("Terminating", "Pending", "Unknown"):
        return status.lower()
    if status == "NotReady":
        return "unready"
    if status == "SchedulingGated" or not status:
        return "pending"
    if any(word in status for word in _BAD) or status.partition(":")[0] in ("Signal", "ExitCode"):
        return "failed"
    if "Signal:" in status or "ExitCode:" in status:
        return "failed"
    if status in ("ContainerCreating", "PodInitializing") or status.startswith("Init:"):
        return "creating"
    return "unknown" if status == "NodeLost" else "failed"


def _pod(pod: Object) -> Face:
    said = summary(pod)
    word = said.status or "Pending"
    state = pod_state(word, is_pod_ready(pod))
    if word == "Pending" and pod.spec.node_name:
        state = "creating"
    restarts = f"{said.restarts} restart{'s' if said.restarts != 1 else ''}" if said.restarts else ""
    images = ", ".join(c.image for c in pod.spec.containers)
    why = next((c.message for c in pod.status.conditions if c.status == "False" and c.message), "")
    more = (
        restarts,
        pod.status.pod_ip,
        f"on {pod.spec.node_name}" if pod.spec.node_name else "not scheduled",
        f"image {images}" if images else "",
        f"claims {claims}" if (claims := ", ".join(_claims(pod))) else "",
        _labels(pod),
        pod.status.message or why,
    )
    return _made(pod, f"{said.ready}/{said.total} ready", state=state, word=word, more=tuple(m for m in more if m))


def _claims(pod: Object) -> list[str]:
    """The claims that a Pod mounts."""
    sources = (volume.persistent_volume_claim for volume in pod.spec.volumes)
    return [source.claim_name for source in sources if source is not None]


# Workloads


def _replicas(obj: Object) -> int:
    wanted = obj.spec.replicas
    return 1 if wanted is None else int(wanted)


def _deployment(obj: Object) -> Face:
    paused = ("paused",) if obj.spec.paused else ()
    status = obj.status
    fact = f"{_replicas(obj)} wanted, {status.ready_replicas} ready" + (" · paused" if paused else "")
    more = (f"{status.updated_replicas} up to date", f"{status.available_replicas} available", _template(obj), *paused)
    return _made(obj, fact, more=tuple(m for m in more if m))


def _template(obj: Object) -> str:
    template = obj.spec.template
    images = ", ".join(c.image for c in template.spec.containers) if template is not None else ""
    return f"image {images}" if images else ""


def _replica_set(obj: Object) -> Face:
    status = obj.status
    wanted = _replicas(obj)
    made = f"{status.replicas} of {wanted} Pods" if wanted < 100 else f"{status.replicas}/{wanted} Pods"
    fact = f"{made}, {status.ready_replicas} ready"
    template = _template(obj)
    return _made(obj, fact, more=(template,) if template else ())


def _stateful_set(obj: Object) -> Face:
    status = obj.status
    more = [_template(obj)]
    if status.update_revision != status.current_revision:
        more.append(f"{status.updated_replicas} up to date")
    more += [f"claim {claim.metadata.name} for each" for claim in obj.spec.volume_claim_templates]
    return _made(obj, f"{_replicas(obj)} wanted, {status.ready_replicas} ready", more=tuple(m for m in more if m))


def _daemon_set(obj: Object) -> Face:
    status = obj.status
    more = [_template(obj), f"{status.updated_number_scheduled} up to date"]
    if status.number_misscheduled:
        more.append(f"{status.number_misscheduled} where it should not run")
    fact = f"{status.desired_number_scheduled} wanted, {status.number_ready} ready"
    return _made(obj, fact, more=tuple(m for m in more if m))


def _job(obj: Object) -> Face:
    status, wanted = obj.status, obj.spec.completions
    true = {c.type: c.reason for c in status.conditions if c.status == "True"}
    fact = f"{status.succeeded} of {1 if wanted is None else wanted} done"
    if "Failed" in true:
        fact = f"failed, {fact}"
    elif "Suspended" in true:
        fact = f"suspended, {fact}"
    elif status.active:
        fact = f"{fact}, {status.active} active"
    elif "Complete" not in true and status.failed:
        fact = f"{fact}, waits"
    more = (true.get("Failed", ""), f"{status.failed} failed" if status.failed else "", _template(obj))
    return _made(obj, fact, more=tuple(m for m in more if m))


def _cron_job(obj: Object) -> Face:
    spec, active = obj.spec, len(obj.status.active)
    fact = f"{spec.schedule} · {'suspended' if spec.suspend else f'{active} active'}"
    zone = f"in {spec.time_zone}" if spec.time_zone else ""
    return _made(obj, fact, more=tuple(m for m in (zone, spec.concurrency_policy) if m))


def _revision(obj: Object) -> Face:
    return _made(obj, f"revision {obj.revision}")


# Services and what belongs to them


def _service(obj: Object) -> Face:
    spec = obj.spec
    ports = ",".join(str(port.port) for port in spec.ports)
    if spec.type == "ExternalName":
        fact = f"→ {spec.external_name}"
    elif spec.cluster_ip == "None":
        fact = f"headless :{ports}" if ports else "headless"
    else:
        fact = f"{spec.cluster_ip or 'no address yet'}:{ports}" if ports else spec.cluster_ip
    nodes = ",".join(str(port.node_port) for port in spec.ports if port.node_port)
    selector = ", ".join(f"{k}={spec.selector[k]}" for k in sorted(spec.selector))
    more = (f"node port {nodes}" if nodes else "", f"selects {selector}" if selector else "no selector")
    kind = "Service" if spec.type in ("", "ClusterIP") else f"Service {spec.type}"
    return _made(obj, fact, kind, more=tuple(m for m in more if m))


def _ingress(obj: Object) -> Face:
    hosts = [rule.host or "*" for rule in obj.spec.rules]
    return _made(obj, ", ".join(hosts) or "*")


def _endpoint_slice(obj: Object) -> Face:
    ready = sum(e.conditions.ready is not False for e in obj.endpoints)
    return _made(obj, f"{ready} of {len(obj.endpoints)} ready")


# Configuration


def _keys(obj: Object) -> Face:
    count = len(obj.data) + (len(obj.binary_data) if obj.kind == "ConfigMap" else 0)
    return _made(obj, f"{count} key{'s' if count != 1 else ''}")


def _claim(obj: Object) -> Face:
    size = obj.spec.resources.requests.get("storage", "")
    return _made(obj, " · ".join(part for part in (obj.status.phase, str(size)) if part))


def _volume_attachment(obj: Object) -> Face:
    going = obj.metadata.deletion_timestamp is not None
    word = "leaving" if going else "at" if obj.status.attached else "on its way to"
    return _made(obj, f"{word} {obj.spec.node_name}", more=(f"volume {obj.spec.source.persistent_volume_name}",))


def _node(obj: Object) -> Face:
    state, word = node_state(obj)
    return _made(obj, word, state=state, word=word)


def _custom(obj: Object) -> Face:
    """Of a kind that the cluster has learnt: what stands at the root of its spec, as far as it is a plain value."""
    spec = getattr(obj, "spec", None)
    values = spec.items() if isinstance(spec, Mapping) else ()
    said = [f"{name} {item}" for name, item in sorted(values) if isinstance(item, str | int | float)]
    return _made(obj, " · ".join(said))


def _plain(obj: Object) -> Face:
    return _made(obj, "")


_MAKERS: dict[str, Callable[[Object], Face]] = {
    "Pod": _pod,
    "Deployment": _deployment,
    "ReplicaSet": _replica_set,
    "ReplicationController": _replica_set,
    "StatefulSet": _stateful_set,
    "DaemonSet": _daemon_set,
    "Job": _job,
    "CronJob": _cron_job,
    "ControllerRevision": _revision,
    "PersistentVolumeClaim": _claim,
    "Service": _service,
    "Ingress": _ingress,
    "EndpointSlice": _endpoint_slice,
    "ConfigMap": _keys,
    "Secret": _keys,
    "Node": _node,
    "VolumeAttachment": _volume_attachment,
}


# Machines


def node_state(node: Object) -> tuple[str, str]:
    """The state of a Node in the theme, and kubectl's word for it (``NotReady,SchedulingDisabled``)."""
    ready = next((c for c in node.status.conditions if c.type == "Ready"), None)
    if ready is None:
        word, state = "Unknown", "unknown"
    elif ready.status == "True":
        word, state = "Ready", "running"
    else:
        word, state = "NotReady", "failed"
    return (
        (state if state != "running" else "pending", f"{word},SchedulingDisabled")
        if node.spec.unschedulable
        else (
            state,
            word,
        )
    )


def _amount(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0") if number < 100 else f"{number:.0f}"


_GIB = 1024**3


def node_load(view: View, node: Object) -> str:
    """What the Pods on a node asked for, of what it has: ``cpu 1.2/4 · mem 0.6/8Gi``."""
    sums = view.snapshot.allocated.get(node.metadata.name, EMPTY)
    room = node.status.allocatable or node.status.capacity
    parts = []
    if "cpu" in room:
        parts.append(f"cpu {_amount(sums.milli_cpu / 1000)}/{_amount(milli(room['cpu']) / 1000)}")
    if "memory" in room:
        parts.append(f"mem {_amount(sums.memory / _GIB)}/{_amount(value(room['memory']) / _GIB)}Gi")
    return " · ".join(parts)


def node_volumes(view: View, node: Object) -> list[str]:
    """The volumes that are attached to a node, or on their way to it."""
    found = []
    for each in view.attached_to(node.metadata.name):
        name = each.spec.source.persistent_volume_name
        found.append(name if each.status.attached else f"{name} (on its way)")
    return found


def volume_count(volumes: list[str]) -> str:
    """``1 volume``, ``3 volumes``, or "" for none."""
    return f"{len(volumes)} volume{'s' if len(volumes) != 1 else ''}" if volumes else ""
