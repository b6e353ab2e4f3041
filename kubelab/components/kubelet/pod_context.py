"""What the kubelet has in hand while it looks at one Pod: the Pod, its sandbox, its node and the time."""

import attrs

from kubelab.api.behaviour import Behaviour, behaviour
from kubelab.api.core.container import Container
from kubelab.api.core.node import Node
from kubelab.api.core.pod import Pod
from kubelab.api.memo import IdentityMemo
from kubelab.components.kubelet.probes import Outlook, outlook
from kubelab.state.event_correlation import COMBINED
from kubelab.state.machine import ContainerProcess, Machine, Sandbox
from kubelab.state.requests import EventNote
from kubelab.state.snapshot import ObjectKey, View

_acts: "IdentityMemo[tuple[Pod, dict[str, Behaviour]]]" = IdentityMemo(limit=4096)


@attrs.frozen(slots=True, eq=False)
class PodContext:
    """One Pod on one machine at one moment.

    Attributes:
        view: the cluster as the kubelet sees it.
        pod: the Pod.
        key: its key.
        node: the Node object of the machine.
        machine: the machine.
        sandbox: the Pod's sandbox, or None while (or when no longer) there is one.
    """

    view: View
    pod: Pod
    key: ObjectKey
    node: Node
    machine: Machine
    sandbox: Sandbox | None

    @property
    def now(self) -> int:
        """The time, in microseconds since 1970."""
        return self.view.now

    @property
    def where(self) -> str:
        """The subject of every sentence for the learner."""
        return f"kubelet on {self.machine.name}"

    @property
    def name(self) -> str:
        """The Pod, as a sentence names it."""
        return str(self.key)

    def acts(self, container: str) -> Behaviour:
        """How a container behaves; worked out once for all Pods of a template."""
        pod = self.pod
        known = _acts.get(pod.spec.containers)
        if known is None or not _behave_alike(known[0], pod):
            known = _acts.put(pod.spec.containers, (pod, {}))
        found = known[1].get(container)
        if found is None:
            found = known[1][container] = behaviour(pod, container)
        return found

    def process(self, container: str) -> ContainerProcess | None:
        """The newest process of a container."""
        return self.sandbox.containers.get(container) if self.sandbox is not None else None

    def started_here(self, process: ContainerProcess | None) -> bool:
        """Whether a process was started in the present sandbox, not in one that died with its machine."""
        return process is not None and self.sandbox is not None and process.started_at >= self.sandbox.started_at

    def outlook(self, container: Container, process: ContainerProcess) -> Outlook:
        """What the probes of a process come to."""
        return outlook(container, process, self.acts(container.name), self.address)

    @property
    def address(self) -> str:
        """The address of the Pod, "" while it has none."""
        if self.pod.spec.host_network:
            return host_address(self.node)
        return self.sandbox.ip if self.sandbox is not None else ""

    def note(self, reason: str, message: str, type: str = "Normal", container: str = "") -> EventNote:
        """An Event about the Pod, or about one of its containers."""
        about = field_path(self.pod, container) if container else ""
        return EventNote(self.key, reason, message, type, "kubelet", self.machine.name, self.pod.metadata.uid, about)

    def noted(self, note: EventNote, since: int = 0) -> bool:
        """Whether this Event has been recorded, alone or combined with others, at `since` or later.

        A Namespace that goes away takes no more of them.
        """
        namespace = self.view.get("Namespace", "", note.regarding.namespace)
        if namespace is not None and namespace.metadata.deletion_timestamp is not None:
            return True
        return any(
            event.uid == note.uid
            and event.reason == note.reason
            and event.field_path == note.field_path
            and (event.message == note.message or event.message.startswith(COMBINED))
            and event.last >= since
            for event in self.view.events(self.key)
        )


def _behave_alike(one: Pod, other: Pod) -> bool:
    return one.spec.init_containers is other.spec.init_containers and (
        one.metadata.annotations is other.metadata.annotations or one.metadata.annotations == other.metadata.annotations
    )


def host_address(node: Node) -> str:
    """The address of the machine, as its Node says it."""
    return next((each.address for each in node.status.addresses if each.type == "InternalIP"), "")


def is_sidecar(container: Container) -> bool:
    """Whether an init container goes on running beside the others (``restartPolicy: Always``)."""
    return container.restart_policy == "Always"


def format_pod(pod: Pod) -> str:
    """The Pod as the kubelet's messages name it: ``web_default(uid)``."""
    return f"{pod.metadata.name}_{pod.metadata.namespace}({pod.metadata.uid})"


def field_path(pod: Pod, container: str) -> str:
    """What the Events about a container say that they are about (``fieldPath`` of `pkg/kubelet/container`)."""
    spec = pod.spec
    initial = any(each.name == container for each in spec.init_containers)
    return f"spec.{'initContainers' if initial else 'containers'}{{{container}}}"
