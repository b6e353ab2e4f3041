"""Step sizes: how far one press of Step goes, and one of Back.

A stride ends after certain transitions of a timeline, so that stepping back stops where stepping on does.
"""

from kubelab.errors import UsageError
from kubelab.sim.engine import USER
from kubelab.sim.fault_step import FAULT
from kubelab.sim.timeline import Timeline

STRIDES: dict[str, str] = {
    "request": "one request",
    "reconcile": "one reconcile",
    "moment": "until time moves",
    "settled": "until settled",
}
"""The step sizes there are, and what they are called."""


def checked(stride: str) -> str:
    """`stride`, if there is such a step size.

    Raises:
        UsageError: there is none.
    """
    if stride not in STRIDES:
        raise UsageError(f"there is no step size {stride!r}; there are {', '.join(STRIDES)}")
    return stride


def ends(timeline: Timeline, index: int, stride: str) -> bool:
    """Whether a stride ends after the transition with this index."""
    here = timeline.at(index)
    if here is None or index >= len(timeline) or stride == "request":
        return True
    if stride == "reconcile":
        return here.actor not in timeline.state(index).pending
    following = timeline.at(index + 1)
    assert following is not None
    if stride == "moment":
        return following.time != here.time
    return (here.actor in (USER, FAULT)) != (following.actor in (USER, FAULT))


def forth(timeline: Timeline, index: int, stride: str) -> int:
    """Where a stride from `index` ends; the end of the timeline at the latest."""
    place = min(index + 1, len(timeline))
    while not ends(timeline, place, stride):
        place += 1
    return place


def back(timeline: Timeline, index: int, stride: str) -> int:
    """Where a stride back from `index` ends; the start at the latest."""
    place = max(index - 1, 0)
    while not ends(timeline, place, stride):
        place -= 1
    return place


def since(timeline: Timeline, index: int, stride: str) -> int:
    """The step after which everything up to `index` counts as new; after a run that is its last step alone."""
    return max(index - 1, 0) if stride == "settled" else back(timeline, index, stride)
