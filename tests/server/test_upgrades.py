"""What is said to clients that ask in an older way: SPDY, and the older OpenAPI document in protobuf."""

from collections.abc import Iterator

import pytest

from .conftest import POD, Api

PLACE = "/api/v1/namespaces/default/pods/p"
MOON = {
    "metadata": {"name": "moons.sky.example"},
    "spec": {
        "group": "sky.example",
        "scope": "Namespaced",
        "names": {"plural": "moons", "kind": "Moon"},
        "versions": [
            {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": {"type": "object"}}}
        ],
    },
}


def varint(data: bytes, at: int) -> tuple[int, int]:
    """A number, and where it ends."""
    value = shift = 0
    while True:
        byte = data[at]
        value, shift, at = value | (byte & 127) << shift, shift + 7, at + 1
        if byte < 128:
            return value, at


def fields(data: bytes) -> Iterator[tuple[int, bytes | int]]:
    """The fields of a message, each with its number."""
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        if key & 7 == 0:
            value, at = varint(data, at)
            yield key >> 3, value
            continue
        assert key & 7 == 2
        size, at = varint(data, at)
        yield key >> 3, data[at : at + size]
        at += size


def named(data: bytes, number: int) -> dict[str, bytes]:
    """Pairs of a name and a message, by the name."""
    found = {}
    for each, value in fields(data):
        if each == number:
            pair = dict(fields(value))
            found[pair[1].decode()] = pair[2]
    return found


def message(data: bytes, *path: int) -> bytes:
    """The message at the end of a path of numbers."""
    for number in path:
        data = next(value for each, value in fields(data) if each == number)
    return data


def test_the_older_document_is_there_in_protobuf(api: Api) -> None:
    accept = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"
    answer = api("GET", "/openapi/v2", headers={"Accept": accept})
    assert answer.headers["content-type"] == "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"
    plain = api.get("/openapi/v2")
    definitions = named(message(answer.content, 9), 1)
    assert list(definitions) == list(plain["definitions"])
    pod = definitions["io.k8s.api.core.v1.Pod"]
    assert message(pod, 4).decode() == plain["definitions"]["io.k8s.api.core.v1.Pod"]["description"]
    assert set(named(message(pod, 25), 1)) == {"apiVersion", "kind", "metadata", "spec", "status"}
    assert message(message(pod, 25), 1, 2, 22, 1) == b"string"
    said = named(pod, 31)["x-kubernetes-group-version-kind"]
    assert message(said, 2) == b'[{"group": "", "version": "v1", "kind": "Pod"}]\n'
    assert list(named(message(answer.content, 8), 2)) == list(plain["paths"])


def test_what_the_cluster_learns_is_in_it(api: Api) -> None:
    def known() -> set[str]:
        answer = api("GET", "/openapi/v2", headers={"Accept": "application/protobuf"})
        return set(named(message(answer.content, 9), 1))

    assert "example.sky.v1.Moon" not in known()
    assert api("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", MOON).status_code == 201
    api.cluster.run()
    assert "example.sky.v1.Moon" in known()


@pytest.mark.parametrize("what", ["exec", "attach", "portforward"])
def test_who_speaks_spdy_is_told_what_there_is_instead(api: Api, what: str) -> None:
    assert api("POST", "/api/v1/namespaces/default/pods", POD).status_code == 201
    headers = {"Connection": "Upgrade", "Upgrade": "SPDY/3.1"}
    refused = api("POST", f"{PLACE}/{what}", headers=headers)
    assert refused.status_code == 501
    assert refused.json()["message"].startswith(f"{what} over SPDY is not served by kubelab: kubectl ")
    refused = api("GET", f"{PLACE}/{what}")
    assert (refused.status_code, refused.json()["message"]) == (400, "Upgrade request required")
    assert api("POST", f"{PLACE}/{what}", headers=headers, token="").status_code == 403


def test_who_wants_protobuf_alone_is_told_what_can_be_had(api: Api) -> None:
    refused = api("GET", "/api/v1/pods", headers={"Accept": "application/vnd.kubernetes.protobuf"})
    assert refused.status_code == 406
    both = "application/vnd.kubernetes.protobuf,application/json"
    assert api("GET", "/api/v1/pods", headers={"Accept": both}).headers["content-type"] == "application/json"
