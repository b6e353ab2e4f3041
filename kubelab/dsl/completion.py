"""What may come next: the words that can stand at a place of a program.

The grammar itself answers which words of the language may; the models answer which fields; whoever asks says which
objects there are, since the language knows no cluster.
"""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import attrs

from kubelab.api.scheme import every, find
from kubelab.api.shape import Field, Form, Shape, fields
from kubelab.dsl import parser, vocabulary
from kubelab.dsl.expectations import CONDITIONS
from kubelab.dsl.learnt_fields import Schema, fields_below, sort_of
from kubelab.dsl.recover import standing

Known = Mapping[str, Sequence[str]]
"""The names of the objects there are, by kind (``{"Secret": ["db"]}``)."""

_TYPED = re.compile(r"[^\s{}()\[\],;\"'=!<>]*\Z")
_PATH = re.compile(r"(?:^|[\s{;])((?:pod|container)?\.(?:[\w$-]|\.|\[[^\[\]\n]*\])*)\Z")
_VALUE = re.compile(r"((?:pod|container)?\.[\w$.\[\]\"'/-]+)\s*=\s*([\w.-]*)\Z")
_STEP = re.compile(r"\.([A-Za-z_$][\w$-]*)|\[[^\[\]]*\]")
_KIND_WORDS = {"config": "ConfigMap", "claim": "PersistentVolumeClaim", "init": "", "sidecar": "", "container": ""}
_NAMES_AFTER = {
    "serviceAccount": "ServiceAccount",
    "nodeName": "Node",
    "on": "Node",
    "in": "Namespace",
    "class": "IngressClass",
}
_CHOICES_AFTER = {
    "restart": ("Always", "OnFailure", "Never"),
    "strategy": ("RollingUpdate", "Recreate"),
    "sessionAffinity": ("ClientIP", "None"),
    "can": ("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"),
}


@attrs.frozen
class Candidate:
    """One word that may stand here.

    Attributes:
        text: the word.
        kind: what it is: ``word``, ``kind``, ``name``, ``field``, ``value``, ``condition`` or ``resource``.
        meaning: what it means, in a line, or "".
    """

    text: str
    kind: str
    meaning: str = ""


@attrs.frozen
class Completion:
    """What may stand in place of ``text[start:end]``; best first, and nothing where nothing is known."""

    start: int
    end: int
    candidates: tuple[Candidate, ...]


def complete(text: str, cursor: int, known: Known | None = None) -> Completion:
    """What may stand at a place of a program.

    Args:
        text: the program, as far as it is written.
        cursor: how many of its characters stand before the place.
        known: the names of the objects there are, by kind.
    """
    before = text[:cursor]
    line = before[before.rfind("\n") + 1 :]
    if line.count('"') % 2 or "#" in re.sub(r'"[^"]*"', "", line):
        return Completion(cursor, cursor, ())
    if found := _VALUE.search(line):
        return _matching(found.group(2), cursor, _values(before, found.group(1)))
    if found := _PATH.search(line):
        return _paths(before, found.group(1), cursor)
    typed = _TYPED.search(before)
    assert typed is not None
    word = typed.group()
    return _matching(word, cursor, _words(before[: typed.start()], known or {}))


def _matching(word: str, cursor: int, candidates: Sequence[Candidate]) -> Completion:
    folded = word.lower()
    fit = [found for found in candidates if found.text.lower().startswith(folded)]
    return Completion(cursor - len(word), cursor, tuple(dict.fromkeys(fit)))


# ── Words ──


