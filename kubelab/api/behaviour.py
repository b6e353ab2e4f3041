"""How a simulated container behaves, as the annotations of its Pod say it.

A container of the simulation has no program in it. What its process would do is written on the Pod, so that it
survives YAML, ReplicaSets and `kubectl get -o yaml`. The language writes the same annotations (`exits 1 after 10s`).

==========================  ================================================================================
``kubelab/start-seconds``   pulling its image and creating the container take this long
``kubelab/ready-seconds``   it cannot serve, and is not ready, until so long after it started
``kubelab/run-seconds``     its process ends by itself so long after it started
``kubelab/exit-code``       the code with which it ends (without run-seconds: at once)
``kubelab/crash``           ``true``: ends with exit code 1 at every start; a number: at so many starts, then runs
``kubelab/out-of-memory``   ``true``: is killed for its memory (137, OOMKilled)
``kubelab/never-ready``     ``true``: runs, but never becomes ready
``kubelab/cannot-pull``     ``true``: its image cannot be pulled
``kubelab/stop-seconds``    it ends so long after it was asked to stop (SIGTERM)
``kubelab/stop-code``       the code with which it then ends
``kubelab/serves``          the ports that it listens on, such as ``80,9090``, or ``none``
``kubelab/cpu-use``         it uses so much CPU all the time (`kubelab.state.metrics`)
``kubelab/memory-use``      it uses so much memory all the time
==========================  ================================================================================

A container of which nothing is said runs until it is stopped; an init container, and one of a Job's Pod, ends after a
second. Each holds for every container of the Pod but not for its init containers. With the container's name after a dot
(``kubelab/crash.web``) it holds for that container, init or not, and wins over the other. A duration is a number of
seconds or a text such as ``1m30s``. A value that cannot be read counts as absent.

Asked to stop, what would run for ever tidies up and ends with code 0, as servers do. What has an end of its own is a
program that does not listen, and the signal ends it (143): work that was cut short never counts as done. Who has not
ended when the grace period of the Pod is over is killed (137).

An image that is tagged or named ``broken`` or ``nonexistent`` cannot be pulled.
"""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

import attrs

if TYPE_CHECKING:
    from kubelab.api.core.container import Container
    from kubelab.api.core.pod import PodSpec
    from kubelab.api.meta import ObjectMeta

PREFIX = "kubelab/"
"""How the name of every annotation about behaviour begins."""

ANNOTATIONS = (
    "start-seconds",
    "ready-seconds",
    "run-seconds",
    "exit-code",
    "crash",
    "out-of-memory",
    "never-ready",
    "cannot-pull",
    "stop-seconds",
    "stop-code",
    "serves",
    "cpu-use",
    "memory-use",
)
"""The names after the prefix, in the order of a container's life."""

NOT_THERE = frozenset(("broken", "nonexistent"))
"""The tags and names of images that cannot be pulled."""

WORK_SECONDS = 1.0
"""How long an init container or a container of a Job's Pod runs of which nothing is said: its work ends by itself."""

JOB_NAME = "batch.kubernetes.io/job-name"
"""The label that the Pods of a Job have."""

OUT_OF_MEMORY_CODE = 137
"""The exit code of a process that was killed (128 + SIGKILL)."""

TERMINATED_CODE = 143
"""The exit code of a process that was ended by SIGTERM (128 + 15)."""

_DURATION = re.compile(r"(?:(?P<h>\d+)h)?(?:(?P<m>\d+)m(?!s))?(?:(?P<s>\d+(?:\.\d+)?)(?:s|$))?(?:(?P<ms>\d+)ms)?")


class HasPodSpec(Protocol):
    """A Pod, or a template of Pods."""

    @property
    def metadata(self) -> "ObjectMeta":
        """Carries the annotations."""

    @property
    def spec(self) -> "PodSpec":
        """Carries the containers."""


@attrs.frozen(slots=True)
class End:
    """How a process ends by itself.

    Attributes:
        after_seconds: so long after its start.
        exit_code: with this code.
        reason: ``Completed``, ``Error`` or ``OOMKilled``.
    """

    after_seconds: float
    exit_code: int
    reason: str


