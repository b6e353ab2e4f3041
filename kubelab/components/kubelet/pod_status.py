"""The status of a Pod, as the kubelet reports it: a function of the Pod and of what runs on the machine.

**In Kubernetes:** kubelet `kubelet_pods.go` (generateAPIPodStatus, convertToAPIContainerStatuses, getPhase) and
`pkg/kubelet/status` (the conditions).
**Simplified:** a container's status leaves out its user, its resources and its volume mounts.
"""

from collections.abc import Mapping, Sequence

from kubelab.api.core.container import (
    Container,
    ContainerState,
    ContainerStateRunning,
    ContainerStateTerminated,
    ContainerStateWaiting,
    ContainerStatus,
)
from kubelab.api.core.pod import HostIP, Pod, PodCondition, PodIP, PodStatus
from kubelab.api.model import evolve
from kubelab.api.scalars import Time
from kubelab.components.kubelet import images
from kubelab.components.kubelet.actions import should_restart
from kubelab.components.kubelet.pod_context import PodContext, host_address, is_sidecar
from kubelab.state.machine import ContainerProcess
from kubelab.state.snapshot import SECOND

BY_KUBELET = ("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled")
"""The conditions that the kubelet writes, in its order; all others are somebody else's and stay."""

Waiting = Mapping[str, ContainerStateWaiting]
CREATING = ContainerStateWaiting(reason="ContainerCreating")
INITIALIZING = ContainerStateWaiting(reason="PodInitializing")
NOTHING = ContainerState()


def generate_pod_status(ctx: PodContext, waiting: Waiting, ending: bool = False) -> PodStatus:
    """The status that the Pod should have now.

    Args:
        ctx: the Pod and its sandbox.
        waiting: why containers do not run, where there is more to say than that they are being created.
        ending: whether the Pod is on its way out, so that nothing is restarted any more.
    """
    pod, old = ctx.pod, ctx.pod.status
    init = tuple(container_status(ctx, each, waiting, True, ending) for each in pod.spec.init_containers)
    main = tuple(container_status(ctx, each, waiting, False, ending) for each in pod.spec.containers)
    phase = old.phase if old.phase in ("Succeeded", "Failed") else get_phase(pod, init, main, ending)
    host, address = host_address(ctx.node), ctx.address or old.pod_ip
    return evolve(
        old,
        observed_generation=pod.metadata.generation,
        phase=phase,
        reason=old.reason if phase == old.phase else "",
        message=old.message if phase == old.phase else "",
        conditions=conditions(ctx, phase, init, main),
        host_ip=host,
        host_ips=(HostIP(ip=host),) if host else (),
        pod_ip=address,
        pod_ips=(PodIP(ip=address),) if address else (),
        start_time=old.start_time or ctx.view.time,
        init_container_statuses=init,
        container_statuses=main,
    )


def container_status(
    ctx: PodContext, container: Container, waiting: Waiting, init: bool, ending: bool
) -> ContainerStatus:
    """The status of one container."""
    process = ctx.process(container.name)
    why = waiting.get(container.name)
    if process is None:
        default = INITIALIZING if ctx.pod.spec.init_containers else CREATING
        state = ContainerState(waiting=why or default)
        return ContainerStatus(name=container.name, image=container.image, state=state, started=False)
    assert ctx.sandbox is not None
    before = ctx.sandbox.previous.get(container.name)
    state, last = ContainerState(running=ContainerStateRunning(started_at=_time(process.started_at))), before
    ready = started = False
    if process.running(ctx.now):
        if not init or is_sidecar(container):
            outlook = ctx.outlook(container, process)
            ready, started = outlook.ready(ctx.now), outlook.started(ctx.now)
    elif why is not None and not ending:
        state, last = ContainerState(waiting=why), process
    else:
        state = ContainerState(terminated=terminated(process))
        ready = init and not is_sidecar(container) and process.exit_code == 0
    return ContainerStatus(
        name=container.name,
        state=state,
        last_state=NOTHING if last is None else ContainerState(terminated=terminated(last)),
        ready=ready,
        started=started,
        restart_count=process.attempt,
        image=images.reference(process.image),
        image_id=images.image_id(process.image),
        container_id=f"containerd://{process.id}",
    )


def terminated(process: ContainerProcess) -> ContainerStateTerminated:
    """How a process ended."""
    return ContainerStateTerminated(
        exit_code=process.exit_code,
        reason=process.reason,
        started_at=_time(process.started_at),
        finished_at=_time(process.exits_at or process.started_at),
        container_id=f"containerd://{process.id}",
    )


