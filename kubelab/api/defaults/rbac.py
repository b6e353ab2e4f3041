"""Defaults of RoleBinding and ClusterRoleBinding.

In Kubernetes: `pkg/apis/rbac/v1/defaults.go`.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from kubelab.api.defaults.changes import changed, each, filled
from kubelab.api.rbac import ClusterRoleBinding, RoleBinding, Subject

_GROUP = "rbac.authorization.k8s.io"
Binding = TypeVar("Binding", RoleBinding, ClusterRoleBinding)


def default_binding(binding: Binding) -> Binding:
    """Fill in the API group of the role, and of subjects that are users or groups."""
    role = filled(binding.role_ref, api_group=_GROUP)
    return changed(binding, role_ref=role, subjects=each(binding.subjects, _default_subject))


def _default_subject(subject: Subject) -> Subject:
    return filled(subject, api_group=_GROUP) if subject.kind in ("User", "Group") else subject


DEFAULTS: dict[str, Callable[[Any], Any]] = {"RoleBinding": default_binding, "ClusterRoleBinding": default_binding}
"""The function that fills in each kind; a kind that is missing has no defaults."""
