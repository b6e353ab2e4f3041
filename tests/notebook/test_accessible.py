"""The Player and the cards for those who see little, hear the page, or have no mouse: in JupyterLab, in a browser."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

pytestmark = pytest.mark.browser

SEEN = (Path(__file__).parent / "seen.js").read_text(encoding="utf-8")
LEAST = {"text": 4.5, "outline": 3, "line": 3, "field": 3, "icon": 3, "bar": 3}
CELLS = (
    "%load_ext kubelab",
    "%%kube --run --quiet\ndeployment web x3 nginx:1.27\nservice web -> deployment web port 80",
    "%%kube\ndeployment web x3 nginx:1.28",
    "%kube trace internet -> web",
    "%%predict\nYou delete one of three Pods. What is there in the end?\n\ndo: delete one pod app=web\n\n"
    "( ) Two Pods.\n    2 pods app=web\n( ) Three Pods.\n    3 pods app=web",
    "%%predict\nHow many Pods are there?\n\ndo: delete one pod app=web\n\n____ Pods\n    count pods app=web",
    "%%exercise five\nFive of them.\n\nstart:\n    deployment web x3 nginx:1.27\n\ngoal:\n    5 pods Running\n\n"
    "hint: 3 pods app=web\n    Three were asked for.",
)
OPEN = """async () => {
  const app = window.jupyterapp; await app.restored;
  const panel = app.shell.currentWidget;
  await panel.context.ready; await panel.sessionContext.ready;
  await app.commands.execute('notebook:run-all-cells');
}"""
READY = "window.jupyterapp && window.jupyterapp.shell.currentWidget && window.jupyterapp.shell.currentWidget.context"


@pytest.fixture(scope="module")
def lab(jupyter: Callable[..., Any], browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A page with two Players and three cards, whose reader prefers reduced motion."""
    folder = tmp_path_factory.mktemp("accessible")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in CELLS])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, folder / "all.ipynb")
    with jupyter("jupyterlab", folder) as address:
        page = browser.new_page(viewport={"width": 1300, "height": 4200}, reduced_motion="reduce")
        page.goto(f"{address}/lab/tree/all.ipynb")
        page.wait_for_function(READY, timeout=60_000)
        page.evaluate(OPEN)
        page.wait_for_function("document.querySelectorAll('.kl-card').length === 3", timeout=90_000)
        page.wait_for_function("document.querySelectorAll('.kl-picture svg g').length > 20", timeout=60_000)
        yield page
        page.close()


def settle(page: Any) -> None:
    page.wait_for_timeout(100)
    page.wait_for_function("[...document.querySelectorAll('.kl-player')].every(p => p.ariaBusy !== 'true')")
    page.wait_for_timeout(100)


def show(page: Any, theme: str) -> None:
    page.evaluate(f"window.jupyterapp.commands.execute('apputils:change-theme', {{theme: 'JupyterLab {theme}'}})")
    page.wait_for_function(f"document.body.dataset.jpThemeLight === '{str(theme == 'Light').lower()}'")
    page.wait_for_timeout(300)


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_all_that_is_written_on_players_and_cards_stands_out(lab: Any, theme: str) -> None:
    show(lab, theme)
    player = lab.locator(".kl-player").first
    faint = []
    for name in ("Why", "Objects", "Events", "etcd", "Object", "What changed"):
        player.get_by_role("tab", name=name, exact=True).click()
        settle(lab)
        measured = lab.evaluate(SEEN)
        faint += [(name, each) for each in measured if each["ratio"] < LEAST[each["what"]]]
        assert {"text", "field", "icon", "bar"} <= {each["what"] for each in measured}
    show(lab, "Light")
    assert faint == []


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_axe_finds_nothing_wrong_with_players_and_cards(lab: Any, theme: str) -> None:
    base = pytest.importorskip("axe_playwright_python.base", reason="needs axe: pip install -e .[test]")
    show(lab, theme)
    lab.evaluate(base.AXE_SCRIPT)
    found = lab.evaluate("axe.run({include: [['.kl-player'], ['.kl-card']]}, {resultTypes: ['violations']})")
    show(lab, "Light")
    assert [
        (rule["id"], rule["impact"], [n["html"][:300] for n in rule["nodes"]]) for rule in found["violations"]
    ] == []


def test_what_a_step_did_is_read_out_once_and_the_picture_has_a_description(lab: Any) -> None:
    player = lab.locator(".kl-player").first
    live = player.get_by_role("status")
    assert live.get_attribute("aria-live") == "polite"
    player.focus()
    for _ in range(4):
        lab.keyboard.press("ArrowRight")
        settle(lab)
        sentence = player.locator(".kl-sentence").text_content()
        index = player.locator(".kl-counter").text_content().partition(" / ")[0]
        assert live.text_content() == f"Step {index}. {sentence}"
        assert len(sentence.split()) > 3
    views = player.get_by_label("View", exact=True).locator("option").evaluate_all("all => all.map(o => o.value)")
    assert len(views) >= 6
    described = set()
    for number in range(1, len(views) + 1):
        player.focus()
        lab.keyboard.press(str(number))
        settle(lab)
        described.add(player.locator(".kl-picture").get_attribute("aria-label"))
    assert len(described) == len(views)
    assert all(re.search(r"\w+\. .*\.$", each) for each in described), described
    player.focus()
    lab.keyboard.press("1")
    settle(lab)


