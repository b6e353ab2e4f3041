"""The view ``access``: who may do what, and by what; from the left to the right subject, binding, role, rules.

A subject without a line has no rights of its own; a role without a line gives none to anybody.
"""

from collections.abc import Mapping, Sequence

import attrs

from kubelab.sim.timeline import Timeline
from kubelab.sim.transition import Transition
from kubelab.state.snapshot import Object, ObjectKey, View
from kubelab.views import access_text, theme
from kubelab.views.access_layout import HEADS, MOST_RULES, SYSTEM, Plan, lay_out
from kubelab.views.film import changes, clock
from kubelab.views.rights import of_system, role_of, rule_texts, subject_key, trace
from kubelab.views.scene import Mark, Marks, Scene


@attrs.frozen
class Access:
    """The stage of the view; see `kubelab.views.film.Stage`."""

    plan: Plan
    system: bool

    @property
    def scene(self) -> Scene:
        """Everything at its place."""
        return self.plan.scene

    @property
    def classes(self) -> Marks:
        """The classes that each element has on the whole."""
        return self.plan.classes

    @property
    def keys(self) -> Mapping[str, ObjectKey]:
        """The object that an element stands for; Users and Groups are no objects."""
        accounts = {element: key for element, key in self.plan.subjects.items() if key.kind == "ServiceAccount"}
        return {**accounts, **self.plan.objects, **{element: role for element, (role, _) in self.plan.rules.items()}}

    @property
    def parts(self) -> Sequence[str]:
        """The element that stands for all bindings that every cluster has."""
        return () if self.system else (SYSTEM,)

    def title(self, timeline: Timeline, index: int) -> str:
        """The title of a frame."""
        return f"Access after step {index}, {clock(timeline, index)}"

    def describe(self, timeline: Timeline, index: int) -> str:
        """How many have how many rights."""
        return access_text.description(timeline.view(index), self.system)

    def text(self, timeline: Timeline, index: int, since: int) -> str:
        """The same as text."""
        return access_text.text(timeline, index, since, self.system)

    def marks(self, timeline: Timeline, index: int, since: int) -> dict[str, Mark]:
        """How every element looks after step `index`."""
        view, news = timeline.view(index), changes(timeline, index, since)
        touched = {t.key for t in news if t.error is None}
        gone = {t.key: t.before for t in news if t.before is not None and t.after is None and view.find(t.key) is None}
        found = {f"access~head~{n}": Mark("caption", ("", head)) for n, head in enumerate(HEADS)}
        if not self.system:
            texts = ("bindings", str(of_system(view)), "that every cluster has")
            found[SYSTEM] = self._mark(SYSTEM, "plain part", "Bindings that every cluster has of itself", texts, False)
        named = self._named(view, gone)
        for element, key in self.plan.subjects.items():
            mark = self._subject(element, key, view, key in touched, key in gone, named)
            if mark is not None:
                found[element] = mark
        for element, key in self.plan.objects.items():
            mark = self._object(element, key, view, gone.get(key), key in touched, named)
            if mark is not None:
                found[element] = mark
        before = timeline.view(since)
        found |= self._rules(view, before, touched)
        return found | self._lines(view, before if news else None)

    def _named(self, view: View, gone: Mapping[ObjectKey, Object]) -> set[ObjectKey]:
        """Subjects and roles that some binding names."""
        found: set[ObjectKey] = set()
        for key in self.plan.objects.values():
            obj = view.find(key) or gone.get(key)
            if obj is not None and hasattr(obj, "role_ref"):
                found |= {role_of(obj), *(subject_key(each, key.namespace) for each in obj.subjects)}
        return found

    def _subject(
        self, element: str, key: ObjectKey, view: View, changed: bool, gone: bool, named: set[ObjectKey]
    ) -> Mark | None:
        account = key.kind == "ServiceAccount"
        exists = not account or view.find(key) is not None
        if not (key in named or gone or (account and exists)):
            return None
        fact = f"in {key.namespace}" if account else ""
        if not exists:
            fact = "deleted" if gone else f"not there, in {key.namespace}"
        sort = "actor" if exists else f"terminating {theme.GONE if gone else ''}".strip()
        return self._mark(element, sort, str(key), (key.kind, key.name, fact), changed)

    def _object(
        self, element: str, key: ObjectKey, view: View, gone: Object | None, changed: bool, named: set[ObjectKey]
    ) -> Mark | None:
        obj = view.find(key)
        place = f"in {key.namespace}" if key.namespace else "everywhere"
        binding = key.kind.endswith("Binding")
        if obj is not None:
            fact = place if binding or key.namespace else "where it is given"
            count = "" if binding else f" · {len(obj.rules)} rule{'' if len(obj.rules) == 1 else 's'}"
            sort = "network" if binding else "config"
            return self._mark(element, sort, key.full, (key.kind, key.name, fact + count), changed)
        if gone is not None:
            return self._mark(element, f"terminating {theme.GONE}", key.full, (key.kind, key.name, "deleted"), changed)
        if key in named:
            return self._mark(
                element, "failed", f"{key.full} does not exist", (key.kind, key.name, "not there"), changed
            )
        return None

    def _mark(self, element: str, sort: str, tooltip: str, texts: tuple[str, str, str], changed: bool) -> Mark:
        classes = f"object box {sort} {theme.CHANGED}" if changed else f"object box {sort}"
        return Mark(classes, (tooltip, *self.plan.box[element].fitted(texts)))

    def _rules(self, view: View, before: View, touched: set[ObjectKey]) -> dict[str, Mark]:
        found: dict[str, Mark] = {}
        for element, (key, place) in self.plan.rules.items():
            role = view.find(key)
            if role is None or place >= len(role.rules):
                continue
            old = before.find(key)
            new = key in touched and (old is None or role.rules[place : place + 1] != old.rules[place : place + 1])
            rest = len(role.rules) - place
            if place == MOST_RULES - 1 and rest > 1:
                whole = "; ".join(": ".join(rule_texts(rule)[:2]) for rule in role.rules[place:])
                texts = ("and", f"{rest} more rules", "")
            else:
                texts = rule_texts(role.rules[place])
                whole = " · ".join(filter(None, texts))
            found[element] = self._mark(element, "plain", whole, texts, new)
        return found

    def _lines(self, view: View, before: View | None) -> dict[str, Mark]:
        here = self._there(view)
        known = self._there(before) if before is not None else here
        return {
            link: Mark("link refers" if link in known else f"link refers {theme.CHANGED}")
            for link in (*self.plan.lines, *self.plan.steps)
            if link in here
        }

    def _there(self, view: View) -> set[str]:
        """The lines that are there: those of bindings that exist, and to rules that exist."""
        found: set[str] = set()
        for link, (key, end) in self.plan.lines.items():
            binding = view.find(key)
            if binding is None:
                continue
            if end == role_of(binding) or any(subject_key(s, key.namespace) == end for s in binding.subjects):
                found.add(link)
        for link, (key, place) in self.plan.steps.items():
            role = view.find(key)
            if role is not None and place < len(role.rules):
                found.add(link)
        return found


def stage(
    timeline: Timeline, first: int, last: int, future: Sequence[Transition] = (), opened: Sequence[str] = ()
) -> Access:
    """Lay out everybody who has rights in these steps."""
    system = SYSTEM in opened
    return Access(lay_out(trace(timeline, first, last, future, system), system), system)
