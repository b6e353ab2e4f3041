"""What somebody has done in a lesson: which predictions are answered, which exercises solved.

It is kept where the lesson runs, and goes nowhere by itself; `export` gives it as JSON to whoever asks for it.
"""

import json
from collections.abc import Callable

import attrs

from kubelab.course.exercise import Exercise
from kubelab.course.prediction import Prediction

BAR = 20
"""How many signs a bar of progress has."""


@attrs.define
class Record:
    """The predictions and exercises of one lesson, in the order in which they were met; each is there once.

    Attributes:
        predictions: by their text.
        exercises: by their name.
        planned: how many of both the lesson is known to have; 0 if that is not known.
        observers: called whenever something of it has changed.
    """

    predictions: dict[str, Prediction] = attrs.field(factory=dict)
    exercises: dict[str, Exercise] = attrs.field(factory=dict)
    planned: int = 0
    observers: list[Callable[[], None]] = attrs.field(factory=list)

    def changed(self) -> None:
        """Tell those who show it."""
        for tell in list(self.observers):
            tell()

    def put(self, question: Prediction) -> Prediction:
        """Take a question in; where it was put before, what was answered first stays so."""
        before = self.predictions.get(question.key)
        if before is not None:
            question.first = before.first
        self.predictions[question.key] = question
        self.changed()
        return question

    def begin(self, exercise: Exercise) -> Exercise:
        """Take an exercise in; what was solved before stays solved."""
        before = self.exercises.get(exercise.key)
        if before is not None and before.task.fingerprint == exercise.task.fingerprint:
            exercise.solved, exercise.checks, exercise.hints = before.solved, before.checks, before.hints
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
        answered = sum(each.first is not None for each in self.predictions.values())
        return answered + sum(each.solved for each in self.exercises.values())

    @property
    def size(self) -> int:
        """How many there are in the lesson, as far as is known."""
        return max(len(self.predictions) + len(self.exercises), self.planned)

    def __str__(self) -> str:
        if not self.size:
            return "no predictions and no exercises yet"
        full = round(BAR * self.done / self.size)
        lines = [f"{'█' * full}{'░' * (BAR - full)}  {self.done} of {self.size}"]
        if self.predictions:
            answers = [each.first for each in self.predictions.values() if each.first is not None]
            right = sum(each.ok for each in answers)
            told = f", {right} as it went" if answers else ""
            lines.append(f"predictions  {len(answers)} of {len(self.predictions)} answered{told}")
        if self.exercises:
            solved = [name for name, each in self.exercises.items() if each.solved]
            told = f": {', '.join(solved)}" if solved else ""
            lines.append(f"exercises    {len(solved)} of {len(self.exercises)} solved{told}")
        return "\n".join(lines)

    def export(self) -> str:
        """The record as JSON; the same for the same answers, to the byte."""
        predictions = [
            {
                "question": each.key,
                "answered": each.first is not None,
                "said": [] if each.first is None else list(each.first.said),
                "as it went": each.first is not None and each.first.ok,
            }
            for each in self.predictions.values()
        ]
        exercises = [
            {
                "name": each.name,
                "solved": each.solved,
                "checks": each.checks,
                "hints": each.hints,
                "fingerprint": each.task.fingerprint,
            }
            for each in self.exercises.values()
        ]
        return json.dumps({"predictions": predictions, "exercises": exercises}, ensure_ascii=False, indent=2) + "\n"
