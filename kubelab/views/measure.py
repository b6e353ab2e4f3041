"""How wide a text is, and how it is shortened to fit, without asking the machine for its fonts.

The widths are those of DejaVu Sans, the widest of the usual sans-serif fonts: what fits in it fits in all of them.
"""

from functools import lru_cache

_REGULAR = (
    (30, "'ijl|IJ"), (33, " ,."), (35, "/:;\\"), (37, "f-"), (40, "()[]t!"), (42, "r"), (47, '"'), (51, "*_`"),
    (54, "sz?"), (57, "cL"), (60, "FkvxyP"), (63, "TYaoe"), (65, "ESbdghnpqu$0123456789{}"), (70, "KAVBRXZC"),
    (76, "UHN"), (80, "DG&OQ"), (85, "w#+<=>^~M"), (98, "%m"), (101, "W@"),
)  # fmt: skip
_BOLD = (
    (33, "'"), (36, "ijl "), (38, "/IJ\\|,."), (42, ":;-"), (46, "f!()[]"), (50, "tr_`"), (53, '"*'), (60, "?zc"),
    (62, "s"), (67, "Lvxyak"), (71, "EFTeo$0123456789"), (74, "hnu{}SYbdgpqCPZ"), (79, "BAKRVX"),
    (85, "UGD#+<=>HN^~OQ"), (93, "&w"), (102, "%@M"), (105, "m"), (111, "W"),
)  # fmt: skip


def _table(groups: tuple[tuple[int, str], ...]) -> dict[str, int]:
    return {sign: width for width, signs in groups for sign in signs}


_WIDTHS = {False: _table(_REGULAR), True: _table(_BOLD)}
_OTHER = 100
ELLIPSIS = "…"


@lru_cache(maxsize=8192)
def width(text: str, size: float, bold: bool = False) -> float:
    """How many pixels `text` takes at most, at a font size in pixels."""
    table = _WIDTHS[bold]
    return sum(table.get(sign, _OTHER) for sign in text) * size / 100


@lru_cache(maxsize=8192)
def shorten(text: str, room: float, size: float, bold: bool = False) -> str:
    """`text` if it fits into `room` pixels, else as much of its beginning and its end as does: ``web-6d4b…x2k9q``.

    Of a name that was generated the whole last part stays, since such names differ there.
    """
    if width(text, size, bold) <= room:
        return text
    last = len(text) - text.rfind("-") - 1
    for kept in range(len(text) - 1, 1, -1):
        tail = min((kept + 1) // 2, last if 3 <= last <= 10 else 8)
        short = text[: kept - tail].rstrip(" -.") + ELLIPSIS + text[len(text) - tail :].lstrip(" -.")
        if width(short, size, bold) <= room:
            return short
    return ELLIPSIS


@lru_cache(maxsize=8192)
def cut(text: str, room: float, size: float, bold: bool = False) -> str:
    """`text` if it fits into `room` pixels, else its beginning; for sentences, which are read from the start."""
    if width(text, size, bold) <= room:
        return text
    for kept in range(len(text) - 1, 0, -1):
        short = text[:kept].rstrip(" ,;:-") + ELLIPSIS
        if width(short, size, bold) <= room:
            return short
    return ELLIPSIS


def wrap(text: str, room: float, size: float, lines: int) -> tuple[str, ...]:
    """`text` broken between words into exactly `lines` lines of `room` pixels; what is too long is cut at the end."""
    rows: list[str] = []
    row = ""
    words = text.split(" ")
    while words and len(rows) < lines - 1:
        longer = f"{row} {words[0]}" if row else words[0]
        if width(longer, size) <= room:
            row = longer
            words.pop(0)
        elif row:
            rows.append(row)
            row = ""
        else:
            rows.append(cut(words.pop(0), room, size))
    rest = " ".join((row, *words)).strip() if len(rows) == lines - 1 else row
    rows.append(cut(rest, room, size))
    return tuple(rows + [""] * (lines - len(rows)))
