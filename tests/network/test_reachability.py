"""The verdict of a walk agrees with reachability worked out in another way.

What is worked out here never follows a packet. It asks, in closed form, for each place that a connection needs: is it
allowed, is the route there, does somebody answer, is the way back open? It reads the objects, and it keeps its own
record of what was broken; of `kubelab.network` it knows only the words of the verdicts.
"""

from collections.abc import Iterator

import attrs
import pytest
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from kubelab import Cluster
from kubelab.network.trail import DELIVERED, NO_ROUTE, NO_SUCH_NAME, NOT_SENT, REFUSED, TIMED_OUT, UNREACHABLE
from kubelab.state.snapshot import View

NODES = ("worker-1", "worker-2")
CLIENT = "203.0.113.7"
DNS_PEER = ("10.96.0.10", "kube-system", {"k8s-app": "kube-dns"})
SEVERAL = 3
"""How many attempts are walked: there are never more endpoints than that."""


@attrs.define
class World:
    """A cluster, and what was done to it."""

    cluster: Cluster
    off: set[str] = attrs.field(factory=set)
    dead: set[str] = attrs.field(factory=set)
    lost: dict[str, set[str]] = attrs.field(factory=lambda: {node: set() for node in NODES})
    frozen: dict[str, View] = attrs.field(factory=dict)

    @property
    def view(self) -> View:
        return self.cluster.view

    def pods(self) -> list[object]:
        return self.view.list("Pod", "default")

    def pod(self, name: str):
        return self.view.get("Pod", "default", name)

    def service(self, name: str):
        return self.view.get("Service", "default", name)

    def cidr(self, node: str) -> str:
        return str(self.view.get("Node", "", node).spec.pod_cidr)

    def ip(self, node: str) -> str:
        return str(self.view.get("Node", "", node).status.addresses[0].address)


# What policies allow, straight from the objects (only what the programs below write)


def fits(selector, labels) -> bool:
    return all(labels.get(name) == value for name, value in selector.match_labels.items())


def allowed(world: World, pod, direction: str, address: str, namespace: str, labels, port: int, protocol="TCP") -> bool:
    mine = [
        p
        for p in world.view.list("NetworkPolicy", "default")
        if direction in p.spec.policy_types and fits(p.spec.pod_selector, pod.metadata.labels)
    ]
    if not mine:
        return True
    for policy in mine:
        for rule in policy.spec.ingress if direction == "Ingress" else policy.spec.egress:
            peers = rule.from_ if direction == "Ingress" else rule.to
            who = not peers or any(
                address.startswith(peer.ip_block.cidr.split("0/")[0])
                if peer.ip_block is not None
                else (peer.namespace_selector is not None or namespace == "default")
                and bool(namespace)
                and fits(peer.pod_selector, labels)
                for peer in peers
            )
            where = not rule.ports or any(p.port == port and p.protocol == protocol for p in rule.ports)
            if who and where:
                return True
    return False


# Which endpoints kube-proxy's rules have, straight from the EndpointSlices that it saw last


def endpoints(view: View, service) -> list[tuple[str, int, str]]:
    found = {
        (endpoint.addresses[0], port.port, endpoint.node_name)
        for piece in view.list("EndpointSlice", "default")
        if piece.metadata.labels.get("kubernetes.io/service-name") == service.metadata.name
        for endpoint in piece.endpoints
        for port in piece.ports
        if endpoint.conditions.ready
    }
    return sorted(found)


def seen_by_proxy(world: World, node: str) -> View:
    return world.frozen.get(node, world.view)


# One connection to one address of a Pod


