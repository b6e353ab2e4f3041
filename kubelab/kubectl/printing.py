"""Objects as ``-o`` wants them: as tables, names, YAML, JSON, or by a template.

Source: cli-runtime `pkg/printers`, `pkg/genericclioptions`; kubectl `pkg/cmd/get` (``customcolumn.go``, ``sorter.go``).
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from kubelab.api.text import json_of
from kubelab.api.yaml_writer import yaml_of
from kubelab.errors import UsageError
from kubelab.kubectl import gotemplate, jsonpath
from kubelab.kubectl.answer import Failure
from kubelab.kubectl.call import Call
from kubelab.kubectl.client import Manifest
from kubelab.kubectl.gotext import go_print, go_text
from kubelab.kubectl.resources import Info
from kubelab.views.printers import printer_of
from kubelab.views.tables import rows_text

PLAIN = ("json", "yaml", "name")
PATHS = ("jsonpath", "jsonpath-as-json", "jsonpath-file")
TEMPLATES = ("go-template", "go-template-file", "template", "templatefile")
COLUMNS = ("custom-columns", "custom-columns-file")
Writer = Callable[[Manifest], str]


def form_of(call: Call) -> tuple[str, str]:
    """The form that ``-o`` asks for and its argument: ``("jsonpath", "{.items}")``; ("", "") for a table or a line.

    Raises:
        Failure: there is no such form.
    """
    output = call.said["output"]
    if not output:
        return ("go-template", call.said["template"]) if call.said["template"] else ("", "")
    form, _, argument = output.partition("=")
    table = call.verb.name in ("get", "events")
    if form in PATHS or form in TEMPLATES or (form in COLUMNS and table):
        return form, argument or call.said["template"]
    if output in PLAIN or (output == "wide" and table) or output == "kyaml":
        return output, ""
    known = sorted({*PLAIN, *PATHS, *TEMPLATES, *((*COLUMNS, "wide") if table else ())})
    raise Failure(
        f'unable to match a printer suitable for the output format "{output}", allowed formats are: {",".join(known)}'
    )


def writer_of(call: Call, form: str, argument: str) -> Writer:
    """What writes one object (or a List of them) in a form.

    Raises:
        Failure: the template cannot be read.
    """
    if form == "json":
        return lambda shown: json_of(_shown(call, shown))
    if form in ("yaml", "kyaml"):
        return lambda shown: yaml_of(_shown(call, shown))
    if not argument:
        raise Failure(f"{'template' if form in TEMPLATES else form} format specified but no template given")
    if form.endswith("file"):
        argument = _file(argument)
    if form in PATHS:
        return _by_path(argument, form == "jsonpath-as-json")
    template = gotemplate.parse(argument)
    return lambda shown: template.text(shown)


def _file(name: str) -> str:
    try:
        return Path(name).read_text(encoding="utf-8")
    except OSError as error:
        raise Failure(f"error reading --template {name}, open {name}: {(error.strerror or '').lower()}") from None


def _shown(call: Call, manifest: Manifest) -> Manifest:
    """An object without what nobody wants to see, the managedFields, unless it is asked for."""
    if call.said["show-managed-fields"]:
        return manifest
    parts = manifest.get("items")
    if isinstance(parts, list) and str(manifest.get("kind", "")).endswith("List"):
        return {**manifest, "items": [_shown(call, part) for part in parts]}
    meta = manifest.get("metadata")
    if not isinstance(meta, dict) or "managedFields" not in meta:
        return manifest
    return {**manifest, "metadata": {name: value for name, value in meta.items() if name != "managedFields"}}


def _by_path(text: str, as_json: bool) -> Writer:
    try:
        template = jsonpath.parse(text)
    except UsageError as error:
        raise Failure(f"error parsing jsonpath {text}, {error}") from None

    def write(shown: Manifest) -> str:
        try:
            return template.text(shown, as_json)
        except UsageError as error:
            more = "Printing more information for debugging the template:\n\ttemplate was:\n\t\t"
            given = f"{more}{text}\n\tobject given to jsonpath engine was:\n\t\t{go_text(shown)}\n\n"
            raise Failure(f'error executing jsonpath "{text}": Error executing template: {error}. {given}') from None

    return write


def print_one(call: Call, info_label: str, manifest: Manifest, done: str) -> None:
    """Say what was done to an object, or print the object where ``-o`` asks for that.

    Args:
        call: the command.
        info_label: the object as kubectl names it.
        manifest: the object.
        done: what was done: ``created``; the dry run is added.
    """
    form, argument = form_of(call)
    if not form:
        call.print(f"{info_label} {done}{call.dry_note}")
    elif form == "name":
        call.print(info_label)
    else:
        call.write(writer_of(call, form, argument)(manifest))


# Tables


def table_rows(
    infos: Sequence[Info],
    now: int,
    *,
    wide: bool = False,
    with_namespace: bool = False,
    with_kind: bool = False,
    label_columns: Sequence[str] = (),
    show_labels: bool = False,
) -> list[tuple[str, ...]]:
    """The rows of objects of one kind, the headings first."""
    kind = infos[0].kind
    printer = printer_of(kind.kind)
    headings = printer.headings(wide)
    place = headings.index("NAME") if with_kind and "NAME" in headings else -1
    lead = f"{kind.singular}.{kind.group}/" if kind.group else f"{kind.singular}/"
    more = [column.rpartition("/")[2].upper() for column in label_columns]
    more += ["LABELS"] if show_labels else []
    rows = [(*(("NAMESPACE",) if with_namespace else ()), *headings, *more)]
    for info in infos:
        cells = list(printer.cells(info.obj, now, wide))
        if place >= 0:
            cells[place] = lead + cells[place]
        assert info.obj is not None
        labels = info.obj.metadata.labels
        cells += [labels.get(column, "") for column in label_columns]
        if show_labels:
            cells.append(",".join(f"{key}={labels[key]}" for key in sorted(labels)) or "<none>")
        rows.append((*((info.namespace,) if with_namespace else ()), *cells))
    return rows


def columns_text(manifests: Sequence[Manifest], spec: str, headers: bool) -> str:
    """The objects in columns of one's own: ``NAME:.metadata.name,IMAGE:.spec.containers[0].image``.

    Raises:
        Failure: a column cannot be read.
    """
    if not spec:
        raise Failure("custom-columns format specified but no custom columns given")
    columns = []
    for part in spec.split(","):
        heading, colon, path = part.partition(":")
        if not colon:
            raise Failure(f"unexpected custom-columns spec: {part}, expected <header>:<json-path-expr>")
        try:
            columns.append((heading, jsonpath.parse(jsonpath.relaxed(path))))
        except UsageError as error:
            raise Failure(str(error)) from None
    rows = [tuple(heading for heading, _ in columns)] if headers else []
    for manifest in manifests:
        rows.append(tuple(_cell(template, manifest) for _, template in columns))
    return rows_text(rows) + "\n" if rows else ""


def columns_of_file(text: str) -> str:
    """The columns that a file names: a line of headings and a line of paths.

    Raises:
        Failure: it does not.
    """
    lines = [line.split() for line in text.splitlines()]
    if len(lines) < 2:
        raise Failure(
            f"invalid template, missing {'spec' if lines else 'header'} line. Expected format is one line of space "
            "separated headers, one line of space separated column specs."
        )
    if len(lines[0]) != len(lines[1]):
        raise Failure(f"number of headers ({len(lines[0])}) and field specifications ({len(lines[1])}) don't match")
    return ",".join(f"{heading}:{path}" for heading, path in zip(lines[0], lines[1], strict=True))


def _cell(template: jsonpath.Template, manifest: Manifest) -> str:
    try:
        found = template.found(manifest)
    except UsageError as error:
        raise Failure(str(error)) from None
    if not found or not found[0]:
        return "<none>"
    return ",".join(go_print(value) for each in found for value in each)
