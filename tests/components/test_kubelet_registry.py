"""kubelet: images from a registry that asks for credentials."""

import importlib.util
import json
from pathlib import Path

import attrs
import pytest

from kubelab.api.manifest import load
from kubelab.api.registry import Registry, config_json
from kubelab.api.scalars import FrozenMap
from kubelab.components.kubelet.runtime import PullImage
from kubelab.state.requests import Apply

_spec = importlib.util.spec_from_file_location("one_machine", Path(__file__).with_name("one_machine.py"))
one_machine = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(one_machine)
Room, nginx = one_machine.Room, one_machine.nginx

HOST = "reg.example.com"
IMAGE = f"{HOST}/shop/web:1"
LEAD = (
    f'rpc error: code = Unknown desc = failed to pull and unpack image "{IMAGE}": '
    f'failed to resolve reference "{IMAGE}": '
)
ANONYMOUS = (
    f"{LEAD}pull access denied, repository does not exist or may require authorization: "
    "authorization failed: no basic auth credentials"
)
WRONG = f"{LEAD}unexpected status from HEAD request to https://{HOST}/v2/shop/web/manifests/1: 401 Unauthorized"


def private():
    room = Room()
    registries = FrozenMap({HOST: Registry(HOST, "jane", "pa:ss")})
    room.state = attrs.evolve(room.state, snapshot=attrs.evolve(room.state.snapshot, registries=registries))
    return room


def secret(text, type="kubernetes.io/dockerconfigjson", key=".dockerconfigjson", name="regcred"):
    return (
        f"apiVersion: v1\nkind: Secret\nmetadata: {{name: {name}, namespace: shop}}\ntype: {type}\n"
        f"stringData: {{{key}: {json.dumps(text)}}}"
    )


def pulled(room):
    return room.get().status.phase == "Running"


def failure(room):
    return next(message for _, reason, message in room.events() if reason == "Failed")


RIGHT = secret(config_json(HOST, "jane", "pa:ss"))
WITH = "imagePullSecrets: [{name: regcred}]\n"


def test_without_credentials_the_image_cannot_be_pulled():
    room = private().pod(nginx(IMAGE)).run()
    assert room.waiting() == ["ImagePullBackOff"]
    assert failure(room) == f'Failed to pull image "{IMAGE}": {ANONYMOUS}'
    waits = room.get().status.container_statuses[0].state.waiting
    assert waits.message == f'Back-off pulling image "{IMAGE}": ErrImagePull: {ANONYMOUS}'


def test_with_the_right_credentials_it_is_pulled():
    room = private()
    room.submit(RIGHT)
    assert pulled(room.pod(WITH + nginx(IMAGE)).run())


def test_with_wrong_credentials_the_registry_says_so():
    room = private()
    room.submit(secret(config_json(HOST, "jane", "guess")))
    room.pod(WITH + nginx(IMAGE)).run()
    assert failure(room) == f'Failed to pull image "{IMAGE}": {WRONG}'


@pytest.mark.parametrize("place", ["other.example.com", f"{HOST}/other", "example.com"])
def test_credentials_for_another_place_are_not_offered(place):
    room = private()
    room.submit(secret(config_json(place, "jane", "pa:ss")))
    room.pod(WITH + nginx(IMAGE)).run()
    assert failure(room).endswith("no basic auth credentials")


@pytest.mark.parametrize("place", [f"https://{HOST}/v1/", f"{HOST}/shop", "*.example.com", f"http://{HOST}"])
def test_a_place_may_be_written_in_several_ways(place):
    room = private()
    room.submit(secret(config_json(place, "jane", "pa:ss")))
    assert pulled(room.pod(WITH + nginx(IMAGE)).run())


def test_the_old_type_of_secret_does_too():
    room = private()
    old = json.dumps(json.loads(config_json(HOST, "jane", "pa:ss"))["auths"])
    room.submit(secret(old, "kubernetes.io/dockercfg", ".dockercfg"))
    assert pulled(room.pod(WITH + nginx(IMAGE)).run())


def test_the_pod_gets_those_of_its_service_account():
    room = private()
    room.submit(RIGHT)
    room.submit("apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: king, namespace: shop}\n" + WITH)
    assert pulled(room.pod("serviceAccountName: king\n" + nginx(IMAGE)).run())


def test_a_secret_that_is_missing_is_told_and_helps_as_soon_as_it_is_there():
    room = private().pod(WITH + nginx(IMAGE)).run()
    told = (
        "Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.",
        ANONYMOUS,
    )
    assert room.events()[0] == ("W", "FailedToRetrieveImagePullSecret", told[0])
    room.submit(RIGHT)
    room.run()
    assert pulled(room)


def test_credentials_that_are_set_right_help_with_the_next_try():
    room = private()
    room.submit(secret(config_json(HOST, "jane", "guess")))
    room.pod(WITH + nginx(IMAGE)).run()
    for obj in load(RIGHT):
        room.state = room.engine.submit(room.state, Apply(object=obj, manager="test"))
    assert pulled(room.run())


def test_an_image_that_is_there_is_not_for_a_pod_that_could_not_pull_it():
    room = private()
    room.submit(RIGHT)
    room.pod(WITH + nginx(IMAGE)).run()
    room.pod(nginx(IMAGE, "  imagePullPolicy: IfNotPresent"), name="stranger").run()
    assert room.waiting("stranger") == ["ImagePullBackOff"]
    room.pod(WITH + nginx(IMAGE, "  imagePullPolicy: IfNotPresent"), name="friend").run()
    assert room.get("friend").status.phase == "Running"
    assert not any(reason == "Pulling" for _, reason, _ in room.events("friend"))


def test_other_registries_ask_for_nothing():
    assert pulled(private().pod(nginx()).run())
    assert pulled(private().pod(nginx("reg.example.com:5000/web:1")).run())


def test_a_pull_that_will_fail_says_why():
    room = private().pod(nginx(IMAGE))
    pull = room.wanted()[-1].pull
    assert isinstance(pull, PullImage)
    assert pull.error == ANONYMOUS
    assert "pa:ss" not in repr(room.state.snapshot.registries)
