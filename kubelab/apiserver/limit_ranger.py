"""LimitRanger: the bounds and defaults that a Namespace sets for each single Pod, container and claim.

A container that asks for nothing gets the defaults of the Namespace's LimitRanges, and the Pod an annotation that says
so. Whatever is below a minimum, above a maximum or out of proportion is refused. Pods that were there before a
LimitRange stay as they are.

Source: `plugin/pkg/admission/limitranger`.

**Simplified:** of several things that are wrong at once, upstream names those of one kind in the order of chance; here
they come by the name of the resource.
"""

from collections.abc import Iterator, Mapping

from kubelab.api.core.container import Container
from kubelab.api.core.pod import Pod, PodSpec
from kubelab.api.core.quota import LimitRange, LimitRangeItem
from kubelab.api.memo import IdentityMemo
from kubelab.api.model import evolve
from kubelab.api.pod_resources import pod_limits, pod_requests
from kubelab.api.quantity import compare, parse
from kubelab.api.scalars import FrozenMap, Quantity
from kubelab.state.snapshot import Object, Snapshot

ANNOTATION = "kubernetes.io/limit-ranger"
"""On a Pod: what was filled in."""

Amounts = Mapping[str, Quantity]
Ranges = tuple[LimitRange, ...]

_filled: "IdentityMemo[tuple[Ranges, PodSpec, str]]" = IdentityMemo(limit=4096)


def limit_ranges(snapshot: Snapshot, namespace: str) -> Ranges:
    """The LimitRanges of a Namespace, in order."""
    found = snapshot.index.get(("kind", "LimitRange", namespace))
    return tuple(snapshot.objects[key] for key in sorted(found)) if found else ()


def fill_in(pod: Pod, ranges: Ranges) -> Pod:
    """A new Pod with the defaults of its Namespace."""
    known = _filled.get(pod.spec)
    if known is None or len(known[0]) != len(ranges) or any(a is not b for a, b in zip(known[0], ranges, strict=True)):
        known = _filled.put(pod.spec, (ranges, *_with_defaults(pod.spec, ranges)))
    _, spec, said = known
    if spec is pod.spec:
        return pod
    annotations = pod.metadata.annotations.with_({ANNOTATION: said})
    return evolve(pod, spec=spec, metadata=evolve(pod.metadata, annotations=annotations))


def _with_defaults(spec: PodSpec, ranges: Ranges) -> tuple[PodSpec, str]:
    said = ""
    for limits in ranges:
        requested: dict[str, Quantity] = {}
        limited: dict[str, Quantity] = {}
        for item in limits.spec.limits:
            if item.type == "Container":
                requested.update(item.default_request)
                limited.update(item.default)
        notes: list[str] = []
        containers = tuple(_merged(c, requested, limited, "container", notes) for c in spec.containers)
        starting = tuple(_merged(c, requested, limited, "init container", notes) for c in spec.init_containers)
        if notes:
            # What a later LimitRange fills in takes the place of what an earlier one said.
            said = f"LimitRanger plugin set: {'; '.join(notes)}"
            spec = evolve(spec, containers=containers, init_containers=starting)
    return spec, said


def _merged(container: Container, requested: Amounts, limited: Amounts, kind: str, notes: list[str]) -> Container:
    resources = container.resources
    requests = {name: amount for name, amount in requested.items() if name not in resources.requests}
    limits = {name: amount for name, amount in limited.items() if name not in resources.limits}
    for what, added in (("request", requests), ("limit", limits)):
        if added:
            notes.append(f"{', '.join(sorted(added))} {what} for {kind} {container.name}")
    if not requests and not limits:
        return container
    merged = evolve(
        resources,
        requests=FrozenMap({**resources.requests, **requests}),
        limits=FrozenMap({**resources.limits, **limits}),
    )
    return evolve(container, resources=merged)


def complaint(obj: Object, ranges: Ranges) -> str:
    """What the first LimitRange that does not let a Pod or claim pass says of it; "" when all do."""
    for limits in ranges:
        found = list(_pod(obj, limits) if obj.kind == "Pod" else _claim(obj, limits))
        if found:
            different = list(dict.fromkeys(found))
            return different[0] if len(different) == 1 else f"[{', '.join(different)}]"
    return ""


def _pod(pod: Pod, limits: LimitRange) -> Iterator[str]:
    for item in limits.spec.limits:
        if item.type == "Container":
            for container in (*pod.spec.containers, *pod.spec.init_containers):
                yield from _bounds(item, container.resources.requests, container.resources.limits)
        elif item.type == "Pod":
            yield from _bounds(item, pod_requests(pod.spec, overhead=False), pod_limits(pod.spec, overhead=False))


def _claim(claim: Object, limits: LimitRange) -> Iterator[str]:
    requests = claim.spec.resources.requests
    for item in limits.spec.limits:
        if item.type == "PersistentVolumeClaim":
            for name in sorted(item.min):
                yield from _minimum(item, name, requests, {})
            for name in sorted(item.max):
                yield from _maximum_request(item, name, requests)


def _bounds(item: LimitRangeItem, requests: Amounts, limits: Amounts) -> Iterator[str]:
    for name in sorted(item.min):
        yield from _minimum(item, name, requests, limits)
    for name in sorted(item.max):
        yield from _maximum(item, name, requests, limits)
    for name in sorted(item.max_limit_request_ratio):
        yield from _ratio(item, name, requests, limits)


def _minimum(item: LimitRangeItem, name: str, requests: Amounts, limits: Amounts) -> Iterator[str]:
    bound = item.min[name]
    said = f"minimum {name} usage per {item.type} is {bound}"
    if name not in requests:
        yield f"{said}.  No request is specified"
    elif compare(requests[name], bound) < 0:
        yield f"{said}, but request is {requests[name]}"
    elif name in limits and compare(limits[name], bound) < 0:
        yield f"{said}, but limit is {limits[name]}"


def _maximum(item: LimitRangeItem, name: str, requests: Amounts, limits: Amounts) -> Iterator[str]:
    bound = item.max[name]
    said = f"maximum {name} usage per {item.type} is {bound}"
    if name not in limits:
        yield f"{said}.  No limit is specified"
    elif compare(limits[name], bound) > 0:
        yield f"{said}, but limit is {limits[name]}"
    elif name in requests and compare(requests[name], bound) > 0:
        yield f"{said}, but request is {requests[name]}"


def _maximum_request(item: LimitRangeItem, name: str, requests: Amounts) -> Iterator[str]:
    bound = item.max[name]
    said = f"maximum {name} usage per {item.type} is {bound}"
    if name not in requests:
        yield f"{said}.  No request is specified"
    elif compare(requests[name], bound) > 0:
        yield f"{said}, but request is {requests[name]}"


def _ratio(item: LimitRangeItem, name: str, requests: Amounts, limits: Amounts) -> Iterator[str]:
    bound = item.max_limit_request_ratio[name]
    said = f"{name} max limit to request ratio per {item.type} is {bound}"
    request, limit = _nano(requests, name), _nano(limits, name)
    if not request:
        yield f"{said}, but no request is specified or request is 0"
    elif not limit:
        yield f"{said}, but no limit is specified or limit is 0"
    elif limit * 10**9 > parse(bound).nano * request:
        yield f"{said}, but provided ratio is {limit / request:f}"


def _nano(amounts: Amounts, name: str) -> int:
    return parse(amounts[name]).nano if name in amounts else 0
