"""node lifecycle controller: silent kubelets, the conditions and taints of Nodes, the Pods on them."""

import attrs
import pytest

from kubelab.api.conditions import find
from kubelab.api.coordination import Lease
from kubelab.api.core.node import Node, NodeCondition, NodeSpec, NodeStatus, Taint
from kubelab.api.core.pod import Pod, PodSpec
from kubelab.api.core.pod_status import PodCondition, PodStatus
from kubelab.api.meta import ObjectMeta
from kubelab.api.scalars import Time
from kubelab.components.node_lifecycle import NodeLifecycleController
from kubelab.state import store
from kubelab.state.machine import Machine
from kubelab.state.requests import EventNote, Record, Requeue, Update
from kubelab.state.snapshot import SECOND, Change, ObjectKey, Snapshot, View

START = 1_767_225_600
CONTROLLER = NodeLifecycleController()
KEY = ObjectKey("Node", "", "a")
UNREACHABLE, NOT_READY = "node.kubernetes.io/unreachable", "node.kubernetes.io/not-ready"


def node(name="a", ready="True", taints=(), unschedulable=False, conditions=()):
    reported = [NodeCondition(type="Ready", status=ready, reason="KubeletReady", last_heartbeat_time=Time(START))]
    return Node(
        metadata=ObjectMeta(name=name, uid=f"uid-{name}", creation_timestamp=Time(START)),
        spec=NodeSpec(
            unschedulable=unschedulable, taints=tuple(Taint(key=k, effect=e, time_added=Time(1)) for k, e in taints)
        ),
        status=NodeStatus(conditions=(*(reported if ready else ()), *conditions)),
    )


def pod(name="p", ready="True", on="a"):
    return Pod(
        metadata=ObjectMeta(name=name, namespace="shop", uid=f"uid-{name}"),
        spec=PodSpec(node_name=on),
        status=PodStatus(phase="Running", conditions=(PodCondition(type="Ready", status=ready),)),
    )


OTHERS = (node("b"), node("c"))


def view(*objects, after=0.0, silent_at=None, registered=True):
    """The cluster `after` seconds; the kubelet of Node a fell silent at `silent_at` seconds."""
    snapshot = Snapshot()
    for obj in objects:
        snapshot, _ = store.put(snapshot, obj)
        if obj.kind == "Node":
            machine = Machine(name=obj.metadata.name)
            if obj.metadata.name == "a" and silent_at is not None:
                machine = attrs.evolve(machine, silent_since=round((START + silent_at) * SECOND))
            snapshot = attrs.evolve(snapshot, machines=snapshot.machines.set(machine.name, machine))
            if registered:
                note = EventNote(ObjectKey("Node", "", obj.metadata.name), "RegisteredNode", "seen")
                snapshot = store.record(snapshot, note, "node-controller", START * SECOND)
    return View(snapshot, round((START + after) * SECOND))


def reconcile(*objects, **more):
    return list(CONTROLLER.reconcile(view(*objects, *OTHERS, **more), KEY))


def taints_of(update):
    assert isinstance(update, Update) and update.subresource == ""
    return [(t.key.removeprefix("node.kubernetes.io/"), t.effect) for t in update.object.spec.taints]


# Nodes that come and go


def test_a_node_is_registered_once():
    seen = view(node(), *OTHERS, registered=False)
    (record,) = CONTROLLER.reconcile(seen, KEY)
    note = EventNote(KEY, "RegisteredNode", "Node a event: Registered Node a in Controller")
    assert isinstance(record, Record) and record.events == (note,)
    told = View(store.record(seen.snapshot, note, "node-controller", seen.now), seen.now)
    assert list(CONTROLLER.reconcile(told, KEY)) == []


def test_a_new_node_of_the_same_name_is_registered_again():
    seen = view(node())
    newer = attrs.evolve(node(), metadata=ObjectMeta(name="a", uid="uid-newer"))
    snapshot, _ = store.put(seen.snapshot, newer)
    (record,) = CONTROLLER.reconcile(View(snapshot, seen.now), KEY)
    assert record.events[0].reason == "RegisteredNode"


def test_it_is_told_once_that_a_node_is_gone():
    seen = view(node())
    gone = View(store.remove(seen.snapshot, KEY), seen.now)
    (record,) = CONTROLLER.reconcile(gone, KEY)
    note = EventNote(KEY, "RemovingNode", "Node a event: Removing Node a from Controller", uid="uid-a")
    assert record.events == (note,)
    told = View(store.record(gone.snapshot, note, "node-controller", gone.now), gone.now)
    assert list(CONTROLLER.reconcile(told, KEY)) == []
    assert list(CONTROLLER.reconcile(view(), KEY)) == []


