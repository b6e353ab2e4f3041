"""etcd as it shows itself: keys and revisions, who watches, who is woken, and what a watch from long ago gets."""

import json

import pytest

from kubelab import Cluster
from kubelab.errors import UsageError
from kubelab.sim.timeline import Timeline
from kubelab.state.component import LEARNT
from kubelab.views import etcd

WEB = "deployment web x2 nginx:1.27\nservice web -> deployment web port 80"


@pytest.fixture(scope="module")
def cluster() -> Cluster:
    made = Cluster()
    made.apply(WEB)
    made.run()
    return made


def entry(timeline: Timeline, key: str, index: int | None = None) -> etcd.Entry:
    (found,) = etcd.entries(timeline, len(timeline) if index is None else index, key)
    return found


def test_a_key_has_the_revision_of_its_creation_that_of_its_last_write_and_a_version(cluster: Cluster) -> None:
    timeline = cluster.timeline
    pods = etcd.entries(timeline, len(timeline), "/registry/pods/default/")
    assert [pod.key for pod in pods] == sorted(pod.key for pod in pods)
    for pod in pods:
        writes = [t for t in timeline.transitions if t.key == pod.object and t.before is not t.after and not t.node]
        assert pod.version == len(writes), "created, bound, and its status"
        assert pod.create_revision < pod.mod_revision
        obj = cluster.view.find(pod.object)
        assert obj is not None
        assert obj.metadata.resource_version == str(pod.mod_revision)


def test_a_key_that_was_deleted_and_made_again_begins_anew() -> None:
    made = Cluster()
    made.apply("config settings A=1")
    made.apply("config settings A=2")
    key = "/registry/configmaps/default/settings"
    assert entry(made.timeline, key).version == 2
    made.delete("configmap/settings")
    assert not etcd.entries(made.timeline, made.cursor, key)
    made.apply("config settings A=3")
    again = entry(made.timeline, key)
    assert (again.version, again.create_revision) == (1, again.mod_revision)


def test_events_are_deleted_by_etcd_itself_after_an_hour(cluster: Cluster) -> None:
    events = etcd.entries(cluster.timeline, cluster.cursor, "/registry/events/default/")
    assert events
    for event in events:
        assert event.lease is not None
        assert 0 < event.lease <= 3600
    assert all(e.lease is None for e in etcd.entries(cluster.timeline, cluster.cursor, "/registry/pods/"))


def test_the_value_is_the_object_as_json_a_secret_in_base64() -> None:
    made = Cluster()
    made.apply("secret login: basic-auth username=admin password=s3cret")
    text = made.etcd("/registry/secrets/default/login")
    head, _, value = text.partition("{")
    assert "create_revision" in head
    stored = json.loads("{" + value)
    assert (stored["kind"], stored["data"]["password"]) == ("Secret", "czNjcmV0")


def test_what_is_encrypted_at_rest_is_no_json() -> None:
    made = Cluster()
    made.encrypt("secrets")
    made.apply("secret login: basic-auth username=admin password=s3cret\nconfig plain A=1")
    assert "k8s:enc:" in made.etcd("/registry/secrets/default/login")
    assert "czNjcmV0" not in made.etcd("/registry/secrets/default/login")
    assert '"A": "1"' in made.etcd("/registry/configmaps/default/plain")


def test_a_table_lists_what_begins_with_the_prefix(cluster: Cluster) -> None:
    lines = cluster.etcd("/registry/deployments/").splitlines()
    assert lines[0] == f"revision {cluster.view.snapshot.revision}"
    assert lines[2].split() == ["KEY", "CREATE", "MOD", "VERSION", "LEASE"]
    assert lines[3].startswith("/registry/deployments/default/web ")
    assert len(lines) == 4
    assert cluster.etcd("/registry/nothing/").endswith("no key begins with /registry/nothing/")


# Watchers


