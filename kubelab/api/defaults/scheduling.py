"""Defaults of PriorityClass.

In Kubernetes: `pkg/apis/scheduling/v1/defaults.go`.
"""

from collections.abc import Callable
from typing import Any

from kubelab.api.defaults.changes import changed
from kubelab.api.scheduling import PriorityClass


def default_priority_class(priority: PriorityClass) -> PriorityClass:
    """Fill in that Pods of this class may preempt those of lower ones."""
    policy = priority.preemption_policy
    return changed(priority, preemption_policy="PreemptLowerPriority" if policy is None else policy)


DEFAULTS: dict[str, Callable[[Any], Any]] = {"PriorityClass": default_priority_class}
"""The function that fills in each kind."""
