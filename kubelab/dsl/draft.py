"""Objects on their way from the source: plain manifests that statements fill in, and where each part was said.

A statement writes into the manifest of its object as a person would write YAML. Only when the source is read to its
end does `kubelab.api.manifest` turn the manifests into objects, so that the language cannot say what YAML cannot.
"""

from collections.abc import Callable
from typing import Any

import attrs

from kubelab.api.expectation import Expectation
from kubelab.api.registry import Registry
from kubelab.api.scheme import Kind
from kubelab.dsl.words import Wrong, span_of
from kubelab.errors import Mistake, Span

Path = tuple[str | int, ...]
"""Keys and indexes that lead from an object's root to one of its parts."""

There = Callable[[str, str, str], dict[str, Any] | None]
"""The manifest of an object that the cluster has already, by kind, namespace ("": the default one) and name."""


@attrs.define(eq=False)
class Draft:
    """One object that is being written.

    Attributes:
        kind: its kind.
        manifest: what has been said of it.
        head: the statement that makes it.
        name: the word that names it.
        marks: the token or tree that said each part.
    """

    kind: Kind
    manifest: dict[str, Any]
    head: Any
    name: Any
    marks: dict[Path, Any] = attrs.field(factory=dict)

    @property
    def key(self) -> tuple[str, str, str]:
        """Its kind, namespace ("" when none is said) and name."""
        metadata = self.manifest["metadata"]
        return self.kind.kind, metadata.get("namespace") or "", metadata.get("name") or ""

    def place(self, path: Path) -> Any:
        """The token or tree that said the part at `path`, or the nearest one to it."""
        for length in range(len(path), 0, -1):
            found = self.marks.get(path[:length])
            if found is not None:
                return found
        for said, at in self.marks.items():
            if said[: len(path)] == path:
                return at
        return self.name


@attrs.frozen
class Reference:
    """An object that another one names; whether it exists is looked up when the whole source is read."""

    kind: str
    namespace: str
    name: str
    at: Any


@attrs.define(eq=False)
class Compilation:
    """All that is gathered while a source is compiled.

    Attributes:
        text: the source.
        there: what the cluster has already.
        drafts: the objects, in the order of the source.
        nodes: the machines.
        cloud: whether they are in a cloud.
        registries: the registries that ask for credentials.
        encrypted: the resources that are encrypted in etcd.
        ingress: the names of the Ingress controllers.
        expectations: what is expected.
        mistakes: what is wrong or doubtful.
        references: objects that are named.
        later: what can only be done when all objects are known.
        namespace: the namespace of the block that is being read, or "".
    """

    text: str
    there: There = lambda kind, namespace, name: None
    drafts: list[Draft] = attrs.field(factory=list)
    nodes: list[Draft] = attrs.field(factory=list)
    cloud: bool = False
    ingress: list[str] = attrs.field(factory=list)
    registries: list[Registry] = attrs.field(factory=list)
    encrypted: list[str] = attrs.field(factory=list)
    expectations: list[Expectation] = attrs.field(factory=list)
    mistakes: list[Mistake] = attrs.field(factory=list)
    references: list[Reference] = attrs.field(factory=list)
    later: list[Callable[[], None]] = attrs.field(factory=list)
    namespace: str = ""
    _by_key: dict[tuple[str, str, str], Draft] = attrs.field(factory=dict)

    def by_key(self) -> dict[tuple[str, str, str], Draft]:
        """The objects by kind, namespace and name; to be asked only when all of them are known."""
        if not self._by_key:
            self._by_key.update({draft.key: draft for draft in reversed(self.drafts)})
        return self._by_key

    def wrong(self, error: Wrong) -> None:
        """Note a mistake and go on."""
        self.mistakes.append(error.mistake)

    def warn(self, message: str, at: Any, hint: str = "", code: str = "") -> None:
        """Note something that Kubernetes accepts but a person may not have meant."""
        self.mistakes.append(Mistake(message, span_of(at), hint, "warning", code))

    def refer(self, kind: str, name: str, at: Any, namespace: str | None = None) -> None:
        """Note that an object of the block's namespace (or of `namespace`) is named."""
        self.references.append(Reference(kind, self.namespace if namespace is None else namespace, name, at))

    def draft(self, kind: Kind, name: str, head: Any, token: Any) -> Draft:
        """Begin an object of the block's namespace."""
        metadata: dict[str, Any] = {}
        if name.endswith("*") and len(name) > 1 and token.value[-1] == "*":
            metadata["generateName"] = name[:-1]
        else:
            metadata["name"] = name
        if self.namespace and kind.namespaced:
            metadata["namespace"] = self.namespace
        manifest = {"apiVersion": kind.api_version, "kind": kind.kind, "metadata": metadata}
        draft = Draft(kind, manifest, head, token)
        (self.nodes if kind.kind == "Node" else self.drafts).append(draft)
        return draft


@attrs.define(eq=False)
class Scope:
    """Where a statement stands: which object, and which Pod and container of it, it speaks of.

    Attributes:
        out: the compilation.
        draft: the object.
        pod: the Pod's spec, or None when the object has no Pod.
        pod_path: the way to it.
        pod_meta: the Pod's metadata.
        pod_meta_path: the way to it.
        container: the container, or None when none has been named.
        container_path: the way to it.
        own: whether the statement stands in the container's own block, and so speaks of no other container.
        finish: what is done at the end of the object.
    """

    out: Compilation
    draft: Draft
    pod: dict[str, Any] | None = None
    pod_path: Path = ()
    pod_meta: dict[str, Any] = attrs.field(factory=dict)
    pod_meta_path: Path = ()
    container: dict[str, Any] | None = None
    container_path: Path = ()
    own: bool = False
    finish: list[Callable[[], None]] = attrs.field(factory=list)

    @property
    def manifest(self) -> dict[str, Any]:
        """The manifest of the object."""
        return self.draft.manifest

    @property
    def spec(self) -> dict[str, Any]:
        """The object's spec."""
        spec: dict[str, Any] = self.draft.manifest.setdefault("spec", {})
        return spec

    def mark(self, path: Path, at: Any) -> None:
        """Remember which token or tree said the part at `path`."""
        self.draft.marks[path] = at


def span_in(draft: Draft, path: Path) -> Span | None:
    """Where the part of an object at `path` was said."""
    return span_of(draft.place(path))
