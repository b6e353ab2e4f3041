"""How long a Job waits before it replaces a Pod that has failed: 10 s, 20 s, 40 s ... up to ten minutes.

The count starts anew with every Pod that succeeds.

Source: `pkg/controller/job/backoff_utils.go`.

**Simplified:** upstream remembers the failures that it has seen, until it is restarted. Here they are read from the
Pods that are still there: with a failed Pod that is deleted, what it made the Job wait is forgotten, too.
"""

from collections.abc import Iterable
from typing import NamedTuple

from kubelab.api.core.pod import Pod
from kubelab.state.pods import ready_condition
from kubelab.state.snapshot import SECOND

DEFAULT_JOB_POD_FAILURE_BACK_OFF = 10 * SECOND
MAX_JOB_POD_FAILURE_BACK_OFF = 600 * SECOND


class Failures(NamedTuple):
    """The failures after the last success.

    Attributes:
        number: how many there are.
        last: when the last of them was, in microseconds since 1970.
    """

    number: int
    last: int


NO_FAILURES = Failures(0, 0)


def failures_after_last_success(succeeded: Iterable[Pod], failed: Iterable[Pod]) -> Failures:
    """Which failures make a Job wait."""
    last_success = max(map(finished_time, succeeded), default=-1)
    times = [at for at in map(finished_time, failed) if at > last_success]
    return Failures(len(times), max(times, default=0))


def remaining_time(failures: Failures, now: int) -> int:
    """How long no Pod is created, in microseconds; 0 means that one may be."""
    if failures.number == 0:
        return 0
    back_off = DEFAULT_JOB_POD_FAILURE_BACK_OFF
    for _ in range(1, failures.number):
        back_off = min(back_off * 2, MAX_JOB_POD_FAILURE_BACK_OFF)
        if back_off == MAX_JOB_POD_FAILURE_BACK_OFF:
            break
    return max(back_off - (now - failures.last), 0)


def finished_time(pod: Pod) -> int:
    """When a Pod ended, in microseconds since 1970.

    That is when the last of its containers did; else since when it is not ready; else when it was deleted.
    """
    at = _from_containers(pod)
    if at is None:
        ready = ready_condition(pod)
        if ready is not None and ready.status == "False":
            at = ready.last_transition_time
    if at is None and pod.metadata.deletion_timestamp is not None:
        at = pod.metadata.deletion_timestamp - (pod.metadata.deletion_grace_period_seconds or 0)
    if at is None:
        at = pod.metadata.creation_timestamp or 0
    return at * SECOND


def _from_containers(pod: Pod) -> int | None:
    sidecars = {c.name for c in pod.spec.init_containers if c.restart_policy == "Always"}
    status = pod.status
    held = (*status.container_statuses, *(s for s in status.init_container_statuses if s.name in sidecars))
    times = [None if s.state.terminated is None else s.state.terminated.finished_at for s in held]
    ended = [at for at in times if at is not None]
    return max(ended) if ended and len(ended) == len(times) else None
