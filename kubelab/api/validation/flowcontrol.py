"""Checks of FlowSchemas and PriorityLevelConfigurations.

In Kubernetes: `pkg/apis/flowcontrol/validation/validation.go`.

**Simplified:** whether a hand of queues needs too many bits of a hash is not worked out; the fixed objects
(``exempt``, ``catch-all``) may be changed.
"""

from kubelab.api.flowcontrol import (
    ExemptPriorityLevelConfiguration,
    FlowSchema,
    LimitedPriorityLevelConfiguration,
    LimitResponse,
    NonResourcePolicyRule,
    PolicyRulesWithSubjects,
    PriorityLevelConfiguration,
    QueuingConfiguration,
    ResourcePolicyRule,
    Subject,
)
from kubelab.api.validation import metadata, names
from kubelab.api.validation.field_error import Errors, forbidden, invalid, messages, not_supported, required

_DISTINGUISHERS = ("ByNamespace", "ByUser")
_SUBJECTS = {"Group": "group", "ServiceAccount": "serviceAccount", "User": "user"}
_VERBS = ("create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch")
_HIGHEST, _MOST_QUEUES = 10000, 10_000_000


def flow_schema(given: FlowSchema) -> Errors:
    """What is wrong with a new FlowSchema."""
    yield from metadata.object_meta(given.metadata, namespaced=False)
    spec, path = given.spec, "spec.matchingPrecedence"
    order = spec.matching_precedence
    if order <= 0:
        yield invalid(path, order, "must be a positive value")
    if order > _HIGHEST:
        yield invalid(path, order, f"must not be greater than {_HIGHEST}")
    if order == 1 and given.metadata.name != "exempt":
        yield invalid(path, order, "only the schema named 'exempt' may have matchingPrecedence 1")
    method = spec.distinguisher_method
    if method is not None and method.type not in _DISTINGUISHERS:
        yield not_supported("spec.distinguisherMethod.type", method, _DISTINGUISHERS)
    level = spec.priority_level_configuration.name
    if level:
        yield from names.subdomain_errors("spec.priorityLevelConfiguration.name", level)
    else:
        yield required("spec.priorityLevelConfiguration.name", "must reference a priority level")
    for index, rule in enumerate(spec.rules):
        yield from _rules(rule, f"spec.rules[{index}]")


def flow_schema_update(new: FlowSchema, old: FlowSchema) -> Errors:
    """What is wrong with a changed FlowSchema."""
    yield from flow_schema(new)


def _rules(rule: PolicyRulesWithSubjects, path: str) -> Errors:
    for index, subject in enumerate(rule.subjects):
        yield from _subject(subject, f"{path}.subjects[{index}]")
    if not rule.subjects:
        yield required(f"{path}.subjects", "subjects must contain at least one value")
    if not rule.resource_rules and not rule.non_resource_rules:
        yield required(path, "at least one of resourceRules and nonResourceRules has to be non-empty")
    for index, about in enumerate(rule.resource_rules):
        yield from _resource_rule(about, f"{path}.resourceRules[{index}]")
    for index, address in enumerate(rule.non_resource_rules):
        yield from _address_rule(address, f"{path}.nonResourceRules[{index}]")


def _subject(subject: Subject, path: str) -> Errors:
    said = {"Group": subject.group, "ServiceAccount": subject.service_account, "User": subject.user}
    if subject.kind not in said:
        yield not_supported(f"{path}.kind", subject.kind, tuple(said))
        return
    field = _SUBJECTS[subject.kind]
    meant = said[subject.kind]
    if meant is None:
        yield required(f"{path}.{field}", f"{field} is required when subject kind is '{subject.kind}'")
    elif not meant.name:
        yield required(f"{path}.{field}.name")
    account = subject.service_account
    if subject.kind == "ServiceAccount" and account is not None:
        if account.name and account.name != "*":
            yield from names.subdomain_errors(f"{path}.{field}.name", account.name)
        if account.namespace:
            yield from names.label_errors(f"{path}.{field}.namespace", account.namespace)
        else:
            yield required(f"{path}.{field}.namespace", "must specify namespace for service account")
    for kind in ("ServiceAccount", "User", "Group"):
        if kind != subject.kind and said[kind] is not None:
            other = _SUBJECTS[kind]
            yield forbidden(f"{path}.{other}", f"{other} is forbidden when subject kind is not '{kind}'")


def _verbs(verbs: tuple[str, ...], path: str) -> Errors:
    if not verbs:
        yield required(path, "verbs must contain at least one value")
    elif "*" in verbs:
        if len(verbs) > 1:
            yield invalid(path, verbs, "if '*' is present, must not specify other verbs")
    elif not set(verbs) <= set(_VERBS):
        yield not_supported(path, verbs, _VERBS)


