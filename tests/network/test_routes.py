"""The route table of a node, and what is lost with a route."""

import pytest

from kubelab import Cluster
from kubelab.errors import UsageError
from kubelab.network.routes import lookup, routes, routes_text


@pytest.fixture
def cluster() -> Cluster:
    made = Cluster(nodes=3)
    made.run()
    return made


def address(cluster: Cluster, node: str) -> str:
    return str(cluster.view.get("Node", "", node).status.addresses[0].address)


def test_a_node_knows_its_own_pods_and_those_of_every_other_node(cluster: Cluster) -> None:
    second, third = address(cluster, "worker-2"), address(cluster, "worker-3")
    assert routes_text(cluster.view, "worker-1").splitlines() == [
        "default via 172.18.0.1 dev eth0",
        "10.244.0.0/24 dev cni0 proto kernel scope link src 10.244.0.1",
        f"10.244.1.0/24 via {second} dev eth0",
        f"10.244.2.0/24 via {third} dev eth0",
        f"172.18.0.0/16 dev eth0 proto kernel scope link src {address(cluster, 'worker-1')}",
    ]


def test_the_most_specific_route_is_taken(cluster: Cluster) -> None:
    taken = {
        where: str(lookup(cluster.view, "worker-1", where)).split()[0]
        for where in ("10.244.0.9", "10.244.2.9", "172.18.0.77", "10.96.0.1", "198.51.100.1")
    }
    assert taken == {
        "10.244.0.9": "10.244.0.0/24",
        "10.244.2.9": "10.244.2.0/24",
        "172.18.0.77": "172.18.0.0/16",
        "10.96.0.1": "default",
        "198.51.100.1": "default",
    }


def test_a_route_that_is_lost_leaves_the_next_best(cluster: Cluster) -> None:
    transition = cluster.break_route("worker-1", "10.244.1.0/24")
    assert (transition.actor, transition.reason) == ("fault", "RouteRemoved")
    assert [(c.path, c.before, c.after) for c in transition.changes] == [("lostRoutes", [], ["10.244.1.0/24"])]
    assert str(lookup(cluster.view, "worker-1", "10.244.1.9")).startswith("default")
    assert "# missing: 10.244.1.0/24 via" in routes_text(cluster.view, "worker-1")
    assert [r.destination for r in routes(cluster.view, "worker-2")].count("10.244.1.0/24") == 1
    cluster.break_route("worker-1", "default")
    assert lookup(cluster.view, "worker-1", "10.244.1.9") is None


def test_routes_come_back_one_by_one_or_all_at_once(cluster: Cluster) -> None:
    whole = routes_text(cluster.view, "worker-1")
    for destination in ("10.244.1.0/24", "default", "10.244.0.0/24"):
        cluster.break_route("worker-1", destination)
    cluster.restore_route("worker-1", "default")
    assert cluster.view.machine("worker-1").lost_routes == ("10.244.0.0/24", "10.244.1.0/24")
    cluster.restore_route("worker-1")
    assert routes_text(cluster.view, "worker-1") == whole


@pytest.mark.parametrize("destination", ["10.9.9.0/24", "172.18.0.0/16", "", "nonsense"])
def test_only_a_route_that_is_there_can_be_lost(cluster: Cluster, destination: str) -> None:
    with pytest.raises(UsageError, match=r"there are: default, 10.244.0.0/24, 10.244.1.0/24, 10.244.2.0/24"):
        cluster.break_route("worker-1", destination)


def test_a_route_is_lost_once_and_restored_only_when_lost(cluster: Cluster) -> None:
    cluster.break_route("worker-1", "default")
    with pytest.raises(UsageError, match="no route to 'default' that could be lost"):
        cluster.break_route("worker-1", "default")
    with pytest.raises(UsageError, match="lost are: default"):
        cluster.restore_route("worker-1", "10.244.1.0/24")
    with pytest.raises(UsageError, match="lost are: none"):
        cluster.restore_route("worker-2")
    with pytest.raises(UsageError, match="there is no machine 'worker-9'"):
        cluster.break_route("worker-9", "default")


def test_a_node_that_leaves_takes_its_route_with_it(cluster: Cluster) -> None:
    cluster.delete("node/worker-3")
    assert "10.244.2.0/24" not in routes_text(cluster.view, "worker-1")
