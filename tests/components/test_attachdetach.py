"""Disks of a cloud: made, attached to the machine where a Pod needs them, detached, and who waits for whom."""

import pytest

from kubelab import Cluster
from kubelab.components.attachdetach import AttachDetachController
from kubelab.components.csi_attacher import FINALIZER, CsiAttacher
from kubelab.errors import StatusError
from kubelab.state.cloud_disks import AttachDisk, DeleteDisk
from kubelab.state.requests import Create, Delete, Record, Requeue
from kubelab.state.snapshot import SECOND, ObjectKey

CONTROLLER = AttachDetachController()
CLAIM = "cluster { node worker-[1..2] ; cloud }\npvc data 5Gi"
ONE = "pod one nginx { nodeName worker-1 ; mount pvc data at /data }"
TWO = "pod two nginx { nodeName worker-2 ; mount pvc data at /data }"


def cluster_of(*texts):
    cluster = Cluster()
    cluster.apply("\n".join(texts))
    cluster.run()
    return cluster


def volume(cluster):
    (found,) = cluster.view.keys("PersistentVolume")
    return found


def disk(cluster):
    return cluster.view.snapshot.cloud.disks.get(volume(cluster).name)


def attached(cluster):
    """The nodes to which the volume is attached, as the API server has it."""
    return [each.spec.node_name for each in cluster.view.list("VolumeAttachment") if each.status.attached]


def events(cluster, pod):
    held = cluster.view.events(ObjectKey("Pod", "default", pod))
    return [(each.reason, each.message) for each in held if "AttachVolume" in each.reason]


def running(cluster, pod):
    return cluster.view.get("Pod", "default", pod).status.phase == "Running"


def test_a_disk_is_made_after_a_while_and_attached_before_the_pod_starts():
    cluster = cluster_of(CLAIM, ONE)
    made = disk(cluster)
    assert (made.size, made.ready_at - made.asked_at) == ("5Gi", 3 * SECOND)
    assert attached(cluster) == list(made.machines) == ["worker-1"]
    name = volume(cluster).name
    assert events(cluster, "one") == [("SuccessfulAttachVolume", f'AttachVolume.Attach succeeded for volume "{name}" ')]
    reasons = [t.reason for t in cluster.timeline.transitions]
    order = ["Provisioning", "ProvisioningSucceeded", "AttachVolume", "VolumeAttaching", "VolumeAttached", "Started"]
    assert [reason for reason in reasons if reason in order] == order
    assert running(cluster, "one")
    assert CONTROLLER.reconcile(cluster.view, volume(cluster)) == ()


def test_without_a_cloud_nothing_is_attached():
    cluster = cluster_of(CLAIM.replace(" ; cloud", ""), ONE)
    assert running(cluster, "one")
    assert cluster.view.list("VolumeAttachment") == []


def test_another_node_has_to_wait_until_the_first_has_given_the_volume_back():
    cluster = cluster_of(CLAIM, ONE)
    cluster.apply(TWO)
    cluster.run()
    name = volume(cluster).name
    said = f'Multi-Attach error for volume "{name}" Volume is already used by pod(s) one'
    assert events(cluster, "two") == [("FailedAttachVolume", said)]
    assert not running(cluster, "two")
    cluster.delete("pod/one")
    cluster.run()
    assert attached(cluster) == ["worker-2"]
    assert running(cluster, "two")


def test_a_volume_for_many_is_attached_to_many():
    cluster = cluster_of(CLAIM.replace("5Gi", "5Gi RWX"), ONE, TWO)
    assert sorted(attached(cluster)) == sorted(disk(cluster).machines) == ["worker-1", "worker-2"]
    assert running(cluster, "one")
    assert running(cluster, "two")


def test_a_second_pod_on_the_same_node_uses_the_same_attachment():
    cluster = cluster_of(CLAIM, ONE, TWO.replace("worker-2", "worker-1"))
    assert attached(cluster) == ["worker-1"]
    assert running(cluster, "two")


def test_a_pod_that_has_ended_needs_its_volume_no_longer():
    cluster = cluster_of(CLAIM, ONE.replace("mount", "restart Never ; exits after 5s ; mount"))
    assert cluster.view.get("Pod", "default", "one").status.phase == "Succeeded"
    assert attached(cluster) == []
    assert disk(cluster).machines == {}


