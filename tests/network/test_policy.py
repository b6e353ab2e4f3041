"""What NetworkPolicies allow: each kind of peer and port, and how the verdict is explained."""

import pytest

from kubelab.api.core.namespace import Namespace
from kubelab.api.core.pod import Pod
from kubelab.api.manifest import load
from kubelab.api.meta import ObjectMeta
from kubelab.api.scalars import FrozenMap
from kubelab.network.policy import EGRESS, INGRESS, Peer, Verdict, judge, selecting, sentence
from kubelab.state import store
from kubelab.state.snapshot import Snapshot, View


def pod(name: str, namespace: str = "shop", ports: str = "[]", host: bool = False, **labels: str) -> Pod:
    labelled = ", ".join(f"{k}: {v}" for k, v in sorted(labels.items()))
    (made,) = load(
        f"""
apiVersion: v1
kind: Pod
metadata: {{name: {name}, namespace: {namespace}, labels: {{{labelled}}}}}
spec: {{hostNetwork: {str(host).lower()}, containers: [{{name: c, image: i, ports: {ports}}}]}}
"""
    )
    assert isinstance(made, Pod)
    return made


WEB = pod("web", app="web", ports="[{name: http, containerPort: 80}, {name: admin, containerPort: 9000}]")
FRIEND = pod("friend", app="friend", role="client")
STRANGER = pod("stranger", app="stranger")
ABROAD = pod("friend", "other", app="friend", role="client")


def policy(spec: str, name: str = "p", namespace: str = "shop") -> str:
    return f"""
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: {name}, namespace: {namespace}}}
spec: {spec}
"""


def view(*policies: str) -> View:
    snapshot = Snapshot()
    for name, team in (("shop", "a"), ("other", "b")):
        labels = FrozenMap({"kubernetes.io/metadata.name": name, "team": team})
        snapshot, _ = store.put(snapshot, Namespace(metadata=ObjectMeta(name=name, labels=labels)))
    for text in policies:
        for obj in load(text):
            snapshot, _ = store.put(snapshot, obj)
    return View(snapshot, 0)


def peer(other: Pod | None, address: str = "10.244.1.5") -> Peer:
    if other is None:
        return Peer(address=address)
    return Peer(address=address, namespace=other.metadata.namespace, labels=other.metadata.labels, pod=other)


def ingress(spec: str, other: Pod | None, port: int = 80, protocol: str = "TCP", address: str = "10.244.1.5") -> bool:
    return judge(view(policy(spec)), WEB, INGRESS, peer(other, address), port, protocol).allowed


def egress(spec: str, other: Pod | None, port: int = 80, protocol: str = "TCP", address: str = "10.244.1.5") -> bool:
    return judge(view(policy(spec)), FRIEND, EGRESS, peer(other, address), port, protocol).allowed


def test_a_pod_that_no_policy_selects_is_open() -> None:
    assert ingress("{podSelector: {matchLabels: {app: other}}}", STRANGER)
    verdict = judge(view(), WEB, INGRESS, peer(None), 80, "TCP")
    assert (verdict.allowed, verdict.isolated) == (True, False)
    assert sentence(verdict, WEB) == "No NetworkPolicy selects Pod web for ingress: everything is allowed."


def test_a_pod_that_is_selected_accepts_nothing_but_what_a_rule_allows() -> None:
    assert not ingress("{podSelector: {}}", FRIEND)
    assert ingress("{podSelector: {}, ingress: [{}]}", STRANGER)
    assert not ingress("{podSelector: {}, ingress: []}", STRANGER)


def test_isolation_is_by_direction() -> None:
    assert egress("{podSelector: {}}", WEB), "without egress rules a policy is about ingress"
    assert not egress("{podSelector: {}, policyTypes: [Egress]}", WEB)
    assert ingress("{podSelector: {}, policyTypes: [Egress]}", STRANGER)
    spec = "{podSelector: {}, egress: [{ports: [{port: 1}]}]}"
    assert not egress(spec, WEB)
    assert not ingress(spec, FRIEND), "with egress rules, and nothing said, it is about both"


