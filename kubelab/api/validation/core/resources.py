"""Checks of amounts and of the names of resources: requests, limits, quotas, claims.

In Kubernetes: `ValidateContainerResourceRequirements`, `validateResourceName` … and `pkg/apis/core/helper`.
"""

from collections.abc import Callable, Collection

from kubelab.api import quantity
from kubelab.api.core.resources import ResourceClaim, ResourceRequirements
from kubelab.api.scalars import Quantity
from kubelab.api.validation import names
from kubelab.api.validation.field_error import (
    Errors,
    duplicate,
    forbidden,
    invalid,
    not_found,
    not_supported,
    required,
)
from kubelab.errors import QuantityError

_NEGATIVE = "must be greater than or equal to 0"
_COMPUTE = ("cpu", "memory", "ephemeral-storage")
_OBJECTS = (
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "services.nodeports",
    "services.loadbalancers",
)
_QUOTA = frozenset(
    (*_COMPUTE, *(f"requests.{name}" for name in (*_COMPUTE, "storage")), *(f"limits.{name}" for name in _COMPUTE))
) | frozenset(_OBJECTS)
_STANDARD = _QUOTA | {"storage"}
_HUGE = "hugepages-"

NameRule = Callable[[str, str], Errors]


def is_huge_page(name: str) -> bool:
    """Whether the resource is memory in huge pages of one size, such as ``hugepages-2Mi``."""
    return name.startswith(_HUGE)


def is_native(name: str) -> bool:
    """Whether the resource is one of Kubernetes' own."""
    return "/" not in name or "kubernetes.io/" in name


def is_overcommit_allowed(name: str) -> bool:
    """Whether more of the resource may be promised (limits) than is set aside (requests)."""
    return is_native(name) and not is_huge_page(name)


def is_extended(name: str) -> bool:
    """Whether the name is one that an extended resource, such as a graphics card, may have."""
    return not is_native(name) and not name.startswith("requests.") and not names.label_key(f"requests.{name}")


def is_integer(name: str) -> bool:
    """Whether the resource comes in whole pieces only."""
    return name in _OBJECTS or is_extended(name)


def is_standard_quota(name: str) -> bool:
    """Whether a quota can limit the resource by this name."""
    return name in _QUOTA or name.startswith((_HUGE, "requests.hugepages-"))


def non_negative_amount(path: str, amount: Quantity) -> Errors:
    """A mistake when the amount is below zero."""
    if quantity.compare(amount, "0") < 0:
        yield invalid(path, quantity.canonical(amount), _NEGATIVE)


def positive_amount(path: str, amount: Quantity) -> Errors:
    """A mistake when the amount is zero or below."""
    if quantity.compare(amount, "0") <= 0:
        yield invalid(path, quantity.canonical(amount), "must be greater than zero")


def amount_of(name: str, path: str, amount: Quantity) -> Errors:
    """What is wrong with an amount of this resource (``ValidateResourceQuantityValue``)."""
    yield from non_negative_amount(path, amount)
    if is_integer(name) and quantity.milli(amount) % 1000:
        yield invalid(path, quantity.canonical(amount), "must be an integer")


def basic_amount(path: str, amount: Quantity) -> Errors:
    """A mistake when the amount, in whole units, is below zero (``validateBasicResource``)."""
    if quantity.value(amount) < 0:
        yield invalid(path, quantity.value(amount), "must be a valid resource quantity")


def resource_name(path: str, name: str) -> Errors:
    """What is wrong with the name of a resource."""
    found = names.label_key(name)
    for text in found:
        yield invalid(path, name, text)
    if not found and "/" not in name and name not in _STANDARD and not is_standard_quota(name):
        yield invalid(path, name, "must be a standard resource type or fully qualified")


def container_resource_name(path: str, name: str) -> Errors:
    """What is wrong with the name of a resource that a container asks for."""
    yield from resource_name(path, name)
    if "/" not in name:
        if name not in _COMPUTE and not is_huge_page(name):
            yield invalid(path, name, "must be a standard resource for containers")
    elif not is_native(name) and not is_extended(name):
        yield invalid(path, name, "doesn't follow extended resource name standard")


