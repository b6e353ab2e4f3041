"""The range of the cluster addresses of Services, and which of them are taken.

Source: `k8s.io/api/networking/v1` (``ServiceCIDR``, ``IPAddress``).
"""

from typing import ClassVar

from kubelab.api.meta import Condition, ObjectMeta
from kubelab.api.model import field, model


@model
class ServiceCIDRSpec:
    """A range of addresses.

    Attributes:
        cidrs: the range, such as ``10.96.0.0/12``; one for each IP family.
    """

    cidrs: tuple[str, ...] = ()


@model
class ServiceCIDRStatus:
    """Whether addresses are taken from a range.

    Attributes:
        conditions: what is or is not the case.
    """

    conditions: tuple[Condition, ...] = field(default=(), merge_key="type")


@model
class ServiceCIDR:
    """A range from which Services get their cluster addresses.

    Attributes:
        metadata: its identity; the one of the cluster itself is called ``kubernetes``.
        spec: the range.
        status: whether addresses are taken from it.
    """

    api_version: ClassVar[str] = "networking.k8s.io/v1"
    kind: ClassVar[str] = "ServiceCIDR"

    metadata: ObjectMeta = ObjectMeta()
    spec: ServiceCIDRSpec = ServiceCIDRSpec()
    status: ServiceCIDRStatus = ServiceCIDRStatus()
