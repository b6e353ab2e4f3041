"""What is to be done with the containers of a Pod next.

Init containers one after another, each to its end; sidecars among them until they have started; then the containers,
in their order. What has ended is started again where the restart policy says so, at once the first time, then
after 10 s, 20 s, 40 s … 5 min.

**In Kubernetes:** kubelet `pkg/kubelet/kuberuntime` (computePodActions, SyncPod, startContainer, doBackOff).
"""

from hashlib import sha256

import attrs

from kubelab.api.core.container import Container, ContainerStateWaiting
from kubelab.api.core.pod import PodSpec
from kubelab.api.duration import text_of
from kubelab.api.model import evolve
from kubelab.components.kubelet import images
from kubelab.components.kubelet.environment import UnavailableError, make_environment, service_links
from kubelab.components.kubelet.pod_context import PodContext, format_pod, is_sidecar
from kubelab.components.kubelet.ports import settled
from kubelab.components.kubelet.pulling import (
    fail_pull,
    must_pull,
    never_pull,
    pull_back_off,
    pull_image,
    while_pulling,
)
from kubelab.components.kubelet.runtime import StartContainer
from kubelab.components.kubelet.step import Step
from kubelab.components.kubelet.stopping import killed_by_probe, killed_for_change, stop_containers
from kubelab.components.kubelet.volumes import copied, next_sync
from kubelab.state.content import Variable
from kubelab.state.machine import BackOff, ContainerProcess, Sandbox
from kubelab.state.requests import EventNote, MachineRequest

CREATE_TIME = 200_000
"""How long a container takes from its sandbox to its start when its image is there, in microseconds."""

CONFIG_ERROR = "CreateContainerConfigError"
RETRY_SECONDS = 10
"""A container that could not be created is tried again after so long, with up to a half of that on top."""


@attrs.frozen(slots=True, kw_only=True)
class Actions:
    """What comes next for the whole Pod.

    Attributes:
        request: what is to be asked of the runtime now, or None.
        waiting: why containers do not run, by their names.
        events: what the kubelet says about that, by their names.
        at: when to look again, or None.
        recurring: whether nothing but retries that go on for ever is waited for.
    """

    request: MachineRequest | None = None
    waiting: dict[str, ContainerStateWaiting] = attrs.field(factory=dict)
    events: dict[str, tuple[EventNote, ...]] = attrs.field(factory=dict)
    at: int | None = None
    recurring: bool = True


def compute_pod_actions(ctx: PodContext) -> Actions:
    """What is to be done next with the containers of a Pod that has its sandbox."""
    steps: dict[str, Step] = {}
    spec = ctx.pod.spec
    initialized = has_started(ctx)
    for container in spec.init_containers:
        if initialized and not is_sidecar(container):
            continue
        step = steps[container.name] = container_step(ctx, container, init=True)
        if not initialized and not (step.started if is_sidecar(container) else _completed(ctx, container)):
            return _together(steps)
    for container in spec.containers:
        step = steps[container.name] = container_step(ctx, container)
        if step.blocks:
            break
    if all(container.name in steps and steps[container.name].finished for container in spec.containers):
        return _together(_without_restarts(ctx, steps))
    return _together(steps)


def can_go_on(ctx: PodContext) -> bool:
    """Whether the Pod of a sandbox that died with its machine has anything left to run."""
    ran = [(each, ctx.process(each.name)) for each in ctx.pod.spec.containers]
    return any(process is None or should_restart(each, ctx.pod.spec, process.exit_code) for each, process in ran) and (
        ctx.pod.spec.restart_policy != "Never" or all(process is None for _, process in ran)
    )


def has_started(ctx: PodContext) -> bool:
    """Whether any container that is no init container has run in this sandbox: then all init containers are done."""
    return any(ctx.started_here(ctx.process(each.name)) for each in ctx.pod.spec.containers)


def _completed(ctx: PodContext, container: Container) -> bool:
    process = ctx.process(container.name)
    return process is not None and ctx.started_here(process) and not process.running(ctx.now) and process.exit_code == 0


def _without_restarts(ctx: PodContext, steps: dict[str, Step]) -> dict[str, Step]:
    """When all containers have ended for good, the sidecars are stopped, and none is started again."""
    sidecars = [each for each in ctx.pod.spec.init_containers if is_sidecar(each)]
    stop = stop_containers(ctx, sidecars)
    if stop is not None:
        return {**steps, sidecars[-1].name: Step(request=stop)}
    ends = [process.exits_at for each in sidecars if (process := ctx.process(each.name)) and process.running(ctx.now)]
    left = {name: step for name, step in steps.items() if step.finished}
    return {**left, "": Step(at=max(end for end in ends if end is not None))} if ends else left


