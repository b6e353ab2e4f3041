"""Checks of what says where a Pod may run: affinity, tolerations, spreading over a topology.

In Kubernetes: `validateAffinity`, `ValidateTolerations`, `validateTopologySpreadConstraints`.
"""

from kubelab.api.core.affinity import (
    Affinity,
    NodeSelector,
    NodeSelectorRequirement,
    NodeSelectorTerm,
    PodAffinity,
    PodAffinityTerm,
    PodAntiAffinity,
    Toleration,
    TopologySpreadConstraint,
)
from kubelab.api.meta import LabelSelector
from kubelab.api.validation import names
from kubelab.api.validation.field_error import (
    Errors,
    duplicate,
    forbidden,
    invalid,
    messages,
    not_supported,
    positive,
    required,
)
from kubelab.api.validation.selectors import label_selector

_EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
_BOTH = "exists in both matchLabelKeys and labelSelector"
_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"


def affinity(given: Affinity | None, path: str) -> Errors:
    """What is wrong with a Pod's affinity to nodes and to other Pods."""
    if given is None:
        return
    if given.node_affinity is not None:
        here = f"{path}.nodeAffinity"
        nodes = given.node_affinity
        if nodes.required_during_scheduling_ignored_during_execution is not None:
            yield from node_selector(nodes.required_during_scheduling_ignored_during_execution, f"{here}.{_REQUIRED}")
        for index, preference in enumerate(nodes.preferred_during_scheduling_ignored_during_execution):
            item = f"{here}.{_PREFERRED}[{index}]"
            yield from _weight(preference.weight, f"{item}.weight")
            yield from _node_term(preference.preference, f"{item}.preference", strict=False)
    if given.pod_affinity is not None:
        yield from _pod_affinity(given.pod_affinity, f"{path}.podAffinity")
    if given.pod_anti_affinity is not None:
        yield from _pod_affinity(given.pod_anti_affinity, f"{path}.podAntiAffinity")


def _weight(weight: int, path: str) -> Errors:
    if not 1 <= weight <= 100:
        yield invalid(path, weight, "must be in the range 1-100")


def node_selector(selector: NodeSelector, path: str) -> Errors:
    """What is wrong with a selector of nodes: at least one term, each of which is right."""
    if not selector.node_selector_terms:
        yield required(f"{path}.nodeSelectorTerms", "must have at least one node selector term")
    for index, term in enumerate(selector.node_selector_terms):
        yield from _node_term(term, f"{path}.nodeSelectorTerms[{index}]")


def _node_term(term: NodeSelectorTerm, path: str, strict: bool = True) -> Errors:
    for index, requirement in enumerate(term.match_expressions):
        yield from _node_requirement(requirement, f"{path}.matchExpressions[{index}]", strict)
    for index, requirement in enumerate(term.match_fields):
        yield from _node_field(requirement, f"{path}.matchFields[{index}]")


def _node_requirement(requirement: NodeSelectorRequirement, path: str, strict: bool) -> Errors:
    operator, values = requirement.operator, requirement.values
    if operator in ("In", "NotIn"):
        if not values:
            yield required(f"{path}.values", "must be specified when `operator` is 'In' or 'NotIn'")
    elif operator in ("Exists", "DoesNotExist"):
        if values:
            yield forbidden(f"{path}.values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")
    elif operator in ("Gt", "Lt"):
        if len(values) != 1:
            yield required(f"{path}.values", "must be specified single value when `operator` is 'Lt' or 'Gt'")
    else:
        yield invalid(f"{path}.operator", operator, "not a valid selector operator")
    yield from names.qualified_name_errors(f"{path}.key", requirement.key)
    for index, value in enumerate(values if strict else ()):
        yield from messages(f"{path}.values[{index}]", value, names.label_value(value))


def _node_field(requirement: NodeSelectorRequirement, path: str) -> Errors:
    if requirement.operator in ("In", "NotIn"):
        if len(requirement.values) != 1:
            text = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"
            yield required(f"{path}.values", text)
    else:
        yield invalid(f"{path}.operator", requirement.operator, "not a valid selector operator")
    if requirement.key != "metadata.name":
        yield invalid(f"{path}.key", requirement.key, "not a valid field selector key")
    else:
        for index, value in enumerate(requirement.values):
            yield from names.subdomain_errors(f"{path}.values[{index}]", value)


def _pod_affinity(given: PodAffinity | PodAntiAffinity, path: str) -> Errors:
    for index, term in enumerate(given.required_during_scheduling_ignored_during_execution):
        yield from _pod_term(term, f"{path}.{_REQUIRED}[{index}]")
    for index, weighted in enumerate(given.preferred_during_scheduling_ignored_during_execution):
        here = f"{path}.{_PREFERRED}[{index}]"
        yield from _weight(weighted.weight, f"{here}.weight")
        yield from _pod_term(weighted.pod_affinity_term, f"{here}.podAffinityTerm")


