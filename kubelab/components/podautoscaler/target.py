"""The scale of what is autoscaled: how many Pods it wants, which they are, and another number.

Kinds that are built in have them in known places; a kind that the cluster has learnt says by its definition where.

In Kubernetes: `k8s.io/client-go/scale`; apiextensions-apiserver `pkg/registry/customresource` (ScaleREST).
"""

from kubelab.api.apiextensions import CustomResourceSubresourceScale
from kubelab.api.core.pod import Pod
from kubelab.api.custom import CustomResource, at_path, with_path
from kubelab.api.model import evolve
from kubelab.api.scheme import by_kind
from kubelab.api.selector import Selector, from_label_selector, from_labels, parse
from kubelab.errors import SelectorError
from kubelab.state.snapshot import Object, View

SCALABLE = ("Deployment", "ReplicaSet", "ReplicationController", "StatefulSet")
"""The kinds with a scale that are built in."""


def is_scalable(obj: Object | None) -> bool:
    """Whether an object has a scale."""
    return obj is not None and "scale" in by_kind(obj.kind).subresources


def replicas(target: Object) -> int | None:
    """How many Pods are wanted; None where nothing is said."""
    if not isinstance(target, CustomResource):
        said: int | None = target.spec.replicas
        return said
    found = at_path(target, _paths(target).spec_replicas_path)
    return found if type(found) is int else 0


def with_replicas(target: Object, number: int) -> Object:
    """The object that wants so many."""
    if isinstance(target, CustomResource):
        return with_path(target, _paths(target).spec_replicas_path, number)
    return evolve(target, spec=evolve(target.spec, replicas=number))


def pods_of(view: View, target: Object) -> list[Pod] | None:
    """The Pods that the selector of a target selects; None where it has no selector."""
    selector = _selector(target)
    if selector is None:
        return None
    namespace, exact = target.metadata.namespace, dict(selector.exact)
    pods: list[Pod] = view.labelled("Pod", namespace, exact) if exact else view.list("Pod", namespace)
    return [pod for pod in pods if selector.matches(pod.metadata.labels)]


def _selector(target: Object) -> Selector | None:
    if isinstance(target, CustomResource):
        path = _paths(target).label_selector_path
        text = at_path(target, path) if path else None
        try:
            return parse(text) if isinstance(text, str) and text else None
        except SelectorError:
            return None
    given = target.spec.selector
    return from_labels(given) if target.kind == "ReplicationController" else from_label_selector(given)


def _paths(target: Object) -> CustomResourceSubresourceScale:
    paths: CustomResourceSubresourceScale = by_kind(target.kind).definition.subresources.scale
    return paths
