"""Tying a claim and a volume together, and saying how they are.

Each function gives the writes that are due next, or nothing when all is as it should be.

Source: `persistentvolume/pv_controller.go` (bind, unbindVolume, updateClaimStatus, updateVolumePhase).
"""

from kubelab.api.core.reference import ObjectReference
from kubelab.api.core.storage import PersistentVolume, PersistentVolumeClaim
from kubelab.api.model import evolve
from kubelab.components.persistentvolume.matching import STORAGE, is_bound_to
from kubelab.state.requests import EventNote, Record, Update
from kubelab.state.snapshot import Object, View, key_of

BIND_COMPLETED = "pv.kubernetes.io/bind-completed"
"""On a claim: it has been bound to a volume, so that it is lost when the volume is gone."""

BOUND_BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller"
"""On a claim or volume: the controller chose its counterpart, so that it may undo the choice."""

Writes = list[Update | Record]
"""At most one write of each object's spec: the next would be made from an object that is out of date."""


def bind(view: View, volume: PersistentVolume, claim: PersistentVolumeClaim) -> Writes:
    """The next writes of a binding: volume, status of the volume, claim and its status."""
    return (
        reserve(volume, claim)
        or set_volume_phase(view, volume, "Bound", f"it is bound to {key_of(claim)}")
        or complete(volume, claim)
    )


def complete(volume: PersistentVolume, claim: PersistentVolumeClaim) -> Writes:
    """Write into the claim which volume it has got, and that it is bound.

    Only the first of two writes says which version of the claim it was made from; if it is refused, both are.
    """
    pointed = point_to(claim, volume)
    if pointed:
        claim = evolve(claim, metadata=evolve(claim.metadata, resource_version=""))
    return [*pointed, *set_claim_phase(claim, "Bound", volume, f"it is bound to {key_of(volume)}")]


def reserve(volume: PersistentVolume, claim: PersistentVolumeClaim) -> Writes:
    """Write into the volume which claim it is for."""
    meta = claim.metadata
    reference = ObjectReference(
        kind="PersistentVolumeClaim",
        namespace=meta.namespace,
        name=meta.name,
        uid=meta.uid,
        api_version="v1",
        resource_version=meta.resource_version,
    )
    held, annotations = volume.spec.claim_ref, volume.metadata.annotations
    if not is_bound_to(volume, claim):
        annotations = annotations.with_({BOUND_BY_CONTROLLER: "yes"})
    elif held is not None and held.uid == meta.uid:
        return []
    return [
        Update(
            object=evolve(
                volume,
                metadata=evolve(volume.metadata, annotations=annotations),
                spec=evolve(volume.spec, claim_ref=reference),
            ),
            reason="VolumeReserved",
            message=f"persistentvolume-controller reserved {key_of(volume)} for {key_of(claim)}, which it fits.",
        )
    ]


def point_to(claim: PersistentVolumeClaim, volume: PersistentVolume) -> Writes:
    """Write into the claim which volume it has got."""
    annotations, name = claim.metadata.annotations, volume.metadata.name
    if claim.spec.volume_name != name:
        annotations = annotations.with_({BOUND_BY_CONTROLLER: "yes"})
    annotations = annotations.with_({BIND_COMPLETED: "yes"})
    if claim.spec.volume_name == name and annotations == claim.metadata.annotations:
        return []
    return [
        Update(
            object=evolve(
                claim,
                metadata=evolve(claim.metadata, annotations=annotations),
                spec=evolve(claim.spec, volume_name=name),
            ),
            reason="ClaimBound",
            message=f"persistentvolume-controller gave {key_of(claim)} the volume {name}.",
        )
    ]


def unbind(volume: PersistentVolume) -> Writes:
    """Take back a reservation whose claim has got another volume."""
    meta, reference = volume.metadata, volume.spec.claim_ref
    annotations = meta.annotations
    if BOUND_BY_CONTROLLER in annotations:
        reference, annotations = None, annotations.with_({BOUND_BY_CONTROLLER: None})
    elif reference is not None:
        reference = evolve(reference, uid="")
    return [
        Update(
            object=evolve(
                volume, metadata=evolve(meta, annotations=annotations), spec=evolve(volume.spec, claim_ref=reference)
            ),
            reason="VolumeUnbound",
            message=f"persistentvolume-controller freed {key_of(volume)}: its claim has got another volume.",
        )
    ]


def set_volume_phase(
    view: View, volume: PersistentVolume, phase: str, why: str, note: EventNote | None = None, message: str = ""
) -> Writes:
    """Say how the volume is."""
    if volume.status.phase == phase:
        return []
    status = evolve(volume.status, phase=phase, message=message, last_phase_transition_time=view.time)
    return [
        Update(
            object=evolve(volume, status=status),
            subresource="status",
            reason=f"Volume{phase}",
            message=f"persistentvolume-controller marked {key_of(volume)} as {phase}: {why}.",
            events=(note,) if note is not None else (),
        )
    ]


def set_claim_phase(
    claim: PersistentVolumeClaim,
    phase: str,
    volume: PersistentVolume | None,
    why: str,
    note: EventNote | None = None,
) -> Writes:
    """Say how the claim is, and what it has got."""
    status = claim.status
    if volume is None:
        status = type(status)(phase=phase, conditions=status.conditions)
    else:
        status = evolve(status, phase=phase, access_modes=volume.spec.access_modes)
        if claim.status.phase != phase and STORAGE in volume.spec.capacity:
            status = evolve(status, capacity=volume.spec.capacity)
    if status == claim.status:
        return []
    return [
        Update(
            object=evolve(claim, status=status),
            subresource="status",
            reason=f"Claim{phase}",
            message=f"persistentvolume-controller marked {key_of(claim)} as {phase}: {why}.",
            events=(note,) if note is not None else (),
        )
    ]


def tell(view: View, obj: Object, reason: str, text: str, type_: str = "Normal") -> Writes:
    """Record an Event about a claim or volume, unless that was the last thing told of it."""
    key = key_of(obj)
    told = [e for e in view.events(key) if e.uid == obj.metadata.uid]
    if told and (told[-1].reason, told[-1].message) == (reason, text):
        return []
    return [
        Record(
            target=key,
            reason=reason,
            message=f"persistentvolume-controller told of {key}: {text}",
            events=(EventNote(key, reason, text, type=type_),),
        )
    ]
