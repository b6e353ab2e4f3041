"""Server-side apply: who applies says only what he wants, owns what he says, and is told when others own it.

An object that is not there is created. What the applier said before and says no longer goes, unless others own it.
`Apply`, by which a program is applied as a whole, is the same with force; it merges objects instead of documents.

**In Kubernetes:** `k8s.io/apiserver/pkg/endpoints/handlers/patch.go` (applyPatcher); apimachinery
`pkg/util/managedfields`.

**Simplified:** a Scale cannot be applied.
"""

import json
from collections.abc import Sequence
from typing import Any

from kubelab.api import decode
from kubelab.api.decode import Problem
from kubelab.api.encode import thaw
from kubelab.api.manifest import from_manifest, reader
from kubelab.api.merging import Place, Way, whole
from kubelab.api.model import evolve
from kubelab.api.paths import field_type
from kubelab.api.scheme import Kind, by_kind
from kubelab.api.shape import Form
from kubelab.api.validation.field_error import invalid_message, required
from kubelab.apiserver import refusals, writes
from kubelab.apiserver.field_owners.book import EMPTY, Book, Owner, applied, said_by
from kubelab.apiserver.field_owners.difference import compare, field_set, item_step
from kubelab.apiserver.field_owners.history import before_first_apply, book_of, document, empty
from kubelab.apiserver.field_owners.paths import NOTHING, Paths, text_of
from kubelab.apiserver.outcome import Outcome
from kubelab.apiserver.patches.go_text import go_text, go_type
from kubelab.errors import KubelabError, StatusError
from kubelab.state.requests import Create, Patch
from kubelab.state.snapshot import Object, ObjectKey, Snapshot, Writer

KUBECTL = "kubectl"
"""The field manager of ``kubectl apply --server-side``, which takes over what client-side apply has written."""

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
"""The annotation in which client-side apply keeps what it applied."""


def apply(snapshot: Snapshot, request: Patch, by: Writer) -> Outcome:
    """Carry out a patch of the type ``apply``.

    Raises:
        StatusError: 409, others own what it would change; or as for any other write.
    """
    key = request.target
    kind = by_kind(key.kind)
    config = _config(request, kind)
    place = whole(kind.model)
    by = by._replace(operation="Apply", given=config)
    owner = Owner(by.name, "Apply", request.subresource)
    old = snapshot.objects.get(key)
    if old is None:
        wanted = applied(EMPTY, owner, empty(kind.model), config, place, request.force)
        return writes.create(snapshot, Create(object=_located(from_manifest(wanted), key)), by)
    book = book_of(snapshot, old) or before_first_apply(old)
    wanted = _applied(book, owner, old, config, place, request.force)
    new = _located(from_manifest(wanted), key)
    share = book.get(owner)
    news = share is None or share.fields != said_by(config, place)
    if (version := new.metadata.resource_version) and version != old.metadata.resource_version:
        raise refusals.modified(kind, key.name)
    return writes.replace(snapshot, old, new, request.subresource, by, anyway=news)


def _config(request: Patch, kind: Kind) -> dict[str, Any]:
    """What is applied, once it is known to be an object of this kind that can be read.

    Raises:
        StatusError: 400, 422 or 500, it is none.
    """
    config = thaw(request.body)
    if not request.manager:
        errors = [required("fieldManager", "is required for apply patch")]
        text = invalid_message("PatchOptions.meta.k8s.io", "", errors)
        raise StatusError(422, "Invalid", text, [error.cause for error in errors])
    if request.subresource == "scale":
        raise StatusError(415, "UnsupportedMediaType", "a Scale cannot be applied here")
    config = {} if config is None else config
    if not isinstance(config, dict):
        why = f"json: cannot unmarshal {decode.value_kind(config)} into Go value of type map[string]interface {{}}"
        raise refusals.bad_request(f"error decoding YAML: error unmarshaling JSON: while decoding JSON: {why}")
    if (config.get("apiVersion"), config.get("kind")) != (kind.api_version, kind.kind):
        api_version, title = (v if isinstance(v := config.get(name), str) else "" for name in ("apiVersion", "kind"))
        group, _, version = api_version.rpartition("/")
        raise refusals.bad_request(f"invalid object type: {group}/{version}, Kind={title}")
    _check(config, kind)
    meta = config.get("metadata") or {}
    if meta.get("managedFields") is not None:
        raise refusals.bad_request("metadata.managedFields must be nil")
    _same_place(request.target, meta)
    if "status" in kind.subresources:
        kept = ("apiVersion", "kind", "metadata", "status") if request.subresource == "status" else ()
        config = {name: v for name, v in config.items() if (name in kept if kept else name != "status")}
    return config


def _same_place(target: ObjectKey, meta: dict[str, Any]) -> None:
    name, namespace = meta.get("name", ""), meta.get("namespace", "")
    if not name:
        why = "name must be provided"
        raise refusals.bad_request(f"the name of the object ({target.name} based on URL) was undeterminable: {why}")
    writes.same_place(target, name, namespace)


def _located(obj: Object, key: ObjectKey) -> Object:
    return evolve(obj, metadata=evolve(obj.metadata, namespace=key.namespace, name=key.name))


