"""What is wrong with a lesson: in its text, in what two executions of it show, in what becomes of its exercises."""

import difflib
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import kubelab
from kubelab.course import trials
from kubelab.course.kernel import Kernel
from kubelab.course.lesson import HIDING, LESSONS, Notebook, complaints, executed, read, stripped, text_of
from kubelab.course.template import Cell

TRIALS = LESSONS.parent / "tests" / "notebooks" / "exercises"
"""Where the trials of the lessons are."""

PASTED = 4
"""So many lines in a row of the package's own code are code that was pasted."""

MOST_DIFFERENCES = 5
"""How many lines that differ are shown."""

_ADDRESS = re.compile(r"\bat 0x[0-9a-f]{6,}|\bid=\d{9,}")
_LINK = re.compile(r"\]\(([^)\s#]+)[^)]*\)")
_NOTHING_DONE = re.compile(r"0 steps, 0 s of virtual time")
_DATA = re.compile(r"data:image/[^\"')]+")

PREDICTIONS = """
from kubelab.notebook.studying import session_here
for _question, _answer in zip(session_here().record.predictions.values(), {answers!r}):
    print(_answer is None or str(_question.answer(*_answer)).split("\\n")[0])
"""
"""Run after a lesson: answers its predictions, in their order."""


def problems(path: Path, trial: Path | None = None, twice: bool = True) -> Iterator[str]:
    """Everything that is wrong with the lesson in a file.

    Args:
        path: the lesson.
        trial: its trials; None means those of its name in `TRIALS`.
        twice: whether it is executed a second time, to see whether that gives the same.

    Raises:
        UsageError: there is no such lesson, or Jupyter is not installed.
        Failed: a cell fails.
    """
    notebook = read(path)
    yield from in_text(notebook, path)
    if text_of(notebook) != text_of(stripped(notebook)):
        yield "there is something in it that belongs to one execution; save it with `kubelab lesson save`"
    tried: list[str] = []
    where = TRIALS / f"{path.stem}.yaml" if trial is None else trial
    known = trials.read(where) if where.exists() else trials.Trials({}, {})
    first = stripped(executed(notebook, path.parent, lambda kernel: tried.extend(_tried(notebook, known, kernel))))
    yield from in_outputs(first)
    if twice:
        again = stripped(executed(notebook, path.parent))
        yield from (f"two executions differ: {each}" for each in differences(first, again))
    yield from (f"saved otherwise than executed: {each}" for each in differences(notebook, first))
    yield from complaints(text_of(first))
    yield from tried


# In the text


def cells_of(notebook: Notebook) -> list[Cell]:
    """The cells as plain values."""
    return [(cell.get("id", ""), cell.cell_type, cell.source) for cell in notebook.cells]


def in_text(notebook: Notebook, path: Path) -> Iterator[str]:
    """What is wrong before anything is executed."""
    cells = cells_of(notebook)
    names = [name for name, _, _ in cells]
    yield from (f"cell {name}: two cells have this id" for name in sorted({n for n in names if names.count(n) > 1}))
    yield from (f"cell {n}: an id is of small letters" for n in names if not re.fullmatch(r"[a-z][a-z0-9-]*", n))
    yield from (f"cell {name}: there is nothing in it" for name, _, source in cells if not source.strip())
    yield from _title(cells, path)
    for sort in HIDING:
        if not any(source.startswith(sort) for _, _, source in cells):
            yield f"there is no {sort} in it"
    for name, kind, source in cells:
        if kind == "markdown":
            broken = [link for link in _LINK.findall(source) if ":" not in link and not (path.parent / link).exists()]
            yield from (f"cell {name}: it links to {link}, which is not there" for link in broken)
        if (module := _pasted(source)) is not None:
            yield f"cell {name}: this is code of {module}; show it with inspect.getsource, so that it is what runs"


def _title(cells: Sequence[Cell], path: Path) -> Iterator[str]:
    number = re.match(r"\d+", path.stem)
    first = cells[0][2].split("\n", 1)[0] if cells else ""
    wanted = f"# {number.group()} · " if number else "# "
    if not first.startswith(wanted):
        yield f"it begins with {first!r}, and should with its title: {wanted}…"


