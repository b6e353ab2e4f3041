"""POST, PUT and PATCH: HTTP mapped to the requests of the API server, which carries them out or refuses them.

**In Kubernetes:** `k8s.io/apiserver/pkg/endpoints/handlers` (create.go, update.go, patch.go).
"""

from kubelab.api.model import evolve
from kubelab.apiserver import refusals
from kubelab.errors import Cause, StatusError
from kubelab.server import bodies, reading, status
from kubelab.server.call import Call, Reply
from kubelab.server.resources import CREATED_BY_UPDATE, UNCONDITIONAL, Resource
from kubelab.state.requests import Bind, Create, Evict, Request, Update
from kubelab.state.snapshot import Object, ObjectKey

MISMATCH = "the namespace of the provided object does not match the namespace sent on the request"


def create(call: Call, resource: Resource) -> Reply:
    """Create an object."""
    dry_run = bodies.dry_run(call.query)
    strictness = bodies.directive(call.query, "CreateOptions")
    decoded = bodies.decode(call.body, call.content_type, resource, strictness)
    obj = placed(decoded.object, call, resource)
    named = obj.metadata.name or "{name}"
    why = call.sentence(f"created {resource.title} {named}")
    request = Create(object=obj, manager=call.manager, reason="Created", message=why)
    done = call.host.change(request, call.who.user, dry_run)
    return Reply(reading.shown(call, resource, done.after), 201, (*decoded.warnings, *done.warnings))


def placed(obj: Object, call: Call, resource: Resource) -> Object:
    """An object in the Namespace that the address names.

    Raises:
        StatusError: 400, it says another one itself.
    """
    given = obj.metadata.namespace
    wanted = call.address.namespace if resource.kind.namespaced else ""
    if given == wanted:
        return obj
    if given and wanted:
        raise StatusError(400, "BadRequest", MISMATCH)
    return evolve(obj, metadata=evolve(obj.metadata, namespace=wanted))


def update(call: Call, resource: Resource, subresource: str) -> Reply:
    """Replace an object, or one part of it."""
    dry_run = bodies.dry_run(call.query, "UpdateOptions")
    strictness = bodies.directive(call.query, "UpdateOptions")
    decoded = bodies.decode(call.body, call.content_type, resource, strictness)
    obj = decoded.object
    name = call.address.name
    if obj.metadata.name and obj.metadata.name != name:
        text = f"the name of the object ({obj.metadata.name}) does not match the name on the URL ({name})"
        raise StatusError(400, "BadRequest", text)
    obj = placed(evolve(obj, metadata=evolve(obj.metadata, name=name)), call, resource)
    key = reading.key(call, resource)
    old = call.host.view.find(key)
    if old is None and not subresource and resource.kind.kind in CREATED_BY_UPDATE and not obj.metadata.uid:
        request: Request = Create(
            object=obj, manager=call.manager, reason="Created", message=call.sentence(f"created {key}")
        )
        done = call.host.change(request, call.who.user, dry_run)
        return Reply(reading.shown(call, resource, done.after), 201, (*decoded.warnings, *done.warnings))
    if old is None:
        raise refusals.not_found(resource.kind, name)
    if resource.kind.kind in UNCONDITIONAL and not obj.metadata.resource_version:
        raise _must_name_version(resource, name)
    why = call.sentence(f"replaced {_part(subresource)}{key}")
    done = call.host.change(
        Update(object=obj, subresource=subresource, manager=call.manager, reason="Updated", message=why),
        call.who.user,
        dry_run,
    )
    return Reply(reading.changed(call, resource, done), 200, (*decoded.warnings, *done.warnings))


def _part(subresource: str) -> str:
    return f"the {subresource} of " if subresource else ""


def _must_name_version(resource: Resource, name: str) -> StatusError:
    title = f"{resource.kind.kind}.{resource.kind.group}" if resource.kind.group else resource.kind.kind
    why = 'Invalid value: "": must be specified for an update'
    text = f'{title} "{name}" is invalid: metadata.resourceVersion: {why}'
    return StatusError(422, "Invalid", text, [Cause("FieldValueInvalid", "metadata.resourceVersion", why)])


def bind(call: Call, resource: Resource) -> Reply:
    """Bind a Pod to a node: what a scheduler does."""
    value, _ = bodies.plain(call.body, call.content_type, "Binding")
    target = value.get("target") if isinstance(value, dict) else None
    metadata = (value.get("metadata") or {}) if isinstance(value, dict) else {}
    name = call.address.name or str(metadata.get("name", ""))
    node = str(target.get("name", "")) if isinstance(target, dict) else ""
    if not node:
        why = "Required value"
        text = f'Binding "{name}" is invalid: target.name: {why}'
        raise StatusError(422, "Invalid", text, [Cause("FieldValueRequired", "target.name", why)])
    key = ObjectKey("Pod", call.address.namespace, name)
    request = Bind(
        target=key,
        node=node,
        uid=str(metadata.get("uid") or ""),
        reason="Scheduled",
        message=call.sentence(f"bound {key} to Node {node}"),
    )
    call.host.change(request, call.who.user, bodies.dry_run(call.query))
    return Reply(status.success(), 201)


def evict(call: Call, resource: Resource) -> Reply:
    """Evict a Pod: delete it, if no budget is against it."""
    value, _ = bodies.plain(call.body or b"{}", call.content_type, "Eviction", "policy/v1")
    options = (value.get("deleteOptions") or {}) if isinstance(value, dict) else {}
    preconditions = options.get("preconditions") or {}
    key = reading.key(call, resource)
    request = Evict(
        target=key,
        grace_seconds=options.get("gracePeriodSeconds"),
        propagation=options.get("propagationPolicy") or "",
        uid=preconditions.get("uid") or "",
        resource_version=preconditions.get("resourceVersion") or "",
        reason="Evicted",
        message=call.sentence(f"evicted {key}"),
    )
    dry_run = bodies.dry_run(call.query) or "All" in (options.get("dryRun") or ())
    call.host.change(request, call.who.user, dry_run)
    return Reply(status.success(), 201)
