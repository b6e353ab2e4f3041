"""replicaset-controller: how many Pods it creates and deletes, which ones, what it adopts, and what it reports."""

import attrs
import pytest

from kubelab.api.apps import ReplicaSet, ReplicaSetCondition, ReplicaSetSpec, ReplicaSetStatus
from kubelab.api.core.container import Container
from kubelab.api.core.pod import Pod, PodSpec, PodTemplateSpec
from kubelab.api.core.pod_status import PodCondition, PodStatus
from kubelab.api.meta import LabelSelector, ObjectMeta, OwnerReference
from kubelab.api.scalars import FrozenMap, Time
from kubelab.apiserver.server import handle
from kubelab.components.replicaset import ReplicaSetController
from kubelab.errors import StatusError
from kubelab.state import store
from kubelab.state.requests import Create, Delete, EventNote, Record, Requeue, Update
from kubelab.state.snapshot import SECOND, Change, ObjectKey, Snapshot, View

START = 1_767_225_600
NOW = START * SECOND
LABELS = FrozenMap({"app": "web"})
KEY = ObjectKey("ReplicaSet", "shop", "web")
CONTROLLER = ReplicaSetController()


def world(*objects, now=NOW):
    snapshot = Snapshot()
    for obj in objects:
        snapshot, _ = store.put(snapshot, obj)
    return View(snapshot, now)


def replica_set(replicas=3, *, name="web", generation=1, min_ready_seconds=0, status=None, owner=None, deleted=False):
    return ReplicaSet(
        metadata=ObjectMeta(
            name=name,
            namespace="shop",
            uid=f"uid-{name}",
            generation=generation,
            owner_references=() if owner is None else (reference("Deployment", owner),),
            deletion_timestamp=Time(START) if deleted else None,
        ),
        spec=ReplicaSetSpec(
            replicas=replicas,
            min_ready_seconds=min_ready_seconds,
            selector=LabelSelector(match_labels=LABELS),
            template=PodTemplateSpec(
                metadata=ObjectMeta(labels=LABELS, annotations=FrozenMap({"note": "x"})),
                spec=PodSpec(containers=(Container(name="c", image="nginx"),)),
            ),
        ),
        status=status or ReplicaSetStatus(),
    )


def reference(kind, name, uid=""):
    return OwnerReference(
        api_version="apps/v1",
        kind=kind,
        name=name,
        uid=uid or f"uid-{name}",
        controller=True,
        block_owner_deletion=True,
    )


def pod(name, *, owner="web", ready=True, since=START - 100, labels=LABELS, phase="Running", node="n1", **meta):
    conditions = (PodCondition(type="Ready", status="True" if ready else "False", last_transition_time=Time(since)),)
    return Pod(
        metadata=ObjectMeta(
            name=name,
            namespace="shop",
            uid=f"uid-{name}",
            labels=labels,
            creation_timestamp=Time(meta.pop("created", START - 200)),
            owner_references=() if owner is None else (reference("ReplicaSet", owner),),
            **meta,
        ),
        spec=PodSpec(node_name=node),
        status=PodStatus(phase=phase, conditions=conditions),
    )


def reported(replicas, labeled, ready, available, terminating=0, generation=1):
    return ReplicaSetStatus(
        replicas=replicas,
        fully_labeled_replicas=labeled,
        ready_replicas=ready,
        available_replicas=available,
        terminating_replicas=terminating,
        observed_generation=generation,
    )


def deleted_names(requests):
    return [r.target.name for r in requests if isinstance(r, Delete)]


def test_a_fresh_replica_set_reports_what_it_saw_and_creates_its_pods():
    rs = replica_set(3)
    view = world(rs)
    status, *creates = CONTROLLER.reconcile(view, KEY)
    stored = view.find(KEY)
    assert status == Update(
        object=attrs.evolve(stored, status=reported(0, 0, 0, 0)),
        subresource="status",
        reason="StatusUpdate",
        message="replicaset-controller counted the Pods of ReplicaSet web: 0 of 3 wanted exist; 0 ready, 0 available.",
    )
    wanted = Pod(
        metadata=ObjectMeta(
            generate_name="web-",
            namespace="shop",
            labels=LABELS,
            annotations=FrozenMap({"note": "x"}),
            owner_references=(reference("ReplicaSet", "web"),),
        ),
        spec=rs.spec.template.spec,
    )
    assert [c.object for c in creates] == [wanted] * 3
    assert [c.message for c in creates] == [
        "replicaset-controller created Pod {name} for ReplicaSet web: 0 of 3 wanted Pods existed.",
        "replicaset-controller created Pod {name} for ReplicaSet web: 1 of 3 wanted Pods existed."
        " Slow start: batch 2 has 2 Pods.",
        "replicaset-controller created Pod {name} for ReplicaSet web: 2 of 3 wanted Pods existed."
        " Slow start: batch 2 has 2 Pods.",
    ]
    assert {c.events for c in creates} == {(EventNote(KEY, "SuccessfulCreate", "Created pod: {name}"),)}


