"""protection controllers: a claim in use is not deleted under its Pods, nor a volume under its claim.

- **Desired:** a PersistentVolumeClaim stays as long as a Pod on some node mounts it; a PersistentVolume as long as it
  is bound to a claim.
- **Actual:** objects that are being deleted and have the finalizer ``kubernetes.io/pvc-protection`` or
  ``kubernetes.io/pv-protection``, and who uses them.
- **Action:** takes the finalizer off when nobody does, whereupon the API server removes the object; puts it on objects
  that lack it.

**In Kubernetes:** `pkg/controller/volume/pvcprotection`, `pkg/controller/volume/pvprotection`.

**Simplified:** claims of generic ephemeral volumes are not looked at.
"""

from collections.abc import Iterator
from typing import ClassVar

from kubelab.api.model import evolve
from kubelab.state.component import Wanted
from kubelab.state.requests import Update
from kubelab.state.snapshot import Change, Object, ObjectKey, View, key_of

CLAIM_FINALIZER = "kubernetes.io/pvc-protection"
VOLUME_FINALIZER = "kubernetes.io/pv-protection"


class ClaimProtectionController:
    """Keeps claims while Pods mount them. Keys: PersistentVolumeClaims."""

    name: ClassVar[str] = "persistentvolumeclaim-protection-controller"
    watches: ClassVar[tuple[str, ...]] = ("PersistentVolumeClaim", "Pod")

    def enqueue(self, change: Change) -> Iterator[ObjectKey]:
        """A claim that changes, and the claims of a Pod that is gone."""
        if change.key.kind == "PersistentVolumeClaim":
            if change.after is not None:
                yield change.key
        elif change.after is None and change.before is not None:
            for volume in change.before.spec.volumes:
                if volume.persistent_volume_claim is not None:
                    name = volume.persistent_volume_claim.claim_name
                    yield ObjectKey("PersistentVolumeClaim", change.key.namespace, name)

    def reconcile(self, view: View, key: ObjectKey) -> Wanted:
        """Protect the claim, or let it go."""
        claim = view.find(key)
        if claim is None:
            return ()
        # A Pod that has ended still counts: only when it is gone nobody can want to look into its volume.
        in_use = any(pod.spec.node_name for pod in view.using_claim(key.namespace, key.name, "Pod"))
        return protect_or_release(self.name, claim, CLAIM_FINALIZER, in_use, "no Pod on any node mounts it")


class VolumeProtectionController:
    """Keeps volumes while they are bound. Keys: PersistentVolumes."""

    name: ClassVar[str] = "persistentvolume-protection-controller"
    watches: ClassVar[tuple[str, ...]] = ("PersistentVolume",)

    def enqueue(self, change: Change) -> Iterator[ObjectKey]:
        """A volume that changes."""
        if change.after is not None:
            yield change.key

    def reconcile(self, view: View, key: ObjectKey) -> Wanted:
        """Protect the volume, or let it go."""
        volume = view.find(key)
        if volume is None:
            return ()
        in_use = volume.status.phase == "Bound"
        return protect_or_release(self.name, volume, VOLUME_FINALIZER, in_use, "it is bound to no claim")


def protect_or_release(actor: str, obj: Object, finalizer: str, in_use: bool, why: str) -> Wanted:
    """Put the finalizer on what lives without it; take it off what is to go and is not in use."""
    finalizers, deleted = obj.metadata.finalizers, obj.metadata.deletion_timestamp is not None
    if deleted and finalizer in finalizers and not in_use:
        kept = tuple(f for f in finalizers if f != finalizer)
        text = f"took the finalizer {finalizer} off {key_of(obj)}: {why}, so it may go"
        reason = "FinalizerRemoved"
    elif not deleted and finalizer not in finalizers:
        kept = (*finalizers, finalizer)
        text = f"put the finalizer {finalizer} on {key_of(obj)}, so that it is not deleted while it is in use"
        reason = "FinalizerAdded"
    else:
        return ()
    changed = evolve(obj, metadata=evolve(obj.metadata, finalizers=kept))
    return (Update(object=changed, reason=reason, message=f"{actor} {text}."),)
