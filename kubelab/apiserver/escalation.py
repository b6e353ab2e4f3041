"""Escalation: nobody can give away rights that he does not have.

Who creates or changes a role must hold every right in it, or be allowed to ``escalate`` roles; who binds one must
hold every right of the role, or be allowed to ``bind`` it. Else whoever may write roles could make himself an admin.

**In Kubernetes:** `pkg/registry/rbac/*/policybased`, `pkg/registry/rbac/validation` (ConfirmNoEscalation).
"""

from collections.abc import Sequence

from kubelab.api.model import evolve
from kubelab.api.rbac import ClusterRole, PolicyRule, Role
from kubelab.api.scheme import by_kind
from kubelab.api.validation.go_value import quoted
from kubelab.apiserver.authentication import User
from kubelab.apiserver.authorization import authorizer_of, decide
from kubelab.apiserver.refusals import forbidden, not_found
from kubelab.apiserver.rules import Attributes, compact_text, compacted, quoted_list, uncovered
from kubelab.state.snapshot import Object, ObjectKey, Snapshot, key_of

GIVES_RIGHTS = frozenset({"Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"})
"""Kinds by which rights are given away."""

GROUP = "rbac.authorization.k8s.io"

EVERYTHING = (
    PolicyRule(verbs=("*",), api_groups=("*",), resources=("*",)),
    PolicyRule(verbs=("*",), non_resource_urls=("*",)),
)


def confirm_no_escalation(snapshot: Snapshot, user: User, old: Object | None, new: Object) -> None:
    """Let a role or binding be written.

    Args:
        snapshot: the cluster before.
        user: who writes.
        old: the object before, or None if it is created.
        new: the object as it is to be.

    Raises:
        StatusError: 403, it would give away more than the user has; 404, the role of a binding does not exist.
    """
    if user.almighty or (old is not None and _only_housekeeping(old, new)):
        return
    if new.kind in ("Role", "ClusterRole"):
        _role(snapshot, user, old, new)
    else:
        _binding(snapshot, user, new)


def _only_housekeeping(old: Object, new: Object) -> bool:
    """Whether nothing changes but what the garbage collector has to do with."""
    meta = evolve(
        new.metadata,
        owner_references=old.metadata.owner_references,
        finalizers=old.metadata.finalizers,
        managed_fields=old.metadata.managed_fields,
        resource_version=old.metadata.resource_version,
    )
    return bool(evolve(new, metadata=meta) == old)


def _role(snapshot: Snapshot, user: User, old: Object | None, new: Role | ClusterRole) -> None:
    meta = new.metadata
    # A request that creates says no name in its address.
    name = "" if old is None else meta.name
    escalate = Attributes("escalate", GROUP, by_kind(new.kind).plural, "", meta.namespace, name)
    if decide(snapshot, user, escalate).allowed:
        return
    _confirm(snapshot, user, new, meta.namespace, new.rules)
    gathers = _gathers(new) or (old is not None and _gathers(old))
    if gathers and uncovered(authorizer_of(snapshot).rules_for(user, ""), EVERYTHING):
        why = "must have cluster-admin privileges to use the aggregationRule"
        raise forbidden(by_kind(new.kind), meta.name, why)


def _gathers(role: Object) -> bool:
    rule = getattr(role, "aggregation_rule", None)
    return rule is not None and bool(rule.cluster_role_selectors)


def _binding(snapshot: Snapshot, user: User, new: Object) -> None:
    meta, reference = new.metadata, new.role_ref
    kind = by_kind(reference.kind)
    bind = Attributes("bind", reference.api_group, kind.plural, "", meta.namespace, reference.name)
    if decide(snapshot, user, bind).allowed:
        return
    role = snapshot.objects.get(
        ObjectKey(reference.kind, meta.namespace if reference.kind == "Role" else "", reference.name)
    )
    if role is None:
        raise not_found(kind, reference.name)
    _confirm(snapshot, user, new, meta.namespace, role.rules)


def _confirm(snapshot: Snapshot, user: User, obj: Object, namespace: str, rules: Sequence[PolicyRule]) -> None:
    missing = uncovered(authorizer_of(snapshot).rules_for(user, namespace), rules)
    if missing:
        lines = "\n".join(sorted({compact_text(rule) for rule in compacted(missing)}))
        why = (
            f"user {quoted(user.name)} (groups={quoted_list(user.groups)}) is attempting to grant RBAC permissions not "
            f"currently held:\n{lines}"
        )
        raise forbidden(by_kind(obj.kind), key_of(obj).name, why)
