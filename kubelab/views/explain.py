"""Steps in words: what one did, why it happened, what it changed, and how an object came to be as it is."""

import json
from typing import Any

from kubelab.api.duration import elapsed
from kubelab.api.paths import Change
from kubelab.errors import UsageError
from kubelab.sim.timeline import Timeline
from kubelab.sim.transition import Transition
from kubelab.state.snapshot import ObjectKey
from kubelab.views.escape import clean
from kubelab.views.faces import face
from kubelab.views.machine_values import readable
from kubelab.views.veil import veiled

_DONE = {
    "create": "created",
    "update": "updated",
    "apply": "applied",
    "delete": "deleted",
    "bind": "bound",
    "evict": "evicted",
    "record": "recorded an Event about",
    "run": "worked on",
    "fault": "struck",
}

LONG_VALUE = 60
"""A value longer than this is shortened where a line is all there is."""

DEEPEST = 8
"""How far in a line of a chain of causes stands at most."""

_UNTOLD = ("metadata.resourceVersion", "metadata.managedFields", "metadata.generation")
"""Fields that change with every write and say nothing."""


def sentence(transition: Transition) -> str:
    """What a step did, as one sentence."""
    said = clean(transition.message).strip()
    if not said:
        verb = _DONE.get(transition.verb, transition.verb)
        what = f"the {transition.subresource} of {transition.key}" if transition.subresource else str(transition.key)
        said = clean(f"{transition.actor} {verb} {what}")
    return said if said[-1] in ".!?" else f"{said}."


def request_of(transition: Transition) -> str:
    """What was asked for, in a few words: ``bind Pod default/web-1``, ``update status of Node worker-1``."""
    verb = transition.verb
    if transition.subresource:
        return clean(f"{verb} {transition.subresource} of {transition.key}")
    return clean(f"{verb} {transition.key}")


def moment(timeline: Timeline, transition: Transition) -> str:
    """When it happened, counted from the start: ``+1.25s``, ``+9h20m``."""
    return f"+{elapsed(transition.time - timeline.state(0).now)}"


# What changed


def changed_fields(transition: Transition) -> tuple[Change, ...]:
    """The fields that differ and are worth telling; values of a Secret are hidden."""
    secret = transition.key.kind == "Secret"
    on_machine = transition.verb in ("run", "fault")
    told = []
    for change in transition.changes:
        if change.path.startswith(_UNTOLD):
            continue
        told.append(veiled(change) if secret else readable(change) if on_machine else change)
    return tuple(told)


def value_text(value: Any) -> str:
    """A value on one line, shortened when it is long."""
    if value is None:
        return "(none)"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(", ", ": "))
    text = clean(text) or '""'
    return text if len(text) <= LONG_VALUE else f"{text[: LONG_VALUE - 1]}…"


def describe_changes(transition: Transition) -> list[str]:
    """What a step changed, a line for each field: ``spec.nodeName: (none) → worker-3``."""
    if transition.error is not None:
        return [clean(f"refused: {transition.error.message}")]
    lines = []
    for change in changed_fields(transition):
        if not change.path:
            lines.append(f"{transition.key} {'appeared' if change.before is None else 'is gone'}")
        elif change.before is None:
            lines.append(f"{clean(change.path)}: + {value_text(change.after)}")
        elif change.after is None:
            lines.append(f"{clean(change.path)}: - {value_text(change.before)}")
        else:
            lines.append(f"{clean(change.path)}: {value_text(change.before)} → {value_text(change.after)}")
    return lines


# Why


def why(timeline: Timeline, index: int | None = None) -> str:
    """Why a step (the cursor's) happened: the chain of steps that led to it, its Events, and what it changed.

    Raises:
        UsageError: there is no such step.
    """
    transition = timeline.at(index)
    if transition is None:
        return "The cluster at the start: nothing has happened yet."
    chain = timeline.chain(transition.index)
    lines = [f"Step {transition.index}: {sentence(transition)}"]
    lines += _events(transition)
    changes = describe_changes(transition)
    if changes:
        lines += ["", "What it changed", *(f"  {line}" for line in changes)]
    lines += ["", "What led to it", *chain_lines(timeline, chain)]
    return "\n".join(lines)


def _events(transition: Transition) -> list[str]:
    return [clean(f"  Event {note.type} {note.reason}: {note.message}") for note in transition.events]


def chain_lines(timeline: Timeline, chain: list[Transition]) -> list[str]:
    """A chain of causes as lines, the oldest first, each further in than the one that caused it."""
    number = max((len(str(t.index)) for t in chain), default=1)
    when = max((len(moment(timeline, t)) for t in chain), default=1)
    lines = []
    for depth, transition in enumerate(chain):
        lead = f"{'  ' * min(depth - 1, DEEPEST)}└ " if depth else ""
        lines.append(
            f"  {transition.index:>{number}}  {moment(timeline, transition):>{when}}  {lead}{sentence(transition)}"
        )
    return lines


def why_object(timeline: Timeline, key: ObjectKey) -> str:
    """How an object came to be as it is at the cursor: its state, every step about it, and why it was made.

    Raises:
        UsageError: no step up to the cursor was about such an object, and it does not exist.
    """
    obj = timeline.view().find(key)
    steps = timeline.about(key)
    if obj is None and not steps:
        raise UsageError(f"there is no {key}, and no step was about one")
    lines = [clean(face(obj).tooltip if obj is not None else f"{key} is gone")]
    if steps:
        lines += ["", "What happened to it", *_history(timeline, steps)]
        made = next((t for t in steps if t.before is None and t.after is not None), steps[0])
        chain = timeline.chain(made.index)
        if len(chain) > 1:
            lines += ["", f"What led to step {made.index}", *chain_lines(timeline, chain)]
    else:
        lines += ["", "It was there from the start."]
    return "\n".join(lines)


def _history(timeline: Timeline, steps: list[Transition]) -> list[str]:
    number = max(len(str(t.index)) for t in steps)
    when = max(len(moment(timeline, t)) for t in steps)
    return [f"  {t.index:>{number}}  {moment(timeline, t):>{when}}  {sentence(t)}" for t in steps]
