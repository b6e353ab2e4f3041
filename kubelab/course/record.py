"""What somebody has done in a lesson: which predictions are answered, which exercises solved.

It is kept where the lesson runs, and goes nowhere by itself; `export` gives it as JSON to whoever asks for it, and
`remember` takes in what was exported earlier: a notebook that is opened again goes on where it was left.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

import attrs

from kubelab.course.exercise import Exercise
from kubelab.course.prediction import Answered, Prediction

BAR = 20
"""How many signs a bar of progress has."""


@attrs.frozen
class Kept:
    """What an earlier record says of an exercise."""

    solved: bool
    checks: int
    hints: int
    fingerprint: str


@attrs.define
class Record:
    """The predictions and exercises of one lesson, in the order in which they were met; each is there once.

    Attributes:
        predictions: by their text.
        exercises: by their name.
        planned: how many of both the lesson is known to have; 0 if that is not known.
        observers: called whenever something of it has changed.
        answers: the first answers of an earlier record, by the text of the question.
        works: the exercises of an earlier record, by their name.
        forgotten: whether what was done has been forgotten on purpose.
    """

    predictions: dict[str, Prediction] = attrs.field(factory=dict)
    exercises: dict[str, Exercise] = attrs.field(factory=dict)
    planned: int = 0
    observers: list[Callable[[], None]] = attrs.field(factory=list)
    answers: dict[str, Answered] = attrs.field(factory=dict)
    works: dict[str, Kept] = attrs.field(factory=dict)
    forgotten: bool = False

    def remember(self, earlier: object) -> None:
        """Take in what `data` gave earlier; what cannot be read of it counts as not done."""
        if not isinstance(earlier, Mapping):
            return
        for each in _rows(earlier.get("predictions")):
            said = each.get("said")
            if each.get("answered") is True and isinstance(each.get("question"), str) and isinstance(said, list):
                self.answers[each["question"]] = Answered(tuple(map(str, said)), each.get("as it went") is True, (), ())
        for each in _rows(earlier.get("exercises")):
            checks, hints = each.get("checks"), each.get("hints")
            if isinstance(each.get("name"), str) and isinstance(checks, int) and isinstance(hints, int):
                mark = str(each.get("fingerprint", ""))
                self.works[each["name"]] = Kept(each.get("solved") is True, checks, hints, mark)

    def forget(self) -> None:
        """Forget all that was done, now and earlier."""
        self.answers.clear()
        self.works.clear()
        for question in self.predictions.values():
            question.first = question.answered = None
        for exercise in self.exercises.values():
            exercise.solved, exercise.checks, exercise.hints = False, 0, 0
        self.forgotten = True
        self.changed()

    def changed(self) -> None:
        """Tell those who show it."""
        for tell in list(self.observers):
            tell()

    def put(self, question: Prediction) -> Prediction:
        """Take a question in; where it was put before, what was answered first stays so."""
        before = self.predictions.get(question.key)
        question.first = self.answers.get(question.key) if before is None else before.first
        self.predictions[question.key] = question
        self.changed()
        return question

    def begin(self, exercise: Exercise) -> Exercise:
        """Take an exercise in; what was solved before stays solved."""
        before = self.exercises.get(exercise.key)
        if before is not None and before.task.fingerprint == exercise.task.fingerprint:
            exercise.solved, exercise.checks, exercise.hints = before.solved, before.checks, before.hints
        kept = self.works.get(exercise.key)
        if before is None and kept is not None and kept.fingerprint == exercise.task.fingerprint:
            exercise.solved, exercise.checks, exercise.hints = kept.solved, kept.checks, kept.hints
        self.exercises[exercise.key] = exercise
        self.changed()
        return exercise

    @property
    def latest(self) -> Prediction | None:
        """The prediction that was put last."""
        return next(reversed(self.predictions.values()), None)

    @property
    def done(self) -> int:
        """How many predictions are answered and exercises solved."""
        return sum(answer is not None for answer in self._firsts.values()) + sum(self._solved.values())

    @property
    def _firsts(self) -> dict[str, Answered | None]:
        """The first answer to each question, those of an earlier record that were not put again included."""
        return {**self.answers, **{key: each.first for key, each in self.predictions.items()}}

    @property
    def _solved(self) -> dict[str, bool]:
        """Which exercises are solved, those of an earlier record that were not begun again included."""
        earlier = {name: each.solved for name, each in self.works.items()}
        return {**earlier, **{name: each.solved for name, each in self.exercises.items()}}

    @property
    def size(self) -> int:
        """How many there are in the lesson, as far as is known."""
        return max(len(self._firsts) + len(self._solved), self.planned)

    def __str__(self) -> str:
        if not self.size:
            return "no predictions and no exercises yet"
        full = round(BAR * self.done / self.size)
        lines = [f"{'█' * full}{'░' * (BAR - full)}  {self.done} of {self.size}"]
        firsts, works = self._firsts, self._solved
        if firsts:
            answers = [each for each in firsts.values() if each is not None]
            right = sum(each.ok for each in answers)
            told = f", {right} as it went" if answers else ""
            lines.append(f"predictions  {len(answers)} of {len(firsts)} answered{told}")
        if works:
            solved = [name for name, done in works.items() if done]
            told = f": {', '.join(solved)}" if solved else ""
            lines.append(f"exercises    {len(solved)} of {len(works)} solved{told}")
        return "\n".join(lines)

    def data(self) -> dict[str, Any]:
        """The record as plain values."""
        predictions = [
            {
                "question": key,
                "answered": first is not None,
                "said": [] if first is None else list(first.said),
                "as it went": first is not None and first.ok,
            }
            for key, first in self._firsts.items()
        ]
        now = {
            name: Kept(each.solved, each.checks, each.hints, each.task.fingerprint)
            for name, each in self.exercises.items()
        }
        exercises = [{"name": name, **attrs.asdict(each)} for name, each in {**self.works, **now}.items()]
        return {"predictions": predictions, "exercises": exercises}

    def export(self) -> str:
        """The record as JSON; the same for the same answers, to the byte."""
        return json.dumps(self.data(), ensure_ascii=False, indent=2) + "\n"


def _rows(value: object) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []
