"""The canonical layout of a source: `kubelab fmt`.

Only the layout changes: the words, their order, the comments, the groups between blank lines and the line breaks
stay. Two spaces for each block, one between words, arrows of neighbouring lines under each other. Formatting what is
formatted changes nothing.
"""

import re
from collections.abc import Iterator
from typing import Any

import attrs

from kubelab.dsl import parser
from kubelab.dsl.compiler import parse

_BETWEEN = re.compile(r"#[^\n]*|\\[^\S\n]*\n|\n|;")
_OPERATORS = frozenset(("=", "==", "!=", ">=", "<=", ">", "<"))
_MAX_PAD = 60
_ARROW = "->"


@attrs.define
class _Line:
    """One line on its way.

    Attributes:
        indent: how many spaces stand before it.
        cells: its text; more than one when an arrow is to be aligned with those of other lines.
        blank: whether an empty line stands before it.
        comment: the comment at its end.
        column: where that comment begins at the least, less the two blanks before it.
    """

    indent: int = 0
    cells: list[str] = attrs.Factory(lambda: [""])
    blank: bool = False
    comment: str = ""
    column: int = 0

    @property
    def text(self) -> str:
        """The line without its indentation and comment."""
        return " ".join(self.cells)


def format_text(text: str, source: str = "") -> str:
    """The same program in its canonical layout.

    Args:
        text: the program.
        source: the name of the file or cell, for messages.

    Raises:
        SourceError: the program has mistakes in its syntax.
    """
    parse(text, source)
    lines = _Layout(text).lines()
    _align_arrows(lines)
    _align_comments(lines)
    written = "\n".join(_written(lines))
    return written + "\n" if written else ""


def _written(lines: list[_Line]) -> Iterator[str]:
    for line in lines:
        if line.blank:
            yield ""
        row = " " * line.indent + line.text if line.text else ""
        if line.comment:
            row = f"{row.ljust(line.column)}  {line.comment}" if line.text else " " * line.indent + line.comment
        yield row


class _Layout:
    """Puts the words of a text into lines."""

    def __init__(self, text: str) -> None:
        """Begin at the start of the text."""
        self.text = text
        self.tokens: list[Any] = list(parser.interactive(text).iter_parse())
        self.done: list[_Line] = []
        self.line = _Line()
        self.open: list[tuple[str, int, int]] = []
        self.before: Any = None
        self.breaks = 0
        self.semicolon = False
        self.margin = 0
        self.statement_starts = True
        self.spread = _spread(self.tokens, text)

    def lines(self) -> list[_Line]:
        """All lines, without those that hold nothing."""
        position = 0
        for index, token in enumerate(self.tokens):
            if token.type == "_SEP":
                continue
            self._between(self.text[position : token.start_pos])
            self._put(token, self._after(index))
            position = token.end_pos
        self._between(self.text[position:])
        self._end()
        return self.done

    def _after(self, index: int) -> Any:
        """The next word behind a token."""
        return next((token for token in self.tokens[index + 1 :] if token.type != "_SEP"), None)

    def _between(self, gap: str) -> None:
        """What stands between two words: comments, line breaks, semicolons."""
        for found in _BETWEEN.finditer(gap):
            mark = found.group()
            if mark == "\n":
                self.breaks += 1
            elif mark == ";":
                self.semicolon = True
            elif mark[0] == "#":
                self._comment(mark.rstrip())

    def _comment(self, comment: str) -> None:
        if self.breaks or not self.line.text:
            goes_on = self._continues(self.open[-1] if self.open else None)
            self._break(self.margin if goes_on else len(self._opened()) * 2)
        self.line.comment = comment
        self.semicolon = False

    def _opened(self) -> set[int]:
        """The lines that opened the brackets which are still open; each of them indents once."""
        return {line for _, line, _ in self.open}

    def _break(self, indent: int) -> None:
        """Begin a line; an empty one stays before it, but not at the beginning of a block."""
        blank = self.breaks > 1
        if self.line.text or self.line.comment:
            opening = self.line.text[-1:] in ("{", "[") and not self.line.comment
            blank = blank and not opening
            self.done.append(self.line)
        else:
            blank = blank and bool(self.done)
        self.line = _Line(indent=indent, blank=blank and bool(self.done))
        self.breaks = 0

    def _end(self) -> None:
        if self.line.text or self.line.comment:
            self.done.append(self.line)

    def _put(self, token: Any, after: Any) -> None:
        """Write one word."""
        word = _canonical(token)
        closes = word in ("}", "]")
        opener = self.open[-1] if self.open else None
        if self._at_edge(token):
            self.breaks = max(1, self.breaks)
        if closes and self.open:
            self.open.pop()
        if self.breaks or self.line.comment:
            indent = len(self._opened()) * 2
            goes_on = self._continues(opener)
            if goes_on or closes:
                indent = self.margin if goes_on else indent
                self.breaks = 1
            self._break(indent)
            self.statement_starts = not (goes_on or closes or self._in_literal(opener))
        elif self.line.text:
            self._space(token, word, opener)
        if word == _ARROW and self.line.text:
            self.line.cells[-1] = self.line.cells[-1].rstrip()
            self.line.cells.append(word)
        else:
            self.line.cells[-1] += word
        if word in ("{", "["):
            self.open.append((self._kind(word, after), len(self.done), len(self.line.text)))
        if self.statement_starts:
            self.margin = self.line.indent + len(word) + 1
            self.statement_starts = False
        if word == "{" and self.open[-1][0] == "block":
            self.statement_starts = True
        self.semicolon = False
        self.before = token

    def _at_edge(self, token: Any) -> bool:
        """Whether a word begins or ends a block that goes over several lines."""
        return (token.start_pos in self.spread and token.value == "}") or (
            self.before is not None and self.before.value == "{" and self.before.start_pos in self.spread
        )

    def _continues(self, opener: Any) -> bool:
        """Whether a line goes on the list of the line before, outside of brackets."""
        return self.before is not None and self.before.value == "," and not self._in_literal(opener)

    def _in_literal(self, opener: Any) -> bool:
        return opener is not None and opener[0] != "block"

    def _kind(self, word: str, after: Any) -> str:
        """Whether a bracket opens a block, a list or an object: only an object begins with a key."""
        if word == "[":
            return "list"
        inside = after is not None and after.type == "KEY"
        if after is not None and after.value == "}":
            inside = self.before is not None and (self.before.value in ("=", ",", "[") or self.before.type == "KEY")
        return "object" if inside else "block"

    def _space(self, token: Any, word: str, opener: Any) -> None:
        """What stands between a word and the one before it in its line."""
        before = self.before
        last = before.value
        if self.semicolon and last != "{" and word != "}":
            self.line.cells[-1] += "; "
            self.statement_starts = True
            return
        block = opener is not None and opener[0] == "block"
        tight = (
            word in (",", ")", "]")
            or last in ("(", "[", "!")
            or (last == "{" and (word == "}" or not block))
            or (word == "}" and not block)
            or (word in _OPERATORS and before.type != "PATH" and token.type not in ("PLAIN", "WORD"))
            or (last in _OPERATORS and before.type not in ("PLAIN", "WORD") and not self._compares())
        )
        if not tight:
            self.line.cells[-1] += " "

    def _compares(self) -> bool:
        """Whether the sign before stands behind a path, and so between blanks."""
        return self.line.cells[-1].endswith((" =", " ==", " !=", " >=", " <=", " >", " <"))


