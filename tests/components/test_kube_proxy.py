"""kube-proxy: which rules each node gets for which Service, and how they read."""

import attrs
import pytest

from kubelab.api.core.node import Node
from kubelab.api.core.service import (
    ClientIPConfig,
    LoadBalancerIngress,
    LoadBalancerStatus,
    Service,
    ServicePort,
    ServiceSpec,
    ServiceStatus,
    SessionAffinityConfig,
)
from kubelab.api.discovery import (
    Endpoint,
    EndpointConditions,
    EndpointHints,
    EndpointPort,
    EndpointSlice,
    ForNode,
    ForZone,
)
from kubelab.api.meta import ObjectMeta
from kubelab.api.model import evolve
from kubelab.api.scalars import FrozenMap
from kubelab.components.kube_proxy import KubeProxy, SyncProxyRules, rules_text
from kubelab.state import store
from kubelab.state.machine import Machine, ServiceRules
from kubelab.state.requests import Requeue
from kubelab.state.snapshot import Change, ObjectKey, Snapshot, View

NOW = 1_767_225_600_000_000
SECOND = 1_000_000
PROXY = KubeProxy()
KEY = ObjectKey("Service", "shop", "web")


def view(*objects, rules=None, now=NOW, powered=True):
    snapshot = Snapshot()
    for obj in objects:
        snapshot, _ = store.put(snapshot, obj)
    for name in ("a", "b"):
        machine = Machine(name=name, powered=powered)
        if rules is not None:
            machine = evolve(machine, rules=machine.rules.set("shop/web", rules))
        snapshot = attrs.evolve(snapshot, machines=snapshot.machines.set(name, machine))
    return View(snapshot, now)


def service(ports=((80, "", 0),), status=None, **spec):
    return Service(
        metadata=ObjectMeta(name="web", namespace="shop", uid="uid-web"),
        spec=ServiceSpec(
            **{
                "cluster_ip": "10.96.5.5",
                "type": "ClusterIP",
                "session_affinity": "None",
                "internal_traffic_policy": "Cluster",
                "ports": tuple(
                    ServicePort(name=name, port=port, protocol="TCP", node_port=node_port)
                    for port, name, node_port in ports
                ),
            }
            | spec
        ),
        status=status or ServiceStatus(),
    )


def endpoint(number, on="a", ready=True, serving=None, terminating=None, zones=(), nodes=()):
    hints = EndpointHints(
        for_zones=tuple(ForZone(name=z) for z in zones), for_nodes=tuple(ForNode(name=n) for n in nodes)
    )
    return Endpoint(
        addresses=(f"10.244.0.{number}",),
        conditions=EndpointConditions(ready=ready, serving=serving, terminating=terminating),
        node_name=on,
        hints=hints if zones or nodes else None,
    )


def endpoint_slice(*endpoints, name="web-1", ports=(("", 8080),)):
    return EndpointSlice(
        metadata=ObjectMeta(name=name, namespace="shop", labels=FrozenMap({"kubernetes.io/service-name": "web"})),
        address_type="IPv4",
        endpoints=endpoints,
        ports=tuple(EndpointPort(name=n, protocol="TCP", port=p) for n, p in ports),
    )


def synced(*objects, node="a"):
    """The rules that the kube-proxy of a node writes, for a Service with one port."""
    (request,) = PROXY.reconcile_on(view(*objects), node, KEY)
    assert isinstance(request, SyncProxyRules)
    assert (request.node, request.target) == (node, KEY)
    (rules,) = request.rules
    return rules


# What is written


def test_the_rules_of_a_cluster_address():
    endpoints = endpoint_slice(endpoint(2, on="b"), endpoint(1), endpoint(3, ready=False))
    assert synced(service(), endpoints) == ServiceRules(
        service="shop/web",
        protocol="TCP",
        cluster_ip="10.96.5.5",
        port=80,
        backends=("10.244.0.1:8080", "10.244.0.2:8080"),
        has_endpoints=True,
    )


