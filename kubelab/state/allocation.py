"""What the Pods on each node have asked for, kept up to date with every change of a Pod.

The scheduler needs the sum of all requests on a node for every Pod it places. Adding them up anew each time would
cost nodes × Pods; here a bind adds one Pod to one node's sum, and its end takes it away again.

A Pod counts from the moment it is bound until it has Succeeded or Failed: a Pod that is being terminated still
holds what it asked for.

Source: kube-scheduler `pkg/scheduler/framework` (NodeInfo); component-helpers `resource` (PodRequests).

**Simplified:** Pods are not resized in place, so a status never asks for other amounts than the spec.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import attrs
from immutables import Map

from kubelab.api.core.affinity import Affinity
from kubelab.api.core.container import Container
from kubelab.api.core.pod import PodSpec
from kubelab.api.memo import IdentityMemo
from kubelab.api.quantity import milli, value
from kubelab.api.scalars import FrozenMap

DEFAULT_MILLI_CPU = 100
"""Thousandths of a CPU that a container without a CPU request counts for when nodes are scored."""

DEFAULT_MEMORY = 200 * 1024 * 1024
"""Bytes that a container without a memory request counts for when nodes are scored."""

HostPort = tuple[str, str, int]
"""An address of the node ("0.0.0.0" for all of them), a protocol, and a port."""

NONE: FrozenMap[str, int] = FrozenMap()

NO_PRIORITIES: FrozenMap[int, int] = FrozenMap()
NO_GROUPS: "FrozenMap[PodGroup, int]" = FrozenMap()

Amounts = Mapping[str, int]
"""How much of each resource: thousandths of a CPU for ``cpu``, whole units (bytes) for all others."""


@attrs.frozen(slots=True, kw_only=True)
class PodRequest:
    """What one Pod asks a node for.

    Attributes:
        milli_cpu: thousandths of a CPU.
        memory: bytes.
        ephemeral_storage: bytes.
        scalar: everything else (extended resources, huge pages), by the resource's name.
        nonzero_milli_cpu: the same as `milli_cpu`, with a default for containers that say nothing.
        nonzero_memory: the same as `memory`, with a default for containers that say nothing.
        ports: the ports of the node that the Pod takes.
    """

    milli_cpu: int = 0
    memory: int = 0
    ephemeral_storage: int = 0
    scalar: FrozenMap[str, int] = NONE
    nonzero_milli_cpu: int = 0
    nonzero_memory: int = 0
    ports: tuple[HostPort, ...] = ()


@attrs.frozen(slots=True, cache_hash=True)
class PodGroup:
    """Pods that are alike to other Pods: those that are drawn to them, kept from them, or spread with them.

    Attributes:
        namespace: their Namespace.
        labels: their labels.
        affinity: what draws them to other Pods or keeps them away, or None.
        terminating: whether they are being deleted.
    """

    namespace: str
    labels: FrozenMap[str, str]
    affinity: Affinity | None = None
    terminating: bool = False


@attrs.frozen(slots=True, kw_only=True)
class NodeAllocation:
    """What all Pods on one node have asked for together.

    Attributes:
        pods: how many Pods there are.
        milli_cpu: thousandths of a CPU.
        memory: bytes.
        ephemeral_storage: bytes.
        scalar: everything else, by the resource's name; nothing is held at zero.
        nonzero_milli_cpu: thousandths of a CPU, with a default for containers that say nothing.
        nonzero_memory: bytes, with a default for containers that say nothing.
        ports: the ports of the node that are taken, in order; twice where two Pods claim the same.
        groups: how many Pods there are of each group.
        priorities: how many Pods there are of each priority.
    """

    pods: int = 0
    milli_cpu: int = 0
    memory: int = 0
    ephemeral_storage: int = 0
    scalar: FrozenMap[str, int] = NONE
    nonzero_milli_cpu: int = 0
    nonzero_memory: int = 0
    ports: tuple[HostPort, ...] = ()
    groups: FrozenMap[PodGroup, int] = NO_GROUPS
    priorities: FrozenMap[int, int] = NO_PRIORITIES


EMPTY = NodeAllocation()
"""A node without Pods."""


def update(allocated: "Map[str, NodeAllocation]", before: Any, after: Any) -> "Map[str, NodeAllocation]":
    """The sums after one object has changed from `before` to `after` (None where it does not exist).

    Objects other than Pods change nothing. A node without Pods is not in the map.
    """
    left, joined = _placed_on(before), _placed_on(after)
    if left == joined and (not left or (_same_group(before, after) and _same_request(before, after))):
        return allocated
    if left:
        rest = without(allocated[left], before)
        allocated = allocated.set(left, rest) if rest.pods else allocated.delete(left)
    if joined:
        allocated = allocated.set(joined, with_pod(allocated.get(joined, EMPTY), after))
    return allocated


def with_pod(sums: NodeAllocation, pod: Any) -> NodeAllocation:
    """The sums of a node with one Pod more."""
    return _change(sums, pod, 1)


def without(sums: NodeAllocation, pod: Any) -> NodeAllocation:
    """The sums of a node with one Pod less."""
    return _change(sums, pod, -1)


def group_of(pod: Any) -> PodGroup:
    """The group in which a Pod is."""
    meta, affinity = pod.metadata, pod.spec.affinity
    if affinity is not None and affinity.pod_affinity is None and affinity.pod_anti_affinity is None:
        affinity = None
    return PodGroup(meta.namespace, meta.labels, affinity, meta.deletion_timestamp is not None)


def _same_group(before: Any, after: Any) -> bool:
    old, new = before.metadata, after.metadata
    same = old.labels is new.labels or old.labels == new.labels
    return same and (old.deletion_timestamp is None) == (new.deletion_timestamp is None)


def _same_request(before: Any, after: Any) -> bool:
    return pod_request(before.spec) is pod_request(after.spec)


def _placed_on(pod: Any) -> str:
    """The node on which the Pod counts, or ""."""
    if pod is None or pod.kind != "Pod" or pod.status.phase in ("Succeeded", "Failed"):
        return ""
    node: str = pod.spec.node_name
    return node


def _change(sums: NodeAllocation, pod: Any, sign: int) -> NodeAllocation:
    """The sums with one Pod more (`sign` 1) or less (-1)."""
    request, group, priority = pod_request(pod.spec), group_of(pod), pod.spec.priority or 0
    ports = sums.ports
    if request.ports:
        held = list(ports)
        for port in request.ports:
            if sign > 0:
                held.append(port)
            else:
                held.remove(port)
        ports = tuple(sorted(held))
    scalar = sums.scalar
    if request.scalar:
        changed = {name: scalar.get(name, 0) + sign * amount for name, amount in request.scalar.items()}
        scalar = scalar.with_({name: amount or None for name, amount in changed.items()})
    return NodeAllocation(
        pods=sums.pods + sign,
        milli_cpu=sums.milli_cpu + sign * request.milli_cpu,
        memory=sums.memory + sign * request.memory,
        ephemeral_storage=sums.ephemeral_storage + sign * request.ephemeral_storage,
        scalar=scalar,
        nonzero_milli_cpu=sums.nonzero_milli_cpu + sign * request.nonzero_milli_cpu,
        nonzero_memory=sums.nonzero_memory + sign * request.nonzero_memory,
        ports=ports,
        groups=sums.groups.with_({group: (sums.groups.get(group, 0) + sign) or None}),
        priorities=sums.priorities.with_({priority: (sums.priorities.get(priority, 0) + sign) or None}),
    )


# A bind makes a new PodSpec, but the containers in it stay the very same tuple, for all Pods of a template.
_requests: "IdentityMemo[tuple[PodSpec, PodRequest]]" = IdentityMemo(limit=4096)


def pod_request(spec: PodSpec) -> PodRequest:
    """What a Pod asks for, all its containers and its overhead together."""
    known = _requests.get(spec.containers)
    if known is not None:
        first, request = known
        if (
            first.init_containers is spec.init_containers
            and first.overhead is spec.overhead
            and first.resources is spec.resources
        ):
            return request
    request = _work_out(spec)
    _requests.put(spec.containers, (spec, request))
    return request


def _work_out(spec: PodSpec) -> PodRequest:
    exact = _pod_requests(spec, {})
    scored = _pod_requests(spec, {"cpu": DEFAULT_MILLI_CPU, "memory": DEFAULT_MEMORY})
    scalar = {
        name: amount for name, amount in exact.items() if amount and name not in ("cpu", "memory", "ephemeral-storage")
    }
    return PodRequest(
        milli_cpu=exact.get("cpu", 0),
        memory=exact.get("memory", 0),
        ephemeral_storage=exact.get("ephemeral-storage", 0),
        scalar=FrozenMap(scalar),
        nonzero_milli_cpu=scored.get("cpu", 0),
        nonzero_memory=scored.get("memory", 0),
        ports=tuple(_host_ports(spec)),
    )


def _pod_requests(spec: PodSpec, defaults: Amounts) -> dict[str, int]:
    """The Pod's requests; a container that does not name a resource of `defaults` asks for that much of it.

    All containers run side by side; init containers run before them, one after another, beside the sidecars
    (restart policy ``Always``) that were started earlier. A node must have room for the greater of the two.
    """
    running: dict[str, int] = {}
    for container in spec.containers:
        _add(running, _container_requests(container, defaults))
    sidecars: dict[str, int] = {}
    starting: dict[str, int] = {}
    for container in spec.init_containers:
        wanted = _container_requests(container, defaults)
        if container.restart_policy == "Always":
            _add(running, wanted)
            _add(sidecars, wanted)
            wanted = sidecars
        else:
            _add(wanted, sidecars)
        for name, amount in wanted.items():
            starting[name] = max(starting.get(name, 0), amount)
    total = {name: max(running.get(name, 0), starting.get(name, 0)) for name in (*running, *starting)}
    if spec.resources is not None:
        for name, quantity in spec.resources.requests.items():
            if name in ("cpu", "memory") or name.startswith("hugepages-"):
                total[name] = amount_of(name, quantity)
    _add(total, {name: amount_of(name, quantity) for name, quantity in spec.overhead.items()})
    return total


def _container_requests(container: Container, defaults: Amounts) -> dict[str, int]:
    asked = {name: amount_of(name, quantity) for name, quantity in container.resources.requests.items()}
    return {**defaults, **asked}


def _add(total: dict[str, int], amounts: Amounts) -> None:
    for name, amount in amounts.items():
        total[name] = total.get(name, 0) + amount


def amount_of(resource: str, quantity: str) -> int:
    """The number behind a quantity: thousandths for ``cpu``, whole units for every other resource."""
    return milli(quantity) if resource == "cpu" else value(quantity)


def _host_ports(spec: PodSpec) -> Iterable[HostPort]:
    """The ports that the Pod takes on its node."""
    sidecars = (c for c in spec.init_containers if c.restart_policy == "Always")
    for container in (*spec.containers, *sidecars):
        for port in container.ports:
            if port.host_port > 0:
                yield (port.host_ip or "0.0.0.0", port.protocol or "TCP", port.host_port)


@attrs.frozen(slots=True, kw_only=True)
class Capacity:
    """How much of everything a node gives to Pods (its ``status.allocatable``).

    Attributes:
        pods: how many Pods may run on it.
        milli_cpu: thousandths of a CPU.
        memory: bytes.
        ephemeral_storage: bytes.
        scalar: everything else, by the resource's name.
    """

    pods: int = 0
    milli_cpu: int = 0
    memory: int = 0
    ephemeral_storage: int = 0
    scalar: FrozenMap[str, int] = NONE


_capacities: "IdentityMemo[Capacity]" = IdentityMemo(limit=16384)


def capacity(allocatable: Mapping[str, str]) -> Capacity:
    """The numbers behind a node's allocatable resources; worked out once for as long as these are the same."""
    return _capacities.get(allocatable) or _capacities.put(allocatable, _capacity(allocatable))


