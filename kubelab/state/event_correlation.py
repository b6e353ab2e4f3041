"""Which Events are one Event: repeats are counted, and what varies too much is combined.

A component tells the same thing again and again; the API server holds it once, with a count. When it tells ten
different things of one object for one reason in a short time, the tenth and all after it become a single Event that
says the newest of them.

The scheduler records Events by a newer API. There a repeat is what tells of the same version of the object for the
same reason, whatever it says: the first message stays.

**In Kubernetes:** client-go `tools/record/events_cache.go` (EventAggregator, eventLogger); for the scheduler
`tools/events/event_broadcaster.go`.

**Simplified:** nothing is dropped because one source tells too much of one object. Which of the different Events
the tenth takes the place of is chance upstream; here it is always its own.
"""

from kubelab.api.model import evolve
from kubelab.state.snapshot import SECOND, EventRecord

SCHEDULER = "default-scheduler"

EVENTS_KEPT = 100
"""How many different Events are kept about one object."""

COMBINED = "(combined from similar events): "
"""How the message of Events that were combined begins."""

MOST_SIMILAR = 9
"""How many Events that differ only by their message are kept apart."""

SIMILAR_FOR = 600 * SECOND
"""After so long a pause (in microseconds) they count from the beginning."""


def correlated(held: tuple[EventRecord, ...], new: EventRecord) -> tuple[EventRecord, ...]:
    """The Events about an object when one more is told; the newest comes last."""
    similar = [position for position, old in enumerate(held) if _group(old) == _group(new)]
    for position in similar:
        old = held[position]
        if old.seen == new.seen if new.component == SCHEDULER else _says_the_same(old, new):
            return _again(held, position, new, old.message)
    if new.component != SCHEDULER and len(similar) >= MOST_SIMILAR and _crowded([held[p] for p in similar], new.first):
        message = COMBINED + new.message
        for position in similar:
            if held[position].message.startswith(COMBINED):
                return _again(held, position, new, message)
        new = evolve(new, message=message)
    return (*held[-EVENTS_KEPT + 1 :], new)


def _says_the_same(old: EventRecord, new: EventRecord) -> bool:
    return old.message == new.message and old.field_path == new.field_path


def _group(record: EventRecord) -> tuple[str, ...]:
    return record.uid, record.component, record.host, record.type, record.reason


def _again(held: tuple[EventRecord, ...], position: int, new: EventRecord, message: str) -> tuple[EventRecord, ...]:
    old = held[position]
    again = evolve(old, count=old.count + 1, last=new.last, revision=new.revision, message=message)
    return (*held[:position], *held[position + 1 :], again)


def _crowded(similar: list[EventRecord], now: int) -> bool:
    """Whether so many similar Events have come without a long pause that one more is combined with others."""
    apart = 0
    since = now
    for record in sorted(similar, key=lambda each: each.last, reverse=True):
        if since - record.last > SIMILAR_FOR:
            break
        since = record.last
        apart += not record.message.startswith(COMBINED)
    return apart >= MOST_SIMILAR
