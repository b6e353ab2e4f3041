"""Who may do what: roles, and who has them.

Source: `k8s.io/api/rbac/v1`.
"""

from typing import ClassVar

from kubelab.api.meta import LabelSelector, ObjectMeta
from kubelab.api.model import field, model


@model
class PolicyRule:
    """Verbs that are allowed, on certain kinds or addresses."""

    verbs: tuple[str, ...] = field(default=(), always=True)
    api_groups: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    resource_names: tuple[str, ...] = ()
    non_resource_urls: tuple[str, ...] = field(default=(), json="nonResourceURLs")


@model
class Role:
    """What may be done within one namespace."""

    api_version: ClassVar[str] = "rbac.authorization.k8s.io/v1"
    kind: ClassVar[str] = "Role"

    metadata: ObjectMeta = ObjectMeta()
    rules: tuple[PolicyRule, ...] = field(default=(), always=True)


@model
class AggregationRule:
    """ClusterRoles whose rules are put together in another one."""

    cluster_role_selectors: tuple[LabelSelector, ...] = ()


@model
class ClusterRole:
    """What may be done in the whole cluster, or in any one namespace."""

    api_version: ClassVar[str] = "rbac.authorization.k8s.io/v1"
    kind: ClassVar[str] = "ClusterRole"

    metadata: ObjectMeta = ObjectMeta()
    rules: tuple[PolicyRule, ...] = field(default=(), always=True)
    aggregation_rule: AggregationRule | None = None


@model
class RoleRef:
    """The role that a binding gives; can never change."""

    api_group: str = field(default="", always=True)
    kind: str = field(default="", always=True)
    name: str = field(default="", always=True)


@model
class Subject:
    """A user, a group, or a ServiceAccount."""

    kind: str = field(default="", always=True)
    api_group: str = ""
    name: str = field(default="", always=True)
    namespace: str = ""


@model
class RoleBinding:
    """Gives a role to subjects, within one namespace."""

    api_version: ClassVar[str] = "rbac.authorization.k8s.io/v1"
    kind: ClassVar[str] = "RoleBinding"

    metadata: ObjectMeta = ObjectMeta()
    subjects: tuple[Subject, ...] = ()
    role_ref: RoleRef = RoleRef()


@model
class ClusterRoleBinding:
    """Gives a ClusterRole to subjects, in the whole cluster."""

    api_version: ClassVar[str] = "rbac.authorization.k8s.io/v1"
    kind: ClassVar[str] = "ClusterRoleBinding"

    metadata: ObjectMeta = ObjectMeta()
    subjects: tuple[Subject, ...] = ()
    role_ref: RoleRef = RoleRef()
