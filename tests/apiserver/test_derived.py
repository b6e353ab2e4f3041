"""Events as a client reads them: how older and newer components write who told what how often."""

from kubelab.api.scalars import MicroTime, Time
from kubelab.apiserver.derived import event_object
from kubelab.state import store
from kubelab.state.requests import EventNote
from kubelab.state.snapshot import SECOND, ObjectKey, Snapshot, View

POD = ObjectKey("Pod", "default", "web")
AT = 1_767_225_600


def read(*notes):
    snapshot = Snapshot()
    for number, note in enumerate(notes):
        snapshot = store.record(snapshot, note, "somebody", (AT + number) * SECOND, "7")
    (record,) = snapshot.events[POD]
    return event_object(View(snapshot, AT * SECOND), record)


def test_an_event_of_a_kubelet_says_its_container_source_and_count():
    path = "spec.containers{nginx}"
    note = EventNote(POD, "Killing", "Stopping", component="kubelet", host="n1", uid="u", field_path=path)
    event = read(note, note)
    assert (event.source.component, event.source.host, event.count) == ("kubelet", "n1", 2)
    assert (event.first_timestamp, event.last_timestamp, event.event_time) == (Time(AT), Time(AT + 1), None)
    assert event.involved_object.field_path == path


def test_the_scheduler_writes_its_events_in_the_newer_form():
    note = EventNote(POD, "FailedScheduling", "no room", "Warning", "default-scheduler", uid="u")
    event = read(note)
    assert (event.source.component, event.count, event.first_timestamp, event.series) == ("", 0, None, None)
    assert (event.event_time, event.action) == (MicroTime(AT * SECOND), "Scheduling")
    assert event.reporting_component == "default-scheduler"
    series = read(note, note).series
    assert (series.count, series.last_observed_time) == (2, MicroTime((AT + 1) * SECOND))
