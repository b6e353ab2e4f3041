"""The real kubectl, and a plain client over TLS, against a served cluster."""

import json
import os
import ssl
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("uvicorn", reason="pip install 'kubelab[server]'")
pytest.importorskip("cryptography", reason="pip install 'kubelab[server]'")

from kubelab.cluster import Cluster
from kubelab.server import serve
from kubelab.server.running import Served

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    """A cluster that goes on by itself, a hundred times as fast as the clock on the wall."""
    with serve(Cluster(nodes=2), speed=100.0) as running:
        yield running


@pytest.fixture(scope="module")
def run(served: Served, kubectl: str, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs kubectl against it."""
    home = tmp_path_factory.mktemp("home")
    config = served.write_kubeconfig(home / "config")

    def carry_out(line: str, stdin: str = "") -> "subprocess.CompletedProcess[str]":
        env = {"PATH": os.environ["PATH"], "HOME": str(home), "KUBECONFIG": str(config)}
        words = [kubectl, *line.split()]
        return subprocess.run(words, input=stdin, env=env, capture_output=True, text=True, timeout=60, check=False)

    return carry_out


def test_a_deployment_is_made_rolled_out_and_taken_away(run: Run) -> None:
    assert run("create deployment web --image=nginx:1.27 --replicas=3").stdout == "deployment.apps/web created\n"
    assert 'deployment "web" successfully rolled out' in run("rollout status deployment/web --timeout=50s").stdout
    assert run("set image deployment/web nginx=nginx:1.28").returncode == 0
    assert "successfully rolled out" in run("rollout status deployment/web --timeout=50s").stdout
    table = run("get deployment web").stdout.split()
    assert table[:9] == ["NAME", "READY", "UP-TO-DATE", "AVAILABLE", "AGE", "web", "3/3", "3", "3"]
    assert run("delete deployment web --cascade=foreground").returncode == 0
    assert run("wait --for=delete pod -l app=web --timeout=50s").returncode == 0


def test_what_is_applied_again_is_changed_by_the_difference(run: Run) -> None:
    manifest = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"a": "1", "b": "2"}}
    assert run("apply -f -", json.dumps(manifest)).stdout == "configmap/c created\n"
    assert run("apply -f -", json.dumps(manifest)).stdout == "configmap/c unchanged\n"
    del manifest["data"]["b"]  # type: ignore[attr-defined]
    assert run("apply -f -", json.dumps(manifest)).stdout == "configmap/c configured\n"
    assert json.loads(run("get configmap c -o json").stdout)["data"] == {"a": "1"}


def test_a_typing_error_is_refused_by_the_server(run: Run) -> None:
    wrong = '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "typo"}, "datta": {}}'
    refused = run("apply -f -", wrong)
    assert refused.returncode == 1
    assert 'strict decoding error: unknown field "datta"' in refused.stderr


def test_somebody_else_may_less(run: Run) -> None:
    assert run("auth can-i list pods").stdout == "yes\n"
    assert run("auth can-i list pods --as=jane").stdout == "no\n"
    refused = run("get pods --as=jane").stderr
    assert refused.startswith(
        'Error from server (Forbidden): pods is forbidden: User "jane" cannot list resource "pods"'
    )
    token = run("create token default").stdout.strip()
    known = run(f"auth whoami -o json --token={token}")
    groups = json.loads(known.stdout)["status"]["userInfo"]
    assert groups["username"] == "system:serviceaccount:default:default"


def test_kubectl_finds_its_way_by_discovery_and_explains(run: Run) -> None:
    assert "deployments" in run("api-resources --api-group=apps -o name").stdout
    assert "apps/v1" in run("api-versions").stdout.split()
    explained = run("explain pod.spec.restartPolicy").stdout
    assert "FIELD: restartPolicy <string>" in explained and "OnFailure" in explained
    assert json.loads(run("version -o json").stdout)["serverVersion"]["minor"] == "36"


def test_a_client_that_vanishes_in_the_middle_of_a_watch_harms_nobody(served: Served, run: Run) -> None:
    headers = {"Authorization": f"Bearer {served.kubeconfig['users'][0]['user']['token']}"}
    context = ssl.create_default_context(cadata=served.authority)
    request = urllib.request.Request(f"{served.url}/api/v1/configmaps?watch=1", headers=headers)
    for _ in range(5):
        watch: Any = urllib.request.urlopen(request, context=context, timeout=30)
        assert json.loads(watch.readline())["type"] == "ADDED"
        watch.close()
    assert run("get --raw /readyz").stdout == "ok"


def test_a_watch_tells_what_another_client_does(served: Served, run: Run) -> None:
    headers = {"Authorization": f"Bearer {served.kubeconfig['users'][0]['user']['token']}"}
    context = ssl.create_default_context(cadata=served.authority)
    place = f"{served.url}/api/v1/configmaps"

    def opened(address: str) -> Any:
        return urllib.request.urlopen(urllib.request.Request(address, headers=headers), context=context, timeout=30)

    with opened(place) as listed:
        version = json.load(listed)["metadata"]["resourceVersion"]
    with opened(f"{place}?watch=1&resourceVersion={version}") as watch:
        run("create configmap news --from-literal=a=b")
        run("delete configmap news")
        told = [json.loads(watch.readline()) for _ in range(2)]
    seen = [(event["type"], event["object"]["metadata"]["name"]) for event in told]
    assert seen == [("ADDED", "news"), ("DELETED", "news")]


def test_without_a_token_one_is_nobody_and_with_a_wrong_one_not_let_in(served: Served) -> None:
    context = ssl.create_default_context(cadata=served.authority)

    def code(token: str) -> int:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        request = urllib.request.Request(f"{served.url}/api/v1/pods", headers=headers)
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, context=context, timeout=30)
        return refused.value.code

    assert code("") == 403
    assert code("wrong") == 401


def test_the_cluster_of_a_notebook_is_served_as_it_is(kubectl: str, tmp_path: Path) -> None:
    cluster = Cluster(nodes=1)
    seen: list[int] = []
    cluster.observers.append(lambda: seen.append(cluster.cursor))
    with serve(cluster) as served:
        env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
        env["KUBECONFIG"] = str(served.write_kubeconfig(tmp_path / "config"))

        def run(*words: str) -> str:
            done = subprocess.run([kubectl, *words], env=env, capture_output=True, text=True, timeout=60, check=False)
            return done.stdout + done.stderr

        assert run("create", "configmap", "c") == "configmap/c created\n"
        transition = cluster.timeline.at()
        assert transition is not None and transition.message == "kubectl created ConfigMap c."
        assert seen == [1]
        cluster.goto(0)
        assert "NotFound" in run("get", "configmap", "c")
        assert "the past can only be read" in run("create", "configmap", "d")
        cluster.goto(1)
        assert run("get", "configmap", "c", "-o", "name") == "configmap/c\n"
    assert type(cluster) is Cluster


def test_a_command_is_carried_out_in_a_container(run: Run) -> None:
    run("run inside --image=nginx")
    assert run("wait --for=condition=Ready pod/inside --timeout=30s").returncode == 0
    assert run("exec inside -- hostname").stdout == "inside\n"
    failed = run("exec inside -- false")
    assert (failed.returncode, failed.stderr) == (1, "command terminated with exit code 1\n")
    assert "is not simulated" in run("exec inside -- vim").stderr
    assert run("logs inside").returncode == 0


def test_events_are_shown_and_lists_are_sorted_as_asked(run: Run) -> None:
    run("run noisy --image=nginx")
    assert run("wait --for=condition=Ready pod/noisy --timeout=30s").returncode == 0
    about = run("events --for pod/noisy").stdout.splitlines()
    assert about[0].split() == ["LAST", "SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"]
    assert sorted(line.split("Normal")[1].split()[0] for line in about[1:]) == [
        "Created",
        "Pulled",
        "Pulling",
        "Scheduled",
        "Started",
    ]
    columns = "custom-columns=NS:.metadata.namespace,NAME:.metadata.name"
    places = [line.split() for line in run(f"get events -A --no-headers -o {columns}").stdout.splitlines()]
    assert len(places) > 10 and places == sorted(places)
    run("run aside --image=nginx")
    assert run("wait --for=condition=Ready pod/aside --timeout=30s").returncode == 0
    by_age = run("get pods --sort-by=.metadata.creationTimestamp --no-headers").stdout.splitlines()
    assert [name for name in (line.split()[0] for line in by_age) if name in ("aside", "noisy")] == ["noisy", "aside"]
    by_name = run("get pods --field-selector=metadata.name!=inside --sort-by=.metadata.name --no-headers").stdout
    listed = [line.split()[0] for line in by_name.splitlines()]
    assert {"aside", "noisy"} <= set(listed) and listed == sorted(listed)