@pytest.mark.parametrize(
    ("peers", "allowed"),
    [
        ("[{podSelector: {matchLabels: {role: client}}}]", {"friend"}),
        ("[{podSelector: {}}]", {"friend", "stranger"}),
        ("[{namespaceSelector: {}}]", {"friend", "stranger", "abroad"}),
        ("[{namespaceSelector: {matchLabels: {team: b}}}]", {"abroad"}),
        (
            "[{namespaceSelector: {matchLabels: {team: b}}, podSelector: {matchLabels: {role: client}}}]",
            {"abroad"},
        ),
        ("[{namespaceSelector: {matchLabels: {team: a}}, podSelector: {matchLabels: {app: none}}}]", set()),
        (
            "[{namespaceSelector: {matchLabels: {team: b}}}, {podSelector: {matchLabels: {app: stranger}}}]",
            {"abroad", "stranger"},
        ),
        ("[{podSelector: {matchExpressions: [{key: role, operator: DoesNotExist}]}}]", {"stranger"}),
        ("[{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: other}}}]", {"abroad"}),
    ],
)
def test_peers_by_labels_of_pods_and_namespaces(peers: str, allowed: set[str]) -> None:
    others = {"friend": FRIEND, "stranger": STRANGER, "abroad": ABROAD}
    inward = {
        name for name, other in others.items() if ingress(f"{{podSelector: {{}}, ingress: [{{from: {peers}}}]}}", other)
    }
    outward = {
        name for name, other in others.items() if egress(f"{{podSelector: {{}}, egress: [{{to: {peers}}}]}}", other)
    }
    assert inward == outward == allowed
    assert not ingress(f"{{podSelector: {{}}, ingress: [{{from: {peers}}}]}}", None, address="203.0.113.7"), "no Pod"


@pytest.mark.parametrize(
    ("address", "allowed"),
    [("203.0.113.7", True), ("203.0.113.130", False), ("198.51.100.1", False), ("203.0.113.200", True)],
)
def test_peers_by_address(address: str, allowed: bool) -> None:
    block = "{ipBlock: {cidr: 203.0.113.0/24, except: [203.0.113.128/26]}}"
    assert ingress(f"{{podSelector: {{}}, ingress: [{{from: [{block}]}}]}}", None, address=address) is allowed
    assert egress(f"{{podSelector: {{}}, egress: [{{to: [{block}]}}]}}", None, address=address) is allowed


@pytest.mark.parametrize(
    ("ports", "port", "protocol", "allowed"),
    [
        ("[{port: 80}]", 80, "TCP", True),
        ("[{port: 80}]", 81, "TCP", False),
        ("[{port: 80}]", 80, "UDP", False),
        ("[{port: 80, protocol: UDP}]", 80, "UDP", True),
        ("[{protocol: UDP}]", 4711, "UDP", True),
        ("[{protocol: UDP}]", 4711, "TCP", False),
        ("[{port: 8000, endPort: 9000}]", 8000, "TCP", True),
        ("[{port: 8000, endPort: 9000}]", 9000, "TCP", True),
        ("[{port: 8000, endPort: 9000}]", 9001, "TCP", False),
        ("[{port: http}]", 80, "TCP", True),
        ("[{port: http}]", 9000, "TCP", False),
        ("[{port: missing}]", 80, "TCP", False),
        ("[{port: 1}, {port: admin}]", 9000, "TCP", True),
    ],
)
def test_ports_by_number_range_and_the_accepting_pods_name(ports: str, port: int, protocol: str, allowed: bool) -> None:
    assert ingress(f"{{podSelector: {{}}, ingress: [{{ports: {ports}}}]}}", FRIEND, port, protocol) is allowed
    # At egress, too, a name is one of the Pod that accepts.
    assert egress(f"{{podSelector: {{}}, egress: [{{ports: {ports}}}]}}", WEB, port, protocol) is allowed


def test_a_named_port_means_nothing_where_no_pod_accepts() -> None:
    assert not egress("{podSelector: {}, egress: [{ports: [{port: http}]}]}", None, 80)


def test_policies_add_up() -> None:
    closed = policy("{podSelector: {}}", "closed")
    opened = policy("{podSelector: {matchLabels: {app: web}}, ingress: [{from: [{podSelector: {}}]}]}", "opened")
    verdict = judge(view(closed, opened), WEB, INGRESS, peer(FRIEND), 80, "TCP")
    assert verdict == Verdict(
        direction="Ingress",
        allowed=True,
        selecting=("shop/closed", "shop/opened"),
        rule="shop/opened ingress[0]",
        refused=("shop/closed allows no ingress at all",),
    )


def test_a_refusal_says_of_every_rule_why_it_does_not_allow() -> None:
    spec = "{podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {role: x}}}]}, {ports: [{port: 443}]}]}"
    verdict = judge(view(policy(spec)), WEB, INGRESS, peer(FRIEND), 80, "TCP")
    assert verdict.refused == (
        "shop/p ingress[0]: the other Pod (app=friend,role=client) does not fit role=x",
        "shop/p ingress[1]: it allows port 443/TCP, not 80/TCP",
    )
    said = sentence(verdict, WEB)
    assert said.startswith("NetworkPolicy shop/p denied it: Pod web is isolated for ingress, and no rule allows")


def test_policies_of_another_namespace_and_pods_of_the_nodes_network_are_left_out() -> None:
    assert judge(view(policy("{podSelector: {}}", namespace="other")), WEB, INGRESS, peer(None), 80, "TCP").allowed
    assert selecting(view(policy("{podSelector: {}}")), pod("host", host=True), INGRESS) == []
