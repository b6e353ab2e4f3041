"""Roles, ClusterRoles, and their bindings.

Source: kubectl `pkg/describe/describe.go`, `pkg/util/rbac/rbac.go`.
"""

from collections.abc import Iterable
from typing import Any

from kubelab.api.model import evolve
from kubelab.api.rbac import PolicyRule
from kubelab.kubectl.client import Client
from kubelab.kubectl.describe.writer import Writer, go_list


def role(w: Writer, obj: Any, client: Client) -> None:
    """Describe a Role or a ClusterRole."""
    w.head(obj, namespaced=False)
    w.line("PolicyRule:")
    w.line("Resources\tNon-Resource URLs\tResource Names\tVerbs", 1)
    w.line("---------\t-----------------\t--------------\t-----", 1)
    for rule in compact(obj.rules):
        w.line("\t".join(rule_cells(rule)), 1)


def rule_cells(rule: PolicyRule) -> tuple[str, str, str, str]:
    """A rule of at most one resource in four cells."""
    urls, names = go_list(rule.non_resource_urls), go_list(rule.resource_names)
    return combined(rule), urls, names, go_list(rule.verbs)


def combined(rule: PolicyRule) -> str:
    """The resource of a rule with its group: ``deployments.apps/scale``."""
    if not rule.resources:
        return ""
    name, slash, subresource = rule.resources[0].partition("/")
    group = f".{rule.api_groups[0]}" if rule.api_groups and rule.api_groups[0] else ""
    return f"{name}{group}{slash}{subresource}"


def compact(rules: Iterable[PolicyRule]) -> list[PolicyRule]:
    """Rules taken apart and put together again by resource and name, in kubectl's order."""
    simple: dict[tuple[str, str, str], PolicyRule] = {}
    rest: list[PolicyRule] = []
    for rule in (small for each in rules for small in _broken_down(each)):
        if rule.non_resource_urls:
            rest.append(rule)
            continue
        name = rule.resource_names[0] if rule.resource_names else ""
        mark = (rule.api_groups[0], rule.resources[0], name)
        known = simple.get(mark)
        if known is None:
            simple[mark] = rule
        elif rule.verbs[0] not in known.verbs:
            simple[mark] = evolve(known, verbs=(*known.verbs, *rule.verbs))
    return sorted([*rest, *simple.values()], key=_go_text)


def _broken_down(rule: PolicyRule) -> list[PolicyRule]:
    small = [
        PolicyRule(api_groups=(group,), resources=(resource,), verbs=(verb,), resource_names=names)
        for group in rule.api_groups
        for resource in rule.resources
        for verb in rule.verbs
        for names in _names(rule)
    ]
    small += [
        PolicyRule(non_resource_urls=(url,), verbs=(verb,)) for url in rule.non_resource_urls for verb in rule.verbs
    ]
    return small


def _names(rule: PolicyRule) -> list[tuple[str, ...]]:
    return [(name,) for name in rule.resource_names] or [()]


def _go_text(rule: PolicyRule) -> str:
    """A rule as Go's generated ``String`` writes it, by which kubectl sorts."""
    parts = (
        ("Verbs", rule.verbs),
        ("APIGroups", rule.api_groups),
        ("Resources", rule.resources),
        ("ResourceNames", rule.resource_names),
        ("NonResourceURLs", rule.non_resource_urls),
    )
    return "&PolicyRule{" + "".join(f"{name}:{go_list(values)}," for name, values in parts) + "}"


def binding(w: Writer, obj: Any, client: Client) -> None:
    """Describe a RoleBinding or a ClusterRoleBinding."""
    w.head(obj, namespaced=False)
    w.line("Role:")
    w.row("Kind", obj.role_ref.kind, 1)
    w.row("Name", obj.role_ref.name, 1)
    w.line("Subjects:")
    w.line("Kind\tName\tNamespace", 1)
    w.line("----\t----\t---------", 1)
    for each in obj.subjects:
        w.line(f"{each.kind}\t{each.name}\t{each.namespace}", 1)
