"""Leases: who holds something, and until when.

Source: `k8s.io/api/coordination/v1`.
"""

from typing import ClassVar

from kubelab.api.meta import ObjectMeta
from kubelab.api.model import field, model
from kubelab.api.scalars import MicroTime


@model
class LeaseSpec:
    """Who holds a lease, and for how long it is good without being renewed.

    Attributes:
        holder_identity: who holds it; a node's own name for its heartbeat.
        lease_duration_seconds: how long after `renew_time` it is good.
        acquire_time: when the holder got it.
        renew_time: when the holder last renewed it.
        lease_transitions: how many times it changed hands.
        strategy: how a holder is chosen, with coordinated election.
        preferred_holder: who should take it over next.
    """

    holder_identity: str | None = None
    lease_duration_seconds: int | None = None
    acquire_time: MicroTime | None = None
    renew_time: MicroTime | None = None
    lease_transitions: int | None = None
    strategy: str | None = field(
        default=None, go="v1.CoordinatedLeaseStrategy", values=("OldestEmulationVersion",), inert=True
    )
    preferred_holder: str | None = field(default=None, inert=True)


@model
class Lease:
    """A small object that is renewed again and again: a node's heartbeat, or the leadership of a component.

    Attributes:
        metadata: its identity; the heartbeats of nodes are in ``kube-node-lease``.
        spec: who holds it, and until when.
    """

    api_version: ClassVar[str] = "coordination.k8s.io/v1"
    kind: ClassVar[str] = "Lease"

    metadata: ObjectMeta = ObjectMeta()
    spec: LeaseSpec = LeaseSpec()
