"""The storage of the Pods: a claim for each template and ordinal, which outlives the Pod, and who owns it.

`spec.persistentVolumeClaimRetentionPolicy` says what becomes of the claims; it works by owner references alone:

============ ============ =======================================================================
whenScaled   whenDeleted  owner of the claim
============ ============ =======================================================================
Retain       Retain       none
Retain       Delete       the StatefulSet
Delete       Retain       none; the Pod, once its ordinal is no longer wanted
Delete       Delete       the StatefulSet; the Pod instead, once its ordinal is no longer wanted
============ ============ =======================================================================

So nobody deletes a claim but the garbage collector, when its owner is gone.

Source: `pkg/controller/statefulset/stateful_pod_control.go`, `stateful_set_utils.go`.
"""

from collections.abc import Iterator

from kubelab.api.apps import StatefulSet
from kubelab.api.core.pod import Pod
from kubelab.api.core.storage import PersistentVolumeClaim
from kubelab.api.meta import OwnerReference
from kubelab.api.model import evolve
from kubelab.api.scalars import FrozenMap
from kubelab.components.statefulset.identity import ACTOR, claim_name, in_ordinal_range, ordinal_of
from kubelab.state.ownership import new_controller_ref
from kubelab.state.requests import Create, EventNote, Update
from kubelab.state.snapshot import View, key_of

Owner = StatefulSet | Pod


def policy_of(stateful_set: StatefulSet) -> tuple[bool, bool]:
    """Whether claims go when the set shrinks, and when it is deleted."""
    policy = stateful_set.spec.persistent_volume_claim_retention_policy
    if policy is None:
        return False, False
    return policy.when_scaled == "Delete", policy.when_deleted == "Delete"


def wanted_claims(stateful_set: StatefulSet, pod: Pod) -> Iterator[PersistentVolumeClaim]:
    """The claims of a Pod as they are to be made."""
    selector = stateful_set.spec.selector
    labels = FrozenMap() if selector is None else selector.match_labels
    for template in stateful_set.spec.volume_claim_templates:
        meta = evolve(
            template.metadata,
            name=claim_name(stateful_set, template, ordinal_of(pod)),
            namespace=stateful_set.metadata.namespace,
            labels=template.metadata.labels.with_(labels),
        )
        yield evolve(template, metadata=meta, status=type(template.status)())


def existing_claims(view: View, stateful_set: StatefulSet, pod: Pod) -> Iterator[PersistentVolumeClaim]:
    """The claims of a Pod that are there."""
    for template in stateful_set.spec.volume_claim_templates:
        name = claim_name(stateful_set, template, ordinal_of(pod))
        found: PersistentVolumeClaim | None = view.get("PersistentVolumeClaim", stateful_set.metadata.namespace, name)
        if found is not None:
            yield found


def missing_claims(view: View, stateful_set: StatefulSet, pod: Pod) -> Iterator[Create]:
    """The creation of the claims of a Pod that are not there."""
    for claim in wanted_claims(stateful_set, pod):
        if view.find(key_of(claim)) is not None:
            continue
        name, set_name = claim.metadata.name, stateful_set.metadata.name
        told = f"Create Claim {name} Pod {pod.metadata.name} in StatefulSet {set_name} success"
        yield Create(
            object=claim,
            reason="SuccessfulCreate",
            message=f"{ACTOR} created PersistentVolumeClaim {name} for StatefulSet {set_name}: "
            f"Pod {pod.metadata.name} has storage of its own, which outlives it.",
            events=(EventNote(key_of(stateful_set), "SuccessfulCreate", told),),
        )


def being_deleted(view: View, stateful_set: StatefulSet, pod: Pod) -> bool:
    """Whether a claim of a Pod is on its way out: then the Pod has to wait."""
    claims = existing_claims(view, stateful_set, pod)
    return any(claim.metadata.deletion_timestamp is not None for claim in claims)


def claim_is_stale(view: View, stateful_set: StatefulSet, pod: Pod) -> bool:
    """Whether a claim belongs to an earlier Pod of this name and is about to go with it."""
    when_scaled, _ = policy_of(stateful_set)
    claims = existing_claims(view, stateful_set, pod)
    return when_scaled and any(_stale(claim, pod) for claim in claims)


