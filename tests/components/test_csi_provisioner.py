"""CSI provisioner: volumes made for claims, and deleted after them."""

import pytest

from kubelab.api.core.storage import (
    PersistentVolume,
    PersistentVolumeClaim,
    PersistentVolumeSpec,
    PersistentVolumeStatus,
)
from kubelab.api.core.volume_claim import PersistentVolumeClaimSpec, VolumeResourceRequirements
from kubelab.api.meta import ObjectMeta
from kubelab.api.scalars import FrozenMap, Quantity, Time
from kubelab.api.storage import StorageClass
from kubelab.components.csi_provisioner import CsiProvisioner
from kubelab.state import store
from kubelab.state.bootstrap import PROVISIONER
from kubelab.state.requests import Create, Delete, EventNote
from kubelab.state.snapshot import Change, Snapshot, View, key_of

CONTROLLER = CsiProvisioner()
CLASS = StorageClass(metadata=ObjectMeta(name="standard"), provisioner=PROVISIONER, reclaim_policy="Retain")


def view(*objects):
    snapshot = Snapshot()
    for obj in objects:
        snapshot, _ = store.put(snapshot, obj)
    return View(snapshot, 1_767_225_600_000_000)


def claim(asked=PROVISIONER, volume="", deleted=False):
    return PersistentVolumeClaim(
        metadata=ObjectMeta(
            name="data",
            namespace="shop",
            uid="4711",
            annotations=FrozenMap({"volume.kubernetes.io/storage-provisioner": asked}),
            deletion_timestamp=Time(1) if deleted else None,
        ),
        spec=PersistentVolumeClaimSpec(
            access_modes=("ReadWriteOnce",),
            resources=VolumeResourceRequirements(requests=FrozenMap({"storage": Quantity("20Gi")})),
            storage_class_name="standard",
            volume_name=volume,
        ),
    )


def volume(phase="Released", policy="Delete", by=PROVISIONER, deleted=False):
    return PersistentVolume(
        metadata=ObjectMeta(
            name="pvc-4711",
            uid="uid-v",
            annotations=FrozenMap({"pv.kubernetes.io/provisioned-by": by}),
            deletion_timestamp=Time(1) if deleted else None,
        ),
        spec=PersistentVolumeSpec(persistent_volume_reclaim_policy=policy),
        status=PersistentVolumeStatus(phase=phase),
    )


def reconcile(obj, *others):
    return list(CONTROLLER.reconcile(view(CLASS, *others, obj), key_of(obj)))


def test_a_claim_gets_a_volume_as_it_asks_for():
    (create,) = reconcile(claim())
    assert isinstance(create, Create)
    made = create.object
    assert made.metadata.name == "pvc-4711"
    assert made.metadata.annotations == {"pv.kubernetes.io/provisioned-by": PROVISIONER}
    assert made.spec.capacity == {"storage": "20Gi"}
    assert made.spec.access_modes == ("ReadWriteOnce",)
    assert (made.spec.storage_class_name, made.spec.persistent_volume_reclaim_policy) == ("standard", "Retain")
    assert (made.spec.claim_ref.namespace, made.spec.claim_ref.name, made.spec.claim_ref.uid) == (
        "shop",
        "data",
        "4711",
    )
    assert (made.spec.csi.driver, made.spec.csi.volume_handle) == (PROVISIONER, "pvc-4711")
    key = key_of(claim())
    begun = 'External provisioner is provisioning volume for claim "shop/data"'
    assert create.events == (
        EventNote(key, "Provisioning", begun, component=PROVISIONER),
        EventNote(key, "ProvisioningSucceeded", "Successfully provisioned volume pvc-4711", component=PROVISIONER),
    )


def test_one_volume_is_enough():
    assert reconcile(claim(), volume(phase="Bound")) == []
    assert reconcile(claim(volume="other")) == []
    assert reconcile(claim(deleted=True)) == []
    assert list(CONTROLLER.reconcile(view(claim()), key_of(claim()))) == []


def test_a_released_volume_is_deleted():
    (delete,) = reconcile(volume())
    assert isinstance(delete, Delete) and (delete.target.name, delete.uid) == ("pvc-4711", "uid-v")


@pytest.mark.parametrize("kept", [volume("Bound"), volume("Available"), volume(policy="Retain"), volume(deleted=True)])
def test_any_other_is_kept(kept):
    assert reconcile(kept) == []


def test_only_its_own_claims_and_volumes_wake_it():
    def woken(obj):
        return list(CONTROLLER.enqueue(Change(key_of(obj), None, obj, view(obj))))

    assert woken(claim()) == [key_of(claim())]
    assert woken(claim("other.example.com")) == []
    assert woken(volume()) == [key_of(volume())]
    assert woken(volume(by="other.example.com")) == []
