"""What the tests of the notebook share: a rolling update half way, and an IPython with the extension loaded."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from kubelab import Cluster

WEB = "deployment web x3 nginx:1.27\nservice web -> deployment web port 80\n"
NEWER = "deployment web x3 nginx:1.28\nservice web -> deployment web port 80\n"


@pytest.fixture
def cluster() -> Cluster:
    """Three Pods that run, and a new image that was just applied."""
    made = Cluster()
    made.apply(WEB)
    made.run()
    made.apply(NEWER)
    return made


@pytest.fixture
def shell() -> Iterator[InteractiveShell]:
    """An IPython in which kubelab is loaded."""
    made = InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}))
    made.run_line_magic("load_ext", "kubelab")
    yield made
    made.run_line_magic("unload_ext", "kubelab")


@pytest.fixture
def shown(shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What errors show in a cell."""
    lines: list[str] = []

    def show(etype: Any, evalue: Any, stb: list[str]) -> None:
        lines.extend(stb)

    monkeypatch.setattr(shell, "_showtraceback", show)
    return lines


# A real browser, and a real Jupyter

TRAITS = {"jupyterlab": "LabApp", "notebook": "JupyterNotebookApp"}


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture(scope="session")
def jupyter(root: Path) -> Callable[[str, Path], AbstractContextManager[str]]:
    """Starts JupyterLab or Notebook 7 on a folder; gives its address."""

    @contextmanager
    def start(app: str, folder: Path) -> Iterator[str]:
        names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
        own = {name: str(folder / name.lower()) for name in names}
        environment = {**os.environ, **own, "IPYTHONDIR": str(folder / "ipython"), "PYTHONPATH": str(root)}
        port = free_port()
        options = [
            "--allow-root", "--no-browser", "--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0",
            "--IdentityProvider.token=", f"--ServerApp.root_dir={folder}", "--LabApp.news_url=None",
            f"--{TRAITS[app]}.expose_app_in_browser=True",
        ]  # fmt: skip
        with (folder / "server.log").open("w") as log:
            server = subprocess.Popen(
                [sys.executable, "-m", app, *options], cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT
            )
            try:
                for _ in range(240):
                    try:
                        urllib.request.urlopen(f"http://127.0.0.1:{port}/api", timeout=1).close()
                        break
                    except OSError:
                        time.sleep(0.25)
                yield f"http://127.0.0.1:{port}"
            finally:
                server.terminate()
                server.wait(20)

    return start


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Any]:
    """A Chromium."""
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield opened
        opened.close()
