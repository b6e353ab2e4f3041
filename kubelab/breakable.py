"""What can be done to a cluster to break it, and to mend it: the part of the façade with the faults and breakpoints.

A fault is a transition like any other: it is on the timeline, and going back undoes it.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from kubelab.api.duration import parse as parse_duration
from kubelab.api.model import evolve
from kubelab.api.quantity import parse as parse_quantity
from kubelab.api.scheme import find
from kubelab.dsl.suggest import did_you_mean
from kubelab.errors import QuantityError, UsageError
from kubelab.program import read_condition, read_key
from kubelab.sim import faults
from kubelab.sim.breakpoints import Breakpoint
from kubelab.sim.conditions import holds
from kubelab.sim.encryption import encrypt
from kubelab.sim.engine import USER, Engine
from kubelab.sim.state import State
from kubelab.sim.transition import Transition
from kubelab.state.component import Component, NodeComponent
from kubelab.state.metrics import LOAD
from kubelab.state.requests import Update
from kubelab.state.snapshot import Object, ObjectKey


class Breakable(ABC):
    """A cluster to which faults can happen, and whose runs can be stopped."""

    engine: Engine
    breakpoints: list[Breakpoint]

    @property
    @abstractmethod
    def state(self) -> State:
        """The state at the cursor."""

    @abstractmethod
    def _take(self, *states: State) -> Transition | None:
        """Let states follow the one at the cursor; the last new transition."""

    def _fault(self, happen: Callable[..., State], *what: Any) -> Transition:
        transition = self._take(happen(self.engine, self.state, *what))
        assert transition is not None
        return transition

    def _machine(self, node: str) -> str:
        """`node`, if there is such a machine.

        Raises:
            UsageError: there is none; it names the nearest one.
        """
        known = sorted(self.state.snapshot.machines)
        if node not in known:
            hint = did_you_mean(node, known)
            listed = ", ".join(known) or "none"
            raise UsageError(f"there is no machine {node!r}; there are: {listed}" + (f"; {hint}" if hint else ""))
        return node

    @property
    def components(self) -> tuple[str, ...]:
        """The names of everything that can be stopped and started."""
        return faults.component_names(self.engine, self.state)

    def kill(self, node: str) -> Transition:
        """Switch a node's machine off: its containers die, its kubelet falls silent."""
        return self._fault(faults.kill_node, self._machine(node))

    def revive(self, node: str) -> Transition:
        """Switch a node's machine on again."""
        return self._fault(faults.revive_node, self._machine(node))

    def terminate(self, node: str) -> Transition:
        """Terminate a node's machine in the cloud: it is gone for good, and in the end its Node is, too."""
        return self._fault(faults.terminate_node, self._machine(node))

    def crash(self, pod: str, container: str = "", code: int = 1) -> Transition:
        """Let the process of a Pod's container end at once; `pod` is its name, or namespace/name."""
        namespace, _, name = pod.rpartition("/")
        key = ObjectKey("Pod", namespace or "default", name)
        if key not in self.state.snapshot.objects:
            known = sorted(map(_short, self.state.view.list("Pod")))
            # The end of a generated name is nothing that a person remembers.
            begins = f"{pod.rpartition('-')[0] or pod}-"
            near = next((each for each in known if each.startswith(begins)), "")
            hint = did_you_mean(pod, known) or (f"did you mean `{near}`?" if near else "")
            raise UsageError(f"there is no {key}" + (f"; {hint}" if hint else ""))
        return self._fault(faults.crash_container, key, container, code)

    def stop(self, component: str) -> Transition:
        """Stop a component (``kube-scheduler``, ``kubelet/worker-1``, ``kube-apiserver``): its queue is lost."""
        return self._fault(faults.stop, component)

    def start(self, component: str) -> Transition:
        """Start a component again."""
        return self._fault(faults.start, component)

    def add(self, component: Component | NodeComponent) -> Transition:
        """Let a component of your own run from now on; a newer version takes the place of one of the same name.

        The older one is stopped, the new one started, so it looks at everything that it watches. What is past stays.

        Raises:
            UsageError: it is not one: it lacks a name, what it watches, or one of its two methods.
        """
        what, how = ("enqueue_on", "reconcile_on") if hasattr(component, "reconcile_on") else ("enqueue", "reconcile")
        if lacking := [each for each in ("name", "watches", what, how) if not hasattr(component, each)]:
            made = component.__name__ if isinstance(component, type) else type(component).__name__
            raise UsageError(f"{made} cannot be a component: it has no {' and no '.join(lacking)}")
        if isinstance(component, type):
            raise UsageError(f"{component.__name__} is a class, not a component: write {component.__name__}()")
        known = (*self.engine.components, *self.engine.node_components)
        others = tuple(each for each in known if each.name != component.name)
        replaced = len(others) < len(known)
        if replaced and not self.state.stopped.issuperset(faults.members(self.engine, self.state, component.name)):
            self.stop(component.name)
        self.engine = Engine((*others, component))
        new = frozenset(faults.members(self.engine, self.state, component.name))

        def begin(engine: Engine, state: State) -> State:
            return faults.start(engine, evolve(state, stopped=state.stopped | new), component.name)

        return self._fault(begin)

    def delay(self, component: str, by: str) -> Transition:
        """Let a component see every change only after a while, such as ``5s``; ``0s`` ends that."""
        return self._fault(faults.delay, component, parse_duration(by))

    def break_route(self, node: str, destination: str) -> Transition:
        """Take a route away from a node: a range of Pod addresses (``10.244.1.0/24``), or ``default``."""
        return self._fault(faults.break_route, node, destination)

    def restore_route(self, node: str, destination: str = "") -> Transition:
        """Give a node a route back that it has lost; all of them if none is named."""
        return self._fault(faults.restore_route, node, destination)

    def load(self, target: str, amount: str) -> Transition | None:
        """Let work come in at a workload or Service, worth so much CPU; its ready Pods share it (`kubelab/load`).

        Args:
            target: ``kind/name`` or ``namespace/kind/name``.
            amount: such as ``900m``; ``0`` says that there is none.

        Raises:
            UsageError: there is no such object, or the amount cannot be read.
        """
        key = read_key(target)
        obj = self.state.view.find(key)
        if obj is None:
            raise UsageError(f"there is no {key}")
        try:
            parse_quantity(amount)
        except QuantityError:
            raise UsageError(f"{amount!r} is no amount of CPU; write one such as 900m or 2") from None
        annotations = obj.metadata.annotations.with_({LOAD: amount})
        loaded = evolve(obj, metadata=evolve(obj.metadata, annotations=annotations))
        told = f"You let work worth {amount} of CPU come in at {key}."
        request = Update(object=loaded, reason="Load", message=told)
        return self._take(self.engine.submit(self.state, request))

    def encrypt(self, resource: str = "secrets") -> Transition:
        """Let the API server encrypt a resource in etcd from now on; what is there stays as it is until it is written.

        Raises:
            UsageError: there is no such resource, or it is encrypted already.
        """
        kind = find(resource)
        if kind is None:
            raise UsageError(f"there is no resource {resource!r}; write one such as secrets or configmaps")
        transition = self._take(encrypt(self.state, kind.resource))
        assert transition is not None
        return transition

    def compact(self, revision: int | None = None) -> Transition:
        """Let etcd forget what was before a revision, and the revision itself; up to the newest if none is named.

        Raises:
            UsageError: that is forgotten already, or in the future.
        """
        return self._fault(faults.compact, self.state.snapshot.revision if revision is None else revision)

    # Breakpoints

    def break_on(self, component: str = "", object: str = "", condition: str = "") -> Breakpoint:
        """Let `run` stop after a transition of a component, about an object, or once a condition holds.

        Raises:
            UsageError: nothing is said, or there is no such component.
            SourceError: the condition cannot be read.
        """
        if not (component or object or condition):
            raise UsageError("a breakpoint needs a component, an object or a condition")
        expectation = read_condition(condition) if condition else None
        test = None if expectation is None else (lambda view: holds(expectation, view).ok)
        actors = faults.members(self.engine, self.state, component) if component not in ("", USER) else ()
        point = Breakpoint(component, object, test, condition, tuple(actors))
        self.breakpoints.append(point)
        return point


def _short(pod: Object) -> str:
    """A Pod as `Breakable.crash` takes it: without the namespace ``default``."""
    meta = pod.metadata
    return str(meta.name) if meta.namespace == "default" else f"{meta.namespace}/{meta.name}"
