"""The official Python client against a served cluster: what a program of one's own would do with it."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("kubernetes", reason="pip install 'kubelab[test]'")
pytest.importorskip("uvicorn", reason="pip install 'kubelab[server]'")

import kubernetes
import kubernetes.dynamic
import kubernetes.informer
import kubernetes.stream
import kubernetes.utils

from kubelab.cluster import Cluster
from kubelab.server import serve
from kubelab.server.running import Served

APPLY = "application/apply-patch+yaml"
JSON = "application/json-patch+json"
MERGE = "application/merge-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"
IMAGE = "nginx:1.27"
# Not EventsV1Api: this client cannot read an Event without an eventTime, and a real server writes such ones, too.
APIS = (
    "AdmissionregistrationV1Api",
    "ApiextensionsV1Api",
    "AppsV1Api",
    "AutoscalingV2Api",
    "BatchV1Api",
    "CoordinationV1Api",
    "CoreV1Api",
    "DiscoveryV1Api",
    "NetworkingV1Api",
    "PolicyV1Api",
    "RbacAuthorizationV1Api",
    "SchedulingV1Api",
    "StorageV1Api",
)

client = kubernetes.client


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    """A cluster that goes on by itself, fifty times as fast as the clock on the wall."""
    with serve(Cluster(nodes=2), speed=50.0) as running:
        yield running


@pytest.fixture(scope="module")
def core(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The client, configured as any other is."""
    path: Path = served.write_kubeconfig(tmp_path_factory.mktemp("home") / "config")
    kubernetes.config.load_kube_config(str(path))
    return client.CoreV1Api()


def until(holds: Callable[[], Any]) -> None:
    """Ask again and again, for a while."""
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.05)


def refused(code: int, call: Callable[[], Any]) -> Any:
    """The call is refused with a code; how."""
    with pytest.raises(client.ApiException) as caught:
        call()
    assert caught.value.status == code
    return caught.value


def pod(name: str, **labels: str) -> Any:
    """A Pod."""
    ports = [client.V1ContainerPort(container_port=80)]
    spec = client.V1PodSpec(containers=[client.V1Container(name="c", image=IMAGE, ports=ports)])
    return client.V1Pod(metadata=client.V1ObjectMeta(name=name, labels=labels), spec=spec)


def running(core: Any, name: str, **labels: str) -> None:
    """A Pod is made, and runs."""
    core.create_namespaced_pod("default", pod(name, **labels))
    until(lambda: core.read_namespaced_pod(name, "default").status.phase == "Running")


def deployment(name: str, replicas: int) -> Any:
    """A Deployment, made of the client's own models."""
    labels = {"app": name}
    template = client.V1PodTemplateSpec(metadata=client.V1ObjectMeta(labels=labels), spec=pod(name).spec)
    selector = client.V1LabelSelector(match_labels=labels)
    spec = client.V1DeploymentSpec(replicas=replicas, selector=selector, template=template)
    return client.V1Deployment(metadata=client.V1ObjectMeta(name=name, labels=labels), spec=spec)


