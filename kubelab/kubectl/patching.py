"""``kubectl patch``, ``kubectl replace`` and ``kubectl edit``.

Source: kubectl `pkg/cmd/patch`, `pkg/cmd/replace`, `pkg/cmd/edit`.

**Simplified:** there is no editor: ``edit`` takes what would be changed there as ``--patch``, or the whole object from
the body of the cell.
"""

from pathlib import Path
from typing import Any

from kubelab.errors import KubelabError, StatusError
from kubelab.kubectl import files, jsonvalues, printing
from kubelab.kubectl.answer import Failure, with_source
from kubelab.kubectl.call import Call, resource_label
from kubelab.kubectl.changing import targets
from kubelab.kubectl.client import manifest_of
from kubelab.kubectl.creating import LAST_APPLIED, remembering
from kubelab.kubectl.flags import Flag
from kubelab.kubectl.going_on import until
from kubelab.kubectl.resources import Info
from kubelab.kubectl.verbs import DRY_RUN, FILES, MANAGER, OUTPUT, SAVE, VALIDATE, verb
from kubelab.state.snapshot import ObjectKey

TYPES = ("json", "merge", "strategic")


@verb(
    "patch",
    "(TYPE NAME | TYPE/NAME | -f FILE) --patch PATCH [--type json|merge|strategic]",
    "change fields of an object by a patch",
    Flag("patch", "the patch, in JSON or YAML", "PATCH", "p"),
    Flag("patch-file", "the file of the patch", "FILE"),
    Flag("type", "what sort of patch: json, merge or strategic", "SORT", default="strategic"),
    Flag("subresource", "the part that is patched: status or scale", "NAME"),
    Flag("local", "only show what would be made of the file"),
    FILES,
    OUTPUT,
    DRY_RUN,
    MANAGER,
)
def patch(call: Call) -> None:
    """Carry out ``kubectl patch``."""
    said = call.said
    if not said["patch"] and not said["patch-file"]:
        raise Failure("must specify --patch or --patch-file containing the contents of the patch")
    if said["patch"] and said["patch-file"]:
        raise Failure("cannot specify --patch and --patch-file together")
    sort = said["type"].lower()
    if sort not in TYPES:
        raise Failure(f'--type must be one of [json merge strategic], not "{said["type"]}"')
    body = jsonvalues.parsed(said["patch"] or _read(said["patch-file"]))
    for info in targets(call, call.words):
        try:
            before = info.obj
            after: Any = before
            if call.dry == "client" or said["local"]:
                shown = jsonvalues.merged(info.manifest, body) if sort == "merge" else info.manifest
            else:
                after = call.client.patch(
                    info.kind,
                    info.namespace,
                    info.name,
                    body,
                    sort,
                    did="patched",
                    subresource=said["subresource"],
                )
                shown = manifest_of(after) if after is not None else info.manifest
            done = "patched (no change)" if after == before and call.dry == "none" else "patched"
            label = f"scale.autoscaling/{info.name}" if said["subresource"] == "scale" else info.label
            printing.print_one(call, label, shown, done)
        except KubelabError as error:
            call.errors.append(with_source(error, "patching", info.source) if info.source else error)


def _read(name: str) -> str:
    try:
        return Path(name).read_text(encoding="utf-8")
    except OSError as error:
        raise Failure(f"unable to read patch file: open {name}: {(error.strerror or '').lower()}") from None


@verb(
    "replace",
    "-f FILE [--force]",
    "replace objects by those of manifests",
    FILES,
    OUTPUT,
    DRY_RUN,
    SAVE,
    VALIDATE,
    MANAGER,
    Flag("force", "delete the object first, and create it anew"),
    Flag("cascade", "with --force, what becomes of what it owns", "HOW", default="background", bare="background"),
    Flag("grace-period", "with --force, how many seconds a Pod may take to end", "SECONDS", kind="number", default=-1),
    Flag("timeout", "with --force, how long to wait", "TIME", kind="duration", default=0),
    Flag("wait", "with --force, wait until it is gone"),
    Flag("subresource", "the part that is replaced: status or scale", "NAME"),
    Flag("raw", "an address to write to; not served here", "PATH"),
)
def replace(call: Call) -> None:
    """Carry out ``kubectl replace``."""
    if not files.given(call):
        raise Failure("must specify one of -f and -k")
    for document in files.read_all(call, call.errors):
        meta = document.manifest.get("metadata") or {}
        name, namespace = str(meta.get("name") or ""), str(meta.get("namespace") or "")
        info = Info(document.kind, namespace, name, None, document.source, document.manifest)
        try:
            manifest = dict(document.manifest)
            annotations = (meta.get("annotations") or {}) if isinstance(meta, dict) else {}
            if call.said["save-config"] or LAST_APPLIED in annotations:
                manifest = remembering(manifest)
            if call.dry == "client":
                printing.print_one(call, info.label, manifest, "replaced")
                continue
            if call.said["force"]:
                _remove(call, info)
                obj = call.client.create(manifest, "replaced")
            else:
                obj = call.client.update(manifest, "replaced", call.said["subresource"])
            printing.print_one(call, resource_label(document.kind, name), manifest_of(obj), "replaced")
        except KubelabError as error:
            call.errors.append(with_source(error, "replacing", document.source))


def _remove(call: Call, info: Info) -> None:
    """Delete an object and wait until it is gone; that it is not there is no mistake."""
    key = ObjectKey(info.kind.kind, info.namespace, info.name)
    grace = call.said["grace-period"]
    word = f"{info.kind.singular}.{info.kind.group}" if info.kind.group else info.kind.singular
    try:
        call.client.delete(info.kind, info.namespace, info.name, 0 if grace < 0 else grace, "Background")
        call.print(f'{word} "{info.name}" deleted')
    except StatusError as error:
        if error.code != 404:
            raise
    until(call, lambda view: view.find(key) is None)


@verb(
    "edit",
    "(TYPE NAME | TYPE/NAME) --patch PATCH",
    "change an object: by --patch, since there is no editor here, or by the whole object in the cell's body",
    Flag("patch", "what is to be different, in YAML or JSON", "PATCH", "p"),
    FILES,
    OUTPUT,
    MANAGER,
    VALIDATE,
    SAVE,
)
def edit(call: Call) -> None:
    """Carry out ``kubectl edit``: with ``--patch``, or with the whole object from the body of the cell."""
    if not call.said["patch"] and not call.stdin:
        raise Failure(
            "there is no editor here: give what is to be different with --patch, such as "
            "--patch 'spec: {replicas: 3}', or write the whole object as the body of a %%kubectl cell"
        )
    for info in targets(call, call.words):
        before = info.manifest
        if call.said["patch"]:
            after = jsonvalues.merged(before, jsonvalues.parsed(call.said["patch"]))
        else:
            after = jsonvalues.parsed(call.stdin or "")
        if not isinstance(after, dict):
            raise Failure("the edited file is no object")
        difference = jsonvalues.merge_patch(before, after)
        if not difference:
            call.print("Edit cancelled, no changes made.")
            continue
        try:
            obj = call.client.patch(info.kind, info.namespace, info.name, difference, "merge", did="edited")
            printing.print_one(call, info.label, manifest_of(obj), "edited")
        except KubelabError as error:
            call.errors.append(error)
