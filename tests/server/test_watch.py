"""Watches: every change, in its order, to whoever listens."""

from kubelab.server.media import Wanted

from .conftest import POD, Api, config_map

MAPS = "/api/v1/namespaces/default/configmaps"
PODS = "/api/v1/namespaces/default/pods"


def test_a_watch_that_starts_nowhere_is_told_of_all_there_is_first(api: Api) -> None:
    api("POST", MAPS, config_map("c"))
    watcher = api.watch(MAPS)
    assert watcher.told() == [("ADDED", "c"), ("ADDED", "kube-root-ca.crt")]
    api("DELETE", f"{MAPS}/c")
    assert watcher.told() == [("DELETED", "c")]


def test_a_watch_goes_on_from_the_version_of_a_list(api: Api) -> None:
    version = api.get(MAPS)["metadata"]["resourceVersion"]
    api("POST", MAPS, config_map("a"))
    watcher = api.watch(MAPS, resourceVersion=version)
    api("POST", MAPS, config_map("b"))
    assert watcher.told() == [("ADDED", "a"), ("ADDED", "b")]


def test_a_watcher_sees_every_state_in_between_in_the_order_of_the_versions(api: Api) -> None:
    watcher = api.watch(PODS, resourceVersion=api.get(PODS)["metadata"]["resourceVersion"])
    api("POST", PODS, POD)
    api.cluster.run()
    events = watcher.read()
    versions = [int(event["object"]["metadata"]["resourceVersion"]) for event in events]
    assert versions == sorted(versions)
    seen = [(bool(e["object"]["spec"].get("nodeName")), e["object"]["status"]["phase"]) for e in events]
    assert list(dict.fromkeys(seen)) == [(False, "Pending"), (True, "Pending"), (True, "Running")]


def test_an_object_that_is_no_longer_selected_is_deleted_for_the_watcher(api: Api) -> None:
    api("POST", PODS, POD)
    watcher = api.watch(PODS, labelSelector="app=web")
    assert watcher.told() == [("ADDED", "p")]
    merge = {"Content-Type": "application/merge-patch+json"}
    api("PATCH", f"{PODS}/p", {"metadata": {"labels": {"app": "other"}}}, headers=merge)
    assert watcher.told() == [("DELETED", "p")]
    api("PATCH", f"{PODS}/p", {"metadata": {"labels": {"app": "web"}}}, headers=merge)
    assert watcher.told() == [("ADDED", "p")]


def test_events_are_watched_though_nobody_stores_them(api: Api) -> None:
    place = "/api/v1/namespaces/default/events"
    watcher = api.watch(place, resourceVersion=api.get(place)["metadata"]["resourceVersion"])
    api("POST", PODS, POD)
    api.cluster.run()
    told = [(event["type"], event["object"]["reason"]) for event in watcher.read()]
    assert ("ADDED", "Scheduled") in told and ("ADDED", "Started") in told


def test_a_version_that_is_forgotten_has_to_be_listed_again(api: Api) -> None:
    version = api.get(MAPS)["metadata"]["resourceVersion"]
    api("POST", MAPS, config_map("a"))
    api.host.feed.forget(api.cluster.view.snapshot.revision)
    (event,) = api.watch(MAPS, resourceVersion=version).read()
    assert event["type"] == "ERROR"
    assert (event["object"]["code"], event["object"]["reason"]) == (410, "Expired")


def test_a_streaming_list_says_when_it_is_complete(api: Api) -> None:
    events = api.watch(MAPS, sendInitialEvents="true", resourceVersionMatch="NotOlderThan").read()
    assert [event["type"] for event in events] == ["ADDED", "BOOKMARK"]
    assert events[-1]["object"]["metadata"]["annotations"] == {"k8s.io/initial-events-end": "true"}


def test_a_watched_table_tells_its_columns_once(api: Api) -> None:
    api("POST", PODS, POD)
    watcher = api.watch(PODS, Wanted(shape="Table"))
    api.cluster.run()
    events = watcher.read()
    assert events[0]["object"]["columnDefinitions"]
    assert all(event["object"]["columnDefinitions"] is None for event in events[1:])
    assert events[-1]["object"]["rows"][0]["cells"][2] == "Running"


def test_a_jump_to_the_past_ends_what_was_watched(api: Api) -> None:
    api("POST", MAPS, config_map("a"))
    jumps = api.host.feed.jumps
    api.cluster.goto(0)
    assert api.host.feed.jumps == jumps + 1
    assert api("GET", f"{MAPS}/a").status_code == 404
    refused = api("POST", MAPS, config_map("b"))
    assert refused.status_code == 403 and "the past can only be read" in refused.json()["message"]
    api.cluster.goto(-1)
    assert api("POST", MAPS, config_map("b")).status_code == 201


def test_a_slow_watcher_costs_nothing_and_is_told_to_list_again(api: Api) -> None:
    watcher = api.watch(MAPS)
    log = api.host.feed.log("ConfigMap")
    for number in range(3):
        api("POST", MAPS, config_map(f"c{number}"))
    log.forget(api.cluster.view.snapshot.revision)
    assert watcher.fell_behind
    assert log.end == log.first


def test_a_node_that_is_annotated_as_down_falls_silent_and_comes_back(api: Api) -> None:
    merge = {"Content-Type": "application/merge-patch+json"}
    node = api.cluster.view.keys("Node")[0].name

    def annotate(value: str | None) -> None:
        patch = {"metadata": {"annotations": {"kubelab/kubelet": value}}}
        assert api("PATCH", f"/api/v1/nodes/{node}", patch, headers=merge).status_code == 200

    annotate("down")
    assert f"kubelet/{node}" in api.cluster.state.stopped
    api.cluster.run(for_="2m")
    ready = {c["type"]: c["status"] for c in api.get(f"/api/v1/nodes/{node}")["status"]["conditions"]}
    assert ready["Ready"] == "Unknown"
    annotate(None)
    api.cluster.run(for_="2m")
    ready = {c["type"]: c["status"] for c in api.get(f"/api/v1/nodes/{node}")["status"]["conditions"]}
    assert ready["Ready"] == "True"


def test_an_event_that_a_client_creates_is_one_like_any_other(api: Api) -> None:
    place = "/api/v1/namespaces/default/events"
    watcher = api.watch(place, resourceVersion=api.get(place)["metadata"]["resourceVersion"])
    event = {
        "metadata": {"name": "mine.1"},
        "involvedObject": {"kind": "Pod", "namespace": "default", "name": "p"},
        "reason": "Noticed",
        "type": "Normal",
    }
    assert api("POST", place, event).status_code == 201
    assert watcher.told() == [("ADDED", "mine.1")]
    assert "mine.1" in [each["metadata"]["name"] for each in api.get(place)["items"]]
    assert api.get(f"{place}/mine.1")["reason"] == "Noticed"
    assert api("DELETE", f"{place}/mine.1").status_code == 200
    assert watcher.told() == [("DELETED", "mine.1")]