def outdated_claims(view: View, stateful_set: StatefulSet, pod: Pod) -> list[PersistentVolumeClaim]:
    """The claims of a Pod whose owners are not as the policy says."""
    return [c for c in existing_claims(view, stateful_set, pod) if not _up_to_date(c, stateful_set, pod)]


def owners_updated(view: View, stateful_set: StatefulSet, pod: Pod) -> Iterator[Update]:
    """The writes that give the claims of a Pod the owners that the policy says."""
    for claim in outdated_claims(view, stateful_set, pod):
        name = claim.metadata.name
        events: tuple[EventNote, ...] = ()
        if _unexpected_controller(claim, stateful_set, pod):
            text = (
                f"PersistentVolumeClaim {name} has a conflicting OwnerReference that acts as a manging controller, "
                "the retention policy is ignored for this claim"
            )
            events = (EventNote(key_of(stateful_set), "ConflictingController", text, type="Warning"),)
        owners = tuple(_owners(claim, stateful_set, pod))
        whose = ", ".join(f"{o.kind} {o.name}" for o in owners) or "nobody"
        yield Update(
            object=evolve(claim, metadata=evolve(claim.metadata, owner_references=owners)),
            reason="RetentionPolicy",
            message=f"{ACTOR} made PersistentVolumeClaim {name} belong to {whose}: so says the retention policy of "
            f"StatefulSet {stateful_set.metadata.name}.",
            events=events,
        )


def _is(reference: OwnerReference, owner: Owner) -> bool:
    """Whether a reference means an object of this kind and name, under whatever uid."""
    return (reference.api_version, reference.kind, reference.name) == (
        owner.api_version,
        owner.kind,
        owner.metadata.name,
    )


def _stale(claim: PersistentVolumeClaim, owner: Owner) -> bool:
    """Whether the claim belongs to an earlier object of the owner's name."""
    first = next((r for r in claim.metadata.owner_references if _is(r, owner)), None)
    return first is not None and first.uid != owner.metadata.uid


def _has_owner(claim: PersistentVolumeClaim, owner: Owner) -> bool:
    return any(r.uid == owner.metadata.uid for r in claim.metadata.owner_references)


def _unexpected_controller(claim: PersistentVolumeClaim, stateful_set: StatefulSet, pod: Pod) -> bool:
    """Whether somebody else manages a claim whose fate the policy is to decide."""
    if not any(policy_of(stateful_set)):
        return False
    for reference in claim.metadata.owner_references:
        mine = next((o for o in (stateful_set, pod) if _is(reference, o)), None)
        if mine is not None:
            if reference.uid != mine.metadata.uid:
                return True
        elif reference.controller:
            return True
    return False


def _up_to_date(claim: PersistentVolumeClaim, stateful_set: StatefulSet, pod: Pod) -> bool:
    if _stale(claim, stateful_set) or _stale(claim, pod):
        return True
    of_set, of_pod = _has_owner(claim, stateful_set), _has_owner(claim, pod)
    if _unexpected_controller(claim, stateful_set, pod):
        return not (of_set or of_pod)
    ours = {stateful_set.metadata.uid, pod.metadata.uid}
    if any(r.uid in ours and not r.controller for r in claim.metadata.owner_references):
        return False
    wanted = _wanted_owner(stateful_set, pod)
    return (of_set, of_pod) == (wanted is stateful_set, wanted is pod)


def _wanted_owner(stateful_set: StatefulSet, pod: Pod) -> Owner | None:
    when_scaled, when_deleted = policy_of(stateful_set)
    if when_scaled and not in_ordinal_range(stateful_set, pod):
        return pod
    return stateful_set if when_deleted else None


def _owners(claim: PersistentVolumeClaim, stateful_set: StatefulSet, pod: Pod) -> Iterator[OwnerReference]:
    for reference in claim.metadata.owner_references:
        if not _is(reference, stateful_set) and not _is(reference, pod):
            yield reference
    wanted = _wanted_owner(stateful_set, pod)
    if wanted is not None and not _unexpected_controller(claim, stateful_set, pod):
        yield new_controller_ref(wanted)
