"""attach/detach controller: a volume is at the machine on which a Pod needs it, and nowhere else.

- **Desired:** for each node with a Pod that uses a volume (and has not ended) there is a VolumeAttachment.
- **Actual:** the VolumeAttachments; whether the driver says that they are attached.
- **Action:** creates and deletes them. A volume that one node may have at a time waits until the other has given it
  back: ``Multi-Attach error``. A node that does not answer is waited for six minutes, unless somebody says by the
  taint ``node.kubernetes.io/out-of-service`` that it is off for good.

It attaches nothing itself: the storage driver does (`kubelab.components.csi_attacher`).

**In Kubernetes:** kube-controller-manager, `pkg/controller/volume/attachdetach` (reconciler).

**Simplified:** a healthy node counts as having unmounted a volume as soon as the Pod is gone; what is attached is not
told in the status of the Node. Since when the controller waits for a node is kept with the disk in the cloud, where
upstream keeps it in its memory.
"""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from kubelab.api.conditions import find
from kubelab.api.core.node import Node
from kubelab.api.core.pod import Pod
from kubelab.api.core.storage import PersistentVolume
from kubelab.api.meta import ObjectMeta
from kubelab.api.storage import VolumeAttachment, VolumeAttachmentSource, VolumeAttachmentSpec
from kubelab.state.attachments import attachment_name, is_attachable, is_shared, volumes_of
from kubelab.state.bootstrap import PROVISIONER
from kubelab.state.cloud_disks import WantDiskBack
from kubelab.state.component import Wanted
from kubelab.state.requests import Create, Delete, EventNote, Record, Request, Requeue
from kubelab.state.snapshot import SECOND, Change, ObjectKey, View, key_of

LONGEST_WAIT = 6 * 60 * SECOND
"""How long a node that does not answer is waited for."""

OUT_OF_SERVICE = "node.kubernetes.io/out-of-service"
ENDED = ("Succeeded", "Failed")


class AttachDetachController:
    """Runs as ``attachdetach-controller``; its keys are PersistentVolumes."""

    name: ClassVar[str] = "attachdetach-controller"
    watches: ClassVar[tuple[str, ...]] = ("Pod", "PersistentVolume", "VolumeAttachment", "Node")

    def enqueue(self, change: Change) -> Iterator[ObjectKey]:
        """A volume, the volumes of a Pod that has got a node or is gone, and those that are attached to a Node."""
        view, obj = change.view, change.after or change.before
        assert obj is not None
        if change.key.kind == "PersistentVolume":
            yield change.key
        elif change.key.kind == "VolumeAttachment":
            yield ObjectKey("PersistentVolume", "", obj.spec.source.persistent_volume_name or "")
        elif change.key.kind == "Node":
            for each in view.attached_to(change.key.name):
                yield ObjectKey("PersistentVolume", "", each.spec.source.persistent_volume_name or "")
        elif obj.spec.node_name:
            yield from (key_of(volume) for volume in volumes_of(view, obj))

    def reconcile(self, view: View, key: ObjectKey) -> Wanted:
        """Attach the volume where it is needed, and detach it elsewhere."""
        volume = view.find(key)
        held = view.attachments(key.name)
        pods = list(pods_using(view, volume)) if volume is not None and is_attachable(view, volume) else []
        needed = {pod.spec.node_name: [p for p in pods if p.spec.node_name == pod.spec.node_name] for pod in pods}
        wanted: list[Request | Requeue] = []
        for each in held:
            if each.spec.node_name in needed:
                wanted += keep(view, each, needed[each.spec.node_name])
            elif each.metadata.deletion_timestamp is None:
                wanted += detach(view, each)
        there = {each.spec.node_name for each in held}
        for node in sorted(needed.keys() - there):
            assert volume is not None
            wanted += attach(view, volume, node, needed, there)
            if not is_shared(volume):
                there.add(node)
        return tuple(wanted)


def pods_using(view: View, volume: PersistentVolume) -> Iterator[Pod]:
    """The Pods on some node that use a volume by its claim and have not ended."""
    claim = volume.spec.claim_ref
    if claim is None:
        return
    for pod in view.using_claim(claim.namespace, claim.name, "Pod"):
        if pod.spec.node_name and pod.status.phase not in ENDED:
            yield pod


def attach(
    view: View, volume: PersistentVolume, node: str, needed: dict[str, list[Pod]], there: Iterable[str]
) -> list[Request | Requeue]:
    """Let a volume be attached to a node, or tell its Pods why it cannot be."""
    others = sorted(there)
    if others and not is_shared(volume):
        holders = [pod for other in others for pod in needed.get(other, ())]
        return multi_attach_error(view, volume, needed[node], holders)
    name = volume.metadata.name
    return [
        Create(
            object=VolumeAttachment(
                metadata=ObjectMeta(name=attachment_name(volume, node)),
                spec=VolumeAttachmentSpec(
                    attacher=PROVISIONER, source=VolumeAttachmentSource(persistent_volume_name=name), node_name=node
                ),
            ),
            reason="AttachVolume",
            message=(
                f"{AttachDetachController.name} asked for PersistentVolume {name} to be attached to Node {node}: "
                f"{key_of(needed[node][0])} needs it there."
            ),
        )
    ]


