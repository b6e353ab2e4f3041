"""Runs the parse table that Lark made of the grammar: the same tree as Lark's own, in a quarter of the time.

Lark builds the table and the lexers, explains every error and completes; what it does for each word of a sound text
is repeated here in one plain loop, because a program of thousands of objects should read as fast as its YAML. A test
holds the two against each other.
"""

import bisect
from functools import cache
from typing import Any

from kubelab.dsl import parser


class Lines:
    """Where the lines of a text begin; found out only when a place is asked for."""

    __slots__ = ("_starts", "text")

    def __init__(self, text: str) -> None:
        """Keep the text."""
        self.text = text
        self._starts: list[int] = []

    def place(self, position: int) -> tuple[int, int]:
        """Line and column of a position, both counted from 1."""
        if not self._starts:
            starts = [0]
            found = self.text.find("\n")
            while found >= 0:
                starts.append(found + 1)
                found = self.text.find("\n", found + 1)
            self._starts = starts
        line = bisect.bisect_right(self._starts, position)
        return line, position - self._starts[line - 1] + 1


class Placed:
    """Something that stands in a text from `start_pos` to just before `end_pos`."""

    __slots__ = ("end_pos", "lines", "start_pos")
    start_pos: int
    end_pos: int
    lines: Lines

    @property
    def line(self) -> int:
        """The line in which it begins."""
        return self.lines.place(self.start_pos)[0]

    @property
    def column(self) -> int:
        """The column at which it begins."""
        return self.lines.place(self.start_pos)[1]

    @property
    def end_line(self) -> int:
        """The line in which it ends."""
        return self.lines.place(self.end_pos)[0]

    @property
    def end_column(self) -> int:
        """The column behind its last character."""
        return self.lines.place(self.end_pos)[1]


class Word(Placed):
    """One word of a text: its kind and itself."""

    __slots__ = ("type", "value")

    def __init__(self, kind: str, value: str, start_pos: int, end_pos: int, lines: Lines) -> None:
        """Say what stands where."""
        self.type = kind
        self.value = value
        self.start_pos = start_pos
        self.end_pos = end_pos
        self.lines = lines

    def __len__(self) -> int:
        return len(self.value)

    def __repr__(self) -> str:
        return f"{self.type} {self.value!r}"

    def update(self, value: str) -> "Word":
        """The same word with another text."""
        return Word(self.type, value, self.start_pos, self.end_pos, self.lines)


class Tree(Placed):
    """What a rule of the grammar found: its name, and the words and trees of which it is made."""

    __slots__ = ("children", "data")

    def __init__(self, data: str, children: list[Any], start_pos: int, end_pos: int, lines: Lines) -> None:
        """Say what stands where."""
        self.data = data
        self.children = children
        self.start_pos = start_pos
        self.end_pos = end_pos
        self.lines = lines

    @property
    def meta(self) -> "Tree":
        """Where it stands; Lark's name for it."""
        return self

    def pretty(self, indent: str = "") -> str:
        """The tree for a person to read, a line for each rule and word."""
        rows = [f"{indent}{self.data}"]
        for child in self.children:
            rows.append(child.pretty(indent + "  ") if isinstance(child, Tree) else f"{indent}  {child.value}")
        return "\n".join(rows)

    def __repr__(self) -> str:
        return f"<{self.data}: {len(self.children)} children>"


class Stuck(Exception):
    """The text is not of the language; Lark's parser says where and why."""


class _Table:
    """Lark's table in the form that the loop wants."""

    def __init__(self) -> None:
        """Read the table of the language's parser."""
        frontend: Any = parser.lark().parser
        table = frontend.parser._parse_table
        self.start: int = table.start_states["start"]
        self.end: int = table.end_states["start"]
        rules: dict[Any, tuple[int, str, str, tuple[tuple[int, bool], ...], bool]] = {}
        self.actions: dict[int, dict[str, Any]] = {}
        for state, row in table.states.items():
            actions: dict[str, Any] = {}
            for symbol, (action, target) in row.items():
                if str(action) == "Shift":
                    actions[str(symbol)] = target
                else:
                    actions[str(symbol)] = (
                        rules.setdefault(target, _rule(target)) if target not in rules else rules[target]
                    )
            self.actions[state] = actions
        self._sources: dict[int, Any] = frontend.lexer.lexers
        self.lexers: dict[int, tuple[Any, Any, Any]] = {}

    def lexer(self, state: int) -> tuple[Any, Any, Any]:
        """What finds the next word in a state: match, the kinds to pass over, and the keywords among the matches."""
        basic = self._sources[state]
        scanner = basic.scanner
        match = scanner._mres[0].match
        found = self.lexers[state] = (match, frozenset(map(str, basic.ignore_types)), dict(basic.callback))
        return found


def _rule(rule: Any) -> tuple[int, str, str, tuple[tuple[int, bool], ...], bool]:
    """Of a rule: its length, what it makes, its name, which parts stay (or dissolve), whether one part is the whole."""
    kept = tuple(
        (index, not symbol.is_term and symbol.name.startswith("_"))
        for index, symbol in enumerate(rule.expansion)
        if rule.options.keep_all_tokens or not (symbol.is_term and symbol.filter_out)
    )
    origin = str(rule.origin.name)
    name = str(rule.alias or rule.options.template_source or origin)
    return len(rule.expansion), origin, name, kept, bool(rule.options.expand1 and not rule.alias)


@cache
def _table() -> _Table:
    return _Table()


def parse(text: str) -> Tree:
    """The syntax tree of a text.

    Raises:
        Stuck: the text is not of the language.
    """
    table = _table()
    actions, lexers, end = table.actions, table.lexers, table.end
    lines = Lines(text)
    states = [table.start]
    values: list[Any] = []
    position, length = 0, len(text)
    while True:
        state = states[-1]
        if position < length:
            match, passed_over, keywords = lexers.get(state) or table.lexer(state)
            found = match(text, position)
            if found is None:
                raise Stuck
            kind = found.lastgroup
            start, position = position, found.end()
            if kind in passed_over:
                continue
            word = Word(kind, found.group(), start, position, lines)
            if kind in keywords:
                kind = word.type = keywords[kind].scanner.fullmatch(word.value) or kind
        else:
            kind, word = "$END", Word("$END", "", length, length, lines)
        while True:
            action = actions[state].get(kind)
            if action is None:
                raise Stuck
            if type(action) is int:
                states.append(action)
                values.append(word)
                break
            size, origin, name, kept, stands_for_whole = action
            if size:
                parts = values[-size:]
                del states[-size:], values[-size:]
                children: list[Any] = []
                for index, dissolves in kept:
                    if dissolves:
                        children += parts[index].children
                    else:
                        children.append(parts[index])
                if stands_for_whole and len(children) == 1:
                    value = children[0]
                else:
                    value = Tree(name, children, parts[0].start_pos, parts[-1].end_pos, lines)
            else:
                value = Tree(name, [], position, position, lines)
            state = actions[states[-1]][origin]
            states.append(state)
            values.append(value)
            if state == end and kind == "$END":
                result: Tree = value
                return result
