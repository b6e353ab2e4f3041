"""What is to happen at a later time: when the clock may move, and to which moment.

A persistent leftist heap, ordered by time and then by the order in which the timers were set. One actor has at most
one timer for one key: setting it again replaces it.

In Kubernetes: `AddAfter` of client-go's delaying work queue.
"""

from collections.abc import Iterator

import attrs
from immutables import Map

from kubelab.sim.queue import Work

Mark = tuple[object, ...]
Node = tuple[int, int, Mark, int, "Node | None", "Node | None"]
"""One timer in the heap: when, which, whose, the length of its right spine, left, right."""


@attrs.frozen(slots=True)
class Timer:
    """One thing to be looked at later.

    Attributes:
        at: when, in microseconds since 1970.
        serial: the order in which the timers were set.
        work: what is to be looked at.
        recurring: whether it comes again and again for ever: it does not keep a cluster from settling.
    """

    at: int
    serial: int
    work: Work
    recurring: bool


def _rank(node: Node | None) -> int:
    return node[3] if node is not None else 0


def _merge(a: Node | None, b: Node | None) -> Node | None:
    """Merge two heaps along their right spines, which are short (their length grows as the logarithm)."""
    spine: list[Node] = []
    while a is not None and b is not None:
        if (b[0], b[1]) < (a[0], a[1]):
            a, b = b, a
        spine.append(a)
        a = a[5]
    merged = a if a is not None else b
    for node in reversed(spine):
        left, right = node[4], merged
        if _rank(left) < _rank(right):
            left, right = right, left
        merged = (node[0], node[1], node[2], _rank(right) + 1, left, right)
    return merged


@attrs.frozen(slots=True)
class Timers:
    """All timers.

    Attributes:
        due: the timer of each mark; what the heap holds besides is out of date.
        heap: the root of the heap.
        serial: how many timers were ever set.
        lasting: how many timers are not recurring: while there are any, the cluster has not settled.
    """

    due: "Map[Mark, Timer]" = attrs.field(factory=Map)
    heap: Node | None = None
    serial: int = 0
    lasting: int = 0

    def set(self, mark: Mark, at: int, work: Work, recurring: bool) -> "Timers":
        """Set (or move) a timer."""
        old = self.due.get(mark)
        if old is not None and old.at == at and old.recurring == recurring and old.work.key == work.key:
            return self
        serial = self.serial + 1
        timer = Timer(at, serial, work, recurring)
        lasting = self.lasting + (not recurring) - (old is not None and not old.recurring)
        heap = _merge(self.heap, (at, serial, mark, 1, None, None))
        return Timers(self.due.set(mark, timer), heap, serial, lasting)

    def set_earlier(self, mark: Mark, at: int, work: Work, recurring: bool) -> "Timers":
        """Set a timer, unless one with this mark is due before: then that one stays as it is."""
        old = self.due.get(mark)
        return self if old is not None and old.at <= at else self.set(mark, at, work, recurring)

    def clear(self, mark: Mark) -> "Timers":
        """Take a timer away, if there is one."""
        old = self.due.get(mark)
        if old is None:
            return self
        return Timers(self.due.delete(mark), self.heap, self.serial, self.lasting - (not old.recurring))

    def next_time(self) -> int | None:
        """When the next timer is due, or None when there is none."""
        return next((timer.at for timer in self._in_order()), None)

    def _in_order(self) -> Iterator[Timer]:
        heap = self.heap
        while heap is not None:
            timer = self.due.get(heap[2])
            if timer is not None and timer.serial == heap[1]:
                yield timer
            heap = _merge(heap[4], heap[5])

    def pop_due(self, now: int) -> "tuple[list[Timer], Timers]":
        """The timers due at `now` or before, in order, and the timers without them."""
        heap = self.heap
        found: list[Timer] = []
        due = self.due.mutate()
        lasting = self.lasting
        while heap is not None:
            timer = due.get(heap[2])
            if timer is not None and timer.serial == heap[1]:
                if timer.at > now:
                    break
                found.append(timer)
                del due[heap[2]]
                lasting -= not timer.recurring
            heap = _merge(heap[4], heap[5])
        return found, Timers(due.finish(), heap, self.serial, lasting)

    def without(self, actor: str) -> "Timers":
        """The timers when `actor` has lost its own."""
        timers = self
        for mark, timer in sorted(self.due.items(), key=lambda item: item[1].serial):
            if timer.work.actor == actor:
                timers = timers.clear(mark)
        return timers
