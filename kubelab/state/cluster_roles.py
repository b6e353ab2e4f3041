"""ClusterRoles whose rules are put together from those of others: the ones that carry certain labels.

Source: `pkg/controller/clusterroleaggregation`.
"""

from collections.abc import Iterable

from kubelab.api.rbac import ClusterRole, PolicyRule
from kubelab.api.selector import from_label_selector


def selects(role: ClusterRole, other: ClusterRole) -> bool:
    """Whether the rules of `other` belong into `role`; no role is put together from itself."""
    if role.aggregation_rule is None or role.metadata.name == other.metadata.name:
        return False
    labels = other.metadata.labels
    return any(from_label_selector(s).matches(labels) for s in role.aggregation_rule.cluster_role_selectors)


def aggregated_rules(role: ClusterRole, others: Iterable[ClusterRole]) -> tuple[PolicyRule, ...]:
    """The rules of all ClusterRoles that `role` selects: selector by selector, by name, each rule once."""
    if role.aggregation_rule is None:
        return role.rules
    by_name = sorted(others, key=lambda other: other.metadata.name)
    found: dict[PolicyRule, None] = {}
    for wanted in role.aggregation_rule.cluster_role_selectors:
        selector = from_label_selector(wanted)
        for other in by_name:
            if other.metadata.name != role.metadata.name and selector.matches(other.metadata.labels):
                found |= dict.fromkeys(other.rules)
    return tuple(found)
