"""Authentication: who makes a request. Everybody is a user name and some groups; there are no User objects.

=============================== =================================================== ==================================
who acts                        name                                                groups, besides system:authenticated
=============================== =================================================== ==================================
you                             kubernetes-admin                                    system:masters
kube-scheduler                  system:kube-scheduler
the controller of tokens        system:kube-controller-manager
a controller                    system:serviceaccount:kube-system:NAME              system:serviceaccounts (and its
                                                                                    :kube-system)
kubelet on NODE                 system:node:NODE                                    system:nodes
kube-proxy                      system:serviceaccount:kube-system:kube-proxy        as for a controller
a component of your own         system:serviceaccount:kube-system:NAME              as for a controller, and
                                                                                    kubelab:own-components
the process in a Pod            system:serviceaccount:NAMESPACE:ACCOUNT             as for a controller
nobody who can be told          system:anonymous                                    only system:unauthenticated
=============================== =================================================== ==================================

A controller acts as the ServiceAccount for which Kubernetes has a role, which is not always called as the
controller is: see `ACCOUNTS`. Every other component is a learner's own. By the group ``kubelab:own-components`` and
the ClusterRoleBinding of that name it may do everything, so that it works at once; when that binding is deleted,
it needs a role of its own, as it would in a real cluster.

**In Kubernetes:** client certificates and service account tokens (`pkg/kubeapiserver/authenticator`,
`k8s.io/apiserver/pkg/authentication`); kube-controller-manager's ``--use-service-account-credentials``.

**Simplified:** no certificate or token is shown or checked; who acts is known.
"""

from collections.abc import Sequence
from functools import cache

import attrs

from kubelab.state.bootstrap_controllers import CONTROLLER_ROLES
from kubelab.state.bootstrap_rbac import ADDED_BINDINGS, OWN_COMPONENTS

MASTERS = "system:masters"
AUTHENTICATED = "system:authenticated"
UNAUTHENTICATED = "system:unauthenticated"
NODES = "system:nodes"
NODE_PREFIX = "system:node:"
SERVICE_ACCOUNTS = "system:serviceaccounts"
SERVICE_ACCOUNT_PREFIX = "system:serviceaccount:"

ACCOUNTS: dict[str, str] = {
    "cloud-node-lifecycle-controller": "node-controller",
    "daemonset-controller": "daemon-set-controller",
    "endpoint-slice-controller": "endpointslice-controller",
    "endpoint-slice-mirroring-controller": "endpointslicemirroring-controller",
    "endpoints-controller": "endpoint-controller",
    "garbage-collector-controller": "generic-garbage-collector",
    "node-ipam-controller": "node-controller",
    "node-lifecycle-controller": "node-controller",
    "node-route-controller": "route-controller",
    "persistentvolume-controller": "persistent-volume-binder",
    "persistentvolume-protection-controller": "pv-protection-controller",
    "persistentvolumeclaim-protection-controller": "pvc-protection-controller",
    "service-lb-controller": "service-controller",
    "taint-eviction-controller": "node-controller",
}
"""The ServiceAccount of each controller that is called otherwise than its role."""


@attrs.frozen(slots=True, cache_hash=True)
class User:
    """Who makes a request.

    Attributes:
        name: the user name, as bindings and refusals write it.
        groups: the groups the user is in, in order.
        component: whether it is a component of the cluster, and no person or Pod.
    """

    name: str
    groups: tuple[str, ...] = ()
    component: bool = False

    @property
    def almighty(self) -> bool:
        """Whether the user is in ``system:masters``: then nothing is looked up, and nothing refused."""
        return MASTERS in self.groups

    @property
    def node(self) -> str:
        """The node whose kubelet this is, or ""."""
        if NODES in self.groups and self.name.startswith(NODE_PREFIX):
            return self.name.removeprefix(NODE_PREFIX)
        return ""

    def __str__(self) -> str:
        return self.name


ADMIN = User("kubernetes-admin", (MASTERS, AUTHENTICATED))
"""The person who holds the cluster."""

ANONYMOUS = User("system:anonymous", (UNAUTHENTICATED,))
"""Whoever shows nothing by which the API server could tell who it is."""

_PEOPLE = {"user": ADMIN, "": ANONYMOUS}


@cache
def authenticate(actor: str) -> User:
    """The user as whom an actor of the simulation makes its requests.

    Args:
        actor: ``user``, or the name of a component; of a kubelet or kube-proxy with its node: ``kubelet/worker-1``.
    """
    if actor in _PEOPLE:
        return _PEOPLE[actor]
    name, _, node = actor.partition("/")
    if name == "kubelet":
        return User(NODE_PREFIX + node, (NODES, AUTHENTICATED), component=True)
    if name == "kube-scheduler":
        return User("system:kube-scheduler", (AUTHENTICATED,), component=True)
    if name in ("kube-apiserver", "apiextensions-apiserver"):
        return User("system:apiserver", (MASTERS, AUTHENTICATED), component=True)
    if name == "serviceaccount-token-controller":
        return User("system:kube-controller-manager", (AUTHENTICATED,), component=True)
    account = ACCOUNTS.get(name, name)
    known = account in CONTROLLER_ROLES or account in ADDED_BINDINGS or account == "kube-proxy"
    extra = () if known else (OWN_COMPONENTS,)
    user = service_account("kube-system", account)
    return User(user.name, (*user.groups[:-1], *extra, AUTHENTICATED), component=True)


def service_account(namespace: str, name: str) -> User:
    """The user as whom the processes of a ServiceAccount's Pods act."""
    groups = (SERVICE_ACCOUNTS, f"{SERVICE_ACCOUNTS}:{namespace}", AUTHENTICATED)
    return User(f"{SERVICE_ACCOUNT_PREFIX}{namespace}:{name}", groups)


def impersonated(name: str, groups: Sequence[str] = ()) -> User:
    """The user who is meant by ``kubectl --as NAME --as-group GROUP``.

    A ServiceAccount is in its groups where none are given; everybody but ``system:anonymous`` is authenticated.

    Source: `k8s.io/apiserver/pkg/endpoints/filters/impersonation`.
    """
    given = tuple(dict.fromkeys(groups))
    if name.startswith(SERVICE_ACCOUNT_PREFIX) and not given:
        namespace, _, account = name.removeprefix(SERVICE_ACCOUNT_PREFIX).partition(":")
        given = service_account(namespace, account).groups[:-1]
    if name == ANONYMOUS.name:
        return User(name, given if UNAUTHENTICATED in given else (*given, UNAUTHENTICATED))
    if AUTHENTICATED in given or UNAUTHENTICATED in given:
        return User(name, given)
    return User(name, (*given, AUTHENTICATED))
