"""No value of a Secret stands in any picture, explanation, trace, panel or page, whatever a run does with it."""

import base64
import json
from collections.abc import Iterator

import pytest

from kubelab import Cluster
from kubelab.notebook import panels
from kubelab.notebook.film_strip import page
from kubelab.views import VIEWS, frame
from kubelab.views.escape import clean
from kubelab.views.explain import describe_changes

VALUES = ("hunter2-in-env", "hunter2-in-file", "hunter2-at-registry", "hunter2-changed", "hunter2-applied")
ENCODED = [base64.b64encode(value.encode()).decode() for value in VALUES]
PROGRAM = """
cluster { node worker-1 ; registry reg.example.com user u password hunter2-at-registry ; encrypt secrets }
namespace shop {
  secret db env=hunter2-in-env file=hunter2-in-file
  secret regcred registry reg.example.com user u password hunter2-at-registry
  secret token: service-account-token { annotation kubernetes.io/service-account.name=default }
  pod web reg.example.com/web:1 {
    imagePullSecrets regcred
    env PASSWORD from secret db.env, URL="pg://$(PASSWORD)@db", from secret db prefix DB_
    mount secret db at /etc/db
    mount secret db at /etc/one subpath file
  }
  pod waits nginx { env X from secret absent.key }
  deployment site x2 nginx:1.27 { port 80 ; mount secret db at /etc/db }
}
"""


def applied() -> str:
    manifest = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "clear"}, "data": {"k": ENCODED[4]}}
    notes = {"kubectl.kubernetes.io/last-applied-configuration": json.dumps(manifest)}
    return json.dumps({**manifest, "metadata": {"name": "clear", "namespace": "shop", "annotations": notes}})


@pytest.fixture(scope="module")
def lived() -> Cluster:
    cluster = Cluster()
    cluster.apply(PROGRAM)
    cluster.run()
    cluster.apply(applied())
    cluster.apply("in shop { secret db env=hunter2-changed file=hunter2-changed }")
    cluster.run()
    cluster.crash("shop/web")
    cluster.run()
    cluster.kill("worker-1")
    cluster.run(for_="10m")
    cluster.delete("shop/secret/db")
    cluster.run(for_="1m")
    return cluster


def told(cluster: Cluster) -> Iterator[tuple[str, str]]:
    """Everything that there is to see of a run, and where."""
    size = len(cluster.timeline)
    for view in VIEWS:
        for index in range(0, size + 1, 19):
            shown = frame(cluster.timeline, view, index)
            yield f"{view} {index}", "\n".join((shown.dot, shown.text, shown.sentence, shown.description))
    for transition in cluster.timeline.transitions:
        yield f"explain {transition.index}", cluster.explain(transition.index)
        yield f"changes {transition.index}", "\n".join(describe_changes(transition))
        yield f"repr {transition.index}", f"{transition.before!r}" if transition.verb == "run" else ""
    yield "page", page(cluster, "topology")
    yield "trace", cluster.trace()
    yield "json", cluster.trace("json")
    for key in cluster.view.keys("Secret"):
        yield str(key), cluster.explain(f"{key.namespace}/secret/{key.name}")
    for pod in cluster.view.keys("Pod", "shop"):
        yield f"inside {pod}", str(cluster.inside(f"shop/{pod.name}"))
    yield "table", cluster.get("secrets,pods,events")
    yield "wide", cluster.get("all", "wide")


def leaks(where: str, text: str) -> list[str]:
    return [f"{where}: {value}" for value in (*VALUES, *ENCODED, "eyJhbGci") if value in text]


def test_nothing_that_is_shown_holds_a_value(lived: Cluster) -> None:
    found = [leak for where, text in told(lived) for leak in leaks(where, clean(text))]
    assert found == []


@pytest.mark.parametrize("tab", panels.TABS)
def test_no_panel_holds_a_value(lived: Cluster, tab: str) -> None:
    secrets = [f"Secret/{key.namespace}/{key.name}" for key in lived.view.keys("Secret")]
    chosen = {"object": secrets, "objects": ["Secret"]}.get(tab, [""])
    found: list[str] = []
    for index in range(0, len(lived.timeline) + 1, 13):
        place = panels.Place(lived.timeline, index, max(index - 13, 0))
        for choice in chosen:
            found += leaks(f"{tab} {index} {choice}", json.dumps(panels.panel(place, tab, choice)))
    assert found == []


def test_the_test_can_fail(lived: Cluster) -> None:
    crashed = next(t.index for t in lived.timeline.transitions if t.reason == "ContainerCrashed")
    lived.goto(crashed)
    revealed = lived.inside("shop/web").whole + lived.get("secrets", "yaml")
    lived.goto(-1)
    assert "hunter2-in-env" in revealed
    assert any(leak.endswith(ENCODED[3]) for leak in leaks("", revealed))
