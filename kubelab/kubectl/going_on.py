"""What waits in the real kubectl lets the simulated cluster run on: step by step, until what is waited for is there.

Time is virtual: ten minutes of waiting are over at once, and everything that happened meanwhile is on the timeline.
"""

from collections.abc import Callable, Iterator

from kubelab.kubectl.call import Call
from kubelab.sim import runs
from kubelab.state.snapshot import SECOND, View

LONGEST = 3600
"""Where the real one waits for ever, so many seconds of virtual time go by at most."""

MOST_STEPS = 100_000


def views(call: Call, seconds: float = LONGEST, every: int | None = None) -> Iterator[View]:
    """The cluster now, and after every step that it makes from here on, as long as the time allows.

    Args:
        call: the command that waits.
        seconds: how much virtual time it waits at most.
        every: after so many seconds in which nothing happens, it has a look all the same.
    """
    cluster = call.client.cluster
    timeline = cluster.timeline
    deadline = cluster.now + int(seconds * SECOND)
    begun = timeline.cursor
    try:
        yield timeline.view()
        for _ in range(MOST_STEPS):
            if timeline.cursor == len(timeline) and cluster.engine.settled(timeline.newest):
                return
            until = None if every is None else timeline.view().now + every * SECOND
            if not runs.step(cluster.engine, timeline, until):
                return
            if timeline.view().now > deadline:
                return
            yield timeline.view()
    finally:
        if timeline.cursor != begun:
            cluster.goto(timeline.cursor)


def until(call: Call, done: Callable[[View], bool], seconds: float = LONGEST) -> bool:
    """Let the cluster run on until something is so; whether it became so in time."""
    going = views(call, seconds)
    try:
        return any(done(view) for view in going)
    finally:
        going.close()  # type: ignore[attr-defined]
