"""Where an Ingress controller sends a request: hosts, paths and their precedence, certificates, what can go wrong."""

import pytest

from kubelab.api.core.config import Secret
from kubelab.api.core.service import Service, ServicePort, ServiceSpec
from kubelab.api.discovery import Endpoint, EndpointConditions, EndpointSlice
from kubelab.api.meta import ObjectMeta
from kubelab.api.networking import (
    HTTPIngressPath,
    HTTPIngressRuleValue,
    Ingress,
    IngressBackend,
    IngressClass,
    IngressClassSpec,
    IngressRule,
    IngressServiceBackend,
    IngressSpec,
    IngressTLS,
    ServiceBackendPort,
)
from kubelab.api.scalars import FrozenMap, Time
from kubelab.network.ingress import route
from kubelab.state import store
from kubelab.state.snapshot import ObjectKey, Snapshot, View

NGINX = "k8s.io/ingress-nginx"


def backend(service, port=80):
    return IngressBackend(
        service=IngressServiceBackend(
            name=service,
            port=ServiceBackendPort(name=port) if isinstance(port, str) else ServiceBackendPort(number=port),
        )
    )


def rule(host, *paths):
    """Paths as ``("Prefix", "/a", "service")``."""
    found = tuple(HTTPIngressPath(path=path, path_type=kind, backend=backend(to)) for kind, path, to in paths)
    return IngressRule(host=host, http=HTTPIngressRuleValue(paths=found))


def ingress(*rules, name="web", default=None, tls=(), cls="nginx", made=0, annotations=None):
    return Ingress(
        metadata=ObjectMeta(
            name=name,
            namespace="shop",
            creation_timestamp=Time(made),
            annotations=FrozenMap(annotations or {}),
        ),
        spec=IngressSpec(
            ingress_class_name=cls, rules=rules, default_backend=backend(default) if default else None, tls=tls
        ),
    )


def service(name, ready=True):
    slice_ = EndpointSlice(
        metadata=ObjectMeta(name=f"{name}-1", namespace="shop", labels=FrozenMap({"kubernetes.io/service-name": name})),
        endpoints=(Endpoint(addresses=("10.244.0.2",), conditions=EndpointConditions(ready=ready)),),
    )
    spec = ServiceSpec(type="ClusterIP", ports=(ServicePort(name="http", port=80),))
    return Service(metadata=ObjectMeta(name=name, namespace="shop"), spec=spec), slice_


def view(*objects, services=("a", "b", "c")):
    cls = IngressClass(metadata=ObjectMeta(name="nginx"), spec=IngressClassSpec(controller=NGINX))
    snapshot = Snapshot()
    for obj in (cls, *objects, *(each for name in services for each in service(name))):
        snapshot, _ = store.put(snapshot, obj)
    return View(snapshot, 0)


def to(seen, host, path="/", **more):
    answer = route(seen, NGINX, host, path, **more)
    return (answer.service.name if answer.service else ""), answer.status


@pytest.mark.parametrize(
    ("host", "service"),
    [
        ("shop.example.com", "a"),
        ("SHOP.example.com", "a"),
        ("blog.example.com", "b"),
        ("x.blog.example.com", "c"),
        ("example.com", "c"),
    ],
)
def test_the_exact_host_comes_before_the_wildcard_and_that_before_any_host(host, service):
    seen = view(
        ingress(
            rule("", ("Prefix", "/", "c")),
            rule("*.example.com", ("Prefix", "/", "b")),
            rule("shop.example.com", ("Prefix", "/", "a")),
        )
    )
    assert to(seen, host) == (service, 200)


def test_paths_of_a_host_that_fits_less_well_do_not_count():
    seen = view(ingress(rule("*.x.io", ("Prefix", "/", "b")), rule("a.x.io", ("Prefix", "/only", "a"))))
    assert to(seen, "a.x.io", "/other") == ("", 404)


@pytest.mark.parametrize(
    ("kind", "path", "request_path", "fits"),
    [
        ("Exact", "/foo", "/foo", True),
        ("Exact", "/foo", "/foo/", False),
        ("Exact", "/foo", "/bar", False),
        ("Prefix", "/", "/any/thing", True),
        ("Prefix", "/foo", "/foo", True),
        ("Prefix", "/foo", "/foo/", True),
        ("Prefix", "/foo/", "/foo", True),
        ("Prefix", "/foo", "/foo/bar", True),
        ("Prefix", "/foo", "/foobar", False),
        ("Prefix", "/aaa/bb", "/aaa/bbb", False),
        ("Prefix", "/foo", "/FOO", False),
        ("ImplementationSpecific", "/foo", "/foobar", True),
        ("ImplementationSpecific", "", "/", True),
    ],
)
def test_path_types(kind, path, request_path, fits):
    seen = view(ingress(rule("", (kind, path, "a"))))
    assert to(seen, "x.io", request_path) == (("a", 200) if fits else ("", 404))


