"""GET and LIST.

A list is what there was at one revision: those who read on with ``continue`` get the rest of that very list, and a
watch that starts at its resourceVersion misses nothing.

**In Kubernetes:** `k8s.io/apiserver/pkg/endpoints/handlers/get.go`, `pkg/storage/etcd3`.

**Simplified:** the rest of a list is kept for some minutes for who reads on, not in etcd's history; a list at an exact
older revision is answered only where that is the present one.
"""

import base64
import json
from collections.abc import Sequence
from typing import Any

import attrs

from kubelab.api import selector as labels
from kubelab.api.model import evolve
from kubelab.api.selector import Selector
from kubelab.apiserver import derived, field_selector, refusals
from kubelab.apiserver.field_owners import history as owners
from kubelab.apiserver.field_selector import FieldSelector
from kubelab.errors import SelectorError, StatusError, UsageError
from kubelab.server import numbers, rows
from kubelab.server.call import Call, Reply
from kubelab.server.host import Done
from kubelab.server.resources import Resource
from kubelab.state.snapshot import Object, ObjectKey, Snapshot, View

Document = dict[str, Any]

PARTS_KEPT = 64
"""So many lists are kept for those who read on."""


@attrs.frozen
class Filter:
    """Which objects of a kind are asked for.

    Attributes:
        namespace: of which Namespace, or None for all of them.
        labels: the label selector, or None.
        fields: the field selector.
    """

    namespace: str | None
    labels: Selector | None
    fields: FieldSelector

    def matches(self, obj: Object) -> bool:
        """Whether an object is asked for."""
        if self.namespace is not None and obj.metadata.namespace != self.namespace:
            return False
        if self.labels is not None and not self.labels.matches(obj.metadata.labels):
            return False
        return self.fields.matches(obj)


def filter_of(call: Call, resource: Resource) -> Filter:
    """What a list, a watch or a deletion of many asks for.

    Raises:
        StatusError: 400, a selector cannot be read, or names a field that the kind cannot be selected by.
    """
    text = call.query.get("labelSelector", "")
    try:
        chosen = labels.parse(text) if text.strip() else None
    except SelectorError as error:
        raise StatusError(400, "BadRequest", str(error)) from error
    try:
        by_field = field_selector.parse(call.query.get("fieldSelector", ""))
    except UsageError as error:
        raise StatusError(400, "BadRequest", str(error)) from error
    by_field.check(resource.kind)
    namespace = call.address.namespace if resource.kind.namespaced else ""
    return Filter(namespace or None, chosen, by_field)


def select(view: View, resource: Resource, wanted: Filter) -> list[Object]:
    """The objects that are asked for, in order."""
    return [obj for obj in derived.objects(view, resource.kind.kind, wanted.namespace) if wanted.matches(obj)]


def key(call: Call, resource: Resource) -> ObjectKey:
    """The object that an address names."""
    namespace = call.address.namespace if resource.kind.namespaced else ""
    return ObjectKey(resource.kind.kind, namespace, call.address.name)


def existing(call: Call, resource: Resource) -> Object:
    """The object that an address names.

    Raises:
        StatusError: 404, there is none.
    """
    found = derived.read(call.host.view, key(call, resource))
    if found is None:
        raise refusals.not_found(resource.kind, call.address.name)
    return found


def get(call: Call, resource: Resource) -> Reply:
    """One object."""
    _revision(call, call.host.view.snapshot)
    return Reply(shown(call, resource, existing(call, resource)))


def changed(call: Call, resource: Resource, done: Done) -> Document:
    """An object after a change; one that had only waited for its finalizers to go is shown without them."""
    obj = done.after
    if obj is None:
        obj = evolve(done.before, metadata=evolve(done.before.metadata, finalizers=()))  # type: ignore[union-attr]
    return shown(call, resource, obj)


def shown(call: Call, resource: Resource, obj: Object) -> Document:
    """One object in the form that the client wants."""
    match call.want.shape:
        case "Table":
            include = rows.check_include(call.query.get("includeObject", ""))
            meta = {"resourceVersion": obj.metadata.resource_version}
            return rows.table(resource, [obj], call.host.now, include, meta)
        case "PartialObjectMetadata":
            return rows.partial(obj)
    return rows.outward(resource, owners.shown(call.host.view.snapshot, obj))


