"""What each kind of request does to the store, once its sender is known and allowed to ask: create, replace, apply,
delete, bind.

Each is a function of a snapshot, a request and who writes; it gives an `Outcome`, or refuses and has changed nothing.

**In Kubernetes:** `k8s.io/apiserver/pkg/registry/generic/registry` (Store), `pkg/registry/core/pod/storage` (bindings).
"""

from kubelab.api.custom import CustomResource, of_today
from kubelab.api.defaults import apply_defaults
from kubelab.api.manifest import to_manifest
from kubelab.api.model import evolve
from kubelab.api.scalars import Time
from kubelab.api.scheme import Kind, by_kind
from kubelab.api.validation import validate, validate_update
from kubelab.apiserver import eviction, names, refusals, registry
from kubelab.apiserver.admission import admit_create, admit_delete, confirm
from kubelab.apiserver.allocators import allocate, with_health_check_port
from kubelab.apiserver.definitions import confirm_served, with_cleanup
from kubelab.apiserver.field_owners.history import shown
from kubelab.apiserver.merge import three_way
from kubelab.apiserver.outcome import Outcome
from kubelab.apiserver.outside import with_machine
from kubelab.apiserver.resource_quota import Charges, charge
from kubelab.apiserver.topology_labels import with_topology_labels
from kubelab.errors import StatusError
from kubelab.state import store
from kubelab.state.encryption import is_stale
from kubelab.state.requests import Apply, Bind, Create, Delete, Evict, Record, Update
from kubelab.state.snapshot import SECOND, Object, ObjectKey, Snapshot, Writer, key_of

FOREGROUND = "foregroundDeletion"
ORPHAN = "orphan"


