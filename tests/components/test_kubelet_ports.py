"""kubelet: two containers of one Pod that want to listen on the same port."""

import importlib.util
from pathlib import Path

import pytest

from kubelab import Cluster
from kubelab.components.kubelet.runtime import StartContainer

_spec = importlib.util.spec_from_file_location("one_machine", Path(__file__).with_name("one_machine.py"))
one_machine = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(one_machine)
SECOND, Room = one_machine.SECOND, one_machine.Room

TWO = """
containers:
- {name: one, image: "nginx:1", ports: [{containerPort: 80}]}
- {name: two, image: "httpd:2", ports: [{containerPort: 80}], terminationMessagePolicy: FallbackToLogsOnError}
"""
IN_USE = "listen tcp :80: bind: address already in use"


def status(room, name):
    return next(each for each in room.get().status.container_statuses if each.name == name)


def test_the_second_of_two_that_want_a_port_ends_again_and_again():
    room = Room().pod(TWO).run()
    assert status(room, "one").state.running is not None
    two = status(room, "two")
    assert two.state.waiting.reason == "CrashLoopBackOff"
    assert two.last_state.terminated.exit_code == 1
    assert two.last_state.terminated.message == IN_USE
    assert room.get().status.phase == "Running"
    said = [t.message for t in room.log if t.reason == "Started"]
    assert said[1] == f"kubelet on worker-1 started container two of Pod shop/web; its process ends: {IN_USE}."


def test_who_listens_later_loses_even_if_it_was_started_first():
    room = Room().pod(TWO, annotations={"ready-seconds.one": "5"})
    while not any(isinstance(want, StartContainer) and want.container == "two" for want in room.wanted()):
        room.state = room.engine.perform(room.state, room.engine.first(room.state))
    start = next(want for want in room.wanted() if isinstance(want, StartContainer))
    assert start.process.exits_at is None
    ((name, loser),) = start.losers
    assert (name, loser.exits_at - loser.started_at, loser.exit_code) == ("one", 5 * SECOND, 1)
    room.run()
    assert status(room, "one").state.waiting.reason == "CrashLoopBackOff"
    assert status(room, "two").state.running is not None


@pytest.mark.parametrize(
    "annotations",
    [{"serves.two": "81"}, {"serves.two": "none"}, {"crash.one": "true", "ready-seconds.two": "1"}],
)
def test_where_nobody_else_listens_there_is_no_clash(annotations):
    room = Room().pod(TWO, annotations=annotations).run()
    assert status(room, "two").state.running is not None


def test_another_protocol_is_another_port():
    first, second = TWO.strip().split("- {name: two")
    second = second.replace("containerPort: 80", "containerPort: 80, protocol: UDP")
    room = Room().pod(f"{first}- {{name: two{second}").run()
    assert status(room, "two").state.running is not None


def test_what_was_said_to_serve_counts_not_what_is_declared():
    text = "containers:\n- {name: one, image: 'a:1'}\n- {name: two, image: 'b:1'}"
    room = Room().pod(text, annotations={"serves.one": "80,90", "serves.two": "90"}).run()
    assert status(room, "two").state.waiting.reason == "CrashLoopBackOff"


def test_containers_of_a_pod_reach_one_another_by_localhost():
    cluster = Cluster(nodes=1)
    cluster.apply("pod web { container app nginx:1 port 80 ; container log busybox port 9000 }")
    cluster.run()
    assert cluster.walk("web", "http://localhost:9000").verdict == "delivered"
    assert cluster.walk("web", "http://localhost:81").verdict == "connection refused"
