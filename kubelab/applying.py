"""Applying a program to a cluster: everything in it, or, where anything is refused, nothing.

In Kubernetes: ``kubectl apply -f``, which stops in the middle where an object is refused.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import attrs

from kubelab.api.custom import CustomResource, unheeded
from kubelab.api.inert import inert_fields
from kubelab.api.scheme import by_kind
from kubelab.apiserver.authentication import User
from kubelab.dsl import Program, render
from kubelab.errors import Mistake, SourceError, StatusError
from kubelab.sim.engine import Engine
from kubelab.sim.state import State
from kubelab.state.requests import Apply
from kubelab.state.snapshot import Object, ObjectKey, key_of

DEFINITION = "CustomResourceDefinition"
DEFINES = "apiextensions-apiserver"
"""Who lets a definition be in force."""

UNAVAILABLE = 503
"""Nobody answers: that is no mistake in the text, so it has no place there."""


@attrs.frozen
class Applied:
    """What applying a program came to.

    Attributes:
        objects: each object and ``created``, ``configured`` or ``unchanged``, in the order of the program.
        warnings: what Kubernetes accepts but a person may not have meant.
        notes: what has no effect in this simulation; each is told once.
        departure: that it made a new branch, where the cursor was in the past.
    """

    objects: tuple[tuple[ObjectKey, str], ...] = ()
    warnings: tuple[Mistake, ...] = ()
    notes: tuple[str, ...] = ()
    departure: str = ""

    def __str__(self) -> str:
        lines = [f"{_resource(key)} {what}" for key, what in self.objects]
        lines += [f"warning: {w.message}" + (f" ({w.hint})" if w.hint else "") for w in self.warnings]
        lines += [f"note: {n}" for n in self.notes]
        lines += [self.departure] if self.departure else []
        return "\n".join(lines)

    def __repr__(self) -> str:
        return str(self)


def _resource(key: ObjectKey) -> str:
    """The object as kubectl names it: ``deployment.apps/web``."""
    kind = by_kind(key.kind)
    return f"{kind.singular}{'.' + kind.group if kind.group else ''}/{key.name}"


def in_order(objects: Iterable[Object]) -> list[Object]:
    """The objects in the order in which they can be created: namespaces, definitions, then the others as they come."""
    first = {"Namespace": 0, DEFINITION: 1}
    return sorted(objects, key=lambda obj: first.get(obj.kind, 2))


def apply_all(
    engine: Engine,
    state: State,
    objects: Sequence[Object],
    program: Program,
    fresh: bool = False,
    user: User | None = None,
) -> tuple[list[State], tuple[tuple[ObjectKey, str], ...]]:
    """The states after each object that changed something, and what became of each object.

    Args:
        engine: the engine that runs the cluster.
        state: the present state.
        objects: what is to be applied.
        program: where the objects come from, to show the place of a mistake.
        fresh: whether the cluster was started with the nodes of this very program.
        user: as whom they are applied; None means as the admin.

    Raises:
        SourceError: the API server refuses one of the objects, or more; nothing has changed.
    """
    states: list[State] = []
    results: list[tuple[ObjectKey, str]] = []
    mistakes: list[Mistake] = []
    for obj in objects:
        if states and isinstance(obj, CustomResource):
            for following in _establishing(engine, state):
                state = following
                states.append(state)
        key = _named(obj)
        known = key in state.snapshot.objects and not (fresh and key.kind == "Node")
        message = f"You {'changed' if known else 'created'} {key}{f' as {user.name}' if user else ''}."
        try:
            following = engine.submit(state, Apply(object=obj, reason="Applied", message=message), user=user)
        except StatusError as refusal:
            mistakes += _mistakes(refusal, key, program)
            continue
        changed = following.steps != state.steps
        results.append((key, "configured" if known and changed else "unchanged" if known else "created"))
        if changed:
            states.append(following)
        elif states:
            states[-1] = following
        state = following
    if mistakes:
        # That nobody answers is said once, not for every object.
        mistakes = list(dict.fromkeys(mistakes))
        raise SourceError(mistakes, render(mistakes, program.text, program.source))
    return states, tuple(results)


def _establishing(engine: Engine, state: State) -> Iterator[State]:
    """The states until the definitions in a program are in force: who applies them waits for that, as with kubectl."""
    while True:
        waiting = [action for action in engine.enabled(state) if action.actor == DEFINES]
        if not waiting:
            return
        steps, state = state.steps, engine.perform(state, waiting[0])
        if state.steps != steps:
            yield state


def _named(obj: Object) -> ObjectKey:
    key = key_of(obj)
    if by_kind(obj.kind).namespaced and not key.namespace:
        return ObjectKey(key.kind, "default", key.name)
    return key


def _mistakes(refusal: StatusError, key: ObjectKey, program: Program) -> list[Mistake]:
    """A refusal as mistakes in the source: one for each cause, at the field that caused it."""
    if refusal.code == UNAVAILABLE:
        return [Mistake(refusal.message, code=refusal.reason)]
    if not refusal.causes:
        return [Mistake(refusal.message, program.span_of(key), code=refusal.reason)]
    return [
        Mistake(f"{key}: {cause.field}: {cause.message}", program.span_of(key, cause.field), code=cause.reason)
        for cause in refusal.causes
    ]


def without_effect(objects: Iterable[Any], told: set[str]) -> tuple[str, ...]:
    """What in `objects` this simulation does not act on; what is in `told` is left out, what is new is added to it."""
    notes: list[str] = []
    for obj in objects:
        kind = by_kind(obj.kind)
        if not kind.simulated and kind.kind not in told:
            told.add(kind.kind)
            notes.append(f"{kind.kind} objects are stored and given back, but nothing acts on them here yet")
        if not kind.simulated:
            continue
        for path in (*inert_fields(obj), *unheeded(obj)):
            field = f"{kind.kind} {path}"
            if field not in told:
                told.add(field)
                notes.append(f"{field} is kept, but has no effect in this simulation")
    return tuple(notes)
