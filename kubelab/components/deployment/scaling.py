"""A Deployment that is scaled: outside of a rollout one ReplicaSet changes, in the middle of one all do, in proportion.

Keeping the proportions keeps the risk where it was: if scaling up only made the new ReplicaSet larger, a broken
template would get a larger part of the traffic, just because somebody scaled.

Source: `pkg/controller/deployment/sync.go` (scale, isScalingEvent).
"""

from kubelab.api.apps import ReplicaSet
from kubelab.components.deployment.arithmetic import (
    DESIRED_REPLICAS,
    active,
    annotated_number,
    is_rolling_update,
    is_saturated,
    max_total,
    proportion,
    replicas_of,
    wanted,
)
from kubelab.components.deployment.rollout import Rollout, age


def is_scaling_event(rollout: Rollout) -> bool:
    """Whether the Deployment wants another number of Pods than when its ReplicaSets were last scaled."""
    noted = (annotated_number(rs, DESIRED_REPLICAS) for rs in active(rollout.all))
    return any(number is not None and number != replicas_of(rollout.deployment) for number in noted)


def scale(rollout: Rollout) -> None:
    """Bring the ReplicaSets to the size of the Deployment, without moving the rollout on."""
    total = replicas_of(rollout.deployment)
    if not rollout.all:
        return
    only = active_or_latest(rollout)
    if only is not None:
        rollout.scale(only, total, f"{rollout.name} now wants {total} Pods, and no other ReplicaSet has any")
    elif is_saturated(rollout.deployment, rollout.new):
        for rs in active(rollout.old):
            rollout.scale(rs, 0, f"the new ReplicaSet of {rollout.name} has all {total} Pods, and they are available")
    elif is_rolling_update(rollout.deployment):
        scale_proportionally(rollout)


def active_or_latest(rollout: Rollout) -> ReplicaSet | None:
    """The only ReplicaSet that wants Pods; the newest if none does; None if several do."""
    some = active(rollout.all)
    if len(some) > 1:
        return None
    if some:
        return some[0]
    return rollout.new or rollout.old[-1]


def scale_proportionally(rollout: Rollout) -> None:
    """Share what is to be added or taken away among the ReplicaSets, by their size.

    The largest comes first. Of two of the same size the newer is the first to grow, the older the first to shrink.
    What rounding leaves over falls to the largest.
    """
    deployment = rollout.deployment
    total = replicas_of(deployment)
    allowed = max_total(deployment) if total > 0 else 0
    some = active(rollout.all)
    to_add = allowed - wanted(some)
    some.sort(key=age, reverse=to_add > 0)
    some.sort(key=replicas_of, reverse=True)
    sizes: list[int] = []
    added = 0
    for rs in some:
        share = proportion(deployment, rs, to_add, added)
        sizes.append(replicas_of(rs) + share)
        added += share
    if to_add:
        sizes[0] = max(0, sizes[0] + to_add - added)
    why = (
        f"{rollout.name} now wants {total} Pods and may have {allowed} at once; in the middle of a rollout "
        "every ReplicaSet keeps its share"
    )
    for rs, size in zip(some, sizes, strict=True):
        rollout.scale(rs, size, why, force=True)
