"""What has the wrong form is refused in the real server's words, and is never taken for a failure of the server."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from kubelab.cluster import Cluster

from .conftest import POD, Api

SPACE = "/api/v1/namespaces/default"
REVIEWS = "/apis/authorization.k8s.io/v1"
OPTIONS = {
    "gracePeriodSeconds": 1,
    "propagationPolicy": "Orphan",
    "preconditions": {"uid": "u", "resourceVersion": "1"},
    "dryRun": ["All"],
}
BINDING = {"metadata": {"name": "p", "uid": "x"}, "target": {"kind": "Node", "name": "nowhere"}}
ACCESS = {"verb": "get", "resource": "pods", "namespace": "default"}
SENT: list[tuple[str, str, Any]] = [
    ("POST", f"{SPACE}/pods/p/eviction?dryRun=All", {"metadata": {"name": "p"}, "deleteOptions": OPTIONS}),
    ("POST", f"{SPACE}/pods/p/binding", BINDING),
    ("POST", f"{SPACE}/bindings", BINDING),
    ("DELETE", f"{SPACE}/pods/p?dryRun=All", OPTIONS),
    (
        "POST",
        f"{SPACE}/serviceaccounts/default/token",
        {"spec": {"audiences": ["a"], "expirationSeconds": 700, "boundObjectRef": {"kind": "Pod", "name": "p"}}},
    ),
    (
        "POST",
        f"{REVIEWS}/subjectaccessreviews",
        {"metadata": {}, "spec": {"user": "a", "groups": ["g"], "extra": {"a": ["b"]}, "resourceAttributes": ACCESS}},
    ),
    (
        "POST",
        f"{REVIEWS}/selfsubjectaccessreviews",
        {"spec": {"nonResourceAttributes": {"verb": "get", "path": "/"}}},
    ),
    (
        "POST",
        f"{REVIEWS}/namespaces/default/localsubjectaccessreviews",
        {"spec": {"user": "a", "resourceAttributes": ACCESS}},
    ),
    ("POST", f"{REVIEWS}/selfsubjectrulesreviews", {"spec": {"namespace": "default"}}),
    ("POST", "/apis/authentication.k8s.io/v1/tokenreviews", {"spec": {"token": "x", "audiences": ["a"]}}),
    ("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", {"metadata": {}}),
]
WRONG: list[Any] = [None, True, 3, -1, "x", [], ["x"], [[]], {}, {"a": 1}]
API: list[Api] = []


@pytest.fixture
def api() -> Api:
    """One cluster for all; nothing of what is sent is carried out."""
    if not API:
        API.append(Api(Cluster(nodes=1)))
        API[0]("POST", f"{SPACE}/pods", POD)
    return API[0]


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place within a value."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from places(item, (*path, key))


def bent(value: Any) -> Iterator[Any]:
    """The value with something else at each of its places."""
    for path in places(value):
        for wrong in WRONG:
            if not path:
                yield wrong
                continue
            made = at = copy.deepcopy(value)
            for key in path[:-1]:
                at = at[key]
            at[path[-1]] = wrong
            yield made


@pytest.mark.parametrize(("method", "path", "body"), SENT)
def test_what_is_only_sent_is_read_by_its_form(api: Api, method: str, path: str, body: Any) -> None:
    for each in bent(body):
        answer = api(method, path, each)
        assert answer.status_code < 500, (each, answer.text)
        assert answer.status_code < 400 or answer.json()["kind"] == "Status"


def test_a_value_of_the_wrong_type_is_named_with_its_place(api: Api) -> None:
    refused = api("POST", f"{SPACE}/pods/p/eviction", {"deleteOptions": {"gracePeriodSeconds": "now"}})
    assert refused.status_code == 400
    where = "Go struct field DeleteOptions.deleteOptions.gracePeriodSeconds of type int64"
    text = f'Eviction in version "v1" cannot be handled as a Eviction: json: cannot unmarshal string into {where}'
    assert refused.json()["message"] == text


@pytest.mark.parametrize("text", ["9" * 400, "9" * 5000, "-1", "x", "²", "٣", "1e3", "0x1", "1_0"])
@pytest.mark.parametrize(
    "where",
    [
        "pods?resourceVersion=",
        "pods/p?resourceVersion=",
        "pods?watch=1&resourceVersion=",
        "pods?watch=1&timeoutSeconds=",
        "pods/p/log?tailLines=",
    ],
)
def test_a_parameter_that_is_no_number_is_refused(api: Api, where: str, text: str) -> None:
    refused = api("GET", f"{SPACE}/{where}{text}")
    assert refused.status_code == 400
    if where != "pods/p/log?tailLines=":
        why = "value out of range" if text.startswith("9") else "invalid syntax"
        assert refused.json()["message"].endswith(f'parsing "{text}": {why}')


@pytest.mark.parametrize("depth", [140, 160, 900, 100_000])
@pytest.mark.parametrize(
    "type_", ["application/merge-patch+json", "application/strategic-merge-patch+json", "application/json"]
)
def test_a_body_that_nests_too_deep_is_refused(api: Api, depth: int, type_: str) -> None:
    body = b'{"metadata":' + b'{"a":' * depth + b"1" + b"}" * depth + b"}"
    method, path = ("POST", "pods?dryRun=All") if type_ == "application/json" else ("PATCH", "pods/p?dryRun=All")
    refused = api(method, f"{SPACE}/{path}", body, headers={"Content-Type": type_})
    assert ("exceeded max depth" in refused.text) is (depth > 150)
    assert refused.status_code < 500


def test_half_a_character_is_replaced_as_the_real_server_does_it(api: Api) -> None:
    body = b'{"metadata":{"name":"half","annotations":{"a":"\\ud800 \\ud83d\\ude00"}}}'
    made = api("POST", f"{SPACE}/configmaps?dryRun=All", body)
    assert made.status_code == 201
    assert json.loads(made.text)["metadata"]["annotations"] == {"a": "\ufffd \U0001f600"}


def test_a_family_of_addresses_that_the_cluster_does_not_have_is_refused(api: Api) -> None:
    spec = {"ipFamilies": ["IPv6"], "ports": [{"port": 80}], "selector": {"a": "b"}}
    refused = api("POST", f"{SPACE}/services", {"metadata": {"name": "six"}, "spec": spec})
    assert refused.status_code == 422
    why = 'spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster'
    assert refused.json()["message"] == f'Service "six" is invalid: {why}'


def test_a_scale_takes_a_strategic_patch(api: Api) -> None:
    labels = {"app": "web"}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
    spec = {"replicas": 1, "selector": {"matchLabels": labels}, "template": template}
    place = "/apis/apps/v1/namespaces/default/deployments"
    assert api("POST", place, {"metadata": {"name": "web"}, "spec": spec}).status_code == 201
    type_ = {"Content-Type": "application/strategic-merge-patch+json"}
    scaled = api("PATCH", f"{place}/web/scale", {"spec": {"replicas": 3}}, headers=type_)
    assert (scaled.status_code, scaled.json()["spec"]) == (200, {"replicas": 3})


def test_an_absurd_selector_costs_little_or_is_refused(api: Api) -> None:
    selector = ",".join(f"k{number}!=v" for number in range(4000))
    assert api("GET", f"{SPACE}/pods?labelSelector={selector}").status_code == 200
    names = ",".join(f"metadata.name!=v{number}" for number in range(2000))
    assert api("GET", f"{SPACE}/pods?fieldSelector={names}").status_code == 200
    assert api("GET", f"{SPACE}/pods?labelSelector={'x' * 62_000}").status_code == 431
    refused = api("GET", f"{SPACE}/pods?labelSelector={selector},(")
    assert refused.status_code == 400
    assert refused.json()["message"].endswith("found '(', expected: identifier after ','")
    assert api("GET", f"{SPACE}/pods?labelSelector=a>{'1' * 5000}").status_code == 400
    limits = {"resources": {"limits": {"cpu": "1" * 5000}}}
    body = {"metadata": {"name": "x"}, "spec": {"containers": [{"name": "c", "image": "x", **limits}]}}
    refused = api("POST", f"{SPACE}/pods", body)
    assert refused.status_code == 400 and "quantities must match" in refused.json()["message"]
