"""Steps in words."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from kubelab import Cluster
from kubelab.errors import StatusError, UsageError
from kubelab.state.snapshot import ObjectKey, key_of
from kubelab.views import explain


def test_why_a_step_happened(make_world: Callable[..., Any]) -> None:
    world = make_world(1)
    owner = world.replica_set(world.deployment("web", 1))
    pod = world.pod(owner, 0)
    world.bind(pod, "worker-1")
    assert explain.why(world.timeline).splitlines() == [
        f"Step 4: kube-scheduler bound Pod {pod.metadata.name} to worker-1: it has the most free CPU.",
        "",
        "What it changed",
        "  spec.nodeName: + worker-1",
        "",
        "What led to it",
        "  1  +0.1s  You applied Deployment web.",
        f"  2  +0.2s  └ deployment-controller created ReplicaSet {owner.metadata.name}.",
        f"  3  +0.3s    └ replicaset-controller created Pod {pod.metadata.name}.",
        f"  4  +0.4s      └ kube-scheduler bound Pod {pod.metadata.name} to worker-1: it has the most free CPU.",
    ]


def test_nothing_led_to_the_start(make_world: Callable[..., Any]) -> None:
    world = make_world(1)
    assert explain.why(world.timeline, 0) == "The cluster at the start: nothing has happened yet."


def test_a_refusal_is_told_with_the_servers_words(make_world: Callable[..., Any]) -> None:
    world = make_world(1)
    deployment = world.deployment("web", 1)
    error = StatusError(409, "Conflict", "the object has been modified")
    world.step("deployment-controller", "update", deployment, error=error)
    assert explain.describe_changes(world.timeline.transitions[-1]) == ["refused: the object has been modified"]


def test_how_an_object_came_to_be(make_world: Callable[..., Any]) -> None:
    world = make_world(1)
    app = world.app("web", 1)
    said = explain.why_object(world.timeline, key_of(app.pods[0]))
    assert said.startswith(f"Pod default/{app.pods[0].metadata.name}") or said.startswith("Pod ")
    assert "● Running" in said and "What happened to it" in said and "What led to step 4" in said
    world.timeline.goto(4)
    assert "● Running" not in explain.why_object(world.timeline, key_of(app.pods[0]))


def test_an_object_that_was_there_from_the_start(make_world: Callable[..., Any]) -> None:
    said = explain.why_object(make_world(1).timeline, ObjectKey("Node", "", "worker-1"))
    assert said.endswith("It was there from the start.")


def test_an_object_that_never_was(make_world: Callable[..., Any]) -> None:
    with pytest.raises(UsageError, match="there is no Pod"):
        explain.why_object(make_world(1).timeline, ObjectKey("Pod", "default", "nobody"))


def test_a_step_without_a_message_is_told_by_what_it_did(make_world: Callable[..., Any]) -> None:
    world = make_world(1)
    deployment = world.deployment("web", 1)
    transition = world.timeline.transitions[0]
    import attrs

    silent = attrs.evolve(transition, message="", subresource="status", verb="update")
    assert explain.sentence(silent) == f"user updated the status of {key_of(deployment)}."


def test_what_changed_on_a_machine_is_told_in_moments_and_short_ids() -> None:
    cluster = Cluster(nodes=1)
    cluster.apply("pod web nginx:1.27")
    cluster.run()
    cluster.crash("web")
    cluster.run()
    cluster.delete("pod/web")
    cluster.run()
    steps = [t for t in cluster.timeline.transitions if t.verb in ("run", "fault")]
    told = "\n".join(str(explain.changed_fields(t)) for t in steps)
    assert "stopping" in told
    assert "'delay': '10s'" in told
    assert "2026-01-01T00:00:01." in told
    assert not re.search(r"\d{14}|\b[0-9a-f]{14,}\b", told)
