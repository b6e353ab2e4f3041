"""The work queue: which actor is to look at which key next, in the order in which they were woken.

It is a value like everything else: adding and taking give another queue that shares all it can.

In Kubernetes: client-go's `util/workqueue`: a key that waits already is not added again.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import attrs
from immutables import Map

from kubelab.api.model import evolve
from kubelab.state.snapshot import ObjectKey

if TYPE_CHECKING:
    from kubelab.state.snapshot import Snapshot


@attrs.frozen(slots=True)
class Work:
    """One key that one actor is to look at.

    Attributes:
        actor: the component, or its copy on a node (``kubelet/worker-1``).
        key: the key to be reconciled.
        cause: the index of the transition that woke the actor, or None.
        seen: the older state that a delayed actor is shown, or None for the present one.
    """

    actor: str
    key: ObjectKey
    cause: int | None = None
    seen: "Snapshot | None" = None

    def shown(self, present: "Snapshot") -> "Snapshot":
        """The state that the actor is shown: its news of the API server may be late, but what is on its machine and
        what it has told itself it knows.
        """
        return present if self.seen is None else evolve(self.seen, machines=present.machines, events=present.events)


@attrs.frozen(slots=True)
class WorkQueue:
    """All waiting work, first come first served.

    Attributes:
        items: the work by its place in the line.
        places: the place of each (actor, key).
        head: no place before this one is taken.
        tail: the next free place.
    """

    items: "Map[int, Work]" = attrs.field(factory=Map)
    places: "Map[tuple[str, ObjectKey], int]" = attrs.field(factory=Map)
    head: int = 0
    tail: int = 0

    def __len__(self) -> int:
        return len(self.items)

    def first(self) -> Work | None:
        """The work that has waited longest, or None."""
        return self.items[self.head] if self.items else None

    def waiting(self) -> list[Work]:
        """All work in its order."""
        return [self.items[place] for place in sorted(self.items)]

    def push(self, works: Iterable[Work]) -> "WorkQueue":
        """Add work at the end; a key that waits already keeps its place and its cause, and is shown what is newest."""
        new = [w for w in works if self._is_news(w)]
        if not new:
            return self
        tail = self.tail
        items, places = self.items.mutate(), self.places.mutate()
        for work in new:
            mark = (work.actor, work.key)
            place = places.get(mark)
            if place is not None:
                if _is_newer(work.seen, items[place].seen):
                    items[place] = evolve(items[place], seen=work.seen)
                continue
            items[tail] = work
            places[mark] = tail
            tail += 1
        head = self.head if self.items else self.tail
        return WorkQueue(items.finish(), places.finish(), head, tail)

    def _is_news(self, work: Work) -> bool:
        place = self.places.get((work.actor, work.key))
        return place is None or _is_newer(work.seen, self.items[place].seen)

    def take(self, actor: str, key: ObjectKey) -> "tuple[Work, WorkQueue]":
        """Take one piece of work out of the line.

        Raises:
            KeyError: it does not wait.
        """
        place = self.places[actor, key]
        items = self.items.delete(place)
        head = self.head
        if place == head:
            head += 1
            while items and head not in items:
                head += 1
        return self.items[place], WorkQueue(items, self.places.delete((actor, key)), head, self.tail)

    def without(self, actor: str) -> "WorkQueue":
        """The queue when `actor` has lost its work."""
        queue = self
        for work in self.waiting():
            if work.actor == actor:
                _, queue = queue.take(actor, work.key)
        return queue


def _is_newer(one: "Snapshot | None", other: "Snapshot | None") -> bool:
    """Whether the first state is newer than the second; None is the present one."""
    return other is not None and (one is None or one.revision > other.revision)
