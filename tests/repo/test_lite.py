"""The site without a server: built as run.py builds it; lessons run in it, whole, and ask for nothing from outside."""

import functools
import http.server
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from shutil import which
from typing import Any

import nbformat
import pytest

playwright = pytest.importorskip("playwright.sync_api")

pytestmark = [pytest.mark.slow, pytest.mark.browser]

ROOT = Path(__file__).resolve().parents[2]
EVERY = tuple(sorted(path.stem for path in (ROOT / "notebooks").glob("[0-9]*.ipynb")))
# All take a quarter of an hour; some use the most different parts of a browser's Python.
SOME = ("00-the-control-loop", "01-architecture", "18-a-kind-of-your-own", "21-capstone")
LESSONS = EVERY if os.environ.get("KUBELAB_LITE") == "all" else SOME
READY = "window.jupyterapp && window.jupyterapp.shell.currentWidget && window.jupyterapp.shell.currentWidget.context"
RUN = """async () => {
  const app = window.jupyterapp; await app.restored;
  const panel = app.shell.currentWidget;
  await panel.context.ready; await panel.sessionContext.ready;
  await app.commands.execute('notebook:run-all-cells');
  return panel.content.widgets.filter(cell => cell.model.type === 'code').map(cell => cell.model.outputs.toJSON());
}"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A web server that says nothing."""

    def log_message(self, format: str, *args: Any) -> None: ...


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the site."""
    if which("npm") is None:
        pytest.skip("no npm on PATH, by which Pyodide comes: install it (Debian: apt-get install npm)")
    folder = tmp_path_factory.mktemp("lite") / "site"
    built = subprocess.run(
        [sys.executable, str(ROOT / "binder" / "lite.py"), str(folder)], capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stdout + built.stderr
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def said(outputs: list[Any]) -> tuple[str, ...]:
    # Which of the two streams comes first is a matter of the kernel's speed.
    return tuple("".join(part["text"] for part in outputs if part.get("name") == name) for name in ("stdout", "stderr"))


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_runs_whole_in_the_page_and_says_what_is_saved_in_it(site: str, chromium: str, lesson: str) -> None:
    saved = nbformat.read(ROOT / "notebooks" / f"{lesson}.ipynb", as_version=4)
    cells = [cell for cell in saved.cells if cell.cell_type == "code"]
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-dev-shm-usage"])
        page = browser.new_page()
        asked: list[str] = []
        page.context.on("request", lambda request: asked.append(request.url))
        page.goto(f"{site}/lab/index.html?path={lesson}.ipynb")
        page.wait_for_function(READY, timeout=120_000)
        page.set_default_timeout(300_000)
        found = page.evaluate(RUN)
        pictures = page.locator(".kl-player svg g").count()
        browser.close()
    outside = [url for url in asked if not url.startswith((site, "blob:", "data:"))]
    assert outside == []
    assert len(found) == len(cells)
    for cell, outputs in zip(cells, found, strict=True):
        errors = [part for part in outputs if part["output_type"] == "error"]
        assert not errors or "raises-exception" in cell.metadata.get("tags", []), errors
        assert said(outputs) == said(cell.outputs), cell.source
        assert ("widget-view" in str(outputs)) >= ("<Player" in str(cell.outputs)), cell.source
    # A page draws only the cells that are in sight.
    assert pictures > 50 or lesson not in SOME[:2]
