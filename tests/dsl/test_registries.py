"""Registries that ask for credentials, in the language: in the cluster, in a Secret, in a Pod."""

import json

import pytest

from kubelab import Cluster
from kubelab.dsl import compile_text, to_source
from kubelab.errors import SourceError


def test_registries_and_what_is_encrypted_are_part_of_the_cluster() -> None:
    program = compile_text('cluster { registry reg.example.com user u password "p w" ; encrypt secrets, cm }')
    (registry,) = program.registries
    assert (registry.host, registry.user, registry.password) == ("reg.example.com", "u", "p w")
    assert program.encrypted == ("secrets", "configmaps")


@pytest.mark.parametrize(
    ("item", "code"),
    [
        ("registry reg.example.com/web user u password p", "bad-value"),
        ("registry r user u password p ; registry r user v password p", "said-twice"),
        ("encrypt sekrets", "unknown-resource"),
    ],
)
def test_mistakes_about_registries_and_encryption(item: str, code: str) -> None:
    with pytest.raises(SourceError) as caught:
        compile_text(f"cluster {{ {item} }}")
    assert [mistake.code for mistake in caught.value.mistakes] == [code]


def test_a_secret_for_a_registry_is_what_kubectl_makes() -> None:
    text = "secret regcred registry reg.example.com user u password p"
    (secret,) = compile_text(text).objects
    assert secret.type == "kubernetes.io/dockerconfigjson"
    auths = json.loads(secret.string_data[".dockerconfigjson"])["auths"]
    assert auths == {"reg.example.com": {"username": "u", "password": "p", "auth": "dTpw"}}
    assert to_source([secret]) == text + "\n"


def test_pull_secrets_of_a_pod() -> None:
    text = "pod web reg.example.com/web:1 imagePullSecrets regcred, other"
    (pod,) = compile_text(text).objects
    assert [each.name for each in pod.spec.image_pull_secrets] == ["regcred", "other"]
    assert to_source([pod]) == text + "\n"


PROGRAM = """
cluster { node worker-1 ; registry reg.example.com user u password p }
secret right registry reg.example.com user u password p
secret wrong registry reg.example.com user u password guess
pod with reg.example.com/web:1 imagePullSecrets right
pod without reg.example.com/web:1
pod mistaken reg.example.com/web:1 imagePullSecrets wrong
expect pod with Running
expect pod without ImagePullBackOff
expect pod mistaken ImagePullBackOff
"""


def test_who_has_the_right_credentials_gets_the_image() -> None:
    cluster = Cluster()
    applied = cluster.apply(PROGRAM)
    assert not applied.notes
    result = cluster.run()
    assert result.ok, str(result)


def test_pull_secrets_for_nobody_are_told() -> None:
    applied = Cluster().apply("secret s registry r.example user u password p\npod web nginx imagePullSecrets s")
    assert applied.notes == (
        "no registry asks for credentials, as `cluster { registry HOST user U password P }` would have it",
    )
    with pytest.raises(SourceError, match=r"without registry reg\.example\.com"):
        cluster = Cluster(nodes=1)
        cluster.apply(PROGRAM)