# Nodes that fall silent


def test_while_heartbeats_come_there_is_nothing_to_do_and_no_timer():
    assert reconcile(node(), pod(), after=3600) == []


def test_fifty_seconds_are_waited_from_the_last_renewal_of_the_lease():
    # The kubelet renews every ten seconds: at 20, and not any more at 30.
    assert reconcile(node(), after=27, silent_at=27) == [Requeue(at=(START + 70) * SECOND)]
    assert reconcile(node(), after=69.9, silent_at=27) == [Requeue(at=(START + 70) * SECOND)]
    assert isinstance(reconcile(node(), after=70, silent_at=27)[0], Update)


def test_then_nobody_knows_how_the_node_is():
    pressure = NodeCondition(type="MemoryPressure", status="False", last_transition_time=Time(START))
    (update,) = reconcile(node(conditions=(pressure,)), pod(), after=70, silent_at=27)
    assert update.subresource == "status"
    assert [
        (c.type, c.status, c.reason, c.message, c.last_transition_time) for c in update.object.status.conditions
    ] == [
        (name, "Unknown", reason, message, START + 70)
        for name, reason, message in (
            ("Ready", "NodeStatusUnknown", "Kubelet stopped posting node status."),
            ("MemoryPressure", "NodeStatusUnknown", "Kubelet stopped posting node status."),
            ("DiskPressure", "NodeStatusNeverUpdated", "Kubelet never posted node status."),
            ("PIDPressure", "NodeStatusNeverUpdated", "Kubelet never posted node status."),
        )
    ]
    assert update.events == (EventNote(KEY, "NodeNotReady", "Node a status is now: NodeNotReady"),)


def test_a_kubelet_that_never_reports_has_a_minute():
    assert reconcile(node(ready=""), after=30, silent_at=0) == [Requeue(at=(START + 60) * SECOND)]
    (update,) = reconcile(node(ready=""), after=60, silent_at=0)
    assert {(c.type, c.reason) for c in update.object.status.conditions} == {
        (name, "NodeStatusNeverUpdated") for name in ("Ready", "MemoryPressure", "DiskPressure", "PIDPressure")
    }
    assert update.events == ()


def lost(taints=(), **more):
    """Node a as this controller leaves it when its kubelet has been silent for long."""
    (update,) = reconcile(node(taints=taints, **more), after=70, silent_at=0)
    return update.object


def test_its_pods_are_marked_then_it_is_tainted_step_by_step():
    first = reconcile(lost(), pod("p"), pod("q", ready="False"), pod("r", on="b"), after=70, silent_at=0)
    marked, tainted = first
    assert (marked.object.metadata.name, marked.subresource) == ("p", "status")
    assert find(marked.object.status.conditions, "Ready").status == "False"
    assert marked.events == (
        EventNote(ObjectKey("Pod", "shop", "p"), "NodeNotReady", "Node is not ready", type="Warning"),
    )
    assert taints_of(tainted) == [("unreachable", "NoSchedule")]
    assert tainted.object.spec.taints[0].time_added == START + 70
    (then,) = reconcile(tainted.object, pod("p", ready="False"), after=70, silent_at=0)
    assert taints_of(then) == [("unreachable", "NoSchedule"), ("unreachable", "NoExecute")]
    assert reconcile(then.object, pod("p", ready="False"), after=3600, silent_at=0) == []


def test_when_the_kubelet_reports_again_the_taints_go():
    tainted = [(UNREACHABLE, "NoSchedule"), (UNREACHABLE, "NoExecute"), ("example.com/own", "NoExecute")]
    (first,) = reconcile(node(taints=tainted), after=100)
    assert taints_of(first) == [("unreachable", "NoExecute"), ("example.com/own", "NoExecute")]
    (second,) = reconcile(node(taints=tainted[1:]), after=100)
    assert taints_of(second) == [("example.com/own", "NoExecute")]
    assert reconcile(node(taints=tainted[2:]), after=100) == []


def test_pods_are_not_marked_any_more_once_the_kubelet_is_heard():
    (update,) = reconcile(lost(), pod(), after=71)
    assert taints_of(update) == [("unreachable", "NoSchedule")]


# Taints


