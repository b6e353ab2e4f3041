"""The prose of predictions and exercises: words, a little Markdown in it (``code``, **strong**, *emphasis*)."""

import re
from html import escape

_MARKS = re.compile(r"(`[^`]+`|\*\*[^*]+\*\*|\*[^*\s][^*]*\*)")
_TAGS = {"code": "code", "strong": "strong", "em": "em"}

Piece = tuple[str, str]
"""A sort (``text``, ``code``, ``strong`` or ``em``) and the words."""


def pieces(text: str) -> list[Piece]:
    """A text in pieces, each of one sort."""
    return [_piece(part) for part in _MARKS.split(text) if part]


def _piece(part: str) -> Piece:
    if len(part) > 2 and part[0] == part[-1] == "`":
        return ("code", part[1:-1])
    if len(part) > 4 and part.startswith("**") and part.endswith("**"):
        return ("strong", part[2:-2])
    if len(part) > 2 and part[0] == part[-1] == "*" and not part.startswith("**"):
        return ("em", part[1:-1])
    return ("text", part)


def html(text: str) -> str:
    """A text as HTML."""
    told = []
    for sort, words in pieces(text):
        tag = _TAGS.get(sort)
        told.append(f"<{tag}>{escape(words, quote=False)}</{tag}>" if tag else escape(words, quote=False))
    return "".join(told)
