"""The ``scale`` subresource: how many replicas an object of any kind wants and has, in the same form for all.

Source: autoscaling/v1 Scale; `pkg/registry/apps/deployment/storage` (ScaleREST).
"""

from typing import Any

from kubelab.api import clocktime
from kubelab.api.apiextensions import CustomResourceSubresourceScale
from kubelab.api.custom import CustomResource, at_path, with_path
from kubelab.api.decode import number_text, value_kind
from kubelab.api.meta import LabelSelector, ObjectMeta
from kubelab.api.model import evolve
from kubelab.api.scheme import by_kind
from kubelab.api.selector import from_label_selector, from_labels
from kubelab.api.validation.field_error import invalid_message, non_negative
from kubelab.apiserver import refusals
from kubelab.errors import StatusError
from kubelab.state.snapshot import Object


def scale_of(obj: Object) -> dict[str, Any]:
    """The Scale of an object, as a manifest."""
    meta = obj.metadata
    if isinstance(obj, CustomResource):
        spec, status, text = _of_definition(obj)
        return {**_head(meta), "spec": {"replicas": spec} if spec else {}, "status": {"replicas": status, **text}}
    given = obj.spec.selector
    selector = from_label_selector(given) if isinstance(given, LabelSelector | None) else from_labels(given)
    return {
        **_head(meta),
        "spec": {"replicas": obj.spec.replicas} if obj.spec.replicas else {},
        "status": {"replicas": obj.status.replicas, "selector": str(selector)},
    }


def _head(meta: ObjectMeta) -> dict[str, Any]:
    metadata: dict[str, Any] = {"name": meta.name, "namespace": meta.namespace, "uid": meta.uid}
    metadata["resourceVersion"] = meta.resource_version
    if meta.creation_timestamp is not None:
        metadata["creationTimestamp"] = clocktime.text_of(meta.creation_timestamp)
    return {"apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": metadata}


def _of_definition(obj: Object) -> tuple[int, int, dict[str, str]]:
    """How many a custom resource wants and has, and how their selector reads, where its definition says that they are.

    Raises:
        StatusError: 404, the definition says nothing of a scale.
    """
    paths = _paths(obj)
    wanted, has = at_path(obj, paths.spec_replicas_path), at_path(obj, paths.status_replicas_path)
    selector = at_path(obj, paths.label_selector_path) if paths.label_selector_path else None
    text = {"selector": selector} if isinstance(selector, str) and selector else {}
    return (wanted if type(wanted) is int else 0), (has if type(has) is int else 0), text


def _paths(obj: Object) -> CustomResourceSubresourceScale:
    below = by_kind(obj.kind).definition.subresources
    if below is None or below.scale is None:
        raise StatusError(404, "NotFound", "the server could not find the requested resource")
    paths: CustomResourceSubresourceScale = below.scale
    return paths


def replicas_of(obj: Object) -> int:
    """How many replicas an object wants."""
    return _of_definition(obj)[0] if isinstance(obj, CustomResource) else obj.spec.replicas or 0


def scaled(obj: Object, scale: Any) -> Object:
    """The object with as many replicas as a Scale wants.

    Raises:
        StatusError: 400, it is no Scale; 409, it is of an older version of the object; 422, its number is wrong.
    """
    name = obj.metadata.name
    if not isinstance(scale, dict) or scale.get("kind") != "Scale":
        raise refusals.bad_request("the object provided is no Scale")
    metadata, spec = scale.get("metadata") or {}, scale.get("spec") or {}
    version = metadata.get("resourceVersion", "") if isinstance(metadata, dict) else ""
    if version and version != obj.metadata.resource_version:
        raise refusals.modified(by_kind(obj.kind), name)
    replicas = spec.get("replicas", 0) if isinstance(spec, dict) else spec
    if type(replicas) is not int:
        kind = value_kind(replicas)
        kind += f" {number_text(replicas)}" if kind == "number" else ""
        text = f"json: cannot unmarshal {kind} into Go struct field ScaleSpec.spec.replicas of type int32"
        raise refusals.bad_request(f'Scale in version "v1" cannot be handled as a Scale: {text}')
    errors = list(non_negative("spec.replicas", replicas))
    if errors:
        text = invalid_message("Scale.autoscaling", name, errors)
        raise StatusError(422, "Invalid", text, [error.cause for error in errors])
    if isinstance(obj, CustomResource):
        return with_path(obj, _paths(obj).spec_replicas_path, replicas)
    return evolve(obj, spec=evolve(obj.spec, replicas=replicas))