def pod_resource_name(path: str, name: str) -> Errors:
    """What is wrong with the name of a resource that a Pod as a whole asks for."""
    found = tuple(resource_name(path, name))
    yield from found
    if not found and name not in ("cpu", "memory") and not is_huge_page(name):
        yield not_supported(path, name, ("cpu", _HUGE, "memory"))


def quota_resource_name(path: str, name: str) -> Errors:
    """What is wrong with the name of a resource that a quota limits."""
    yield from resource_name(path, name)
    if "/" not in name and not is_standard_quota(name):
        yield invalid(path, name, "must be a standard resource for quota")


def requirements(
    given: ResourceRequirements,
    claim_names: Collection[str],
    path: str,
    name_rule: NameRule = container_resource_name,
) -> Errors:
    """What is wrong with requests and limits, each for itself and with one another."""
    if not given.limits and not given.requests and not given.claims:
        return
    for name in sorted(given.limits):
        here = f"{path}.limits[{name}]"
        yield from name_rule(here, name)
        yield from amount_of(name, here, given.limits[name])
        yield from _whole_pages(name, here, given.limits[name])
    for name in sorted(given.requests):
        amount, here = given.requests[name], f"{path}.requests[{name}]"
        yield from name_rule(here, name)
        yield from amount_of(name, here, amount)
        yield from _request_and_limit(given, name, path)
        yield from _whole_pages(name, here, amount)
    asked = {*given.limits, *given.requests}
    if any(map(is_huge_page, asked)) and not asked & {"cpu", "memory"}:
        yield forbidden(path, "HugePages require cpu or memory")
    yield from _claims(given.claims, claim_names, f"{path}.claims")


def _request_and_limit(given: ResourceRequirements, name: str, path: str) -> Errors:
    limit, amount = given.limits.get(name), given.requests[name]
    if limit is None:
        if not is_overcommit_allowed(name):
            yield required(f"{path}.limits", "Limit must be set for non overcommitable resources")
        return
    difference = quantity.compare(amount, limit)
    text = f"{name} limit of {quantity.canonical(limit)}"
    if difference != 0 and not is_overcommit_allowed(name):
        yield invalid(f"{path}.requests", quantity.canonical(amount), f"must be equal to {text}")
    elif difference > 0:
        yield invalid(f"{path}.requests", quantity.canonical(amount), f"must be less than or equal to {text}")


def _whole_pages(name: str, path: str, amount: Quantity) -> Errors:
    if not is_huge_page(name):
        return
    try:
        page = quantity.milli(name.removeprefix(_HUGE))
    except QuantityError:
        page = 0
    if page <= 0 or page % 1000 or quantity.value(amount) % (page // 1000):
        text = quantity.canonical(amount)
        yield invalid(path, text, f"{text} is not positive integer multiple of {name}")


def _claims(claims: tuple[ResourceClaim, ...], claim_names: Collection[str], path: str) -> Errors:
    seen: set[str] = set()
    for index, claim in enumerate(claims):
        here, name = f"{path}[{index}]", claim.name
        if not name:
            yield required(here)
            continue
        if name in seen:
            yield duplicate(here, name)
        else:
            key = f"{name}/{claim.request}" if claim.request else name
            if claim.request:
                yield from names.label_errors(f"{here}.request", claim.request)
            if key in seen:
                yield duplicate(here, key)
            elif not claim.request:
                for _ in (other for other in sorted(seen) if other.startswith(f"{name}/")):
                    yield duplicate(here, name)
            seen.add(key)
        if name not in claim_names:
            text = "must be one of the names in pod.spec.resourceClaims"
            listed = ", ".join(sorted(claim_names))
            yield not_found(here, name, f"{text}: {listed}" if listed else f"{text} which is empty")
