"""The ``scale`` subresource: how many replicas an object has and wants.

**In Kubernetes:** `pkg/registry/apps/deployment/storage` (ScaleREST).
"""

from kubelab.apiserver.scale import replicas_of, scale_of, scaled
from kubelab.errors import StatusError
from kubelab.server import bodies, patching, reading, rows
from kubelab.server.call import Call, Reply
from kubelab.server.resources import Resource
from kubelab.server.rows import Document
from kubelab.state.requests import Update
from kubelab.state.snapshot import Object
from kubelab.views.printers.cells import age


def get(call: Call, resource: Resource) -> Reply:
    """How many replicas an object has and wants."""
    obj = reading.existing(call, resource)
    if call.want.shape == "Table":
        return Reply(_table(call, obj))
    return Reply(scale_of(obj))


def _table(call: Call, obj: Object) -> Document:
    """How many replicas it has and wants as a row."""
    scale = scale_of(obj)
    counts = (scale[part].get("replicas", 0) for part in ("spec", "status"))
    cells = [obj.metadata.name, *counts, age(obj, call.host.now)]
    said = (
        ("Name", "string", "What the object is called."),
        ("Desired", "integer", "How many replicas are wanted."),
        ("Available", "integer", "How many replicas there are."),
        ("Age", "string", "How long the object has existed."),
    )
    columns = [{"name": n, "type": t, "format": "", "description": d, "priority": 0} for n, t, d in said]
    return {
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": {"resourceVersion": obj.metadata.resource_version},
        "columnDefinitions": columns,
        "rows": [{"cells": cells, "object": rows.partial(obj)}],
    }


def update(call: Call, resource: Resource) -> Reply:
    """Say how many it is to have."""
    old = reading.existing(call, resource)
    value, _ = bodies.plain(call.body, call.content_type, "Scale", "autoscaling/v1")
    name = (value.get("metadata") or {}).get("name", "") if isinstance(value, dict) else ""
    if name and name != call.address.name:
        text = f"the name of the object ({name}) does not match the name on the URL ({call.address.name})"
        raise StatusError(400, "BadRequest", text)
    wanted = scaled(old, value)
    key = reading.key(call, resource)
    request = Update(
        object=wanted,
        subresource="scale",
        manager=call.manager,
        reason="Scaled",
        message=call.sentence(f"scaled {key} to {replicas_of(wanted)}"),
    )
    done = call.host.change(request, call.who.user, bodies.dry_run(call.query, "UpdateOptions"))
    return Reply(scale_of(done.after))


def patch(call: Call, resource: Resource) -> Reply:
    """Change how many it is to have."""
    dry_run = bodies.dry_run(call.query, "PatchOptions")
    done = call.host.change(patching.request(call, resource, "scale"), call.who.user, dry_run)
    return Reply(scale_of(done.after))
