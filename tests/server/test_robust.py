"""Whatever a client sends, it gets an answer that it can read, and the cluster stays whole."""

import copy
import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kubelab.cluster import Cluster
from kubelab.server import resources

from .conftest import POD, Api

API: list[Api] = []


def api() -> Api:
    """One cluster for all examples: what one leaves behind must not harm the next."""
    if not API:
        API.append(Api(Cluster(nodes=1)))
    return API[0]


SEEDS: list[Any] = [
    POD,
    {"metadata": {"name": "a"}, "data": {"k": "v"}},
    {"metadata": {"name": "a"}, "spec": {"replicas": 1, "selector": {"matchLabels": {"a": "b"}}}},
    {"spec": {"resourceAttributes": {"verb": "get", "resource": "pods"}}},
    {"spec": {"user": "jane", "nonResourceAttributes": {"verb": "get", "path": "/"}}},
    {"target": {"name": "worker-1"}},
    [{"op": "replace", "path": "/metadata/labels", "value": 3}],
    {"propagationPolicy": "Orphan", "preconditions": {"uid": "x"}, "gracePeriodSeconds": 0},
]
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 10**12),
    st.floats(allow_nan=False),
    st.text(max_size=5),
    st.builds(dict),
    st.builds(list),
)
PLACES = sorted({(r.group, r.version, r.plural, r.kind.namespaced) for r in resources.served().values()})
PLACES += [(a.group, a.version, a.plural, a.namespaced) for a in resources.ANSWERS]
BELOW = ("", "", "status", "scale", "binding", "eviction", "token", "log", "finalize", "nothing")
QUERIES = (
    "",
    "limit=2",
    "limit=x",
    "continue=abc",
    "labelSelector=a%20in",
    "labelSelector=a%3Db",
    "fieldSelector=a",
    "fieldSelector=metadata.name%3Dp",
    "dryRun=All",
    "dryRun=Some",
    "fieldValidation=Strict",
    "fieldValidation=x",
    "resourceVersion=x",
    "resourceVersion=99999999",
    "resourceVersionMatch=Exact&resourceVersion=1",
    "propagationPolicy=Foreground",
    "gracePeriodSeconds=a",
    "fieldManager=m&force=true",
    "includeObject=None",
    "pretty=1",
)
TYPES = (
    "application/json",
    "application/yaml",
    "application/vnd.kubernetes.protobuf",
    "application/json-patch+json",
    "application/merge-patch+json",
    "application/strategic-merge-patch+json",
    "application/apply-patch+yaml",
    "text/plain",
    "",
)
ACCEPTS = (
    "",
    "*/*",
    "application/json",
    "application/json;as=Table;v=v1;g=meta.k8s.io",
    "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io",
    "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io",
    "application/json;q=x",
    "image/png",
)


@st.composite
def bodies(draw: st.DrawFn) -> bytes:
    """A body that nearly makes sense, or none at all."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.binary(max_size=60))
    body = copy.deepcopy(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(0, 3))):
        at = body
        for _ in range(draw(st.integers(0, 3))):
            if isinstance(at, dict) and at:
                key = draw(st.sampled_from(sorted(at)))
                if not isinstance(at[key], dict | list):
                    at[key] = draw(VALUES)
                    break
                at = at[key]
            elif isinstance(at, list) and at:
                at = at[0]
        if isinstance(at, dict):
            at[draw(st.sampled_from(("metadata", "spec", "kind", "apiVersion", "status", "data", "x")))] = draw(VALUES)
    prefix = draw(st.sampled_from((b"", b"", b"k8s\x00")))
    return prefix + json.dumps(body).encode()


@st.composite
def paths(draw: st.DrawFn) -> str:
    """An address of a resource, or nearly."""
    group, version, plural, namespaced = draw(st.sampled_from(PLACES))
    base = f"/apis/{group}/{version}" if group else f"/api/{version}"
    space = draw(st.sampled_from(("/namespaces/default", "/namespaces/nowhere", "")))
    name = draw(st.sampled_from(("", "", "/a", "/p", "/%2e%2e", "/default")))
    below = draw(st.sampled_from(BELOW))
    return f"{base}{space if namespaced else ''}/{plural}{name}{'/' + below if name and below else ''}"


@settings(max_examples=400, suppress_health_check=list(HealthCheck))
@given(
    method=st.sampled_from(("GET", "POST", "PUT", "PATCH", "DELETE")),
    path=paths(),
    query=st.sampled_from(QUERIES),
    content=bodies(),
    type_=st.sampled_from(TYPES),
    accept=st.sampled_from(ACCEPTS),
)
def test_no_request_makes_the_server_fail(
    method: str, path: str, query: str, content: bytes, type_: str, accept: str
) -> None:
    headers = {"Content-Type": type_, "Accept": accept}
    answer = api()(method, f"{path}?{query}", content, headers=headers)
    assert answer.status_code < 500 or answer.status_code == 504, answer.text
    if answer.headers["content-type"].startswith("application/json"):
        document = answer.json()
        assert answer.status_code < 400 or document["kind"] == "Status"
