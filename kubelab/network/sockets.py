"""Sockets: which ports are open at a Pod or a node, and why another one is not.

A connection is accepted by a process that listens, or refused by the kernel of the machine. All containers of a Pod
share one address, so a port is open at the Pod as soon as one of them listens on it.

What a container listens on is its list of ports, or what the annotation ``kubelab/serves`` says in its place; it does
so from `kubelab/ready-seconds` after its start until its process ends. A container that is ``never ready`` listens all
the same: that it is not ready is the business of its readiness probe, and of the Service that leaves it out.

**In Kubernetes:** the TCP stack of the kernel. `containerPort` is information only: a process may listen on any port.

**Simplified:** a Pod of which no port is declared anywhere answers on every port, since nobody has said what its
programs do. Of two containers that want the same port the first has it, and the other ends (`kubelet.ports`).
"""

from collections.abc import Iterator

import attrs

from kubelab.api.behaviour import PREFIX, Behaviour, behaviour
from kubelab.api.core.container import Container
from kubelab.api.core.pod import Pod
from kubelab.network.addresses import sandbox_of
from kubelab.state.bootstrap import SECURE_PORT
from kubelab.state.machine import ContainerProcess, Machine, Sandbox
from kubelab.state.snapshot import SECOND, ObjectKey, View

KUBELET_PORT = 10250
"""Where every kubelet listens for the API server."""

API_SERVER = "kube-apiserver"


@attrs.frozen(slots=True, kw_only=True)
class Knock:
    """What becomes of a connection that reaches a Pod or a node.

    Attributes:
        accepted: whether a process takes it.
        by: the container, or the program on the machine, that does or should; "" where there is none.
        cause: why it is refused: ``port-not-listening``, ``container-not-running`` or ``not-listening-yet``; or "".
        sentence: the same for the learner.
    """

    accepted: bool
    by: str = ""
    cause: str = ""
    sentence: str = ""


def pod_of(view: View, sandbox: Sandbox) -> Pod | None:
    """The Pod that a sandbox was made for.

    When its object is gone although the sandbox lives on (it was deleted by force while its kubelet could not hear of
    it), it is what etcd still remembers of it, or None once that is compacted.
    """
    pod: Pod | None = view.get("Pod", sandbox.namespace, sandbox.name)
    if pod is not None and pod.metadata.uid == sandbox.uid:
        return pod
    key = ObjectKey("Pod", sandbox.namespace, sandbox.name)
    history = view.snapshot.history
    for number in sorted(history, reverse=True):
        revision = history[number]
        if revision.key == key and revision.before is not None and revision.before.metadata.uid == sandbox.uid:
            found: Pod = revision.before
            return found
    return None


def containers_of(pod: Pod) -> tuple[Container, ...]:
    """The containers that run side by side: the ordinary ones and the sidecars."""
    return (*pod.spec.containers, *(c for c in pod.spec.init_containers if c.restart_policy == "Always"))


def says_nothing_of_ports(pod: Pod) -> bool:
    """Whether neither the containers nor the annotations of a Pod say what it listens on."""
    said = any(name.startswith(f"{PREFIX}serves") for name in pod.metadata.annotations)
    return not said and not any(container.ports for container in containers_of(pod))


def serves(pod: Pod, container: Container, port: int, protocol: str) -> bool:
    """Whether the process of a container would listen on a port once it runs."""
    if port not in behaviour(pod, container.name).serves:
        return False
    declared = [p.protocol or "TCP" for p in container.ports if p.container_port == port]
    return not declared or protocol in declared


def ports_of(pod: Pod) -> tuple[int, ...]:
    """The ports that the containers of a Pod listen on, in order."""
    return tuple(sorted({port for c in containers_of(pod) for port in behaviour(pod, c.name).serves}))


def named_port(pod: Pod, name: str, protocol: str) -> int | None:
    """The number of the port that a container of the Pod calls by a name, or None."""
    for container in containers_of(pod):
        for port in container.ports:
            if port.name == name and (port.protocol or "TCP") == protocol:
                return port.container_port
    return None


def runs_anything(view: View, sandbox: Sandbox) -> bool:
    """Whether any process of a Pod is alive, init containers included."""
    return any(process.running(view.now) for process in sandbox.containers.values())


