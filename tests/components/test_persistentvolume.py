"""persistent volume controller: which claim gets which volume, write by write, and what becomes of volumes."""

import attrs
import pytest

from kubelab.api.core.pod import Pod, PodSpec
from kubelab.api.core.pod_status import PodStatus
from kubelab.api.core.reference import ObjectReference
from kubelab.api.core.storage import (
    PersistentVolume,
    PersistentVolumeClaim,
    PersistentVolumeClaimStatus,
    PersistentVolumeSpec,
    PersistentVolumeStatus,
)
from kubelab.api.core.volume import PersistentVolumeClaimVolumeSource, Volume
from kubelab.api.core.volume_claim import PersistentVolumeClaimSpec, VolumeResourceRequirements
from kubelab.api.meta import LabelSelector, ObjectMeta
from kubelab.api.model import evolve
from kubelab.api.scalars import FrozenMap, Quantity, Time
from kubelab.api.storage import StorageClass
from kubelab.components.persistentvolume import PersistentVolumeController
from kubelab.state import store
from kubelab.state.requests import EventNote, Record, Requeue
from kubelab.state.snapshot import Change, ObjectKey, Snapshot, View, key_of

NOW = 1_767_225_600_000_000
CONTROLLER = PersistentVolumeController()
CLAIM = ObjectKey("PersistentVolumeClaim", "shop", "data")
BOUND = {"pv.kubernetes.io/bind-completed": "yes", "pv.kubernetes.io/bound-by-controller": "yes"}


def view(*objects):
    snapshot = Snapshot()
    for obj in objects:
        snapshot, _ = store.put(snapshot, obj)
    return View(snapshot, NOW)


def claim(
    size="1Gi", cls="", modes=("ReadWriteOnce",), volume="", phase="Pending", annotations=(), uid="uid-c", **spec
):
    return PersistentVolumeClaim(
        metadata=ObjectMeta(name="data", namespace="shop", uid=uid, annotations=FrozenMap(dict(annotations))),
        spec=PersistentVolumeClaimSpec(
            access_modes=modes,
            resources=VolumeResourceRequirements(requests=FrozenMap({"storage": Quantity(size)})),
            storage_class_name=cls,
            volume_name=volume,
            **spec,
        ),
        status=PersistentVolumeClaimStatus(phase=phase),
    )


def volume(name="v", size="1Gi", cls="", modes=("ReadWriteOnce",), phase="Available", policy="Retain", **more):
    meta = {k: more.pop(k) for k in ("labels", "annotations", "deletion_timestamp") if k in more}
    return PersistentVolume(
        metadata=ObjectMeta(name=name, uid=f"uid-{name}", **meta),
        spec=PersistentVolumeSpec(
            capacity=FrozenMap({"storage": Quantity(size)}),
            access_modes=modes,
            storage_class_name=cls,
            persistent_volume_reclaim_policy=policy,
            **more,
        ),
        status=PersistentVolumeStatus(phase=phase),
    )


def reference(uid="uid-c", name="data"):
    return ObjectReference(kind="PersistentVolumeClaim", namespace="shop", name=name, uid=uid, api_version="v1")


def storage_class(name="fast", mode="Immediate", provisioner="csi.example.com", default=False):
    annotations = FrozenMap({"storageclass.kubernetes.io/is-default-class": "true"} if default else {})
    return StorageClass(
        metadata=ObjectMeta(name=name, annotations=annotations), provisioner=provisioner, volume_binding_mode=mode
    )


def reconcile(obj, *others):
    return list(CONTROLLER.reconcile(view(*others, obj), key_of(obj)))


def once_told(obj, *others):
    """What is still wanted when the Events that are wanted first have been recorded."""
    seen = view(*others, obj)
    (record,) = CONTROLLER.reconcile(seen, key_of(obj))
    assert isinstance(record, Record)
    snapshot = store.record(seen.snapshot, record.events[0], CONTROLLER.name, NOW)
    return list(CONTROLLER.reconcile(View(snapshot, NOW), key_of(obj)))


