"""The cells ``%%predict`` and ``%%exercise``, their cards, and the commands of ``%kube`` that go with them."""

import json

import pytest

from kubelab.notebook import grade
from kubelab.notebook.card import ExerciseCard, PredictionCard
from kubelab.notebook.session import planned
from kubelab.notebook.studying import session_here

QUESTION = """How many Pods will there be, and how many does the Deployment *want*?

do: apply deployment web x5 nginx:1.27

____ Pods
    count pods app=web
____ wanted
    .spec.replicas of deployment web
"""
OPTIONS = """
do: delete one pod app=web

( ) Two <b>remain</b>.
    2 pods app=web
( ) `Three` again.
    3 pods app=web
"""
EXERCISE = """
Five of them.

start:
    deployment web x3 nginx:1.27

goal:
    5 pods app=web Running

hint: 3 pods app=web
    Three were asked for.
"""


@pytest.fixture
def ready(shell):
    shell.run_cell_magic("kube", "--run --quiet", "deployment web x3 nginx:1.27")
    return shell


@pytest.fixture
def only(shell, monkeypatch):
    """The shell as the one of its process, as in a kernel."""
    monkeypatch.setattr(type(shell), "_instance", shell)
    return shell


def test_a_prediction_is_put_and_answered(ready):
    card = ready.run_cell_magic("predict", "You delete one. What then?", OPTIONS)
    assert isinstance(card, PredictionCard)
    answer = str(ready.run_line_magic("kube", "answer 1"))
    assert answer.startswith("It goes another way.\n✗ Two <b>remain</b>.")
    assert str(ready.run_line_magic("kube", "answer 2")).startswith("As you said.")


def test_blanks_are_answered_in_order(ready):
    ready.run_cell_magic("predict", "", QUESTION)
    assert str(ready.run_line_magic("kube", "answer five 5")).startswith("As you said.\n✓ Pods: 5\n✓ wanted: 5")


def test_the_question_and_not_the_answer_is_kept_without_a_kernel(ready):
    card = ready.run_cell_magic("predict", "You delete one. What then?", OPTIONS)
    data, _ = card._repr_mimebundle_()
    assert data["text/html"] == (
        "<p><b>Predict.</b> You delete one. What then?</p>\n"
        "<ol><li>Two &lt;b&gt;remain&lt;/b&gt;.</li><li><code>Three</code> again.</li></ol>"
    )
    assert data["text/plain"].split("\n") == [
        "Predict: You delete one. What then?",
        "  1  Two <b>remain</b>.",
        "  2  `Three` again.",
        "(%kube answer NUMBER)",
    ]
    assert "application/vnd.jupyter.widget-view+json" in data
    card.choose(2)
    assert card._repr_mimebundle_()[0]["text/html"] == data["text/html"]


def test_a_card_does_what_its_front_end_asks_for(ready):
    card = ready.run_cell_magic("predict", "You delete one. What then?", OPTIONS)
    assert card.shown["answered"] is False
    card._hear(card, {"do": "choose", "chosen": [0]})
    assert (card.shown["answered"], card.shown["ok"], card.shown["right"]) == (True, False, [1])
    assert card.shown["progress"] == {"done": 1, "size": 1}
    assert ("code", "Three") in [tuple(piece) for line in card.shown["found"] for piece in line]
    card._hear(card, {"do": "choose", "chosen": [7]})
    assert card.shown["notice"] == "there is no option 8; there are 1 to 2"


def test_all_cards_of_a_lesson_show_how_far_it_is(ready):
    first = ready.run_cell_magic("predict", "You delete one. What then?", OPTIONS)
    ready.run_cell_magic("predict", "", QUESTION)
    assert first.shown["progress"] == {"done": 0, "size": 2}
    ready.run_line_magic("kube", "answer 5 5")
    ready.run_cell_magic("exercise", "five", EXERCISE)
    assert first.shown["progress"] == {"done": 1, "size": 3}


