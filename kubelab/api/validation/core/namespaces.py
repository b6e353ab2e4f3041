"""Checks of Namespaces and of what limits them: ResourceQuotas and LimitRanges.

In Kubernetes: `ValidateNamespace`, `ValidateResourceQuota`, `ValidateLimitRange`.
"""

from kubelab.api import quantity
from kubelab.api.core.namespace import Namespace
from kubelab.api.core.quota import LimitRange, LimitRangeItem, ResourceQuota, ResourceQuotaSpec
from kubelab.api.scalars import FrozenMap, Quantity
from kubelab.api.validation import metadata, names
from kubelab.api.validation.core.resources import (
    amount_of,
    container_resource_name,
    is_overcommit_allowed,
    is_standard_quota,
    quota_resource_name,
    resource_name,
)
from kubelab.api.validation.field_error import Errors, duplicate, forbidden, invalid, messages, required

_SCOPES = (
    "Terminating",
    "NotTerminating",
    "BestEffort",
    "NotBestEffort",
    "PriorityClass",
    "CrossNamespacePodAffinity",
    "VolumeAttributesClass",
)
_CONFLICTING = (("BestEffort", "NotBestEffort"), ("Terminating", "NotTerminating"))
_POD_COMPUTE = ("cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory")
_EXISTS_ONLY = ("BestEffort", "NotBestEffort", "Terminating", "NotTerminating", "CrossNamespacePodAffinity")
_EXISTS_TEXT = (
    "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, "
    "ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity"
)
_LIMIT_TYPES = ("Pod", "Container", "PersistentVolumeClaim")


def namespace(given: Namespace) -> Errors:
    """What is wrong with a new Namespace."""
    yield from metadata.object_meta(given.metadata, namespaced=False, name_check=names.is_label)
    for finalizer in given.spec.finalizers:
        yield from metadata.namespace_finalizer(finalizer, "spec.finalizers")


def namespace_update(new: Namespace, old: Namespace) -> Errors:
    """What is wrong with a changed Namespace."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    yield from namespace(new)


def namespace_status_update(new: Namespace, old: Namespace) -> Errors:
    """What is wrong with a Namespace's phase: it is terminating exactly when it is being deleted."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    phase, deleted = new.status.phase, new.metadata.deletion_timestamp is not None
    if not deleted and phase != "Active":
        yield invalid("status.Phase", phase, "may only be 'Active' if `deletionTimestamp` is empty")
    if deleted and phase != "Terminating":
        yield invalid("status.Phase", phase, "may only be 'Terminating' if `deletionTimestamp` is not empty")


def namespace_finalize_update(new: Namespace, old: Namespace) -> Errors:
    """What is wrong with the finalizers that a Namespace is left with."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    for index, finalizer in enumerate(new.spec.finalizers):
        yield from metadata.namespace_finalizer(finalizer, f"spec.finalizers[{index}]")


def resource_quota(given: ResourceQuota) -> Errors:
    """What is wrong with a ResourceQuota."""
    yield from metadata.object_meta(given.metadata, namespaced=True)
    yield from _quota_spec(given.spec)
    yield from _amounts(given.status.hard, "status.hard")
    yield from _amounts(given.status.used, "status.used")


def resource_quota_update(new: ResourceQuota, old: ResourceQuota) -> Errors:
    """What is wrong with a changed ResourceQuota: its scopes stay."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    yield from _quota_spec(new.spec)
    if set(new.spec.scopes) != set(old.spec.scopes):
        yield invalid("spec.scopes", new.spec.scopes, "field is immutable")


