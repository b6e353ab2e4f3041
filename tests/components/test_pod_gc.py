"""Pod garbage collector: Pods that nobody looks after any more."""

import pytest

from kubelab.api.conditions import find
from kubelab.api.core.node import Node, NodeCondition, NodeSpec, NodeStatus, Taint
from kubelab.api.core.pod import Pod, PodSpec
from kubelab.api.core.pod_status import PodStatus
from kubelab.api.meta import ObjectMeta
from kubelab.api.scalars import Time
from kubelab.components.pod_gc import PodGarbageCollector
from kubelab.state import store
from kubelab.state.requests import Delete, Requeue, Update
from kubelab.state.snapshot import SECOND, Change, ObjectKey, Snapshot, View

CONTROLLER = PodGarbageCollector()
KEY = ObjectKey("Pod", "shop", "p")


def view(*objects):
    snapshot = Snapshot()
    for obj in objects:
        snapshot, _ = store.put(snapshot, obj)
    return View(snapshot, 1_767_225_600_000_000)


def pod(on="a", deleted=False, phase="Running", grace=30, finalizers=()):
    return Pod(
        metadata=ObjectMeta(
            name="p",
            namespace="shop",
            uid="uid-p",
            generation=3,
            finalizers=finalizers,
            deletion_timestamp=Time(1) if deleted else None,
            deletion_grace_period_seconds=grace if deleted else None,
        ),
        spec=PodSpec(node_name=on),
        status=PodStatus(phase=phase),
    )


def node(ready="True", out_of_service=False):
    taints = (Taint(key="node.kubernetes.io/out-of-service", effect="NoExecute"),) if out_of_service else ()
    return Node(
        metadata=ObjectMeta(name="a"),
        spec=NodeSpec(taints=taints),
        status=NodeStatus(conditions=(NodeCondition(type="Ready", status=ready),)),
    )


def reconcile(*objects):
    return list(CONTROLLER.reconcile(view(*objects), KEY))


def test_a_pod_whose_node_is_gone_fails_and_is_deleted_without_grace():
    mark, delete = reconcile(pod())
    assert isinstance(mark, Update) and mark.subresource == "status"
    assert mark.object.status.phase == "Failed"
    condition = find(mark.object.status.conditions, "DisruptionTarget")
    assert (condition.status, condition.reason, condition.message, condition.observed_generation) == (
        "True",
        "DeletionByPodGC",
        "PodGC: node no longer exists",
        3,
    )
    assert isinstance(delete, Delete) and (delete.target, delete.grace_seconds, delete.uid) == (KEY, 0, "uid-p")
    # Killed between the two, it goes on with the second.
    assert reconcile(mark.object) == [delete]


def test_a_pod_that_has_ended_is_only_deleted():
    assert [type(r) for r in reconcile(pod(phase="Succeeded"))] == [Delete]


def test_a_pod_that_was_never_bound_is_removed_when_it_is_deleted():
    assert reconcile(pod(on="")) == []
    mark, delete = reconcile(pod(on="", deleted=True, phase="Pending", finalizers=("example.com/x",)))
    assert find(mark.object.status.conditions, "DisruptionTarget") is None
    assert isinstance(delete, Delete)


def test_what_only_waits_for_its_finalizers_is_left_alone():
    assert reconcile(pod(on="", deleted=True, phase="Failed", grace=0, finalizers=("example.com/x",))) == []


@pytest.mark.parametrize(
    ("ready", "out_of_service", "deleted", "removed"),
    [
        ("True", False, True, False),
        ("Unknown", False, True, False),
        ("True", True, True, False),
        ("Unknown", True, False, False),
        ("Unknown", True, True, True),
    ],
)
def test_pods_on_a_node_out_of_service_do_not_wait_for_its_kubelet(ready, out_of_service, deleted, removed):
    assert bool(reconcile(pod(deleted=deleted), node(ready, out_of_service))) is removed


def test_who_is_woken():
    node_key = ObjectKey("Node", "", "a")
    assert list(CONTROLLER.enqueue(Change(node_key, node(), None, view(pod())))) == [KEY]
    assert list(CONTROLLER.enqueue(Change(node_key, node(), node("False"), view(pod())))) == []
    assert list(CONTROLLER.enqueue(Change(node_key, None, node("False", True), view(pod())))) == [KEY]
    assert list(CONTROLLER.enqueue(Change(KEY, None, pod(), view(pod())))) == [KEY]
    assert list(CONTROLLER.enqueue(Change(KEY, None, pod(), view(pod(), node())))) == []
    assert list(CONTROLLER.enqueue(Change(KEY, pod(), None, view()))) == []


@pytest.mark.parametrize(
    ("objects", "seconds"),
    [((pod(),), 60), ((pod(on="", deleted=True),), 20), ((pod(deleted=True), node("Unknown", True)), 20)],
)
def test_it_looks_every_twenty_seconds_and_believes_in_a_missing_node_after_forty_more(objects, seconds):
    seen = view(*objects)
    begin = View(seen.snapshot, seen.now + SECOND)
    assert CONTROLLER.later(Change(KEY, None, objects[0], begin), KEY) == Requeue(at=seen.now + seconds * SECOND)
