"""What a client gets for what it sends, as the real API server answers it."""

import json
from typing import Any

import pytest

from .conftest import POD, Api, config_map

MAPS = "/api/v1/namespaces/default/configmaps"
PODS = "/api/v1/namespaces/default/pods"


def test_an_object_is_created_read_replaced_and_deleted(api: Api) -> None:
    made = api("POST", MAPS, config_map("c", a="1"))
    assert made.status_code == 201
    meta = made.json()["metadata"]
    assert meta["namespace"] == "default" and meta["uid"] and meta["resourceVersion"]
    assert api.get(f"{MAPS}/c") == made.json()
    again = {**made.json(), "data": {"a": "2"}}
    assert api("PUT", f"{MAPS}/c", again).json()["data"] == {"a": "2"}
    gone = api("DELETE", f"{MAPS}/c")
    assert gone.status_code == 200
    details = {"name": "c", "kind": "configmaps", "uid": meta["uid"]}
    assert gone.json() == {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Success",
        "details": details,
    }


def test_what_is_not_there_is_told_with_its_details(api: Api) -> None:
    missing = api("GET", f"{MAPS}/nope")
    assert missing.status_code == 404
    assert missing.json() == {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": 'configmaps "nope" not found',
        "reason": "NotFound",
        "details": {"name": "nope", "kind": "configmaps"},
        "code": 404,
    }


def test_every_cause_of_a_refusal_names_its_field(api: Api) -> None:
    wrong = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d"}, "spec": {"replicas": -2}}
    answer = api("POST", "/apis/apps/v1/namespaces/default/deployments", wrong)
    assert answer.status_code == 422
    status = answer.json()
    assert status["details"]["kind"] == "Deployment" and status["details"]["group"] == "apps"
    fields = {cause["field"]: cause["reason"] for cause in status["details"]["causes"]}
    assert fields["spec.replicas"] == "FieldValueInvalid"
    assert fields["spec.selector"] == "FieldValueRequired"


def test_a_version_that_is_no_longer_the_present_one_is_a_conflict(api: Api) -> None:
    old = api("POST", MAPS, config_map("c", a="1")).json()
    api("PUT", f"{MAPS}/c", {**old, "data": {"a": "2"}})
    answer = api("PUT", f"{MAPS}/c", {**old, "data": {"a": "3"}})
    assert (answer.status_code, answer.json()["reason"]) == (409, "Conflict")
    assert answer.json()["details"] == {"name": "c", "kind": "configmaps"}


def test_a_dry_run_answers_as_if_and_stores_nothing(api: Api) -> None:
    assert api("POST", f"{MAPS}?dryRun=All", config_map("c")).status_code == 201
    assert api("GET", f"{MAPS}/c").status_code == 404
    assert len(api.cluster.timeline) == 0


@pytest.mark.parametrize(
    ("strictness", "code", "warned"),
    [("Strict", 400, False), ("Warn", 201, True), ("Ignore", 201, False), ("", 201, True)],
)
def test_an_unknown_field_is_refused_warned_of_or_ignored(api: Api, strictness: str, code: int, warned: bool) -> None:
    answer = api("POST", f"{MAPS}?fieldValidation={strictness}", {**config_map("c"), "datta": {}})
    assert answer.status_code == code
    assert ("warning" in answer.headers) is warned
    if warned:
        assert answer.headers["warning"] == '299 - "unknown field \\"datta\\""'
    if code == 400:
        text = (
            'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "datta"'
        )
        assert answer.json()["message"] == text


