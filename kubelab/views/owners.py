"""The view ``owners``: what belongs to what, as a tree from the left to the right.

A Deployment owns ReplicaSets, a ReplicaSet owns Pods, a Service owns its EndpointSlices: every line is an
``ownerReference``. When an owner goes, the garbage collector takes what it owned.
"""

from collections.abc import Mapping, Sequence

import attrs

from kubelab.sim.timeline import Timeline
from kubelab.sim.transition import Transition
from kubelab.state.snapshot import Object, ObjectKey, View, key_of
from kubelab.views import owners_text, theme
from kubelab.views.faces import Face, face
from kubelab.views.film import changes, clock
from kubelab.views.kinship import Kinship, owners_of, trace
from kubelab.views.owners_layout import Tree, lay_out
from kubelab.views.scene import Mark, Marks, Scene


@attrs.frozen
class Owners:
    """The stage of the view; see `kubelab.views.film.Stage`."""

    kinship: Kinship
    tree: Tree

    @property
    def scene(self) -> Scene:
        """Everything at its place."""
        return self.tree.scene

    @property
    def classes(self) -> Marks:
        """The classes that each element has on the whole."""
        return self.tree.classes

    @property
    def keys(self) -> Mapping[str, ObjectKey]:
        """The object that an element stands for."""
        return self.tree.keys

    @property
    def parts(self) -> Sequence[str]:
        """Elements that stand for several Pods."""
        return tuple(self.tree.groups)

    def title(self, timeline: Timeline, index: int) -> str:
        """The title of a frame."""
        return f"Owners after step {index}, {clock(timeline, index)}"

    def describe(self, timeline: Timeline, index: int) -> str:
        """How many trees there are, and of what."""
        return owners_text.description(timeline.view(index))

    def text(self, timeline: Timeline, index: int, since: int) -> str:
        """The same as text."""
        return owners_text.text(timeline, index, since)

    def marks(self, timeline: Timeline, index: int, since: int) -> dict[str, Mark]:
        """How every element looks after step `index`."""
        view, news = timeline.view(index), changes(timeline, index, since)
        touched = {t.key for t in news}
        gone = {t.key: t.before for t in news if t.verb != "run" and t.before is not None and t.after is None}
        gone = {key: obj for key, obj in gone.items() if view.find(key) is None}
        found: dict[str, Mark] = {}
        for element, key in self.tree.single.items():
            obj = view.find(key)
            if obj is None and key not in gone:
                continue
            said = face(obj if obj is not None else gone[key])
            found[element] = self._mark(element, said, key in touched, obj is None)
        for element, members in self.tree.groups.items():
            pods = [face(pod) for key in members if (pod := view.find(key)) is not None]
            if pods:
                found[element] = self._group(element, pods, any(key in touched for key in members))
        before = self._lines(timeline.view(since)) if news else None
        for link in self._lines(view):
            new = before is not None and link not in before
            found[link] = Mark(f"link owns {theme.CHANGED}" if new else "link owns")
        return found

    def _lines(self, view: View) -> dict[str, None]:
        """The lines that are there: those of which the owner exists, and something that names it."""
        found: dict[str, None] = {}
        for link, (owner, members) in self.tree.lines.items():
            holder = view.find(owner)
            if holder is None:
                continue
            if any(_owns(holder, view.find(key)) for key in members):
                found[link] = None
        return found

    def _mark(self, element: str, said: Face, changed: bool, gone: bool) -> Mark:
        box = self.tree.box[element]
        new = theme.CHANGED if changed else ""
        if box.form == "pod":
            state = "terminating" if gone else said.state
            ready = said.fact.removesuffix(" ready") if said.state in ("running", "unready") else ""
            word = "deleted" if gone else " · ".join(filter(None, (said.word, ready)))
            classes: tuple[str, ...] = ("pod box", state, new, theme.GONE if gone else "")
            texts: tuple[str, ...] = (theme.glyph(state), said.name, "", word)
        else:
            classes = ("object box", said.sort, said.state, new, theme.GONE if gone else "")
            texts = (said.kind, said.name, "deleted" if gone else said.fact)
        return Mark(" ".join(filter(None, classes)), (said.tooltip, *box.fitted(texts)))

    def _group(self, element: str, pods: Sequence[Face], changed: bool) -> Mark:
        counts: dict[str, int] = {}
        for said in pods:
            counts[said.state] = counts.get(said.state, 0) + 1
        order = [state for state in theme.STATES if state in counts]
        most = max(order, key=lambda state: counts[state])
        words = "  ".join(f"{theme.glyph(state)} {counts[state]}" for state in order)
        whole = ", ".join(f"{counts[state]} {theme.WORDS[state]}" for state in order)
        name = f"{len(pods)} Pod{'s' if len(pods) != 1 else ''}"
        classes = " ".join(filter(None, ("pod box part", most, theme.CHANGED if changed else "")))
        texts = self.tree.box[element].fitted((theme.glyph(most), name, "", words))
        return Mark(classes, (f"{name}: {whole}", *texts))


def _owns(owner: Object, obj: Object | None) -> bool:
    return obj is not None and key_of(owner) in owners_of(obj)


def stage(
    timeline: Timeline, first: int, last: int, future: Sequence[Transition] = (), opened: Sequence[str] = ()
) -> Owners:
    """Lay out every object that owns or is owned in these steps."""
    kinship = trace(timeline, first, last, future)
    return Owners(kinship, lay_out(kinship, frozenset(opened)))