@pytest.mark.parametrize(
    ("paths", "service"),
    [
        ((("Prefix", "/foo/", "a"), ("Exact", "/foo/bar", "b"), ("Prefix", "/foo/bar", "c")), "b"),
        ((("Prefix", "/", "a"), ("Prefix", "/foo", "b"), ("Prefix", "/foo/bar", "c")), "c"),
        ((("ImplementationSpecific", "/foo/bar", "a"), ("Prefix", "/foo/bar", "b")), "b"),
        ((("Prefix", "/foo", "a"), ("ImplementationSpecific", "/foo/b", "b")), "b"),
    ],
)
def test_exact_first_then_the_longest_and_prefix_before_implementation_specific(paths, service):
    assert to(view(ingress(rule("", *paths))), "x.io", "/foo/bar") == (service, 200)


def test_of_two_that_say_the_same_the_older_one_counts():
    younger = ingress(rule("x.io", ("Prefix", "/", "a")), name="a", made=2)
    older = ingress(rule("x.io", ("Prefix", "/", "b")), name="z", made=1)
    answer = route(view(younger, older), NGINX, "x.io", "/")
    assert (answer.ingress.name, answer.service.name, answer.port) == ("z", "b", 80)


def test_what_no_rule_fits_goes_to_the_default_backend():
    seen = view(ingress(rule("x.io", ("Prefix", "/foo", "a")), default="b"))
    assert to(seen, "x.io", "/foo") == ("a", 200)
    assert to(seen, "x.io", "/bar") == ("b", 200)
    assert to(seen, "y.io", "/foo") == ("b", 200)


def test_without_a_default_backend_the_controller_answers_itself():
    answer = route(view(ingress(rule("x.io", ("Prefix", "/", "a")))), NGINX, "y.io", "/")
    assert (answer.status, answer.ingress) == (404, None)
    assert answer.explanation[0] == "no rule has the host y.io"


@pytest.mark.parametrize("cls", [None, "other", "traefik"])
def test_ingresses_of_other_classes_do_not_count(cls):
    other = IngressClass(metadata=ObjectMeta(name="traefik"), spec=IngressClassSpec(controller="traefik.io/x"))
    assert to(view(other, ingress(rule("", ("Prefix", "/", "a")), cls=cls)), "x.io") == ("", 404)


def test_the_old_annotation_counts_where_no_class_is_named():
    old = ingress(rule("", ("Prefix", "/", "a")), cls=None, annotations={"kubernetes.io/ingress.class": "nginx"})
    assert to(view(old), "x.io") == ("a", 200)


@pytest.mark.parametrize(
    ("services", "port", "why"),
    [
        ((), 80, "there is no Service shop/a: 503"),
        ((("a", True),), 81, "Service shop/a has no port 81: 503"),
        ((("a", True),), "https", "Service shop/a has no port https: 503"),
        ((("a", False),), "http", "Service shop/a has no endpoint that is ready: 503"),
        ((("a", True),), "http", "the request is sent to Service shop/a, port 80"),
    ],
)
def test_the_service_behind_it(services, port, why):
    found = HTTPIngressPath(path="/", path_type="Prefix", backend=backend("a", port))
    one = ingress(IngressRule(http=HTTPIngressRuleValue(paths=(found,))))
    objects = [each for name, ready in services for each in service(name, ready)]
    answer = route(view(one, *objects, services=()), NGINX, "x.io", "/")
    assert answer.explanation[-1] == why
    assert answer.status == (200 if why.startswith("the request") else 503)


def secret(name="cert", keys=("tls.crt", "tls.key")):
    return Secret(metadata=ObjectMeta(name=name, namespace="shop"), data=FrozenMap(dict.fromkeys(keys, "eA==")))


TLS = (IngressTLS(hosts=("*.x.io",), secret_name="wild"), IngressTLS(hosts=("a.x.io",), secret_name="cert"))


@pytest.mark.parametrize(
    ("host", "secrets", "certificate"),
    [
        ("a.x.io", (secret(), secret("wild")), "cert"),
        ("b.x.io", (secret(), secret("wild")), "wild"),
        ("a.x.io", (secret("wild"),), None),
        ("a.x.io", (secret(keys=("tls.crt",)),), None),
        ("y.io", (secret(), secret("wild")), None),
    ],
)
def test_certificates(host, secrets, certificate):
    seen = view(ingress(rule("", ("Prefix", "/", "a")), tls=TLS), *secrets)
    answer = route(seen, NGINX, host, "/", tls=True)
    assert answer.status == 200
    assert answer.certificate == (ObjectKey("Secret", "shop", certificate) if certificate else None)
