"""The one door to etcd: every request is authenticated, authorised, admitted, validated and committed here, or refused.

    handle(snapshot, request, now, actor) -> Outcome, or StatusError

Nothing is changed by a refusal: the snapshot that came in is still the state of the cluster.

In Kubernetes: `k8s.io/apiserver` (endpoints, generic registry store).

**Simplified:** requests are objects, not HTTP; `kubelab.server` gives them that face.
"""

from collections.abc import Callable, Iterable
from typing import Any

from kubelab.api.defaults import apply_defaults
from kubelab.api.model import evolve
from kubelab.api.scalars import Time
from kubelab.api.scheme import Kind, by_kind
from kubelab.api.validation import validate, validate_update
from kubelab.apiserver import eviction, names, refusals, registry
from kubelab.apiserver.admission import admit_create, admit_delete, takes_events
from kubelab.apiserver.allocators import allocate, with_health_check_port
from kubelab.apiserver.authentication import User, authenticate
from kubelab.apiserver.authorization import authorize, may_record
from kubelab.apiserver.escalation import GIVES_RIGHTS, confirm_no_escalation
from kubelab.apiserver.merge import three_way
from kubelab.apiserver.node_restriction import restrict
from kubelab.apiserver.outcome import Outcome
from kubelab.apiserver.outside import in_cloud, on_machine, with_machine
from kubelab.state import store
from kubelab.state.requests import (
    Apply,
    Bind,
    CloudRequest,
    Create,
    Delete,
    EventNote,
    Evict,
    MachineRequest,
    Record,
    Request,
    Update,
)
from kubelab.state.snapshot import SECOND, Object, ObjectKey, Snapshot, key_of

FOREGROUND = "foregroundDeletion"
ORPHAN = "orphan"


def handle(snapshot: Snapshot, request: Request, now: int, actor: str = "user", user: User | None = None) -> Outcome:
    """Carry out a request.

    Args:
        snapshot: the state of the cluster.
        request: what is asked for.
        now: the time, in microseconds since 1970.
        actor: who asks; Events that name no component come from it.
        user: as whom the actor asks (impersonation); None means as itself.

    Raises:
        StatusError: the request is refused, in the words of the real API server.
    """
    if user is None:
        user = authenticate(actor)
    authorize(snapshot, user, request)
    if user.node:
        restrict(snapshot, user.node, request)
    outcome = _VERBS[type(request)](snapshot, request, now)
    if outcome.key.kind in GIVES_RIGHTS and outcome.after is not None and outcome.changed:
        confirm_no_escalation(snapshot, user, outcome.before, outcome.after)
    if not request.events:
        return outcome
    seen = "" if outcome.before is None else outcome.before.metadata.resource_version
    return _recorded(outcome, named(request, outcome.key).events, actor, user, now, seen)


def _recorded(
    outcome: Outcome, notes: Iterable[EventNote], actor: str, user: User, now: int, seen: str = ""
) -> Outcome:
    """The outcome with the Events that go with it; those that are refused are lost, as they are to a real component.

    A Namespace that goes away takes no new ones, and nobody may write them where RBAC does not allow it.

    Args:
        outcome: what the request came to.
        notes: the Events.
        actor: who records them.
        user: as whom.
        now: the time, in microseconds since 1970.
        seen: the version of the object that the actor has looked at.
    """
    following = outcome.snapshot
    taken = tuple(
        note
        for note in notes
        if takes_events(following, note.regarding.namespace) and may_record(following, user, note.regarding.namespace)
    )
    for note in taken:
        following = store.record(following, note, actor, now, seen)
    return evolve(outcome, snapshot=following, events=taken)


def named(request: Request, key: ObjectKey) -> Request:
    """A request whose texts say the name that the API server has made for its object."""
    if not isinstance(request, Create) or request.object.metadata.name:
        return request
    notes = tuple(
        evolve(
            note,
            regarding=note.regarding if note.regarding.name else key,
            message=note.message.replace("{name}", key.name),
        )
        for note in request.events
    )
    return evolve(request, events=notes, message=request.message.replace("{name}", key.name))


