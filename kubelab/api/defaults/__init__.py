"""What the API server fills into an object before it validates and stores it.

`apply_defaults` is pure, idempotent, and gives the same object back when there is nothing to fill in. It also does
what the server's decoding does to a manifest: `stringData` of a Secret moves into `data`, the two spellings of a
service account's name are kept alike, quantities get their canonical form and at most three decimals.

In Kubernetes: `pkg/apis/*/v1/defaults.go`, the generated `zz_generated.defaults.go` and `conversion.go`.

**Simplified:** Addresses, node ports, IP families, generated selectors and finalizers are no defaults upstream
either; the registry of the API server allocates them. Feature gates have the defaults of Kubernetes 1.36.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeVar, cast

O = TypeVar("O")  # noqa: E741  (an object of any kind)

_WHERE = {
    "v1": "core",
    "apps/v1": "apps",
    "autoscaling/v2": "autoscaling",
    "batch/v1": "batch",
    "discovery.k8s.io/v1": "discovery",
    "networking.k8s.io/v1": "networking",
    "rbac.authorization.k8s.io/v1": "rbac",
    "scheduling.k8s.io/v1": "scheduling",
    "storage.k8s.io/v1": "storage",
    "apiextensions.k8s.io/v1": "apiextensions",
    "admissionregistration.k8s.io/v1": "admissionregistration",
    "apiregistration.k8s.io/v1": "apiregistration",
    "flowcontrol.apiserver.k8s.io/v1": "flowcontrol",
    "node.k8s.io/v1": "node",
}
"""The module of this package that knows an API version's defaults; a version that is missing has none."""

_functions: dict[type, Callable[[Any], Any] | None] = {}


def apply_defaults(obj: O) -> O:
    """`obj` with everything filled in that the API server would fill in; `obj` itself when nothing is missing."""
    kind = type(obj)
    try:
        function = _functions[kind]
    except KeyError:
        function = _functions[kind] = _find(kind)
    return obj if function is None else cast("O", function(obj))


def _of_schema(obj: Any) -> Any:
    from kubelab.api.custom import with_defaults

    return with_defaults(obj)


def _find(kind: Any) -> Callable[[Any], Any] | None:
    from kubelab.api.custom import CustomResource

    if issubclass(kind, CustomResource):
        return _of_schema
    module = _WHERE.get(kind.api_version)
    if module is None:
        return None
    functions: dict[str, Callable[[Any], Any]] = import_module(f"{__name__}.{module}").DEFAULTS
    return functions.get(kind.kind)
