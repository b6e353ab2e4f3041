"""Who is woken by a change: the watches of all components, and what a component lists when it starts.

In Kubernetes: informers and their event handlers; the list with which every watch begins.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from kubelab.api.model import evolve
from kubelab.api.scheme import BUILT_IN, knowing
from kubelab.sim.queue import Work
from kubelab.sim.state import State
from kubelab.sim.timers import Timers
from kubelab.state.component import LEARNT, Wanted
from kubelab.state.snapshot import Change, ObjectKey, Revision, Snapshot, View
from kubelab.state.vocabulary import vocabulary_of


def running(state: State, actor: str, snapshot: Snapshot | None = None) -> bool:
    """Whether a component (or its copy on a node) runs, so that it can be woken."""
    if actor in state.stopped:
        return False
    name, _, node = actor.partition("/")
    if not node:
        return True
    if name in state.stopped:
        return False
    machine = (state.snapshot if snapshot is None else snapshot).machines.get(node)
    if machine is None or not machine.powered:
        return False
    return name != "kubelet" or machine.silent_since is None


def wants(component: Any, view: View, node: str, key: ObjectKey) -> Wanted:
    """What a component wants for a key, with the kinds that the cluster it sees knows."""
    with knowing(vocabulary_of(view.snapshot)):
        return tuple(component.reconcile_on(view, node, key) if node else component.reconcile(view, key))


class Wiring:
    """Which component watches which kinds.

    Attributes:
        components: those of which the cluster runs one, in their fixed order.
        node_components: those of which every node runs its own.
    """

    def __init__(self, components: Sequence[Any], node_components: Sequence[Any]) -> None:
        """Wire up the components; what they watch never changes."""
        self.components = components
        self.node_components = node_components
        self._later = {c.name: c.later for c in components if hasattr(c, "later")}
        self._routes: dict[str, tuple[tuple[Any, ...], tuple[Any, ...]]] = {}

    def watchers(self, kind: str) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        """The components that watch a kind: those of the cluster, and those of every node."""
        found = self._routes.get(kind)
        if found is None:
            words = {kind} if kind in BUILT_IN.by_kind else {kind, LEARNT}
            found = self._routes[kind] = (
                tuple(c for c in self.components if not words.isdisjoint(c.watches)),
                tuple(c for c in self.node_components if not words.isdisjoint(c.watches)),
            )
        return found

    def touched(self, change: Change) -> list[tuple[str, ObjectKey]]:
        """The actors that a change concerns, and the keys they have to look at."""
        with knowing(vocabulary_of(change.view.snapshot)):
            return list(self._touched(change))

    def _touched(self, change: Change) -> Iterator[tuple[str, ObjectKey]]:
        watchers, node_watchers = self.watchers(change.key.kind)
        for component in watchers:
            name = component.name
            for key in component.enqueue(change):
                yield name, key
        for component in node_watchers:
            name = component.name
            for node, key in component.enqueue_on(change):
                yield f"{name}/{node}", key

    def wake(self, state: State, change: Change, cause: int | None) -> tuple[list[Work], Timers]:
        """The work that a change makes, and the timers of those who see it late, or look only later."""
        works: list[Work] = []
        timers = state.timers
        later = self._later
        for actor, key in self.touched(change):
            # The machine of a Node that was just created is there only after the change.
            if not running(state, actor, change.view.snapshot):
                continue
            delay = state.delays.get(actor, 0) if state.delays else 0
            wait = later[actor](change, key) if actor in later else None
            at = state.now if wait is None else wait.at
            if delay:
                work = Work(actor, key, cause, change.view.snapshot)
                recurring = wait is not None and wait.recurring
                timers = timers.set((actor, key, timers.serial), at + delay, work, recurring)
            elif wait is not None:
                timers = timers.set_earlier((actor, key, "later"), at, Work(actor, key, cause), wait.recurring)
            else:
                works.append(Work(actor, key, cause))
        return works, timers

    def wake_by(
        self, state: State, seen: Iterable[Revision], view: View, cause: int | None
    ) -> tuple[list[Work], Timers]:
        """The work that several changes of one commit make, and the timers of those who see them late."""
        works: list[Work] = []
        for each in seen:
            change = Change(each.key, each.before, each.after, view, view.snapshot.revision)
            more, timers = self.wake(state, change, cause)
            works += more
            if timers is not state.timers:
                state = evolve(state, timers=timers)
        return works, state.timers

    def everything(self, state: State, names: Iterable[str] = (), cause: int | None = None) -> list[Work]:
        """What actors find to do when they start and list all that they watch; all actors if none is named."""
        chosen = set(names)
        components = {name.partition("/")[0] for name in chosen}
        view = state.view
        works: list[Work] = []
        watched = (*self.components, *self.node_components)
        named = {kind for c in watched if not chosen or c.name in components for kind in c.watches}
        if LEARNT in named:
            named |= {kind.kind for kind in vocabulary_of(state.snapshot).learnt}
        kinds = sorted(named - {LEARNT})
        for kind in kinds:
            for key in view.keys(kind):
                change = Change(key, None, state.snapshot.objects[key], view, state.snapshot.revision)
                for actor, touched in self.touched(change):
                    if (not chosen or actor in chosen) and running(state, actor):
                        works.append(Work(actor, touched, cause))
        for actor in sorted(chosen):
            works += _on_machine(state, actor, cause)
        return works


def _on_machine(state: State, actor: str, cause: int | None) -> list[Work]:
    """The Pods that a kubelet finds on its machine; those deleted while it was away exist nowhere else."""
    name, _, node = actor.partition("/")
    machine = state.snapshot.machines.get(node) if name == "kubelet" else None
    if machine is None or not running(state, actor):
        return []
    held = sorted(ObjectKey("Pod", s.namespace, s.name) for s in machine.sandboxes.values())
    return [Work(actor, key, cause) for key in held]
