"""Who may do what: roles, and who has them.

Source: `k8s.io/api/rbac/v1`.
"""

from typing import ClassVar

from kubelab.api.meta import LabelSelector, ObjectMeta
from kubelab.api.model import field, model


@model
class PolicyRule:
    """Verbs that are allowed, on certain kinds or addresses.

    Attributes:
        verbs: such as ``get``; ``*`` means all.
        api_groups: the groups of the kinds; "" is the core group, ``*`` means all.
        resources: such as ``pods`` or ``pods/log``; ``*`` means all.
        resource_names: only objects of these names; none means all.
        non_resource_urls: addresses that belong to no kind, such as ``/healthz``.
    """

    verbs: tuple[str, ...] = field(default=(), always=True)
    api_groups: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    resource_names: tuple[str, ...] = ()
    non_resource_urls: tuple[str, ...] = field(default=(), json="nonResourceURLs")


@model
class Role:
    """What may be done within one namespace.

    Attributes:
        metadata: its identity.
        rules: what is allowed.
    """

    api_version: ClassVar[str] = "rbac.authorization.k8s.io/v1"
    kind: ClassVar[str] = "Role"

    metadata: ObjectMeta = ObjectMeta()
    rules: tuple[PolicyRule, ...] = field(default=(), always=True)


@model
class AggregationRule:
    """ClusterRoles whose rules are put together in another one.

    Attributes:
        cluster_role_selectors: ClusterRoles with one of these sets of labels.
    """

    cluster_role_selectors: tuple[LabelSelector, ...] = ()


@model
class ClusterRole:
    """What may be done in the whole cluster, or in any one namespace.

    Attributes:
        metadata: its identity.
        rules: what is allowed.
        aggregation_rule: takes the rules from other ClusterRoles.
    """

    api_version: ClassVar[str] = "rbac.authorization.k8s.io/v1"
    kind: ClassVar[str] = "ClusterRole"

    metadata: ObjectMeta = ObjectMeta()
    rules: tuple[PolicyRule, ...] = field(default=(), always=True)
    aggregation_rule: AggregationRule | None = None


@model
class RoleRef:
    """The role that a binding gives; can never change.

    Attributes:
        api_group: ``rbac.authorization.k8s.io``.
        kind: ``Role`` or ``ClusterRole``.
        name: of the role.
    """

    api_group: str = field(default="", always=True)
    kind: str = field(default="", always=True)
    name: str = field(default="", always=True)


@model
class Subject:
    """A user, a group, or a ServiceAccount.

    Attributes:
        kind: ``User``, ``Group`` or ``ServiceAccount``.
        api_group: "" for a ServiceAccount, ``rbac.authorization.k8s.io`` for the others.
        name: of the user, group or ServiceAccount.
        namespace: of a ServiceAccount.
    """

    kind: str = field(default="", always=True)
    api_group: str = ""
    name: str = field(default="", always=True)
    namespace: str = ""


@model
class RoleBinding:
    """Gives a role to subjects, within one namespace.

    Attributes:
        metadata: its identity.
        subjects: who gets it.
        role_ref: a Role of the same namespace, or a ClusterRole.
    """

    api_version: ClassVar[str] = "rbac.authorization.k8s.io/v1"
    kind: ClassVar[str] = "RoleBinding"

    metadata: ObjectMeta = ObjectMeta()
    subjects: tuple[Subject, ...] = ()
    role_ref: RoleRef = RoleRef()


@model
class ClusterRoleBinding:
    """Gives a ClusterRole to subjects, in the whole cluster.

    Attributes:
        metadata: its identity.
        subjects: who gets it.
        role_ref: the ClusterRole.
    """

    api_version: ClassVar[str] = "rbac.authorization.k8s.io/v1"
    kind: ClassVar[str] = "ClusterRoleBinding"

    metadata: ObjectMeta = ObjectMeta()
    subjects: tuple[Subject, ...] = ()
    role_ref: RoleRef = RoleRef()
