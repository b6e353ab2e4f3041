"""The view ``timeline`` as text: a line for each actor, a sign for each step of the page, the cursor below."""

from kubelab.sim.timeline import Timeline
from kubelab.views.columns import cells_wide
from kubelab.views.escape import clean

LEGEND = "  + create  ~ update  − delete  → bind  ! Event  » on its machine  ✕ refused or fault  ○ still to come"
"""What the signs mean."""


def description(timeline: Timeline, index: int) -> str:
    """Where the cursor is, and how much each actor did so far."""
    counts: dict[str, int] = {}
    for transition in timeline.transitions[:index]:
        name = transition.actor.partition("/")[0]
        counts[name] = counts.get(name, 0) + 1
    if not counts:
        return f"The cursor is at the start of {len(timeline)} steps."
    most = sorted(counts, key=lambda name: (-counts[name], name))[:6]
    did = ", ".join(f"{name} {counts[name]}" for name in most)
    return f"The cursor is at step {index} of {len(timeline)}. Steps so far: {did}."


def text(timeline: Timeline, index: int, begin: int) -> str:
    """The page of the timeline that shows step `index`."""
    from kubelab.views.steps import PAGE, lane_of, lanes_of, sign_of

    page = timeline.transitions[begin : begin + PAGE]
    names, shared = lanes_of([t.actor for t in page])
    rows = {name: ["·"] * len(page) for name in names}
    for step in page:
        sign = sign_of(step)
        rows[lane_of(step.actor, shared)][step.index - begin - 1] = sign if step.index <= index else "○"
    wide = max((cells_wide(clean(name)) for name in names), default=8)
    numbers = [" "] * len(page)
    for n in range(0, len(page), 5):
        number = str(begin + n + 1 if n == 0 else begin + n)
        place = 0 if n == 0 else n - 1
        numbers[place : place + len(number)] = number
    current = timeline.at(index)
    acting = lane_of(current.actor, shared) if current is not None else ""
    lines = [f"  {'':{wide}}   {''.join(numbers)}".rstrip()]
    for name in names:
        label = clean(name) + " " * (wide - cells_wide(clean(name)))
        lines.append(f"{'▶' if name == acting else ' '} {label}   {''.join(rows[name])}")
    if current is not None:
        lines.append(f"  {'':{wide}}   {' ' * (index - begin - 1)}▲ step {index}")
    lines += [
        "",
        "  + create  ~ update  − delete  → bind  ! Event  » on its machine  ✕ refused or fault  ○ still to come",
    ]
    return "\n".join(lines)
