"""ComponentStatuses: an old way to ask whether the control plane is well; nothing of it is stored.

**In Kubernetes:** `pkg/registry/core/componentstatus`.
"""

from typing import Any

from kubelab.errors import StatusError
from kubelab.server import status
from kubelab.server.call import Call, Reply
from kubelab.sim import faults

Document = dict[str, Any]

WARNING = "v1 ComponentStatus is deprecated in v1.19+"
COMPONENTS = {"controller-manager": "kube-controller-manager", "etcd-0": "etcd", "scheduler": "kube-scheduler"}


def answer(call: Call) -> Reply:
    """How the parts of the control plane are."""
    address = call.address
    if address.subresource or address.namespace:
        raise status.no_such_resource()
    if address.verb not in ("get", "list"):
        raise status.method_not_allowed()
    if address.verb == "get":
        if address.name not in COMPONENTS:
            raise StatusError(404, "NotFound", f'componentstatuses "{address.name}" not found')
        return Reply({**_head(), **_status(call, address.name)}, warnings=(WARNING,))
    listed = [_status(call, name) for name in COMPONENTS]
    if call.want.shape == "Table":
        return Reply(_table(listed), warnings=(WARNING,))
    document = {"kind": "ComponentStatusList", "apiVersion": "v1", "metadata": {}, "items": listed}
    return Reply(document, warnings=(WARNING,))


def _head() -> Document:
    return {"kind": "ComponentStatus", "apiVersion": "v1"}


def _status(call: Call, name: str) -> Document:
    cluster = call.host.cluster
    stopped = cluster.state.stopped
    try:
        runs = any(actor not in stopped for actor in faults.members(cluster.engine, cluster.state, COMPONENTS[name]))
    except Exception:
        runs = True
    said = {"message": "ok"} if runs else {"message": "Unknown", "error": "connect: connection refused"}
    condition = {"type": "Healthy", "status": "True" if runs else "False", **said}
    return {"metadata": {"name": name, "creationTimestamp": None}, "conditions": [condition]}


def _table(listed: list[Document]) -> Document:
    columns = [
        {"name": name, "type": "string", "format": "name" if name == "Name" else "", "description": "", "priority": 0}
        for name in ("Name", "Status", "Message", "Error")
    ]
    rows = []
    for each in listed:
        condition = each["conditions"][0]
        healthy = "Healthy" if condition["status"] == "True" else "Unhealthy"
        partial = {
            "kind": "PartialObjectMetadata",
            "apiVersion": "meta.k8s.io/v1",
            "metadata": each["metadata"],
        }
        cells = [each["metadata"]["name"], healthy, condition["message"], condition.get("error", "")]
        rows.append({"cells": cells, "object": partial})
    return {
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": {},
        "columnDefinitions": columns,
        "rows": rows,
    }
