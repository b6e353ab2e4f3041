"""Ways that are not the usual ones, what a walk tells, and how its ends are named."""

import pytest

from kubelab import Cluster
from kubelab.api.core.service import LoadBalancerIngress, LoadBalancerStatus, ServiceStatus
from kubelab.api.model import evolve
from kubelab.errors import UsageError
from kubelab.network.trail import Hop, Walk
from kubelab.state.requests import Update

PROGRAM = """
cluster { node worker-[1..2] }
pod a busybox { nodeName worker-1 ; serves none }
pod b nginx { nodeName worker-1 ; label app=web ; port http 80, mdns 5353/UDP }
pod c nginx { nodeName worker-2 ; label app=web ; port http 80 }
pod bare nginx nodeName worker-2
service web -> app=web port http 80 to http, mdns 5353/UDP
"""


def cluster(more: str = "") -> Cluster:
    made = Cluster()
    made.apply(PROGRAM + more)
    made.run()
    return made


@pytest.fixture(scope="module")
def plain() -> Cluster:
    return cluster()


def ip(made: Cluster, pod: str) -> str:
    return str(made.view.get("Pod", "default", pod).status.pod_ip)


def kinds(walk: Walk) -> list[str]:
    return [hop.kind for hop in (*walk.hops, *walk.back)]


def hop(walk: Walk, kind: str) -> Hop:
    return next(each for each in walk.hops if each.kind == kind)


# Within one Pod, one node, and by a Service to oneself


@pytest.mark.parametrize("target", ["localhost:80", "127.0.0.1:80", "pod/b"])
def test_containers_of_a_pod_talk_within_it(plain: Cluster, target: str) -> None:
    walk = plain.walk("b", target)
    assert walk.ok
    assert kinds(walk) == ["loopback", "port", "arrived"]


def test_pods_of_one_node_talk_over_its_bridge_without_a_route(plain: Cluster) -> None:
    made = cluster()
    made.break_route("worker-1", "10.244.0.0/24")
    assert kinds(made.walk("a", "pod/b")) == ["start", "bridge", "port", "bridge", "arrived"]
    assert made.walk("c", "pod/b").verdict == "no route to host", "but nobody else finds them"


def test_pods_of_two_nodes_talk_by_the_routes_of_both(plain: Cluster) -> None:
    walk = plain.walk("a", "pod/c")
    assert kinds(walk) == ["start", "route", "wire", "bridge", "port", "route", "wire", "bridge", "arrived"]
    assert hop(walk, "route").rule.startswith("10.244.1.0/24 via ")
    assert not any(each.translated for each in walk.hops), "Pods see each other's own addresses"


def test_a_pod_reaches_itself_by_a_service_with_the_address_of_the_bridge(plain: Cluster) -> None:
    walk = plain.walk("b", "web")
    assert walk.ok
    assert walk.packet is not None
    assert (walk.packet.source, walk.packet.destination) == ("10.244.0.1", ip(plain, "b"))
    assert "KUBE-MARK-MASQ" in hop(walk, "kube-proxy").rule


# Protocols, ports, and what listens


def test_a_protocol_has_ports_of_its_own(plain: Cluster) -> None:
    assert plain.walk("a", "udp://web:5353").ok
    assert plain.walk("a", "udp://web").packet.port == 5353  # type: ignore[union-attr]
    assert plain.walk("a", f"udp://{ip(plain, 'b')}:80").fault == "port-not-listening"
    assert plain.walk("a", "tcp://web:5353").fault == "port-not-in-service"


def test_a_port_can_be_called_by_its_name(plain: Cluster) -> None:
    assert plain.walk("a", "web:http").ok
    assert plain.walk("a", "pod/b:http").ok
    with pytest.raises(UsageError, match="has no port called 'smtp'"):
        plain.walk("a", "web:smtp")
    with pytest.raises(UsageError, match="has no port called 'smtp'"):
        plain.walk("a", "pod/b:smtp")


def test_a_pod_of_which_no_port_is_declared_answers_on_all(plain: Cluster) -> None:
    assert plain.walk("a", "pod/bare:4711").ok
    assert plain.walk("b", "pod/a:80").fault == "port-not-listening", "`serves none` is a declaration"


def test_a_container_listens_once_it_can_serve() -> None:
    made = cluster("pod slow nginx { nodeName worker-1 ; port 80 ; ready after 30s }")
    made.apply("pod slow2 nginx { nodeName worker-1 ; port 80 ; ready after 30s }")
    made.until("pod slow2 Running")
    walk = made.walk("a", "pod/slow2")
    assert (walk.verdict, walk.fault) == ("connection refused", "not-listening-yet")
    made.run(for_="40s")
    assert made.walk("a", "pod/slow2").ok


