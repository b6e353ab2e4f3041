"""Walks through an Ingress: from the URL to the Pod and back, with each controller, and where it goes wrong."""

import pytest

from kubelab import Cluster
from kubelab.network.trail import Hop, Walk

SHOP = """
deployment web x2 nginx port http 80
deployment api x2 nginx port http 8080
service web NodePort -> deployment web port 80
service api NodePort -> deployment api port http 80 to 8080
service cluster-only -> deployment web port 80
service empty NodePort -> app=nobody port 80
ingress shop class CLASS {
  shop.example.com/ -> service web:80
  shop.example.com/api -> service api:http
  shop.example.com/api/exact exact -> service web:80
  shop.example.com/empty -> service empty:80
  shop.example.com/gone -> service gone:80
  shop.example.com/port -> service web:81
  shop.example.com/inside -> service cluster-only:80
  bare.example.com/only -> service web:80
  "*.example.org/" -> service web:80
  tls shop.example.com secret shop-tls
  tls bare.example.com secret not-there
}
secret shop-tls: tls tls.crt="x" tls.key="y"
pod client busybox
"""
PROXIES = {"nginx": "nginx", "haproxy": "haproxy", "ambassador": "ambassador", "enroute": "enroute"}
CLOUD = {"aws-alb": "alb", "application-gateway": "azure-application-gateway"}
PLACES = [*((name, cloud) for name in PROXIES for cloud in (True, False)), *((name, True) for name in CLOUD)]
API = "http://shop.example.com/api"


def made(name: str, cloud: bool, more: str = "") -> Cluster:
    cluster = Cluster()
    equipment = f"cluster {{ node worker-[1..2]; {'cloud; ' if cloud else ''}ingress {name} }}"
    cluster.apply(equipment + SHOP.replace("CLASS", {**PROXIES, **CLOUD}[name]) + more)
    cluster.run()
    return cluster


@pytest.fixture(scope="module", params=PLACES, ids=lambda place: f"{place[0]}{'' if place[1] else '-without-cloud'}")
def shop(request: pytest.FixtureRequest) -> tuple[str, bool, Cluster]:
    return (*request.param, made(*request.param))


@pytest.fixture(scope="module")
def nginx() -> Cluster:
    return made("nginx", True)


def kinds(walk: Walk) -> list[str]:
    return [hop.kind for hop in walk.hops]


def hop(walk: Walk, kind: str) -> Hop:
    return next(each for each in walk.hops if each.kind == kind)


def pod_at_end(walk: Walk) -> str:
    return walk.hops[-1].pod.rpartition("/")[2]


# With each controller


@pytest.mark.parametrize("source", ["internet", "client", "worker-2"])
@pytest.mark.parametrize("attempt", [0, 1, 2])
def test_a_url_leads_to_a_pod_behind_the_rule_that_fits_and_its_answer_back(
    shop: tuple[str, bool, Cluster], source: str, attempt: int
) -> None:
    _, _, cluster = shop
    walk = cluster.walk(source, API, attempt)
    assert walk.ok, str(walk)
    assert pod_at_end(walk).startswith("api-")
    assert walk.hops[-1].after is not None
    assert walk.hops[-1].after.port == 8080
    assert "path /api fits /api (Prefix) of Ingress shop" in hop(walk, "ingress").sentence
    (taken,) = [line for line in hop(walk, "ingress").rule.splitlines() if line.startswith("▸")]
    assert taken == "▸ shop.example.com/api (Prefix) → api:http   # Ingress shop"
    first = next(each.before for each in walk.hops if each.before is not None)
    assert walk.back[-1].kind == "arrived"
    assert walk.back[-1].before == first.reply


WAYS = {
    ("nginx", True): [
        "dns",
        "start",
        "load-balancer",
        "kube-proxy",
        "masquerade",
        "bridge",
        "port",
        "ingress",
        "proxy",
    ],
    ("nginx", False): [
        "dns",
        "address",
        "start",
        "wire",
        "kube-proxy",
        "masquerade",
        "bridge",
        "port",
        "ingress",
        "proxy",
    ],
    ("aws-alb", True): ["dns", "start", "port", "ingress", "proxy", "kube-proxy", "masquerade"],
    ("application-gateway", True): ["dns", "start", "port", "ingress", "proxy", "router", "wire", "bridge", "port"],
}


def test_where_the_request_is_read_is_a_matter_of_the_controller(shop: tuple[str, bool, Cluster]) -> None:
    name, cloud, cluster = shop
    walk = cluster.walk("internet", API)
    way = WAYS.get(("nginx" if name in PROXIES else name, cloud), [])
    assert kinds(walk)[: len(way)] == way
    after = kinds(walk)[kinds(walk).index("ingress") :]
    # Only Ambassador and the load balancer of AWS leave the choice of the endpoint to kube-proxy.
    assert ("kube-proxy" in after) == (name in ("ambassador", "aws-alb"))


