"""One step of the cluster: who did what to which object, before, after, why, and what woke the actor."""

from collections.abc import Iterator, Sequence
from typing import Any

import attrs

from kubelab.api.paths import Change, diff
from kubelab.errors import LimitError, StatusError
from kubelab.state.machine import Machine
from kubelab.state.requests import EventNote
from kubelab.state.snapshot import ObjectKey, Revision


@attrs.frozen(slots=True, eq=False)
class Transition:
    """One request, carried out or refused.

    Attributes:
        index: which step it is, counted from 1.
        time: the virtual time, in microseconds since 1970.
        actor: who asked: a component, its copy on a node (``kubelet/worker-1``), ``user`` or ``fault``.
        verb: ``create``, ``update``, ``patch``, ``apply``, ``delete``, ``bind``, ``evict``, ``record``, ``run`` (on a
            machine) or ``fault``.
        key: the object it is about.
        subresource: ``status``, ``finalize``, or "".
        reason: why, as the CamelCase word of the real Event.
        message: why, as one sentence for the learner.
        cause: the index of the transition that woke the actor, or None for a person, or for the start.
        error: why it was refused, or None.
        before: the object before (a Sandbox or rules for a step on a machine), or None.
        after: the object after, or None.
        events: the Events that were recorded with it.
        revision: etcd's revision afterwards.
        node: the machine on which it happened, or "".
        besides: other objects that the API server changed with it, such as the budget that an eviction uses up.
    """

    index: int
    time: int
    actor: str
    verb: str
    key: ObjectKey
    subresource: str = ""
    reason: str = ""
    message: str = ""
    cause: int | None = None
    error: StatusError | None = None
    before: Any | None = None
    after: Any | None = None
    events: tuple[EventNote, ...] = ()
    revision: int = 0
    node: str = ""
    besides: tuple[Revision, ...] = ()

    @property
    def outcome(self) -> str:
        """``ok`` or ``refused``."""
        return "ok" if self.error is None else "refused"

    @property
    def changes(self) -> tuple[Change, ...]:
        """What is different, field by field."""
        if self.error is not None or self.before is self.after:
            return ()
        if isinstance(self.before, Machine) and isinstance(self.after, Machine):
            return tuple(_machine_changes(self.before, self.after))
        return diff(self.before, self.after)

    def __repr__(self) -> str:
        return f"<Transition {self.index}: {self.actor} {self.verb} {self.key}>"


def _machine_changes(before: Machine, after: Machine) -> Iterator[Change]:
    """What a fault did to a machine as a whole; what that did to its Pods, their kubelet will tell."""
    if before.powered != after.powered:
        yield Change("powered", before.powered, after.powered)
    if before.lost_routes != after.lost_routes:
        yield Change("lostRoutes", list(before.lost_routes), list(after.lost_routes))


def limit_error(limit: int, last: Sequence[Transition]) -> LimitError:
    """What to say when a run did not come to an end."""
    lines = [f"  {t.index:>6}  {t.actor} {t.verb} {t.key}: {t.message}" for t in last]
    return LimitError("\n".join((f"the cluster did not settle within {limit:,} actions; the last ones:", *lines)))
