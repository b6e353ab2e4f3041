"""The script that sets everything up: what it does before anything is installed."""

import ast
import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """run.py as a module whose repository is an empty folder."""
    spec = importlib.util.spec_from_file_location("kubelab_run", ROOT / "run.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name in ("pyproject.toml", "constraints.txt"):
        (tmp_path / name).write_text("")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(module, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    return module


@pytest.fixture
def calls(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The steps of a set-up, noted down instead of carried out; making .venv makes its Python."""
    noted: list[list[str]] = []

    def note(command: list[str]) -> None:
        noted.append(command)
        if "venv" in command:
            run.PYTHON.parent.mkdir(parents=True)
            run.PYTHON.symlink_to(sys.executable)

    monkeypatch.setattr(run, "call", note)
    return noted


def test_it_imports_nothing_but_the_standard_library() -> None:
    tree = ast.parse((ROOT / "run.py").read_text())
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
    }
    assert imported <= sys.stdlib_module_names


def test_an_old_python_can_read_it() -> None:
    ast.parse((ROOT / "run.py").read_text(), feature_version=(3, 7))


def test_an_old_python_is_told_which_one_is_needed(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run.sys, "version_info", (3, 9, 2))
    assert run.main(["test"]) == 2
    assert "needs Python 3.11 or later; this is 3.9" in capsys.readouterr().err


def test_it_installs_once_and_again_when_what_is_needed_changes(run: ModuleType, calls: list[list[str]]) -> None:
    run.set_up(("lab",), fresh=False)
    first = len(calls)
    assert first == 3
    assert all("--constraint" in call for call in calls if "install" in call)

    run.set_up(("lab",), fresh=False)
    assert len(calls) == first

    (run.ROOT / "constraints.txt").write_text("attrs==1")
    run.set_up(("lab",), fresh=False)
    assert len(calls) == first + 2, "the virtual environment itself is kept"


def test_the_tests_need_more_than_the_lessons(run: ModuleType, calls: list[list[str]]) -> None:
    run.set_up(("lab",), fresh=False)
    run.set_up(("lab", "test"), fresh=False)
    assert calls[-1][-1].endswith("[lab,test]")
    done = len(calls)
    run.set_up(("lab",), fresh=False)
    assert len(calls) == done


def test_fresh_makes_the_environment_anew(run: ModuleType, calls: list[list[str]]) -> None:
    run.set_up(("lab",), fresh=False)
    (run.VENV / "leftover").touch()
    run.set_up(("lab",), fresh=True)
    assert not (run.VENV / "leftover").exists()


def test_a_set_up_that_fails_is_begun_again(
    run: ModuleType, calls: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    note = run.call

    def fail(command: list[str]) -> None:
        note(command)
        if "--editable" in command:
            raise run.SetupError("no network")

    monkeypatch.setattr(run, "call", fail)
    with pytest.raises(run.SetupError):
        run.set_up(("lab",), fresh=False)
    monkeypatch.setattr(run, "call", note)
    run.set_up(("lab",), fresh=False)
    assert sum("--editable" in call for call in calls) == 2


def without(*modules: str) -> SimpleNamespace:
    return SimpleNamespace(find_spec=lambda name: None if name in modules else object())


def test_without_ensurepip_the_pip_that_is_there_fills_the_environment(
    run: ModuleType, calls: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run.importlib, "util", without("ensurepip"))
    run.set_up(("lab",), fresh=False)
    assert "--without-pip" in calls[0]
    assert calls[1][:5] == [sys.executable, "-m", "pip", "--python", str(run.PYTHON)]


def test_without_pip_and_ensurepip_it_says_what_to_install(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run.importlib, "util", without("ensurepip", "pip"))
    assert run.main(["lab"]) == 1
    assert "apt-get install python3-venv python3-pip" in capsys.readouterr().err


def test_the_headless_lab_prints_a_trace_and_writes_a_picture(
    run: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "PYTHON", Path(sys.executable))
    monkeypatch.chdir(tmp_path)
    assert run.headless(str(run.EXAMPLE), []) == 0
    assert "replicaset-controller" in capfd.readouterr().out
    assert (tmp_path / f"{run.EXAMPLE.stem}.svg").read_text().lstrip().startswith("<")


def test_the_help_says_both_commands() -> None:
    shown = subprocess.run([sys.executable, str(ROOT / "run.py"), "-h"], capture_output=True, text=True, check=True)
    assert "open the lessons" in shown.stdout
    assert "every check and test" in shown.stdout


# The links for Binder


README = (
    "[go](https://mybinder.org/v2/gh/OWNER/kubelab/HEAD?urlpath=lab/tree/notebooks/00.ipynb) and\n"
    "`https://mybinder.org/v2/gh/OWNER/kubelab/HEAD`, but https://example.com/gh/OWNER/kubelab/\n"
)


@pytest.fixture
def readme(run: ModuleType) -> Path:
    path: Path = run.ROOT / "README.md"
    path.write_text(README)
    return path


def git(run: ModuleType, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=run.ROOT, check=True, capture_output=True)


def test_links_lead_to_the_repository_that_is_named_and_nothing_is_set_up(
    run: ModuleType, readme: Path, calls: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run.main(["links", "ada/my.lab-2"]) == 0
    text = readme.read_text()
    assert text == README.replace("v2/gh/OWNER/kubelab/", "v2/gh/ada/my.lab-2/")
    assert "2 links for Binder lead to ada/my.lab-2" in capsys.readouterr().out
    assert run.main(["links", "https://github.com/grace/kubelab"]) == 0
    assert readme.read_text() == README.replace("v2/gh/OWNER/kubelab/", "v2/gh/grace/kubelab/")
    assert calls == []


@pytest.mark.parametrize(
    "address",
    [
        "https://github.com/ada/lab.git",
        "https://github.com/ada/lab",
        "git@github.com:ada/lab.git",
        "ssh://git@github.com/ada/lab/",
    ],
)
def test_links_lead_to_the_repository_that_git_knows(run: ModuleType, readme: Path, address: str) -> None:
    git(run, "init", "-q")
    git(run, "remote", "add", "another", "https://github.com/somebody/else.git")
    git(run, "remote", "add", "origin", address)
    assert run.main(["links"]) == 0
    assert "v2/gh/ada/lab/HEAD?" in readme.read_text()


@pytest.mark.parametrize("arguments", [(), ("kubelab",), ("https://example.com/ada/lab",), ("a/b", "c/d")])
def test_links_that_would_lead_nowhere_are_refused(
    run: ModuleType, readme: Path, arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    git(run, "init", "-q")
    git(run, "remote", "add", "origin", "/somewhere/on/a/disk.git")
    assert run.main(["links", *arguments]) == 2
    assert "run.py links OWNER/NAME" in capsys.readouterr().err
    assert readme.read_text() == README


def test_every_link_for_binder_in_the_readme_is_found(run: ModuleType) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    homes = {found[0] for found in run.BINDER.finditer(text)}
    assert len(homes) == 1, "all of them lead to one repository"
    assert len(run.BINDER.findall(text)) == text.count("mybinder.org/v2/")
