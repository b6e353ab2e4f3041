"""One look at a DaemonSet: which node lacks a Pod, and which Pod is one too many.

Source: `podsShouldBeOnNode`, `manage`, `updateDaemonSetStatus` of `pkg/controller/daemon/daemon_controller.go`.

**Simplified:** upstream remembers for how long it does not replace the failed Pod of a node, twice as long after each
failure. Here it is read from the Events about the Pods that it replaced before.
"""

from collections.abc import Iterable, Sequence

import attrs

from kubelab.api.apps import DaemonSet, DaemonSetStatus
from kubelab.api.core.node import Node
from kubelab.api.core.pod import Pod
from kubelab.api.model import evolve
from kubelab.api.scalars import IntOrString
from kubelab.components.daemonset.template import REVISION_HASH, is_pod_updated, should_run, target_node
from kubelab.state.pods import is_pod_available, is_pod_ready, is_pod_terminal
from kubelab.state.requests import EventNote, Requeue
from kubelab.state.snapshot import SECOND, View, key_of

FIRST_FAILURE_BACK_OFF = SECOND
LONGEST_FAILURE_BACK_OFF = 900 * SECOND

FAILED = "FailedDaemonPod"


@attrs.define(eq=False)
class DaemonSync:
    """What is known while one DaemonSet is looked at; it ends with the look.

    Attributes:
        view: the cluster.
        daemon_set: the DaemonSet as it is.
        digest: the hash of its template.
        nodes: all nodes.
        places: by node, whether a Pod should be started there, and whether one that is there may go on.
        by_node: its Pods by the node to which they belong.
        create: the nodes on which a Pod is created, each with the reason.
        delete: the Pods that are deleted, each with the reason.
        notes: Events about Pods that have ended.
        again: when to look again.
    """

    view: View
    daemon_set: DaemonSet
    digest: str
    nodes: Sequence[Node]
    places: dict[str, tuple[bool, bool]]
    by_node: dict[str, list[Pod]]
    create: list[tuple[str, str]] = attrs.field(factory=list)
    delete: list[tuple[Pod, str]] = attrs.field(factory=list)
    notes: list[EventNote] = attrs.field(factory=list)
    again: list[Requeue] = attrs.field(factory=list)

    @property
    def name(self) -> str:
        """What messages call the DaemonSet."""
        return f"DaemonSet {self.daemon_set.metadata.name}"

    @property
    def desired(self) -> int:
        """On how many nodes a Pod should run."""
        return sum(starts for starts, _ in self.places.values())

    def available(self, pod: Pod) -> bool:
        """Whether a Pod has been ready for long enough."""
        return is_pod_available(pod, self.daemon_set.spec.min_ready_seconds, self.view.now)

    def updated(self, pod: Pod) -> bool:
        """Whether a Pod is made from the template as it is now."""
        return is_pod_updated(self.daemon_set, pod, self.digest)

    def note(self, reason: str, message: str, kind: str) -> None:
        """Have an Event recorded."""
        self.notes.append(EventNote(key_of(self.daemon_set), reason, message, type=kind))


def observe(view: View, daemon_set: DaemonSet, digest: str, pods: Iterable[Pod]) -> DaemonSync:
    """Sort the Pods by the nodes to which they belong; those that have ended and are being deleted do not count."""
    nodes: list[Node] = view.list("Node")
    places = {node.metadata.name: should_run(daemon_set, node) for node in nodes}
    by_node: dict[str, list[Pod]] = {}
    for pod in pods:
        if is_pod_terminal(pod) and pod.metadata.deletion_timestamp is not None:
            continue
        node = target_node(pod)
        if node:
            by_node.setdefault(node, []).append(pod)
    for held in by_node.values():
        held.sort(key=_age)
    return DaemonSync(view, daemon_set, digest, nodes, places, by_node)


def _age(pod: Pod) -> tuple[bool, int, str, str]:
    """Bound ones first, then the oldest; where both were made in one second, the one of the older template."""
    meta = pod.metadata
    generation = meta.labels.get("pod-template-generation", "").rjust(20)
    return not pod.spec.node_name, meta.creation_timestamp or 0, generation, meta.name


def allows_surge(daemon_set: DaemonSet) -> bool:
    """Whether a node may have an old and a new Pod at the same time."""
    return surge_count(daemon_set, 1) > 0


def surge_count(daemon_set: DaemonSet, nodes: int) -> int:
    """On how many of so many nodes a new Pod may start beside the old one."""
    strategy = daemon_set.spec.update_strategy
    if strategy.type != "RollingUpdate" or strategy.rolling_update is None:
        return 0
    return scaled(strategy.rolling_update.max_surge, nodes)