def test_a_deployment_is_made_scaled_restarted_and_taken_away(core: Any) -> None:
    apps = client.AppsV1Api()
    assert apps.create_namespaced_deployment("default", deployment("web", 2)).metadata.uid
    assert (
        "AlreadyExists" in refused(409, lambda: apps.create_namespaced_deployment("default", deployment("web", 2))).body
    )

    def complete(replicas: int) -> bool:
        found = apps.read_namespaced_deployment("web", "default")
        state = found.status
        seen = state.observed_generation == found.metadata.generation
        return seen and [state.replicas, state.updated_replicas, state.available_replicas] == [replicas] * 3

    until(lambda: complete(2))
    scale = apps.read_namespaced_deployment_scale("web", "default")
    assert (scale.spec.replicas, scale.status.selector) == (2, "app=web")
    scale.spec.replicas = 1
    apps.replace_namespaced_deployment_scale("web", "default", scale)
    refused(409, lambda: apps.replace_namespaced_deployment_scale("web", "default", scale))
    apps.patch_namespaced_deployment_scale("web", "default", {"spec": {"replicas": 3}})
    until(lambda: complete(3))
    restarted = {"kubectl.kubernetes.io/restartedAt": "2026-01-01T00:00:00Z"}
    body = {"spec": {"template": {"metadata": {"annotations": restarted}}}}
    apps.patch_namespaced_deployment("web", "default", body)
    until(lambda: complete(3))
    assert len(apps.list_namespaced_replica_set("default", label_selector="app=web").items) == 2
    apps.delete_namespaced_deployment("web", "default", propagation_policy="Foreground")
    until(lambda: not core.list_namespaced_pod("default", label_selector="app=web").items)
    refused(404, lambda: apps.read_namespaced_deployment("web", "default"))


def test_what_is_orphaned_stays(core: Any) -> None:
    apps = client.AppsV1Api()
    apps.create_namespaced_deployment("default", deployment("left", 1))
    until(lambda: core.list_namespaced_pod("default", label_selector="app=left").items)
    apps.delete_namespaced_deployment("left", "default", body=client.V1DeleteOptions(propagation_policy="Orphan"))

    def owners() -> list[Any]:
        (found,) = apps.list_namespaced_replica_set("default", label_selector="app=left").items
        return found.metadata.owner_references or []

    until(lambda: not owners())
    apps.delete_collection_namespaced_replica_set("default", label_selector="app=left")
    until(lambda: not core.list_namespaced_pod("default", label_selector="app=left").items)


def test_every_type_of_patch_and_the_owners_of_what_is_applied(core: Any) -> None:
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "cm"}, "data": {"a": "1", "b": "1"}}
    other = {**body, "data": {"a": "2"}}

    def patch(body: Any, type_: str, **more: Any) -> Any:
        return core.patch_namespaced_config_map("cm", "default", body, _content_type=type_, **more)

    assert patch(body, APPLY, field_manager="me").data == {"a": "1", "b": "1"}
    conflict = refused(409, lambda: patch(other, APPLY, field_manager="you"))
    assert 'conflict with \\"me\\": .data.a' in conflict.body
    forced = patch(other, APPLY, field_manager="you", force=True)
    assert forced.data == {"a": "2", "b": "1"}
    fields = {each.manager: each.fields_v1["f:data"] for each in forced.metadata.managed_fields}
    assert {name: sorted(owned.keys() - {"."}) for name, owned in fields.items()} == {"me": ["f:b"], "you": ["f:a"]}
    assert patch({"data": {"b": None}}, MERGE).data == {"a": "2"}
    assert patch([{"op": "add", "path": "/data/c", "value": "3"}], JSON).data == {"a": "2", "c": "3"}
    assert patch({"data": {"$patch": "replace", "d": "4"}}, STRATEGIC).data == {"d": "4"}
    refused(422, lambda: patch([{"op": "test", "path": "/data/d", "value": "5"}], JSON))
    stale = {"metadata": {"resourceVersion": "1"}, "data": {}}
    refused(409, lambda: patch(stale, MERGE))


def test_a_long_list_comes_in_pages(core: Any) -> None:
    for number in range(5):
        core.create_namespaced_config_map(
            "default", {"metadata": {"name": f"page-{number}", "labels": {"part": "page"}}}
        )
    names: list[str] = []
    more: dict[str, str] = {}
    sizes = []
    while True:
        part = core.list_namespaced_config_map("default", limit=2, label_selector="part=page", **more)
        names += [item.metadata.name for item in part.items]
        sizes.append(len(part.items))
        if not part.metadata._continue:
            break
        more = {"_continue": part.metadata._continue}
        if len(sizes) == 1:
            # What is made in between belongs to another list.
            core.create_namespaced_config_map("default", {"metadata": {"name": "page-9", "labels": {"part": "page"}}})
    assert (sizes, names) == ([2, 2, 1], [f"page-{number}" for number in range(5)])
    refused(400, lambda: core.list_namespaced_config_map("default", limit=2, _continue="nonsense"))


