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

ENDED = ("Succeeded", "Failed")
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
    # Those of ordinary containers are sorted by name, as upstream sorts them, and not as the spec has them.
    containers = sorted(pod.spec.containers, key=lambda each: each.name)
    main = tuple(container_status(ctx, each, waiting, False, ending) for each in containers)
    phase = old.phase if old.phase in ENDED else get_phase(pod, init, main, ending)
    host, address = host_address(ctx.node) or old.host_ip, ctx.address or old.pod_ip
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
        state = ContainerState(terminated=terminated(process, container))
        ready = init and not is_sidecar(container) and process.exit_code == 0
    return ContainerStatus(
        name=container.name,
        state=state,
        last_state=NOTHING if last is None else ContainerState(terminated=terminated(last, container)),
        ready=ready,
        started=started,
        restart_count=process.attempt,
        image=images.reference(process.image),
        image_id=images.image_id(process.image),
        container_id=f"containerd://{process.id}",
    )


def terminated(process: ContainerProcess, container: Container) -> ContainerStateTerminated:
    """How a process ended; with its last words, where the container is to take them from its log."""
    from_log = container.termination_message_policy == "FallbackToLogsOnError"
    return ContainerStateTerminated(
        exit_code=process.exit_code,
        reason=process.reason,
        message=process.last_words if from_log else "",
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
        end is not None
        and (should_restart(container, pod.spec, end.exit_code) or status.image != images.reference(container.image))
        for container, status, end in zip(pod.spec.containers, main, ends, strict=True)
    )
    if restarting and not ending:
        return "Running"
    return "Succeeded" if all(end is not None and end.exit_code == 0 for end in ends) else "Failed"


def conditions(
    ctx: PodContext, phase: str, init: Sequence[ContainerStatus], main: Sequence[ContainerStatus]
) -> tuple[PodCondition, ...]:
    """All conditions of the Pod: those of others as they are, then the kubelet's own."""
    old = {each.type: each for each in ctx.pod.status.conditions}
    sandbox = ctx.sandbox is not None and ctx.sandbox.stopped_at is None and phase not in ENDED
    containers_ready = containers_ready_condition(ctx.pod, phase, init, main)
    said = {
        "PodReadyToStartContainers": (sandbox, "", ""),
        "Initialized": initialized_condition(ctx.pod, phase, init, main),
        "Ready": ready_condition(ctx.pod, containers_ready),
        "ContainersReady": containers_ready,
        "PodScheduled": (True, "", ""),
    }
    others = [each for each in ctx.pod.status.conditions if each.type not in said]
    return (*others, *[_condition(ctx, old.get(type), type, *what) for type, what in said.items()])


Said = tuple[bool, str, str]
"""Whether a condition holds, its reason and its message."""


def _condition(
    ctx: PodContext, old: PodCondition | None, type: str, holds: bool, reason: str, message: str
) -> PodCondition:
    """The condition with the time since which its status has been what it is; the old one if nothing is new."""
    status, generation = "True" if holds else "False", ctx.pod.metadata.generation
    since = ctx.view.time
    if old is not None and old.status == status and old.last_transition_time is not None:
        if (old.reason, old.message, old.observed_generation) == (reason, message, generation):
            return old
        since = old.last_transition_time
    return PodCondition(
        type=type,
        status=status,
        reason=reason,
        message=message,
        last_transition_time=since,
        observed_generation=generation,
    )


def containers_ready_condition(
    pod: Pod, phase: str, init: Sequence[ContainerStatus], main: Sequence[ContainerStatus]
) -> Said:
    """Whether all containers are ready, sidecars included (``GenerateContainersReadyCondition``)."""
    if phase in ENDED:
        return False, "PodCompleted" if phase == "Succeeded" else "PodFailed", ""
    sidecars = (status for each, status in zip(pod.spec.init_containers, init, strict=True) if is_sidecar(each))
    unready = [status.name for status in (*sidecars, *main) if not status.ready]
    if not unready:
        return True, "", ""
    return False, "ContainersNotReady", f"containers with unready status: [{' '.join(unready)}]"


def ready_condition(pod: Pod, containers_ready: Said) -> Said:
    """Whether the Pod can serve: its containers are ready and its readiness gates say so."""
    if not containers_ready[0]:
        return containers_ready
    said = []
    for gate in pod.spec.readiness_gates:
        name = gate.condition_type
        held = next((each for each in pod.status.conditions if each.type == name), None)
        if held is None:
            said.append(f'corresponding condition of pod readiness gate "{name}" does not exist.')
        elif held.status != "True":
            said.append(f'the status of pod readiness gate "{name}" is not "True", but {held.status}')
    if said:
        return False, "ReadinessGatesNotReady", ", ".join(said)
    return True, "", ""


def initialized_condition(
    pod: Pod, phase: str, init: Sequence[ContainerStatus], main: Sequence[ContainerStatus]
) -> Said:
    """Whether all init containers have done their part (``GeneratePodInitializedCondition``)."""
    if phase == "Succeeded":
        return True, "PodCompleted", ""
    if any(status.container_id for status in main):
        return True, "", ""
    incomplete = [
        status.name
        for each, status in zip(pod.spec.init_containers, init, strict=True)
        if not (status.started if is_sidecar(each) else status.ready)
    ]
    if not incomplete:
        return True, "", ""
    return False, "ContainersNotInitialized", f"containers with incomplete status: [{' '.join(incomplete)}]"


def describe(status: PodStatus) -> str:
    """What a status says, as the end of a sentence: ``is Running and ready``."""
    if status.phase in ENDED:
        return f"has ended: {status.phase}" + (f", {status.reason}" if status.reason else "")
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
    if status.phase in ENDED:
        return status.reason or status.phase
    for each in (*status.init_container_statuses, *status.container_statuses):
        if each.state.waiting is not None:
            return each.state.waiting.reason
    return status.phase
