"""What a transition says changed, for everything that can happen to a cluster."""

import json

import pytest

from kubelab import Cluster


@pytest.fixture
def cluster() -> Cluster:
    """A settled cluster with three Pods behind a Service."""
    cluster = Cluster()
    cluster.apply("deployment web x3 nginx:1.27\nservice web -> deployment web port 80")
    cluster.run()
    return cluster


def test_every_transition_can_say_what_changed(cluster: Cluster) -> None:
    cluster.crash(cluster.get("pods", "name").split()[0].removeprefix("pod/"))
    cluster.run()
    cluster.kill("worker-2")
    cluster.stop("kube-scheduler")
    cluster.delay("deployment-controller", "5s")
    cluster.run(for_="10m")
    cluster.start("kube-scheduler")
    cluster.revive("worker-2")
    cluster.run()
    lines = [json.loads(line) for line in cluster.trace("json").splitlines()]
    assert len(lines) == len(cluster.timeline)
    silent = [line for line in lines if not line["changes"] and line["outcome"] == "ok"]
    assert {line["object"]["kind"] for line in silent} <= {"Component"}, (
        "only a component's start leaves no object changed"
    )


def test_a_machine_that_is_switched_off_says_so(cluster: Cluster) -> None:
    (change,) = cluster.kill("worker-1").changes
    assert (change.path, change.before, change.after) == ("powered", True, False)


def test_new_rules_of_kube_proxy_are_changes_too(cluster: Cluster) -> None:
    cluster.apply("service web -> deployment web port 80\nservice more -> deployment web port 81")
    cluster.run()
    written = [t for t in cluster.timeline.transitions if t.actor.startswith("kube-proxy/") and t.key.name == "more"]
    assert written
    assert all(t.changes for t in written)
