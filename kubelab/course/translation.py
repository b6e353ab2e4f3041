"""The prose of a lesson apart from its code: out into a catalogue, and back in another language.

A catalogue is a .po file, as gettext and every tool of translators know it. There is one entry for each Markdown cell,
and for each line of prose in a prediction or an exercise; its context is the id of the cell. What has no translation
stays as it is, and code is never touched, so a translated lesson runs as the first one does.

**Simplified:** comments, flags and plural forms of .po files are not kept.
"""

import copy
import json
import re
from collections.abc import Iterator, Mapping

from kubelab.course.blocks import BLANK, ONE, SEVERAL, Line
from kubelab.course.blocks import read as read_page
from kubelab.course.exercise import WORDS as EXERCISE_WORDS
from kubelab.course.lesson import HIDING, Notebook
from kubelab.course.prediction import WORDS as PREDICTION_WORDS
from kubelab.errors import UsageError

Catalogue = Mapping[tuple[str, str], str]
"""The translation of a text, by the cell that it is in and the text itself."""

_ENTRY = re.compile(r'^(msgctxt|msgid|msgstr)\s+(".*")$|^(".*")$')
_SPOKEN = (ONE, SEVERAL, BLANK)


def texts(notebook: Notebook) -> Iterator[tuple[str, str]]:
    """The texts that can be translated: the cell they are in, and what they say."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            yield cell.id, cell.source
        elif cell.source.startswith(HIDING):
            yield from ((cell.id, text) for _, text in _prose(cell.source))


def _prose(source: str) -> Iterator[tuple[int, str]]:
    """The prose in a prediction or an exercise: the line in which it stands, from 0, up to whose end it goes."""
    lead, _, body = source.partition("\n")
    words = PREDICTION_WORDS if source.startswith("%%predict") else EXERCISE_WORDS
    if source.startswith("%%predict"):
        yield from _said(Line(lead.removeprefix("%%predict").strip(), 1))
    page = read_page(f"\n{body}", words)
    first = min((part.head.number for part in page.parts), default=len(page.text.split("\n")) + 1)
    for number, written in enumerate(page.text.split("\n")[: first - 1], 1):
        yield from _said(Line(written.strip(), number))
    for part in page.parts:
        # An option without lines below it is a condition, which is no prose.
        if part.word == "why" or (part.word in _SPOKEN and part.body):
            yield from _said(part.head)
        for line in part.body if part.word in ("why", "hint") else ():
            yield from _said(line)


def _said(line: Line) -> Iterator[tuple[int, str]]:
    if line.text:
        yield line.number - 1, line.text


def catalogue(notebook: Notebook) -> str:
    """A catalogue of everything in a lesson that can be translated, as a .po file without translations."""
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'
    entries = dict.fromkeys(texts(notebook))
    return "\n".join((header, *(_entry(cell, text) for cell, text in entries)))


def _entry(cell: str, text: str) -> str:
    return f'msgctxt {json.dumps(cell)}\nmsgid {json.dumps(text, ensure_ascii=False)}\nmsgstr ""\n'


def read(text: str) -> Catalogue:
    """The translations in a .po file.

    Raises:
        UsageError: it is none.
    """
    found: dict[tuple[str, str], str] = {}
    entry: dict[str, str] = {}
    field = ""
    for number, line in enumerate([*text.splitlines(), 'msgctxt ""'], 1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _ENTRY.match(line.strip())
        try:
            said = json.loads(match.group(2) or match.group(3)) if match else None
        except ValueError:
            said = None
        if match is None or said is None or (not match.group(1) and not field):
            raise UsageError(f"line {number} is nothing that a .po file has: {line.strip()[:60]}")
        if match.group(1) and (match.group(1) == "msgctxt" or match.group(1) in entry):
            _take(found, entry)
            entry = {}
        field = match.group(1) or field
        entry[field] = entry.get(field, "") + said
    return found


def _take(found: dict[tuple[str, str], str], entry: Mapping[str, str]) -> None:
    if entry.get("msgid") and entry.get("msgstr"):
        found[entry.get("msgctxt", ""), entry["msgid"]] = entry["msgstr"]


def translated(notebook: Notebook, known: Catalogue) -> Notebook:
    """A lesson with its prose in another language; it has no outputs, and is to be saved anew."""
    made = copy.deepcopy(notebook)
    for cell in made.cells:
        if cell.cell_type == "markdown":
            cell.source = known.get((cell.id, cell.source), cell.source)
            continue
        cell.outputs = []
        if cell.source.startswith(HIDING):
            cell.source = _replaced(cell.id, cell.source, known)
    return made


def _replaced(cell: str, source: str, known: Catalogue) -> str:
    lines = source.split("\n")
    for place, text in _prose(source):
        lead = lines[place].rstrip().removesuffix(text)
        lines[place] = f"{lead}{known.get((cell, text), text)}"
    return "\n".join(lines)
