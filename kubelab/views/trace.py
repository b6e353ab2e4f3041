"""A run as text: one line, or one JSON object, for each transition.

The JSON form is the same to the byte for the same program, on every machine.
"""

import json
from typing import Any

from kubelab.api.clocktime import text_of_micro
from kubelab.api.manifest import to_value
from kubelab.errors import UsageError
from kubelab.sim.timeline import Timeline
from kubelab.sim.transition import Transition
from kubelab.state.snapshot import SECOND
from kubelab.views.veil import veiled

FORMATS = ("text", "json")


def trace(timeline: Timeline, form: str = "text", first: int = 1) -> str:
    """The transitions from `first` to the cursor, a line each.

    Raises:
        UsageError: there is no such form.
    """
    if form not in FORMATS:
        raise UsageError(f"a trace is one of {', '.join(FORMATS)}, not {form!r}")
    start = timeline.state(0).now
    chosen = timeline.transitions[max(first, 1) - 1 : timeline.cursor]
    return "\n".join(text_line(t, start) if form == "text" else json_line(t) for t in chosen)


def text_line(transition: Transition, start: int) -> str:
    """One transition on one line; `start` is when the timeline began, in microseconds since 1970.

    The sentence begins with the actor and names the object, so neither has a column of its own.
    """
    verb = f"{transition.verb} {transition.subresource}".strip()
    return f"{transition.index:>5}  {_when(transition.time - start):>10}  {verb:<13}  {transition.message}"


def _when(passed: int) -> str:
    """How long it had gone then, to the millisecond: ``1.250s``, ``5m00.000s``, ``9h20m00.000s``."""
    minutes, rest = divmod(passed, 60 * SECOND)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}h{minutes:02}m{rest / SECOND:06.3f}s"
    return f"{minutes}m{rest / SECOND:06.3f}s" if minutes else f"{rest / SECOND:.3f}s"


def json_line(transition: Transition) -> str:
    """One transition as a JSON object on one line."""
    return json.dumps(as_json(transition), ensure_ascii=False, separators=(",", ":"))


def as_json(transition: Transition) -> dict[str, Any]:
    """A transition as JSON values: step, time, actor, verb, object, reason, message, cause, outcome, changes.

    Values of Secrets are hidden.
    """
    key = transition.key
    error = transition.error
    outcome: Any = "ok"
    if error is not None:
        outcome = {"code": error.code, "reason": error.reason, "message": error.message}
    told = map(veiled, transition.changes) if key.kind == "Secret" else transition.changes
    changes = [{"path": c.path, "before": to_value(c.before), "after": to_value(c.after)} for c in told]
    return {
        "step": transition.index,
        "time": text_of_micro(transition.time),
        "actor": transition.actor,
        "verb": transition.verb,
        "subresource": transition.subresource,
        "object": {"kind": key.kind, "namespace": key.namespace, "name": key.name},
        "reason": transition.reason,
        "message": transition.message,
        "cause": transition.cause,
        "outcome": outcome,
        "changes": changes,
    }
