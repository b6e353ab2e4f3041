"""kubelet: the way of a Pod from its bind to its end, request by request."""

import importlib.util
import itertools
from pathlib import Path

import attrs
import pytest

from kubelab.api.core.node import NodeAddress
from kubelab.api.manifest import load
from kubelab.api.scalars import FrozenMap, Time
from kubelab.components.kubelet import Kubelet
from kubelab.sim import faults
from kubelab.state.requests import Delete, EventNote, Record, Requeue, Update
from kubelab.state.snapshot import Change, ObjectKey

_spec = importlib.util.spec_from_file_location("one_machine", Path(__file__).with_name("one_machine.py"))
one_machine = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(one_machine)
START, SECOND, WEB, NODE, Room, nginx = (
    one_machine.START,
    one_machine.SECOND,
    one_machine.WEB,
    one_machine.NODE,
    one_machine.Room,
    one_machine.nginx,
)


def test_the_first_look_at_a_pod_reports_it_and_makes_its_sandbox():
    room = Room().pod(nginx())
    pod = room.get()
    report, sandbox = room.wanted()

    assert isinstance(report, Update)
    assert (report.subresource, report.reason) == ("status", "ContainerCreating")
    assert report.message == "kubelet on worker-1 reported: Pod shop/web is Pending: ContainerCreating."
    status = report.object.status
    assert attrs.evolve(report.object, status=pod.status) == pod
    assert (status.phase, status.host_ip, status.pod_ip) == ("Pending", "172.18.0.2", "")
    assert status.start_time == Time(START // SECOND)
    assert status.observed_generation == 1
    assert [(c.type, c.status, c.reason) for c in status.conditions] == [
        ("PodReadyToStartContainers", "False", ""),
        ("Initialized", "True", ""),
        ("Ready", "False", "ContainersNotReady"),
        ("ContainersReady", "False", "ContainersNotReady"),
        ("PodScheduled", "True", ""),
    ]
    assert status.conditions[2].message == "containers with unready status: [nginx]"
    (container,) = status.container_statuses
    assert (container.image, container.started, container.state.waiting.reason) == (
        "nginx:1.27",
        False,
        "ContainerCreating",
    )

    assert (sandbox.verb, sandbox.reason) == ("run", "Pulling")
    assert sandbox.message == "kubelet on worker-1 made the sandbox of Pod shop/web and began to pull image nginx:1.27."
    assert sandbox.events == (
        EventNote(
            *(WEB, "Pulling", 'Pulling image "nginx:1.27"', "Normal", "kubelet", "worker-1", pod.metadata.uid),
            field_path="spec.containers{nginx}",
        ),
    )


def test_a_pod_runs_after_four_steps():
    room = Room().pod(nginx()).run()
    assert room.steps() == [
        ("update", "ContainerCreating"),
        ("run", "Pulling"),
        ("run", "Started"),
        ("update", "Running"),
    ]
    status = room.get().status
    assert (status.phase, status.pod_ip) == ("Running", "10.244.7.2")
    assert [ip.ip for ip in status.pod_ips] == ["10.244.7.2"]
    assert [c.status for c in status.conditions] == ["True"] * 5
    (container,) = status.container_statuses
    assert (container.ready, container.started, container.restart_count) == (True, True, 0)
    assert container.image == "docker.io/library/nginx:1.27"
    assert container.container_id.startswith("containerd://")
    pulled = 'Successfully pulled image "nginx:1.27" in 1.126s (1.126s including waiting). Image size: 118268044 bytes.'
    assert room.events() == [
        ("N", "Pulling", 'Pulling image "nginx:1.27"'),
        ("N", "Pulled", pulled),
        ("N", "Created", "Container created"),
        ("N", "Started", "Container started"),
    ]
    assert 0.5 < room.age(room.state.now) < 2


def test_the_statuses_of_containers_are_sorted_by_name_and_those_of_init_containers_are_not():
    report, *_ = Room().pod(INIT + '- {name: log, image: "busybox:1"}\n').wanted()
    status = report.object.status
    assert [c.name for c in status.container_statuses] == ["log", "nginx"]
    assert [c.name for c in status.init_container_statuses] == ["first", "proxy", "second"]


def test_a_running_pod_wants_nothing():
    room = Room().pod(nginx()).run()
    assert room.wanted() == ()


def test_an_image_that_is_here_is_not_pulled_again():
    room = Room().pod(nginx()).run().pod(nginx(), name="second").run()
    assert room.steps("second") == [
        ("update", "ContainerCreating"),
        ("run", "SandboxCreated"),
        ("run", "Started"),
        ("update", "Running"),
    ]
    assert room.events("second")[0] == (
        "N",
        "Pulled",
        'Container image "nginx:1.27" already present on machine and can be accessed by the pod',
    )
    assert room.get("second").status.pod_ip == "10.244.7.3"


def test_images_are_pulled_one_after_another():
    room = Room().pod(nginx("a:1"), name="a", annotations={"start-seconds": "2"})
    room.pod(nginx("b:1"), name="b", annotations={"start-seconds": "3"}).run()
    assert room.events("a")[1][2].startswith('Successfully pulled image "a:1" in 2s (2s including waiting).')
    assert room.events("b")[1][2].startswith('Successfully pulled image "b:1" in 3s (5s including waiting).')


@pytest.mark.parametrize("image", ["nonexistent", "shop/web:broken"])
def test_an_image_that_cannot_be_pulled(image):
    room = Room().pod(nginx(image)).run()
    assert room.waiting() == ["ImagePullBackOff"]
    assert [step for step in room.steps() if step[0] == "update"] == [
        ("update", "ContainerCreating"),
        ("update", "ErrImagePull"),
        ("update", "ImagePullBackOff"),
    ]
    reference = {"nonexistent": "docker.io/library/nonexistent:latest"}.get(image, f"docker.io/{image}")
    error = (
        f'rpc error: code = NotFound desc = failed to pull and unpack image "{reference}": '
        f'failed to resolve reference "{reference}": {reference}: not found'
    )
    assert room.events() == [
        ("N", "Pulling", f'Pulling image "{image}"'),
        ("W", "Failed", f'Failed to pull image "{image}": {error}'),
        ("W", "Failed", "Error: ErrImagePull"),
        ("N", "BackOff", f'Back-off pulling image "{image}"'),
        ("W", "Failed", "Error: ImagePullBackOff"),
    ]
    message = room.get().status.container_statuses[0].state.waiting.message
    assert message == f'Back-off pulling image "{image}": ErrImagePull: {error}'
    assert room.get().status.phase == "Pending"


def test_pulls_that_fail_are_retried_ever_more_seldom():
    room = Room().pod(nginx("nonexistent")).run(seconds=1000)
    tries = [room.age(t.time) for t in room.log if t.reason == "Pulling"]
    gaps = [round(later - earlier) for earlier, later in itertools.pairwise(tries)]
    assert gaps == [10, 20, 40, 80, 160, 300, 300]


def test_an_image_that_must_not_be_pulled():
    room = Room().pod(nginx(extra="  imagePullPolicy: Never")).run()
    assert room.waiting() == ["ErrImageNeverPull"]
    assert room.events()[0] == (
        "W",
        "ErrImageNeverPull",
        'Container image "nginx:1.27" is not present with pull policy of Never',
    )


def test_a_container_that_ends_is_restarted_at_once_then_ever_later():
    room = Room().pod(nginx(), annotations={"crash": "true"}).run()
    assert room.waiting() == ["CrashLoopBackOff"]
    assert room.get().status.container_statuses[0].restart_count == 1
    assert ("W", "BackOff", "Back-off restarting failed container nginx in pod web_shop(UID)") in room.events()
    waiting = room.get().status.container_statuses[0].state.waiting
    assert waiting.message == f"back-off 10s restarting failed container=nginx pod=web_shop({room.get().metadata.uid})"

    room.run(seconds=1200)
    starts = [room.age(t.time) for t in room.log if t.reason == "Started"]
    gaps = [round(later - earlier) for earlier, later in itertools.pairwise(starts)]
    assert gaps == [0, 10, 20, 40, 80, 160, 300, 300]
    status = room.get().status
    assert status.phase == "Running"
    assert status.container_statuses[0].last_state.terminated.exit_code == 1
    assert status.container_statuses[0].last_state.terminated.reason == "Error"


def test_after_ten_quiet_minutes_the_back_off_starts_anew():
    room = Room().pod(nginx(), annotations={"run-seconds": "700", "exit-code": "1"}).run(seconds=3600)
    starts = [room.age(t.time) for t in room.log if t.reason == "Started"]
    gaps = [round(later - earlier) for earlier, later in itertools.pairwise(starts)]
    assert gaps == [700] * len(gaps)
    assert len(gaps) == 5


def test_a_container_that_crashes_twice_and_then_runs_settles_running():
    room = Room().pod(nginx(), annotations={"crash": "2"}).run()
    status = room.get().status
    assert status.container_statuses[0].restart_count == 2
    assert status.conditions[2].status == "True"
    assert round(room.age(room.state.now)) == 11


@pytest.mark.parametrize(
    ("policy", "code", "phase", "restarts"),
    [
        ("Never", 0, "Succeeded", 0),
        ("Never", 3, "Failed", 0),
        ("OnFailure", 0, "Succeeded", 0),
        ("OnFailure", 3, "Running", 1),
        ("Always", 0, "Running", 1),
    ],
)
def test_restart_policies(policy, code, phase, restarts):
    spec = f"restartPolicy: {policy}\n{nginx()}"
    room = Room().pod(spec, annotations={"run-seconds": "5", "exit-code": str(code)}).run()
    status = room.get().status
    assert status.phase == phase
    assert status.container_statuses[0].restart_count == restarts
    if phase != "Running":
        ended = status.container_statuses[0].state.terminated
        assert (ended.exit_code, ended.reason) == (code, "Error" if code else "Completed")
        assert ended.finished_at - ended.started_at == 5


def test_a_pod_that_has_succeeded_gives_back_its_address():
    room = Room().pod(f"restartPolicy: Never\n{nginx()}", annotations={"run-seconds": "1"}).run()
    status = room.get().status
    assert status.pod_ip == "10.244.7.2"
    assert [(c.type, c.status, c.reason) for c in status.conditions] == [
        ("PodReadyToStartContainers", "False", ""),
        ("Initialized", "True", "PodCompleted"),
        ("Ready", "False", "PodCompleted"),
        ("ContainersReady", "False", "PodCompleted"),
        ("PodScheduled", "True", ""),
    ]
    assert room.steps()[-2:] == [("update", "Succeeded"), ("run", "SandboxStopped")]
    assert len(room.machine.addresses) == 0
    assert room.wanted() == ()


def test_out_of_memory():
    room = Room().pod(f"restartPolicy: Never\n{nginx()}", annotations={"out-of-memory": "true"}).run()
    ended = room.get().status.container_statuses[0].state.terminated
    assert (ended.exit_code, ended.reason) == (137, "OOMKilled")


def test_container_restart_rules():
    rules = "  restartPolicy: Never\n  restartPolicyRules: [{action: Restart, exitCodes: {operator: In, values: [42]}}]"
    spec = f"restartPolicy: Never\n{nginx(extra=rules)}"
    room = Room().pod(spec, annotations={"run-seconds": "1", "exit-code": "42"}).run()
    assert room.get().status.phase == "Running"
    room = Room().pod(spec, annotations={"run-seconds": "1", "exit-code": "41"}).run()
    assert room.get().status.phase == "Failed"


INIT = """
initContainers:
- {name: first, image: "busybox:1"}
- {name: proxy, image: "envoy:1", restartPolicy: Always}
- {name: second, image: "busybox:1"}
containers:
- {name: nginx, image: "nginx:1.27"}
"""


def test_init_containers_run_in_their_order_and_sidecars_stay():
    room = Room().pod(INIT).run()
    started = [t.message.split()[5] for t in room.log if t.reason == "Started"]
    assert started == ["first", "proxy", "second", "nginx"]
    status = room.get().status
    assert status.phase == "Running"
    first, proxy, second = status.init_container_statuses
    assert first.state.terminated.reason == second.state.terminated.reason == "Completed"
    assert (first.ready, first.started) == (True, False)
    assert (proxy.ready, proxy.started, proxy.state.terminated) == (True, True, None)


def test_what_is_said_while_init_containers_run():
    room = Room().pod(INIT).run(seconds=1.5)
    status = room.get().status
    assert status.phase == "Pending"
    assert room.condition("Initialized").reason == "ContainersNotInitialized"
    assert room.condition("Initialized").message == "containers with incomplete status: [first proxy second]"
    assert room.waiting() == ["PodInitializing"]
    assert status.init_container_statuses[0].state.running is not None


def test_an_init_container_that_fails_is_restarted_or_fails_the_pod():
    notes = {"exit-code.first": "1"}
    room = Room().pod(INIT, annotations=notes).run()
    assert room.get().status.phase == "Pending"
    assert room.get().status.init_container_statuses[0].state.waiting.reason == "CrashLoopBackOff"
    room = Room().pod(f"restartPolicy: Never\n{INIT}", annotations=notes).run()
    assert room.get().status.phase == "Failed"
    assert len(room.machine.addresses) == 0


def test_sidecars_end_with_the_containers():
    notes = {"run-seconds.nginx": "3", "stop-seconds.proxy": "2"}
    room = Room().pod(f"restartPolicy: Never\n{INIT}", annotations=notes).run()
    status = room.get().status
    assert status.phase == "Succeeded"
    proxy, main = status.init_container_statuses[1], status.container_statuses[0]
    assert proxy.state.terminated.finished_at - main.state.terminated.finished_at == 2


def test_deleting_a_pod_stops_its_containers_reports_them_and_forgets_it():
    room = Room().pod(nginx(), annotations={"stop-seconds": "4"}).run()
    room.log.clear()
    before = room.age(room.state.now)
    room.delete()
    (stop,) = room.wanted()
    assert (stop.reason, stop.events[0].message) == ("Killing", "Stopping container nginx")
    room.run(seconds=3)
    assert room.get().status.phase == "Running"
    room.run()
    assert room.steps() == [
        ("run", "Killing"),
        ("update", "Succeeded"),
        ("run", "SandboxRemoved"),
        ("delete", "Deleted"),
    ]
    assert round(room.age(room.log[-1].time) - before) == 4
    assert room.get() is None
    assert (len(room.machine.sandboxes), len(room.machine.addresses)) == (0, 0)
    ended = room.log[1].after.status.container_statuses[0].state.terminated
    assert (ended.exit_code, ended.reason) == (0, "Completed")


@pytest.mark.parametrize(
    ("notes", "code"),
    [
        ({"run-seconds": "600"}, 143),
        ({"run-seconds": "600", "stop-code": "0"}, 0),
        ({"stop-code": "3"}, 3),
        ({"run-seconds": "600", "stop-seconds": "3600"}, 137),
    ],
)
def test_the_code_with_which_a_process_ends_when_it_is_asked_to(notes, code):
    room = Room().pod(nginx(), annotations=notes).run(seconds=30)
    room.log.clear()
    room.delete().run()
    report = next(t for t in room.log if t.verb == "update")
    ended = report.after.status.container_statuses[0].state.terminated
    assert (ended.exit_code, ended.reason) == (code, "Error" if code else "Completed")
    assert report.after.status.phase == ("Failed" if code else "Succeeded")


def test_a_container_that_does_not_stop_is_killed_after_its_grace_period():
    room = Room().pod(f"terminationGracePeriodSeconds: 5\n{nginx()}", annotations={"stop-seconds": "60"}).run()
    since = room.state.now
    room.log.clear()
    room.delete().run()
    report = next(t for t in room.log if t.verb == "update")
    ended = report.after.status.container_statuses[0].state.terminated
    assert (ended.exit_code, ended.reason, report.after.status.phase) == (137, "Error", "Failed")
    assert report.time - since == 5 * SECOND


def test_a_pod_deleted_before_it_ever_ran():
    room = Room().pod("volumes: [{name: v, secret: {secretName: gone}}]\n" + nginx()).run()
    room.delete().run()
    assert room.get() is None


def test_a_pod_deleted_at_once_leaves_nothing_behind():
    room = Room().pod(nginx()).run().delete(grace_seconds=0)
    assert room.get() is None
    room.run()
    assert len(room.machine.sandboxes) == 0


def test_a_new_pod_of_the_same_name_gets_its_own_sandbox():
    room = Room().pod(nginx()).run().delete(grace_seconds=0).pod(nginx()).run()
    assert list(room.machine.sandboxes) == [room.get().metadata.uid]
    assert room.get().status.phase == "Running"


def test_a_missing_secret_keeps_the_pod_creating_until_it_is_there():
    room = Room().pod("volumes: [{name: tls, secret: {secretName: web-tls}}]\n" + nginx()).run()
    assert room.waiting() == ["ContainerCreating"]
    assert room.events() == [
        ("W", "FailedMount", 'MountVolume.SetUp failed for volume "tls" : secret "web-tls" not found')
    ]
    assert room.wanted() == ()
    room.submit("apiVersion: v1\nkind: Secret\nmetadata: {name: web-tls, namespace: shop}")
    room.run()
    assert room.get().status.phase == "Running"


@pytest.mark.parametrize(
    ("volume", "error"),
    [
        ("configMap: {name: c}", 'configmap "c" not found'),
        (
            "configMap: {name: kube-root-ca.crt, items: [{key: k, path: p}]}",
            "configmap references non-existent config key: k",
        ),
        ("projected: {sources: [{secret: {name: s}}]}", 'secret "s" not found'),
        ("secret: {secretName: s, optional: true}", ""),
        ("emptyDir: {}", ""),
    ],
)
def test_volumes(volume, error):
    room = Room().pod(f"volumes: [{{name: v, {volume}}}]\n{nginx()}").run()
    failed = [message for _, reason, message in room.events() if reason == "FailedMount"]
    assert failed == ([f'MountVolume.SetUp failed for volume "v" : {error}'] if error else [])


@pytest.mark.parametrize(
    ("env", "error"),
    [
        ("env: [{name: A, valueFrom: {secretKeyRef: {name: s, key: k}}}]", 'secret "s" not found'),
        ("envFrom: [{configMapRef: {name: c}}]", 'configmap "c" not found'),
        (
            "env: [{name: A, valueFrom: {configMapKeyRef: {name: kube-root-ca.crt, key: k}}}]",
            "couldn't find key k in ConfigMap shop/kube-root-ca.crt",
        ),
    ],
)
def test_an_environment_that_cannot_be_made(env, error):
    room = Room().pod(nginx(extra=f"  {env}")).run()
    assert room.waiting() == ["CreateContainerConfigError"]
    assert room.get().status.container_statuses[0].state.waiting.message == error
    assert room.events()[-1] == ("W", "Failed", f"Error: {error}")


def test_a_config_map_that_comes_later_lets_the_container_start():
    room = Room().pod(nginx(extra="  envFrom: [{configMapRef: {name: settings}}]")).run()
    room.submit("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: shop}")
    room.run()
    assert room.get().status.phase == "Running"


def test_active_deadline():
    room = Room().pod(f"activeDeadlineSeconds: 20\n{nginx()}").run()
    status = room.get().status
    assert (status.phase, status.reason) == ("Failed", "DeadlineExceeded")
    assert status.message == "Pod was active on the node longer than the specified deadline"
    assert room.age(room.state.now) == 20
    assert len(room.machine.addresses) == 0


def test_a_host_network_pod_has_the_address_of_its_node():
    room = Room().pod(f"hostNetwork: true\n{nginx()}").run()
    status = room.get().status
    assert status.pod_ip == status.host_ip == "172.18.0.2"
    assert len(room.machine.addresses) == 0


def test_pods_report_the_address_of_a_node_that_was_made_anew():
    # Found by random faults: a Pod that was looked at while its new Node had no address reported none for ever.
    room = Room().pod(nginx()).run()
    room.state = room.engine.submit(room.state, Delete(target=ObjectKey("Node", "", "worker-1")))
    room.submit(NODE)
    key = ObjectKey("Node", "", "worker-1")
    new = room.state.view.find(key)
    assert new.status.addresses == ()
    assert room.wanted() == ()
    address = NodeAddress(type="InternalIP", address="172.18.0.9")
    moved = attrs.evolve(new, status=attrs.evolve(new.status, addresses=(address,)))
    room.state = room.engine.submit(room.state, Update(object=moved, subresource="status"))
    room.run()
    assert room.get().status.host_ip == "172.18.0.9"


def test_without_a_network_the_pod_waits():
    room = Room("apiVersion: v1\nkind: Node\nmetadata: {name: worker-1}").pod(nginx()).run()
    assert room.waiting() == ["ContainerCreating"]
    (event,) = room.events()
    assert event[1] == "NetworkNotReady"
    node = room.state.view.get("Node", "", "worker-1")
    spec = attrs.evolve(node.spec, pod_cidr="10.244.0.0/24", pod_cidrs=("10.244.0.0/24",))
    room.state = room.engine.submit(room.state, Update(object=attrs.evolve(node, spec=spec)))
    room.run()
    assert room.get().status.pod_ip == "10.244.0.2"


@pytest.mark.parametrize(
    ("spec", "reason", "message"),
    [
        (
            nginx(extra="  resources: {requests: {cpu: 3}}"),
            "OutOfcpu",
            "Node didn't have enough resource: cpu, requested: 3000, used: 2000, capacity: 4000",
        ),
        (
            f"nodeSelector: {{disk: ssd}}\n{nginx()}",
            "NodeAffinity",
            "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
        ),
        (
            nginx(extra="  ports: [{containerPort: 80, hostPort: 80, protocol: TCP}]"),
            "NodePorts",
            "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports",
        ),
    ],
)
def test_a_pod_that_does_not_fit_is_rejected(spec, reason, message):
    extra = "  resources: {requests: {cpu: 2}}\n  ports: [{containerPort: 80, hostPort: 80, protocol: TCP}]"
    room = Room().pod(nginx(extra=extra), name="old").run()
    room.pod(spec).run()
    status = room.get().status
    assert (status.phase, status.reason, status.message) == ("Failed", reason, f"Pod was rejected: {message}")
    assert room.events() == [("W", reason, message)]
    assert room.get("old").status.phase == "Running"


def test_a_node_that_pods_must_leave_takes_none():
    tainted = NODE.replace("spec: {", "spec: {taints: [{key: k, effect: NoExecute}], ")
    room = Room(tainted).pod(nginx()).run()
    assert room.get().status.reason == "TaintToleration"


def test_a_container_that_crashes_is_reported_and_restarted():
    room = Room().pod(nginx()).run()
    room.log.clear()
    room.state = faults.crash_container(room.engine, room.state, WEB)
    room.run()
    assert room.steps() == [("update", "Running"), ("run", "Started"), ("update", "Running")]
    assert room.log[0].message.endswith("is Running, but container nginx has ended.")
    container = room.get().status.container_statuses[0]
    assert (container.restart_count, container.last_state.terminated.exit_code) == (1, 1)


def test_when_the_machine_comes_back_its_pods_start_over():
    room = Room().pod(INIT).run()
    room.log.clear()
    room.state = faults.kill_node(room.engine, room.state, "worker-1")
    room.run(seconds=60)
    assert room.steps() == []
    room.state = faults.revive_node(room.engine, room.state, "worker-1")
    room.run()
    started = [t.message.split()[5] for t in room.log if t.reason == "Started"]
    assert started == ["first", "proxy", "second", "nginx"]
    assert ("N", "SandboxChanged", "Pod sandbox changed, it will be killed and re-created.") in room.events()
    status = room.get().status
    assert (status.phase, status.pod_ip) == ("Running", "10.244.7.3")
    assert status.container_statuses[0].restart_count == 1


def test_a_pod_that_must_not_be_restarted_fails_with_its_machine():
    room = Room().pod(f"restartPolicy: Never\n{nginx()}").run()
    room.state = faults.kill_node(room.engine, room.state, "worker-1")
    room.state = faults.revive_node(room.engine, room.state, "worker-1")
    room.run()
    assert room.get().status.phase == "Failed"
    assert room.get().status.container_statuses[0].state.terminated.exit_code == 137


def test_while_the_kubelet_is_stopped_containers_go_on():
    room = Room().pod(nginx(), annotations={"run-seconds": "30", "crash": "1"}).run(seconds=5)
    room.state = faults.stop(room.engine, room.state, "kubelet")
    room.run(seconds=60)
    assert room.get().status.phase == "Running"
    room.state = faults.start(room.engine, room.state, "kubelet")
    room.run()
    ended = room.get().status.container_statuses[0].last_state.terminated
    assert ended.finished_at - ended.started_at == 30
    assert room.get().status.container_statuses[0].restart_count == 1


@pytest.mark.parametrize("steps", range(1, 14))
def test_killed_at_any_step_it_reaches_the_same_end(steps):
    room = Room().pod(INIT, annotations={"stop-seconds": "2"})
    for _ in range(steps):
        action = room.engine.first(room.state)
        if action is None or room.engine.settled(room.state):
            break
        room.state = room.engine.perform(room.state, action)
    room.state = faults.stop(room.engine, room.state, "kubelet/worker-1")
    room.state = faults.start(room.engine, room.state, "kubelet/worker-1")
    room.run()
    assert room.get().status.phase == "Running"
    assert [c.status for c in room.get().status.conditions] == ["True"] * 5
    room.delete().run()
    assert room.get() is None
    assert len(room.machine.sandboxes) == 0


def test_which_changes_wake_which_kubelet():
    room = Room().pod("volumes: [{name: v, secret: {secretName: s, optional: true}}]\n" + nginx())
    room.pod(nginx(), name="another")
    pod, view = room.get(), room.state.view
    unbound = attrs.evolve(pod, spec=attrs.evolve(pod.spec, node_name=""))
    secret = load("apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: shop}")[0]
    node = view.get("Node", "", "worker-1")

    def woken(before, after):
        subject = after or before
        key = ObjectKey(subject.kind, subject.metadata.namespace, subject.metadata.name)
        return list(Kubelet().enqueue_on(Change(key, before, after, view)))

    assert woken(None, unbound) == []
    assert woken(unbound, pod) == [("worker-1", WEB)]
    assert woken(pod, None) == [("worker-1", WEB)]
    assert woken(None, secret) == [("worker-1", WEB)]
    assert woken(secret, None) == [("worker-1", WEB)]
    assert woken(None, node) == [("worker-1", ObjectKey("Node", "", "worker-1"))]


def test_pods_of_other_nodes_are_none_of_its_business():
    room = Room().pod(nginx(), node="elsewhere")
    assert room.wanted() == ()


def test_records_are_not_repeated():
    room = Room().pod("volumes: [{name: v, secret: {secretName: s}}]\n" + nginx())
    _report, record = room.wanted()
    assert isinstance(record, Record)
    room.run()
    assert room.wanted() == ()
    assert [e.count for e in room.state.view.events(WEB)] == [1]


def test_waiting_for_a_pull_is_no_polling():
    room = Room().pod(nginx(), annotations={"start-seconds": "90"}).run(seconds=1)
    assert room.wanted() == (Requeue(at=START + 90 * SECOND, recurring=False),)


def test_labels_of_a_pod_do_not_touch_its_containers():
    room = Room().pod(nginx()).run()
    room.log.clear()
    pod = room.get()
    labelled = attrs.evolve(pod, metadata=attrs.evolve(pod.metadata, labels=FrozenMap(app="web")))
    room.state = room.engine.submit(room.state, Update(object=labelled))
    room.run()
    assert room.steps() == []


def test_another_image_restarts_the_container_whatever_the_policy():
    room = Room().pod(f"restartPolicy: Never\n{nginx()}").run()
    room.log.clear()
    pod = room.get()
    container = attrs.evolve(pod.spec.containers[0], image="nginx:1.28")
    newer = attrs.evolve(pod, spec=attrs.evolve(pod.spec, containers=(container,)))
    room.state = room.engine.submit(room.state, Update(object=newer))
    room.run()
    assert ("N", "Killing", "Container nginx definition changed, will be restarted") in room.events()
    status = room.get().status
    assert (status.phase, status.observed_generation) == ("Running", 2)
    assert status.container_statuses[0].image == "docker.io/library/nginx:1.28"
    assert status.container_statuses[0].restart_count == 1


def test_without_its_node_object_the_pods_go_on():
    room = Room().pod(nginx()).run()
    objects = room.state.snapshot.objects.delete(ObjectKey("Node", "", "worker-1"))
    room.state = attrs.evolve(room.state, snapshot=attrs.evolve(room.state.snapshot, objects=objects))
    assert room.wanted() == ()