def test_a_binding_takes_four_writes_and_then_all_is_quiet():
    seen = view(claim(), volume())
    steps = []
    for _ in range(10):
        wanted = [r for key in (CLAIM, ObjectKey("PersistentVolume", "", "v")) for r in CONTROLLER.reconcile(seen, key)]
        if not wanted:
            break
        steps.append((wanted[0].key.kind, wanted[0].subresource))
        seen = View(store.put(seen.snapshot, wanted[0].object)[0], NOW)
    assert steps == [
        ("PersistentVolume", ""),
        ("PersistentVolume", "status"),
        ("PersistentVolumeClaim", ""),
        ("PersistentVolumeClaim", "status"),
    ]
    bound, used = seen.find(CLAIM), seen.get("PersistentVolume", "", "v")
    assert (bound.spec.volume_name, bound.status.phase) == ("v", "Bound")
    assert bound.metadata.annotations == BOUND
    assert (bound.status.capacity, bound.status.access_modes) == ({"storage": "1Gi"}, ("ReadWriteOnce",))
    assert (used.spec.claim_ref.name, used.spec.claim_ref.uid, used.status.phase) == ("data", "uid-c", "Bound")
    assert used.metadata.annotations == {"pv.kubernetes.io/bound-by-controller": "yes"}


def chosen(a_claim, *volumes):
    (request,) = reconcile(a_claim, *volumes)
    return request.key.name if request.key.kind == "PersistentVolume" else None


def test_the_smallest_volume_that_fits_is_chosen():
    volumes = volume("large", "10Gi"), volume("small", "1Gi"), volume("middle", "5Gi")
    assert chosen(claim("1Gi"), *volumes) == "small"
    assert chosen(claim("2Gi"), *volumes) == "middle"
    assert chosen(claim("20Gi"), *volumes) is None


def test_one_that_offers_no_more_than_is_needed_comes_first():
    shared = volume("shared", "1Gi", modes=("ReadWriteOnce", "ReadWriteMany"))
    assert chosen(claim(), shared, volume("plain", "5Gi")) == "plain"
    assert chosen(claim(modes=("ReadWriteMany",)), shared, volume("plain")) == "shared"


@pytest.mark.parametrize(
    "unfit",
    [
        volume(cls="fast"),
        volume(phase="Released"),
        volume(phase="Pending"),
        volume(volume_mode="Block"),
        volume(modes=("ReadOnlyMany",)),
        volume(deletion_timestamp=Time(1)),
        volume(claim_ref=reference("uid-other", "other")),
        volume(claim_ref=reference("uid-of-an-older-one")),
    ],
)
def test_what_does_not_fit_is_passed_over(unfit):
    assert chosen(claim(), unfit) is None


def test_a_claim_may_choose_by_label():
    selector = LabelSelector(match_labels=FrozenMap({"disk": "ssd"}))
    ssd = volume("ssd", "5Gi", labels=FrozenMap({"disk": "ssd"}))
    assert chosen(claim(selector=selector), volume("a"), ssd) == "ssd"


def test_a_volume_reserved_for_the_claim_comes_first_whatever_its_class():
    reserved = volume("mine", "100Gi", cls="other", claim_ref=reference(uid=""))
    (update,) = reconcile(claim(), volume("small"), reserved)
    assert (update.key.name, update.object.spec.claim_ref.uid) == ("mine", "uid-c")
    assert update.object.metadata.annotations == {}


def test_without_a_class_and_a_volume_it_says_so_once():
    (record,) = reconcile(claim())
    text = "no persistent volumes available for this claim and no storage class is set"
    assert record.events == (EventNote(CLAIM, "FailedBinding", text),)
    assert once_told(claim()) == []