def _resource_rule(rule: ResourcePolicyRule, path: str) -> Errors:
    yield from _verbs(rule.verbs, f"{path}.verbs")
    for field, values, one, others in (
        ("apiGroups", rule.api_groups, "api group", "api groups"),
        ("resources", rule.resources, "resource", "resources"),
    ):
        if not values:
            yield required(f"{path}.{field}", f"resource rules must supply at least one {one}")
        elif len(values) > 1 and "*" in values:
            yield invalid(f"{path}.{field}", values, f"if '*' is present, must not specify other {others}")
    here = f"{path}.namespaces"
    if not rule.namespaces and not rule.cluster_scope:
        text = "resource rules that are not cluster scoped must supply at least one namespace"
        yield required(here, text)
    elif "*" in rule.namespaces:
        if len(rule.namespaces) > 1:
            yield invalid(here, rule.namespaces, "if '*' is present, must not specify other namespaces")
    else:
        for index, name in enumerate(rule.namespaces):
            head = "each member of this list must be '*' or a DNS-1123 label; "
            yield from messages(f"{here}[{index}]", name, (head + text for text in names.dns_label(name)))


def _address_rule(rule: NonResourcePolicyRule, path: str) -> Errors:
    yield from _verbs(rule.verbs, f"{path}.verbs")
    here, urls = f"{path}.nonResourceURLs", rule.non_resource_urls
    if not urls:
        yield required(here, "nonResourceURLs must contain at least one value")
    elif "*" in urls:
        if len(urls) > 1:
            yield invalid(here, urls, "if '*' is present, must not specify other non-resource URLs")
    else:
        for index, url in enumerate(urls):
            if text := _address_text(url):
                yield invalid(f"{here}[{index}]", url, text)


def _address_text(url: str) -> str:
    if not url:
        return "must not be empty"
    if url == "/":
        return ""
    if not url.startswith("/"):
        return "must start with slash"
    if " " in url:
        return "must not contain white-space"
    if "//" in url:
        return "must not contain double slash"
    stars = url.count("*")
    return "wildcard can only do suffix matching" if stars > 1 or (stars == 1 and not url.endswith("/*")) else ""


def priority_level(given: PriorityLevelConfiguration) -> Errors:
    """What is wrong with a new PriorityLevelConfiguration."""
    yield from metadata.object_meta(given.metadata, namespaced=False)
    spec = given.spec
    if (given.metadata.name == "exempt") != (spec.type == "Exempt"):
        yield invalid("spec.type", spec.type, "must be 'Exempt' if and only if `name` is 'exempt'")
    if spec.type == "Exempt":
        if spec.limited is not None:
            yield forbidden("spec.limited", "must be nil if the type is not Limited")
        if spec.exempt is not None:
            yield from _shares(spec.exempt, "spec.exempt")
    elif spec.type == "Limited":
        if spec.exempt is not None:
            yield forbidden("spec.exempt", "must be nil if the type is Limited")
        if spec.limited is None:
            yield required("spec.limited", "must not be empty when type is Limited")
        else:
            yield from _limited(spec.limited, "spec.limited")
    else:
        yield not_supported("spec.type", spec.type, ("Exempt", "Limited"))


def priority_level_update(new: PriorityLevelConfiguration, old: PriorityLevelConfiguration) -> Errors:
    """What is wrong with a changed PriorityLevelConfiguration."""
    yield from priority_level(new)


def _shares(given: LimitedPriorityLevelConfiguration | ExemptPriorityLevelConfiguration, path: str) -> Errors:
    shares = given.nominal_concurrency_shares
    if shares is not None and shares < 0:
        yield invalid(f"{path}.nominalConcurrencyShares", shares, "must be a non-negative integer")
    if isinstance(given, LimitedPriorityLevelConfiguration):
        yield from _response(given.limit_response, f"{path}.limitResponse")
    percent = given.lendable_percent
    if percent is not None and not 0 <= percent <= 100:
        yield invalid(f"{path}.lendablePercent", percent, "must be between 0 and 100, inclusive")


def _limited(given: LimitedPriorityLevelConfiguration, path: str) -> Errors:
    yield from _shares(given, path)
    borrowing = given.borrowing_limit_percent
    if borrowing is not None and borrowing < 0:
        yield invalid(f"{path}.borrowingLimitPercent", borrowing, "if specified, must be a non-negative integer")


def _response(given: LimitResponse, path: str) -> Errors:
    if given.type == "Reject":
        if given.queuing is not None:
            yield forbidden(f"{path}.queuing", "must be nil if limited.limitResponse.type is not Limited")
    elif given.type == "Queue":
        if given.queuing is None:
            yield required(f"{path}.queuing", "must not be empty if limited.limitResponse.type is Limited")
        else:
            yield from _queuing(given.queuing, f"{path}.queuing")
    else:
        yield not_supported(f"{path}.type", given.type, ("Queue", "Reject"))


def _queuing(given: QueuingConfiguration, path: str) -> Errors:
    if given.queue_length_limit <= 0:
        yield invalid(f"{path}.queueLengthLimit", given.queue_length_limit, "must be positive")
    if given.queues <= 0:
        yield invalid(f"{path}.queues", given.queues, "must be positive")
    elif given.queues > _MOST_QUEUES:
        yield invalid(f"{path}.queues", given.queues, f"must not be greater than {_MOST_QUEUES}")
    if given.hand_size <= 0:
        yield invalid(f"{path}.handSize", given.hand_size, "must be positive")
    elif given.hand_size > given.queues:
        yield invalid(f"{path}.handSize", given.hand_size, f"should not be greater than queues ({given.queues})")