class Lists:
    """The rests of lists, for those who read on."""

    def __init__(self) -> None:
        self._rests: dict[str, tuple[tuple[Object, ...], str]] = {}
        self._made = 0

    def keep(self, rest: Sequence[Object], revision: str) -> str:
        """Keep a rest; the token by which it is asked for."""
        self._made += 1
        token = _token(revision, self._made)
        while len(self._rests) >= PARTS_KEPT:
            del self._rests[next(iter(self._rests))]
        self._rests[token] = (tuple(rest), revision)
        return token

    def take(self, token: str) -> tuple[tuple[Object, ...], str]:
        """The rest that a token stands for; it stays there, so that a client may ask again.

        Raises:
            StatusError: 400, it is no such token; 410, the rest is not kept any more.
        """
        found = self._rests.get(token)
        if found is not None:
            return found
        try:
            text = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        except ValueError:
            text, why = b"", "illegal base64 data at input byte 0"
        else:
            why = _why_no_token(text)
        if why:
            raise StatusError(400, "BadRequest", f"invalid continue token: continue key is not valid: {why}")
        told = (
            "The provided continue parameter is too old to display a consistent list result. You can start a new "
            "list without the continue parameter."
        )
        raise StatusError(410, "Expired", told)


def _why_no_token(text: bytes) -> str:
    """What is wrong with the text in a token, or "" where it could be one of a rest that is no longer kept."""
    try:
        said = json.loads(text)
    except ValueError:
        first = text[:1]
        shown = first.decode("latin-1") if first.isascii() else f"\\x{first.hex()}"
        return (
            f"invalid character '{shown}' looking for beginning of value" if first else "unexpected end of JSON input"
        )
    known = isinstance(said, dict) and "rv" in said
    return "" if known else "incorrect encoded start resourceVersion (version meta.k8s.io/v1)"


def _token(revision: str, number: int) -> str:
    text = json.dumps({"v": "meta.k8s.io/v1", "rv": int(revision), "start": str(number)}, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def list_(call: Call, resource: Resource, lists: Lists) -> Reply:
    """Some objects."""
    wanted = filter_of(call, resource)
    view = call.host.view
    limit = _limit(call)
    token = call.query.get("continue", "")
    if token:
        if call.query.get("resourceVersion", "") not in ("", "0"):
            raise StatusError(400, "BadRequest", "specifying resource version is not allowed when using continue")
        remaining, revision = lists.take(token)
        found = list(remaining)
    else:
        _revision(call, view.snapshot)
        found, revision = select(view, resource, wanted), str(view.snapshot.revision)
    meta: Document = {"resourceVersion": revision}
    if limit and len(found) > limit:
        found, rest = found[:limit], found[limit:]
        meta["continue"] = lists.keep(rest, revision)
        if wanted.labels is None and not wanted.fields.terms:
            meta["remainingItemCount"] = len(rest)
    return Reply(_listed(call, resource, found, meta))


def _listed(call: Call, resource: Resource, found: Sequence[Object], meta: Document) -> Document:
    match call.want.shape:
        case "Table":
            include = rows.check_include(call.query.get("includeObject", ""))
            return rows.table(resource, found, call.host.now, include, meta)
        case "PartialObjectMetadataList" | "PartialObjectMetadata":
            return rows.partial_list(found, meta)
    snapshot = call.host.view.snapshot
    return rows.object_list(resource, [owners.shown(snapshot, obj) for obj in found], meta)


def _limit(call: Call) -> int:
    text = call.query.get("limit", "")
    if not text:
        return 0
    return max(0, numbers.signed(text))


def _revision(call: Call, snapshot: Snapshot) -> None:
    """Make sure that what is asked for is not newer than the cluster, nor older than can be told.

    Raises:
        StatusError: 400, 410 or 504.
    """
    text = call.query.get("resourceVersion", "")
    match = call.query.get("resourceVersionMatch", "")
    if not text or text == "0":
        return
    try:
        asked = numbers.unsigned(text, "resourceVersion")
    except StatusError as error:
        raise StatusError(400, "BadRequest", f"invalid resource version: {error.message}") from error
    if asked > snapshot.revision:
        why = f"Too large resource version: {asked}, current: {snapshot.revision}"
        raise StatusError(504, "Timeout", f"Timeout: {why}")
    if match == "Exact" and asked < snapshot.revision:
        why = f"The provided resource version is too old: {asked} ({snapshot.revision})"
        raise StatusError(410, "Expired", why)
