"""``kubectl rollout status | history | undo | pause | resume | restart``.

Source: kubectl `pkg/cmd/rollout`; `pkg/polymorphichelpers` (``rollout_status.go``, ``history.go``, ``rollback.go``,
``objectrestarter.go``, ``objectpauser.go``).
"""

from collections.abc import Callable
from typing import Any

from kubelab.api.clocktime import text_of
from kubelab.errors import KubelabError, UsageError
from kubelab.kubectl import printing
from kubelab.kubectl.answer import Failure
from kubelab.kubectl.call import Call
from kubelab.kubectl.changing import change_each, targets
from kubelab.kubectl.client import Manifest
from kubelab.kubectl.columns import tabbed
from kubelab.kubectl.describe.pod_template import pod_template
from kubelab.kubectl.describe.writer import Writer
from kubelab.kubectl.flags import Flag
from kubelab.kubectl.going_on import LONGEST, views
from kubelab.kubectl.resources import Info, metadata
from kubelab.kubectl.revisions import SKIPPED, Revision, is_current, revisions
from kubelab.kubectl.rollout_status import status_of
from kubelab.kubectl.verbs import DRY_RUN, FILES, MANAGER, OUTPUT, SELECTOR, verb
from kubelab.state.snapshot import SECOND, ObjectKey

_TYPES = "(TYPE NAME | TYPE/NAME | -f FILE)"


@verb(
    "rollout status",
    f"{_TYPES} [--watch=false] [--timeout=TIME]",
    "wait until a rollout is done, and say how it goes",
    FILES,
    SELECTOR,
    Flag("watch", "wait for it", short="w", default=True),
    Flag("revision", "only if this revision is the current one", "N", kind="number", default=0),
    Flag("timeout", "how long to wait", "TIME", kind="duration", default=0),
)
def status(call: Call) -> None:
    """Carry out ``kubectl rollout status``: the simulated cluster runs on until the rollout is done."""
    for info in targets(call, call.words, everything=True):
        key = ObjectKey(info.kind.kind, info.namespace, info.name)
        limit = call.said["timeout"] / SECOND if call.said["timeout"] else LONGEST
        last, done = None, False
        going = views(call, limit)
        for view in going:
            obj = view.find(key)
            if obj is None:
                raise Failure("object has been deleted")
            if obj is last:
                continue
            # Every change of the object is told, also where the sentence stays the same.
            text, done = status_of(obj, call.said["revision"])
            call.write(text)
            last = obj
            if done or not call.said["watch"]:
                break
        going.close()  # type: ignore[attr-defined]
        if not done and call.said["watch"]:
            raise Failure("timed out waiting for the condition")


@verb(
    "rollout history",
    f"{_TYPES} [--revision=N]",
    "list the revisions of a workload, or show one of them",
    FILES,
    SELECTOR,
    OUTPUT,
    Flag("revision", "show this one", "N", kind="number", default=0),
)
def history(call: Call) -> None:
    """Carry out ``kubectl rollout history``."""
    wanted = call.said["revision"]
    if wanted < 0:
        raise Failure(f"revision must be a positive integer: {wanted}")
    for info in targets(call, call.words, everything=True):
        try:
            found = revisions(call.client.view, info, "no history viewer has been implemented for")
        except UsageError as error:
            raise Failure(str(error)) from None
        if call.said["output"]:
            chosen = found if not wanted else [each for each in found if each.number == wanted]
            form, argument = printing.form_of(call)
            write = printing.writer_of(call, form, argument)
            for each in chosen:
                call.write(write(each.manifest))
            continue
        call.print(f"{info.label} {f'with revision #{wanted}' if wanted else ''}")
        if not found:
            call.print("No rollout history found.")
            continue
        if wanted:
            call.print(_one(found, wanted).rstrip("\n"))
        else:
            rows = [("REVISION", "CHANGE-CAUSE")]
            rows += [(str(each.number), each.cause or "<none>") for each in found]
            call.write(tabbed("".join("\t".join(row) + "\n" for row in rows), least=0, padding=2))
        call.print()


def _one(found: list[Revision], number: int) -> str:
    chosen = next((each for each in found if each.number == number), None)
    if chosen is None:
        raise Failure("unable to find the specified revision")
    writer = Writer()
    pod_template(writer, chosen.template, chosen.cause)
    return writer.raw()


@verb(
    "rollout undo",
    f"{_TYPES} [--to-revision=N]",
    "go back to the revision before, or to another one",
    FILES,
    SELECTOR,
    OUTPUT,
    DRY_RUN,
    Flag("to-revision", "the revision to go back to; 0 is the one before", "N", kind="number", default=0),
)
def undo(call: Call) -> None:
    """Carry out ``kubectl rollout undo``."""
    number = call.said["to-revision"]
    for info in targets(call, call.words, everything=True):
        try:
            found = revisions(call.client.view, info, "no rollbacker has been implemented for")
            done = _back(call, info, found, number)
            printing.print_one(call, info.label, info.manifest, done)
        except UsageError as error:
            call.errors.append(Failure(str(error)))
        except KubelabError as error:
            call.errors.append(error)


