"""cloud-controller-manager: the controllers that know the cloud in which the machines are rented. One file each.

- `service`: load balancers for Services of type LoadBalancer.
- `node_lifecycle`: Nodes whose instance was terminated are deleted.
- `route`: routes for the Pods of each Node.

A cluster has them only where its machines are in a cloud (`Snapshot.cloud`).

**In Kubernetes:** `k8s.io/cloud-provider/app` and `controllers`; each cloud builds its own program of them.

**Simplified:** there is no cloud-node controller: a Node is known in the cloud by its name, and gets no
``spec.providerID``, no address and no zone from there.
"""

from typing import Final

from kubelab.components.cloud_controller_manager.node_lifecycle import CloudNodeLifecycleController
from kubelab.components.cloud_controller_manager.route import RouteController
from kubelab.components.cloud_controller_manager.service import ServiceController
from kubelab.state.component import Component

CLOUD_CONTROLLER_MANAGER: Final[tuple[Component, ...]] = (
    ServiceController(),
    CloudNodeLifecycleController(),
    RouteController(),
)
"""The controllers of the cloud-controller-manager, in the order in which they are woken."""

__all__ = ["CLOUD_CONTROLLER_MANAGER", "CloudNodeLifecycleController", "RouteController", "ServiceController"]