def test_the_disk_goes_with_its_claim():
    cluster = cluster_of(CLAIM, ONE)
    cluster.delete("pod/one")
    cluster.delete("pvc/data")
    cluster.run()
    assert cluster.view.keys("PersistentVolume") == []
    assert len(cluster.view.snapshot.cloud.disks) == 0
    assert cluster.view.list("VolumeAttachment") == []


def dead(cluster):
    """The machine dies, the Pod is evicted from it, and deleted by force: nobody can say that it unmounted anything."""
    cluster.apply(TWO)
    cluster.kill("worker-1")
    cluster.run(for_="7m")
    assert attached(cluster) == ["worker-1"], "as long as the Pod is there, it might use the volume"
    cluster.delete("pod/one", grace_seconds=0)


def test_a_dead_machine_is_waited_for_six_minutes():
    cluster = cluster_of(CLAIM, ONE)
    dead(cluster)
    begun = cluster.now
    cluster.run(for_="359s")
    assert disk(cluster).wanted_back == {"worker-1": begun}
    assert CONTROLLER.reconcile(cluster.view, volume(cluster))[0] == Requeue(at=begun + 360 * SECOND)
    assert attached(cluster) == ["worker-1"]
    cluster.run(for_="1m")
    assert attached(cluster) == ["worker-2"]
    assert running(cluster, "two")
    assert disk(cluster).wanted_back == {}


def test_nobody_waits_for_a_machine_that_is_out_of_service():
    cluster = cluster_of(CLAIM, ONE)
    dead(cluster)
    cluster.apply("cluster { node worker-1 taint node.kubernetes.io/out-of-service=nodeshutdown:NoExecute }")
    cluster.run(for_="10s")
    assert attached(cluster) == ["worker-2"]


def test_a_machine_that_comes_back_gives_its_volume_back():
    cluster = cluster_of(CLAIM, ONE)
    dead(cluster)
    cluster.run(for_="1m")
    cluster.revive("worker-1")
    cluster.run(for_="1m")
    assert attached(cluster) == ["worker-2"]


def test_what_the_controller_asks_for_and_the_attacher_does():
    cluster = cluster_of(CLAIM)
    key = volume(cluster)
    cluster.apply(ONE)
    (create,) = CONTROLLER.reconcile(cluster.view, key)
    assert isinstance(create, Create)
    assert create.object.spec.node_name == "worker-1"
    cluster.run(until="pod one Running")
    (held,) = cluster.view.list("VolumeAttachment")
    assert held.metadata.finalizers == (FINALIZER,)
    assert CsiAttacher().reconcile(cluster.view, ObjectKey("VolumeAttachment", "", held.metadata.name)) == ()
    cluster.apply(TWO)
    (record,) = CONTROLLER.reconcile(cluster.view, key)
    assert isinstance(record, Record)
    cluster.delete("pod/one", grace_seconds=0)
    delete = CONTROLLER.reconcile(cluster.view, key)[0]
    assert isinstance(delete, Delete)


def test_the_cloud_refuses_what_cannot_be():
    cluster = cluster_of(CLAIM, ONE)
    cloud, name = cluster.view.snapshot.cloud, volume(cluster).name
    target = volume(cluster)
    with pytest.raises(StatusError, match="is attached to worker-1"):
        DeleteDisk(target=target, disk=name).apply(cloud, 0)
    with pytest.raises(StatusError, match="is attached to worker-1"):
        AttachDisk(target=target, disk=name, node="worker-2").apply(cloud, 0)
    with pytest.raises(StatusError, match="the cloud has no instance worker-9"):
        AttachDisk(target=target, disk=name, node="worker-9").apply(cloud, 0)
    with pytest.raises(StatusError, match="the cloud has no disk nothing"):
        AttachDisk(target=target, disk="nothing", node="worker-2").apply(cloud, 0)


def test_the_table_and_the_picture_say_where_a_volume_is():
    cluster = cluster_of(CLAIM, ONE)
    row = cluster.get("volumeattachments").splitlines()[1].split()
    assert row[1:5] == ["csi.kubelab", volume(cluster).name, "worker-1", "true"]
    assert "1 volume" in cluster.draw("topology").text