def _back(call: Call, info: Info, found: list[Revision], number: int) -> str:
    if number < 0:
        raise Failure(f"unable to find specified revision {number} in history")
    if number:
        chosen = next((each for each in found if each.number == number), None)
        if chosen is None:
            raise Failure(f"unable to find specified revision {number} in history")
    elif len(found) < 2:
        if info.kind.kind == "Deployment":
            raise Failure(f'no rollout history found for deployment "{info.name}"')
        raise Failure("no last revision to roll back to")
    else:
        chosen = found[-2]
    manifest = info.manifest
    if manifest["spec"].get("paused"):
        raise Failure(
            "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again"
        )
    if is_current(info, chosen):
        return f"skipped rollback (current template already matches revision {number})"
    if call.dry == "client":
        writer = Writer()
        pod_template(writer, chosen.template, chosen.cause)
        return writer.raw().rstrip("\n")
    template = to_manifest_of(chosen)
    patch: Any = [{"op": "replace", "path": "/spec/template", "value": template}]
    if info.kind.kind == "Deployment":
        held = metadata(manifest).get("annotations") or {}
        kept = {name: value for name, value in held.items() if name in SKIPPED}
        taken = {name: value for name, value in chosen.annotations.items() if name not in SKIPPED}
        patch.append({"op": "replace", "path": "/metadata/annotations", "value": {**kept, **taken}})
    call.client.patch(info.kind, info.namespace, info.name, patch, "json", did="rolled back")
    return "rolled back"


def to_manifest_of(chosen: Revision) -> Manifest:
    """The template of a revision, without the label that names its ReplicaSet."""
    from kubelab.api.manifest import to_value

    template: Any = to_value(chosen.template)
    labels = (template.get("metadata") or {}).get("labels") or {}
    labels.pop("pod-template-hash", None)
    return dict(template)


# What changes a rollout


def _simple(call: Call, change: Callable[[Info, Manifest], str | None]) -> None:
    change_each(call, targets(call, call.words, everything=True), change)


_CHANGING = (FILES, SELECTOR, OUTPUT, DRY_RUN, MANAGER)


@verb("rollout pause", _TYPES, "let changes of a Deployment's template wait", _CHANGING)
def pause(call: Call) -> None:
    """Carry out ``kubectl rollout pause``."""

    def change(info: Info, manifest: Manifest) -> str:
        if info.kind.kind != "Deployment":
            raise Failure(f'{info.kind.resource} "{info.name}" pausing is not supported')
        if manifest["spec"].get("paused"):
            raise Failure(f'{info.kind.resource} "{info.name}" is already paused')
        manifest["spec"]["paused"] = True
        return "paused"

    _simple(call, change)


@verb("rollout resume", _TYPES, "go on with a Deployment that was paused", _CHANGING)
def resume(call: Call) -> None:
    """Carry out ``kubectl rollout resume``."""

    def change(info: Info, manifest: Manifest) -> str:
        if info.kind.kind != "Deployment":
            raise Failure(f'{info.kind.resource} "{info.name}" resuming is not supported')
        if not manifest["spec"].get("paused"):
            raise Failure(f'{info.kind.resource} "{info.name}" is not paused')
        del manifest["spec"]["paused"]
        return "resumed"

    _simple(call, change)


RESTARTED = "kubectl.kubernetes.io/restartedAt"
_TWICE = (
    "if restart has already been triggered within the past second, please wait before attempting to trigger another"
)


@verb("rollout restart", _TYPES, "replace all Pods by new ones of the same template", _CHANGING)
def restart(call: Call) -> None:
    """Carry out ``kubectl rollout restart``: an annotation of the template changes."""
    now = text_of(call.client.now // SECOND)

    def change(info: Info, manifest: Manifest) -> str:
        if info.kind.kind not in ("Deployment", "DaemonSet", "StatefulSet"):
            raise Failure(f'{info.kind.resource} "{info.name}" restarting is not supported')
        if manifest["spec"].get("paused"):
            raise Failure(
                f'{info.kind.resource} "{info.name}" can\'t restart paused deployment (run rollout resume first)'
            )
        meta = manifest["spec"]["template"].setdefault("metadata", {})
        annotations = meta.setdefault("annotations", {})
        if annotations.get(RESTARTED) == now:
            raise Failure(f"failed to create patch for {info.name}: {_TWICE}")
        annotations[RESTARTED] = now
        return "restarted"

    _simple(call, change)
