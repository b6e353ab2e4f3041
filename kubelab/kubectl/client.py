"""What kubectl reads and writes with: the API server's answers for the acting user.

In Kubernetes: client-go's dynamic client, and cli-runtime's `resource.Helper`.
"""

from collections.abc import Mapping
from typing import Any

import attrs

from kubelab.api.decode import freeze
from kubelab.api.manifest import from_manifest, to_manifest
from kubelab.api.model import evolve
from kubelab.api.scheme import Kind, by_gvk, by_kind
from kubelab.api.selector import Selector
from kubelab.apiserver import derived
from kubelab.apiserver.authentication import ADMIN, User
from kubelab.apiserver.authorization import decide, refusal
from kubelab.apiserver.field_owners import history as owners
from kubelab.apiserver.field_selector import FieldSelector
from kubelab.apiserver.pod_security import plugin as pod_security
from kubelab.apiserver.questions import question
from kubelab.apiserver.refusals import bad_request, not_found
from kubelab.apiserver.rules import Attributes
from kubelab.apiserver.warnings import warnings
from kubelab.cluster import Cluster
from kubelab.errors import ManifestError, StatusError
from kubelab.sim.engine import API_SERVER, CONNECTION_REFUSED, ETCD
from kubelab.state.requests import Create, Delete, Evict, Patch, Request, Update
from kubelab.state.snapshot import Object, ObjectKey, View, key_of

Manifest = dict[str, Any]
"""An object as plain values, as kubectl handles it."""


@attrs.define
class Client:
    """Reads and writes as the acting user.

    Attributes:
        cluster: the cluster.
        line: the command, for the sentences of the timeline.
        dry: whether writes are only tried (``--dry-run=server``).
        warned: what the server has said about what was written.
    """

    cluster: Cluster
    line: str = ""
    dry: bool = False
    warned: list[str] = attrs.field(factory=list)

    @property
    def view(self) -> View:
        """The cluster at the cursor."""
        return self.cluster.view

    @property
    def now(self) -> int:
        """The virtual time, in microseconds since 1970."""
        return self.cluster.now

    @property
    def user(self) -> User:
        """As whom requests are made."""
        return self.cluster.acting or ADMIN

    # Reading

    def reach(self) -> None:
        """Find out whether anybody answers.

        Raises:
            StatusError: 503, the API server or etcd is down.
        """
        stopped = self.cluster.state.stopped
        if API_SERVER in stopped or ETCD in stopped:
            raise StatusError(503, "ServiceUnavailable", CONNECTION_REFUSED)

    def ask(self, verb: str, kind: Kind, namespace: str, name: str = "", subresource: str = "") -> None:
        """Make sure that the user may do something.

        Raises:
            StatusError: 403, or nobody answers.
        """
        resource = f"{kind.resource}/{subresource}" if subresource else kind.resource
        self.may(question(verb, resource, name, namespace))

    def may(self, asked: Attributes) -> None:
        """Make sure that the user may do what is asked about.

        Raises:
            StatusError: 403, or nobody answers.
        """
        self.reach()
        decision = decide(self.view.snapshot, self.user, asked)
        if not decision.allowed:
            raise refusal(self.user, asked, decision.reason)

    def get(self, kind: Kind, namespace: str, name: str) -> Object:
        """One object.

        Raises:
            StatusError: there is none, or the user may not read it.
        """
        self.ask("get", kind, namespace, name)
        found = derived.read(self.view, ObjectKey(kind.kind, namespace, name))
        if found is None:
            raise not_found(kind, name)
        return found

    def find(self, kind: Kind, namespace: str, name: str) -> Object | None:
        """One object, or None where there is none.

        Raises:
            StatusError: the user may not read it.
        """
        try:
            return self.get(kind, namespace, name)
        except StatusError as error:
            if error.code != 404:
                raise
            return None

    def list(
        self,
        kind: Kind,
        namespace: str | None = None,
        labels: Selector | None = None,
        fields: FieldSelector | None = None,
    ) -> list[Object]:
        """The objects of a kind, of one Namespace or (None) of all, in the order of namespace and name.

        Raises:
            StatusError: the user may not list them, or the kind cannot be selected by these fields.
        """
        self.ask("list", kind, namespace or "")
        if fields is not None:
            try:
                fields.check(kind)
            except StatusError as error:
                by_label = "" if labels is None else str(labels)
                raise cannot_find(kind, by_label, fields.text, error.message) from None
        found = derived.objects(self.view, kind.kind, namespace)
        return [
            obj
            for obj in found
            if (labels is None or labels.matches(obj.metadata.labels)) and (fields is None or fields.matches(obj))
        ]

    # Writing

    def sentence(self, did: str, key: ObjectKey) -> str:
        """What the timeline says of a change: who, what, and by which command."""
        command = self.line if len(self.line) <= 160 else f"{self.line[:157]}..."
        who = f" as {self.cluster.acting.name}" if self.cluster.acting else ""
        return f"You {did} {key}{who}: kubectl {command}"

    def submit(self, request: Request) -> tuple[ObjectKey, Object | None]:
        """Make a request; the key of its object and the object afterwards, None where it is gone.

        With `dry` it is only tried.

        Raises:
            StatusError: it is refused.
        """
        if self.dry:
            state = self.cluster.state
            following = self.cluster.engine.submit(state, request, user=self.cluster.acting)
            key = following.transition.key if following.transition and following.steps != state.steps else request.key
            return key, self._tried(_home(key), following.snapshot.objects.get(_home(key)))
        transition = self.cluster.request(request)
        key = _home(transition.key if transition is not None else request.key)
        if transition is not None and transition.after is not None:
            self.warned += warnings(transition.after, transition.before)
            if not getattr(request, "subresource", ""):
                self.warned += pod_security.said(self.cluster.state.snapshot, transition.after, transition.before)
        return key, self.view.find(key)

    def _tried(self, key: ObjectKey, obj: Object | None) -> Object | None:
        """An object as a server's dry run answers it: without a version of its own."""
        if obj is None:
            return None
        known = self.view.find(key)
        version = "" if known is None else known.metadata.resource_version
        return evolve(obj, metadata=evolve(obj.metadata, resource_version=version))

    def create(self, manifest: Mapping[str, Any], did: str = "created") -> Object:
        """Create the object of a manifest.

        Raises:
            StatusError: it is refused.
        """
        obj = decoded(manifest)
        request = Create(object=obj, reason="Created", message=self.sentence(did, _named(obj)))
        return self.submit(request)[1]

    def update(self, manifest: Mapping[str, Any], did: str = "changed", subresource: str = "") -> Object:
        """Replace an object by the one of a manifest.

        Raises:
            StatusError: it is refused.
        """
        obj = decoded(manifest)
        message = self.sentence(did, _named(obj))
        request = Update(object=obj, subresource=subresource, reason="Changed", message=message)
        return self.submit(request)[1]

    def patch(
        self,
        kind: Kind,
        namespace: str,
        name: str,
        body: Any,
        sort: str = "strategic",
        *,
        did: str = "changed",
        subresource: str = "",
        manager: str = "",
        force: bool = False,
    ) -> Object:
        """Change an object by a patch of one sort: ``json``, ``merge``, ``strategic`` or ``apply``.

        Raises:
            StatusError: it is refused.
        """
        key = ObjectKey(kind.kind, namespace, name)
        request = Patch(
            target=key,
            type=sort,
            body=freeze(body),
            subresource=subresource,
            manager=manager or f"kubectl-{self.line.partition(' ')[0]}",
            force=force,
            reason="Changed",
            message=self.sentence(did, key),
        )
        return self.submit(request)[1]

    def delete(self, kind: Kind, namespace: str, name: str, grace: int | None = None, propagation: str = "") -> None:
        """Delete an object.

        Raises:
            StatusError: it is refused.
        """
        key = ObjectKey(kind.kind, namespace, name)
        message = self.sentence("deleted", key)
        self.submit(Delete(target=key, grace_seconds=grace, propagation=propagation, reason="Deleted", message=message))

    def evict(self, namespace: str, name: str, grace: int | None = None) -> None:
        """Evict a Pod, if its PodDisruptionBudget allows that.

        Raises:
            StatusError: it does not (429), or there is no such Pod.
        """
        key = ObjectKey("Pod", namespace, name)
        message = self.sentence("evicted", key)
        self.submit(Evict(target=key, grace_seconds=grace, reason="Evicted", message=message))


