"""`kubelab lesson`: lessons are begun, saved and checked."""

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

Call = Callable[..., tuple[int, str, str]]


def test_a_lesson_is_begun_from_the_template_and_never_over_another(kubelab: Call, tmp_path: Path) -> None:
    code, out, _ = kubelab("lesson", "new", "07-rolling-updates")
    assert code == 0
    assert "07-rolling-updates.ipynb: written" in out
    made = nbformat.read(tmp_path / "07-rolling-updates.ipynb", as_version=4)
    assert made.cells[0].source.startswith("# 07 · Rolling updates\n")
    nbformat.validate(made)
    code, _, err = kubelab("lesson", "new", "07-rolling-updates.ipynb")
    assert code == 2
    assert "there is such a file already" in err


def notebook(folder: Path, *sources: str) -> None:
    made = nbformat.v4.new_notebook()
    made.cells = [nbformat.v4.new_code_cell(source, id=f"cell-{n}") for n, source in enumerate(sources)]
    nbformat.write(made, folder / "small.ipynb")


def test_saving_executes_and_a_cell_that_fails_is_named(kubelab: Call, tmp_path: Path) -> None:
    notebook(tmp_path, "%load_ext kubelab", "%%kube --quiet\npod web nginx", "%kube get pods -o name")
    code, out, err = kubelab("lesson", "save", "small.ipynb")
    assert (code, "saved" in out) == (0, True), err
    saved = nbformat.read(tmp_path / "small.ipynb", as_version=4)
    assert saved.cells[-1].outputs[0].data["text/plain"] == "pod/web"
    before = (tmp_path / "small.ipynb").read_text()
    notebook(tmp_path, "%load_ext kubelab", "%kube kill nobody")
    broken = (tmp_path / "small.ipynb").read_text()
    code, _, err = kubelab("lesson", "save", "small.ipynb")
    assert code == 1
    assert "cell cell-1 fails" in err
    assert "Traceback" not in err
    assert (tmp_path / "small.ipynb").read_text() == broken != before


def test_checking_says_what_is_wrong(kubelab: Call, tmp_path: Path) -> None:
    notebook(tmp_path, "%load_ext kubelab", "%kube get pods")
    code, out, _ = kubelab("lesson", "check", "--once", "small.ipynb")
    assert code == 1
    assert "there is no %%predict in it" in out
    assert "saved otherwise than executed: cell cell-1" in out


def test_prose_goes_out_and_comes_back_translated(kubelab: Call, tmp_path: Path) -> None:
    kubelab("lesson", "new", "07-rolling-updates")
    code, out, _ = kubelab("lesson", "text", "07-rolling-updates.ipynb", "--export", "de.po")
    assert (code, out) == (0, "de.po: 12 texts\n")
    catalogue = (tmp_path / "de.po").read_text().replace('msgid "One."\nmsgstr ""', 'msgid "One."\nmsgstr "Einer."')
    (tmp_path / "de.po").write_text(catalogue)
    code, _, err = kubelab("lesson", "text", "07-rolling-updates.ipynb", "--merge", "de.po", "-o", "07-de.ipynb")
    assert code == 0, err
    assert "( ) Einer.\n    1 pod app=web" in nbformat.read(tmp_path / "07-de.ipynb", as_version=4).cells[4].source
    code, _, err = kubelab("lesson", "text", "07-rolling-updates.ipynb", "--merge", "de.po")
    assert (code, "needs -o" in err) == (2, True)


@pytest.mark.parametrize("act", ["save", "check"])
def test_a_file_that_is_no_lesson_is_refused(kubelab: Call, tmp_path: Path, act: str) -> None:
    (tmp_path / "text.ipynb").write_text("no notebook")
    code, _, err = kubelab("lesson", act, "text.ipynb")
    assert (code, "this is no notebook" in err) == (2, True), err
    code, _, err = kubelab("lesson", act, "nowhere.ipynb")
    assert (code, "No such file" in err) == (2, True), err
