"""What the status of a Pod says: is it ready, available, active, on its way out?

Every controller that counts Pods asks these questions, and all of them must get the same answers.

Source: `pkg/api/v1/pod/util.go`; `pkg/controller/controller_utils.go`.
"""

from kubelab.api.core.pod import Pod
from kubelab.api.core.pod_status import PodCondition
from kubelab.state.snapshot import SECOND


def ready_condition(pod: Pod) -> PodCondition | None:
    """The condition ``Ready`` of a Pod, or None while nobody has set it."""
    for condition in pod.status.conditions:
        if condition.type == "Ready":
            return condition
    return None


def is_pod_ready(pod: Pod) -> bool:
    """Whether the Pod may be sent traffic."""
    condition = ready_condition(pod)
    return condition is not None and condition.status == "True"


def pod_ready_time(pod: Pod) -> int | None:
    """Since when the Pod is ready, in microseconds since 1970; None when it is not, or nobody knows."""
    condition = ready_condition(pod)
    if condition is None or condition.status != "True" or condition.last_transition_time is None:
        return None
    return condition.last_transition_time * SECOND


def is_pod_available(pod: Pod, min_ready_seconds: int, now: int) -> bool:
    """Whether the Pod has been ready for at least `min_ready_seconds`; `now` is in microseconds since 1970."""
    if not is_pod_ready(pod):
        return False
    if not min_ready_seconds:
        return True
    since = pod_ready_time(pod)
    return since is not None and since + min_ready_seconds * SECOND <= now


def is_pod_terminal(pod: Pod) -> bool:
    """Whether all containers have ended and none will start again."""
    return pod.status.phase in ("Succeeded", "Failed")


def is_pod_active(pod: Pod) -> bool:
    """Whether the Pod counts as one of those that its controller wants: neither ended nor being deleted."""
    return pod.metadata.deletion_timestamp is None and pod.status.phase not in ("Succeeded", "Failed")


def is_pod_terminating(pod: Pod) -> bool:
    """Whether the Pod is being deleted while its containers may still run."""
    return pod.metadata.deletion_timestamp is not None and not is_pod_terminal(pod)
