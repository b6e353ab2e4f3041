"""Who acts in a cluster, and where a picture of the control plane shows them."""

from functools import cache

import attrs

from kubelab.sim.timeline import Timeline

USER = "user"
FAULT = "fault"
API_SERVER = "kube-apiserver"
ETCD = "etcd"
SCHEDULER = "kube-scheduler"
CONTROLLER_MANAGER = "kube-controller-manager"
KUBELET = "kubelet"
KUBE_PROXY = "kube-proxy"

_APART = ("csi-provisioner", "cloud-controller-manager")
"""Controllers of Kubernetes that do not run in the kube-controller-manager."""


@attrs.frozen
class Cast:
    """The controllers of a cluster.

    Attributes:
        managed: those that run in the kube-controller-manager, in their fixed order.
        apart: those that run by themselves: of other projects, or a learner's own.
    """

    managed: tuple[str, ...]
    apart: tuple[str, ...]


@cache
def known_controllers() -> tuple[str, ...]:
    """The controllers of Kubernetes that there are here, in their fixed order; the scheduler is none of them."""
    from kubelab.components import CONTROL_PLANE

    return tuple(c.name for c in CONTROL_PLANE if hasattr(c, "reconcile") and c.name != SCHEDULER)


def cast(timeline: Timeline, first: int, last: int) -> Cast:
    """The controllers: those of Kubernetes, and whoever else acts in these steps."""
    known = known_controllers()
    seen = dict.fromkeys(t.actor for t in timeline.transitions[max(first - 1, 0) : last])
    seen |= dict.fromkeys(work.actor for work in timeline.state(last).queue.waiting())
    others = [
        name
        for name in seen
        if "/" not in name and name not in known and name not in (USER, FAULT, API_SERVER, ETCD, SCHEDULER)
    ]
    apart = [name for name in known if name in _APART or "." in name]
    return Cast(tuple(name for name in known if name not in apart), (*apart, *others))


def short_name(actor: str) -> str:
    """A controller's name without the word that they all have in common; long kinds as kubectl abbreviates them."""
    if actor.startswith("cloud"):
        return actor
    name = actor.removesuffix("-controller")
    for kind, abbreviation in (("persistentvolumeclaim-", "pvc-"), ("persistentvolume-", "pv-")):
        if name.startswith(kind):
            return abbreviation + name.removeprefix(kind)
    return name


def node_of(actor: str) -> str:
    """The node of a kubelet or kube-proxy, or ""."""
    return actor.partition("/")[2]
