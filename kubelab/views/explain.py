"""Steps in words: what one did, why it happened, and how an object came to be as it is."""

from kubelab.errors import UsageError
from kubelab.sim.timeline import Timeline
from kubelab.sim.transition import Transition
from kubelab.state.snapshot import ObjectKey

_DONE = {
    "create": "created",
    "update": "updated",
    "apply": "applied",
    "delete": "deleted",
    "bind": "bound",
    "record": "noted something about",
    "run": "worked on",
    "fault": "struck",
}


def sentence(transition: Transition) -> str:
    """What a step did, as one sentence."""
    said = transition.message.strip()
    if not said:
        verb = _DONE.get(transition.verb, transition.verb)
        what = f"the {transition.subresource} of {transition.key}" if transition.subresource else str(transition.key)
        said = f"{transition.actor} {verb} {what}"
    return said if said[-1] in ".!?" else f"{said}."
