"""`kubelab lesson check`: what it says of a lesson that is well, and of what is wrong with others."""

from pathlib import Path

import nbformat
import pytest

from kubelab.course import checking, kernel, lesson, trials
from kubelab.course.template import CELLS
from kubelab.errors import UsageError

TRIAL = """
predictions:
  predict-delete: [2]
exercises:
  three:
    solution: |
      %%kube --quiet --run
      deployment web x3 nginx:1.27
    wrong:
      - cells: |
          %%kube --quiet --run
          deployment web x4 nginx:1.27
        report: 4 of 4 pods
        hint: more than three
"""


def notebook(*cells):
    """A notebook of cells: an id, a kind and a text each."""
    made = nbformat.v4.new_notebook()
    for name, kind, source in cells:
        make = nbformat.v4.new_markdown_cell if kind == "markdown" else nbformat.v4.new_code_cell
        made.cells.append(make(source, id=name))
    return made


def shown(source, text, tags=()):
    """A notebook of one cell that shows a text."""
    made = notebook(("cell", "code", source))
    made.cells[0].outputs = [nbformat.v4.new_output("stream", text=text)]
    made.cells[0].metadata["tags"] = list(tags)
    return made


WELL = [(name, kind, source.strip("\n").replace("TITLE", "07 · Try")) for name, kind, source in CELLS]


def replaced(name, source):
    return notebook(*((n, kind, source if n == name else text) for n, kind, text in WELL))


def test_the_template_is_a_lesson_that_is_well(tmp_path):
    path = tmp_path / "07-try.ipynb"
    path.write_text(lesson.new(path, "Try"), encoding="utf-8")
    path.write_text(lesson.saved(path), encoding="utf-8")
    trial = tmp_path / "07-try.yaml"
    trial.write_text(TRIAL, encoding="utf-8")
    assert list(checking.problems(path, trial)) == []


def test_what_differs_from_run_to_run_and_answers_that_are_wrong_are_told(tmp_path):
    path = tmp_path / "07-try.ipynb"
    cells = replaced("source", "import time\n\nprint(time.time_ns())")
    path.write_text(lesson.text_of(cells), encoding="utf-8")
    trial = tmp_path / "07-try.yaml"
    wrong = TRIAL.replace("[2]", "[1]").replace("more than three", "fewer").replace("web x3", "web x5")
    trial.write_text(wrong, encoding="utf-8")
    told = "\n".join(checking.problems(path, trial))
    assert "two executions differ: cell source" in told
    assert "saved otherwise than executed: cell delete" in told
    assert "prediction predict-delete: 1 is not what happens" in told
    assert "exercise three, trial 1: does not pass" in told
    assert "trial 2: the hint is another one than 'fewer'" in told


def test_a_cell_that_fails_ends_the_check(tmp_path):
    path = tmp_path / "07-try.ipynb"
    path.write_text(lesson.text_of(replaced("delete", "%kube delete pod/nobody")), encoding="utf-8")
    with pytest.raises(lesson.Failed, match=r'cell delete fails:\npods "nobody" not found'):
        list(checking.problems(path))


@pytest.mark.parametrize(
    ("cell", "source", "complaint"),
    [
        ("title", "# 08 · Try", "it begins with '# 08 · Try'"),
        ("remember", "  ", "cell remember: there is nothing in it"),
        ("remember", "See [this](../nowhere.md).", "it links to ../nowhere.md, which is not there"),
        ("exercise-three", "1 + 1", "there is no %%exercise in it"),
    ],
)
def test_what_is_wrong_in_the_text_is_told(cell, source, complaint):
    told = list(checking.in_text(replaced(cell, source), Path("07-try.ipynb")))
    assert any(complaint in each for each in told), told


def test_links_that_lead_somewhere_are_well(tmp_path):
    (tmp_path / "08-next.ipynb").touch()
    found = replaced("next", "[Next](08-next.ipynb), [there](https://kubernetes.io), [above](#what)")
    assert list(checking.in_text(found, tmp_path / "07-try.ipynb")) == []


def test_two_cells_with_one_id_are_told():
    assert "cell load: two cells have this id" in list(
        checking.in_text(notebook(*WELL, ("load", "code", "1")), Path("07-try.ipynb"))
    )


def test_code_of_the_package_that_was_pasted_is_told():
    from inspect import getsource

    from kubelab.components.replicaset import ReplicaSetController

    told = list(checking.in_text(replaced("source", getsource(ReplicaSetController)), Path("07-try.ipynb")))
    assert told == [
        "cell source: this is code of kubelab.components.replicaset; show it with inspect.getsource, so that it is "
        "what runs"
    ]


@pytest.mark.parametrize(
    ("source", "text", "tags", "complaint"),
    [
        ("x", "<object at 0x7f09efb51890>", (), "an address of memory"),
        ("x", "Traceback (most recent call last):", (), "a traceback"),
        ("x", "well", ("raises-exception",), "raises none"),
        (
            "%kube run",
            "0 steps, 0 s of virtual time: the cluster has settled (at step 31)",
            (),
            "nothing happens in it",
        ),
        ("%kube step", "nothing more happens", (), "nothing happens in it"),
    ],
)
def test_what_is_wrong_in_what_is_shown_is_told(source, text, tags, complaint):
    (told,) = checking.in_outputs(shown(source, text, tags))
    assert complaint in told


def test_predictions_and_exercises_without_a_trial_are_told():
    told = list(trials.lacking(WELL, trials.Trials({"predict-other": ("1",)}, {})))
    assert told == [
        "prediction predict-delete has no trial",
        "exercise three has no trial",
        "there is no prediction predict-other",
    ]


def test_trials_that_cannot_be_read_are_told(tmp_path):
    with pytest.raises(UsageError, match="No such file"):
        trials.read(tmp_path / "nowhere.yaml")
    path = tmp_path / "trial.yaml"
    for text in ("exercises: [1", "exercises: {three: {}}", "- 1"):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(UsageError, match="these are no trials"):
            trials.read(path)


def test_how_a_kernel_cuts_what_is_printed_into_messages_is_no_difference():
    def printing(*printed):
        outputs = [nbformat.v4.new_output("stream", name=name, text=text) for name, text in printed]
        return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("print()", outputs=outputs)])

    whole = printing(("stdout", "one\ntwo\n"), ("stderr", "oh\n"))
    cut = printing(("stdout", "one\n"), ("stderr", "oh\n"), ("stdout", "two"), ("stdout", "\n"))
    assert list(checking.differences(whole, cut)) == []
    assert list(checking.differences(whole, printing(("stdout", "one\n"), ("stderr", "oh\n")))) != []


def test_a_line_that_a_slow_kernel_prints_in_two_messages_stays_one_line():
    cut = [nbformat.v4.new_output("stream", text=text) for text in ("As you", " said.", "\n", "As you said.\n")]
    result = nbformat.v4.new_output("execute_result", data={"text/plain": "3"})
    assert kernel.joined([*cut, result]) == "As you said.\nAs you said.\n\n3"
    assert kernel.joined(cut).split("\n") == ["As you said.", "As you said.", ""]
