"""Conditions: set, kept, and since when."""

from kubelab.api.conditions import find, with_condition
from kubelab.api.core.pod_status import PodCondition
from kubelab.api.scalars import Time

READY = PodCondition(type="Ready", status="True", last_transition_time=Time(5))
OTHER = PodCondition(type="Initialized", status="True", last_transition_time=Time(1))


def test_a_new_condition_comes_last_and_begins_now():
    assert with_condition((OTHER,), PodCondition(type="Ready", status="True"), Time(5)) == (OTHER, READY)


def test_a_status_that_changes_begins_now_and_keeps_its_place():
    changed = with_condition((READY, OTHER), PodCondition(type="Ready", status="False"), Time(9))
    assert changed == (PodCondition(type="Ready", status="False", last_transition_time=Time(9)), OTHER)


def test_another_reason_does_not_move_the_time():
    (changed,) = with_condition((READY,), PodCondition(type="Ready", status="True", reason="Why"), Time(9))
    assert (changed.reason, changed.last_transition_time) == ("Why", 5)


def test_what_is_so_already_stays_the_very_same():
    conditions = (OTHER, READY)
    assert with_condition(conditions, PodCondition(type="Ready", status="True"), Time(9)) is conditions


def test_find():
    assert find((OTHER, READY), "Ready") is READY
    assert find((OTHER,), "Ready") is None