def connect(world: World, source, node: str, address: str, port: int, *, translated: bool, masked: bool) -> str:
    """The verdict for a packet that leaves `node` for the address of a Pod.

    Args:
        source: the Pod that sends, "node" or "internet".
        node: the node on which the destination is decided.
        address: of the Pod.
        port: of the Pod.
        translated: whether kube-proxy's rules gave the destination.
        masked: whether the source becomes the node's.
    """
    from_pod = not isinstance(source, str)
    target = next((p for p in world.pods() if p.status.pod_ip == address), None)
    home = next(n for n in NODES if address.startswith(world.cidr(n)[:-4]))
    itself = from_pod and target is not None and target.metadata.name == source.metadata.name
    if from_pod and itself and not translated:
        return answers(world, target, port)
    labels = target.metadata.labels if target is not None and not gone(world, target) else {}
    namespace = "default" if labels else ""
    neighbours = from_pod and home == node and not translated
    if not neighbours and {"default", world.cidr(home)} <= world.lost[node]:
        return UNREACHABLE
    if from_pod and not itself and not allowed(world, source, "Egress", address, namespace, labels, port):
        return TIMED_OUT
    here = home == node and not (world.cidr(home) in world.lost[node] and not neighbours)
    if here and target is not None and not gone(world, target) and not itself and source != "node":
        seen = (source.status.pod_ip, "default", source.metadata.labels) if from_pod else (CLIENT, "", {})
        if not allowed(world, target, "Ingress", *seen, port):
            return TIMED_OUT
    if not neighbours and world.cidr(home) in world.lost[node]:
        return NO_ROUTE
    if home != node:
        if home in world.off:
            return NO_ROUTE
        if world.cidr(home) in world.lost[home]:
            # Whoever is there cannot be handed the packet; its own node does not know where it is.
            return UNREACHABLE if "default" in world.lost[home] else NO_ROUTE
        if target is not None and not gone(world, target):
            seen = (
                (source.status.pod_ip, "default", source.metadata.labels)
                if from_pod and not masked
                else (world.ip(node), "", {})
            )
            if not allowed(world, target, "Ingress", *seen, port):
                return TIMED_OUT
    if target is None or gone(world, target):
        return NO_ROUTE
    verdict = answers(world, target, port)
    return verdict if verdict != DELIVERED or returns(world, source, node, home, masked) else TIMED_OUT


def returns(world: World, source, node: str, home: str, masked: bool) -> bool:
    """Whether the answer finds back from the node of who answers."""
    if isinstance(source, str):
        return source == "node" or "default" not in world.lost[node]
    if home == node:
        # Over the bridge; only what was masqueraded comes to the node itself, which needs its route to the bridge.
        return not masked or world.cidr(node) not in world.lost[node]
    there = masked or world.cidr(node) not in world.lost[home]
    return there and world.cidr(node) not in world.lost[node]


def gone(world: World, pod) -> bool:
    return pod.spec.node_name in world.off


def answers(world: World, pod, port: int) -> str:
    if pod.metadata.name in world.dead:
        return REFUSED
    return DELIVERED if port in [p.container_port for p in pod.spec.containers[0].ports] else REFUSED


# All that can be asked for


def expected(world: World, source: str, target: str) -> set[str]:
    """The verdicts that the attempts to connect may have; every one of them must occur."""
    pod = world.pod(source)
    node = pod.spec.node_name if pod is not None else source
    if node in world.off or source in world.dead:
        return {NOT_SENT}
    if target == "internet":
        return {outward(world, pod, node)}
    if target in NODES:
        return {to_node(world, pod, source, target)}
    if world.pod(target) is not None:
        return {to_pod(world, pod, source, world.pod(target))}
    service = world.service(target)
    if source == "internet":
        return from_outside(world, service)
    if pod is not None and not allowed(world, pod, "Egress", *DNS_PEER, 53, "UDP"):
        return {TIMED_OUT}
    if service is None:
        return {NO_SUCH_NAME}
    if service.spec.type == "ExternalName":
        return {outward(world, pod, node, 80)}
    if service.spec.cluster_ip == "None":
        found = endpoints(world.view, service)
        if not found:
            return {NO_SUCH_NAME}
        who = pod if pod is not None else "node"
        if pod is None:
            return {to_pod(world, None, source, p) for a, _, _ in found for p in world.pods() if p.status.pod_ip == a}
        return {connect(world, who, node, a, number, translated=False, masked=False) for a, number, _ in found}
    return through_service(world, pod, node, service)