def test_a_field_that_comes_twice_is_told_by_its_path(api: Api) -> None:
    body = b'{"metadata": {"name": "c"}, "data": {"a": "1", "a": "2"}}'
    answer = api("POST", f"{MAPS}?fieldValidation=Strict", body)
    assert answer.json()["message"].endswith('strict decoding error: duplicate field "data.a"')


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"kind":', '{"kind":'),
        (b"this is no JSON", "invalid character 'h' in literal true (expecting 'r') (74686973206973206e6f204a534f4e)"),
        (b"nul", "unexpected end of JSON input (6e756c)"),
        (b"no", "invalid character 'o' in literal null (expecting 'u') (6e6f)"),
        (b'"text"', "json: cannot unmarshal string into Go value of type struct { APIVersion string"),
        (
            b'{"apiVersion":"v1","kind":"Secret"}',
            "ConfigMap: converting (v1.Secret) to (core.ConfigMap): unknown conversion",
        ),
        (b'{"kind":"Pod"}', 'Pod in version "v1" cannot be handled as a ConfigMap'),
        (b'{"apiVersion":"v2"}', "the API version in the data (v2) does not match the expected API version (v1)"),
        (b"[]", "must be of type ConfigMap"),
        (b"", "<empty>"),
        (b'{"data":{"a":{}}}', "json: cannot unmarshal object into Go struct field ConfigMap.data of type string"),
    ],
)
def test_a_body_that_cannot_be_read_is_a_bad_request(api: Api, body: bytes, message: str) -> None:
    answer = api("POST", MAPS, body)
    assert (answer.status_code, answer.json()["reason"]) == (400, "BadRequest")
    assert message in answer.json()["message"]


def test_a_body_over_the_limit_is_refused(api: Api) -> None:
    answer = api("POST", MAPS, config_map("c", a="x" * (3 * 1024 * 1024)))
    assert answer.status_code == 413
    assert answer.json()["message"] == "Request entity is too large: limit is 3145728"


def test_unknown_media_types_are_refused(api: Api) -> None:
    answer = api("POST", MAPS, b"x", headers={"Content-Type": "text/html"})
    assert (answer.status_code, answer.json()["reason"]) == (415, "UnsupportedMediaType")
    answer = api("GET", MAPS, headers={"Accept": "image/png"})
    assert (answer.status_code, answer.json()["reason"]) == (406, "NotAcceptable")


def test_yaml_goes_in_and_out(api: Api) -> None:
    body = b"metadata: {name: c}\ndata: {a: b}\n"
    headers = {"Content-Type": "application/yaml", "Accept": "application/yaml"}
    answer = api("POST", MAPS, body, headers=headers)
    assert answer.headers["content-type"].startswith("application/yaml")
    assert "data:\n  a: b\n" in answer.text


@pytest.mark.parametrize("path", ["/nowhere", "/apis/nowhere/v1", "/apis/nowhere/v1/things"])
def test_an_address_that_nobody_answers_is_a_page_that_is_not_found(api: Api, path: str) -> None:
    answer = api("GET", path)
    assert answer.status_code == 404
    if "things" not in path:
        assert answer.text == "404 page not found\n"


def test_a_resource_that_there_is_not_is_told_by_a_status(api: Api) -> None:
    answer = api("GET", "/api/v1/widgets")
    assert answer.json()["message"] == "the server could not find the requested resource"


@pytest.mark.parametrize(
    ("method", "path"),
    [("PATCH", "/api/v1/pods"), ("POST", "/api/v1/pods"), ("POST", f"{PODS}/p"), ("DELETE", f"{PODS}/p/status")],
)
def test_a_method_that_an_address_does_not_take_is_not_allowed(api: Api, method: str, path: str) -> None:
    answer = api(method, path, {})
    assert (answer.status_code, answer.json()["reason"]) == (405, "MethodNotAllowed")


def test_an_object_must_be_where_its_address_is(api: Api) -> None:
    other = config_map("c")
    other["metadata"]["namespace"] = "kube-system"
    assert "does not match the namespace sent on the request" in api("POST", MAPS, other).json()["message"]
    api("POST", MAPS, config_map("c"))
    assert "does not match the name on the URL" in api("PUT", f"{MAPS}/c", config_map("d")).json()["message"]


