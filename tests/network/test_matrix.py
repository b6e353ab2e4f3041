"""Walks between all pairs in a cluster of two nodes, and with each fault: the verdict, and the hop that is named."""

from collections.abc import Callable

import pytest

from kubelab import Cluster
from kubelab.api.core.service import LoadBalancerIngress, LoadBalancerStatus, ServiceStatus
from kubelab.api.model import evolve
from kubelab.network.trail import Walk
from kubelab.state.requests import Update

PROGRAM = """
cluster { node worker-[1..2] }
pod client busybox { nodeName worker-1 ; serves none }
pod near nginx { nodeName worker-1 ; label app=web ; port http 80 }
pod far nginx { nodeName worker-2 ; label app=web ; port http 80 ; ready http / }
pod lone nginx { nodeName worker-2 ; port 80 }
service web -> app=web port 8080 to 80
service out NodePort 30080 -> app=web port 80
service lb LoadBalancer -> app=web port 80 { .spec.loadBalancerClass = example.com/own }
service pods headless -> app=web port 80
service alias ExternalName db.example.com
service empty -> app=nobody port 80
"""

DELIVERED = "delivered"
OUTSIDE = "no route to host"


def cluster() -> Cluster:
    made = Cluster()
    made.apply(PROGRAM)
    made.run()
    balance(made, "203.0.113.200")
    made.run()
    return made


def balance(made: Cluster, address: str) -> None:
    """The cloud gives the Service lb an address."""
    service = made.view.get("Service", "default", "lb")
    balancer = LoadBalancerStatus(ingress=(LoadBalancerIngress(ip=address, ip_mode="VIP"),))
    made.request(Update(object=evolve(service, status=ServiceStatus(load_balancer=balancer)), subresource="status"))


@pytest.fixture(scope="module")
def healthy() -> Cluster:
    return cluster()


def address(made: Cluster, pod: str) -> str:
    return str(made.view.get("Pod", "default", pod).status.pod_ip)


def machine(made: Cluster, node: str) -> str:
    return str(made.view.get("Node", "", node).status.addresses[0].address)


INSIDE = {
    "pod/near": "10.244.0.",
    "pod/far": "10.244.1.",
    "web": "10.244.",
    "http://web:8080/": "10.244.",
    "out": "10.244.",
    "lb": "10.244.",
    "pods": "10.244.",
    "alias": "198.51.100.",
    "node/worker-1": "172.18.",
    "node/worker-2": "172.18.",
    "kubernetes": "172.18.",
    "internet": "198.51.100.",
}
"""What can be reached from inside, and where a packet to it arrives."""


@pytest.mark.parametrize("attempt", [0, 1])
@pytest.mark.parametrize("target", INSIDE)
@pytest.mark.parametrize("source", ["client", "far", "worker-1", "worker-2"])
def test_everything_inside_reaches_everything(healthy: Cluster, source: str, target: str, attempt: int) -> None:
    if source.startswith("worker") and target.startswith("http:"):
        target = "web"
    walk = healthy.walk(source, target, attempt)
    assert (walk.verdict, walk.fault) == (DELIVERED, ""), str(walk)
    assert walk.packet is not None
    assert walk.packet.destination.startswith(INSIDE[target])
    assert walk.back[-1].kind == "arrived"
    # Whoever connects sees answers from where it connected to, whatever was translated in between.
    first = next(hop.before for hop in walk.hops if hop.before is not None)
    assert walk.back[-1].before == first.reply


FROM_OUTSIDE = [
    ("pod/near", OUTSIDE, "not-from-outside"),
    ("pod/far", OUTSIDE, "not-from-outside"),
    ("web", OUTSIDE, "not-from-outside"),
    ("out", DELIVERED, ""),
    ("lb", DELIVERED, ""),
    ("pods", "could not resolve host", "no-such-name"),
    ("http://web:8080/", "could not resolve host", "no-such-name"),
    ("http://web.default.svc.cluster.local/", "could not resolve host", "no-such-name"),
    ("alias", DELIVERED, ""),
    ("node/worker-2", DELIVERED, ""),
    ("kubernetes", OUTSIDE, "not-from-outside"),
    ("internet", DELIVERED, ""),
]


@pytest.mark.parametrize("attempt", [0, 1, 2, 3])
@pytest.mark.parametrize(("target", "verdict", "fault"), FROM_OUTSIDE)
def test_only_what_is_exposed_can_be_reached_from_outside(
    healthy: Cluster, target: str, verdict: str, fault: str, attempt: int
) -> None:
    walk = healthy.walk("internet", target, attempt)
    assert (walk.verdict, walk.fault) == (verdict, fault), str(walk)


def test_a_node_port_is_open_on_every_node(healthy: Cluster) -> None:
    for node in ("worker-1", "worker-2"):
        for source in ("internet", "client", "worker-1"):
            walk = healthy.walk(source, f"{machine(healthy, node)}:30080")
            assert walk.ok, str(walk)
            (rules,) = [hop for hop in walk.hops if hop.kind == "kube-proxy"]
            assert (rules.node, rules.after and rules.after.port) == (node, 80)


