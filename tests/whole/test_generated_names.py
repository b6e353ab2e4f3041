"""Names that the API server makes: what else happens in a cluster changes none of them."""

from kubelab import Cluster

WEB = "deployment web x3 nginx:1.27"


def pods(cluster):
    return cluster.get("pods", "name").split()


def test_a_deployment_gets_the_same_pods_whatever_happened_before():
    quiet, busy = Cluster(nodes=1), Cluster(nodes=5)
    busy.apply("namespace shop { deployment web x2 nginx:1.27 }\nconfig a X=1")
    busy.run()
    for cluster in (quiet, busy):
        cluster.apply(WEB)
        cluster.run()
    assert len(pods(quiet)) == 3
    assert set(pods(quiet)) == set(busy.get("pods", "name", namespace="default").split())


def test_no_name_comes_back():
    cluster = Cluster(nodes=1)
    cluster.apply(WEB)
    cluster.run()
    seen = set(pods(cluster))
    for _ in range(4):
        cluster.delete(pods(cluster)[0])
        cluster.run()
        seen |= set(pods(cluster))
    assert len(seen) == 7


def test_a_fork_makes_the_names_that_the_other_branch_makes():
    cluster = Cluster(nodes=1)
    cluster.apply(WEB)
    cluster.run()
    lost = pods(cluster)[0]
    cluster.fork("other")
    cluster.delete(lost)
    cluster.run()
    made = pods(cluster)
    cluster.switch("main")
    cluster.delete(lost)
    cluster.run()
    assert pods(cluster) == made