def multi_attach_error(
    view: View, volume: PersistentVolume, pods: list[Pod], others: list[Pod]
) -> list[Request | Requeue]:
    """Tell Pods that their volume is at another node, once each."""
    wanted: list[Request | Requeue] = []
    for pod in pods:
        local = [each.metadata.name for each in others if each.metadata.namespace == pod.metadata.namespace]
        elsewhere = len(others) - len(local)
        if not others:
            why = "Volume is already exclusively attached to one node and can't be attached to another"
        elif local:
            why = f"Volume is already used by pod(s) {', '.join(local)}"
            why += f" and {elsewhere} pod(s) in different namespaces" if elsewhere else ""
        else:
            why = f"Volume is already used by {elsewhere} pod(s) in different namespaces"
        text = f'Multi-Attach error for volume "{volume.metadata.name}" {why}'
        wanted += record(view, pod, "FailedAttachVolume", text, "Warning")
    return wanted


def keep(view: View, held: VolumeAttachment, pods: list[Pod]) -> list[Request | Requeue]:
    """A volume that is needed where it is: tell the Pods when it has been attached."""
    name = held.spec.source.persistent_volume_name or ""
    wanted: list[Request | Requeue] = list(_wait(view, held, False))
    if held.status.attached and held.metadata.deletion_timestamp is None:
        text = f'AttachVolume.Attach succeeded for volume "{name}" '
        for pod in pods:
            if pod.status.phase == "Pending":
                wanted += record(view, pod, "SuccessfulAttachVolume", text, "Normal")
    return wanted


def record(view: View, pod: Pod, reason: str, text: str, type: str) -> list[Request | Requeue]:
    """Record an Event about a Pod, if it is not yet."""
    key, uid = key_of(pod), pod.metadata.uid
    if any((each.uid, each.reason) == (uid, reason) for each in view.events(key)):
        return []
    message = f"{AttachDetachController.name} told of {key}: {text.strip()}."
    return [Record(target=key, reason=reason, message=message, events=(EventNote(key, reason, text, type),))]


def detach(view: View, held: VolumeAttachment) -> list[Request | Requeue]:
    """Let a volume be detached from a node where nobody needs it; a node that does not answer is waited for."""
    node: Node | None = view.get("Node", "", held.spec.node_name)
    if is_healthy(node) or is_out_of_service(node):
        return [_delete(held, "no Pod there needs it any more")]
    since = _waits_since(view, held)
    if since is None:
        return _wait(view, held, True) or [_delete(held, "the cloud does not know it any more")]
    if view.now < since + LONGEST_WAIT:
        return [Requeue(at=since + LONGEST_WAIT)]
    return [_delete(held, "the machine has not answered for six minutes, so nobody can tell whether it is unmounted")]


def is_healthy(node: Node | None) -> bool:
    """Whether a Node is Ready."""
    ready = find(node.status.conditions, "Ready") if node is not None else None
    return ready is not None and ready.status == "True"


def is_out_of_service(node: Node | None) -> bool:
    """Whether somebody has said that the machine is off for good."""
    return node is not None and any(each.key == OUT_OF_SERVICE for each in node.spec.taints)


def _delete(held: VolumeAttachment, why: str) -> Delete:
    volume, node = held.spec.source.persistent_volume_name, held.spec.node_name
    return Delete(
        target=key_of(held),
        uid=held.metadata.uid,
        reason="DetachVolume",
        message=(
            f"{AttachDetachController.name} asked for PersistentVolume {volume} to be detached from Node {node}: {why}."
        ),
    )


def _waits_since(view: View, held: VolumeAttachment) -> int | None:
    cloud = view.snapshot.cloud
    disk = cloud.disks.get(held.spec.source.persistent_volume_name or "") if cloud is not None else None
    return None if disk is None else disk.wanted_back.get(held.spec.node_name)


def _wait(view: View, held: VolumeAttachment, wanted: bool) -> list[Request | Requeue]:
    """Begin to wait for a node, or end it; nothing where that is so already."""
    cloud = view.snapshot.cloud
    name, node = held.spec.source.persistent_volume_name or "", held.spec.node_name
    if cloud is None or name not in cloud.disks or (_waits_since(view, held) is not None) is wanted:
        return []
    does = "waits for" if wanted else "no longer waits for"
    message = f"{AttachDetachController.name} {does} Node {node} to give PersistentVolume {name} back"
    message += ", for six minutes at most: its machine does not answer." if wanted else "."
    target = ObjectKey("PersistentVolume", "", name)
    return [WantDiskBack(target=target, disk=name, node=node, wanted=wanted, reason="DetachVolume", message=message)]
