"""What kube-proxy's rules make of a packet: the very rules that stand on the machine, and the kernel's order."""

import pytest

from kubelab.api.model import evolve
from kubelab.network.trail import Packet
from kubelab.network.translation import Translation, translate
from kubelab.state.iptables import rules_text
from kubelab.state.machine import Machine, ServiceRules

OWN = ("172.18.0.3", "10.244.0.1")
POD, FAR_POD, NODE, CLIENT = "10.244.0.9", "10.244.1.9", "172.18.0.3", "203.0.113.7"
LOCAL, REMOTE = "10.244.0.5:8080", "10.244.1.5:8080"
RULES = ServiceRules(
    service="shop/web",
    cluster_ip="10.96.5.5",
    port=80,
    node_port=30080,
    external_ips=("192.0.2.9",),
    load_balancer_ips=("203.0.113.200",),
    backends=(LOCAL, REMOTE),
    local_backends=(LOCAL,),
    has_endpoints=True,
)


def machine(**changes: object) -> Machine:
    empty = Machine(name="a")
    return evolve(empty, rules=empty.rules.set("shop/web", (evolve(RULES, **changes),)))


def made(source: str, destination: str, port: int, attempt: int = 0, **changes: object) -> Translation | None:
    on = machine(**changes)
    found = translate(on, OWN, Packet(source, 49152, destination, port), attempt)
    if found is not None:
        lines = rules_text(on).splitlines()
        assert [line for line in found.lines if line not in lines] == [], "a walk quotes what stands on the machine"
        assert found.lines, "and always quotes something"
    return found


def outcome(source: str, destination: str, port: int, attempt: int = 0, **changes: object) -> tuple[str, bool]:
    found = made(source, destination, port, attempt, **changes)
    assert found is not None
    return (found.backend if found.verdict == "DNAT" else f"{found.verdict} {found.fault}"), found.masquerade


FACES = [("10.96.5.5", 80), (NODE, 30080), ("192.0.2.9", 80), ("203.0.113.200", 80)]


def test_what_no_rule_knows_passes_as_it_is() -> None:
    for destination, port in [("10.96.5.5", 81), ("10.96.5.6", 80), (NODE, 80), (FAR_POD, 30080), (FAR_POD, 80)]:
        assert made(POD, destination, port) is None
    udp = Packet(POD, 49152, "10.96.5.5", 80, "UDP")
    assert translate(machine(), OWN, udp) is None


@pytest.mark.parametrize(("destination", "port"), FACES)
def test_every_address_leads_to_each_endpoint_in_turn(destination: str, port: int) -> None:
    chosen = [outcome(POD, destination, port, attempt)[0] for attempt in range(4)]
    assert chosen == [LOCAL, REMOTE, LOCAL, REMOTE]


def test_who_gets_the_address_of_the_node() -> None:
    assert outcome(POD, "10.96.5.5", 80) == (LOCAL, False)
    assert outcome(NODE, "10.96.5.5", 80) == (LOCAL, True)
    assert outcome(CLIENT, "10.96.5.5", 80) == (LOCAL, True)
    for destination, port in FACES[1:]:
        assert outcome(CLIENT, destination, port) == (LOCAL, True)
        assert outcome(POD, destination, port) == (LOCAL, True)
    assert outcome("10.244.0.5", "10.96.5.5", 80) == (LOCAL, True), "a Pod that reaches itself by a Service"


@pytest.mark.parametrize(("destination", "port"), FACES[1:])
def test_from_outside_under_the_policy_local(destination: str, port: int) -> None:
    local = {"external_local": True}
    assert outcome(CLIENT, destination, port, 1, **local) == (LOCAL, False), "only what is here, with its own address"
    assert outcome(POD, destination, port, 1, **local) == (REMOTE, False), "a Pod is not outside"
    assert outcome(NODE, destination, port, 1, **local) == (REMOTE, True)
    nowhere = {"external_local": True, "local_backends": ()}
    assert outcome(CLIENT, destination, port, **nowhere) == ("DROP no-local-endpoints", False)
    assert outcome(POD, destination, port, 1, **nowhere) == (REMOTE, False)


def test_from_inside_under_the_policy_local() -> None:
    assert outcome(POD, "10.96.5.5", 80, 1, internal_local=True) == (LOCAL, False)
    assert outcome(POD, "10.96.5.5", 80, internal_local=True, local_backends=()) == ("DROP no-local-endpoints", False)


@pytest.mark.parametrize(("destination", "port"), FACES)
def test_without_endpoints_it_is_refused(destination: str, port: int) -> None:
    none = {"backends": (), "local_backends": (), "has_endpoints": False}
    assert outcome(CLIENT, destination, port, **none) == ("REJECT no-endpoints", False)


def test_source_ranges_hold_for_the_load_balancer_only() -> None:
    ranges = {"source_ranges": ("198.51.100.0/24",)}
    assert outcome(CLIENT, "203.0.113.200", 80, **ranges) == ("DROP source-not-allowed", False)
    assert outcome("198.51.100.9", "203.0.113.200", 80, **ranges) == (LOCAL, True)
    assert outcome(CLIENT, NODE, 30080, **ranges) == (LOCAL, True)


def test_session_affinity_keeps_a_client_where_it_was() -> None:
    sticky = {"affinity": "ClientIP", "affinity_seconds": 10800}
    for client in (POD, FAR_POD, "10.244.0.10", "10.244.0.11"):
        assert len({outcome(client, "10.96.5.5", 80, attempt, **sticky) for attempt in range(5)}) == 1
    spread = {outcome(f"10.244.0.{n}", "10.96.5.5", 80, **sticky)[0] for n in range(20, 40)}
    assert spread == {LOCAL, REMOTE}
    found = made(POD, "10.96.5.5", 80, **sticky)
    assert found is not None
    assert found.choice.endswith("of 2; session affinity keeps this client there for 10800 s")