def _words(before: str, known: Known) -> list[Candidate]:
    """What the grammar takes behind a text, the most particular first."""
    from lark.exceptions import UnexpectedInput

    sound = standing(before)
    steps: Any = parser.interactive(sound)
    try:
        tokens = list(steps.exhaust_lexer())
        accepted = set(steps.accepts())
    except UnexpectedInput:
        return []
    statement = _statement([token for token in tokens if token is not None])
    found: list[Candidate] = []
    if accepted & {"WORD", "NAME", "PLAIN"}:
        found += _particular(statement, accepted, known)
    for word in vocabulary.offered(accepted):
        entry = vocabulary.entry(word)
        found.append(Candidate(word, "word", entry.meaning if entry else ""))
    if not statement and "WORD" in accepted:
        found += [Candidate(kind.kind, "kind", f"any {kind.kind}, field by field") for kind in every() if kind.listed]
    return found


def _statement(tokens: list[Any]) -> list[Any]:
    """The words of the statement that is being written."""
    words: list[Any] = []
    for token in tokens:
        if token.type in ("_SEP", "LBRACE", "RBRACE"):
            words = []
        else:
            words.append(token)
    return words


def _particular(statement: list[Any], accepted: set[str], known: Known) -> list[Candidate]:
    """Names, kinds and values that fit where the grammar would take any word."""
    if not statement:
        return []
    last = str(statement[-1])
    first = str(statement[0])
    before_last = str(statement[-2]) if len(statement) > 1 else ""
    if statement[-1].type == "_ARROW":
        if first in ("service", "svc"):
            return [
                Candidate(word, "kind", _meaning(word))
                for word in ("deployment", "statefulset", "daemonset", "replicaset", "replicationcontroller", "pod")
            ]
        return _names("Service", known)
    if before_last == "->" and (kind := find(last)) is not None:
        return _names(kind.kind, known)
    if last in _CHOICES_AFTER:
        return [Candidate(word, "value") for word in _CHOICES_AFTER[last]]
    if first in ("expect", "always", "eventually", "never"):
        return _expectation(statement, known)
    if "can" in map(str, statement) and last != ",":
        return [Candidate(kind.plural, "resource", kind.kind) for kind in every()]
    # At the beginning of a statement most of these words are no clauses: `class` would be a name.
    named = _NAMES_AFTER.get(last) if len(statement) > 1 or last == "in" else None
    wanted = named or _kind_of(last)
    return _names(wanted, known) if wanted else []


def _kind_of(word: str) -> str | None:
    if word in _KIND_WORDS:
        return _KIND_WORDS[word] or None
    kind = find(word)
    return None if kind is None else kind.kind


def _meaning(word: str) -> str:
    entry = vocabulary.entry(word)
    return entry.meaning if entry else ""


def _names(kind: str, known: Known) -> list[Candidate]:
    return [Candidate(name, "name", kind) for name in known.get(kind, ())]


def _expectation(statement: list[Any], known: Known) -> list[Candidate]:
    """Behind `expect`: a kind, then what holds of it."""
    words = [str(token) for token in statement[1:]]
    kind = next((found for word in words if (found := find(word)) is not None), None)
    if kind is None:
        plural = any(token.type == "NUMBER" for token in statement) or any(w in ("no", "all") for w in words)
        chosen = [k for k in every() if k.listed]
        return [Candidate(k.plural if plural else k.singular, "kind", k.kind) for k in chosen]
    if words[-1] in _NAMES_AFTER:
        return _names(_NAMES_AFTER[words[-1]], known)
    return [*_names(kind.kind, known), *(Candidate(word, "condition") for word in CONDITIONS)]


# ── Fields ──


def _paths(before: str, path: str, cursor: int) -> Completion:
    """The fields that a path may go on with."""
    head, _, typed = path.rpartition(".")
    if (learnt := _learnt(before, head)) is not None:
        candidates = [Candidate(name, "field", sort_of(schema)) for name, schema in sorted(learnt.items())]
        return _matching(typed, cursor, candidates)
    shape = _behind(before, head)
    if shape is None or shape.form is not Form.OBJECT or shape.model is None:
        return Completion(cursor, cursor, ())
    candidates = [Candidate(name, "field", _of(field)) for name, field in fields(shape.model).items()]
    return _matching(typed, cursor, candidates)


