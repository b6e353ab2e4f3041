"""The writes that a plan for the slices of a Service comes to, as few as possible.

Source: `k8s.io/endpointslice/reconciler.go` (finalize).
"""

from collections.abc import Iterable, Mapping, Sequence

from kubelab.api.core.pod import Pod
from kubelab.api.core.service import Service
from kubelab.api.discovery import Endpoint, EndpointSlice
from kubelab.api.model import evolve
from kubelab.components.endpointslice.placement import EndpointId, Plan, can_be_used, endpoint_id
from kubelab.state.requests import Create, Delete, Request, Update
from kubelab.state.service_endpoints import LAST_CHANGE_TRIGGER_TIME, trigger_time
from kubelab.state.snapshot import key_of

ACTOR = "endpoint-slice-controller"


def finalize(plan: Plan, service: Service, existing: Sequence[EndpointSlice], pods: Mapping[str, Pod]) -> list[Request]:
    """The writes of a plan: a slice that would be deleted is turned into one that would be created instead."""
    reusable = [s for s in plan.delete if can_be_used(s, service)]
    while reusable and plan.create:
        old, new = reusable.pop(0), plan.create.pop()
        plan.delete.remove(old)
        meta = evolve(old.metadata, labels=new.metadata.labels)
        plan.update[old.metadata.name] = evolve(old, metadata=meta, endpoints=new.endpoints, ports=new.ports)
    before = {s.metadata.name: s for s in existing}
    requests: list[Request] = []
    if service.metadata.deletion_timestamp is None:
        requests += [_create(service, s, pods, first=not existing) for s in plan.create]
    requests += [_update(service, before[name], plan.update[name], pods) for name in sorted(plan.update)]
    requests += [_delete(service, s) for s in plan.delete]
    return requests


def _create(service: Service, slice_: EndpointSlice, pods: Mapping[str, Pod], *, first: bool) -> Create:
    return Create(
        object=_stamped(slice_, trigger_time(service, _pods(slice_.endpoints, pods), first=first)),
        reason="EndpointSliceCreated",
        message=f"{ACTOR} created EndpointSlice {{name}} for Service {service.metadata.name}: {_tally(slice_)}.",
    )


def _update(service: Service, old: EndpointSlice, new: EndpointSlice, pods: Mapping[str, Pod]) -> Update:
    before = {endpoint_id(e): e for e in old.endpoints}
    written = [e for e in new.endpoints if before.get(endpoint_id(e)) is not e]
    return Update(
        object=_stamped(new, trigger_time(service, _pods(written, pods), first=False)),
        reason="EndpointSliceUpdated",
        message=f"{ACTOR} updated EndpointSlice {old.metadata.name} of Service "
        f"{service.metadata.name}: {_difference(before, written, new)}now {_tally(new)}.",
    )


def _delete(service: Service, slice_: EndpointSlice) -> Delete:
    return Delete(
        target=key_of(slice_),
        uid=slice_.metadata.uid,
        reason="EndpointSliceDeleted",
        message=f"{ACTOR} deleted EndpointSlice {slice_.metadata.name}: no endpoint of Service "
        f"{service.metadata.name} is left for it.",
    )


def _stamped(slice_: EndpointSlice, moment: str | None) -> EndpointSlice:
    annotations = slice_.metadata.annotations.with_({LAST_CHANGE_TRIGGER_TIME: moment})
    return evolve(slice_, metadata=evolve(slice_.metadata, annotations=annotations))


def _pods(endpoints: Iterable[Endpoint], pods: Mapping[str, Pod]) -> list[Pod]:
    return [pods[e.target_ref.name] for e in endpoints if e.target_ref is not None and e.target_ref.name in pods]


def _tally(slice_: EndpointSlice) -> str:
    total = len(slice_.endpoints)
    if not total:
        return "no Pod with an address matches the selector"
    ready = sum(1 for e in slice_.endpoints if e.conditions.ready)
    return f"{total} endpoint{'s' if total > 1 else ''}, {ready} of them ready"


def _difference(before: Mapping[EndpointId, Endpoint], written: Sequence[Endpoint], new: EndpointSlice) -> str:
    """What is different: who came, who went, whose state changed; "" when only labels did."""
    kept = {endpoint_id(e) for e in new.endpoints}
    came = [endpoint_id(e).pod for e in written if endpoint_id(e) not in before]
    changed = [f"{endpoint_id(e).pod} is {_state(e)}" for e in written if endpoint_id(e) in before]
    went = [identity.pod for identity in before if identity not in kept]
    parts = [
        f"{verb} {', '.join(names[:3])}{f' and {len(names) - 3} more' if len(names) > 3 else ''}"
        for verb, names in (("added", came), ("removed", went))
        if names
    ]
    parts += changed[:3] if len(changed) <= 3 else [*changed[:2], f"{len(changed) - 2} more changed"]
    return "".join(f"{part}; " for part in parts)


def _state(endpoint: Endpoint) -> str:
    if endpoint.conditions.terminating:
        return "terminating"
    return "ready" if endpoint.conditions.ready else "not ready"
