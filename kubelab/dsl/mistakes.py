"""Mistakes for people: where, what, why, and what was probably meant.

`kubelab.errors.Mistake` is the data; here it is made from what the parser says, and rendered as text.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from kubelab.dsl import parser
from kubelab.dsl.suggest import did_you_mean, kind_words, nearest
from kubelab.dsl.words import shown
from kubelab.errors import Mistake, SourceError, Span

MAX_SHOWN = 20
"""How many mistakes of one text are shown."""

_TAB = 4

_DESCRIPTIONS = {
    "WORD": "a word",
    "PLAIN": "a value",
    "ARG": "an argument",
    "NAME": "a name",
    "TYPED_NAME": "a name",
    "PATH": "a path such as .spec.replicas",
    "KEY": "a field's name with a colon",
    "REPLICAS": "a number of replicas such as x3",
    "NUMBER": "a number",
    "_SEP": "the end of the line",
    "$END": "the end of the text",
    "_ARROW": "`->`",
    "_IN_SET": "`in (…)`",
}


def render(mistakes: Sequence[Mistake], text: str, source: str = "") -> str:
    """The mistakes as a person reads them, each with its line and a caret under the exact slice."""
    lines = text.split("\n")
    parts = [_one(mistake, lines, source) for mistake in mistakes[:MAX_SHOWN]]
    if len(mistakes) > MAX_SHOWN:
        parts.append(f"… and {len(mistakes) - MAX_SHOWN} more")
    return "\n\n".join(parts)


def _one(mistake: Mistake, lines: Sequence[str], source: str) -> str:
    span = mistake.span
    label = "" if mistake.severity == "error" else f"{mistake.severity}: "
    if span is None or not 0 < span.line <= len(lines):
        head = f"{source}: {label}{mistake.message}" if source else f"{label}{mistake.message}"
        return head + (f"\n  {mistake.hint}" if mistake.hint else "")
    where = f"{source}:{span.line}:{span.column}" if source else f"line {span.line}, column {span.column}"
    number = str(span.line)
    line = lines[span.line - 1]
    first = span.column - 1
    last = span.end_column - 1 if span.end_line == span.line else len(line.rstrip())
    start = max(0, first - 80)
    piece = line[start : start + 160].expandtabs(_TAB).rstrip()
    indent = len(line[start:first].expandtabs(_TAB))
    width = max(1, min(len(line[start:last].expandtabs(_TAB)), 160) - indent)
    margin = " " * len(number)
    rows = [
        f"{where}: {label}{mistake.message}",
        f"  {number} │ {'…' if start else ''}{_printable(piece)}",
        f"  {margin} │ {' ' if start else ''}{' ' * indent}{'^' * width}",
    ]
    if mistake.hint:
        rows.append(f"  {margin}   {mistake.hint}")
    return "\n".join(rows)


def _printable(line: str) -> str:
    return "".join(char if char.isprintable() else "�" for char in line)


def refuse(mistakes: Iterable[Mistake], text: str, source: str = "") -> SourceError:
    """The error for a text with mistakes, in the order of the text."""
    ordered = sorted(mistakes, key=lambda m: (m.span.line, m.span.column) if m.span else (0, 0))
    return SourceError(ordered, render(ordered, text, source))


# ── From the parser's words ──


def at_token(token: Any, accepted: Iterable[str], first_word: Any, open_brace: Span | None) -> Mistake:
    """The mistake at a word that cannot stand where it stands.

    Args:
        token: the word.
        accepted: the names of what could stand there.
        first_word: the first word of the statement.
        open_brace: the innermost bracket that is still open.
    """
    names = set(accepted)
    if token.type == "$END":
        if open_brace is not None:
            return Mistake("this is never closed", open_brace, "a `}` or `]` is missing", code="unclosed")
        return Mistake("the text ends too early", _place(token), f"expected: {_expected(names)}", code="syntax")
    word = str(token.value)
    span = _place(token)
    if word in ("}", "]") and open_brace is None:
        return Mistake("nothing is open here that this could close", span, code="syntax")
    known_first = first_word is None or first_word is token or _begins_statement(first_word)
    if not known_first and first_word.line == token.line:
        meant = did_you_mean(first_word, [*parser.keywords().values(), *kind_words()])
        message = f"there is no kind or statement {shown(first_word)}"
        return Mistake(message, _place(first_word), meant, code="unknown-statement")
    if first_word is not None and first_word is not token and first_word[:1].isupper() and _keyword(first_word.lower()):
        hint = f"`{first_word.lower()}` begins the short form; after `{first_word}` only paths are said"
        return Mistake(f"{shown(word)} cannot stand here", span, hint, code="syntax")
    words = [parser.keywords()[name] for name in names if name in parser.keywords()]
    meant = nearest(word, words) if word.isalpha() else ""
    if word.isspace() or word.startswith("\n"):
        return Mistake("the line ends too early", span, f"expected: {_expected(names)}", code="syntax")
    if meant and meant != word:
        return Mistake(f"{shown(word)} cannot stand here", span, f"did you mean `{meant}`?", code="syntax")
    return Mistake(f"{shown(word)} cannot stand here", span, _hint(word, names), code="syntax")


def _begins_statement(word: Any) -> bool:
    from kubelab.api.scheme import find

    return _keyword(word) or find(word) is not None or str(word)[:1] in ".\"'" or getattr(word, "type", "") == "PATH"


def _keyword(word: str) -> bool:
    return str(word) in parser.keywords().values()


def _hint(word: str, names: set[str]) -> str:
    if word.endswith(":") and "KEY" not in names:
        return "this looks like YAML; here a field is set by its path: .spec.replicas = 3"
    if word == "=" and "_SEP" in names:
        return "a value with such signs goes between quotes"
    return f"expected: {_expected(names)}"


def _expected(names: set[str]) -> str:
    """What could stand there, the most general first."""
    signs = parser.symbols()
    general = [_DESCRIPTIONS[name] for name in _DESCRIPTIONS if name in names]
    words = sorted(f"`{parser.keywords()[name]}`" for name in names if name in parser.keywords())
    others = sorted(f"`{signs[name]}`" for name in names if name in signs and name not in _DESCRIPTIONS)
    found = list(dict.fromkeys((*others, *general, *words)))
    shortened = found[:10]
    return ", ".join(shortened) + (", …" if len(found) > len(shortened) else "")


def _place(token: Any) -> Span:
    line, column = max(1, token.line or 1), max(1, token.column or 1)
    end_line, end_column = getattr(token, "end_line", None) or line, getattr(token, "end_column", None) or column + 1
    return Span(line, column, end_line, end_column) if end_line == line else Span(line, column, line, column + 1)


def at_character(text: str, position: int, line: int, column: int) -> Mistake:
    """The mistake at a character with which no word begins."""
    char = text[position : position + 1]
    rest = text[position:].split("\n", 1)[0]
    if char in ("'", '"') and char:
        span = Span(line, column, line, column + len(rest.rstrip()))
        hint = 'over several lines a text stands between """ and """'
        return Mistake("this text is never closed", span, hint, code="unclosed")
    return Mistake(f"{shown(char)} cannot stand here", Span(line, column, line, column + 1), code="syntax")
