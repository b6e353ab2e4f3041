"""``kubectl get componentstatuses``: an old way to ask whether the control plane is well; nothing of it is stored.

Source: `pkg/registry/core/componentstatus`.
"""

from typing import Any

from kubelab.errors import StatusError
from kubelab.kubectl import printing
from kubelab.kubectl.answer import raise_all
from kubelab.kubectl.call import Call
from kubelab.views.tables import rows_text

WORDS = ("cs", "componentstatus", "componentstatuses")
COMPONENTS = {"controller-manager": "kube-controller-manager", "etcd-0": "etcd", "scheduler": "kube-scheduler"}
PORTS = {"controller-manager": 10257, "etcd-0": 2379, "scheduler": 10259}


def component_statuses(call: Call, form: str, argument: str) -> None:
    """Print how the parts of the control plane are."""
    call.client.reach()
    names = list(call.words[1:]) or list(COMPONENTS)
    missing = [name for name in names if name not in COMPONENTS]
    shown = [_status(call, name) for name in names if name in COMPONENTS]
    if shown:
        call.warn("v1 ComponentStatus is deprecated in v1.19+")
    if form in ("", "wide"):
        rows = [("NAME", "STATUS", "MESSAGE", "ERROR")]
        for each in shown:
            condition = each["conditions"][0]
            well = condition["status"] == "True"
            status = "Healthy" if well else "Unhealthy"
            rows.append((each["metadata"]["name"], status, condition["message"], condition.get("error", "")))
        if shown:
            call.print(rows_text(rows))
    elif form == "name":
        for each in shown:
            call.print(f"componentstatus/{each['metadata']['name']}")
    else:
        listed = {"apiVersion": "v1", "items": shown, "kind": "List", "metadata": {"resourceVersion": ""}}
        call.write(printing.writer_of(call, form, argument)(shown[0] if len(call.words) == 2 else listed))
    raise_all([StatusError(404, "NotFound", f'componentstatuses "{name}" not found') for name in missing])


def _status(call: Call, name: str) -> dict[str, Any]:
    stopped = COMPONENTS[name] in call.client.cluster.state.stopped
    place = f"127.0.0.1:{PORTS[name]}"
    condition = {"type": "Healthy", "status": "True", "message": "ok"}
    if stopped:
        why = f'Get "https://{place}/healthz": dial tcp {place}: connect: connection refused'
        condition = {"type": "Healthy", "status": "False", "message": why}
    return {
        "apiVersion": "v1",
        "conditions": [condition],
        "kind": "ComponentStatus",
        "metadata": {"creationTimestamp": None, "name": name},
    }
