"""Who may import whom, and how much an import costs."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    # The folder comes first on the path, so that a changed copy is read instead of what is installed.
    return subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("module", "line", "broken"),
    [
        ("api/scalars.py", "import kubelab.sim", "Floors of the house"),
        ("dsl/__init__.py", "import kubelab.state", "dsl knows only api and errors"),
        ("components/replicaset.py", "import kubelab.components.deployment", "Components are independent"),
        ("views/__init__.py", "import lark", "lark only in"),
        ("cluster.py", "import pygraphviz", "Graphviz only in"),
        ("views/__init__.py", "import IPython", "Jupyter only in"),
        ("sim/engine.py", "import kubelab.state.store", "Only the API server commits"),
        ("components/replicaset.py", "import kubelab.state.store", "Only the API server commits"),
        ("components/kubelet/kubelet.py", "import kubelab.apiserver.server", "Floors of the house"),
    ],
)
def test_a_forbidden_import_is_caught(module: str, line: str, broken: str, tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "kubelab", tmp_path / "kubelab", ignore=shutil.ignore_patterns("__pycache__"))
    with (tmp_path / "kubelab" / module).open("a") as file:
        file.write(f"\n{line}\n")
    result = lint(tmp_path)
    assert result.returncode == 1, result.stdout + result.stderr
    assert [row for row in result.stdout.splitlines() if broken in row and "BROKEN" in row], result.stdout


NOTEBOOK = ["IPython", "anywidget", "ipykernel", "ipywidgets", "traitlets"]


def loaded_by(statement: str, modules: list[str]) -> list[str]:
    program = f"import sys\n{statement}\nprint(*(m for m in {modules} if m in sys.modules))"
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()


def test_importing_kubelab_brings_in_nothing_it_does_not_need_yet() -> None:
    heavy = [*NOTEBOOK, "attrs", "graphviz", "immutables", "lark", "pygraphviz", "yaml"]
    assert loaded_by("import kubelab", heavy) == []


def test_a_cluster_needs_no_package_of_the_notebook() -> None:
    assert loaded_by("from kubelab import Cluster", NOTEBOOK) == []


def test_the_command_line_needs_no_package_of_the_notebook() -> None:
    assert loaded_by("import kubelab.cli", [*NOTEBOOK, "graphviz", "lark", "yaml"]) == []
