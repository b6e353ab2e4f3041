"""The strategy RollingUpdate: new Pods come while old ones go, within what surge and unavailability allow.

Each reconcile takes one step: up with the new ReplicaSet if there is room, otherwise down with the old ones if enough
Pods are available. The two limits take turns in letting the next step through: a new Pod that becomes available
lets an old one go, an old one that is gone makes room for a new one.

Source: `pkg/controller/deployment/rolling.go`.
"""

from kubelab.api.apps import ReplicaSet
from kubelab.components.deployment.arithmetic import (
    active,
    max_surge,
    max_total,
    max_unavailable,
    min_available,
    new_rs_new_replicas,
    replicas_of,
    wanted,
)
from kubelab.components.deployment.progress import is_complete, sync_rollout_status
from kubelab.components.deployment.revision import cleanup_deployment, create_new_replica_set
from kubelab.components.deployment.rollout import Rollout


def rollout_rolling(rollout: Rollout) -> None:
    """Take the next step of a rolling update."""
    new = create_new_replica_set(rollout)
    if new is None:
        return
    moved = reconcile_new_replica_set(rollout, new) or reconcile_old_replica_sets(rollout, new)
    if not moved and is_complete(rollout.deployment, rollout.deployment.status):
        cleanup_deployment(rollout)
    sync_rollout_status(rollout)


def reconcile_new_replica_set(rollout: Rollout, new: ReplicaSet) -> bool:
    """Scale the new ReplicaSet up as far as there is room, or down to what is wanted; whether anything was done."""
    deployment = rollout.deployment
    size, total = replicas_of(new), replicas_of(deployment)
    if size == total:
        return False
    if size > total:
        rollout.scale(new, total, f"{rollout.name} wants only {total} Pods")
        return True
    others = wanted(rollout.old)
    target = new_rs_new_replicas(deployment, rollout.old, size)
    room = (
        f"{rollout.name} wants {total} Pods and may have {max_total(deployment)} at once "
        f"(maxSurge {max_surge(deployment)}); its old ReplicaSets want {others}"
    )
    rollout.scale(new, target, room)
    return target != size


def reconcile_old_replica_sets(rollout: Rollout, new: ReplicaSet) -> bool:
    """Scale the old ReplicaSets down as far as enough Pods stay available; whether anything was done."""
    old = active(rollout.old)
    if not old:
        return False
    # Pods of the new ReplicaSet that are not available yet must not let old ones go.
    new_unavailable = replicas_of(new) - new.status.available_replicas
    surplus = wanted(old) + replicas_of(new) - min_available(rollout.deployment) - new_unavailable
    if surplus <= 0:
        return False
    remaining, cleaned = cleanup_unhealthy_replicas(rollout, old, surplus)
    return cleaned + scale_down_old_replica_sets(rollout, remaining, new) > 0


def cleanup_unhealthy_replicas(rollout: Rollout, old: list[ReplicaSet], limit: int) -> tuple[list[ReplicaSet], int]:
    """Take away old Pods that are not available: nobody misses them, and they might block the rollout.

    Returns:
        the old ReplicaSets as they are then, and how many Pods they lost.
    """
    cleaned = 0
    remaining: list[ReplicaSet] = []
    for rs in old:
        size = replicas_of(rs)
        unhealthy = size - rs.status.available_replicas
        gone = min(limit - cleaned, unhealthy)
        if gone > 0:
            why = f"{unhealthy} of its Pods are not available, and losing {gone} of them makes nothing worse"
            rs = rollout.scale(rs, size - gone, why)
            cleaned += gone
        remaining.append(rs)
    return remaining, cleaned


def scale_down_old_replica_sets(rollout: Rollout, old: list[ReplicaSet], new: ReplicaSet) -> int:
    """Take away as many available old Pods as can be spared, from the oldest ReplicaSet first; gives their number."""
    deployment = rollout.deployment
    available = sum(rs.status.available_replicas for rs in (*old, new))
    needed = min_available(deployment)
    spare = available - needed
    gone = 0
    for rs in old:
        size = replicas_of(rs)
        step = min(size, spare - gone)
        if step > 0:
            why = (
                f"{available} Pods of {rollout.name} are available and {needed} must stay so "
                f"(maxUnavailable {max_unavailable(deployment)}), so {spare} can be spared"
            )
            rollout.scale(rs, size - step, why)
            gone += step
    return gone
