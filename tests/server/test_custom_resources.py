"""A served cluster that has learnt a kind: discovery, descriptions, and every verb over HTTP."""

import json
from pathlib import Path

import pytest

from kubelab import Cluster
from tests.server.conftest import Api

EXAMPLE = Path(__file__).parents[2] / "grammar" / "examples" / "custom.kube"
PLACE = "/apis/example.com/v1/namespaces/default/bakeries"


@pytest.fixture(scope="module")
def api():
    cluster = Cluster(nodes=1)
    cluster.apply(EXAMPLE.read_text(encoding="utf-8"))
    cluster.run()
    return Api(cluster)


def test_discovery_lists_the_group_and_its_resources(api):
    assert "example.com" in [group["name"] for group in api.get("/apis")["groups"]]
    listed = {each["name"]: each for each in api.get("/apis/example.com/v1")["resources"]}
    assert sorted(listed) == ["bakeries", "bakeries/scale", "bakeries/status"]
    assert (listed["bakeries"]["kind"], listed["bakeries"]["shortNames"]) == ("Bakery", ["bk"])


def test_the_description_has_the_schema_of_the_definition(api):
    assert "apis/example.com/v1" in api.get("/openapi/v3")["paths"]
    schemas = api.get("/openapi/v3/apis/example.com/v1")["components"]["schemas"]
    spec = schemas["com.example.v1.Bakery"]["properties"]["spec"]
    assert spec["properties"]["ovens"] == {"type": "integer", "minimum": 1}


def test_objects_are_created_listed_changed_and_deleted(api):
    body = {"apiVersion": "example.com/v1", "kind": "Bakery", "metadata": {"name": "new"}, "spec": {"ovens": 1}}
    made = api("POST", PLACE, body)
    assert (made.status_code, made.json()["spec"]) == (201, {"ovens": 1, "bread": "rye"})
    assert [item["metadata"]["name"] for item in api.get(PLACE)["items"]] == ["corner", "new", "station"]
    patch = {"Content-Type": "application/merge-patch+json"}
    changed = api("PATCH", f"{PLACE}/new", {"spec": {"ovens": 3}}, headers=patch)
    assert changed.json()["spec"]["ovens"] == 3
    assert api.get(f"{PLACE}/new/scale")["spec"] == {"replicas": 3}
    assert api("PATCH", f"{PLACE}/new", {"spec": {"ovens": 0}}, headers=patch).status_code == 422
    assert api("DELETE", f"{PLACE}/new").status_code == 200
    assert api("GET", f"{PLACE}/new").status_code == 404


def test_what_the_schema_does_not_know_is_dropped_with_a_warning(api):
    body = {"apiVersion": "example.com/v1", "kind": "Bakery", "metadata": {"name": "odd"}, "spec": {"ovens": 1, "x": 1}}
    made = api("POST", f"{PLACE}?dryRun=All", body)
    assert made.json()["spec"] == {"ovens": 1, "bread": "rye"}
    assert made.headers["Warning"] == '299 - "unknown field \\"spec.x\\""'
    assert api("POST", f"{PLACE}?fieldValidation=Strict", body).status_code == 400


def test_a_table_has_the_columns_of_the_definition(api):
    accept = {"Accept": "application/json;as=Table;v=v1;g=meta.k8s.io"}
    table = api("GET", PLACE, headers=accept).json()
    assert [column["name"] for column in table["columnDefinitions"]] == ["Name", "Ovens", "Bread"]
    assert table["rows"][0]["cells"] == ["corner", 2, "rye"]


def test_another_cluster_has_no_such_address():
    other = Api(Cluster(nodes=1))
    assert other("GET", PLACE).status_code == 404
    assert "example.com" not in json.dumps(other.get("/apis"))
