"""FILL module."""

from typing import ClassVar

from kubelab.api.meta import ObjectMeta
from kubelab.api.model import field, model
from kubelab.api.scalars import MicroTime


@model
class LeaseSpec:
    """FILL LeaseSpec."""

    holder_identity: str | None = None
    lease_duration_seconds: int | None = None
    acquire_time: MicroTime | None = None
    renew_time: MicroTime | None = None
    lease_transitions: int | None = None
    strategy: str | None = field(default=None, go="v1.CoordinatedLeaseStrategy", values=("OldestEmulationVersion",))
    preferred_holder: str | None = None


@model
class Lease:
    """FILL Lease."""

    api_version: ClassVar[str] = "coordination.k8s.io/v1"
    kind: ClassVar[str] = "Lease"

    metadata: ObjectMeta = ObjectMeta()
    spec: LeaseSpec = LeaseSpec()
