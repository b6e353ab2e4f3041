"""The columns of who may do what, of disruption budgets and of priorities.

Source: `pkg/printers/internalversion/printers.go`; `pkg/apis/rbac/helpers.go` (``SubjectsStrings``).
"""

from kubelab.state.snapshot import Object
from kubelab.views.printers.cells import age, printer, truth


def _binding(obj: Object, now: int) -> tuple[str, ...]:
    users = [s.name for s in obj.subjects if s.kind == "User"]
    groups = [s.name for s in obj.subjects if s.kind == "Group"]
    accounts = [f"{s.namespace}/{s.name}" for s in obj.subjects if s.kind == "ServiceAccount"]
    role = f"{obj.role_ref.kind}/{obj.role_ref.name}"
    return (obj.metadata.name, role, age(obj, now), ", ".join(users), ", ".join(groups), ", ".join(accounts))


def _budget(obj: Object, now: int) -> tuple[str, ...]:
    least, most = obj.spec.min_available, obj.spec.max_unavailable
    return (
        obj.metadata.name,
        "N/A" if least is None else str(least),
        "N/A" if most is None else str(most),
        str(obj.status.disruptions_allowed),
        age(obj, now),
    )


def _priority_class(obj: Object, now: int) -> tuple[str, ...]:
    default = truth(obj.global_default)
    return (obj.metadata.name, str(obj.value), default, age(obj, now), obj.preemption_policy or "")


ROLE_BINDING = printer("NAME|ROLE|AGE", "USERS|GROUPS|SERVICEACCOUNTS", _binding)
CLUSTER_ROLE_BINDING = ROLE_BINDING
POD_DISRUPTION_BUDGET = printer("NAME|MIN AVAILABLE|MAX UNAVAILABLE|ALLOWED DISRUPTIONS|AGE", "", _budget)
PRIORITY_CLASS = printer("NAME|VALUE|GLOBAL-DEFAULT|AGE|PREEMPTIONPOLICY", "", _priority_class)
