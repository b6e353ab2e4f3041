"""What can be done at which address, for either version of documents.

Source: `k8s.io/apiserver/pkg/endpoints` (APIInstaller).
"""

from collections.abc import Iterator
from typing import Any

import attrs

from kubelab.api.openapi import machinery, naming
from kubelab.api.openapi.schemas import V2, gvk
from kubelab.api.scheme import Kind

JSON, YAML = "application/json", "application/yaml"
PATCHES = (
    "application/json-patch+json",
    "application/merge-patch+json",
    "application/strategic-merge-patch+json",
    "application/apply-patch+yaml",
)

PARAMETERS: dict[str, tuple[str, str]] = {
    "pretty": ("string", "Whether the answer is laid out for people."),
    "dryRun": ("string", "All, to find out only what would happen."),
    "fieldManager": ("string", "Under which name the writer owns the fields that are written."),
    "fieldValidation": ("string", "What becomes of unknown and repeated fields: Strict, Warn or Ignore."),
    "force": ("boolean", "Whether an apply takes over fields that others own."),
    "gracePeriodSeconds": ("integer", "How long the object may take to end itself; 0 is at once."),
    "orphanDependents": ("boolean", "The old way to say propagationPolicy Orphan."),
    "propagationPolicy": ("string", "What happens to what the object owns: Orphan, Background or Foreground."),
    "allowWatchBookmarks": ("boolean", "Whether a watch may tell from time to time how far it is."),
    "continue": ("string", "Where the part of a list begins, as the part before said."),
    "fieldSelector": ("string", "Only objects with these fields."),
    "labelSelector": ("string", "Only objects with these labels."),
    "limit": ("integer", "At most so many items."),
    "resourceVersion": ("string", "The state from which a watch goes on, or that a list shows."),
    "resourceVersionMatch": ("string", "How resourceVersion is meant: Exact or NotOlderThan."),
    "sendInitialEvents": ("boolean", "Whether a watch begins with all that there is."),
    "timeoutSeconds": ("integer", "For how long at most."),
    "watch": ("boolean", "Whether to be told all that changes from now on."),
    "container": ("string", "Which container of the Pod."),
    "follow": ("boolean", "Whether to go on with what is logged from now on."),
    "limitBytes": ("integer", "At most so many bytes."),
    "previous": ("boolean", "The log of the container before the last restart."),
    "sinceSeconds": ("integer", "Only what was logged in the last seconds."),
    "tailLines": ("integer", "Only so many lines from the end."),
    "timestamps": ("boolean", "Whether each line begins with its moment."),
}
"""The parameters of queries: their type and meaning."""

WRITE = ("dryRun", "fieldManager", "fieldValidation")
DELETE = ("dryRun", "gracePeriodSeconds", "orphanDependents", "propagationPolicy")
LIST = (
    *("allowWatchBookmarks", "continue", "fieldSelector", "labelSelector", "limit", "resourceVersion"),
    *("resourceVersionMatch", "sendInitialEvents", "timeoutSeconds", "watch"),
)
LOG = ("container", "follow", "limitBytes", "previous", "sinceSeconds", "tailLines", "timestamps")


@attrs.frozen
class Operation:
    """One thing that can be done at an address.

    Attributes:
        method: of HTTP, in lower case.
        id: the name of the operation.
        action: what it is, as the API says it (``list``, ``post``).
        kind: the kind it is about: group, version and kind.
        says: what it does, in a few words.
        query: the names of its parameters.
        body: the definition of what is sent, or "".
        media: in which media types that is sent.
        answer: the definition of what is answered; "" for plain text.
        codes: the HTTP statuses of an answer.
    """

    method: str
    id: str
    action: str
    kind: dict[str, str]
    says: str
    query: tuple[str, ...] = ()
    body: str = ""
    media: tuple[str, ...] = (JSON, YAML)
    answer: str = ""
    codes: tuple[int, ...] = (200,)


Address = tuple[str, tuple[str, ...]]
"""An address with its parameters."""


