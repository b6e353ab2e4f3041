"""Who makes a request: bearer tokens, and impersonation.

The admin's token is in the kubeconfig. A ServiceAccount's token is a JSON Web Token that this server signs, as the
real one does: it names its ServiceAccount, and the Pod or Secret that it is bound to, and is worth nothing any more
when one of them is gone.

**In Kubernetes:** `k8s.io/apiserver/pkg/authentication`, `pkg/serviceaccount` (claims.go),
`k8s.io/apiserver/pkg/endpoints/filters` (impersonation).

**Simplified:** tokens are signed with a secret (HS256) instead of a key pair; no client certificates.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from kubelab.apiserver.authentication import (
    ADMIN,
    ANONYMOUS,
    SERVICE_ACCOUNT_PREFIX,
    User,
    impersonated,
    service_account,
)
from kubelab.apiserver.authorization import decide, refusal
from kubelab.apiserver.rules import Attributes
from kubelab.errors import StatusError
from kubelab.state.snapshot import SECOND, View

ISSUER = "https://kubernetes.default.svc.cluster.local"
AUDIENCE = ISSUER


@attrs.frozen
class Token:
    """What a token says.

    Attributes:
        user: who shows it.
        audiences: for whom it was made.
        uid: the uid of the ServiceAccount, or "".
        extra: what else is known of the user.
    """

    user: User
    audiences: tuple[str, ...] = (AUDIENCE,)
    uid: str = ""
    extra: Mapping[str, Sequence[str]] = attrs.field(factory=dict)


class Tokens:
    """The tokens of one server.

    Attributes:
        admin: the admin's token.
    """

    def __init__(self, admin: str = "") -> None:
        self.admin = admin or secrets.token_urlsafe(32)
        self._key = secrets.token_bytes(32)

    def sign(self, claims: Mapping[str, Any]) -> str:
        """A token that says these claims."""
        head = _part({"alg": "HS256", "kid": "kubelab", "typ": "JWT"})
        body = f"{head}.{_part(claims)}"
        return f"{body}.{self._signature(body)}"

    def _signature(self, body: str) -> str:
        return _base64(hmac.new(self._key, body.encode(), hashlib.sha256).digest())

    def of_service_account(
        self,
        namespace: str,
        name: str,
        uid: str,
        now: int,
        expires: int | None,
        bound: Mapping[str, Any] | None = None,
        audiences: Sequence[str] = (AUDIENCE,),
    ) -> str:
        """A token of a ServiceAccount.

        Args:
            namespace: its Namespace.
            name: its name.
            uid: its uid.
            now: the time, in seconds since 1970.
            expires: until when it is worth something, in seconds since 1970; None means for ever.
            bound: what it is bound to: ``{"pod": {"name": ..., "uid": ...}}``.
            audiences: for whom it is made.
        """
        own: dict[str, Any] = {"namespace": namespace, "serviceaccount": {"name": name, "uid": uid}, **(bound or {})}
        claims: dict[str, Any] = {
            "aud": list(audiences),
            "iat": now,
            "iss": ISSUER,
            "kubernetes.io": own,
            "nbf": now,
            "sub": f"{SERVICE_ACCOUNT_PREFIX}{namespace}:{name}",
        }
        if expires is not None:
            claims["exp"] = expires
        return self.sign(claims)

    def read(self, token: str, view: View) -> Token | None:
        """What a token says, or None where it is worth nothing."""
        if hmac.compare_digest(token.encode(), self.admin.encode()):
            return Token(ADMIN)
        body, _, signature = token.rpartition(".")
        if not body or not hmac.compare_digest(self._signature(body).encode(), signature.encode()):
            return None
        try:
            claims = json.loads(_bytes(body.partition(".")[2]))
        except ValueError:
            return None
        return _still_good(claims, view)


def _still_good(claims: Mapping[str, Any], view: View) -> Token | None:
    if claims.get("exp") is not None and claims["exp"] * SECOND <= view.now:
        return None
    own = claims["kubernetes.io"]
    namespace, account = own["namespace"], own["serviceaccount"]
    extra: dict[str, Sequence[str]] = {}
    for kind, claim in (("ServiceAccount", account), ("Pod", own.get("pod")), ("Secret", own.get("secret"))):
        if claim is None:
            continue
        found = view.get(kind, namespace, claim["name"])
        if found is None or found.metadata.uid != claim["uid"]:
            return None
        if kind == "Pod":
            extra["authentication.kubernetes.io/pod-name"] = [claim["name"]]
            extra["authentication.kubernetes.io/pod-uid"] = [claim["uid"]]
    user = service_account(namespace, account["name"])
    return Token(user, tuple(claims.get("aud") or ()), account["uid"], extra)


def _part(value: Mapping[str, Any]) -> str:
    return _base64(json.dumps(value, separators=(",", ":")).encode())


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def authenticated(tokens: Tokens, authorization: str, view: View) -> Token:
    """Who makes a request, by its Authorization header.

    Raises:
        StatusError: 401, a token is shown that is worth nothing.
    """
    scheme, _, token = authorization.strip().partition(" ")
    if not authorization or scheme.lower() != "bearer":
        return Token(ANONYMOUS, ())
    found = tokens.read(token.strip(), view)
    if found is None:
        raise StatusError(401, "Unauthorized", "Unauthorized")
    return found


def acting_as(who: Token, headers: Sequence[tuple[str, str]], view: View) -> Token:
    """As whom a request is made: as another one, where the headers say so and it is allowed.

    Raises:
        StatusError: 403, it is not allowed; 500, groups are named but no user (as the real one answers).
    """
    said = [(name.lower(), value) for name, value in headers if name.lower().startswith("impersonate-")]
    if not said:
        return who
    name = next((value for header, value in said if header == "impersonate-user"), "")
    groups = [value for header, value in said if header == "impersonate-group"]
    uid = next((value for header, value in said if header == "impersonate-uid"), "")
    extra: dict[str, list[str]] = {}
    for header, value in said:
        if header.startswith("impersonate-extra-"):
            extra.setdefault(header.removeprefix("impersonate-extra-"), []).append(value)
    if not name:
        shown = "  ".join(groups)
        text = f"requested [{{UserInfo  {shown}  }}] without impersonating a user"
        raise StatusError(500, "InternalError", f"Internal error occurred: {text}")
    for asked in _impersonations(name, groups, uid):
        decision = decide(view.snapshot, who.user, asked)
        if not decision.allowed:
            raise refusal(who.user, asked, decision.reason)
    return Token(impersonated(name, groups), (), uid, extra)


def _impersonations(name: str, groups: Sequence[str], uid: str) -> list[Attributes]:
    if name.startswith(SERVICE_ACCOUNT_PREFIX):
        namespace, _, account = name.removeprefix(SERVICE_ACCOUNT_PREFIX).partition(":")
        asked = [Attributes("impersonate", "", "serviceaccounts", "", namespace, account)]
    else:
        asked = [Attributes("impersonate", "", "users", "", "", name)]
    asked += [Attributes("impersonate", "", "groups", "", "", group) for group in groups]
    if uid:
        asked.append(Attributes("impersonate", "authentication.k8s.io", "uids", "", "", uid))
    return asked