# Each fault


def not_ready(made: Cluster) -> None:
    made.apply("pod far nginx { nodeName worker-2 ; label app=web ; port http 80 ; ready http / ; never ready }")
    made.run()


def none_ready(made: Cluster) -> None:
    for pod in ("near", "far"):
        made.delete(f"pod/{pod}")
    made.run()


def policy(made: Cluster) -> None:
    made.apply("NetworkPolicy closed { .spec.podSelector.matchLabels = {app: web} }")
    made.run()


def egress_policy(made: Cluster) -> None:
    made.apply("NetworkPolicy mute { .spec.podSelector.matchLabels = {app: client} ; .spec.policyTypes = [Egress] }")
    made.run()


def route_lost(made: Cluster) -> None:
    made.break_route("worker-1", "10.244.1.0/24")


def way_back_lost(made: Cluster) -> None:
    made.break_route("worker-2", "10.244.0.0/24")


def way_out_lost(made: Cluster) -> None:
    made.break_route("worker-1", "default")


def proxy_stopped(made: Cluster) -> None:
    made.stop("kube-proxy/worker-1")
    made.delete("pod/far")
    made.run()


def proxy_never_ran(made: Cluster) -> None:
    made.stop("kube-proxy/worker-1")
    made.apply("service late -> app=web port 80")
    made.run()


def proxy_missed_the_first(made: Cluster) -> None:
    made.stop("kube-proxy/worker-1")
    made.apply("pod first nginx { label app=nobody ; port 80 }")
    made.run()


def wrong_port(made: Cluster) -> None:
    made.apply("service wrong -> app=web port 80 to 81")
    made.run()


def crashed(made: Cluster) -> None:
    made.stop("kubelet/worker-2")
    made.crash("lone")


def switched_off(made: Cluster) -> None:
    made.kill("worker-2")


def unscheduled(made: Cluster) -> None:
    made.stop("kube-scheduler")
    made.apply("pod waiting nginx port 80")
    made.run()


def local_only(made: Cluster) -> None:
    made.delete("pod/far")
    made.apply("service out NodePort 30080 -> app=web port 80 { .spec.externalTrafficPolicy = Local }")
    made.apply("service inner -> app=lone port 80 { .spec.internalTrafficPolicy = Local }")
    made.run()


def api_server_down(made: Cluster) -> None:
    made.stop("kube-apiserver")


Broken = tuple[Callable[[Cluster], None], str, str, int, str, str, str, str, bool]