def test_an_exercise_has_its_cluster_and_is_checked(ready):
    card = ready.run_cell_magic("exercise", "five", EXERCISE)
    assert isinstance(card, ExerciseCard)
    assert "* five" in str(ready.run_line_magic("kube", "cluster"))
    assert "nothing has been done yet" in str(ready.run_line_magic("kube", "check"))
    assert str(ready.run_line_magic("kube", "hint")) == "Three were asked for."
    ready.run_cell_magic("kube", "--quiet --run", "deployment web x5 nginx:1.27")
    card._hear(card, {"do": "check"})
    assert card.shown["ok"] is True
    card._hear(card, {"do": "again"})
    assert card.shown["checked"] is False
    assert session_of(ready).cluster is card.exercise.cluster
    assert "nothing has been done yet" in str(ready.run_line_magic("kube", "check five"))
    assert card.exercise.solved


def session_of(shell):
    return shell.magics_manager.registry["KubeMagics"].session


def test_a_cluster_that_took_the_name_of_an_exercise_does_not_pass(ready):
    ready.run_cell_magic("exercise", "five", EXERCISE)
    ready.run_cell_magic("kube", "--fresh --quiet --run", "deployment web x5 nginx:1.27")
    assert "another cluster" in str(ready.run_line_magic("kube", "check"))


def test_without_an_exercise_check_tells_of_expectations(ready):
    assert str(ready.run_line_magic("kube", "check")) == "nothing is expected"


def test_progress_is_told_and_written_down(ready, tmp_path, capsys):
    ready.run_line_magic("kube", "progress")
    ready.run_cell_magic("predict", "You delete one. What then?", OPTIONS)
    ready.run_cell_magic("exercise", "five", EXERCISE)
    ready.run_line_magic("kube", "answer 1")
    capsys.readouterr()
    ready.run_line_magic("kube", "progress")
    assert capsys.readouterr().out.splitlines() == [
        "██████████░░░░░░░░░░  1 of 2",
        "predictions  1 of 1 answered, 0 as it went",
        "exercises    0 of 1 solved",
    ]
    target = tmp_path / "results.json"
    ready.run_line_magic("kube", f"progress --export {target}")
    found = json.loads(target.read_text(encoding="utf-8"))
    assert found["predictions"] == [
        {
            "question": "You delete one. What then?",
            "answered": True,
            "said": ["Two <b>remain</b>."],
            "as it went": False,
        }
    ]
    assert found["exercises"][0] | {"fingerprint": ""} == {
        "name": "five", "solved": False, "checks": 0, "hints": 0, "fingerprint": "",
    }  # fmt: skip


def test_a_first_answer_stays_the_first_when_the_cell_is_run_again(ready):
    for answer in (2, 1):
        ready.run_cell_magic("predict", "You delete one. What then?", OPTIONS)
        ready.run_line_magic("kube", f"answer {answer}")
    assert "1 as it went" in str(session_of(ready).record)


def test_what_progress_shows_keeps_up_in_its_place(ready, only, monkeypatch):
    sent = []
    monkeypatch.setattr(ready.display_pub, "publish", lambda data, *rest, **more: sent.append((data, more)))
    ready.run_line_magic("kube", "progress")
    card = ready.run_cell_magic("predict", "You delete one. What then?", OPTIONS)
    card._hear(card, {"do": "choose", "chosen": [1]})
    assert [more.get("update", False) for _, more in sent] == [False, True, True]
    assert len({more["transient"]["display_id"] for _, more in sent}) == 1
    assert sent[-1][0]["text/plain"].startswith("█" * 20 + "  1 of 1")


def test_the_notebook_says_how_many_there_are(tmp_path, monkeypatch):
    path = tmp_path / "lesson.ipynb"
    cells = [
        ("code", ["%%predict\n", "What?"]),
        ("code", "%%exercise five"),
        ("code", "%kube run"),
        ("markdown", "%%predict"),
    ]
    path.write_text(json.dumps({"cells": [{"cell_type": kind, "source": source} for kind, source in cells]}))
    monkeypatch.setenv("JPY_SESSION_NAME", str(path))
    assert planned() == 2
    path.write_text("not a notebook")
    assert planned() == 0