def _capacity(allocatable: Mapping[str, str]) -> Capacity:
    amounts = {name: amount_of(name, quantity) for name, quantity in allocatable.items()}
    named = ("pods", "cpu", "memory", "ephemeral-storage")
    return Capacity(
        pods=amounts.get("pods", 0),
        milli_cpu=amounts.get("cpu", 0),
        memory=amounts.get("memory", 0),
        ephemeral_storage=amounts.get("ephemeral-storage", 0),
        scalar=FrozenMap({name: amount for name, amount in amounts.items() if name not in named}),
    )


@attrs.frozen(slots=True)
class Shortage:
    """A resource of which a node has too little left for a Pod.

    Attributes:
        resource: its name; ``pods`` when the node has as many Pods as it may.
        requested: how much the Pod asks for (thousandths for ``cpu``).
        used: how much the Pods on the node have asked for.
        capacity: how much the node has in all.
    """

    resource: str
    requested: int
    used: int
    capacity: int


def shortages(request: PodRequest, total: Capacity, used: NodeAllocation) -> tuple[Shortage, ...]:
    """What a node has too little of for one more Pod (``fitsRequest``); nothing when the Pod fits."""
    short: list[Shortage] = []
    if used.pods + 1 > total.pods:
        short.append(Shortage("pods", 1, used.pods, total.pods))
    for resource, wanted, taken, whole in (
        ("cpu", request.milli_cpu, used.milli_cpu, total.milli_cpu),
        ("memory", request.memory, used.memory, total.memory),
        ("ephemeral-storage", request.ephemeral_storage, used.ephemeral_storage, total.ephemeral_storage),
    ):
        if wanted > 0 and wanted > whole - taken:
            short.append(Shortage(resource, wanted, taken, whole))
    for resource, wanted in sorted(request.scalar.items()):
        taken, whole = used.scalar.get(resource, 0), total.scalar.get(resource, 0)
        if wanted > whole - taken:
            short.append(Shortage(resource, wanted, taken, whole))
    return tuple(short)


def ports_conflict(wanted: Iterable[HostPort], taken: Iterable[HostPort]) -> bool:
    """Whether a port is wanted that is taken at the same address; 0.0.0.0 is every address."""
    held = tuple(taken)
    return any(
        (protocol, port) == (held_protocol, held_port)
        and (address == held_address or "0.0.0.0" in (address, held_address))
        for address, protocol, port in wanted
        for held_address, held_protocol, held_port in held
    )