def _check(config: dict[str, Any], kind: Kind) -> None:
    """Let pass what is typed as the kind is.

    Raises:
        StatusError: 500, in the words of structured-merge-diff; upstream gives such errors no reason.
    """
    place = whole(kind.model)
    problems: list[Problem] = []
    reader(kind)(config, None, problems)
    texts = [_told(problem, config, place, kind) for problem in problems]
    if not texts:
        texts = list(_untold(config, place, ""))
    if texts:
        text = texts[0] if len(texts) == 1 else "\n".join(["errors:", *(f"  {text}" for text in texts)])
        meta = config.get("metadata")
        namespace, name = ((meta.get(key) or "") if isinstance(meta, dict) else "" for key in ("namespace", "name"))
        where = f"{namespace}/{name}; {kind.group}/{kind.version}, Kind={kind.kind}"
        raise StatusError(500, "", f"failed to create typed patch object ({where}): {text}")


def _told(problem: Problem, config: Any, place: Place, kind: Kind) -> str:
    *above, last = problem.path or ("",)
    if isinstance(last, int) and not problem.bare:
        value, at = config, place
        for step in above:
            value, at = value[step], (at.item if isinstance(step, int) else at.child(step)) or at
        if at.way is Way.KEYED:
            try:
                item_step(at, value[last])
            except ValueError as why:
                return f"{_path_text(above, config, place)}: element {last}: {why}"
    return f"{_path_text(problem.path, config, place)}: {_typed_text(problem, config, kind)}"


def _path_text(path: Sequence[str | int], config: Any, place: Place) -> str:
    text, value, at = "", config, place
    for step in path:
        if isinstance(step, int):
            item = value[step]
            keyed = at.way is Way.KEYED and isinstance(item, dict)
            text += text_of((item_step(at, item),)) if keyed else f"[{step}]"
            value, at = item, at.item
            continue
        text += f".{step}"
        value = value.get(step) if isinstance(value, dict) else None
        at = at.child(step) or at
    return text


def _typed_text(problem: Problem, config: Any, kind: Kind) -> str:
    if problem.rank == 2:
        return "field not declared in schema"
    if problem.bare:
        return str(problem)
    value = config
    for step in problem.path:
        value = value[step]
    printed = f"&{{{go_text(value)}}}"
    match field_type(kind.model, problem.path).form:
        case Form.INTEGER | Form.NUMBER:
            return f"expected numeric (int or float), got {go_type(value)}"
        case Form.STRING | Form.BINARY:
            return f"expected string, got &value.valueUnstructured{{Value:{go_text(value)}}}"
        case Form.BOOLEAN:
            return f"expected boolean, got {printed}"
        case Form.LIST:
            return f"expected list, got {printed}"
        case Form.OBJECT | Form.MAP:
            return f"expected map, got {printed}"
    return f"expected any scalar, got {printed}"


def _untold(value: Any, place: Place, path: str) -> list[str]:
    """Items of lists that cannot be told apart, or that are there twice."""
    found: list[str] = []
    if place.way in (Way.SET, Way.KEYED):
        seen: set[str] = set()
        for index, item in enumerate(value or ()):
            try:
                step = item_step(place, item)
            except ValueError as why:
                found.append(f"{path}: element {index}: {why}")
                break
            if step in seen:
                found.append(f"{path}: duplicate entries for key {text_of((step,))}")
            seen.add(step)
            found += _untold(item, place.item, path + text_of((step,)))
    elif place.way in (Way.STRUCTURE, Way.MAP) and isinstance(value, dict):
        for name, below in value.items():
            child = place.child(name)
            if child is not None:
                found += _untold(below, child, f"{path}.{name}")
    return found


def _applied(book: Book, owner: Owner, old: Object, config: dict[str, Any], place: Place, force: bool) -> Any:
    """The document after the apply; kubectl is given what its own client-side apply has written."""
    live = document(old)
    try:
        wanted = applied(book, owner, live, config, place, force)
    except StatusError as refusal:
        if owner.name != KUBECTL:
            raise
        wanted = applied(book, owner, live, config, place, True)
        theirs = frozenset().union(*(share.fields for other, share in book.items() if other != owner))
        difference = compare(live, wanted, place)
        if theirs & (difference.added | difference.modified) - _written_by_client_side_apply(old, live, place):
            raise refusal from None
    annotations = wanted.get("metadata", {}).get("annotations", {})
    if owner.name == KUBECTL and annotations.get(LAST_APPLIED):
        text = json.dumps(_without_annotation(config), separators=(",", ":"), sort_keys=True, ensure_ascii=False) + "\n"
        meta = {**wanted["metadata"], "annotations": {**annotations, LAST_APPLIED: text}}
        wanted = {**wanted, "metadata": meta}
    return wanted


def _without_annotation(config: dict[str, Any]) -> dict[str, Any]:
    meta = config.get("metadata") or {}
    if LAST_APPLIED not in (meta.get("annotations") or {}):
        return config
    annotations = {name: value for name, value in meta["annotations"].items() if name != LAST_APPLIED}
    return {**config, "metadata": {**meta, "annotations": annotations}}


def _written_by_client_side_apply(old: Object, live: dict[str, Any], place: Place) -> Paths:
    """What the annotation of client-side apply says, as far as it is still so."""
    text = old.metadata.annotations.get(LAST_APPLIED, "")
    try:
        last = json.loads(text)
        from_manifest(last)
    except (ValueError, KubelabError):
        return NOTHING
    if last.get("apiVersion") != live.get("apiVersion"):
        return NOTHING
    difference = compare(last, live, place)
    return field_set(last, place) - difference.modified - difference.added - difference.removed
