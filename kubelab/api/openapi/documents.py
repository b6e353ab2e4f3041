"""The documents, each made once when it is first asked for.

Source: `k8s.io/kube-openapi/pkg/handler3`, `pkg/handler`.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from kubelab.api.openapi import machinery, naming
from kubelab.api.openapi.machinery import WATCH_EVENT
from kubelab.api.openapi.operations import operations, path_item
from kubelab.api.openapi.schemas import V2, V3, Schema, definition, scalars, within
from kubelab.api.scheme import BUILT_IN, KINDS, Kind, Vocabulary, every, known

Document = dict[str, Any]

INFO = {"title": "Kubernetes", "version": "v1.36.2"}
TOKEN = {"type": "apiKey", "in": "header", "name": "authorization", "description": "Bearer Token authentication"}


def places() -> tuple[str, ...]:
    """What there are documents of, as their addresses say it: ``api/v1``, ``apis/apps/v1``; in order."""
    return tuple(sorted({_place(kind) for kind in every()}))


def _place(kind: Kind) -> str:
    return f"apis/{kind.api_version}" if kind.group else f"api/{kind.version}"


def index() -> Document:
    """What ``/openapi/v3`` answers: where each document is, with a hash that changes with it."""
    return _index(known())


@lru_cache(maxsize=8)
def _index(words: Vocabulary) -> Document:
    return {"paths": {place: {"serverRelativeURL": f"/openapi/v3/{place}?hash={_hash(place)}"} for place in places()}}


def _hash(place: str) -> str:
    text = json.dumps(version(place), sort_keys=True)
    return hashlib.sha512(text.encode()).hexdigest().upper()


def version(place: str) -> Document | None:
    """The document of one group and version, such as ``apis/apps/v1``; None where there is none."""
    learnt = any(_place(kind) == place for kind in known().learnt)
    return _version(place, known() if learnt else BUILT_IN)


@lru_cache(maxsize=256)
def _version(place: str, words: Vocabulary) -> Document | None:
    kinds = [kind for kind in words.kinds if _place(kind) == place]
    if not kinds:
        return None
    paths = _paths(kinds, V3)
    schemas = _definitions(kinds, paths, V3)
    components = {"schemas": schemas, "securitySchemes": {"BearerToken": TOKEN}}
    return {"openapi": "3.0.0", "info": INFO, "paths": paths, "components": components}


def swagger() -> Document:
    """What ``/openapi/v2`` answers: everything in one document."""
    return _swagger(known())


@lru_cache(maxsize=4)
def _swagger(words: Vocabulary) -> Document:
    paths = _paths(words.kinds, V2)
    return {
        "swagger": "2.0",
        "info": INFO,
        "paths": paths,
        "definitions": _definitions(words.kinds, paths, V2),
        "securityDefinitions": {"BearerToken": TOKEN},
        "security": [{"BearerToken": []}],
    }


def _paths(kinds: Sequence[Kind], prefix: str) -> Document:
    found = {address[0]: path_item(address, done, kind, prefix) for kind in kinds for address, done in operations(kind)}
    return {path: found[path] for path in sorted(found)}


def _definitions(kinds: Sequence[Kind], paths: Document, prefix: str) -> dict[str, Schema]:
    """The definitions of some kinds, and all that they and the paths refer to."""
    first = kinds[0]
    one = len({(kind.group, kind.version) for kind in kinds}) == 1
    models = within([*(kind.model for kind in kinds), *(kind.model for kind in KINDS if not kind.listed)])
    known = {naming.definition_name(model): definition(model, prefix) for model in models}
    known.update(scalars(prefix))
    others = machinery.definitions(first.group if one else "", first.version)
    others.update({machinery.list_name(kind): machinery.list_of(kind) for kind in kinds if kind.listed})
    known.update({name: machinery.placed(schema, prefix) for name, schema in others.items()})
    waiting = [*_references(paths, prefix), *(naming.definition_name(kind.model) for kind in kinds), WATCH_EVENT]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _references(known[name], prefix)
    return {name: known[name] for name in sorted(found)}


def _references(part: Any, prefix: str) -> Iterator[str]:
    """The names of the definitions that a part of a document refers to."""
    if isinstance(part, list):
        for each in part:
            yield from _references(each, prefix)
    elif isinstance(part, dict):
        for name, value in part.items():
            if name == "$ref" and isinstance(value, str):
                yield value.removeprefix(prefix)
            else:
                yield from _references(value, prefix)
