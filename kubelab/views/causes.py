"""The view ``causes``: the chain of steps that led here, the oldest above, this one below, and whom it woke.

Every step was made by somebody whom an earlier step had woken. A long chain is shown by its beginning and its end.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import attrs

from kubelab.sim.timeline import Timeline
from kubelab.sim.transition import Transition
from kubelab.state.snapshot import ObjectKey
from kubelab.views import theme
from kubelab.views.control_plane import woken
from kubelab.views.explain import chain_lines, moment, sentence
from kubelab.views.film import clock
from kubelab.views.measure import wrap
from kubelab.views.scene import Box, Link, Mark, Marks, Scene

MARGIN = 14
CARD_W, CARD_H = 760, 62
GAP = 20
FIRST = 2
"""How many of the oldest steps of a long chain are shown."""

MOST = 8
"""How many cards there are at most."""

WIDE = 660.0
"""How wide a sentence may be."""


def card_id(place: int) -> str:
    """The id of the card at a place, counted from above."""
    return f"cause/{place}"


@attrs.frozen
class Causes:
    """The stage of the view; see `kubelab.views.film.Stage`."""

    scene: Scene
    classes: Marks
    keys: Mapping[str, ObjectKey] = attrs.field(factory=dict)
    parts: Sequence[str] = ()

    @property
    def markers(self) -> Sequence[str]:
        """The cards."""
        return [box.id for box in self.scene.boxes if box.form == "card"]

    def steps(self, timeline: Timeline, index: int) -> dict[str, int]:
        """The step that each card tells of."""
        shown = shorten(timeline.chain(index))
        return {card_id(place): step.index for place, step in enumerate(shown) if not isinstance(step, int)}

    def title(self, timeline: Timeline, index: int) -> str:
        """The title of a frame."""
        return f"Causes of step {index}, {clock(timeline, index)}"

    def describe(self, timeline: Timeline, index: int) -> str:
        """How long the chain is, and where it begins."""
        chain = timeline.chain(index)
        if not chain:
            return "Nothing has happened yet."
        if len(chain) == 1:
            return f"Step {index} was the beginning of something: {sentence(chain[0])}"
        return f"Step {index} goes back through {len(chain) - 1} others to step {chain[0].index}: {sentence(chain[0])}"

    def text(self, timeline: Timeline, index: int, since: int) -> str:
        """The same as text: the whole chain."""
        chain = timeline.chain(index)
        if not chain:
            return "  Nothing has happened yet."
        lines = chain_lines(timeline, chain)
        lines[-1] = f"▶{lines[-1][1:]}"
        return "\n".join([*lines, "", f"  {_outcome(timeline, chain[-1])}"])

    def marks(self, timeline: Timeline, index: int, since: int) -> dict[str, Mark]:
        """How every card looks after step `index`."""
        box = self.scene.box
        found: dict[str, Mark] = {}
        chain = timeline.chain(index)
        if not chain:
            texts = ("", "The start", "", "Nothing has happened yet.", "", "")
            return {card_id(0): Mark("card box plain", ("", *box[card_id(0)].fitted(texts)))}
        shown = shorten(chain)
        for place, step in enumerate(shown):
            element = card_id(place)
            if isinstance(step, int):
                said = f"… {step} more steps in between …"
                found[element] = Mark("card box plain quiet", ("", *box[element].fitted(("", said, "", "", "", ""))))
            else:
                found[element] = self._card(timeline, step, place, step.index > since)
            if place:
                found[f"{card_id(place - 1)}--{element}"] = Mark("link owns")
        said = _outcome(timeline, chain[-1])
        found["outcome"] = Mark("caption", (said, *box["outcome"].fitted((said,))))
        return found

    def _card(self, timeline: Timeline, step: Transition, place: int, new: bool) -> Mark:
        said = sentence(step)
        first, second = wrap(said, WIDE, 11.5, 2)
        state = "failed" if step.error is not None else "plain"
        texts = (
            f"step {step.index}",
            step.actor,
            moment(timeline, step),
            first,
            "refused" if step.error else "",
            second,
        )
        classes = " ".join(filter(None, ("card box", state, theme.CHANGED if new else "")))
        return Mark(classes, (said, *self.scene.box[card_id(place)].fitted(texts)))


def shorten(chain: Sequence[Transition]) -> list[Transition | int]:
    """A chain as the cards show it: in place of what is left out the number of steps."""
    if len(chain) <= MOST:
        return list(chain)
    rest = MOST - FIRST - 1
    return [*chain[:FIRST], len(chain) - FIRST - rest, *chain[-rest:]]


def _outcome(timeline: Timeline, step: Transition) -> str:
    who = woken(timeline.state(step.index), (step,))
    if not who:
        return f"Why step {step.index} happened. It woke nobody."
    named = ", ".join(who[:6]) + (f" and {len(who) - 6} more" if len(who) > 6 else "")
    return f"Why step {step.index} happened. It woke {named}."


def stage(
    timeline: Timeline, first: int, last: int, future: Sequence[Transition] = (), opened: Sequence[str] = ()
) -> Causes:
    """Lay out as many cards as the longest chain of these steps needs."""
    depth: dict[int, int] = {}
    for transition in (*timeline.transitions[:last], *future):
        depth[transition.index] = depth.get(transition.cause or 0, 0) + 1
    known = [deep for index, deep in depth.items() if index >= first]
    count = min(max(known, default=1), MOST)
    boxes = [Box(card_id(n), "card", MARGIN, MARGIN + 26 + n * (CARD_H + GAP), CARD_W, CARD_H) for n in range(count)]
    caption = Box("outcome", "caption", MARGIN, MARGIN, CARD_W, 20)
    links = [
        Link(
            f"{above.id}--{below.id}",
            above.id,
            below.id,
            ((above.x + 36, above.bottom), (below.x + 36, below.y)),
            True,
        )
        for above, below in pairwise(boxes)
    ]
    classes = {box.id: Mark("card box plain") for box in boxes} | {"outcome": Mark("caption")}
    classes |= {link.id: Mark("link owns") for link in links}
    scene = Scene("causes", CARD_W + 2 * MARGIN, boxes[-1].bottom + MARGIN, (caption, *boxes), tuple(links))
    return Causes(scene, classes)
