"""Which objects a command line means: ``pods``, ``pod web-1``, ``deploy/web svc/web``, ``-l app=web``, ``-f FILE``.

Source: cli-runtime `pkg/resource/builder.go`.
"""

from collections.abc import Sequence
from typing import Any

import attrs

from kubelab.api.scheme import Kind, every, find
from kubelab.api.selector import Selector
from kubelab.api.selector import parse as parse_labels
from kubelab.apiserver import field_selector
from kubelab.apiserver.warnings import DEPRECATED
from kubelab.errors import KubelabError, SelectorError, StatusError, UsageError
from kubelab.kubectl import files
from kubelab.kubectl.answer import Failure, raise_all
from kubelab.kubectl.call import Call, resource_label
from kubelab.kubectl.client import Manifest, cannot_find, manifest_of
from kubelab.state.snapshot import Object

NOTHING_NAMED = """You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'"""


@attrs.define
class Info:
    """One object that a command is about.

    Attributes:
        kind: its kind.
        namespace: its Namespace, or "".
        name: its name.
        obj: the object as it is stored, or None where it was not read.
        source: the file that names it, or "".
        local: what the file says, or None.
    """

    kind: Kind
    namespace: str
    name: str
    obj: Object | None = None
    source: str = ""
    local: Manifest | None = None

    @property
    def label(self) -> str:
        """How kubectl names it: ``pod/web-1``."""
        return resource_label(self.kind, self.name)

    @property
    def manifest(self) -> Manifest:
        """The object as plain values."""
        return manifest_of(self.obj) if self.obj is not None else dict(self.local or {})


@attrs.define
class Found:
    """What a command line means.

    Attributes:
        infos: the objects.
        single: whether one object was asked for by its name.
        kinds: the kinds that were asked for.
        errors: what went wrong with others.
    """

    infos: list[Info]
    single: bool = False
    kinds: list[Kind] = attrs.field(factory=list)
    errors: list[KubelabError] = attrs.field(factory=list)

    def checked(self) -> "list[Info]":
        """The objects, if nothing went wrong.

        Raises:
            KubelabError: something did.
        """
        raise_all(self.errors)
        return self.infos


def kind_of(word: str) -> Kind:
    """The kind that a word means.

    Raises:
        Failure: there is no such kind.
    """
    found = find(word)
    if found is None or not found.listed:
        raise Failure(no_such_kind(word))
    return found


def no_such_kind(word: str) -> str:
    """How kubectl says that there is no such kind."""
    return f'the server doesn\'t have a resource type "{word.partition(".")[0]}"'


def kinds_of(text: str) -> list[Kind]:
    """The kinds of ``pods,svc`` or ``all``.

    Raises:
        Failure: there is no such kind.
    """
    chosen: dict[str, Kind] = {}
    for word in text.split(","):
        in_category = [kind for kind in every() if word in kind.categories]
        for kind in in_category or [kind_of(word)]:
            chosen.setdefault(kind.kind, kind)
    return list(chosen.values())


def labels_of(text: str, kind: Kind | None = None, by_field: str = "") -> Selector | None:
    """The label selector of ``-l``, or None where there is none.

    Args:
        text: the selector.
        kind: the kind that is asked for, where the server reads the selector; None where kubectl does.
        by_field: the field selector, for the server's answer.

    Raises:
        KubelabError: it cannot be read.
    """
    if not text:
        return None
    try:
        return parse_labels(text)
    except SelectorError as error:
        if kind is None:
            raise Failure(f"unable to parse requirement: {error}") from None
        why = f"unable to parse requirement: {error}"
        raise cannot_find(kind, text, by_field, why) from None


@attrs.define
class Wanted:
    """How a verb reads its words.

    Attributes:
        everything: whether a kind without a name means all its objects (``get pods``).
        read: whether objects that are named are read from the cluster.
        missing: what to say where nothing is named.
        all_namespaces: whether objects of all Namespaces are meant.
    """

    everything: bool = True
    read: bool = True
    missing: str = NOTHING_NAMED
    all_namespaces: bool = False


