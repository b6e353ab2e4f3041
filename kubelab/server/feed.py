"""What watchers are told: every change in the order of etcd's revisions, kept for a while, one log for each kind.

A watcher holds nothing but its place in a log. So one that is slow, or gone, costs nobody anything; and one that has
fallen behind what is kept has to list again, as in a real cluster (410).

**In Kubernetes:** `k8s.io/apiserver/pkg/storage/cacher` (the watch cache).
"""

import asyncio
import contextlib
from collections.abc import Callable, Hashable, Iterator
from typing import Any

import attrs

from kubelab.cluster import Cluster
from kubelab.sim.state import State
from kubelab.sim.timeline import Timeline
from kubelab.state.snapshot import EventRecord, ObjectKey, View

EVENT = "Event"

KEPT = 20_000
"""So many changes of each kind are kept."""

WRITTEN = 256
"""So many of the newest lines of each kind are kept as they were written, since many may be told the same."""


@attrs.frozen(slots=True, eq=False)
class Entry:
    """One change of one object, or of one Event.

    Attributes:
        revision: etcd's revision of it.
        before: the object before (an `EventRecord` for an Event that follows from the transitions), or None.
        after: the object after, or None.
        view: the cluster right after it.
    """

    revision: int
    before: Any | None
    after: Any | None
    view: View


class Log:
    """The changes of one kind.

    Attributes:
        floor: the newest revision that is no longer told.
        first: the number of the oldest entry that is kept; entries are numbered on and on.
    """

    def __init__(self, floor: int) -> None:
        self.floor = floor
        self.first = 0
        self._entries: list[Entry] = []
        self._lines: dict[Hashable, bytes] = {}
        self.news = asyncio.Event()

    def line(self, key: Hashable, write: Callable[[], bytes]) -> bytes:
        """A line that is written once for all who are told it about the same time."""
        found = self._lines.get(key)
        if found is None:
            if len(self._lines) >= WRITTEN:
                del self._lines[next(iter(self._lines))]
            found = self._lines[key] = write()
        return found

    @property
    def end(self) -> int:
        """The number that the next entry will get."""
        return self.first + len(self._entries)

    def add(self, entry: Entry) -> None:
        """Take a change in, and forget the oldest ones where there are too many."""
        self._entries.append(entry)
        if len(self._entries) >= 2 * KEPT:
            self.floor = self._entries[KEPT - 1].revision
            self.first += KEPT
            del self._entries[:KEPT]

    def clear(self, floor: int) -> None:
        """Forget everything: only what is newer than a revision will be told."""
        self.first, self._entries, self.floor = self.end, [], floor
        self._lines.clear()

    def forget(self, revision: int) -> None:
        """Forget all up to a revision (compaction)."""
        self.floor = max(self.floor, revision)
        kept = [entry for entry in self._entries if entry.revision > revision]
        self.first += len(self._entries) - len(kept)
        self._entries = kept

    def after(self, revision: int) -> int:
        """The number of the first entry that is newer than a revision."""
        low, high = 0, len(self._entries)
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if self._entries[middle].revision > revision else (middle + 1, high)
        return self.first + low

    def read(self, number: int) -> list[Entry]:
        """The entries from a number on.

        Raises:
            LookupError: they are not kept any more.
        """
        if number < self.first:
            raise LookupError(f"entry {number} is no longer kept")
        return self._entries[number - self.first :]


