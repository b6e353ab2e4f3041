"""What the Player knows ahead is what happens, as long as nobody interferes."""

import pytest

from kubelab import Cluster
from kubelab.notebook import foresight
from kubelab.views.trace import json_line


def test_what_was_foreseen_happens(cluster: Cluster) -> None:
    known = foresight.ahead(cluster)
    cluster.run()
    assert known.complete
    assert known.goal == len(cluster.timeline)
    foreseen = [json_line(t) for t in known.timeline.transitions[: known.goal]]
    assert foreseen == [json_line(t) for t in cluster.timeline.transitions]


def test_looking_ahead_leaves_the_present_alone(cluster: Cluster) -> None:
    before = (len(cluster.timeline), cluster.cursor, cluster.branches, cluster.timeline.newest)
    foresight.ahead(cluster)
    assert (len(cluster.timeline), cluster.cursor, cluster.branches, cluster.timeline.newest) == before


def test_steps_that_were_foreseen_need_no_second_look(cluster: Cluster) -> None:
    known = foresight.ahead(cluster)
    for _ in range(20):
        cluster.step()
        assert foresight.ahead(cluster) is known
    cluster.back(7)
    assert foresight.ahead(cluster) is known
    cluster.run()
    assert foresight.ahead(cluster) is known


@pytest.mark.parametrize(
    "interfere",
    [
        lambda c: c.kill("worker-1"),
        lambda c: c.delay("kubelet", "2s"),
        lambda c: c.delete("service/web"),
        lambda c: c.perform(len(c.enabled()) - 1),
    ],
    ids=["kill", "delay", "delete", "another order"],
)
def test_whoever_interferes_makes_another_future(cluster: Cluster, interfere: object) -> None:
    cluster.step(4)
    known = foresight.ahead(cluster)
    interfere(cluster)  # type: ignore[operator]
    other = foresight.ahead(cluster)
    assert other is not known
    cluster.run()
    assert [json_line(t) for t in other.timeline.transitions[: other.goal]] == [
        json_line(t) for t in cluster.timeline.transitions
    ]


def test_an_action_without_a_transition_that_changes_the_order_is_noticed(cluster: Cluster) -> None:
    cluster.step(3)
    for _ in range(12):
        foresight.ahead(cluster)
        cluster.perform(len(cluster.enabled()) - 1)
        other = foresight.ahead(cluster)
        fork = cluster.timeline.fork("check", at=len(cluster.timeline))
        cluster.engine.first(fork.newest)
        following = foresight.look_ahead(cluster.engine, fork)
        assert [json_line(t) for t in other.timeline.transitions] == [
            json_line(t) for t in following.timeline.transitions
        ]


def test_a_cluster_that_never_settles_is_looked_at_only_so_far() -> None:
    cluster = Cluster()
    cluster.apply("deployment web x400 nginx:1.27")
    known = foresight.ahead(cluster)
    assert not known.complete
    assert known.goal <= len(cluster.timeline) + foresight.STEPS_AHEAD


def test_after_the_end_a_little_of_what_recurs_is_known(cluster: Cluster) -> None:
    cluster.run()
    known = foresight.ahead(cluster)
    assert known.goal == len(cluster.timeline)
    cluster.step()
    assert foresight.ahead(cluster) is known
    assert len(cluster.timeline) < len(known.timeline) <= known.goal + foresight.STEPS_BEYOND