def test_a_pod_in_the_network_of_its_node_has_the_nodes_address_and_ports() -> None:
    made = cluster("pod edge nginx { nodeName worker-2 ; port 8080 ; pod.hostNetwork = true }")
    node = made.view.get("Node", "", "worker-2").status.addresses[0].address
    assert made.walk("a", f"{node}:8080").ok
    assert made.walk("internet", f"{node}:8080").ok
    assert made.walk("a", f"{node}:8081").fault == "port-not-listening"
    there = made.walk("edge", "pod/b")
    assert there.packet is not None
    assert there.packet.source == node


def test_a_host_port_leads_from_the_node_into_the_pod() -> None:
    made = cluster("pod front nginx { nodeName worker-2 ; port 80 host 8080 }")
    node = made.view.get("Node", "", "worker-2").status.addresses[0].address
    for source in ("internet", "a", "worker-2", "front"):
        walk = made.walk(source, f"{node}:8080")
        assert walk.ok, str(walk)
        assert hop(walk, "host-port").after.destination == ip(made, "front")  # type: ignore[union-attr]


# What is really there, whatever the objects say


def test_a_pod_deleted_by_force_goes_on_answering_where_its_kubelet_cannot_hear_of_it() -> None:
    made = cluster()
    address = ip(made, "c")
    made.stop("kubelet/worker-2")
    made.delete("pod/c", grace_seconds=0)
    made.run()
    assert made.view.get("Pod", "default", "c") is None
    assert made.walk("a", f"{address}:80").ok
    assert made.walk("a", f"{address}:81").fault == "port-not-listening"


def test_a_machine_that_was_off_has_lost_its_pods_until_they_are_started_again() -> None:
    made = cluster()
    made.kill("worker-2")
    assert made.walk("a", "pod/c").fault == "machine-off"
    made.stop("kubelet/worker-1")
    made.revive("worker-2")
    assert made.walk("a", "pod/c").fault == "nobody-there"
    made.run(for_="10s")
    assert made.walk("a", "pod/c").ok


# Load balancers


def balanced(mode: str, more: str = "") -> Cluster:
    made = cluster(
        f"service out LoadBalancer -> app=web port 80 {{ .spec.loadBalancerClass = example.com/own {more} }}"
    )
    entry = LoadBalancerIngress(ip="203.0.113.200", ip_mode=mode)
    if mode == "name":
        entry = LoadBalancerIngress(hostname="lb.example.com")
    service = made.view.get("Service", "default", "out")
    status = ServiceStatus(load_balancer=LoadBalancerStatus(ingress=(entry,)))
    made.request(Update(object=evolve(service, status=status), subresource="status"))
    made.run()
    return made


def test_a_load_balancer_passes_packets_through() -> None:
    walk = balanced("VIP").walk("internet", "out")
    assert walk.ok
    assert not hop(walk, "load-balancer").translated
    assert "load balancer IP of Service default/out" in hop(walk, "kube-proxy").sentence


@pytest.mark.parametrize("mode", ["Proxy", "name"])
def test_a_load_balancer_that_is_a_proxy_connects_to_a_node_port(mode: str) -> None:
    made = balanced(mode)
    target = "http://lb.example.com/" if mode == "name" else "out"
    for source in ("internet", "a", "worker-1"):
        walk = made.walk(source, target if source != "worker-1" else "203.0.113.200" if mode == "Proxy" else target)
        assert walk.ok, str(walk)
        if source == "internet":
            assert hop(walk, "load-balancer").translated
            assert "node port of Service default/out" in hop(walk, "kube-proxy").sentence


def test_a_load_balancer_uses_only_nodes_that_are_healthy() -> None:
    made = balanced("VIP", "; .spec.externalTrafficPolicy = Local ; .spec.healthCheckNodePort = 31000")
    made.delete("pod/b")
    made.run()
    for attempt in range(3):
        walk = made.walk("internet", "out", attempt)
        assert walk.ok
        assert hop(walk, "kube-proxy").node == "worker-2"
        assert walk.packet is not None
        assert walk.packet.source == "203.0.113.7", "under the policy Local the client's address is kept"
    made.delete("pod/c")
    made.run()
    assert made.walk("internet", "out").fault == "no-healthy-node"


def test_who_may_use_a_load_balancer() -> None:
    made = balanced("VIP", "; .spec.loadBalancerSourceRanges = [198.51.100.0/24]")
    assert made.walk("internet", "out").fault == "source-not-allowed"
    assert made.walk("198.51.100.9", "out").ok
    assert made.walk("internet", "203.0.113.200:81").fault == "port-not-in-service"


def test_a_load_balancer_that_the_cloud_has_not_made_yet_leaves_the_node_port() -> None:
    made = cluster("service out LoadBalancer -> app=web port 80 { .spec.loadBalancerClass = example.com/own }")
    walk = made.walk("internet", "out")
    assert walk.ok
    assert "waits for the cloud" in hop(walk, "address").sentence


