"""kubelet: what a container finds of ConfigMaps and Secrets; what happens when they are missing, come, and change."""

import importlib.util
from pathlib import Path

import pytest

from kubelab.api.manifest import load
from kubelab.components.kubelet import Kubelet
from kubelab.components.kubelet.runtime import StartContainer, WriteVolumes
from kubelab.sim import faults
from kubelab.state.content import MASK
from kubelab.state.inside import inside
from kubelab.state.requests import Apply, Delete, Requeue, Update
from kubelab.state.snapshot import ObjectKey
from kubelab.state.tokens import claims_of
from kubelab.views.inside import inside_text

_spec = importlib.util.spec_from_file_location("one_machine", Path(__file__).with_name("one_machine.py"))
one_machine = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(one_machine)
SECOND, Room, nginx = one_machine.SECOND, one_machine.Room, one_machine.nginx

SECRET = """
apiVersion: v1
kind: Secret
metadata: {name: db, namespace: shop}
stringData: {user: jane, password: s3cret}
"""
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app, namespace: shop}\ndata: {LOG: debug, a.ini: x=1}"
FROM_SECRET = "  env: [{name: PASSWORD, valueFrom: {secretKeyRef: {name: db, key: password}}}]"
MOUNTED = "  volumeMounts: [{name: v, mountPath: /etc/v}]"


def room_with(*texts):
    room = Room()
    for text in texts:
        room.submit(text)
    return room


def change(room, text):
    for obj in load(text):
        room.state = room.engine.submit(room.state, Apply(object=obj, manager="test"))


def changed(room, text=SECRET, was="s3cret", now="other"):
    old = load(text)[0]
    key = ObjectKey(old.kind, "shop", old.metadata.name)
    change(room, text.replace(was, now))
    return room.state.view.find(key)


def look(room, container="nginx"):
    return next(each for each in inside(room.state.view, room.get()) if each.name == container)


def values(room, container="nginx"):
    return {each.name: each.content.value for each in look(room, container).variables}


def files(room, path="/etc/v"):
    mount = next(each for each in look(room).mounts if each.path == path)
    return {each.path: each.content.value for each in mount.files}


# What is there


def test_variables_come_from_where_the_spec_says():
    env = """  envFrom: [{configMapRef: {name: app}}, {prefix: DB_, secretRef: {name: db}}]
  env:
  - {name: PLAIN, value: "1"}
  - {name: URL, value: "pg://$(DB_user):$(DB_password)@$(KUBERNETES_SERVICE_HOST)/$$(X) $(NOT_THERE)"}
  - {name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
  - {name: APP, valueFrom: {fieldRef: {fieldPath: "metadata.labels['app']"}}}
  - {name: CPU, valueFrom: {resourceFieldRef: {resource: requests.cpu, divisor: 1m}}}
  - {name: MEMORY, valueFrom: {resourceFieldRef: {resource: limits.memory, divisor: 1Mi}}}
  - {name: ABSENT, valueFrom: {secretKeyRef: {name: db, key: nothing, optional: true}}}
  resources: {requests: {cpu: 250m}, limits: {memory: 64Mi}}"""
    room = room_with(SECRET, CONFIG).pod(nginx(extra=env)).run()
    assert values(room) == {
        "HOSTNAME": "web",
        "LOG": "debug",
        "a.ini": "x=1",
        "DB_password": "s3cret",
        "DB_user": "jane",
        "PLAIN": "1",
        "URL": "pg://jane:s3cret@10.96.0.1/$(X) $(NOT_THERE)",
        "NODE": "worker-1",
        "APP": "",
        "CPU": "250",
        "MEMORY": "64",
    }


def test_what_holds_a_secret_value_is_secret_too():
    env = f'{FROM_SECRET[:-1]}, {{name: URL, value: "pg://$(PASSWORD)@db"}}, {{name: PLAIN, value: x}}]'
    room = room_with(SECRET).pod(nginx(extra=env)).run()
    secret = {each.name: each.content.secret for each in look(room).variables}
    assert secret == {"HOSTNAME": False, "PASSWORD": True, "URL": True, "PLAIN": False}


def test_services_are_found_by_variables_unless_the_pod_wants_none():
    service = """
apiVersion: v1
kind: Service
metadata: {name: my-db, namespace: shop}
spec: {clusterIP: 10.96.7.7, ports: [{name: sql-port, port: 5432}]}
"""
    room = room_with(service).pod(nginx()).pod("enableServiceLinks: false\n" + nginx(), name="quiet").run()
    links = {each.name: each.content.value for each in look(room).links}
    assert links["MY_DB_SERVICE_HOST"] == "10.96.7.7"
    assert links["MY_DB_SERVICE_PORT"] == links["MY_DB_SERVICE_PORT_SQL_PORT"] == "5432"
    assert links["MY_DB_PORT"] == links["MY_DB_PORT_5432_TCP"] == "tcp://10.96.7.7:5432"
    quiet = inside(room.state.view, room.get("quiet"))[0]
    assert {each.content.origin for each in quiet.links} == {"Service kubernetes"}


