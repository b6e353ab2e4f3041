"""replication-controller: the same as for ReplicaSets, with a selector that knows only equality."""

import attrs

from kubelab.api.core.pod import Pod, PodSpec, PodTemplateSpec
from kubelab.api.core.pod_status import PodStatus
from kubelab.api.core.replicationcontroller import (
    ReplicationController,
    ReplicationControllerSpec,
    ReplicationControllerStatus,
)
from kubelab.api.meta import ObjectMeta, OwnerReference
from kubelab.api.scalars import FrozenMap
from kubelab.components.replicationcontroller import ReplicationManager
from kubelab.errors import StatusError
from kubelab.state import store
from kubelab.state.requests import Create, Delete, EventNote, Update
from kubelab.state.snapshot import Change, ObjectKey, Snapshot, View

NOW = 1_767_225_600_000_000
KEY = ObjectKey("ReplicationController", "shop", "old")
LABELS = FrozenMap({"app": "old"})
CONTROLLER = ReplicationManager()


def world(*objects):
    snapshot = Snapshot()
    for obj in objects:
        snapshot, _ = store.put(snapshot, obj)
    return View(snapshot, NOW)


def controller(replicas, status=None):
    return ReplicationController(
        metadata=ObjectMeta(name="old", namespace="shop", uid="uid-old", generation=1),
        spec=ReplicationControllerSpec(
            replicas=replicas, selector=LABELS, template=PodTemplateSpec(metadata=ObjectMeta(labels=LABELS))
        ),
        status=status or ReplicationControllerStatus(),
    )


def pod(name, owned=True, labels=LABELS):
    owner = OwnerReference(
        api_version="v1", kind=KEY.kind, name="old", uid="uid-old", controller=True, block_owner_deletion=True
    )
    return Pod(
        metadata=ObjectMeta(
            name=name, namespace="shop", uid=f"uid-{name}", labels=labels, owner_references=(owner,) if owned else ()
        ),
        spec=PodSpec(node_name="n"),
        status=PodStatus(phase="Running"),
    )


def test_missing_pods_are_created_and_point_back_to_the_replication_controller():
    view = world(controller(2), pod("a"))
    status, create = CONTROLLER.reconcile(view, KEY)
    assert status == Update(
        object=attrs.evolve(
            view.find(KEY),
            status=ReplicationControllerStatus(replicas=1, fully_labeled_replicas=1, observed_generation=1),
        ),
        subresource="status",
        reason="StatusUpdate",
        message="replication-controller counted the Pods of ReplicationController old: "
        "1 of 2 wanted exist; 0 ready, 0 available.",
    )
    assert isinstance(create, Create)
    assert create.object.metadata.generate_name == "old-"
    assert create.object.metadata.owner_references == pod("a").metadata.owner_references
    assert create.events == (EventNote(KEY, "SuccessfulCreate", "Created pod: {name}"),)


def test_strays_are_adopted_first_then_surplus_pods_go():
    view = world(controller(1), pod("a"), pod("b", owned=False), pod("c", labels=FrozenMap({"app": "c"}), owned=False))
    (adopt,) = CONTROLLER.reconcile(view, KEY)
    assert adopt.reason == "Adopted"
    assert adopt.object.metadata.name == "b"
    _, delete = CONTROLLER.reconcile(world(controller(1), pod("a"), pod("b")), KEY)
    assert isinstance(delete, Delete)


def test_settled_means_nothing_to_do():
    done = ReplicationControllerStatus(replicas=1, fully_labeled_replicas=1, observed_generation=1)
    assert CONTROLLER.reconcile(world(controller(1, done), pod("a")), KEY) == []
    assert CONTROLLER.reconcile(world(), KEY) == []


def test_a_pod_wakes_its_own_kind_of_owner_only():
    view = world(controller(1))
    change = Change(ObjectKey("Pod", "shop", "a"), None, pod("a"), view)
    assert list(CONTROLLER.enqueue(change)) == [KEY]


def test_a_refused_creation_is_reported():
    view = world(controller(1))
    error = StatusError(403, "Forbidden", "no room")
    record, status = CONTROLLER.refused(view, KEY, CONTROLLER.reconcile(view, KEY)[1], error)
    assert record.events[0].message == "Error creating: no room"
    assert status.object.status.conditions[0].reason == "FailedCreate"