def scaled(value: IntOrString | None, total: int) -> int:
    """A number as it is, or a percentage of `total` rounded up; nothing counts as 0."""
    if value is None or isinstance(value, int):
        return value or 0
    return -(-int(value.removesuffix("%")) * total // 100)


def manage(sync: DaemonSync) -> None:
    """Find the nodes that lack a Pod and the Pods that do not belong where they are."""
    for node in sync.nodes:
        _manage_node(sync, node.metadata.name)
    for name in sorted(sync.by_node.keys() - sync.places.keys()):
        unbound = (pod for pod in sync.by_node[name] if not pod.spec.node_name)
        sync.delete += [(pod, f"its node {name} does not exist") for pod in unbound]


def _manage_node(sync: DaemonSync, name: str) -> None:
    starts, goes_on = sync.places[name]
    pods = sync.by_node.get(name)
    if starts and not pods:
        sync.create.append((name, "it had none"))
    elif goes_on:
        running = _running(sync, name, pods or [])
        if allows_surge(sync.daemon_set):
            _manage_surge(sync, name, running)
        else:
            sync.delete += [(pod, f"node {name} has an older one") for pod in running[1:]]
    elif pods:
        staying = (pod for pod in pods if pod.metadata.deletion_timestamp is None)
        sync.delete += [(pod, f"it may not run on node {name}") for pod in staying]


def _running(sync: DaemonSync, node: str, pods: Iterable[Pod]) -> list[Pod]:
    """The Pods of a node that go on; those that have ended are deleted, so that they are made anew."""
    running: list[Pod] = []
    for pod in pods:
        where = f"{pod.metadata.namespace}/{pod.metadata.name} on node {node}"
        if pod.metadata.deletion_timestamp is not None:
            continue
        if pod.status.phase == "Failed":
            delay, last = _failure_back_off(sync, node, pod)
            if last + delay > sync.view.now:
                sync.again.append(Requeue(at=last + delay, recurring=delay > FIRST_FAILURE_BACK_OFF))
                continue
            sync.note(FAILED, f"Found failed daemon pod {where}, will try to kill it", "Warning")
            sync.delete.append((pod, "it has failed, and is made anew"))
        elif pod.status.phase == "Succeeded":
            sync.note("SucceededDaemonPod", f"Found succeeded daemon pod {where}, will try to delete it", "Normal")
            sync.delete.append((pod, "it has ended, and is made anew"))
        else:
            running.append(pod)
    return running


def _failure_back_off(sync: DaemonSync, node: str, pod: Pod) -> tuple[int, int]:
    """For how long, and since when, the failed Pod of a node is not replaced, in microseconds (since 1970)."""
    records = sync.view.events(key_of(sync.daemon_set))
    ending = f" on node {node}, will try to kill it"
    times = sorted(r.last for r in records if r.reason == FAILED and r.message.endswith(ending))
    delay, last = FIRST_FAILURE_BACK_OFF, (pod.metadata.creation_timestamp or 0) * SECOND
    for number, at in enumerate(times):
        fresh = number == 0 or at - times[number - 1] > 2 * LONGEST_FAILURE_BACK_OFF
        delay = FIRST_FAILURE_BACK_OFF if fresh else min(2 * delay, LONGEST_FAILURE_BACK_OFF)
        last = max(last, at)
    return delay, last


def _manage_surge(sync: DaemonSync, name: str, running: list[Pod]) -> None:
    """While a node may have two Pods: the new one stays, and the old one as long as it is the one that serves."""
    if not running and sync.places[name][0]:
        sync.create.append((name, "it had none that stays"))
    if len(running) < 2:
        return
    newest: list[Pod | None] = [None, None]
    for pod in running:
        slot = int(pod.metadata.labels.get(REVISION_HASH) != sync.digest)
        if newest[slot] is None:
            newest[slot] = pod
        else:
            sync.delete.append((pod, f"node {name} has an older one"))
    new, old = newest
    if new is None or old is None:
        return
    if not is_pod_ready(old):
        sync.delete.append((old, f"it is not ready, and node {name} has a newer one"))
    elif sync.available(new):
        sync.delete.append((old, f"the newer one on node {name} is available"))


# What is reported


def status_of(sync: DaemonSync) -> DaemonSetStatus:
    """The status as the Pods are, seen before anything of this look is done."""
    desired = current = misscheduled = ready = updated = available = 0
    for name, (starts, _) in sync.places.items():
        pods = sync.by_node.get(name)
        if not starts:
            misscheduled += bool(pods)
            continue
        desired += 1
        if not pods:
            continue
        current += 1
        pod = pods[0]
        if is_pod_ready(pod):
            ready += 1
            available += sync.available(pod)
        updated += sync.updated(pod)
    return evolve(
        sync.daemon_set.status,
        observed_generation=sync.daemon_set.metadata.generation,
        desired_number_scheduled=desired,
        current_number_scheduled=current,
        number_misscheduled=misscheduled,
        number_ready=ready,
        updated_number_scheduled=updated,
        number_available=available,
        number_unavailable=desired - available,
    )
