"""persistent volume controller: ties each PersistentVolumeClaim to a PersistentVolume.

- **Desired:** each claim is bound to a volume that is large enough, of its class and can be shared as it asks; each
  volume whose claim is gone is dealt with as its reclaim policy says.
- **Actual:** what claim and volume say of each other: ``spec.volumeName`` and ``spec.claimRef``, and their phases.
- **Action:** binds a claim to the smallest volume that fits; asks the provisioner of its StorageClass for one when
  none does; releases and reclaims volumes. Claim and volume are two objects, so that a binding takes four writes:
  volume, its status, claim, its status. After a crash between two of them the rest still follows.

A claim whose class says ``WaitForFirstConsumer`` waits until the scheduler has chosen a node for a Pod that mounts it,
and written that into the annotation ``volume.kubernetes.io/selected-node``.

**In Kubernetes:** `pkg/controller/volume/persistentvolume`.

**Simplified:** what upstream tries again every fifteen seconds, and tells each time by an Event, is done and told here
when something has changed. No volume plugin can recycle, or delete a volume that no provisioner made. Volumes do not
grow, are not attached to nodes, and hold no data.
"""

from collections.abc import Iterator
from typing import ClassVar

from kubelab.components.persistentvolume.claims import sync_claim
from kubelab.components.persistentvolume.volumes import sync_volume
from kubelab.state.component import Wanted
from kubelab.state.requests import Requeue
from kubelab.state.snapshot import SECOND, Change, Object, ObjectKey, View, key_of, keys


class PersistentVolumeController:
    """Binds claims and volumes. Keys: PersistentVolumeClaims and PersistentVolumes.

    Attributes:
        resync_period: every so many seconds a claim that waits looks for a volume, as upstream does it
            (``--pvclaimbinder-sync-period``); 0 means as soon as one comes free.
    """

    name: ClassVar[str] = "persistentvolume-controller"
    watches: ClassVar[tuple[str, ...]] = ("PersistentVolume", "PersistentVolumeClaim", "StorageClass")

    def __init__(self, resync_period: int = 0) -> None:
        self.resync_period = resync_period

    def enqueue(self, change: Change) -> Iterator[ObjectKey]:
        """The object itself, its counterpart, and the claims that wait for something like it."""
        view = change.view
        if change.key.kind == "StorageClass":
            if self.resync_period:
                return
            yield from keys(view.unbound("PersistentVolumeClaim", change.key.name))
            # A new default class is for the claims that name none.
            yield from keys(view.unbound("PersistentVolumeClaim", ""))
            return
        if change.after is not None:
            yield change.key
        if change.key.kind == "PersistentVolume":
            yield from claims_concerned(change, any_free=not self.resync_period)
        else:
            yield from keys(view.using_claim(change.key.namespace, change.key.name, "PersistentVolume"))

    def reconcile(self, view: View, key: ObjectKey) -> Wanted:
        """Bring the claim, or the volume, one write nearer to where it should be."""
        found = view.find(key)
        if found is None:
            return ()
        if key.kind == "PersistentVolume":
            return sync_volume(view, found)
        writes = sync_claim(view, found)
        if not self.resync_period or found.status.phase != "Pending":
            return writes
        # Also where something is done: to have told of a claim changes nothing, so that nobody would look at it again.
        return [*writes, Requeue(at=next_round(view, found, self.resync_period), recurring=True)]


def next_round(view: View, claim: Object, period: int) -> int:
    """When a claim looks for a volume again, counted from when it was made."""
    since = (claim.metadata.creation_timestamp or 0) * SECOND
    return since + ((view.now - since) // (period * SECOND) + 1) * period * SECOND


def claims_concerned(change: Change, any_free: bool) -> Iterator[ObjectKey]:
    """The claims that a volume is or was for; those that it could be for, where a free one is noticed at once."""
    for volume in (change.before, change.after):
        if volume is not None and volume.spec.claim_ref is not None:
            yield ObjectKey("PersistentVolumeClaim", volume.spec.claim_ref.namespace, volume.spec.claim_ref.name)
    after = change.after if any_free else None
    if after is not None and is_free(after) and not (change.before is not None and is_free(change.before)):
        yield from (key_of(c) for c in change.view.unbound("PersistentVolumeClaim", after.spec.storage_class_name))


def is_free(volume: Object) -> bool:
    """Whether a volume can be given to any claim."""
    return volume.spec.claim_ref is None and volume.status.phase == "Available"
