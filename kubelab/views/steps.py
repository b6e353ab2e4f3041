"""The view ``timeline``: who acted when. A lane for each actor, a sign for each step, and the cursor.

Steps are equal columns, forty to a page, since much happens at the same moment. From the step at the cursor a line goes
back to the one that caused it.
"""

from collections.abc import Mapping, Sequence

import attrs

from kubelab.sim.timeline import Timeline
from kubelab.sim.transition import Transition
from kubelab.state.snapshot import ObjectKey
from kubelab.views import actors, steps_text, theme
from kubelab.views.explain import moment, request_of, sentence
from kubelab.views.film import clock
from kubelab.views.scene import Box, Link, Mark, Marks, Scene
from kubelab.views.topology_layout import natural

MARGIN = 14
NAME_W = 190
COLUMN = 20
LANE = 26
TICK = 18
HEAD = 22
PAGE = 40
"""How many steps are shown at once."""

MOST_LANES = 18
"""So many lanes there are at most; then all kubelets share one, and all kube-proxies."""

SIGNS = {
    "create": "+",
    "update": "~",
    "apply": "~",
    "delete": "-",
    "bind": "→",
    "record": "!",
    "run": "»",
    "fault": "✕",
}
"""The sign of each verb; what was refused is ✕ too."""


@attrs.frozen
class Steps:
    """The stage of the view; see `kubelab.views.film.Stage`."""

    scene: Scene
    classes: Marks
    lanes: Mapping[str, int]
    shared: bool
    known: frozenset[int]
    keys: Mapping[str, ObjectKey] = attrs.field(factory=dict)
    parts: Sequence[str] = ()

    def title(self, timeline: Timeline, index: int) -> str:
        """The title of a frame."""
        return f"Timeline at step {index} of {len(timeline)}, {clock(timeline, index)}"

    def describe(self, timeline: Timeline, index: int) -> str:
        """Where the cursor is, and how much each actor did so far."""
        return steps_text.description(timeline, index)

    def text(self, timeline: Timeline, index: int, since: int) -> str:
        """The same as text."""
        return steps_text.text(timeline, index, page_of(index))

    def marks(self, timeline: Timeline, index: int, since: int) -> dict[str, Mark]:
        """How every lane and sign looks at step `index`."""
        box = self.scene.box
        found: dict[str, Mark] = {}
        begin = page_of(index)
        page = [t for t in timeline.transitions[begin : begin + PAGE] if t.index in self.known]
        current = timeline.at(index)
        acting = lane_of(current.actor, self.shared) if current is not None else ""
        for lane in self.lanes:
            classes = f"lane box frame{f' {theme.CHANGED}' if lane == acting else ''}"
            found[f"lane/{self.lanes[lane]}"] = Mark(classes, (lane, *box[f"lane/{self.lanes[lane]}"].fitted((lane,))))
        for column in range(PAGE):
            number = begin + column + 1
            if column % 5 == 4 or column == 0:
                found[f"number/{column}"] = Mark("number", ("", str(number)))
        for step in page:
            found[f"step/{step.index}"] = self._tick(timeline, step, index, since)
        if current is not None:
            found[f"stripe/{(index - 1) % PAGE}"] = Mark("stripe box cursor")
            if current.cause is not None and current.cause > begin and f"cause/{index}" in self._links():
                found[f"cause/{index}"] = Mark("link owns")
        return found

    def _links(self) -> set[str]:
        return {link.id for link in self.scene.links}

    def _tick(self, timeline: Timeline, step: Transition, index: int, since: int) -> Mark:
        sign = "✕" if step.error is not None else SIGNS.get(step.verb, "·")
        said = f"step {step.index} {moment(timeline, step)} · {step.actor}: {request_of(step)} · {sentence(step)}"
        later = step.index > index
        state = "failed" if step.error is not None or step.verb == "fault" else "later" if later else "plain"
        new = theme.CHANGED if since < step.index <= index else ""
        return Mark(" ".join(filter(None, ("tick box", state, new))), (said, sign))


def page_of(index: int) -> int:
    """How many steps there are before the page that shows a step."""
    return (max(index, 1) - 1) // PAGE * PAGE


