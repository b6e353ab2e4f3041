"""The whole state of a simulation: the cluster, the clock, and who has still something to do."""

import attrs
from immutables import Map

from kubelab.api.scalars import FrozenMap
from kubelab.sim.queue import Work, WorkQueue
from kubelab.sim.timers import Timers
from kubelab.sim.transition import Transition
from kubelab.state.requests import Request
from kubelab.state.snapshot import ObjectKey, Snapshot, View

EPOCH = 1_767_225_600_000_000
"""Where the virtual clock starts: 2026-01-01T00:00:00Z, in microseconds since 1970."""


@attrs.frozen(slots=True)
class Pending:
    """The rest of a reconcile: requests that are still to be carried out, one a step.

    Attributes:
        work: the key that was reconciled.
        requests: what is left, in order.
        after_refusal: whether this is what a component says of a refusal; the key is tried again later all the same.
    """

    work: Work
    requests: tuple[Request, ...]
    after_refusal: bool = False


@attrs.frozen(slots=True)
class State:
    """Everything there is to know at one moment; the next step is a function of it.

    Attributes:
        snapshot: the state of the cluster.
        now: the virtual time, in microseconds since 1970.
        steps: how many transitions there have been.
        queue: the keys that wait to be reconciled.
        timers: the keys to be looked at later.
        pending: the rest of each reconcile that is under way, by actor.
        busy: the actors in `pending`, in the order in which they began.
        failures: how often in a row a key of an actor was refused.
        stopped: the actors that do not run.
        delays: by how many microseconds the view of an actor lags.
        transition: the transition that led here, or None at the start.
    """

    snapshot: Snapshot = attrs.field(factory=Snapshot)
    now: int = EPOCH
    steps: int = 0
    queue: WorkQueue = attrs.field(factory=WorkQueue)
    timers: Timers = attrs.field(factory=Timers)
    pending: "Map[str, Pending]" = attrs.field(factory=Map)
    busy: tuple[str, ...] = ()
    failures: "Map[tuple[str, ObjectKey], int]" = attrs.field(factory=Map)
    stopped: frozenset[str] = frozenset()
    delays: FrozenMap[str, int] = attrs.field(factory=FrozenMap)
    transition: Transition | None = None

    @property
    def view(self) -> View:
        """The cluster as it is now."""
        return View(self.snapshot, self.now)

    def __repr__(self) -> str:
        return f"<State after {self.steps} steps, revision {self.snapshot.revision}>"
