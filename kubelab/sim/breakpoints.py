"""Breakpoints: where a run stops, as in a debugger."""

from collections.abc import Callable

import attrs

from kubelab.sim.state import State
from kubelab.state.snapshot import View


@attrs.frozen
class Breakpoint:
    """A run stops after a transition that matches everything that is said here.

    Attributes:
        component: the actor, such as ``kube-scheduler``; ``kubelet`` matches the kubelet of every node.
        object: the object: a name, or ``Kind/name``, or ``namespace/name``.
        condition: a test of the cluster, or None.
        text: the condition as it was written.
    """

    component: str = ""
    object: str = ""
    condition: Callable[[View], bool] | None = None
    text: str = ""

    def hit(self, state: State) -> bool:
        """Whether the transition that led to `state` matches."""
        transition = state.transition
        if transition is None:
            return False
        actor = transition.actor
        if self.component and self.component not in (actor, actor.partition("/")[0]):
            return False
        if self.object and not self._matches(transition.key.kind, transition.key.namespace, transition.key.name):
            return False
        return self.condition is None or self.condition(state.view)

    def _matches(self, kind: str, namespace: str, name: str) -> bool:
        first, slash, last = self.object.partition("/")
        if not slash:
            return name == first
        return name == last and first.lower() in (kind.lower(), namespace.lower())

    def __str__(self) -> str:
        parts = [self.component and f"component {self.component}", self.object and f"object {self.object}"]
        parts.append(self.text and f"condition {self.text}")
        return "break on " + ", ".join(p for p in parts if p)
