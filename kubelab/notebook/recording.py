"""What a Player keeps of a run when the cluster goes on without it.

A Player in a notebook belongs to the moment at which its cell ended. When a later cell moves the cluster, the Player
stays where it is, with the drawing that it had, and can be stepped through as far as the cluster went the way that
was foreseen then; what came later has pictures of its own.
"""

import attrs

from kubelab.notebook.foresight import Ahead, alike
from kubelab.sim.timeline import Timeline


@attrs.define
class Recording:
    """A part of a run, and a place in it.

    Attributes:
        known: what was foreseen when the cluster went on.
        present: the timeline from which it was foreseen.
        place: the step that is looked at.
        size: how many of its steps have come true.
        left: the step, and the time (microseconds since 1970), at which the cluster went on.
    """

    known: Ahead
    present: Timeline
    place: int
    size: int
    left: tuple[int, int]
    _parted: bool = False

    def grow(self) -> None:
        """Take in what has come true since, until something else happens than was foreseen."""
        happened, foreseen = self.present.transitions, self.known.timeline.transitions
        while not self._parted and self.size < len(happened):
            here = self.size
            self._parted = here >= len(foreseen) or not alike(happened[here], foreseen[here])
            self.size += not self._parted

    def ends_at(self, timeline: Timeline) -> bool:
        """Whether it is looked at where a cluster with this timeline is: at the newest step of the same one."""
        return timeline is self.present and not self._parted and self.place == timeline.cursor == len(timeline)


def left_behind(known: Ahead | None, present: Timeline, place: int, size: int, now: int) -> Recording:
    """What stays when the present moves on from a place.

    Args:
        known: what was foreseen there; None, or what does not go so far, stands for nothing.
        present: the timeline as it is now.
        place: the step that was looked at.
        size: how many steps it had then.
        now: the time then.
    """
    last = present.transitions[size - 1] if size else None
    fits = known is not None and len(known.timeline) >= size
    if known is None or not fits or (last is not None and not alike(known.timeline.transitions[size - 1], last)):
        known = Ahead.of_past(present, size)
    made = Recording(known, present, place, size, (size, now))
    made.grow()
    return made