def test_an_informer_goes_on_where_it_was_and_lists_again_when_that_is_forgotten(served: Served, core: Any) -> None:
    version = core.list_namespaced_config_map("default").metadata.resource_version
    told = []
    for number in range(2):
        core.create_namespaced_config_map("default", {"metadata": {"name": f"seen-{number}"}})
        watch = kubernetes.watch.Watch()
        for event in watch.stream(core.list_namespaced_config_map, "default", resource_version=version):
            told.append((event["type"], event["object"].metadata.name))
            version = event["object"].metadata.resource_version
            watch.stop()
    assert told == [("ADDED", "seen-0"), ("ADDED", "seen-1")]
    with served.host.lock:
        served.host.feed.forget(served.host.view.snapshot.revision + 1)
    stream = kubernetes.watch.Watch().stream(core.list_namespaced_config_map, "default", resource_version=version)
    refused(410, lambda: next(iter(stream)))


def test_the_clients_own_informer_is_told_of_everything_once(core: Any) -> None:
    told: list[tuple[str, str]] = []
    informer = kubernetes.informer.SharedInformer(core.list_namespaced_secret, namespace="default")
    for word in (kubernetes.informer.ADDED, kubernetes.informer.MODIFIED, kubernetes.informer.DELETED):
        informer.add_event_handler(word, lambda obj, word=word: told.append((word, obj.metadata.name)))
    core.create_namespaced_secret("default", {"metadata": {"name": "before"}})
    informer.start()
    try:
        until(lambda: ("ADDED", "before") in told)
        core.create_namespaced_secret("default", {"metadata": {"name": "s"}, "stringData": {"a": "1"}})
        core.patch_namespaced_secret("s", "default", {"stringData": {"a": "2"}})
        core.delete_namespaced_secret("s", "default")
        until(lambda: ("DELETED", "s") in told)
        assert [word for word, name in told if name == "s"] == ["ADDED", "MODIFIED", "DELETED"]
        assert {obj.metadata.name for obj in informer.cache.list()} == {"before"}
    finally:
        informer.stop()


def test_a_budget_holds_off_an_eviction(core: Any) -> None:
    policy = client.PolicyV1Api()
    running(core, "g", app="guarded")
    budget = {
        "metadata": {"name": "b"},
        "spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "guarded"}}},
    }
    policy.create_namespaced_pod_disruption_budget("default", budget)
    until(lambda: policy.read_namespaced_pod_disruption_budget("b", "default").status.current_healthy == 1)
    eviction = client.V1Eviction(metadata=client.V1ObjectMeta(name="g", namespace="default"))
    why = refused(429, lambda: core.create_namespaced_pod_eviction("g", "default", eviction))
    assert "DisruptionBudget" in why.body
    policy.delete_namespaced_pod_disruption_budget("b", "default")
    core.create_namespaced_pod_eviction("g", "default", eviction)
    until(lambda: not core.list_namespaced_pod("default", label_selector="app=guarded").items)


def test_one_can_look_into_a_container(core: Any) -> None:
    running(core, "inside")
    assert core.read_namespaced_pod_log("inside", "default", tail_lines=1) == ""
    assert (
        "previous terminated container"
        in refused(400, lambda: core.read_namespaced_pod_log("inside", "default", previous=True)).body
    )
    for execute in (core.connect_get_namespaced_pod_exec, core.connect_post_namespaced_pod_exec):
        said = kubernetes.stream.stream(
            execute, "inside", "default", command=["hostname"], stdout=True, stderr=True, stdin=False, tty=False
        )
        assert said == "inside\n"
    stream = kubernetes.stream.stream(
        core.connect_get_namespaced_pod_exec, "inside", "default", command=["false"], _preload_content=False
    )
    stream.run_forever(timeout=10)
    assert stream.returncode == 1
    stream.close()


