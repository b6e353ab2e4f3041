"""Checks of which requests webhooks and policies are about.

In Kubernetes: `pkg/apis/admissionregistration/validation/validation.go`.

**Simplified:** expressions in CEL are not read, only that there are some.
"""

from collections.abc import Sequence
from typing import Any

from kubelab.api.admissionregistration.matching import (
    FAILURE_POLICIES,
    MATCH_POLICIES,
    OPERATIONS,
    SCOPES,
    MatchCondition,
    MatchResources,
)
from kubelab.api.validation import names, selectors
from kubelab.api.validation.field_error import (
    Errors,
    duplicate,
    invalid,
    messages,
    not_supported,
    required,
    too_many,
)

_MOST_CONDITIONS = 64


def rule(given: Any, path: str) -> Errors:
    """What is wrong with what is asked for, and of which kinds."""
    for index, name in enumerate(getattr(given, "resource_names", ())):
        yield from messages(f"{path}.resourceNames[{index}]", name, names.path_segment(name))
        if name in given.resource_names[:index]:
            yield duplicate(f"{path}.resourceNames[{index}]", name)
    yield from _star(f"{path}.operations", given.operations, "operations")
    for index, operation in enumerate(given.operations):
        if operation not in OPERATIONS:
            yield not_supported(f"{path}.operations[{index}]", operation, OPERATIONS)
    yield from _star(f"{path}.apiGroups", given.api_groups, "API groups")
    yield from _star(f"{path}.apiVersions", given.api_versions, "API versions")
    for index, version in enumerate(given.api_versions):
        if not version:
            yield required(f"{path}.apiVersions[{index}]")
    yield from _resources(given.resources, f"{path}.resources")
    if given.scope is not None and given.scope not in SCOPES:
        yield not_supported(f"{path}.scope", given.scope, SCOPES)


def _star(path: str, values: Sequence[str], others: str) -> Errors:
    if not values:
        yield required(path)
    elif len(values) > 1 and "*" in values:
        yield invalid(path, values, f"if '*' is present, must not specify other {others}")


def _resources(given: tuple[str, ...], path: str) -> Errors:
    if not given:
        yield required(path)
    whole: set[str] = set()
    everywhere: set[str] = set()
    for index, resource in enumerate(given):
        here = f"{path}[{index}]"
        if not resource:
            yield required(here)
            continue
        name, slash, below = resource.partition("/")
        if not slash:
            continue
        if name in whole:
            yield invalid(here, resource, f"if '{name}/*' is present, must not specify {resource}")
        if below in everywhere:
            yield invalid(here, resource, f"if '*/{below}' is present, must not specify {resource}")
        if below == "*":
            whole.add(name)
        if name == "*":
            everywhere.add(below)
    if len(given) > 1 and "*/*" in given:
        yield invalid(path, given, "if '*/*' is present, must not specify other resources")
    plain = [each for each in given if each and "/" not in each]
    if "*" in given and plain and plain[-1] != "*":
        text = "if '*' is present, must not specify other resources without subresources"
        yield invalid(path, given, text)


def failure_policy(value: str | None, path: str) -> Errors:
    """What is wrong with what becomes of a request when there is no answer."""
    if value is None:
        yield required(path)
    elif value not in FAILURE_POLICIES:
        yield not_supported(path, value, tuple(sorted(FAILURE_POLICIES)))


def match_resources(given: MatchResources | None, path: str) -> Errors:
    """What is wrong with which requests are meant."""
    if given is None:
        return
    if given.match_policy is None:
        yield required(f"{path}.matchPolicy")
    elif given.match_policy not in MATCH_POLICIES:
        yield not_supported(f"{path}.matchPolicy", given.match_policy, MATCH_POLICIES)
    for field, selector in (
        ("namespaceSelector", given.namespace_selector),
        ("objectSelector", given.object_selector),
    ):
        if selector is None:
            yield required(f"{path}.{field}")
        else:
            yield from selectors.label_selector(selector, f"{path}.{field}")
    for field, rules in (
        ("resourceRules", given.resource_rules),
        ("excludeResourceRules", given.exclude_resource_rules),
    ):
        for index, each in enumerate(rules):
            yield from rule(each, f"{path}.{field}[{index}]")


def match_conditions(given: tuple[MatchCondition, ...], path: str) -> Errors:
    """What is wrong with conditions in CEL."""
    if len(given) > _MOST_CONDITIONS:
        yield too_many(path, len(given), _MOST_CONDITIONS)
    seen = set()
    for index, condition in enumerate(given):
        here = f"{path}[{index}]"
        if not condition.expression.strip():
            yield required(f"{here}.expression")
        if not condition.name:
            yield required(f"{here}.name")
            continue
        yield from names.qualified_name_errors(f"{here}.name", condition.name)
        if condition.name in seen:
            yield duplicate(f"{here}.name", condition.name)
        seen.add(condition.name)