def test_an_address_that_the_cloud_has_taken_back_is_nobodys() -> None:
    made = Cluster()
    made.apply("cluster { node worker-1; cloud }; pod web nginx port 80; service web LoadBalancer -> app=web port 80")
    made.run()
    assert made.walk("internet", "203.0.113.10").ok
    made.delete("service/web")
    made.run()
    walk = made.walk("internet", "203.0.113.10")
    assert (walk.verdict, walk.fault) == ("timed out", "nobody-there")


# What is meant


@pytest.mark.parametrize("source", ["a", "pod/a", "default/a", "default/pod/a", "po/a"])
def test_a_pod_is_named_in_many_ways(plain: Cluster, source: str) -> None:
    assert plain.walk(source, "web").source == "Pod default/a"


def test_a_workload_stands_for_its_first_pod_that_runs() -> None:
    made = cluster("deployment shop x2 nginx port 80")
    assert made.walk("deployment/shop", "web").source.startswith("Pod default/shop-")
    assert made.walk("a", "deploy/shop").ok


def test_names_of_another_namespace_are_asked_of_the_dns() -> None:
    made = cluster("namespace shop { pod till nginx port 80 ; service till -> app=till port 80 }")
    for target in ("shop/till", "till.shop", "http://till.shop.svc.cluster.local", "shop/svc/till"):
        walk = made.walk("a", target)
        assert walk.ok, target
        assert "till.shop" in hop(walk, "dns").rule
    assert made.walk("shop/till", "web.default").ok
    assert made.walk("shop/till", "web").fault == "no-such-name"


@pytest.mark.parametrize(
    ("source", "target", "said"),
    [
        ("nobody", "web", "a walk cannot start at 'nobody'"),
        ("svc/web", "a", "a walk cannot start at 'svc/web'"),
        ("a", "", "is no target"),
        ("a", "a b", "is no target"),
        ("a", "web:99999", "99999 is no port"),
        ("a", "web:0", "0 is no port"),
        ("a", "gopher://web", "there is no way to walk gopher://"),
        ("a", "pod/nobody", "there is no pod/nobody"),
    ],
)
def test_what_cannot_be_meant_is_refused(plain: Cluster, source: str, target: str, said: str) -> None:
    with pytest.raises(UsageError) as refused:
        plain.walk(source, target)
    assert said in str(refused.value)


# What it tells


def test_a_walk_is_told_step_by_step(plain: Cluster) -> None:
    text = str(plain.walk("a", "http://web/cart"))
    lines = text.splitlines()
    assert lines[0] == "Pod default/a → http://web/cart"
    assert "It is asked for HTTP /cart." in text
    assert "and back" in lines
    assert lines[-1] == "✓ delivered"
    numbers = [int(line.split()[0]) for line in lines if line[:3].strip().isdigit()]
    assert numbers == list(range(1, len(numbers) + 1))


def test_where_it_fails_the_text_says_where_and_why(plain: Cluster) -> None:
    assert str(plain.walk("a", "web:81")).splitlines()[-1] == (
        "✕ no route to host at node worker-1: port-not-in-service"
    )


def test_a_walk_changes_nothing_and_is_always_the_same(plain: Cluster) -> None:
    before, steps = plain.state, len(plain.timeline)
    texts = {str(plain.walk("a", "web", attempt=1)) for _ in range(3)}
    assert len(texts) == 1
    assert plain.state is before
    assert len(plain.timeline) == steps


def test_a_walk_in_the_past_is_of_the_past() -> None:
    made = cluster()
    made.delete("service/web")
    made.run()
    assert made.walk("a", "web").fault == "no-such-name"
    made.goto(made.cursor - 3)
    while made.view.get("Service", "default", "web") is None:
        made.back()
    assert made.walk("a", "web").ok


# What the traffic policies and session affinity have to do with it

POLICIES = """
service kept NodePort -> app=web port 80 { .spec.externalTrafficPolicy = Local }
service near -> app=web port 80 { .spec.internalTrafficPolicy = Local }
service sticky -> app=web port 80 sessionAffinity ClientIP
"""


def test_what_a_traffic_policy_does_is_told_where_it_decides() -> None:
    made = cluster(POLICIES)
    node = made.view.get("Node", "", "worker-1").status.addresses[0].address
    port = made.view.get("Service", "default", "kept").spec.ports[0].node_port
    from_outside = hop(made.walk("internet", f"{node}:{port}"), "kube-proxy")
    assert from_outside.sentence.endswith(
        "externalTrafficPolicy Local: only endpoints on this node count, and the client's address is kept."
    )
    assert from_outside.after is not None
    assert from_outside.after.source == "203.0.113.7"
    inside = hop(made.walk("a", "near"), "kube-proxy").sentence
    assert inside.endswith("internalTrafficPolicy Local: only endpoints on this node count.")
    assert (
        "session affinity keeps this client there for 10800 s" in hop(made.walk("a", "sticky"), "kube-proxy").sentence
    )
    assert "Policy" not in hop(made.walk("a", "web"), "kube-proxy").sentence
