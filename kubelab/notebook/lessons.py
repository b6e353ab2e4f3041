"""Lessons as they are saved: executed from top to bottom, with nothing in them that a second run would not give again.

    python -m kubelab.notebook.lessons [--check] [LESSON.ipynb ...]

Executes the lessons (default: all in `notebooks`), takes out what belongs to one run (times, the ids of widgets, the
version of Python) and saves them. With ``--check`` nothing is written; it fails where a saved lesson is not what
executing it gives. The static pictures and texts of a Player stay, so that a lesson can be read without a kernel.
"""

import argparse
import copy
import difflib
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

LESSONS = Path(__file__).resolve().parents[2] / "notebooks"

WIDGET = "application/vnd.jupyter.widget-view+json"
"""An output that only means something as long as the kernel that made it runs."""

LARGEST = 1_000_000
"""How many bytes a saved lesson may have: it is opened over slow lines, too."""

TIMEOUT = 120
"""How many seconds one cell may take."""

Notebook = Any
"""A notebook as `nbformat` reads it: dictionaries that are also objects."""


def executed(notebook: Notebook, folder: Path) -> Notebook:
    """The notebook after all its cells have been run by a new kernel in `folder`.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell failed that is not tagged ``raises-exception``.
    """
    from nbclient import NotebookClient

    fresh = copy.deepcopy(notebook)
    client = NotebookClient(
        fresh, timeout=TIMEOUT, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    )
    client.execute()
    return fresh


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
    nbformat: Any = import_module("nbformat")
    return str(nbformat.writes(notebook)).rstrip("\n") + "\n"


def saved(path: Path) -> str:
    """The text that the file of a lesson is to have.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell failed.
    """
    nbformat: Any = import_module("nbformat")
    return text_of(stripped(executed(nbformat.read(path, as_version=4), path.parent)))


def complaints(text: str) -> Iterator[str]:
    """What must not be in a saved lesson: paths of this machine, and too much of anything."""
    if (size := len(text.encode())) > LARGEST:
        yield f"{size:,} bytes are more than {LARGEST:,}"
    for path in sorted({str(Path.home()), str(LESSONS.parent)} - {"/"}):
        if f"{path}/" in text:
            yield f"it contains a path of this machine: {path}"


def differences(before: str, after: str) -> list[str]:
    """The lines that differ, shortened: pictures are one long line."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), "saved", "executed", lineterm="", n=0)
    return [line[:200] for line in lines]


def main(arguments: Sequence[str] | None = None) -> int:
    """Execute and save, or check; 0 when all is well."""
    parser = argparse.ArgumentParser(prog="python -m kubelab.notebook.lessons", description="Execute and save lessons.")
    parser.add_argument("lesson", nargs="*", type=Path, help="default: all lessons")
    parser.add_argument("--check", action="store_true", help="write nothing; fail where saving would change something")
    options = parser.parse_args(arguments)
    failed = False
    for path in options.lesson or sorted(LESSONS.glob("*.ipynb")):
        before, after = path.read_text(encoding="utf-8"), saved(path)
        wrong = list(complaints(after))
        if options.check and before != after:
            wrong += ["saved otherwise than executed:", *differences(before, after)[:20]]
        failed = failed or bool(wrong)
        state = "as executed" if before == after else "not saved" if options.check else "saved"
        print("\n    ".join([f"{path.name}: {len(after.encode()):,} bytes, {state}", *wrong]))
        if not options.check:
            path.write_text(after, encoding="utf-8")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
