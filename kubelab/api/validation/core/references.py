"""Checks of references to the Pod's own fields and resources: the downward API, in variables and in volumes.

In Kubernetes: `validateObjectFieldSelector`, `validateContainerResourceFieldSelector`, and
`pkg/apis/core/pods` (``ConvertDownwardAPIFieldLabel``).
"""

from collections.abc import Sequence

from kubelab.api import quantity
from kubelab.api.core.projection import ObjectFieldSelector, ResourceFieldSelector
from kubelab.api.validation import names
from kubelab.api.validation.field_error import Errors, invalid, not_supported, required

ENV_FIELDS = (
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
)
"""What a variable can take its value from."""
VOLUME_FIELDS = ("metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid")
"""What a file of a downward API volume can show."""

_CONVERTIBLE = frozenset(
    (
        *ENV_FIELDS,
        *VOLUME_FIELDS,
        "spec.restartPolicy",
        "spec.schedulerName",
        "status.phase",
    )
)
_RESOURCES = (
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
)
_HUGE = ("requests.hugepages-", "limits.hugepages-")
_BYTES = ("1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei")


def object_field(selector: ObjectFieldSelector, allowed: Sequence[str], path: str) -> Errors:
    """What is wrong with a reference to a field of the Pod."""
    if not selector.api_version:
        yield required(f"{path}.apiVersion")
        return
    if not selector.field_path:
        yield required(f"{path}.fieldPath")
        return
    field, bracket, rest = selector.field_path.partition("['")
    subscripted = bool(field and bracket) and rest.endswith("']")
    if not subscripted:
        field = selector.field_path
    if text := _unconvertible(selector, field, subscripted):
        yield invalid(f"{path}.fieldPath", selector.field_path, f"error converting fieldPath: {text}")
        return
    field = "spec.nodeName" if field == "spec.host" else field
    if subscripted:
        key = rest.removesuffix("']")
        yield from names.qualified_name_errors(path, key.lower() if field == "metadata.annotations" else key)
    elif field not in allowed:
        yield not_supported(f"{path}.fieldPath", field, sorted(allowed))


def _unconvertible(selector: ObjectFieldSelector, field: str, subscripted: bool) -> str:
    if selector.api_version != "v1":
        return f"unsupported pod version: {selector.api_version}"
    if subscripted:
        if field in ("metadata.annotations", "metadata.labels"):
            return ""
        return f"field label does not support subscript: {selector.field_path}"
    known = field in _CONVERTIBLE or field == "spec.host"
    return "" if known else f"field label not supported: {selector.field_path}"


def container_resource(selector: ResourceFieldSelector, path: str, in_volume: bool) -> Errors:
    """What is wrong with a reference to a container's request or limit."""
    name = selector.resource
    if in_volume and not selector.container_name:
        yield required(f"{path}.containerName")
    elif not name:
        yield required(f"{path}.resource")
    elif name not in _RESOURCES and not name.startswith(_HUGE):
        yield not_supported(f"{path}.resource", name, _RESOURCES)
    divisor = quantity.canonical(selector.divisor)
    if divisor == "0":
        return
    bytes_text = f"only divisor's values {', '.join(_BYTES)} are supported with the"
    if name in ("limits.cpu", "requests.cpu"):
        if divisor not in ("1m", "1"):
            text = "only divisor's values 1m and 1 are supported with the cpu resource"
            yield invalid(f"{path}.divisor", name, text)
    elif divisor in _BYTES:
        return
    elif name in ("limits.memory", "requests.memory"):
        yield invalid(f"{path}.divisor", name, f"{bytes_text} memory resource")
    elif name in ("limits.ephemeral-storage", "requests.ephemeral-storage"):
        yield invalid(f"{path}.divisor", name, f"{bytes_text} local ephemeral storage resource")
    elif name.startswith(_HUGE):
        yield invalid(f"{path}.divisor", name, f"{bytes_text} hugepages resource")
