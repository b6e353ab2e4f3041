"""``kubectl apply``: make objects be as manifests say, by what was applied before, what is applied now, what is there.

What was applied last stands in an annotation of the object itself. What it named and the manifest names no longer is
taken away; what others have set stays. With ``--server-side`` the API server keeps the books instead, field by field.

Source: kubectl `pkg/cmd/apply` (``apply.go``, ``patcher.go``).
"""

import json
from typing import Any

from kubelab.apiserver.merge import three_way
from kubelab.errors import KubelabError, ManifestError, StatusError
from kubelab.kubectl import files, jsonvalues, printing
from kubelab.kubectl.answer import Failure, with_source
from kubelab.kubectl.call import Call, resource_label
from kubelab.kubectl.client import Manifest, decoded, manifest_of
from kubelab.kubectl.creating import LAST_APPLIED, modified, remembering
from kubelab.kubectl.files import Document
from kubelab.kubectl.flags import Flag
from kubelab.kubectl.jsonpath import compact_json
from kubelab.kubectl.verbs import ALL, DRY_RUN, FILES, MANAGER, OUTPUT, SELECTOR, VALIDATE, verb
from kubelab.state.snapshot import Object

_UNANNOTATED = (
    "resource {} is missing the {} annotation which is required by kubectl apply. kubectl apply should only be used on "
    "resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation "
    "will be patched automatically."
)

CONFLICT = """Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the `--force-conflicts` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts"""


@verb(
    "apply",
    "-f FILE",
    "make objects be as manifests say, and create those that are not there",
    FILES,
    SELECTOR,
    ALL,
    OUTPUT,
    DRY_RUN,
    VALIDATE,
    MANAGER,
    Flag("server-side", "let the API server keep the books about who set which field"),
    Flag("force-conflicts", "with --server-side: take over fields that others have set"),
    Flag("overwrite", "whether a manifest wins over what was changed by hand", default=True),
    Flag("force", "delete an object that cannot be changed that way, and create it anew"),
    Flag("grace-period", "with --force, how many seconds a Pod may take to end", "SECONDS", kind="number", default=-1),
    Flag("cascade", "with --force, what becomes of what it owns", "HOW", default="background", bare="background"),
    Flag("timeout", "with --force, how long to wait", "TIME", kind="duration", default=0),
    Flag("wait", "with --prune, wait until it is gone"),
    Flag("prune", "delete what was applied before and is in no manifest any more; not done here"),
    Flag("prune-allowlist", "with --prune: only these kinds", "KINDS", kind="array"),
    Flag("openapi-patch", "whether the server's schema tells how lists are merged; it always does here", default=True),
)
def apply(call: Call) -> None:
    """Carry out ``kubectl apply -f``."""
    if call.words:
        raise Failure(f"Unexpected args: [{' '.join(call.words)}]\nSee 'kubectl apply -h' for help and examples")
    if not files.given(call):
        raise Failure("must specify one of -f and -k")
    if call.said["prune"]:
        raise Failure("--prune is not simulated: delete what is not wanted any more with kubectl delete")
    if call.said["force-conflicts"] and not call.said["server-side"]:
        raise Failure("--force-conflicts only works with --server-side")
    if call.said["server-side"] and call.dry == "client":
        raise Failure("--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)")
    count = 0
    for document in files.read_all(call, call.errors):
        count += 1
        try:
            meta = document.manifest.get("metadata") or {}
            if not meta.get("name") and meta.get("generateName"):
                raise Failure(f"from {meta['generateName']}: cannot use generate name with apply")
            if call.said["server-side"]:
                _on_server(call, document)
            else:
                _on_client(call, document)
        except KubelabError as error:
            call.errors.append(error)
    if not count and not call.errors:
        raise Failure("no objects passed to apply")


