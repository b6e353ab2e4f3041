"""The strategy Recreate: all old Pods end before the first new one starts.

The application is away for a while, but two versions of it never run side by side.

Source: `pkg/controller/deployment/recreate.go`.
"""

from kubelab.components.deployment.arithmetic import active, replicas_of
from kubelab.components.deployment.progress import is_complete, sync_rollout_status
from kubelab.components.deployment.revision import cleanup_deployment, create_new_replica_set
from kubelab.components.deployment.rollout import Rollout
from kubelab.state.pods import is_pod_terminal


def rollout_recreate(rollout: Rollout) -> None:
    """Take the next step: first everything old down to nothing, then the new ReplicaSet up to all."""
    if scale_down_old_replica_sets(rollout) or old_pods_running(rollout):
        sync_rollout_status(rollout)
        return
    new = create_new_replica_set(rollout)
    if new is None:
        return
    total = replicas_of(rollout.deployment)
    rollout.scale(new, total, f"no old Pod of {rollout.name} is left, so all {total} new ones may start (Recreate)")
    if is_complete(rollout.deployment, rollout.deployment.status):
        cleanup_deployment(rollout)
    sync_rollout_status(rollout)


def scale_down_old_replica_sets(rollout: Rollout) -> bool:
    """Let every old ReplicaSet want no Pods any more; whether any of them did."""
    old = active(rollout.old)
    for rs in old:
        rollout.scale(rs, 0, f"{rollout.name} has another template now, and Recreate ends all old Pods first")
    return bool(old)


def old_pods_running(rollout: Rollout) -> bool:
    """Whether an old Pod still runs, or may still run."""
    if any(rs.status.replicas > 0 for rs in rollout.old):
        return True
    return any(not is_pod_terminal(pod) for rs in rollout.old for pod in rollout.view.owned(rs.metadata.uid, "Pod"))
