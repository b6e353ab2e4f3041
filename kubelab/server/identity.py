"""Who makes a request: bearer tokens, and impersonation.

The admin's token is in the kubeconfig. Of a ServiceAccount's token `kubelab.apiserver.tokens` says what it is worth.

**In Kubernetes:** `k8s.io/apiserver/pkg/authentication`, `pkg/serviceaccount` (claims.go),
`k8s.io/apiserver/pkg/endpoints/filters` (impersonation).

**Simplified:** no client certificates.
"""

import hmac
import secrets
from collections.abc import Mapping, Sequence

import attrs

from kubelab.apiserver.authentication import (
    ADMIN,
    ANONYMOUS,
    SERVICE_ACCOUNT_PREFIX,
    User,
    impersonated,
)
from kubelab.apiserver.authorization import decide, refusal
from kubelab.apiserver.rules import Attributes
from kubelab.apiserver.tokens import read_token
from kubelab.errors import StatusError
from kubelab.state.snapshot import View
from kubelab.state.tokens import ISSUER

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

    def read(self, token: str, view: View) -> Token | None:
        """What a token says, or None where it is worth nothing."""
        if hmac.compare_digest(token.encode(), self.admin.encode()):
            return Token(ADMIN)
        bearer = read_token(view, token)
        return None if bearer is None else Token(bearer.user, bearer.audiences, bearer.uid, bearer.extra)


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
