"""node IPAM controller: every Node its own range of Pod addresses."""

import pytest

from kubelab.api.core.node import Node, NodeSpec
from kubelab.api.core.pod import Pod, PodStatus
from kubelab.api.meta import ObjectMeta
from kubelab.api.scalars import Time
from kubelab.components import node_ipam
from kubelab.components.node_ipam import NodeIpamController, pod_range
from kubelab.state import store
from kubelab.state.requests import EventNote, Record, Update
from kubelab.state.snapshot import Change, ObjectKey, Snapshot, View

CONTROLLER = NodeIpamController()


def node(name, pod_cidr="", **meta):
    cidrs = (pod_cidr,) if pod_cidr else ()
    return Node(
        metadata=ObjectMeta(name=name, uid=f"uid-{name}", **meta), spec=NodeSpec(pod_cidr=pod_cidr, pod_cidrs=cidrs)
    )


def view(*objects):
    snapshot = Snapshot()
    for obj in objects:
        snapshot, _ = store.put(snapshot, obj)
    return View(snapshot, 1_767_225_600_000_000)


def given(*nodes, to="new"):
    (update,) = CONTROLLER.reconcile(view(node(to), *nodes), ObjectKey("Node", "", to))
    assert isinstance(update, Update)
    assert update.object.spec.pod_cidrs == (update.object.spec.pod_cidr,)
    return update.object.spec.pod_cidr


def test_nodes_get_one_range_after_the_other():
    assert given() == "10.244.0.0/24"
    assert given(node("a", "10.244.0.0/24"), node("not-yet")) == "10.244.1.0/24"


def test_a_range_in_use_is_passed_over():
    assert given(node("a", "10.244.1.0/24")) == "10.244.2.0/24"


def test_a_range_that_came_free_is_found_again(monkeypatch):
    monkeypatch.setattr(node_ipam, "RANGES", 3)
    taken = [pod_range(1), pod_range(2)]
    assert given(*(node(f"n{i}", cidr) for i, cidr in enumerate(taken))) == pod_range(0)


@pytest.mark.parametrize(("phase", "expected"), [("Running", "10.244.1.0/24"), ("Failed", "10.244.0.0/24")])
def test_the_range_of_a_node_that_was_deleted_is_kept_by_its_pods(phase, expected):
    # Found by random faults: two nodes that were deleted and made anew exchanged their ranges.
    pod = Pod(metadata=ObjectMeta(name="web", namespace="shop"), status=PodStatus(phase=phase, pod_ip="10.244.0.7"))
    assert given(pod) == expected


def test_the_cluster_network_is_large_enough_and_never_collides():
    ranges = [pod_range(n) for n in range(node_ipam.RANGES)]
    assert len(set(ranges)) == node_ipam.RANGES > 5000
    assert ranges[256] == "10.245.0.0/24"
    assert ranges[12 * 256 - 1 : 12 * 256 + 1] == ["10.255.255.0/24", "10.128.0.0/24"]


def test_a_node_that_has_one_or_is_going_is_left_alone():
    key = ObjectKey("Node", "", "a")
    assert CONTROLLER.reconcile(view(node("a", "10.244.9.0/24")), key) == ()
    assert CONTROLLER.reconcile(view(node("a", deletion_timestamp=Time(1))), key) == ()
    assert CONTROLLER.reconcile(view(), key) == ()


def test_it_says_once_that_there_is_none_left(monkeypatch):
    monkeypatch.setattr(node_ipam, "RANGES", 1)
    key = ObjectKey("Node", "", "new")
    seen = view(node("new"), node("a", pod_range(0)))
    (record,) = CONTROLLER.reconcile(seen, key)
    note = EventNote(key, "CIDRNotAvailable", "Node new status is now: CIDRNotAvailable", component="cidrAllocator")
    assert isinstance(record, Record) and record.events == (note,)
    told = View(store.record(seen.snapshot, note, "node-ipam-controller", seen.now), seen.now)
    assert CONTROLLER.reconcile(told, key) == ()


@pytest.mark.parametrize(("after", "expected"), [(node("a"), ["a"]), (node("a", "10.244.0.0/24"), []), (None, [])])
def test_only_a_node_without_a_range_wakes_it(after, expected):
    change = Change(ObjectKey("Node", "", "a"), node("a"), after, view())
    assert [key.name for key in CONTROLLER.enqueue(change)] == expected
