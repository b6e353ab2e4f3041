"""What once went wrong, each in the fewest steps that showed it."""

from kubelab import Cluster
from kubelab.sim.invariants import at_rest


def settled(cluster):
    assert cluster.run(limit=20_000).ended == "settled"
    assert list(at_rest(cluster.engine, cluster.state)) == []
    return cluster


def pods(cluster):
    return cluster.view.list("Pod", "default")


def test_a_pod_is_bound_only_when_its_claims_are():
    cluster = Cluster(nodes=2)
    cluster.apply(
        """
        pvc data 1Gi
        deployment db mysql:8 { volume data pvc data; mount data at /var/lib/mysql }
        """
    )
    settled(cluster)
    timeline = cluster.timeline
    bind = next(t for t in timeline.transitions if t.verb == "bind")
    claim = timeline.view(bind.index).get("PersistentVolumeClaim", "default", "data")
    assert (claim.status.phase, claim.spec.volume_name) == ("Bound", claim.spec.volume_name or "nothing")
    told = [e.message for e in cluster.view.events(bind.key) if e.reason == "FailedScheduling"]
    assert len(told) == 1
    assert told[0].startswith("0/2 nodes are available: pod has unbound immediate PersistentVolumeClaims.")


def test_a_pod_of_the_same_name_tells_its_own_events():
    # The Event of the first Pod used to be counted for the second, so that its kubelet told it for ever.
    cluster = Cluster(nodes=1)
    program = "pod web nginx:1.27 { volume conf configmap missing; mount conf at /etc/conf }"
    cluster.apply(program)
    settled(cluster)
    first = pods(cluster)[0].metadata.uid
    cluster.delete("pod/web")
    settled(cluster)
    cluster.apply(program)
    settled(cluster)
    (second,) = pods(cluster)
    told = [e for e in cluster.view.events(bound_key(second)) if e.reason == "FailedMount"]
    assert [(e.uid, e.count) for e in told] == [(first, 1), (second.metadata.uid, 1)]


def bound_key(pod):
    from kubelab.state.snapshot import key_of

    return key_of(pod)


def test_a_namespace_whose_pods_are_on_a_silent_node_goes_when_the_node_is_back():
    cluster = Cluster(nodes=2)
    cluster.apply("namespace shop { deployment web x2 nginx:1.27 }")
    settled(cluster)
    cluster.kill("worker-1")
    cluster.delete("namespace/shop")
    cluster.run(for_="10m")
    assert cluster.view.get("Namespace", "", "shop").status.phase == "Terminating"
    assert [pod.spec.node_name for pod in cluster.view.list("Pod", "shop")] == ["worker-1"]
    cluster.revive("worker-1")
    settled(cluster)
    assert cluster.view.get("Namespace", "", "shop") is None


def test_a_namespace_that_goes_away_takes_no_events_and_leaves_none():
    cluster = Cluster(nodes=1)
    cluster.apply("namespace shop { deployment web nginx:1.27 }")
    settled(cluster)
    cluster.delete("namespace/shop")
    begun = len(cluster.timeline)
    settled(cluster)
    told = [note for t in cluster.timeline.transitions[begun:] for note in t.events]
    assert [note for note in told if note.regarding.namespace == "shop"] == []
    assert [about for about in cluster.view.snapshot.events if about.namespace == "shop"] == []


def test_the_end_of_a_pod_that_was_deleted_while_its_node_was_silent():
    cluster = Cluster(nodes=2)
    cluster.apply("deployment web x2 nginx:1.27")
    settled(cluster)
    name = next(pod.metadata.name for pod in pods(cluster) if pod.spec.node_name == "worker-1")
    cluster.kill("worker-1")
    cluster.delete(f"pod/{name}")
    cluster.run(for_="20m")
    # Nobody but its kubelet can say that it has ended; the Pod in its place ran on, on the other node.
    assert cluster.view.get("Pod", "default", name).metadata.deletion_timestamp is not None
    running = [pod for pod in pods(cluster) if pod.metadata.deletion_timestamp is None]
    assert [(pod.spec.node_name, pod.status.phase) for pod in running] == [("worker-2", "Running")] * 2
    cluster.revive("worker-1")
    settled(cluster)
    assert cluster.view.get("Pod", "default", name) is None
    assert len(pods(cluster)) == 2


def test_a_change_of_annotations_is_a_new_generation_of_a_deployment():
    cluster = Cluster(nodes=1)
    cluster.apply("deployment web nginx:1.27")
    settled(cluster)
    cluster.apply('deployment web nginx:1.27 { annotation kubernetes.io/change-cause="first" }')
    settled(cluster)
    deployment = cluster.view.get("Deployment", "default", "web")
    assert (deployment.metadata.generation, deployment.status.observed_generation) == (2, 2)