def test_a_name_in_the_cloud_is_followed_to_the_address(shop: tuple[str, bool, Cluster]) -> None:
    name, cloud, cluster = shop
    rule = hop(cluster.walk("internet", API), "dns").rule.splitlines()
    if name == "aws-alb":
        assert rule[0].startswith("shop.example.com CNAME k8s-default-shop-")
        assert rule[1].endswith(" A 203.0.113.10")
    else:
        assert rule == [f"shop.example.com A {'203.0.113.10' if cloud else '172.18.0.2'}"]


FAILURES = [
    ("http://bare.example.com/", "404 Not Found", "no-ingress-rule"),
    ("http://shop.example.com/gone", "503 Service Unavailable", "no-such-service"),
    ("http://shop.example.com/port", "503 Service Unavailable", "port-not-in-service"),
    ("http://nobody.example.net/ via ADDRESS", "404 Not Found", "no-ingress-rule"),
    ("https://bare.example.com/only", "certificate not trusted", "no-certificate"),
]


@pytest.mark.parametrize(("url", "verdict", "fault"), FAILURES)
def test_what_goes_wrong_at_the_controller_is_named(
    shop: tuple[str, bool, Cluster], url: str, verdict: str, fault: str
) -> None:
    _, cloud, cluster = shop
    port = 443 if url.startswith("https") else 80
    walk = cluster.walk("internet", url.replace("ADDRESS", address(cluster, cloud, port)))
    assert (walk.verdict, walk.fault) == (verdict, fault), str(walk)
    assert not walk.ok
    if fault != "no-certificate":
        assert walk.back[-1].sentence.startswith(f"The answer is back, {verdict}")


def address(cluster: Cluster, cloud: bool, port: int) -> str:
    """Where the controller is reached, with the node port where that is needed."""
    given = cluster.view.get("Ingress", "default", "shop").status.load_balancer.ingress[0]
    if cloud:
        return str(given.ip or given.hostname)
    services = cluster.view.list("Service")
    proxy = next(each for each in services if each.metadata.name.endswith("-controller"))
    return f"{given.ip}:{next(p.node_port for p in proxy.spec.ports if p.port == port)}"


def test_without_endpoints_it_is_503_or_in_one_case_502(shop: tuple[str, bool, Cluster]) -> None:
    name, _, cluster = shop
    walk = cluster.walk("internet", "http://shop.example.com/empty")
    verdict = "502 Bad Gateway" if name == "application-gateway" else "503 Service Unavailable"
    assert (walk.verdict, walk.fault) == (verdict, "no-endpoints")
    assert verdict in walk.reason


def test_only_a_load_balancer_that_knows_nodes_needs_a_node_port(shop: tuple[str, bool, Cluster]) -> None:
    name, _, cluster = shop
    walk = cluster.walk("internet", "http://shop.example.com/inside")
    assert walk.ok == (name != "aws-alb"), str(walk)
    assert walk.fault == ("no-node-port" if name == "aws-alb" else "")


# Hosts, paths, certificates


@pytest.mark.parametrize(
    ("url", "pod"),
    [
        ("http://shop.example.com", "web-"),
        ("http://shop.example.com/apiary", "web-"),
        ("http://shop.example.com/api/orders?id=1", "api-"),
        ("http://shop.example.com/api/exact", "web-"),
        ("http://SHOP.example.com/api", "api-"),
        ("http://any.example.org/", "web-"),
    ],
)
def test_host_and_path_choose_the_rule(nginx: Cluster, url: str, pod: str) -> None:
    walk = nginx.walk("internet", url)
    assert walk.ok, str(walk)
    assert pod_at_end(walk).startswith(pod)


def test_a_wildcard_is_for_one_label_only(nginx: Cluster) -> None:
    walk = nginx.walk("internet", "http://two.labels.example.org/")
    assert "ingress" not in kinds(walk), "the name leads to somebody else's machine"


def test_https_ends_at_the_controller_which_shows_the_certificate_of_the_secret(nginx: Cluster) -> None:
    walk = nginx.walk("internet", "https://shop.example.com/api")
    assert walk.ok
    assert "the certificate is the one of Secret shop-tls" in hop(walk, "tls").sentence
    assert walk.hops[-1].after is not None
    assert walk.hops[-1].after.port == 8080


def test_a_secret_that_is_missing_is_told(nginx: Cluster) -> None:
    walk = nginx.walk("internet", "https://bare.example.com/only")
    assert "there is no Secret not-there" in walk.reason
    assert nginx.walk("internet", "http://bare.example.com/only").ok, "without TLS nobody asks for it"


