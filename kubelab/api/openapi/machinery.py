"""Definitions of what is no kind of its own: lists, the server's answers, options, and the bodies of subresources.

Source: apimachinery `pkg/apis/meta/v1`; autoscaling/v1 Scale; policy/v1 Eviction; authentication/v1 TokenRequest.
"""

from typing import Any

from kubelab.api.meta import ObjectMeta
from kubelab.api.openapi import naming
from kubelab.api.openapi.schemas import KIND_FIELDS, V2, Schema, gvk
from kubelab.api.scheme import Kind

META = naming.META
STATUS, DELETE_OPTIONS, LIST_META = f"{META}.Status", f"{META}.DeleteOptions", f"{META}.ListMeta"
WATCH_EVENT, PATCH = f"{META}.WatchEvent", f"{META}.Patch"
SCALE, EVICTION = "io.k8s.api.autoscaling.v1.Scale", "io.k8s.api.policy.v1.Eviction"
TOKEN_REQUEST = "io.k8s.api.authentication.v1.TokenRequest"
OBJECT_META = naming.definition_name(ObjectMeta)

_TEXT, _NUMBER, _FLAG = {"type": "string"}, {"type": "integer", "format": "int32"}, {"type": "boolean"}
_LONG = {"type": "integer", "format": "int64"}


def _said(schema: Schema, description: str) -> Schema:
    return {**schema, "description": description}


def _of(name: str, description: str) -> Schema:
    """A property that is a structure; `placed` puts the right prefix before its name."""
    return {"$ref": name, "description": description}


def _structure(description: str, properties: dict[str, Schema], required: tuple[str, ...] = ()) -> Schema:
    schema: Schema = {"type": "object", "description": description, "properties": properties}
    return {**schema, "required": list(required)} if required else schema


def _object(description: str, properties: dict[str, Schema], required: tuple[str, ...] = ()) -> Schema:
    return _structure(description, {**KIND_FIELDS, **properties}, required)


_METADATA = _of(OBJECT_META, "Its identity.")
_OF_LIST = _of(LIST_META, "What is said of the list as a whole.")

