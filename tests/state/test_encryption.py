"""Encryption at rest: what etcd holds of a Secret, from the start or from some moment on."""

import json

import pytest

from kubelab import Cluster
from kubelab.errors import SourceError, UsageError
from kubelab.state.encryption import PREFIX

PLAIN = "secret db password=s3cret"
ENCODED = "czNjcmV0"


def test_a_secret_lies_in_etcd_as_it_was_written():
    cluster = Cluster(nodes=1)
    cluster.apply(PLAIN)
    held = json.loads(cluster.etcd_value("secret/db"))
    assert held["data"] == {"password": ENCODED}


def test_with_encryption_nothing_of_it_can_be_read():
    cluster = Cluster()
    cluster.apply("cluster { node a ; encrypt secrets }\nsecret db password=s3cret\nconfig c LOG=debug")
    held = cluster.etcd_value("secret/db")
    assert held.startswith(PREFIX)
    assert ENCODED not in held
    assert "password" not in held
    assert held == encrypted().etcd_value("secret/db")
    assert json.loads(cluster.etcd_value("configmap/c"))["data"] == {"LOG": "debug"}
    assert ENCODED in cluster.get("secret/db", "yaml")


def encrypted():
    cluster = Cluster()
    cluster.apply("cluster { node a ; encrypt secrets }\nsecret db password=s3cret\nconfig c LOG=debug")
    return cluster


def test_what_was_there_before_stays_readable_until_it_is_written_again():
    cluster = Cluster(nodes=1)
    cluster.apply(PLAIN)
    told = cluster.encrypt()
    assert told.message == (
        "You gave kube-apiserver a key: from now on what it writes of secrets is encrypted in etcd."
    )
    cluster.apply("secret new password=other")
    assert cluster.etcd_value("secret/new").startswith(PREFIX)
    assert not cluster.etcd_value("secret/db").startswith(PREFIX)
    before = len(cluster.timeline)
    cluster.apply(PLAIN)
    assert len(cluster.timeline) == before + 1, "a write that changes nothing writes it anew"
    assert cluster.etcd_value("secret/db").startswith(PREFIX)
    cluster.apply(PLAIN)
    assert len(cluster.timeline) == before + 1
    cluster.goto(0)
    with pytest.raises(UsageError):
        cluster.etcd_value("secret/db")


def test_encrypting_twice_and_encrypting_nothing_are_mistakes():
    cluster = Cluster(nodes=1)
    cluster.encrypt("configmap")
    with pytest.raises(UsageError, match="configmaps are encrypted in etcd already"):
        cluster.encrypt("configmaps")
    with pytest.raises(UsageError, match="there is no resource 'sekrets'"):
        cluster.encrypt("sekrets")
    with pytest.raises(SourceError, match="this cluster runs already, without encryption of secrets"):
        cluster.apply("cluster { encrypt secrets }")


def test_other_writes_give_other_bytes():
    cluster = encrypted()
    before = cluster.etcd_value("secret/db")
    cluster.apply("secret db password=s3creT")
    after = cluster.etcd_value("secret/db")
    assert before != after
    assert len(before) == len(after)
