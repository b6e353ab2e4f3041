"""FILL module."""

from typing import ClassVar

from kubelab.api.meta import LabelSelector, ObjectMeta
from kubelab.api.model import field, model


@model
class PolicyRule:
    """FILL PolicyRule."""

    verbs: tuple[str, ...] = field(default=(), always=True)
    api_groups: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    resource_names: tuple[str, ...] = ()
    non_resource_ur_ls: tuple[str, ...] = field(default=(), json="nonResourceURLs")


@model
class Role:
    """FILL Role."""

    api_version: ClassVar[str] = "rbac.authorization.k8s.io/v1"
    kind: ClassVar[str] = "Role"

    metadata: ObjectMeta = ObjectMeta()
    rules: tuple[PolicyRule, ...] = field(default=(), always=True)


@model
class AggregationRule:
    """FILL AggregationRule."""

    cluster_role_selectors: tuple[LabelSelector, ...] = ()


@model
class ClusterRole:
    """FILL ClusterRole."""

    api_version: ClassVar[str] = "rbac.authorization.k8s.io/v1"
    kind: ClassVar[str] = "ClusterRole"

    metadata: ObjectMeta = ObjectMeta()
    rules: tuple[PolicyRule, ...] = field(default=(), always=True)
    aggregation_rule: AggregationRule | None = None


@model
class RoleRef:
    """FILL RoleRef."""

    api_group: str = field(default="", always=True)
    kind: str = field(default="", always=True)
    name: str = field(default="", always=True)


@model
class Subject:
    """FILL Subject."""

    kind: str = field(default="", always=True)
    api_group: str = ""
    name: str = field(default="", always=True)
    namespace: str = ""


@model
class RoleBinding:
    """FILL RoleBinding."""

    api_version: ClassVar[str] = "rbac.authorization.k8s.io/v1"
    kind: ClassVar[str] = "RoleBinding"

    metadata: ObjectMeta = ObjectMeta()
    subjects: tuple[Subject, ...] = ()
    role_ref: RoleRef = RoleRef()


@model
class ClusterRoleBinding:
    """FILL ClusterRoleBinding."""

    api_version: ClassVar[str] = "rbac.authorization.k8s.io/v1"
    kind: ClassVar[str] = "ClusterRoleBinding"

    metadata: ObjectMeta = ObjectMeta()
    subjects: tuple[Subject, ...] = ()
    role_ref: RoleRef = RoleRef()