def test_a_default_backend_takes_what_no_rule_fits() -> None:
    more = "ingress rest class nginx { default -> service web:80 }"
    cluster = made("nginx", True, more)
    walk = cluster.walk("internet", "http://nobody.example.net/x via 203.0.113.10")
    assert walk.ok
    assert "Ingress rest has a default backend" in hop(walk, "ingress").sentence
    assert hop(walk, "ingress").rule == "▸ everything else → web:80   # Ingress rest"


# No way there


@pytest.mark.parametrize(
    ("ingress", "fault", "why"),
    [
        ("ingress x { other.example.com/ -> service web:80 }", "no-ingress-controller", "names no class"),
        ("ingress x class traefik { other.example.com/ -> service web:80 }", "no-ingress-controller", "does not exist"),
        (
            "ingress x class mine { other.example.com/ -> service web:80 }\n"
            "IngressClass mine { .spec.controller = example.com/mine }",
            "no-ingress-controller",
            "example.com/mine does not run",
        ),
    ],
)
def test_an_ingress_that_no_controller_claims_has_no_address_and_its_host_no_record(
    ingress: str, fault: str, why: str
) -> None:
    cluster = made("nginx", True, ingress)
    walk = cluster.walk("internet", "http://other.example.com/")
    assert (walk.verdict, walk.fault) == ("could not resolve host", fault)
    assert why in walk.reason


@pytest.mark.parametrize(
    ("name", "actor"), [("nginx", "nginx-ingress-controller"), ("aws-alb", "aws-load-balancer-controller")]
)
def test_before_the_load_balancer_is_there_the_host_has_no_record(name: str, actor: str) -> None:
    cluster = Cluster()
    cluster.apply(
        f"cluster {{ node worker-[1..2]; cloud; ingress {name} }}" + SHOP.replace("CLASS", {**PROXIES, **CLOUD}[name])
    )
    cluster.stop(actor)
    cluster.run()
    walk = cluster.walk("internet", API)
    assert (walk.verdict, walk.fault) == ("could not resolve host", "no-ingress-address")
    assert "still waits for" in walk.reason


def test_without_any_controller_nothing_answers() -> None:
    cluster = Cluster()
    cluster.apply("deployment web nginx port 80\nservice web -> deployment web\n"
                  "ingress shop class nginx { shop.example.com/ -> service web:80 }")  # fmt: skip
    cluster.run()
    assert cluster.walk("internet", "http://shop.example.com/").fault == "no-ingress-controller"


# What goes wrong behind the controller


def test_a_policy_that_keeps_the_proxy_out_is_a_gateway_timeout() -> None:
    cluster = made("nginx", True)
    cluster.apply(
        "NetworkPolicy closed { .spec.podSelector = {matchLabels: {app: api}}; .spec.policyTypes = [Ingress] }"
    )
    cluster.run()
    walk = cluster.walk("internet", API)
    assert (walk.verdict, walk.fault) == ("504 Gateway Timeout", "policy-ingress")
    assert walk.back[0].sentence.endswith("answers 10.244.0.1 itself: 504 Gateway Timeout.")


def test_a_route_that_is_lost_behind_the_controller_is_a_bad_gateway() -> None:
    cluster = made("nginx", True)
    proxy = next(pod for pod in cluster.view.list("Pod") if pod.metadata.namespace == "ingress-nginx")
    other = "10.244.1.0/24" if proxy.spec.node_name == "worker-1" else "10.244.0.0/24"
    cluster.break_route(proxy.spec.node_name, other)
    ends = {(walk.verdict, walk.fault) for walk in (cluster.walk("internet", API, attempt) for attempt in range(8))}
    assert ends == {("delivered", ""), ("502 Bad Gateway", "route-missing")}


def test_what_is_no_request_ends_at_the_proxy(nginx: Cluster) -> None:
    walk = nginx.walk("internet", "tcp://203.0.113.10:80")
    assert walk.ok
    assert "ingress" not in kinds(walk)


def test_a_load_balancer_without_certificates_has_no_https() -> None:
    cluster = Cluster()
    cluster.apply("cluster { node worker-[1..2]; cloud; ingress aws-alb }\ndeployment web nginx port 80\n"
                  "service web NodePort -> deployment web\n"
                  "ingress shop class alb { shop.example.com/ -> service web:80 }")  # fmt: skip
    cluster.run()
    walk = cluster.walk("internet", "https://shop.example.com/")
    assert (walk.verdict, walk.fault) == ("connection refused", "port-not-listening")
    assert "listens on 80, not on 443" in walk.reason
