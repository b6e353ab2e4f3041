"""Timers: in the order of time, one for each mark, and those that recur do not keep a cluster from settling."""

from hypothesis import given
from hypothesis import strategies as st

from kubelab.sim.queue import Work
from kubelab.sim.timers import Timers
from kubelab.state.snapshot import ObjectKey


def work(name: str) -> Work:
    return Work("a", ObjectKey("Pod", "default", name))


def due(timers: Timers, now: int) -> tuple[list[str], Timers]:
    found, left = timers.pop_due(now)
    return [t.work.key.name for t in found], left


def test_what_is_due_first_comes_first_and_ties_keep_their_order():
    timers = Timers()
    for name, at in (("late", 9), ("early", 1), ("middle", 5), ("too", 5)):
        timers = timers.set((name,), at, work(name), False)
    assert timers.next_time() == 1
    assert due(timers, 5)[0] == ["early", "middle", "too"]
    assert due(timers, 9)[0] == ["early", "middle", "too", "late"]


def test_setting_a_timer_again_moves_it():
    timers = Timers().set(("m",), 5, work("old"), False).set(("m",), 8, work("new"), True)
    assert timers.next_time() == 8
    assert timers.lasting == 0
    assert due(timers, 9)[0] == ["new"]


def test_a_cleared_timer_never_comes():
    timers = Timers().set(("m",), 5, work("x"), False).clear(("m",))
    assert timers.next_time() is None
    assert timers.lasting == 0
    assert timers.clear(("m",)) is timers


def test_an_actor_that_stops_loses_its_timers():
    timers = Timers().set(("m",), 5, work("x"), False)
    assert timers.without("a").next_time() is None
    assert timers.without("b").next_time() == 5


MARKS = st.integers(0, 4)
STEPS = st.one_of(
    st.tuples(st.just("set"), MARKS, st.integers(0, 20), st.booleans()),
    st.tuples(st.just("clear"), MARKS, st.just(0), st.just(False)),
    st.tuples(st.just("pop"), st.just(0), st.integers(0, 20), st.just(False)),
)


@given(st.lists(STEPS, max_size=60))
def test_it_behaves_as_a_table_of_times(steps):
    timers = Timers()
    model: dict[int, tuple[int, bool]] = {}
    for step, mark, at, recurring in steps:
        if step == "set":
            timers = timers.set((mark,), at, work(str(mark)), recurring)
            model[mark] = (at, recurring)
        elif step == "clear":
            timers = timers.clear((mark,))
            model.pop(mark, None)
        else:
            found, timers = due(timers, at)
            expected = sorted((m for m in model if model[m][0] <= at), key=lambda m: model[m][0])
            assert sorted(found) == sorted(map(str, expected))
            assert [model[int(m)][0] for m in found] == sorted(model[m][0] for m in expected)
            for m in expected:
                del model[m]
        assert timers.next_time() == min((a for a, _ in model.values()), default=None)
        assert timers.lasting == sum(not r for _, r in model.values())


def test_a_look_that_is_due_is_not_put_off_by_a_later_one():
    timers = Timers().set_earlier(("a",), 20, work("a"), False)
    assert timers.set_earlier(("a",), 30, work("a"), False) is timers
    assert timers.set_earlier(("a",), 10, work("a"), False).next_time() == 10