def test_a_list_in_parts_is_the_list_as_it_was_at_the_beginning(api: Api) -> None:
    for number in range(5):
        api("POST", MAPS, config_map(f"c{number}"))
    first = api.get(f"{MAPS}?limit=2")
    assert first["metadata"]["remainingItemCount"] == 4
    api("DELETE", f"{MAPS}/c4")
    names, token = [item["metadata"]["name"] for item in first["items"]], first["metadata"]["continue"]
    while token:
        part = api.get(f"{MAPS}?limit=2&continue={token}")
        assert part["metadata"]["resourceVersion"] == first["metadata"]["resourceVersion"]
        names += [item["metadata"]["name"] for item in part["items"]]
        token = part["metadata"].get("continue", "")
    assert names == ["c0", "c1", "c2", "c3", "c4", "kube-root-ca.crt"]


def test_lists_are_chosen_by_labels_and_fields(api: Api) -> None:
    api("POST", PODS, POD)
    other: dict[str, Any] = json.loads(json.dumps(POD))
    other["metadata"] = {"name": "q"}
    api("POST", PODS, other)

    def names(query: str) -> list[str]:
        return [item["metadata"]["name"] for item in api.get(f"{PODS}?{query}")["items"]]

    assert names("labelSelector=app%3Dweb") == ["p"]
    assert names("labelSelector=app!%3Dweb") == ["q"]
    assert names("fieldSelector=metadata.name%3Dq") == ["q"]
    assert names("fieldSelector=status.phase%3DPending,metadata.name!%3Dq") == ["p"]
    assert names("fieldSelector=spec.nodeName%3D") == ["p", "q"]
    assert api.get(f"{PODS}?fieldSelector=spec.image%3Dx")["message"] == "field label not supported: spec.image"


def test_a_table_has_the_columns_of_kubectl_get(api: Api) -> None:
    api("POST", PODS, POD)
    table = api.get(PODS, headers={"Accept": "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"})
    assert table["kind"] == "Table"
    always = [column["name"] for column in table["columnDefinitions"] if not column["priority"]]
    assert always == ["Name", "Ready", "Status", "Restarts", "Age"]
    row = table["rows"][0]
    assert row["cells"][:4] == ["p", "0/1", "Pending", "0"]
    assert row["object"]["kind"] == "PartialObjectMetadata"


def test_metadata_alone_can_be_had(api: Api) -> None:
    api("POST", PODS, POD)
    accept = {"Accept": "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"}
    listed = api.get(PODS, headers=accept)
    assert listed["kind"] == "PartialObjectMetadataList"
    assert "spec" not in listed["items"][0]


def test_a_deletion_waits_answers_with_the_object_or_with_a_status(api: Api) -> None:
    api("POST", PODS, POD)
    api.cluster.run()
    dying = api("DELETE", f"{PODS}/p", {"gracePeriodSeconds": 7}).json()
    assert dying["kind"] == "Pod" and dying["metadata"]["deletionGracePeriodSeconds"] == 7
    wrong = api("DELETE", f"{PODS}/p", {"preconditions": {"uid": "other"}})
    assert wrong.status_code == 409
    api.cluster.run()
    assert api("GET", f"{PODS}/p").status_code == 404


def test_many_are_deleted_by_their_labels(api: Api) -> None:
    for name in ("a", "b"):
        api("POST", MAPS, {**config_map(name), "metadata": {"name": name, "labels": {"l": name}}})
    gone = api("DELETE", f"{MAPS}?labelSelector=l%3Da").json()
    assert gone["kind"] == "ConfigMapList" and len(gone["items"]) == 1
    assert [item["metadata"]["name"] for item in api.get(MAPS)["items"]] == ["b", "kube-root-ca.crt"]


def test_discovery_is_the_same_in_both_forms(api: Api) -> None:
    accept = {"Accept": "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"}
    whole = {}
    for path in ("/api", "/apis"):
        for group in api.get(path, headers=accept)["items"]:
            for version in group["versions"]:
                name = group["metadata"].get("name", "")
                whole[name, version["version"]] = {each["resource"] for each in version["resources"]}
    assert {group["name"] for group in api.get("/apis")["groups"]} | {""} == {name for name, _ in whole}
    for (group_name, version_name), found in whole.items():
        path = f"/apis/{group_name}/{version_name}" if group_name else "/api/v1"
        listed = {each["name"] for each in api.get(path)["resources"] if "/" not in each["name"]}
        assert listed == found
    assert {"pods", "componentstatuses"} <= whole["", "v1"]


