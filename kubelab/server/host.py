"""The cluster that is served: one lock around it, and a virtual clock that follows the wall clock.

Every request and every step of the clock takes the lock, does what it has to do and lets go; nothing waits while
holding it. Between two of them the cluster is a value like any other.

With a speed the cluster goes on by itself: whatever is due until the virtual present happens, in slices of a few
milliseconds, so that requests are answered meanwhile. Without one (`manual`) it moves only when somebody steps.

**Simplified:** a real cluster has no present in which everything has been done; here components are never late,
unless they are delayed on purpose.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Any

import attrs

from kubelab.api.model import evolve
from kubelab.apiserver.authentication import User
from kubelab.apiserver.compaction import compacted
from kubelab.apiserver.pod_security import plugin as pod_security
from kubelab.apiserver.server import handle
from kubelab.apiserver.warnings import warnings
from kubelab.cluster import Cluster
from kubelab.errors import KubelabError, StatusError
from kubelab.server.feed import Entry, Feed
from kubelab.server.guarded import guard, release
from kubelab.sim.engine import API_SERVER, CONNECTION_REFUSED, ETCD, USER
from kubelab.sim.transition import Transition
from kubelab.state.requests import Patch, Request
from kubelab.state.snapshot import SECOND, ObjectKey, View

SLICE = 0.01
"""So many seconds the cluster goes on at a time, before requests have their turn."""

LONGEST_NAP = 0.5
"""So many seconds the clock sleeps at most, so that a cluster that was stepped elsewhere is noticed."""

SILENT = "kubelab/kubelet"
"""The annotation of a Node that silences its kubelet, with the value ``down``."""

COMPACT_EVERY = 60.0
"""Every so many seconds is looked what etcd has forgotten meanwhile."""

STEPS_KEPT = 20_000
"""A cluster that serves on and on forgets its timeline where it is longer than this."""


@attrs.frozen
class Done:
    """What a request came to.

    Attributes:
        key: the object.
        before: the object as it was, or None.
        after: the object as it is stored now, or None when it is gone.
        warnings: what the API server says besides.
    """

    key: ObjectKey
    before: Any | None
    after: Any | None
    warnings: tuple[str, ...] = ()


def _may_warn(request: Request) -> bool:
    """Whether the API server may pass over something in a request, and say so."""
    return isinstance(request, Patch) and request.validation == "Warn"


def _as_if(before: Any | None, after: Any | None) -> Any | None:
    """What would be stored: its version is the one that it has, since none is given to what is not stored."""
    if after is None:
        return None
    version = before.metadata.resource_version if before is not None else ""
    return evolve(after, metadata=evolve(after.metadata, resource_version=version))


class Host:
    """A cluster, and all that is done to it from outside.

    Attributes:
        cluster: the cluster.
        speed: how many seconds of virtual time go by in one of the wall clock; 0 means that it is stepped.
        lock: to be held by whoever touches the cluster.
        feed: what watchers are told.
        tell: how news is told to those who watch the cluster here (Players): at once, or in another thread.
        forgetful: lets the cluster begin its timeline anew, or None where all of it is kept.
    """

    def __init__(self, cluster: Cluster, speed: float = 1.0, clock: Callable[[], float] = time.monotonic) -> None:
        self.cluster = cluster
        self.speed = speed
        self.lock = threading.RLock()
        self.feed = Feed(cluster)
        self._clock = clock
        self._kick: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._began = (clock(), cluster.timeline.newest.now)
        self._looked = clock()
        self.tell: Callable[[Callable[[], None]], object] = lambda news: news()
        self._untold = False
        self.forgetful: Callable[[], None] | None = None
        self._noticing = False
        guard(cluster, self.lock)
        cluster.observers.append(self.notice)

    # The present

    def begin(self) -> None:
        """Let the clock run from now on."""
        with self.lock:
            self._began = (self._clock(), self.cluster.timeline.newest.now)

    @property
    def now(self) -> int:
        """The virtual time, in microseconds since 1970."""
        state = self.cluster.state
        if not self.speed or self.looks_back:
            return state.now
        wall, virtual = self._began
        return max(state.now, virtual + int((self._clock() - wall) * self.speed * SECOND))

    @property
    def looks_back(self) -> bool:
        """Whether the cursor is in the past, which can be read only."""
        return self.cluster.cursor < len(self.cluster.timeline)

    @property
    def view(self) -> View:
        """The cluster as a client sees it now."""
        return View(self.cluster.state.snapshot, self.now)

    def serving(self) -> None:
        """Make sure that the API server of the simulation runs.

        Raises:
            StatusError: 503, it was stopped, or its etcd was.
        """
        if {API_SERVER, ETCD} & self.cluster.state.stopped:
            raise StatusError(503, "ServiceUnavailable", CONNECTION_REFUSED)

    # Changes

    def change(self, request: Request, user: User, dry_run: bool = False) -> Done:
        """Make a request.

        Raises:
            StatusError: it is refused; nothing has changed.
        """
        with self.lock:
            if self.looks_back:
                raise StatusError(403, "Forbidden", self._in_the_past())
            self._move_clock()
            timeline, engine = self.cluster.timeline, self.cluster.engine
            state = timeline.newest
            following = engine.submit(state, request, user=user)
            said = list(handle(state.snapshot, request, state.now, USER, user).warnings) if _may_warn(request) else []
            if following.steps == state.steps:
                if not dry_run:
                    timeline.record(following)
                known = state.snapshot.objects.get(request.key)
                return Done(request.key, known, known, tuple(said))
            transition = following.transition
            assert transition is not None
            before, after = transition.before, transition.after
            if after is not None:
                said += warnings(after, before)
                if not getattr(request, "subresource", ""):
                    said += pod_security.said(following.snapshot, after, before)
            if dry_run:
                return Done(transition.key, before, _as_if(before, after), tuple(said))
            timeline.record(following)
            timeline.goto(len(timeline))
            self._changed()
            return Done(transition.key, before, after, tuple(said))

    def _in_the_past(self) -> str:
        cluster = self.cluster
        return (
            f"the cluster is shown as it was at step {cluster.cursor} of {len(cluster.timeline)}, and the past can "
            "only be read: go to the newest step, or fork the timeline there"
        )

    def step(self, count: int = 1) -> Transition | None:
        """Let the cluster make some steps; the last one, or None where nothing more happens."""
        with self.lock:
            return self.cluster.step(count)

    def _changed(self) -> None:
        """Tell everybody that the cluster has changed; those in another thread once for all that came meanwhile."""
        self.notice()
        if not self._untold:
            self._untold = True
            self.tell(self._spread)

    def _spread(self) -> None:
        self._untold = False
        for tell in tuple(self.cluster.observers):
            if tell != self.notice:
                tell()

    def notice(self) -> None:
        """Take in what has happened to the cluster, whoever did it."""
        with self.lock:
            if self._noticing:
                return
            self._noticing = True
            try:
                nodes = self.feed.follow()
                while nodes and not self.looks_back:
                    silenced = [self._silence(entry) for entry in nodes]
                    nodes = self.feed.follow() if any(silenced) else []
            finally:
                self._noticing = False
        self._wake()

    def _silence(self, entry: Entry) -> bool:
        """Let a kubelet fall silent, or speak again, as the annotation of its Node says."""
        node = entry.after
        if node is None:
            return False
        down = node.metadata.annotations.get(SILENT) == "down"
        name = f"kubelet/{node.metadata.name}"
        stopped = name in self.cluster.state.stopped
        was_down = entry.before is not None and entry.before.metadata.annotations.get(SILENT) == "down"
        if down in (was_down, stopped):
            return False
        try:
            (self.cluster.stop if down else self.cluster.start)(name)
        except KubelabError:
            return False
        return True

    # Time

    def _move_clock(self) -> None:
        """Let the clock show the present, where nothing else is due before it."""
        if not self.speed:
            return
        timeline, engine, now = self.cluster.timeline, self.cluster.engine, self.now
        state = timeline.newest
        due = state.timers.next_time()
        if due is None or due > now:
            timeline.record(engine.wait(state, now))

    def advance(self, slice_: float = SLICE) -> float | None:
        """Let happen what is due, for a slice of time.

        Returns:
            how many seconds of the wall clock there is nothing to do then: 0 means that there is more to do now, None
            that nothing is due at all.
        """
        with self.lock:
            if not self.speed or self.looks_back:
                return None
            self._compact()
            until, end = self.now, self._clock() + slice_
            timeline, engine = self.cluster.timeline, self.cluster.engine
            begun, state = len(timeline), timeline.newest
            rest: float | None = 0.0
            while self._clock() < end:
                action = engine.first(state)
                if action is None or (action.kind == "tick" and action.at > until):
                    timeline.record(engine.wait(state, until))
                    rest = None if action is None else (action.at - until) / SECOND / self.speed
                    break
                state = engine.perform(state, action)
                timeline.record(state)
            if len(timeline) != begun:
                timeline.goto(len(timeline))
                self._changed()
            return rest

    def _compact(self) -> None:
        """Forget what etcd has forgotten by now, and the beginning of a timeline that grows for ever."""
        if self._clock() - self._looked < COMPACT_EVERY:
            return
        self._looked = self._clock()
        self.feed.forget(compacted(self.view))
        state = self.cluster.timeline.newest
        if (
            self.forgetful is not None
            and len(self.cluster.timeline) > STEPS_KEPT
            and not state.queue
            and not state.busy
        ):
            self.forgetful()
            self.feed.restart()

    async def run(self) -> None:
        """Let the cluster go on until the task is cancelled."""
        self._loop, self._kick = asyncio.get_running_loop(), asyncio.Event()
        self.feed.attach(self._loop)
        while True:
            self._kick.clear()
            rest = self.advance()
            if rest is not None and rest <= 0:
                await asyncio.sleep(0)
                continue
            nap = LONGEST_NAP if rest is None else min(rest, LONGEST_NAP)
            try:
                await asyncio.wait_for(self._kick.wait(), nap)
            except TimeoutError:
                continue

    def _wake(self) -> None:
        loop, kick = self._loop, self._kick
        if loop is not None and kick is not None and not loop.is_closed():
            loop.call_soon_threadsafe(kick.set)

    def leave(self) -> None:
        """Stop serving: the cluster is as it was before, with what has happened."""
        if self.notice in self.cluster.observers:
            self.cluster.observers.remove(self.notice)
        release(self.cluster)
