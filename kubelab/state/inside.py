"""What the containers of a Pod see when they look around: their files and their variables.

This is no wish and no report: it is what is on the machine (`kubelab.state.machine`). So it shows what a Secret said
when the container was started, not what it says now.
"""

from collections.abc import Iterator

import attrs

from kubelab.api.core.container import Container
from kubelab.api.core.pod import Pod
from kubelab.api.core.volume import ServiceAccountTokenProjection, Volume, VolumeMount
from kubelab.state.content import Content, File, Variable
from kubelab.state.machine import ContainerProcess, Sandbox
from kubelab.state.snapshot import View
from kubelab.state.tokens import mounted_token

TOKEN_ORIGIN = "token of ServiceAccount"


@attrs.frozen(slots=True)
class Mount:
    """A place in a container's file system at which a volume is.

    Attributes:
        path: where.
        volume: what is there: ``Secret db-login``, ``emptyDir``, ``claim data``.
        copied: whether it is a copy of its own (``subPath``), which does not follow its source.
        read_only: whether the container may only read it.
        files: its files, where the kubelet made them; a path of "" is the mount itself.
    """

    path: str
    volume: str
    copied: bool = False
    read_only: bool = False
    files: tuple[File, ...] = ()


@attrs.frozen(slots=True)
class InsideContainer:
    """What one container sees.

    Attributes:
        name: the container.
        state: ``running``, ``ended`` or ``not started``.
        started_at: when it was started, in microseconds since 1970; 0 while it was not.
        variables: its own variables, in order.
        links: the variables for Services.
        mounts: what is mounted where, in order.
    """

    name: str
    state: str
    started_at: int = 0
    variables: tuple[Variable, ...] = ()
    links: tuple[Variable, ...] = ()
    mounts: tuple[Mount, ...] = ()

    def variable(self, name: str) -> Content | None:
        """A variable, or None."""
        return next((each.content for each in (*self.variables, *self.links) if each.name == name), None)

    def file(self, path: str) -> Content | None:
        """A file by its whole path, or None."""
        for mount in self.mounts:
            for each in mount.files:
                if path == (f"{mount.path.rstrip('/')}/{each.path}" if each.path else mount.path):
                    return each.content
        return None


def inside(view: View, pod: Pod) -> tuple[InsideContainer, ...]:
    """What each container of a Pod sees, init containers first; nothing while it has no machine."""
    machine = view.machine(pod.spec.node_name) if pod.spec.node_name else None
    sandbox = machine.sandboxes.get(pod.metadata.uid) if machine is not None else None
    containers = (*pod.spec.init_containers, *pod.spec.containers)
    return tuple(_container(view, pod, sandbox, container) for container in containers)


def _container(view: View, pod: Pod, sandbox: Sandbox | None, container: Container) -> InsideContainer:
    process = sandbox.containers.get(container.name) if sandbox is not None else None
    if sandbox is None or process is None:
        return InsideContainer(container.name, "not started")
    hostname = Content(value=pod.spec.hostname or pod.metadata.name, origin="container runtime")
    return InsideContainer(
        container.name,
        "running" if process.running(view.now) else "ended",
        process.started_at,
        (Variable(name="HOSTNAME", content=hostname), *process.environment),
        process.service_links,
        tuple(_mount(view, pod, sandbox, process, mount) for mount in container.volume_mounts),
    )


def _mount(view: View, pod: Pod, sandbox: Sandbox, process: ContainerProcess, mount: VolumeMount) -> Mount:
    volume = next((each for each in pod.spec.volumes if each.name == mount.name), None)
    copied = bool(mount.sub_path or mount.sub_path_expr)
    what = described(volume) if volume is not None else mount.name
    if copied:
        files = process.copies.get(mount.mount_path, ())
    else:
        files = tuple(_files(view, pod, sandbox, volume)) if volume is not None else ()
    return Mount(mount.mount_path, what, copied, mount.read_only, files)


def _files(view: View, pod: Pod, sandbox: Sandbox, volume: Volume) -> Iterator[File]:
    made = sandbox.volumes.get(volume.name)
    if made is None:
        return
    origin = f"{TOKEN_ORIGIN} {pod.spec.service_account_name or 'default'}"
    tokens = [
        File(path=asked.path, content=Content(value=mounted_token(view, pod, made, asked), origin=origin, secret=True))
        for asked in _asked(volume)
    ]
    yield from sorted((*made.files, *tokens), key=lambda each: each.path)


def _asked(volume: Volume) -> Iterator[ServiceAccountTokenProjection]:
    for each in volume.projected.sources if volume.projected is not None else ():
        if each.service_account_token is not None:
            yield each.service_account_token


def described(volume: Volume) -> str:
    """What a volume is, in a few words."""
    if volume.secret is not None:
        return f"Secret {volume.secret.secret_name}"
    if volume.config_map is not None:
        return f"ConfigMap {volume.config_map.name}"
    if volume.projected is not None:
        return "projected"
    if volume.downward_api is not None:
        return "downwardAPI"
    if volume.persistent_volume_claim is not None:
        return f"PersistentVolumeClaim {volume.persistent_volume_claim.claim_name}"
    if volume.empty_dir is not None:
        return "emptyDir"
    if volume.host_path is not None:
        return f"hostPath {volume.host_path.path}"
    return volume.name