def _spread(tokens: list[Any], text: str) -> set[int]:
    """Where the braces stand of the blocks that go over several lines: their contents get lines of their own."""
    found: set[int] = set()
    stack: list[Any] = []
    for index, token in enumerate(tokens):
        if token.value in ("{", "["):
            stack.append((token, tokens[index + 1].type != "KEY" if index + 1 < len(tokens) else False))
        elif token.value in ("}", "]") and stack:
            opening, is_block = stack.pop()
            if opening.value == "{" and is_block and "\n" in text[opening.end_pos : token.start_pos]:
                found |= {opening.start_pos, token.start_pos}
    return found


def _canonical(token: Any) -> str:
    value: str = token.value
    if token.type == "KEY":
        return value[:-1].rstrip() + ":"
    return value


def _align_arrows(lines: list[_Line]) -> None:
    """Put the arrows of neighbouring lines under each other."""
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and _aligns(lines[start], lines[end], end > start):
            end += 1
        width = max((len(line.cells[0]) for line in lines[start:end]), default=0)
        narrow = min((len(line.cells[0]) for line in lines[start:end]), default=0)
        if width - narrow <= _MAX_PAD:
            for line in lines[start:end]:
                line.cells[0] = line.cells[0].ljust(width)
        start = max(end, start + 1)


def _aligns(first: _Line, line: _Line, follows: bool) -> bool:
    """Whether a line has an arrow to be put under that of the first line of its group."""
    return len(line.cells) == 2 and line.indent == first.indent and not (follows and line.blank)


def _align_comments(lines: list[_Line]) -> None:
    """Put the comments at the ends of neighbouring lines under each other."""
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and _is_remark(lines[end]) and not (end > start and lines[end].blank):
            end += 1
        lengths = [line.indent + len(line.text) for line in lines[start:end]]
        if lengths and max(lengths) - min(lengths) <= _MAX_PAD:
            for line in lines[start:end]:
                line.column = max(lengths)
        start = max(end, start + 1)


def _is_remark(line: _Line) -> bool:
    return bool(line.comment and line.text) and "\n" not in line.text