def test_the_server_says_that_it_is_well_and_what_it_is(api: Api) -> None:
    assert all(api("GET", path).text == "ok" for path in ("/healthz", "/livez", "/readyz", "/readyz/ping"))
    assert api.get("/version")["gitVersion"].startswith("v1.36.")


def test_a_scale_as_a_table_has_what_is_wanted_and_what_there_is(api: Api) -> None:
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "x"}]}}
    spec = {"replicas": 3, "selector": {"matchLabels": {"a": "b"}}, "template": template}
    path = "/apis/apps/v1/namespaces/default/deployments"
    api("POST", path, {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d"}, "spec": spec})
    table = api.get(f"{path}/d/scale", headers={"Accept": "application/json;as=Table;v=v1;g=meta.k8s.io"})
    assert [column["name"] for column in table["columnDefinitions"]] == ["Name", "Desired", "Available", "Age"]
    assert table["rows"][0]["cells"] == ["d", 3, 0, "0s"]


def test_a_group_that_nobody_serves_is_a_page_that_is_not_found(api: Api) -> None:
    answer = api("GET", "/apis/shop.example.com/v1/namespaces/default/bakeries")
    assert (answer.status_code, answer.text) == (404, "404 page not found\n")
    answer = api("GET", "/api/v2")
    assert (answer.status_code, answer.json()["reason"]) == (404, "NotFound")


def test_a_selector_that_cannot_be_read_is_told_in_the_words_of_its_reader(api: Api) -> None:
    for query, told in (
        ("labelSelector=%3Db", "found '=', expected: !, identifier, or 'end of string'"),
        ("labelSelector=a%20in", "unable to parse requirement: found '' expected: '('"),
        ("fieldSelector=a", "invalid selector: 'a'; can't understand 'a'"),
    ):
        assert api("GET", f"/api/v1/pods?{query}").json()["message"] == told


def test_a_parameter_that_makes_no_sense_is_told_with_its_field(api: Api) -> None:
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}}
    where = "/api/v1/namespaces/default/configmaps"
    for query, field in (("dryRun=x", "dryRun"), ("fieldManager=" + "m" * 129, "fieldManager")):
        answer = api("POST", f"{where}?{query}", body)
        assert (answer.status_code, answer.json()["details"]["causes"][0]["field"]) == (422, field)


