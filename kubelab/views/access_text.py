"""The view ``access`` as text: each binding with its subjects, its role, and a line for each rule."""

from collections.abc import Sequence
from itertools import zip_longest

from kubelab.sim.timeline import Timeline
from kubelab.state.snapshot import Object, ObjectKey, View, key_of
from kubelab.views.columns import aligned
from kubelab.views.escape import clean
from kubelab.views.rights import BINDINGS, ROLES, of_system, of_the_system, role_of, rule_texts, subject_key

HEADINGS = ("WHO", "BINDING", "ROLE", "VERBS", "RESOURCES", "API GROUP")

MOST_RULES = 12
"""So many rules of a role are listed."""

WIDEST = 60
"""So many letters of a rule's resources are shown."""


def text(timeline: Timeline, index: int, since: int, system: bool) -> str:
    """Everybody and what they may after step `index`; what changed after step `since` is marked."""
    view = timeline.view(index)
    touched = {t.key for t in timeline.transitions[since:index]}
    rows: list[tuple[bool, tuple[str, ...]]] = [(False, HEADINGS)]
    bound: set[ObjectKey] = set()
    seen: set[ObjectKey] = set()
    for binding in shown_bindings(view, system):
        role = role_of(binding)
        bound.add(role)
        subjects = [subject_key(each, binding.metadata.namespace) for each in binding.subjects]
        seen.update(subjects)
        new = bool(touched & {key_of(binding), role, *subjects})
        rows += ((new, cells) for cells in _rows(view, binding, role, subjects))
    for kind in ROLES:
        for role in view.list(kind):
            key = key_of(role)
            if key not in bound and (system or not of_the_system(role)):
                rows += ((key in touched, ("", "", clean(str(key)), *texts)) for texts in _rules(role))
    for key in view.keys("ServiceAccount"):
        if key not in seen and key.name != "default" and (system or key.namespace != "kube-system"):
            rows.append((key in touched, (clean(str(key)), "nothing of its own")))
    lines = aligned([cells for _, cells in rows])
    shown = [f"{'▶' if new else ' '} {line}".rstrip() for (new, _), line in zip(rows, lines, strict=True)]
    if not system:
        shown.append(f"  and {of_system(view)} bindings that every cluster has of itself")
    return "\n".join(shown)


def shown_bindings(view: View, system: bool) -> list[Object]:
    """The bindings that there are, without those that every cluster has of itself unless they are asked for."""
    return [obj for kind in BINDINGS for obj in view.list(kind) if system or not of_the_system(obj)]


def _rows(view: View, binding: Object, role: ObjectKey, subjects: Sequence[ObjectKey]) -> list[tuple[str, ...]]:
    held = view.find(role)
    rules = _rules(held) if held is not None else [("there is no such role",)]
    who = [(clean(str(subject)),) for subject in subjects] or [("nobody",)]
    what = [(clean(str(key_of(binding))), clean(str(role)))]
    parts = zip_longest(who, what, rules)
    return [((*(one or ("",)), *(two or ("", "")), *(three or ()))) for one, two, three in parts]


def _rules(role: Object) -> list[tuple[str, ...]]:
    lines: list[tuple[str, ...]] = []
    for rule in role.rules[:MOST_RULES]:
        verbs, resources, limits = (clean(each) for each in rule_texts(rule))
        lines.append((verbs, _short(resources), limits))
    if len(role.rules) > MOST_RULES:
        lines.append((f"and {len(role.rules) - MOST_RULES} more rules", "", ""))
    return lines or [("nothing",)]


def _short(text: str) -> str:
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 1].rstrip(', ')}…"


def description(view: View, system: bool) -> str:
    """How many have how many rights."""
    bindings = shown_bindings(view, system)
    subjects = {subject_key(each, b.metadata.namespace) for b in bindings for each in b.subjects}
    roles = {role_of(b) for b in bindings}
    counted = ((subjects, "subject"), (bindings, "binding"), (roles, "role"))
    said = [f"{len(things)} {word}{'' if len(things) == 1 else 's'}" for things, word in counted]
    return f"{said[0]}, {said[1]} and {said[2]}, besides those that every cluster has of itself."
