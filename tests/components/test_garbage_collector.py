"""garbage collector: which objects go when their owners do, and in which order."""

import pytest

from kubelab.api.apps import ReplicaSet
from kubelab.api.core.config import ConfigMap
from kubelab.api.core.node import Node
from kubelab.api.core.pod import Pod
from kubelab.api.meta import ObjectMeta, OwnerReference
from kubelab.api.scalars import Time
from kubelab.components.garbage_collector import GarbageCollector
from kubelab.state import store
from kubelab.state.requests import Delete, Update
from kubelab.state.snapshot import Change, Snapshot, View, key_of

CONTROLLER = GarbageCollector()
THEN = Time(1_767_225_600)


def view(*objects):
    snapshot = Snapshot()
    for obj in objects:
        snapshot, _ = store.put(snapshot, obj)
    return View(snapshot, THEN * 1_000_000)


def owned_by(*owners, block=True, uids=()):
    return tuple(
        OwnerReference(
            api_version=owner.api_version,
            kind=owner.kind,
            name=owner.metadata.name,
            uid=uid or owner.metadata.uid,
            controller=number == 0,
            block_owner_deletion=block,
        )
        for number, (owner, uid) in enumerate(zip(owners, uids or [""] * len(owners), strict=True))
    )


def meta(name, owners=(), finalizers=(), deleted=False):
    return ObjectMeta(
        name=name,
        namespace="shop",
        uid=f"uid-{name}",
        owner_references=owners,
        finalizers=finalizers,
        deletion_timestamp=THEN if deleted else None,
    )


def replica_set(name="rs", **more):
    return ReplicaSet(metadata=meta(name, **more))


def pod(name="p", **more):
    return Pod(metadata=meta(name, **more))


def config(name="c", **more):
    return ConfigMap(metadata=meta(name, **more))


def reconcile(obj, *others):
    return list(CONTROLLER.reconcile(view(*others, obj), key_of(obj)))


# Background: the owner is gone


def test_a_dependent_of_a_vanished_owner_is_deleted_in_the_background():
    orphan = pod(owners=owned_by(replica_set()))
    (delete,) = reconcile(orphan)
    assert isinstance(delete, Delete)
    assert (delete.target, delete.uid, delete.propagation) == (key_of(orphan), "uid-p", "Background")
    assert delete.resource_version == "1"
    assert delete.message == "garbage-collector-controller deleted Pod shop/p: its owner ReplicaSet rs is gone."


def test_a_living_owner_keeps_it():
    assert reconcile(pod(owners=owned_by(replica_set())), replica_set()) == []


def test_an_owner_of_the_same_name_but_another_uid_is_a_stranger():
    dependent = pod(owners=owned_by(replica_set(), uids=["uid-of-an-older-one"]))
    (delete,) = reconcile(dependent, replica_set())
    assert isinstance(delete, Delete)


def test_an_object_without_owners_stays():
    assert reconcile(pod()) == []


def test_an_object_that_is_being_deleted_already_is_left_alone():
    assert reconcile(pod(owners=owned_by(replica_set()), deleted=True)) == []


@pytest.mark.parametrize(("finalizer", "policy"), [("orphan", "Orphan"), ("foregroundDeletion", "Foreground")])
def test_how_it_is_deleted_follows_from_the_finalizers_it_has(finalizer, policy):
    (delete,) = reconcile(pod(owners=owned_by(replica_set()), finalizers=(finalizer,)))
    assert delete.propagation == policy


def test_of_several_owners_only_those_that_are_gone_are_taken_out():
    alive, gone = config("alive"), config("gone")
    (update,) = reconcile(pod(owners=owned_by(gone, alive)), alive)
    assert isinstance(update, Update)
    assert [r.name for r in update.object.metadata.owner_references] == ["alive"]
    assert update.message == "garbage-collector-controller removed from Pod shop/p the reference to ConfigMap gone."


def test_a_cluster_wide_owner_counts_in_every_namespace():
    node = Node(metadata=ObjectMeta(name="worker-1", uid="uid-worker-1"))
    dependent = config(owners=owned_by(node))
    assert reconcile(dependent, node) == []
    assert [type(r) for r in reconcile(dependent)] == [Delete]


def test_a_cluster_wide_object_cannot_belong_to_a_namespaced_one():
    node = Node(metadata=ObjectMeta(name="worker-1", uid="uid-w", owner_references=owned_by(config())))
    assert reconcile(node) == []


