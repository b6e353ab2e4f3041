"""What goes on in a cluster whose API server, or the store behind it, does not answer."""

import pytest

from kubelab import Cluster
from kubelab.errors import SourceError
from kubelab.sim.engine import CONNECTION_REFUSED


def test_without_the_api_server_a_kubelet_restarts_what_crashes_and_reports_it_later():
    cluster = Cluster(nodes=1)
    cluster.apply("pod web nginx:1.27")
    cluster.run()
    for door in ("kube-apiserver", "etcd"):
        cluster.stop(door)
        revision = cluster.view.snapshot.revision
        before = cluster.view.get("Pod", "default", "web").status.container_statuses[0].restart_count
        cluster.crash("web")
        cluster.run()
        done = cluster.timeline.at()
        assert (done.actor, done.verb, done.reason) == ("kubelet/worker-1", "run", "Started")
        assert cluster.view.snapshot.revision == revision
        cluster.start(door)
        cluster.run()
        status = cluster.view.get("Pod", "default", "web").status.container_statuses[0]
        assert (status.restart_count, status.ready) == (before + 1, True)


def test_that_nobody_answers_is_said_once_and_points_at_nothing_in_the_text():
    cluster = Cluster(nodes=1)
    cluster.stop("kube-apiserver")
    with pytest.raises(SourceError) as refused:
        cluster.apply("pod a nginx:1.27\npod b nginx:1.27")
    assert str(refused.value).splitlines() == [CONNECTION_REFUSED]
