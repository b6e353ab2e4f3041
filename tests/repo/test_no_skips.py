"""A run in which nothing may be skipped: `--no-skips`, as `.ci/run` asks for it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

TESTS = """\
import pytest

def test_that_runs():
    pass

@pytest.mark.skip(reason="no browser")
def test_that_is_skipped():
    pass

def test_that_skips_itself():
    pytest.skip("no kubectl")

@pytest.mark.xfail(strict=True)
def test_that_is_known_to_fail():
    raise ValueError
"""


def run(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "conftest",
        "-p",
        "no:cacheprovider",
        "-q",
        "--rootdir",
        str(folder),
    ]
    return subprocess.run(
        [*command, "--rootdir", str(folder), *options, str(folder)],
        cwd=folder,
        # The plugins of Jupyter and hypothesis have no part in this, and take longer to load than all of it to run.
        env={**os.environ, "PYTHONPATH": str(ROOT / "tests"), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of tests, some of which are skipped."""
    (tmp_path / "test_some.py").write_text(TESTS)
    return tmp_path


def test_without_it_skips_are_only_counted(folder: Path) -> None:
    result = run(folder)
    assert result.returncode == 0
    assert "1 passed, 2 skipped, 1 xfailed" in result.stdout


def test_with_it_every_skip_is_a_failure_that_says_its_reason(folder: Path) -> None:
    result = run(folder, "--no-skips")
    assert result.returncode == 1
    assert "1 failed, 1 passed, 1 xfailed, 1 error" in result.stdout
    assert "no browser" in result.stdout and "no kubectl" in result.stdout


def test_with_it_a_file_that_skips_itself_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "test_whole.py").write_text("import pytest\npytest.importorskip('no_such_module')\n")
    result = run(tmp_path, "--no-skips")
    assert result.returncode != 0
    assert "no_such_module" in result.stdout
