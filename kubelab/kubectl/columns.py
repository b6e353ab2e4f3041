"""Columns by tabs: each as wide as its widest cell among the lines that follow one another with that column.

Source: Go's `text/tabwriter`, with kubectl's settings.
"""

from kubelab.views.columns import cells_wide


def tabbed(text: str, least: int = 0, padding: int = 2) -> str:
    """A text whose cells end at tabs, laid out; what stands after a line's last tab is no part of a column."""
    lines = [line.split("\t") for line in text.split("\n")]
    out: list[list[str]] = [[] for _ in lines]
    _block(lines, out, 0, len(lines), 0, least, padding)
    return "\n".join("".join(cells) for cells in out)


def _block(
    lines: list[list[str]], out: list[list[str]], first: int, last: int, column: int, least: int, padding: int
) -> None:
    """Lay out the lines from `first` to just before `last` from a column on."""
    place = first
    while place < last:
        if len(lines[place]) - 1 <= column:
            if len(lines[place]) - 1 == column:
                out[place].append(lines[place][column])
            place += 1
            continue
        end = place
        while end < last and len(lines[end]) - 1 > column:
            end += 1
        width = max(least, *(cells_wide(lines[n][column]) + padding for n in range(place, end)))
        for n in range(place, end):
            cell = lines[n][column]
            out[n].append(cell + " " * (width - cells_wide(cell)))
        _block(lines, out, place, end, column + 1, least, padding)
        place = end
