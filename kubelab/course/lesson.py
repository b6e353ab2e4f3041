"""Lessons as they are saved: executed from top to bottom, with nothing in them that a second run would not give again.

What belongs to one run (times, the ids of widgets, the version of Python) is taken out. The static pictures and texts
of Players and cards stay, so that a lesson can be read without a kernel.
"""

import copy
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from kubelab.course.kernel import Failed, Kernel, jupyter
from kubelab.course.template import CELLS
from kubelab.errors import UsageError

__all__ = [
    "LARGEST",
    "LESSONS",
    "WIDGET",
    "Failed",
    "complaints",
    "executed",
    "new",
    "read",
    "saved",
    "stripped",
    "text_of",
]

LESSONS = Path(__file__).resolve().parents[2] / "notebooks"

WIDGET = "application/vnd.jupyter.widget-view+json"
"""An output that only means something as long as the kernel that made it runs."""

LARGEST = 1_000_000
"""How many bytes a saved lesson may have: it is opened over slow lines, too."""

HIDING = ("%%predict", "%%exercise")
"""Cells of which a learner sees the card and not the text: in it are the conditions, the hints and the reason why."""

Notebook = Any
"""A notebook as `nbformat` reads it: dictionaries that are also objects."""


def read(path: Path) -> Notebook:
    """The notebook in a file.

    Raises:
        UsageError: there is none, or Jupyter is not installed.
    """
    nbformat = jupyter("nbformat")
    try:
        return nbformat.read(path, as_version=4)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error
    except nbformat.reader.NotJSONError as error:
        raise UsageError(f"{path}: this is no notebook") from error


def executed(notebook: Notebook, folder: Path, after: Callable[[Kernel], None] | None = None) -> Notebook:
    """The notebook after all its cells have been run by a new kernel in `folder`.

    Args:
        notebook: the lesson.
        folder: where its kernel runs.
        after: does something more with the kernel then.

    Raises:
        Failed: a cell failed that is not tagged ``raises-exception``.
    """
    fresh = copy.deepcopy(notebook)
    with Kernel(folder) as kernel:
        for cell in fresh.cells:
            kernel.execute(cell)
        # What is done then may change what a cell shows, such as how far somebody is.
        done = copy.deepcopy(fresh)
        if after is not None:
            after(kernel)
    return done


def stripped(notebook: Notebook) -> Notebook:
    """The notebook without what is different in each run."""
    kept = copy.deepcopy(notebook)
    kept.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for cell in kept.cells:
        tags = cell.metadata.get("tags")
        cell.metadata = {"tags": list(tags)} if tags else {}
        if cell.cell_type == "code" and cell.source.startswith(HIDING):
            cell.metadata["jupyter"] = {"source_hidden": True}
        if cell.cell_type == "code":
            cell.outputs = [output for output in map(_lasting, cell.outputs) if output is not None]
    return kept


def _lasting(output: Any) -> Any:
    """An output without what only means something while its kernel runs; None if nothing else is in it."""
    if "data" in output:
        output.data.pop(WIDGET, None)
        output.metadata = {}
        return output if output.data else None
    return output


def text_of(notebook: Notebook) -> str:
    """The notebook as the text of its file, the same for the same content."""
    return str(jupyter("nbformat").writes(notebook)).rstrip("\n") + "\n"


def saved(path: Path) -> str:
    """The text that the file of a lesson is to have.

    Raises:
        Failed: a cell failed.
    """
    return text_of(stripped(executed(read(path), path.parent)))


def complaints(text: str) -> Iterator[str]:
    """What must not be in a saved lesson: paths of this machine, and too much of anything."""
    if (size := len(text.encode())) > LARGEST:
        yield f"{size:,} bytes are more than {LARGEST:,}"
    for path in sorted({str(Path.home()), str(LESSONS.parent)} - {"/"}):
        if f"{path}/" in text:
            yield f"it contains a path of this machine: {path}"


def new(path: Path, title: str) -> str:
    """The text of a new lesson, made from the template; it runs as it is.

    Args:
        path: where it will be; a number at the beginning of its name is the number of the lesson.
        title: its title.
    """
    nbformat = jupyter("nbformat")
    number = re.match(r"\d+", path.stem)
    heading = f"{number.group()} · {title}" if number else title
    notebook = nbformat.v4.new_notebook()
    for name, kind, source in CELLS:
        make = nbformat.v4.new_markdown_cell if kind == "markdown" else nbformat.v4.new_code_cell
        notebook.cells.append(make(source.strip("\n").replace("TITLE", heading), id=name))
    return text_of(stripped(notebook))
