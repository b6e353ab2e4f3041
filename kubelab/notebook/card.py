"""The cards of predictions and exercises: a question to be answered, a goal to be checked, in the look of the Player.

The Python side does everything; a button of the front end calls the same methods. Without one a card is its text, and
`%kube answer`, `%kube check` and `%kube hint` do what its buttons do.
"""

import weakref
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from kubelab.course import Answered, Exercise, Prediction, Report
from kubelab.course.prose import html, pieces
from kubelab.course.record import Record
from kubelab.errors import KubelabError
from kubelab.notebook.session import Session
from kubelab.views.theme import style_sheet

_HERE = Path(__file__).parent


class Card(anywidget.AnyWidget):
    """What both cards have in common.

    Attributes:
        record: the record of the lesson that it belongs to.
        sheet: what stands on it from the beginning.
        state: what has become of it.
    """

    _esm = _HERE / "card.js"
    _css = f"{style_sheet()}\n{(_HERE / 'card.css').read_text()}"

    sheet = traitlets.Dict({}).tag(sync=True)
    shown = traitlets.Dict({}).tag(sync=True)

    def __init__(self, record: Record, sheet: dict[str, Any]) -> None:
        super().__init__(sheet=sheet)
        self.record = record
        self._notice = ""
        self._follow()
        self.on_msg(self._hear)
        self.refresh()

    def _follow(self) -> None:
        """Be told of every change of the record; a card that is gone is forgotten."""
        mine, observers = weakref.ref(self), self.record.observers

        def tell() -> None:
            card = mine()
            if card is None:
                observers.remove(tell)
            else:
                card.refresh()

        observers.append(tell)
        self._unfollow: Callable[[], None] = lambda: observers.remove(tell) if tell in observers else None

    def refresh(self) -> None:
        """Show what is the case."""
        progress = {"done": self.record.done, "size": self.record.size}
        keep = self.record.data() if self.record.done or self.record.forgotten else None
        self.shown = {**self._now(), "notice": self._notice, "progress": progress, "keep": keep}

    def _now(self) -> dict[str, Any]:
        """What has become of it, for the front end."""
        return {}

    def _act(self, message: dict[str, Any]) -> None:
        """Do what the front end asks for."""

    def _fallback(self) -> str:
        """The card as a page without scripts shows it."""
        return f"<pre>{escape(repr(self))}</pre>"

    def _hear(self, _: Any, message: Any, __: Sequence[Any] = ()) -> None:
        """Do what the front end asks for; an error of the user's becomes a notice."""
        if not isinstance(message, dict):
            return
        self._notice = ""
        try:
            self._act(message)
        except KubelabError as error:
            self._notice = str(error)
        self.record.changed()

    def close(self) -> None:
        """Take it off the page."""
        self._unfollow()
        super().close()

    def _repr_mimebundle_(self, **options: Any) -> Any:
        made = super()._repr_mimebundle_(**options)
        data, metadata = made if isinstance(made, tuple) else (made or {}, {})
        return {**data, "text/plain": repr(self), "text/html": self._fallback()}, metadata


