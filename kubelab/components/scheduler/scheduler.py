"""kube-scheduler: gives every Pod a node.

- **Desired:** each Pod that is not bound has a node on which it can run.
- **Actual:** the nodes, and what the Pods on each of them have asked for (``Snapshot.allocated``).
- **Action:** bind the Pod to the best node that fits; or make less important Pods go where that makes room; or say
  on the Pod why none fits, and wait.

Nobody polls. A Pod that fits nowhere is looked at again when something changes that could help it: a node is added,
uncordoned, relabelled or grows, a Pod that held something goes away, a claim gets its volume, the Pod is changed.

**In Kubernetes:** kube-scheduler (`pkg/scheduler`).

**Simplified:** one scheduler with the default profile; of Pods that are tried again together the more important come
first, but a new Pod takes its turn after those that wait already; no back-off between attempts; see `filters`,
`scores`, `volume_binding`, `spread`, `attraction` and `preemption` for the plugins.
"""

from collections.abc import Iterable
from typing import Any, ClassVar

from kubelab.api.conditions import with_condition
from kubelab.api.core.node import Node
from kubelab.api.core.pod import Pod, PodCondition
from kubelab.api.model import evolve
from kubelab.components.scheduler.decision import Search, decide
from kubelab.components.scheduler.making_room import make_room, preemption_requests
from kubelab.components.scheduler.messages import chosen_message, fit_error
from kubelab.components.scheduler.preemption import Attempt
from kubelab.components.scheduler.volume_binding import bind_pod_volumes
from kubelab.state.component import Wanted
from kubelab.state.requests import Bind, EventNote, Update
from kubelab.state.snapshot import Change, ObjectKey, View, key_of

DEFAULT_SCHEDULER_NAME = "default-scheduler"
MESSAGE_LIMIT = 1024
"""The API server takes no longer Event messages than this many bytes."""


class Scheduler:
    """kube-scheduler."""

    name: ClassVar[str] = "kube-scheduler"
    watches: ClassVar[tuple[str, ...]] = ("Pod", "Node", "PersistentVolumeClaim", "PersistentVolume", "StorageClass")

    def enqueue(self, change: Change) -> Iterable[ObjectKey]:
        """A Pod to be scheduled; or all that wait, when the change may have made room for one."""
        if change.key.kind == "Pod" and change.after is not None and responsible_for(change.after):
            if not attempted(change):
                yield change.key
        elif change.key.kind in ("PersistentVolumeClaim", "PersistentVolume"):
            yield from by_priority(users(change))
        elif may_help(change):
            yield from by_priority(change.view.pods_on(""))
        elif joined(change):
            yield from by_priority(change.view.relating())

    def reconcile(self, view: View, key: ObjectKey) -> Wanted:
        """Decide where the Pod goes, once (``ScheduleOne``)."""
        pod = view.find(key)
        if pod is None or not responsible_for(pod):
            return ()
        search = decide(view, pod)
        if search.feasible and search.volumes is not None and search.volumes.delayed:
            return bind_pod_volumes(pod, search.volumes, search.best().info)
        if search.feasible:
            return (bind(pod, key, search),)
        attempt = make_room(view, pod, search)
        failed = handle_scheduling_failure(view, pod, key, fit_error(search, attempt), attempt)
        return (*failed, *preemption_requests(view, pod, attempt))


def by_priority(pods: Iterable[Pod]) -> Iterable[ObjectKey]:
    """The Pods that wait, the more important first (the queue of the plugin PrioritySort)."""
    return map(key_of, sorted(filter(responsible_for, pods), key=lambda pod: -(pod.spec.priority or 0)))


def responsible_for(pod: Any) -> bool:
    """Whether the Pod waits for this scheduler: not bound, not gated, not on its way out."""
    return (
        not pod.spec.node_name
        and not pod.spec.scheduling_gates
        and pod.metadata.deletion_timestamp is None
        and pod.status.phase not in ("Succeeded", "Failed")
        and pod.spec.scheduler_name in ("", DEFAULT_SCHEDULER_NAME)
    )


