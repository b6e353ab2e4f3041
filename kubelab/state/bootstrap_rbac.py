"""Who may do what in a fresh cluster: its roles, and who has them.

Nothing works without these: the scheduler may bind Pods because ``system:kube-scheduler`` says so, and each
controller does its work by its own ``system:controller:…``. Whoever takes one away sees what then is refused.

**In Kubernetes:** `plugin/pkg/auth/authorizer/rbac/bootstrappolicy`, which kube-apiserver writes when it starts, and
what ``kubeadm init`` adds (``kubeadm:…``).

**Simplified:** of kubeadm's, only what concerns kube-proxy, the admins and ``kube-public/cluster-info``. What is not
of Kubernetes: the storage driver's binding, and ``kubelab:own-components``, by which components that a learner adds
to a cluster may do everything. It is a ClusterRoleBinding like any other: without it they need roles of their own.
"""

from collections.abc import Iterator
from functools import cache

from kubelab.api.meta import LabelSelector, ObjectMeta
from kubelab.api.model import evolve
from kubelab.api.rbac import (
    AggregationRule,
    ClusterRole,
    ClusterRoleBinding,
    PolicyRule,
    Role,
    RoleBinding,
    RoleRef,
    Subject,
)
from kubelab.api.scalars import FrozenMap
from kubelab.state.bootstrap_controllers import CONTROLLER_ROLES
from kubelab.state.bootstrap_roles import AGGREGATED, AGGREGATED_TO, CLUSTER_ROLES, EVENTS
from kubelab.state.cluster_roles import aggregated_rules
from kubelab.state.snapshot import Object

GROUP = "rbac.authorization.k8s.io"
DEFAULTS = FrozenMap({"kubernetes.io/bootstrapping": "rbac-defaults"})
UPDATED = FrozenMap({"rbac.authorization.kubernetes.io/autoupdate": "true"})
CONTROLLER = "system:controller:"
OWN_COMPONENTS = "kubelab:own-components"
"""The group of the components that a learner adds, and the binding by which they may do everything."""

READ = ("get", "list", "watch")
WRITE = ("create", "delete", "deletecollection", "patch", "update")

CLUSTER_BINDINGS: dict[str, tuple[str, tuple[str, ...]]] = {
    "cluster-admin": ("cluster-admin", ("Group system:masters",)),
    "system:basic-user": ("system:basic-user", ("Group system:authenticated",)),
    "system:discovery": ("system:discovery", ("Group system:authenticated",)),
    "system:kube-controller-manager": ("system:kube-controller-manager", ("User system:kube-controller-manager",)),
    "system:kube-dns": ("system:kube-dns", ("ServiceAccount kube-system/kube-dns",)),
    "system:kube-scheduler": ("system:kube-scheduler", ("User system:kube-scheduler",)),
    "system:monitoring": ("system:monitoring", ("Group system:monitoring",)),
    "system:node": ("system:node", ()),
    "system:node-proxier": ("system:node-proxier", ("User system:kube-proxy",)),
    "system:public-info-viewer": (
        "system:public-info-viewer",
        ("Group system:authenticated", "Group system:unauthenticated"),
    ),
    "system:service-account-issuer-discovery": (
        "system:service-account-issuer-discovery",
        ("Group system:serviceaccounts",),
    ),
    "system:volume-scheduler": ("system:volume-scheduler", ("User system:kube-scheduler",)),
}
"""The role and the subjects of each ClusterRoleBinding, by its name; those of the controllers follow from theirs."""

ADDED_BINDINGS: dict[str, tuple[str, tuple[str, ...]]] = {
    "kubeadm:cluster-admins": ("cluster-admin", ("Group kubeadm:cluster-admins",)),
    "kubeadm:node-proxier": ("system:node-proxier", ("ServiceAccount kube-system/kube-proxy",)),
    "csi-provisioner": ("system:persistent-volume-provisioner", ("ServiceAccount kube-system/csi-provisioner",)),
    OWN_COMPONENTS: ("cluster-admin", (f"Group {OWN_COMPONENTS}",)),
}
"""The same for what is not of kube-apiserver itself."""

