"""The lessons as they are saved: what executing them gives, readable without a kernel, and the same on every machine.

That each cell does what it did is what nbval tests; here it is the files.
"""

import json
import re
from pathlib import Path

import pytest

from kubelab.course import checking
from kubelab.course.lesson import HIDING, LARGEST, LESSONS, WIDGET, complaints

PATHS = sorted(LESSONS.glob("*.ipynb"))

PICTURE = re.compile(r"data:image/svg\+xml;base64,[A-Za-z0-9+/=]+")

lesson = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


def cells(path, kind):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return [cell for cell in notebook["cells"] if cell["cell_type"] == kind]


def outputs(path):
    return [output for cell in cells(path, "code") for output in cell["outputs"]]


def test_there_are_lessons_and_they_are_numbered_without_a_gap():
    assert [int(path.stem.partition("-")[0]) for path in PATHS] == list(range(len(PATHS)))
    assert len(PATHS) >= 2


@lesson
def test_nothing_is_wrong_with_a_lesson_its_predictions_and_its_exercises(path):
    """What is tried is in `exercises/`, a file for each lesson; see `kubelab.course.trials`."""
    assert list(checking.problems(path, twice=False)) == []


@lesson
def test_a_lesson_can_be_read_without_a_kernel(path):
    data = [output["data"] for output in outputs(path) if "data" in output]
    assert not any(WIDGET in each for each in data)
    players = [each for each in data if "<Player" in "".join(each.get("text/plain", ""))]
    assert players
    for each in players:
        page = "".join(each["text/html"])
        assert PICTURE.search(page)
        assert "<script" not in page
        assert "<svg" not in page


@lesson
def test_a_lesson_says_nothing_about_the_machine_on_which_it_was_saved(path):
    text = path.read_text(encoding="utf-8")
    assert list(complaints(text)) == []
    told = PICTURE.sub("", text)
    here = [re.escape(f"{folder}/") for folder in (Path.home(), LESSONS.parent.parent) if folder.parent != folder]
    assert not re.search("|".join([*here, "/home/", "/Users/", "/tmp/", r"[A-Z]:\\\\"]), told)
    notebook = json.loads(text)
    assert set(notebook["metadata"]) == {"kernelspec", "language_info"}
    for cell in notebook["cells"]:
        hidden = "".join(cell["source"]).startswith(HIDING)
        assert cell["metadata"].get("jupyter", {}) == ({"source_hidden": True} if hidden else {})
        assert set(cell["metadata"]) <= {"tags", "jupyter"}


@lesson
def test_every_cell_of_a_lesson_has_a_name_of_its_own(path):
    names = [cell["id"] for kind in ("markdown", "code") for cell in cells(path, kind)]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z][a-z0-9-]*", name) for name in names)


@lesson
def test_only_what_is_to_fail_fails(path):
    failing = [
        cell["id"]
        for cell in cells(path, "code")
        if any(output["output_type"] == "error" for output in cell["outputs"])
    ]
    tagged = [cell["id"] for cell in cells(path, "code") if "raises-exception" in cell["metadata"].get("tags", ())]
    assert failing == tagged
    for output in outputs(path):
        if output["output_type"] == "error":
            assert "Traceback" not in "".join(output["traceback"])


CLAIMS = {
    ("00-the-control-loop", "back"): ("replicaset-controller created Pod web-",),
    ("00-the-control-loop", "delete-get"): ("web-5f84b7585b-5smbn",),
    ("00-the-control-loop", "explain"): ("You deleted Pod", "2 of 3 wanted Pods existed"),
    ("00-the-control-loop", "scale"): ("configured",),
    ("00-the-control-loop", "scale-get"): ("replicaset.apps/web-5f84b7585b   5",),
    ("00-the-control-loop", "stop-get"): ("5/5",),
    ("00-the-control-loop", "start-get"): ("5/5",),
    ("01-architecture", "revisions"): ("kube-proxy/worker-3",),
    ("01-architecture", "scheduler-get"): ("1 (0s ago)", "Pending", "<none>       <none>     <none>"),
    ("01-architecture", "scheduler-explain"): ("kube-scheduler bound",),
    ("01-architecture", "controllers-slices"): ("+ 1 more", "10.244.1.2"),
    ("01-architecture", "kubelet-nodes"): ("worker-2   NotReady",),
    ("01-architecture", "kubelet-get"): ("Terminating",),
    ("01-architecture", "proxy-right"): ("True",),
    ("01-architecture", "api-scale"): ("was refused",),
    ("01-architecture", "api-run"): ("1 step, ",),
    ("01-architecture", "api-get"): ("2 (",),
}
"""What the lessons say in words about what some of their cells show."""


@pytest.mark.parametrize(("name", "cell"), CLAIMS, ids=[f"{name}/{cell}" for name, cell in CLAIMS])
def test_what_a_lesson_says_is_what_it_shows(name, cell):
    path = LESSONS / f"{name}.ipynb"
    shown = json.dumps([each["outputs"] for each in cells(path, "code") if each["id"] == cell], ensure_ascii=False)
    for claim in CLAIMS[name, cell]:
        assert claim in shown


def test_the_stopped_controller_has_left_one_pod_too_few():
    path = LESSONS / "00-the-control-loop.ipynb"
    shown = {cell["id"]: json.dumps([as_text(output) for output in cell["outputs"]]) for cell in cells(path, "code")}
    assert [shown[cell].count("pod/web-") for cell in ("scale-get", "stop-get", "start-get")] == [5, 4, 5]


def as_text(output):
    """An output as it is shown where there is no HTML."""
    return output.get("text") or output.get("data", {}).get("text/plain")


def test_complaints_are_about_size_and_paths():
    assert [*complaints("x" * (LARGEST + 1))] == ["1,000,001 bytes are more than 1,000,000"]
    assert [*complaints(f"it is in {LESSONS.parent}/kubelab")] == [
        f"it contains a path of this machine: {LESSONS.parent}"
    ]