def test_a_port_of_a_pod_is_forwarded(core: Any) -> None:
    running(core, "front")
    forwarding = kubernetes.stream.portforward(
        core.connect_get_namespaced_pod_portforward, "front", "default", ports="80"
    )
    connection = forwarding.socket(80)
    connection.setblocking(True)
    for _ in range(2):
        connection.sendall(b"GET / HTTP/1.1\r\nHost: front\r\n\r\n")
        answer = b""
        while not answer.endswith(b"answers\n"):
            answer += connection.recv(1024)
        assert answer.startswith(b"HTTP/1.1 200 OK\r\n") and answer.endswith(b"\r\n\r\nfront answers\n")
    connection.close()
    refused = kubernetes.stream.portforward(core.connect_get_namespaced_pod_portforward, "front", "default", ports="81")
    connection = refused.socket(81)
    connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
    until(lambda: refused.error(81))
    assert refused.error(81).endswith("connection refused")
    connection.close()


def test_who_is_attached_sees_what_a_container_writes_and_that_it_ends(core: Any) -> None:
    running(core, "ending")
    attached = kubernetes.stream.stream(
        core.connect_get_namespaced_pod_attach, "ending", "default", stdout=True, stderr=True, _preload_content=False
    )
    attached.update(timeout=0.2)
    assert attached.is_open()
    core.delete_namespaced_pod("ending", "default", grace_period_seconds=1)
    attached.run_forever(timeout=20)
    assert attached.returncode == 0
    attached.close()