@attrs.frozen(slots=True, kw_only=True)
class Behaviour:
    """What the process in one container does.

    Attributes:
        start_seconds: how long the pull of its image and its creation take together, or None when nothing is said.
        ready_seconds: how long after its start it can serve (and answer its probes).
        run_seconds: how long it runs until it ends by itself, or None when it runs until it is stopped.
        exit_code: the code with which it ends.
        crash: whether it ends with an error at its starts.
        crash_times: at how many starts it crashes, or None for all of them.
        out_of_memory: whether it ends because it is killed for its memory.
        never_ready: whether it never becomes ready although it runs.
        cannot_pull: whether its image cannot be pulled.
        stop_seconds: how long after SIGTERM it ends.
        stop_code: the code with which it then ends.
        serves: the ports that it listens on once it is ready.
    """

    start_seconds: float | None = None
    ready_seconds: float = 0.0
    run_seconds: float | None = None
    exit_code: int = 0
    crash: bool = False
    crash_times: int | None = None
    out_of_memory: bool = False
    never_ready: bool = False
    cannot_pull: bool = False
    stop_seconds: float = 0.0
    stop_code: int = 0
    serves: tuple[int, ...] = ()

    def end(self, attempt: int = 0) -> End | None:
        """How the process ends by itself at its start number `attempt` (from 0), or None when it does not."""
        if self.crash and (self.crash_times is None or attempt < self.crash_times):
            return End(self.run_seconds or 0.0, self.exit_code or 1, "Error")
        if self.crash or self.run_seconds is None:
            return None
        if self.out_of_memory:
            return End(self.run_seconds, OUT_OF_MEMORY_CODE, "OOMKilled")
        return End(self.run_seconds, self.exit_code, "Error" if self.exit_code else "Completed")


def behaviour(pod: HasPodSpec, container_name: str) -> Behaviour:
    """What the process of a container of `pod` does.

    A name that no container has gives the behaviour of a container without ports.
    """
    spec = pod.spec
    container: Container | None = None
    init = False
    for candidate in spec.containers:
        if candidate.name == container_name:
            container = candidate
            break
    else:
        for candidate in spec.init_containers:
            if candidate.name == container_name:
                container, init = candidate, True
                break
    said = _annotations(pod.metadata.annotations, container_name, pod_wide=not init)
    sidecar = init and container is not None and container.restart_policy == "Always"
    work = (init and not sidecar) or (not init and JOB_NAME in pod.metadata.labels)
    return _read(said, container, run_to_completion=work)


def cannot_be_pulled(image: str) -> bool:
    """Whether `image` is one that no registry has: its tag or the last part of its name is one of `NOT_THERE`."""
    name, _, tag = image.partition("@")[0].rpartition("/")[2].partition(":")
    return tag in NOT_THERE or name in NOT_THERE


def seconds(text: str) -> float | None:
    """The seconds that ``2``, ``0.5``, ``10s``, ``1m30s`` or ``200ms`` say, or None for any other text."""
    found = _DURATION.fullmatch(text)
    if not text or found is None or not any(found.groups()):
        return None
    hours, minutes, whole, thousandths = (float(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + whole + thousandths / 1000


def _annotations(annotations: Mapping[str, str], container: str, *, pod_wide: bool) -> dict[str, str]:
    said: dict[str, str] = {}
    for name in ANNOTATIONS:
        value = annotations.get(f"{PREFIX}{name}.{container}")
        if value is None and pod_wide:
            value = annotations.get(PREFIX + name)
        if value is not None:
            said[name] = value.strip()
    return said


def _read(said: Mapping[str, str], container: "Container | None", *, run_to_completion: bool) -> Behaviour:
    code = _whole(said.get("exit-code", ""))
    out_of_memory = said.get("out-of-memory") == "true"
    crash = said.get("crash", "")
    run = seconds(said.get("run-seconds", ""))
    if run is None and (code is not None or out_of_memory):
        run = 0.0
    if run is None and run_to_completion:
        run = WORK_SECONDS
    stop_code = _whole(said.get("stop-code", ""))
    if stop_code is None or stop_code > 255:
        stop_code = 0 if run is None else TERMINATED_CODE
    return Behaviour(
        start_seconds=seconds(said.get("start-seconds", "")),
        ready_seconds=seconds(said.get("ready-seconds", "")) or 0.0,
        run_seconds=run,
        exit_code=code or 0,
        crash=crash == "true" or bool(_whole(crash)),
        crash_times=_whole(crash),
        out_of_memory=out_of_memory,
        never_ready=said.get("never-ready") == "true",
        cannot_pull=said.get("cannot-pull") == "true" or (container is not None and cannot_be_pulled(container.image)),
        stop_seconds=seconds(said.get("stop-seconds", "")) or 0.0,
        stop_code=stop_code,
        serves=_ports(said.get("serves"), container),
    )


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _ports(said: str | None, container: "Container | None") -> tuple[int, ...]:
    if said is not None:
        numbers = (_whole(part.strip()) for part in said.split(","))
        return tuple(n for n in numbers if n is not None)
    return tuple(port.container_port for port in container.ports) if container is not None else ()
