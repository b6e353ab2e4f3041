"""``kubectl label`` and ``kubectl annotate``.

Source: kubectl `pkg/cmd/label`, `pkg/cmd/annotate`.
"""

from kubelab.api.validation.names import label_value
from kubelab.kubectl.answer import Failure, Failures
from kubelab.kubectl.call import Call
from kubelab.kubectl.changing import change_each, split_pairs, targets
from kubelab.kubectl.client import Manifest
from kubelab.kubectl.flags import Flag
from kubelab.kubectl.resources import Info, metadata
from kubelab.kubectl.revisions import CHANGE_CAUSE
from kubelab.kubectl.verbs import ALL, ALL_NAMESPACES, DRY_RUN, FIELD_SELECTOR, FILES, MANAGER, OUTPUT, SELECTOR, verb

_FLAGS = (
    Flag("overwrite", "also change what is there with another value"),
    Flag("list", "show what there is afterwards"),
    Flag("local", "only show what would be made of the file"),
    Flag("resource-version", "only if the object has this version still", "VERSION"),
    ALL,
    ALL_NAMESPACES,
    SELECTOR,
    FIELD_SELECTOR,
    FILES,
    OUTPUT,
    DRY_RUN,
    MANAGER,
)


@verb("label", "(TYPE NAME | TYPE/NAME | -f FILE) NAME=VALUE ... NAME-", "set labels, and take them away", _FLAGS)
def label(call: Call) -> None:
    """Carry out ``kubectl label``."""
    words, put, take = split_pairs(call, "label")
    for name, value in put.items():
        problem = next(iter(label_value(value)), "")
        if problem:
            raise Failure(f'invalid label value: "{name}={value}": {problem}')
    _carry_out(call, words, put, take, "label")


@verb(
    "annotate", "(TYPE NAME | TYPE/NAME | -f FILE) NAME=VALUE ... NAME-", "set annotations, and take them away", _FLAGS
)
def annotate(call: Call) -> None:
    """Carry out ``kubectl annotate``."""
    words, put, take = split_pairs(call, "annotation")
    _carry_out(call, words, put, take, "annotation")


def _carry_out(call: Call, words: list[str], put: dict[str, str], take: list[str], what: str) -> None:
    field = f"{what}s"
    if not put and not take and not call.said["list"]:
        raise Failure(f"at least one {what} update is required")

    def change(info: Info, manifest: Manifest) -> str | None:
        meta = metadata(manifest)
        if call.said["resource-version"]:
            meta["resourceVersion"] = call.said["resource-version"]
        before = dict(meta.get(field) or {})
        if not call.said["overwrite"]:
            _keep(before, put, what)
        after = {name: value for name, value in {**before, **put}.items() if name not in take}
        if what == "label":
            for name in take:
                if name not in before:
                    call.print(f'label "{name}" not found.')
        if after:
            meta[field] = after
        else:
            meta.pop(field, None)
        if call.said["list"]:
            _list(call, info, after, field)
            return None
        return _done(what, before, after, call.said["overwrite"])

    infos = targets(call, words, everything=call.said["all"])
    change_each(call, infos, change, local=call.said["local"])


def _keep(before: dict[str, str], put: dict[str, str], what: str) -> None:
    """Make sure that nothing is overwritten.

    Raises:
        Failure: something would be.
    """
    held = []
    for name in put:
        if name in before and before[name] != put[name] and name != CHANGE_CAUSE:
            held.append(f"'{name}' already has a value ({before[name]})")
    if held and what == "annotation":
        raise Failure(f"--overwrite is false but found the following declared annotation(s): {'; '.join(held)}")
    if held:
        raise Failures([Failure(f"{each}, and --overwrite is false") for each in held])


def _done(what: str, before: dict[str, str], after: dict[str, str], overwrite: bool) -> str:
    if what == "annotation":
        return "annotated"
    if before == after:
        return "not labeled"
    return "unlabeled" if not overwrite and len(after) < len(before) else "labeled"


def _list(call: Call, info: Info, held: dict[str, str], field: str) -> None:
    """The labels or annotations of one object."""
    if len(call.words) > 2 or call.said["all"] or call.said["selector"]:
        call.print(f"Listing {field} for {info.kind.kind}.{info.kind.group}/{info.name}:")
        for name in sorted(held):
            call.print(f" {name}={held[name]}")
    else:
        for name in sorted(held):
            call.print(f"{name}={held[name]}")
