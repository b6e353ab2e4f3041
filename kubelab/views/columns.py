"""Cells as columns of text."""

import unicodedata
from collections.abc import Sequence


def cells_wide(text: str) -> int:
    """How many cells of a terminal a text takes."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text
    )


def aligned(rows: Sequence[Sequence[str]], gap: int = 3) -> list[str]:
    """Each row as a line, columns as wide as their widest cell, without blanks at the end."""
    widths: list[int] = []
    for row in rows:
        for n, cell in enumerate(row):
            wide = cells_wide(cell)
            if n == len(widths):
                widths.append(wide)
            else:
                widths[n] = max(widths[n], wide)
    lines = []
    for row in rows:
        # A column that is empty in all rows takes no room.
        cells = [cell + " " * (widths[n] - cells_wide(cell) + gap) for n, cell in enumerate(row) if widths[n]]
        lines.append("".join(cells).rstrip())
    return lines