def _time(moment: int) -> Time:
    return Time(moment // SECOND)


def get_phase(pod: Pod, init: Sequence[ContainerStatus], main: Sequence[ContainerStatus], ending: bool = False) -> str:
    """The phase of a Pod, from the statuses of its containers (``getPhase``)."""
    initialized = any(status.container_id for status in main)
    pending_init = pending_sidecars = sidecars_running = 0
    for container, status in zip(pod.spec.init_containers, init, strict=True):
        ended = status.state.terminated or status.last_state.terminated
        if is_sidecar(container):
            sidecars_running += status.state.running is not None
            pending_sidecars += not status.started and ended is None
        elif status.state.running is not None or ended is None:
            pending_init += 1
        elif ended.exit_code != 0 and not should_restart(container, pod.spec, ended.exit_code, init=True):
            return "Failed"
        elif ended.exit_code != 0:
            pending_init += 1
    running = sidecars_running + sum(status.state.running is not None for status in main)
    ends = [status.state.terminated or status.last_state.terminated for status in main if status.state.running is None]
    if pending_init or (pending_sidecars and not initialized) or any(end is None for end in ends):
        return "Pending"
    if running:
        return "Running"
    restarting = any(
        end is not None and should_restart(container, pod.spec, end.exit_code)
        for container, end in zip(pod.spec.containers, ends, strict=True)
    )
    if restarting and not ending:
        return "Running"
    return "Succeeded" if all(end is not None and end.exit_code == 0 for end in ends) else "Failed"


def conditions(
    ctx: PodContext, phase: str, init: Sequence[ContainerStatus], main: Sequence[ContainerStatus]
) -> tuple[PodCondition, ...]:
    """All conditions of the Pod: those of others as they are, then the kubelet's own."""
    others = tuple(each for each in ctx.pod.status.conditions if each.type not in BY_KUBELET)
    sandbox = ctx.sandbox is not None and ctx.sandbox.stopped_at is None and phase not in ("Succeeded", "Failed")
    containers_ready = containers_ready_condition(ctx.pod, phase, init, main)
    generated = (
        _condition("PodReadyToStartContainers", sandbox),
        initialized_condition(ctx.pod, phase, init, main),
        ready_condition(ctx.pod, containers_ready),
        containers_ready,
        _condition("PodScheduled", True),
    )
    return others + tuple(_since(ctx, each) for each in generated)


def _condition(type: str, holds: bool, reason: str = "", message: str = "") -> PodCondition:
    return PodCondition(type=type, status="True" if holds else "False", reason=reason, message=message)


def _since(ctx: PodContext, new: PodCondition) -> PodCondition:
    """The condition with the time since which its status has been what it is."""
    since, generation = ctx.view.time, ctx.pod.metadata.generation
    for old in ctx.pod.status.conditions:
        if old.type == new.type:
            if old.status == new.status and old.last_transition_time is not None:
                since = old.last_transition_time
                if old.reason == new.reason and old.message == new.message and old.observed_generation == generation:
                    return old
            break
    return evolve(new, last_transition_time=since, observed_generation=generation)


def containers_ready_condition(
    pod: Pod, phase: str, init: Sequence[ContainerStatus], main: Sequence[ContainerStatus]
) -> PodCondition:
    """Whether all containers are ready, sidecars included (``GenerateContainersReadyCondition``)."""
    if phase in ("Succeeded", "Failed"):
        return _condition("ContainersReady", False, "PodCompleted" if phase == "Succeeded" else "PodFailed")
    sidecars = (status for each, status in zip(pod.spec.init_containers, init, strict=True) if is_sidecar(each))
    unready = [status.name for status in (*sidecars, *main) if not status.ready]
    if not unready:
        return _condition("ContainersReady", True)
    said = f"containers with unready status: [{' '.join(unready)}]"
    return _condition("ContainersReady", False, "ContainersNotReady", said)


def ready_condition(pod: Pod, containers_ready: PodCondition) -> PodCondition:
    """Whether the Pod can serve: its containers are ready and its readiness gates say so."""
    if containers_ready.status != "True":
        return _condition("Ready", False, containers_ready.reason, containers_ready.message)
    said = []
    for gate in pod.spec.readiness_gates:
        name = gate.condition_type
        held = next((each for each in pod.status.conditions if each.type == name), None)
        if held is None:
            said.append(f'corresponding condition of pod readiness gate "{name}" does not exist.')
        elif held.status != "True":
            said.append(f'the status of pod readiness gate "{name}" is not "True", but {held.status}')
    if said:
        return _condition("Ready", False, "ReadinessGatesNotReady", ", ".join(said))
    return _condition("Ready", True)


def initialized_condition(
    pod: Pod, phase: str, init: Sequence[ContainerStatus], main: Sequence[ContainerStatus]
) -> PodCondition:
    """Whether all init containers have done their part (``GeneratePodInitializedCondition``)."""
    if phase == "Succeeded":
        return _condition("Initialized", True, "PodCompleted")
    if any(status.container_id for status in main):
        return _condition("Initialized", True)
    incomplete = [
        status.name
        for each, status in zip(pod.spec.init_containers, init, strict=True)
        if not (status.started if is_sidecar(each) else status.ready)
    ]
    if not incomplete:
        return _condition("Initialized", True)
    said = f"containers with incomplete status: [{' '.join(incomplete)}]"
    return _condition("Initialized", False, "ContainersNotInitialized", said)


def describe(status: PodStatus) -> str:
    """What a status says, as the end of a sentence: ``is Running and ready``."""
    if status.phase in ("Succeeded", "Failed"):
        return f"has {status.phase.lower()}" + (f": {status.reason}" if status.reason else "")
    statuses = (*status.init_container_statuses, *status.container_statuses)
    waits = [each.state.waiting.reason for each in statuses if each.state.waiting is not None]
    done = sum(each.ready or bool(each.started) for each in status.init_container_statuses)
    if waits and waits[0] == INITIALIZING.reason and status.start_time is not None:
        return f"is {status.phase}: {done} of {len(status.init_container_statuses)} init containers are done"
    ended = [each.name for each in status.container_statuses if each.state.terminated is not None]
    if any(each.type == "Ready" and each.status == "True" for each in status.conditions):
        return f"is {status.phase} and ready"
    if waits:
        return f"is {status.phase}: {waits[0]}"
    if ended:
        return f"is {status.phase}, but container {', '.join(ended)} has ended"
    return f"is {status.phase}, but not ready yet"


def headline(status: PodStatus) -> str:
    """The one word for a status, as ``kubectl get pods`` shows it."""
    if status.phase in ("Succeeded", "Failed"):
        return status.reason or status.phase
    for each in (*status.init_container_statuses, *status.container_statuses):
        if each.state.waiting is not None:
            return each.state.waiting.reason
    return status.phase
