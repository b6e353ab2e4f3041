"""The Player in a real browser: JupyterLab, Notebook 7, and a page without a kernel."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from kubelab import Cluster
from kubelab.notebook import film_strip

pytestmark = pytest.mark.browser

CELLS = (
    "%load_ext kubelab",
    "%%kube --run --quiet\ndeployment web x3 nginx:1.27\nservice web -> deployment web port 80",
    "%%kube\ndeployment web x3 nginx:1.28",
    "%kube trace internet -> web",
    "%%kube\ndeploymant web x3 nginx:1.28",
)
RUN_ALL = """async () => {
  const app = window.jupyterapp; await app.restored;
  const panel = app.shell.currentWidget;
  await panel.context.ready; await panel.sessionContext.ready;
  await app.commands.execute('notebook:run-all-cells');
}"""
READY = "window.jupyterapp && window.jupyterapp.shell.currentWidget && window.jupyterapp.shell.currentWidget.context"
APPS = {
    "jupyterlab": "/lab/tree/rollout.ipynb",
    "notebook": "/notebooks/rollout.ipynb",
}


@pytest.fixture(scope="module", params=list(APPS))
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, jupyter: Any) -> Iterator[str]:
    """The address of a notebook on a server of its own."""
    app = request.param
    path = APPS[app]
    folder = tmp_path_factory.mktemp(app)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in CELLS])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, folder / "rollout.ipynb")
    cells = ("# two\ndeployment web x2 nginx:1.27 {\n  port http 80\n}", "service web -> deployment w")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    notebook.metadata["kernelspec"] = {"name": "kube", "display_name": "kube", "language": "kube"}
    notebook.metadata["language_info"] = {"name": "kube", "mimetype": "text/x-kube", "file_extension": ".kube"}
    nbformat.write(notebook, folder / "kube.ipynb")
    with jupyter(app, folder) as address:
        yield f"{address}{path}"


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    opened = browser.new_page(viewport={"width": 1400, "height": 1000})
    opened.problems = []
    # Notebook 7 has an error of its own while it starts; what the Player is made of comes from a blob.
    opened.on("pageerror", lambda error: "blob:" in (error.stack or "") and opened.problems.append(error.stack))
    yield opened
    opened.close()


def opened_player(page: Any, site: str) -> Any:
    page.goto(site)
    page.wait_for_function(READY, timeout=60_000)
    page.evaluate(RUN_ALL)
    page.wait_for_selector(".kl-player svg g", timeout=60_000)
    player = page.locator(".kl-player").first
    player.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    return player


def steps(player: Any) -> tuple[int, int]:
    at, _, end = player.locator(".kl-counter").text_content().partition(" / ")
    return int(at), int(end)


def settle(page: Any) -> None:
    """Wait until the kernel has answered."""
    page.wait_for_timeout(50)
    page.wait_for_function("document.querySelector('.kl-player').getAttribute('aria-busy') === 'false'")
    page.wait_for_timeout(50)


def test_a_rolling_update_is_stepped_through(page: Any, site: str) -> None:
    player = opened_player(page, site)
    at, end = steps(player)
    assert end > at + 50
    place = player.bounding_box()
    first = player.locator(".kl-sentence").text_content()
    assert first == "You changed Deployment web."

    # A frame that is known ahead is there before anybody could have answered.
    now = player.evaluate(
        """root => { root.querySelector('.kl-step').click();
        return [root.querySelector('.kl-counter').textContent, root.querySelector('.kl-sentence').textContent,
                root.querySelectorAll('svg .changed:not(.hidden)').length]; }"""
    )
    assert now[0].startswith(f"{at + 1} / ")
    assert "created ReplicaSet" in now[1]
    assert now[2] >= 1
    settle(page)
    assert steps(player) == (at + 1, end)
    assert player.locator(".kl-sentence").text_content() == now[1]

    player.focus()
    for _ in range(12):
        page.keyboard.press("ArrowRight")
    settle(page)
    assert steps(player) == (at + 13, end)
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    settle(page)
    assert steps(player) == (at + 10, end)

    for name in ("Why", "Objects", "Events", "etcd", "Object", "What changed"):
        player.get_by_role("tab", name=name, exact=True).click()
        settle(page)
        assert player.bounding_box() == place
        assert player.locator(".kl-panel").text_content().strip()
    page.keyboard.press("End")
    settle(page)
    assert steps(player) == (end, end)
    player.focus()
    page.keyboard.press("Home")
    settle(page)
    assert steps(player) == (0, end)
    assert player.bounding_box() == place

    player.focus()
    page.keyboard.press("3")
    settle(page)
    assert player.get_by_label("View", exact=True).input_value() == "owners"
    page.keyboard.press("1")
    settle(page)
    assert player.get_by_label("View", exact=True).input_value() == "topology"
    player.locator("g[data-chosen]:not(.hidden)").first.click()
    settle(page)
    assert player.get_by_role("tab", name="Object", exact=True).get_attribute("aria-selected") == "true"
    assert "apiVersion" in player.locator(".kl-panel").text_content()

    # The cell of a notebook was not touched by the keys, and the mistake in the last one shows no traceback.
    assert page.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']").count() <= 1
    text = page.evaluate("document.body.innerText")
    assert "did you mean `deployment`?" in text
    assert "Traceback" not in text
    assert page.problems == []


def test_the_slider_the_step_size_and_playing(page: Any, site: str) -> None:
    player = opened_player(page, site)
    end = steps(player)[1]
    player.evaluate(
        """root => { const slider = root.querySelector('.kl-slider');
        for (const place of [3, 5, 7, 9]) { slider.value = place; slider.dispatchEvent(new Event('input')); } }"""
    )
    settle(page)
    assert steps(player) == (9, end)
    player.get_by_label("Step size").select_option("moment")
    player.locator(".kl-step").click()
    settle(page)
    after = steps(player)[0]
    assert after > 10
    player.locator(".kl-play").click()
    page.wait_for_timeout(1600)
    player.locator(".kl-play").click()
    settle(page)
    played = steps(player)[0]
    assert played > after
    page.wait_for_timeout(1300)
    assert steps(player)[0] == played
    assert page.problems == []


def test_a_walk_is_stepped_through_hop_by_hop(page: Any, site: str) -> None:
    opened_player(page, site)
    page.wait_for_function("document.querySelectorAll('.kl-picture svg').length === 2")
    walk = page.locator(".kl-player").nth(1)
    walk.scroll_into_view_if_needed()
    assert steps(walk)[0] == 0
    assert "wants to reach web" in walk.locator(".kl-sentence").text_content()
    end = steps(walk)[1]
    walk.locator(".kl-step").click()
    page.wait_for_timeout(300)
    assert steps(walk) == (1, end)
    assert "has nothing but its cluster IP" in walk.locator(".kl-sentence").text_content()
    for name in ("Rules", "Routes", "DNS", "The whole way", "This hop"):
        walk.get_by_role("tab", name=name, exact=True).click()
        page.wait_for_timeout(300)
        assert walk.locator(".kl-panel").text_content().strip()
    walk.focus()
    page.keyboard.press("End")
    page.wait_for_timeout(300)
    assert steps(walk) == (end, end)
    assert walk.locator(".kl-sentence.kl-problem").count() == 1
    assert walk.locator(".kl-picture .changed:not(.hidden)").count() >= 1
    for select in ("View", "Step size", "Branch"):
        assert not walk.get_by_label(select, exact=True).is_visible(), "there is nothing to choose"
    assert page.problems == []


def weight_of(page: Any, word: str) -> str:
    """How bold the editor shows the first run of text that is this word, waited for."""
    bold = """word => [...document.querySelectorAll('.cm-line span')].filter(e => e.textContent === word)
        .map(e => getComputedStyle(e).fontWeight)[0]"""
    page.wait_for_function(f"word => Number(({bold})(word)) >= 600", arg=word, timeout=30_000)
    return str(page.evaluate(bold, word))


def test_the_language_is_coloured_in_cells_of_python(page: Any, site: str) -> None:
    page.goto(site)
    page.wait_for_function(READY, timeout=60_000)
    assert int(weight_of(page, "deployment")) >= 600
    assert page.locator(".kl-keyword", has_text="service").count() >= 1
    assert page.locator(".kl-keyword", has_text="deploymant").count() == 0
    assert page.problems == []


def test_a_notebook_of_the_kernel_kube_is_coloured_runs_and_completes(page: Any, site: str) -> None:
    # A workspace of its own: JupyterLab would open this notebook again for every test that comes later.
    page.goto(site.replace("/lab/tree/", "/lab/workspaces/kube/tree/").replace("rollout", "kube"))
    page.wait_for_function(READY, timeout=60_000)
    assert int(weight_of(page, "deployment")) >= 600
    page.evaluate("""async () => {
      const app = window.jupyterapp; const panel = app.shell.currentWidget;
      await panel.context.ready; await panel.sessionContext.ready;
      panel.content.activeCellIndex = 0; await app.commands.execute('notebook:run-cell');
    }""")
    page.wait_for_selector(".kl-player svg g", timeout=60_000)
    page.evaluate("""async () => {
      const panel = window.jupyterapp.shell.currentWidget;
      panel.content.activeCellIndex = 1; panel.content.mode = 'edit';
      const editor = panel.content.activeCell.editor; editor.focus();
      editor.setCursorPosition(editor.getPositionAt(editor.model.sharedModel.getSource().length));
    }""")
    page.keyboard.press("Tab")
    page.locator(".jp-Completer-match", has_text="web").first.wait_for(timeout=30_000)
    assert page.problems == []


def test_it_fits_a_narrow_page_and_follows_the_theme(page: Any, site: str) -> None:
    player = opened_player(page, site)
    page.set_viewport_size({"width": 800, "height": 900})
    settle(page)
    overflow = "root => { const row = root.querySelector('.kl-controls'); return row.scrollWidth - row.clientWidth; }"
    assert player.evaluate(overflow) <= 0
    for button in ("kl-first", "kl-back", "kl-step", "kl-run", "kl-play", "kl-slider"):
        box = player.locator(f".{button}").bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= 800
    colour = "root => getComputedStyle(root.querySelector('.canvas > rect, .canvas rect')).fill"
    light = player.evaluate(colour)
    page.evaluate("window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})")
    page.wait_for_function("document.body.dataset.jpThemeLight === 'false'")
    assert player.evaluate(colour) != light
    page.evaluate("window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Light'})")
    page.wait_for_function("document.body.dataset.jpThemeLight === 'true'")
    assert page.problems == []


def test_a_page_without_a_kernel_shows_the_film_strip(page: Any, tmp_path: Path, cluster: Cluster) -> None:
    target = tmp_path / "film.html"
    target.write_text(film_strip.page(cluster), encoding="utf-8")
    page.goto(target.as_uri())
    page.locator("summary").click()
    widths = page.evaluate("[...document.images].map(image => image.naturalWidth)")
    assert len(widths) >= 3
    assert min(widths) > 200
    assert page.problems == []


CARD_CELLS = (
    "%load_ext kubelab",
    "%%kube --run --quiet\ndeployment web x3 nginx:1.27",
    "%%predict\nYou delete one of three Pods. What is there in the end?\n\ndo: delete one pod app=web\n\n"
    "( ) Two Pods.\n    2 pods app=web\n( ) Three Pods.\n    3 pods app=web",
    "%%exercise five\nFive of them.\n\nstart:\n    deployment web x3 nginx:1.27\n\ngoal:\n    5 pods Running\n\n"
    "hint: 3 pods app=web\n    Three were asked for.",
    "%kube progress",
)


def test_a_prediction_and_an_exercise_are_done_with_the_keyboard_alone(page: Any, site: str) -> None:
    page.goto(site)
    page.wait_for_function(READY, timeout=60_000)
    page.evaluate(
        """sources => window.jupyterapp.restored.then(async () => {
          const panel = window.jupyterapp.shell.currentWidget;
          await panel.context.ready;
          const empty = {cell_type: 'code', metadata: {}, outputs: [], execution_count: null};
          const cells = sources.map(source => ({...empty, source}));
          panel.context.model.sharedModel.transact(() => {
            const model = panel.context.model.sharedModel;
            model.deleteCellRange(0, model.cells.length);
            model.insertCells(0, cells);
          });
        })""",
        list(CARD_CELLS),
    )
    page.evaluate(RUN_ALL)
    page.wait_for_selector(".kl-card:has-text('Exercise')", timeout=60_000)
    question, exercise = page.locator(".kl-card").all()
    assert question.get_by_role("radio").count() == 2
    assert question.get_by_role("button", name="Check").is_disabled()
    result = question.get_by_role("status")
    assert result.get_attribute("aria-live") == "polite"

    question.get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    question.get_by_text("It goes another way.").wait_for(timeout=10_000)
    assert "there are 3 pods" in result.text_content()
    question.get_by_role("radio").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    question.get_by_text("As you said.").wait_for(timeout=10_000)
    assert question.get_by_role("radio", name="Three Pods").is_checked()

    for button, said in (("Check", "nothing has been done yet"), ("Hint", "Three were asked for.")):
        exercise.get_by_role("button", name=button, exact=True).focus()
        page.keyboard.press("Enter")
        exercise.get_by_text(said).wait_for(timeout=10_000)
    assert exercise.get_by_role("list", name="What must become true").get_by_role("listitem").count() == 1
    # What a lesson has done so far is kept in the output of a cell, so that it is saved with the notebook.
    page.get_by_text("1 of 2", exact=False).last.wait_for(timeout=10_000)
    assert page.locator(".jp-Cell, .jp-Notebook-cell").count() == len(CARD_CELLS)
    assert page.problems == []
