"""What all verbs have in common that change objects one by one: patch, label, annotate, scale, set, taint, ...

Source: cli-runtime `pkg/resource` (``ContinueOnError``), kubectl `pkg/cmd/util`.
"""

from collections.abc import Callable, Sequence

from kubelab.errors import KubelabError
from kubelab.kubectl import jsonvalues, printing
from kubelab.kubectl.answer import Failure, with_source
from kubelab.kubectl.call import Call
from kubelab.kubectl.client import Manifest, manifest_of
from kubelab.kubectl.resources import Info, Wanted, find_all

Change = Callable[[Info, Manifest], str | None]
"""Changes a manifest in place; what was done (``labeled``), or None where nothing is to be said."""


def targets(call: Call, words: Sequence[str], missing: str = "", everything: bool = False) -> list[Info]:
    """The objects that a verb changes; what could not be found is told at the end.

    Raises:
        KubelabError: the words mean nothing.
    """
    wanted = Wanted(everything=everything)
    if missing:
        wanted.missing = missing
    found = find_all(call, words, wanted)
    call.errors += found.errors
    return found.infos


def change_each(
    call: Call,
    infos: Sequence[Info],
    change: Change,
    doing: str = "",
    *,
    local: bool = False,
    subresource: str = "",
) -> None:
    """Change objects one after the other, each by a merge patch, and say what was done.

    Args:
        call: the command.
        infos: the objects.
        change: what is changed in each.
        doing: what a file's object was to become, for errors: ``patching``.
        local: whether nothing is sent.
        subresource: the door through which it is sent.
    """
    for info in infos:
        try:
            before = info.manifest
            after = info.manifest
            done = change(info, after)
            shown = after
            patch = jsonvalues.merge_patch(before, after)
            if patch and not local and call.dry != "client":
                obj = call.client.patch(
                    info.kind,
                    info.namespace,
                    info.name,
                    patch,
                    "merge",
                    did=_past(done),
                    subresource=subresource,
                )
                shown = manifest_of(obj) if obj is not None else after
            if done is not None:
                printing.print_one(call, info.label, shown, done)
        except KubelabError as error:
            call.errors.append(with_source(error, doing, info.source) if doing and info.source else error)


def _past(done: str | None) -> str:
    """The word for the sentence of the timeline."""
    word = (done or "changed").rpartition(" ")[2]
    return word if word.endswith("ed") else "changed"


def split_pairs(call: Call, what: str) -> tuple[list[str], dict[str, str], list[str]]:
    """The words that name objects, those that set something (``name=value``) and those that take away (``name-``).

    Raises:
        Failure: an object is named after a change, or there is no change.
    """
    resources: list[str] = []
    put: dict[str, str] = {}
    take: list[str] = []
    for word in call.words:
        is_pair = ("=" in word and not word.startswith("=")) or (word.endswith("-") and word != "-")
        if not is_pair:
            if put or take:
                raise Failure(f"all resources must be specified before {what} changes: {word}")
            resources.append(word)
        elif "=" in word:
            name, _, value = word.partition("=")
            put[name] = value
        else:
            take.append(word[:-1])
    both = [name for name in take if name in put]
    if both:
        raise Failure(
            f"can not both modify and remove {'a label' if what == 'label' else 'an annotation'} in the same command"
        )
    return resources, put, take
