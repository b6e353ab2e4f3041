"""taint eviction controller: which Pods must leave a tainted Node, and when."""

import pytest

from kubelab.api.conditions import find
from kubelab.api.core.affinity import Toleration
from kubelab.api.core.node import Node, NodeSpec, Taint
from kubelab.api.core.pod import Pod, PodSpec
from kubelab.api.core.pod_status import PodCondition, PodStatus
from kubelab.api.meta import ObjectMeta
from kubelab.api.scalars import Time
from kubelab.components.taint_eviction import EVICTION, TaintEvictionController
from kubelab.state import store
from kubelab.state.requests import Delete, EventNote, Requeue, Update
from kubelab.state.snapshot import SECOND, Change, ObjectKey, Snapshot, View, Writer

START = 1_767_225_600
CONTROLLER = TaintEvictionController()
KEY = ObjectKey("Pod", "shop", "p")
UNREACHABLE = "node.kubernetes.io/unreachable"


def view(*objects, after=0):
    snapshot = Snapshot()
    for obj in objects:
        snapshot, _ = store.put(snapshot, obj)
    return View(snapshot, (START + after) * SECOND)


def node(*taints):
    return Node(metadata=ObjectMeta(name="a"), spec=NodeSpec(taints=taints))


def taint(key=UNREACHABLE, effect="NoExecute", added=100):
    return Taint(key=key, effect=effect, time_added=None if added is None else Time(START + added))


def tolerates(key=UNREACHABLE, seconds=300, effect="NoExecute"):
    return Toleration(key=key, operator="Exists", effect=effect, toleration_seconds=seconds)


def pod(*tolerations, bound=0, on="a", deleted=False, conditions=()):
    scheduled = PodCondition(type="PodScheduled", status="True", last_transition_time=Time(START + bound))
    return Pod(
        metadata=ObjectMeta(
            name="p",
            namespace="shop",
            uid="uid-p",
            generation=2,
            deletion_timestamp=Time(START) if deleted else None,
        ),
        spec=PodSpec(node_name=on, tolerations=tolerations),
        status=PodStatus(phase="Running", conditions=(scheduled, *conditions)),
    )


def reconcile(a_node, a_pod, after=150):
    return list(CONTROLLER.reconcile(view(a_node, a_pod, after=after), KEY))


def test_without_a_taint_that_drives_away_a_pod_stays():
    assert reconcile(node(), pod()) == []
    assert reconcile(node(taint(effect="NoSchedule")), pod()) == []


def test_a_pod_that_does_not_tolerate_the_taint_goes_at_once():
    mark, delete = reconcile(node(taint(key="example.com/maintenance", added=None)), pod())
    assert (type(mark), mark.subresource) == (Update, "status")
    condition = find(mark.object.status.conditions, "DisruptionTarget")
    assert (condition.status, condition.reason, condition.message, condition.observed_generation) == (
        "True",
        "DeletionByTaintManager",
        "Taint manager: deleting due to NoExecute taint",
        2,
    )
    assert (type(delete), delete.target, delete.uid, delete.grace_seconds) == (Delete, KEY, "uid-p", None)
    assert delete.events == (EventNote(KEY, "TaintManagerEviction", "Marking for deletion Pod shop/p"),)
    # Killed between the two, it goes on with the second.
    assert reconcile(node(taint(key="example.com/maintenance")), mark.object) == [delete]


def test_the_seconds_of_a_toleration_count_from_the_taint():
    assert reconcile(node(taint()), pod(tolerates())) == [Requeue(at=(START + 400) * SECOND)]
    assert len(reconcile(node(taint()), pod(tolerates()), after=400)) == 2


def test_the_seconds_count_from_when_the_taint_was_written_where_it_does_not_say():
    bare = taint(added=None)
    snapshot, _ = store.put(Snapshot(), pod(tolerates()))
    for at, present in ((0, node()), (50, node(bare)), (90, node(bare, taint("x", "NoSchedule")))):
        snapshot, _ = store.put(snapshot, present, Writer("kubectl", (START + at) * SECOND))
    told = list(CONTROLLER.reconcile(View(snapshot, (START + 150) * SECOND), KEY))
    assert told == [Requeue(at=(START + 350) * SECOND)]


def test_or_from_when_the_pod_came_if_that_was_later():
    assert reconcile(node(taint()), pod(tolerates(), bound=120)) == [Requeue(at=(START + 420) * SECOND)]


@pytest.mark.parametrize(
    ("taints", "tolerations", "end"),
    [
        ([taint()], [tolerates(seconds=None)], None),
        ([taint()], [tolerates(seconds=0)], 0),
        ([taint()], [tolerates(seconds=-5)], 0),
        ([taint(), taint("x", added=50)], [tolerates(), tolerates("x", 600)], 400),
        ([taint(), taint("x", added=50)], [tolerates(), tolerates("x", 200)], 250),
        ([taint(), taint("x")], [tolerates()], 0),
        ([taint()], [Toleration(operator="Exists")], None),
        ([taint()], [tolerates(effect="NoSchedule")], 0),
        ([taint()], [tolerates(seconds=200), tolerates(seconds=500)], 300),
    ],
)
def test_the_shortest_toleration_counts(taints, tolerations, end):
    wanted = reconcile(node(*taints), pod(*tolerations))
    if end is None:
        assert wanted == []
    elif end:
        assert wanted == [Requeue(at=(START + end) * SECOND)]
    else:
        assert [type(w) for w in wanted] == [Update, Delete]


def test_pods_on_no_node_are_left_alone():
    assert reconcile(node(taint()), pod(on="")) == []
    assert list(CONTROLLER.reconcile(view(pod()), KEY)) == []
    assert list(CONTROLLER.reconcile(view(node(taint())), KEY)) == []


def test_a_pod_that_is_on_its_way_out_already_is_marked_and_told_of_but_not_deleted_again():
    (mark,) = reconcile(node(taint()), pod(deleted=True))
    assert (mark.subresource, mark.events) == ("status", (EventNote(KEY, EVICTION, "Marking for deletion Pod shop/p"),))
    marked = find(mark.object.status.conditions, "DisruptionTarget")
    assert marked.reason == "DeletionByTaintManager"
    assert reconcile(node(taint()), pod(deleted=True, conditions=(marked,))) == []


def test_that_a_pod_need_not_go_after_all_is_told():
    (told,) = CONTROLLER.called_off(view(node(), pod(tolerates())), KEY)
    assert told.events == (EventNote(KEY, EVICTION, "Cancelling deletion of Pod shop/p"),)


def woken(key, before, after, *others):
    return list(CONTROLLER.enqueue(Change(key, before, after, view(*others))))


def test_a_node_wakes_its_pods_when_its_taints_that_drive_away_change():
    key = ObjectKey("Node", "", "a")
    assert woken(key, node(), node(taint()), pod()) == [KEY]
    assert woken(key, node(taint()), node(), pod()) == [KEY]
    assert woken(key, node(taint()), node(taint(), taint(effect="NoSchedule")), pod()) == []


def test_a_pod_wakes_itself_when_it_comes_to_a_tainted_node():
    assert woken(KEY, pod(on=""), pod(), node(taint())) == [KEY]
    assert woken(KEY, pod(on=""), pod(), node()) == []
    same = pod()
    assert woken(KEY, same, same, node(taint())) == []
    assert woken(KEY, same, None, node(taint())) == [KEY]
    assert woken(KEY, same, None, node()) == []
