"""What a source text says, as data."""

import re
from typing import TYPE_CHECKING

import attrs

from kubelab.api.expectation import Expectation
from kubelab.api.registry import Registry
from kubelab.api.scheme import Object
from kubelab.dsl.draft import Draft, Path, span_in
from kubelab.dsl.words import span_of
from kubelab.errors import Mistake, Span

if TYPE_CHECKING:
    from kubelab.api.core.node import Node

Key = tuple[str, str, str]
"""Kind, namespace ("" when none is said) and name of an object."""

_STEP = re.compile(r"\[([^\]]*)\]|([^.\[\]]+)")


@attrs.frozen(eq=False)
class Program:
    """A source text that has been compiled.

    Attributes:
        objects: what is to be applied, in the order of the source; the API server's defaults are not in it.
        nodes: the machines of which the cluster is made: every Node that the text says.
        cloud: whether the machines are in a cloud.
        ingress: the names of the Ingress controllers with which the cluster is equipped.
        registries: the registries that ask for credentials.
        encrypted: the resources that are encrypted in etcd, such as ``secrets``.
        expectations: what is expected to become of it.
        warnings: what Kubernetes accepts but a person may not have meant.
        source: the name of the file or cell.
        text: the source itself.
        spans: where each object was said.
    """

    objects: tuple[Object, ...] = ()
    nodes: "tuple[Node, ...]" = ()
    cloud: bool = False
    ingress: tuple[str, ...] = ()
    registries: tuple[Registry, ...] = ()
    encrypted: tuple[str, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    warnings: tuple[Mistake, ...] = ()
    source: str = ""
    text: str = attrs.field(default="", repr=False)
    _drafts: tuple[Draft, ...] = attrs.field(default=(), repr=False)

    @property
    def spans(self) -> dict[Key, Span]:
        """Where each object was said, by its key."""
        found = {}
        for draft in self._drafts:
            span = span_of(draft.head)
            if span is not None:
                found[draft.key] = span
        return found

    def span_of(self, key: tuple[str, str, str], path: str = "") -> Span | None:
        """Where a field of an object was said, or the nearest thing to it; None when the object is not of this text.

        Args:
            key: kind, namespace and name; the namespace may be the one that the API server filled in.
            path: the field in the API server's notation, such as ``spec.template.spec.containers[0].image``.
        """
        kind, namespace, name = key
        for draft in self._drafts:
            said_kind, said_namespace, said_name = draft.key
            if said_kind == kind and said_name == name and said_namespace in (namespace, ""):
                return span_in(draft, steps_of(path))
        return None


def steps_of(path: str) -> Path:
    """The keys and indexes of a path in the API server's notation."""
    steps: list[str | int] = []
    for found in _STEP.finditer(path):
        inside, name = found.groups()
        if inside is None:
            steps.append(name)
        else:
            steps.append(int(inside) if inside.isascii() and inside.isdecimal() and len(inside) < 9 else inside)
    return tuple(steps)
