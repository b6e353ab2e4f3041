"""The table of the lessons in README.md, made from them: ``python tests/repo/lessons_table.py`` writes it anew."""

import re
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
# `python3 run.py links` says which repository it is.
HOME = re.search(r"mybinder\.org/v2/gh/([^/\s]+/[^/\s]+)/", README.read_text())
BINDER = f"https://mybinder.org/v2/gh/{HOME[1] if HOME else 'OWNER/kubelab'}/HEAD?urlpath=lab/tree/notebooks/"
MARKS = ("<!-- lessons -->\n", "<!-- /lessons -->")


def table() -> str:
    """A row a lesson: its name with a link, the question that it begins with, and the link for Binder."""
    rows = ["| lesson | | |", "|---|---|---|"]
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        first = nbformat.read(path, as_version=4).cells[0].source
        title = re.search(r"^# (.+)$", first, re.MULTILINE)
        question = re.search(r"^\*(.+)\*$", first, re.MULTILINE)
        assert title, path
        assert question, path
        said = question.group(1).replace("*", "").replace("|", "\\|")
        rows.append(f"| [{title.group(1)}](notebooks/{path.name}) | {said} | [Binder]({BINDER}{path.name}) |")
    return "\n".join(rows) + "\n"


def present() -> str:
    """The table that stands in README.md."""
    return README.read_text().partition(MARKS[0])[2].partition(MARKS[1])[0]


if __name__ == "__main__":
    before, mark, rest = README.read_text().partition(MARKS[0])
    README.write_text(f"{before}{mark}{table()}{MARKS[1]}{rest.partition(MARKS[1])[2]}")
