"""protection controllers: claims and volumes stay while they are in use."""

import pytest

from kubelab.api.core.pod import Pod, PodSpec
from kubelab.api.core.pod_status import PodStatus
from kubelab.api.core.storage import PersistentVolume, PersistentVolumeClaim, PersistentVolumeStatus
from kubelab.api.core.volume import PersistentVolumeClaimVolumeSource, Volume
from kubelab.api.meta import ObjectMeta
from kubelab.api.scalars import Time
from kubelab.components.storage_protection import ClaimProtectionController, VolumeProtectionController
from kubelab.state import store
from kubelab.state.requests import Update
from kubelab.state.snapshot import Change, Snapshot, View, key_of

CLAIMS, VOLUMES = ClaimProtectionController(), VolumeProtectionController()
MINE, OTHER = "kubernetes.io/pvc-protection", "example.com/other"


def view(*objects):
    snapshot = Snapshot()
    for obj in objects:
        snapshot, _ = store.put(snapshot, obj)
    return View(snapshot, 1_767_225_600_000_000)


def claim(deleted=True, finalizers=(MINE, OTHER)):
    return PersistentVolumeClaim(
        metadata=ObjectMeta(
            name="data", namespace="shop", finalizers=finalizers, deletion_timestamp=Time(1) if deleted else None
        )
    )


def pod(on="a", mounts="data", phase="Running"):
    source = PersistentVolumeClaimVolumeSource(claim_name=mounts)
    return Pod(
        metadata=ObjectMeta(name="p", namespace="shop"),
        spec=PodSpec(node_name=on, volumes=(Volume(name="d", persistent_volume_claim=source),)),
        status=PodStatus(phase=phase),
    )


def volume(phase, deleted=True, finalizers=("kubernetes.io/pv-protection",)):
    return PersistentVolume(
        metadata=ObjectMeta(name="v", finalizers=finalizers, deletion_timestamp=Time(1) if deleted else None),
        status=PersistentVolumeStatus(phase=phase),
    )


def finalizers_after(controller, obj, *others):
    wanted = list(controller.reconcile(view(*others, obj), key_of(obj)))
    if not wanted:
        return None
    (update,) = wanted
    assert isinstance(update, Update) and update.reason and update.message
    assert list(controller.reconcile(view(*others, update.object), key_of(obj))) == []
    return update.object.metadata.finalizers


@pytest.mark.parametrize("user", [pod(), pod(phase="Succeeded")])
def test_a_claim_stays_while_a_pod_on_a_node_mounts_it(user):
    assert finalizers_after(CLAIMS, claim(), user) is None


@pytest.mark.parametrize("others", [[], [pod(on="")], [pod(mounts="other")]])
def test_otherwise_it_may_go(others):
    assert finalizers_after(CLAIMS, claim(), *others) == (OTHER,)


def test_a_volume_stays_while_it_is_bound():
    assert finalizers_after(VOLUMES, volume("Bound")) is None
    assert finalizers_after(VOLUMES, volume("Released")) == ()


def test_what_lives_is_protected():
    assert finalizers_after(CLAIMS, claim(deleted=False, finalizers=())) == (MINE,)
    assert finalizers_after(CLAIMS, claim(deleted=False)) is None
    assert finalizers_after(VOLUMES, volume("Available", False, ())) == ("kubernetes.io/pv-protection",)


def test_a_pod_that_is_gone_wakes_its_claims():
    assert list(CLAIMS.enqueue(Change(key_of(pod()), pod(), None, view()))) == [key_of(claim())]
    assert list(CLAIMS.enqueue(Change(key_of(pod()), None, pod(), view()))) == []
    assert list(CLAIMS.enqueue(Change(key_of(claim()), None, claim(), view()))) == [key_of(claim())]
    assert list(VOLUMES.enqueue(Change(key_of(volume("Bound")), volume("Bound"), None, view()))) == []
