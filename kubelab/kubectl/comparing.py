"""``kubectl diff``: what applying manifests would change.

Source: kubectl `pkg/cmd/diff`.
"""

import difflib
from typing import Any

from kubelab.api.clocktime import text_of
from kubelab.api.yaml_writer import yaml_of
from kubelab.apiserver.merge import three_way
from kubelab.errors import KubelabError
from kubelab.kubectl import files
from kubelab.kubectl.answer import Failure, with_source
from kubelab.kubectl.applying import last_applied, stripped
from kubelab.kubectl.call import Call
from kubelab.kubectl.client import Client, Manifest, decoded, manifest_of
from kubelab.kubectl.files import Document
from kubelab.kubectl.flags import Flag
from kubelab.kubectl.jsonvalues import merge_patch
from kubelab.kubectl.verbs import FILES, MANAGER, SELECTOR, verb
from kubelab.state.snapshot import SECOND


@verb(
    "diff",
    "-f FILE",
    "show what applying manifests would change",
    FILES,
    SELECTOR,
    MANAGER,
    Flag("server-side", "as apply --server-side would change it"),
    Flag("force-conflicts", "with --server-side: also fields that others have set"),
    Flag("prune", "without effect here"),
    Flag("concurrency", "without effect here", "N", kind="number"),
    Flag("show-managed-fields", "also the managedFields"),
)
def diff(call: Call) -> None:
    """Carry out ``kubectl diff``: the exit code is 1 where something would change."""
    if not files.given(call):
        raise Failure("must specify one of -f and -k", 2)
    different = False
    for document in files.read_all(call, call.errors):
        try:
            before, after = _versions(call, document)
        except KubelabError as error:
            raise with_source(error, "diffing", document.source) if document.source else error from None
        different = _show(call, document, before, after) or different
    if different:
        raise Failure("", 1, whole=True)


def _versions(call: Call, document: Document) -> tuple[Manifest | None, Manifest]:
    """The object as it is, and as it would be: the server tries it without keeping it."""
    meta = document.manifest.get("metadata") or {}
    name, namespace = str(meta.get("name") or ""), str(meta.get("namespace") or "")
    trying = Client(call.client.cluster, call.line, dry=True)
    live = call.client.find(document.kind, namespace, name)
    if call.said["server-side"]:
        manager, force = call.said["field-manager"] or "kubectl", call.said["force-conflicts"]
        after = trying.patch(document.kind, namespace, name, document.manifest, "apply", manager=manager, force=force)
    elif live is None:
        after = trying.create(document.manifest)
    else:
        wanted = three_way(live, stripped(decoded(document.manifest)), last_applied(live))
        patch = merge_patch(manifest_of(live), manifest_of(wanted))
        after = trying.patch(document.kind, namespace, name, patch, "merge") if patch else live
    return (None if live is None else manifest_of(live)), manifest_of(after)


def _show(call: Call, document: Document, before: Manifest | None, after: Manifest) -> bool:
    old, new = _masked(before, after) if document.kind.kind == "Secret" else (before, after)
    texts = ["" if each is None else yaml_of(_plain(call, each)) for each in (old, new)]
    if texts[0] == texts[1]:
        return False
    meta = after["metadata"]
    version = document.kind.api_version.replace("/", ".")
    home = meta.get("namespace", "")
    name = f"{version}.{document.kind.kind}.{home}.{meta['name']}"
    when = text_of(call.client.now // SECOND).replace("T", " ").replace("Z", ".000000000 +0000")
    places = [f"/tmp/{side}-0/{name}" for side in ("LIVE", "MERGED")]
    call.print(f"diff -u -N {places[0]} {places[1]}")
    lines = difflib.unified_diff(
        texts[0].splitlines(), texts[1].splitlines(), places[0], places[1], when, when, lineterm=""
    )
    for line in lines:
        call.print(line)
    return True


def _plain(call: Call, manifest: Manifest) -> Manifest:
    if call.said["show-managed-fields"]:
        return manifest
    meta = {name: value for name, value in manifest["metadata"].items() if name != "managedFields"}
    return {**manifest, "metadata": meta}


def _masked(before: Manifest | None, after: Manifest) -> tuple[Manifest | None, Manifest]:
    """A Secret without its values: of those that change it is said which is the older."""
    held: dict[str, Any] = dict((before or {}).get("data") or {})
    wanted: dict[str, Any] = dict(after.get("data") or {})
    shown = [
        {
            key: "***"
            if held.get(key) == wanted.get(key) or len({*held, *wanted} & {key} & set(other)) == 0
            else f"*** ({word})"
            for key in mine
        }
        for mine, other, word in ((held, wanted, "before"), (wanted, held, "after"))
    ]
    old = None if before is None else {**before, "data": shown[0]}
    return old, {**after, "data": shown[1]}
