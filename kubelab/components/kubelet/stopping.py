"""Stopping containers: they are asked (SIGTERM), and killed (SIGKILL) when their grace period is over.

**In Kubernetes:** kubelet `pkg/kubelet/kuberuntime` (killContainer, terminationOrdering).

**Simplified:** a process ends `Behaviour.stop_seconds` after it was asked to, with `Behaviour.stop_code`, and with 137
when it is killed; one that is stopped for its probe always with 137. Of preStop hooks only `sleep` takes time. A real
program that does not listen to SIGTERM and is process 1 of its container waits for the end of the grace period, and is
killed: ``stops in 1h`` says that.
"""

from collections.abc import Iterable, Sequence

from kubelab.api.core.container import Container
from kubelab.api.model import evolve
from kubelab.components.kubelet.pod_context import PodContext, is_sidecar
from kubelab.components.kubelet.probes import Outlook
from kubelab.components.kubelet.runtime import StopContainers
from kubelab.state.machine import ContainerProcess
from kubelab.state.snapshot import SECOND

KILLED = 137
"""The exit code of a process that was killed (128 + SIGKILL)."""

DEFAULT_GRACE_SECONDS = 30
MINIMUM_GRACE_SECONDS = 2
"""A container gets at least so long, even when the Pod is deleted with less."""


def stop_containers(ctx: PodContext, containers: Sequence[Container], whole_pod: bool = False) -> StopContainers | None:
    """Ask those of the containers that run, and were not asked yet, to stop; None when there are none.

    Sidecars are asked in the reverse of their order, each when all that came after it have ended.
    """
    ends: dict[str, ContainerProcess] = {}
    deadline = ctx.now + grace_seconds(ctx) * SECOND
    over = ctx.now
    for container in stop_order(containers):
        process = ctx.process(container.name)
        if process is None or not process.running(ctx.now):
            continue
        asked = over if is_sidecar(container) else ctx.now
        if process.stopping is None:
            process = ends[container.name] = stopped(ctx, container, process, asked, deadline)
        over = max(over, process.exits_at or over)
    if not ends:
        return None
    named = ", ".join(ends)
    return StopContainers(
        node=ctx.machine.name,
        target=ctx.key,
        uid=ctx.pod.metadata.uid,
        ends=tuple(ends.items()),
        whole_pod=whole_pod,
        reason="Killing",
        message=f"{ctx.where} asked container {named} of {ctx.name} to stop.",
        events=tuple(ctx.note("Killing", f"Stopping container {name}", container=name) for name in ends),
    )


def stop_order(containers: Sequence[Container]) -> Iterable[Container]:
    """All but the sidecars, then the sidecars from the last to the first."""
    yield from (each for each in containers if not is_sidecar(each))
    yield from reversed([each for each in containers if is_sidecar(each)])


def grace_seconds(ctx: PodContext) -> int:
    """How long the containers have from now on."""
    meta, spec = ctx.pod.metadata, ctx.pod.spec
    grace = meta.deletion_grace_period_seconds
    if grace is None:
        grace = spec.termination_grace_period_seconds
    return max(DEFAULT_GRACE_SECONDS if grace is None else grace, MINIMUM_GRACE_SECONDS)


def stopped(
    ctx: PodContext, container: Container, process: ContainerProcess, asked: int, deadline: int
) -> ContainerProcess:
    """The process as it will end when it is asked at `asked` and killed at `deadline`."""
    hook = container.lifecycle.pre_stop if container.lifecycle is not None else None
    pause = hook.sleep.seconds if hook is not None and hook.sleep is not None else 0
    ends = asked + pause * SECOND + round(ctx.acts(container.name).stop_seconds * SECOND)
    if process.exits_at is not None and process.exits_at <= min(ends, deadline):
        return evolve(process, stopping=asked)
    if ends > deadline:
        return evolve(process, stopping=asked, exits_at=deadline, exit_code=KILLED, reason="Error")
    code = ctx.acts(container.name).stop_code
    return evolve(process, stopping=asked, exits_at=ends, exit_code=code, reason="Error" if code else "Completed")


def killed_by_probe(
    ctx: PodContext, container: Container, process: ContainerProcess, outlook: Outlook
) -> StopContainers:
    """Kill a container that did not answer its startup or liveness probe; it will be restarted."""
    ends = ctx.now + round(ctx.acts(container.name).stop_seconds * SECOND)
    after = evolve(process, stopping=ctx.now, exits_at=ends, exit_code=KILLED, reason="Error")
    told = f"Container {container.name} failed {outlook.killer} probe, will be restarted"
    return _kill(ctx, container, after, "Unhealthy", told, f"its {outlook.killer} probe failed")


def killed_for_change(ctx: PodContext, container: Container, process: ContainerProcess) -> StopContainers:
    """Stop a container that has got another image; it will be started with that."""
    after = stopped(ctx, container, process, ctx.now, ctx.now + grace_seconds(ctx) * SECOND)
    told = f"Container {container.name} definition changed, will be restarted"
    return _kill(ctx, container, after, "Killing", told, f"its image is to be {container.image} now")


def _kill(
    ctx: PodContext, container: Container, after: ContainerProcess, reason: str, event: str, why: str
) -> StopContainers:
    return StopContainers(
        node=ctx.machine.name,
        target=ctx.key,
        uid=ctx.pod.metadata.uid,
        ends=((container.name, after),),
        reason=reason,
        message=f"{ctx.where} killed container {container.name} of {ctx.name}: {why}.",
        events=(ctx.note("Killing", event, container=container.name),),
    )