def _together(steps: dict[str, Step]) -> Actions:
    ats = [step for step in steps.values() if step.at is not None]
    return Actions(
        request=next((step.request for step in steps.values() if step.request is not None), None),
        waiting={name: step.waiting for name, step in steps.items() if step.waiting is not None},
        events={name: step.events for name, step in steps.items() if step.events},
        at=min((step.at for step in ats if step.at is not None), default=None),
        recurring=all(step.recurring for step in ats),
    )


def container_step(ctx: PodContext, container: Container, init: bool = False) -> Step:
    """What comes next for one container."""
    assert ctx.sandbox is not None
    process = ctx.process(container.name)
    if process is None:
        return ensure_started(ctx, container, 0, None)
    if process.running(ctx.now):
        return running_step(ctx, container, process, init)
    if definition_changed(container, process, init):
        return ensure_started(ctx, container, process.attempt + 1, None)
    if not ctx.started_here(process) and (init or should_restart(container, ctx.pod.spec, process.exit_code)):
        return ensure_started(ctx, container, process.attempt + 1, None)
    if not should_restart(container, ctx.pod.spec, process.exit_code, init):
        return Step(finished=True)
    return do_back_off(ctx, ctx.sandbox, container, process)


def definition_changed(container: Container, process: ContainerProcess, init: bool) -> bool:
    """Whether the container has got another image since it was started (``containerChanged``)."""
    return process.image != container.image and (not init or is_sidecar(container))


def running_step(ctx: PodContext, container: Container, process: ContainerProcess, init: bool) -> Step:
    """A container that runs: when it ends, or its probes change their minds."""
    ahead = [process.exits_at]
    again = _ends_again(ctx, container, process, init)
    if init and not is_sidecar(container):
        return Step(at=process.exits_at, recurring=again)
    outlook = ctx.outlook(container, process)
    if process.stopping is None:
        if definition_changed(container, process, init):
            return Step(request=killed_for_change(ctx, container, process))
        if outlook.killed_at is not None and outlook.killed_at <= ctx.now:
            return Step(request=killed_by_probe(ctx, container, process, outlook))
        ahead += [outlook.killed_at]
    ahead += [outlook.started_at, outlook.ready_at, *(at for at, _ in outlook.unhealthy)]
    later = [at for at in ahead if at is not None and at > ctx.now]
    return Step(at=min(later, default=None), recurring=again, started=outlook.started(ctx.now))


def _ends_again(ctx: PodContext, container: Container, process: ContainerProcess, init: bool) -> bool:
    """Whether the container has been in back-off, and will end and be restarted for ever: nothing new comes of it.

    Its first restart comes at once; only when that has ended, too, there is a back-off to be seen.
    """
    acts = ctx.acts(container.name)
    if process.attempt <= 1:
        return False
    if process.last_words:
        return should_restart(container, ctx.pod.spec, process.exit_code, init)
    end = acts.end(process.attempt + 1_000_000)
    if end is not None:
        return should_restart(container, ctx.pod.spec, end.exit_code, init)
    return ctx.outlook(container, process).killed_at is not None


def should_restart(container: Container, spec: PodSpec, exit_code: int, init: bool = False) -> bool:
    """Whether a container that ended with this code is started again (``ContainerShouldRestart``)."""
    if init and not is_sidecar(container) and exit_code == 0:
        return False
    for rule in container.restart_policy_rules:
        codes = rule.exit_codes
        if codes is not None and (exit_code in codes.values) is (codes.operator == "In"):
            return rule.action in ("Restart", "RestartAllContainers")
    policy = container.restart_policy or spec.restart_policy or "Always"
    return policy == "Always" or (policy == "OnFailure" and exit_code != 0)


def do_back_off(ctx: PodContext, sandbox: Sandbox, container: Container, process: ContainerProcess) -> Step:
    """A container that has ended and is to run again: at once the first time, then after a while (``doBackOff``)."""
    finished = process.exits_at or process.started_at
    last = sandbox.restart_back_off.get(container.name)
    if last is not None and finished - last.updated_at > 2 * images.LONGEST_BACK_OFF:
        last = None
    if last is None:
        return ensure_started(ctx, container, process.attempt + 1, images.next_back_off(None, finished, ctx.now))
    told = f"back-off {text_of(last.delay)} restarting failed container={container.name} pod={format_pod(ctx.pod)}"
    waiting = ContainerStateWaiting(reason="CrashLoopBackOff", message=told)
    if ctx.now >= finished + last.delay:
        following = images.next_back_off(last, finished, ctx.now)
        step = ensure_started(ctx, container, process.attempt + 1, following)
        # It goes on being shown until the container runs again.
        return evolve(step, waiting=step.waiting or waiting)
    event = f"Back-off restarting failed container {container.name} in pod {format_pod(ctx.pod)}"
    acts = ctx.acts(container.name)
    return Step(
        waiting=waiting,
        events=(ctx.note("BackOff", event, "Warning", container.name),),
        at=finished + last.delay,
        recurring=acts.end(process.attempt + 1) is not None or process.stopping is not None or bool(process.last_words),
    )