def attempted(change: Change) -> bool:
    """Whether the change of a waiting Pod is only that the scheduler (or another) wrote its status."""
    before, after = change.before, change.after
    return before is not None and after is not None and before.spec is after.spec and before.status is not after.status


def users(change: Change) -> Iterable[Pod]:
    """The Pods whose claims a change of a PersistentVolumeClaim or PersistentVolume concerns."""
    subject = change.after if change.after is not None else change.before
    if change.key.kind == "PersistentVolume":
        claim = subject.spec.claim_ref if subject is not None else None
        return (
            change.view.using_claim(claim.namespace, claim.name, "Pod") if claim is not None else _with_claims(change)
        )
    return change.view.using_claim(change.key.namespace, change.key.name, "Pod")


def _with_claims(change: Change) -> Iterable[Pod]:
    """The waiting Pods that have any claim: a free volume may be one for them."""
    return [pod for pod in change.view.pods_on("") if any(v.persistent_volume_claim for v in pod.spec.volumes)]


def may_help(change: Change) -> bool:
    """Whether the change may make a Pod fit that fitted nowhere (upstream's queueing hints)."""
    before, after = change.before, change.after
    if change.key.kind == "StorageClass":
        return before is None
    if change.key.kind == "Node":
        return after is not None and (before is None or node_properties_change(before, after))
    return holds_resources(before) and not holds_resources(after)


def node_properties_change(before: Node, after: Node) -> bool:
    """Whether anything changed that may let more Pods fit a node (``NodeSchedulingPropertiesChange``).

    A node that is cordoned or gets a taint helps nobody.
    """
    return (
        (before.spec.unschedulable and not after.spec.unschedulable)
        or any(taint not in after.spec.taints for taint in before.spec.taints)
        or before.metadata.labels != after.metadata.labels
        or before.status.allocatable != after.status.allocatable
        or before.status.capacity != after.status.capacity
    )


def holds_resources(pod: Any) -> bool:
    """Whether the Pod takes something of a node."""
    return pod is not None and bool(pod.spec.node_name) and pod.status.phase not in ("Succeeded", "Failed")


def joined(change: Change) -> bool:
    """Whether a Pod has come to run somewhere, or runs under other labels: others may want to be near it."""
    before, after = change.before, change.after
    if change.key.kind != "Pod" or after is None or not after.spec.node_name:
        return False
    return before is None or not before.spec.node_name or before.metadata.labels != after.metadata.labels


def bind(pod: Pod, key: ObjectKey, search: Search) -> Bind:
    """The Pod goes to the best node."""
    best = search.best()
    node = best.info.name
    told = f"Successfully assigned {key.namespace}/{key.name} to {node}"
    return Bind(
        target=key,
        node=node,
        uid=pod.metadata.uid,
        reason="Scheduled",
        message=chosen_message(pod, search, best),
        events=(EventNote(key, "Scheduled", told, component=DEFAULT_SCHEDULER_NAME, uid=pod.metadata.uid),),
    )


def handle_scheduling_failure(view: View, pod: Pod, key: ObjectKey, why: str, attempt: Attempt) -> Wanted:
    """The Pod waits, and its status says why; nothing when it says so already (``handleSchedulingFailure``).

    Where room is made for it, the node is promised to it; where that is not tried, an old promise stays.
    """
    promised = pod.status.nominated_node_name if attempt.waits else attempt.node
    condition = PodCondition(
        type="PodScheduled",
        status="False",
        reason="Unschedulable",
        message=why,
        observed_generation=pod.metadata.generation,
    )
    conditions = with_condition(pod.status.conditions, condition, view.time)
    if conditions is pod.status.conditions and promised == pod.status.nominated_node_name:
        return ()
    told = why if len(why) <= MESSAGE_LIMIT else f"{why[: MESSAGE_LIMIT - 4]} ..."
    return (
        Update(
            object=evolve(pod, status=evolve(pod.status, conditions=conditions, nominated_node_name=promised)),
            subresource="status",
            reason="FailedScheduling",
            message=f"kube-scheduler found no node for {key}: {why}",
            events=(EventNote(key, "FailedScheduling", told, "Warning", DEFAULT_SCHEDULER_NAME, uid=pod.metadata.uid),),
        ),
    )