def test_a_program_asks_who_it_is_and_what_it_may(core: Any) -> None:
    core.create_namespaced_service_account("default", {"metadata": {"name": "robot"}})
    request = client.AuthenticationV1TokenRequest(spec=client.V1TokenRequestSpec(audiences=[], expiration_seconds=600))
    token = core.create_namespaced_service_account_token("robot", "default", request).status.token
    known = client.AuthenticationV1Api().create_token_review({"spec": {"token": token}}).status
    assert (known.authenticated, known.user.username) == (True, "system:serviceaccount:default:robot")
    setting = client.Configuration.get_default_copy()
    setting.api_key, setting.refresh_api_key_hook = {"BearerToken": f"Bearer {token}"}, None
    with client.ApiClient(setting) as robot:
        spec = {"resourceAttributes": {"verb": "list", "resource": "pods", "namespace": "default"}}

        def may() -> bool:
            asked = client.AuthorizationV1Api(robot).create_self_subject_access_review({"spec": spec})
            return bool(asked.status.allowed)

        assert not may()
        refused(403, lambda: client.CoreV1Api(robot).list_namespaced_pod("default"))
        rights = client.RbacAuthorizationV1Api()
        rights.create_namespaced_role(
            "default",
            {"metadata": {"name": "reader"}, "rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["list"]}]},
        )
        rights.create_namespaced_role_binding(
            "default",
            {
                "metadata": {"name": "robot-reads"},
                "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "reader"},
                "subjects": [{"kind": "ServiceAccount", "name": "robot", "namespace": "default"}],
            },
        )
        assert may()
        client.CoreV1Api(robot).list_namespaced_pod("default")


def test_the_dynamic_client_learns_a_kind(core: Any) -> None:
    names = {"plural": "moons", "singular": "moon", "kind": "Moon", "listKind": "MoonList"}
    schema = {
        "type": "object",
        "properties": {"spec": {"type": "object", "properties": {"radius": {"type": "integer", "minimum": 1}}}},
    }
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    spec = {"group": "sky.example", "scope": "Namespaced", "names": names, "versions": [version]}
    extensions = client.ApiextensionsV1Api()
    extensions.create_custom_resource_definition({"metadata": {"name": "moons.sky.example"}, "spec": spec})

    def established() -> bool:
        found = extensions.read_custom_resource_definition("moons.sky.example").status
        return any(each.type == "Established" and each.status == "True" for each in found.conditions or ())

    until(established)
    moons = kubernetes.dynamic.DynamicClient(core.api_client).resources.get(api_version="sky.example/v1", kind="Moon")
    body = {
        "apiVersion": "sky.example/v1",
        "kind": "Moon",
        "metadata": {"name": "io", "namespace": "default"},
        "spec": {"radius": 1821},
    }
    assert moons.create(body=body, namespace="default").spec.radius == 1821
    assert [item.metadata.name for item in moons.get(namespace="default").items] == ["io"]
    changed = moons.patch(body={"spec": {"radius": 1822}}, name="io", namespace="default", content_type=MERGE)
    assert changed.spec.radius == 1822
    applied = {**body, "spec": {"radius": 1823}}
    assert moons.server_side_apply(
        body=applied, name="io", namespace="default", field_manager="me", force_conflicts=True
    )
    with pytest.raises(kubernetes.dynamic.exceptions.UnprocessibleEntityError, match="should be greater than or equal"):
        moons.patch(body={"spec": {"radius": 0}}, name="io", namespace="default", content_type=MERGE)
    watching = moons.watch(namespace="default", timeout=10)
    assert next(iter(watching))["object"].spec.radius == 1823
    watching.close()
    moons.delete(name="io", namespace="default")
    with pytest.raises(kubernetes.dynamic.exceptions.NotFoundError):
        moons.get(name="io", namespace="default")


def test_a_file_of_several_objects_is_made_at_once(core: Any, tmp_path: Path) -> None:
    job = """
    {apiVersion: batch/v1, kind: Job, metadata: {name: once}, spec: {template: {spec: {restartPolicy: Never,
      containers: [{name: c, image: busybox, command: [sh, -c, echo hi]}]}}}}"""
    path = tmp_path / "all.yaml"
    path.write_text(
        f"apiVersion: v1\nkind: Service\nmetadata: {{name: front}}\nspec: {{ports: [port: 80]}}\n---{job}\n"
    )
    kubernetes.utils.create_from_yaml(core.api_client, str(path))
    assert core.read_namespaced_service("front", "default").spec.cluster_ip
    until(lambda: client.BatchV1Api().read_namespaced_job("once", "default").status.succeeded == 1)


def test_a_lease_has_one_holder_at_a_time(core: Any) -> None:
    leases = client.CoordinationV1Api()
    held = leases.create_namespaced_lease("default", {"metadata": {"name": "l"}, "spec": {"holderIdentity": "a"}})
    took: list[str] = []

    def take(name: str) -> None:
        body = {**core.api_client.sanitize_for_serialization(held), "spec": {"holderIdentity": name}}
        try:
            leases.replace_namespaced_lease("l", "default", body)
        except client.ApiException as error:
            assert error.status == 409
        else:
            took.append(name)

    threads = [threading.Thread(target=take, args=(name,)) for name in ("b", "c")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [leases.read_namespaced_lease("l", "default").spec.holder_identity] == took


def test_every_list_that_the_client_knows_is_there_or_is_honestly_not_there(core: Any) -> None:
    served, missing = set(), set()
    for name in APIS:
        api = getattr(client, name)()
        for method in sorted(dir(api)):
            if not method.startswith("list_") or method.endswith(("_with_http_info", "_preload_content")):
                continue
            if "_namespaced_" in method:
                continue
            try:
                getattr(api, method)(limit=3)
            except client.ApiException as error:
                assert error.status == 404, (name, method, error.body)
                missing.add(name)
            else:
                served.add(name)
    assert served == set(APIS)
    assert not missing & {"AppsV1Api", "BatchV1Api", "CoreV1Api", "PolicyV1Api", "RbacAuthorizationV1Api"}