def find_all(call: Call, words: Sequence[str], wanted: Wanted | None = None) -> Found:
    """The objects that the words and flags of a command mean.

    Raises:
        KubelabError: they mean nothing.
    """
    wanted = wanted or Wanted()
    if files.given(call):
        if words:
            raise Failure(
                "when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well"
            )
        return _of_files(call, wanted)
    if not words:
        raise Failure(wanted.missing)
    if any("/" in word for word in words):
        return _of_pairs(call, words, wanted)
    kinds = kinds_of(words[0])
    names = list(words[1:])
    if names:
        return _of_names(call, kinds, names, wanted)
    return _of_kinds(call, kinds, wanted)


def _of_files(call: Call, wanted: Wanted) -> Found:
    found = Found([])
    for document in files.read_all(call, found.errors):
        meta = document.manifest.get("metadata") or {}
        namespace = meta.get("namespace", "") if document.kind.namespaced else ""
        info = Info(document.kind, namespace, str(meta.get("name") or ""), None, document.source, document.manifest)
        _read(call, info, found, wanted)
    found.single = len(found.infos) == 1 and not found.errors
    return found


def _of_pairs(call: Call, words: Sequence[str], wanted: Wanted) -> Found:
    found = Found([])
    for word in words:
        what, slash, name = word.partition("/")
        if not slash:
            raise Failure(
                "there is no need to specify a resource type as a separate argument when passing arguments in "
                "resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource "
                "resource/<resource_name>'"
            )
        if not what or not name or "/" in name:
            raise Failure("arguments in resource/name form must have a single resource and name")
        kind = kind_of(what)
        _read(call, Info(kind, call.home(kind), name), found, wanted)
    found.single = len(words) == 1
    return found


def _of_names(call: Call, kinds: Sequence[Kind], names: Sequence[str], wanted: Wanted) -> Found:
    if call.said.get("all-namespaces", False):
        raise Failure("a resource cannot be retrieved by name across all namespaces")
    if call.said.get("selector", ""):
        raise Failure("name cannot be provided when a selector is specified")
    found = Found([])
    for kind in kinds:
        for name in names:
            _read(call, Info(kind, call.home(kind), name), found, wanted)
    found.single = len(kinds) == len(names) == 1
    return found


def _of_kinds(call: Call, kinds: Sequence[Kind], wanted: Wanted) -> Found:
    given = call.said.get("field-selector", "")
    labels = labels_of(call.said.get("selector", ""), kinds[0], given)
    try:
        chosen = field_selector.parse(given) if given else None
    except UsageError as error:
        raise Failure(str(error)) from None
    if not wanted.everything and labels is None and chosen is None and not call.said.get("all", False):
        raise Failure("resource(s) were provided, but no name was specified")
    everywhere = call.said.get("all-namespaces", False) or wanted.all_namespaces
    found = Found([], kinds=list(kinds))
    for kind in kinds:
        if kind.kind == "Endpoints":
            deprecated(call)
        try:
            where = None if everywhere or not kind.namespaced else call.namespace
            for obj in call.client.list(kind, where, labels, chosen):
                found.infos.append(Info(kind, obj.metadata.namespace, obj.metadata.name, obj))
        except StatusError as error:
            found.kinds.remove(kind)
            found.errors.append(error)
    return found


def _read(call: Call, info: Info, found: Found, wanted: Wanted) -> None:
    if not wanted.read:
        found.infos.append(info)
        return
    if info.kind.kind == "Endpoints":
        deprecated(call)
    try:
        info.obj = call.client.get(info.kind, info.namespace, info.name)
        found.infos.append(info)
        if info.kind not in found.kinds:
            found.kinds.append(info.kind)
    except StatusError as error:
        if not (error.code == 404 and call.said.get("ignore-not-found", False)):
            found.errors.append(error)


def deprecated(call: Call) -> None:
    """Say once that Endpoints are on their way out, as the API server does with every answer about them."""
    said = DEPRECATED["Endpoints"]
    if f"Warning: {said}\n" not in call.err:
        call.warn(said)


def metadata(manifest: Manifest) -> dict[str, Any]:
    """The metadata of a manifest, made where there is none."""
    found = manifest.setdefault("metadata", {})
    assert isinstance(found, dict)
    return found
