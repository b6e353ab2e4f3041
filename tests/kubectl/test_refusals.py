"""How kubectl passes on what the API server refuses, and what it refuses itself."""

from kubelab import Cluster
from kubelab.kubectl import run


def test_a_token_that_is_not_made_is_told_as_a_creation_that_failed() -> None:
    cluster = Cluster(nodes=1)
    answer = run(cluster, "create token ghost")
    assert (answer.code, answer.err) == (1, 'error: failed to create token: serviceaccounts "ghost" not found\n')


def test_a_quantity_that_is_none_is_refused_before_anything_is_sent() -> None:
    cluster = Cluster(nodes=1)
    answer = run(cluster, "create quota q --hard=cpu=lots")
    assert answer.err.startswith("error: quantities must match the regular expression '")
    assert len(cluster.timeline) == 0


def test_an_error_without_a_reason_is_told_without_brackets() -> None:
    cluster = Cluster(nodes=1)
    service = "{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {ports: [{port: 80}, {port: 80}]}}"
    answer = run(cluster, "apply --server-side -f -", service)
    assert answer.err.startswith(
        "Error from server: failed to create typed patch object (default/s; /v1, Kind=Service)"
    )