class Feed:
    """All that watchers are told of one cluster.

    Attributes:
        jumps: how often what is shown was exchanged for something else (another branch, an earlier step): what a
            watcher knew before a jump is worth nothing after it.
        closed: whether nobody is told anything any more.
    """

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._loop: asyncio.AbstractEventLoop | None = None
        self._logs: dict[str, Log] = {}
        self.jumps = 0
        self.closed = False
        self._timeline: Timeline = cluster.timeline
        self._cursor = cluster.cursor
        self._state: State = cluster.state
        self._start = self._state.snapshot.revision

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Say in which loop the watchers wait."""
        self._loop = loop

    def log(self, kind: str) -> Log:
        """The log of a kind."""
        found = self._logs.get(kind)
        if found is None:
            found = self._logs[kind] = Log(self._start)
        return found

    def follow(self) -> list[Entry]:
        """Take in what has happened to the cluster since the last time; the changes of Nodes are given back."""
        timeline, cursor = self._cluster.timeline, self._cluster.cursor
        touched: set[str] = set()
        nodes: list[Entry] = []
        if self._goes_on(timeline, cursor):
            for index in range(self._cursor + 1, cursor + 1):
                following = timeline.state(index)
                for kind, entry in changes(self._state, following):
                    self.log(kind).add(entry)
                    touched.add(kind)
                    if kind == "Node":
                        nodes.append(entry)
                self._state = following
        else:
            self.jumps += 1
            self._start = timeline.state().snapshot.revision
            for kind, log in self._logs.items():
                log.clear(self._start)
                touched.add(kind)
        self._timeline, self._cursor, self._state = timeline, cursor, timeline.state()
        if self._state.snapshot.compacted > self._start:
            self.forget(self._state.snapshot.compacted)
        if touched:
            self._tell(touched)
        return nodes

    def restart(self) -> None:
        """The timeline begins anew at the very state that it has come to: nothing is to be told."""
        self._timeline, self._cursor, self._state = self._cluster.timeline, self._cluster.cursor, self._cluster.state

    def _goes_on(self, timeline: Timeline, cursor: int) -> bool:
        if cursor < self._cursor:
            return False
        if timeline is self._timeline:
            return True
        return timeline.state(self._cursor).snapshot is self._state.snapshot

    def forget(self, revision: int) -> None:
        """Forget all up to a revision."""
        self._start = max(self._start, revision)
        for log in self._logs.values():
            log.forget(revision)

    def close(self) -> None:
        """Let all watches end."""
        self.closed = True
        self._tell(set(self._logs))

    def _tell(self, kinds: set[str]) -> None:
        loop = self._loop
        if loop is None or loop.is_closed():
            return

        def wake() -> None:
            for kind in sorted(kinds):
                log = self._logs[kind]
                log.news.set()
                log.news = asyncio.Event()

        with contextlib.suppress(RuntimeError):  # the loop has ended in this very moment
            loop.call_soon_threadsafe(wake)


def changes(old: State, new: State) -> Iterator[tuple[str, Entry]]:
    """What one transition changed: the kind and the entry, in the order of the revisions."""
    before, after = old.snapshot, new.snapshot
    if after.revision == before.revision:
        return
    view = new.view
    about: set[ObjectKey] = set()
    found: list[tuple[int, int, str, Entry]] = []
    for revision in range(before.revision + 1, after.revision + 1):
        entry = after.history.get(revision)
        if entry is None:
            continue
        found.append((revision, 0, entry.key.kind, Entry(revision, entry.before, entry.after, view)))
        if entry.key.kind == "Namespace" and entry.after is None:
            about |= {key for key in before.events if key.namespace == entry.key.name}
    transition = new.transition
    if transition is not None:
        about |= {note.regarding for note in transition.events}
    for key in sorted(about):
        for record_entry in _event_changes(before.events.get(key, ()), after.events.get(key, ()), view):
            found.append((record_entry.revision, 1, EVENT, record_entry))
    for _, _, kind, each in sorted(found, key=lambda item: item[:2]):
        yield kind, each


def _event_changes(old: tuple[EventRecord, ...], new: tuple[EventRecord, ...], view: View) -> Iterator[Entry]:
    known = {record.name: record for record in old}
    for record in new:
        earlier = known.pop(record.name, None)
        if earlier is not record:
            yield Entry(record.revision, earlier, record, view)
    for gone in known.values():
        yield Entry(view.snapshot.revision, gone, None, view)
