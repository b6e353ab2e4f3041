"""Ways of running containers, by name.

Source: `k8s.io/api/node/v1`. The nodes themselves are in `kubelab.api.core.node`.
"""

from typing import ClassVar

from kubelab.api.core.affinity import Toleration
from kubelab.api.meta import ObjectMeta
from kubelab.api.model import field, model
from kubelab.api.scalars import FrozenMap, Quantity


@model
class Overhead:
    """What running a Pod costs beyond what its containers ask for.

    Attributes:
        pod_fixed: so much of each resource for every Pod.
    """

    pod_fixed: FrozenMap[str, Quantity] = FrozenMap()


@model
class Scheduling:
    """Where Pods of a class can run.

    Attributes:
        node_selector: labels that their nodes must have, besides those that a Pod asks for itself.
        tolerations: what they tolerate, besides what a Pod says itself.
    """

    node_selector: FrozenMap[str, str] = FrozenMap()
    tolerations: tuple[Toleration, ...] = ()


@model
class RuntimeClass:
    """A name for a way of running containers, such as each in a small virtual machine; Pods name it.

    Attributes:
        metadata: its identity.
        handler: what the container runtime of a node calls that way.
        overhead: what it costs beyond the containers themselves; the API server writes it into the Pods.
        scheduling: where such Pods can run; None means everywhere.
    """

    api_version: ClassVar[str] = "node.k8s.io/v1"
    kind: ClassVar[str] = "RuntimeClass"

    metadata: ObjectMeta = ObjectMeta()
    handler: str = field(default="", always=True)
    overhead: Overhead | None = None
    scheduling: Scheduling | None = None
