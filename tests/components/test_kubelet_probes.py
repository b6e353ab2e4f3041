"""Probes: by arithmetic, the same moments at which a prober that asks again and again would change its mind."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelab.api.behaviour import Behaviour
from kubelab.api.core.container import (
    Container,
    ContainerPort,
    ExecAction,
    HTTPGetAction,
    Probe,
    TCPSocketAction,
)
from kubelab.components.kubelet.probes import outlook
from kubelab.state.machine import ContainerProcess

SECOND = 1_000_000
BORN = 1_000 * SECOND
PROCESS = ContainerProcess(started_at=BORN)


def web(delay=0, period=2, success=1, failure=3, port=80):
    return Probe(
        http_get=HTTPGetAction(path="/healthz", port=port, scheme="HTTP"),
        initial_delay_seconds=delay,
        period_seconds=period,
        success_threshold=success,
        failure_threshold=failure,
    )


def look(acts=None, **probes):
    container = Container(name="c", ports=(ContainerPort(name="http", container_port=80),), **probes)
    return outlook(container, PROCESS, acts or Behaviour(serves=(80,)), "10.244.0.2")


def after(moment):
    return None if moment is None else (moment - BORN) / SECOND


def slow(seconds, **more):
    return Behaviour(ready_seconds=seconds, serves=(80,), **more)


def test_without_probes_a_container_is_ready_once_it_can_serve():
    assert after(look().ready_at) == 0
    assert after(look(slow(7)).ready_at) == 7
    assert look(slow(7)).started(BORN)
    assert look(Behaviour(never_ready=True)).ready_at is None


@pytest.mark.parametrize(
    ("probe", "serves_after", "ready"),
    [
        (web(), 0, 0),
        (web(delay=5), 0, 5),
        (web(period=2), 5, 6),
        (web(period=2), 6, 6),
        (web(delay=1, period=10), 5, 11),
        (web(period=2, success=3), 5, 10),
        (web(period=2, success=3), 0, 4),
    ],
)
def test_readiness(probe, serves_after, ready):
    assert after(look(slow(serves_after), readiness_probe=probe).ready_at) == ready


def test_a_probe_that_fails_says_so():
    seen = look(slow(5), readiness_probe=web(delay=1))
    assert [(after(at), text) for at, text in seen.unhealthy] == [
        (
            1,
            'Readiness probe failed: Get "http://10.244.0.2:80/healthz": '
            "dial tcp 10.244.0.2:80: connect: connection refused",
        )
    ]
    assert look(slow(1), readiness_probe=web(delay=1)).unhealthy == ()
    refused = look(slow(0, never_ready=True), readiness_probe=web())
    assert refused.unhealthy[0][1] == "Readiness probe failed: HTTP probe failed with statuscode: 503"
    tcp = look(slow(5), readiness_probe=Probe(tcp_socket=TCPSocketAction(port="http")))
    assert tcp.unhealthy[0][1] == "Readiness probe failed: dial tcp 10.244.0.2:80: connect: connection refused"
    run = look(slow(5), readiness_probe=Probe(exec=ExecAction(command=("true",))))
    assert run.unhealthy[0][1] == "Readiness probe failed:"


def test_a_port_that_nobody_listens_on_never_answers():
    assert look(readiness_probe=web(port=81)).ready_at is None
    assert after(look(readiness_probe=web(port="http")).ready_at) == 0
    assert look(readiness_probe=web(port="other")).ready_at is None
    silent = Container(name="c", readiness_probe=web(port=8080))
    assert after(outlook(silent, PROCESS, Behaviour(), "").ready_at) == 0


@pytest.mark.parametrize(
    ("probe", "serves_after", "killed"),
    [
        (web(period=2, failure=3), 0, None),
        (web(period=2, failure=3), 4, None),
        (web(period=2, failure=3), 4.5, 4),
        (web(delay=10, period=2, failure=3), 12, None),
        (web(delay=10, period=2, failure=1), 12, 10),
    ],
)
def test_liveness(probe, serves_after, killed):
    seen = look(slow(serves_after), liveness_probe=probe)
    assert after(seen.killed_at) == killed
    assert seen.killer == ("liveness" if killed is not None else "")


def test_the_other_probes_wait_for_the_startup_probe():
    seen = look(slow(9), startup_probe=web(period=5), liveness_probe=web(failure=1), readiness_probe=web(period=3))
    assert (after(seen.started_at), after(seen.ready_at), seen.killed_at) == (10, 10, None)
    assert [(after(at), text.split()[0]) for at, text in seen.unhealthy] == [(0, "Startup")]
    assert not seen.started(BORN + 9 * SECOND)
    assert seen.started(BORN + 10 * SECOND)


def test_a_startup_probe_that_never_succeeds_kills():
    seen = look(slow(60), startup_probe=web(period=5, failure=2))
    assert (seen.started_at, seen.ready_at, after(seen.killed_at), seen.killer) == (None, None, 5, "startup")


probes = st.builds(
    web,
    delay=st.integers(0, 6),
    period=st.integers(1, 4),
    success=st.integers(1, 3),
    failure=st.integers(1, 3),
)


def asked(probe, serves_after):
    """Ask again and again: when the answer has been yes often enough, and when no."""
    good = bad = 0
    ready = killed = None
    for number in range(100):
        at = probe.initial_delay_seconds + number * probe.period_seconds
        good, bad = (good + 1, 0) if at >= serves_after else (0, bad + 1)
        if ready is None and good == probe.success_threshold:
            ready = at
        if killed is None and bad == probe.failure_threshold:
            killed = at
    return ready, killed


@given(probes, st.integers(0, 20))
def test_arithmetic_and_asking_agree(probe, serves_after):
    ready, killed = asked(probe, serves_after)
    assert after(look(slow(serves_after), readiness_probe=probe).ready_at) == ready
    assert after(look(slow(serves_after), liveness_probe=probe).killed_at) == killed
