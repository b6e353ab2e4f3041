"""ResourceQuota: what is created is charged to the quotas of its Namespace, or refused when one would be exceeded.

The server compares with `status`, not with `spec`: a new quota binds nobody before its controller has counted what is
there. It charges when an object is created, and when a Service, a claim or the deadline of a Pod changes; when
something goes, the controller counts anew.

Source: `k8s.io/apiserver/pkg/admission/plugin/resourcequota/controller.go` (CheckRequest).

**Simplified:** nothing is limited by default, as nobody has configured the plugin. What is charged for an object that
is then refused all the same (its name is taken) is given back at once.
"""

from collections.abc import Sequence

from kubelab.api.core.quota import ResourceQuota
from kubelab.api.model import evolve
from kubelab.api.quantity import compare
from kubelab.api.scheme import Kind
from kubelab.apiserver.refusals import forbidden
from kubelab.state import store
from kubelab.state.quota import (
    UNCOUNTED,
    Usage,
    has_deadline,
    in_scope,
    matching_resources,
    minus,
    missing,
    plus,
    quotas_of,
    told,
    usage,
)
from kubelab.state.snapshot import Object, Revision, Snapshot, View, key_of

Charges = Sequence[tuple[ResourceQuota, ResourceQuota]]
"""Quotas before and after they are charged."""


def check(snapshot: Snapshot, obj: Object, old: Object | None, kind: Kind, now: int) -> Charges:
    """What an object would be charged to the quotas of its Namespace; `old` is the version that it replaces.

    Raises:
        StatusError: 403, a quota would be exceeded, or the object does not say what a quota has to know.
    """
    view = View(snapshot, now)
    quotas = quotas_of(view, obj.metadata.namespace) if kind.namespaced and kind.kind not in UNCOUNTED else ()
    if not quotas or not _handles(obj, old):
        return ()
    name = obj.metadata.name
    concerned: list[ResourceQuota] = []
    for quota in quotas:
        restricted = matching_resources(kind, quota.status.hard)
        if not restricted or not in_scope(quota, obj):
            continue
        unsaid = missing(obj, restricted) if kind.kind == "Pod" else ""
        if unsaid:
            raise forbidden(kind, name, f"failed quota: {quota.metadata.name}: must specify {unsaid}")
        if any(each not in quota.status.used for each in restricted):
            unknown = ",".join(restricted)
            raise forbidden(kind, name, f"status unknown for quota: {quota.metadata.name}, resources: {unknown}")
        concerned.append(quota)
    uses = usage(obj, now)
    before = usage(old, now) if old is not None else {}
    charged = []
    for quota in concerned:
        added = minus(uses, before) if old is not None and in_scope(quota, old) else uses
        if (after := _charged(quota, added, kind, name)) is not quota:
            charged.append((quota, after))
    return charged


def _handles(obj: Object, old: Object | None) -> bool:
    """Whether a change can cost anything; a creation always can."""
    if old is None or obj.kind in ("Service", "PersistentVolumeClaim"):
        return True
    return obj.kind == "Pod" and has_deadline(obj) != has_deadline(old)


def _charged(quota: ResourceQuota, added: Usage, kind: Kind, name: str) -> ResourceQuota:
    hard, used = quota.status.hard, quota.status.used
    requested = {each: amount for each, amount in added.items() if each in hard and compare(amount, "0")}
    if not requested:
        return quota
    total = plus(used, requested)
    exceeded = [each for each in sorted(requested) if compare(total[each], hard[each]) > 0]
    if exceeded:
        asked, taken, most = (
            told({each: of[each] for each in exceeded if each in of}) for of in (requested, used, hard)
        )
        why = f"exceeded quota: {quota.metadata.name}, requested: {asked}, used: {taken}, limited: {most}"
        raise forbidden(kind, name, why)
    return evolve(quota, status=evolve(quota.status, used=total))


def charge(snapshot: Snapshot, charges: Charges) -> tuple[Snapshot, tuple[Revision, ...]]:
    """Write the charges down: the snapshot in which they are, and what that changed."""
    changes = []
    for before, after in charges:
        snapshot, stored = store.put(snapshot, after)
        changes.append(Revision(key_of(stored), before, stored))
    return snapshot, tuple(changes)
