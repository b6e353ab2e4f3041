"""WATCH: one JSON document a line for every change, as long as the client listens.

A watcher that starts at no resourceVersion is told of all there is first. One whose resourceVersion is no longer
known is told so (410) and has to list again. Bookmarks say how far the server has come where nothing else does.

**In Kubernetes:** `k8s.io/apiserver/pkg/endpoints/handlers/watch.go`, `pkg/storage/cacher`.

**Simplified:** the renewals of Leases, which follow from the clock, are not told.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import attrs

from kubelab.api.model import evolve
from kubelab.api.scheme import Vocabulary, knowing, known
from kubelab.apiserver import derived
from kubelab.apiserver.field_owners import history as owners
from kubelab.errors import StatusError
from kubelab.server import numbers, reading, rows, status
from kubelab.server.call import Call
from kubelab.server.feed import Entry, Feed, Log
from kubelab.server.media import to_json
from kubelab.server.reading import Filter
from kubelab.server.resources import Resource
from kubelab.state.snapshot import EventRecord, Object, View

LONGEST = 3600
"""So many seconds a watch takes at most, if the client does not say."""

BOOKMARK_EVERY = 60.0
"""So many seconds lie between two bookmarks."""

INITIAL_END = "k8s.io/initial-events-end"

Line = bytes


@attrs.define
class Watch:
    """One watch.

    Attributes:
        call: the request.
        resource: what is watched.
        wanted: which objects.
        include: what comes with each row of a Table.
        number: the next entry of the log.
        told: the newest revision that the client knows.
        words: the kinds that the cluster knew when it began.
        jumps: as `Feed.jumps` was when it began.
    """

    call: Call
    resource: Resource
    wanted: Filter
    include: str
    feed: Feed
    log: Log
    number: int = 0
    told: int = 0
    jumps: int = 0
    words: Vocabulary = attrs.field(factory=known)
    _headings: bool = True

    def begin(self, view: View, since: str, initial: bool, bookmarks: bool) -> list[Line]:
        """What the client is told at once; to be called with the lock held.

        Args:
            view: the cluster.
            since: the resourceVersion at which it starts, or "".
            initial: whether it wants to be told of everything first, and when that is done (a streaming list).
            bookmarks: whether it takes bookmarks.
        """
        self.jumps = self.feed.jumps
        self.number = self.log.end
        self.told = view.snapshot.revision
        if since not in ("", "0") and not initial:
            asked = int(since)
            if asked < self.log.floor or asked > self.told:
                self.number = -1
                return [self.expired(f"too old resource version: {asked} ({self.log.floor})")]
            self.number = self.log.after(asked)
            return []
        lines = [self._line("ADDED", obj, view) for obj in reading.select(view, self.resource, self.wanted)]
        if initial and bookmarks:
            lines.append(self.bookmark(str(self.told), ended=True))
        return lines

    def read(self) -> list[Line] | None:
        """What is new; None where the watch has to end."""
        try:
            entries = self.log.read(self.number)
        except LookupError:
            return None
        self.number += len(entries)
        if entries:
            self.told = entries[-1].revision
        with knowing(self.words):
            return [line for entry in entries for line in self._lines(entry)]

    def _lines(self, entry: Entry) -> Iterator[Line]:
        before, after = _object(entry.before, entry.view), _object(entry.after, entry.view)
        was = before is not None and self.wanted.matches(before)
        if after is not None and self.wanted.matches(after):
            yield self._once("MODIFIED" if was else "ADDED", after, entry)
        elif before is not None and was:
            meta = evolve(before.metadata, resource_version=str(entry.revision))
            yield self._once("DELETED", evolve(before, metadata=meta), entry)

    def _once(self, word: str, obj: Object, entry: Entry) -> Line:
        """A line that all who watch the same objects in the same form are told, and that is written for the first."""
        if self.call.want.shape:
            return self._line(word, obj, entry.view)
        key = (entry.revision, obj.metadata.uid, word, self.resource.api_version)
        return self.log.line(key, lambda: self._line(word, obj, entry.view))

    def _line(self, word: str, obj: Object, view: View) -> Line:
        return to_json({"type": word, "object": self._shown(obj, view)}) + b"\n"

    def _shown(self, obj: Object, view: View) -> Any:
        shape = self.call.want.shape
        if shape == "Table":
            meta = {"resourceVersion": obj.metadata.resource_version}
            now = max(view.now, self.call.host.now)
            headings, self._headings = self._headings, False
            return rows.table(self.resource, [obj], now, self.include, meta, headings)
        if shape == "PartialObjectMetadata":
            return rows.partial(obj)
        return rows.outward(self.resource, owners.shown(view.snapshot, obj))

    def bookmark(self, revision: str, ended: bool = False) -> Line:
        """How far the server has come."""
        meta: dict[str, Any] = {"resourceVersion": revision, "creationTimestamp": None}
        if ended:
            meta["annotations"] = {INITIAL_END: "true"}
        kind, api_version = self.resource.title, self.resource.api_version
        if self.call.want.shape:
            kind, api_version = self.call.want.shape, "meta.k8s.io/v1"
        return (
            to_json({"type": "BOOKMARK", "object": {"kind": kind, "apiVersion": api_version, "metadata": meta}}) + b"\n"
        )

    @staticmethod
    def expired(why: str) -> Line:
        """That the client has to list again."""
        return to_json({"type": "ERROR", "object": status.failure(StatusError(410, "Expired", why))}) + b"\n"


def _object(found: Any, view: View) -> Object | None:
    if found is None:
        return None
    return derived.event_object(view, found) if isinstance(found, EventRecord) else derived.present(view, found)


def _seconds(call: Call) -> float:
    text = call.query.get("timeoutSeconds", "")
    if not text:
        return LONGEST
    return float(numbers.unsigned(text, "timeoutSeconds", "ParseInt")) or LONGEST


def open_(call: Call, resource: Resource, clock: Callable[[], float] = time.monotonic) -> AsyncIterator[bytes]:
    """Begin a watch: what it tells, line by line.

    Raises:
        StatusError: 400 or 422, something in the request cannot be read.
    """
    query = call.query
    since = query.get("resourceVersion", "")
    if since:
        numbers.unsigned(since, "resourceVersion")
    initial, bookmarks = call.address.flag("sendInitialEvents"), call.address.flag("allowWatchBookmarks")
    if initial and query.get("resourceVersionMatch") != "NotOlderThan":
        text = (
            'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: sendInitialEvents requires '
            "setting resourceVersionMatch to NotOlderThan"
        )
        raise StatusError(422, "Invalid", text)
    wanted = reading.filter_of(call, resource)
    seconds = _seconds(call)
    include = rows.check_include(query.get("includeObject", ""))
    host = call.host
    feed = host.feed
    with host.lock:
        host.notice()
        watch = Watch(call, resource, wanted, include, feed, feed.log(resource.kind.kind))
        first = watch.begin(host.view, since, initial, bookmarks)
    return _stream(watch, first, bookmarks, clock, clock() + seconds)


async def _stream(
    watch: Watch, first: list[Line], bookmarks: bool, clock: Callable[[], float], deadline: float
) -> AsyncIterator[bytes]:
    host, feed, log = watch.call.host, watch.feed, watch.log
    for start in range(0, len(first), 100):
        yield b"".join(first[start : start + 100])
    if watch.number < 0:
        return
    mark = clock() + BOOKMARK_EVERY
    while not feed.closed:
        news = log.news
        with host.lock:
            jumped = feed.jumps != watch.jumps
            lines = [] if jumped else watch.read()
            revision = host.view.snapshot.revision
        if jumped:
            yield watch.expired("too old resource version: another moment of the cluster is shown now")
            return
        if lines is None:
            return
        if lines:
            yield b"".join(lines)
            continue
        now = clock()
        if now >= deadline:
            return
        if bookmarks and now >= mark:
            mark = now + BOOKMARK_EVERY
            yield watch.bookmark(str(revision))
        try:
            await asyncio.wait_for(news.wait(), max(0.01, min(deadline, mark) - now))
        except TimeoutError:
            continue
