"""APIServices: who answers for each group and version of the API.

Source: `k8s.io/kube-aggregator/pkg/apis/apiregistration/v1`.
"""

from typing import ClassVar

from kubelab.api.meta import ObjectMeta
from kubelab.api.model import field, model
from kubelab.api.scalars import Time


@model
class ServiceReference:
    """The Service behind which an API server of somebody else's stands.

    Attributes:
        namespace: its Namespace.
        name: its name.
        port: the port on which it is called; 443 if nothing is said.
    """

    namespace: str = ""
    name: str = ""
    port: int | None = None


@model
class APIServiceSpec:
    """Which group and version it is, and who answers for it.

    Attributes:
        service: who answers; None means kube-apiserver itself.
        group: the API group.
        version: its version.
        insecure_skip_tls_verify: whether the certificate of the Service is not looked at.
        ca_bundle: with which the certificate of the Service must be signed.
        group_priority_minimum: the higher, the earlier the group is asked for a name that several have.
        version_priority: the higher, the earlier this version comes among those of its group.
    """

    service: ServiceReference | None = field(default=None, inert=True)
    group: str = ""
    version: str = ""
    insecure_skip_tls_verify: bool = field(default=False, json="insecureSkipTLSVerify", inert=True)
    ca_bundle: str = field(default="", json="caBundle", go="[]uint8", inert=True)
    group_priority_minimum: int = field(default=0, always=True)
    version_priority: int = field(default=0, always=True)


@model
class APIServiceCondition:
    """One thing that is or is not the case with an APIService.

    Attributes:
        type: what; there is only ``Available``.
        status: whether it is the case.
        last_transition_time: when that last changed.
        reason: one word for why.
        message: why, for people.
    """

    type: str = field(default="", always=True, go="v1.APIServiceConditionType", values=("Available",))
    status: str = field(default="", always=True, go="v1.ConditionStatus", values=("True", "False", "Unknown"))
    last_transition_time: Time | None = field(default=None, always=True)
    reason: str = ""
    message: str = ""


@model
class APIServiceStatus:
    """Whether the group and version can be asked.

    Attributes:
        conditions: what is or is not the case.
    """

    conditions: tuple[APIServiceCondition, ...] = field(default=(), merge_key="type")


@model
class APIService:
    """A group and version of the API, and who answers for it.

    Attributes:
        metadata: its identity; it is called ``VERSION.GROUP``.
        spec: which group and version, and who answers.
        status: whether it can be asked.
    """

    api_version: ClassVar[str] = "apiregistration.k8s.io/v1"
    kind: ClassVar[str] = "APIService"

    metadata: ObjectMeta = ObjectMeta()
    spec: APIServiceSpec = APIServiceSpec()
    status: APIServiceStatus = APIServiceStatus()
