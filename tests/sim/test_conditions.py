"""What is expected, judged on a snapshot and over a run."""

from collections.abc import Sequence

import attrs
import pytest

from kubelab import dsl
from kubelab.api import manifest
from kubelab.api.scalars import Time
from kubelab.sim.conditions import holds, over_time
from kubelab.state.snapshot import SECOND, ObjectKey, Snapshot, View, key_of
from kubelab.state.store import put

POD = """
apiVersion: v1
kind: Pod
metadata: {{name: {name}, namespace: shop, labels: {{app: {app}}}}}
spec: {{nodeName: {node}, containers: [{{name: c, image: i}}]}}
status:
  phase: {phase}
  conditions: [{{type: Ready, status: "{ready}"}}, {{type: PodScheduled, status: "True"}}]
  containerStatuses: [{{name: c, image: i, imageID: x, ready: false, restartCount: 3, state: {{{state}}}}}]
"""
DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop, annotations: {example.com/owner: jane, "1": one}}
spec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: []}}}
status: {replicas: 3, readyReplicas: 2, conditions: [{type: Available, status: "True", reason: Enough}]}
"""


def pod(
    name: str, app: str = "web", phase: str = "Running", ready: bool = True, node: str = "w-1", state: str = ""
) -> object:
    text = POD.format(name=name, app=app, phase=phase, ready=ready, node=node, state=state)
    return manifest.load(text)[0]


def view(*objects: object, now: int = 0) -> View:
    snapshot = Snapshot()
    for obj in objects:
        snapshot, _ = put(snapshot, obj)
    return View(snapshot, now)


CRASHING = pod("c", ready=False, state="waiting: {reason: CrashLoopBackOff}")
CLUSTER = view(
    pod("a"),
    pod("b", ready=False),
    CRASHING,
    pod("d", app="db", phase="Pending", node='""'),
    *manifest.load(DEPLOYMENT),
)


@pytest.mark.parametrize(
    ("condition", "ok"),
    [
        ("3 pods app=web Running", True),
        ("2 pods app=web Running", False),
        ("at least 2 pods app=web Running", True),
        ("at most 2 pods app=web Running", False),
        ("pods app=web Running", True),
        ("pods app=web Ready", False),
        ("2 pods app=web NotReady", True),
        ("2 pods app=web not Ready", True),
        ("pod c CrashLoopBackOff", True),
        ("no pods app=web Pending", True),
        ("no pods app=none", True),
        ("pods app=none", False),
        ("1 pods where app in (db, cache) Pending", True),
        ("3 pods where app notin (db)", True),
        ("3 pods Running on w-1", True),
        ("4 pods in shop", True),
        ("4 pods in other", False),
        ("4 pods Scheduled", True),
        ("deployment web Available", True),
        ("deployment web .status.readyReplicas == 2", True),
        ("deployment web .status.readyReplicas >= 3", False),
        ("deployment web .status.conditions[Available].reason == Enough", True),
        ("deployment web .status.updatedReplicas == 0", True),
        ("deployment web .spec.replicas == null", True),
        ("deployment web .spec.replicas != null", False),
        ("deployment other", False),
        ("pod c .status.containerStatuses[0].restartCount > 2", True),
        ('deployment web .metadata.annotations["example.com/owner"] == jane', True),
        ("deployment web .metadata.annotations['example.com/owner'] == jane", True),
        ('deployment web .metadata.annotations["1"] == one', True),
        ('deployment web .status.conditions["Available"].reason == Enough', True),
    ],
)
def test_a_condition_on_a_snapshot(condition: str, ok: bool) -> None:
    assert holds(dsl.parse_condition(condition), CLUSTER).ok is ok


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("3 pods app=web Ready", "1 of 3 pods is Ready; b is Running, not Ready, c is CrashLoopBackOff"),
        (
            "deployment web .status.readyReplicas == 3",
            "0 of 1 deployment is .status.readyReplicas == 3; web has .status.readyReplicas 2",
        ),
        ("pod none", "there is no such pod"),
        ("2 pods app=web", "there are 3 pods"),
        ("no pod a Running", "1 of 1 pod is Running: a"),
        ("at most 2 pods app=web Running", "3 of 3 pods are Running: a, b, c"),
    ],
)
def test_what_is_the_case_instead(condition: str, found: str) -> None:
    verdict = holds(dsl.parse_condition(condition), CLUSTER)
    assert not verdict
    assert verdict.found == found
    assert str(verdict) == f"✗ {condition}: {found}"


def test_a_pod_that_is_being_deleted_is_terminating_and_not_running() -> None:
    running = pod("a")
    meta = attrs.evolve(running.metadata, deletion_timestamp=Time(1))  # type: ignore[attr-defined]
    cluster = view(attrs.evolve(running, metadata=meta))  # type: ignore[type-var]
    assert holds(dsl.parse_condition("pod a Terminating"), cluster)
    assert not holds(dsl.parse_condition("pod a Running"), cluster)


@attrs.frozen
class Step:
    index: int
    time: int
    key: ObjectKey
    error: None = None


class Recorded:
    """A run in which at each second one object takes the place of what was there."""

    def __init__(self, *states: Sequence[object]) -> None:
        self.views = [view(*objects, now=index * SECOND) for index, objects in enumerate(states)]
        self.transitions = [Step(i, i * SECOND, key_of(states[i][-1])) for i in range(1, len(states))]

    def __len__(self) -> int:
        return len(self.transitions)

    def view(self, index: int | None = None) -> View:
        return self.views[len(self) if index is None else index]


def verdict(text: str, run: Recorded) -> tuple[bool, int | None]:
    [said] = over_time(dsl.compile_text(text).expectations, run)
    return said.ok, said.index


WAITING, READY = pod("a", phase="Pending", ready=False), pod("a")
UP = Recorded([WAITING], [WAITING], [READY])
FLAPPING = Recorded([WAITING], [READY], [WAITING], [READY])


def test_expect_looks_at_the_end() -> None:
    assert verdict("expect pod a Ready", UP) == (True, 2)
    assert verdict("expect pod a Pending", UP) == (False, 2)
    assert verdict("expect pod a Ready within 2s", UP) == (True, 2)
    assert verdict("expect pod a Ready within 1s", UP) == (False, 2)


def test_eventually_looks_for_one_step() -> None:
    assert verdict("eventually pod a Pending", UP) == (True, 0)
    assert verdict("eventually pod a Failed", UP) == (False, 2)
    assert verdict("eventually pod a Ready within 1s", UP) == (False, 2)


def test_always_begins_when_it_is_first_so() -> None:
    assert verdict("always pod a Ready", UP) == (True, 2)
    assert verdict("always pod a Ready", FLAPPING) == (False, 2)
    assert verdict("always pod b Ready", UP)[0] is False


def test_never_finds_the_first_step_that_breaks_it() -> None:
    assert verdict("never pod a Failed", FLAPPING) == (True, 3)
    assert verdict("never pod a Ready", FLAPPING) == (False, 1)


def test_never_names_who_broke_it() -> None:
    [said] = over_time(dsl.compile_text("never pod a Ready").expectations, FLAPPING)
    assert said.found == "1 of 1 pod is Ready: a"