@pytest.mark.parametrize(
    ("volume", "expected"),
    [
        ("secret: {secretName: db}", {"password": "s3cret", "user": "jane"}),
        ("secret: {secretName: db, items: [{key: user, path: who/am-i}]}", {"who/am-i": "jane"}),
        ("secret: {secretName: nothing, optional: true}", {}),
        ("configMap: {name: app}", {"LOG": "debug", "a.ini": "x=1"}),
        ("downwardAPI: {items: [{path: ns, fieldRef: {fieldPath: metadata.namespace}}]}", {"ns": "shop"}),
        (
            "projected: {sources: [{configMap: {name: app, items: [{key: LOG, path: l}]}}, {secret: {name: db}}]}",
            {"l": "debug", "password": "s3cret", "user": "jane"},
        ),
    ],
)
def test_files_of_volumes(volume, expected):
    room = room_with(SECRET, CONFIG).pod(f"volumes: [{{name: v, {volume}}}]\n{nginx(extra=MOUNTED)}").run()
    assert files(room) == expected


def test_every_pod_finds_a_token_of_its_own():
    room = Room().pod(nginx()).run()
    found = files(room, "/var/run/secrets/kubernetes.io/serviceaccount")
    assert sorted(found) == ["ca.crt", "namespace", "token"]
    claims = claims_of(room.state.snapshot.signing_key, found["token"])
    assert claims["sub"] == "system:serviceaccount:shop:default"
    assert claims["kubernetes.io"]["pod"] == {"name": "web", "uid": room.get().metadata.uid}
    assert claims["kubernetes.io"]["node"]["name"] == "worker-1"
    later = files(room.run(3600), "/var/run/secrets/kubernetes.io/serviceaccount")
    assert claims_of(room.state.snapshot.signing_key, later["token"])["iat"] == claims["iat"] + 3607 * 4 // 5


def test_a_pod_without_token_has_no_volume_for_it():
    room = Room().pod("automountServiceAccountToken: false\n" + nginx()).run()
    assert look(room).mounts == ()


def test_values_are_masked_unless_they_are_asked_for():
    pod = "volumes: [{name: v, secret: {secretName: db}}]\n" + nginx(extra=f"{FROM_SECRET}\n{MOUNTED}")
    room = room_with(SECRET).pod(pod).run()
    said = inside_text(room.state.view, room.get())
    assert "s3cret" not in said
    assert "jane" not in said
    assert "eyJ" not in said
    assert f"PASSWORD = {MASK}" in said
    assert "PASSWORD = s3cret  Secret db, key password" in inside_text(room.state.view, room.get(), reveal=True)
    assert "s3cret" not in repr(room.machine)


# What is missing


def test_a_pod_that_waits_for_a_volume_tries_again_after_longer_and_longer_times():
    room = Room().pod("volumes: [{name: v, secret: {secretName: db}}]\n" + nginx()).run()
    room.run(10).submit(SECRET)
    assert room.wanted() == (Requeue(at=room.events_about("FailedMount")[0].first + 15_500_000),)
    room.run()
    assert room.get().status.phase == "Running"


def test_all_that_a_projected_volume_lacks_is_told_at_once():
    volume = "projected: {sources: [{configMap: {name: app}}, {secret: {name: db}}]}"
    room = Room().pod(f"volumes: [{{name: v, {volume}}}]\n{nginx()}").run()
    said = 'MountVolume.SetUp failed for volume "v" : [configmap "app" not found, secret "db" not found]'
    assert room.events() == [("W", "FailedMount", said)]


def test_a_container_that_lacks_its_secret_is_tried_again_every_few_seconds():
    room = Room().pod(nginx(extra=FROM_SECRET)).run()
    assert room.waiting() == ["CreateContainerConfigError"]
    assert room.wanted() == ()
    begun = room.machine.sandboxes[room.get().metadata.uid].started_at
    room.run(60).submit(SECRET)
    (again,) = room.wanted()
    assert again.at - begun >= 10 * SECOND
    assert room.state.now < again.at <= room.state.now + 15 * SECOND
    room.run()
    assert values(room)["PASSWORD"] == "s3cret"
    assert room.get().status.phase == "Running"


def test_a_key_that_is_missing_keeps_the_container_waiting_and_an_optional_one_does_not():
    room = room_with(SECRET).pod(nginx(extra=FROM_SECRET.replace("key: password", "key: pin"))).run()
    waits = room.get().status.container_statuses[0].state.waiting
    assert (waits.reason, waits.message) == (
        "CreateContainerConfigError",
        "couldn't find key pin in Secret shop/db",
    )
    optional = FROM_SECRET.replace("key: password", "key: pin, optional: true")
    room = room_with(SECRET).pod(nginx(extra=optional)).run()
    assert "PASSWORD" not in values(room)


# What changes


