"""Source to objects: the phases in their order.

    text ── parse ──> tree ── gather ──> drafts ── build ──> objects

Each phase notes its mistakes and goes on, so that a person sees all of them at once; with any error there is no
program.
"""

from typing import Any

import attrs

from kubelab.api import manifest
from kubelab.api.custom import of_manifests, with_definitions
from kubelab.api.decode import Problem
from kubelab.api.expectation import MODES, Expectation
from kubelab.api.scheme import by_kind, find, knowing, known
from kubelab.dsl import recover
from kubelab.dsl.draft import Compilation, Draft, Scope, There
from kubelab.dsl.expectations import expectation
from kubelab.dsl.mistakes import refuse
from kubelab.dsl.program import Program
from kubelab.dsl.statements import OBJECTS, run
from kubelab.dsl.suggest import did_you_mean
from kubelab.dsl.words import Wrong, shown, span_of, text_of
from kubelab.errors import Mistake, SourceError, Span

MAX_LENGTH = 16 * 1024 * 1024
"""The longest source, in characters."""


def parse(text: str, source: str = "") -> Any:
    """The syntax tree of a source.

    Raises:
        SourceError: with every mistake in the syntax.
    """
    tree, mistakes = _read(text)
    if mistakes:
        raise refuse(mistakes, text, source)
    return tree


def compile_text(text: str, source: str = "", there: There | None = None) -> Program:
    """The program that a source says.

    Args:
        text: the source.
        source: the name of the file or cell, for messages.
        there: what the cluster has already, so that the source can speak of it; None means nothing.

    Raises:
        SourceError: with every mistake; its text shows each with its line.
    """
    tree, mistakes = _read(text)
    out = Compilation(text, mistakes=mistakes)
    if there is not None:
        out.there = there
    statements = [] if tree is None else tree.children
    defining = [each for each in statements if _defines(each)]
    _gather(out, defining)
    with knowing(with_definitions(known(), of_manifests(draft.manifest for draft in out.drafts))):
        _gather(out, [each for each in statements if not _defines(each)])
        for action in out.later:
            action()
        objects = _build(out, out.drafts)
        nodes = _build(out, out.nodes)
    errors = [mistake for mistake in out.mistakes if mistake.severity == "error"]
    if errors:
        raise refuse(errors, text, source)
    _check_references(out)
    _check_twice(out)
    return Program(
        objects=tuple(objects),
        nodes=tuple(nodes),
        cloud=out.cloud,
        ingress=tuple(out.ingress),
        registries=tuple(out.registries),
        encrypted=tuple(out.encrypted),
        expectations=tuple(out.expectations),
        warnings=tuple(sorted(out.mistakes, key=lambda m: (m.span.line, m.span.column) if m.span else (0, 0))),
        source=source,
        text=text,
        drafts=(*out.drafts, *out.nodes),
    )


def parse_condition(text: str) -> Expectation:
    """The condition that a text says, without the word ``expect``: ``3 pods app=web Running``.

    Raises:
        SourceError: it is no condition.
    """
    lead = "" if text.strip().split(" ", 1)[0] in MODES else "expect "
    try:
        program = compile_text(lead + text)
    except SourceError as error:
        mistakes = [_moved(mistake, len(lead)) for mistake in error.mistakes]
        raise refuse(mistakes, text) from None
    if len(program.expectations) != 1 or program.objects or program.nodes:
        hint = "such as: 3 pods app=web Running"
        raise refuse([Mistake("one condition was expected", Span(1, 1, 1, 2), hint, code="syntax")], text)
    found = program.expectations[0]
    return attrs.evolve(found, text=found.text.removeprefix(lead))


def _moved(mistake: Mistake, by: int) -> Mistake:
    span = mistake.span
    if span is None or span.line != 1:
        return mistake
    start = max(1, span.column - by)
    end = max(start + 1, span.end_column - by) if span.end_line == 1 else span.end_column
    return attrs.evolve(mistake, span=Span(1, start, span.end_line, end))


def _read(text: str) -> tuple[Any, list[Mistake]]:
    if len(text) > MAX_LENGTH:
        return None, [Mistake(f"the text is longer than {MAX_LENGTH} characters", code="too-long")]
    try:
        text.encode()
    except UnicodeEncodeError:
        return None, [Mistake("the text holds half of a surrogate pair, which is no character", code="bad-text")]
    return recover.parse(text)


def _defines(tree: Any) -> bool:
    """Whether a statement defines a kind, which others of the source can then use, wherever they stand."""
    found = find(text_of(tree.children[0])) if tree.data == "thing" else None
    return found is not None and found.kind == "CustomResourceDefinition"


def _gather(out: Compilation, statements: Any) -> None:
    for tree in statements:
        try:
            _statement(out, tree)
        except Wrong as error:
            out.wrong(error)


def _statement(out: Compilation, tree: Any) -> None:
    what = tree.data
    make = OBJECTS.get(what)
    if make is not None:
        make(out, tree)
    elif what == "expectation":
        expectation(out, tree)
    else:
        _block(out, tree)


def _block(out: Compilation, tree: Any) -> None:
    """`namespace shop { … }` and `in shop { … }`."""
    name_token, *statements = tree.children
    name = text_of(name_token)
    before = out.namespace
    if tree.data == "namespace":
        out.namespace = ""
        scope = Scope(out, out.draft(by_kind("Namespace"), name, tree, name_token))
        own = [child for child in statements if child.data in ("label", "annotation", "assignment")]
        run(scope, own)
        statements = [child for child in statements if child.data not in ("label", "annotation", "assignment")]
    out.namespace = name
    _gather(out, statements)
    out.namespace = before


def _build(out: Compilation, drafts: list[Draft]) -> list[Any]:
    objects = []
    for draft in drafts:
        problems: list[Problem] = []
        objects.append(manifest.read(draft.manifest, problems))
        for problem in problems:
            out.mistakes.append(Mistake(str(problem), span_of(draft.place(problem.path)), code="bad-value"))
    return objects


_ALWAYS_THERE = {("ServiceAccount", "default"), ("ConfigMap", "kube-root-ca.crt"), ("Service", "kubernetes")}


def _check_references(out: Compilation) -> None:
    """Warn of names that no object of the source has; Kubernetes accepts them, since they may come later."""
    present = {draft.key for draft in out.drafts}
    for reference in out.references:
        key = (reference.kind, reference.namespace, reference.name)
        if key in present or key[::2] in _ALWAYS_THERE or out.there(*key) is not None:
            continue
        known = [name for kind, namespace, name in present if (kind, namespace) == key[:2]]
        message = f"there is no {reference.kind} {shown(reference.name)} here"
        out.warn(message, reference.at, did_you_mean(reference.name, sorted(known)), "no-such-object")


def _check_twice(out: Compilation) -> None:
    seen: dict[tuple[str, str, str], Draft] = {}
    for draft in out.drafts:
        kind, _, name = draft.key
        first = seen.setdefault(draft.key, draft)
        if first is not draft and name:
            place = span_of(first.name)
            where = f" in line {place.line}" if place is not None else ""
            out.warn(
                f"there is already a {kind} {shown(name)}{where}; the last one wins", draft.name, code="said-twice"
            )
