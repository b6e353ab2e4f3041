"""DELETE, of one object or of many.

**In Kubernetes:** `k8s.io/apiserver/pkg/endpoints/handlers/delete.go`, `pkg/registry/generic/registry`.
"""

from collections.abc import Mapping
from typing import Any

import attrs

from kubelab.apiserver import derived
from kubelab.errors import Cause, StatusError
from kubelab.server import bodies, numbers, reading, rows, status
from kubelab.server.call import Call, Reply
from kubelab.server.resources import RETURNED, Resource
from kubelab.state.requests import Delete
from kubelab.state.snapshot import ObjectKey

PROPAGATIONS = ("", "Background", "Foreground", "Orphan")


@attrs.frozen
class Options:
    """How something is to be deleted.

    Attributes:
        propagation: what happens to what it owns, or "" for the kind's default.
        grace_seconds: the grace period, or None.
        uid: which uid it must have, or "".
        resource_version: which version it must have, or "".
        dry_run: whether it is only tried.
    """

    propagation: str = ""
    grace_seconds: int | None = None
    uid: str = ""
    resource_version: str = ""
    dry_run: bool = False


def options_of(call: Call) -> Options:
    """The options of a deletion, from its body or else from its parameters.

    Raises:
        StatusError: 400 or 422, something in them cannot be used.
    """
    said: Mapping[str, Any]
    if call.body.strip():
        value, _ = bodies.plain(call.body, call.content_type, "DeleteOptions")
        if not isinstance(value, dict) or value.get("kind", "DeleteOptions") != "DeleteOptions":
            raise StatusError(400, "BadRequest", "decoded object cannot be converted to DeleteOptions")
        said = value
    else:
        said = _from_query(call.query)
    propagation = said.get("propagationPolicy") or ""
    orphan = said.get("orphanDependents")
    if orphan is not None:
        if propagation:
            why = f'Invalid value: "{propagation}": orphanDependents and deletionPropagation cannot be both set'
            raise _invalid("propagationPolicy", why)
        propagation = "Orphan" if orphan else "Background"
    if propagation not in PROPAGATIONS:
        supported = '"Foreground", "Background", "Orphan", "nil"'
        raise _invalid("propagationPolicy", f'Unsupported value: "{propagation}": supported values: {supported}')
    grace = said.get("gracePeriodSeconds")
    if grace is not None and type(grace) is not int:
        text = "json: cannot unmarshal string into Go struct field DeleteOptions.gracePeriodSeconds of type int64"
        raise StatusError(400, "BadRequest", text)
    preconditions = said.get("preconditions") or {}
    dry = said.get("dryRun") or ()
    dry_run = bodies.dry_run({"dryRun": ",".join(each or "" for each in dry)}, "DeleteOptions")
    return Options(
        propagation,
        grace,
        preconditions.get("uid") or "",
        preconditions.get("resourceVersion") or "",
        dry_run or bodies.dry_run(call.query, "DeleteOptions"),
    )


def _invalid(field: str, why: str) -> StatusError:
    kind = "NotSupported" if why.startswith("Unsupported") else "Invalid"
    return bodies.wrong_option("DeleteOptions", Cause(f"FieldValue{kind}", field, why))


def _from_query(query: Mapping[str, str]) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if query.get("propagationPolicy"):
        said["propagationPolicy"] = query["propagationPolicy"]
    if query.get("gracePeriodSeconds"):
        text = query["gracePeriodSeconds"]
        said["gracePeriodSeconds"] = numbers.signed(text)
    if query.get("orphanDependents"):
        said["orphanDependents"] = query["orphanDependents"].lower() in ("1", "true")
    return said


def delete(call: Call, resource: Resource) -> Reply:
    """Delete one object."""
    options = options_of(call)
    old = reading.existing(call, resource)
    done = call.host.change(_request(call, reading.key(call, resource), options), call.who.user, options.dry_run)
    if done.after is not None:
        return Reply(reading.shown(call, resource, done.after))
    if resource.kind.kind in RETURNED:
        return Reply(reading.shown(call, resource, done.before or old))
    return Reply(status.deleted(resource.kind, old.metadata.name, old.metadata.uid))


def _request(call: Call, key: ObjectKey, options: Options) -> Delete:
    return Delete(
        target=key,
        propagation=options.propagation,
        grace_seconds=options.grace_seconds,
        uid=options.uid,
        resource_version=options.resource_version,
        reason="Deleted",
        message=call.sentence(f"deleted {key}"),
    )


def delete_many(call: Call, resource: Resource) -> Reply:
    """Delete all objects that selectors select; those that are gone meanwhile do not matter."""
    options = options_of(call)
    wanted = reading.filter_of(call, resource)
    view = call.host.view
    kind = resource.kind
    found = [obj for obj in derived.objects(view, kind.kind, wanted.namespace) if wanted.matches(obj)]
    for obj in found:
        key = ObjectKey(kind.kind, obj.metadata.namespace, obj.metadata.name)
        try:
            call.host.change(_request(call, key, options), call.who.user, options.dry_run)
        except StatusError as refusal:
            if refusal.code != 404:
                raise
    meta = {"resourceVersion": str(call.host.view.snapshot.revision)}
    return Reply(rows.object_list(resource, found, meta))