def knock_at_pod(view: View, sandbox: Sandbox, port: int, protocol: str) -> Knock:
    """Whether a process of a Pod takes a connection to a port."""
    pod = pod_of(view, sandbox)
    if pod is None:
        return Knock(
            accepted=False,
            cause="port-not-listening",
            sentence=f"Nobody knows any more what {sandbox.name} listens on.",
        )
    candidates = [c for c in containers_of(pod) if serves(pod, c, port, protocol)]
    if not candidates and says_nothing_of_ports(pod):
        candidates = list(containers_of(pod))
    if not candidates:
        return _closed(pod, port, protocol)
    knocks = [_at_container(view, pod, sandbox, container, port) for container in candidates]
    return next((knock for knock in knocks if knock.accepted), knocks[0])


def _closed(pod: Pod, port: int, protocol: str) -> Knock:
    open_ports = ", ".join(map(str, ports_of(pod)))
    instead = f"it listens on {open_ports}" if open_ports else "it listens on no port at all"
    what = f"{port}" if protocol == "TCP" else f"{protocol} port {port}"
    said = f"No container of Pod {pod.metadata.name} listens on {what}; {instead}."
    return Knock(accepted=False, cause="port-not-listening", sentence=said)


def _at_container(view: View, pod: Pod, sandbox: Sandbox, container: Container, port: int) -> Knock:
    name, process = container.name, sandbox.containers.get(container.name)
    if process is None or not process.running(view.now):
        why = "has not been started yet" if process is None else f"has ended with exit code {process.exit_code}"
        said = f"Container {name} of Pod {pod.metadata.name} would listen on {port}, but it {why}."
        return Knock(accepted=False, by=name, cause="container-not-running", sentence=said)
    opens = opens_at(process, behaviour(pod, name))
    if view.now < opens:
        later = f"{(opens - view.now) / SECOND:g} s"
        said = f"Container {name} of Pod {pod.metadata.name} has started, but opens port {port} only in {later}."
        return Knock(accepted=False, by=name, cause="not-listening-yet", sentence=said)
    return Knock(
        accepted=True, by=name, sentence=f"Container {name} of Pod {pod.metadata.name} listens on port {port}."
    )


def opens_at(process: ContainerProcess, acts: Behaviour) -> int:
    """When a process opens its ports, in microseconds since 1970."""
    return process.started_at + round(acts.ready_seconds * SECOND)


def knock_at_node(view: View, machine: Machine, port: int, protocol: str) -> Knock:
    """Whether a process on a machine itself takes a connection: its kubelet, or a Pod in the machine's network."""
    name = machine.name
    if port == KUBELET_PORT and protocol == "TCP":
        if machine.silent_since is None:
            return Knock(accepted=True, by="kubelet", sentence=f"The kubelet of {name} listens on port {port}.")
        said = f"The kubelet of {name} would listen on {port}, but it is stopped."
        return Knock(accepted=False, by="kubelet", cause="container-not-running", sentence=said)
    for pod in host_network_pods(view, name):
        found = sandbox_of(view, pod)
        if found is not None and any(serves(pod, c, port, protocol) for c in containers_of(pod)):
            return knock_at_pod(view, found[1], port, protocol)
    said = f"Nothing on node {name} listens on port {port}: no program, no Pod in its network, and no node port."
    return Knock(accepted=False, cause="port-not-listening", sentence=said)


def knock_at_control_plane(port: int, protocol: str, stopped: frozenset[str]) -> Knock:
    """Whether the machine of the control plane takes a connection: the API server does."""
    if port != SECURE_PORT or protocol != "TCP":
        said = f"Nothing on the control plane listens on port {port}; the API server listens on {SECURE_PORT}."
        return Knock(accepted=False, cause="port-not-listening", sentence=said)
    if API_SERVER in stopped:
        said = f"The API server would listen on {port}, but it is stopped."
        return Knock(accepted=False, by=API_SERVER, cause="container-not-running", sentence=said)
    return Knock(accepted=True, by=API_SERVER, sentence=f"The API server listens on port {port}.")


def host_network_pods(view: View, node: str) -> Iterator[Pod]:
    """The Pods on a node that have no address of their own but that of the node."""
    return (pod for pod in view.pods_on(node) if pod.spec.host_network)


def host_port(view: View, machine: Machine, port: int, protocol: str) -> tuple[Sandbox, int] | None:
    """The Pod that has claimed a port of its node for one of its containers, and the port there; or None."""
    for uid in sorted(machine.sandboxes):
        sandbox = machine.sandboxes[uid]
        pod = view.get("Pod", sandbox.namespace, sandbox.name)
        if pod is None or pod.metadata.uid != uid or pod.spec.host_network or sandbox_of(view, pod) is None:
            continue
        for container in containers_of(pod):
            for each in container.ports:
                if each.host_port == port and (each.protocol or "TCP") == protocol:
                    return sandbox, each.container_port
    return None