class PredictionCard(Card):
    """The card of a prediction.

    Attributes:
        prediction: the prediction.
    """

    def __init__(self, prediction: Prediction, record: Record) -> None:
        self.prediction = prediction
        question = prediction.question
        sheet = {
            "kind": "prediction",
            "text": [pieces(each) for each in question.paragraphs],
            "options": [pieces(each.text) for each in question.options],
            "several": question.several,
            "blanks": [pieces(each.text) for each in question.blanks],
        }
        super().__init__(record, sheet)

    def choose(self, *which: int | str) -> Answered:
        """Choose an option, or several; see `Prediction.choose`."""
        return self._answered(self.prediction.choose(*which))

    def answer(self, *typed: str | int) -> Answered:
        """Type an answer into each blank; see `Prediction.answer`."""
        return self._answered(self.prediction.answer(*typed))

    def _answered(self, answered: Answered) -> Answered:
        self.record.changed()
        return answered

    def _act(self, message: dict[str, Any]) -> None:
        if message.get("do") == "choose":
            self.prediction.choose(*(int(place) + 1 for place in message.get("chosen", ())))
        elif message.get("do") == "answer":
            self.prediction.answer(*map(str, message.get("typed", ())))

    def _now(self) -> dict[str, Any]:
        answered = self.prediction.answered
        if answered is None:
            return {"answered": False}
        texts = [option.text for option in self.prediction.question.options]
        return {
            "answered": True,
            "ok": answered.ok,
            "said": [texts.index(each) for each in answered.said] if texts else list(answered.said),
            "right": [texts.index(each) for each in answered.right] if texts else [],
            "found": [pieces(line) for line in answered.found],
            "because": [list(each) for each in answered.because],
            "why": [pieces(each) for each in answered.why],
        }

    def __repr__(self) -> str:
        question = self.prediction.question
        rows = [f"  {number}  {option.text}" for number, option in enumerate(question.options, 1)]
        rows += [f"  ____  {blank.text}".rstrip() for blank in question.blanks]
        how = "%kube answer " + ("TEXT " * len(question.blanks) or "NUMBER")
        return "\n".join(["Predict: " + "\n".join(question.paragraphs), *rows, f"({how.strip()})"])

    def _fallback(self) -> str:
        question = self.prediction.question
        first, *more = question.paragraphs
        told = [f"<p><b>Predict.</b> {html(first)}</p>", *(f"<p>{html(each)}</p>" for each in more)]
        if question.options:
            told.append(f"<ol>{''.join(f'<li>{html(each.text)}</li>' for each in question.options)}</ol>")
        else:
            told.append(f"<ul>{''.join(f'<li>____ {html(each.text)}</li>' for each in question.blanks)}</ul>")
        return "\n".join(told)


class ExerciseCard(Card):
    """The card of an exercise.

    Attributes:
        exercise: the exercise.
    """

    def __init__(self, exercise: Exercise, session: Session) -> None:
        self.exercise = exercise
        self._session = session
        self._report: Report | None = None
        self._hints: list[str] = []
        sheet = {
            "kind": "exercise",
            "name": exercise.name,
            "text": [pieces(each) for each in exercise.task.paragraphs],
            "goal": [each.text for each in exercise.task.goal],
        }
        super().__init__(session.record, sheet)

    def check(self) -> Report:
        """See how far it is; see `Exercise.check`."""
        self._report = self.exercise.check(self._session.get(self.exercise.name))
        self._hints = [] if self._report.ok else self._hints
        self._come_here()
        self.record.changed()
        return self._report

    def hint(self) -> str:
        """One hint more."""
        told = self.exercise.hint()
        self._hints = [*(each for each in self._hints if each != told), told]
        self._come_here()
        self.refresh()
        return told

    def _come_here(self) -> None:
        """Make the cluster of the exercise the current one, and say so, if another one is."""
        name, before = self.exercise.name, self._session.current
        if before != name and self._session.get(name) is self.exercise.cluster:
            self._session.choose(name)
            self._notice = f"The current cluster was {before}; now it is {name}, the one of this exercise."

    def again(self) -> None:
        """Begin anew: with a new cluster, which gets the name of the exercise and becomes the current one."""
        self.exercise = self._session.record.begin(Exercise(self.exercise.name, self.exercise.task))
        self._session.put(self.exercise.name, self.exercise.cluster)
        self._report, self._hints = None, []
        self.refresh()

    def _act(self, message: dict[str, Any]) -> None:
        acts = {"check": self.check, "hint": self.hint, "again": self.again}
        if message.get("do") in acts:
            acts[str(message["do"])]()

    def _now(self) -> dict[str, Any]:
        report = self._report
        return {
            "solved": self.exercise.solved,
            "checked": report is not None,
            "ok": report is not None and report.ok,
            "acts": 0 if report is None else report.acts,
            "findings": [] if report is None else [[each.ok, each.found] for each in report.findings],
            "missing": [] if report is None else list(report.missing),
            "hints": [pieces(each) for each in self._hints],
        }

    def __repr__(self) -> str:
        task = self.exercise.task
        rows = [f"  ○ {each.text}" for each in task.goal]
        how = "(%kube check, %kube hint)"
        return "\n".join([f"Exercise {self.exercise.name}: " + "\n".join(task.paragraphs), *rows, how])

    def _fallback(self) -> str:
        task = self.exercise.task
        first, *more = task.paragraphs
        told = [f"<p><b>Exercise {escape(self.exercise.name)}.</b> {html(first)}</p>"]
        told += [f"<p>{html(each)}</p>" for each in more]
        told.append(f"<ul>{''.join(f'<li><code>{escape(each.text)}</code></li>' for each in task.goal)}</ul>")
        return "\n".join(told)