def ensure_started(ctx: PodContext, container: Container, attempt: int, back_off: BackOff | None) -> Step:
    """Get the image, then start the container (``startContainer``)."""
    assert ctx.sandbox is not None
    pull = ctx.sandbox.pulls.get(container.name)
    if pull is not None:
        if ctx.now < pull.done_at:
            return Step(at=pull.done_at, blocks=True, waiting=while_pulling(ctx, container, pull))
        if pull.fails:
            return Step(request=fail_pull(ctx, container), blocks=True)
        event = ctx.note("Pulled", images.pulled_message(pull), container=container.name)
    elif must_pull(ctx, container):
        if container.image_pull_policy == "Never":
            return never_pull(ctx, container)
        waits = pull_back_off(ctx, ctx.sandbox, container)
        return waits if waits is not None else Step(request=pull_image(ctx, container), blocks=True)
    else:
        created = ctx.sandbox.started_at + round(CREATE_TIME / images.pace(ctx.machine.name))
        if attempt == 0 and ctx.now < created:
            return Step(at=created, blocks=True)
        event = ctx.note("Pulled", images.already_present_message(container.image), container=container.name)
    return _create_container(ctx, container, attempt, back_off, event)


def _create_container(
    ctx: PodContext, container: Container, attempt: int, back_off: BackOff | None, pulled: EventNote
) -> Step:
    """Start a container, or wait for the ConfigMap or Secret that its environment lacks."""
    try:
        variables = make_environment(ctx, container)
    except UnavailableError as lacking:
        return Step(
            waiting=ContainerStateWaiting(reason=CONFIG_ERROR, message=str(lacking)),
            events=(pulled, ctx.note("Failed", f"Error: {lacking}", "Warning", container.name)),
        )
    reported = _reported(ctx, container)
    if reported is not None and reported.reason == CONFIG_ERROR and (again := next_sync(ctx, RETRY_SECONDS)) > ctx.now:
        return Step(waiting=reported, at=again)
    return Step(request=start_container(ctx, container, attempt, back_off, pulled, variables), blocks=True)


def _reported(ctx: PodContext, container: Container) -> ContainerStateWaiting | None:
    """Why a container waits, as the Pod's status says it."""
    status = ctx.pod.status
    both = (*status.init_container_statuses, *status.container_statuses)
    return next((each.state.waiting for each in both if each.name == container.name), None)


def start_container(
    ctx: PodContext,
    container: Container,
    attempt: int,
    back_off: BackOff | None,
    pulled: EventNote,
    variables: tuple[Variable, ...] = (),
) -> StartContainer:
    """The request that starts a container; how its process will end is known from here on."""
    end = ctx.acts(container.name).end(attempt)
    uid = ctx.pod.metadata.uid
    process = ContainerProcess(
        id=sha256(f"{uid}/{container.name}/{attempt}".encode()).hexdigest(),
        image=container.image,
        attempt=attempt,
        started_at=ctx.now,
        exits_at=None if end is None else ctx.now + round(end.after_seconds * 1_000_000),
        exit_code=0 if end is None else end.exit_code,
        reason="" if end is None else end.reason,
        environment=variables,
        service_links=service_links(ctx),
        copies=copied(ctx, container, variables),
    )
    verb = "started" if attempt == 0 else "restarted"
    process, losers = settled(ctx, container, process)
    clash = f"; its process ends: {process.last_words}" if process.last_words else ""
    clash += "".join(f"; the process of container {name} will end: {other.last_words}" for name, other in losers)
    return StartContainer(
        node=ctx.machine.name,
        target=ctx.key,
        uid=uid,
        container=container.name,
        process=process,
        losers=tuple(losers),
        size=images.size_of(container.image),
        back_off=back_off,
        reason="Started",
        message=f"{ctx.where} {verb} container {container.name} of {ctx.name}{clash}.",
        events=(
            pulled,
            ctx.note("Created", "Container created", container=container.name),
            ctx.note("Started", "Container started", container=container.name),
        ),
    )
