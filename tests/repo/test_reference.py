"""The reference: nothing is missing in it, its examples are true, and Sphinx makes pages of it without a complaint."""

import doctest
import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from kubelab.api.scheme import KINDS
from kubelab.components import CONTROL_PLANE
from kubelab.dsl import parser
from kubelab.kubectl.verbs import verbs
from kubelab.notebook import commands

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "binder" / "reference" / "build.py"


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    spec = importlib.util.spec_from_file_location("reference_build", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module: ModuleType = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return dict(module.pages())


def test_every_word_kind_command_verb_and_component_is_in_it(pages: dict[str, str]) -> None:
    commands.load()
    assert [word for word in parser.reserved() if f"`{word}`" not in pages["language.md"]] == []
    assert [kind.kind for kind in KINDS if f"## {kind.kind}\n" not in pages["kinds.md"]] == []
    assert [name for name in commands.COMMANDS if f"`%kube {name}" not in pages["commands.md"]] == []
    assert [name for name in verbs() if f"## kubectl {name}\n" not in pages["kubectl.md"]] == []
    assert [each.name for each in CONTROL_PLANE if f"## {each.name}\n" not in pages["components.md"]] == []


def test_every_kind_leads_to_its_fields(pages: dict[str, str]) -> None:
    for kind in KINDS:
        page = next(text for name, text in pages.items() if name.startswith("fields-") and f"## {kind.kind}\n" in text)
        assert "| `metadata` |" in page


def test_every_component_says_what_it_is_in_kubernetes(pages: dict[str, str]) -> None:
    sections = pages["components.md"].split("\n## ")[1:]
    assert [section.splitlines()[0] for section in sections if "In Kubernetes:" not in section] == []


def test_its_examples_in_python_are_true() -> None:
    failed, tried = doctest.testfile(str(ROOT / "binder" / "reference" / "python.md"), module_relative=False)
    assert tried > 20
    assert failed == 0


@pytest.mark.slow
def test_it_becomes_a_site(tmp_path: Path) -> None:
    pytest.importorskip("myst_parser", reason="no myst-parser: pip install .[site]")
    built = subprocess.run([sys.executable, str(SCRIPT), str(tmp_path)], capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    page = (tmp_path / "kinds.html").read_text()
    assert 'href="fields-core-pod.html#pod"' in page
    assert "http://" not in (tmp_path / "index.html").read_text().replace("http://www.w3.org", "")