def test_references_to_kinds_that_nobody_knows_are_left_alone():
    unknown = OwnerReference(api_version="example.com/v1", kind="Widget", name="w", uid="uid-w")
    assert reconcile(pod(owners=(unknown,))) == []
    assert reconcile(pod(owners=(unknown, *owned_by(config())))) == []


# Foreground: the owner waits for its dependents


def waiting(name="rs", **more):
    return replica_set(name, deleted=True, finalizers=("foregroundDeletion",), **more)


def test_the_dependents_of_an_owner_that_waits_are_deleted():
    (delete,) = reconcile(pod(owners=owned_by(replica_set())), waiting())
    assert (delete.target.name, delete.propagation) == ("p", "Background")
    assert "is being deleted and waits for it" in delete.message


def test_one_with_dependents_of_its_own_is_deleted_in_the_foreground():
    middle = replica_set("middle", owners=owned_by(replica_set("top")))
    below = pod(owners=owned_by(middle))
    (delete,) = reconcile(middle, waiting("top"), below)
    assert (delete.target.name, delete.propagation) == ("middle", "Foreground")


def test_a_circle_of_owners_that_wait_is_broken():
    middle = replica_set("middle", owners=owned_by(replica_set("top")))
    below = waiting("below", owners=owned_by(middle))
    unblock, delete = reconcile(middle, waiting("top"), below)
    assert isinstance(unblock, Update)
    assert [r.block_owner_deletion for r in unblock.object.metadata.owner_references] == [False]
    assert (delete.propagation, delete.resource_version) == ("Foreground", "")


def test_an_owner_that_lives_on_saves_it_from_one_that_waits():
    alive = config("alive")
    (update,) = reconcile(pod(owners=owned_by(replica_set(), alive)), waiting(), alive)
    assert [r.name for r in update.object.metadata.owner_references] == ["alive"]


def test_the_owner_goes_when_no_dependent_blocks_it():
    owner = waiting()
    assert reconcile(owner, pod(owners=owned_by(owner))) == []
    for left in ([], [pod(owners=owned_by(owner, block=False))]):
        (update,) = reconcile(owner, *left)
        assert isinstance(update, Update)
        assert update.object.metadata.finalizers == ()


# Orphan: the dependents stay behind


def test_dependents_lose_their_reference_before_the_owner_goes():
    owner = replica_set(deleted=True, finalizers=("example.com/x", "orphan"))
    first, second = pod("p", owners=owned_by(owner)), pod("q", owners=owned_by(owner, config()))
    *released, last = reconcile(owner, first, second, config())
    assert [(r.object.metadata.name, [o.name for o in r.object.metadata.owner_references]) for r in released] == [
        ("p", []),
        ("q", ["c"]),
    ]
    assert last.object.metadata.finalizers == ("example.com/x",)


# Who is woken


def woken(before, after, *others):
    key = key_of(before or after)
    seen = view(*others, *([after] if after is not None else []))
    return sorted(CONTROLLER.enqueue(Change(key, before, after, seen)))


def test_a_vanished_owner_wakes_its_dependents():
    dependents = [pod(name, owners=owned_by(replica_set())) for name in ("p", "q")]
    assert woken(replica_set(), None, *dependents) == [key_of(d) for d in dependents]


def test_an_object_wakes_it_only_when_an_owner_is_not_there():
    dependent = pod(owners=owned_by(replica_set()))
    assert woken(None, dependent, replica_set()) == []
    assert woken(None, dependent) == [key_of(dependent)]
    assert woken(None, dependent, waiting()) == [key_of(dependent)]
    assert woken(None, pod()) == []


def test_an_owner_that_begins_to_wait_wakes_its_dependents_and_itself():
    dependent = pod(owners=owned_by(replica_set()))
    assert woken(replica_set(), waiting(), dependent) == sorted([key_of(dependent), key_of(replica_set())])
    orphaning = replica_set(deleted=True, finalizers=("orphan",))
    assert woken(replica_set(), orphaning, dependent) == [key_of(replica_set())]


def test_the_last_dependent_to_go_wakes_the_owner_that_waits():
    first, second = (pod(name, owners=owned_by(replica_set())) for name in ("p", "q"))
    assert woken(first, None, waiting(), second) == []
    assert woken(second, None, waiting()) == [key_of(replica_set())]
    assert woken(second, pod("q"), waiting()) == [key_of(replica_set())]
    assert woken(second, None, replica_set()) == []
