"""Field selectors: what they select, and what cannot be selected by."""

import pytest

from kubelab import Cluster
from kubelab.api.scheme import by_kind
from kubelab.apiserver import derived, field_selector
from kubelab.errors import StatusError, UsageError
from kubelab.kubectl import run


def names(cluster: Cluster, kind: str, text: str) -> list[str]:
    chosen = field_selector.parse(text)
    chosen.check(by_kind(kind))
    return [obj.metadata.name for obj in derived.objects(cluster.view, kind) if chosen.matches(obj)]


@pytest.fixture(scope="module")
def cluster() -> Cluster:
    cluster = Cluster(nodes=2)
    run(cluster, "create deployment web --image=nginx --replicas=2")
    run(cluster, "run p --image=nginx")
    cluster.run()
    return cluster


def test_every_term_must_be_met(cluster: Cluster) -> None:
    assert names(cluster, "Pod", "metadata.name=p") == names(cluster, "Pod", "metadata.name==p,,") == ["p"]
    assert len(names(cluster, "Pod", "metadata.name!=p")) == 2
    assert names(cluster, "Pod", "metadata.name!=p,status.phase=Pending") == []
    assert names(cluster, "Pod", "spec.host=worker-9") == names(cluster, "Pod", "spec.nodeName=worker-9") == []
    assert len(names(cluster, "Pod", "spec.hostNetwork=false")) == 3


def test_what_a_term_compares_may_hold_signs_that_are_escaped(cluster: Cluster) -> None:
    assert field_selector.parse(r"metadata.name=a\,b\=c").terms == (("metadata.name", "a,b=c", True),)


def test_a_replicaset_is_selected_by_its_replicas(cluster: Cluster) -> None:
    assert len(names(cluster, "ReplicaSet", "status.replicas=2")) == 1
    assert names(cluster, "ReplicaSet", "status.replicas=3") == []


def test_what_a_kind_cannot_be_selected_by_is_refused(cluster: Cluster) -> None:
    with pytest.raises(UsageError, match="can't understand 'nothing'"):
        names(cluster, "Pod", "nothing")
    with pytest.raises(StatusError, match=r"field label not supported: spec\.image"):
        names(cluster, "Pod", "spec.image=x")
    with pytest.raises(StatusError, match=r'"spec\.replicas" is not a known field selector'):
        names(cluster, "Deployment", "spec.replicas=2")


def test_events_are_listed_by_namespace_and_name(cluster: Cluster) -> None:
    listed = [(event.metadata.namespace, event.metadata.name) for event in derived.events(cluster.view)]
    assert len(listed) > 10 and listed == sorted(listed)


def test_a_controller_manager_that_does_not_run_is_unhealthy(cluster: Cluster) -> None:
    well = run(cluster, "get componentstatuses")
    assert [line.split()[1] for line in well.out.splitlines()[1:]] == ["Healthy"] * 3
    assert 'componentstatuses "nobody" not found' in run(cluster, "get cs nobody -o yaml").err
    cluster.stop("kube-controller-manager")
    assert "connection refused" in run(cluster, "get cs controller-manager").out
    assert run(cluster, "get cs scheduler -o jsonpath={.conditions[0].status}").out == "True"
