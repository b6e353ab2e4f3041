"""service account controller: every Namespace has a ServiceAccount named ``default``.

- **Desired:** each active Namespace holds a ServiceAccount ``default``, as whom Pods run that name no other.
- **Actual:** whether it is there.
- **Action:** creates it, also when somebody has deleted it.

**In Kubernetes:** `pkg/controller/serviceaccount/serviceaccounts_controller`.

**Simplified:** nothing.
"""

from collections.abc import Iterator
from typing import ClassVar

from kubelab.api.core.config import ServiceAccount
from kubelab.api.meta import ObjectMeta
from kubelab.state.component import Wanted
from kubelab.state.requests import Create
from kubelab.state.snapshot import Change, ObjectKey, View

DEFAULT = "default"
"""The ServiceAccount that every Namespace has."""


class ServiceAccountsController:
    """Creates the default ServiceAccount of each Namespace. Keys: Namespaces."""

    name: ClassVar[str] = "service-account-controller"
    watches: ClassVar[tuple[str, ...]] = ("Namespace", "ServiceAccount")

    def enqueue(self, change: Change) -> Iterator[ObjectKey]:
        """A Namespace that is there, and the Namespace of a ServiceAccount that is gone."""
        if change.key.kind == "Namespace":
            if change.after is not None:
                yield change.key
        elif change.after is None:
            yield ObjectKey("Namespace", "", change.key.namespace)

    def reconcile(self, view: View, key: ObjectKey) -> Wanted:
        """Create the ServiceAccount if an active Namespace lacks it."""
        namespace = view.find(key)
        if namespace is None or namespace.status.phase != "Active":
            return ()
        if view.get("ServiceAccount", key.name, DEFAULT) is not None:
            return ()
        return (
            Create(
                object=ServiceAccount(metadata=ObjectMeta(name=DEFAULT, namespace=key.name)),
                reason="ServiceAccountMissing",
                message=(
                    f"service-account-controller created ServiceAccount {DEFAULT} in Namespace {key.name}: "
                    "Pods that name no other run as this one."
                ),
            ),
        )
