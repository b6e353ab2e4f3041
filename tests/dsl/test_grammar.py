"""The grammar: one LALR grammar without conflicts, whose every statement is read, and whose examples hold."""

import logging
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.extra.lark import from_lark

from kubelab import dsl
from kubelab.dsl import lalr, parser
from kubelab.dsl.statements import OBJECTS, STATEMENTS, documentation

GRAMMAR = Path(__file__).parents[2] / "grammar"
EXAMPLES = sorted((GRAMMAR / "examples").glob("*.kube"))


def test_the_grammar_has_no_conflicts(caplog: pytest.LogCaptureFixture) -> None:
    from lark import Lark, logger

    with caplog.at_level(logging.DEBUG, logger.name):
        Lark((GRAMMAR / "kube.lark").read_text(), parser="lalr", debug=True)
    assert [record.message for record in caplog.records if "conflict" in record.message.lower()] == []


def test_every_statement_of_the_grammar_is_read() -> None:
    rules = {str(rule.alias or rule.origin.name) for rule in parser.lark().rules}
    read = set(OBJECTS) | set(STATEMENTS)
    assert read <= rules
    for body in ("workload", "service", "config", "secret", "claim", "ingress", "role", "binding", "thing", "node"):
        reachable = {str(s.name) for rule in parser.lark().rules if rule.origin.name == body for s in rule.expansion}
        assert reachable


def test_every_statement_says_what_it_is_for() -> None:
    assert [name for name, text in documentation().items() if not text] == []


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_examples_are_sound(path: Path) -> None:
    text = path.read_text()
    program = dsl.compile_text(text, path.name)
    assert program.objects
    assert program.warnings == ()
    assert dsl.format_text(text) == text


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_examples_come_back_from_their_objects(path: Path) -> None:
    program = dsl.compile_text(path.read_text())
    again = dsl.compile_text(dsl.to_source((*program.nodes, *program.objects)))
    assert (again.nodes, again.objects) == (program.nodes, program.objects)


def outline(tree: Any) -> Any:
    """A tree as plain data, with the place of every part."""
    if hasattr(tree, "data"):
        meta = tree.meta
        empty = not tree.children and getattr(meta, "line", None) is None
        place = () if empty else (meta.line, meta.column, meta.end_line, meta.end_column)
        return str(tree.data), place, [outline(child) for child in tree.children]
    return tree.type, tree.value, tree.line, tree.column, tree.end_line, tree.end_column


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_the_quick_parser_makes_the_tree_that_lark_makes(path: Path) -> None:
    text = path.read_text()
    assert outline(lalr.parse(text)) == outline(parser.parse_strictly(text))


@given(from_lark(parser.lark()))
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
def test_the_quick_parser_reads_what_lark_reads(text: str) -> None:
    from lark.exceptions import UnexpectedInput

    try:
        expected = outline(parser.parse_strictly(text))
    except UnexpectedInput:
        with pytest.raises(lalr.Stuck):
            lalr.parse(text)
        return
    found = outline(lalr.parse(text))
    assert found == expected or not expected[2]


def test_the_examples_of_the_readme_are_sound() -> None:
    blocks = re.findall(r"```kube\n(.*?)```", (GRAMMAR / "README.md").read_text(), re.DOTALL)
    assert len(blocks) >= 5
    for block in blocks:
        dsl.compile_text(block)


def test_the_readme_names_every_annotation_of_behaviour() -> None:
    from kubelab.api.behaviour import ANNOTATIONS, PREFIX

    text = (GRAMMAR / "README.md").read_text()
    assert [name for name in ANNOTATIONS if f"`{PREFIX}{name}`" not in text] == []
