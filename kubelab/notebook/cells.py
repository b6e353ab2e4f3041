"""What a cell is: a program, commands of `%kube`, lines of kubectl, or Python; and which of them a place is in.

In a notebook of Python a program begins with ``%%kube``. In one of the kernel `kube` a cell is a program by itself,
unless it begins with ``%``, ``!`` or ``?``, or with a line of kubectl.
"""

import re

import attrs

_CELL_MAGIC = re.compile(r"%%(\w+)([^\n]*)(?:\n|\Z)")
_BLANK = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)*")

BARE = "--bare"
"""The option by which `%%kube` learns that its cell has no line for the magic, so that places in errors are true."""


@attrs.frozen
class Place:
    """A place in a cell.

    Attributes:
        kind: ``program``, ``magic`` (the line of ``%%kube``), ``command`` (of ``%kube``), ``kubectl`` or ``python``.
        text: what it is in: the program, or the line behind its first word.
        cursor: where in that text.
        offset: where that text begins in the cell.
    """

    kind: str
    text: str
    cursor: int
    offset: int


def for_ipython(cell: str) -> str:
    """What IPython is to run for a cell of the kernel `kube`."""
    rest = cell[_first(cell) :]
    if not rest.strip() or rest[0] in "%!?" or _is_kubectl(rest):
        return cell
    return f"%%kube {BARE}\n{cell}"


def place(cell: str, cursor: int, bare: bool = False) -> Place:
    """Where in a cell a cursor is.

    Args:
        cell: the cell.
        cursor: how many characters stand before the place.
        bare: whether the cell is one of the kernel `kube`.
    """
    first = _first(cell)
    magic = _CELL_MAGIC.match(cell, first)
    if magic and magic.group(1) == "kube":
        if cursor >= magic.end() and magic.end() > magic.start(2):
            return Place("program", cell[magic.end() :], cursor - magic.end(), magic.end())
        return Place("magic", magic.group(2), max(0, cursor - magic.start(2)), magic.start(2))
    start = cell.rfind("\n", 0, cursor) + 1
    end = cell.find("\n", cursor)
    line = cell[start : len(cell) if end < 0 else end]
    for opening, kind in (("%kube ", "command"), ("%kubectl ", "kubectl"), ("kubectl ", "kubectl")):
        margin = len(line) - len(line.lstrip())
        if line.lstrip().startswith(opening):
            offset = start + margin + len(opening)
            return Place(kind, cell[offset : start + len(line)], max(0, cursor - offset), offset)
    if bare and not magic and cell[first : first + 1] not in ("%", "!", "?") and not _is_kubectl(cell[first:]):
        return Place("program", cell, cursor, 0)
    return Place("python", cell, cursor, 0)


def _first(cell: str) -> int:
    """Where the first line begins that is neither empty nor a comment."""
    found = _BLANK.match(cell)
    return found.end() if found else 0


def _is_kubectl(text: str) -> bool:
    return re.match(r"\s*(?:\$ )?kubectl\b", text) is not None
