"""Trials of a lesson: whether its predictions are answered as its prose says, and its exercises by what solves them.

    predictions:
      predict-delete: [3]                 the id of the cell: what `%kube answer` gets, and must be right
    exercises:
      seven:
        solution: |                       cells, with blank lines between them; it must pass
          %%kube --quiet --run
          deployment web x7 nginx:1.27
        wrong:                            each must fail
          - cells: |
              %kube run
            report: nothing has been done what the check must say
            hint: Nobody has asked        what the first hint must say

Where a lesson's trials are kept is nobody's business but its tests': a solution in the notebook would be no exercise.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from kubelab.course.template import Cell
from kubelab.errors import UsageError

Run = Callable[[str], str]
"""Runs the text of a cell, and gives what it shows: the text of its result, or of its error."""

_NAME = re.compile(r"%%exercise\s+(\S+)")


@attrs.frozen
class Attempt:
    """One way to go about an exercise.

    Attributes:
        cells: what is done.
        passes: whether that solves it.
        report: what the check must say; "" for anything.
        hint: what the first hint must say; "" for anything.
    """

    cells: tuple[str, ...]
    passes: bool
    report: str = ""
    hint: str = ""


@attrs.frozen
class Trials:
    """The trials of a lesson.

    Attributes:
        predictions: for a cell the right answer, as `%kube answer` gets it.
        exercises: for an exercise the ways to go about it.
    """

    predictions: Mapping[str, tuple[str, ...]]
    exercises: Mapping[str, tuple[Attempt, ...]]


def read(path: Path) -> Trials:
    """The trials in a YAML file.

    Raises:
        UsageError: there is no such file, or it cannot be read.
    """
    import yaml

    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        predictions = {cell: tuple(map(str, right)) for cell, right in (found.get("predictions") or {}).items()}
        exercises = {name: _attempts(each) for name, each in (found.get("exercises") or {}).items()}
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error
    except (yaml.YAMLError, AttributeError, KeyError, TypeError) as error:
        raise UsageError(f"{path}: these are no trials: {error}") from error
    return Trials(predictions, exercises)


def _attempts(exercise: dict[str, Any]) -> tuple[Attempt, ...]:
    solutions = exercise["solution"]
    ways = [solutions] if isinstance(solutions, str) else solutions
    wrong = exercise.get("wrong") or ()
    return (
        *(Attempt(cells_of(each), True) for each in ways),
        *(Attempt(cells_of(each["cells"]), False, each.get("report", ""), each.get("hint", "")) for each in wrong),
    )


def cells_of(text: str) -> tuple[str, ...]:
    """The cells in a text: blank lines are between them."""
    return tuple(each.strip("\n") for each in re.split(r"\n[ \t]*\n", text) if each.strip())


def name_of(source: str) -> str:
    """The name of the exercise that a cell begins, or ""."""
    found = _NAME.match(source)
    return found.group(1) if found else ""


def lacking(cells: "list[Cell] | tuple[Cell, ...]", trials: Trials) -> Iterator[str]:
    """The predictions and exercises without a trial, and the trials without one of them."""
    asked = {name for name, _, source in cells if source.startswith("%%predict")}
    exercises = {name_of(source) for _, _, source in cells if name_of(source)}
    yield from (f"prediction {name} has no trial" for name in sorted(asked - set(trials.predictions)))
    yield from (f"exercise {name} has no trial" for name in sorted(exercises - set(trials.exercises)))
    yield from (f"there is no prediction {name}" for name in sorted(set(trials.predictions) - asked))
    yield from (f"there is no exercise {name}" for name in sorted(set(trials.exercises) - exercises))
    for name, attempts in trials.exercises.items():
        if all(attempt.passes for attempt in attempts):
            yield f"exercise {name} has no wrong answer among its trials"


def complaints(name: str, source: str, attempts: "tuple[Attempt, ...]", run: Run) -> Iterator[str]:
    """What is not as it should be with an exercise: it passes where it should not, or not where it should.

    Args:
        name: the name of the exercise.
        source: the cell that begins it.
        attempts: ways to go about it.
        run: runs a cell in a notebook where kubelab is loaded.
    """
    for done, what in (("", "as it starts"), ("%kube run", "when one only waits"), ("%kube run 1h", "after an hour")):
        run(source)
        if done:
            run(done)
        if _solved(run(f"%kube check {name}")):
            yield f"exercise {name} passes {what}"
    for number, attempt in enumerate(attempts, 1):
        run(source)
        shown = [run(cell) for cell in attempt.cells]
        report = run(f"%kube check {name}")
        what = f"exercise {name}, trial {number}"
        if _solved(report) is not attempt.passes:
            said = "\n".join(filter(None, (*shown, report)))
            yield f"{what}: {'passes, and should not' if not attempt.passes else 'does not pass'}\n{said}"
        if attempt.report not in report:
            yield f"{what}: the check does not say {attempt.report!r}\n{report}"
        hint = run(f"%kube hint {name}") if attempt.hint else ""
        if attempt.hint not in hint:
            yield f"{what}: the hint is another one than {attempt.hint!r}\n{hint}"


def _solved(report: str) -> bool:
    return ": solved" in report.split("\n", 1)[0]
