"""Repeats are counted, much of the same kind is combined, and the scheduler has rules of its own."""

import pytest

from kubelab.api.model import evolve
from kubelab.state import store
from kubelab.state.requests import EventNote
from kubelab.state.snapshot import SECOND, ObjectKey, Snapshot

POD = ObjectKey("Pod", "default", "web")


def told(*notes, every=SECOND):
    """The Events after these were recorded one after another, as (message, count)."""
    snapshot = Snapshot()
    for number, (note, seen) in enumerate(notes):
        snapshot = store.record(snapshot, note, "kubelet/worker-1", number * every, seen)
    return [(record.message, record.count) for record in snapshot.events[POD]]


def note(message, uid="1", reason="Failed", component=""):
    return EventNote(POD, reason, message, component=component, uid=uid), ""


def test_repeats_are_counted_and_the_newest_comes_last():
    assert told(note("a"), note("b"), note("a")) == [("b", 1), ("a", 2)]


def test_another_object_of_the_same_name_has_events_of_its_own():
    assert told(note("a"), note("a", uid="2"), note("a")) == [("a", 1), ("a", 2)]


def test_the_tenth_different_event_and_all_after_it_are_one():
    nine = [note(f"message {n}") for n in range(9)]
    assert told(*nine, note("x"), note("y"), note("message 3"))[-3:] == [
        ("message 8", 1),
        ("(combined from similar events): y", 2),
        ("message 3", 2),
    ]


def test_events_for_another_reason_are_not_combined_with_these():
    nine = [note(f"message {n}") for n in range(9)]
    assert told(*nine, note("x", reason="Other"))[-1] == ("x", 1)


@pytest.mark.parametrize(("pause", "last"), [(600, "(combined from similar events): x"), (601, "x")])
def test_after_ten_quiet_minutes_they_are_told_apart_again(pause, last):
    nine = [note(f"message {n}") for n in range(9)]
    assert told(*nine, note("x"), every=pause * SECOND)[-1][0] == last


def test_the_scheduler_repeats_itself_about_one_version_of_a_pod_whatever_it_says():
    def failed(message, seen):
        return EventNote(POD, "FailedScheduling", message, component="default-scheduler", uid="1"), seen

    assert told(failed("no room", "5"), failed("no room", "6"), failed("a taint", "6")) == [
        ("no room", 1),
        ("no room", 2),
    ]


def test_what_is_told_of_another_container_is_another_event():
    def about(container):
        return evolve(note("Container created")[0], field_path=f"spec.containers{{{container}}}"), ""

    assert told(about("a"), about("b"), about("a")) == [("Container created", 1), ("Container created", 2)]
