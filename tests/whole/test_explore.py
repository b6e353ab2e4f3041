"""Every order in which things could have happened on a tiny cluster: nothing is ever wrong, and all ends are alike."""

from collections import Counter

import pytest

from kubelab import Cluster
from kubelab.sim.explore import explore
from kubelab.sim.invariants import at_rest, violations


def settled(*programs):
    cluster = Cluster(nodes=1)
    for program in programs:
        cluster.run()
        cluster.apply(program)
    return cluster


def ends(cluster, limit=20_000):
    """How the cluster can end, in whatever order its actors act; nothing may be wrong on the way."""
    found = Counter()
    engine = cluster.engine

    def check(state):
        yield from violations(state)
        if engine.settled(state):
            yield from at_rest(engine, state)
            found[outcome(state.view)] += 1

    exploration = explore(engine, cluster.state, check, limit)
    assert exploration.complete
    assert [str(finding) for finding in exploration.findings] == []
    assert exploration.ends == found.total()
    return found


def outcome(view):
    """What a state comes to, whatever the names and addresses are."""
    pods = sorted((p.metadata.labels.get("app", ""), p.status.phase, p.spec.node_name) for p in view.list("Pod"))
    sets = [(r.spec.replicas, r.status.replicas, r.status.ready_replicas) for r in view.list("ReplicaSet")]
    deployments = [(d.status.replicas, d.status.available_replicas) for d in view.list("Deployment")]
    endpoints = sorted(
        (s.metadata.labels["kubernetes.io/service-name"], len(s.endpoints)) for s in view.list("EndpointSlice")
    )
    return tuple(pods), tuple(sets), tuple(deployments), tuple(endpoints)


RUNNING = ("web", "Running", "worker-1")
API_SERVER = ("kubernetes", 1)


def test_two_pods_of_a_replica_set():
    assert list(ends(settled("replicaset web x2 nginx:1.27"))) == [
        ((RUNNING,) * 2, ((2, 2, 2),), (), (API_SERVER,)),
    ]


def test_a_deployment():
    assert list(ends(settled("deployment web x1 nginx:1.27"))) == [
        ((RUNNING,), ((1, 1, 1),), ((1, 1),), (API_SERVER,)),
    ]


def test_a_pod_behind_a_service():
    program = "pod web nginx:1.27 { label app=web }\nservice web -> app=web port 80"
    assert list(ends(settled(program))) == [((RUNNING,), (), (), (API_SERVER, ("web", 1)))]


def test_fewer_pods_are_wanted_while_one_of_them_is_deleted():
    cluster = settled("replicaset web x2 nginx:1.27", "replicaset web x1 nginx:1.27")
    cluster.delete(f"pod/{cluster.view.list('Pod')[0].metadata.name}")
    assert list(ends(cluster)) == [((RUNNING,), ((1, 1, 1),), (), (API_SERVER,))]


@pytest.mark.parametrize("step", range(1, 9))
def test_a_pod_is_deleted_while_it_comes(step):
    cluster = settled("pod web nginx:1.27 { label app=web }\nservice web -> app=web port 80")
    cluster.step(step)
    cluster.delete("pod/web")
    assert list(ends(cluster)) == [((), (), (), (API_SERVER, ("web", 0)))]
