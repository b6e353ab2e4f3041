"""``kubectl get``.

Source: kubectl `pkg/cmd/get/get.go`.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from kubelab.errors import QuantityError, StatusError, UsageError
from kubelab.kubectl import jsonpath, printing
from kubelab.kubectl.answer import Failure, raise_all
from kubelab.kubectl.call import Call
from kubelab.kubectl.client import Manifest, with_owners
from kubelab.kubectl.component_statuses import WORDS, component_statuses
from kubelab.kubectl.flags import Flag
from kubelab.kubectl.resources import Found, Info, find_all
from kubelab.kubectl.verbs import (
    ALL_NAMESPACES,
    FIELD_SELECTOR,
    FILES,
    OUTPUT,
    SELECTOR,
    verb,
)
from kubelab.kubectl.watching import watch
from kubelab.views.tables import rows_text

TABLE = (
    Flag("no-headers", "leave out the headings"),
    Flag("show-labels", "also the labels, as the last column"),
    Flag("label-columns", "also these labels, each in a column", "LABELS", "L", kind="list"),
    Flag("sort-by", "in the order of this field, such as .metadata.creationTimestamp", "PATH"),
)
"""How tables are printed."""

NO_RESOURCE = """You must specify the type of resource to get. \
Use "kubectl api-resources" for a complete list of supported resources.

error: Required resource not specified.
Use "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).
See 'kubectl get -h' for help and examples"""


@verb(
    "get",
    "(TYPE[.GROUP] [NAME | -l label] | TYPE/NAME ...) [-o wide|yaml|json|name|jsonpath=...|custom-columns=...]",
    "list objects, or print them",
    OUTPUT,
    TABLE,
    FILES,
    SELECTOR,
    FIELD_SELECTOR,
    ALL_NAMESPACES,
    Flag("ignore-not-found", "say nothing where an object that is named is not there"),
    Flag("watch", "also every change, as the cluster goes on until it has settled", short="w"),
    Flag("watch-only", "only the changes"),
    Flag("output-watch-events", "with each change what sort it is"),
    Flag("chunk-size", "how many objects the real one reads at a time; without effect here", "N", kind="number"),
    Flag("subresource", "only this part of the object; without effect on what is printed here", "NAME"),
    Flag("server-print", "whether the server makes the table; without effect here", default=True),
    Flag("raw", "an address to read; not served here", "PATH"),
)
def get(call: Call) -> None:
    """Carry out ``kubectl get``."""
    form, argument = printing.form_of(call)
    if call.said["raw"]:
        raise Failure("--raw needs an API server that speaks HTTP; kubelab serve starts one")
    if call.said["show-labels"] and form not in ("", "wide"):
        raise Failure(f"--show-labels option cannot be used with {form} printer")
    if call.words and call.words[0].lower() in WORDS:
        component_statuses(call, form, argument)
        return
    if not call.words and not call.said["filename"]:
        raise Failure(NO_RESOURCE, whole=True)
    found = find_all(call, call.words)
    if call.said["sort-by"]:
        found.infos = in_order(found.infos, call.said["sort-by"])
    if call.said["watch"] or call.said["watch-only"]:
        watch(call, found, form)
    elif form in ("", "wide"):
        print_tables(call, found, form == "wide")
    else:
        print_generic(call, found, form, argument)
    raise_all(found.errors)


def print_tables(call: Call, found: Found, wide: bool) -> None:
    """The objects as tables, one for each kind in a row."""
    infos, said = found.infos, call.said
    several = len(found.kinds) > 1
    parts = []
    for kind, group in groupby(infos, key=lambda info: info.kind):
        rows = printing.table_rows(
            list(group),
            call.client.now,
            wide=wide,
            with_namespace=said["all-namespaces"] and kind.namespaced,
            with_kind=several,
            label_columns=said["label-columns"],
            show_labels=said["show-labels"],
        )
        parts.append(rows_text(rows[1:] if said["no-headers"] else rows))
    if parts:
        call.print(("\n" if said["no-headers"] else "\n\n").join(parts))
    elif not said["ignore-not-found"] and not found.errors:
        everywhere = said["all-namespaces"] or not all(kind.namespaced for kind in found.kinds)
        call.tell("No resources found" if everywhere else f"No resources found in {call.namespace} namespace.")


def print_generic(call: Call, found: Found, form: str, argument: str) -> None:
    """The objects as YAML, JSON, names, by a template or in columns of one's own."""
    infos = found.infos
    if found.single and not infos:
        return
    if form == "name":
        for info in infos:
            call.print(info.label)
        return
    if form in printing.COLUMNS:
        spec = printing.columns_of_file(_read(argument)) if form.endswith("file") else argument
        call.write(printing.columns_text(_shown(call, infos), spec, not call.said["no-headers"]))
        return
    if not infos and (call.said["ignore-not-found"] or found.errors):
        return
    write = printing.writer_of(call, form, argument)
    shown = _shown(call, infos)
    call.write(write(shown[0] if found.single else listed(shown)))


def _shown(call: Call, infos: Sequence[Info]) -> list[Manifest]:
    """Objects as the API server shows them, with who owns which field."""
    return [info.manifest if info.obj is None else with_owners(call.client.view, info.obj) for info in infos]


def _read(name: str) -> str:
    from pathlib import Path

    try:
        return Path(name).read_text(encoding="utf-8")
    except OSError as error:
        raise Failure(f"error reading template {name}, open {name}: {(error.strerror or '').lower()}") from None


def listed(items: Sequence[Manifest]) -> Manifest:
    """Objects as one List."""
    return {"apiVersion": "v1", "items": list(items), "kind": "List", "metadata": {"resourceVersion": ""}}


def in_order(infos: Sequence[Info], path: str) -> list[Info]:
    """Objects in the order of one of their fields; those that lack it come first.

    Raises:
        Failure: none of them has it, or it is no path.
    """
    try:
        relaxed = jsonpath.relaxed(path)
        template = jsonpath.parse(relaxed)
        values = [(template.found(info.manifest) or [[]])[0] for info in infos]
    except UsageError as error:
        raise Failure(str(error)) from None
    if infos and not any(values):
        raise Failure(f'couldn\'t find any field with path "{relaxed}" in the list of objects')
    keyed = [
        ((0,) if not found else (1, *_sort_key(found[0])), info) for found, info in zip(values, infos, strict=True)
    ]
    return [info for _, info in sorted(keyed, key=lambda pair: pair[0])]


def _sort_key(value: Any) -> tuple[Any, ...]:
    """By what numbers and quantities are worth, and texts as people count: ``web-2`` before ``web-10``."""
    import re

    from kubelab.api.quantity import parse

    if isinstance(value, (int, float)):
        return (0, value)
    text = str(value)
    try:
        return (0, parse(text).nano)
    except (QuantityError, AttributeError):
        parts = re.findall(r"\d+|\D+", text)
        return (1, tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts))


def not_found_only(error: Exception) -> bool:
    """Whether an error says only that an object is not there."""
    return isinstance(error, StatusError) and error.code == 404
