"""What the kubelet asks of its container runtime: sandboxes, images, containers.

Each request is a pure function of the machine and the time. Nothing here decides anything: what is to be done is
worked out elsewhere, from what these requests left behind.

**In Kubernetes:** the container runtime interface (CRI) and containerd behind it; the CNI plugin that gives addresses.

**Simplified:** a process is played, not run: when it starts it is known when it will end. Starting takes no time.
"""

from functools import lru_cache
from ipaddress import IPv4Network

import attrs

from kubelab.api.model import evolve
from kubelab.api.scalars import FrozenMap
from kubelab.state.content import MountedVolume
from kubelab.state.machine import BackOff, ContainerProcess, Machine, Pull, Sandbox
from kubelab.state.requests import MachineRequest

RESERVED_ADDRESSES = 2
"""The first addresses of a Pod network: the network itself and its bridge."""


@attrs.frozen(slots=True, kw_only=True)
class RuntimeRequest(MachineRequest):
    """A request about one Pod; a step shows what it did to the Pod's sandbox.

    Attributes:
        uid: the uid of the Pod.
    """

    uid: str

    def shown(self, machine: Machine) -> Sandbox | None:
        """The sandbox of the Pod."""
        return machine.sandboxes.get(self.uid)


@attrs.frozen(slots=True, kw_only=True)
class PullImage(RuntimeRequest):
    """Begin to pull the image of one container.

    Attributes:
        container: for which container.
        image: which image.
        seconds: how long it takes once its turn has come.
        error: why it cannot be pulled, or "".
    """

    container: str
    image: str
    seconds: float
    error: str = ""

    def apply(self, machine: Machine, now: int) -> Machine:
        """The image is on its way; it waits for the pulls that the machine has begun before."""
        sandbox = machine.sandboxes.get(self.uid)
        if sandbox is None:
            return machine
        begins = max(now, machine.pulling_until)
        done = begins + round(self.seconds * 1_000_000)
        pull = Pull(image=self.image, asked_at=now, begins_at=begins, done_at=done, error=self.error)
        machine = with_sandbox(machine, evolve(sandbox, pulls=sandbox.pulls.with_({self.container: pull})))
        if self.error:
            return evolve(machine, pulling_until=done)
        return evolve(machine, pulling_until=done, pulling=machine.pulling.with_({self.image: done}))


@attrs.frozen(slots=True, kw_only=True)
class RunPodSandbox(RuntimeRequest):
    """Make the sandbox of a Pod: its network namespace with an address, kept by the pause container.

    A sandbox that died with its machine is replaced; what ran in it stays known.

    Attributes:
        network: the node's range of Pod addresses, or "" for a Pod in the network of its node.
        pull: the pull that begins right after it, or None.
        volumes: the volumes whose files the kubelet has made.
    """

    network: str
    pull: PullImage | None = None
    volumes: FrozenMap[str, MountedVolume] = attrs.field(factory=FrozenMap)

    def apply(self, machine: Machine, now: int) -> Machine:
        """The sandbox is there, with the next free address."""
        old = machine.sandboxes.get(self.uid)
        machine = released(machine, self.uid)
        address, number = "", machine.last_address
        if self.network:
            found = free_address(machine, self.network)
            if found is None:
                return machine
            address, number = found
        empty = Sandbox(namespace=self.target.namespace, name=self.target.name, uid=self.uid)
        sandbox = evolve(
            old or empty, ip=address, started_at=now, stopped_at=None, pulls=empty.pulls, volumes=self.volumes
        )
        if address:
            machine = evolve(machine, addresses=machine.addresses.set(address, self.uid), last_address=number)
        machine = with_sandbox(machine, sandbox)
        return self.pull.apply(machine, now) if self.pull is not None else machine


@attrs.frozen(slots=True, kw_only=True)
class WriteVolumes(RuntimeRequest):
    """Write the files of volumes anew, all of one volume at once (the atomic writer's symbolic link).

    Attributes:
        volumes: the volumes of the Pod, as they are afterwards.
    """

    volumes: FrozenMap[str, MountedVolume]

    def apply(self, machine: Machine, now: int) -> Machine:
        """The containers see the new files from now on."""
        sandbox = machine.sandboxes.get(self.uid)
        if sandbox is None:
            return machine
        return with_sandbox(machine, evolve(sandbox, volumes=self.volumes))


@attrs.frozen(slots=True, kw_only=True)
class FailPull(RuntimeRequest):
    """Take note that the image of a container could not be pulled, so that it is not tried again at once.

    Attributes:
        container: the container.
        back_off: how long to wait.
    """

    container: str
    back_off: BackOff

    def apply(self, machine: Machine, now: int) -> Machine:
        """The pull is over; the next one has to wait."""
        sandbox = machine.sandboxes.get(self.uid)
        if sandbox is None:
            return machine
        pulls = sandbox.pulls.with_({self.container: None})
        waits = sandbox.pull_back_off.with_({self.container: self.back_off})
        return with_sandbox(machine, evolve(sandbox, pulls=pulls, pull_back_off=waits))


