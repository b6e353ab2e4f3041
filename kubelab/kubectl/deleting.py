"""``kubectl delete``.

Source: kubectl `pkg/cmd/delete/delete.go` (of version 1.33).
"""

from kubelab.errors import KubelabError, StatusError
from kubelab.kubectl.answer import Failure, with_source
from kubelab.kubectl.call import Call
from kubelab.kubectl.flags import Flag
from kubelab.kubectl.going_on import LONGEST, until
from kubelab.kubectl.resources import Info, Wanted, find_all
from kubelab.kubectl.verbs import ALL, ALL_NAMESPACES, DRY_RUN, FIELD_SELECTOR, FILES, SELECTOR, verb
from kubelab.state.snapshot import SECOND, ObjectKey, View

FORCED = (
    "Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may "
    "continue to run on the cluster indefinitely."
)
CASCADES = {"background": "Background", "foreground": "Foreground", "orphan": "Orphan", "true": "Background"}


@verb(
    "delete",
    "(-f FILE | TYPE NAME ... | TYPE -l LABELS | TYPE --all | TYPE/NAME ...)",
    "delete objects, and wait until they are gone",
    FILES,
    SELECTOR,
    FIELD_SELECTOR,
    ALL,
    ALL_NAMESPACES,
    DRY_RUN,
    Flag("now", "with one second to end for Pods"),
    Flag("force", "at once, without waiting for the kubelet"),
    Flag("grace-period", "how many seconds a Pod may take to end", "SECONDS", kind="number", default=-1),
    Flag(
        "cascade",
        "what becomes of what it owns: background, foreground, orphan",
        "HOW",
        default="background",
        bare="background",
    ),
    Flag("wait", "wait until it is gone", default=True),
    Flag("timeout", "how long to wait", "TIME", kind="duration", default=0),
    Flag("ignore-not-found", "say nothing where it is not there"),
    Flag("output", "name, or nothing", "FORM", "o"),
    Flag("interactive", "ask first; nobody is asked here", short="i"),
    Flag("raw", "an address to delete; not served here", "PATH"),
)
def delete(call: Call) -> None:
    """Carry out ``kubectl delete``."""
    said = call.said
    grace = 1 if said["now"] else said["grace-period"]
    if said["now"] and said["grace-period"] >= 0:
        raise Failure("--now and --grace-period cannot be specified together")
    if grace == 0 and not said["force"]:
        # As the real one does it: only --force takes away the second that is left.
        grace = 1
    if said["force"] and grace < 0:
        grace = 0
    _check(call, grace)
    infos, errors = _targets(call)
    deleted: list[tuple[Info, str]] = []
    for info in infos:
        if not info.kind.namespaced and call.explicit_namespace and not any("cluster-scoped" in e for e in call.err):
            call.warn("deleting cluster-scoped resources, not scoped to the provided namespace")
        try:
            stored = call.client.view.find(ObjectKey(info.kind.kind, info.namespace, info.name))
            uid = stored.metadata.uid if stored is not None else ""
            if call.dry != "client":
                cascade = CASCADES.get(said["cascade"], "Orphan")
                call.client.delete(info.kind, info.namespace, info.name, grace if grace >= 0 else None, cascade)
            _print(call, info, grace)
            deleted.append((info, uid))
        except KubelabError as error:
            if isinstance(error, StatusError) and error.code == 404 and (said["ignore-not-found"] or said["all"]):
                continue
            errors.append(with_source(error, "deleting", info.source) if info.source else error)
    call.errors += errors
    if not infos and not errors:
        call.print("No resources found")
    if said["wait"] and call.dry == "none" and deleted:
        _wait(call, deleted)


def _check(call: Call, grace: int) -> None:
    said = call.said
    if said["output"] not in ("", "name"):
        raise Failure(f"unexpected -o output mode: {said['output']}. We only support '-o name'")
    if said["cascade"] not in (*CASCADES, "false"):
        wrong = f'invalid cascade value ({said["cascade"]}). Must be "background", "foreground", or "orphan"'
        raise Failure(wrong)
    for flag in ("selector", "field-selector"):
        if said["all"] and said[flag]:
            raise Failure(f"cannot set --all and --{flag} at the same time")
    if grace > 0 and said["force"]:
        raise Failure("--force and --grace-period greater than 0 cannot be specified together")
    if grace == 0 and said["force"]:
        call.warn(FORCED)


def _targets(call: Call) -> tuple[list[Info], list[KubelabError]]:
    if call.said["all"] and len(call.words) > 1:
        raise Failure("name cannot be provided when a selector is specified")
    found = find_all(call, call.words, Wanted(everything=False, read=False))
    return found.infos, found.errors


def _print(call: Call, info: Info, grace: int) -> None:
    word = f"{info.kind.singular}.{info.kind.group}" if info.kind.group else info.kind.singular
    if call.said["output"] == "name":
        call.print(f"{word}/{info.name}")
    else:
        call.print(f'{word} "{info.name}" {"force deleted" if grace == 0 else "deleted"}{call.dry_note}')


def _wait(call: Call, deleted: list[tuple[Info, str]]) -> None:
    """Let the cluster run on until the objects are gone; what keeps one of them is said where it lasts too long."""

    def gone(view: View) -> bool:
        return all(
            (found := view.find(ObjectKey(info.kind.kind, info.namespace, info.name))) is None
            or found.metadata.uid != uid
            for info, uid in deleted
        )

    seconds = call.said["timeout"] / SECOND if call.said["timeout"] else LONGEST
    if until(call, gone, seconds):
        return
    for info, uid in deleted:
        left = call.client.view.find(ObjectKey(info.kind.kind, info.namespace, info.name))
        if left is not None and left.metadata.uid == uid:
            call.errors.append(Failure(f"timed out waiting for the condition on {info.kind.plural}/{info.name}"))
