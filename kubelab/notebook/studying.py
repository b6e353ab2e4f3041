"""The commands of ``%kube`` for predictions and exercises, and what the cells ``%%predict`` and ``%%exercise`` do."""

from pathlib import Path
from typing import Any

from kubelab.course import Exercise
from kubelab.course.exercise import task
from kubelab.course.prediction import predict
from kubelab.course.record import Record
from kubelab.errors import UsageError
from kubelab.notebook.commands import Prose, Text, command, needs, one_of
from kubelab.notebook.options import Option, parse
from kubelab.notebook.session import Session


def put(session: Session, text: str) -> Any:
    """Put a question about the current cluster: the card of a ``%%predict`` cell.

    Raises:
        KubelabError: it cannot be read, or does not fit the cluster.
    """
    from kubelab.notebook.card import PredictionCard

    return PredictionCard(session.record.put(predict(session.cluster, text)), session.record)


def begin(session: Session, name: str, text: str) -> Any:
    """Begin an exercise, in a cluster of its name that becomes the current one: the card of an ``%%exercise`` cell.

    Raises:
        KubelabError: it cannot be read, or its cluster cannot be made.
    """
    from kubelab.notebook.card import ExerciseCard

    if len(name.split()) != 1:
        raise UsageError("write: %%exercise NAME; its cluster has that name, too")
    made = session.record.begin(Exercise(name, task(text)))
    session.put(name, made.cluster)
    return ExerciseCard(made, session)


def exercise_of(session: Session, name: str = "") -> Exercise:
    """The exercise of a name, or that of the current cluster.

    Raises:
        UsageError: there is none.
    """
    known = session.record.exercises
    if name:
        return known[one_of(name, tuple(known), "exercise")]
    if session.current not in known:
        raise UsageError("the current cluster belongs to no exercise; run the cell of one, or give its name")
    return known[session.current]


@command("answer", "NUMBER | TEXT ...", "answer the latest prediction: an option's number, or a text for each blank")
def _answer(session: Session, words: list[str]) -> Prose:
    latest = session.record.latest
    if latest is None:
        raise UsageError("no prediction was asked for yet; run a cell that begins with %%predict")
    if not words:
        raise UsageError("write: %kube answer NUMBER, or %kube answer TEXT for each blank")
    answered = latest.answer(*words)
    session.record.changed()
    return Prose(answered)


@command("check", "[EXERCISE]", "how far an exercise is, or what became of the expectations of the programs")
def _check(session: Session, words: list[str]) -> Text:
    (name,) = needs(words, "check [EXERCISE]", 0)
    if name or session.current in session.record.exercises:
        exercise = exercise_of(session, name)
        report = exercise.check(session.get(exercise.name))
        session.record.changed()
        return Prose(report)
    verdicts = session.cluster.check()
    return Prose("\n".join(map(str, verdicts)) if verdicts else "nothing is expected")


@command("hint", "[EXERCISE]", "a hint for an exercise, for what is the case in it now; one more each time")
def _hint(session: Session, words: list[str]) -> Text:
    (name,) = needs(words, "hint [EXERCISE]", 0)
    return Prose(exercise_of(session, name).hint())


_PROGRESS = (Option("export", "write it to a .json file", "FILE"), Option("forget", "begin anew, with nothing done"))


@command(
    "progress",
    "[--export FILE | --forget]",
    "what is answered and solved; it keeps up, is kept in the notebook, and known again when that is opened again",
)
def _progress(session: Session, words: list[str]) -> Text | None:
    said, rest = parse(words, _PROGRESS, "%kube progress")
    needs(rest, "progress [--export FILE | --forget]", 0, 0)
    if "forget" in said:
        session.record.forget()
    if "export" not in said:
        _show(session.record)
        return None
    target = Path(said["export"])
    one_of(target.suffix, (".json",), "sort of file")
    try:
        target.write_text(session.record.export(), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{target}: {error.strerror}") from error
    return Text(f"written: {target}")


def _show(record: Record) -> None:
    """Show a record, and whenever something of it has changed, in the same place."""
    from IPython.display import display

    shown = display(Text(record), display_id=True)  # type: ignore[no-untyped-call]
    if shown is not None:
        record.observers.append(lambda: shown.update(Text(record)))


def session_here() -> Session:
    """The session of this notebook.

    Raises:
        UsageError: kubelab is not loaded in it.
    """
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    magics = None if shell is None else shell.magics_manager.registry.get("KubeMagics")
    if magics is None:
        raise UsageError("kubelab is not loaded here; run %load_ext kubelab first")
    session: Session = magics.session
    return session


def grade(name: str, points: float = 1) -> float:
    """The points for an exercise of this notebook, for a cell of nbgrader or a test of otter.

        from kubelab.notebook import grade
        grade("seven", points=2)

    Raises:
        AssertionError: it is not solved; the text says what is missing.
        UsageError: there is no such exercise.
    """
    session = session_here()
    return exercise_of(session, name).grade(points, session.get(name))
