"""taint eviction controller: deletes Pods from Nodes that have a NoExecute taint.

- **Desired:** on a Node with NoExecute taints run only Pods that tolerate all of them, and no longer than they do.
- **Actual:** the Node's taints, the Pod's tolerations, the clock.
- **Action:** a Pod that does not tolerate a taint is deleted at once. One that tolerates it for a number of seconds
  (``tolerationSeconds``; 300 for lost nodes, unless the Pod says otherwise) is deleted when they are over, unless
  the taint has gone by then.

Deleted means here: the API server is asked to. On a Node whose machine is dead nobody is there to stop the
containers and confirm, so the Pod stays Terminating until the machine is back, or the Node is deleted.

**In Kubernetes:** `pkg/controller/tainteviction`.

**Simplified:** the seconds count from when the taint was written (its ``timeAdded``, which only the node lifecycle
controller sets, or what etcd remembers), or from when the Pod was bound if that was later; upstream counts from when it
noticed, and again after a restart.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from kubelab.api.conditions import find, with_condition
from kubelab.api.core.affinity import Toleration
from kubelab.api.core.node import Node, Taint
from kubelab.api.core.pod import Pod
from kubelab.api.core.pod_status import PodCondition
from kubelab.api.model import evolve
from kubelab.api.placement import tolerated, tolerates
from kubelab.state.component import Wanted
from kubelab.state.requests import Delete, EventNote, Record, Request, Requeue, Update
from kubelab.state.snapshot import SECOND, Change, ObjectKey, View, key_of

EVICTION = "TaintManagerEviction"


class TaintEvictionController:
    """Evicts Pods that do not tolerate their Node's NoExecute taints. Keys: Pods."""

    name: ClassVar[str] = "taint-eviction-controller"
    watches: ClassVar[tuple[str, ...]] = ("Node", "Pod")

    def enqueue(self, change: Change) -> Iterator[ObjectKey]:
        """The Pods of a Node whose NoExecute taints change; a Pod that comes to a Node that has some."""
        if change.key.kind == "Node":
            if change.after is not None and no_execute_taints(change.before) != no_execute_taints(change.after):
                yield from (key_of(pod) for pod in change.view.pods_on(change.key.name))
            return
        before, after = change.before, change.after
        pod = after if after is not None else before
        if pod is None or not pod.spec.node_name or (before and after and before.spec is after.spec):
            return
        if no_execute_taints(change.view.get("Node", "", pod.spec.node_name)):
            yield change.key

    def reconcile(self, view: View, key: ObjectKey) -> Wanted:
        """Evict the Pod when its time is over, or look again then."""
        pod = view.find(key)
        if pod is None or not pod.spec.node_name:
            return ()
        node: Node | None = view.get("Node", "", pod.spec.node_name)
        if node is None:
            return ()
        taints = no_execute_taints(node)
        end = end_of_toleration(pod, {taint: written_at(view, node, taint) for taint in taints})
        if end is None:
            return ()
        if view.now < end:
            return (Requeue(at=end),)
        return evict(view, pod, taints)

    def called_off(self, view: View, key: ObjectKey) -> Sequence[Request]:
        """Say that a Pod need not go any more: the taint has gone, or the Pod has (``cancelWorkWithEvent``)."""
        told = f"Cancelling deletion of Pod {key.namespace}/{key.name}"
        why = f"{self.name} will not delete {key}: it is not on a Node any more that drives it away."
        return (Record(target=key, reason=EVICTION, message=why, events=(EventNote(key, EVICTION, told),)),)


def no_execute_taints(node: Node | None) -> tuple[Taint, ...]:
    """The taints of a Node that drive Pods away."""
    return tuple(t for t in node.spec.taints if t.effect == "NoExecute") if node is not None else ()


def written_at(view: View, node: Node, taint: Taint) -> int:
    """Since when a Node has had a taint, in seconds since 1970; 0 where that is not known any more."""
    if taint.time_added is not None:
        return taint.time_added
    version: Node | None = node
    while version is not None:
        entry = view.snapshot.history.get(int(version.metadata.resource_version or 0))
        if entry is None:
            return 0
        version = entry.before
        if version is None or taint not in version.spec.taints:
            return entry.by.at // SECOND if entry.by is not None else 0
    return 0


def end_of_toleration(pod: Pod, taints: Mapping[Taint, int]) -> int | None:
    """Until when the Pod may stay, in microseconds since 1970: 0 is at once, None is for ever.

    Args:
        pod: the Pod.
        taints: the NoExecute taints of its Node, and since when it has had each, in seconds since 1970.
    """
    if not all(tolerated(pod.spec.tolerations, taint) for taint in taints):
        return 0
    bound = bound_at(pod)
    ends = [
        max(since, bound) + max(toleration.toleration_seconds, 0)
        for taint, since in taints.items()
        for toleration in first_match(pod, taint)
        if toleration.toleration_seconds is not None
    ]
    return min(ends) * SECOND if ends else None


def first_match(pod: Pod, taint: Taint) -> list[Toleration]:
    """The toleration that counts for a taint: the first that matches (``GetMatchingTolerations``)."""
    return [t for t in pod.spec.tolerations if tolerates(t, taint)][:1]


def bound_at(pod: Pod) -> int:
    """When the Pod was bound to its Node, in seconds since 1970."""
    scheduled = find(pod.status.conditions, "PodScheduled")
    since = scheduled.last_transition_time if scheduled is not None and scheduled.status == "True" else None
    return since or pod.metadata.creation_timestamp or 0


def evict(view: View, pod: Pod, taints: tuple[Taint, ...]) -> Wanted:
    """Mark the Pod as disrupted, and delete it; one that is on its way out already is only marked."""
    key = key_of(pod)
    why = ", ".join(f"{t.key}:{t.effect}" for t in taints)
    note = EventNote(key, EVICTION, f"Marking for deletion Pod {key.namespace}/{key.name}")
    condition = PodCondition(
        type="DisruptionTarget",
        status="True",
        observed_generation=pod.metadata.generation,
        reason="DeletionByTaintManager",
        message="Taint manager: deleting due to NoExecute taint",
    )
    conditions = with_condition(pod.status.conditions, condition, view.time)
    mark = Update(
        object=evolve(pod, status=evolve(pod.status, conditions=conditions)),
        subresource="status",
        reason="DeletionByTaintManager",
        message=f"taint-eviction-controller noted in {key} that it is about to be evicted.",
    )
    delete = Delete(
        target=key,
        uid=pod.metadata.uid,
        reason=EVICTION,
        message=(
            f"taint-eviction-controller deleted {key} from Node {pod.spec.node_name}: it does not tolerate "
            f"{why}, or not for longer."
        ),
        events=(note,),
    )
    if pod.metadata.deletion_timestamp is not None:
        marked = find(pod.status.conditions, "DisruptionTarget")
        return () if marked is not None and marked.status == "True" else (evolve(mark, events=(note,)),)
    return (delete,) if conditions is pod.status.conditions else (mark, delete)
