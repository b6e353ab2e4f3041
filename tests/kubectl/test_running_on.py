"""kubectl and time: what waits lets the cluster run on, and what changes the past opens a branch."""

import pytest

from kubelab import Cluster
from kubelab.kubectl import run
from kubelab.state.snapshot import SECOND


@pytest.fixture
def cluster() -> Cluster:
    cluster = Cluster(nodes=2)
    assert run(cluster, "create deployment web --image=nginx --replicas=2").out == "deployment.apps/web created\n"
    return cluster


def test_a_rollout_is_waited_for(cluster: Cluster) -> None:
    before = cluster.now
    answer = run(cluster, "rollout status deployment/web")
    assert answer.out.endswith('deployment "web" successfully rolled out\n')
    assert cluster.now > before


def test_a_condition_is_waited_for(cluster: Cluster) -> None:
    answer = run(cluster, "wait deployment/web --for=condition=Available --timeout=90s")
    assert (answer.out, answer.code) == ("deployment.apps/web condition met\n", 0)


def test_a_wait_that_is_in_vain_ends_at_its_timeout(cluster: Cluster) -> None:
    answer = run(cluster, "wait deployment/web --for=jsonpath={.spec.replicas}=3 --timeout=5s")
    assert (answer.err, answer.code) == ("error: timed out waiting for the condition on deployments/web\n", 1)


def test_delete_waits_until_it_is_gone(cluster: Cluster) -> None:
    run(cluster, "rollout status deployment/web")
    pod = run(cluster, "get pods -o name").out.split()[0]
    before = len(cluster.timeline)
    assert run(cluster, f"delete {pod}").out == f'pod "{pod.partition("/")[2]}" deleted\n'
    assert len(cluster.timeline) > before + 1
    assert "NotFound" in run(cluster, f"get {pod}").err


def test_a_drained_node_has_no_pod_of_a_deployment(cluster: Cluster) -> None:
    run(cluster, "rollout status deployment/web")
    node = run(cluster, "get pods -o jsonpath={.items[0].spec.nodeName}").out
    answer = run(cluster, f"drain {node} --ignore-daemonsets")
    assert answer.out.splitlines()[0] == f"node/{node} cordoned"
    assert answer.out.splitlines()[-1] == f"node/{node} drained"
    run(cluster, "rollout status deployment/web")
    assert node not in run(cluster, "get pods -o jsonpath={.items[*].spec.nodeName}").out.split()


def test_a_pod_that_its_budget_keeps_is_asked_for_again_every_five_seconds() -> None:
    cluster = Cluster(nodes=2)
    for line in (
        "cordon worker-2",
        "create deployment web --image=nginx --replicas=2",
        "rollout status deployment/web",
        "create pdb web --selector=app=web --min-available=1",
        "uncordon worker-2",
    ):
        assert run(cluster, line).code == 0
    cluster.run()
    before = cluster.now
    answer = run(cluster, "drain worker-1 --ignore-daemonsets")
    assert answer.out.splitlines()[-1] == "node/worker-1 drained"
    assert answer.err.count("will retry after 5s") == 1
    assert 5 <= (cluster.now - before) / SECOND < 40


def test_a_watch_tells_what_happens(cluster: Cluster) -> None:
    lines = run(cluster, "get deployments -w").out.splitlines()
    assert lines[0].split()[:2] == ["NAME", "READY"]
    assert [line.split()[1] for line in lines[1:]][-1] == "2/2"


def test_words_of_containers_and_commands_in_them(cluster: Cluster) -> None:
    run(cluster, "rollout status deployment/web")
    pod = run(cluster, "get pods -o name").out.split()[0].partition("/")[2]
    assert run(cluster, f"exec {pod} -- hostname").out == f"{pod}\n"
    assert run(cluster, f"exec {pod} -- frobnicate").code != 0
    assert run(cluster, f"logs {pod} -c nope").err == (f"error: container nope is not valid for pod {pod}\n")


def test_a_change_of_the_past_opens_a_branch(cluster: Cluster) -> None:
    run(cluster, "rollout status deployment/web")
    branch = cluster.branch
    cluster.goto(1)
    answer = run(cluster, "scale deployment web --replicas=1")
    assert answer.out == "deployment.apps/web scaled\n"
    assert cluster.branch != branch
    assert answer.note


def test_reading_the_past_changes_nothing(cluster: Cluster) -> None:
    run(cluster, "rollout status deployment/web")
    branch, last = cluster.branch, len(cluster.timeline)
    cluster.goto(1)
    assert run(cluster, "get pods").code == 0
    assert (cluster.branch, len(cluster.timeline)) == (branch, last)


def test_who_may_not_is_refused(cluster: Cluster) -> None:
    answer = run(cluster, "delete deployment web --as=jane")
    assert answer.code == 1
    assert answer.err == (
        'Error from server (Forbidden): deployments.apps "web" is forbidden: User "jane" cannot delete resource '
        '"deployments" in API group "apps" in the namespace "default"\n'
    )
    assert "web" in run(cluster, "get deployments").out


def test_a_stopped_api_server_is_not_reached(cluster: Cluster) -> None:
    cluster.stop("kube-apiserver")
    answer = run(cluster, "get pods")
    assert answer.code == 1
    assert answer.err.startswith("The connection to the server ")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("gte pods", 'unknown command "gte"'),
        ("get pods --frob", "unknown flag: --frob"),
        ("get frobs", 'the server doesn\'t have a resource type "frobs"'),
        ("port-forward web 80", "is not simulated"),
    ],
)
def test_what_is_unknown_is_said(cluster: Cluster, line: str, said: str) -> None:
    answer = run(cluster, line)
    assert said in answer.err
    assert answer.code == 1


def test_what_a_program_says_that_is_used_is_measured(cluster: Cluster) -> None:
    run(cluster, "rollout status deployment/web")
    run(cluster, "annotate deployment web kubelab/load=500m")
    pods = [line.split() for line in run(cluster, "top pod").out.splitlines()]
    assert pods[0] == ["NAME", "CPU(cores)", "MEMORY(bytes)"]
    assert [line[1:] for line in pods[1:]] == [["250m", "0Mi"], ["250m", "0Mi"]]
    nodes = [line.split() for line in run(cluster, "top node").out.splitlines()]
    assert nodes[0] == ["NAME", "CPU(cores)", "CPU(%)", "MEMORY(bytes)", "MEMORY(%)"]
    assert "podmetrics.metrics.k8s.io" in run(cluster, "top pod nope").err
