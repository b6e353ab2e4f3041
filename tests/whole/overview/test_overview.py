"""Each statement is shown by what is typed, and README tells the same."""

import importlib.util
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location("overview", Path(__file__).with_name("overview.py"))
assert _spec is not None
assert _spec.loader is not None
overview = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(overview)

ROWS = overview.rows()


@pytest.mark.parametrize("row", ROWS, ids=[f"{place}-{row.part}" for place, row in enumerate(ROWS)])
def test_what_is_typed_shows_it(row, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in row.files:
        (tmp_path / name).write_text(row.content(name), encoding="utf-8")
    text = overview.printed(row.lines)
    assert overview.missing(text, row.see) == [], f"{row.says}\n{text}"


def test_no_statement_is_made_twice_and_none_without_anything_to_see():
    said = [row.says for row in ROWS]
    assert len(set(said)) == len(said) >= 50
    assert all(row.lines and row.see and row.says.endswith(".") for row in ROWS)


def test_what_is_seen_comes_from_what_is_typed():
    # A cluster in which nothing was done shows it for no row but those that are about a fresh cluster.
    fresh = overview.printed(["kubectl get all -A", "kubectl get nodes -o wide", "%kube trace"])
    assert [row.says for row in ROWS if overview.missing(fresh, row.see) == []] == []


def test_readme_has_the_table():
    text = overview.README.read_text(encoding="utf-8")
    assert overview.with_table(text) == text, "write it anew: python tests/whole/overview/overview.py"