def through_service(world: World, pod, node: str, service) -> set[str]:
    if pod is None and "default" in world.lost[node]:
        return {UNREACHABLE}
    known = seen_by_proxy(world, node).get("Service", "default", service.metadata.name)
    if known is None:
        if "default" in world.lost[node]:
            return {UNREACHABLE}
        address, port = service.spec.cluster_ip, service.spec.ports[0].port
        denied = pod is not None and not allowed(world, pod, "Egress", address, "", {}, port)
        return {TIMED_OUT if denied else NO_ROUTE}
    everywhere = endpoints(seen_by_proxy(world, node), known)
    local = known.spec.internal_traffic_policy == "Local"
    found = [e for e in everywhere if not local or e[2] == node]
    if not found:
        return {TIMED_OUT if everywhere else REFUSED}
    who = pod if pod is not None else "node"
    verdicts = set()
    for address, number, _ in found:
        to_itself = pod is not None and address == pod.status.pod_ip
        verdicts.add(connect(world, who, node, address, number, translated=True, masked=pod is None or to_itself))
    return verdicts


def to_pod(world: World, pod, source: str, target) -> str:
    ports = [p.container_port for p in target.spec.containers[0].ports]
    port = ports[0] if ports else 80
    if source == "internet":
        return NO_ROUTE
    if pod is None:
        # A node looks for a route before it sends anything.
        home = target.spec.node_name
        if {"default", world.cidr(home)} <= world.lost[source]:
            return UNREACHABLE
        return connect(world, "node", source, target.status.pod_ip, port, translated=False, masked=False)
    node = pod.spec.node_name
    return connect(world, pod, node, target.status.pod_ip, port, translated=False, masked=False)


def outward(world: World, pod, node: str, port: int = 443) -> str:
    if node == "internet":
        return DELIVERED
    if "default" in world.lost[node]:
        return UNREACHABLE
    if pod is None:
        return DELIVERED
    if not allowed(world, pod, "Egress", "198.51.100.1", "", {}, port):
        return TIMED_OUT
    return TIMED_OUT if world.cidr(node) in world.lost[node] else DELIVERED


def to_node(world: World, pod, source: str, target: str) -> str:
    if target in world.off:
        blocked = pod is not None and not allowed(world, pod, "Egress", world.ip(target), "", {}, 10250)
        return TIMED_OUT if blocked else NO_ROUTE
    if source == "internet":
        if stopped(world, target):
            return REFUSED
        return TIMED_OUT if "default" in world.lost[target] else DELIVERED
    if pod is None:
        return REFUSED if stopped(world, target) else DELIVERED
    node = pod.spec.node_name
    if node != target and not allowed(world, pod, "Egress", world.ip(target), "", {}, 10250):
        return TIMED_OUT
    # The answer reaches the Pod over its node's route to the bridge.
    if stopped(world, target):
        return REFUSED
    return TIMED_OUT if world.cidr(node) in world.lost[node] else DELIVERED


def from_outside(world: World, service) -> set[str]:
    if service is None:
        return {NO_SUCH_NAME}
    if service.spec.type == "ExternalName":
        return {DELIVERED}
    if service.spec.cluster_ip == "None":
        return {NO_SUCH_NAME}
    if service.spec.type != "NodePort":
        return {NO_ROUTE}
    return set().union(*(at_node_port(world, service, node) for node in NODES))


def at_node_port(world: World, service, node: str) -> set[str]:
    if node in world.off:
        return {NO_ROUTE}
    known = seen_by_proxy(world, node).get("Service", "default", service.metadata.name)
    if known is None:
        return {REFUSED}
    everywhere = endpoints(seen_by_proxy(world, node), known)
    local = known.spec.external_traffic_policy == "Local"
    found = [e for e in everywhere if not local or e[2] == node]
    if not found:
        return {TIMED_OUT if everywhere else REFUSED}
    return {
        connect(world, "internet", node, address, number, translated=True, masked=not local)
        for address, number, _ in found
    }


