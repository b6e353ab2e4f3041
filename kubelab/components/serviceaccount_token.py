"""service account token controller: Secrets that hold a token of a ServiceAccount for ever.

- **Desired:** each Secret of type ``kubernetes.io/service-account-token`` holds a token of the ServiceAccount that it
  names, the cluster's CA certificate and its Namespace; none outlives its ServiceAccount.
- **Actual:** what the Secret holds, and whether its ServiceAccount is there.
- **Action:** fill in what is missing, or delete the Secret.

Since Kubernetes 1.24 nobody makes such Secrets by himself: Pods get tokens that expire (`kubelab.state.tokens`).

**In Kubernetes:** kube-controller-manager, `pkg/controller/serviceaccount` (tokens_controller.go). It acts as the
controller manager itself, since no other controller could have an account before it.

**Simplified:** references from ServiceAccounts to Secrets that are gone are not taken away.
"""

import base64
from collections.abc import Iterator
from typing import ClassVar

from kubelab.api.core.config import Secret, ServiceAccount
from kubelab.api.model import evolve
from kubelab.state.certificates import CERTIFICATE
from kubelab.state.component import Wanted
from kubelab.state.requests import Delete, Update
from kubelab.state.snapshot import Change, ObjectKey, View, key_of
from kubelab.state.tokens import legacy_token

TYPE = "kubernetes.io/service-account-token"
ACCOUNT, ACCOUNT_UID = "kubernetes.io/service-account.name", "kubernetes.io/service-account.uid"
"""The annotations that say whose token a Secret holds."""


class TokensController:
    """Runs as ``serviceaccount-token-controller``; its keys are Secrets."""

    name: ClassVar[str] = "serviceaccount-token-controller"
    watches: ClassVar[tuple[str, ...]] = ("ServiceAccount", "Secret")

    def enqueue(self, change: Change) -> Iterator[ObjectKey]:
        """A Secret of the type, and those that name a ServiceAccount that has come or gone."""
        if change.key.kind == "Secret":
            if change.after is not None and change.after.type == TYPE:
                yield change.key
        elif change.before is None or change.after is None:
            yield from (key_of(each) for each in change.view.token_secrets(change.key.namespace, change.key.name))

    def reconcile(self, view: View, key: ObjectKey) -> Wanted:
        """Fill in a Secret, or delete it."""
        secret = view.find(key)
        if secret is None or secret.type != TYPE:
            return ()
        notes = secret.metadata.annotations
        name, uid = notes.get(ACCOUNT, ""), notes.get(ACCOUNT_UID, "")
        account = view.get("ServiceAccount", key.namespace, name)
        if account is None or uid not in ("", account.metadata.uid):
            return (delete_token(key, secret, name),)
        filled = with_token(view, secret, account)
        if filled.data == secret.data:
            return ()
        return (
            Update(
                object=filled,
                reason="TokenCreated",
                message=f"{self.name} put a token of ServiceAccount {name} into {key}; it never expires.",
            ),
        )


def delete_token(key: ObjectKey, secret: Secret, account: str) -> Delete:
    """Delete the Secret of a ServiceAccount that is not there (any more)."""
    return Delete(
        target=key,
        uid=secret.metadata.uid,
        reason="TokenDeleted",
        message=(
            f"{TokensController.name} deleted {key}: there is no ServiceAccount {key.namespace}/{account} to which its "
            "token could belong."
        ),
    )


def with_token(view: View, secret: Secret, account: ServiceAccount) -> Secret:
    """The Secret with all that it should hold, and the annotations that say whose it is."""
    meta = secret.metadata
    data = {"ca.crt": _encoded(CERTIFICATE)}
    if not secret.data.get("namespace"):
        data["namespace"] = _encoded(meta.namespace)
    if not secret.data.get("token"):
        data["token"] = _encoded(legacy_token(view.snapshot.signing_key, secret, account))
    notes = meta.annotations.with_({ACCOUNT: account.metadata.name, ACCOUNT_UID: account.metadata.uid})
    return evolve(secret, metadata=evolve(meta, annotations=notes), data=secret.data.with_(data))


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
