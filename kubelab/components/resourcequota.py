"""The resource quota controller: counts what a Namespace uses of its quotas.

- **Desired:** the status of a ResourceQuota says what is allowed (`hard`, from the spec) and what is used (`used`).
- **Actual:** the objects of the Namespace.
- **Action:** counts all of them anew and writes the status, when a quota is made or changed and when something goes.

What is created is not its business: the API server charges that itself (`kubelab.apiserver.resource_quota`), and by
what this controller has written. So a new quota binds nobody until it has been counted once.

**In Kubernetes:** kube-controller-manager, `pkg/controller/resourcequota`.

**Simplified:** no full count every five minutes.
"""

from collections.abc import Iterable
from typing import ClassVar

from kubelab.api.core.quota import ResourceQuota, ResourceQuotaStatus
from kubelab.api.model import evolve
from kubelab.api.quantity import compare
from kubelab.api.scalars import FrozenMap, Quantity
from kubelab.api.scheme import KINDS, by_kind
from kubelab.state.component import LEARNT, Wanted
from kubelab.state.quota import UNCOUNTED, calculate_usage, has_deadline, is_charged, matching_resources, quotas_of
from kubelab.state.requests import Update
from kubelab.state.snapshot import Change, ObjectKey, View, key_of


class ResourceQuotaController:
    """Runs as ``resourcequota-controller``; its keys are ResourceQuotas."""

    name: ClassVar[str] = "resourcequota-controller"
    watches: ClassVar[tuple[str, ...]] = (
        *(k.kind for k in KINDS if k.namespaced and k.kind not in UNCOUNTED),
        LEARNT,
    )

    def enqueue(self, change: Change) -> Iterable[ObjectKey]:
        """A quota whose limits changed, and the quotas that count something that went or counts less now."""
        if change.key.kind == "ResourceQuota" and change.after is not None:
            if change.before is None or change.before.spec.hard != change.after.spec.hard:
                yield change.key
            return
        if not _replenishes(change):
            return
        kind = by_kind(change.key.kind)
        for quota in quotas_of(change.view, change.key.namespace):
            if matching_resources(kind, quota.status.hard):
                yield key_of(quota)

    def reconcile(self, view: View, key: ObjectKey) -> Wanted:
        """Count what a quota limits (``syncResourceQuota``)."""
        quota: ResourceQuota | None = view.find(key)
        if quota is None:
            return ()
        hard = quota.spec.hard
        used = {**quota.status.used, **calculate_usage(view, quota)}
        used = {name: amount for name, amount in used.items() if name in hard}
        if quota.status.hard == hard and _same(used, quota.status.used):
            return ()
        return (
            Update(
                object=evolve(quota, status=ResourceQuotaStatus(hard=hard, used=FrozenMap(used))),
                subresource="status",
                reason="QuotaCounted",
                message=f"{self.name} counted what {key} limits: {_counted(hard, used)}.",
            ),
        )


def _replenishes(change: Change) -> bool:
    """Whether a change may give something back: an object goes, a Pod ends, a Service changes its type."""
    before, after = change.before, change.after
    if after is None:
        return True
    if before is None:
        return False
    now = change.view.now
    if change.key.kind == "Pod":
        return has_deadline(before) != has_deadline(after) or (is_charged(before, now) and not is_charged(after, now))
    return change.key.kind == "Service" and before.spec.type != after.spec.type


def _same(one: dict[str, Quantity], other: FrozenMap[str, Quantity]) -> bool:
    return one.keys() == other.keys() and all(compare(one[name], other[name]) == 0 for name in one)


def _counted(hard: FrozenMap[str, Quantity], used: dict[str, Quantity]) -> str:
    return ", ".join(f"{name} {used.get(name, 'unknown')} of {hard[name]}" for name in sorted(hard)) or "nothing"