def test_all_pods_share_the_spec_of_the_template_by_identity():
    rs = replica_set(4)
    creates = [r for r in CONTROLLER.reconcile(world(rs), KEY) if isinstance(r, Create)]
    assert all(c.object.spec is rs.spec.template.spec and c.object.metadata.labels is LABELS for c in creates)


def test_one_reconcile_creates_at_most_five_hundred_pods():
    creates = [r for r in CONTROLLER.reconcile(world(replica_set(1200)), KEY) if isinstance(r, Create)]
    assert len(creates) == 500
    assert "batch 9 has 245 Pods" in creates[-1].message


def test_nothing_is_left_to_do_once_status_and_pods_are_as_wanted():
    view = world(replica_set(2, status=reported(2, 2, 2, 2)), pod("a"), pod("b"))
    assert CONTROLLER.reconcile(view, KEY) == []


def test_pods_that_ended_or_are_being_deleted_are_replaced():
    view = world(
        replica_set(3),
        pod("a"),
        pod("b", phase="Failed"),
        pod("c", deletion_timestamp=Time(START + 30)),
    )
    status, *creates = CONTROLLER.reconcile(view, KEY)
    assert status.object.status == reported(1, 1, 1, 1, terminating=1)
    assert len(creates) == 2
    assert status.message.endswith("1 of 3 wanted exist; 1 ready, 1 available, 1 more terminating.")


def test_a_replica_set_that_is_being_deleted_only_counts():
    view = world(replica_set(3, deleted=True), pod("a"), pod("stray", owner=None))
    assert [type(r) for r in CONTROLLER.reconcile(view, KEY)] == [Update]


def test_matching_pods_without_a_controller_are_adopted_and_count():
    view = world(replica_set(1, status=reported(1, 1, 1, 1)), pod("stray", owner=None))
    (adopt,) = CONTROLLER.reconcile(view, KEY)
    assert adopt.object.metadata.owner_references == (reference("ReplicaSet", "web"),)
    assert adopt.object.metadata.resource_version == "2"
    assert adopt.message == (
        "replicaset-controller adopted Pod stray for ReplicaSet web: "
        "nobody managed it, and its labels match the selector app=web."
    )


@pytest.mark.parametrize(
    "stray",
    [
        pod("stray", owner=None, labels=FrozenMap({"app": "db"})),
        pod("stray", owner=None, phase="Succeeded"),
        pod("stray", owner=None, deletion_timestamp=Time(START)),
        pod("stray", owner="other"),
    ],
    ids=["other labels", "ended", "being deleted", "managed by another"],
)
def test_other_pods_are_left_alone(stray):
    assert CONTROLLER.reconcile(world(replica_set(0, status=reported(0, 0, 0, 0)), stray), KEY) == []


def test_a_pod_whose_labels_match_no_longer_is_released_and_replaced():
    view = world(replica_set(1), pod("a", labels=FrozenMap({"app": "debug"})))
    (release,) = CONTROLLER.reconcile(view, KEY)
    assert release.object.metadata.owner_references == ()
    assert release.reason == "Released"
    status, create = CONTROLLER.reconcile(world(replica_set(1), release.object), KEY)
    assert status.object.status.replicas == 0
    assert isinstance(create, Create)


def test_surplus_pods_are_deleted_the_event_names_them():
    view = world(replica_set(1), pod("a", since=START - 1000), pod("b", since=START - 1))
    _, delete = CONTROLLER.reconcile(view, KEY)
    assert delete == Delete(
        target=ObjectKey("Pod", "shop", "b"),
        uid="uid-b",
        reason="SuccessfulDelete",
        message="replicaset-controller deleted Pod b of ReplicaSet web: 2 existed, 1 wanted; "
        "this one goes first: it has been ready for a shorter time.",
        events=(EventNote(KEY, "SuccessfulDelete", "Deleted pod: b"),),
    )


