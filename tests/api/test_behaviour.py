import pytest

from kubelab.api.behaviour import End, behaviour, cannot_be_pulled, seconds
from kubelab.api.core.container import Container, ContainerPort
from kubelab.api.core.pod import Pod, PodSpec
from kubelab.api.meta import ObjectMeta
from kubelab.api.scalars import FrozenMap


def pod(**annotations: str) -> Pod:
    named = {"kubelab/" + key.replace("__", ".").replace("_", "-"): value for key, value in annotations.items()}
    return Pod(
        metadata=ObjectMeta(name="p", annotations=FrozenMap(named)),
        spec=PodSpec(
            init_containers=(
                Container(name="setup", image="busybox"),
                Container(name="proxy", image="envoy", restart_policy="Always"),
            ),
            containers=(
                Container(name="web", image="nginx", ports=(ContainerPort(container_port=80),)),
                Container(name="log", image="fluentd:broken"),
            ),
        ),
    )


def test_a_container_of_which_nothing_is_said_runs_for_ever_and_serves_its_ports() -> None:
    web = behaviour(pod(), "web")
    assert (web.end(), web.serves, web.cannot_pull, web.never_ready) == (None, (80,), False, False)


def test_an_init_container_completes_and_a_sidecar_does_not() -> None:
    assert behaviour(pod(), "setup").end() == End(1.0, 0, "Completed")
    assert behaviour(pod(), "proxy").end() is None


def test_an_annotation_holds_for_every_container_but_not_for_init_containers() -> None:
    p = pod(run_seconds="5", exit_code="3")
    assert behaviour(p, "web").end() == behaviour(p, "log").end() == End(5.0, 3, "Error")
    assert behaviour(p, "setup").end() == End(1.0, 0, "Completed")


def test_the_annotation_with_a_containers_name_wins() -> None:
    p = pod(run_seconds="5", run_seconds__log="1m30s", exit_code__setup="2")
    assert behaviour(p, "log").end() == End(90.0, 0, "Completed")
    assert behaviour(p, "web").end() == End(5.0, 0, "Completed")
    assert behaviour(p, "setup").end() == End(0.0, 2, "Error")


def test_a_crash_at_every_start_or_at_the_first_ones() -> None:
    assert behaviour(pod(crash="true"), "web").end(99) == End(0.0, 1, "Error")
    twice = behaviour(pod(crash="2", run_seconds="3"), "web")
    assert [twice.end(attempt) for attempt in range(3)] == [End(3.0, 1, "Error"), End(3.0, 1, "Error"), None]


def test_out_of_memory_is_an_end_by_the_kernel() -> None:
    assert behaviour(pod(out_of_memory="true", run_seconds="4"), "web").end() == End(4.0, 137, "OOMKilled")


def test_a_server_tidies_up_when_it_is_asked_to_stop_and_a_program_with_an_end_is_ended_by_the_signal() -> None:
    assert behaviour(pod(), "web").stop_code == 0
    assert behaviour(pod(**{"run-seconds": "60"}), "web").stop_code == 143
    assert behaviour(pod(**{"run-seconds": "60", "stop-code": "0"}), "web").stop_code == 0
    assert behaviour(pod(**{"stop-code": "256"}), "web").stop_code == 0, "no exit code"


def test_what_it_serves_can_differ_from_its_ports() -> None:
    assert behaviour(pod(serves="81, 82"), "web").serves == (81, 82)
    assert behaviour(pod(serves="none"), "web").serves == ()


def test_a_value_that_cannot_be_read_counts_as_absent() -> None:
    assert behaviour(pod(run_seconds="soon", exit_code="-1", crash="maybe", serves=""), "log").end() is None


@pytest.mark.parametrize(
    ("image", "refused"),
    [
        ("nginx:broken", True),
        ("registry.example:5000/team/app:broken@sha256:00", True),
        ("nonexistent", True),
        ("nginx:nonexistent", True),
        ("example.com/nonexistent:1", True),
        ("registry.broken:5000/app:1", False),
        ("nginx", False),
    ],
)
def test_images_that_no_registry_has(image: str, refused: bool) -> None:
    assert cannot_be_pulled(image) is refused


@pytest.mark.parametrize(
    ("text", "value"),
    [("2", 2.0), ("0.5", 0.5), ("10s", 10.0), ("1m30s", 90.0), ("2h", 7200.0), ("200ms", 0.2), ("", None), ("x", None)],
)
def test_durations(text: str, value: float | None) -> None:
    assert seconds(text) == value
