"""Ports within one Pod: its containers share an address, so only one of them can listen on a port.

Whoever comes first has it. The other process ends with an error as soon as it wants to listen: the kernel says
``address already in use``, and the container is restarted into the same trouble.

**In Kubernetes:** nobody checks it; the kernel refuses the second ``bind``.

**Simplified:** what a process listens on is what `kubelab.api.behaviour` says. Pods in the network of their node clash
with one another no more than the scheduler lets them.
"""

from collections.abc import Iterator

from kubelab.api.core.container import Container
from kubelab.api.model import evolve
from kubelab.components.kubelet.pod_context import PodContext, is_sidecar
from kubelab.state.machine import ContainerProcess
from kubelab.state.snapshot import SECOND

Port = tuple[int, str]
Named = tuple[str, ContainerProcess]


def listens_on(ctx: PodContext, container: Container) -> frozenset[Port]:
    """The ports, with their protocols, on which a container's process listens."""
    declared = {port.container_port: port.protocol or "TCP" for port in container.ports}
    return frozenset((port, declared.get(port, "TCP")) for port in ctx.acts(container.name).serves)


def settled(ctx: PodContext, container: Container, process: ContainerProcess) -> tuple[ContainerProcess, list[Named]]:
    """A process that is about to start, and others of its Pod, as they will end because of one another's ports."""
    mine = listens_on(ctx, container)
    losers: list[Named] = []
    if not mine or len(ctx.pod.spec.containers) + len(ctx.pod.spec.init_containers) == 1:
        return process, losers
    opens = _opens(ctx, container, process)
    for other, running in _beside(ctx, container):
        taken = sorted(mine & listens_on(ctx, other))
        if not taken:
            continue
        first = _opens(ctx, other, running)
        if first <= opens and _alive(running, opens) and _alive(process, opens):
            return _refused(process, opens, taken[0]), []
        if opens < first and _alive(process, first) and _alive(running, first):
            losers.append((other.name, _refused(running, first, taken[0])))
    return process, losers


def _beside(ctx: PodContext, container: Container) -> Iterator[tuple[Container, ContainerProcess]]:
    sidecars = (each for each in ctx.pod.spec.init_containers if is_sidecar(each))
    for other in (*sidecars, *ctx.pod.spec.containers):
        process = ctx.process(other.name)
        if other.name == container.name or process is None or not ctx.started_here(process):
            continue
        if process.running(ctx.now):
            yield other, process


def _opens(ctx: PodContext, container: Container, process: ContainerProcess) -> int:
    return process.started_at + round(ctx.acts(container.name).ready_seconds * SECOND)


def _alive(process: ContainerProcess, moment: int) -> bool:
    return process.exits_at is None or process.exits_at > moment


def _refused(process: ContainerProcess, moment: int, port: Port) -> ContainerProcess:
    number, protocol = port
    words = f"listen {protocol.lower()} :{number}: bind: address already in use"
    return evolve(process, exits_at=moment, exit_code=1, reason="Error", last_words=words)