def lane_of(actor: str, shared: bool) -> str:
    """The lane of an actor; all kubelets share one where there are too many."""
    name, slash, _ = actor.partition("/")
    return f"{name} (all)" if shared and slash else actor


def order_of(actor: str) -> tuple[object, ...]:
    """Where a lane stands: people first, then the control plane, then the machines."""
    name, _, node = actor.partition("/")
    first = (actors.USER, actors.FAULT, actors.SCHEDULER)
    known = (*first, *actors.known_controllers())
    rank = known.index(name) if name in known else len(known)
    if name.startswith(("kubelet", "kube-proxy")):
        rank = len(known) + 1
    return rank, natural(node), name != actors.KUBELET


def lanes_of(found: Sequence[str]) -> tuple[list[str], bool]:
    """The lanes for some actors, in order, and whether machines share them."""
    shared = len(set(found)) > MOST_LANES
    return sorted({lane_of(actor, shared) for actor in found}, key=order_of), shared


def stage(
    timeline: Timeline, first: int, last: int, future: Sequence[Transition] = (), opened: Sequence[str] = ()
) -> Steps:
    """Lay out a lane for everybody who acts in these steps, and a place for every step."""
    begin = page_of(first)
    end = max(page_of(last) + PAGE, last)
    steps = [*timeline.transitions[begin : min(end, len(timeline))], *future]
    names, shared = lanes_of([t.actor for t in steps])
    lanes = {name: n for n, name in enumerate(names)}
    left = MARGIN + NAME_W + 8
    high = max(len(lanes), 1) * LANE
    boxes: list[Box] = []
    width = PAGE * COLUMN
    for lane in lanes.values():
        top = MARGIN + HEAD + lane * LANE
        boxes.append(Box(f"lane/{lane}", "lane", MARGIN, top, NAME_W + 12 + width, LANE - 3, room=NAME_W - 8))
    for column in range(PAGE):
        x = left + column * COLUMN
        boxes.append(Box(f"stripe/{column}", "stripe", x, MARGIN + HEAD - 3, COLUMN, high + 3))
    for column in range(PAGE):
        boxes.append(Box(f"number/{column}", "number", left + column * COLUMN, MARGIN + 2, COLUMN, 16))
    places: dict[int, Box] = {}
    for step in steps:
        lane = lanes[lane_of(step.actor, shared)]
        x = left + (step.index - 1) % PAGE * COLUMN + 1
        y = MARGIN + HEAD + lane * LANE + (LANE - 3 - TICK) / 2
        places[step.index] = Box(f"step/{step.index}", "tick", x, y, TICK, TICK)
    boxes += places.values()
    links = [link for step in steps if (link := _cause(step, places)) is not None]
    classes = {box.id: Mark(f"{box.form} box plain") for box in boxes}
    classes |= {box.id: Mark("number") for box in boxes if box.form == "number"}
    classes |= {box.id: Mark("stripe box cursor") for box in boxes if box.form == "stripe"}
    classes |= {link.id: Mark("link owns") for link in links}
    scene = Scene("timeline", left + width + MARGIN + 4, MARGIN * 2 + HEAD + high, tuple(boxes), tuple(links))
    return Steps(scene, classes, lanes, shared, frozenset(places))


def _cause(step: Transition, places: Mapping[int, Box]) -> Link | None:
    """The line from the cause of a step to it: along the edge of its lane, where no sign is."""
    cause = step.cause
    if cause is None or cause not in places or page_of(cause) != page_of(step.index):
        return None
    source, target = places[cause], places[step.index]
    edge = target.y - (LANE - TICK) / 2
    points: tuple[tuple[float, float], ...]
    if source.y < target.y - 1:
        points = ((source.cx, source.bottom), (source.cx, edge), (target.cx, edge), (target.cx, target.y))
    elif source.y > target.y + 1:
        low = target.bottom + (LANE - TICK) / 2
        points = ((source.cx, source.y), (source.cx, low), (target.cx, low), (target.cx, target.bottom))
    else:
        points = ((source.cx, source.y), (source.cx, edge), (target.cx, edge), (target.cx, target.y))
    return Link(f"cause/{step.index}", source.id, target.id, points, True)