COST = "controller.kubernetes.io/pod-deletion-cost"


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        (pod("z", node=""), pod("a", ready=False), "it is not bound to a node yet"),
        (pod("z", phase="Pending"), pod("a", ready=False), "it is Pending"),
        (pod("z", phase="Unknown"), pod("a", ready=False), "it is Unknown"),
        (pod("z", ready=False), pod("a"), "it is not ready"),
        (pod("z", annotations=FrozenMap({COST: "-5"})), pod("a", since=START - 1), "its pod-deletion-cost is -5"),
        (pod("z", since=START - 1), pod("a"), "it has been ready for a shorter time"),
        (pod("z", created=START - 1), pod("a"), "it is younger"),
        (pod("a", since=START - 101), pod("z"), "it has been ready for a shorter time"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_pod_whose_loss_hurts_least_goes_first(first, second, why):
    for order in ((first, second), (second, first)):
        requests = CONTROLLER.reconcile(world(replica_set(1), *order), KEY)
        assert deleted_names(requests) == [first.metadata.name]
        assert requests[-1].message.endswith(f"goes first: {why}.")


def test_a_cost_with_a_plus_sign_or_leading_zeros_does_not_count():
    for text in ("+9", "007", "", "nine", "99999999999"):
        view = world(replica_set(1), pod("a", annotations=FrozenMap({COST: text})), pod("b", since=START - 1))
        assert deleted_names(CONTROLLER.reconcile(view, KEY)) == ["b"]


def test_the_pod_that_shares_its_node_with_siblings_goes_first():
    old = replica_set(2, name="web-old", owner="shop")
    new = replica_set(1, name="web", owner="shop", status=reported(2, 2, 2, 2))
    view = world(
        old, new, pod("a", node="n1", since=START - 1), pod("b", node="n2"), pod("o", owner="web-old", node="n2")
    )
    (delete,) = CONTROLLER.reconcile(view, KEY)
    assert delete.target.name == "b"
    assert "2 Pods of its Deployment are on its node" in delete.message


def test_ready_is_not_available_before_min_ready_seconds_have_passed():
    rs = replica_set(2, min_ready_seconds=10)
    view = world(rs, pod("a", since=START - 4), pod("b", since=START - 10))
    status, later = CONTROLLER.reconcile(view, KEY)
    assert status.object.status == reported(2, 2, 2, 1)
    assert later == Requeue(at=(START + 6) * SECOND)
    done = CONTROLLER.reconcile(world(rs, pod("a", since=START - 4), pod("b"), now=later.at), KEY)
    assert [r.object.status.available_replicas for r in done] == [2]


def test_a_refused_creation_becomes_an_event_and_a_condition_and_goes_when_all_is_well():
    view = world(replica_set(2))
    create = CONTROLLER.reconcile(view, KEY)[1]
    error = StatusError(403, "Forbidden", 'pods "web-x" is forbidden: exceeded quota: small')
    record, status = CONTROLLER.refused(view, KEY, create, error)
    note = EventNote(KEY, "FailedCreate", f"Error creating: {error.message}", type="Warning")
    assert isinstance(record, Record)
    assert record.events == (note,)
    (condition,) = status.object.status.conditions
    assert condition == ReplicaSetCondition(
        type="ReplicaFailure",
        status="True",
        last_transition_time=Time(START),
        reason="FailedCreate",
        message=error.message,
    )
    failed = attrs.evolve(reported(0, 0, 0, 0), conditions=(condition,))
    again = world(replica_set(2, status=failed))
    assert [type(r) for r in CONTROLLER.refused(again, KEY, create, error)] == [Record]
    assert [type(r) for r in CONTROLLER.reconcile(again, KEY)] == [Create, Create]
    well = world(replica_set(2, status=failed), pod("a"), pod("b"))
    (update,) = CONTROLLER.reconcile(well, KEY)
    assert update.object.status.conditions == ()


def test_a_namespace_that_is_being_deleted_is_no_failure():
    view = world(replica_set(1))
    create = CONTROLLER.reconcile(view, KEY)[1]
    text = "unable to create new content in namespace shop because it is being terminated"
    assert CONTROLLER.refused(view, KEY, create, StatusError(403, "Forbidden", text)) == []


def test_a_controller_that_sees_an_old_state_is_refused_before_it_creates_pods_twice():
    old = world(replica_set(2))
    snapshot = old.snapshot
    for request in CONTROLLER.reconcile(old, KEY)[:1]:
        snapshot = handle(snapshot, request, NOW).snapshot
    first = CONTROLLER.reconcile(old, KEY)[0]
    with pytest.raises(StatusError, match="the object has been modified"):
        handle(snapshot, first, NOW)


def test_a_pod_wakes_the_replica_sets_it_belongs_or_belonged_to_and_orphans_wake_all_that_match():
    rs, other = replica_set(1), replica_set(1, name="other")
    owned, orphan = pod("a"), pod("a", owner=None)
    view = world(rs, other)
    key, other_key = KEY, ObjectKey("ReplicaSet", "shop", "other")

    def woken(before, after):
        return list(CONTROLLER.enqueue(Change(ObjectKey("Pod", "shop", "a"), before, after, view)))

    assert woken(None, owned) == [key]
    assert woken(owned, None) == [key]
    assert woken(owned, pod("a", owner="other")) == [key, other_key]
    assert woken(None, orphan) == [other_key, key]
    assert woken(orphan, None) == []
    assert woken(owned, orphan) == [key, other_key, key]


def test_what_no_replica_set_looks_at_wakes_none():
    view = world(replica_set(1))
    before = pod("a", node="", ready=False)
    bound = attrs.evolve(before, spec=PodSpec(node_name="n1"))
    change = Change(ObjectKey("Pod", "shop", "a"), before, bound, view)
    assert list(CONTROLLER.enqueue(change)) == []
    ready = Change(ObjectKey("Pod", "shop", "a"), bound, pod("a"), view)
    assert list(CONTROLLER.enqueue(ready)) == [KEY]