def _pod_term(term: PodAffinityTerm, path: str) -> Errors:
    yield from label_selector(term.label_selector, f"{path}.labelSelector")
    yield from label_selector(term.namespace_selector, f"{path}.namespaceSelector")
    for namespace in term.namespaces:
        yield from names.label_errors(f"{path}.namespace", namespace)
    yield from _label_keys(term.match_label_keys, term.mismatch_label_keys, term.label_selector, path)
    if not term.topology_key:
        yield required(f"{path}.topologyKey", "can not be empty")
    yield from names.qualified_name_errors(f"{path}.topologyKey", term.topology_key)


def _label_keys(match: tuple[str, ...], mismatch: tuple[str, ...], selector: LabelSelector | None, path: str) -> Errors:
    for field, keys in (("matchLabelKeys", match), ("mismatchLabelKeys", mismatch)):
        if keys and selector is None:
            yield forbidden(f"{path}.{field}", "must not be specified when labelSelector is not set")
            continue
        for index, key in enumerate(keys):
            yield from names.qualified_name_errors(f"{path}.{field}[{index}]", key)
    if selector is not None:
        selected = set(selector.match_labels)
        for expression in selector.match_expressions:
            if expression.key in match and expression.key in selected:
                yield invalid(f"{path}[{match.index(expression.key)}]", expression.key, _BOTH)
            selected.add(expression.key)
    for index, key in enumerate(match):
        if key in mismatch:
            text = "exists in both matchLabelKeys and mismatchLabelKeys"
            yield invalid(f"{path}.matchLabelKeys[{index}]", key, text)


def taint_effect(effect: str, path: str) -> Errors:
    """What is wrong with the effect of a taint."""
    if effect not in _EFFECTS:
        yield not_supported(path, effect, _EFFECTS)


def tolerations(given: tuple[Toleration, ...], path: str) -> Errors:
    """What is wrong with the taints that a Pod tolerates."""
    for index, toleration in enumerate(given):
        here = f"{path}[{index}]"
        if toleration.key:
            yield from names.qualified_name_errors(f"{here}.key", toleration.key)
        elif toleration.operator != "Exists":
            text = 'operator must be Exists when `key` is empty, which means "match all values and all keys"'
            yield invalid(f"{here}.operator", toleration.operator, text)
        if toleration.toleration_seconds is not None and toleration.effect != "NoExecute":
            text = "effect must be 'NoExecute' when `tolerationSeconds` is set"
            yield invalid(f"{here}.effect", toleration.effect, text)
        yield from _toleration_operator(toleration, f"{here}.operator")
        if toleration.effect:
            yield from taint_effect(toleration.effect, f"{here}.effect")


def _toleration_operator(toleration: Toleration, path: str) -> Errors:
    value = toleration.value
    if toleration.operator in ("Equal", ""):
        if texts := names.label_value(value):
            yield invalid(path, value, ";".join(texts))
    elif toleration.operator == "Exists":
        if value:
            yield invalid(path, value, "value must be empty when `operator` is 'Exists'")
    elif toleration.operator in ("Lt", "Gt"):
        yield not_supported(path, toleration.operator, ("Equal", "Exists", "Lt", "Gt"))
    else:
        yield not_supported(path, toleration.operator, ("Equal", "Exists"))


def topology_spread(given: tuple[TopologySpreadConstraint, ...], path: str) -> Errors:
    """What is wrong with how Pods are to be spread over zones or nodes."""
    for index, constraint in enumerate(given):
        here = f"{path}[{index}]"
        yield from positive(f"{here}.maxSkew", constraint.max_skew)
        if not constraint.topology_key:
            yield required(f"{here}.topologyKey", "can not be empty")
        if constraint.when_unsatisfiable not in ("DoNotSchedule", "ScheduleAnyway"):
            actions = ("DoNotSchedule", "ScheduleAnyway")
            yield not_supported(f"{here}.whenUnsatisfiable", constraint.when_unsatisfiable, actions)
        pair = (constraint.topology_key, constraint.when_unsatisfiable)
        if any((other.topology_key, other.when_unsatisfiable) == pair for other in given[index + 1 :]):
            yield duplicate(f"{here}.{{topologyKey, whenUnsatisfiable}}", f"{{{pair[0]}, {pair[1]}}}")
        yield from _min_domains(constraint, f"{here}.minDomains")
        for field, policy in (
            ("nodeAffinityPolicy", constraint.node_affinity_policy),
            ("nodeTaintsPolicy", constraint.node_taints_policy),
        ):
            if policy is not None and policy not in ("Honor", "Ignore"):
                yield not_supported(f"{here}.{field}", policy, ("Honor", "Ignore"))
        yield from _label_keys(constraint.match_label_keys, (), constraint.label_selector, here)
        yield from label_selector(constraint.label_selector, f"{here}.labelSelector")


def _min_domains(constraint: TopologySpreadConstraint, path: str) -> Errors:
    if constraint.min_domains is None:
        return
    yield from positive(path, constraint.min_domains)
    if constraint.when_unsatisfiable != "DoNotSchedule":
        action = constraint.when_unsatisfiable
        text = f"can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {action}"
        yield invalid(path, constraint.min_domains, text)
