"""Events: what components tell about objects, for people to read.

Source: `k8s.io/api/core/v1` (``Event``), as ``kubectl get events`` shows it.
"""

from typing import ClassVar

from kubelab.api.core.reference import ObjectReference
from kubelab.api.meta import ObjectMeta
from kubelab.api.model import field, model
from kubelab.api.scalars import MicroTime, Time


@model
class EventSeries:
    """The same event again and again.

    Attributes:
        count: how many times so far.
        last_observed_time: when it was last seen.
    """

    count: int = 0
    last_observed_time: MicroTime | None = field(default=None, always=True)


@model
class EventSource:
    """Who tells it.

    Attributes:
        component: such as ``kubelet`` or ``deployment-controller``.
        host: the node it runs on, if that matters.
    """

    component: str = ""
    host: str = ""


@model
class Event:
    """Something that happened to an object, told by a component.

    Attributes:
        metadata: its identity; its name starts with that of the object.
        involved_object: what it happened to.
        reason: one CamelCase word, such as ``Scheduled``.
        message: a sentence.
        source: who tells it.
        first_timestamp: when it first happened.
        last_timestamp: when it last happened.
        count: how many times it happened.
        type: ``Normal``, or ``Warning``.
        event_time: when it happened, to the microsecond, in the newer form.
        series: of the same, in the newer form.
        action: what was done or tried, in the newer form.
        related: another object that has to do with it.
        reporting_component: who tells it, in the newer form.
        reporting_instance: which instance of that.
    """

    api_version: ClassVar[str] = "v1"
    kind: ClassVar[str] = "Event"

    metadata: ObjectMeta = ObjectMeta()
    involved_object: ObjectReference = ObjectReference()
    reason: str = ""
    message: str = ""
    source: EventSource = EventSource()
    first_timestamp: Time | None = field(default=None, always=True)
    last_timestamp: Time | None = field(default=None, always=True)
    count: int = 0
    type: str = ""
    event_time: MicroTime | None = field(default=None, always=True)
    series: EventSeries | None = None
    action: str = ""
    related: ObjectReference | None = None
    reporting_component: str = field(default="", always=True)
    reporting_instance: str = field(default="", always=True)
