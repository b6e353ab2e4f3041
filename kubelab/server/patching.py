"""PATCH: the media type says which kind of patch it is; the API server carries it out.

**In Kubernetes:** `k8s.io/apiserver/pkg/endpoints/handlers/patch.go`.
"""

from typing import Any

from kubelab.api.decode import freeze
from kubelab.errors import StatusError
from kubelab.server import bodies, media, reading
from kubelab.server.call import Call, Reply
from kubelab.server.resources import Resource
from kubelab.state.requests import Patch

APPLY = "application/apply-patch+yaml"

TYPES = {
    "application/json-patch+json": "json",
    "application/merge-patch+json": "merge",
    "application/strategic-merge-patch+json": "strategic",
    APPLY: "apply",
}
"""What the media types of patches are called in a `Patch`."""


def request(call: Call, resource: Resource, subresource: str) -> Patch:
    """The request that a PATCH makes.

    Raises:
        StatusError: it cannot be read.
    """
    type_ = media.check_body_type(call.content_type, tuple(TYPES))
    body: Any
    body, _ = bodies.plain(call.body, media.YAML if type_ == APPLY else media.JSON, resource.title)
    if type_ == APPLY and not call.query.get("fieldManager"):
        why = "Required value: is required for apply patch"
        raise StatusError(422, "Invalid", f'PatchOptions.meta.k8s.io "" is invalid: fieldManager: {why}')
    key = reading.key(call, resource)
    what = "applied" if type_ == APPLY else "patched"
    part = f"the {subresource} of " if subresource else ""
    return Patch(
        target=key,
        type=TYPES[type_],
        body=freeze(body),
        subresource=subresource,
        manager=call.manager,
        force=call.query.get("force", "").lower() in ("1", "true"),
        validation=bodies.directive(call.query, "PatchOptions"),
        reason=what.capitalize(),
        message=call.sentence(f"{what} {part}{key}"),
    )


def patch(call: Call, resource: Resource, subresource: str) -> Reply:
    """Patch an object, or one part of it."""
    dry_run = bodies.dry_run(call.query, "PatchOptions")
    asked = request(call, resource, subresource)
    done = call.host.change(asked, call.who.user, dry_run)
    created = done.before is None and done.after is not None
    return Reply(reading.changed(call, resource, done), 201 if created else 200, done.warnings)