def test_files_follow_their_secret_after_a_while_and_variables_do_not():
    pod = "volumes: [{name: v, secret: {secretName: db}}]\n" + nginx(extra=f"{FROM_SECRET}\n{MOUNTED}")
    room = room_with(SECRET).pod(pod).run()
    changed(room)
    begun = room.state.now
    (again,) = room.wanted()
    assert isinstance(again, Requeue)
    assert files(room)["password"] == "s3cret"
    room.run()
    assert files(room)["password"] == "other"
    assert room.state.now - begun <= 90 * SECOND
    assert values(room)["PASSWORD"] == "s3cret"
    assert room.log[-1].message.startswith("kubelet on worker-1 wrote the files of volume v of Pod shop/web anew")
    assert room.wanted() == ()


def test_variables_follow_when_the_container_is_started_again():
    room = room_with(SECRET).pod(nginx(extra=FROM_SECRET)).run()
    changed(room)
    room.state = faults.crash_container(room.engine, room.state, ObjectKey("Pod", "shop", "web"))
    room.run()
    assert values(room)["PASSWORD"] == "other"


def test_files_are_written_before_a_container_is_started_again():
    pod = "volumes: [{name: v, secret: {secretName: db}}]\n" + nginx(extra=MOUNTED)
    room = room_with(SECRET).pod(pod).run()
    changed(room)
    room.state = faults.crash_container(room.engine, room.state, ObjectKey("Pod", "shop", "web"))
    (write,) = room.wanted()
    assert isinstance(write, WriteVolumes)
    room.run()
    started = [t for t in room.log if t.reason in ("VolumesWritten", "Started")]
    assert [t.reason for t in started][-2:] == ["VolumesWritten", "Started"]
    assert files(room)["password"] == "other"


def test_a_mount_with_a_sub_path_is_a_copy():
    mounts = "  volumeMounts: [{name: v, mountPath: /etc/pw, subPath: password}, {name: v, mountPath: /etc/v}]"
    room = room_with(SECRET).pod("volumes: [{name: v, secret: {secretName: db}}]\n" + nginx(extra=mounts)).run()
    changed(room)
    room.run()
    assert files(room, "/etc/pw") == {"": "s3cret"}
    assert files(room)["password"] == "other"
    assert look(room).file("/etc/pw").value == "s3cret"
    assert look(room).file("/etc/v/password").value == "other"


def test_what_is_immutable_is_not_watched_any_more():
    frozen = SECRET + "\nimmutable: true"
    room = room_with(frozen).pod("volumes: [{name: v, secret: {secretName: db}}]\n" + nginx(extra=MOUNTED)).run()
    room.state = room.engine.submit(room.state, Delete(target=ObjectKey("Secret", "shop", "db")))
    room.submit(frozen.replace("s3cret", "other"))
    assert room.wanted() == ()
    room.run(200)
    assert files(room)["password"] == "s3cret"


def test_a_secret_that_is_gone_leaves_its_files_and_an_event():
    room = room_with(SECRET).pod("volumes: [{name: v, secret: {secretName: db}}]\n" + nginx(extra=MOUNTED)).run()
    room.state = room.engine.submit(room.state, Delete(target=ObjectKey("Secret", "shop", "db")))
    room.run()
    assert room.events()[-1] == ("W", "FailedMount", 'MountVolume.SetUp failed for volume "v" : secret "db" not found')
    assert files(room)["password"] == "s3cret"
    assert room.get().status.phase == "Running"
    assert room.wanted() == ()


def test_a_change_that_changes_no_file_writes_none():
    room = room_with(SECRET).pod("volumes: [{name: v, secret: {secretName: db}}]\n" + nginx(extra=MOUNTED)).run()
    change(room, "apiVersion: v1\nkind: Secret\nmetadata: {name: db, namespace: shop, labels: {team: a}}")
    assert room.wanted() == ()


def test_files_about_the_pod_follow_its_labels():
    volume = "downwardAPI: {items: [{path: labels, fieldRef: {fieldPath: metadata.labels}}]}"
    room = Room().pod(f"volumes: [{{name: v, {volume}}}]\n{nginx(extra=MOUNTED)}").run()
    pod = load("apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop, labels: {app: web, tier: a}}")[0]
    room.state = room.engine.submit(room.state, Apply(object=pod, manager="test"))
    room.run()
    assert files(room) == {"labels": 'app="web"\ntier="a"'}


def test_what_was_started_is_what_the_request_said():
    room = room_with(SECRET).pod(nginx(extra=FROM_SECRET))
    while not any(isinstance(want, StartContainer) for want in room.wanted()):
        room.state = room.engine.perform(room.state, room.engine.first(room.state))
    start = next(want for want in room.wanted() if isinstance(want, StartContainer))
    assert [(each.name, each.content.value) for each in start.process.environment] == [("PASSWORD", "s3cret")]
    assert Kubelet().reconcile_on(room.state.view, "worker-1", start.target)[0] == start
    assert not isinstance(start, Update)
