"""What Shift-Tab shows: what the word at the cursor means, with an example."""

import re
from html import escape
from typing import Any

import attrs

from kubelab.api import meanings
from kubelab.api.scheme import find
from kubelab.dsl import completion, vocabulary
from kubelab.kubectl.verbs import verbs
from kubelab.notebook import commands
from kubelab.notebook.cells import Place, place
from kubelab.notebook.completing import speaking
from kubelab.notebook.session import Session

_WORD = r"[^\s{}()\[\],;\"'=!<>]*"
_PATH = r"(?:pod|container)?\.(?:[\w$-]|\.|\[[^\[\]\n]*\])+"


@attrs.frozen
class Meaning:
    """What there is to say about a word.

    Attributes:
        title: the word, and what it is.
        text: what it means.
        example: a piece of a program with it, or "".
    """

    title: str
    text: str
    example: str = ""

    def __str__(self) -> str:
        return "\n".join(part for part in (self.title, self.text, self.example and f"\n    {self.example}") if part)

    @property
    def reply(self) -> dict[str, Any]:
        """The same as a kernel answers it (``inspect_reply``)."""
        data = {"text/plain": str(self), "text/html": self.as_html()}
        return {"status": "ok", "found": True, "data": data, "metadata": {}}

    def as_html(self) -> str:
        """The same for a page."""
        example = f"<pre>{escape(self.example)}</pre>" if self.example else ""
        return f"<b>{escape(self.title)}</b><p>{escape(self.text)}</p>{example}"


def inspect(session: Session, cell: str, cursor: int, bare: bool = False) -> Meaning | None:
    """What the word at a place of a cell means; None where there is nothing to say.

    Args:
        session: the clusters of the notebook.
        cell: the cell.
        cursor: how many of its characters stand before the place.
        bare: whether it is a cell of the kernel `kube`.
    """
    with speaking(session):
        return _inspected(session, place(cell, cursor, bare))


def _inspected(session: Session, at: Place) -> Meaning | None:
    if at.kind == "program":
        return _in_program(at.text, at.cursor) or _named(session, _around(_WORD, at.text, at.cursor))
    word = _around(_WORD, at.text, at.cursor)
    if at.kind == "command":
        commands.load()
        if word in commands.COMMANDS:
            found = commands.COMMANDS[word]
            return Meaning(f"%kube {found.name} {found.usage}".rstrip(), found.meaning)
        return _kind(word) or _named(session, word)
    if at.kind == "magic":
        from kubelab.notebook.magics import OPTIONS

        return next((Meaning(o.usage, o.meaning) for o in OPTIONS if f"--{o.name}" == word), None)
    if at.kind != "kubectl":
        return None
    verb = next((found for name, found in verbs().items() if name == word), None)
    if verb is not None:
        return Meaning(f"kubectl {verb.name} {verb.usage}".rstrip(), _sentence(verb.meaning))
    return _kind(word) or _named(session, word)


def _in_program(text: str, cursor: int) -> Meaning | None:
    path = _around(_PATH, text, cursor)
    if path:
        start = text.rfind(path, 0, cursor + len(path))
        return _field(text[:start], path)
    word = _around(_WORD, text, cursor)
    if word[:1].islower() and (entry := vocabulary.entry(word)) is not None:
        return Meaning(f"{word}: a word of the language", _sentence(entry.meaning), entry.example)
    return _kind(word)


def _around(pattern: str, text: str, cursor: int) -> str:
    """What of a pattern stands around a cursor, in its line; "" where nothing does."""
    start = text.rfind("\n", 0, cursor) + 1
    end = text.find("\n", cursor)
    line = text[start : len(text) if end < 0 else end]
    for found in re.finditer(pattern, line):
        if found.group() and found.start() <= cursor - start <= found.end():
            return found.group()
    return ""


def _field(before: str, path: str) -> Meaning | None:
    field = completion.field_at(before, path)
    model = completion.model_at(before, path)
    if field is None or model is None:
        return None
    parts = [_sentence(meanings.of_field(model, field.json))]
    if field.values:
        parts.append(f"One of {', '.join(field.values)}.")
    if field.inert:
        parts.append("It is kept and given back; nothing here acts on it.")
    return Meaning(f"{model.__name__}.{field.json}: {field.shape}", " ".join(filter(None, parts)), f"{path} = …")


def _kind(word: str) -> Meaning | None:
    kind = find(word)
    if kind is None or not word:
        return None
    where = "in a namespace" if kind.namespaced else "of the whole cluster"
    title = f"{kind.kind}, {kind.api_version}: {where}"
    names = f"For kubectl: {', '.join((kind.plural, kind.singular, *kind.short_names))}."
    acted_on = "" if kind.simulated else "It is stored and given back; nothing here acts on it."
    entry = vocabulary.entry(word) or vocabulary.entry(kind.singular)
    return Meaning(
        title, " ".join(filter(None, (_sentence(meanings.of(kind)), names, acted_on))), entry.example if entry else ""
    )


def _named(session: Session, word: str) -> Meaning | None:
    """An object of the cluster that has this name, and how it is."""
    cluster = session.get(session.current)
    if cluster is None or not cluster.started or not word:
        return None
    name = word.rpartition("/")[2]
    for kind in ("Pod", "Deployment", "ReplicaSet", "Service", "Node", "StatefulSet", "DaemonSet", "Job", "ConfigMap"):
        for obj in cluster.view.list(kind):
            if obj.metadata.name == name:
                meta = obj.metadata
                where = f" in namespace {meta.namespace}" if meta.namespace else ""
                table = cluster.get(f"{kind.lower()}/{name}", "table", meta.namespace or None)
                return Meaning(f"{kind} {name}{where}, now", table.rstrip("\n"))
    return None


def _sentence(text: str) -> str:
    return text if not text or text.endswith(".") else f"{text[:1].upper()}{text[1:]}."
