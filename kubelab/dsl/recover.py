"""Several errors in one go: after a mistake, reading goes on behind the statement that holds it.

The statement is blanked out (line by line, so that places stay true) and the text is parsed again. That is repeated
at most `MAX_ROUNDS` times, so that the cost stays a small multiple of one reading.
"""

import re
from contextlib import suppress
from typing import Any

from kubelab.dsl import lalr, parser
from kubelab.dsl.mistakes import at_character, at_token
from kubelab.errors import Mistake, Span

MAX_ROUNDS = 20

_MARKS = re.compile(r'"""[\s\S]*?"""|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\n]|\'\')*\'|#[^\n]*|[{}\[\];\n]')
_FIRST_WORD = re.compile(r"[ \t]*([^\s{}()\[\],;\"'=!<>#]+)")
_VALUE_BEFORE = re.compile(r"[=:,\[]\s*$")
_PADDING = re.compile(r"[^\n]")


class _Word(str):
    """The first word of a statement, with its place."""

    line: int
    column: int
    end_column: int


def parse(text: str) -> tuple[Any, list[Mistake]]:
    """The tree of all that can be read, and the mistakes of the rest; the tree is None when nothing can."""
    from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

    current = text
    mistakes: list[Mistake] = []
    for _ in range(MAX_ROUNDS):
        with suppress(lalr.Stuck):
            return lalr.parse(current), mistakes
        try:
            return parser.parse_strictly(current), mistakes
        except UnexpectedInput as raised:
            error: Any = raised
            at_end = isinstance(error, UnexpectedToken) and error.token.type == "$END"
            position = len(current) if at_end else max(0, error.pos_in_stream or 0)
            start, end, brackets = _statement(current, position)
            if isinstance(error, UnexpectedCharacters):
                _note(mistakes, at_character(current, position, error.line, error.column))
            else:
                open_brace = _span(current, brackets[-1]) if brackets else None
                accepted = _accepted(current, error)
                first_word = _first_word(current, start, position)
                _note(mistakes, at_token(error.token, accepted, first_word, open_brace))
            if at_end and brackets:
                # What is missing at the end: close it, and what stands before it can still be judged.
                current += "\n" + "".join("}" if current[at] == "{" else "]" for at in reversed(brackets))
                continue
            blanked = current[:start] + _PADDING.sub(" ", current[start:end]) + current[end:]
            if blanked == current:
                break
            current = blanked
    return None, mistakes


def standing(text: str) -> str:
    """A text that is not finished yet, with the statements blanked out that cannot be read; its end stays as it is."""
    from lark.exceptions import UnexpectedInput

    current = text
    for _ in range(MAX_ROUNDS):
        steps = parser.interactive(current)
        try:
            for _token in steps.exhaust_lexer():
                pass
        except UnexpectedInput as error:
            position = max(0, error.pos_in_stream or 0)
            start, end, _ = _statement(current, position)
            if end >= len(current.rstrip()):
                return current
            blanked = current[:start] + _PADDING.sub(" ", current[start:end]) + current[end:]
            if blanked == current:
                return current
            current = blanked
        else:
            return current
    return current


def is_open(text: str) -> bool:
    """Whether a text ends within a block, a list or a quoted text, so that more must follow."""
    return any(mistake.code == "unclosed" for mistake in parse(text)[1])


def _note(mistakes: list[Mistake], mistake: Mistake) -> None:
    """Add a mistake, unless there is already one at the same place, of which it is only an echo."""
    if all(present.span != mistake.span for present in mistakes):
        mistakes.append(mistake)


def _accepted(text: str, error: Any) -> set[str]:
    """What the parser would have taken at the place of an error."""
    from lark.exceptions import UnexpectedInput

    steps: Any = parser.interactive(text)
    with suppress(UnexpectedInput):
        steps.exhaust_lexer()
    try:
        return set(steps.accepts())
    except (KeyError, IndexError):
        return set(error.expected)


def _statement(text: str, position: int) -> tuple[int, int, list[int]]:
    """Where the statement that holds `position` begins and ends, and the brackets that are open there.

    A block that belongs to the statement is part of it.
    """
    starts = [0]
    brackets: list[int] = []
    literal = 0
    for found in _MARKS.finditer(text, 0, position):
        mark, at = found.group(), found.start()
        if mark in "{[":
            brackets.append(at)
            if literal or mark == "[" or _VALUE_BEFORE.search(text, max(0, at - 200), at):
                literal += 1
            else:
                starts.append(at + 1)
        elif mark in "}]":
            if brackets:
                brackets.pop()
                if literal:
                    literal -= 1
                elif len(starts) > 1:
                    starts.pop()
        elif mark in ";\n" and not literal:
            starts[-1] = at + 1
    start = starts[-1]
    if text[position : position + 1] in ("}", "]") and not text[start:position].strip() and position < len(text):
        return position, position + 1, brackets
    return start, _end(text, start, position), brackets


def _end(text: str, start: int, position: int) -> int:
    """Where the statement that begins at `start` ends: at the line's end, but behind its block."""
    depth = 0
    for found in _MARKS.finditer(text, start):
        mark = found.group()
        if mark in "{[":
            depth += 1
        elif mark in "}]":
            if depth == 0:
                return found.start()
            depth -= 1
        elif mark in ";\n" and depth == 0 and found.start() >= position:
            return found.start()
        elif mark == "\n" and depth == 0 and found.start() < position:
            continue
    return len(text)


def _first_word(text: str, start: int, position: int) -> Any:
    """The first word of a statement with its place, or None when the mistake is there already."""
    found = _FIRST_WORD.match(text, start)
    if found is None or found.start(1) >= position:
        return None
    span = _span(text, found.start(1))
    word = _Word(found.group(1))
    word.line, word.column, word.end_column = span.line, span.column, span.column + len(found.group(1))
    return word


def _span(text: str, position: int) -> Span:
    line = text.count("\n", 0, position) + 1
    column = position - (text.rfind("\n", 0, position) + 1) + 1
    return Span(line, column, line, column + 1)
