"""What the tests of the notebook share: a rolling update half way, and an IPython with the extension loaded."""

from collections.abc import Iterator
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