def test_every_port_has_rules_of_its_own():
    ports = ((80, "http", 0), (443, "https", 0), (9, "none", 0))
    slices = endpoint_slice(endpoint(1), ports=(("http", 8080), ("https", 8443)))
    (request,) = PROXY.reconcile_on(view(service(ports), slices), "a", KEY)
    assert [(r.port_name, r.port, r.backends, r.has_endpoints) for r in request.rules] == [
        ("http", 80, ("10.244.0.1:8080",), True),
        ("https", 443, ("10.244.0.1:8443",), True),
        ("none", 9, (), False),
    ]


def test_endpoints_of_several_slices_count_once():
    first = endpoint_slice(endpoint(1, ready=False), endpoint(2))
    second = endpoint_slice(endpoint(1), endpoint(3), name="web-2")
    assert synced(service(), first, second).backends == ("10.244.0.1:8080", "10.244.0.2:8080", "10.244.0.3:8080")


def test_without_ready_endpoints_those_on_their_way_out_are_used():
    leaving = endpoint(1, ready=False, serving=True, terminating=True)
    dead = endpoint(2, ready=False, serving=False, terminating=True)
    assert synced(service(), endpoint_slice(leaving, dead)).backends == ("10.244.0.1:8080",)
    assert synced(service(), endpoint_slice(leaving, endpoint(3))).backends == ("10.244.0.3:8080",)
    none = synced(service(), endpoint_slice(dead))
    assert (none.backends, none.has_endpoints) == ((), False)


def test_an_internal_policy_of_local_keeps_traffic_on_the_node():
    objects = service(internal_traffic_policy="Local"), endpoint_slice(endpoint(1), endpoint(2, on="b"))
    here, there = synced(*objects, node="a"), synced(*objects, node="b")
    assert (here.backends, here.internal_backends) == ((), ("10.244.0.1:8080",))
    assert there.internal_backends == ("10.244.0.2:8080",)
    elsewhere = synced(objects[0], endpoint_slice(endpoint(2, on="b")), node="a")
    assert (elsewhere.internal_backends, elsewhere.has_endpoints) == ((), True)


def test_an_external_policy_of_local_leaves_the_cluster_address_alone():
    exposed = service(((80, "", 30080),), type="NodePort", external_traffic_policy="Local")
    rules = synced(exposed, endpoint_slice(endpoint(1), endpoint(2, on="b")))
    assert rules.node_port == 30080
    assert rules.internal_backends == ("10.244.0.1:8080", "10.244.0.2:8080")
    assert rules.external_backends == ("10.244.0.1:8080",)


def test_load_balancers_and_external_addresses():
    ingress = (
        LoadBalancerIngress(ip="192.0.2.7"),
        LoadBalancerIngress(hostname="lb"),
        LoadBalancerIngress(ip="192.0.2.8", ip_mode="Proxy"),
    )
    exposed = service(
        type="LoadBalancer",
        external_ips=("198.51.100.1",),
        load_balancer_source_ranges=("203.0.113.0/24",),
        external_traffic_policy="Local",
        health_check_node_port=31000,
        status=ServiceStatus(load_balancer=LoadBalancerStatus(ingress=ingress)),
    )
    rules = synced(exposed, endpoint_slice(endpoint(1)))
    assert rules.load_balancer_ips == ("192.0.2.7",)
    assert rules.external_ips == ("198.51.100.1",)
    assert rules.source_ranges == ("203.0.113.0/24",)
    assert rules.health_check_node_port == 31000


def test_session_affinity():
    assert synced(service(session_affinity="ClientIP")).affinity_seconds == 10800
    config = SessionAffinityConfig(client_ip=ClientIPConfig(timeout_seconds=60))
    rules = synced(service(session_affinity="ClientIP", session_affinity_config=config))
    assert (rules.affinity, rules.affinity_seconds) == ("ClientIP", 60)


def test_hints_keep_traffic_near():
    zone = FrozenMap({"topology.kubernetes.io/zone": "east"})
    near = Node(metadata=ObjectMeta(name="a", labels=zone))
    by_zone = endpoint_slice(endpoint(1, zones=("east",)), endpoint(2, on="b", zones=("west",)))
    assert synced(service(), by_zone, near).backends == ("10.244.0.1:8080",)
    # A node of a zone that no hint names, and hints that are not complete, use all endpoints.
    assert len(synced(service(), by_zone, near, node="b").backends) == 2
    assert len(synced(service(), endpoint_slice(endpoint(1, zones=("east",)), endpoint(2)), near).backends) == 2
    by_node = endpoint_slice(endpoint(1, nodes=("a",)), endpoint(2, on="b", nodes=("b",)))
    assert synced(service(), by_node, node="b").backends == ("10.244.0.2:8080",)


