"""What ``kubectl get pods`` says of a Pod: above all its STATUS, which is stored nowhere.

Source: `pkg/printers/internalversion/printers.go` (``printPod``).
"""

from collections.abc import Mapping, Sequence

import attrs

from kubelab.api.core.container import Container
from kubelab.api.core.container_status import ContainerStatus
from kubelab.api.core.pod import Pod
from kubelab.api.scalars import Time
from kubelab.state.pods import is_pod_ready, is_pod_terminal


@attrs.frozen
class PodSummary:
    """A Pod in four words.

    Attributes:
        status: the STATUS column: ``Running``, ``ContainerCreating``, ``CrashLoopBackOff``, ``Init:0/2``, ...
        ready: how many containers are ready.
        total: how many containers count.
        restarts: how often containers were started again.
        last_restart: when one of them ended last before it was started again, or None.
    """

    status: str
    ready: int
    total: int
    restarts: int
    last_restart: Time | None


@attrs.define
class _Tally:
    """What is counted while the statuses are read."""

    reason: str
    ready: int = 0
    restarts: int = 0
    last: int = 0
    sidecar_restarts: int = 0
    sidecar_last: int = 0
    initializing: bool = False


def summary(pod: Pod) -> PodSummary:
    """What kubectl says of a Pod."""
    status = pod.status
    tally = _Tally(status.reason or status.phase)
    for condition in status.conditions:
        if condition.type == "PodScheduled" and condition.reason == "SchedulingGated":
            tally.reason = "SchedulingGated"
    init = {container.name: container for container in pod.spec.init_containers}
    sidecars = sum(is_restartable(container) for container in pod.spec.init_containers)
    _read_init(status.init_container_statuses, init, len(pod.spec.init_containers), tally)
    if not tally.initializing or _is_initialized(pod):
        tally.restarts, tally.last = tally.sidecar_restarts, tally.sidecar_last
        _read_main(status.container_statuses, is_pod_ready(pod), tally)
    reason = tally.reason
    if pod.metadata.deletion_timestamp is not None:
        if status.reason == "NodeLost":
            reason = "Unknown"
        elif not is_pod_terminal(pod):
            reason = "Terminating"
    return PodSummary(
        status=reason,
        ready=tally.ready,
        total=len(pod.spec.containers) + sidecars,
        restarts=tally.restarts,
        last_restart=Time(tally.last) if tally.last else None,
    )


def is_restartable(container: Container | None) -> bool:
    """Whether an init container keeps running beside the others (a sidecar)."""
    return container is not None and container.restart_policy == "Always"


def _is_initialized(pod: Pod) -> bool:
    return any(c.type == "Initialized" and c.status == "True" for c in pod.status.conditions)


def _last_end(status: ContainerStatus) -> int:
    ended = status.last_state.terminated
    return ended.finished_at or 0 if ended is not None else 0


def _read_init(
    statuses: Sequence[ContainerStatus], declared: Mapping[str, Container], total: int, tally: _Tally
) -> None:
    """Init containers run one after another: the first that is not done says where the Pod stands."""
    for position, status in enumerate(statuses):
        sidecar = is_restartable(declared.get(status.name))
        tally.restarts += status.restart_count
        tally.last = max(tally.last, _last_end(status))
        if sidecar:
            tally.sidecar_restarts += status.restart_count
            tally.sidecar_last = max(tally.sidecar_last, _last_end(status))
        ended, waiting = status.state.terminated, status.state.waiting
        if ended is not None and ended.exit_code == 0:
            continue
        if sidecar and status.started:
            tally.ready += status.ready
            continue
        if ended is not None:
            signal = f"Signal:{ended.signal}" if ended.signal else f"ExitCode:{ended.exit_code}"
            tally.reason = f"Init:{ended.reason or signal}"
        elif waiting is not None and waiting.reason and waiting.reason != "PodInitializing":
            tally.reason = f"Init:{waiting.reason}"
        else:
            tally.reason = f"Init:{position}/{total}"
        tally.initializing = True
        return


def _read_main(statuses: Sequence[ContainerStatus], pod_ready: bool, tally: _Tally) -> None:
    """The containers run side by side: the first one with something to say speaks for the Pod."""
    running = False
    error = ""
    for status in reversed(statuses):
        tally.restarts += status.restart_count
        tally.last = max(tally.last, _last_end(status))
        ended, waiting = status.state.terminated, status.state.waiting
        if waiting is not None and waiting.reason:
            tally.reason = waiting.reason
        elif ended is not None:
            signal = f"Signal:{ended.signal}" if ended.signal else f"ExitCode:{ended.exit_code}"
            tally.reason = ended.reason or signal
            if ended.exit_code != 0:
                error = tally.reason
        elif status.ready and status.state.running is not None:
            running = True
            tally.ready += 1
    if tally.reason == "Completed":
        if running and pod_ready:
            tally.reason = "Running"
        elif error:
            tally.reason = error
        elif running:
            tally.reason = "NotReady"
