"""What a client finds of the owners of fields, and of the documents that describe the kinds."""

from typing import Any

from kubelab.api.openapi import documents

MAPS = "/api/v1/namespaces/default/configmaps"
APPLY = {"Content-Type": "application/apply-patch+yaml"}
MERGE = {"Content-Type": "application/merge-patch+json"}


def config_map(**data: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c", "namespace": "default"}, "data": data}


def test_who_applies_owns_and_who_comes_later_is_refused(api: Any) -> None:
    made = api("PATCH", f"{MAPS}/c?fieldManager=one", config_map(k="one"), headers=APPLY)
    assert made.status_code == 201
    (entry,) = made.json()["metadata"]["managedFields"]
    assert (entry["manager"], entry["operation"], entry["fieldsV1"]) == ("one", "Apply", {"f:data": {"f:k": {}}})
    refused = api("PATCH", f"{MAPS}/c?fieldManager=two", config_map(k="two"), headers=APPLY)
    status = refused.json()
    assert refused.status_code == 409
    assert status["message"] == 'Apply failed with 1 conflict: conflict with "one": .data.k'
    assert status["details"]["causes"][0]["reason"] == "FieldManagerConflict"
    forced = api("PATCH", f"{MAPS}/c?fieldManager=two&force=true", config_map(k="two"), headers=APPLY)
    assert forced.status_code == 200
    assert [each["manager"] for each in api.get(f"{MAPS}/c")["metadata"]["managedFields"]] == ["two"]


def test_who_creates_is_known_by_its_program_and_what_is_read_may_be_written_back(api: Any) -> None:
    made = api("POST", MAPS, config_map(k="1"), headers={"User-Agent": "curl/8.0"}).json()
    assert made["metadata"]["managedFields"][0]["manager"] == "curl"
    again = api("PUT", f"{MAPS}/c", made, headers={"User-Agent": "other/1"}).json()
    assert again == made
    listed = api.get(MAPS)["items"]
    assert [item["metadata"]["managedFields"] for item in listed if item["metadata"]["name"] == "c"] == [
        made["metadata"]["managedFields"]
    ]


def test_a_patch_warns_of_a_field_that_it_drops(api: Any) -> None:
    api("POST", MAPS, config_map(k="1"))
    answer = api("PATCH", f"{MAPS}/c?fieldValidation=Warn", {"datta": {}, "data": {"k": "2"}}, headers=MERGE)
    assert answer.status_code == 200
    assert 'unknown field "datta"' in answer.headers["warning"].replace("\\", "")


def test_the_documents_are_where_the_index_says(api: Any) -> None:
    paths = api.get("/openapi/v3")["paths"]
    assert set(documents.places()) <= set(paths)
    apps = api.get(paths["apis/apps/v1"]["serverRelativeURL"])
    assert "io.k8s.api.apps.v1.Deployment" in apps["components"]["schemas"]
    assert api.get("/openapi/v2")["definitions"]["io.k8s.api.core.v1.Pod"]["type"] == "object"
    assert api("GET", "/openapi/v3/apis/nothing/v1").status_code == 404