@pytest.mark.parametrize("spec", [{"cluster_ip": "None"}, {"cluster_ip": "", "type": "ExternalName"}])
def test_headless_and_external_names_have_no_rules(spec):
    assert list(PROXY.reconcile_on(view(service(**spec), endpoint_slice(endpoint(1))), "a", KEY)) == []


# When it is written


def written(*objects, at=NOW):
    (request,) = PROXY.reconcile_on(view(*objects), "a", KEY)
    return request.apply(Machine(name="a"), at).rules["shop/web"]


def test_what_is_there_already_is_not_written_again():
    objects = service(), endpoint_slice(endpoint(1))
    assert list(PROXY.reconcile_on(view(*objects, rules=written(*objects)), "a", KEY)) == []


def test_changes_are_written_once_a_second_at_most():
    before = written(service(), endpoint_slice(endpoint(1)))
    now = service(), endpoint_slice(endpoint(1), endpoint(2))
    assert list(PROXY.reconcile_on(view(*now, rules=before, now=NOW + SECOND // 4), "a", KEY)) == [
        Requeue(at=NOW + SECOND)
    ]
    assert len(PROXY.reconcile_on(view(*now, rules=before, now=NOW + SECOND), "a", KEY)) == 1


def test_the_rules_of_a_service_that_is_gone_are_removed_at_once():
    rules = written(service(), endpoint_slice(endpoint(1)))
    (request,) = PROXY.reconcile_on(view(rules=rules), "a", KEY)
    machine = evolve(Machine(name="a"), rules=Machine().rules.set("shop/web", rules))
    assert request.shown(machine) == rules
    assert "shop/web" not in request.apply(machine, NOW).rules
    assert request.apply(Machine(name="a"), NOW) == Machine(name="a")


def test_a_machine_that_is_off_does_nothing():
    assert list(PROXY.reconcile_on(view(service(), powered=False), "a", KEY)) == []
    assert list(PROXY.reconcile_on(view(service()), "nowhere", KEY)) == []


def test_it_says_where_the_address_leads():
    (request,) = PROXY.reconcile_on(view(service(), endpoint_slice(endpoint(1))), "a", KEY)
    assert request.message == "kube-proxy on a wrote the rules of Service shop/web: 10.96.5.5:80 leads to 1 endpoint."


def woken(before, after, *others):
    obj = before or after
    key = ObjectKey(obj.kind, obj.metadata.namespace, obj.metadata.name)
    return sorted(PROXY.enqueue_on(Change(key, before, after, view(*others, *([after] if after else [])))))


def test_who_is_woken():
    everywhere = [("a", KEY), ("b", KEY)]
    assert woken(None, service()) == everywhere
    assert woken(service(), None) == everywhere
    assert woken(None, service(cluster_ip="None")) == []
    assert woken(None, endpoint_slice(), service()) == everywhere
    assert woken(endpoint_slice(), None, service()) == everywhere
    assert woken(None, endpoint_slice(), service(cluster_ip="None")) == []
    assert woken(None, endpoint_slice()) == []
    node = Node(metadata=ObjectMeta(name="a"))
    assert woken(None, node, service()) == [("a", KEY)]
    assert woken(node, node, service()) == []
    moved = Node(metadata=ObjectMeta(name="a", labels=FrozenMap({"topology.kubernetes.io/zone": "east"})))
    assert woken(node, moved, service()) == [("a", KEY)]


def test_when_it_starts_it_also_looks_at_rules_of_services_that_are_gone():
    rules = written(service(), endpoint_slice(endpoint(1)))
    node = Node(metadata=ObjectMeta(name="a"))
    change = Change(ObjectKey("Node", "", "a"), None, node, view(node, rules=rules))
    assert list(PROXY.enqueue_on(change)) == [("a", KEY)]


# How it reads


def text(*objects):
    (request,) = PROXY.reconcile_on(view(*objects), "a", KEY)
    return rules_text(request.apply(Machine(name="a"), NOW)).splitlines()


def test_the_chains_have_the_names_that_they_have_on_a_real_node():
    rules = ServiceRules(
        service="default/kubernetes",
        port_name="https",
        cluster_ip="10.96.0.1",
        port=443,
        backends=("172.18.255.254:6443",),
        has_endpoints=True,
    )
    lines = rules_text(Machine(rules=Machine().rules.set("default/kubernetes", (rules,)))).splitlines()
    assert ":KUBE-SVC-NPX46M4PTMTKRN6Y - [0:0]" in lines
    assert (
        '-A KUBE-SERVICES -m comment --comment "default/kubernetes:https cluster IP" -m tcp -p tcp -d 10.96.0.1 '
        "--dport 443 -j KUBE-SVC-NPX46M4PTMTKRN6Y"
    ) in lines


def test_endpoints_are_chosen_with_equal_chances():
    lines = text(service(), endpoint_slice(endpoint(1), endpoint(2), endpoint(3)))
    chances = [line.split(" -m statistic")[1].split(" -j")[0] for line in lines if "statistic" in line]
    assert chances == [" --mode random --probability 0.3333333333", " --mode random --probability 0.5000000000"]
    assert [line.split()[-1] for line in lines if "DNAT" in line] == [f"10.244.0.{n}:8080" for n in (1, 2, 3)]


def test_a_service_without_endpoints_is_refused():
    lines = text(service(((80, "", 30080),), type="NodePort"))
    assert [line for line in lines if line.endswith("REJECT")] == [
        '-A KUBE-SERVICES -m comment --comment "shop/web has no endpoints" -m tcp -p tcp -d 10.96.5.5 --dport 80 '
        "-j REJECT",
        '-A KUBE-EXTERNAL-SERVICES -m comment --comment "shop/web has no endpoints" -m addrtype --dst-type LOCAL '
        "-m tcp -p tcp --dport 30080 -j REJECT",
    ]
    assert not any("KUBE-SVC" in line for line in lines)


def test_without_local_endpoints_traffic_from_outside_is_dropped():
    exposed = service(((80, "", 30080),), type="NodePort", external_traffic_policy="Local")
    lines = text(exposed, endpoint_slice(endpoint(2, on="b")))
    assert [line.split()[1] for line in lines if line.endswith("DROP")] == ["KUBE-EXTERNAL-SERVICES"]
    assert any(line.startswith("-A KUBE-NODEPORTS") and "KUBE-EXT-" in line for line in lines)
    assert not any(line.startswith(":KUBE-SVL") for line in lines)


def test_affinity_remembers_the_client():
    lines = text(service(session_affinity="ClientIP"), endpoint_slice(endpoint(1)))
    assert sum("--rcheck --seconds 10800 --reap" in line for line in lines) == 1
    assert sum("--set" in line and "DNAT" in line for line in lines) == 1


def test_every_chain_that_is_jumped_to_exists():
    ingress = (LoadBalancerIngress(ip="192.0.2.7"),)
    exposed = service(
        ((80, "", 30080),),
        type="LoadBalancer",
        external_ips=("198.51.100.1",),
        load_balancer_source_ranges=("203.0.113.0/24",),
        external_traffic_policy="Local",
        health_check_node_port=31000,
        status=ServiceStatus(load_balancer=LoadBalancerStatus(ingress=ingress)),
    )
    lines = text(exposed, endpoint_slice(endpoint(1), endpoint(2, on="b")))
    nat = lines[lines.index("*nat") :]
    chains = {line[1:].split()[0] for line in nat if line.startswith(":")}
    jumps = {line.split(" -j ")[1].split()[0] for line in nat if " -j " in line}
    assert jumps - chains == {"RETURN", "MARK", "MASQUERADE", "DNAT"}
    assert {line.split()[1] for line in nat if line.startswith("-A")} <= chains
    assert nat[-2].startswith("-A KUBE-SERVICES") and "must be the last rule" in nat[-2]
