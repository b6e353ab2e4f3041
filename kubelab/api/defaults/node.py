"""Defaults of RuntimeClass.

In Kubernetes: the generated `pkg/apis/node/v1/zz_generated.defaults.go`.
"""

from collections.abc import Callable
from typing import Any

from kubelab.api.defaults.changes import changed, optional, resource_list
from kubelab.api.node import Overhead, RuntimeClass


def default_runtime_class(given: RuntimeClass) -> RuntimeClass:
    """Round the quantities of the overhead."""
    return changed(given, overhead=optional(given.overhead, _rounded))


def _rounded(overhead: Overhead) -> Overhead:
    return changed(overhead, pod_fixed=resource_list(overhead.pod_fixed))


DEFAULTS: dict[str, Callable[[Any], Any]] = {"RuntimeClass": default_runtime_class}
"""The function that fills in each kind."""
