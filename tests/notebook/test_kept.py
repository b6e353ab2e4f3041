"""What somebody has done in a lesson is kept in the notebook: a kernel that is started again knows it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell

from kubelab.course.record import Record

QUESTION = "You delete one of three Pods. What is there in the end?"
CELLS = (
    "%load_ext kubelab",
    "%%kube --run --quiet\ndeployment web x3 nginx:1.27",
    f"%%predict\n{QUESTION}\n\ndo: delete one pod app=web\n\n"
    "( ) Two Pods.\n    2 pods app=web\n( ) Three Pods.\n    3 pods app=web",
    "%%exercise five\nFive of them.\n\nstart:\n    deployment web x3 nginx:1.27\n\ngoal:\n    5 pods Running\n\n"
    "hint: 3 pods app=web\n    Three were asked for.",
    "%%kube --run --quiet\ndeployment web x5 nginx:1.27",
)


def run(shell: InteractiveShell, source: str) -> None:
    result = shell.run_cell(source)
    result.raise_error()


@pytest.fixture
def again(shell: InteractiveShell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[object], Any]:
    """Loads kubelab anew, in a notebook that keeps a record."""

    def load(kept: object) -> Any:
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in CELLS])
        notebook.metadata["kubelab"] = kept
        nbformat.write(notebook, tmp_path / "lesson.ipynb")
        monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "lesson.ipynb"))
        shell.run_line_magic("reload_ext", "kubelab")
        return shell.magics_manager.registry["KubeMagics"].session

    return load


def test_what_was_done_is_known_again_before_and_after_the_cells_are_run(
    shell: InteractiveShell, again: Callable[[object], Any]
) -> None:
    for source in CELLS[1:]:
        run(shell, source)
    session = shell.magics_manager.registry["KubeMagics"].session
    session.record.latest.choose(2)
    assert session.record.exercises["five"].check(session.get("five")).ok
    data, text = json.loads(json.dumps(session.record.data())), str(session.record)
    assert "2 of 2" in text

    session = again(data)
    assert not session.record.predictions
    assert str(session.record) == text
    assert session.record.data() == data
    for source in CELLS[1:4]:
        run(shell, source)
    assert str(session.record) == text
    assert session.record.exercises["five"].solved
    assert session.record.data() == data


def test_an_exercise_that_is_another_one_now_is_to_be_solved_again(
    shell: InteractiveShell, again: Callable[[object], Any]
) -> None:
    old = {"name": "five", "solved": True, "checks": 3, "hints": 1, "fingerprint": "of an older text"}
    session = again({"predictions": [], "exercises": [old]})
    assert session.record.done == 1
    run(shell, CELLS[1])
    run(shell, CELLS[3])
    assert session.record.done == 0


def test_it_is_forgotten_on_request(shell: InteractiveShell, again: Callable[[object], Any]) -> None:
    kept = {"predictions": [{"question": QUESTION, "answered": True, "said": ["Two Pods."], "as it went": False}]}
    session = again(kept)
    assert session.record.done == 1
    for source in CELLS[1:3]:
        run(shell, source)
    shell.run_line_magic("kube", "progress --forget")
    assert session.record.done == 0
    assert session.record.forgotten


@pytest.mark.parametrize(
    "nonsense",
    [None, 3, [], {"predictions": 3}, {"predictions": [3, {"question": 1, "answered": True}]}, {"exercises": [{}]}],
)
def test_a_record_that_cannot_be_read_is_none(nonsense: object, again: Callable[[object], Any]) -> None:
    assert again(nonsense).record.done == 0
    record = Record()
    record.remember(nonsense)
    assert record.size == 0


# In a real browser

READY = "window.jupyterapp && window.jupyterapp.shell.currentWidget && window.jupyterapp.shell.currentWidget.context"
RUN = """async places => {
  const app = window.jupyterapp; await app.restored;
  const panel = app.shell.currentWidget;
  await panel.context.ready; await panel.sessionContext.ready;
  for (const place of places) {
    panel.content.activeCellIndex = place;
    await app.commands.execute('notebook:run-cell');
  }
}"""
RESTART = "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()"
LAST = "[...document.querySelectorAll('.jp-OutputArea-output')].at(-1)?.innerText ?? ''"


@pytest.mark.browser
def test_answers_outlive_the_kernel_and_the_page(jupyter: Callable[..., Any], browser: Any, tmp_path: Path) -> None:
    cells = [*CELLS[:4], "%kube progress"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path = tmp_path / "lesson.ipynb"
    nbformat.write(notebook, path)
    with jupyter("jupyterlab", tmp_path) as address:
        page = browser.new_page(viewport={"width": 1300, "height": 1400})
        page.goto(f"{address}/lab/tree/lesson.ipynb")
        page.wait_for_function(READY, timeout=60_000)
        page.evaluate(RUN, [0, 1, 2, 3])
        question = page.locator(".kl-card").first
        question.get_by_role("radio", name="Three Pods.").focus(timeout=60_000)
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        question.get_by_text("As you said.").wait_for(timeout=10_000)

        # Nobody saves the notebook.
        def kept() -> Any:
            return json.loads(path.read_text(encoding="utf-8"))["metadata"].get("kubelab")

        for _ in range(50):
            if kept() is not None:
                break
            page.wait_for_timeout(200)
        assert [each["said"] for each in kept()["predictions"]] == [["Three Pods."]]

        page.evaluate(RESTART)
        page.evaluate(RUN, [0, 4])
        page.wait_for_function(f"({LAST}).includes('1 of 2')", timeout=30_000)
        assert "predictions  1 of 1 answered, 1 as it went" in page.evaluate(LAST)

        # Opened again another day, with another kernel.
        page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
        page.close()
        page = browser.new_page(viewport={"width": 1300, "height": 1400})
        page.goto(f"{address}/lab/workspaces/later/tree/lesson.ipynb")
        page.wait_for_function(READY, timeout=60_000)
        page.evaluate(RUN, [0, 1, 2, 4])
        page.wait_for_function(f"({LAST}).includes('1 of 2')", timeout=60_000)
        assert kept()["predictions"][0]["answered"] is True
        page.close()