@attrs.frozen(slots=True, kw_only=True)
class StartContainer(RuntimeRequest):
    """Create and start a container.

    Attributes:
        container: its name.
        process: what is started, and when it will end.
        size: the size of its image in bytes.
        back_off: how long to wait before the restart after this one; None at the first start.
        losers: other processes of the Pod, as they will end because of this one.
    """

    container: str
    process: ContainerProcess
    size: int
    back_off: BackOff | None = None
    losers: tuple[tuple[str, ContainerProcess], ...] = ()

    def apply(self, machine: Machine, now: int) -> Machine:
        """The container runs; the process before it, if any, is remembered."""
        sandbox = machine.sandboxes.get(self.uid)
        if sandbox is None:
            return machine
        name = self.container
        old = sandbox.containers.get(name)
        changes: dict[str, object] = {"containers": sandbox.containers.with_({name: self.process, **dict(self.losers)})}
        if old is not None:
            changes["previous"] = sandbox.previous.with_({name: old})
        if name in sandbox.pulls:
            changes["pulls"] = sandbox.pulls.with_({name: None})
        if name in sandbox.pull_back_off:
            changes["pull_back_off"] = sandbox.pull_back_off.with_({name: None})
        if self.back_off is not None:
            changes["restart_back_off"] = sandbox.restart_back_off.with_({name: self.back_off})
        machine = with_sandbox(machine, evolve(sandbox, **changes))
        image = self.process.image
        if image not in machine.images:
            images, since = machine.images.with_({image: self.size}), machine.images_since.with_({image: now})
            machine = evolve(machine, images=images, images_since=since)
        if machine.pulling.get(image, now + 1) <= now:
            machine = evolve(machine, pulling=machine.pulling.with_({image: None}))
        return machine


@attrs.frozen(slots=True, kw_only=True)
class StopContainers(RuntimeRequest):
    """Tell containers to stop; each ends when its process gives up or its grace period is over.

    Attributes:
        ends: how each of them will have ended: its process with the moment, the code and the reason.
        whole_pod: whether the Pod is to stop for good, so that nothing in it is started again.
    """

    ends: tuple[tuple[str, ContainerProcess], ...]
    whole_pod: bool = False

    def apply(self, machine: Machine, now: int) -> Machine:
        """The containers are on their way out."""
        sandbox = machine.sandboxes.get(self.uid)
        if sandbox is None:
            return machine
        stopping = now if self.whole_pod and sandbox.stopping is None else sandbox.stopping
        containers = sandbox.containers.with_(dict(self.ends))
        return with_sandbox(machine, evolve(sandbox, containers=containers, stopping=stopping))


@attrs.frozen(slots=True, kw_only=True)
class StopPodSandbox(RuntimeRequest):
    """Tear down the network of a Pod that has ended; its address is free again."""

    def apply(self, machine: Machine, now: int) -> Machine:
        """The sandbox is stopped; what ran in it stays known."""
        sandbox = machine.sandboxes.get(self.uid)
        if sandbox is None:
            return machine
        return with_sandbox(released(machine, self.uid), evolve(sandbox, stopped_at=now, pulls=Sandbox().pulls))


@attrs.frozen(slots=True, kw_only=True)
class RemovePodSandbox(RuntimeRequest):
    """Remove all that is left of a Pod."""

    def apply(self, machine: Machine, now: int) -> Machine:
        """The Pod is gone from the machine."""
        if self.uid not in machine.sandboxes:
            return machine
        machine = released(machine, self.uid)
        return evolve(machine, sandboxes=machine.sandboxes.delete(self.uid))


def with_sandbox(machine: Machine, sandbox: Sandbox) -> Machine:
    """The machine with this sandbox in the place of the one it had."""
    return evolve(machine, sandboxes=machine.sandboxes.set(sandbox.uid, sandbox))


def released(machine: Machine, uid: str) -> Machine:
    """The machine when the Pod has given back its address."""
    sandbox = machine.sandboxes.get(uid)
    if sandbox is None or machine.addresses.get(sandbox.ip) != uid:
        return machine
    return evolve(machine, addresses=machine.addresses.delete(sandbox.ip))


def free_address(machine: Machine, network: str) -> tuple[str, int] | None:
    """The next free address of the node's range, and its number; None when all are taken.

    The search goes on after the newest one, so that an address is not used again at once.
    """
    first, size = _range(network)
    usable = size - RESERVED_ADDRESSES - 1
    if len(machine.addresses) >= usable:
        return None
    number = machine.last_address
    for _ in range(usable):
        number = number + 1 if RESERVED_ADDRESSES <= number + 1 < size - 1 else RESERVED_ADDRESSES
        address = _dotted(first + number)
        if address not in machine.addresses:
            return address, number
    return None


@lru_cache(maxsize=16384)
def _range(network: str) -> tuple[int, int]:
    """The first address of a range as a number, and how many addresses it has."""
    parsed = IPv4Network(network)
    return int(parsed.network_address), parsed.num_addresses


def _dotted(address: int) -> str:
    return f"{address >> 24}.{address >> 16 & 255}.{address >> 8 & 255}.{address & 255}"