def test_the_provisioner_is_asked_and_told_about():
    (update,) = reconcile(claim(cls="fast"), storage_class())
    assert update.object.metadata.annotations == {
        "volume.beta.kubernetes.io/storage-provisioner": "csi.example.com",
        "volume.kubernetes.io/storage-provisioner": "csi.example.com",
    }
    (note,) = update.events
    assert note.reason == "ExternalProvisioning"
    assert note.message == (
        "Waiting for a volume to be created either by the external provisioner 'csi.example.com' or manually by the "
        "system administrator. If volume creation is delayed, please verify that the provisioner is running and "
        "correctly registered."
    )
    assert reconcile(update.object, storage_class()) == []


@pytest.mark.parametrize(
    ("classes", "text"),
    [
        ([], 'storageclass.storage.k8s.io "fast" not found'),
        (
            [storage_class(provisioner="kubernetes.io/no-provisioner")],
            "no volume plugin matched name: kubernetes.io/no-provisioner",
        ),
    ],
)
def test_what_cannot_be_provisioned_is_told_once(classes, text):
    (record,) = reconcile(claim(cls="fast"), *classes)
    assert record.events == (EventNote(CLAIM, "ProvisioningFailed", text, type="Warning"),)
    assert once_told(claim(cls="fast"), *classes) == []


def test_a_claim_of_before_there_was_a_default_class_gets_it():
    (update,) = reconcile(claim(cls=None), storage_class("slow"), storage_class("fast", default=True))
    assert update.object.spec.storage_class_name == "fast"
    assert reconcile(claim(cls=""), storage_class(default=True))[0].reason == "FailedBinding"


def test_a_claim_may_wait_for_its_first_consumer():
    waits = storage_class(mode="WaitForFirstConsumer")
    (record,) = reconcile(claim(cls="fast"), waits, volume(cls="fast"))
    text = "waiting for first consumer to be created before binding"
    assert record.events == (EventNote(CLAIM, "WaitForFirstConsumer", text),)
    mounts = Volume(name="d", persistent_volume_claim=PersistentVolumeClaimVolumeSource(claim_name="data"))
    pod = Pod(
        metadata=ObjectMeta(name="p", namespace="shop"),
        spec=PodSpec(volumes=(mounts,)),
        status=PodStatus(phase="Pending"),
    )
    (record,) = reconcile(claim(cls="fast"), waits, pod)
    assert record.events == (EventNote(CLAIM, "WaitForPodScheduled", "waiting for pod p to be scheduled"),)
    selected = claim(cls="fast", annotations={"volume.kubernetes.io/selected-node": "a"})
    assert reconcile(selected, waits, pod)[0].reason == "ExternalProvisioning"


def test_a_claim_may_ask_for_a_volume_by_name():
    assert reconcile(claim(volume="v")) == []
    assert reconcile(claim(volume="v"), volume())[0].key.name == "v"
    (record,) = reconcile(claim("2Gi", volume="v"), volume())
    text = 'Cannot bind to requested volume "v": requested PV is too small'
    assert record.events == (EventNote(CLAIM, "VolumeMismatch", text, type="Warning"),)
    (record,) = reconcile(claim(volume="v"), volume(claim_ref=reference("x", "other")))
    text = 'volume "v" already bound to a different claim.'
    assert record.events == (EventNote(CLAIM, "FailedBinding", text, type="Warning"),)


@pytest.mark.parametrize(
    ("name", "others", "reason"),
    [
        ("", [], "ClaimLost"),
        ("v", [], "ClaimLost"),
        ("v", [volume(claim_ref=reference("uid-other", "other"))], "ClaimMisbound"),
    ],
)
def test_a_bound_claim_can_be_lost(name, others, reason):
    bound = claim(volume=name, phase="Bound", annotations=BOUND)
    (update,) = reconcile(bound, *others)
    assert (update.subresource, update.object.status.phase) == ("status", "Lost")
    assert [(n.reason, n.type) for n in update.events] == [(reason, "Warning")]
    assert reconcile(update.object, *others) == []


# Volumes


def phase_of(a_volume, *others):
    (update,) = reconcile(a_volume, *others)
    assert update.subresource == "status"
    assert update.object.status.last_phase_transition_time == NOW // 1_000_000
    return update.object.status.phase