_LEADER = (
    "read create update: leases @ coordination.k8s.io",
    "read create update: leasecandidates @ coordination.k8s.io",
)

ROLES: dict[tuple[str, str], tuple[str, ...]] = {
    ("kube-public", "system:controller:bootstrap-signer"): (
        "read: configmaps",
        "update: configmaps = cluster-info",
        EVENTS,
    ),
    ("kube-system", "extension-apiserver-authentication-reader"): (
        "read: configmaps = extension-apiserver-authentication",
    ),
    ("kube-system", "system::leader-locking-kube-controller-manager"): _LEADER,
    ("kube-system", "system::leader-locking-kube-scheduler"): _LEADER,
    ("kube-system", "system:controller:bootstrap-signer"): ("read: secrets",),
    ("kube-system", "system:controller:cloud-provider"): ("read create: configmaps",),
    ("kube-system", "system:controller:token-cleaner"): ("read delete: secrets", EVENTS),
}
"""The rules of each Role, by its Namespace and name."""

BINDINGS: dict[tuple[str, str], tuple[str, tuple[str, ...]]] = {
    ("kube-public", "system:controller:bootstrap-signer"): (
        "system:controller:bootstrap-signer",
        ("ServiceAccount kube-system/bootstrap-signer",),
    ),
    ("kube-system", "system::extension-apiserver-authentication-reader"): (
        "extension-apiserver-authentication-reader",
        ("User system:kube-controller-manager", "User system:kube-scheduler"),
    ),
    ("kube-system", "system::leader-locking-kube-controller-manager"): (
        "system::leader-locking-kube-controller-manager",
        ("User system:kube-controller-manager", "ServiceAccount kube-system/kube-controller-manager"),
    ),
    ("kube-system", "system::leader-locking-kube-scheduler"): (
        "system::leader-locking-kube-scheduler",
        ("User system:kube-scheduler", "ServiceAccount kube-system/kube-scheduler"),
    ),
    ("kube-system", "system:controller:bootstrap-signer"): (
        "system:controller:bootstrap-signer",
        ("ServiceAccount kube-system/bootstrap-signer",),
    ),
    ("kube-system", "system:controller:cloud-provider"): (
        "system:controller:cloud-provider",
        ("ServiceAccount kube-system/cloud-provider",),
    ),
    ("kube-system", "system:controller:token-cleaner"): (
        "system:controller:token-cleaner",
        ("ServiceAccount kube-system/token-cleaner",),
    ),
}
"""The Role and the subjects of each RoleBinding, by its Namespace and name."""

CLUSTER_INFO = "kubeadm:bootstrap-signer-clusterinfo"
"""Role and RoleBinding in kube-public by which anybody, without a name even, may read the ConfigMap cluster-info."""


@cache
def rbac_objects() -> tuple[Object, ...]:
    """The RBAC objects of a fresh cluster, each after the role that it refers to."""
    return (*_cluster_roles(), *_cluster_bindings(), *_roles(), *_bindings())


def rule(text: str) -> PolicyRule:
    """A rule as the tables write it: ``verbs: resources @ groups = names``, or ``verbs: /paths``."""
    verbs, _, rest = text.partition(": ")
    if rest.startswith("/") or (rest == "*" and verbs == "*"):
        return PolicyRule(verbs=_verbs(verbs), non_resource_urls=tuple(rest.split()))
    rest, _, names = rest.partition(" = ")
    resources, _, groups = rest.partition(" @ ")
    return PolicyRule(
        verbs=_verbs(verbs),
        api_groups=tuple("" if group == "core" else group for group in (groups or "core").split()),
        resources=tuple(resources.split()),
        resource_names=tuple(names.split()),
    )


def _verbs(text: str) -> tuple[str, ...]:
    meant = {"read": READ, "write": WRITE}
    return tuple(sorted(verb for word in text.split() for verb in meant.get(word, (word,))))


