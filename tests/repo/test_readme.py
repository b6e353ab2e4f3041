"""README.md: what it shows is what happens."""

import importlib.util
import re
from pathlib import Path

import pytest

from kubelab import dsl
from kubelab.cli import COMMANDS
from kubelab.cli import main as kubelab
from kubelab.views import VIEWS

_found = importlib.util.spec_from_file_location("lessons_table", Path(__file__).with_name("lessons_table.py"))
assert _found is not None
assert _found.loader is not None
lessons_table = importlib.util.module_from_spec(_found)
_found.loader.exec_module(lessons_table)

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
HELLO = ROOT / "grammar" / "examples" / "hello.kube"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def test_its_program_is_the_first_example() -> None:
    (program,) = blocks("kube")
    assert dsl.compile_text(program).objects == dsl.compile_text(HELLO.read_text()).objects
    assert program in HELLO.read_text()


def test_its_python_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    (program,) = blocks("python")
    exec(compile(program, "README.md", "exec"), {})  # noqa: S102 - it is our own text
    assert "Running" in capsys.readouterr().out
    assert (tmp_path / "owners.svg").read_text().startswith("<svg")


def test_every_command_and_view_it_names_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    (usage,) = (block for block in blocks("sh") if block.startswith("kubelab "))
    assert set(re.findall(r"^kubelab (\w+)", usage, re.MULTILINE)) == set(COMMANDS)
    assert "|".join(VIEWS) in usage
    for command in COMMANDS:
        with pytest.raises(SystemExit):
            kubelab([command, "--help"])
        known = capsys.readouterr().out
        shown = next(
            part for part in re.split(r"^(?=kubelab )", usage, flags=re.MULTILINE) if f"kubelab {command}" in part
        )
        assert [option for option in re.findall(r"--[a-z]+", shown) if option not in known] == []


@pytest.mark.parametrize("name", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "DECISIONS.md", "CHANGELOG.md"])
def test_what_the_documents_name_exists(name: str) -> None:
    text = (ROOT / name).read_text()
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if not link.startswith("http")]
    folders = re.findall(r"`((?:kubelab|grammar|notebooks|tests|binder|benchmarks)/[\w./]*)`", text)
    places = [place for place in [*links, *folders] if place != "kubelab/crash"]  # that one is an annotation
    assert [place for place in places if not (ROOT / place).exists()] == []


def test_its_table_of_lessons_is_that_of_the_lessons() -> None:
    assert lessons_table.present() == lessons_table.table(), "python tests/repo/lessons_table.py"