def _pasted(source: str) -> str | None:
    """The module of the package from which several lines in a row are taken, or None."""
    lines = [line.strip() for line in source.split("\n") if len(line.strip()) > 3]
    for begin in range(len(lines) - PASTED + 1):
        module = _known_code().get("\n".join(lines[begin : begin + PASTED]))
        if module is not None:
            return module
    return None


@cache
def _known_code() -> dict[str, str]:
    """All runs of lines of the package's components, and the module that they are in."""
    root = Path(kubelab.__file__).parent
    known: dict[str, str] = {}
    for path in sorted(root.rglob("*.py")):
        if root / "course" in path.parents:
            continue
        lines = [line.strip() for line in path.read_text(encoding="utf-8").split("\n") if len(line.strip()) > 3]
        for begin in range(len(lines) - PASTED + 1):
            known["\n".join(lines[begin : begin + PASTED])] = ".".join(
                path.relative_to(root.parent).with_suffix("").parts
            )
    return known


# In what it shows


def in_outputs(notebook: Notebook) -> Iterator[str]:
    """What is wrong with what the cells show."""
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        name, text = cell.get("id", "?"), _DATA.sub("", "\n".join(_texts(cell.outputs)))
        if _ADDRESS.search(text):
            yield f"cell {name}: it shows an address of memory, which is another one each time"
        failed = any(output.output_type == "error" for output in cell.outputs)
        if "Traceback (most recent call last)" in text:
            yield f"cell {name}: it shows a traceback"
        if "raises-exception" in cell.metadata.get("tags", ()) and not failed:
            yield f"cell {name}: it is tagged raises-exception, and raises none"
        if _NOTHING_DONE.match(text) or (cell.source.startswith("%kube") and text.startswith("nothing more happens")):
            yield f"cell {name}: nothing happens in it: {text.splitlines()[0]}"


def _texts(outputs: Sequence[Any]) -> Iterator[str]:
    # Into how many messages a kernel cuts what is printed, and which stream comes first, is a matter of its speed.
    for name in ("stdout", "stderr"):
        if printed := "".join(output.text for output in outputs if output.get("name") == name):
            yield printed
    for output in outputs:
        if output.output_type == "error":
            yield "\n".join(output.traceback)
        elif "data" in output:
            yield from (str(output.data[sort]) for sort in ("text/plain", "text/html") if sort in output.data)


def differences(one: Notebook, other: Notebook) -> Iterator[str]:
    """The cells of two notebooks whose outputs differ, with the first lines that do; pictures are not looked at."""
    for before, after in zip(one.cells, other.cells, strict=True):
        if before.cell_type != "code":
            continue
        then, now = (_DATA.sub("(picture)", "\n".join(_texts(cell.outputs))).split("\n") for cell in (before, after))
        lines = [line[:160] for line in difflib.ndiff(then, now) if line[:1] in "+-"]
        if lines:
            yield "\n    ".join([f"cell {before.get('id', '?')}", *lines[:MOST_DIFFERENCES]])


# Predictions and exercises


def _tried(notebook: Notebook, known: trials.Trials, kernel: Kernel) -> Iterator[str]:
    cells = cells_of(notebook)
    yield from trials.lacking(cells, known)
    asked = [name for name, kind, source in cells if kind == "code" and source.startswith("%%predict")]
    answers = [known.predictions.get(name) for name in asked]
    shown = kernel.run(PREDICTIONS.format(answers=answers)).split("\n")
    for name, answer, said in zip(asked, answers, shown, strict=False):
        if answer is not None and said != "As you said.":
            yield f"prediction {name}: {', '.join(answer)} is not what happens: {said}"
    if len(shown) - 1 < len(asked):
        yield f"predictions could not be tried: {' '.join(shown)}"
    for name, _, source in cells:
        exercise = trials.name_of(source)
        if exercise and exercise in known.exercises:
            found = trials.complaints(exercise, source, known.exercises[exercise], kernel.run)
            yield from (f"cell {name}: {each}" for each in found)
