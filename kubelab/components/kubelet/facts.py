"""The downward API: what a Pod can be told about itself, in a variable or in a file.

**In Kubernetes:** kubelet `kubelet_pods.go` (podFieldSelectorRuntimeValue), `pkg/fieldpath`, `pkg/api/v1/resource`
(ExtractContainerResourceValue).

**Simplified:** nothing.
"""

import json
import re

from kubelab.api.core.container import Container
from kubelab.api.core.projection import ResourceFieldSelector
from kubelab.api.quantity import milli, value
from kubelab.components.kubelet.pod_context import PodContext, host_address

_SUBSCRIPT = re.compile(r"metadata\.(labels|annotations)\['(.*)'\]")


def field_value(ctx: PodContext, path: str) -> str:
    """What a field of the Pod says: ``metadata.name``, ``metadata.labels['app']``, ``status.podIP``."""
    meta, spec = ctx.pod.metadata, ctx.pod.spec
    subscript = _SUBSCRIPT.fullmatch(path)
    if subscript is not None:
        return str(getattr(meta, subscript[1]).get(subscript[2], ""))
    match path:
        case "metadata.labels" | "metadata.annotations":
            return formatted(getattr(meta, path.partition(".")[2]))
        case "metadata.name" | "metadata.namespace" | "metadata.uid":
            return str(getattr(meta, path.partition(".")[2]))
        case "spec.nodeName":
            return spec.node_name
        case "spec.serviceAccountName":
            return spec.service_account_name
        case "status.hostIP" | "status.hostIPs":
            return host_address(ctx.node)
        case "status.podIP" | "status.podIPs":
            return ctx.address
    return ""


def formatted(pairs: dict[str, str]) -> str:
    """Labels or annotations as a file holds them: a line each, in order (``FormatMap``)."""
    return "\n".join(f"{key}={json.dumps(text, ensure_ascii=False)}" for key, text in sorted(pairs.items()))


def resource_value(ctx: PodContext, reference: ResourceFieldSelector, container: Container) -> str:
    """What a container requests or may use of a resource, in whole units of the divisor, rounded up.

    Without a limit it may use all that its node can give.
    """
    which, _, resource = reference.resource.partition(".")
    resources = container.resources
    amount = (resources.limits if which == "limits" else resources.requests).get(resource)
    if amount is None and which == "limits":
        amount = (ctx.node.status.allocatable or ctx.node.status.capacity).get(resource)
    divisor = reference.divisor if value(reference.divisor) or milli(reference.divisor) else "1"
    in_units = milli if resource == "cpu" else value
    return str(-(-in_units(amount or "0") // in_units(divisor)))


def container_named(ctx: PodContext, name: str) -> Container | None:
    """A container of the Pod."""
    spec = ctx.pod.spec
    return next((each for each in (*spec.init_containers, *spec.containers) if each.name == name), None)
