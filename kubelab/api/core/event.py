"""FILL module."""

from typing import ClassVar

from kubelab.api.core.reference import ObjectReference
from kubelab.api.meta import ObjectMeta
from kubelab.api.model import field, model
from kubelab.api.scalars import MicroTime, Time


@model
class EventSeries:
    """FILL EventSeries."""

    count: int = 0
    last_observed_time: MicroTime | None = field(default=None, always=True)


@model
class EventSource:
    """FILL EventSource."""

    component: str = ""
    host: str = ""


@model
class Event:
    """FILL Event."""

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
