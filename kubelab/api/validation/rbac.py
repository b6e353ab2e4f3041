"""Checks of roles and of their bindings.

In Kubernetes: `pkg/apis/rbac/validation/validation.go`.
"""

from kubelab.api.rbac import ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding, Subject
from kubelab.api.validation import metadata, names, selectors
from kubelab.api.validation.field_error import Errors, invalid, messages, not_supported, required

_GROUP = "rbac.authorization.k8s.io"


def role(given: Role) -> Errors:
    """What is wrong with a Role."""
    yield from metadata.object_meta(given.metadata, namespaced=True, name_check=_name)
    for index, rule in enumerate(given.rules):
        yield from _rule(rule, True, f"rules[{index}]")


def role_update(new: Role, old: Role) -> Errors:
    """What is wrong with a changed Role."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    yield from role(new)


def cluster_role(given: ClusterRole) -> Errors:
    """What is wrong with a ClusterRole."""
    yield from metadata.object_meta(given.metadata, namespaced=False, name_check=_name)
    for index, rule in enumerate(given.rules):
        yield from _rule(rule, False, f"rules[{index}]")
    if given.aggregation_rule is None:
        return
    path = "aggregationRule.clusterRoleSelectors"
    if not given.aggregation_rule.cluster_role_selectors:
        yield required(path, "at least one clusterRoleSelector required if aggregationRule is non-nil")
    for index, selector in enumerate(given.aggregation_rule.cluster_role_selectors):
        yield from selectors.label_selector(selector, f"{path}[{index}]")
        if selectors.compiled(selector) is None:
            yield invalid(f"{path}[{index}]", None, "invalid label selector.")


def cluster_role_update(new: ClusterRole, old: ClusterRole) -> Errors:
    """What is wrong with a changed ClusterRole."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    yield from cluster_role(new)


def _name(name: str, prefix: bool) -> names.Texts:
    return names.path_segment(name)


def _rule(rule: PolicyRule, namespaced: bool, path: str) -> Errors:
    if not rule.verbs:
        yield required(f"{path}.verbs", "verbs must contain at least one value")
    urls, here = rule.non_resource_urls, f"{path}.nonResourceURLs"
    if urls:
        if namespaced:
            yield invalid(here, urls, "namespaced rules cannot apply to non-resource URLs")
        if rule.api_groups or rule.resources or rule.resource_names:
            yield invalid(here, urls, "rules cannot apply to both regular resources and non-resource URLs")
        return
    if not rule.api_groups:
        yield required(f"{path}.apiGroups", "resource rules must supply at least one api group")
    if not rule.resources:
        yield required(f"{path}.resources", "resource rules must supply at least one resource")


def role_binding(given: RoleBinding) -> Errors:
    """What is wrong with a RoleBinding."""
    yield from metadata.object_meta(given.metadata, namespaced=True, name_check=_name)
    yield from _binding(given, ("Role", "ClusterRole"))


def role_binding_update(new: RoleBinding, old: RoleBinding) -> Errors:
    """What is wrong with a changed RoleBinding: the role it grants stays."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    yield from role_binding(new)
    if new.role_ref != old.role_ref:
        yield invalid("roleRef", new.role_ref, "cannot change roleRef")


def cluster_role_binding(given: ClusterRoleBinding) -> Errors:
    """What is wrong with a ClusterRoleBinding."""
    yield from metadata.object_meta(given.metadata, namespaced=False, name_check=_name)
    yield from _binding(given, ("ClusterRole",))


def cluster_role_binding_update(new: ClusterRoleBinding, old: ClusterRoleBinding) -> Errors:
    """What is wrong with a changed ClusterRoleBinding: the role it grants stays."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    yield from cluster_role_binding(new)
    if new.role_ref != old.role_ref:
        yield invalid("roleRef", new.role_ref, "cannot change roleRef")


def _binding(given: RoleBinding | ClusterRoleBinding, kinds: tuple[str, ...]) -> Errors:
    reference = given.role_ref
    if reference.api_group != _GROUP:
        yield not_supported("roleRef.apiGroup", reference.api_group, (_GROUP,))
    if reference.kind not in kinds:
        yield not_supported("roleRef.kind", reference.kind, kinds)
    if not reference.name:
        yield required("roleRef.name")
    else:
        yield from messages("roleRef.name", reference.name, names.path_segment(reference.name))
    for index, subject in enumerate(given.subjects):
        yield from _subject(subject, "Role" in kinds, f"subjects[{index}]")


def _subject(subject: Subject, namespaced: bool, path: str) -> Errors:
    if not subject.name:
        yield required(f"{path}.name")
    if subject.kind == "ServiceAccount":
        if subject.name:
            yield from names.subdomain_errors(f"{path}.name", subject.name)
        if subject.api_group:
            yield not_supported(f"{path}.apiGroup", subject.api_group, ("",))
        if not namespaced and not subject.namespace:
            yield required(f"{path}.namespace")
    elif subject.kind in ("User", "Group"):
        if subject.api_group != _GROUP:
            yield not_supported(f"{path}.apiGroup", subject.api_group, (_GROUP,))
    else:
        yield not_supported(f"{path}.kind", subject.kind, ("ServiceAccount", "User", "Group"))
