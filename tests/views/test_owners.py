"""The owners: a line for every ownerReference, also where an object has changed hands."""

from kubelab import Cluster
from kubelab.kubectl import run
from kubelab.views import film, frame
from tests.views.test_topology import crosses


def inherited(pods: int) -> Cluster:
    """Pods that were left behind by one ReplicaSet, and adopted by another."""
    cluster = Cluster()
    cluster.apply(f"replicationcontroller old x2 nginx:1.27\nreplicaset web x{pods} nginx:1.27")
    cluster.run()
    run(cluster, "delete replicaset web --cascade=orphan")
    cluster.run()
    cluster.apply(f"replicaset heir x{pods} where app in (web) nginx:1.27")
    cluster.run()
    return cluster


def test_an_adopted_pod_keeps_its_place_and_has_a_line_to_its_new_owner() -> None:
    cluster = inherited(3)
    shown = film(cluster.timeline, "owners")
    pods = [pod.metadata.name for pod in cluster.view.list("Pod") if pod.metadata.name.startswith("web-")]
    lines = {f"ReplicaSet/default/{{}}--Pod/default/{name}" for name in pods}
    now = shown.frame(cluster.cursor).states
    assert all(line.format("heir") in now and line.format("web") not in now for line in lines)
    before = next(t.index for t in cluster.timeline.transitions if t.verb == "delete") - 1
    then = shown.frame(before).states
    assert all(line.format("web") in then and line.format("heir") not in then for line in lines)
    text = frame(cluster.timeline, "owners").text
    assert text.index("ReplicaSet heir") < text.index(pods[0]) < text.index("ReplicationController old")


def test_no_line_to_a_later_owner_crosses_a_box() -> None:
    for pods in (3, 20):
        scene = film(inherited(pods).timeline, "owners").scene
        later = [link for link in scene.links if link.tail == "ReplicaSet/default/heir"]
        assert len(later) == pods
        for link in later:
            assert not [box.id for box in scene.boxes if crosses(link, box)], link.id
            assert all(0 <= x <= scene.width and 0 <= y <= scene.height for x, y in link.points)
