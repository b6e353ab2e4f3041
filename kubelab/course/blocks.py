"""How the texts of predictions and exercises are read: prose first, then parts, each with a word before it.

    You delete one of the three Pods. What will be there in the end?

    do: delete pod/web-1

    ( ) Two Pods.
        2 pods app=web
    ( ) Three again.
        3 pods app=web

A part begins in the first column, with a word and a colon (``do:``), a box (``( )``, ``[ ]``) or a blank to be filled
in (``____``). Indented lines below belong to it. Everything before the first part is prose.
"""

import re
from collections.abc import Sequence
from textwrap import dedent

import attrs

from kubelab.dsl import render
from kubelab.dsl.suggest import did_you_mean
from kubelab.errors import Mistake, SourceError, Span

ONE, SEVERAL, BLANK = "( )", "[ ]", "____"
"""The boxes: one of the options is right, any number of them is, something is to be filled in."""

_WORD = re.compile(r"([a-z]+):(?:\s+|$)(.*)")
_BOX = re.compile(r"(\( ?\)|\[ ?\]|_{3,})\s*(.*)")


@attrs.frozen
class Line:
    """A line, without its indentation; `number` counts from 1, `column` is that of its first character."""

    text: str
    number: int
    column: int = 1

    @property
    def span(self) -> Span:
        """Where it stands."""
        return Span(self.number, self.column, self.number, self.column + len(self.text))


@attrs.frozen
class Part:
    """One part.

    Attributes:
        word: its word, or its box.
        head: what stands on the same line.
        body: the indented lines; an empty one where a blank line stands between two of them.
    """

    word: str
    head: Line
    body: tuple[Line, ...] = ()

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines that say something, the head first."""
        return tuple(line for line in (self.head, *self.body) if line.text)

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The body as prose: a paragraph for each stretch between blank lines."""
        text = "\n".join(line.text for line in self.body)
        return tuple(" ".join(each.split()) for each in re.split(r"\n\s*\n", text) if each.strip())

    @property
    def program(self) -> str:
        """The body as it stands, with what it has of indentation inside."""
        margin = min((line.column for line in self.body if line.text), default=1)
        return "\n".join(" " * (line.column - margin) + line.text if line.text else "" for line in self.body)


@attrs.frozen
class Page:
    """A text that has been read.

    Attributes:
        prose: the paragraphs before the first part.
        parts: the parts, in order.
        text: the whole text.
        source: what it is called in its errors.
    """

    prose: tuple[str, ...]
    parts: tuple[Part, ...]
    text: str
    source: str

    def of(self, *words: str) -> tuple[Part, ...]:
        """The parts with one of these words."""
        return tuple(part for part in self.parts if part.word in words)

    def wrong(self, message: str, line: Line | None = None, hint: str = "") -> SourceError:
        """The error for something that is wrong in it."""
        mistakes = [Mistake(message, None if line is None else line.span, hint, code="course")]
        return SourceError(mistakes, render(mistakes, self.text, self.source))

    def one(self, word: str) -> Part | None:
        """The only part with a word, or None.

        Raises:
            SourceError: there are more.
        """
        found = self.of(word)
        if len(found) > 1:
            raise self.wrong(f"`{word}:` is said twice", found[1].head)
        return found[0] if found else None


def read(text: str, words: Sequence[str], source: str = "") -> Page:
    """Read a text.

    Args:
        text: the text.
        words: the words with which a part may begin, besides the boxes.
        source: what it is called in its errors.

    Raises:
        SourceError: a line belongs to nothing, or a word is not known.
    """
    text = dedent(text).rstrip()
    blank = Page((), (), text, source)
    prose: list[str] = []
    parts: list[Part] = []
    for number, raw in enumerate(text.split("\n"), 1):
        line = Line(raw.strip(), number, len(raw) - len(raw.lstrip()) + 1)
        begun = _beginning(line, words, blank, bool(parts)) if line.text and line.column == 1 else None
        if begun is not None:
            parts.append(begun)
        elif not parts:
            prose.append(raw)
        elif line.text and line.column == 1:
            hint = "indent it, if it belongs to what stands above; prose stands at the beginning"
            raise blank.wrong("this line belongs to nothing", line, hint)
        elif line.text or parts[-1].body:
            parts[-1] = attrs.evolve(parts[-1], body=(*parts[-1].body, line))
    paragraphs = re.split(r"\n\s*\n", "\n".join(prose))
    spoken = tuple(" ".join(each.split()) for each in paragraphs if each.strip())
    return attrs.evolve(blank, prose=spoken, parts=tuple(map(_trimmed, parts)))


def _trimmed(part: Part) -> Part:
    body = list(part.body)
    while body and not body[-1].text:
        body.pop()
    return attrs.evolve(part, body=tuple(body))


def _beginning(line: Line, words: Sequence[str], page: Page, begun: bool) -> Part | None:
    """The part that begins with this line, or None where it is none."""
    box = _BOX.fullmatch(line.text)
    if box is not None:
        sign = {"(": ONE, "[": SEVERAL, "_": BLANK}[box.group(1)[0]]
        return Part(sign, Line(box.group(2), line.number, 1 + box.start(2)))
    found = _WORD.fullmatch(line.text)
    if found is None:
        return None
    word = found.group(1)
    if word in words:
        return Part(word, Line(found.group(2), line.number, 1 + found.start(2)))
    hint = did_you_mean(word, words)
    if not begun and not hint:
        return None
    known = ", ".join(f"{each}:" for each in words)
    raise page.wrong(f"nothing begins with `{word}:`", Line(f"{word}:", line.number), hint or f"there are {known}")
