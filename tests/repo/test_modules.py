"""What every module of the package promises, whoever wrote it."""

import ast
import re
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "kubelab").rglob("*.py"))
VAGUE = {"manager", "handler", "handlers", "utils", "util", "helpers", "helper", "common", "base", "core", "misc"}
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b")


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_fits_in_the_head(path: Path) -> None:
    source = path.read_text()
    assert source.count("\n") <= 400, "more than 400 lines: split it along meaning"
    long = [
        f"{node.name} ({node.end_lineno - node.lineno + 1} lines)"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > 70
    ]
    assert not long, "functions of more than 70 lines"


def test_no_module_has_a_name_that_says_nothing() -> None:
    def says_nothing(path: Path) -> bool:
        # A group of Kubernetes' API is really called core.
        real = {"core"} if name(path).startswith("kubelab/api/") else set()
        return bool({*path.relative_to(ROOT).parts[:-1], path.stem} & (VAGUE - real))

    assert [name(path) for path in MODULES if says_nothing(path)] == []


def test_nothing_is_left_unfinished() -> None:
    found = [
        f"{name(path)}:{number}"
        for path in [*MODULES, ROOT / "run.py"]
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if UNFINISHED.search(line)
    ]
    assert found == []


def test_no_file_names_a_path_of_the_machine_it_was_written_on(files: list[Path]) -> None:
    here = {f"{ROOT}/", f"{ROOT.parent}/", f"{Path.home()}/"} - {"//", "/", f"{tempfile.gettempdir()}/"}
    found = []
    for path in files:
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        found += [f"{name(path)}: {place}" for place in sorted(here) if place in text]
    assert found == []


FLOOR = ROOT / "kubelab" / "components"
COMPONENTS = sorted(path for path in FLOOR.iterdir() if not path.stem.startswith("_"))


@pytest.mark.parametrize("path", COMPONENTS, ids=name)
def test_a_component_says_what_it_wants_sees_and_does(path: Path) -> None:
    modules = [path] if path.is_file() else sorted(path.glob("*.py"))
    docs = "".join(ast.get_docstring(ast.parse(module.read_text())) or "" for module in modules)
    owed = ("Desired", "Actual", "Action", "**In Kubernetes:**", "**Simplified:**")
    assert [word for word in owed if word not in docs] == []
