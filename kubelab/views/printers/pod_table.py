"""The columns of Pods and of PodTemplates.

Source: `pkg/printers/internalversion/printers.go` (``printPod``, ``printPodTemplate``).
"""

from kubelab.state.snapshot import Object
from kubelab.views.printers.cells import NONE, age, containers, labels, printer, since
from kubelab.views.printers.pod import summary


def _pod(pod: Object, now: int) -> tuple[str, ...]:
    said = summary(pod)
    restarts = str(said.restarts)
    if said.restarts and said.last_restart is not None:
        restarts = f"{restarts} ({since(said.last_restart, now)} ago)"
    gates = pod.spec.readiness_gates
    true = {c.type for c in pod.status.conditions if c.status == "True"}
    passed = sum(gate.condition_type in true for gate in gates)
    addresses = pod.status.pod_ips
    return (
        pod.metadata.name,
        f"{said.ready}/{said.total}",
        said.status,
        restarts,
        age(pod, now),
        (addresses[0].ip if addresses else "") or NONE,
        pod.spec.node_name or NONE,
        pod.status.nominated_node_name or NONE,
        f"{passed}/{len(gates)}" if gates else NONE,
    )


def _pod_template(obj: Object, now: int) -> tuple[str, ...]:
    return (obj.metadata.name, *containers(obj.template.spec.containers), labels(obj.template.metadata.labels))


POD = printer("NAME|READY|STATUS|RESTARTS|AGE", "IP|NODE|NOMINATED NODE|READINESS GATES", _pod)
POD_TEMPLATE = printer("NAME|CONTAINERS|IMAGES|POD LABELS", "", _pod_template)