def resource_quota_status_update(new: ResourceQuota, old: ResourceQuota) -> Errors:
    """What is wrong with what a ResourceQuota says is used."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    yield from _amounts(new.status.hard, "status.hard")
    yield from _amounts(new.status.used, "status.used")


def _amounts(amounts: FrozenMap[str, Quantity], path: str) -> Errors:
    for name in sorted(amounts):
        here = f"{path}[{name}]"
        yield from quota_resource_name(here, name)
        yield from amount_of(name, here, amounts[name])


def _quota_spec(spec: ResourceQuotaSpec) -> Errors:
    yield from _amounts(spec.hard, "spec.hard")
    limited = [name for name in sorted(spec.hard) if is_standard_quota(name)]
    path = "spec.scopes"
    for scope in spec.scopes:
        if scope not in _SCOPES:
            yield invalid(path, spec.scopes, "unsupported scope")
        for name in limited:
            if not _scope_applies(scope, name):
                yield invalid(path, spec.scopes, "unsupported scope applied to resource")
    for pair in _CONFLICTING:
        if set(pair) <= set(spec.scopes):
            yield invalid(path, spec.scopes, "conflicting scopes")
    if spec.scope_selector is not None:
        yield from _scope_selector(spec, limited, "spec.scopeSelector.matchExpressions")


def _scope_selector(spec: ResourceQuotaSpec, limited: list[str], path: str) -> Errors:
    selector = spec.scope_selector
    assert selector is not None
    seen: set[str] = set()
    for requirement in selector.match_expressions:
        scope, operator = requirement.scope_name, requirement.operator
        if scope not in _SCOPES:
            yield invalid(f"{path}.scopeName", scope, "unsupported scope")
        for name in limited:
            if not _scope_applies(scope, name):
                yield invalid(path, selector, "unsupported scope applied to resource")
        if scope in _EXISTS_ONLY and operator != "Exists":
            yield invalid(f"{path}.operator", operator, _EXISTS_TEXT)
        if operator in ("In", "NotIn"):
            if not requirement.values:
                text = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"
                yield required(f"{path}.values", text)
        elif operator in ("Exists", "DoesNotExist"):
            if requirement.values:
                text = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector"
                yield invalid(f"{path}.values", requirement.values, text)
        else:
            yield invalid(f"{path}.operator", operator, "not a valid selector operator")
        seen.add(scope)
    for pair in _CONFLICTING:
        if set(pair) <= seen:
            yield invalid(path, spec.scopes, "conflicting scopes")


def _scope_applies(scope: str, name: str) -> bool:
    if scope == "BestEffort":
        return name == "pods"
    if scope == "VolumeAttributesClass":
        return name in ("persistentvolumeclaims", "requests.storage")
    return scope not in _SCOPES or name == "pods" or name in _POD_COMPUTE


def limit_range(given: LimitRange) -> Errors:
    """What is wrong with a LimitRange."""
    yield from metadata.object_meta(given.metadata, namespaced=True)
    seen: set[str] = set()
    for index, item in enumerate(given.spec.limits):
        path = f"spec.limits[{index}]"
        texts = names.label_key(item.type)
        yield from messages(f"{path}.type", item.type, texts)
        if not texts and "/" not in item.type and item.type not in _LIMIT_TYPES:
            yield invalid(f"{path}.type", item.type, "must be a standard limit type or fully qualified")
        if item.type in seen:
            yield duplicate(f"{path}.type", item.type)
        seen.add(item.type)
        yield from _limits(item, path)


def limit_range_update(new: LimitRange, old: LimitRange) -> Errors:
    """What is wrong with a changed LimitRange."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    yield from limit_range(new)


def _limits(item: LimitRangeItem, path: str) -> Errors:
    check = container_resource_name if item.type in ("Pod", "Container") else resource_name
    for_pods = item.type == "Pod"
    for field, amounts in (("max", item.max), ("min", item.min)):
        for name in sorted(amounts):
            yield from check(f"{path}.{field}[{name}]", name)
    for field, amounts in (("default", item.default), ("defaultRequest", item.default_request)):
        if for_pods and amounts:
            yield forbidden(f"{path}.{field}", "may not be specified when `type` is 'Pod'")
            continue
        for name in sorted(amounts):
            yield from check(f"{path}.{field}[{name}]", name)
    if item.type == "PersistentVolumeClaim" and "storage" not in {*item.min, *item.max}:
        text = "either minimum or maximum storage value is required, but neither was provided"
        yield required(f"{path}.limits", text)
    for name in sorted(item.max_limit_request_ratio):
        yield from check(f"{path}.maxLimitRequestRatio[{name}]", name)
    every = {*item.max, *item.min, *item.max_limit_request_ratio}
    if not for_pods:
        every |= {*item.default, *item.default_request}
    for name in sorted(every):
        yield from _limit(item, name, for_pods, path)


def _limit(item: LimitRangeItem, name: str, for_pods: bool, path: str) -> Errors:
    low, high = item.min.get(name), item.max.get(name)
    limit = None if for_pods else item.default.get(name)
    asked = None if for_pods else item.default_request.get(name)
    comparisons = (
        ("min", "min", low, "max", high, low),
        ("defaultRequest", "min", low, "default request", asked, asked),
        ("defaultRequest", "default request", asked, "max", high, asked),
        ("defaultRequest", "default request", asked, "default limit", limit, asked),
        ("default", "min", low, "default", limit, low),
        ("default", "default", limit, "max", high, high),
    )
    for field, smaller, one, larger, other, shown in comparisons:
        if one is None or other is None or quantity.compare(one, other) <= 0:
            continue
        head = f"{smaller} value {quantity.canonical(one)} is greater than {larger} value"
        yield invalid(f"{path}.{field}[{name}]", shown, f"{head} {quantity.canonical(other)}")
    yield from _ratio(item.max_limit_request_ratio.get(name), low, high, f"{path}.maxLimitRequestRatio[{name}]")
    if limit is None or asked is None or is_overcommit_allowed(name):
        return
    if quantity.compare(limit, asked) != 0:
        head = f"default value {quantity.canonical(limit)} must equal to defaultRequest value"
        text = f"{head} {quantity.canonical(asked)} in {name}"
        yield invalid(f"{path}.defaultRequest[{name}]", asked, text)


def _ratio(ratio: Quantity | None, low: Quantity | None, high: Quantity | None, path: str) -> Errors:
    if ratio is None:
        return
    shown = quantity.canonical(ratio)
    if quantity.compare(ratio, "1") < 0:
        yield invalid(path, shown, f"ratio {shown} is less than 1")
    if low is None or high is None or quantity.milli(low) == 0:
        return
    limit = quantity.milli(high) / quantity.milli(low)
    if quantity.milli(ratio) / 1000 > limit:
        yield invalid(path, shown, f"ratio {shown} is greater than max/min = {limit:f}")