def test_the_api_server_watches_each_prefix_and_passes_it_on_to_the_components(cluster: Cluster) -> None:
    rows = {each.kind: each for each in etcd.watchers(cluster.engine, cluster.view)}
    assert rows["Pod"].prefix == "/registry/pods/"
    assert {"kube-scheduler", "replicaset-controller", "kubelet (3 of 3)"} <= set(rows["Pod"].components)
    assert "replicaset-controller" not in rows["Service"].components
    for component in (*cluster.engine.components, *cluster.engine.node_components):
        # `LEARNT` stands for the kinds that a cluster has learnt; this one has learnt none.
        for kind in set(component.watches) - {LEARNT}:
            assert any(each.startswith(component.name) for each in rows[kind].components), (component.name, kind)


def test_who_is_stopped_or_off_watches_nothing() -> None:
    made = Cluster()
    made.stop("kube-scheduler")
    made.kill("worker-2")
    rows = {each.kind: each for each in etcd.watchers(made.engine, made.view, made.state.stopped)}
    assert "kube-scheduler (stopped)" in rows["Pod"].components
    assert "kubelet (2 of 3)" in rows["Pod"].components


def test_a_step_tells_whom_it_woke(cluster: Cluster) -> None:
    for transition in cluster.timeline.transitions:
        woken = {actor for actor, _ in etcd.woken(cluster.timeline, transition.index)}
        acted = {t.actor for t in cluster.timeline.transitions if t.cause == transition.index}
        assert acted <= woken, "whoever acts because of a step was woken by it"
    created = next(t for t in cluster.timeline.transitions if t.key.kind == "ReplicaSet" and t.before is None)
    cluster.goto(created.index)
    told = cluster.watchers("/registry/replicasets/")
    cluster.goto(-1)
    assert "kube-apiserver" in told
    assert f"replicaset-controller looks at {created.key}" in told


# Compaction


def test_a_watch_tells_what_came_after_a_revision(cluster: Cluster) -> None:
    pod = etcd.entries(cluster.timeline, cluster.cursor, "/registry/pods/default/")[0]
    lines = cluster.watched(pod.key, pod.create_revision - 1).splitlines()
    assert lines[1].split() == ["ADDED", str(pod.create_revision), pod.key]
    assert lines[-1].split() == ["MODIFIED", str(pod.mod_revision), pod.key]
    assert cluster.watched("/registry/pods/", cluster.view.snapshot.revision).startswith("nothing happened since")


def test_who_watches_from_a_forgotten_revision_has_to_list_again() -> None:
    made = Cluster()
    made.apply(WEB)
    made.run()
    before = {e.key: e for e in etcd.entries(made.timeline, made.cursor) if e.lease is None}
    step = made.compact(20)
    assert step.message == "etcd forgot everything up to revision 20: who wants to watch from there has to list again."
    told = made.watched("/registry/pods/", 19)
    assert told.startswith(
        "etcdserver: mvcc: required revision has been compacted\n410 Expired: too old resource version: 19 (20)"
    )
    assert made.watched("/registry/pods/", 20).startswith("EVENT")
    assert made.etcd("/registry/pods/").startswith(f"revision {made.view.snapshot.revision}, compacted up to 20")
    made.compact()
    after = {e.key: e for e in etcd.entries(made.timeline, made.cursor) if e.lease is None}
    assert after == before, "what there is stays, with its versions"
    with pytest.raises(UsageError, match="required revision has been compacted"):
        made.compact(3)
    with pytest.raises(UsageError, match="future revision"):
        made.compact(99_999)
    made.back()
    made.back()
    assert "compacted" not in made.etcd(), "going back undoes it"


def test_the_api_server_lets_etcd_compact_every_five_minutes() -> None:
    made = Cluster(nodes=1)
    made.apply("pod web nginx:1.27")
    made.run()
    made.run(for_="4m")
    assert "compacted" not in made.etcd("/registry/pods/")
    assert not made.watched("/registry/pods/", 0).startswith("etcdserver")
    made.run(for_="7m")
    late = made.view.snapshot.revision
    made.apply("config now A=1")
    assert "compacted up to" in made.etcd("/registry/pods/")
    assert made.watched("/registry/pods/", 0).startswith("etcdserver: mvcc: required revision has been compacted")
    assert not made.watched("/registry/configmaps/", late).startswith("etcdserver"), "the last minutes can be watched"
