"""The work queue: first come first served, each key once, and every state of it stays as it was."""

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelab.sim.queue import Work, WorkQueue
from kubelab.state.machine import Machine
from kubelab.state.snapshot import ObjectKey, Snapshot


def work(name: str, actor: str = "a", cause: int | None = None) -> Work:
    return Work(actor, ObjectKey("Pod", "default", name), cause)


def names(queue: WorkQueue) -> list[str]:
    return [w.key.name for w in queue.waiting()]


def test_keys_come_out_in_the_order_in_which_they_went_in():
    queue = WorkQueue().push([work("b"), work("a"), work("c")])
    assert names(queue) == ["b", "a", "c"]
    assert queue.first() == work("b")


def test_a_key_that_waits_keeps_its_place_and_its_first_cause():
    queue = WorkQueue().push([work("a", cause=1), work("b")]).push([work("a", cause=7)])
    assert [(w.key.name, w.cause) for w in queue.waiting()] == [("a", 1), ("b", None)]


@pytest.mark.parametrize(
    ("waiting", "coming", "shown"),
    [(None, 5, None), (5, None, None), (5, 7, 7), (7, 5, 7), (None, None, None)],
)
def test_a_key_that_waits_is_shown_what_is_newest(waiting, coming, shown):
    def seen(revision: int | None) -> Work:
        return attrs.evolve(work("a"), seen=None if revision is None else Snapshot(revision=revision))

    (left,) = WorkQueue().push([seen(waiting)]).push([seen(coming)]).waiting()
    assert left == seen(shown)


def test_an_actor_whose_news_is_late_knows_what_is_on_its_machine_and_what_it_told():
    seen, present = Snapshot(revision=3), Snapshot(revision=9)
    machines = present.machines.set("worker-1", Machine(name="worker-1"))
    present = attrs.evolve(present, machines=machines, events=present.events.set(ObjectKey("Pod", "default", "a"), ()))
    shown = attrs.evolve(work("a"), seen=seen).shown(present)
    assert (shown.revision, shown.machines, shown.events) == (3, machines, present.events)
    assert work("a").shown(present) is present


def test_the_same_key_of_two_actors_waits_twice():
    queue = WorkQueue().push([work("a", "x"), work("a", "y")])
    assert [w.actor for w in queue.waiting()] == ["x", "y"]


def test_taking_from_the_middle_leaves_the_others_in_order():
    queue = WorkQueue().push([work("a"), work("b"), work("c")])
    taken, left = queue.take("a", ObjectKey("Pod", "default", "b"))
    assert taken.key.name == "b"
    assert names(left) == ["a", "c"]
    assert names(queue) == ["a", "b", "c"]
    _, left = left.take("a", ObjectKey("Pod", "default", "a"))
    assert left.first() == work("c")


def test_an_actor_that_stops_loses_its_work():
    queue = WorkQueue().push([work("a", "x"), work("b", "y"), work("c", "x")])
    assert names(queue.without("x")) == ["b"]


@given(st.lists(st.tuples(st.sampled_from(["push", "take", "first"]), st.integers(0, 5)), max_size=60))
def test_it_behaves_as_an_ordered_set(steps):
    queue, model = WorkQueue(), []
    for step, number in steps:
        name = str(number)
        if step == "push":
            queue = queue.push([work(name)])
            if name not in model:
                model.append(name)
        elif step == "take" and name in model:
            _, queue = queue.take("a", ObjectKey("Pod", "default", name))
            model.remove(name)
        elif step == "first" and model:
            first = queue.first()
            assert first is not None
            assert first.key.name == model.pop(0)
            _, queue = queue.take("a", first.key)
        assert names(queue) == model
        assert len(queue) == len(model)
