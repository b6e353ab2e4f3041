"""Breakpoints: where a run stops, as in a debugger."""

from collections.abc import Callable

import attrs

from kubelab.api.scheme import find
from kubelab.sim.state import State
from kubelab.state.snapshot import View


@attrs.frozen
class Breakpoint:
    """A run stops after a transition that matches everything that is said here.

    Attributes:
        component: the actor, such as ``kube-scheduler``; ``kubelet`` matches the kubelet of every node.
        object: the object: a name, or ``Kind/name`` with any of the kind's names, or ``namespace/name``, or
            ``namespace/Kind/name``.
        condition: a test of the cluster, or None.
        text: the condition as it was written.
        actors: further actors that the name of the component stands for, as ``kube-controller-manager`` does.
    """

    component: str = ""
    object: str = ""
    condition: Callable[[View], bool] | None = None
    text: str = ""
    actors: tuple[str, ...] = ()

    def hit(self, state: State) -> bool:
        """Whether the transition that led to `state` matches."""
        transition = state.transition
        if transition is None:
            return False
        actor = transition.actor
        if self.component and self.component not in (actor, actor.partition("/")[0]) and actor not in self.actors:
            return False
        if self.object and not self._matches(transition.key.kind, transition.key.namespace, transition.key.name):
            return False
        return self.condition is None or self.condition(state.view)

    def _matches(self, kind: str, namespace: str, name: str) -> bool:
        *before, last = self.object.split("/")
        kinds = [found.kind for found in map(find, before) if found is not None]
        if len(before) == 2:
            return (name, namespace, [kind]) == (last, before[0], kinds[-1:])
        return name == last and (not before or kind in kinds or namespace == before[0])

    def __str__(self) -> str:
        parts = [self.component and f"component {self.component}", self.object and f"object {self.object}"]
        parts.append(self.text and f"condition {self.text}")
        return "break on " + ", ".join(p for p in parts if p)
