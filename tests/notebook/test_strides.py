"""Step sizes: where a step ends, and that stepping back stops where stepping on does."""

import pytest

from kubelab import Cluster
from kubelab.errors import UsageError
from kubelab.notebook import strides


@pytest.mark.parametrize("stride", strides.STRIDES)
def test_back_stops_where_forth_does(cluster: Cluster, stride: str) -> None:
    cluster.run()
    timeline = cluster.timeline
    stops = [0]
    while stops[-1] < len(timeline):
        stops.append(strides.forth(timeline, stops[-1], stride))
    assert stops == sorted(set(stops))
    way_back = [len(timeline)]
    while way_back[-1] > 0:
        way_back.append(strides.back(timeline, way_back[-1], stride))
    assert way_back == stops[::-1]


def test_a_reconcile_is_everything_that_one_actor_does_for_one_key(cluster: Cluster) -> None:
    cluster.run()
    timeline = cluster.timeline
    creations = [t.index for t in timeline.transitions if t.verb == "create" and t.key.kind == "Pod"][:3]
    before = strides.back(timeline, creations[0], "reconcile")
    end = strides.forth(timeline, before, "reconcile")
    assert end >= creations[2]
    assert {t.actor for t in timeline.transitions[before:end]} == {"replicaset-controller"}


def test_a_moment_ends_when_the_clock_moves(cluster: Cluster) -> None:
    cluster.run()
    timeline = cluster.timeline
    here = 0
    while here < len(timeline):
        end = strides.forth(timeline, here, "moment")
        assert len({t.time for t in timeline.transitions[here:end]}) == 1
        assert end == len(timeline) or timeline.transitions[end].time > timeline.transitions[end - 1].time
        here = end


def test_settled_stops_before_and_after_what_the_user_did(cluster: Cluster) -> None:
    settled = cluster.cursor - 1
    cluster.run()
    assert strides.forth(cluster.timeline, 0, "settled") == 2
    assert strides.forth(cluster.timeline, 2, "settled") == settled
    assert strides.forth(cluster.timeline, settled, "settled") == settled + 1
    assert strides.since(cluster.timeline, len(cluster.timeline), "settled") == len(cluster.timeline) - 1


def test_an_unknown_step_size_is_refused() -> None:
    with pytest.raises(UsageError, match="there is no step size 'leap'"):
        strides.checked("leap")
