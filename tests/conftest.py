"""What all tests share: which tools the machine has, and a run in which nothing may be skipped."""

import os
import shutil
import subprocess
from collections.abc import Generator
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import settings

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)
ROOT = Path(__file__).resolve().parent.parent

settings.register_profile("kubelab", derandomize=True, deadline=None)
settings.load_profile("kubelab")


class NothingSkipped:
    """A plugin under which a test (or a whole file) that is skipped counts as failed."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        return _refuse_skip(report)

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        report = yield
        return _refuse_skip(report)


def _refuse_skip(report: Report) -> Report:
    if report.outcome == "skipped" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.longrepr = f"{report.nodeid} was skipped, and nothing may be: {reason}"
    return report


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--no-skips", action="store_true", help="count every skipped test as failed")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--no-skips"):
        config.pluginmanager.register(NothingSkipped(), "nothing-skipped")


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's root."""
    return ROOT


@pytest.fixture(scope="session")
def files(root: Path) -> list[Path]:
    """The files that belong to the repository, whether it was cloned or unpacked."""
    git = shutil.which("git")
    if git and (root / ".git").exists():
        command = [git, "ls-files", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout.splitlines()
        return [root / name for name in listed if (root / name).is_file()]
    made = {".git", ".venv", "__pycache__", ".ipynb_checkpoints"}
    walked = sorted(path for path in root.rglob("*") if path.is_file())
    own = (path for path in walked if not made & set(path.relative_to(root).parts))
    return [path for path in own if not path.relative_to(root).parts[0].endswith(("_cache", ".hypothesis"))]


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium that playwright can drive."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("KUBELAB_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if not found:
        pytest.skip("no Chromium on PATH: install it (Debian: apt-get install chromium) or set KUBELAB_CHROMIUM")
    return found


@pytest.fixture(scope="session")
def kubectl() -> str:
    """The path of the real kubectl."""
    found = shutil.which("kubectl")
    if not found:
        pytest.skip("no kubectl on PATH: python3 .ci/kubectl.py FOLDER 36 brings one")
    return found
