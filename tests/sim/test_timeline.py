"""The timeline: a cursor over states that are kept whole, and branches that share their past."""

import pytest

from kubelab.errors import UsageError
from kubelab.sim.state import State
from kubelab.sim.timeline import Timeline
from kubelab.sim.transition import Transition
from kubelab.state.snapshot import ObjectKey


def state(step: int, cause: int | None = None, now: int = 0) -> State:
    transition = Transition(step, now, "a", "create", ObjectKey("Pod", "d", f"p{step}"), cause=cause) if step else None
    return State(steps=step, now=now, transition=transition)


def timeline(causes: list[int | None]) -> Timeline:
    made = Timeline(state(0))
    for step, cause in enumerate(causes, 1):
        made.record(state(step, cause))
    return made


def test_the_cursor_moves_over_everything_that_was_recorded():
    made = timeline([None, 1, 2])
    made.goto(2)
    assert made.at().index == 2
    assert made.state().steps == 2
    made.goto(0)
    assert made.at() is None
    with pytest.raises(UsageError, match="goes from 0 to 3"):
        made.goto(4)


def test_a_state_without_a_new_transition_stands_for_the_newest():
    made = timeline([None])
    later = state(1, now=7)
    assert made.record(later) is False
    assert made.newest is later
    assert len(made) == 1


def test_a_fork_shares_the_past_and_leaves_the_other_branch_alone():
    made = timeline([None, 1, 2])
    other = made.fork("other", 1)
    other.record(state(2, None))
    assert (len(made), len(other)) == (3, 2)
    assert other.transitions[0] is made.transitions[0]
    assert made.transitions[1].cause == 1
    assert (other.parent, other.fork_at) == ("main", 1)


def test_the_chain_of_causes_goes_back_to_what_began_it():
    made = timeline([None, 1, None, 2, 4])
    assert [t.index for t in made.chain(5)] == [1, 2, 4, 5]
    assert made.chain(0) == []