def test_scale_changes_the_replicas_alone(api: Api) -> None:
    template = {"metadata": {"labels": {"a": "b"}}, "spec": POD["spec"]}
    spec = {"selector": {"matchLabels": {"a": "b"}}, "template": template}
    place = "/apis/apps/v1/namespaces/default/deployments"
    api("POST", place, {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d"}, "spec": spec})
    scale = api.get(f"{place}/d/scale")
    assert scale["spec"] == {"replicas": 1}
    scale["spec"]["replicas"] = 3
    assert api("PUT", f"{place}/d/scale", scale).json()["spec"] == {"replicas": 3}
    headers = {"Content-Type": "application/merge-patch+json"}
    patched = api("PATCH", f"{place}/d/scale", {"spec": {"replicas": 2}}, headers=headers)
    assert patched.json()["spec"] == {"replicas": 2}
    assert api.get(f"{place}/d")["spec"]["replicas"] == 2


def test_patches_are_chosen_by_their_media_type(api: Api) -> None:
    api("POST", MAPS, config_map("c", a="1", b="2"))
    merge = {"Content-Type": "application/merge-patch+json"}
    assert api("PATCH", f"{MAPS}/c", {"data": {"a": None}}, headers=merge).json()["data"] == {"b": "2"}
    steps = {"Content-Type": "application/json-patch+json"}
    patch = [{"op": "replace", "path": "/data/b", "value": "3"}]
    assert api("PATCH", f"{MAPS}/c", patch, headers=steps).json()["data"] == {"b": "3"}
    assert api("PATCH", f"{MAPS}/c", {}).status_code == 415


def test_an_event_has_the_form_of_the_version_that_is_asked(api: Api) -> None:
    api("POST", PODS, POD)
    api.cluster.run()
    core = api.get("/api/v1/namespaces/default/events?fieldSelector=involvedObject.name%3Dp")["items"]
    newer = api.get("/apis/events.k8s.io/v1/namespaces/default/events?fieldSelector=regarding.name%3Dp")["items"]
    assert [event["message"] for event in core] == [event["note"] for event in newer]
    assert {event["reason"] for event in core} >= {"Scheduled", "Pulled", "Created", "Started"}


def test_a_step_of_the_timeline_says_which_client_made_it(api: Api) -> None:
    api("POST", MAPS, config_map("c"), headers={"User-Agent": "kubectl/v1.36.2 (linux/amd64)"})
    transition = api.cluster.timeline.at()
    assert transition is not None and transition.message == "kubectl created ConfigMap c."


def test_what_is_accepted_and_still_strange_is_warned_of(api: Api) -> None:
    strange = json.loads(json.dumps(POD))
    strange["metadata"]["name"] = "dots.are.strange"
    strange["spec"]["containers"][0]["ports"] = [{"containerPort": 80}, {"containerPort": 80}]
    warned = api("POST", PODS, strange).headers.get_list("warning")
    assert "a DNS label is recommended: [must not contain dots]" in warned[0]
    assert (
        warned[1] == '299 - "spec.containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]"'
    )
    old = api("GET", "/api/v1/namespaces/default/endpoints").headers["warning"]
    assert old.startswith('299 - "v1 Endpoints is deprecated')


def test_an_unknown_field_of_a_patch_is_warned_of(api: Api) -> None:
    api("POST", MAPS, config_map("c"))
    merge = {"Content-Type": "application/merge-patch+json"}
    answer = api("PATCH", f"{MAPS}/c", {"datta": {"a": "b"}}, headers=merge)
    assert (answer.status_code, answer.headers["warning"]) == (200, '299 - "unknown field \\"datta\\""')


def test_a_dry_run_has_the_version_that_is_stored(api: Api) -> None:
    made = api("POST", MAPS, config_map("c", a="1")).json()
    tried = api("PUT", f"{MAPS}/c?dryRun=All", config_map("c", a="2")).json()
    assert tried["data"] == {"a": "2"}
    assert tried["metadata"]["resourceVersion"] == made["metadata"]["resourceVersion"]
    assert "resourceVersion" not in api("POST", f"{MAPS}?dryRun=All", config_map("d")).json()["metadata"]


def test_an_object_that_goes_with_its_last_finalizer_is_answered_without_it(api: Api) -> None:
    held = config_map("c")
    held["metadata"]["finalizers"] = ["example.com/hold"]
    api("POST", MAPS, held)
    api("DELETE", f"{MAPS}/c")
    merge = {"Content-Type": "application/merge-patch+json"}
    gone = api("PATCH", f"{MAPS}/c", {"metadata": {"finalizers": None}}, headers=merge)
    assert gone.status_code == 200 and "finalizers" not in gone.json()["metadata"]
    assert api("GET", f"{MAPS}/c").status_code == 404


def test_a_log_is_what_a_container_wrote_or_why_there_is_none(api: Api) -> None:
    failing = json.loads(json.dumps(POD))
    failing["metadata"]["annotations"] = {"kubelab/exit-code": "3", "kubelab/run-seconds": "1"}
    failing["spec"]["restartPolicy"] = "Never"
    api("POST", PODS, failing)
    early = api("GET", f"{PODS}/p/log")
    assert (early.status_code, early.json()["message"]) == (400, "pod p does not have a host assigned")
    api.cluster.run()
    log = api("GET", f"{PODS}/p/log")
    assert log.status_code == 200 and log.headers["content-type"].startswith("text/plain")
    assert api("GET", f"{PODS}/p/log?follow=true").text == log.text
    assert api("GET", f"{PODS}/p/log?container=x").json()["message"] == "container x is not valid for pod p"
    assert api("GET", f"{PODS}/p/log?previous=true").status_code == 400