FAULTS: list[Broken] = [
    # fault, source, target, attempt, verdict, why, hop, node of the hop, on the way back
    (not_ready, "client", "web", 1, DELIVERED, "", "", "", False),
    (none_ready, "client", "web", 0, "connection refused", "no-endpoints", "kube-proxy", "worker-1", False),
    (none_ready, "client", "pods", 0, "could not resolve host", "no-such-name", "dns", "", False),
    (none_ready, "internet", "out", 1, "connection refused", "no-endpoints", "kube-proxy", "worker-2", False),
    (policy, "client", "web", 0, "timed out", "policy-ingress", "policy", "worker-1", False),
    (policy, "client", "web", 1, "timed out", "policy-ingress", "policy", "worker-2", False),
    (policy, "client", "lone:80", 1, DELIVERED, "", "", "", False),
    (policy, "worker-1", "pod/near", 0, DELIVERED, "", "", "", False),
    (policy, "worker-1", "pod/far", 0, "timed out", "policy-ingress", "policy", "worker-2", False),
    (policy, "internet", "out", 0, "timed out", "policy-ingress", "policy", "worker-1", False),
    (egress_policy, "client", "pod/near", 0, "timed out", "policy-egress", "policy", "worker-1", False),
    (egress_policy, "client", "web", 0, "timed out", "policy-egress", "dns", "", False),
    (egress_policy, "client", "internet", 0, "timed out", "policy-egress", "policy", "worker-1", False),
    (egress_policy, "near", "client:80", 0, "connection refused", "port-not-listening", "port", "worker-1", False),
    (route_lost, "client", "pod/far", 0, "no route to host", "route-missing", "route", "worker-1", False),
    (route_lost, "client", "web", 1, "no route to host", "route-missing", "route", "worker-1", False),
    (route_lost, "client", "web", 0, DELIVERED, "", "", "", False),
    (route_lost, "far", "pod/near", 0, "timed out", "route-missing", "route", "worker-1", True),
    (route_lost, "internet", "out", 0, DELIVERED, "", "", "", False),
    (way_back_lost, "client", "pod/far", 0, "timed out", "route-missing", "route", "worker-2", True),
    (way_back_lost, "worker-1", "pod/far", 0, DELIVERED, "", "", "", False),
    (way_out_lost, "client", "internet", 0, "network is unreachable", "route-missing", "route", "worker-1", False),
    (way_out_lost, "worker-1", "web", 0, "network is unreachable", "route-missing", "route", "worker-1", False),
    (way_out_lost, "client", "web", 0, DELIVERED, "", "", "", False),
    (way_out_lost, "internet", "out", 0, "timed out", "route-missing", "route", "worker-1", True),
    (proxy_stopped, "client", "web", 1, "no route to host", "stale-rules", "bridge", "worker-2", False),
    (proxy_stopped, "client", "web", 0, DELIVERED, "", "", "", False),
    (proxy_stopped, "lone", "web", 1, DELIVERED, "", "", "", False),
    (proxy_never_ran, "client", "late", 0, "no route to host", "no-rules", "kube-proxy", "worker-1", False),
    (proxy_never_ran, "far", "late", 0, DELIVERED, "", "", "", False),
    (
        proxy_missed_the_first,
        "client",
        "empty",
        0,
        "connection refused",
        "stale-rules",
        "kube-proxy",
        "worker-1",
        False,
    ),
    (wrong_port, "client", "wrong", 0, "connection refused", "port-not-listening", "port", "worker-1", False),
    (wrong_port, "client", "wrong", 1, "connection refused", "port-not-listening", "port", "worker-2", False),
    (wrong_port, "client", "wrong:81", 0, "no route to host", "port-not-in-service", "kube-proxy", "worker-1", False),
    (crashed, "client", "pod/lone", 0, "connection refused", "container-not-running", "port", "worker-2", False),
    (crashed, "lone", "web", 0, "not sent", "not-running", "start", "worker-2", False),
    (switched_off, "client", "pod/far", 0, "no route to host", "machine-off", "wire", "worker-2", False),
    (switched_off, "client", "web", 0, DELIVERED, "", "", "", False),
    (switched_off, "client", "web", 1, "no route to host", "machine-off", "wire", "worker-2", False),
    (switched_off, "internet", "out", 1, "no route to host", "machine-off", "wire", "worker-2", False),
    (switched_off, "internet", "lb", 0, DELIVERED, "", "", "", False),
    (switched_off, "internet", "lb", 1, "no route to host", "machine-off", "wire", "worker-2", False),
    (switched_off, "far", "web", 0, "not sent", "not-running", "start", "worker-2", False),
    (unscheduled, "client", "waiting", 0, "not sent", "no-address", "address", "", False),
    (local_only, "internet", "out", 0, DELIVERED, "", "", "", False),
    (local_only, "internet", "out", 1, "timed out", "no-local-endpoints", "kube-proxy", "worker-2", False),
    (local_only, "client", "inner", 0, "timed out", "no-local-endpoints", "kube-proxy", "worker-1", False),
    (local_only, "lone", "inner", 0, DELIVERED, "", "", "", False),
    (api_server_down, "client", "web", 0, DELIVERED, "", "", "", False),
    (api_server_down, "client", "kubernetes", 0, "connection refused", "container-not-running", "port", "", False),
]


@pytest.mark.parametrize(
    ("fault", "source", "target", "attempt", "verdict", "why", "hop", "node", "back"),
    FAULTS,
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_each_fault_is_named_with_its_hop(
    fault: Callable[[Cluster], None],
    source: str,
    target: str,
    attempt: int,
    verdict: str,
    why: str,
    hop: str,
    node: str,
    back: bool,
) -> None:
    made = cluster()
    fault(made)
    walk = made.walk(source, target, attempt)
    failed = walk.failed_at
    assert (walk.verdict, walk.fault) == (verdict, why), str(walk)
    if why:
        assert failed is not None
        assert (failed.kind, failed.node, failed.back) == (hop, node, back), str(walk)
        assert walk.reason == failed.sentence


def sentence_of(fault: Callable[[Cluster], None], source: str, target: str, attempt: int = 0) -> Walk:
    made = cluster()
    fault(made)
    return made.walk(source, target, attempt)


def test_a_refusal_by_a_policy_names_the_policy_and_why_no_rule_fits() -> None:
    walk = sentence_of(policy, "client", "web")
    assert "NetworkPolicy default/closed denied it" in walk.reason
    assert "default/closed allows no ingress at all" in walk.reason


def test_stale_rules_name_the_kube_proxy_that_is_stopped() -> None:
    walk = sentence_of(proxy_stopped, "client", "web", 1)
    assert "is no endpoint of Service default/web any more: kube-proxy on worker-1 is stopped" in walk.reason


def test_a_pod_that_is_not_ready_gets_nothing_through_the_service() -> None:
    made = cluster()
    not_ready(made)
    arrived = {str(made.walk("client", "web", attempt).packet) for attempt in range(3)}
    assert len(arrived) == 1, "only the Pod that is ready"
    assert made.walk("client", "pod/far").ok, "its address itself is open all the same"


def test_a_broken_route_comes_back_with_the_past() -> None:
    made = cluster()
    made.break_route("worker-1", "10.244.1.0/24")
    assert not made.walk("client", "pod/far").ok
    made.back()
    assert made.walk("client", "pod/far").ok
