"""What definitions are called, such as ``io.k8s.api.apps.v1.Deployment``.

Source: `k8s.io/kube-openapi/pkg/util` (ToRESTFriendlyName) of the API's Go packages.
"""

from typing import Any

from kubelab.api.custom import CustomResource

META = "io.k8s.apimachinery.pkg.apis.meta.v1"
QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity"
INT_OR_STRING = "io.k8s.apimachinery.pkg.util.intstr.IntOrString"
TIME, MICRO_TIME = f"{META}.Time", f"{META}.MicroTime"
RAW = "io.k8s.apimachinery.pkg.runtime.RawExtension"

_PACKAGES = {
    "apiextensions": "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1",
    "apiregistration": "io.k8s.kube-aggregator.pkg.apis.apiregistration.v1",
    "autoscaling": "io.k8s.api.autoscaling.v2",
    "meta": META,
    "service_addresses": "io.k8s.api.networking.v1",
}

_ELSEWHERE = {
    "TopologySelectorLabelRequirement": "io.k8s.api.core.v1",
    "TopologySelectorTerm": "io.k8s.api.core.v1",
}
"""Structures whose package is not that of the module that holds them."""


def definition_name(model: type[Any]) -> str:
    """The name of a structure's definition."""
    if model.__name__ in _ELSEWHERE:
        return f"{_ELSEWHERE[model.__name__]}.{model.__name__}"
    if issubclass(model, CustomResource):
        group, _, version = str(getattr(model, "api_version", "")).partition("/")
        return ".".join((*reversed(group.split(".")), version, model.__name__))
    room = model.__module__.removeprefix("kubelab.api.").partition(".")[0]
    return f"{_PACKAGES.get(room, f'io.k8s.api.{room}.v1')}.{model.__name__}"


def group_title(group: str, version: str) -> str:
    """A group and version as the names of operations say it: ``AppsV1``, ``RbacAuthorizationV1``, ``CoreV1``."""
    words = (group or "core").removesuffix(".k8s.io").split(".")
    return "".join(word[:1].upper() + word[1:] for word in (*words, version))
