"""Whether what is expected of a cluster is so: `expect 3 pods app=web Running`, judged on a snapshot or a whole run.

A condition word holds of an object when it is its phase (``Running``), one of its conditions that is ``True``
(``Ready``, ``Available``; ``Scheduled`` is short for ``PodScheduled``), or what kubectl prints as a Pod's status
(``CrashLoopBackOff``, ``Terminating``). ``NotReady`` is the contrary of ``Ready``. A Pod that is being deleted is
``Terminating`` and no longer ``Running``, as kubectl prints it.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, Protocol

import attrs

from kubelab.api import paths, selector
from kubelab.api.expectation import Comparison, Expectation
from kubelab.api.quantity import compare as compare_quantities
from kubelab.api.scheme import by_kind
from kubelab.api.shape import fields
from kubelab.errors import QuantityError
from kubelab.state.snapshot import SECOND, Object, View

__all__ = ["Expectation", "Run", "Verdict", "holds", "matching", "over_time", "selected"]

_NAMED = 3
"""How many objects a verdict names that are not as expected."""

_ORDERED: dict[str, Callable[[int], bool]] = {
    "==": lambda sign: sign == 0,
    "!=": lambda sign: sign != 0,
    "<": lambda sign: sign < 0,
    "<=": lambda sign: sign <= 0,
    ">": lambda sign: sign > 0,
    ">=": lambda sign: sign >= 0,
}


@attrs.frozen
class Verdict:
    """What became of an expectation.

    Attributes:
        expectation: what was expected.
        ok: whether it is so.
        found: what is the case, as a sentence without a full stop.
        index: the step that decided it, or None when it was judged on one snapshot.
    """

    expectation: Expectation
    ok: bool
    found: str
    index: int | None = None

    def __bool__(self) -> bool:
        return self.ok

    def __str__(self) -> str:
        sign = "✓" if self.ok else "✗"
        step = "" if self.index is None or self.expectation.mode == "expect" else f" (step {self.index})"
        return f"{sign} {self.expectation.text}: {self.found}{step}"


class Run(Protocol):
    """The part of a timeline that is looked at here."""

    def __len__(self) -> int:
        """How many transitions there are."""

    @property
    def transitions(self) -> Sequence[Any]:
        """The transitions, oldest first."""

    def view(self, index: int | None = None) -> View:
        """The cluster after the transition with this index; 0 is the start."""


# ── On one snapshot ──


def holds(expectation: Expectation, view: View) -> Verdict:
    """Whether an expectation is met by the cluster as it is now, whatever its mode."""
    candidates = selected(expectation, view)
    fitting = [obj for obj in candidates if _is_as_expected(expectation, obj)]
    found, total = len(fitting), len(candidates)
    if expectation.relation == "exactly":
        ok = found == expectation.count
    elif expectation.relation == "at least":
        ok = found >= expectation.count
    elif expectation.relation == "at most":
        ok = found <= expectation.count
    elif expectation.relation == "some":
        ok = found > 0
    else:
        ok = 0 < total == found
    return Verdict(expectation, ok, _sentence(expectation, candidates, fitting, ok))


def matching(expectation: Expectation, view: View) -> Sequence[Object]:
    """The objects that are spoken of and are as expected."""
    return [obj for obj in selected(expectation, view) if _is_as_expected(expectation, obj)]


def selected(expectation: Expectation, view: View) -> Sequence[Object]:
    """The objects that are spoken of, whatever they are like; by the cheapest index."""
    kind, namespace = expectation.kind, expectation.namespace
    if not by_kind(kind).namespaced:
        namespace = None
    if expectation.name and namespace:
        one = view.get(kind, namespace, expectation.name)
        objects: Iterable[Object] = () if one is None else (one,)
    else:
        wanted = selector.parse(expectation.selector) if expectation.selector else selector.EVERYTHING
        exact = dict(wanted.exact)
        objects = view.labelled(kind, namespace, exact) if exact and namespace else view.list(kind, namespace)
        if not wanted.empty:
            objects = [obj for obj in objects if wanted.matches(obj.metadata.labels)]
    name, node = expectation.name, expectation.node
    return [
        obj
        for obj in objects
        if (not name or obj.metadata.name == name) and (not node or getattr(obj.spec, "node_name", "") == node)
    ]


def _is_as_expected(expectation: Expectation, obj: Object) -> bool:
    return (
        all(says(obj, word) for word in expectation.conditions)
        and not any(says(obj, word) for word in expectation.refused)
        and all(_compares(obj, comparison) for comparison in expectation.comparisons)
    )


def says(obj: Object, word: str) -> bool:
    """Whether a condition word holds of an object."""
    if word == "NotReady":
        return not says(obj, "Ready")
    deleted = obj.metadata.deletion_timestamp is not None
    if word == "Terminating":
        return deleted
    status = getattr(obj, "status", None)
    if status is None:
        return False
    if getattr(status, "phase", "") == word:
        return not (deleted and word == "Running")
    name = "PodScheduled" if word == "Scheduled" and obj.kind == "Pod" else word
    if any(c.type == name and c.status == "True" for c in getattr(status, "conditions", ())):
        return True
    return obj.kind == "Pod" and word in _reasons(status)


def _reasons(status: Any) -> set[str]:
    """The words that say why a Pod or its containers are as they are."""
    found = {status.reason} if status.reason else set()
    for container in (*status.init_container_statuses, *status.container_statuses):
        state = container.state
        for part in (state.waiting, state.terminated) if state is not None else ():
            if part is not None and part.reason:
                found.add(part.reason)
    return found


@lru_cache(maxsize=1024)
def _steps(path: str) -> tuple[str | int, ...]:
    return paths.split(path)


def field_of(obj: Any, path: str) -> Any:
    """The value of a field, or None where there is nothing; items of lists by index, name or type."""
    here = obj
    for step in _steps(path):
        if isinstance(here, dict):
            here = here.get(str(step))
        elif isinstance(here, tuple):
            here = _item(here, step)
        elif attrs.has(type(here)):
            field = fields(type(here)).get(str(step))
            here = getattr(here, field.name) if field is not None else None
        else:
            return None
    return here


def _item(items: tuple[Any, ...], step: str | int) -> Any:
    if isinstance(step, int):
        return items[step] if step < len(items) else None
    keys = ("name", "type", "key", "ip")
    return next((item for item in items if any(getattr(item, key, None) == step for key in keys)), None)


def _compares(obj: Object, comparison: Comparison) -> bool:
    value = field_of(obj, comparison.path)
    wanted = comparison.value
    if value is None or isinstance(value, bool):
        text = "null" if value is None else str(value).lower()
        return (text == wanted) if comparison.operator == "==" else comparison.operator == "!=" and text != wanted
    text = str(value)
    try:
        sign = compare_quantities(text, wanted)
    except QuantityError:
        sign = (text > wanted) - (text < wanted)
    return _ORDERED[comparison.operator](sign)


# ── What is the case ──


def _sentence(expectation: Expectation, candidates: Sequence[Object], fitting: Sequence[Object], ok: bool) -> str:
    kind = by_kind(expectation.kind)
    if not candidates:
        return f"there is no such {kind.singular}"
    plural = kind.plural if len(candidates) != 1 else kind.singular
    words = [
        *expectation.conditions,
        *(f"not {word}" for word in expectation.refused),
        *map(str, expectation.comparisons),
    ]
    if not words:
        return f"there {'is' if len(candidates) == 1 else 'are'} {len(candidates)} {plural}"
    verb = "is" if 1 in (len(fitting), len(candidates)) else "are"
    is_so = f"{len(fitting)} of {len(candidates)} {plural} {verb} {' and '.join(words)}"
    if ok:
        return is_so
    if len(fitting) == len(candidates):
        return f"{is_so}: {_names(fitting)}"
    seen = {id(obj) for obj in fitting}
    others = [obj for obj in candidates if id(obj) not in seen]
    named = ", ".join(f"{obj.metadata.name} {_state(expectation, obj)}".rstrip() for obj in others[:_NAMED])
    return f"{is_so}; {named}{_more(others)}"


def _names(objects: Sequence[Object]) -> str:
    return ", ".join(obj.metadata.name for obj in objects[:_NAMED]) + _more(objects)


def _more(objects: Sequence[Object]) -> str:
    return f" and {len(objects) - _NAMED} more" if len(objects) > _NAMED else ""


def _state(expectation: Expectation, obj: Object) -> str:
    """What an object is instead of what was expected."""
    for comparison in expectation.comparisons:
        if not _compares(obj, comparison):
            value = field_of(obj, comparison.path)
            return f"has .{comparison.path} {'unset' if value is None else value}"
    if obj.metadata.deletion_timestamp is not None:
        return "is Terminating"
    status = getattr(obj, "status", None)
    if obj.kind == "Pod" and (reasons := sorted(_reasons(status))):
        return f"is {reasons[0]}"
    for word in expectation.conditions:
        if not says(obj, word):
            phase = getattr(status, "phase", "")
            return f"is {phase}, not {word}" if phase and phase != word else f"is not {word}"
    return next((f"is {word}" for word in expectation.refused if says(obj, word)), "")


# ── Over a run ──


def over_time(expectations: Iterable[Expectation], run: Run) -> tuple[Verdict, ...]:
    """What became of each expectation in a run.

    ``expect``: at its end. ``eventually``: after some step. ``never``: after no step. ``always``: after every step
    from the first one at which it was so. With `within` only that much time from the start of the run is looked at;
    `expect … within` asks that it has come true by then and is so at the end.
    """
    return tuple(_JUDGES[expectation.mode](expectation, run) for expectation in expectations)


def _at_the_end(expectation: Expectation, run: Run) -> Verdict:
    last = attrs.evolve(holds(expectation, run.view(len(run))), index=len(run))
    if expectation.within is None or not last or _first(expectation, run) is not None:
        return last
    return attrs.evolve(last, ok=False, found=f"not within {expectation.within:g} s")


def _eventually(expectation: Expectation, run: Run) -> Verdict:
    found = _first(expectation, run)
    if found is not None:
        return found
    return attrs.evolve(holds(expectation, run.view(len(run))), ok=False, index=len(run))


def _never(expectation: Expectation, run: Run) -> Verdict:
    found = _first(expectation, run)
    if found is not None:
        view = run.view(found.index)
        culprits = matching(expectation, view)
        named = f": {_names(culprits)}" if culprits else ""
        return attrs.evolve(found, ok=False, found=f"{found.found}{named}")
    return attrs.evolve(holds(expectation, run.view(len(run))), ok=True, index=len(run))


def _always(expectation: Expectation, run: Run) -> Verdict:
    verdict = holds(expectation, run.view(len(run)))
    begun = False
    for index in _moments(expectation, run):
        verdict = attrs.evolve(holds(expectation, run.view(index)), index=index)
        if begun and not verdict:
            return verdict
        begun = begun or verdict.ok
    return attrs.evolve(verdict, index=len(run)) if verdict.index is None else verdict


_JUDGES = {"expect": _at_the_end, "eventually": _eventually, "never": _never, "always": _always}


def _first(expectation: Expectation, run: Run) -> Verdict | None:
    """The first time that it was so, or None."""
    for index in _moments(expectation, run):
        verdict = holds(expectation, run.view(index))
        if verdict:
            return attrs.evolve(verdict, index=index)
    return None


def _moments(expectation: Expectation, run: Run) -> Iterable[int]:
    """The start, and the steps after which the answer can be another one: those about an object of the kind."""
    within = expectation.within
    deadline = None if within is None else run.view(0).now + round(within * SECOND)
    yield 0
    for transition in run.transitions:
        if deadline is not None and transition.time > deadline:
            return
        if transition.key.kind == expectation.kind and transition.error is None:
            yield transition.index
