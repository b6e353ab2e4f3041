"""cloud node lifecycle controller: takes Nodes away whose machine does not exist in the cloud any more.

- **Desired:** every Node has an instance in the cloud; a Node whose instance is only shut down is tainted.
- **Actual:** the instances in the cloud, and whether the Node is ready.
- **Action:** of a Node that is not ready it asks the cloud: is there no such instance, it deletes the Node; is it shut
  down, it taints the Node, and takes the taint off when the Node is ready again.

The cloud is asked only about Nodes that are not ready: a terminated machine is found once its kubelet has been silent
for so long that the node lifecycle controller calls the Node lost.

**In Kubernetes:** `k8s.io/cloud-provider/controllers/nodelifecycle` (MonitorNodes).

**Simplified:** upstream looks at all Nodes every five seconds; here a Node that changes, and an instance that is
terminated, wake the controller.
"""

from collections.abc import Iterator
from typing import ClassVar

from kubelab.api.conditions import find
from kubelab.api.core.node import Node, Taint
from kubelab.api.model import evolve
from kubelab.state.component import Wanted
from kubelab.state.requests import Delete, EventNote, Request, Update
from kubelab.state.snapshot import Change, ObjectKey, View, key_of

SHUTDOWN = Taint(key="node.cloudprovider.kubernetes.io/shutdown", effect="NoSchedule")
"""The taint of a Node whose instance is shut down."""


class CloudNodeLifecycleController:
    """Compares Nodes with the instances in the cloud. Keys: Nodes."""

    name: ClassVar[str] = "cloud-node-lifecycle-controller"
    process: ClassVar[str] = "cloud-controller-manager"
    watches: ClassVar[tuple[str, ...]] = ("Node",)

    def enqueue(self, change: Change) -> Iterator[ObjectKey]:
        """Every Node that is there."""
        if change.after is not None:
            yield change.key

    def reconcile(self, view: View, key: ObjectKey) -> Wanted:
        """Delete the Node, or taint it, or take the taint off."""
        node: Node | None = view.find(key)
        cloud = view.snapshot.cloud
        if node is None or cloud is None or node.metadata.deletion_timestamp is not None:
            return ()
        tainted = any((t.key, t.effect) == (SHUTDOWN.key, SHUTDOWN.effect) for t in node.spec.taints)
        if is_ready(node):
            return (take_off(node),) if tainted else ()
        if key.name not in cloud.instances:
            return (delete(node),)
        return (shut_down(view, node),) if is_shut_down(view, key.name) and not tainted else ()


def is_ready(node: Node) -> bool:
    """Whether the kubelet of the Node is heard and well."""
    condition = find(node.status.conditions, "Ready")
    return condition is not None and condition.status == "True"


def is_shut_down(view: View, name: str) -> bool:
    """Whether the instance is there, but switched off."""
    machine = view.machine(name)
    return machine is not None and not machine.powered


def delete(node: Node) -> Request:
    """Delete a Node whose machine is gone for good."""
    key = key_of(node)
    text = f"Deleting node {key.name} because it does not exist in the cloud provider"
    return Delete(
        target=key,
        uid=node.metadata.uid,
        reason="DeletingNode",
        message=f"cloud-node-lifecycle-controller deleted {key}: its machine was terminated in the cloud.",
        events=(EventNote(key, "DeletingNode", text, uid=node.metadata.uid),),
    )


def shut_down(view: View, node: Node) -> Request:
    """Taint a Node whose machine is switched off."""
    taints = (*node.spec.taints, evolve(SHUTDOWN, time_added=view.time))
    return Update(
        object=evolve(node, spec=evolve(node.spec, taints=taints)),
        reason="NodeShutdown",
        message=(
            f"cloud-node-lifecycle-controller put the taint {SHUTDOWN.key}:{SHUTDOWN.effect} on {key_of(node)}: "
            "its machine is there in the cloud, but shut down."
        ),
    )


def take_off(node: Node) -> Request:
    """Take the taint off a Node that is back."""
    taints = tuple(t for t in node.spec.taints if t.key != SHUTDOWN.key)
    return Update(
        object=evolve(node, spec=evolve(node.spec, taints=taints)),
        reason="NodeStarted",
        message=f"cloud-node-lifecycle-controller took the taint {SHUTDOWN.key} off {key_of(node)}: it is ready again.",
    )