def _home(key: ObjectKey) -> ObjectKey:
    return key._replace(namespace="default") if by_kind(key.kind).namespaced and not key.namespace else key


def _named(obj: Object) -> ObjectKey:
    """The key of an object for a sentence; a name that the server will make is told when it is there."""
    key = key_of(obj)
    return key if key.name else ObjectKey(key.kind, key.namespace, "{name}")


def decoded(manifest: Mapping[str, Any]) -> Object:
    """The object of a manifest, as the API server reads it.

    Raises:
        StatusError: 400, it cannot be read.
    """
    kind, version = str(manifest.get("kind")), str(manifest.get("apiVersion"))
    if by_gvk(version, kind) is None:
        raise StatusError(404, "NotFound", "the server could not find the requested resource")
    try:
        return from_manifest(manifest)
    except ManifestError as error:
        first = str(error).splitlines()[0]
        short = version.rpartition("/")[2]
        raise bad_request(f'{kind} in version "{short}" cannot be handled as a {kind}: {first}') from None


def with_owners(view: View, obj: Object) -> Manifest:
    """An object as plain values, with the ``managedFields`` that the API server shows."""
    return to_manifest(owners.shown(view.snapshot, obj))


def manifest_of(obj: Object) -> Manifest:
    """An object as plain values, which may be changed."""
    return to_manifest(obj)


def cannot_find(kind: Kind, by_label: str, by_field: str, why: str) -> StatusError:
    """How kubectl words it where the server cannot select by what it is given."""
    resource = f"{kind.api_version}, Resource={kind.plural}" if kind.group else f"/v1, Resource={kind.plural}"
    selectors = f'label selector "{by_label}", field selector "{by_field}"'
    return bad_request(f'Unable to find "{resource}" that match {selectors}: {why}')
