"""Reading what a person wrote, the language of kubelab, YAML or JSON, into one thing that can be applied."""

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from kubelab import dsl
from kubelab.api import manifest
from kubelab.api.core.node import Node
from kubelab.api.decode import Problem
from kubelab.api.expectation import Expectation
from kubelab.api.scheme import by_kind, find, knowing, known
from kubelab.dsl import Program
from kubelab.errors import ManifestError, Mistake, SourceError, Span, UsageError
from kubelab.state.snapshot import Object, ObjectKey, View
from kubelab.state.vocabulary import vocabulary_of

KUBE = "kube"
LANGUAGES = (KUBE, "yaml", "json")


There = Callable[[str, str, str], dict[str, Any] | None]
"""The manifest of an object that a text may speak of, by its kind, namespace ("" where none is said) and name."""


def read(text: str, source: str = "", language: str = "", view: View | There | None = None) -> Program:
    """What a text says.

    Args:
        text: a program, or manifests.
        source: the name of the file or cell, for errors.
        language: one of `LANGUAGES`; "" means to find out.
        view: the cluster that it is for, if that has objects already of which the text may speak; or what else has.

    Raises:
        SourceError: it cannot be read; the error has all mistakes with their places.
    """
    with knowing(vocabulary_of(view.snapshot) if isinstance(view, View) else known()):
        return _read(text, source, language, view)


def _read(text: str, source: str, language: str, view: View | There | None) -> Program:
    if (language or dsl.sniff(text)) == KUBE:
        return dsl.compile_text(text, source, partial(_there, view) if isinstance(view, View) else view)
    try:
        objects = manifest.load(text, source)
    except ManifestError as error:
        mistakes = [_mistake(problem, text) for problem in error.problems]
        raise SourceError(mistakes, dsl.render(mistakes, text, source)) from None
    return of_objects(objects, source, text)


def _mistake(problem: str, text: str) -> Mistake:
    """A problem with a manifest as a mistake: with the slice of the text that it is about, and what was meant."""
    from kubelab.api.text import worded

    if not isinstance(problem, Problem):
        return Mistake(problem, code="manifest")
    span = _slice(problem, text.split("\n")) if problem.line else None
    return Mistake(worded(problem), span, problem.hint, code="manifest")


def _slice(problem: Problem, lines: Sequence[str]) -> Span | None:
    """The word that a problem is about: a field that is not known, or else the value of one; or its whole line."""
    line = lines[problem.line - 1] if problem.line <= len(lines) else ""
    first, last = len(line) - len(line.lstrip()), len(line.rstrip())
    name = problem.path[-1] if problem.path else ""
    key = re.search(rf"""["']?{re.escape(str(name))}["']?\s*:""", line) if isinstance(name, str) and name else None
    if key is not None and problem.rank == 2:
        first, last = key.start(), key.start() + len(key.group().rstrip(" :"))
    elif key is not None and line[key.end() :].strip():
        value = re.match(r"\s*(\"[^\"]*\"|'[^']*'|[\[{].*|[^,}\]#]+)", line[key.end() :])
        if value is not None:
            first, last = key.end() + value.start(1), key.end() + len(value.group().rstrip())
    return Span(problem.line, first + 1, problem.line, max(last, first + 1) + 1) if line.strip() else None


def among(objects: Sequence[Object]) -> There:
    """What texts may speak of that are read together with others: the objects of all of them."""
    known = {(obj.kind, obj.metadata.namespace or "default", obj.metadata.name): obj for obj in objects}

    def there(kind: str, namespace: str, name: str) -> dict[str, Any] | None:
        found = known.get((kind, namespace or "default", name))
        return None if found is None else manifest.to_manifest(found)

    return there


def _there(view: View, kind: str, namespace: str, name: str) -> dict[str, Any] | None:
    found = view.get(kind, namespace or ("default" if by_kind(kind).namespaced else ""), name)
    return None if found is None else manifest.to_manifest(found)


def of_objects(objects: Sequence[Object], source: str = "", text: str = "") -> Program:
    """Objects as a program: made in Python, or read from the manifests of a text."""
    nodes = tuple(obj for obj in objects if isinstance(obj, Node))
    others = tuple(obj for obj in objects if not isinstance(obj, Node))
    return Program(objects=others, nodes=nodes, source=source, text=text)


def read_condition(text: str) -> Expectation:
    """A condition such as ``3 pods app=web Running``, with or without the word ``expect`` before it.

    Raises:
        SourceError: it is none.
    """
    words = text.split(maxsplit=1)
    said = text if words and words[0] in ("expect", "always", "eventually", "never") else f"expect {text}"
    program = dsl.compile_text(said, "condition")
    if len(program.expectations) != 1 or program.objects or program.nodes:
        mistake = Mistake("this is no condition", hint="write one such as `3 pods app=web Running`")
        raise SourceError([mistake], dsl.render([mistake], said, "condition"))
    return program.expectations[0]


def read_key(target: str) -> ObjectKey:
    """Which object a text names: ``pod/web-1``, ``shop/pod/web-1``; the namespace is ``default`` if none is said.

    Raises:
        UsageError: it names none, or there is no such kind.
    """
    *namespace, word, name = target.split("/") if target.count("/") in (1, 2) else ("", "")
    kind = find(word) if word else None
    if kind is None or not name:
        raise UsageError(f"{target!r} names no object; write kind/name, such as pod/web-1 or shop/deployment/web")
    return ObjectKey(kind.kind, (namespace[0] if namespace else "default") if kind.namespaced else "", name)
