"""The predictions and exercises of the lessons: answered as the prose says; solved by what solves them, by nothing else.

What is tried is in `exercises/`, a file for each lesson; see `kubelab.course.trials`.
"""

import json
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from kubelab.course import trials
from kubelab.course.lesson import LESSONS

TRIALS = Path(__file__).parent / "exercises"
PATHS = sorted(LESSONS.glob("*.ipynb"))


@pytest.fixture
def run():
    """Runs a cell in an IPython where kubelab is loaded; gives the text that it shows."""
    shell = InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}))
    shell.run_line_magic("load_ext", "kubelab")

    def run_cell(source):
        result = shell.run_cell(source)
        error = result.error_before_exec or result.error_in_exec
        return str(error) if error is not None else "" if result.result is None else repr(result.result)

    yield run_cell
    shell.run_line_magic("unload_ext", "kubelab")


def cells(path):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return [(cell["id"], cell["cell_type"], "".join(cell["source"])) for cell in notebook["cells"]]


def of(path):
    return trials.read(TRIALS / f"{path.stem}.yaml")


EXERCISES = [(path, name) for path in PATHS for _, _, source in cells(path) if (name := trials.name_of(source))]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_every_prediction_and_every_exercise_is_tried(path):
    assert list(trials.lacking(cells(path), of(path))) == []


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_predictions_are_answered_as_the_lesson_says(path, run):
    answers = of(path).predictions
    for name, kind, source in cells(path):
        if kind != "code" or source.startswith("%%exercise"):
            continue
        run(source)
        if name in answers:
            assert (name, run(f"%kube answer {' '.join(answers[name])}").split("\n")[0]) == (name, "As you said.")


@pytest.mark.parametrize(("path", "name"), EXERCISES, ids=[f"{path.stem}/{name}" for path, name in EXERCISES])
def test_an_exercise_is_solved_by_what_solves_it_and_by_nothing_else(path, name, run):
    source = next(source for _, _, source in cells(path) if trials.name_of(source) == name)
    assert list(trials.complaints(name, source, of(path).exercises[name], run)) == []
