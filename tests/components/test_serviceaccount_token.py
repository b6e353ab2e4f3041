"""service account token controller: Secrets that hold a token for ever."""

import base64

import pytest

from kubelab import Cluster
from kubelab.apiserver.authentication import authenticate
from kubelab.apiserver.tokens import read_token, request_token
from kubelab.components.serviceaccount_token import TokensController
from kubelab.errors import StatusError
from kubelab.state.certificates import CERTIFICATE
from kubelab.state.requests import Delete, Update
from kubelab.state.snapshot import SECOND, ObjectKey, View
from kubelab.state.tokens import claims_of

SECRET = """
secret king-token: service-account-token { annotation kubernetes.io/service-account.name=king }
"""
KEY = ObjectKey("Secret", "default", "king-token")


@pytest.fixture
def cluster():
    made = Cluster(nodes=1)
    made.apply("serviceaccount king")
    made.run()
    return made


def held(cluster):
    secret = cluster.view.find(KEY)
    return {key: base64.b64decode(value).decode() for key, value in secret.data.items()}


def test_a_secret_is_filled_with_a_token_a_certificate_and_the_namespace(cluster):
    cluster.apply(SECRET)
    (update,) = TokensController().reconcile(cluster.view, KEY)
    assert isinstance(update, Update)
    cluster.run()
    data = held(cluster)
    assert sorted(data) == ["ca.crt", "namespace", "token"]
    assert (data["ca.crt"], data["namespace"]) == (CERTIFICATE, "default")
    claims = claims_of(cluster.view.snapshot.signing_key, data["token"])
    assert claims["iss"] == "kubernetes/serviceaccount"
    assert claims["sub"] == "system:serviceaccount:default:king"
    notes = cluster.view.find(KEY).metadata.annotations
    uid = cluster.view.get("ServiceAccount", "default", "king").metadata.uid
    assert notes["kubernetes.io/service-account.uid"] == uid
    assert TokensController().reconcile(cluster.view, KEY) == ()


def test_it_goes_with_its_service_account(cluster):
    cluster.apply(SECRET)
    cluster.run()
    cluster.delete("serviceaccount/king")
    (delete,) = TokensController().reconcile(cluster.view, KEY)
    assert isinstance(delete, Delete)
    cluster.run()
    assert cluster.view.find(KEY) is None


def test_a_token_of_an_account_that_was_made_anew_is_no_token_of_it(cluster):
    cluster.apply(SECRET)
    cluster.run()
    token = held(cluster)["token"]
    assert read_token(cluster.view, token).user.name == "system:serviceaccount:default:king"
    cluster.stop("serviceaccount-token-controller")
    cluster.delete("serviceaccount/king")
    cluster.apply("serviceaccount king")
    assert read_token(cluster.view, token) is None
    cluster.start("serviceaccount-token-controller")
    cluster.run()
    assert cluster.view.find(KEY) is None


def test_one_for_an_account_that_does_not_exist_is_deleted(cluster):
    cluster.apply(SECRET.replace("name=king", "name=nobody"))
    cluster.run()
    assert cluster.view.find(KEY) is None


def test_other_secrets_are_none_of_its_business(cluster):
    cluster.apply("secret db password=s3cret")
    assert TokensController().reconcile(cluster.view, ObjectKey("Secret", "default", "db")) == ()


def test_it_acts_as_the_controller_manager_itself():
    assert authenticate(TokensController.name).name == "system:kube-controller-manager"


# TokenRequest


def test_a_token_that_was_asked_for_is_worth_something_until_it_expires(cluster):
    issued = request_token(cluster.view, "default", "king", 600)
    assert read_token(cluster.view, issued.token).user.name == "system:serviceaccount:default:king"
    assert issued.expires_at == cluster.now // SECOND + 600
    later = View(cluster.view.snapshot, issued.expires_at * SECOND)
    assert read_token(later, issued.token) is None
    assert request_token(cluster.view, "default", "king", 600) == issued, "nothing is random"


@pytest.mark.parametrize("change", [lambda t: t[:-1] + ("A" if t[-1] != "A" else "B"), lambda t: f"x{t}", lambda t: ""])
def test_a_token_that_somebody_has_changed_is_worth_nothing(cluster, change):
    token = request_token(cluster.view, "default", "king").token
    assert read_token(cluster.view, change(token)) is None


def test_a_bound_token_ends_with_its_pod(cluster):
    cluster.apply("pod web nginx serviceAccount king")
    cluster.run()
    token = request_token(cluster.view, "default", "king", bound={"kind": "Pod", "name": "web"}).token
    bearer = read_token(cluster.view, token)
    assert bearer.extra["authentication.kubernetes.io/pod-name"] == ["web"]
    assert bearer.extra["authentication.kubernetes.io/node-name"] == ["worker-1"]
    mounted = cluster.inside("web")["web"].file("/var/run/secrets/kubernetes.io/serviceaccount/token").value
    assert read_token(cluster.view, mounted).user == bearer.user
    cluster.delete("pod/web", grace_seconds=0)
    assert read_token(cluster.view, token) is None


@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [
        ({"name": "nobody"}, 404, 'serviceaccounts "nobody" not found'),
        ({"seconds": 60}, 422, "may not specify a duration less than 10 minutes"),
        ({"seconds": 2**33}, 422, r"may not specify a duration larger than 2\^32 seconds"),
        ({"bound": {"kind": "Pod", "name": "nothing"}}, 404, 'pods "nothing" not found'),
        ({"bound": {"kind": "Pod", "name": "web"}}, 400, "to pod running with different serviceaccount name"),
        ({"bound": {"kind": "Secret", "name": "s", "uid": "x"}}, 409, "does not match the UID in record"),
        ({"bound": {"kind": "ConfigMap", "name": "s", "apiVersion": "v1"}}, 400, "cannot bind token to object of type"),
    ],
)
def test_what_is_refused(cluster, asked, code, said):
    cluster.apply("pod web nginx\nsecret s")
    with pytest.raises(StatusError, match=said) as caught:
        request_token(cluster.view, **{"namespace": "default", "name": "king", **asked})
    assert caught.value.code == code