def test_the_card_of_an_exercise_leads_back_to_its_cluster(ready):
    card = ready.run_cell_magic("exercise", "five", EXERCISE)
    ready.run_cell_magic("exercise", "other", EXERCISE)
    card._hear(card, {"do": "check"})
    assert session_of(ready).current == "five"
    assert card.shown["notice"] == "The current cluster was other; now it is five, the one of this exercise."


@pytest.mark.parametrize(
    ("magic", "line", "body", "said"),
    [
        ("predict", "What?", "( ) 3 pods\n( ) 4 podz\n", "line 3, column 5: there is no kind `podz`"),
        ("predict", "What?", "( ) 4 pods\n( ) 5 pods\n", "no option comes true"),
        ("exercise", "", "Five.\ngoal: 3 pods\n", "write: %%exercise NAME"),
        ("exercise", "five", "Five.\ngoal: 3 podz\n", "line 3, column 7"),
    ],
)
def test_a_mistake_is_told_and_never_as_a_traceback(ready, shown, magic, line, body, said):
    ready.run_cell(f"%%{magic} {line}\n{body}")
    assert said in "\n".join(shown)
    assert "Traceback" not in "\n".join(shown)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("answer 1", "no prediction was asked for yet"),
        ("hint", "belongs to no exercise"),
        ("check six", "there is no exercise 'six'"),
        ("progress --export results.txt", "there is no sort of file '.txt'"),
        ("delete one pod app=nobody", "there is no pod app=nobody"),
    ],
)
def test_a_command_that_cannot_be_carried_out_says_so(ready, shown, line, said):
    ready.run_cell(f"%kube {line}")
    assert said in "\n".join(shown)


def test_one_of_several_is_deleted_or_crashes(ready):
    assert "You deleted Pod web-5f84b7585b-ng6lq" in str(
        ready.run_line_magic("kube", "delete one pod app=web on worker-1")
    )
    assert "web-5f84b7585b-g5gl2 ended" in str(ready.run_line_magic("kube", "crash one pod app=web on worker-3"))


class Grader:
    """What nbgrader's autograder does: it executes every cell, and takes a test cell's points where none fails.

    A number that the last line of a cell gives is the score, if it is not above the cell's points (partial credit).
    """

    def __init__(self, shell):
        self.shell = shell

    def score(self, source, points):
        result = self.shell.run_cell(source)
        error = result.error_before_exec or result.error_in_exec
        if error is not None:
            assert isinstance(error, AssertionError), error
            return 0
        return result.result if isinstance(result.result, int | float) and 0 <= result.result <= points else points


def test_nbgrader_takes_the_points(only, shown):
    shell, grader = only, Grader(only)
    test = "from kubelab.notebook import grade\ngrade('five', points=2)"
    assert grader.score(f"%%exercise five\n{EXERCISE}", 0) == 0
    assert grader.score(test, 2) == 0
    assert "✗ 5 pods app=web Running: 3 of 3 pods are Running" in "\n".join(shown)
    assert "Traceback" not in "\n".join(shown)
    shell.run_cell("%%kube --quiet --run\ndeployment web x5 nginx:1.27")
    assert grader.score(test, 2) == 2


def test_otter_runs_functions_that_assert(only):
    shell = only
    shell.run_cell(f"%%exercise five\n{EXERCISE}")
    shell.run_cell("from kubelab.notebook import grade\ndef test_five(env):\n    grade('five')")
    with pytest.raises(AssertionError, match="not yet"):
        shell.user_ns["test_five"]({})


def test_outside_a_notebook_there_is_no_session(monkeypatch):
    monkeypatch.setattr("IPython.core.getipython.get_ipython", lambda: None)
    with pytest.raises(Exception, match="kubelab is not loaded here"):
        session_here()
    with pytest.raises(Exception, match="kubelab is not loaded here"):
        grade("five")