def _time(now: int) -> Time:
    return Time(now // SECOND)


def create(snapshot: Snapshot, request: Create, by: Writer) -> Outcome:
    """Store a new object, with what the server adds to it.

    Raises:
        StatusError: the name is taken, or the object is not let in, or breaks the rules of its kind.
    """
    obj = request.object
    kind = by_kind(obj.kind)
    meta = obj.metadata
    if meta.managed_fields:
        meta = evolve(meta, managed_fields=())
    if kind.namespaced and not meta.namespace:
        meta = evolve(meta, namespace="default")
    if not meta.name and meta.generate_name:
        name, snapshot = _free_name(snapshot, obj, meta.namespace)
        meta = evolve(meta, name=name)
    if meta.resource_version:
        raise refusals.bad_request("resourceVersion should not be set on objects to be created")
    key = ObjectKey(obj.kind, meta.namespace, meta.name)
    uid = names.uid(key.full, str(snapshot.revision))
    meta = evolve(meta, uid=uid, creation_timestamp=_time(by.at))
    asked = request.object.metadata
    obj = apply_defaults(evolve(obj, metadata=meta))
    if by.given is None:
        # What the server adds from here on is nobody's.
        by = Writer(by.name, by.at, by.operation, by.subresource, obj)
    confirm_served(snapshot, kind)
    obj = registry.prepare_create(admit_create(snapshot, obj, kind, asked.name or asked.generate_name))
    obj = apply_defaults(obj)
    if obj.kind == "Service":
        obj = with_health_check_port(snapshot, obj)
    if errors := validate(obj):
        raise refusals.invalid(kind, meta.name, errors)
    charges = _confirmed(snapshot, obj, asked.name, by.at)
    if key in snapshot.objects:
        raise refusals.already_exists(kind, meta.name, snapshot.objects[key].metadata.deletion_timestamp is not None)
    if obj.kind == "Service":
        obj = _allocated(snapshot, obj, None, kind)
    following, besides = charge(snapshot, charges)
    following, stored = store.put(following, obj, by)
    if obj.kind == "Node":
        following = with_machine(following, meta.name, by.at)
    return Outcome(following, key, None, stored, besides=besides)


def _confirmed(snapshot: Snapshot, obj: Object, asked: str, now: int) -> Charges:
    """What a new object costs; one that is refused has another name each time, if the server makes its name."""
    kind = by_kind(obj.kind)
    try:
        return confirm(snapshot, obj, None, kind, now)
    except StatusError:
        meta = obj.metadata
        if asked:
            raise
        other = names.generate(meta.generate_name, meta.name, str(snapshot.revision))
        confirm(snapshot, evolve(obj, metadata=evolve(meta, name=other)), None, kind, now)
        raise


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


def existing(snapshot: Snapshot, key: ObjectKey) -> Object:
    """The object with this key.

    Raises:
        StatusError: 404, there is none.
    """
    obj = snapshot.objects.get(key)
    if obj is None:
        raise refusals.not_found(by_kind(key.kind), key.name)
    return of_today(obj)


def same_place(target: ObjectKey, name: str, namespace: str) -> None:
    """Let pass a body that is about the object that its request is about.

    Raises:
        StatusError: 400, it is about another one.
    """
    if name != target.name:
        why = f"the name of the object ({name}) does not match the name on the URL ({target.name})"
        raise refusals.bad_request(why)
    if namespace and namespace != target.namespace:
        why = f"the namespace of the object ({namespace}) does not match the namespace on the request "
        raise refusals.bad_request(f"{why}({target.namespace})")


def update(snapshot: Snapshot, request: Update, by: Writer) -> Outcome:
    """Replace an object by another version of it.

    Raises:
        StatusError: there is no such object, it has changed since it was read, or the new one breaks the rules.
    """
    new = request.object
    old = existing(snapshot, key_of(new))
    asked = new.metadata
    if asked.resource_version and asked.resource_version != old.metadata.resource_version:
        raise refusals.modified(by_kind(new.kind), asked.name)
    if asked.uid and asked.uid != old.metadata.uid:
        why = f"Precondition failed: UID in precondition: {asked.uid}, UID in object meta: {old.metadata.uid}"
        raise refusals.conflict(by_kind(new.kind).resource, asked.name, why)
    return replace(snapshot, old, new, request.subresource, by)


def replace(
    snapshot: Snapshot, old: Object, new: Object, subresource: str, by: Writer, anyway: bool = False
) -> Outcome:
    """Store a new version of an object by one of its doors; nothing is written where nothing would change.

    Args:
        snapshot: the state so far.
        old: the object as it is.
        new: as it is to be.
        subresource: "" for the object without its status, ``status``, ``finalize``, or ``scale``.
        by: who writes.
        anyway: write also where nothing changes but who owns it; so is what should lie encrypted and does not yet.

    Raises:
        StatusError: the new version breaks the rules of its kind.
    """
    key = key_of(old)
    kind = by_kind(old.kind)
    if new.metadata.managed_fields:
        by = _with_owners(snapshot, old, new, subresource, by)
        new = evolve(new, metadata=evolve(new.metadata, managed_fields=()))
    if subresource != "status" or isinstance(new, CustomResource):
        new = apply_defaults(new)
    new = registry.prepare_update(new, old, subresource)
    if new.kind == "Service" and not subresource:
        new = with_health_check_port(snapshot, new)
    new = evolve(new, metadata=evolve(new.metadata, resource_version=old.metadata.resource_version))
    anyway = anyway or by.owners is not None or is_stale(snapshot, old)
    if new == old and not anyway:
        return Outcome(snapshot, key, old, old)
    checked = subresource in ("", registry.APPROVAL) or isinstance(new, CustomResource)
    if checked and (errors := validate_update(new, old, subresource if subresource == registry.APPROVAL else "")):
        raise refusals.invalid(kind, key.name, errors)
    charges = () if subresource else confirm(snapshot, new, old, kind, by.at)
    if new.kind == "Service" and not subresource:
        new = _allocated(snapshot, new, old, kind)
        if new == old and not anyway:
            return Outcome(snapshot, key, old, old)
    if _may_go(new):
        return Outcome(store.remove(snapshot, key), key, old, None)
    following, besides = charge(snapshot, charges)
    following, stored = store.put(following, new, by)
    return Outcome(following, key, old, stored, besides=besides)


def _with_owners(snapshot: Snapshot, old: Object, new: Object, subresource: str, by: Writer) -> Writer:
    """Who writes, with the owners that the new version names, where they are others than those known."""
    named = new.metadata.managed_fields
    if subresource or named == shown(snapshot, old).metadata.managed_fields:
        return by
    return by._replace(owners=() if named == (type(named[0])(),) else named)


def _may_go(obj: Object) -> bool:
    """Whether an object that was deleted has nothing left to wait for."""
    meta = obj.metadata
    if meta.deletion_timestamp is None or meta.finalizers:
        return False
    if obj.kind == "Namespace":
        return not obj.spec.finalizers
    return not meta.deletion_grace_period_seconds


def apply(snapshot: Snapshot, request: Apply, by: Writer) -> Outcome:
    """Make an object be as a manifest says, or create it.

    Raises:
        StatusError: as `create` and `replace`.
    """
    wanted = request.object
    kind = by_kind(wanted.kind)
    if kind.namespaced and not wanted.metadata.namespace:
        wanted = evolve(wanted, metadata=evolve(wanted.metadata, namespace="default"))
    key = key_of(wanted)
    old = of_today(snapshot.objects.get(key))
    mark = (key, request.manager)
    by = by._replace(operation="Apply", given=to_manifest(_writable(wanted), compact=True))
    if old is None:
        outcome = create(snapshot, Create(object=wanted), by)
    else:
        last = snapshot.applied.get(mark)
        merged = three_way(old, _writable(wanted), None if last is None else _writable(of_today(last)))
        outcome = replace(snapshot, old, merged, "", by)
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


def delete(snapshot: Snapshot, request: Delete, by: Writer) -> Outcome:
    """Take an object away, or mark it as deleted where something has to end first.

    Raises:
        StatusError: there is no such object, it is not the one that is meant, or it may not be deleted.
    """
    key = request.target
    admit_delete(key)
    old = existing(snapshot, key)
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
    new = with_cleanup(_with_propagation(old, request.propagation), _time(by.at))
    grace = registry.grace_seconds(old, request.grace_seconds)
    waits = grace > 0 or new.metadata.finalizers or key.kind == "Namespace"
    if not waits:
        if key.kind == "Pod" and meta.deletion_timestamp is None:
            # Also one that takes no time to end is marked first, and whoever watches sees that.
            snapshot, _ = store.put(snapshot, registry.mark_deleted(new, _time(by.at), 0))
        return Outcome(store.remove(snapshot, key), key, old, None)
    new = registry.mark_deleted(new, _time(by.at), grace)
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


def bind(snapshot: Snapshot, request: Bind, by: Writer) -> Outcome:
    """Let a Pod belong to a node from now on.

    Raises:
        StatusError: there is no such Pod, it is being deleted, or belongs to a node already.
    """
    key = request.target
    pod = existing(snapshot, key)
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
        with_topology_labels(snapshot, pod, request.node),
        spec=evolve(pod.spec, node_name=request.node),
        status=evolve(
            registry.with_condition(pod.status, "PodScheduled", "True", _time(by.at), pod.metadata.generation),
            nominated_node_name="",
        ),
    )
    following, stored = store.put(snapshot, bound)
    return Outcome(following, key, pod, stored)


def evict(snapshot: Snapshot, request: Evict, by: Writer) -> Outcome:
    """Delete a Pod where its PodDisruptionBudget allows it.

    Raises:
        StatusError: as `delete`, or 429, the budget does not allow it now.
    """
    pod = existing(snapshot, request.target)
    following, charged = eviction.admitted(snapshot, pod, request, by.at)
    following, _ = store.put(following, eviction.marked(pod, _time(by.at)))
    wish = Delete(target=request.target, grace_seconds=request.grace_seconds, propagation=request.propagation)
    done = delete(following, wish, by)
    return evolve(done, before=pod, after=done.after, besides=charged)


def record(snapshot: Snapshot, request: Record, by: Writer) -> Outcome:
    """Change nothing: the Events of the request are all that it is about."""
    known = snapshot.objects.get(request.target)
    return Outcome(snapshot, request.target, known, known)
