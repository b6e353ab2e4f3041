"""Ingress controllers: what makes Ingresses come true. A cluster has none unless it is equipped with some.

    cluster { node worker-[1..3]; cloud; ingress nginx, aws-alb }

- `kubelab.state.ingress_controllers`: the table of those that there are, and what makes them different.
- `controller`: the one class of them all.
- `installation`: what comes into the cluster with one: its IngressClass, and for a proxy the proxy itself.
"""

from collections.abc import Iterable

from kubelab.components.ingress.controller import IngressController
from kubelab.components.ingress.installation import installation
from kubelab.errors import UsageError
from kubelab.state.ingress_controllers import IMPLEMENTATIONS, Implementation


def ingress_controllers(names: Iterable[str], cloud: bool = False) -> tuple[IngressController, ...]:
    """The Ingress controllers of these names, each with what it brings into the cluster.

    Args:
        names: such as ``nginx``; the names of `IMPLEMENTATIONS`.
        cloud: whether the machines are in a cloud.

    Raises:
        UsageError: there is no such Ingress controller, or it needs a cloud.
    """
    return tuple(_controller(name, cloud) for name in names)


def _controller(name: str, cloud: bool) -> IngressController:
    implementation = IMPLEMENTATIONS.get(name)
    if implementation is None:
        raise UsageError(f"there is no Ingress controller {name!r}; there are: {', '.join(IMPLEMENTATIONS)}")
    if implementation.in_cloud and not cloud:
        raise UsageError(f"the Ingress controller {name} makes load balancers in a cloud: say `cloud`, too")
    return IngressController(implementation, installation(implementation, cloud))


__all__ = ["IMPLEMENTATIONS", "Implementation", "IngressController", "ingress_controllers"]
