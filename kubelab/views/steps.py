"""The view ``timeline``: who acted when. A lane for each actor, a sign for each step, and the cursor.

Steps are equal columns, forty to a page, since much happens at the same moment; a picture by itself shows the forty
that lead to its step, and a few that follow. From the step at the cursor a line goes
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
LANE = 30
TICK = 18
HEAD = 22
PAGE = 40
"""How many steps are shown at once."""

FOLLOWING = 8
"""So many of the steps that follow are on a page by itself."""

MOST_LANES = 18
"""So many lanes there are at most; then all kubelets share one, and all kube-proxies."""

MOST_CAUSES = 200
"""In a film of more steps the cause of a step is marked, but no line leads from it."""

SIGNS = {
    "create": "+",
    "update": "~",
    "apply": "~",
    "patch": "~",
    "delete": "\N{MINUS SIGN}",
    "bind": "→",
    "evict": "\N{MINUS SIGN}",
    "record": "!",
    "run": "»",
    "fault": "✕",
}
"""The sign of each verb; what was refused is ✕ too."""


def sign_of(step: Transition) -> str:
    """The sign of a step; an apply is what came of it."""
    if step.error is not None:
        return "✕"
    return SIGNS.get("create" if step.verb in ("apply", "patch") and step.before is None else step.verb, "·")


@attrs.frozen
class Steps:
    """The stage of the view; see `kubelab.views.film.Stage`."""

    scene: Scene
    classes: Marks
    lanes: Mapping[str, int]
    shared: bool
    links: frozenset[str]
    origin: int = 0
    keys: Mapping[str, ObjectKey] = attrs.field(factory=dict)
    parts: Sequence[str] = ()

    @property
    def markers(self) -> Sequence[str]:
        """The signs."""
        return [box.id for box in self.scene.boxes if box.form == "tick"]

    def steps(self, timeline: Timeline, index: int) -> dict[str, int]:
        """The step of each sign on the page of this one."""
        begin = page_of(index, self.origin)
        return {self._place(step): step.index for step in timeline.transitions[begin : begin + PAGE]}

    def title(self, timeline: Timeline, index: int) -> str:
        """The title of a frame."""
        return f"Timeline at step {index} of {len(timeline)}, {clock(timeline, index)}"

    def describe(self, timeline: Timeline, index: int) -> str:
        """Where the cursor is, and how much each actor did so far."""
        return steps_text.description(timeline, index)

    def text(self, timeline: Timeline, index: int, since: int) -> str:
        """The same as text."""
        return steps_text.text(timeline, index, page_of(index, self.origin))

    def marks(self, timeline: Timeline, index: int, since: int) -> dict[str, Mark]:
        """How every lane and sign looks at step `index`."""
        box = self.scene.box
        found: dict[str, Mark] = {}
        begin = page_of(index, self.origin)
        page = timeline.transitions[begin : begin + PAGE]
        current = timeline.at(index)
        acting = lane_of(current.actor, self.shared) if current is not None else ""
        cause = current.cause if current is not None else None
        for name, lane in self.lanes.items():
            element = f"lane/{lane}"
            classes = "lane box frame accent" if name == acting else "lane box frame"
            found[element] = Mark(classes, (name, *box[element].fitted((name,))))
        for column in range(PAGE):
            if column % 5 == 4 or column == 0:
                found[f"number/{column}"] = Mark("number", ("", str(begin + column + 1)))
        for step in page:
            element = self._place(step)
            if element in box:
                found[element] = self._tick(timeline, step, index, since, cause)
        if current is not None and index > begin:
            found[f"stripe/{column_of(index, self.origin)}"] = Mark("stripe box cursor")
            link = link_id(self._place(timeline.transitions[cause - 1]), self._place(current)) if cause else ""
            if cause and cause > begin and link in self.links:
                found[link] = Mark("link owns")
        return found

    def _place(self, step: Transition) -> str:
        return tick_id(self.lanes.get(lane_of(step.actor, self.shared), -1), column_of(step.index, self.origin))

    def _tick(self, timeline: Timeline, step: Transition, index: int, since: int, cause: int | None) -> Mark:
        sign = sign_of(step)
        why = "the cause · " if step.index == cause else ""
        said = f"{why}step {step.index} {moment(timeline, step)} · {step.actor}: {request_of(step)} · {sentence(step)}"
        state = "plain"
        if step.error is not None or step.verb == "fault":
            state = "failed"
        elif step.index > index:
            state = "later"
        elif step.index == cause:
            state = "cause"
        new = theme.CHANGED if since < step.index <= index else ""
        return Mark(" ".join(filter(None, ("tick box", state, new))), (said, sign))


def tick_id(lane: int, column: int) -> str:
    """The id of the element in a lane and a column."""
    return f"tick/{lane}/{column}"


def link_id(cause: str, effect: str) -> str:
    """The id of the line between two elements."""
    return f"{cause}--{effect}"


def page_of(index: int, origin: int = 0) -> int:
    """How many steps there are before the page that shows a step, where pages begin after step `origin`."""
    return origin + (max(index - origin, 1) - 1) // PAGE * PAGE


def column_of(index: int, origin: int) -> int:
    """The column of a step in its page."""
    return (index - 1 - origin) % PAGE


def page_around(size: int, index: int) -> tuple[int, int]:
    """The first and the last step of the page that shows most of what led to a step, in a timeline of some size."""
    last = min(size, max(index + FOLLOWING, PAGE))
    return max(last - PAGE, 0), last


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
    origin = first if last - first <= PAGE else 0
    begin = page_of(first, origin)
    end = max(page_of(last, origin) + PAGE, last)
    steps = [*timeline.transitions[begin : min(end, len(timeline))], *future]
    names, shared = lanes_of([t.actor for t in steps])
    lanes = {name: n for n, name in enumerate(names)}
    left = MARGIN + NAME_W + 8
    high = max(len(lanes), 1) * LANE
    width = PAGE * COLUMN
    boxes: list[Box] = []
    for lane in lanes.values():
        top = MARGIN + HEAD + lane * LANE
        boxes.append(Box(f"lane/{lane}", "lane", MARGIN, top, NAME_W + 12 + width, LANE - 6, room=NAME_W - 8))
    for column in range(PAGE):
        x = left + column * COLUMN
        boxes.append(Box(f"stripe/{column}", "stripe", x, MARGIN + HEAD - 3, COLUMN, high))
    for column in range(PAGE):
        boxes.append(Box(f"number/{column}", "number", left + column * COLUMN, MARGIN + 2, COLUMN, 16))
    places: dict[str, Box] = {}
    where: dict[int, str] = {}
    for step in steps:
        lane, column = lanes[lane_of(step.actor, shared)], column_of(step.index, origin)
        element = where[step.index] = tick_id(lane, column)
        y = MARGIN + HEAD + lane * LANE + (LANE - 6 - TICK) / 2
        places.setdefault(element, Box(element, "tick", left + column * COLUMN + 1, y, TICK, TICK))
    boxes += places.values()
    links: dict[str, Link] = {}
    for step in steps if len(steps) <= MOST_CAUSES else ():
        cause = step.cause
        if cause in where and page_of(cause, origin) == page_of(step.index, origin):
            link = _cause(places[where[cause]], places[where[step.index]])
            links.setdefault(link.id, link)
    return Steps(
        _scene(boxes, links, left + width, high), _classes(boxes, links), lanes, shared, frozenset(links), origin
    )


def _scene(boxes: Sequence[Box], links: Mapping[str, Link], right: float, high: float) -> Scene:
    return Scene("timeline", right + MARGIN + 4, MARGIN * 2 + HEAD + high - 6, tuple(boxes), tuple(links.values()))


def _classes(boxes: Sequence[Box], links: Mapping[str, Link]) -> Marks:
    form = {"number": "number", "stripe": "stripe box cursor", "lane": "lane box frame"}
    classes = {box.id: Mark(form.get(box.form, "tick box plain")) for box in boxes}
    return classes | {link: Mark("link owns") for link in links}


def _cause(source: Box, target: Box) -> Link:
    """The line from the cause of a step to it: between two lanes, where no sign is."""
    gap = (LANE - TICK) / 2
    edge = target.bottom + gap if source.y > target.y + 1 else target.y - gap
    start = source.bottom if source.y < target.y - 1 else source.y
    end = target.bottom if source.y > target.y + 1 else target.y
    points = ((source.cx, start), (source.cx, edge), (target.cx, edge), (target.cx, end))
    return Link(link_id(source.id, target.id), source.id, target.id, points, True)
