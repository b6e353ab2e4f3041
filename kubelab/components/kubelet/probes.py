"""Probes: when a container counts as started, as ready, and when it is killed because it does not answer.

A container answers from a certain moment on (`Behaviour.ready_seconds` after its start), or never. So nothing has to
be polled: the moment at which a probe changes its mind follows from its delay, period and thresholds.

**In Kubernetes:** kubelet `pkg/kubelet/prober`.

**Simplified:** the first probe comes exactly after the initial delay, without jitter. An exec or gRPC probe answers as
the container does. Of the failures in a row one Unhealthy Event is recorded for each start of a container. A
container without a readiness probe is ready once it can serve, as if it were asked all the time.
"""

import attrs

from kubelab.api.behaviour import Behaviour
from kubelab.api.core.container import Container, Probe
from kubelab.state.machine import ContainerProcess

SECOND = 1_000_000


@attrs.frozen(slots=True, kw_only=True)
class Outlook:
    """What the probes of one process come to, as moments in microseconds since 1970.

    Attributes:
        started_at: when it counts as started, or None for never.
        ready_at: when it becomes ready, or None for never.
        unhealthy: each first failure of a probe: the moment, and the text of the Unhealthy Event.
        killed_at: when a probe has it killed, or None.
        killer: ``startup`` or ``liveness``: which probe that is.
    """

    started_at: int | None
    ready_at: int | None
    unhealthy: tuple[tuple[int, str], ...] = ()
    killed_at: int | None = None
    killer: str = ""

    def started(self, now: int) -> bool:
        """Whether the container counts as started at `now`."""
        return self.started_at is not None and now >= self.started_at

    def ready(self, now: int) -> bool:
        """Whether the container is ready at `now`."""
        return self.ready_at is not None and now >= self.ready_at


def outlook(container: Container, process: ContainerProcess, acts: Behaviour, address: str) -> Outlook:
    """What the probes of a process come to; `address` is that of its Pod."""
    answers = process.started_at + round(acts.ready_seconds * SECOND)
    unhealthy: list[tuple[int, str]] = []
    started = process.started_at
    if container.startup_probe is not None:
        probe = container.startup_probe
        first = first_ask(probe, started)
        answer = _answer(probe, container, acts, answers)
        succeeded, killed = _succeeds(probe, first, answer), _gives_up(probe, first, answer)
        if succeeded != first:
            unhealthy.append((first, failure("Startup", probe, container, address)))
        if succeeded is None or killed is not None:
            return Outlook(
                started_at=None, ready_at=None, unhealthy=tuple(unhealthy), killed_at=killed, killer="startup"
            )
        started = succeeded
    ready: int | None = None if acts.never_ready else answers
    if container.readiness_probe is not None:
        probe = container.readiness_probe
        answer = None if acts.never_ready else _answer(probe, container, acts, answers)
        first = max(started, first_ask(probe, process.started_at))
        ready = _succeeds(probe, first, answer)
        if answer is None or answer > first:
            unhealthy.append((first, failure("Readiness", probe, container, address, acts.never_ready)))
    elif ready is not None:
        ready = max(ready, started)
    killed = None
    if container.liveness_probe is not None:
        probe = container.liveness_probe
        first = max(started, first_ask(probe, process.started_at))
        answer = _answer(probe, container, acts, answers)
        killed = _gives_up(probe, first, answer)
        if answer is None or answer > first:
            unhealthy.append((first, failure("Liveness", probe, container, address)))
    return Outlook(
        started_at=started,
        ready_at=ready,
        unhealthy=tuple(sorted(unhealthy)),
        killed_at=killed,
        killer="liveness" if killed is not None else "",
    )


def first_ask(probe: Probe, started_at: int) -> int:
    """When a probe is asked for the first time."""
    return started_at + probe.initial_delay_seconds * SECOND


def _period(probe: Probe) -> int:
    return (probe.period_seconds or 10) * SECOND


def _succeeds(probe: Probe, first: int, answer: int | None) -> int | None:
    """When the probe has succeeded often enough in a row, if the container answers from `answer` on."""
    if answer is None:
        return None
    period = _period(probe)
    missed = 0 if answer <= first else -(-(answer - first) // period)
    return first + (missed + max(probe.success_threshold, 1) - 1) * period


def _gives_up(probe: Probe, first: int, answer: int | None) -> int | None:
    """When the probe has failed often enough in a row, or None when the container answers before."""
    last = first + ((probe.failure_threshold or 3) - 1) * _period(probe)
    return last if answer is None or answer > last else None


def _answer(probe: Probe, container: Container, acts: Behaviour, answers: int) -> int | None:
    """From when on the container answers this probe: never, when nothing listens on the port that is asked."""
    port = probed_port(probe, container)
    if port is None or port in acts.serves:
        return answers
    # Ports need not be declared: where neither the Pod nor its annotations name any, every port may be meant.
    return None if acts.serves or container.ports else answers


def probed_port(probe: Probe, container: Container) -> int | None:
    """The number of the port that is asked, or None for a probe that asks no port."""
    action = probe.http_get or probe.tcp_socket
    if action is None:
        return probe.grpc.port if probe.grpc is not None else None
    if isinstance(action.port, int):
        return action.port
    return next((port.container_port for port in container.ports if port.name == action.port), 0)


def failure(kind: str, probe: Probe, container: Container, address: str, refuses: bool = False) -> str:
    """The text of the Unhealthy Event; `refuses`: the container runs and answers, but says that it is not ready."""
    said = f"{kind} probe failed: "
    port = probed_port(probe, container)
    if probe.http_get is not None:
        if refuses:
            return f"{said}HTTP probe failed with statuscode: 503"
        scheme = (probe.http_get.scheme or "HTTP").lower()
        path = probe.http_get.path if probe.http_get.path.startswith("/") else f"/{probe.http_get.path}"
        host = probe.http_get.host or address
        return f'{said}Get "{scheme}://{host}:{port}{path}": dial tcp {host}:{port}: connect: connection refused'
    if probe.tcp_socket is not None:
        host = probe.tcp_socket.host or address
        return f"{said}dial tcp {host}:{port}: connect: connection refused"
    if probe.grpc is not None:
        return (
            f'{said}service unhealthy (responded with "NOT_SERVING")'
            if refuses
            else (f'{said}timeout: failed to connect service "{address}:{port}" within 1s: context deadline exceeded')
        )
    return said.rstrip() if not refuses else f"{said}not ready"
