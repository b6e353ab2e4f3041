"""The name under which ``managedFields`` knows who writes: that of the program, not of the loop within it."""

from functools import cache

from kubelab.apiserver.authentication import SERVICE_ACCOUNT_PREFIX, authenticate
from kubelab.state.bootstrap_controllers import CONTROLLER_ROLES

CLOUD = frozenset({"cloud-node-lifecycle-controller", "node-route-controller", "service-lb-controller"})
"""The controllers that run in the cloud-controller-manager."""

PERSON = "kubelab"
"""The field manager of who uses a cluster by hand."""


@cache
def manager_of(actor: str) -> str:
    """The field manager of an actor that names none: the program of which it is a part."""
    name, _, node = actor.partition("/")
    if name == "user":
        return PERSON
    if name in CLOUD:
        return "cloud-controller-manager"
    account = authenticate(actor).name.removeprefix(f"{SERVICE_ACCOUNT_PREFIX}kube-system:")
    return "kube-controller-manager" if not node and account in CONTROLLER_ROLES else name
