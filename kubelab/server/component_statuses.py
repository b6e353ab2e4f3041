"""ComponentStatuses over HTTP: one of them, all of them, or a Table.

**In Kubernetes:** `pkg/registry/core/componentstatus`.
"""

from typing import Any

from kubelab.apiserver.warnings import DEPRECATED
from kubelab.server import status
from kubelab.server.call import Call, Reply
from kubelab.sim.component_statuses import COMPONENTS, cells, component_status

Document = dict[str, Any]

_WARNED = (DEPRECATED["ComponentStatus"],)


def answer(call: Call) -> Reply:
    """How the parts of the control plane are."""
    address = call.address
    if address.subresource or address.namespace:
        raise status.no_such_resource()
    if address.verb not in ("get", "list"):
        raise status.method_not_allowed()
    cluster = call.host.cluster
    if address.verb == "get":
        return Reply(component_status(cluster.engine, cluster.state, address.name), warnings=_WARNED)
    listed = [component_status(cluster.engine, cluster.state, name) for name in COMPONENTS]
    if call.want.shape == "Table":
        return Reply(_table(listed), warnings=_WARNED)
    document = {
        "kind": "ComponentStatusList",
        "apiVersion": "v1",
        "metadata": {},
        "items": [{"metadata": each["metadata"], "conditions": each["conditions"]} for each in listed],
    }
    return Reply(document, warnings=_WARNED)


def _table(listed: list[Document]) -> Document:
    columns = [
        {"name": name, "type": "string", "format": "name" if name == "Name" else "", "description": "", "priority": 0}
        for name in ("Name", "Status", "Message", "Error")
    ]
    rows = []
    for each in listed:
        partial = {
            "kind": "PartialObjectMetadata",
            "apiVersion": "meta.k8s.io/v1",
            "metadata": each["metadata"],
        }
        rows.append({"cells": list(cells(each)), "object": partial})
    return {
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": {},
        "columnDefinitions": columns,
        "rows": rows,
    }