def _cluster_roles() -> list[ClusterRole]:
    roles = {name: _cluster_role(name, rules) for name, rules in CLUSTER_ROLES.items()}
    roles |= {name: _cluster_role(name, ()) for name in AGGREGATED}
    roles |= {CONTROLLER + name: _cluster_role(CONTROLLER + name, rules) for name, rules in CONTROLLER_ROLES.items()}
    # What the aggregation controller makes of them: view first, since edit holds it, and admin holds edit.
    for name in reversed(AGGREGATED):
        roles[name] = evolve(roles[name], rules=aggregated_rules(roles[name], roles.values()))
    return [roles[name] for name in sorted(roles)]


def _cluster_role(name: str, rules: tuple[str, ...]) -> ClusterRole:
    labels = DEFAULTS
    if name in AGGREGATED_TO:
        labels = labels.with_({f"{GROUP}/aggregate-to-{AGGREGATED_TO[name]}": "true"})
    aggregation = None
    if name in AGGREGATED:
        wanted = LabelSelector(match_labels=FrozenMap({f"{GROUP}/aggregate-to-{name}": "true"}))
        aggregation = AggregationRule(cluster_role_selectors=(wanted,))
    return ClusterRole(
        metadata=ObjectMeta(name=name, labels=labels, annotations=UPDATED),
        rules=tuple(rule(each) for each in rules),
        aggregation_rule=aggregation,
    )


def _cluster_bindings() -> Iterator[ClusterRoleBinding]:
    bindings = dict(CLUSTER_BINDINGS)
    for name in CONTROLLER_ROLES:
        bindings[CONTROLLER + name] = (CONTROLLER + name, (f"ServiceAccount kube-system/{name}",))
    for name, (role, subjects) in sorted(bindings.items()):
        yield _cluster_binding(ObjectMeta(name=name, labels=DEFAULTS, annotations=UPDATED), role, subjects)
    for name, (role, subjects) in sorted(ADDED_BINDINGS.items()):
        yield _cluster_binding(ObjectMeta(name=name), role, subjects)


def _cluster_binding(meta: ObjectMeta, role: str, subjects: tuple[str, ...]) -> ClusterRoleBinding:
    return ClusterRoleBinding(
        metadata=meta,
        subjects=tuple(_subject(each) for each in subjects),
        role_ref=RoleRef(api_group=GROUP, kind="ClusterRole", name=role),
    )


def _roles() -> Iterator[Role]:
    for (namespace, name), rules in ROLES.items():
        meta = ObjectMeta(name=name, namespace=namespace, labels=DEFAULTS, annotations=UPDATED)
        yield Role(metadata=meta, rules=tuple(rule(each) for each in rules))
    yield Role(
        metadata=ObjectMeta(name=CLUSTER_INFO, namespace="kube-public"),
        rules=(rule("get: configmaps = cluster-info"),),
    )


def _bindings() -> Iterator[RoleBinding]:
    for (namespace, name), (role, subjects) in BINDINGS.items():
        meta = ObjectMeta(name=name, namespace=namespace, labels=DEFAULTS, annotations=UPDATED)
        yield _binding(meta, role, subjects)
    anonymous = ObjectMeta(name=CLUSTER_INFO, namespace="kube-public")
    yield _binding(anonymous, CLUSTER_INFO, ("User system:anonymous",))


def _binding(meta: ObjectMeta, role: str, subjects: tuple[str, ...]) -> RoleBinding:
    return RoleBinding(
        metadata=meta,
        subjects=tuple(_subject(each) for each in subjects),
        role_ref=RoleRef(api_group=GROUP, kind="Role", name=role),
    )


def _subject(text: str) -> Subject:
    """A subject as the tables write it: ``User NAME``, ``Group NAME``, ``ServiceAccount NAMESPACE/NAME``."""
    kind, _, name = text.partition(" ")
    if kind == "ServiceAccount":
        namespace, _, account = name.partition("/")
        return Subject(kind=kind, name=account, namespace=namespace)
    return Subject(kind=kind, api_group=GROUP, name=name)
