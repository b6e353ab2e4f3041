"""Tokens of ServiceAccounts: who the process in a Pod is, signed by the API server.

A token is three texts in base64, with dots between: a header, what is claimed, and a signature. Whoever has it is the
ServiceAccount, until it expires or what it is bound to is gone. It is no object: nothing keeps it but who got it.

Source: `pkg/serviceaccount` (claims.go, legacy.go, jwt.go); the kubelet's `pkg/kubelet/token`; RFC 7519.

**Simplified:** the signature has the form of RS256, but is an HMAC of 256 bytes: there is one key instead of a pair,
and it is the same in every cluster that is not served. It is checked all the same, so that a token that somebody has
changed is refused. The same request at the same moment gets the same token.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from hashlib import sha256, sha512
from hmac import compare_digest, new
from typing import Any

from kubelab.api.core.config import Secret, ServiceAccount
from kubelab.api.core.pod import Pod
from kubelab.api.core.volume import ServiceAccountTokenProjection
from kubelab.state.content import MountedVolume
from kubelab.state.snapshot import SECOND, View

ISSUER = "https://kubernetes.default.svc.cluster.local"
"""Who says it, and for whom it is where no other audience is asked for: the API server."""

LEGACY_ISSUER = "kubernetes/serviceaccount"
DEFAULT_SECONDS = 3600
"""How long a token lasts where nothing else is asked for."""

WARNED_SECONDS = 3607
EXTENDED_SECONDS = 365 * 24 * 3600
"""A Pod's token that was asked for as admission asks for it lasts a year, and is complained about after an hour."""

LONGEST_USE = 24 * 3600
"""The kubelet renews a token after 80 % of its time, at the latest after a day, in seconds."""


def bound_token(
    key: bytes,
    account: ServiceAccount,
    issued_at: int,
    seconds: int = DEFAULT_SECONDS,
    audiences: Sequence[str] = (),
    bound: Any = None,
    node: Any = None,
) -> str:
    """A token that expires.

    Args:
        key: the API server's key.
        account: whose it is.
        issued_at: when it is issued, in seconds since 1970.
        seconds: how long it lasts.
        audiences: for whom it is; the API server if none is said.
        bound: the Pod, Secret or Node with which it ends, or None.
        node: the Node of the Pod to which it is bound, or None.
    """
    meta = account.metadata
    private: dict[str, Any] = {"namespace": meta.namespace}
    if bound is not None and bound.kind == "Node":
        node, bound = bound, None
    if node is not None:
        private["node"] = _reference(node)
    if bound is not None:
        private[bound.kind.lower()] = _reference(bound)
    private["serviceaccount"] = _reference(account)
    expires = issued_at + seconds
    own_audience = not audiences or tuple(audiences) == (ISSUER,)
    if bound is not None and bound.kind == "Pod" and seconds == WARNED_SECONDS and own_audience:
        private["warnafter"] = expires
        expires = issued_at + EXTENDED_SECONDS
    claims: dict[str, Any] = {
        "aud": list(audiences) or [ISSUER],
        "exp": expires,
        "iat": issued_at,
        "iss": ISSUER,
        "kubernetes.io": private,
        "nbf": issued_at,
        "sub": subject(meta.namespace, meta.name),
    }
    claims["jti"] = _identity(json.dumps(claims, sort_keys=True))
    return signed(key, claims)


def legacy_token(key: bytes, secret: Secret, account: ServiceAccount) -> str:
    """The token that a Secret of type ``kubernetes.io/service-account-token`` holds; it never expires."""
    meta, lead = account.metadata, "kubernetes.io/serviceaccount"
    return signed(
        key,
        {
            "iss": LEGACY_ISSUER,
            f"{lead}/namespace": meta.namespace,
            f"{lead}/secret.name": secret.metadata.name,
            f"{lead}/service-account.name": meta.name,
            f"{lead}/service-account.uid": meta.uid,
            "sub": subject(meta.namespace, meta.name),
        },
    )


def subject(namespace: str, name: str) -> str:
    """The user name of a ServiceAccount."""
    return f"system:serviceaccount:{namespace}:{name}"


def _reference(obj: Any) -> dict[str, str]:
    return {"name": obj.metadata.name, "uid": obj.metadata.uid}


def _identity(text: str) -> str:
    found = sha256(text.encode()).hexdigest()
    return f"{found[:8]}-{found[8:12]}-4{found[13:16]}-a{found[17:20]}-{found[20:32]}"


def signed(key: bytes, claims: dict[str, Any]) -> str:
    """What is claimed, as a token."""
    header = {"alg": "RS256", "kid": _base64(sha256(key).digest())}
    text = f"{_part(header)}.{_part(claims)}"
    return f"{text}.{_signature(key, text)}"


def claims_of(key: bytes, token: str) -> dict[str, Any] | None:
    """What a token claims; None if it is none, or was not signed with this key."""
    text, _, signature = token.rpartition(".")
    if text.count(".") != 1 or not compare_digest(signature.encode(), _signature(key, text).encode()):
        return None
    body = text.partition(".")[2]
    try:
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except (binascii.Error, ValueError):
        return None
    return claims if isinstance(claims, dict) else None


def _part(value: dict[str, Any]) -> str:
    return _base64(json.dumps(value, separators=(",", ":"), sort_keys=True).encode())


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _signature(key: bytes, text: str) -> str:
    blocks = [new(key, bytes([number]) + text.encode(), sha512).digest() for number in range(4)]
    return _base64(b"".join(blocks))


# In a Pod


def mounted_token(view: View, pod: Pod, volume: MountedVolume, asked: ServiceAccountTokenProjection) -> str:
    """The token in a volume of a Pod as it is now; "" when its ServiceAccount is gone.

    The kubelet renews it long before it expires, so what it says follows from the clock.
    """
    namespace = pod.metadata.namespace
    account = view.get("ServiceAccount", namespace, pod.spec.service_account_name or "default")
    if account is None:
        return ""
    seconds = asked.expiration_seconds or DEFAULT_SECONDS
    period = min(seconds * 4 // 5, LONGEST_USE) * SECOND
    first = volume.written_at
    issued = first + (view.now - first) // period * period
    node = view.get("Node", "", pod.spec.node_name)
    audiences = (asked.audience,) if asked.audience else ()
    return bound_token(view.snapshot.signing_key, account, issued // SECOND, seconds, audiences, pod, node)
