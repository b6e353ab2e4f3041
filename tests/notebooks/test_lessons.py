"""The lessons as they are saved: what executing them gives, readable without a kernel, and the same on every machine.

That each cell does what it did is what nbval tests; here it is the files.
"""

import json
import re

import pytest

from kubelab.notebook.lessons import LARGEST, LESSONS, WIDGET, complaints, saved

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
def test_a_lesson_is_saved_as_executing_it_gives(path):
    def without_pictures(text):
        return PICTURE.sub("", text)

    assert without_pictures(saved(path)) == without_pictures(path.read_text(encoding="utf-8"))


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
    assert not re.search(r"(/home/|/root/|/Users/|/tmp/|/work/|[A-Z]:\\\\)", told)
    notebook = json.loads(text)
    assert set(notebook["metadata"]) == {"kernelspec", "language_info"}
    assert all(set(cell["metadata"]) <= {"tags"} for cell in notebook["cells"])


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


def test_complaints_are_about_size_and_paths():
    assert [*complaints("x" * (LARGEST + 1))] == ["1,000,001 bytes are more than 1,000,000"]
    assert [*complaints(f"it is in {LESSONS.parent}/kubelab")] == [
        f"it contains a path of this machine: {LESSONS.parent}"
    ]
