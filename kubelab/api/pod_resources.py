"""What a Pod asks for, and what it may use at most, all its containers together, as quantities.

All containers run side by side; init containers run before them, one after another, beside the sidecars (restart
policy ``Always``) that were started earlier. What counts is the greater of the two. Amounts of the Pod itself come
before those of its containers.

Source: component-helpers `resource/helpers.go` (PodRequests, PodLimits). Where thousands of Pods are added up as whole
numbers, `kubelab.state.allocation` does the same.

**Simplified:** Pods are not resized in place, so a status never asks for other amounts than the spec.
"""

from collections.abc import Callable, Mapping

from kubelab.api.core.container import Container
from kubelab.api.core.pod import PodSpec
from kubelab.api.quantity import ZERO, add, compare
from kubelab.api.scalars import Quantity

Amounts = dict[str, Quantity]
"""How much of each resource."""


def pod_requests(spec: PodSpec, *, overhead: bool = True) -> Amounts:
    """What a Pod asks for, with its overhead unless that is left out."""
    total = _together(spec, lambda container: container.resources.requests)
    if spec.resources is not None:
        total.update({n: q for n, q in spec.resources.requests.items() if pod_level(n)})
    if overhead:
        _add(total, spec.overhead)
    return total


def pod_limits(spec: PodSpec, *, overhead: bool = True) -> Amounts:
    """What a Pod may use at most; a resource that not all containers limit is not limited by what the others say."""
    total = _together(spec, lambda container: container.resources.limits)
    if spec.resources is not None:
        total.update({n: q for n, q in spec.resources.limits.items() if pod_level(n)})
    if overhead:
        _add(total, {n: q for n, q in spec.overhead.items() if total.get(n, ZERO) != ZERO})
    return total


def pod_level(resource: str) -> bool:
    """Whether a Pod as a whole can ask for a resource."""
    return resource in ("cpu", "memory") or resource.startswith("hugepages-")


def says_pod_level(spec: PodSpec) -> bool:
    """Whether a Pod as a whole asks for anything, or is limited in anything."""
    own = spec.resources
    return own is not None and any(pod_level(name) for name in (*own.requests, *own.limits))


def _together(spec: PodSpec, of: Callable[[Container], Mapping[str, Quantity]]) -> Amounts:
    running: Amounts = {}
    for container in spec.containers:
        _add(running, of(container))
    sidecars: Amounts = {}
    starting: Amounts = {}
    for container in spec.init_containers:
        wanted = of(container)
        if container.restart_policy == "Always":
            _add(running, wanted)
            _add(sidecars, wanted)
            _raise(starting, sidecars)
        else:
            alone = dict(wanted)
            _add(alone, sidecars)
            _raise(starting, alone)
    _raise(running, starting)
    return running


def _add(total: Amounts, amounts: Mapping[str, Quantity]) -> None:
    for name, amount in amounts.items():
        total[name] = add(total[name], amount) if name in total else amount


def _raise(total: Amounts, amounts: Mapping[str, Quantity]) -> None:
    for name, amount in amounts.items():
        if name not in total or compare(amount, total[name]) > 0:
            total[name] = amount
