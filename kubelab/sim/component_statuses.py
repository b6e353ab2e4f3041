"""ComponentStatuses: an old way to ask whether the control plane is well; nothing of it is stored.

**In Kubernetes:** `pkg/registry/core/componentstatus`.
"""

from typing import Any

from kubelab.errors import StatusError
from kubelab.sim import faults
from kubelab.sim.engine import Engine
from kubelab.sim.state import State

Manifest = dict[str, Any]

COMPONENTS = {"controller-manager": "kube-controller-manager", "etcd-0": "etcd", "scheduler": "kube-scheduler"}
"""The name of each status, and of which process it tells."""

_PORTS = {"controller-manager": 10257, "etcd-0": 2379, "scheduler": 10259}


def component_status(engine: Engine, state: State, name: str) -> Manifest:
    """How one part of the control plane is: well as long as any of its loops runs.

    Raises:
        StatusError: 404, there is no part of that name.
    """
    if name not in COMPONENTS:
        raise StatusError(404, "NotFound", f'componentstatuses "{name}" not found')
    condition = {"type": "Healthy", "status": "True", "message": "ok"}
    if all(actor in state.stopped for actor in faults.members(engine, state, COMPONENTS[name])):
        place = f"127.0.0.1:{_PORTS[name]}"
        why = f'Get "https://{place}/healthz": dial tcp {place}: connect: connection refused'
        condition = {"type": "Healthy", "status": "False", "message": why}
    return {
        "apiVersion": "v1",
        "conditions": [condition],
        "kind": "ComponentStatus",
        "metadata": {"creationTimestamp": None, "name": name},
    }


def cells(status: Manifest) -> tuple[str, str, str, str]:
    """What a table says of it: NAME, STATUS, MESSAGE, ERROR."""
    condition = status["conditions"][0]
    well = "Healthy" if condition["status"] == "True" else "Unhealthy"
    return status["metadata"]["name"], well, condition["message"], condition.get("error", "")
