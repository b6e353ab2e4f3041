"""What a client reads: the objects as they are stored, and those that nobody had to store.

Events are most of the writes of a real cluster, and heartbeats are the next most. Here both follow from the
transitions and the clock; a client that lists Events or looks at a node's Lease cannot tell the difference.

Source: core/v1 Event; client-go `tools/record` and `tools/events`; the kubelet's `pkg/util/nodelease`.

**Simplified:** an Event has no `related` object, such as the Pod for which another was preempted.
"""

from collections.abc import Iterator
from typing import Any

from kubelab.api.core.event import Event, EventSeries, EventSource
from kubelab.api.core.reference import ObjectReference
from kubelab.api.meta import ObjectMeta
from kubelab.api.model import evolve
from kubelab.api.scalars import MicroTime, Time
from kubelab.api.scheme import by_kind
from kubelab.state.event_correlation import SCHEDULER
from kubelab.state.snapshot import SECOND, EventRecord, Object, ObjectKey, View, key_of

NODE_LEASES = "kube-node-lease"

ACTIONS = {"Scheduled": "Binding", "FailedScheduling": "Scheduling", "Preempted": "Preempting"}
"""What the scheduler was doing when it told an Event, by the Event's reason."""

SCHEDULER_HOST = "control-plane"
"""The machine that the scheduler says it runs on."""


def objects(view: View, kind: str, namespace: str | None = None) -> Iterator[Object]:
    """All objects of a kind as a client reads them, of one namespace or of all, in order."""
    if kind == "Event":
        yield from events(view, namespace)
    else:
        for obj in view.list(kind, namespace):
            yield present(view, obj)


def read(view: View, key: ObjectKey) -> Object | None:
    """One object as a client reads it, or None."""
    if key.kind == "Event":
        return next((e for e in events(view, key.namespace) if e.metadata.name == key.name), None)
    obj = view.find(key)
    return None if obj is None else present(view, obj)


def present(view: View, obj: Object) -> Object:
    """An object with what follows from the clock: the Lease of a node was renewed with its last heartbeat."""
    if obj.kind != "Lease" or obj.metadata.namespace != NODE_LEASES:
        return obj
    heartbeat = view.heartbeat(obj.metadata.name)
    if heartbeat is None:
        return obj
    return evolve(obj, spec=evolve(obj.spec, renew_time=MicroTime(heartbeat)))


def events(view: View, namespace: str | None = None) -> Iterator[Event]:
    """The Events of a namespace or of all, by namespace and name, as etcd keeps them; those of clients among them."""
    records = (r for about in sorted(view.snapshot.events) for r in view.snapshot.events[about])
    found = [event_object(view, r) for r in records if namespace in (None, _namespace(r))]
    yield from sorted((*found, *view.list("Event", namespace)), key=key_of)


def event_object(view: View, record: EventRecord) -> Event:
    """An Event as the API server would have stored it."""
    regarding = record.regarding
    kind = by_kind(regarding.kind)
    subject = view.find(regarding)
    return Event(
        metadata=ObjectMeta(
            name=record.name,
            namespace=_namespace(record),
            uid=record.name.rpartition(".")[2],
            resource_version=str(record.revision),
            creation_timestamp=Time(record.first // SECOND),
        ),
        involved_object=ObjectReference(
            api_version=kind.api_version,
            kind=regarding.kind,
            namespace=regarding.namespace,
            name=regarding.name,
            uid=record.uid,
            resource_version="" if subject is None else subject.metadata.resource_version,
            field_path=record.field_path,
        ),
        reason=record.reason,
        message=record.message,
        type=record.type,
        **(_told_newly(record) if record.component == SCHEDULER else _told(record)),
    )


def _told(record: EventRecord) -> dict[str, Any]:
    """Who told an Event how often, as client-go's `tools/record` writes it."""
    return {
        "source": EventSource(component=record.component, host=record.host),
        "reporting_component": record.component,
        "reporting_instance": record.host,
        "count": record.count,
        "first_timestamp": Time(record.first // SECOND),
        "last_timestamp": Time(record.last // SECOND),
    }


def _told_newly(record: EventRecord) -> dict[str, Any]:
    """The same as `tools/events` writes it, which the scheduler uses: the older fields stay empty."""
    again = EventSeries(count=record.count, last_observed_time=MicroTime(record.last)) if record.count > 1 else None
    return {
        "event_time": MicroTime(record.first),
        "series": again,
        "action": ACTIONS.get(record.reason, ""),
        "reporting_component": record.component,
        "reporting_instance": f"{record.component}-{SCHEDULER_HOST}",
    }


def _namespace(record: EventRecord) -> str:
    """Events about cluster-wide objects are kept in the namespace ``default``."""
    return record.regarding.namespace or "default"
