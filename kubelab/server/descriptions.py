"""OpenAPI: the kinds described, so that clients can validate, explain and merge.

**In Kubernetes:** `k8s.io/kube-openapi/pkg/handler`, `handler3`.

**Simplified:** of the groups that are only answered, and of versions that are not stored, the paths are described, not
the kinds.
"""

from functools import lru_cache
from typing import Any

from kubelab.api.openapi import documents
from kubelab.api.scheme import Vocabulary, known
from kubelab.server import resources, swagger_protobuf
from kubelab.server.call import Reply

Document = dict[str, Any]

PROTOBUF = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"

INFO = {"title": "Kubernetes", "version": "v1.36.2"}


def document(rest: list[str], accept: str) -> Reply | None:
    """One of the documents, or None where there is none at the address."""
    if rest == ["v2"] and "protobuf" in accept:
        return Reply(_in_protobuf(known()), type=PROTOBUF)
    if rest == ["v2"]:
        return Reply(documents.swagger())
    if rest == ["v3"]:
        others = {path: {"serverRelativeURL": f"/openapi/v3/{path}"} for path in _places()}
        return Reply({"paths": {**others, **documents.index()["paths"]}})
    if rest[:1] != ["v3"]:
        return None
    place = "/".join(rest[1:])
    described = documents.version(place)
    if described is not None:
        return Reply(described)
    return Reply(_version(place)) if place in _places() else None


@lru_cache(maxsize=4)
def _in_protobuf(words: Vocabulary) -> bytes:
    return swagger_protobuf.encoded(documents.swagger())


def _places() -> dict[str, tuple[str, str]]:
    found = {"api/v1": ("", "v1")}
    for name, versions in resources.groups():
        for version in versions:
            found[f"apis/{name}/{version}"] = (name, version)
    return found


def _version(place: str) -> Document:
    return _described(place, known())


@lru_cache(maxsize=256)
def _described(place: str, words: Vocabulary) -> Document:
    group, version = _places()[place]
    paths: Document = {}
    for each in resources.served().values():
        if (each.group, each.version) != (group, version) or "patch" not in each.verbs:
            continue
        middle = "/namespaces/{namespace}" if each.kind.namespaced else ""
        kind = {"group": group, "version": version, "kind": each.title}
        parameters = [{"name": name, "in": "query"} for name in ("dryRun", "fieldManager", "fieldValidation", "force")]
        patch = {"x-kubernetes-group-version-kind": kind, "parameters": parameters, "responses": {}}
        paths[f"/{place}{middle}/{each.plural}/{{name}}"] = {"patch": patch}
    return {"openapi": "3.0.0", "info": INFO, "paths": paths, "components": {"schemas": {}}}
