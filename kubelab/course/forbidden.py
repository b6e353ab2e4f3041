"""What may not be done in an exercise: ``kill``, ``delete node``, ``change deployment/web``."""

import attrs

from kubelab.api.scheme import find
from kubelab.dsl.suggest import did_you_mean
from kubelab.errors import UsageError
from kubelab.sim.fault_step import FAULT
from kubelab.sim.transition import Transition

_FAULTS = {
    "kill": "MachineStopped",
    "revive": "MachineStarted",
    "terminate": "MachineTerminated",
    "crash": "ContainerCrashed",
    "stop": "ComponentStopped",
    "start": "ComponentStarted",
    "delay": "ComponentDelayed",
    "cut": "RouteRemoved",
    "mend": "RouteRestored",
}
"""The reason that a fault has in the timeline, by the word of ``%kube``."""

_REQUESTS = ("apply", "create", "change", "delete")
"""What is asked of the API server; ``apply`` is to create or to change."""


@attrs.frozen
class Ban:
    """Something that may not be done.

    Attributes:
        text: as it was written.
        verb: what: a word of ``%kube``, or `create`, `change`, `apply`, `delete`.
        kind: of which kind; "" for any.
        name: about which object, machine or component; "" for any.
    """

    text: str
    verb: str
    kind: str = ""
    name: str = ""

    def bans(self, transition: Transition) -> bool:
        """Whether a step does that."""
        if self.name and transition.key.name != self.name:
            return False
        if self.verb in _FAULTS:
            return transition.actor == FAULT and transition.reason == _FAULTS[self.verb]
        if transition.actor == FAULT or (self.kind and transition.key.kind != self.kind):
            return False
        return self.verb in _words_of(transition)


def _words_of(transition: Transition) -> tuple[str, ...]:
    if transition.verb == "delete":
        return ("delete",)
    return ("apply", "create") if transition.before is None else ("apply", "change")


def ban(text: str) -> Ban:
    """Read what may not be done.

    Raises:
        UsageError: it is nothing that could be done.
    """
    verb, *rest = text.split()
    if verb not in _FAULTS and verb not in _REQUESTS:
        known = (*_REQUESTS, *_FAULTS)
        hint = did_you_mean(verb, known) or f"there are {', '.join(known)}"
        raise UsageError(f"nothing can be done that is called {verb!r}; {hint}")
    target = rest[0] if rest else ""
    if len(rest) > 1:
        raise UsageError(f"write: {verb} KIND, or {verb} KIND/NAME")
    if verb in _FAULTS:
        return Ban(text, verb, name=target)
    word, _, name = target.partition("/")
    kind = find(word) if word else None
    if word and kind is None:
        raise UsageError(f"there is no kind {word!r}")
    return Ban(text, verb, "" if kind is None else kind.kind, name)
