"""A kernel in which the cells of a lesson are run, one after another, and others after them."""

from collections.abc import Sequence
from contextlib import ExitStack
from importlib import import_module
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import Any

import attrs

from kubelab.errors import UsageError

TIMEOUT = 120
"""How many seconds one cell may take."""

MISSING = "lessons need Jupyter; install it with: pip install 'kubelab[lab]'"

Cell = Any
"""A cell as `nbformat` reads it: a dictionary that is also an object."""


@attrs.frozen
class Failed(Exception):
    """A cell of a lesson fails, and is not tagged ``raises-exception``.

    Attributes:
        cell: the id of the cell.
        text: what it shows.
    """

    cell: str
    text: str

    def __str__(self) -> str:
        return f"cell {self.cell} fails:\n{self.text}"


def jupyter(name: str) -> Any:
    """A module of Jupyter's.

    Raises:
        UsageError: it is not installed.
    """
    try:
        return import_module(name)
    except ImportError as error:
        raise UsageError(MISSING) from error


class Kernel:
    """A kernel of its own, started in a folder; to be used in a ``with``."""

    def __init__(self, folder: Path) -> None:
        """Make ready for a kernel in a folder.

        Raises:
            UsageError: Jupyter is not installed.
        """
        self._nbformat = jupyter("nbformat")
        self._notebook = self._nbformat.v4.new_notebook()
        self._client: Any = jupyter("nbclient").NotebookClient(
            self._notebook,
            timeout=TIMEOUT,
            kernel_name="python3",
            allow_errors=True,
            resources={"metadata": {"path": str(folder)}},
        )
        self._stack = ExitStack()

    def __enter__(self) -> "Kernel":
        self._stack.enter_context(self._client.setup_kernel())
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self._stack.close()

    def execute(self, cell: Cell) -> None:
        """Run a cell; its outputs are in it afterwards.

        Raises:
            Failed: it fails, and is not tagged ``raises-exception``.
        """
        if cell.cell_type != "code":
            return
        self._notebook.cells.append(cell)
        self._client.execute_cell(cell, len(self._notebook.cells) - 1)
        failing = next((each for each in cell.outputs if each.output_type == "error"), None)
        if failing is not None and "raises-exception" not in cell.metadata.get("tags", ()):
            raise Failed(cell.get("id", "?"), _said(failing))

    def run(self, source: str) -> str:
        """Run the text of a cell; what it shows as its result, or as its error."""
        cell = self._nbformat.v4.new_code_cell(source)
        cell.metadata["tags"] = ["raises-exception"]
        self.execute(cell)
        return joined(cell.outputs)


def joined(outputs: Sequence[Any]) -> str:
    """The text of outputs, one after another."""
    parts: list[str] = []
    # What is printed comes in as many messages as the kernel was slow: a cut between two of them ends no line.
    for printed, several in groupby(outputs, lambda output: output.output_type == "stream"):
        texts = map(_said, several)
        parts.extend(["".join(texts)] if printed else texts)
    return "\n".join(parts)


def _said(output: Any) -> str:
    if output.output_type == "error":
        return "\n".join(output.traceback) or f"{output.ename}: {output.evalue}"
    return str(output.text if "text" in output else output.data.get("text/plain", ""))