def test_a_cordoned_node_is_tainted():
    (update,) = reconcile(node(unschedulable=True))
    assert taints_of(update) == [("unschedulable", "NoSchedule")]
    assert reconcile(update.object) == []
    (undone,) = reconcile(node(taints=[("node.kubernetes.io/unschedulable", "NoSchedule")]))
    assert taints_of(undone) == []


@pytest.mark.parametrize(
    ("condition", "status", "taint"),
    [
        ("MemoryPressure", "True", "memory-pressure"),
        ("DiskPressure", "True", "disk-pressure"),
        ("PIDPressure", "True", "pid-pressure"),
        ("NetworkUnavailable", "True", "network-unavailable"),
    ],
)
def test_what_a_node_is_short_of_taints_it(condition, status, taint):
    (update,) = reconcile(node(conditions=(NodeCondition(type=condition, status=status),)))
    assert taints_of(update) == [(taint, "NoSchedule")]
    assert reconcile(node(conditions=(NodeCondition(type=condition, status="False"),))) == []


def test_a_new_node_loses_the_taint_it_came_with_when_it_is_ready():
    fresh = [(NOT_READY, "NoSchedule")]
    assert reconcile(node(ready="False", taints=[*fresh, (NOT_READY, "NoExecute")])) == []
    (update,) = reconcile(node(taints=fresh))
    assert taints_of(update) == []


def test_a_node_that_says_it_is_not_ready_is_tainted_so_and_its_pods_are_its_own_matter():
    (first,) = reconcile(node(ready="False"), pod())
    assert taints_of(first) == [("not-ready", "NoSchedule")]
    (second,) = reconcile(first.object, pod())
    assert taints_of(second) == [("not-ready", "NoSchedule"), ("not-ready", "NoExecute")]


def test_one_taint_is_exchanged_for_the_other():
    tainted = [(UNREACHABLE, "NoSchedule"), (NOT_READY, "NoExecute")]
    (update,) = reconcile(lost(taints=tainted), after=80, silent_at=0)
    assert taints_of(update) == [("unreachable", "NoSchedule"), ("unreachable", "NoExecute")]


# Disruptions


def cluster(lost_names, names="abcdef"):
    return [node(n, ready="Unknown" if n in lost_names else "True", taints=own_taint(n in lost_names)) for n in names]


def own_taint(is_lost):
    return [(UNREACHABLE, "NoSchedule")] if is_lost else []


@pytest.mark.parametrize(
    ("lost_names", "evicts"),
    [("a", True), ("ab", True), ("abc", True), ("abcd", False), ("abcdef", False)],
)
def test_pods_are_evicted_unless_too_many_nodes_are_lost(lost_names, evicts):
    wanted = CONTROLLER.reconcile(view(*cluster(lost_names), after=3600), KEY)
    assert bool(wanted) is evicts


def test_when_all_nodes_are_lost_the_taints_that_evict_are_taken_away():
    tainted = [*own_taint(True), (UNREACHABLE, "NoExecute")]
    alone = [node("a", ready="Unknown", taints=tainted), node("b", ready="Unknown")]
    (update,) = CONTROLLER.reconcile(view(*alone, after=3600), KEY)
    assert taints_of(update) == [("unreachable", "NoSchedule")]


# Who is woken


def woken(change):
    return sorted(key.name for key in CONTROLLER.enqueue(change))


def test_a_node_wakes_itself_and_all_lost_ones_when_a_disruption_ends():
    before, after = cluster("abcd"), cluster("abc")
    seen = view(*after)
    assert woken(Change(ObjectKey("Node", "", "d"), before[3], after[3], seen)) == ["a", "b", "c", "d"]
    before, after = cluster("ab"), cluster("a")
    assert woken(Change(ObjectKey("Node", "", "b"), before[1], after[1], view(*after))) == ["b"]


def test_a_lease_wakes_its_node():
    lease = Lease(metadata=ObjectMeta(name="a", namespace="kube-node-lease"))
    assert woken(Change(ObjectKey("Lease", "kube-node-lease", "a"), lease, lease, view(node()))) == ["a"]
    assert woken(Change(ObjectKey("Lease", "kube-system", "a"), lease, lease, view(node()))) == []


def test_a_pod_that_comes_to_a_lost_node_wakes_it():
    key = ObjectKey("Pod", "shop", "p")
    assert woken(Change(key, None, pod(), view(node(ready="Unknown")))) == ["a"]
    assert woken(Change(key, None, pod(), view(node()))) == []
    assert woken(Change(key, None, pod(on=""), view(node()))) == []
