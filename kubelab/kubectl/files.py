"""The manifests of ``-f``: from files, folders, or what is piped in.

Source: cli-runtime `pkg/resource` (``Builder.FilenameParam``, ``StreamVisitor``), kubectl `pkg/validation`.
"""

from collections.abc import Iterator
from pathlib import Path

import attrs

from kubelab.api.decode import Problem
from kubelab.api.scheme import Kind, by_gvk
from kubelab.api.text import items
from kubelab.api.yaml_reader import documents
from kubelab.errors import KubelabError
from kubelab.kubectl.answer import Failure
from kubelab.kubectl.call import Call
from kubelab.kubectl.client import Manifest

STDIN = "STDIN"
SUFFIXES = (".json", ".yaml", ".yml")


@attrs.frozen
class Document:
    """One manifest of a file.

    Attributes:
        manifest: what it says.
        source: the file's name as it was given, or ``STDIN``.
        kind: its kind.
    """

    manifest: Manifest
    source: str
    kind: Kind


def given(call: Call) -> bool:
    """Whether the command names files."""
    return bool(call.said.get("filename", ()) or call.said.get("kustomize", ""))


def read_all(call: Call, errors: list[KubelabError]) -> Iterator[Document]:
    """The manifests of all files that a command names; what is wrong with one of them is added to `errors`.

    Raises:
        Failure: a file is not there, or what is in it can be no manifest.
    """
    if call.said.get("kustomize", ""):
        raise Failure("kustomization files are not read here; give the manifests with -f")
    for source, text in list(_texts(call)):
        yield from _documents(call, source, text, errors)


def _texts(call: Call) -> Iterator[tuple[str, str]]:
    for name in call.said["filename"]:
        if name == "-":
            if call.stdin is None:
                raise Failure("no objects passed to " + call.verb.name.partition(" ")[0])
            yield STDIN, call.stdin
        elif name.startswith(("http://", "https://")):
            raise Failure(f"the URL {name} cannot be read: nothing here reaches a network")
        else:
            yield from _of_path(name, call.said["recursive"])


def _of_path(name: str, deep: bool) -> Iterator[tuple[str, str]]:
    path = Path(name)
    if not path.exists():
        raise Failure(f'the path "{name}" does not exist')
    found = [path]
    if path.is_dir():
        inside = sorted(path.rglob("*") if deep else path.iterdir())
        found = [child for child in inside if child.suffix in SUFFIXES and child.is_file()]
        if not found:
            raise Failure(f"error reading [{name}]: recognized file extensions are [.json .yaml .yml]")
    for each in found:
        try:
            yield str(each), each.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise Failure(f"error reading {each}: {getattr(error, 'strerror', None) or error}") from None


def _documents(call: Call, source: str, text: str, errors: list[KubelabError]) -> Iterator[Document]:
    problems: list[Problem] = []
    found = [value for value, _ in documents(text, problems)]
    if problems:
        raise Failure(f"error parsing {source}: {_told(problems[0])}")
    if not found and len(call.said["filename"]) == 1:
        raise Failure(f"no objects passed to {call.verb.name.partition(' ')[0]}")
    for value in found:
        for manifest, _ in items(value):
            document = _checked(manifest, source, call, errors)
            if document is not None:
                yield document


def _told(problem: Problem) -> str:
    """A problem with the text as go-yaml words it, which names no line where that is the first one."""
    line = problem.line - 1 if "did not find expected" in problem else problem.line
    before, _, after = str(problem).partition(f"line {problem.line}: ")
    if not after:
        return str(problem)
    return f"{before}line {line}: {after}" if line > (0 if line != problem.line else 1) else before + after


def _checked(manifest: object, source: str, call: Call, errors: list[KubelabError]) -> Document | None:
    if not isinstance(manifest, dict):
        errors.append(Failure(f'error validating "{source}": error validating data: invalid object to validate'))
        return None
    missing = [f"{name} not set" for name in ("apiVersion", "kind") if not manifest.get(name)]
    if missing:
        what = missing[0] if len(missing) == 1 else f"[{', '.join(missing)}]"
        advice = "if you choose to ignore these errors, turn validation off with --validate=false"
        errors.append(Failure(f'error validating "{source}": error validating data: {what}; {advice}'))
        return None
    kind = by_gvk(str(manifest["apiVersion"]), str(manifest["kind"]))
    meta = manifest.get("metadata")
    meta = meta if isinstance(meta, dict) else {}
    if kind is None:
        name, namespace = meta.get("name") or "", meta.get("namespace") or ""
        errors.append(
            Failure(
                f'resource mapping not found for name: "{name}" namespace: "{namespace}" from "{source}": no matches '
                f'for kind "{manifest["kind"]}" in version "{manifest["apiVersion"]}"\nensure CRDs are installed first'
            )
        )
        return None
    if kind.namespaced:
        manifest = {**manifest, "metadata": {**meta, "namespace": _namespace(meta, call)}}
    return Document(manifest, source, kind)


def _namespace(meta: Manifest, call: Call) -> str:
    own = str(meta.get("namespace") or "")
    if own and call.explicit_namespace and own != call.namespace:
        raise Failure(
            f'the namespace from the provided object "{own}" does not match the namespace "{call.namespace}". '
            f"You must pass '--namespace={own}' to perform this operation."
        )
    return own or call.namespace
