"""What must be true of a cluster at every step, whatever happens to it.

Each invariant is a function of a state that gives a sentence for every violation; tests and the explorer ask for all.
"""

from collections.abc import Callable, Iterator

from kubelab.api.quantity import milli, value
from kubelab.api.scheme import by_kind
from kubelab.sim.engine import Engine
from kubelab.sim.state import State
from kubelab.state.index import entries
from kubelab.state.requests import Requeue
from kubelab.state.snapshot import ObjectKey

Invariant = Callable[[State], Iterator[str]]


def no_full_node_was_chosen(state: State) -> Iterator[str]:
    """No node holds more than it has: the Pods bound to it fit in what it can give."""
    view = state.view
    for node in view.list("Node"):
        allocated = state.snapshot.allocated.get(node.metadata.name)
        room = node.status.allocatable
        if allocated is None or not room:
            continue
        if allocated.milli_cpu > milli(room.get("cpu", "0")):
            yield f"{node.metadata.name} holds Pods that ask for more CPU than it has"
        if allocated.memory > value(room.get("memory", "0")):
            yield f"{node.metadata.name} holds Pods that ask for more memory than it has"
        if allocated.pods > value(room.get("pods", "0")):
            yield f"{node.metadata.name} holds more Pods than it may"


def pod_addresses_are_unique(state: State) -> Iterator[str]:
    """No two Pods that run have the same address, unless they use their node's network."""
    seen: dict[str, ObjectKey] = {}
    view = state.view
    for key in view.keys("Pod"):
        pod = state.snapshot.objects[key]
        address = pod.status.pod_ip
        if not address or pod.spec.host_network or pod.status.phase in ("Succeeded", "Failed"):
            continue
        if address in seen:
            yield f"{key} and {seen[address]} both have the address {address}"
        seen[address] = key


def every_object_has_its_namespace(state: State) -> Iterator[str]:
    """Objects of namespaced kinds live in a namespace that exists."""
    objects = state.snapshot.objects
    for key in sorted(objects):
        if by_kind(key.kind).namespaced and ObjectKey("Namespace", "", key.namespace) not in objects:
            yield f"{key} is in a namespace that does not exist"


def the_index_is_true(state: State) -> Iterator[str]:
    """What the index says of the objects is what they say themselves."""
    expected: dict[tuple[str, ...], set[ObjectKey]] = {}
    for key, obj in state.snapshot.objects.items():
        for entry in entries(obj):
            expected.setdefault(entry, set()).add(key)
    index = {entry: set(keys) for entry, keys in state.snapshot.index.items()}
    for entry in sorted(expected.keys() | index.keys()):
        if expected.get(entry) != index.get(entry):
            yield f"the index entry {entry} does not hold what it should"


INVARIANTS: tuple[Invariant, ...] = (
    no_full_node_was_chosen,
    pod_addresses_are_unique,
    every_object_has_its_namespace,
    the_index_is_true,
)


def violations(state: State) -> list[str]:
    """Every violation of every invariant."""
    return [sentence for invariant in INVARIANTS for sentence in invariant(state)]


def never_bound_twice(states: Iterator[State]) -> Iterator[str]:
    """A Pod that is bound to a node stays on it, by its uid, over a whole run."""
    bound: dict[str, str] = {}
    for state in states:
        transition = state.transition
        pod = transition.after if transition is not None and transition.key.kind == "Pod" else None
        if pod is None or getattr(pod, "kind", "") != "Pod" or not pod.spec.node_name:
            continue
        node = bound.setdefault(pod.metadata.uid, pod.spec.node_name)
        if node != pod.spec.node_name:
            yield f"Pod {pod.metadata.name} moved from {node} to {pod.spec.node_name}"


def at_rest(engine: Engine, state: State) -> Iterator[str]:
    """Once a cluster has settled, every reconcile of every component that runs asks for nothing."""
    woken = engine.wake_all(state)
    for work in woken.queue.waiting():
        name, _, node = work.actor.partition("/")
        component = engine.component(name)
        if node:
            wanted = component.reconcile_on(state.view, node, work.key)
        else:
            wanted = component.reconcile(state.view, work.key)
        for want in wanted:
            if not isinstance(want, Requeue):
                yield f"{work.actor} still wants to {want.verb} {want.key} for {work.key}"
