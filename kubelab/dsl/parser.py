"""Source text to syntax tree: the one place that knows Lark.

The grammar is `grammar/kube.lark`; nothing of it is repeated here. Building the parser costs a third of a second, so
it is built once and only when a text is really parsed.
"""

from functools import cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lark import Lark
    from lark.lexer import TerminalDef
    from lark.parsers.lalr_interactive_parser import InteractiveParser

Tree = Any
"""A `lark.Tree`; the compiler reads those of `kubelab.dsl.lalr`, which are made alike."""

_WORD_ENDS = "(?![^\\s{}()\\[\\],;\"'!<>])"


@cache
def lark() -> "Lark":
    """The parser of the language."""
    from lark import Lark

    with as_file(files("kubelab.grammar") / "kube.lark") as path:
        return Lark(
            path.read_text(encoding="utf-8"),
            parser="lalr",
            lexer="contextual",
            maybe_placeholders=False,
            propagate_positions=True,
            edit_terminals=_whole_words,
        )


def _whole_words(terminal: "TerminalDef") -> None:
    """Let a keyword match whole words only: `portal` does not begin with `port`, and `port=80` is a key."""
    from lark.lexer import PatternRE, PatternStr

    pattern = terminal.pattern
    if isinstance(pattern, PatternStr) and pattern.value.replace("-", "").isalpha() and pattern.value[0].isalpha():
        terminal.pattern = PatternRE(pattern.value + _WORD_ENDS)
        terminal.priority = 1


@cache
def keywords() -> dict[str, str]:
    """The words of the language by the names that the parser gives them."""
    found = {}
    for terminal in lark().terminals:
        value = terminal.pattern.value
        if value.endswith(_WORD_ENDS):
            found[terminal.name] = value[: -len(_WORD_ENDS)]
    return found


@cache
def symbols() -> dict[str, str]:
    """The signs of the language (``{``, ``->``) by the names that the parser gives them."""
    return {t.name: t.pattern.value for t in lark().terminals if t.pattern.type == "str"}


def parse_strictly(text: str) -> Tree:
    """The syntax tree of a text.

    Raises:
        lark.exceptions.UnexpectedInput: at the first thing that the grammar does not allow.
    """
    return lark().parse(text)


def interactive(text: str) -> "InteractiveParser":
    """A parser that stands at the beginning of a text and can be led through it token by token."""
    return lark().parse_interactive(text)


@cache
def reserved() -> frozenset[str]:
    """The words that mean something to the language; as anything else they stand between quotes."""
    return frozenset(keywords().values())
