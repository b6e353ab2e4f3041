"""Getting the image of a container: from the machine's disk, or from its registry, again and again if need be.

**In Kubernetes:** kubelet `pkg/kubelet/images` (EnsureImageExists, pullImage).
"""

from kubelab.api.core.container import Container, ContainerStateWaiting
from kubelab.api.model import evolve
from kubelab.components.kubelet import images
from kubelab.components.kubelet.keyring import access_error
from kubelab.components.kubelet.pod_context import PodContext
from kubelab.components.kubelet.runtime import FailPull, PullImage
from kubelab.components.kubelet.step import Step
from kubelab.state.machine import Pull, Sandbox

SHOWS_ERROR = 1_000_000
"""How long a failed pull is shown as ErrImagePull, before it is ImagePullBackOff, in microseconds."""


def must_pull(ctx: PodContext, container: Container) -> bool:
    """Whether the image has to be pulled, or at least asked for at the registry."""
    if container.image_pull_policy == "Always" or ctx.acts(container.name).cannot_pull:
        return True
    return not images.present(ctx.machine, container.image, ctx.now) or bool(access_error(ctx, container.image))


def first_pull(ctx: PodContext) -> PullImage | None:
    """The pull that begins together with the sandbox: that of the first container, if it needs one."""
    container = (*ctx.pod.spec.init_containers, *ctx.pod.spec.containers)[0]
    if container.image_pull_policy == "Never" or not must_pull(ctx, container):
        return None
    return pull_image(ctx, container)


def pull_image(ctx: PodContext, container: Container) -> PullImage:
    """The request that begins the pull of a container's image."""
    acts = ctx.acts(container.name)
    error = access_error(ctx, container.image) or (images.pull_error(container.image) if acts.cannot_pull else "")
    return PullImage(
        node=ctx.machine.name,
        target=ctx.key,
        uid=ctx.pod.metadata.uid,
        container=container.name,
        image=container.image,
        seconds=images.pull_seconds(ctx.machine, container.image, acts, bool(error)),
        error=error,
        reason="Pulling",
        message=f"{ctx.where} began to pull image {container.image} for container {container.name} of {ctx.name}.",
        events=(ctx.note("Pulling", images.pulling_message(container.image), container=container.name),),
    )


def fail_pull(ctx: PodContext, container: Container) -> FailPull:
    """The request that takes note of a pull that has failed."""
    assert ctx.sandbox is not None
    last = ctx.sandbox.pull_back_off.get(container.name)
    error = ctx.sandbox.pulls[container.name].error
    failed = f'Failed to pull image "{container.image}": {error}'
    return FailPull(
        node=ctx.machine.name,
        target=ctx.key,
        uid=ctx.pod.metadata.uid,
        container=container.name,
        back_off=evolve(images.next_back_off(last, ctx.now, ctx.now), error=error),
        reason="Failed",
        message=f"{ctx.where} could not pull image {container.image} for container {container.name} of {ctx.name}.",
        events=(
            ctx.note("Failed", failed, "Warning", container.name),
            ctx.note("Failed", "Error: ErrImagePull", "Warning", container.name),
        ),
    )


def pull_back_off(ctx: PodContext, sandbox: Sandbox, container: Container) -> Step | None:
    """Wait after a pull that failed; None when it may be tried again."""
    last = sandbox.pull_back_off.get(container.name)
    if last is None or ctx.now >= last.updated_at + last.delay:
        return None
    error = last.error
    if ctx.now < last.updated_at + SHOWS_ERROR:
        return Step(
            waiting=ContainerStateWaiting(reason="ErrImagePull", message=error), at=last.updated_at + SHOWS_ERROR
        )
    told = images.back_off_message(container.image)
    return Step(
        waiting=ContainerStateWaiting(reason="ImagePullBackOff", message=f"{told}: ErrImagePull: {error}"),
        events=(
            ctx.note("BackOff", told, container=container.name),
            ctx.note("Failed", "Error: ImagePullBackOff", "Warning", container.name),
        ),
        at=last.updated_at + last.delay,
        recurring=bool(access_error(ctx, container.image)) or ctx.acts(container.name).cannot_pull,
    )


def while_pulling(ctx: PodContext, container: Container, pull: Pull) -> ContainerStateWaiting | None:
    """A container whose image is tried once more still shows why the last try failed."""
    assert ctx.sandbox is not None
    last = ctx.sandbox.pull_back_off.get(container.name)
    if last is None:
        return None
    told = f"{images.back_off_message(pull.image)}: ErrImagePull: {last.error}"
    return ContainerStateWaiting(reason="ImagePullBackOff", message=told)


def never_pull(ctx: PodContext, container: Container) -> Step:
    """A container whose image is not here and must not be pulled."""
    told = images.never_pull_message(container.image)
    return Step(
        waiting=ContainerStateWaiting(reason="ErrImageNeverPull", message=told),
        events=(
            ctx.note("ErrImageNeverPull", told, "Warning", container.name),
            ctx.note("Failed", "Error: ErrImageNeverPull", "Warning", container.name),
        ),
    )
