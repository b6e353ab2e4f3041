"""A request for a certificate says who asks, and is decided about once."""

import base64

from kubelab import Cluster
from kubelab.kubectl import run

REQUEST = """-----BEGIN CERTIFICATE REQUEST-----
MIHpMIGRAgEAMC8xDTALBgNVBAMMBGphbmUxDTALBgNVBAoMBGRldnMxDzANBgNV
BAoMBmFkbWluczBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABMWG+5t6wK+Df6xa
imyJ/RaGeunGv/Dimn6XgNi259X8kcyBljbas0hQ5gnKL/AswJZCpC2lf89kS1cs
Z/jWnmmgADAKBggqhkjOPQQDAgNHADBEAiBfw/ASfuR6fdB3E0mBzMHwe2KnjZRG
ji/LswxvHciJ0QIgeE1W/UrQg//nmEwzooFEXcDaFe24tqOm9E1vjCZ2LgI=
-----END CERTIFICATE REQUEST-----
"""

MANIFEST = f"""
apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata: {{name: jane}}
spec:
  request: {base64.b64encode(REQUEST.encode()).decode()}
  signerName: kubernetes.io/kube-apiserver-client
  expirationSeconds: 86400
  usages: [client auth]
  username: somebody-else
"""


def asked() -> Cluster:
    cluster = Cluster()
    assert str(run(cluster, "create -f -", stdin=MANIFEST)) == (
        "certificatesigningrequest.certificates.k8s.io/jane created\n"
    )
    return cluster


def test_who_asks_is_written_by_the_api_server() -> None:
    assert str(run(asked(), "get csr")) == (
        "NAME   AGE   SIGNERNAME                            REQUESTOR          REQUESTEDDURATION   CONDITION\n"
        "jane   0s    kubernetes.io/kube-apiserver-client   kubernetes-admin   24h                 Pending\n"
    )


def test_describe_tells_the_name_in_the_request() -> None:
    assert str(run(asked(), "describe csr jane")).splitlines()[4:] == [
        "Requesting User:     kubernetes-admin",
        "Signer:              kubernetes.io/kube-apiserver-client",
        "Requested Duration:  24h",
        "Status:              Pending",
        "Subject:",
        "         Common Name:    jane",
        "         Serial Number:  ",
        "         Organization:   devs",
        "                         admins",
        "Events:  <none>",
    ]


def test_what_is_approved_cannot_be_denied() -> None:
    cluster = asked()
    done = "certificatesigningrequest.certificates.k8s.io/jane approved\n"
    assert str(run(cluster, "certificate approve jane")) == done
    (condition,) = cluster.view.get("CertificateSigningRequest", "", "jane").status.conditions
    assert (condition.type, condition.reason) == ("Approved", "KubectlApprove")
    assert condition.message == "This CSR was approved by kubectl certificate approve."
    assert str(run(cluster, "certificate approve jane")) == done
    assert run(cluster, "certificate deny jane").err == (
        'error: certificate signing request "jane" is already Approved\n'
    )
    assert "Approved\n" in str(run(cluster, "get csr"))


def test_an_update_changes_neither_request_nor_decision() -> None:
    cluster = asked()
    run(cluster, "certificate deny jane")
    body = '{"spec": {"username": "king"}, "status": {"conditions": null}, "metadata": {"labels": {"a": "b"}}}'
    assert str(run(cluster, ["patch", "csr", "jane", "--type=merge", "-p", body])).endswith("/jane patched\n")
    stored = cluster.view.get("CertificateSigningRequest", "", "jane")
    assert stored.spec.username == "kubernetes-admin" and stored.metadata.labels == {"a": "b"}
    assert [each.type for each in stored.status.conditions] == ["Denied"]


def test_a_decision_needs_the_right_to_it() -> None:
    cluster = asked()
    answer = run(cluster, "certificate approve jane --as=jane")
    assert answer.code == 1 and "forbidden" in answer.err


def test_a_decision_is_about_some_request() -> None:
    cluster = Cluster()
    missing = 'Error from server (NotFound): certificatesigningrequests.certificates.k8s.io "nobody" not found\n'
    assert run(cluster, "certificate approve nobody").err == missing
    assert "one or more CSRs must be specified" in run(cluster, "certificate approve").err