# Clusters of every sort, and what may happen to them

PODS = st.builds(
    lambda name, node, app, port, ready: (
        f"pod {name} nginx {{ nodeName {node} ; label app={app} ; port http {port} ; {ready} }}"
    ),
    st.sampled_from(["p1", "p2", "p3"]),
    st.sampled_from(NODES),
    st.sampled_from(["web", "db"]),
    st.sampled_from([80, 8080]),
    st.sampled_from(["", "", "never ready"]),
)
PORTS = st.sampled_from(["port 80", "port 80 to http", "port 80 to 8080"])
SERVICES = st.one_of(
    st.builds(lambda port: f"service s1 -> app=web {port}", PORTS),
    st.builds(lambda port: f"service s1 -> app=web {port} {{ .spec.internalTrafficPolicy = Local }}", PORTS),
    st.builds(lambda port: f"service s2 NodePort 30080 -> app=web {port}", PORTS),
    st.builds(
        lambda port: f"service s2 NodePort 30080 -> app=web {port} {{ .spec.externalTrafficPolicy = Local }}", PORTS
    ),
    st.just("service s3 headless -> app=web port 80 to http"),
    st.just("service s4 ExternalName db.example.com"),
    st.just("service s5 -> app=nobody port 80"),
)
PEERS = st.sampled_from(
    [
        "[]",
        "[{podSelector: {matchLabels: {app: web}}}]",
        "[{podSelector: {matchLabels: {app: db}}}]",
        "[{podSelector: {}}]",
        "[{namespaceSelector: {}, podSelector: {}}]",
        "[{ipBlock: {cidr: 203.0.113.0/24}}]",
        "[{ipBlock: {cidr: 198.51.100.0/24}},"
        " {namespaceSelector: {}, podSelector: {matchLabels: {k8s-app: kube-dns}}}]",
    ]
)
RULES = st.one_of(
    st.just("[]"),
    st.builds(
        lambda peers, ports: (peers, ports),
        PEERS,
        st.sampled_from(["[]", "[{port: 80}]", "[{port: 8080}, {port: 53, protocol: UDP}]"]),
    ),
)


def written(name: str, app: str, way: str, rule) -> str:
    selector = f"{{matchLabels: {{app: {app}}}}}" if app else "{}"
    side = {"Ingress": "from", "Egress": "to"}[way]
    rules = rule if isinstance(rule, str) else f"[{{{side}: {rule[0]}, ports: {rule[1]}}}]"
    fields = f".spec.podSelector = {selector} ; .spec.policyTypes = [{way}] ; .spec.{way.lower()} = {rules}"
    return f"NetworkPolicy {name} {{ {fields} }}"


POLICIES = st.builds(
    written,
    st.sampled_from(["n1", "n2"]),
    st.sampled_from(["web", "db", ""]),
    st.sampled_from(["Ingress", "Egress"]),
    RULES,
)
FAULTS = st.one_of(
    st.tuples(st.just("route"), st.sampled_from(NODES), st.sampled_from(["worker-1", "worker-2", "default"])),
    st.tuples(st.just("proxy"), st.sampled_from(NODES), SERVICES),
    st.tuples(st.just("delete"), st.sampled_from(["p1", "p2", "p3"]), st.just("")),
    st.tuples(st.just("kill"), st.sampled_from(NODES), st.just("")),
    st.tuples(st.just("crash"), st.sampled_from(["p1", "p2", "p3"]), st.just("")),
)
SOURCES = ["p1", "p2", "p3", *NODES, "internet"]
TARGETS = ["p1", "p2", "p3", "s1", "s2", "s3", "s4", "s5", "nowhere", *NODES, "internet"]