def _values(before: str, path: str) -> list[Candidate]:
    """The values that the field of a path may have, where there is a choice."""
    head, _, name = path.rpartition(".")
    if (learnt := _learnt(before, head)) is not None:
        schema = learnt.get(name, {})
        choice = ("true", "false") if schema.get("type") == "boolean" else schema.get("enum") or ()
        return [Candidate(str(value), "value") for value in choice]
    shape = _behind(before, head)
    if shape is None or shape.model is None:
        return []
    field = fields(shape.model).get(name)
    if field is None:
        return []
    if field.shape.form is Form.BOOLEAN:
        return [Candidate("true", "value"), Candidate("false", "value")]
    return [Candidate(value, "value") for value in field.values]


def _learnt(before: str, path: str) -> dict[str, Schema] | None:
    """The fields behind a path of a kind that the cluster has learnt; None for metadata and for all other kinds."""
    steps = [step.group(1) for step in _STEP.finditer(path)]
    if not path.startswith(".") or not steps or steps[0] == "metadata":
        return None
    kind = next(
        (found for word in reversed(enclosing(before)) if (found := find(_kind_of(word) or "")) is not None), None
    )
    return None if kind is None or kind.definition is None else fields_below(kind, list(steps))


def _of(field: Field) -> str:
    return f"{field.shape}{' (no effect here)' if field.inert else ''}"


def field_at(before: str, path: str) -> Field | None:
    """The field that a path names in the statement that a text ends in, or None."""
    head, _, name = path.rpartition(".")
    shape = _behind(before, head)
    return fields(shape.model).get(name) if shape is not None and shape.model is not None else None


def model_at(before: str, path: str) -> type[Any] | None:
    """The model whose field a path names, or None."""
    shape = _behind(before, path.rpartition(".")[0])
    return None if shape is None else shape.model


def _behind(before: str, path: str) -> Shape | None:
    """What stands behind a path that is complete, in the statement that a text ends in."""
    root = path.partition(".")[0].partition("[")[0]
    shape = _root(before, root)
    for step in _STEP.finditer(path, len(root)):
        name = step.group(1)
        if shape is None:
            return None
        if name is None:
            shape = shape.item
        elif shape.form is Form.OBJECT and shape.model is not None:
            field = fields(shape.model).get(name)
            shape = None if field is None else field.shape
        else:
            shape = shape.item if shape.form is Form.MAP else None
    return shape


def _root(before: str, root: str) -> Shape | None:
    """Where a path begins: at the object, at its Pod's spec (`pod`) or at its container (`container`)."""
    if root == "pod":
        from kubelab.api.core.pod import PodSpec

        return Shape(Form.OBJECT, "", model=PodSpec)
    if root == "container" or (root == "" and enclosing(before)[-1:] in (["container"], ["init"], ["sidecar"])):
        from kubelab.api.core.container import Container

        return Shape(Form.OBJECT, "", model=Container)
    for word in reversed(enclosing(before)):
        kind = find(_kind_of(word) or "")
        if kind is not None:
            return Shape(Form.OBJECT, "", model=kind.model)
    return None


_PARTS = re.compile(r'"""[\s\S]*?"""|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\n]|\'\')*\'|#[^\n]*|[{};\n]')


def enclosing(before: str) -> list[str]:
    """The first words of the statements whose blocks a text ends in, the outermost first."""
    open_words: list[str] = []
    start = 0
    for found in _PARTS.finditer(before):
        mark = found.group()
        if mark == "{":
            words = before[start : found.start()].split()
            open_words.append(words[0] if words else "")
            start = found.end()
        elif mark == "}":
            with suppress(IndexError):
                open_words.pop()
            start = found.end()
        elif mark in ";\n":
            start = found.end()
    # A path may also stand in the line of its statement, before any block.
    words = before[start:].split()
    return [*open_words, *words[:1]] if words and _kind_of(words[0]) else open_words