def test_the_tree_for_screen_readers_names_every_control(lab: Any) -> None:
    player = lab.locator(".kl-player").first
    tree = player.aria_snapshot()
    for line in (
        'button "To the start"', 'button "Back"', 'button "Step"', 'button "Run to the end"', 'button "Play or pause"',
        'slider "Step"', 'combobox "Step size"', 'combobox "View"', "- img ", "- status", 'tablist "Details"',
        'tab "What changed" [selected]', "- tabpanel",
    ):  # fmt: skip
        assert line in tree, f"{line} in\n{tree}"
    assert not re.search(r"^\s*- (button|slider|combobox|textbox|radio|checkbox|tab)\b(?! \")", tree, re.MULTILINE), (
        tree
    )
    choice, blank, exercise = lab.locator(".kl-card").all()
    assert 'radio "Two Pods."' in choice.aria_snapshot()
    assert 'textbox "Pods"' in blank.aria_snapshot()
    assert 'list "What must become true"' in exercise.aria_snapshot()
    for card in (choice, blank, exercise):
        assert re.search(r'region "(Predict|Exercise)', card.locator("xpath=..").aria_snapshot())


def focused(page: Any) -> str:
    """What has the focus, as a person hears it."""
    return str(
        page.evaluate(
            """() => { const e = document.activeElement;
            return e.ariaLabel || e.textContent.trim() || e.closest('label')?.textContent.trim() || e.className; }"""
        )
    )


def by_tab(page: Any, wanted: str, most: int = 60) -> None:
    """Press Tab until something has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if focused(page) == wanted:
            return
    raise AssertionError(f"{wanted} is not reached by Tab; the last one was {focused(page)}")


def test_a_learner_steps_rewinds_answers_and_opens_a_hint_without_a_mouse(lab: Any) -> None:
    player = lab.locator(".kl-player").first
    choice, _, exercise = lab.locator(".kl-card").all()
    counter = player.locator(".kl-counter")
    player.focus()
    lab.keyboard.press("Home")
    settle(lab)
    # The slider is at the start, so what leads back is out of the way.
    by_tab(lab, "Step")
    assert lab.evaluate("document.activeElement.matches('.kl-step')")
    ring = "getComputedStyle(document.activeElement).outlineStyle"
    assert lab.evaluate(ring) != "none", "where the focus is can be seen"
    lab.keyboard.press("Enter")
    settle(lab)
    lab.keyboard.press("ArrowRight")
    settle(lab)
    assert counter.text_content().startswith("2 / ")
    lab.keyboard.press("Shift+Tab")
    lab.keyboard.press("Enter")
    settle(lab)
    assert counter.text_content().startswith("1 / ")

    # An object of the picture is opened, too.
    player.locator(".kl-picture").focus()
    assert lab.evaluate("document.activeElement.matches('.kl-picture')")
    lab.keyboard.press("ArrowDown")
    chosen = focused(lab)
    lab.keyboard.press("Enter")
    settle(lab)
    assert player.get_by_role("tab", name="Object", exact=True).get_attribute("aria-selected") == "true"
    assert "apiVersion" in player.get_by_role("tabpanel").text_content(), chosen

    player.get_by_role("tab", name="Object", exact=True).focus()
    lab.keyboard.press("ArrowRight")
    settle(lab)
    assert player.get_by_role("tab", selected=True).text_content() == "What changed"
    lab.keyboard.press("Escape")
    assert not lab.evaluate("document.activeElement.closest('.kl-player')"), "a way out"

    choice.get_by_role("radio").first.focus()
    lab.keyboard.press("ArrowDown")
    lab.keyboard.press("Tab")
    assert focused(lab) == "Check"
    lab.keyboard.press("Enter")
    choice.get_by_text("As you said.").wait_for(timeout=10_000)
    exercise.get_by_role("button", name="Check", exact=True).focus()
    by_tab(lab, "Hint", 1)
    lab.keyboard.press("Space")
    exercise.get_by_text("Three were asked for.").wait_for(timeout=10_000)


def test_nothing_moves_for_those_who_do_not_want_it(lab: Any) -> None:
    moving = """() => [...document.querySelectorAll('.kl-player *, .kl-card *, .kl-player, .kl-card')].filter(e => {
        const s = getComputedStyle(e);
        return s.transitionDuration.split(', ').some(d => parseFloat(d) > 0) && s.transitionProperty !== 'none'
          || s.animationName !== 'none' || s.scrollBehavior === 'smooth';
      }).map(e => e.className.baseVal ?? e.className)"""
    assert lab.evaluate(moving) == []
    lab.emulate_media(reduced_motion="no-preference")
    assert lab.evaluate(moving) != [], "where motion is welcome, there is some"
    lab.emulate_media(reduced_motion="reduce")
