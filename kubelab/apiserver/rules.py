"""Rules: what a PolicyRule allows, whether rules cover others, and how a rule is written in a refusal.

Source: `pkg/apis/rbac/v1/evaluation_helpers.go`, `k8s.io/component-helpers/auth/rbac/validation` (Covers),
`pkg/registry/rbac/validation` (CompactRules).
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from kubelab.api.model import evolve
from kubelab.api.rbac import PolicyRule
from kubelab.api.validation.go_value import quoted

ALL = "*"


class Attributes(NamedTuple):
    """What a request asks for, as authorization sees it: a tuple, so that decisions can be remembered by it.

    Attributes:
        verb: ``get``, ``list``, ``watch``, ``create``, ``update``, ``patch``, ``delete``, ``deletecollection``, or a
            verb that is only asked about: ``bind``, ``escalate``, ``impersonate``, ``use``, ``approve``.
        group: the API group, "" for the core group.
        resource: the plural of the kind.
        subresource: what below the object, such as ``status``, or "".
        namespace: the Namespace, or "" for the whole cluster.
        name: the name of one object, or "" for a list or a creation.
        path: an address that belongs to no resource, such as ``/healthz``; all else besides `verb` is "" then.
    """

    verb: str
    group: str = ""
    resource: str = ""
    subresource: str = ""
    namespace: str = ""
    name: str = ""
    path: str = ""

    @property
    def combined(self) -> str:
        """The resource as rules name it: with its subresource, ``pods/log``."""
        return f"{self.resource}/{self.subresource}" if self.subresource else self.resource


def allows(rule: PolicyRule, asked: Attributes) -> bool:
    """Whether a rule allows what is asked for."""
    if asked.path:
        return verb_matches(rule, asked) and path_matches(rule, asked)
    return (
        verb_matches(rule, asked)
        and group_matches(rule, asked)
        and resource_matches(rule, asked)
        and name_matches(rule, asked)
    )


def verb_matches(rule: PolicyRule, asked: Attributes) -> bool:
    """Whether a rule has the verb."""
    return ALL in rule.verbs or asked.verb in rule.verbs


def group_matches(rule: PolicyRule, asked: Attributes) -> bool:
    """Whether a rule holds in the API group."""
    return ALL in rule.api_groups or asked.group in rule.api_groups


def resource_matches(rule: PolicyRule, asked: Attributes) -> bool:
    """Whether a rule has the resource; ``pods`` does not include ``pods/log``, ``*/scale`` is of any resource."""
    if ALL in rule.resources or asked.combined in rule.resources:
        return True
    return bool(asked.subresource) and f"*/{asked.subresource}" in rule.resources


def name_matches(rule: PolicyRule, asked: Attributes) -> bool:
    """Whether a rule holds for the name; one that names objects never holds for a list or a creation."""
    return not rule.resource_names or asked.name in rule.resource_names


def path_matches(rule: PolicyRule, asked: Attributes) -> bool:
    """Whether a rule has an address that belongs to no resource."""
    return any(_path_covers(url, asked.path) for url in rule.non_resource_urls)


def _path_covers(pattern: str, path: str) -> bool:
    return pattern in (ALL, path) or (pattern.endswith(ALL) and path.startswith(pattern.rstrip(ALL)))


# Whether one who has some rights may give others away


def uncovered(held: Sequence[PolicyRule], wanted: Iterable[PolicyRule]) -> list[PolicyRule]:
    """What of `wanted`, taken apart into its smallest rules, no rule of `held` allows."""
    return [small for rule in wanted for small in _smallest(rule) if not any(_covers(own, small) for own in held)]


def _smallest(rule: PolicyRule) -> Iterator[PolicyRule]:
    """Rules of one verb and one resource (or address) and at most one name, which together say the same."""
    for group in rule.api_groups:
        for resource in rule.resources:
            for verb in rule.verbs:
                names: tuple[str, ...]
                for names in tuple((name,) for name in rule.resource_names) or ((),):
                    yield PolicyRule(verbs=(verb,), api_groups=(group,), resources=(resource,), resource_names=names)
    for url in rule.non_resource_urls:
        for verb in rule.verbs:
            yield PolicyRule(verbs=(verb,), non_resource_urls=(url,))


def _covers(own: PolicyRule, small: PolicyRule) -> bool:
    if own.resource_names and not (small.resource_names and set(small.resource_names) <= set(own.resource_names)):
        return False
    return (
        _has(own.verbs, small.verbs)
        and _has(own.api_groups, small.api_groups)
        and all(_resource_covered(own.resources, resource) for resource in small.resources)
        and all(any(_path_covers(mine, url) for mine in own.non_resource_urls) for url in small.non_resource_urls)
    )


def _has(own: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    return ALL in own or set(wanted) <= set(own)


def _resource_covered(own: tuple[str, ...], resource: str) -> bool:
    if ALL in own or resource in own:
        return True
    _, slash, subresource = resource.partition("/")
    return bool(slash) and f"*/{subresource}" in own


def compacted(rules: Iterable[PolicyRule]) -> list[PolicyRule]:
    """Small rules with those put together that differ in nothing but the verb; addresses stay as they are."""
    merged: dict[PolicyRule, list[str]] = {}
    whole: list[PolicyRule] = []
    for rule in rules:
        if rule.non_resource_urls:
            whole.append(rule)
        else:
            merged.setdefault(evolve(rule, verbs=()), []).extend(rule.verbs)
    return [*whole, *(evolve(place, verbs=tuple(verbs)) for place, verbs in merged.items())]


def compact_text(rule: PolicyRule) -> str:
    """A rule as refusals write it: ``{APIGroups:[""], Resources:["pods"], Verbs:["get"]}``."""
    parts = (
        ("APIGroups", rule.api_groups),
        ("Resources", rule.resources),
        ("NonResourceURLs", rule.non_resource_urls),
        ("ResourceNames", rule.resource_names),
        ("Verbs", rule.verbs),
    )
    return "{" + ", ".join(f"{word}:{quoted_list(values)}" for word, values in parts if values) + "}"


def quoted_list(values: Sequence[str]) -> str:
    """Strings as Go's ``%q`` writes a slice of them: ``["a" "b"]``."""
    return "[" + " ".join(quoted(value) for value in values) + "]"
