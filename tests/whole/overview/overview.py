"""Kubernetes, statement by statement: the rows of statements.yaml, what typing them prints, and the table in README.md.

`python tests/whole/overview/overview.py` writes the table anew.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path

import attrs
import yaml

from kubelab.errors import KubelabError
from kubelab.kubectl import run
from kubelab.notebook import magics
from kubelab.notebook.commands import carry_out
from kubelab.notebook.session import Session

HERE = Path(__file__).resolve().parent
README = HERE.parents[2] / "README.md"
BEGIN, END = "<!-- overview -->", "<!-- /overview -->"
NEXT = "## What is where"
"""The section of README before which the table stands."""

KNOWN = magics.MODULES
"""Importing these modules makes the commands of ``%kube`` known."""


@attrs.frozen(kw_only=True)
class Row:
    """One statement.

    Attributes:
        part: the part of the explanation that it belongs to.
        says: the statement.
        lines: what to type.
        see: what is then printed, among other things, in this order.
        files: what there has to be in the folder, by name; ``N letters`` stands for so many of them.
    """

    part: str
    says: str
    lines: tuple[str, ...]
    see: tuple[str, ...]
    files: Mapping[str, str]

    def content(self, name: str) -> str:
        """What is in a file."""
        count, _, letters = self.files[name].partition(" ")
        return "x" * int(count) if letters == "letters" else self.files[name] + "\n"


def rows() -> tuple[Row, ...]:
    """All rows, in order."""
    read = yaml.safe_load((HERE / "statements.yaml").read_text(encoding="utf-8"))
    return tuple(
        Row(
            part=part,
            says=row["says"],
            lines=tuple(row["type"].splitlines()),
            see=tuple(map(str, row["see"])),
            files=row.get("files", {}),
        )
        for part, held in read.items()
        for row in held
    )


# What is printed


def printed(lines: Sequence[str]) -> str:
    """Everything that the lines print, one after another, in a session of their own."""
    session = Session()
    return "\n".join(_typed(session, line) for line in lines)


def _typed(session: Session, line: str) -> str:
    """What one line prints; an error of the user's is printed, too."""
    if line.startswith("kubectl "):
        answer = run(session.cluster, line)
        return answer.out + answer.err
    try:
        if line.startswith("%kube "):
            return str(carry_out(session, line.removeprefix("%kube ")))
        return f"{session.cluster.apply(line)}\n{session.cluster.run()}"
    except KubelabError as error:
        return str(error)


def missing(text: str, wanted: Sequence[str]) -> list[str]:
    """What of the wanted texts does not come in the text, in this order."""
    left, at = [], 0
    for each in wanted:
        found = text.find(each, at)
        if found < 0:
            left.append(each)
        else:
            at = found + len(each)
    return left


# The table


def table() -> str:
    """The section of README, between its two marks."""
    every = rows()
    lines = [BEGIN, "## Kubernetes, statement by statement", ""]
    lines += [
        f"{len(every)} things that are said of Kubernetes, what to type to see them, and some of what is then printed."
    ]
    lines += [
        "What begins with `kubectl` or `%kube` is a line of a notebook cell; everything else is a program for a cell"
    ]
    lines += ["that begins with `%%kube --run`. Each row starts afresh (`%kube reset`). A test types all of it."]
    for part, held in groupby(every, key=lambda row: row.part):
        lines += ["", f"### {part}", "", "| | type | and see |", "|---|---|---|", *map(_line, held)]
    return "\n".join([*lines, END])


def _line(row: Row) -> str:
    files = [f"{name}: {text}" for name, text in row.files.items()]
    typed = "<br>".join(map(_code, [*files, *row.lines]))
    return f"| {row.says} | {typed} | {'<br>'.join(map(_code, row.see))} |"


def _code(text: str) -> str:
    """A text as code in a cell of a table."""
    text = text.replace("|", "\\|")
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def with_table(text: str) -> str:
    """README with the table as it should be: in its place, or before the section that says what is where."""
    if BEGIN in text:
        before, _, rest = text.partition(BEGIN)
        return f"{before}{table()}{rest.partition(END)[2]}"
    before, heading, rest = text.partition(NEXT)
    return f"{before}{table()}\n\n{heading}{rest}"


if __name__ == "__main__":
    README.write_text(with_table(README.read_text(encoding="utf-8")), encoding="utf-8")
