"""What stands under the picture."""

from typing import Any

import pytest

from kubelab import Cluster
from kubelab.notebook import panels
from kubelab.state.snapshot import ObjectKey
from kubelab.views.etcd import etcd_key

SECRET = """
apiVersion: v1
kind: Secret
metadata: {name: login}
stringData: {password: s3cret-text}
"""


def at(cluster: Cluster, index: int | None = None, since: int | None = None) -> panels.Place:
    place = cluster.cursor if index is None else index
    return panels.Place(cluster.timeline, place, max(place - 1, 0) if since is None else since)


def index_of(cluster: Cluster, verb: str, kind: str) -> int:
    return next(t.index for t in cluster.timeline.transitions if t.verb == verb and t.key.kind == kind)


@pytest.fixture
def done(cluster: Cluster) -> Cluster:
    cluster.run()
    return cluster


@pytest.mark.parametrize("tab", panels.TABS)
def test_every_tab_has_something_to_show_at_every_step(done: Cluster, tab: str) -> None:
    for index in range(len(done.timeline) + 1):
        panel = panels.panel(at(done, index), tab)
        assert (panel["tab"], panel["index"]) == (tab, index)
        assert "problem" not in panel


def test_a_binding_changes_the_name_of_the_node(done: Cluster) -> None:
    panel = panels.changes(at(done, index_of(done, "bind", "Pod")), "")
    rows = {path: (before, after) for path, before, after in panel["blocks"][0]["rows"]}
    assert rows["spec.nodeName"][1] == "worker-1"
    assert panel["blocks"][0]["actor"] == "kube-scheduler"


def test_a_refused_request_says_so() -> None:
    cluster = Cluster()
    cluster.apply("deployment web x3 nginx:1.27")
    cluster.run()
    cluster.delay("deployment-controller", "1s")
    cluster.apply("deployment web x5 nginx:1.28")
    cluster.run()
    refused = [t for t in cluster.timeline.transitions if t.error is not None]
    if not refused:
        pytest.fail("the lagging controller was never refused")
    panel = panels.changes(at(cluster, refused[0].index), "")
    assert panel["blocks"][0]["refused"].startswith(f"{refused[0].error.code} {refused[0].error.reason}: ")
    assert panels.why(at(cluster, refused[0].index), "")["refused"] == panel["blocks"][0]["refused"]


def test_the_chain_of_causes_goes_back_to_the_user(done: Cluster) -> None:
    chain = panels.why(at(done, index_of(done, "bind", "Pod")), "")["chain"]
    assert [link[2] for link in chain] == ["user", "deployment-controller", "replicaset-controller", "kube-scheduler"]
    assert [link[0] for link in chain] == sorted(link[0] for link in chain)


def test_a_table_marks_what_the_step_changed_but_not_what_only_grew_older(done: Cluster) -> None:
    index = index_of(done, "bind", "Pod")
    later = next(t.index for t in done.timeline.transitions if t.index > index and t.verb == "update")
    for here in (index, later):
        marked = [line for line, fresh in panels.objects(at(done, here), "pods")["lines"] if fresh]
        assert len(marked) <= 1
    created = index_of(done, "create", "Pod")
    marked = [line for line, fresh in panels.objects(at(done, created), "pods")["lines"] if fresh]
    assert any("Pending" in line for line in marked)
    moved = [
        i for i in range(1, len(done.timeline)) if done.timeline.state(i).now > done.timeline.state(i - 1).now + 10**6
    ]
    for here in moved:
        name = done.timeline.transitions[here - 1].key.name
        marked = [line for line, fresh in panels.objects(at(done, here), "pods")["lines"] if fresh]
        assert [line for line in marked if name not in line] == []


def test_the_chosen_kind_stays_chosen_where_there_is_none(done: Cluster) -> None:
    panel = panels.objects(at(done, 1), "pods")
    assert panel["choice"] == "pods"
    assert "pods" in panel["choices"]