def test_a_new_volume_becomes_available():
    assert phase_of(volume(phase="Pending")) == "Available"
    assert phase_of(volume(phase="Pending", claim_ref=reference(uid=""))) == "Available"


@pytest.mark.parametrize("others", [[], [claim(uid="uid-newer")]])
def test_a_volume_whose_claim_is_gone_is_released(others):
    assert phase_of(volume(phase="Bound", claim_ref=reference()), *others) == "Released"


def test_what_becomes_of_a_released_volume_is_its_policy():
    released = {"phase": "Released", "claim_ref": reference()}
    assert reconcile(volume(policy="Retain", **released)) == []
    made = FrozenMap({"pv.kubernetes.io/provisioned-by": "csi.example.com"})
    assert reconcile(volume(policy="Delete", annotations=made, **released)) == []
    (update,) = reconcile(volume(policy="Delete", **released))
    text = 'error getting deleter volume plugin for volume "v": no deletable volume plugin matched'
    assert (update.object.status.phase, update.object.status.message) == ("Failed", text)
    assert [(n.reason, n.message, n.type) for n in update.events] == [("VolumeFailedDelete", text, "Warning")]
    assert reconcile(update.object) == []
    (update,) = reconcile(volume(policy="Recycle", **released))
    assert update.events[0].message == "No recycler plugin found for the volume!"


def test_a_reservation_whose_claim_went_elsewhere_is_taken_back():
    elsewhere = claim(volume="w", phase="Bound", annotations=BOUND)
    own = FrozenMap({"pv.kubernetes.io/bound-by-controller": "yes"})
    (update,) = reconcile(volume(claim_ref=reference(), annotations=own), elsewhere)
    assert (update.object.spec.claim_ref, update.object.metadata.annotations) == (None, {})
    (update,) = reconcile(volume(claim_ref=reference()), elsewhere)
    assert (update.object.spec.claim_ref.name, update.object.spec.claim_ref.uid) == ("data", "")


# Who is woken


def woken(before, after, *others):
    key = key_of(before or after)
    seen = view(*others, *([after] if after is not None else []))
    return [str(k) for k in CONTROLLER.enqueue(Change(key, before, after, seen))]


def test_who_is_woken():
    pending, free = claim(cls="fast"), volume(cls="fast")
    reserved = volume(cls="fast", claim_ref=reference())
    assert woken(None, free, pending) == ["PersistentVolume v", str(CLAIM)]
    assert woken(free, evolve(free, metadata=attrs.evolve(free.metadata, labels=FrozenMap({"a": "b"}))), pending) == [
        "PersistentVolume v"
    ]
    assert woken(reserved, None, pending) == [str(CLAIM)]
    assert woken(pending, None, reserved) == ["PersistentVolume v"]
    assert woken(None, storage_class(), pending, volume()) == [str(CLAIM)]


def test_with_a_resync_period_a_claim_looks_for_a_volume_that_came_later_at_the_next_round():
    rounds = PersistentVolumeController(resync_period=15)
    waiting, came = claim(), volume()
    made = evolve(waiting, metadata=evolve(waiting.metadata, creation_timestamp=Time(NOW // 1_000_000 - 40)))
    seen = view(made, came)
    change = Change(key_of(came), None, came, seen)
    assert CLAIM in CONTROLLER.enqueue(change)
    assert CLAIM not in rounds.enqueue(change)
    told = view(made).snapshot
    text = "no persistent volumes available for this claim and no storage class is set"
    told = store.record(told, EventNote(CLAIM, "FailedBinding", text), rounds.name, NOW)
    assert list(rounds.reconcile(View(told, NOW), CLAIM)) == [Requeue(at=NOW + 5_000_000, recurring=True)]
    assert list(CONTROLLER.reconcile(View(told, NOW), CLAIM)) == []


def test_with_a_resync_period_a_claim_that_was_just_told_of_is_looked_at_again():
    told, again = PersistentVolumeController(15).reconcile(view(claim()), CLAIM)
    assert (told.reason, type(again), again.recurring) == ("FailedBinding", Requeue, True)