def happens(world: World, what: str, where: str, more: str) -> None:
    cluster = world.cluster
    if what == "route":
        destination = more if more == "default" else world.cidr(more)
        if destination not in world.lost[where]:
            cluster.break_route(where, destination)
            world.lost[where].add(destination)
    elif what == "proxy":
        if where not in world.frozen and where not in world.off:
            cluster.stop(f"kube-proxy/{where}")
            world.frozen[where] = world.view
        apply(world, more)
    elif what == "delete":
        pod = world.pod(where)
        if pod is not None and pod.spec.node_name not in world.off:
            cluster.delete(f"pod/{where}", grace_seconds=0)
            cluster.run()
    elif what == "kill" and where not in world.off:
        # Nobody has noticed yet: what the rest of the cluster believes of the node stays as it is.
        cluster.kill(where)
        world.off.add(where)
    elif what == "crash":
        pod = world.pod(where)
        if pod is not None and pod.spec.node_name not in world.off and where not in world.dead:
            cluster.stop(f"kubelet/{pod.spec.node_name}") if not stopped(world, pod.spec.node_name) else None
            cluster.crash(where)
            world.dead.add(where)


def stopped(world: World, node: str) -> bool:
    return f"kubelet/{node}" in world.cluster.state.stopped


def apply(world: World, text: str) -> None:
    world.cluster.apply(text)
    world.cluster.run()


def distinct(texts: list[str]) -> Iterator[str]:
    """The statements with the last one of each name."""
    yield from {tuple(text.split()[:2]): text for text in texts}.values()


@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
)
@given(
    st.lists(PODS, min_size=1, max_size=4),
    st.lists(SERVICES, min_size=1, max_size=5),
    st.lists(POLICIES, max_size=2),
    st.lists(FAULTS, max_size=3).filter(lambda faults: [f[0] for f in faults].count("kill") < 2),
)
def test_the_walk_agrees_with_reachability_worked_out_in_another_way(pods, services, policies, faults):
    cluster = Cluster(nodes=2)
    cluster.apply("\n".join([*distinct(pods), *distinct(services), *distinct(policies)]))
    cluster.run()
    world = World(cluster)
    # What stops a kubelet comes last, so that everything before it is carried out.
    for what, where, more in sorted(faults, key=lambda fault: fault[0] in ("kill", "crash")):
        happens(world, what, where, more)
    for source in SOURCES:
        if source.startswith("p") and world.pod(source) is None:
            continue
        for target in TARGETS:
            missing = (target[0] == "p" and world.pod(target) is None) or (
                target[0] == "s" and not world.service(target)
            )
            if missing and world.pod(source) is None:
                continue
            wanted = expected(world, source, target if not missing else "nowhere")
            # From outside every attempt takes the next node and the next endpoint.
            attempts = len(NODES) * SEVERAL if source == "internet" else SEVERAL
            got = {cluster.walk(source, target, attempt).verdict for attempt in range(attempts)}
            for verdict in got:
                event(verdict)
            assert got == wanted, f"{source} -> {target}\n{cluster.walk(source, target)}"


def test_every_verdict_is_met() -> None:
    """The clusters above are of no use unless they make each verdict possible."""
    cluster = Cluster(nodes=2)
    cluster.apply(
        "pod p1 nginx { nodeName worker-1 ; label app=web ; port http 80 }\n"
        "pod p2 nginx { nodeName worker-2 ; label app=db ; port http 80 }\n"
        "service s1 -> app=web port 80\nservice s5 -> app=nobody port 80\n" + written("n1", "db", "Ingress", "[]")
    )
    cluster.run()
    world = World(cluster)
    pairs = [("p1", "s1"), ("p1", "s5"), ("p1", "p2"), ("p1", "nowhere"), ("internet", "p1")]
    met = {expected(world, source, target).pop() for source, target in pairs}
    assert met == {DELIVERED, REFUSED, TIMED_OUT, NO_SUCH_NAME, NO_ROUTE}
    happens(world, "route", "worker-1", "default")
    happens(world, "crash", "p1", "")
    assert expected(world, "worker-1", "internet") == {UNREACHABLE}
    assert expected(world, "p1", "s1") == {NOT_SENT}
    with pytest.raises(AssertionError):
        assert expected(world, "p2", "s1") == {DELIVERED}, "it has crashed"