def _time(now: int) -> Time:
    return Time(now // SECOND)


def _create(snapshot: Snapshot, request: Create, now: int) -> Outcome:
    obj = request.object
    kind = by_kind(obj.kind)
    meta = obj.metadata
    if kind.namespaced and not meta.namespace:
        meta = evolve(meta, namespace="default")
    if not meta.name and meta.generate_name:
        name, snapshot = _free_name(snapshot, obj, meta.namespace)
        meta = evolve(meta, name=name)
    if meta.resource_version:
        raise refusals.bad_request("resourceVersion should not be set on objects to be created")
    key = ObjectKey(obj.kind, meta.namespace, meta.name)
    uid = names.uid(key.full, str(snapshot.revision))
    meta = evolve(meta, uid=uid, creation_timestamp=_time(now))
    obj = registry.prepare_create(apply_defaults(evolve(obj, metadata=meta)))
    obj = apply_defaults(admit_create(snapshot, obj, kind))
    if obj.kind == "Service":
        obj = with_health_check_port(snapshot, obj)
    if errors := validate(obj):
        raise refusals.invalid(kind, meta.name, errors)
    if key in snapshot.objects:
        raise refusals.already_exists(kind, meta.name)
    if obj.kind == "Service":
        obj = _allocated(snapshot, obj, None, kind)
    following, stored = store.put(snapshot, obj)
    if obj.kind == "Node":
        following = with_machine(following, meta.name, now)
    return Outcome(following, key, None, stored)


def _free_name(snapshot: Snapshot, obj: Object, namespace: str) -> tuple[str, Snapshot]:
    """A name that no object has, and the snapshot that knows how many were made from this `generateName`.

    Names follow from that number alone: nothing else that happens in a cluster changes them.
    """
    base = obj.metadata.generate_name
    made = (obj.kind, namespace, base)
    first = snapshot.generated.get(made, 0)
    for number in range(first, first + 8):
        name = names.generate(base, obj.kind, namespace, str(number))
        if ObjectKey(obj.kind, namespace, name) not in snapshot.objects:
            return name, evolve(snapshot, generated=snapshot.generated.set(made, number + 1))
    raise refusals.already_exists(by_kind(obj.kind), name)


def _allocated(snapshot: Snapshot, service: Object, old: Object | None, kind: Kind) -> Object:
    service, errors = allocate(snapshot, service, old)
    if errors:
        raise refusals.invalid(kind, service.metadata.name, errors)
    return service


def _existing(snapshot: Snapshot, key: ObjectKey) -> Object:
    obj = snapshot.objects.get(key)
    if obj is None:
        raise refusals.not_found(by_kind(key.kind), key.name)
    return obj


def _update(snapshot: Snapshot, request: Update, now: int) -> Outcome:
    new = request.object
    old = _existing(snapshot, key_of(new))
    asked = new.metadata
    if asked.resource_version and asked.resource_version != old.metadata.resource_version:
        raise refusals.modified(by_kind(new.kind), asked.name)
    if asked.uid and asked.uid != old.metadata.uid:
        why = f"Precondition failed: UID in precondition: {asked.uid}, UID in object meta: {old.metadata.uid}"
        raise refusals.conflict(by_kind(new.kind).resource, asked.name, why)
    return _replace(snapshot, old, new, request.subresource, now)


def _replace(snapshot: Snapshot, old: Object, new: Object, subresource: str, now: int) -> Outcome:
    key = key_of(old)
    kind = by_kind(old.kind)
    if subresource != "status":
        new = apply_defaults(new)
    new = registry.prepare_update(new, old, subresource)
    if new.kind == "Service" and not subresource:
        new = with_health_check_port(snapshot, new)
    new = evolve(new, metadata=evolve(new.metadata, resource_version=old.metadata.resource_version))
    if new == old:
        return Outcome(snapshot, key, old, old)
    if not subresource and (errors := validate_update(new, old)):
        raise refusals.invalid(kind, key.name, errors)
    if new.kind == "Service" and not subresource:
        new = _allocated(snapshot, new, old, kind)
        if new == old:
            return Outcome(snapshot, key, old, old)
    if _may_go(new):
        return Outcome(store.remove(snapshot, key), key, old, None)
    following, stored = store.put(snapshot, new)
    return Outcome(following, key, old, stored)


def _may_go(obj: Object) -> bool:
    """Whether an object that was deleted has nothing left to wait for."""
    meta = obj.metadata
    if meta.deletion_timestamp is None or meta.finalizers:
        return False
    if obj.kind == "Namespace":
        return not obj.spec.finalizers
    return not meta.deletion_grace_period_seconds


def _apply(snapshot: Snapshot, request: Apply, now: int) -> Outcome:
    wanted = request.object
    kind = by_kind(wanted.kind)
    if kind.namespaced and not wanted.metadata.namespace:
        wanted = evolve(wanted, metadata=evolve(wanted.metadata, namespace="default"))
    key = key_of(wanted)
    old = snapshot.objects.get(key)
    mark = (key, request.manager)
    if old is None:
        outcome = _create(snapshot, Create(object=wanted), now)
    else:
        last = snapshot.applied.get(mark)
        merged = three_way(old, _writable(wanted), None if last is None else _writable(last))
        outcome = _replace(snapshot, old, merged, "", now)
    applied = outcome.snapshot.applied
    if applied.get(mark) == wanted:
        return outcome
    return evolve(outcome, snapshot=evolve(outcome.snapshot, applied=applied.set(mark, wanted)))


def _writable(obj: Object) -> Object:
    """A manifest without the metadata that only the server writes."""
    meta = evolve(
        obj.metadata,
        uid="",
        resource_version="",
        generation=0,
        creation_timestamp=None,
        managed_fields=(),
        self_link="",
    )
    return evolve(obj, metadata=meta)


def _delete(snapshot: Snapshot, request: Delete, now: int) -> Outcome:
    key = request.target
    admit_delete(key)
    old = _existing(snapshot, key)
    meta = old.metadata
    kind = by_kind(key.kind)
    if request.uid and request.uid != meta.uid:
        why = f"Precondition failed: UID in precondition: {request.uid}, UID in object meta: {meta.uid}"
        raise refusals.conflict(kind.resource, key.name, why)
    if request.resource_version and request.resource_version != meta.resource_version:
        why = (
            f"Precondition failed: ResourceVersion in precondition: {request.resource_version}, "
            f"ResourceVersion in object meta: {meta.resource_version}"
        )
        raise refusals.conflict(kind.resource, key.name, why)
    new = _with_propagation(old, request.propagation)
    grace = registry.grace_seconds(old, request.grace_seconds)
    waits = grace > 0 or new.metadata.finalizers or key.kind == "Namespace"
    if not waits:
        return Outcome(store.remove(snapshot, key), key, old, None)
    new = registry.mark_deleted(new, _time(now), grace)
    if new == old:
        return Outcome(snapshot, key, old, old)
    following, stored = store.put(snapshot, new)
    return Outcome(following, key, old, stored)


def _with_propagation(obj: Object, propagation: str) -> Object:
    meta = obj.metadata
    wanted = {"Foreground": (FOREGROUND,), "Orphan": (ORPHAN,), "Background": ()}.get(propagation)
    if wanted is None:
        if obj.kind != "ReplicationController" or meta.finalizers:
            return obj
        # The oldest API leaves a ReplicationController's Pods alone unless it is asked to delete them.
        wanted = (ORPHAN,)
    finalizers = tuple(f for f in meta.finalizers if f not in (FOREGROUND, ORPHAN)) + wanted
    if finalizers == meta.finalizers:
        return obj
    return evolve(obj, metadata=evolve(meta, finalizers=finalizers))


def _bind(snapshot: Snapshot, request: Bind, now: int) -> Outcome:
    key = request.target
    pod = _existing(snapshot, key)
    if request.uid and request.uid != pod.metadata.uid:
        why = f"Precondition failed: UID in precondition: {request.uid}, UID in object meta: {pod.metadata.uid}"
        raise refusals.conflict("pods/binding", key.name, why)
    if pod.metadata.deletion_timestamp is not None:
        raise refusals.conflict(
            "pods/binding", key.name, f"pod {key.name} is being deleted, cannot be assigned to a host"
        )
    if pod.spec.node_name:
        why = f'pod {key.name} is already assigned to node "{pod.spec.node_name}"'
        raise refusals.conflict("pods/binding", key.name, why)
    bound = evolve(
        pod,
        spec=evolve(pod.spec, node_name=request.node),
        status=evolve(
            registry.with_condition(pod.status, "PodScheduled", "True", _time(now), pod.metadata.generation),
            nominated_node_name="",
        ),
    )
    following, stored = store.put(snapshot, bound)
    return Outcome(following, key, pod, stored)


def _evict(snapshot: Snapshot, request: Evict, now: int) -> Outcome:
    pod = _existing(snapshot, request.target)
    following, charged = eviction.admitted(snapshot, pod, request, now)
    following, _ = store.put(following, eviction.marked(pod, _time(now)))
    delete = Delete(target=request.target, grace_seconds=request.grace_seconds, propagation=request.propagation)
    done = _delete(following, delete, now)
    return evolve(done, before=pod, after=done.after, besides=charged)


def _record(snapshot: Snapshot, request: Record, now: int) -> Outcome:
    known = snapshot.objects.get(request.target)
    return Outcome(snapshot, request.target, known, known)


_VERBS: dict[type, Callable[[Snapshot, Any, int], Outcome]] = {
    Create: _create,
    Update: _update,
    Apply: _apply,
    Delete: _delete,
    Bind: _bind,
    Evict: _evict,
    Record: _record,
}


def carry_out(snapshot: Snapshot, request: MachineRequest | CloudRequest, now: int, actor: str) -> Outcome:
    """Let a machine do what its kubelet or kube-proxy asks of it, or the cloud what is asked of its API.

    Its Events go to the API server. `before` and `after` of the outcome are the machine's, or the cloud's.

    Raises:
        StatusError: there is no such machine, or no cloud, or the cloud refuses.
    """
    done = in_cloud(snapshot, request, now) if isinstance(request, CloudRequest) else on_machine(snapshot, request, now)
    following, before, after = done
    outcome = Outcome(following, request.target, before, after)
    return _recorded(outcome, request.events, actor, authenticate(actor), now) if request.events else outcome
