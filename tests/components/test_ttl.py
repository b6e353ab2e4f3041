"""TTL controller: the more Nodes there are, the longer their kubelets may keep what they have read."""

import pytest

from kubelab import Cluster
from kubelab.api.core.node import Node
from kubelab.api.meta import ObjectMeta
from kubelab.api.scalars import FrozenMap
from kubelab.components import CONTROL_PLANE
from kubelab.components.ttl import ANNOTATION, TTLController, fitting
from kubelab.kubectl import run
from kubelab.state import store
from kubelab.state.requests import Update
from kubelab.state.snapshot import Change, ObjectKey, Snapshot, View

CONTROLLER = TTLController()


def node(name, seconds=None):
    said = {} if seconds is None else {ANNOTATION: seconds}
    return Node(metadata=ObjectMeta(name=name, uid=f"uid-{name}", annotations=FrozenMap(said)))


def view(*nodes):
    snapshot = Snapshot()
    for each in nodes:
        snapshot, _ = store.put(snapshot, each)
    return View(snapshot, 1_767_225_600_000_000)


def many(count, seconds=None):
    return [node(f"other-{n}", seconds) for n in range(count)]


def written(*nodes):
    """What is written on the first of the Nodes, or None."""
    requests = CONTROLLER.reconcile(view(*nodes), ObjectKey("Node", "", nodes[0].metadata.name))
    if not requests:
        return None
    (update,) = requests
    assert isinstance(update, Update)
    return update.object.metadata.annotations[ANNOTATION]


@pytest.mark.parametrize(
    ("count", "seconds"), [(1, "0"), (100, "0"), (101, "15"), (501, "30"), (1001, "60"), (2001, "300")]
)
def test_a_new_node_gets_the_time_that_is_right_for_so_many(count, seconds):
    assert written(node("new"), *many(count - 1)) == seconds


def test_what_is_right_stays():
    assert written(node("old", "0")) is None
    assert written(node("old", "15"), *many(94)) is None, "between two sizes, from above"
    assert written(node("old", "0"), *many(94)) is None, "between two sizes, from below"


def test_what_is_not_right_any_more_or_no_number_is_written_anew():
    assert written(node("old", "15"), *many(88)) == "0"
    assert written(node("old", "soon")) == "0"


def test_a_node_that_is_gone_or_going_is_left_alone():
    assert CONTROLLER.reconcile(view(), ObjectKey("Node", "", "gone")) == ()


def keys(before, after, *nodes):
    key = ObjectKey("Node", "", "new")
    return list(CONTROLLER.enqueue(Change(key=key, before=before, after=after, view=view(*nodes))))


def test_the_node_that_makes_another_time_right_wakes_all():
    new = node("new")
    assert len(keys(None, new, new, *many(99))) == 1
    assert len(keys(None, new, new, *many(100))) == 101
    assert len(keys(new, None, *many(90))) == 0
    assert len(keys(new, None, *many(89))) == 89


def test_the_sizes_leave_no_gap():
    assert all(fitting(count) for count in range(5001))


def test_describe_shows_it_on_the_first_nodes_and_on_one_that_comes_later():
    cluster = Cluster()
    run(cluster, "create -f -", stdin="{apiVersion: v1, kind: Node, metadata: {name: late}}")
    cluster.run()
    for name in ("worker-1", "late"):
        assert "node.alpha.kubernetes.io/ttl: 0\n" in str(run(cluster, f"describe node {name}"))


def test_without_the_controller_nobody_writes_it():
    cluster = Cluster(components=tuple(each for each in CONTROL_PLANE if each.name != "ttl-controller"))
    assert "ttl" not in str(run(cluster, "describe node worker-1"))
