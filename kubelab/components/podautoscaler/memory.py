"""What an autoscaler remembers: what it recommended before, and how it scaled.

Upstream keeps that in its own memory and loses it when it is restarted. A reconcile here remembers nothing, so it is
written on the object, in an annotation, and only when it changes: between two entries the recommendation was the same
at every look.
"""

import json
from typing import NamedTuple

import attrs

from kubelab.api.autoscaling import HorizontalPodAutoscaler
from kubelab.api.model import evolve

ANNOTATION = "kubelab/autoscaler"
SYNC_SECONDS = 15
"""How often an autoscaler looks."""


class Note(NamedTuple):
    """Something at a moment (in seconds since 1970): a recommended number of Pods, or by how many it was scaled."""

    at: int
    number: int


@attrs.frozen(slots=True)
class Memory:
    """What is remembered, oldest first.

    Attributes:
        recommended: the numbers of Pods that the measurements asked for, when they began to.
        up: by how many Pods it was scaled up.
        down: by how many Pods it was scaled down.
    """

    recommended: tuple[Note, ...] = ()
    up: tuple[Note, ...] = ()
    down: tuple[Note, ...] = ()

    def since(self, seconds: int, now: int, strict: bool) -> list[int]:
        """What was recommended at the looks of the last so many seconds, before this one."""
        found = []
        for place, note in enumerate(self.recommended):
            following = self.recommended[place + 1].at if place + 1 < len(self.recommended) else now
            last = max(note.at, following - SYNC_SECONDS)
            if last > now - seconds or (not strict and last == now - seconds):
                found.append(note.number)
        return found

    def recommending(self, number: int, now: int, window: int) -> "Memory":
        """With one more recommendation; where it is a new one, what is older than the window is forgotten."""
        if self.recommended and self.recommended[-1].number == number:
            return self
        notes = (*self.recommended, Note(now, number))
        kept = tuple(
            note
            for place, note in enumerate(notes)
            if place + 1 == len(notes) or notes[place + 1].at - SYNC_SECONDS >= now - window
        )
        return attrs.evolve(self, recommended=kept)

    def scaled(self, change: int, now: int, longest: int) -> "Memory":
        """With one more step up or down; what is older than the longest period is forgotten."""
        up = tuple(note for note in self.up if note.at >= now - longest)
        down = tuple(note for note in self.down if note.at >= now - longest)
        if change > 0:
            return attrs.evolve(self, up=(*up, Note(now, change)), down=down)
        return attrs.evolve(self, up=up, down=(*down, Note(now, -change)))


def read(autoscaler: HorizontalPodAutoscaler) -> Memory:
    """What an autoscaler remembers; nothing where that cannot be read."""
    try:
        held = json.loads(autoscaler.metadata.annotations.get(ANNOTATION, "{}"))
        return Memory(**{name: tuple(Note(int(at), int(n)) for at, n in notes) for name, notes in held.items()})
    except (ValueError, TypeError, AttributeError):
        return Memory()


def written(autoscaler: HorizontalPodAutoscaler, memory: Memory) -> HorizontalPodAutoscaler:
    """The autoscaler with what it remembers."""
    held = {name: list(map(list, notes)) for name, notes in attrs.asdict(memory, recurse=False).items() if notes}
    text = json.dumps(held, separators=(",", ":"))
    meta = autoscaler.metadata
    return evolve(autoscaler, metadata=evolve(meta, annotations=meta.annotations.with_({ANNOTATION: text})))