DEFINITIONS: dict[str, Schema] = {
    LIST_META: _structure(
        "What is said of a list as a whole.",
        {
            "continue": _said(_TEXT, "With what to ask for the rest, where only a part was asked for."),
            "remainingItemCount": _said(_LONG, "How many items the rest has."),
            "resourceVersion": _said(_TEXT, "The state of the cluster that the list shows; a watch goes on from it."),
            "selfLink": _said(_TEXT, "No longer filled in by any server."),
        },
    ),
    STATUS: _object(
        "The answer to a request that gives no object: why it was refused, or that it was carried out.",
        {
            "metadata": _OF_LIST,
            "status": _said(_TEXT, "Success or Failure."),
            "message": _said(_TEXT, "What happened, as one sentence for people."),
            "reason": _said(_TEXT, "Why it failed, as one word for programs."),
            "details": _of(f"{META}.StatusDetails", "What it is about, and each thing that is wrong with it."),
            "code": _said(_NUMBER, "The HTTP status."),
        },
    ),
    f"{META}.StatusDetails": _structure(
        "What an answer is about.",
        {
            "name": _said(_TEXT, "The name of the object."),
            "group": _said(_TEXT, "The API group of its kind."),
            "kind": _said(_TEXT, "Its resource."),
            "uid": _said(_TEXT, "Its uid."),
            "causes": {
                "type": "array",
                "items": {"$ref": f"{META}.StatusCause"},
                "description": "Each thing that is wrong.",
                "x-kubernetes-list-type": "atomic",
            },
            "retryAfterSeconds": _said(_NUMBER, "After how many seconds trying again may help."),
        },
    ),
    f"{META}.StatusCause": _structure(
        "One thing that is wrong.",
        {
            "reason": _said(_TEXT, "What sort of mistake it is, as one word."),
            "message": _said(_TEXT, "What is wrong, for people."),
            "field": _said(_TEXT, "The path to the field."),
        },
    ),
    f"{META}.Preconditions": _structure(
        "What must be so for a request to be carried out.",
        {
            "uid": _said(_TEXT, "The uid that the object must have."),
            "resourceVersion": _said(_TEXT, "The version that the object must have."),
        },
    ),
    DELETE_OPTIONS: _object(
        "How something is deleted.",
        {
            "dryRun": {
                "type": "array",
                "items": _TEXT,
                "description": "All, to find out only what would happen.",
                "x-kubernetes-list-type": "atomic",
            },
            "gracePeriodSeconds": _said(_LONG, "How long it may take to end itself; 0 is at once."),
            "orphanDependents": _said(_FLAG, "The old way to say propagationPolicy Orphan."),
            "preconditions": _of(f"{META}.Preconditions", "What must be so, or nothing is deleted."),
            "propagationPolicy": _said(_TEXT, "What happens to what it owns: Orphan, Background or Foreground."),
        },
    ),
    WATCH_EVENT: _structure(
        "One change that a watch tells.",
        {
            "type": _said(_TEXT, "ADDED, MODIFIED, DELETED, BOOKMARK or ERROR."),
            "object": _of(naming.RAW, "The object afterwards; where it was deleted, as it was last."),
        },
        ("type", "object"),
    ),
    SCALE: _object(
        "How many replicas something wants and has.",
        {
            "metadata": _METADATA,
            "spec": _of("io.k8s.api.autoscaling.v1.ScaleSpec", "What is wanted."),
            "status": _of("io.k8s.api.autoscaling.v1.ScaleStatus", "What there is."),
        },
    ),
    "io.k8s.api.autoscaling.v1.ScaleSpec": _structure(
        "How many replicas are wanted.", {"replicas": _said(_NUMBER, "How many Pods there should be.")}
    ),
    "io.k8s.api.autoscaling.v1.ScaleStatus": _structure(
        "How many replicas there are.",
        {
            "replicas": _said(_NUMBER, "How many Pods there are."),
            "selector": _said(_TEXT, "Which Pods are counted, as a label selector in one text."),
        },
        ("replicas",),
    ),
    EVICTION: _object(
        "The wish that a Pod leaves its node, which a PodDisruptionBudget may deny for now.",
        {"metadata": _METADATA, "deleteOptions": _of(DELETE_OPTIONS, "How the Pod is deleted.")},
    ),
    TOKEN_REQUEST: _object(
        "The wish for a token of a ServiceAccount.",
        {
            "metadata": _METADATA,
            "spec": _said({"type": "object"}, "For whom, for how long, and bound to what the token is."),
            "status": _said({"type": "object"}, "The token, and until when it is good."),
        },
        ("spec",),
    ),
}
"""Each with its references as plain names; `placed` makes them those of a document."""

_EVERYWHERE = {STATUS: "Status", DELETE_OPTIONS: "DeleteOptions", WATCH_EVENT: "WatchEvent"}
_KINDS = {
    SCALE: gvk("autoscaling", "v1", "Scale"),
    EVICTION: gvk("policy", "v1", "Eviction"),
    TOKEN_REQUEST: gvk("authentication.k8s.io", "v1", "TokenRequest"),
}


def list_name(kind: Kind) -> str:
    """The name of the definition of a list of a kind."""
    return naming.definition_name(kind.model) + "List"


def list_of(kind: Kind) -> Schema:
    """The definition of a list of a kind."""
    items = {
        "type": "array",
        "items": {"$ref": naming.definition_name(kind.model)},
        "description": "The objects, in the order of namespace and name.",
    }
    schema = _object(f"Several {kind.kind} objects.", {"metadata": _OF_LIST, "items": items}, ("items",))
    return {**schema, "x-kubernetes-group-version-kind": [gvk(kind.group, kind.version, f"{kind.kind}List")]}


def definitions(group: str, version: str) -> dict[str, Schema]:
    """All of them, as the documents of a group and version have them."""
    found = {}
    for name, schema in DEFINITIONS.items():
        kinds = [_KINDS[name]] if name in _KINDS else []
        if name in _EVERYWHERE:
            kinds = [gvk("", "v1", _EVERYWHERE[name])]
            kinds += [gvk(group, version, _EVERYWHERE[name])] if group and name != STATUS else []
        found[name] = {**schema, "x-kubernetes-group-version-kind": kinds} if kinds else schema
    return found


def placed(schema: Any, prefix: str) -> Any:
    """A definition with its references as a document writes them."""
    if isinstance(schema, list):
        return [placed(each, prefix) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: placed(value, prefix) for name, value in schema.items()}
    if isinstance(found.get("$ref"), str):
        reference = {"$ref": prefix + found.pop("$ref")}
        return {**reference, **found} if prefix == V2 or not found else {"allOf": [reference], **found}
    return found