def _on_client(call: Call, document: Document) -> None:
    manifest, kind = document.manifest, document.kind
    meta = manifest.get("metadata") or {}
    name, namespace = str(meta.get("name") or ""), str(meta.get("namespace") or "")
    label = resource_label(kind, name)
    try:
        if not name:
            raise Failure("resource name may not be empty")
        live = call.client.find(kind, namespace, name)
    except (StatusError, Failure) as error:
        where = f"retrieving current configuration of:\n{_described(document)}\nfrom server for:"
        raise with_source(error, where, document.source) from None
    if live is None:
        shown: Manifest = remembering(manifest)
        if call.dry != "client":
            try:
                shown = manifest_of(call.client.create(remembering(manifest)))
            except KubelabError as error:
                raise with_source(error, "creating", document.source) from None
        printing.print_one(call, label, shown, "created")
        return
    if LAST_APPLIED not in live.metadata.annotations:
        call.warn(_UNANNOTATED.format(f"{kind.plural}/{name}", LAST_APPLIED))
    try:
        wanted = decoded(remembering(manifest))
    except StatusError as error:
        raise with_source(error, "creating", document.source) from None
    before = manifest_of(live)
    patch = jsonvalues.merge_patch(before, manifest_of(three_way(live, stripped(wanted), last_applied(live))))
    if not patch:
        printing.print_one(call, label, before, "unchanged")
        return
    if call.dry == "client":
        printing.print_one(call, label, jsonvalues.merged(before, patch), "configured")
        return
    try:
        after = call.client.patch(kind, namespace, name, patch, "merge", did="applied")
    except StatusError as error:
        text = f"applying patch:\n{compact_json(patch)}\nto:\n{_described(document)}\nfor:"
        raise with_source(error, text, document.source) from None
    printing.print_one(call, label, manifest_of(after), "configured")


def last_applied(live: Object) -> Object | None:
    """What was applied last, as the annotation tells it; None where it tells nothing that can be read."""
    text = live.metadata.annotations.get(LAST_APPLIED)
    try:
        last: Any = json.loads(text) if text else None
        return stripped(decoded(last)) if isinstance(last, dict) else None
    except (ValueError, StatusError, ManifestError):
        return None


def stripped(obj: Object) -> Object:
    """An object without what only the server writes."""
    from kubelab.api.model import evolve

    meta = evolve(
        obj.metadata,
        uid="",
        resource_version="",
        generation=0,
        creation_timestamp=None,
        managed_fields=(),
    )
    return evolve(obj, metadata=meta)


def _described(document: Document) -> str:
    """How kubectl describes an object in its errors."""
    kind = document.kind
    meta = document.manifest.get("metadata") or {}
    group = f"{kind.group}/{kind.version}" if kind.group else f"/{kind.version}"
    resource = f'Resource: "{group}, Resource={kind.plural}", GroupVersionKind: "{group}, Kind={kind.kind}"'
    return f'{resource}\nName: "{meta.get("name") or ""}", Namespace: "{meta.get("namespace") or ""}"'


def _on_server(call: Call, document: Document) -> None:
    kind, manifest = document.kind, document.manifest
    meta = manifest.get("metadata") or {}
    name = str(meta.get("name") or "")
    try:
        after = call.client.patch(
            kind,
            str(meta.get("namespace") or ""),
            name,
            manifest,
            "apply",
            did="applied",
            manager=call.said["field-manager"] or "kubectl",
            force=call.said["force-conflicts"],
        )
    except StatusError as error:
        if error.reason == "Conflict" and error.message.startswith("Apply failed"):
            raise Failure(f"{error.message}\n{CONFLICT}") from None
        raise error
    printing.print_one(call, resource_label(kind, name), manifest_of(after), "serverside-applied")


@verb(
    "apply view-last-applied",
    "(TYPE NAME | TYPE/NAME | -f FILE)",
    "show what was applied last",
    FILES,
    SELECTOR,
    ALL,
    Flag("output", "yaml or json", "FORM", "o", default="yaml"),
)
def view_last_applied(call: Call) -> None:
    """Carry out ``kubectl apply view-last-applied``."""
    from kubelab.api.text import json_of
    from kubelab.api.yaml_writer import yaml_of
    from kubelab.kubectl.changing import targets

    for info in targets(call, call.words, everything=call.said["all"]):
        assert info.obj is not None
        text = info.obj.metadata.annotations.get(LAST_APPLIED)
        if not text:
            raise Failure(f"no last-applied-configuration annotation found on resource: {info.name}")
        value = json.loads(text)
        call.write(json_of(value) if call.said["output"] == "json" else yaml_of(value))


@verb(
    "apply set-last-applied",
    "-f FILE",
    "note a manifest as what was applied last",
    FILES,
    OUTPUT,
    DRY_RUN,
    Flag("create-annotation", "also where nothing was applied before"),
)
def set_last_applied(call: Call) -> None:
    """Carry out ``kubectl apply set-last-applied``."""
    from kubelab.kubectl.changing import change_each, targets
    from kubelab.kubectl.resources import Info, metadata

    def note(info: Info, manifest: Manifest) -> str:
        annotations = metadata(manifest).setdefault("annotations", {})
        if LAST_APPLIED not in annotations and not call.said["create-annotation"]:
            raise Failure(
                f"no last-applied-configuration annotation found on resource: {info.name}, to create the annotation, "
                "run the command with --create-annotation"
            )
        annotations[LAST_APPLIED] = modified(info.local or {})
        return "configured"

    change_each(call, targets(call, call.words), note)
