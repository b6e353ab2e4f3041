"""What a short form has not said yet of an object: it is said by paths, so that nothing is lost.

A writer takes out of the manifest what its short form says. A part from which something was taken is written field by
field, any other as a whole.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from kubelab.dsl.draft import Path
from kubelab.dsl.writing import WIDTH, literal, path


class Remainder:
    """A manifest from which short forms take what they say."""

    def __init__(self, manifest: dict[str, Any]) -> None:
        """Begin with the whole manifest; it is emptied."""
        self.manifest = manifest
        self._opened: set[int] = {id(manifest)}

    def open(self, *steps: str | int) -> dict[str, Any]:
        """The part at a path, from which something will be taken; an empty one when there is nothing."""
        here: Any = self.manifest
        for step in steps:
            if isinstance(step, int):
                here = here[step]
            else:
                here = here.get(step)
            if not isinstance(here, (dict, list)):
                return {}
            self._opened.add(id(here))
        return here if isinstance(here, dict) else {}

    def opened(self, part: dict[str, Any]) -> dict[str, Any]:
        """Mark a part as one from which something is taken."""
        self._opened.add(id(part))
        return part

    def assignments(self, roots: Mapping[str, Path], indent: str) -> Iterator[str]:
        """The statements that say all that is left.

        Args:
            roots: the words that stand for a beginning of a path (``pod``), the longest path first.
            indent: the indentation of the statements.
        """
        yield from self._below(self.manifest, (), roots, indent)

    def _below(self, part: Any, steps: Path, roots: Mapping[str, Path], indent: str) -> Iterator[str]:
        if isinstance(part, dict) and id(part) in self._opened:
            for key, value in part.items():
                yield from self._below(value, (*steps, key), roots, indent)
            return
        yield assign(steps, part, roots, indent)

    def whole(self, part: Any, steps: Path, roots: Mapping[str, Path], indent: str) -> str:
        """The statement that says one part as a whole."""
        return assign(steps, part, roots, indent)


def assign(steps: Path, value: Any, roots: Mapping[str, Path], indent: str) -> str:
    """`PATH = value`, with the longest path that says the same."""
    while isinstance(value, dict) and len(value) == 1:
        key = next(iter(value))
        if path((*steps, key)) is None or value[key] is None:
            break
        steps, value = (*steps, key), value[key]
    text = path(steps)
    while text is None:
        # A key that no path can hold: say the whole that it stands in.
        value = {steps[-1]: value}
        steps = steps[:-1]
        text = path(steps)
    for word, root in roots.items():
        if len(steps) > len(root) and steps[: len(root)] == root:
            text = word + (path(steps[len(root) :]) or "")
            break
    return f"{text} = {literal(value, indent, WIDTH - len(indent) - len(text) - 3)}"