def operations(kind: Kind) -> Iterator[tuple[Address, tuple[Operation, ...]]]:
    """All addresses of a kind, and what can be done there."""
    root = f"/apis/{kind.api_version}" if kind.group else f"/api/{kind.version}"
    place = f"{root}/namespaces/{{namespace}}/{kind.plural}" if kind.namespaced else f"{root}/{kind.plural}"
    scope = ("namespace",) if kind.namespaced else ()
    make = _Maker(kind)
    if not kind.listed:
        yield (place, scope), (make.create(),)
        return
    # Nobody deletes all Namespaces at once.
    yield (place, scope), (make.list(), make.create(), *(() if kind.kind == "Namespace" else (make.delete_all(),)))
    if kind.namespaced:
        yield (f"{root}/{kind.plural}", ()), (make.list(everywhere=True),)
    item = f"{place}/{{name}}"
    names = ("name", *scope)
    yield (item, names), (make.read(), make.replace(), make.patch(), make.delete())
    for subresource in kind.subresources:
        if found := make.below(subresource):
            yield (f"{item}/{subresource}", names), found


class _Maker:
    """Makes the operations of one kind."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.group = naming.group_title(kind.group, kind.version)
        self.scope = "Namespaced" if kind.namespaced else ""
        self.name = naming.definition_name(kind.model)
        self.gvk = gvk(kind.group, kind.version, kind.kind)

    def _id(self, verb: str, tail: str = "", scope: str | None = None) -> str:
        return f"{verb}{self.group}{self.scope if scope is None else scope}{self.kind.kind}{tail}"

    def list(self, everywhere: bool = False) -> Operation:
        title = self._id("list", "ForAllNamespaces", "") if everywhere else self._id("list")
        says = f"list or watch {self.kind.kind} objects"
        return Operation("get", title, "list", self.gvk, says, LIST, answer=machinery.list_name(self.kind))

    def create(self) -> Operation:
        says, title = f"create a {self.kind.kind}", self._id("create")
        codes = (200, 201, 202)
        return Operation("post", title, "post", self.gvk, says, WRITE, self.name, answer=self.name, codes=codes)

    def delete_all(self) -> Operation:
        title = f"delete{self.group}Collection{self.scope}{self.kind.kind}"
        query = (*DELETE, *(name for name in LIST if name not in ("allowWatchBookmarks", "watch")))
        says = f"delete all {self.kind.kind} objects that are selected"
        options = machinery.DELETE_OPTIONS
        return Operation("delete", title, "deletecollection", self.gvk, says, query, options, answer=machinery.STATUS)

    def read(self) -> Operation:
        return Operation("get", self._id("read"), "get", self.gvk, f"read a {self.kind.kind}", answer=self.name)

    def replace(self) -> Operation:
        says, title = f"replace a {self.kind.kind}", self._id("replace")
        return Operation("put", title, "put", self.gvk, says, WRITE, self.name, answer=self.name, codes=(200, 201))

    def patch(self) -> Operation:
        says, title = f"change parts of a {self.kind.kind}", self._id("patch")
        query = (*WRITE, "force")
        body = machinery.PATCH
        return Operation("patch", title, "patch", self.gvk, says, query, body, PATCHES, self.name, (200, 201))

    def delete(self) -> Operation:
        says, title, options = f"delete a {self.kind.kind}", self._id("delete"), machinery.DELETE_OPTIONS
        answer = machinery.STATUS
        return Operation("delete", title, "delete", self.gvk, says, DELETE, options, answer=answer, codes=(200, 202))

    def below(self, subresource: str) -> tuple[Operation, ...]:
        """What can be done with a subresource; nothing for those that are no documents."""
        match subresource:
            case "status" | "resize" | "ephemeralcontainers":
                tail = {"ephemeralcontainers": "Ephemeralcontainers"}.get(subresource, subresource.capitalize())
                return self._part(tail, self.name, self.gvk)
            case "scale":
                return self._part("Scale", machinery.SCALE, gvk("autoscaling", "v1", "Scale"))
            case "finalize":
                title = self._id("replace", "Finalize")
                says = f"say that a {self.kind.kind} need not be waited for"
                return (Operation("put", title, "put", self.gvk, says, WRITE, self.name, answer=self.name),)
            case "eviction":
                return (self._made("Eviction", machinery.EVICTION, gvk("policy", "v1", "Eviction")),)
            case "binding":
                return (self._made("Binding", "io.k8s.api.core.v1.Binding", gvk("", "v1", "Binding")),)
            case "token":
                kind = gvk("authentication.k8s.io", "v1", "TokenRequest")
                return (self._made("Token", machinery.TOKEN_REQUEST, kind),)
            case "log":
                says = "read the log of a container"
                return (Operation("get", self._id("read", "Log"), "get", self.gvk, says, LOG, media=("text/plain",)),)
        return ()

    def _part(self, tail: str, name: str, kind: dict[str, str]) -> tuple[Operation, ...]:
        of = f"the {tail.lower()} of a {self.kind.kind}"
        query = (*WRITE, "force")
        patch, body = self._id("patch", tail), machinery.PATCH
        return (
            Operation("get", self._id("read", tail), "get", kind, f"read {of}", answer=name),
            Operation("put", self._id("replace", tail), "put", kind, f"replace {of}", WRITE, name, answer=name),
            Operation("patch", patch, "patch", kind, f"change parts of {of}", query, body, PATCHES, name),
        )

    def _made(self, tail: str, name: str, kind: dict[str, str]) -> Operation:
        says = f"create the {tail.lower()} of a {self.kind.kind}"
        return Operation("post", self._id("create", tail), "post", kind, says, WRITE, name, answer=name, codes=(201,))


PLACES = {"name": "Which object.", "namespace": "The Namespace in which it lives."}


def path_item(address: Address, found: tuple[Operation, ...], kind: Kind, prefix: str) -> dict[str, Any]:
    """An address as a document of either version has it."""
    parameters = [
        {"name": name, "in": "path", "required": True, "description": PLACES[name], **_typed("string", prefix)}
        for name in address[1]
    ]
    parameters.append(_query("pretty", prefix))
    tag = naming.group_title(kind.group, kind.version)
    item: dict[str, Any] = {each.method: _operation(each, tag, prefix) for each in found}
    return {**item, "parameters": parameters}


def _typed(type_: str, prefix: str) -> dict[str, Any]:
    return {"type": type_} if prefix == V2 else {"schema": {"type": type_}}


def _query(name: str, prefix: str) -> dict[str, Any]:
    type_, description = PARAMETERS[name]
    return {"name": name, "in": "query", "description": description, **_typed(type_, prefix)}


def _operation(each: Operation, tag: str, prefix: str) -> dict[str, Any]:
    parameters = [_query(name, prefix) for name in each.query]
    said: dict[str, Any] = {
        "description": each.says,
        "operationId": each.id,
        "tags": [tag],
        "x-kubernetes-action": each.action,
        "x-kubernetes-group-version-kind": each.kind,
    }
    answer = {"$ref": prefix + each.answer} if each.answer else {"type": "string"}
    optional = each.body == machinery.DELETE_OPTIONS
    if prefix == V2:
        if each.body:
            schema = {"$ref": prefix + each.body}
            parameters.insert(0, {"name": "body", "in": "body", "required": not optional, "schema": schema})
            said["consumes"] = list(each.media)
        said["produces"] = list(_answered(each))
        said["responses"] = {str(code): {"description": _TEXTS[code], "schema": answer} for code in each.codes}
    else:
        if each.body:
            content = {media: {"schema": {"$ref": prefix + each.body}} for media in each.media}
            said["requestBody"] = {"content": content} if optional else {"content": content, "required": True}
        content = {media: {"schema": answer} for media in _answered(each)}
        said["responses"] = {str(code): {"description": _TEXTS[code], "content": content} for code in each.codes}
    said["responses"]["401"] = {"description": _TEXTS[401]}
    if parameters:
        said["parameters"] = parameters
    return said


def _answered(each: Operation) -> tuple[str, ...]:
    return (JSON, YAML) if each.answer else ("text/plain",)


_TEXTS = {200: "OK", 201: "Created", 202: "Accepted", 401: "Unauthorized"}
