"""``kubectl create -f``, and what all generators of ``kubectl create`` have in common.

Source: kubectl `pkg/cmd/create/create.go`.
"""

import json
from collections.abc import Mapping
from typing import Any

from kubelab.api.manifest import to_manifest
from kubelab.errors import KubelabError
from kubelab.kubectl import files, printing
from kubelab.kubectl.answer import Failure, failed_to_create, usage_failure, with_source
from kubelab.kubectl.call import Call, resource_label
from kubelab.kubectl.client import Manifest, decoded, manifest_of
from kubelab.kubectl.flags import Flag
from kubelab.kubectl.verbs import DRY_RUN, FILES, MANAGER, OUTPUT, SAVE, SELECTOR, VALIDATE, verb
from kubelab.state.snapshot import Object

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
"""The annotation in which kubectl apply keeps what it applied last."""

GENERATED = (OUTPUT, DRY_RUN, SAVE, VALIDATE, MANAGER)
"""The flags of all generators."""


def modified(manifest: Mapping[str, Any], annotated: bool = True) -> str:
    """A manifest as kubectl apply keeps it: one line of JSON, without the annotation that keeps it."""
    meta = dict(manifest.get("metadata") or {})
    annotations = {name: value for name, value in (meta.get("annotations") or {}).items() if name != LAST_APPLIED}
    if annotated or "annotations" in meta:
        meta["annotations"] = annotations
    text = json.dumps({**manifest, "metadata": meta}, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e") + "\n"


def remembering(manifest: Mapping[str, Any]) -> Manifest:
    """A manifest with the annotation that says what it says."""
    meta = dict(manifest.get("metadata") or {})
    meta["annotations"] = {**(meta.get("annotations") or {}), LAST_APPLIED: modified(manifest)}
    return {**manifest, "metadata": meta}


@verb(
    "create",
    "-f FILE | SORT NAME ...",
    "create the objects of manifests, or an object of a sort that `kubectl create` lists",
    FILES,
    GENERATED,
    SELECTOR,
    Flag("edit", "change the manifest in an editor first; there is none here"),
    Flag("windows-line-endings", "for the editor; without effect here"),
    Flag("raw", "an address to write to; not served here", "PATH"),
)
def create(call: Call) -> None:
    """Carry out ``kubectl create -f``."""
    if not files.given(call):
        if call.words:
            raise Failure(f"Unexpected args: [{' '.join(call.words)}]\nSee 'kubectl create -h' for help and examples")
        raise Failure("must specify one of -f and -k")
    if call.words:
        raise usage_failure(f"Unexpected args: [{' '.join(call.words)}]", "create")
    count = 0
    for document in files.read_all(call, call.errors):
        manifest = remembering(document.manifest) if call.said["save-config"] else document.manifest
        try:
            created = manifest
            if call.dry != "client":
                created = manifest_of(call.client.create(manifest))
            name = created["metadata"].get("name", "")
            printing.print_one(call, resource_label(document.kind, name), created, "created")
        except KubelabError as error:
            call.errors.append(with_source(error, "creating", document.source))
        count += 1
    if not count and not call.errors:
        raise Failure("no objects passed to create")


def generate(call: Call, manifest: Manifest, failing: str | None = None) -> Object:
    """Create the object of a generator, or only show it; the object as it is stored then.

    Args:
        call: the command.
        manifest: the object.
        failing: what kubectl says before a refusal, such as ``deployment: ``; None where it says nothing.

    Raises:
        KubelabError: it is refused.
    """
    if call.said["save-config"]:
        manifest = remembering(manifest)
    try:
        obj = decoded(manifest)
        shown = as_go_writes(to_manifest(obj))
        if call.dry != "client":
            obj = call.client.create(manifest)
            shown = manifest_of(obj)
    except KubelabError as error:
        raise error if failing is None else failed_to_create(error, failing) from None
    from kubelab.api.scheme import by_kind

    label = resource_label(by_kind(str(manifest["kind"])), shown["metadata"]["name"])
    printing.print_one(call, label, shown, "created")
    return obj


def as_go_writes(manifest: Manifest) -> Manifest:
    """An object that no server has seen as Go writes it: every metadata says that it was not created yet."""
    shown = {name: as_go_writes(value) if isinstance(value, dict) else value for name, value in manifest.items()}
    if isinstance(shown.get("metadata"), dict):
        shown["metadata"] = {"creationTimestamp": None, **shown["metadata"]}
    return shown


def meta_of(call: Call, name: str, labels: Mapping[str, str] | None = None, cluster_wide: bool = False) -> Manifest:
    """The metadata of a generated object; a client's dry run names the Namespace only where the line does."""
    meta: Manifest = {"name": name}
    if not cluster_wide and (call.dry != "client" or call.explicit_namespace):
        meta["namespace"] = call.namespace
    if labels:
        meta["labels"] = dict(labels)
    return meta


def object_of(api_version: str, kind: str, meta: Manifest, **fields: Any) -> Manifest:
    """A manifest; fields that are None are left out."""
    given = {name: value for name, value in fields.items() if value is not None}
    return {"apiVersion": api_version, "kind": kind, "metadata": meta, **given}


def pairs_of(texts: tuple[str, ...], wrong: str) -> dict[str, str]:
    """What ``name=value`` says, several times.

    Raises:
        Failure: a text is none; `wrong` with the text for ``{}``.
    """
    found: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise Failure(wrong.format(text))
        found[name] = value
    return found
