"""TokenRequest and TokenReview: who gets a token of a ServiceAccount, and what a token is worth.

A token that the API server has issued is worth something as long as it has not expired, and its ServiceAccount and
what it is bound to are there. One that lies in a Secret never expires; it is good as long as the Secret holds it.

**In Kubernetes:** `pkg/registry/core/serviceaccount/storage` (token.go), `pkg/serviceaccount` (claims.go, legacy.go).

**Simplified:** see `kubelab.state.tokens`. Whether the user may ask is found out by who calls.
"""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from kubelab.api.scheme import by_kind
from kubelab.apiserver import refusals
from kubelab.apiserver.authentication import User, service_account
from kubelab.errors import Cause, StatusError
from kubelab.state.snapshot import SECOND, View
from kubelab.state.tokens import DEFAULT_SECONDS, ISSUER, LEGACY_ISSUER, bound_token, claims_of

SHORTEST, LONGEST = 600, 2**32
"""How long a token may last, in seconds."""


@attrs.frozen
class Issued:
    """A token that was asked for.

    Attributes:
        token: the token itself.
        issued_at: in seconds since 1970.
        expires_at: when a client should have a new one, in seconds since 1970.
        audiences: for whom it is.
    """

    token: str = attrs.field(repr=False)
    issued_at: int
    expires_at: int
    audiences: tuple[str, ...]


@attrs.frozen
class Bearer:
    """Who shows a token.

    Attributes:
        user: the ServiceAccount.
        audiences: for whom the token is.
        uid: the uid of the ServiceAccount.
        extra: what else is known: the Pod and the Node to which it is bound.
    """

    user: User
    audiences: tuple[str, ...]
    uid: str
    extra: Mapping[str, Sequence[str]] = attrs.field(factory=dict)


def request_token(
    view: View,
    namespace: str,
    name: str,
    seconds: int = DEFAULT_SECONDS,
    audiences: Sequence[str] = (),
    bound: Mapping[str, Any] | None = None,
) -> Issued:
    """Issue a token for a ServiceAccount; nothing is stored.

    Args:
        view: the cluster, and the time.
        namespace: the Namespace of the ServiceAccount.
        name: its name.
        seconds: how long the token is to last.
        audiences: for whom it is; the API server if none is said.
        bound: with what it ends, as a ``boundObjectRef``: kind, name and perhaps uid; or None.

    Raises:
        StatusError: 404, there is no such ServiceAccount or object; 422, so long or short is not allowed; 400 and 409,
            it cannot be bound to that object.
    """
    account = view.get("ServiceAccount", namespace, name)
    if account is None:
        raise refusals.not_found(by_kind("ServiceAccount"), name)
    if not SHORTEST <= seconds <= LONGEST:
        limit = "less than 10 minutes" if seconds < SHORTEST else "larger than 2^32 seconds"
        why = f"Invalid value: {seconds}: may not specify a duration {limit}"
        text = f'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: {why}'
        raise StatusError(422, "Invalid", text, [Cause("FieldValueInvalid", "spec.expirationSeconds", why)])
    subject = _bound(view, namespace, name, bound) if bound else None
    node = view.get("Node", "", subject.spec.node_name) if subject is not None and subject.kind == "Pod" else None
    now = view.now // SECOND
    key = view.snapshot.signing_key
    token = bound_token(key, account, now, seconds, audiences, subject, node)
    return Issued(token, now, now + seconds, tuple(audiences) or (ISSUER,))


def _bound(view: View, namespace: str, account: str, bound: Mapping[str, Any]) -> Any:
    kind, name, uid = (str(bound.get(part) or "") for part in ("kind", "name", "uid"))
    if kind not in ("Pod", "Secret", "Node"):
        version = bound.get("apiVersion") or ""
        raise refusals.bad_request(f"cannot bind token to object of type {version}, Kind={kind}")
    found = view.get(kind, "" if kind == "Node" else namespace, name)
    if found is None:
        raise refusals.not_found(by_kind(kind), name)
    if kind == "Pod" and found.spec.service_account_name != account:
        raise refusals.bad_request(
            f'cannot bind token for serviceaccount "{account}" to pod running with different serviceaccount name.'
        )
    if uid and uid != found.metadata.uid:
        why = f"the UID in the bound object reference ({uid}) does not match the UID in record. "
        raise refusals.conflict(
            by_kind(kind).resource, name, f"{why}The object might have been deleted and then recreated"
        )
    return found


def read_token(view: View, token: str) -> Bearer | None:
    """Who shows a token, or None where it is worth nothing."""
    claims = claims_of(view.snapshot.signing_key, token)
    if claims is None:
        return None
    return _legacy(view, token, claims) if claims.get("iss") == LEGACY_ISSUER else _issued(view, claims)


def _issued(view: View, claims: Mapping[str, Any]) -> Bearer | None:
    if claims["exp"] * SECOND <= view.now:
        return None
    own = claims["kubernetes.io"]
    namespace, account, pod = own["namespace"], own["serviceaccount"], own.get("pod")
    # The Node of a Pod is only told; a token that is bound to a Node ends with it.
    node = own.get("node") if pod is None else None
    bound = (("ServiceAccount", account), ("Pod", pod), ("Secret", own.get("secret")), ("Node", node))
    for kind, claim in bound:
        if claim is None:
            continue
        found = view.get(kind, "" if kind == "Node" else namespace, claim["name"])
        if found is None or found.metadata.uid != claim["uid"]:
            return None
    extra: dict[str, Sequence[str]] = {}
    for kind in ("pod", "node"):
        if own.get(kind) is not None:
            extra[f"authentication.kubernetes.io/{kind}-name"] = [own[kind]["name"]]
            extra[f"authentication.kubernetes.io/{kind}-uid"] = [own[kind]["uid"]]
    return Bearer(service_account(namespace, account["name"]), tuple(claims["aud"]), account["uid"], extra)


def _legacy(view: View, token: str, claims: Mapping[str, Any]) -> Bearer | None:
    lead = "kubernetes.io/serviceaccount"
    namespace, name = claims[f"{lead}/namespace"], claims[f"{lead}/service-account.name"]
    uid = claims[f"{lead}/service-account.uid"]
    account = view.get("ServiceAccount", namespace, name)
    secret = view.get("Secret", namespace, claims[f"{lead}/secret.name"])
    if account is None or account.metadata.uid != uid or secret is None:
        return None
    if secret.data.get("token") != base64.b64encode(token.encode()).decode():
        return None
    return Bearer(service_account(namespace, name), (ISSUER,), uid)