def test_events_are_listed_newest_last_and_marked(done: Cluster) -> None:
    index = index_of(done, "bind", "Pod")
    lines = panels.events(at(done, index), "")["lines"]
    assert lines[0][0].split() == ["TIME", "TYPE", "REASON", "OBJECT", "COUNT", "MESSAGE"]
    fresh = [line for line, new in lines if new]
    assert len(fresh) == 1
    assert "Scheduled" in fresh[0]
    assert lines[-1][0] == fresh[0]


@pytest.mark.parametrize(
    ("key", "path"),
    [
        (ObjectKey("Pod", "default", "web-1"), "/registry/pods/default/web-1"),
        (ObjectKey("Service", "shop", "web"), "/registry/services/specs/shop/web"),
        (ObjectKey("Endpoints", "shop", "web"), "/registry/services/endpoints/shop/web"),
        (ObjectKey("Node", "", "worker-1"), "/registry/minions/worker-1"),
        (ObjectKey("Deployment", "default", "web"), "/registry/deployments/default/web"),
        (
            ObjectKey("CustomResourceDefinition", "", "a.b"),
            "/registry/apiextensions.k8s.io/customresourcedefinitions/a.b",
        ),
        (ObjectKey("Lease", "kube-node-lease", "n"), "/registry/leases/kube-node-lease/n"),
    ],
)
def test_etcd_names_its_keys_as_the_real_one_does(key: ObjectKey, path: str) -> None:
    assert etcd_key(key) == path


def test_etcd_shows_what_was_written_and_at_which_revision(done: Cluster) -> None:
    index = index_of(done, "create", "Pod")
    transition = done.timeline.at(index)
    assert transition is not None
    rows = {row[0]: row for row in panels.etcd(at(done, index), "")["rows"]}
    row = rows[etcd_key(transition.key)]
    assert row[1] == int(transition.after.metadata.resource_version)  # type: ignore[union-attr]
    assert row[2] == "new"
    gone = next(t for t in done.timeline.transitions if t.verb == "delete" and t.after is None)
    rows = {row[0]: row for row in panels.etcd(at(done, gone.index), "")["rows"]}
    assert rows[etcd_key(gone.key)][2] == "gone"


def test_etcd_shows_the_value_of_the_chosen_key_who_watches_it_and_who_was_woken(done: Cluster) -> None:
    index = index_of(done, "create", "ReplicaSet")
    transition = done.timeline.at(index)
    assert transition is not None
    place = panels.Place(done.timeline, index, index - 1, done.engine)
    panel = panels.etcd(place, etcd_key(transition.key))
    chosen = panel["chosen"]
    assert (chosen["create"], chosen["mod"], chosen["version"]) == (chosen["mod"], chosen["mod"], 1)
    assert '"kind": "ReplicaSet"' in chosen["value"]
    assert panel["watchers"][0][0] == "/registry/replicasets/"
    assert "replicaset-controller" in panel["watchers"][0][1]
    assert ["replicaset-controller", str(transition.key)] in panel["woken"]
    assert panels.etcd(place, "")["chosen"] is None


def test_etcd_shows_a_secret_as_it_holds_it_and_only_when_it_is_asked_for() -> None:
    cluster = Cluster()
    cluster.apply(SECRET)
    assert "czNjcmV0LXRleHQ" not in str(panels.etcd(at(cluster), ""))
    assert "czNjcmV0LXRleHQ" in str(panels.etcd(at(cluster), "/registry/secrets/default/login"))


def test_values_of_a_secret_are_never_shown() -> None:
    cluster = Cluster()
    cluster.apply(SECRET)
    shown: list[Any] = [panels.panel(at(cluster), tab, "Secret/default/login") for tab in panels.TABS]
    assert "login" in str(shown)
    assert "s3cret-text" not in str(shown)
    assert "czNjcmV0LXRleHQ" not in str(shown)


def test_an_object_that_is_gone_keeps_its_history(done: Cluster) -> None:
    gone = next(t for t in done.timeline.transitions if t.verb == "delete" and t.after is None)
    panel = panels.looked(at(done), "/".join(gone.key))
    assert panel["gone"]
    assert panel["yaml"] == ""
    assert panel["history"][-1][0] >= gone.index
