"""Pod garbage collector: removes Pods of which no kubelet will ever confirm that they have ended.

- **Desired:** no Pod stays that nobody looks after.
- **Actual:** Pods whose Node is gone; Pods that are being deleted but were never bound; Pods that are being deleted on
  a Node that somebody has declared out of service.
- **Action:** marks such a Pod as Failed, and deletes it without a grace period.

**In Kubernetes:** `pkg/controller/podgc`.

It looks every twenty seconds, and believes that a Node is gone when it has not come back for forty: a Node may be
registered anew, and its Pods with it.

**Simplified:** ended Pods are not removed when there are too many of them (upstream: 12,500).
"""

from collections.abc import Iterator
from typing import ClassVar

from kubelab.api.conditions import find, with_condition
from kubelab.api.core.node import Node
from kubelab.api.core.pod import Pod
from kubelab.api.core.pod_status import PodCondition
from kubelab.api.model import evolve
from kubelab.state.component import Wanted
from kubelab.state.requests import Delete, Requeue, Update
from kubelab.state.snapshot import SECOND, Change, ObjectKey, View, key_of

PERIOD = 20 * SECOND
"""How often it looks, in microseconds. Source: `gcCheckPeriod`."""

QUARANTINE = 40 * SECOND
"""How long a Node must have been missing, in microseconds. Source: `quarantineTime`."""

OUT_OF_SERVICE = "node.kubernetes.io/out-of-service"
"""The taint by which a person says that the machine of a Node is certainly off."""

ORPHANED = PodCondition(
    type="DisruptionTarget", status="True", reason="DeletionByPodGC", message="PodGC: node no longer exists"
)


class PodGarbageCollector:
    """Removes Pods that are left over. Keys: Pods."""

    name: ClassVar[str] = "pod-garbage-collector"
    watches: ClassVar[tuple[str, ...]] = ("Node", "Pod")

    def enqueue(self, change: Change) -> Iterator[ObjectKey]:
        """The Pods of a Node that is gone or out of service, and each Pod that is left over already."""
        if change.key.kind == "Node":
            if change.after is None or out_of_service(change.after):
                yield from (key_of(pod) for pod in change.view.pods_on(change.key.name))
        elif change.after is not None and left_over(change.view, change.after):
            yield change.key

    def later(self, change: Change, key: ObjectKey) -> Requeue:
        """At its next look; of a Node that is missing, at the first after the quarantine."""
        pod = change.view.find(key)
        missing = pod is not None and pod.spec.node_name and change.view.get("Node", "", pod.spec.node_name) is None
        earliest = change.view.now + (QUARANTINE if missing else 1)
        return Requeue(at=-(-earliest // PERIOD) * PERIOD)

    def reconcile(self, view: View, key: ObjectKey) -> Wanted:
        """Mark the Pod as failed and delete it, if it is left over."""
        pod = view.find(key)
        if pod is None:
            return ()
        why = left_over(view, pod)
        if not why or is_as_good_as_gone(pod):
            return ()
        delete = Delete(
            target=key,
            grace_seconds=0,
            uid=pod.metadata.uid,
            reason="DeletionByPodGC",
            message=f"pod-garbage-collector deleted {key} at once: {why}, so nobody else would.",
        )
        return (delete,) if ended(pod) else (mark_failed(view, pod, why), delete)


def left_over(view: View, pod: Pod) -> str:
    """Why nobody looks after a Pod any more; "" when somebody does."""
    name = pod.spec.node_name
    terminating = pod.metadata.deletion_timestamp is not None
    if not name:
        return "it is being deleted and was never bound to a Node" if terminating else ""
    node = view.get("Node", "", name)
    if node is None:
        return f"its Node {name} no longer exists"
    if terminating and out_of_service(node):
        return f"it is being deleted and its Node {name} is out of service"
    return ""


def out_of_service(node: Node) -> bool:
    """Whether a Node is not ready and was declared out of service."""
    ready = find(node.status.conditions, "Ready")
    return any(t.key == OUT_OF_SERVICE for t in node.spec.taints) and (ready is None or ready.status != "True")


def ended(pod: Pod) -> bool:
    """Whether all containers of a Pod have ended for good."""
    return pod.status.phase in ("Succeeded", "Failed")


def is_as_good_as_gone(pod: Pod) -> bool:
    """Whether a Pod has been deleted without grace already, and only waits for its finalizers."""
    meta = pod.metadata
    return ended(pod) and meta.deletion_timestamp is not None and meta.deletion_grace_period_seconds == 0


def mark_failed(view: View, pod: Pod, why: str) -> Update:
    """Say in the Pod's status that it has failed: nobody is left who could say how it ended."""
    conditions = pod.status.conditions
    if pod.spec.node_name and view.get("Node", "", pod.spec.node_name) is None:
        generation = pod.metadata.generation
        conditions = with_condition(conditions, evolve(ORPHANED, observed_generation=generation), view.time)
    return Update(
        object=evolve(pod, status=evolve(pod.status, phase="Failed", conditions=conditions)),
        subresource="status",
        reason="DeletionByPodGC",
        message=f"pod-garbage-collector marked {key_of(pod)} as Failed: {why}.",
    )
